//! An application answers a LogoutRequest of ours. However late: an answer counts after its application was skipped, too.

use saml::inbound::Inbound;
use saml::message::LogoutResponse;

use super::LogoutStep;
use super::state::{Standing, State, change};
use crate::saml_idp::receive::Failed;
use crate::saml_idp::refusal::Check;
use crate::service_providers::SamlServiceProvider;
use crate::{Result, Services, token};

/// What an answer is to the logout it names.
enum Taken {
    Now,
    /// A reload, or the back button: the same bytes once more.
    Before,
    /// Another answer to a request that was answered.
    Replay,
}

pub(super) async fn by(
    services: &Services,
    sp: &SamlServiceProvider,
    inbound: &Inbound,
    response: &LogoutResponse,
) -> Result<Result<LogoutStep, Failed>> {
    let (Some(id), Some(in_response_to)) = (&inbound.relay_state, &response.in_response_to) else {
        return Ok(Err(unasked()));
    };
    let standing = if response.status.is_success() {
        Standing::LoggedOut
    } else {
        Standing::Refused
    };
    let digest = token::hash(&inbound.xml);
    let taken = change(services, id, |state| {
        take(state, sp.id, in_response_to, &digest, standing)
    })
    .await?;
    Ok(match taken {
        None => Err(unasked()),
        Some(Taken::Replay) => Err(Failed(
            Check::Replay,
            "The LogoutRequest was answered before.".to_owned(),
        )),
        Some(Taken::Now | Taken::Before) => {
            tracing::info!(
                application = sp.name,
                standing = standing.as_str(),
                "a logout was answered"
            );
            Ok(LogoutStep::GoOn { id: id.clone() })
        }
    })
}

/// Only the application that the request went to can answer it.
fn take(state: &mut State, sp: i64, in_response_to: &str, digest: &str, standing: Standing) -> Option<Taken> {
    let participant = state
        .told_by(in_response_to)
        .filter(|one| one.service_provider_id == sp)?;
    let sent = participant.sent.iter_mut().find(|sent| sent.id == in_response_to)?;
    Some(match &sent.answer {
        Some(before) if before == digest => Taken::Before,
        Some(_) => Taken::Replay,
        None => {
            sent.answer = Some(digest.to_owned());
            participant.answered(standing);
            Taken::Now
        }
    })
}

fn unasked() -> Failed {
    Failed(
        Check::InResponseTo,
        "InResponseTo and RelayState name no LogoutRequest sent to this service provider.".to_owned(),
    )
}
