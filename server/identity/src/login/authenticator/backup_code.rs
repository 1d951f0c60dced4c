//! A backup code in the place of the code by SMS. It passes the SMS step and counts like a code of it, wrong ones too.

use super::attempts::{self, Attempt};
use super::sms_otp::Outcome;
use crate::login::flow_store::Flow;
use crate::login::stage::Notice;
use crate::login::throttle;
use crate::{Result, Services, users};

/// Counts a typed backup code, then compares it.
pub async fn submit(services: &Services, flow: &Flow, user_id: i64, typed: &str) -> Result<Outcome> {
    let place = services.hasher.place()?;
    let Attempt { typed, challenge } = match attempts::begin(services, flow, typed).await? {
        Ok(attempt) => attempt,
        Err(against) => return Ok(against),
    };
    if users::use_backup_code(services, place, user_id, &typed).await? {
        throttle::open_codes(&services.db, user_id).await?;
        return Ok(Outcome::Passed);
    }
    Ok(attempts::wrong(&challenge, Notice::CodeWrong))
}
