//! A code by SMS: the number from the user's claim, the code as a hash in a row, committed before it is sent.
//!
//! A failure to send keeps the sign-in open and is said at once; nobody waits for a code that was never sent. No number,
//! a closed account or a switched-off provider end it: a configured step is always enforced.

use chrono::{DateTime, Duration, Utc};
use domain::flow::Reason;
use domain::phone::E164;
use entity::otp_challenge;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};

use crate::identity_providers::{self, Policy, SmsOtp};
use crate::login::flow_store::Flow;
use crate::login::otp::{self, Verdict};
use crate::login::prompt;
use crate::login::stage::Notice;
use crate::login::throttle::{self, Codes};
use crate::sms::{self, Delivery, Purpose};
use crate::{Error, Result, Services, counters, phone, store, token, users};

/// Between a send that cannot have left and the next: a provider that is down is not to be hammered.
const PAUSE_SECONDS: i64 = 2;
/// Sends that cannot have left are not counted against the person, yet one sign-in does not go on trying for ever.
const MOST_CODES: u64 = 20;

/// What starting the step came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Started {
    /// A code is on its way, or could not be sent: the page says which.
    Waiting,
    Ended(Reason),
}

/// What a typed code, or *Resend code*, came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Again(Notice),
    Ended(Reason),
}

/// Begins the step, once: a reload or a second tab finds the challenge and sends nothing.
pub async fn start(services: &Services, flow: &Flow, user_id: i64, identity_provider: i64) -> Result<Started> {
    let (otp, number) = match ready(services, user_id, identity_provider).await? {
        Ok(ready) => ready,
        Err(reason) => return Ok(Started::Ended(reason)),
    };
    let Some(challenge) = insert_challenge(services, flow, user_id, &otp, &number).await? else {
        return Ok(Started::Waiting);
    };
    if !take_limits(services, user_id, &number, &otp.policy).await? {
        return Ok(Started::Ended(Reason::TooManyCodesSent));
    }
    send(services, flow, user_id, &otp, &number, &challenge).await?;
    Ok(Started::Waiting)
}

/// Counts a typed code, then compares it.
pub async fn submit(services: &Services, flow: &Flow, user_id: i64, typed: &str) -> Result<Outcome> {
    let typed = otp::normalise(typed);
    if typed.is_empty() {
        return Ok(Outcome::Again(Notice::CodeMissing));
    }
    let Some(challenge) = prompt::challenge(services, flow).await? else {
        return Ok(Outcome::Ended(Reason::StepMisconfigured));
    };
    if challenge.wrong_codes >= challenge.wrong_codes_allowed {
        return Ok(Outcome::Ended(Reason::TooManyWrongCodes));
    }
    match throttle::count_code(services, user_id).await? {
        Codes::Open => {}
        Codes::Wait(until) => return Ok(Outcome::Again(Notice::CodeWait { until })),
        Codes::Closed => return Ok(Outcome::Ended(Reason::CodesClosed)),
    }
    if !count_attempt(services, &challenge.id).await? {
        return Ok(Outcome::Ended(Reason::TooManyWrongCodes));
    }
    match otp::consume(services, &challenge.id, &typed).await? {
        Verdict::Right => {
            throttle::open_codes(&services.db, user_id).await?;
            Ok(Outcome::Passed)
        }
        _ if challenge.wrong_codes + 1 >= challenge.wrong_codes_allowed => {
            Ok(Outcome::Ended(Reason::TooManyWrongCodes))
        }
        Verdict::Expired => Ok(Outcome::Again(Notice::CodeExpired)),
        Verdict::Wrong => Ok(Outcome::Again(Notice::CodeWrong)),
    }
}

