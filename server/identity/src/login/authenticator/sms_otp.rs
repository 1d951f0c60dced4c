//! A code by SMS: the number from the user's claim, the code as a hash in a row, committed before it is sent.
//!
//! A failure to send keeps the sign-in open and is said at once; nobody waits for a code that was never sent. No number,
//! a closed account or a switched-off provider end it: a configured step is always enforced.

use domain::flow::Reason;
use domain::phone::E164;
use entity::otp_challenge;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::attempts::{self, Attempt};
use super::sending::{Code, limits, send, undo_send};
use super::{another_provider, entered_number};
use crate::identity_providers::{self, Policy, SmsOtp};
use crate::login::flow_store::Flow;
use crate::login::otp::{self, Verdict};
use crate::login::prompt;
use crate::login::stage::Notice;
use crate::login::throttle;
use crate::sessions::Client;
use crate::{Result, Services, phone, token, users};

/// Sends that cannot have left are not counted against the person, yet one sign-in does not go on trying for ever.
const MOST_CODES: u64 = 20;
/// After so many codes that a provider took and nobody typed, the fallback is asked first: from the second resend on.
const CODES_BEFORE_FALLBACK: u32 = 2;

/// What starting the step came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Started {
    /// A code is on its way, or could not be sent: the page says which.
    Waiting,
    /// Nothing was sent, and the page says why.
    Again(Notice),
    Ended(Reason),
}

/// What a typed code, or *Resend code*, came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// A code is on its way, or could not be sent: the page says which.
    Waiting,
    Again(Notice),
    Ended(Reason),
}

/// Begins the step, once: a reload or a second tab finds the challenge and sends nothing.
pub async fn start(
    services: &Services,
    flow: &Flow,
    user_id: i64,
    identity_provider: i64,
    client: &Client,
) -> Result<Started> {
    if let Some(challenge) = prompt::challenge_of_step(services, flow).await? {
        return another_provider::go_over(services, flow, challenge, identity_provider, client).await;
    }
    let (otp, number) = match ready(services, user_id, identity_provider, None).await? {
        Ok(ready) => ready,
        Err(Reason::NoNumber) if entered_number::is_asked(services, user_id, identity_provider).await? => {
            return Ok(Started::Waiting);
        }
        Err(reason) => return Ok(Started::Ended(reason)),
    };
    let Some(challenge) = insert_challenge(services, flow, user_id, &otp, &number, false).await? else {
        return Ok(Started::Waiting);
    };
    let code = Code {
        otp: &otp,
        number: &number,
        challenge: &challenge,
        otherwise: false,
        limits: limits(services, user_id, &number, &otp.policy),
    };
    Ok(if send(services, flow, user_id, code).await? {
        Started::Waiting
    } else {
        Started::Ended(Reason::TooManyCodesSent)
    })
}

/// Why a code by this identity provider cannot be had by this user now, before anything is sent.
pub async fn obstacle(services: &Services, user_id: i64, identity_provider: i64) -> Result<Option<Reason>> {
    match ready(services, user_id, identity_provider, None).await? {
        Ok(_) => Ok(None),
        Err(Reason::NoNumber) if entered_number::is_asked(services, user_id, identity_provider).await? => Ok(None),
        Err(reason) => Ok(Some(reason)),
    }
}

/// Counts a typed code, then compares it. A number that was entered for it becomes the user's.
pub async fn submit(
    services: &Services,
    flow: &Flow,
    user_id: i64,
    identity_provider: i64,
    typed: &str,
    client: &Client,
) -> Result<Outcome> {
    let Attempt { typed, challenge } = match attempts::begin(services, flow, typed).await? {
        Ok(attempt) => attempt,
        Err(against) => return Ok(against),
    };
    match otp::consume(services, &challenge.id, &typed).await? {
        Verdict::Right => {
            throttle::open_codes(&services.db, user_id).await?;
            entered_number::keep(services, flow, &challenge, identity_provider, client).await
        }
        Verdict::Expired => Ok(attempts::wrong(&challenge, Notice::CodeExpired)),
        Verdict::Wrong => Ok(attempts::wrong(&challenge, Notice::CodeWrong)),
    }
}

