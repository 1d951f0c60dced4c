//! `/login/{flow}`: shows what the flow asks for now.

use chrono::{DateTime, Utc};
use http::StatusCode;
use identity::Error;
use identity::login::{self, Browser, FlowView, Prompt, Way};
use identity::settings::cookies;
use leptos::prelude::*;

use super::{backup_code, claims, ended, number, password, sms_otp};
use crate::context;
use crate::ui::{ButtonKind, PostButton, SignInCard};

#[component]
pub fn LoginPage() -> impl IntoView {
    let (params, _) = context::params();
    let services = context::services();
    let flow = params.get("flow").unwrap_or_default();
    let secret = context::cookie(&cookies::flow(&flow)).unwrap_or_default();
    let session = context::cookie(cookies::SESSION);
    let client = context::client();
    let opened = async move {
        let browser = Browser {
            flow: &secret,
            session: session.as_deref(),
        };
        login::open(&services, &flow, browser, &client).await
    };
    view! {
        <Suspense fallback=|| ()>
            {Suspend::new(async move {
                match opened.await {
                    Ok((view, done)) => {
                        if let Some(secret) = done.and_then(|done| done.session_secret) {
                            context::set_cookie(cookies::SESSION, &secret, None);
                        }
                        show(view)
                    }
                    Err(error) => failed(&error),
                }
            })}
        </Suspense>
    }
}

fn show(view: FlowView) -> AnyView {
    match view.prompt.clone() {
        Prompt::Password { username } => password::form(&view, username),
        Prompt::Code(code) => sms_otp::form(&view, &code),
        Prompt::BackupCode(backup) => backup_code::form(&view, &backup),
        Prompt::Number { default_country } => number::form(&view, default_country),
        Prompt::Choose(ways) => choose(&view, ways),
        Prompt::Claims(missing) => claims::form(&view, missing),
        Prompt::Ended(reason) => ended::page(&view, reason),
        Prompt::Done(path) => {
            context::see_other(&path);
            ().into_any()
        }
    }
}

/// Which step of how many, where there is more than one.
pub(super) fn step(view: &FlowView) -> Option<(u8, u8)> {
    let (at, of) = view.step;
    let small = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    (of > 1).then(|| (small(at), small(of)))
}

/// A wait in words that a person counts with.
pub(super) fn wait(now: DateTime<Utc>, until: DateTime<Utc>) -> String {
    match seconds_left(now, until) {
        left @ 120.. => format!("{} minutes", left.div_ceil(60)),
        _ => seconds(now, until),
    }
}

/// A wait in seconds, however long.
pub(super) fn seconds(now: DateTime<Utc>, until: DateTime<Utc>) -> String {
    match seconds_left(now, until) {
        1 => "1 second".to_owned(),
        left => format!("{left} seconds"),
    }
}

fn seconds_left(now: DateTime<Utc>, until: DateTime<Utc>) -> u64 {
    let left = (until - now).num_milliseconds().max(0).unsigned_abs();
    left.div_ceil(1000).max(1)
}

/// How many codes may still be typed.
pub(super) fn attempts(left: u32) -> String {
    match left {
        1 => "1 attempt left.".to_owned(),
        n => format!("{n} attempts left."),
    }
}

/// What is said after too many wrong codes of one account.
pub(super) fn too_many_codes(now: DateTime<Utc>, until: DateTime<Utc>) -> String {
    format!(
        "Too many wrong codes were typed for this account. Try again in {}.",
        wait(now, until)
    )
}

/// The way back to the choice, where the step can be passed in several ways.
pub(super) fn another_way(view: &FlowView) -> Option<AnyView> {
    let hidden = vec![("flow", view.id.clone())];
    view.is_choice.then(|| {
        view! { <PostButton action="/api/login/choose-again" label="Choose another way" kind=ButtonKind::Quiet hidden/> }
            .into_any()
    })
}

/// What can work as buttons; what cannot, with the reason.
fn choose(view: &FlowView, ways: Vec<Way>) -> AnyView {
    let (application, step) = (Some(view.application.clone()), step(view));
    let (open, closed): (Vec<Way>, Vec<Way>) = ways.into_iter().partition(|way| way.trouble.is_none());
    let buttons = open.into_iter().map(|way| {
        let hidden = vec![("flow", view.id.clone()), ("option", way.option.to_string())];
        view! { <PostButton action="/api/login/choose" label=way.label hidden/> }
    });
    let buttons = buttons.collect_view();
    let closed: Vec<_> = closed
        .into_iter()
        .map(|way| view! { <li><span>{way.label}</span><span class="standing">{way.trouble}</span></li> })
        .collect();
    let closed =
        (!closed.is_empty()).then(|| view! { <ul class="standings" aria-label="Not possible now">{closed}</ul> });
    view! {
        <SignInCard application step title="Choose how to go on">
            <div class="buttons stacked">{buttons}</div>
            {closed}
        </SignInCard>
    }
    .into_any()
}

fn failed(error: &Error) -> AnyView {
    let (status, title, text) = match error {
        Error::NotFound => (
            StatusCode::NOT_FOUND,
            "This sign-in is not yours",
            "It belongs to another browser, or it is over. Start again from the application.",
        ),
        Error::Busy { retry_after } => {
            context::retry_after(*retry_after);
            (
                StatusCode::SERVICE_UNAVAILABLE,
                "Busy",
                "The server is busy. Open this page again in a moment.",
            )
        }
        other => {
            tracing::error!(error = %context::chain(other), "a sign-in page failed");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "Open this page again in a moment; nothing you did is lost.",
            )
        }
    };
    context::status(status);
    view! { <SignInCard title><p>{text}</p></SignInCard> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn waits_are_rounded_up() {
        let now = chrono::DateTime::UNIX_EPOCH;
        let after = |ms| wait(now, now + chrono::Duration::milliseconds(ms));
        assert_eq!(after(-5), "1 second");
        assert_eq!(after(1001), "2 seconds");
        assert_eq!(after(30_000), "30 seconds");
        assert_eq!(after(121_000), "3 minutes");
    }
}
