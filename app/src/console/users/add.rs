//! *Add User*.

use domain::input::user::UserInput;
use domain::{Permission, Problems, limits};
use leptos::prelude::*;

use super::{LIST, with_problems};
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "new-user";

#[component]
pub fn AddPage() -> impl IntoView {
    console_page(
        Some(Permission::ManageUsers),
        Some(NavItem::Users),
        |request| async move {
            let draft = request.console.draft::<UserInput>("users/new", &request.query).await?;
            let (input, problems) = draft.map_or_else(Default::default, |draft| (draft.input, draft.problems));
            let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=!problems.is_empty()/> };
            let body = Body::new((content(input, problems.clone()), guard));
            Ok(with_problems(body, problems, "Not registered"))
        },
    )
}

fn content(input: UserInput, problems: Problems) -> impl IntoView {
    let count = problems.0.len();
    view! {
        <PageHead title="Add User" subtitle="Somebody who is to sign in here. Profile and roles come next."
            crumbs=vec![Crumb::link("Users", LIST), Crumb::here("Add User")]/>
        <PostForm action="/api/console/users/create" id=FORM>
            <PlainCard>
                <div class="fields">
                    <TextField name="input[username]" label="Username" required=true width=Width::Medium value=input.username
                        error=problems.of("username") limit=limits::NAME
                        help="Letters a to z, digits and `. _ - @ +`. Sent as the claim `http://wso2.org/claims/username`."/>
                    <PasswordField name="input[password]" label="Password" required=true width=Width::Medium autocomplete="new-password"
                        error=problems.of("password") help="8 to 128 characters of any kind, not a common password."/>
                    <PasswordField name="input[confirm_password]" label="Confirm Password" required=true width=Width::Medium
                        autocomplete="new-password" error=problems.of("confirm_password") help="The same once more."/>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Register"</Button>
                <LinkButton kind=ButtonKind::Quiet href=LIST>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    #[test]
    fn the_name_comes_back_and_passwords_do_not() {
        let input = UserInput {
            username: "\"<a>".into(),
            password: "secret-one".into(),
            confirm_password: "secret-two".into(),
        };
        let html = markup(|| content(input, Problems::one("username", "Taken")));
        for label in [
            ">Username</label>",
            ">Password</label>",
            ">Confirm Password</label>",
            ">Register</button>",
            ">Cancel</a>",
        ] {
            assert_eq!(html.matches(label).count(), 1, "{label}: {html}");
        }
        assert!(
            html.contains("&quot;") && html.contains("Taken") && !html.contains("secret-"),
            "{html}"
        );
        assert_eq!(html.matches(r#"type="password""#).count(), 2, "{html}");
    }
}
