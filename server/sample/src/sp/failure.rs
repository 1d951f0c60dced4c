//! What can go wrong in the service provider, in words.
//!
//! Owns the page and the status of every failure. Refuses half answers: after a failure nothing is stored and nobody is
//! signed in.

use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};
use saml::BuildError;
use saml::SignatureError;
use saml::inbound::DecodeError;
use saml::message::Status;
use saml::sp::Rejected;

use super::idp::FetchError;
use crate::page::refusal;
use crate::state::App;
use crate::token::NoRandomness;

/// Why a step of a sign-in or logout did not happen.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("The identity provider's metadata cannot be had: {0}.")]
    Metadata(#[from] FetchError),
    #[error("The identity provider's metadata names no {0} address for this binding.")]
    NoEndpoint(&'static str),
    #[error(
        "The response answers no sign-in that is under way here. It came unasked, a second time, after more than \
         10 minutes, or without the RelayState it was asked for with."
    )]
    NotRequested,
    #[error("The sign-in began at {0}, and the response came to another address of the sample.")]
    OtherAddress(String),
    #[error("{0}.")]
    Rejected(Rejected),
    #[error("{}", denied(.0))]
    Denied(Status),
    #[error("The assertion was used before.")]
    Replayed,
    #[error(
        "The sign-in was not begun in this browser, or its cookie was lost on the way. Somebody else may have sent you \
         here to sign you in under their name."
    )]
    OtherBrowser,
    #[error("This address completes one sign-in, and that was used before or took longer than 2 minutes.")]
    NoTicket,
    #[error("The message was not taken: {}.", .0.body_text())]
    Body(BytesRejection),
    #[error("A form was expected, or an envelope in text/xml.")]
    ContentType,
    #[error("The message cannot be read: {0}.")]
    Decode(#[from] DecodeError),
    #[error("The signature was not accepted: {0}.")]
    Signature(#[from] SignatureError),
    #[error("The logout message {0}.")]
    LogoutMessage(&'static str),
    #[error("You are logged out of the sample app, but the identity server answered {0}.")]
    LogoutStatus(String),
    #[error("The request does not come from a page of the sample.")]
    CrossSite,
    #[error("The sample app has no signing key: making one failed at its start.")]
    NoKey,
    #[error("A message could not be built: {0}.")]
    Build(#[from] BuildError),
    #[error("A random number could not be drawn: {0}.")]
    Randomness(#[from] NoRandomness),
}

impl From<Rejected> for Failure {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Status(status) => Self::Denied(status),
            other => Self::Rejected(other),
        }
    }
}

impl Failure {
    fn status(&self) -> StatusCode {
        match self {
            Self::Metadata(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::NoEndpoint(_) => StatusCode::BAD_GATEWAY,
            Self::Body(rejection) => rejection.status(),
            Self::ContentType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Decode(_) | Self::NotRequested | Self::NoTicket | Self::LogoutStatus(_) => StatusCode::BAD_REQUEST,
            Self::OtherAddress(_)
            | Self::Rejected(_)
            | Self::Denied(_)
            | Self::Replayed
            | Self::OtherBrowser
            | Self::Signature(_)
            | Self::LogoutMessage(_)
            | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::NoKey | Self::Build(_) | Self::Randomness(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Metadata(_) | Self::NoEndpoint(_) => "The identity server is not available",
            Self::Denied(_) => "The identity server did not sign you in",
            Self::NotRequested
            | Self::OtherAddress(_)
            | Self::Rejected(_)
            | Self::Replayed
            | Self::OtherBrowser
            | Self::NoTicket => "The sign-in was rejected",
            Self::Body(_) | Self::ContentType | Self::Decode(_) | Self::Signature(_) => "The message was rejected",
            Self::LogoutMessage(_) | Self::LogoutStatus(_) => "The logout was not completed",
            Self::CrossSite => "The request was refused",
            Self::NoKey | Self::Build(_) | Self::Randomness(_) => "Something in the sample failed",
        }
    }

    /// The page that tells the person.
    pub(super) fn page(&self, app: &App) -> Response {
        if self.status().is_server_error() {
            tracing::error!(reason = %self, "the sample could not go on");
        } else {
            tracing::info!(reason = %self, "the sample rejected a message");
        }
        refusal(app, self.status(), self.title(), &self.explanation(app))
    }

    fn explanation(&self, app: &App) -> Markup {
        html! {
            p { (self.to_string()) }
            @match self {
                Self::Metadata(_) => {
                    p { "It was asked for at " code { (app.sp.idp.url()) } ". Start the identity server, then try again." }
                }
                Self::Denied(Status { message: Some(message), .. }) => {
                    p { "It says: " q { (message) } }
                }
                _ => {}
            }
        }
    }
}

fn denied(status: &Status) -> String {
    format!("The identity server answered {}.", in_words(status))
}

/// A status as its last words: `Responder, AuthnFailed`.
pub(super) fn in_words(status: &Status) -> String {
    let short = |uri: &str| uri.rsplit(':').next().unwrap_or(uri).to_owned();
    let mut words = short(&status.code);
    if let Some(sub_code) = &status.sub_code {
        words.push_str(", ");
        words.push_str(&short(sub_code));
    }
    words
}
