//! What a page of the SMS step may send: a code, a backup code in its place, the number it goes to, one more code.

use domain::flow::{Authenticator, Reason};
use entity::user;

use super::Input;
use super::authenticator::sms_otp::{self, Outcome};
use super::authenticator::{backup_code, entered_number};
use super::engine::{flow_user, sign_in};
use super::events::{Event, note};
use super::flow_store::Flow;
use super::log::{self, SignIn};
use super::stage::Notice;
use crate::sessions::Client;
use crate::{Result, Services};

/// Takes an input of the step. `false`: an input of another page, which changes nothing.
pub(super) async fn take_sms_input(
    services: &Services,
    flow: &mut Flow,
    input: Input,
    asked: Authenticator,
    identity_provider: i64,
    client: &Client,
) -> Result<bool> {
    let user = flow_user(services, flow).await?;
    // It may have been switched off since the code was sent, or a role been taken away.
    if let Err(reason) = sms_otp::open_to(services, user.id, identity_provider).await? {
        flow.stage.ended = Some(reason);
        return Ok(true);
    }
    flow.stage.backup = matches!(input, Input::AskBackupCode(true) | Input::BackupCode(_));
    let is_backup = matches!(input, Input::BackupCode(_));
    let outcome = match input {
        Input::Code(typed) => sms_otp::submit(services, flow, user.id, identity_provider, &typed, client).await?,
        Input::Resend => sms_otp::resend(services, flow, user.id, identity_provider, client).await?,
        Input::Number(typed) => {
            entered_number::submit(services, flow, user.id, identity_provider, &typed, client).await?
        }
        Input::AskBackupCode(_) => Outcome::Waiting,
        Input::BackupCode(typed) => {
            let outcome = backup_code::submit(services, flow, user.id, &typed).await?;
            if outcome == Outcome::Passed {
                let entry = SignIn {
                    username: &user.username,
                    outcome: log::BACKUP_CODE,
                    ..sign_in(flow, client)
                };
                log::record(services, &services.db, entry).await?;
            }
            outcome
        }
        Input::Password { .. } | Input::Choose(_) | Input::ChooseAgain | Input::Claims(_) => return Ok(false),
    };
    if let Some(event) = event(&outcome, is_backup) {
        note(services, &services.db, &flow.row.id, event, "", &client.address).await?;
    }
    take_outcome(services, flow, &user, asked, outcome);
    Ok(true)
}

/// What the time line tells of an outcome. What can be repeated without a limit, such as *Resend code* pressed too
/// early, is no event; a backup code that was used is a row of Sign-ins.
fn event(outcome: &Outcome, is_backup: bool) -> Option<Event> {
    match outcome {
        Outcome::Passed => (!is_backup).then_some(Event::CodeRight),
        Outcome::Again(Notice::Resent) => Some(Event::Resend),
        Outcome::Again(Notice::CodeExpired) => Some(Event::ExpiredCode),
        Outcome::Again(Notice::CodeWrong) | Outcome::Ended(Reason::TooManyWrongCodes) => Some(if is_backup {
            Event::WrongBackupCode
        } else {
            Event::WrongCode
        }),
        _ => None,
    }
}

fn take_outcome(services: &Services, flow: &mut Flow, user: &user::Model, asked: Authenticator, outcome: Outcome) {
    match outcome {
        _ if user.locked => flow.stage.ended = Some(Reason::Locked),
        Outcome::Passed => {
            flow.stage.pass(asked, services.clock.now());
            flow.stage.skip_satisfied();
        }
        Outcome::Waiting => {}
        Outcome::Again(notice) => flow.stage.notice = Some(notice),
        Outcome::Ended(reason) => flow.stage.ended = Some(reason),
    }
}
