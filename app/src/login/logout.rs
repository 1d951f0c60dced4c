//! `/logout`: log out here. `/logout/{id}`: how a logout stands with each application, and the way past one that is
//! silent. Opening it again sends nothing a second time.

pub mod actions;

use actions::{go_on, secret_of};
use http::StatusCode;
use identity::saml_idp::{self, LogoutPage as Page, LogoutView, Standing, Unanswered};
use identity::sessions::{self, Kind};
use identity::settings::cookies;
use leptos::prelude::*;

use crate::context;
use crate::ui::{Button, ButtonKind, Hidden, PostButton, PostForm, SignInCard};

/// More cookies than these of earlier logouts are not looked at.
const MOST_COOKIES: usize = 10;

/// `/logout`
#[component]
pub fn LogOutPage() -> impl IntoView {
    let services = context::services();
    let session = context::cookie(cookies::SESSION);
    // Browsers send the oldest first.
    let held = context::cookies_beginning(&cookies::logout("")).into_iter().rev();
    let held: Vec<_> = held.take(MOST_COOKIES).collect();
    let found = async move {
        let live = match session {
            Some(secret) => sessions::find(&services, Kind::SignIn, &secret).await?,
            None => None,
        };
        let unfinished = match live {
            Some(_) => None,
            None => saml_idp::unfinished(&services, &held).await?,
        };
        Ok::<_, identity::Error>((live, unfinished))
    };
    view! {
        <Suspense fallback=|| ()>
            {Suspend::new(async move {
                match found.await {
                    Ok((Some(live), _)) => ask(live.user.username),
                    // The back button leads here from an application that does not answer.
                    Ok((None, Some(id))) => {
                        go_on(&id);
                        ().into_any()
                    }
                    Ok((None, None)) => over(&LogoutView::default()),
                    Err(error) => failed(&error),
                }
            })}
        </Suspense>
    }
}

fn ask(username: String) -> AnyView {
    view! {
        <SignInCard title="Log out?">
            <p>"You are signed in as " <strong>{username}</strong> ". Logging out ends your session at every application that you used with it."</p>
            <PostForm action="/api/logout"><Button kind=ButtonKind::Primary>"Log out"</Button></PostForm>
        </SignInCard>
    }
    .into_any()
}

/// `/logout/{id}`
#[component]
pub fn LogoutPage() -> impl IntoView {
    let (params, _) = context::params();
    let services = context::services();
    let id = params.get("id").unwrap_or_default();
    let (secret, session) = (secret_of(&id), context::cookie(cookies::SESSION));
    let asked_id = id.clone();
    let opened = async move {
        let page = saml_idp::open(&services, &asked_id, &secret, session.as_deref()).await?;
        // A session that began since stays.
        let is_over = match session {
            Some(secret) => sessions::find(&services, Kind::SignIn, &secret).await?.is_none(),
            None => false,
        };
        Ok::<_, identity::Error>((page, is_over))
    };
    view! {
        <Suspense fallback=|| ()>
            {Suspend::new(async move {
                match opened.await {
                    Ok((page, session_is_over)) => {
                        if session_is_over {
                            context::drop_cookie(cookies::SESSION);
                        }
                        show(id, page)
                    }
                    Err(error) => failed(&error),
                }
            })}
        </Suspense>
    }
}

fn show(id: String, page: Page) -> AnyView {
    match page {
        Page::Confirm { application } => confirm(id, application),
        Page::Next => {
            context::see_other(&format!("/logout/{id}/next"));
            ().into_any()
        }
        Page::View(view) => match view.unanswered.clone() {
            Some(unanswered) => under_way(id, &view, unanswered),
            None => over(&view),
        },
    }
}

fn confirm(id: String, application: String) -> AnyView {
    view! {
        <SignInCard title="Log out?">
            <p><strong>{application}</strong> " asks to end your session here and at every application that you used with it."</p>
            <PostForm action="/api/logout/confirm">
                <Hidden name="id" value=id/>
                <Button kind=ButtonKind::Primary>"Log out"</Button>
            </PostForm>
        </SignInCard>
    }
    .into_any()
}

