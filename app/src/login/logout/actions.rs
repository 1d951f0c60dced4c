//! The server functions of the logout's pages: each changes one row and leads to the logout's page.

use identity::saml_idp::{self, LogoutStep};
use identity::settings::cookies;
use leptos::prelude::*;

use crate::context;
use crate::error::UiError;

/// Ends the sign-in session of this browser and tells its applications.
#[server(prefix = "/api", endpoint = "logout")]
pub async fn log_out() -> Result<(), UiError> {
    let session = context::cookie(cookies::SESSION);
    let begun = saml_idp::begin_at_home(&context::services(), session.as_deref()).await?;
    context::drop_cookie(cookies::SESSION);
    match begun {
        Some(LogoutStep::Begun { id, browser_secret }) => {
            context::set_cookie(&cookies::logout(&id), &browser_secret, Some(3600));
            go_on(&id);
        }
        Some(LogoutStep::GoOn { id }) => go_on(&id),
        None => context::see_other("/logout"),
    }
    Ok(())
}

/// Says yes to a logout that an application asked for. The page that follows forgets the cookie, if its session is over.
#[server(prefix = "/api", endpoint = "logout/confirm")]
pub async fn confirm_logout(id: String) -> Result<(), UiError> {
    let session = context::cookie(cookies::SESSION);
    saml_idp::confirm(&context::services(), &id, &secret_of(&id), session.as_deref()).await?;
    go_on(&id);
    Ok(())
}

/// *Skip*: the logout goes past an application that does not answer.
#[server(prefix = "/api", endpoint = "logout/skip")]
pub async fn skip_application(id: String, request: String) -> Result<(), UiError> {
    saml_idp::skip(&context::services(), &id, &secret_of(&id), &request).await?;
    go_on(&id);
    Ok(())
}

/// *Try again*: it is told once more.
#[server(prefix = "/api", endpoint = "logout/try-again")]
pub async fn tell_again(id: String, request: String) -> Result<(), UiError> {
    saml_idp::try_again(&context::services(), &id, &secret_of(&id), &request).await?;
    go_on(&id);
    Ok(())
}

pub(super) fn secret_of(id: &str) -> String {
    context::cookie(&cookies::logout(id)).unwrap_or_default()
}

pub(super) fn go_on(id: &str) {
    context::see_other(&format!("/logout/{id}"));
}
