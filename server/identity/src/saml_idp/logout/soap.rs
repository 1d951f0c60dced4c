//! A LogoutRequest by SOAP (SAML Bindings 3.2): from an application's server, with nobody's browser in between.
//!
//! Refuses whatever is not signed by a certificate that is registered: there is no browser whose own session it could
//! name. It gets a fault: nothing is signed for a stranger. Those that are told through the browser cannot be told, and the
//! answer says so.

use saml::inbound::Inbound;
use saml::message::{LogoutRequest, Message};
use saml::soap::{self, FaultCode};

use super::asked;
use super::messages::{Outcome, soap_response};
use super::state::{Standing, State, TRIES, load};
use crate::saml_idp::back_channel::{self, Told};
use crate::saml_idp::receive::{Failed, check_message, has_certificate};
use crate::saml_idp::refusal::{Check, Refused, Refusing, refuse, refuse_undecodable};
use crate::service_providers::{self, SamlServiceProvider};
use crate::{Error, Result, Services, token};

/// What goes back on the connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SoapAnswer {
    /// An envelope with a LogoutResponse, whatever its status (SAML Bindings 3.2.3.3), to a sender that has proven itself.
    Response(String),
    /// An envelope with a SOAP fault: what came is no message that is taken here.
    Fault(String),
}

/// The `Content-Type` of every answer.
pub const SOAP_CONTENT_TYPE: &str = soap::CONTENT_TYPE;

/// The fault of a server that cannot answer.
#[must_use]
pub fn soap_failure() -> String {
    soap::fault(
        FaultCode::Server,
        "The server could not take the request. Try again later.",
    )
}

/// Takes the body of a SOAP request.
///
/// # Errors
/// `Busy` and `Internal` only; everything that is wrong with the message is in the answer.
pub async fn receive_soap(services: &Services, body: &[u8]) -> Result<SoapAnswer> {
    let inbound = match soap::decode(body) {
        Ok(inbound) => inbound,
        Err(why) => {
            let seen = String::from_utf8_lossy(body).into_owned();
            return Ok(fault(&refuse_undecodable(services, &why, Some(seen)).await?));
        }
    };
    let issuer = inbound.message.issuer().unwrap_or_default();
    let sp = service_providers::by_issuer(&services.db, issuer).await?;
    let Message::LogoutRequest(request) = &inbound.message else {
        let failed = Failed(
            Check::Kind,
            "By SOAP a LogoutRequest is taken, and nothing else.".to_owned(),
        );
        return Ok(fault(&refused(services, sp.as_ref(), &inbound, failed).await?));
    };
    let Some(sp) = &sp else {
        let detail = format!("No service provider is registered with the Issuer \u{201c}{issuer}\u{201d}.");
        let failed = Failed(Check::Issuer, detail);
        return Ok(fault(&refused(services, None, &inbound, failed).await?));
    };
    if let Err(failed) = is_proven(sp, &inbound).and_then(|()| check_message(services, sp, &inbound)) {
        return Ok(fault(&refused(services, Some(sp), &inbound, failed).await?));
    }
    let outcome = match take(services, sp, &inbound, request).await? {
        Ok(state) if state.is_complete() => Outcome::Complete,
        Ok(state) => {
            warn_of(&state);
            Outcome::Partial
        }
        Err(failed) => Outcome::Denied(words(&refused(services, Some(sp), &inbound, failed).await?)),
    };
    let response = soap_response(services, sp, &request.id, outcome).await?;
    Ok(SoapAnswer::Response(soap::wrap(&response)))
}

/// Ends what the request names and tells those that can be told. Gives how it stands with each.
async fn take(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    request: &LogoutRequest,
) -> Result<Result<State, Failed>> {
    if let Some(failed) = asked::objection(services, sp, request) {
        return Ok(Err(failed));
    }
    // No browser ever opens it: what would let one in is thrown away.
    if !asked::begin(services, sp, inbound, request, &token::secret()?).await? {
        return Ok(Err(Failed(
            Check::Replay,
            "The LogoutRequest was taken before.".to_owned(),
        )));
    }
    tell(services, &asked::request_id(sp, request)).await.map(Ok)
}

/// That there is a signature and something to check it with; [`check_message`] checks it.
fn is_proven(sp: &SamlServiceProvider, inbound: &Inbound) -> Result<(), Failed> {
    let why = match (inbound.is_signed(), has_certificate(sp)) {
        (true, true) => return Ok(()),
        (false, _) => "it is not signed",
        (true, false) => "no certificate is registered to verify it with",
    };
    let detail = format!("A LogoutRequest by SOAP has to be signed, and {why}.");
    Err(Failed(Check::Signature, detail))
}

async fn tell(services: &Services, id: &str) -> Result<State> {
    for _ in 0..TRIES {
        let (mut row, mut state) = load(services, id).await?.ok_or(Error::NotFound)?;
        match back_channel::tell(services, &mut row, &mut state).await? {
            Told::Nobody => return Ok(state),
            Told::Some | Told::Overtaken => {}
        }
    }
    Err(Error::Busy { retry_after: 1 })
}

/// The administrator learns who is left; nobody else is there to be told.
fn warn_of(state: &State) {
    for one in state
        .participants
        .iter()
        .filter(|one| one.standing != Standing::LoggedOut)
    {
        let (application, standing) = (&one.name, one.standing.as_str());
        tracing::warn!(application, standing, "a logout by SOAP left an application logged in");
    }
}

async fn refused(
    services: &Services,
    sp: Option<&SamlServiceProvider>,
    inbound: &Inbound,
    failed: Failed,
) -> Result<Refused> {
    let refusing = Refusing {
        check: failed.0,
        issuer: inbound.message.issuer().unwrap_or_default(),
        detail: failed.1,
        message: &inbound.xml,
        service_provider_id: sp.map(|sp| sp.id),
    };
    refuse(services, refusing).await
}

/// What the sender may know; the rest stands under the number.
fn words(refused: &Refused) -> String {
    format!("{} Case number {}.", refused.check.words(), refused.case_number)
}

fn fault(refused: &Refused) -> SoapAnswer {
    SoapAnswer::Fault(soap::fault(FaultCode::Client, &words(refused)))
}
