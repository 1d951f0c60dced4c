//! Sign-on that begins here (SAML Profiles 4.1.5): `/samlsso?spEntityID=…`, off unless the service provider's box is ticked.

use super::receive::{Failed, Kept, Received, default_acs, keep, start};
use super::refusal::{Check, Refusing, refuse};
use crate::service_providers::{self, SamlServiceProvider};
use crate::{Result, Services, token};

/// Takes the parameters `spEntityID`, `acs` and `RelayState` of a GET request that carries no message.
///
/// # Errors
/// `Internal` only; what is not allowed is `Refused`.
pub async fn receive_initiated(
    services: &Services,
    entity_id: &str,
    acs: Option<&str>,
    relay_state: Option<&str>,
) -> Result<Received> {
    let sp = service_providers::by_issuer(&services.db, entity_id).await?;
    let (sp, acs_url) = match allowed(entity_id, sp, acs) {
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
    let id = token::id()?;
    // There is no request, so the row's own id stands where its ID would: nothing can be replayed.
    keep(
        services,
        &sp,
        &id,
        &format!("unsolicited-{id}"),
        "",
        &Kept::unsolicited(),
        &acs_url,
        relay_state,
    )
    .await?;
    start(services, &sp, &id, false, false).await
}

type Refusal = (Option<i64>, Failed);

fn allowed(
    entity_id: &str,
    sp: Option<SamlServiceProvider>,
    acs: Option<&str>,
) -> Result<(SamlServiceProvider, String), Refusal> {
    let unknown = || format!("No service provider is registered with the Issuer \u{201c}{entity_id}\u{201d}.");
    let sp = sp.ok_or_else(|| (None, Failed(Check::Issuer, unknown())))?;
    if !sp.saml.enable_idp_initiated_sso.0 {
        let detail = "Enable IdP Initiated SSO is not ticked for this service provider.".to_owned();
        return Err((Some(sp.id), Failed(Check::IdpInitiated, detail)));
    }
    let url = match acs {
        Some(asked) => sp.saml.acs_urls.iter().find(|url| *url == asked).cloned(),
        None => default_acs(&sp),
    };
    match url {
        Some(url) => Ok((sp, url)),
        None => {
            let detail = "The parameter acs is none of the registered Assertion Consumer URLs.".to_owned();
            Err((Some(sp.id), Failed(Check::AssertionConsumerUrl, detail)))
        }
    }
}
