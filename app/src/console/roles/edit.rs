//! A role's own page.

use domain::input::role::RoleInput;
use domain::view::RoleView;
use domain::{Permission, PermissionSet, Problems};
use leptos::prelude::*;

use super::add::RoleFields;
use super::{LIST, form_of, page_of};
use crate::console::difference::difference;
use crate::console::labels;
use crate::console::page::{Body, console_page};
use crate::console::users::{self, ask_password, with_problems};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "role";

#[component]
pub fn EditPage() -> impl IntoView {
    console_page(
        Some(Permission::ViewRoles),
        Some(NavItem::Roles),
        |request| async move {
            let id = request.id()?;
            let console = &request.console;
            let role = identity::roles::get(&console.services, &console.actor, id).await?;
            if !role.may_change {
                return Ok(Body::new(view! { {head(&role)} {facts(&role)} {holders(&role)} }));
            }
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let stored = RoleInput {
                version: role.version.to_string(),
                name: role.name.clone(),
                permissions: role
                    .permissions
                    .iter()
                    .map(|permission| permission.as_str().to_owned())
                    .collect(),
            };
            let saved = stored.clone();
            let (input, problems) = match console.draft::<RoleInput>(&form_of(id), &request.query).await? {
                // Somebody else saved in between, and the page says so: the next submit overwrites knowingly.
                Some(draft) if draft.problems.of("version").is_some() => (
                    RoleInput {
                        version: stored.version,
                        ..draft.input
                    },
                    draft.problems,
                ),
                Some(draft) => (draft.input, draft.problems),
                None => (stored, Problems::default()),
            };
            let held = console.actor.permissions;
            let differs = difference(&problems, labels::ROLE, &saved, &input, &|_, value| {
                Some(value.parse::<Permission>().ok()?.label().to_owned())
            });
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let body =
                Body::new(view! { {head(&role)} {form(id, input, problems.clone(), held)} {holders(&role)} {guard} });
            Ok(with_problems(body.with_difference(differs), problems, "Not saved"))
        },
    )
}

fn head(role: &RoleView) -> impl IntoView + use<> {
    let may_delete = role.may_change;
    let subtitle = match (role.built_in, role.users_total) {
        (true, _) => "Built in: it holds all permissions and can be neither changed nor deleted.".to_owned(),
        (false, 0) => "Nobody holds it.".to_owned(),
        (false, 1) => "One user holds it.".to_owned(),
        (false, n) => format!("{n} users hold it."),
    };
    let delete = format!("{}/delete", page_of(role.id));
    view! {
        <PageHead title=role.name.clone() subtitle crumbs=vec![Crumb::link("Roles", LIST), Crumb::here(role.name.clone())]>
            {may_delete.then(|| view! { <LinkButton kind=ButtonKind::Danger href=delete>"Delete"</LinkButton> })}
        </PageHead>
    }
}

fn form(id: i64, input: RoleInput, problems: Problems, held: PermissionSet) -> impl IntoView {
    let count = problems.0.len();
    view! {
        <PostForm action="/api/console/roles/update" id=FORM>
            <Hidden name="id" value=id.to_string()/>
            <Hidden name="input[version]" value=input.version.clone()/>
            <RoleFields input problems held/>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Update"</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

/// The role for whoever may not change it.
fn facts(role: &RoleView) -> impl IntoView + use<> {
    let permissions = match role.permissions.as_slice() {
        [] => "None.".to_owned(),
        all => all
            .iter()
            .map(|permission| permission.label())
            .collect::<Vec<_>>()
            .join(", "),
    };
    view! { <PlainCard><Facts><Fact label="Permissions">{permissions}</Fact></Facts></PlainCard> }
}

/// Those who hold the role, as links to where it can be taken from them.
pub(super) fn holders(role: &RoleView) -> AnyView {
    if role.users.is_empty() {
        return ().into_any();
    }
    let more = role.users_total.saturating_sub(role.users.len() as u64);
    let links = role
        .users
        .iter()
        .map(|name| view! { <li><a href=users::page_of(name, "profile")>{name.clone()}</a></li> })
        .collect_view();
    view! {
        <PlainCard title="Users of this role">
            <ul>{links}{(more > 0).then(|| view! { <li>{format!("and {more} more")}</li> })}</ul>
        </PlainCard>
    }
    .into_any()
}
