//! What a server function may say when it does nothing: a closed set without free text, since it travels in addresses.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::ServerFnErrorErr;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum UiError {
    #[error("Sign in to the console first.")]
    SignedOut,
    #[error("You do not have the permission for this.")]
    Denied,
    #[error("There is no such thing any more.")]
    NotFound,
    #[error("The server is busy. Try again in a moment.")]
    Busy,
    #[error("Something went wrong on the server. The log says what.")]
    Failed,
    #[error("The server could not be reached, or did not understand the request.")]
    Transport,
}

impl FromServerFnError for UiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(_: ServerFnErrorErr) -> Self {
        Self::Transport
    }
}

/// Where an error of the rules becomes an answer: it is logged here, once, and its status is set.
#[cfg(feature = "ssr")]
impl From<identity::Error> for UiError {
    fn from(error: identity::Error) -> Self {
        use http::StatusCode;
        use identity::Error;

        let (status, ui) = match error {
            Error::NotFound => (StatusCode::NOT_FOUND, Self::NotFound),
            Error::Denied(_) | Error::PasswordNeeded => (StatusCode::FORBIDDEN, Self::Denied),
            Error::Busy { retry_after } => {
                crate::context::retry_after(retry_after);
                (StatusCode::SERVICE_UNAVAILABLE, Self::Busy)
            }
            Error::Invalid(_) | Error::Stale | Error::InUse(_) => (StatusCode::UNPROCESSABLE_ENTITY, Self::Failed),
            Error::Internal(source) => {
                tracing::error!(error = %crate::context::chain(&*source), "a server function failed");
                (StatusCode::INTERNAL_SERVER_ERROR, Self::Failed)
            }
        };
        crate::context::status(status);
        ui
    }
}
