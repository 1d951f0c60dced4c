//! *Change Password*, of oneself or of another.

use domain::Problems;
use domain::input::user::PasswordInput;
use domain::view::UserView;
use leptos::prelude::*;

use super::{ask_password, crumbs, form_of, page_of, with_problems};
use crate::console::page::{Body, console_page};
use crate::islands::UnsavedGuard;
use crate::ui::*;

/// The form's element, for the guard of unsaved changes.
const FORM: &str = "password";

#[component]
pub fn PasswordPage() -> impl IntoView {
    console_page(None, Some(NavItem::Users), |request| async move {
        let console = &request.console;
        let user = identity::users::get(&console.services, &console.actor, &request.param("username")?).await?;
        if let Some(question) = ask_password(&request) {
            return Ok(question);
        }
        let draft = console
            .draft::<PasswordInput>(&form_of(&user.username, "password"), &request.query)
            .await?;
        let problems = draft.map_or_else(Problems::default, |draft| draft.problems);
        // Nothing of a refused password is shown again, so nothing can be lost.
        let guard = view! { <UnsavedGuard form=FORM.to_owned() draft=false/> };
        let body = Body::new((content(user, problems.clone()), guard));
        Ok(with_problems(body, problems, "Not changed"))
    })
}

fn content(user: UserView, problems: Problems) -> impl IntoView {
    let subtitle = if user.oneself {
        "Your other sessions end; this one stays.".to_owned()
    } else {
        format!("All sessions and sign-ins of {} end at once.", user.username)
    };
    let count = problems.0.len();
    let cancel = page_of(&user.username, "profile");
    view! {
        <PageHead title="Change Password" subtitle crumbs=crumbs(&user.username, "Change Password")/>
        <PostForm action="/api/console/users/password" id=FORM>
            <Hidden name="username" value=user.username.clone()/>
            <PlainCard>
                <div class="fields">
                    <PasswordField name="input[new_password]" label="New Password" required=true width=Width::Medium
                        autocomplete="new-password" error=problems.of("new_password")
                        help="8 to 128 characters of any kind, not the user name, not a common password."/>
                    <PasswordField name="input[confirm_password]" label="Confirm Password" required=true width=Width::Medium
                        autocomplete="new-password" error=problems.of("confirm_password") help="The same once more."/>
                </div>
            </PlainCard>
            <SaveBar problems=count>
                <Button kind=ButtonKind::Primary>"Change"</Button>
                <LinkButton kind=ButtonKind::Quiet href=cancel>"Cancel"</LinkButton>
            </SaveBar>
        </PostForm>
    }
}
