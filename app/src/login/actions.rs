//! The server functions that run the sign-in. Each answers `Ok` with a redirect to the flow's page: an error would travel
//! in the address, where it can be forged and is lost without a referrer.

use identity::login::{self, Browser, Input, Next};
use identity::settings::cookies;
use leptos::prelude::*;

use crate::context;
use crate::error::UiError;

#[server(prefix = "/api", endpoint = "login/password")]
pub async fn submit_password(
    flow: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
) -> Result<(), UiError> {
    submit(flow, Input::Password { username, password }).await
}

#[server(prefix = "/api", endpoint = "login/code")]
pub async fn submit_code(flow: String, #[server(default)] code: String) -> Result<(), UiError> {
    submit(flow, Input::Code(code)).await
}

#[server(prefix = "/api", endpoint = "login/resend")]
pub async fn resend_code(flow: String) -> Result<(), UiError> {
    submit(flow, Input::Resend).await
}

#[server(prefix = "/api", endpoint = "login/choose")]
pub async fn choose_authenticator(flow: String, option: String) -> Result<(), UiError> {
    submit(flow, Input::Choose(option.parse().unwrap_or(usize::MAX))).await
}

/// *Return to {application}*: the application is told that nobody signed in.
#[server(prefix = "/api", endpoint = "login/leave")]
pub async fn leave(flow: String) -> Result<(), UiError> {
    let secret = context::cookie(&cookies::flow(&flow)).unwrap_or_default();
    let session = context::cookie(cookies::SESSION);
    let browser = Browser {
        flow: &secret,
        session: session.as_deref(),
    };
    let path = login::abandon(&context::services(), &flow, browser, &context::client()).await?;
    context::see_other(&path);
    Ok(())
}

async fn submit(flow: String, input: Input) -> Result<(), UiError> {
    let secret = context::cookie(&cookies::flow(&flow)).unwrap_or_default();
    let session = context::cookie(cookies::SESSION);
    let browser = Browser {
        flow: &secret,
        session: session.as_deref(),
    };
    match login::submit(&context::services(), &flow, browser, input, &context::client()).await? {
        Next::Prompt => context::see_other(&format!("/login/{flow}")),
        Next::Done(done) => {
            if let Some(secret) = done.session_secret {
                context::set_cookie(cookies::SESSION, &secret, None);
            }
            context::see_other(&done.path);
        }
    }
    Ok(())
}
