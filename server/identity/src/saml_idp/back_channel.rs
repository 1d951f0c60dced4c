//! Logout by SOAP: applications that take it are told all at once, without the browser, and have five seconds each.
//!
//! That they were asked is saved before anything leaves, and what came of it afterwards: a second tab asks nobody again.

use std::time::Duration;

use entity::logout;
use saml::inbound::Inbound;
use saml::logout::LogoutRequestSpec;
use saml::message::Message;
use saml::soap;
use tokio::task::JoinSet;
use url::Url;

use super::logout::messages::request_to;
use super::logout::state::{Standing, State, change, save};
use super::receive::{certificates, has_certificate};
use crate::login::{self, Event};
use crate::service_providers::SamlServiceProvider;
use crate::sms::FailureKind;
use crate::{Error, Result, Services, keys, token};

/// How long one application may take.
const PATIENCE: Duration = Duration::from_secs(5);
const METHOD: &str = "back_channel";

/// What came of telling all at once.
pub(super) enum Told {
    /// None that waits its turn takes SOAP.
    Nobody,
    Some,
    /// Another request has changed the logout in between, and nobody was told.
    Overtaken,
}

/// A LogoutRequest that is ready to leave.
struct Telling {
    sp: SamlServiceProvider,
    spec: LogoutRequestSpec,
    xml: String,
}

/// Tells every participant that takes SOAP and waits its turn, and saves what each has answered.
pub(super) async fn tell(services: &Services, row: &mut logout::Model, state: &mut State) -> Result<Told> {
    let all = prepare(services, state).await?;
    if all.is_empty() {
        return Ok(Told::Nobody);
    }
    if !save(&services.db, row, state).await? {
        return Ok(Told::Overtaken);
    }
    // In a task of its own: whoever closes the page meanwhile cuts nobody's answer off.
    let asking = ask_all(services.clone(), row.id.clone(), all);
    tokio::spawn(asking).await.map_err(Error::internal)??;
    Ok(Told::Some)
}

async fn ask_all(services: Services, id: String, all: Vec<Telling>) -> Result<()> {
    let mut told = JoinSet::new();
    for telling in all {
        let services = services.clone();
        told.spawn(async move {
            let asked = tokio::time::timeout(PATIENCE, ask(&services, &telling)).await;
            let standing = asked.unwrap_or(Standing::Silent);
            note(&telling.sp, standing);
            (telling.spec, standing)
        });
    }
    let outcomes = told.join_all().await;
    for (spec, standing) in &outcomes {
        for index in &spec.session_indexes {
            let (db, words) = (&services.db, standing.words());
            login::note_event(&services, db, index, Event::BackChannel, words, "").await?;
        }
    }
    change(&services, &id, |state| {
        for (spec, standing) in &outcomes {
            conclude(state, &spec.id, *standing);
        }
        Some(())
    })
    .await?;
    Ok(())
}

/// Notes in the state that they are asked, and builds what they get.
async fn prepare(services: &Services, state: &mut State) -> Result<Vec<Telling>> {
    let mut all = Vec::new();
    let waiting = |one: &&mut super::logout::state::Participant| one.standing == Standing::Waiting;
    for participant in state.participants.iter_mut().filter(waiting) {
        let request_id = token::saml_id()?;
        let asked = request_to(services, participant, &request_id).await?;
        let Some((sp, spec)) = asked.filter(|(sp, _)| sp.saml.logout_method == METHOD) else {
            continue;
        };
        let key = keys::signer_for(services, &sp.saml).await?;
        let xml = saml::logout::build_request(&spec, Some(&key)).map_err(Error::internal)?;
        participant.ask(&request_id);
        all.push(Telling { sp, spec, xml });
    }
    Ok(all)
}

/// A confirmation counts whatever was decided meanwhile; a failure only if the application is still waited for.
fn conclude(state: &mut State, request_id: &str, standing: Standing) {
    if let Some(participant) = state.told_by(request_id)
        && (standing == Standing::LoggedOut || participant.awaits(request_id))
    {
        participant.answered(standing);
    }
}

fn note(sp: &SamlServiceProvider, standing: Standing) {
    let (application, standing_name) = (&sp.name, standing.as_str());
    if standing == Standing::LoggedOut {
        tracing::info!(
            application,
            standing = standing_name,
            "a back-channel logout was confirmed"
        );
    } else {
        tracing::warn!(
            application,
            standing = standing_name,
            "a back-channel logout was not confirmed"
        );
    }
}

/// What the application says, over the same guarded way out that SMS requests take.
async fn ask(services: &Services, telling: &Telling) -> Standing {
    let Some(request) = http_request(&telling.spec.destination, soap::wrap(&telling.xml)) else {
        return Standing::Unreachable;
    };
    match services.sms.send(&request).await {
        Ok(answer) if answer.status == 200 => match soap::decode(answer.body.as_bytes()) {
            Ok(inbound) => judge(&telling.sp, &inbound, &telling.spec.id),
            Err(_) => Standing::Unusable,
        },
        Ok(answer) => {
            tracing::info!(
                application = telling.sp.name,
                status = answer.status,
                "no answer by SOAP"
            );
            Standing::Unusable
        }
        Err(failure) => {
            tracing::info!(application = telling.sp.name, ?failure, "no answer by SOAP");
            match failure.kind {
                FailureKind::TimedOut => Standing::Silent,
                FailureKind::ClosedEarly | FailureKind::BadAnswer => Standing::Unusable,
                _ => Standing::Unreachable,
            }
        }
    }
}

/// Only the application's own answer to this very request counts; signed, where a certificate is known.
fn judge(sp: &SamlServiceProvider, inbound: &Inbound, request_id: &str) -> Standing {
    let genuine = !has_certificate(sp) || inbound.verify(&certificates(sp)).is_ok();
    let Message::LogoutResponse(response) = &inbound.message else {
        return Standing::Unusable;
    };
    let ours =
        response.in_response_to.as_deref() == Some(request_id) && inbound.message.issuer() == Some(&sp.saml.issuer);
    match (genuine && ours, response.status.is_success()) {
        (true, true) => Standing::LoggedOut,
        (true, false) => Standing::Refused,
        (false, _) => Standing::Unusable,
    }
}

fn http_request(url: &str, envelope: String) -> Option<::sms::HttpRequest> {
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
