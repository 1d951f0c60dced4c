//! The form for the code.

use identity::login::{CodePrompt, FlowView, Notice as FlowNotice};
use leptos::prelude::*;

use super::page::{another_way, attempts, seconds, step, too_many_codes};
use crate::ui::{Button, ButtonKind, CodeField, Hidden, Notice, NoticeKind, PostButton, PostForm, SignInCard};

pub fn form(view: &FlowView, code: &CodePrompt) -> AnyView {
    let (flow, application, step) = (view.id.clone(), Some(view.application.clone()), step(view));
    let (hidden, instead) = (vec![("flow", flow.clone())], vec![("flow", flow.clone())]);
    let another = another_way(view);
    let kept = if code.entered {
        " It becomes the number of your account when the code is right; if it is not yours, start again from the application."
    } else {
        ""
    };
    let help = match code.trouble {
        // Nothing is said to have been sent, nor to be good for a while, that may not have been.
        Some(_) => format!("To {}.{kept} {}", code.masked_number, attempts(code.attempts_left)),
        None => format!("Sent to {}.{kept} {}", code.masked_number, left(view, code)),
    };
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
                <PostButton action="/api/login/use-backup-code" label="Use a backup code" kind=ButtonKind::Quiet hidden=instead/>
                {another}
            </div>
        </SignInCard>
    }
    .into_any()
}

/// How long the newest code is good, and how many may still be typed.
fn left(view: &FlowView, code: &CodePrompt) -> String {
    let attempts = attempts(code.attempts_left);
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
        (Some(FlowNotice::CodeWait { until }), _) => (NoticeKind::Bad, too_many_codes(view.now, *until)),
        (Some(FlowNotice::ResendWait { until }), _) => (
            NoticeKind::Bad,
            format!(
                "Nothing was sent: a new code can be sent in {}.",
                seconds(view.now, *until)
            ),
        ),
        (Some(FlowNotice::NoMoreCodes), _) => (
            NoticeKind::Bad,
            "No more codes can be sent for now. Use one that has arrived, or start again later.".to_owned(),
        ),
        (_, Some(trouble)) if code.backup_codes_left > 0 => (
            NoticeKind::Bad,
            format!("{trouble} One of your backup codes works as well."),
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
