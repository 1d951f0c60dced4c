//! *Add Role*.

use domain::input::role::RoleInput;
use domain::{Permission, PermissionSet, Problems, limits};
use leptos::prelude::*;

use super::LIST;
use crate::console::page::{Body, console_page};
use crate::console::users::{ask_password, with_problems};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "new-role";

#[component]
pub fn AddPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageRoles),
        Some(NavItem::Roles),
        |request| async move {
            if let Some(question) = ask_password(&request) {
                return Ok(question);
            }
            let draft = request.console.draft::<RoleInput>("roles/new", &request.query).await?;
            let (input, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let held = request.console.actor.permissions;
            let body = Body::new((content(input, problems.clone(), held), guard));
            Ok(with_problems(body, problems, "Not registered"))
        },
    )
}

fn content(input: RoleInput, problems: Problems, held: PermissionSet) -> impl IntoView {
    let count = problems.0.len();
    view! {
        <PageHead title="Add Role" subtitle="A set of permissions, and a name that service providers may get."
            crumbs=vec![Crumb::link("Roles", LIST), Crumb::here("Add Role")]/>
        <PostForm action="/api/console/roles/create" id=FORM>
            <Hidden name="input[version]" value=""/>
            <RoleFields input problems held/>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Register"</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

/// Name and permissions, as *Add Role* and a role's page ask them. Only permissions in `held` are offered.
#[component]
pub fn RoleFields(input: RoleInput, problems: Problems, held: PermissionSet) -> impl IntoView {
    let boxes = held
        .iter()
        .map(|permission| {
            let checked = input.permissions.iter().any(|name| name == permission.as_str());
            view! { <Checkbox name="input[permissions][]" value=permission.as_str() label=permission.label() checked/> }
        })
        .collect_view();
    let wrong = problems
        .of("permissions")
        .map(|text| view! { <p class="field-error">{text}</p> });
    view! {
        <PlainCard>
            <div class="fields">
                <TextField name="input[name]" label="Role Name" required=true width=Width::Medium value=input.name error=problems.of("name") limit=limits::NAME
                    help="Sent as a value of the claim `http://wso2.org/claims/role`. Unique, without commas."/>
            </div>
            <fieldset class="group" id=field_id("permissions") tabindex="-1">
                <legend>"Permissions"</legend>
                {wrong}
                <p class="field-help">"To manage includes to view. Only permissions that you hold yourself are listed."</p>
                <div class="choices">{boxes}</div>
            </fieldset>
        </PlainCard>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn only_permissions_that_one_holds_are_offered() {
        let held = [Permission::ManageUsers].into_iter().collect();
        let input = RoleInput {
            permissions: vec!["users.view".into()],
            ..RoleInput::default()
        };
        let html = markup(move || content(input, Problems::default(), held));
        assert_eq!(html.matches(r#"name="input[permissions][]""#).count(), 2, "{html}");
        assert_eq!(html.matches(" checked").count(), 1, "{html}");
        assert!(
            html.contains(">Manage users</label>") && !html.contains("Manage roles"),
            "{html}"
        );
    }
}
