//! Single logout: our own session ends first, then every application that had part in it is told, one after another.
//!
//! A LogoutRequest that cannot be verified is honoured only from the browser whose own session it names; else somebody
//! is asked. Each visit is a top-level one: frames and third-party cookies are not counted on. Applications that take
//! SOAP are told without the browser (`back_channel`).

mod answered;
mod asked;
mod ending;
pub(super) mod messages;
mod pages;
mod soap;
pub(super) mod state;
#[cfg(test)]
mod tests;
mod visit;

use saml::inbound::Inbound;
use saml::message::Message;

use super::receive::Failed;
use super::refusal::Check;
use crate::service_providers::SamlServiceProvider;
use crate::{Result, Services};

pub use pages::{LogoutPage, LogoutView, Unanswered, begin_at_home, confirm, open, skip, try_again, unfinished};
pub use soap::{SOAP_CONTENT_TYPE, SoapAnswer, receive_soap, soap_failure};
pub use state::Standing;
pub use visit::visit;

/// What a logout message led to.
#[derive(Debug)]
pub enum LogoutStep {
    /// A logout has begun; it goes on at its page, where this browser's cookies come along.
    Begun { id: String, browser_secret: String },
    /// One that has begun before goes on at its page.
    GoOn { id: String },
}

/// Takes a LogoutRequest or LogoutResponse that has passed the checks of every message.
pub(super) async fn receive(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
) -> Result<Result<LogoutStep, Failed>> {
    match &inbound.message {
        Message::LogoutRequest(request) => asked::by(services, sp, inbound, request).await,
        Message::LogoutResponse(response) => answered::by(services, sp, inbound, response).await,
        Message::AuthnRequest(_) => Ok(Err(Failed(Check::Kind, "An AuthnRequest is no logout message.".into()))),
    }
}
