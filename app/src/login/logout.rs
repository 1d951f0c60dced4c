//! `/logout`: log out here, or see how a logout under way has gone.

use http::StatusCode;
use identity::saml_idp::{self, Asked, LogoutStep};
use identity::sessions::{self, Kind};
use identity::settings::cookies;
use leptos::prelude::*;

use crate::context;
use crate::error::UiError;
use crate::ui::{Button, ButtonKind, Hidden, PostForm, SignInCard};

/// Ends the sign-in session of this browser and tells its applications.
#[server(prefix = "/api", endpoint = "logout")]
pub async fn log_out() -> Result<(), UiError> {
    let session = context::cookie(cookies::SESSION);
    let LogoutStep::Begun { id, browser_secret } =
        saml_idp::begin_at_home(&context::services(), session.as_deref()).await?
    else {
        return Ok(());
    };
    context::set_cookie(&cookies::logout(&id), &browser_secret, Some(3600));
    context::drop_cookie(cookies::SESSION);
    context::see_other(&format!("/logout/{id}"));
    Ok(())
}

/// Says yes to a logout that an application asked for.
#[server(prefix = "/api", endpoint = "logout/confirm")]
pub async fn confirm_logout(id: String) -> Result<(), UiError> {
    let secret = context::cookie(&cookies::logout(&id)).unwrap_or_default();
    let session = context::cookie(cookies::SESSION);
    saml_idp::confirm(&context::services(), &id, &secret, session.as_deref()).await?;
    context::drop_cookie(cookies::SESSION);
    context::see_other(&format!("/logout/{id}"));
    Ok(())
}

/// `/logout`
#[component]
pub fn LogoutPage() -> impl IntoView {
    let services = context::services();
    let session = context::cookie(cookies::SESSION);
    let live = async move {
        match session {
            Some(secret) => sessions::find(&services, Kind::SignIn, &secret).await,
            None => Ok(None),
        }
    };
    view! {
        <Suspense fallback=|| ()>
            {Suspend::new(async move {
                match live.await {
                    Ok(Some(live)) => view! {
                        <SignInCard title="Log out?">
                            <p>"You are signed in as " <strong>{live.user.username}</strong> ". Logging out ends your session at every application that you used with it."</p>
                            <PostForm action="/api/logout"><Button kind=ButtonKind::Primary>"Log out"</Button></PostForm>
                        </SignInCard>
                    }
                    .into_any(),
                    Ok(None) => signed_out(Vec::new()),
                    Err(error) => failed(&error),
                }
            })}
        </Suspense>
    }
}

/// `/logout/{id}/status`
#[component]
pub fn LogoutStatusPage() -> impl IntoView {
    let (params, _) = context::params();
    let services = context::services();
    let id = params.get("id").unwrap_or_default();
    let secret = context::cookie(&cookies::logout(&id)).unwrap_or_default();
    let asked_id = id.clone();
    let asked = async move { saml_idp::ask(&services, &asked_id, &secret).await };
    view! {
        <Suspense fallback=|| ()>
            {Suspend::new(async move {
                match asked.await {
                    Ok(Asked::Confirm { application }) => confirm(id, application),
                    Ok(Asked::Done(applications)) => {
                        context::drop_cookie(&cookies::logout(&id));
                        signed_out(applications)
                    }
                    Ok(Asked::Outgoing(_)) => ().into_any(),
                    Err(error) => failed(&error),
                }
            })}
        </Suspense>
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

fn signed_out(applications: Vec<(String, bool)>) -> AnyView {
    let rows = applications.into_iter().map(|(name, confirmed)| {
        let state = if confirmed {
            "logged out"
        } else {
            "has not confirmed; close its pages yourself"
        };
        view! { <li><strong>{name}</strong> ": " {state}</li> }
    });
    let rows: Vec<_> = rows.collect();
    view! {
        <SignInCard title="You are logged out">
            <p>"Your sign-in session has ended."</p>
            {(!rows.is_empty()).then(|| view! { <ul>{rows}</ul> })}
        </SignInCard>
    }
    .into_any()
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
