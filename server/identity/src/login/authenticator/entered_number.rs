//! *Let users without a number enter one*: after the right password whoever has no mobile number may enter one. It gets
//! the code, and becomes the user's when that code is right; until then it waits sealed with the challenge.
//!
//! Whoever holds a stolen password could so bind a phone of their own, or have messages sent to numbers that they are
//! paid for: it is off unless an administrator switches it on, and a network has its limits like a user and a number.
//! A number that somebody else has is taken like any other: people share phones, and a refusal would tell whose it is.

use chrono::Duration;
use domain::claim;
use domain::flow::Reason;
use domain::phone::E164;
use entity::otp_challenge;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::sending::{Code, Limit, limits, send};
use super::sms_otp::{self, Outcome};
use crate::identity_providers::{self, Policy};
use crate::login::events::{Event, note};
use crate::login::flow_store::Flow;
use crate::login::stage::Notice;
use crate::login::throttle;
use crate::sessions::Client;
use crate::vault::{Place, Vault};
use crate::{Error, Result, Services, users};

/// Whether this user may enter a number for this step: the option is on, and there is none.
pub async fn is_asked(services: &Services, user_id: i64, identity_provider: i64) -> Result<bool> {
    let otp = identity_providers::sms_otp(services, &services.db, identity_provider).await?;
    let Some(otp) = otp.filter(|otp| otp.enabled && otp.policy.numbers_may_be_entered) else {
        return Ok(false);
    };
    // What stands there is never overwritten, be it no number: the sign-in would end after its code.
    Ok(!users::has_claim(&services.db, user_id, &otp.number_claim).await?)
}

/// Takes a number and sends the step's first code to it, once: a second tab finds the challenge and sends nothing.
pub async fn submit(
    services: &Services,
    flow: &Flow,
    user_id: i64,
    identity_provider: i64,
    typed: &str,
    client: &Client,
) -> Result<Outcome> {
    if !is_asked(services, user_id, identity_provider).await? {
        return Ok(Outcome::Waiting);
    }
    let uri = number_claim(services, identity_provider).await?;
    let number = match users::read_number(services, &uri, typed).await? {
        Ok(number) => number,
        Err(why) => return Ok(Outcome::Again(Notice::NumberRefused(why))),
    };
    let (otp, number) = match sms_otp::ready(services, user_id, identity_provider, Some(number)).await? {
        Ok(ready) => ready,
        Err(Reason::NumberNotAllowed) => {
            let why = "Codes are not sent to numbers of this country. Enter another number, or ask an administrator.";
            return Ok(Outcome::Again(Notice::NumberRefused(why.to_owned())));
        }
        Err(reason) => return Ok(Outcome::Ended(reason)),
    };
    let Some(challenge) = sms_otp::insert_challenge(services, flow, user_id, &otp, &number, true).await? else {
        return Ok(Outcome::Waiting);
    };
    let (event, shown, at) = (Event::NumberEntered, number.masked(), &client.address);
    note(services, &services.db, &flow.row.id, event, &shown, at).await?;
    let mut limits = limits(services, user_id, &number, &otp.policy);
    limits.extend(network_limits(&otp.policy, client));
    let code = Code {
        otp: &otp,
        number: &number,
        challenge: &challenge,
        otherwise: false,
        limits,
    };
    Ok(if send(services, flow, user_id, code).await? {
        Outcome::Waiting
    } else {
        Outcome::Ended(Reason::TooManyCodesSent)
    })
}

/// The claim that holds the number codes of this identity provider go to.
async fn number_claim(services: &Services, identity_provider: i64) -> Result<String> {
    let otp = identity_providers::sms_otp(services, &services.db, identity_provider).await?;
    Ok(otp.map_or_else(|| claim::MOBILE.to_owned(), |otp| otp.number_claim))
}

/// The number that was entered for this challenge, if one was.
pub fn of(services: &Services, challenge: &otp_challenge::Model) -> Result<Option<E164>> {
    let Some(sealed) = &challenge.number_sealed else {
        return Ok(None);
    };
    let plain = services.vault.open(place(&challenge.id), sealed)?;
    let number = std::str::from_utf8(&plain).ok().and_then(E164::new);
    number
        .map(Some)
        .ok_or_else(|| Error::internal(format!("otp_challenge {} holds no number", challenge.id)))
}

/// Seals a number for the challenge of this id.
pub fn seal(services: &Services, challenge: &str, number: &E164) -> Result<Vec<u8>> {
    services.vault.seal(place(challenge), number.as_str().as_bytes())
}

/// Seals every number that waits for its code again under another master key; how many there were.
pub async fn reseal(db: &impl ConnectionTrait, old: &Vault, new: &Vault) -> Result<u64> {
    let waiting = otp_challenge::Entity::find()
        .filter(otp_challenge::Column::NumberSealed.is_not_null())
        .all(db)
        .await?;
    let mut count = 0;
    for row in waiting {
        let Some(sealed) = &row.number_sealed else { continue };
        let sealed = old.reseal(new, place(&row.id), sealed)?;
        let mut row: otp_challenge::ActiveModel = row.into();
        row.number_sealed = Set(Some(sealed));
        row.update(db).await?;
        count += 1;
    }
    Ok(count)
}

/// The code was right: makes the number that was entered for it the user's.
pub async fn keep(
    services: &Services,
    flow: &Flow,
    challenge: &otp_challenge::Model,
    identity_provider: i64,
    client: &Client,
) -> Result<Outcome> {
    let Some(number) = of(services, challenge)? else {
        return Ok(Outcome::Passed);
    };
    let uri = number_claim(services, identity_provider).await?;
    if users::number_of(&services.db, challenge.user_id, &uri).await?.is_none()
        && !is_asked(services, challenge.user_id, identity_provider).await?
    {
        return Ok(Outcome::Ended(Reason::NoNumber));
    }
    let kept = users::keep_entered_number(services, challenge.user_id, &uri, &number, &flow.row, client).await?;
    Ok(if kept {
        Outcome::Passed
    } else {
        Outcome::Ended(Reason::AccountChanged)
    })
}

/// What may be sent for a network to numbers that nobody has confirmed yet: as much as a user may have.
pub fn network_limits(policy: &Policy, client: &Client) -> [Limit; 2] {
    let network = throttle::network(&client.address);
    let name = |window| format!("sms:network:{network}:{window}");
    [
        (name("hour"), policy.codes_per_hour, Duration::hours(1)),
        (name("day"), policy.codes_per_day, Duration::days(1)),
    ]
}

fn place(challenge: &str) -> Place<'_> {
    Place {
        table: "otp_challenge",
        column: "number_sealed",
        row: challenge,
    }
}
