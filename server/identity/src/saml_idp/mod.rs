//! The SAML 2.0 identity provider: takes requests, answers them, ends sessions, describes itself.
//!
//! Decides; the `saml` crate reads, builds and signs. Nothing is ever sent to an address that is not registered.

mod answer;
pub(crate) mod asked_for;
mod authn_context;
mod back_channel;
mod begin;
mod bounds;
mod compose;
mod encryption;
mod initiated;
mod kept;
mod logout;
mod metadata;
mod preview;
mod receive;
mod refusal;
mod respond;
mod situation;
mod status;
mod subject;

pub(crate) use answer::{ANOTHER_SUBJECT, CONTEXT_NOT_MET, NO_SUBJECT, REFUSED, SIGNED_IN};
pub use begin::Visit;
pub use initiated::{receive_initiated, refuse_initiated_logout};
pub use logout::{
    LogoutPage, LogoutStep, LogoutView, SOAP_CONTENT_TYPE, SoapAnswer, Standing, Unanswered, begin_at_home, confirm,
    open, receive_soap, skip, soap_failure, try_again, unfinished, visit,
};
pub use metadata::{Metadata, metadata};
pub use preview::preview;
pub use receive::{Received, receive_post, receive_redirect};
pub use refusal::{Check, Refused};
#[cfg(test)]
pub(crate) use refusal::{Refusing, refuse};
pub use respond::{Responded, respond};

use saml::post::{self, Page};
use saml::redirect::Parameter;

use crate::{Result, token};

/// A message on its way to a service provider through the browser.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// A page whose form posts itself.
    Post {
        action: String,
        parameter: Parameter,
        xml: String,
        relay_state: Option<String>,
        application: String,
    },
    /// A redirect that carries the message in its query.
    Redirect(String),
}

/// What the browser gets for an [`Outgoing`].
#[derive(Clone, Debug)]
pub enum Rendered {
    Page {
        html: String,
        content_security_policy: String,
    },
    Redirect(String),
}

impl Outgoing {
    /// The page or the redirect that takes the message on.
    ///
    /// # Errors
    /// `Internal`, should the system's random generator fail.
    pub fn render(self) -> Result<Rendered> {
        let (action, parameter, xml, relay_state, application) = match self {
            Self::Redirect(url) => return Ok(Rendered::Redirect(url)),
            Self::Post {
                action,
                parameter,
                xml,
                relay_state,
                application,
            } => (action, parameter, xml, relay_state, application),
        };
        let nonce = token::id()?;
        let page = Page {
            action: &action,
            parameter,
            xml: &xml,
            relay_state: relay_state.as_deref(),
            nonce: &nonce,
            app_name: &application,
        };
        Ok(Rendered::Page {
            html: post::page(&page),
            content_security_policy: post::content_security_policy(&nonce),
        })
    }
}
