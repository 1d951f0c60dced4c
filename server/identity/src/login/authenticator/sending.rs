//! One more code on its way: the limits it takes one from, its row, its delivery; and all of it given back if it cannot have
//! left.

use chrono::{DateTime, Duration, Utc};
use domain::phone::E164;
use entity::otp_challenge;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter};

use crate::identity_providers::{Policy, SmsOtp};
use crate::login::flow_store::Flow;
use crate::login::otp;
use crate::sms::{self, Delivery, Purpose};
use crate::{Error, Result, Services, counters, store};

/// Between a send that cannot have left and the next: a provider that is down is not to be hammered.
const PAUSE_SECONDS: i64 = 2;

/// A counter's name, how much may be taken of it, and within what time.
pub(super) type Limit = (String, u32, Duration);

/// The limits over all sign-ins, per user and per number.
pub(super) fn limits(services: &Services, user_id: i64, number: &E164, policy: &Policy) -> Vec<Limit> {
    let number = services.vault.blind(number.as_str());
    vec![
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

/// Takes one from every limit, and gives the counters' names; or takes none at all.
async fn take(services: &Services, limits: Vec<Limit>) -> Result<Option<Vec<String>>> {
    let mut taken: Vec<String> = Vec::with_capacity(limits.len());
    for (name, limit, window) in limits {
        if !counters::take(&services.db, services.clock.now(), &name, limit, window).await? {
            for name in &taken {
                counters::give_back(&services.db, name).await?;
            }
            return Ok(None);
        }
        taken.push(name);
    }
    Ok(Some(taken))
}

/// A code that is to be made and sent.
pub(super) struct Code<'a> {
    pub otp: &'a SmsOtp,
    pub number: &'a E164,
    pub challenge: &'a str,
    /// By the fallback first.
    pub otherwise: bool,
    /// What one is taken from for it.
    pub limits: Vec<Limit>,
}

/// Takes one from every limit, makes a code, commits its hash, then sends it. What cannot have left is given back. `false`: a
/// limit is reached, and nothing was done.
///
/// Runs in a task of its own: a browser that goes away must not leave a code counted that was never sent.
pub(super) async fn send(services: &Services, flow: &Flow, user_id: i64, code: Code<'_>) -> Result<bool> {
    let sending = Sending {
        services: services.clone(),
        application: flow.row.application.clone(),
        user_id,
        otp: code.otp.clone(),
        number: code.number.clone(),
        challenge: code.challenge.to_owned(),
        otherwise: code.otherwise,
        limits: code.limits,
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
    otherwise: bool,
    limits: Vec<Limit>,
}

impl Sending {
    async fn run(mut self) -> Result<bool> {
        let limits = std::mem::take(&mut self.limits);
        let Some(taken) = take(&self.services, limits).await? else {
            return Ok(false);
        };
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
        let delivered = if self.otherwise {
            sms::deliver_otherwise(services, delivery).await?
        } else {
            sms::deliver(services, delivery).await?
        };
        if !delivered.may_have_left() {
            self.give_back(&taken, code_id).await?;
        }
        Ok(true)
    }

    /// Undoes the counting of a send that cannot have left, voids its code, and lets the next one go almost at once.
    async fn give_back(&self, taken: &[String], code_id: i64) -> Result<()> {
        let services = &self.services;
        let txn = store::begin(&services.db).await?;
        for name in taken {
            counters::give_back(&txn, name).await?;
        }
        let next = services.clock.now() + Duration::seconds(PAUSE_SECONDS);
        // The challenge before its code, as whoever goes over to another provider takes them.
        undo_send(&txn, &self.challenge, next).await?;
        otp::void(services, &txn, code_id).await?;
        txn.commit().await?;
        Ok(())
    }
}

/// Takes one send back and says when the next may go.
pub(super) async fn undo_send(db: &impl ConnectionTrait, challenge: &str, next: DateTime<Utc>) -> Result<()> {
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