/// Sends one more code, unless it is too early or there have been enough. Wrong codes stay counted.
pub async fn resend(services: &Services, flow: &Flow, user_id: i64, identity_provider: i64) -> Result<Outcome> {
    let (otp, number) = match ready(services, user_id, identity_provider).await? {
        Ok(ready) => ready,
        Err(reason) => return Ok(Outcome::Ended(reason)),
    };
    let Some(challenge) = prompt::challenge(services, flow).await? else {
        return Ok(Outcome::Ended(Reason::StepMisconfigured));
    };
    let sends = u32::try_from(challenge.sends).unwrap_or(u32::MAX);
    if sends >= otp.policy.codes_per_sign_in {
        return Ok(Outcome::Again(Notice::NoMoreCodes));
    }
    if otp::count(&services.db, &challenge.id).await? >= MOST_CODES {
        return Ok(Outcome::Again(Notice::NoMoreCodes));
    }
    if !claim_send(services, &challenge, &otp.policy).await? {
        // Another tab may just have sent one: the wait is the one that runs now.
        let until = prompt::challenge(services, flow)
            .await?
            .map_or(challenge.next_send_at, |now| now.next_send_at);
        return Ok(Outcome::Again(Notice::ResendWait { until }));
    }
    if !take_limits(services, user_id, &number, &otp.policy).await? {
        undo_send(&services.db, &challenge.id, challenge.next_send_at).await?;
        return Ok(Outcome::Again(Notice::NoMoreCodes));
    }
    send(services, flow, user_id, &otp, &number, &challenge.id).await?;
    Ok(Outcome::Again(Notice::Resent))
}

/// Provider and number, or why there can be no code.
async fn ready(services: &Services, user_id: i64, identity_provider: i64) -> Result<Result<(SmsOtp, E164), Reason>> {
    let Some(otp) = identity_providers::sms_otp(services, &services.db, identity_provider)
        .await?
        .filter(|otp| otp.enabled)
    else {
        return Ok(Err(Reason::ProviderDisabled));
    };
    if throttle::codes_closed(services, user_id).await? {
        return Ok(Err(Reason::CodesClosed));
    }
    let Some(number) = users::mobile_of(&services.db, user_id).await? else {
        return Ok(Err(Reason::NoNumber));
    };
    let allowed = &otp.policy.allowed_countries;
    let country = phone::country_of(&number);
    if !allowed.is_empty() && !country.is_some_and(|country| allowed.contains(&country)) {
        return Ok(Err(Reason::NumberNotAllowed));
    }
    Ok(Ok((otp, number)))
}

/// The challenge's id, or `None` if this step has one already.
async fn insert_challenge(
    services: &Services,
    flow: &Flow,
    user_id: i64,
    otp: &SmsOtp,
    number: &E164,
) -> Result<Option<String>> {
    let now = services.clock.now();
    let id = token::id()?;
    let row = otp_challenge::ActiveModel {
        id: Set(id.clone()),
        flow_id: Set(flow.row.id.clone()),
        step: Set(i32::try_from(flow.stage.current).unwrap_or(i32::MAX)),
        user_id: Set(user_id),
        identity_provider_id: Set(otp.identity_provider_id),
        masked_number: Set(number.masked()),
        wrong_codes: Set(0),
        wrong_codes_allowed: Set(i32::try_from(otp.policy.wrong_codes_allowed).unwrap_or(i32::MAX)),
        sends: Set(1),
        next_send_at: Set(now + otp.policy.resend_wait),
        created_at: Set(now),
    };
    let once = OnConflict::columns([otp_challenge::Column::FlowId, otp_challenge::Column::Step])
        .do_nothing()
        .to_owned();
    let inserted = otp_challenge::Entity::insert(row)
        .on_conflict(once)
        .exec_without_returning(&services.db)
        .await?;
    Ok((inserted == 1).then_some(id))
}

