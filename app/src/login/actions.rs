//! The server functions that run the sign-in. Each answers `Ok` with a redirect to the flow's page: an error would travel
//! in the address, where it can be forged and is lost without a referrer.

use std::collections::BTreeMap;

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

#[server(prefix = "/api", endpoint = "login/use-backup-code")]
pub async fn use_backup_code(flow: String) -> Result<(), UiError> {
    submit(flow, Input::AskBackupCode(true)).await
}

#[server(prefix = "/api", endpoint = "login/use-sms")]
pub async fn use_sms(flow: String) -> Result<(), UiError> {
    submit(flow, Input::AskBackupCode(false)).await
}

#[server(prefix = "/api", endpoint = "login/backup-code")]
pub async fn submit_backup_code(flow: String, #[server(default)] code: String) -> Result<(), UiError> {
    submit(flow, Input::BackupCode(code)).await
}

#[server(prefix = "/api", endpoint = "login/number")]
pub async fn submit_number(flow: String, #[server(default)] number: String) -> Result<(), UiError> {
    submit(flow, Input::Number(number)).await
}

#[server(prefix = "/api", endpoint = "login/choose")]
pub async fn choose_authenticator(flow: String, option: String) -> Result<(), UiError> {
    submit(flow, Input::Choose(option.parse().unwrap_or(usize::MAX))).await
}

/// *Choose another way*, where a step can be passed in several.
#[server(prefix = "/api", endpoint = "login/choose-again")]
pub async fn choose_again(flow: String) -> Result<(), UiError> {
    submit(flow, Input::ChooseAgain).await
}

/// What the application demands and the profile lacks.
#[server(prefix = "/api", endpoint = "login/claims")]
pub async fn submit_claims(flow: String, #[server(default)] claims: BTreeMap<String, String>) -> Result<(), UiError> {
    submit(flow, Input::Claims(claims)).await
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
