//! `/logout/{id}/next`: the one visit that sends a message. It is sent only by whoever has saved that it is: a second
//! tab, a double click or a reload finds it sent, and gets the logout's page instead.

use entity::logout;

use super::messages::{self, Outcome};
use super::state::{Standing, State, TRIES, Turn, mine, save};
use crate::saml_idp::Outgoing;
use crate::saml_idp::back_channel::{self, Told};
use crate::{Error, Result, Services, token};

/// What became of one look at the row.
enum Look {
    Send(Outgoing),
    /// Something has changed: look again.
    Again,
    /// Nothing is to be sent: the logout's page shows why.
    Nothing,
}

/// Tells the next application, or answers the one that asked; `None` if there is nothing to send now. Applications that
/// take SOAP are told at once and on the way, which takes five seconds at the most.
///
/// # Errors
/// `NotFound` for a logout that is not this browser's.
pub async fn visit(services: &Services, id: &str, browser_secret: &str) -> Result<Option<Outgoing>> {
    for _ in 0..TRIES {
        let (mut row, mut state) = mine(services, id, browser_secret).await?;
        match look(services, &mut row, &mut state).await? {
            Look::Send(outgoing) => return Ok(Some(outgoing)),
            Look::Nothing => return Ok(None),
            Look::Again => {}
        }
    }
    Err(Error::Busy { retry_after: 1 })
}

async fn look(services: &Services, row: &mut logout::Model, state: &mut State) -> Result<Look> {
    if !state.ended {
        return Ok(Look::Nothing);
    }
    match state.turn() {
        Turn::Tell => match back_channel::tell(services, row, state).await? {
            Told::Nobody => tell_next(services, row, state).await,
            Told::Some | Told::Overtaken => Ok(Look::Again),
        },
        Turn::Answer => answer(services, row, state).await,
        Turn::Wait | Turn::Over => Ok(Look::Nothing),
    }
}

/// Through the browser, which goes to one application at a time.
async fn tell_next(services: &Services, row: &mut logout::Model, state: &mut State) -> Result<Look> {
    let waiting = state
        .participants
        .iter_mut()
        .find(|one| one.standing == Standing::Waiting);
    let Some(participant) = waiting else {
        return Ok(Look::Again);
    };
    let request_id = token::saml_id()?;
    let Some((sp, spec)) = messages::request_to(services, participant, &request_id).await? else {
        participant.standing = Standing::NothingToTell;
        save(&services.db, row, state).await?;
        return Ok(Look::Again);
    };
    let outgoing = messages::request(services, sp, spec, &row.id).await?;
    participant.ask(&request_id);
    if save(&services.db, row, state).await? {
        Ok(Look::Send(outgoing))
    } else {
        Ok(Look::Again)
    }
}

async fn answer(services: &Services, row: &mut logout::Model, state: &mut State) -> Result<Look> {
    let outcome = if state.is_complete() {
        Outcome::Complete
    } else {
        Outcome::Partial
    };
    let outgoing = match &state.initiator {
        Some(initiator) => messages::response(services, initiator, outcome).await?,
        None => None,
    };
    state.answered = true;
    if !save(&services.db, row, state).await? {
        return Ok(Look::Again);
    }
    tracing::info!(complete = state.is_complete(), "a logout is over");
    Ok(outgoing.map_or(Look::Nothing, Look::Send))
}