/// One application was asked and has not answered: nothing goes on by itself, since an answer may still come.
fn under_way(id: String, view: &LogoutView, unanswered: Unanswered) -> AnyView {
    let hidden = || vec![("id", id.clone()), ("request", unanswered.request.clone())];
    let (again, skip) = (hidden(), hidden());
    let standings = standings(view);
    view! {
        <SignInCard title="Logging out">
            <p>
                "Your session here has ended. " <strong>{unanswered.application.clone()}</strong>
                " was asked to end its own and has not answered yet. Ask it again, or skip it and close its pages yourself."
            </p>
            <div class="buttons stacked">
                <PostButton action="/api/logout/try-again" label="Try again" kind=ButtonKind::Primary hidden=again/>
                <PostButton action="/api/logout/skip" label="Skip" hidden=skip/>
            </div>
            {standings}
        </SignInCard>
    }
    .into_any()
}

fn over(view: &LogoutView) -> AnyView {
    let (title, text) = if view.is_complete() {
        ("You are logged out", "Your sign-in session has ended.")
    } else {
        (
            "You are logged out here",
            "Your sign-in session has ended, but not every application has confirmed that it has ended its own. Close the \
             pages of those that have not, or close the browser.",
        )
    };
    let standings = standings(view);
    view! {
        <SignInCard title>
            <p>{text}</p>
            {standings}
        </SignInCard>
    }
    .into_any()
}

/// How it stands with each application, in words.
fn standings(view: &LogoutView) -> Option<AnyView> {
    let row = |name: String, class: &'static str, words: &'static str| {
        view! { <li><strong>{name}</strong>" "<span class=class>{words}</span></li> }
    };
    let initiator = view
        .initiator
        .clone()
        .map(|name| row(name, "standing", "asked for this logout"));
    let others = view.applications.iter();
    let others = others.map(|(name, standing)| row(name.clone(), class_of(*standing), standing.words()));
    let rows: Vec<_> = initiator.into_iter().chain(others).collect();
    (!rows.is_empty()).then(|| view! { <ul class="standings">{rows}</ul> }.into_any())
}

fn class_of(standing: Standing) -> &'static str {
    match standing {
        Standing::LoggedOut => "standing good",
        Standing::Waiting => "standing",
        Standing::Asked | Standing::Skipped | Standing::NothingToTell => "standing warn",
        Standing::Refused | Standing::Unusable | Standing::Silent | Standing::Unreachable => "standing bad",
    }
}

fn failed(error: &identity::Error) -> AnyView {
    let (status, text) = if matches!(error, identity::Error::NotFound) {
        (
            StatusCode::NOT_FOUND,
            "This logout belongs to another browser, or it is over.",
        )
    } else {
        tracing::error!(error = %context::chain(error), "a logout page failed");
        (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong. Open this page again in a moment.",
        )
    };
    context::status(status);
    view! { <SignInCard title="Log out"><p>{text}</p></SignInCard> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::test_render::markup;

    const ALL: [Standing; 9] = [
        Standing::Waiting,
        Standing::Asked,
        Standing::LoggedOut,
        Standing::Refused,
        Standing::Unusable,
        Standing::Silent,
        Standing::Unreachable,
        Standing::Skipped,
        Standing::NothingToTell,
    ];

    #[test]
    fn every_state_is_a_word_and_not_a_colour_alone() {
        let applications: Vec<_> = ALL.map(|standing| (format!("<{standing:?}>"), standing)).into();
        let view = LogoutView {
            initiator: Some("Wiki".into()),
            applications,
            unanswered: None,
        };
        let html = markup(move || over(&view));
        let mut words: Vec<_> = ALL.map(Standing::words).into();
        for standing in ALL {
            assert!(html.contains(&format!("&lt;{standing:?}&gt;</strong>")), "{html}");
            assert!(html.contains(standing.words()), "{html}");
        }
        assert!(html.contains("asked for this logout") && html.contains("You are logged out here"));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), ALL.len());
    }

    #[test]
    fn only_everybody_is_everywhere() {
        let page = |standing| {
            let view = LogoutView {
                applications: vec![("Wiki".into(), Standing::LoggedOut), ("Shop".into(), standing)],
                ..LogoutView::default()
            };
            markup(move || over(&view))
        };
        for standing in ALL {
            let whole = page(standing).contains("<h1>You are logged out</h1>");
            assert_eq!(whole, standing == Standing::LoggedOut, "{standing:?}");
        }
    }
}
