//! `/console/login`: the console's own session, which satisfies no application's step.
//!
//! What went wrong, and the name that was typed, are carried by a cookie of this browser for a minute: an address could
//! be forged.

use http::StatusCode;
use identity::login::PasswordOutcome;
use identity::settings::cookies::{CONSOLE, OUTCOME};
use identity::{Services, posted, sessions};
use leptos::prelude::*;

use crate::context;
use crate::error::UiError;
use crate::login::password::{MISSING, WRONG, fields, too_many};
use crate::ui::{Callout, Hidden, Notice, NoticeKind, PostForm, SignInCard};

/// A longer name is none of ours and would only make the cookie too large to be kept.
const NAME_LIMIT: usize = 100;

#[server(prefix = "/api", endpoint = "console/sign-in")]
pub async fn sign_in(
    #[server(default)] username: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), UiError> {
    let services = context::services();
    let client = context::client();
    let outcome = identity::login::console_password(&services, &username, &password, &client, "sign_in").await?;
    let again = match outcome {
        PasswordOutcome::Right(user) => match identity::login::open_console(&services, &user, &client).await? {
            Some(secret) => {
                if let Some(old) = context::cookie(CONSOLE) {
                    sessions::succeed(&services, &old, &secret).await?;
                }
                context::set_cookie(CONSOLE, &secret, None);
                context::drop_cookie(OUTCOME);
                context::see_other(&inside(&next));
                return Ok(());
            }
            None => "wrong".to_owned(),
        },
        PasswordOutcome::Missing => "missing".to_owned(),
        PasswordOutcome::Wrong => "wrong".to_owned(),
        PasswordOutcome::Locked => "locked".to_owned(),
        PasswordOutcome::NoPermission => "none".to_owned(),
        PasswordOutcome::Wait { seconds } => format!("wait-{seconds}"),
    };
    let name: String = username.chars().take(NAME_LIMIT).collect();
    context::set_cookie(OUTCOME, &format!("{again}={}", context::encode(&name)), Some(60));
    context::see_other(&format!("/console/login?next={}", context::encode(&inside(&next))));
    Ok(())
}

/// Ends the console's session, and no other.
#[server(prefix = "/api", endpoint = "console/sign-out")]
pub async fn sign_out() -> Result<(), UiError> {
    let console = context::Console::any()?;
    sessions::end(&console.services.db, &console.actor.session_id).await?;
    context::drop_cookie(CONSOLE);
    context::see_other("/console/login");
    Ok(())
}

/// A page of the console, else its first.
pub fn inside(next: &str) -> String {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let fits = (path == "/console" || path.starts_with("/console/"))
        && path != "/console/login"
        && !next.contains(['\\', '\r', '\n'])
        && !path.contains("..");
    if fits { next.to_owned() } else { "/console".to_owned() }
}

/// Takes the cookie's outcome and name apart.
fn pair(outcome: &str) -> (String, String) {
    let mut pairs = url::form_urlencoded::parse(outcome.as_bytes()).into_owned();
    pairs.next().unwrap_or_default()
}

/// What the page says about an outcome; nothing about one that is not ours.
fn words(outcome: &str) -> Option<String> {
    Some(match outcome {
        "wrong" => WRONG.to_owned(),
        "missing" => MISSING.to_owned(),
        "locked" => "Your account is locked. Ask another administrator to unlock it.".to_owned(),
        "none" => "You have no role that opens the console. Ask an administrator for one.".to_owned(),
        other => match other.strip_prefix("wait-")?.parse::<u64>().ok()? {
            1 => too_many("1 second"),
            seconds => too_many(&format!("{seconds} seconds")),
        },
    })
}

#[component]
pub fn SignInPage() -> impl IntoView {
    let next = context::asked("next").unwrap_or_default();
    if context::actor().is_some() {
        context::see_other(&inside(&next));
        return ().into_any();
    }
    let outcome = context::cookie(OUTCOME);
    if outcome.is_some() {
        context::drop_cookie(OUTCOME);
    }
    let (outcome, username) = outcome.map_or_else(Default::default, |outcome| pair(&outcome));
    if outcome == "none" {
        context::status(StatusCode::FORBIDDEN);
    }
    let (services, old) = (context::services(), context::cookie(CONSOLE));
    view! {
        <Suspense fallback=|| ()>
            {Suspend::new(async move {
                let waiting = waiting(&services, old, &next).await.unwrap_or_else(|error| {
                    tracing::error!(error = %context::chain(&error), "whether a form waits could not be found out");
                    None
                });
                card(&next, &outcome, username, waiting)
            })}
        </Suspense>
    }
    .into_any()
}

/// Whose form waits behind `next`: it came after its session's end.
async fn waiting(services: &Services, old: Option<String>, next: &str) -> identity::Result<Option<String>> {
    let query = next.split_once('?').map_or("", |(_, query)| query);
    let draft = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "draft");
    match (old, draft) {
        (Some(old), Some((_, id))) => posted::waiting(services, &old, &id).await,
        _ => Ok(None),
    }
}

fn card(next: &str, outcome: &str, username: String, waiting: Option<String>) -> impl IntoView + use<> {
    let (alert, next) = (words(outcome), inside(next));
    let refused = alert.is_some();
    let kept = waiting.clone().map(|user| {
        let text = format!(
            "Your session ended before this was saved. Nothing is lost: sign in as {user}, and the form stands as you typed \
             it, but for passwords, keys and files."
        );
        if refused {
            view! { <Callout>{text}</Callout> }.into_any()
        } else {
            view! { <Notice focus=false kind=NoticeKind::Info text/> }.into_any()
        }
    });
    let username = if username.is_empty() {
        waiting.unwrap_or_default()
    } else {
        username
    };
    view! {
        <SignInCard application=Some("the Gatehouse console".to_owned()) title="Sign in">
            {alert.map(|text| view! { <Notice focus=false kind=NoticeKind::Bad text/> })}
            {kept}
            <PostForm action="/api/console/sign-in">
                <Hidden name="next" value=next/>
                {fields(username)}
            </PostForm>
        </SignInCard>
    }
}

#[cfg(test)]
mod tests {
    use super::{inside, pair};
    use crate::context::encode;

    #[test]
    fn a_name_of_any_characters_comes_back_as_typed() {
        for name in ["nora", "", "a=b&c;d e+f%41", "\u{5d3}\u{1f98a}\r\n\""] {
            let cookie = format!("wrong={}", encode(name));
            assert!(
                cookie.bytes().all(|b| b.is_ascii_graphic() && !b";,\"\\".contains(&b)),
                "{cookie}"
            );
            assert_eq!(pair(&cookie), ("wrong".to_owned(), name.to_owned()));
        }
        assert_eq!(pair(""), (String::new(), String::new()));
    }

    #[test]
    fn next_stays_inside_the_console() {
        assert_eq!(inside("/console/users?q=a"), "/console/users?q=a");
        for outside in [
            "",
            "//evil.example",
            "https://evil.example",
            "/login/x",
            "/consolation",
            "/console/login",
            "/console/../x",
            "/console\\evil",
        ] {
            assert_eq!(inside(outside), "/console", "{outside}");
        }
    }
}
