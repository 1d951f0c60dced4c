//! *Assign Roles*: which roles a user holds.

use domain::input::user::UserRolesInput;
use domain::view::{RoleChoice, UserView};
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::{ask_password, crumbs, form_of, page_of, with_problems};
use crate::console::page::{Body, console_page};
use crate::ui::*;

#[component]
pub fn RolesPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let console = &request.console;
            let user = identity::users::get(&console.services, &console.actor, &request.param("username")?).await?;
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let mut choices = identity::users::role_choices(&console.services, &console.actor, &user.username).await?;
            let draft = console
                .draft::<UserRolesInput>(&form_of(&user.username, "roles"), &request.query)
                .await?;
            let mut version = user.version.to_string();
            let mut problems = Problems::default();
            if let Some(draft) = draft {
                for choice in &mut choices {
                    choice.held = draft.input.roles.contains(&choice.id.to_string());
                }
                problems = draft.problems;
                if problems.of("version").is_none() {
                    version = draft.input.version;
                }
            }
            Ok(with_problems(
                Body::new(content(user, version, choices, problems.clone())),
                problems,
                "Not saved",
            ))
        },
    )
}

fn content(user: UserView, version: String, choices: Vec<RoleChoice>, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    let cancel = page_of(&user.username, "profile");
    let boxes = choices.into_iter().map(role_box).collect_view();
    view! {
        <PageHead title="Assign Roles" subtitle=format!("What {} may do, and what service providers get as roles.", user.username)
            crumbs=crumbs(&user.username, "Assign Roles")/>
        <PostForm action="/api/console/users/roles">
            <Hidden name="username" value=user.username.clone()/>
            <Hidden name="input[version]" value=version/>
            <PlainCard>
                <fieldset class="group" id=field_id("roles") tabindex="-1">
                    <legend>"Roles"</legend>
                    {problems.of("roles").map(|text| view! { <p class="field-error">{text}</p> })}
                    <p class="field-help">{prose("Sent as the claim `http://wso2.org/claims/role`, joined by commas. \
                        Only roles whose permissions you hold yourself are listed.")}</p>
                    <div class="choices">{boxes}</div>
                </fieldset>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Update"</Button>
                <LinkButton kind=ButtonKind::Quiet href=cancel>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

fn role_box(role: RoleChoice) -> impl IntoView {
    let help = match role.permissions.len() {
        0 => "No permission in the console.".to_owned(),
        n if n == Permission::ALL.len() => "All permissions.".to_owned(),
        _ => role
            .permissions
            .iter()
            .map(|permission| permission.label())
            .collect::<Vec<_>>()
            .join(", "),
    };
    view! { <Checkbox name="input[roles][]" value=role.id.to_string() label=role.name checked=role.held help/> }
}