/// Takes the right to send the next code: raised and checked in one statement, so that two tabs send one.
async fn claim_send(services: &Services, challenge: &otp_challenge::Model, policy: &Policy) -> Result<bool> {
    let now = services.clock.now();
    let doublings = u32::try_from(challenge.sends).unwrap_or(0).clamp(0, 10);
    let wait = policy.resend_wait * (1_i32 << doublings);
    let claimed = otp_challenge::Entity::update_many()
        .col_expr(
            otp_challenge::Column::Sends,
            Expr::col(otp_challenge::Column::Sends).add(1),
        )
        .col_expr(otp_challenge::Column::NextSendAt, Expr::value(now + wait))
        .filter(otp_challenge::Column::Id.eq(&challenge.id))
        .filter(otp_challenge::Column::Sends.eq(challenge.sends))
        .filter(otp_challenge::Column::NextSendAt.lte(now))
        .exec(&services.db)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Raises the count of typed codes, while there are any left.
async fn count_attempt(services: &Services, challenge: &str) -> Result<bool> {
    let counted = otp_challenge::Entity::update_many()
        .col_expr(
            otp_challenge::Column::WrongCodes,
            Expr::col(otp_challenge::Column::WrongCodes).add(1),
        )
        .filter(otp_challenge::Column::Id.eq(challenge))
        .filter(Expr::col(otp_challenge::Column::WrongCodes).lt(Expr::col(otp_challenge::Column::WrongCodesAllowed)))
        .exec(&services.db)
        .await?;
    Ok(counted.rows_affected == 1)
}

/// The limits over all sign-ins, per user and per number.
fn limits(services: &Services, user_id: i64, number: &E164, policy: &Policy) -> [(String, u32, Duration); 4] {
    let number = services.vault.blind(number.as_str());
    [
        (
            format!("sms:user:{user_id}:hour"),
            policy.codes_per_hour,
            Duration::hours(1),
        ),
        (
            format!("sms:user:{user_id}:day"),
            policy.codes_per_day,
            Duration::days(1),
        ),
        (
            format!("sms:number:{number}:hour"),
            policy.codes_per_hour,
            Duration::hours(1),
        ),
        (
            format!("sms:number:{number}:day"),
            policy.codes_per_day,
            Duration::days(1),
        ),
    ]
}

/// Takes one from every limit, or none at all.
async fn take_limits(services: &Services, user_id: i64, number: &E164, policy: &Policy) -> Result<bool> {
    let limits = limits(services, user_id, number, policy);
    for (taken, (name, limit, window)) in limits.iter().enumerate() {
        if !counters::take(&services.db, services.clock.now(), name, *limit, *window).await? {
            for (name, ..) in &limits[..taken] {
                counters::give_back(&services.db, name).await?;
            }
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes a code, commits its hash, then sends it. What cannot have left is given back.
///
/// Runs in a task of its own: a browser that goes away must not leave a code counted that was never sent.
async fn send(
    services: &Services,
    flow: &Flow,
    user_id: i64,
    otp: &SmsOtp,
    number: &E164,
    challenge: &str,
) -> Result<()> {
    let sending = Sending {
        services: services.clone(),
        application: flow.row.application.clone(),
        user_id,
        otp: otp.clone(),
        number: number.clone(),
        challenge: challenge.to_owned(),
    };
    tokio::spawn(sending.run()).await.map_err(Error::internal)?
}

/// One code on its way, with all that it takes.
struct Sending {
    services: Services,
    application: String,
    user_id: i64,
    otp: SmsOtp,
    number: E164,
    challenge: String,
}

impl Sending {
    async fn run(self) -> Result<()> {
        let (services, policy) = (&self.services, &self.otp.policy);
        let code = otp::generate(policy.code_length, policy.letters)?;
        let expires_at = services.clock.now() + policy.lifetime;
        let code_id = otp::store(services, &services.db, &self.challenge, &code, expires_at).await?;
        let delivery = Delivery {
            otp: &self.otp,
            number: &self.number,
            code: &code,
            minutes: u32::try_from(policy.lifetime.num_minutes()).unwrap_or(0),
            user_id: Some(self.user_id),
            application: &self.application,
            purpose: Purpose::SignIn,
            code_id: Some(code_id),
        };
        if sms::deliver(services, delivery).await?.may_have_left() {
            return Ok(());
        }
        self.give_back(code_id).await
    }

    /// Undoes the counting of a send that cannot have left, voids its code, and lets the next one go almost at once.
    async fn give_back(&self, code_id: i64) -> Result<()> {
        let services = &self.services;
        let txn = store::begin(&services.db).await?;
        for (name, ..) in limits(services, self.user_id, &self.number, &self.otp.policy) {
            counters::give_back(&txn, &name).await?;
        }
        otp::void(services, &txn, code_id).await?;
        let next = services.clock.now() + Duration::seconds(PAUSE_SECONDS);
        undo_send(&txn, &self.challenge, next).await?;
        txn.commit().await?;
        Ok(())
    }
}

/// Takes one send back and says when the next may go.
async fn undo_send(db: &impl ConnectionTrait, challenge: &str, next: DateTime<Utc>) -> Result<()> {
    otp_challenge::Entity::update_many()
        .col_expr(
            otp_challenge::Column::Sends,
            Expr::col(otp_challenge::Column::Sends).sub(1),
        )
        .col_expr(otp_challenge::Column::NextSendAt, Expr::value(next))
        .filter(otp_challenge::Column::Id.eq(challenge))
        .filter(otp_challenge::Column::Sends.gt(0))
        .exec(db)
        .await?;
    Ok(())
}
