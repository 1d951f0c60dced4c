//! *Assign Roles*: which roles a user holds.

use domain::input::user::UserRolesInput;
use domain::view::{RoleChoice, UserView};
use domain::{Permission, Problems};
use leptos::prelude::*;

use super::{ask_password, crumbs, form_of, page_of, with_problems};
use crate::console::difference::{as_they_are, difference};
use crate::console::labels;
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "user-roles";

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
            let saved = held(&choices);
            if let Some(draft) = draft {
                for choice in &mut choices {
                    choice.held = draft.input.roles.contains(&choice.id.to_string());
                }
                problems = draft.problems;
                if problems.of("version").is_none() {
                    version = draft.input.version;
                }
            }
            let differs = difference(&problems, labels::USER_ROLES, &saved, &held(&choices), &as_they_are);
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let body = Body::new((content(user, version, choices, problems.clone()), guard));
            Ok(with_problems(body.with_difference(differs), problems, "Not saved"))
        },
    )
}

/// The roles that are ticked, by their names.
fn held(choices: &[RoleChoice]) -> UserRolesInput {
    let held = choices.iter().filter(|choice| choice.held);
    UserRolesInput {
        version: String::new(),
        roles: held.map(|choice| choice.name.clone()).collect(),
    }
}

fn content(user: UserView, version: String, choices: Vec<RoleChoice>, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    let cancel = page_of(&user.username, "profile");
    let boxes = choices.into_iter().map(role_box).collect_view();
    view! {
        <PageHead title="Assign Roles" subtitle=format!("What {} may do, and what service providers get as roles.", user.username)
            crumbs=crumbs(&user.username, "Assign Roles")/>
        <PostForm action="/api/console/users/roles" id=FORM>
            <Hidden name="username" value=user.username.clone()/>
            <Hidden name="input[version]" value=version/>
            <PlainCard>
                <fieldset class="group" id=field_id("roles") tabindex="-1">
                    <legend>"Roles"</legend>
                    {problems.of("roles").map(|text| view! { <p class="field-error">{text}</p> })}
                    <p class="field-help">{prose("Sent as the claim `http://wso2.org/claims/role`, a value for each. \
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
