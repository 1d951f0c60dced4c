//! The form for the code.

use identity::login::{CodePrompt, FlowView, Notice as FlowNotice};
use leptos::prelude::*;

use super::page::{step, wait};
use crate::ui::{Button, ButtonKind, CodeField, Hidden, Notice, NoticeKind, PostButton, PostForm, SignInCard};

pub fn form(view: &FlowView, code: &CodePrompt) -> AnyView {
    let (flow, application, step) = (view.id.clone(), Some(view.application.clone()), step(view));
    let hidden = vec![("flow", flow.clone())];
    let help = format!("Sent to {}. {}", code.masked_number, left(view, code));
    let (notice, digits) = (notice(view, code), code.digits_only);
    view! {
        <SignInCard application step title="Check your phone">
            {notice}
            <PostForm action="/api/login/code">
                <Hidden name="flow" value=flow/>
                <CodeField name="code" label="Enter the code sent to your mobile phone" digits help/>
                <Button kind=ButtonKind::Primary>"Authenticate"</Button>
            </PostForm>
            <div class="buttons">
                <PostButton action="/api/login/resend" label="Resend code" kind=ButtonKind::Quiet hidden/>
            </div>
        </SignInCard>
    }
    .into_any()
}

/// How long the newest code is good, and how many may still be typed.
fn left(view: &FlowView, code: &CodePrompt) -> String {
    let attempts = match code.attempts_left {
        1 => "1 attempt left.".to_owned(),
        n => format!("{n} attempts left."),
    };
    match code.expires_at {
        Some(until) if until > view.now => {
            let minutes = (until - view.now).num_seconds().max(1).unsigned_abs().div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            format!("Valid for {minutes} {unit}, {attempts}")
        }
        Some(_) => format!("It has expired; press Resend code for a new one. {attempts}"),
        None => attempts,
    }
}

/// The outcome of the last submit. A code that did not go out is said above everything else.
fn notice(view: &FlowView, code: &CodePrompt) -> Option<AnyView> {
    let (kind, text) = match (&view.notice, code.trouble) {
        (Some(FlowNotice::CodeMissing), _) => (NoticeKind::Bad, "Type the code from the message.".to_owned()),
        (Some(FlowNotice::CodeWrong), _) => (
            NoticeKind::Bad,
            "This code is wrong. Check the newest message and type its code.".to_owned(),
        ),
        (Some(FlowNotice::CodeExpired), _) => (
            NoticeKind::Bad,
            "This code has expired. Press Resend code for a new one.".to_owned(),
        ),
        (Some(FlowNotice::CodeWait { until }), _) => (
            NoticeKind::Bad,
            format!(
                "Too many wrong codes were typed for this account. Try again in {}.",
                wait(view.now, *until)
            ),
        ),
        (Some(FlowNotice::ResendWait { until }), _) => (
            NoticeKind::Bad,
            format!(
                "Nothing was sent: a new code can be sent in {}.",
                wait(view.now, *until)
            ),
        ),
        (Some(FlowNotice::NoMoreCodes), _) => (
            NoticeKind::Bad,
            "No more codes can be sent for now. Use one that has arrived, or start again later.".to_owned(),
        ),
        (_, Some(trouble)) => (NoticeKind::Bad, trouble.to_owned()),
        (Some(FlowNotice::Resent), None) => (
            NoticeKind::Info,
            "A new code is on its way. Earlier codes stay good until they expire or one is used.".to_owned(),
        ),
        _ => return None,
    };
    Some(view! { <Notice focus=false kind text/> }.into_any())
}
