//! Logout by SOAP: applications that take it are told all at once, without the browser, and have five seconds each.

use std::time::Duration;

use saml::inbound::Inbound;
use saml::message::Message;
use saml::soap;
use tokio::task::JoinSet;
use url::Url;

use super::logout::request_to;
use super::logout_state::Participant;
use super::receive::{certificates, has_certificate};
use crate::service_providers::SamlServiceProvider;
use crate::{Error, Result, Services, keys, token};

/// How long one application may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Tells every participant that takes SOAP and waits its turn. `true` if there was one.
pub(super) async fn tell(services: &Services, participants: &mut [Participant]) -> Result<bool> {
    let mut told = JoinSet::new();
    for (position, participant) in participants
        .iter_mut()
        .enumerate()
        .filter(|(_, one)| one.request_id.is_empty())
    {
        let asked = request_to(services, participant).await?;
        let Some((sp, mut spec)) = asked.filter(|(sp, _)| sp.saml.logout_method == "back_channel") else {
            continue;
        };
        participant.request_id = token::saml_id()?;
        spec.id = participant.request_id.clone();
        let key = keys::active(services).await?;
        let xml = saml::logout::build_request(&spec, Some(&key)).map_err(Error::internal)?;
        let services = services.clone();
        told.spawn(async move {
            let confirmed =
                tokio::time::timeout(PATIENCE, ask(&services, &sp, &spec.destination, &spec.id, &xml)).await;
            (position, confirmed.unwrap_or(false))
        });
    }
    let any = !told.is_empty();
    while let Some(done) = told.join_next().await {
        let (position, confirmed) = done.map_err(Error::internal)?;
        participants[position].confirmed = confirmed;
    }
    Ok(any)
}

/// Whether the application confirms, over the same guarded way out that SMS requests take.
async fn ask(services: &Services, sp: &SamlServiceProvider, url: &str, request_id: &str, xml: &str) -> bool {
    let Some(request) = request(url, soap::wrap(xml)) else {
        return false;
    };
    match services.sms.send(&request).await {
        Ok(answer) if answer.status == 200 => {
            soap::decode(answer.body.as_bytes()).is_ok_and(|inbound| confirms(sp, &inbound, request_id))
        }
        Ok(answer) => {
            tracing::info!(
                application = sp.name,
                status = answer.status,
                "a back-channel logout was not confirmed"
            );
            false
        }
        Err(failure) => {
            tracing::info!(
                application = sp.name,
                ?failure,
                "a back-channel logout could not be sent"
            );
            false
        }
    }
}

fn confirms(sp: &SamlServiceProvider, inbound: &Inbound, request_id: &str) -> bool {
    let genuine = !has_certificate(sp) || inbound.verify(&certificates(sp)).is_ok();
    let Message::LogoutResponse(response) = &inbound.message else {
        return false;
    };
    let ours =
        response.in_response_to.as_deref() == Some(request_id) && inbound.message.issuer() == Some(&sp.saml.issuer);
    genuine && ours && response.status.is_success()
}

fn request(url: &str, envelope: String) -> Option<::sms::HttpRequest> {
    let url: Url = url.parse().ok()?;
    let scheme = match url.scheme() {
        "http" => ::sms::Scheme::Http,
        "https" => ::sms::Scheme::Https,
        _ => return None,
    };
    let host = url.host_str()?.to_owned();
    let authority = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
    let target = url
        .query()
        .map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
    let body = envelope.into_bytes();
    let headers = [
        ("Host", authority),
        ("Content-Type", soap::CONTENT_TYPE.to_owned()),
        ("SOAPAction", soap::ACTION.to_owned()),
        ("User-Agent", "Gatehouse".to_owned()),
        ("Content-Length", body.len().to_string()),
    ];
    Some(::sms::HttpRequest {
        method: ::sms::Method::Post,
        scheme,
        host,
        port: url.port(),
        target,
        headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        body: Some(body),
    })
}
