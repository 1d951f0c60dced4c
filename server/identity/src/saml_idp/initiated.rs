//! Sign-on that begins here (SAML Profiles 4.1.5): `/samlsso?spEntityID=…`, off unless the service provider's box is ticked.

use super::begin::{self, Begun, Manner, Visit};
use super::kept::{Incoming, Kept};
use super::receive::{Failed, Received, default_acs};
use super::refusal::{Check, Refused, Refusing, refuse};
use super::situation::{Situation, Whose};
use crate::service_providers;
use crate::{Error, Result, Services, token};

/// Longer ones are refused in messages too.
const LONGEST_RELAY_STATE: usize = 1024;

/// Whether a link may lead to the logout's question for this service provider: `/samlsso?slo=true&spEntityID=…`.
///
/// # Errors
/// `Internal` only; what is not allowed is `Some`.
pub async fn refuse_initiated_logout(services: &Services, entity_id: &str) -> Result<Option<Refused>> {
    let sp = service_providers::by_issuer(&services.db, entity_id).await?;
    let (check, detail) = match &sp {
        Some(sp) if sp.saml.enable_idp_initiated_slo.0 => return Ok(None),
        Some(_) => (
            Check::SingleLogout,
            "Enable IdP Initiated SLO is not ticked for this service provider.".to_owned(),
        ),
        None => (Check::Issuer, unknown(entity_id)),
    };
    let sp = sp.map(|sp| sp.id);
    let refusing = Refusing {
        check,
        issuer: entity_id,
        detail,
        message: "",
        service_provider_id: sp,
    };
    refuse(services, refusing).await.map(Some)
}

fn unknown(entity_id: &str) -> String {
    format!("No service provider is registered with the Issuer \u{201c}{entity_id}\u{201d}.")
}

/// Takes the parameters `spEntityID`, `acs` and `RelayState` of a GET request that carries no message.
///
/// # Errors
/// `Internal` only; what is not allowed is `Refused`.
pub async fn receive_initiated(
    services: &Services,
    entity_id: &str,
    acs: Option<&str>,
    relay_state: Option<&str>,
    visit: Visit<'_>,
) -> Result<Received> {
    let found = Situation::find(services, Whose::Issuer(entity_id), visit.session).await?;
    let fits = relay_state.is_none_or(|relay_state| relay_state.len() <= LONGEST_RELAY_STATE);
    let (situation, acs_url) = match allowed(entity_id, found, acs, fits) {
        Ok(allowed) => allowed,
        Err((sp, Failed(check, detail))) => {
            let refusing = Refusing {
                check,
                issuer: entity_id,
                detail,
                message: "",
                service_provider_id: sp,
            };
            return Ok(Received::Refused(refuse(services, refusing).await?));
        }
    };
    // There is no request, so an ID of our own stands where its would: nothing can be replayed.
    let request_id = format!("unsolicited-{}", token::id()?);
    let incoming = Incoming {
        sp: &situation.configured.sp,
        request_id: &request_id,
        digest: String::new(),
        kept: &Kept::unsolicited(),
        acs_url,
        relay_state,
    };
    let row = incoming.row(services)?;
    match begin::begin(services, &situation, row, Manner::default(), visit.client).await? {
        Begun::Received(received) => Ok(received),
        Begun::Replay(why) => Err(Error::internal(why)),
    }
}

type Refusal = (Option<i64>, Failed);

fn allowed(
    entity_id: &str,
    found: Option<Situation>,
    acs: Option<&str>,
    relay_state_fits: bool,
) -> Result<(Situation, String), Refusal> {
    let situation = found.ok_or_else(|| (None, Failed(Check::Issuer, unknown(entity_id))))?;
    let sp = &situation.configured.sp;
    if !sp.saml.enable_idp_initiated_sso.0 {
        let detail = "Enable IdP Initiated SSO is not ticked for this service provider.".to_owned();
        return Err((Some(sp.id), Failed(Check::IdpInitiated, detail)));
    }
    if !relay_state_fits {
        let detail = format!("RelayState is longer than {LONGEST_RELAY_STATE} bytes.");
        return Err((Some(sp.id), Failed(Check::Decoding, detail)));
    }
    let url = match acs {
        Some(asked) => sp.saml.acs_urls.iter().find(|url| *url == asked).cloned(),
        None => default_acs(sp),
    };
    match url {
        Some(url) => Ok((situation, url)),
        None => {
            let detail = "The parameter acs is none of the registered Assertion Consumer URLs.".to_owned();
            Err((Some(sp.id), Failed(Check::AssertionConsumerUrl, detail)))
        }
    }
}
