//! The SAML 2.0 identity provider: takes requests, answers them, ends sessions, describes itself.
//!
//! Decides; the `saml` crate reads, builds and signs. Nothing is ever sent to an address that is not registered.

mod authn_context;
mod back_channel;
mod initiated;
mod logout;
mod logout_state;
mod metadata;
mod receive;
mod refusal;
mod respond;
mod subject;

pub use initiated::{receive_initiated, refuse_initiated_logout};
pub use logout::{Asked, LogoutStep, ask, begin_at_home, confirm, go_on};
pub use metadata::{CertificateFacts, Facts, facts, metadata};
pub use receive::{Received, receive_post, receive_redirect};
pub use refusal::{Check, Refused};
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