/// Sends one more code, unless it is too early or there have been enough. Wrong codes stay counted.
pub async fn resend(
    services: &Services,
    flow: &Flow,
    user_id: i64,
    identity_provider: i64,
    client: &Client,
) -> Result<Outcome> {
    let Some(challenge) = prompt::challenge(services, flow).await? else {
        return Ok(Outcome::Ended(Reason::StepMisconfigured));
    };
    let entered = entered_number::of(services, &challenge)?;
    let network = entered.is_some().then_some(client);
    let (otp, number) = match ready(services, user_id, identity_provider, entered).await? {
        Ok(ready) => ready,
        Err(reason) => return Ok(Outcome::Ended(reason)),
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
    let mut limits = limits(services, user_id, &number, &otp.policy);
    limits.extend(
        network
            .into_iter()
            .flat_map(|client| entered_number::network_limits(&otp.policy, client)),
    );
    let code = Code {
        otp: &otp,
        number: &number,
        challenge: &challenge.id,
        otherwise: sends >= CODES_BEFORE_FALLBACK,
        limits,
    };
    if !send(services, flow, user_id, code).await? {
        undo_send(&services.db, &challenge.id, challenge.next_send_at).await?;
        return Ok(Outcome::Again(Notice::NoMoreCodes));
    }
    Ok(Outcome::Again(Notice::Resent))
}

/// Whether this identity provider is switched on, and for this user.
///
/// # Errors
/// `Internal` only; why it is not is `Err` within.
pub(in crate::login) async fn open_to(
    services: &Services,
    user_id: i64,
    identity_provider: i64,
) -> Result<Result<SmsOtp, Reason>> {
    let otp = identity_providers::sms_otp(services, &services.db, identity_provider).await?;
    let Some(otp) = otp.filter(|otp| otp.enabled) else {
        return Ok(Err(Reason::ProviderDisabled));
    };
    if !identity_providers::may_use(&services.db, identity_provider, user_id).await? {
        return Ok(Err(Reason::RoleMissing));
    }
    Ok(Ok(otp))
}

/// Provider and number, or why there can be no code. A number that was entered in this sign-in stands for the user's.
pub(super) async fn ready(
    services: &Services,
    user_id: i64,
    identity_provider: i64,
    entered: Option<E164>,
) -> Result<Result<(SmsOtp, E164), Reason>> {
    let otp = match open_to(services, user_id, identity_provider).await? {
        Ok(otp) => otp,
        Err(reason) => return Ok(Err(reason)),
    };
    if throttle::codes_closed(services, user_id).await? {
        return Ok(Err(Reason::CodesClosed));
    }
    let number = match entered {
        Some(number) => Some(number),
        None => users::number_of(&services.db, user_id, &otp.number_claim).await?,
    };
    let Some(number) = number else {
        return Ok(Err(Reason::NoNumber));
    };
    let allowed = &otp.policy.allowed_countries;
    let country = phone::country_of(&number);
    if !allowed.is_empty() && !country.is_some_and(|country| allowed.contains(&country)) {
        return Ok(Err(Reason::NumberNotAllowed));
    }
    Ok(Ok((otp, number)))
}

/// The challenge's id, or `None` if the user has one for this step already.
pub(super) async fn insert_challenge(
    services: &Services,
    flow: &Flow,
    user_id: i64,
    otp: &SmsOtp,
    number: &E164,
    entered: bool,
) -> Result<Option<String>> {
    let now = services.clock.now();
    let id = token::id()?;
    let sealed = entered
        .then(|| entered_number::seal(services, &id, number))
        .transpose()?;
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
        number_sealed: Set(sealed),
    };
    // One of whoever had this sign-in before: with its codes it is good for nobody now.
    otp_challenge::Entity::delete_many()
        .filter(otp_challenge::Column::FlowId.eq(&flow.row.id))
        .filter(otp_challenge::Column::UserId.ne(user_id))
        .exec(&services.db)
        .await?;
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
