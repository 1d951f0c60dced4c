//! The form for user name and password.

use identity::login::{FlowView, Notice as FlowNotice};
use leptos::prelude::*;

use super::page::{another_way, step, wait};
use crate::ui::{Button, ButtonKind, Hidden, Notice, NoticeKind, PasswordField, PostForm, SignInCard, TextField};

pub fn form(view: &FlowView, username: String) -> AnyView {
    let alert = match &view.notice {
        Some(FlowNotice::WrongPassword) => Some(WRONG.to_owned()),
        Some(FlowNotice::PasswordMissing) => Some(MISSING.to_owned()),
        Some(FlowNotice::PasswordWait { until }) => Some(too_many(&wait(view.now, *until))),
        _ => None,
    };
    let (flow, application, step) = (view.id.clone(), Some(view.application.clone()), step(view));
    let another = another_way(view);
    view! {
        <SignInCard application step title="Sign in">
            {alert.map(|text| view! { <Notice focus=false kind=NoticeKind::Bad text/> })}
            <PostForm action="/api/login/password">
                <Hidden name="flow" value=flow/>
                {fields(username)}
            </PostForm>
            {another.map(|another| view! { <div class="buttons">{another}</div> })}
        </SignInCard>
    }
    .into_any()
}

pub const WRONG: &str = "The user name or the password is wrong. Check both and try again.";
pub const MISSING: &str = "Type your user name and your password.";

pub fn too_many(wait: &str) -> String {
    format!("Too many wrong passwords were typed. Try again in {wait}.")
}

/// The two fields and their button, for applications and the console alike.
pub fn fields(username: String) -> impl IntoView {
    let known = !username.is_empty();
    view! {
        <TextField name="username" label="Username" value=username autocomplete="username" maxlength=100 autofocus=!known/>
        <PasswordField name="password" label="Password" autofocus=known/>
        <Button kind=ButtonKind::Primary>"Sign In"</Button>
    }
}
