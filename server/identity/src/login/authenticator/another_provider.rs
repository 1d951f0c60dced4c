//! A step with several identity providers: the user has gone back to the choice and taken another.
//!
//! A step has one challenge, so that wrong codes and sends count over all of them: going from one to the next resets
//! nothing.

use domain::flow::Reason;
use entity::otp_challenge;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::entered_number;
use super::sms_otp::{Outcome, Started, ready, resend};
use crate::login::flow_store::Flow;
use crate::login::otp;
use crate::login::stage::Notice;
use crate::sessions::Client;
use crate::{Result, Services, store};

/// Another identity provider of the same step was chosen: the challenge goes over to it, with all that has been counted,
/// and a code is sent by it as by *Resend code*. Codes that went another way are good for nothing any more.
pub async fn go_over(
    services: &Services,
    flow: &Flow,
    challenge: otp_challenge::Model,
    identity_provider: i64,
    client: &Client,
) -> Result<Started> {
    if challenge.identity_provider_id == identity_provider {
        return Ok(Started::Waiting);
    }
    let user_id = challenge.user_id;
    let entered = entered_number::of(services, &challenge)?;
    if entered.is_some() && !entered_number::is_asked(services, user_id, identity_provider).await? {
        return Ok(Started::Ended(Reason::NoNumber));
    }
    let (otp, number) = match ready(services, user_id, identity_provider, entered).await? {
        Ok(ready) => ready,
        Err(reason) => return Ok(Started::Ended(reason)),
    };
    let allowed = i32::try_from(otp.policy.wrong_codes_allowed).unwrap_or(i32::MAX);
    let txn = store::begin(&services.db).await?;
    let moved = otp_challenge::Entity::update_many()
        .col_expr(
            otp_challenge::Column::IdentityProviderId,
            Expr::value(identity_provider),
        )
        .col_expr(otp_challenge::Column::MaskedNumber, Expr::value(number.masked()))
        .col_expr(otp_challenge::Column::WrongCodesAllowed, Expr::value(allowed))
        .filter(otp_challenge::Column::Id.eq(&challenge.id))
        .filter(otp_challenge::Column::IdentityProviderId.eq(challenge.identity_provider_id))
        .exec(&txn)
        .await?;
    if moved.rows_affected != 1 {
        txn.rollback().await?;
        return Ok(Started::Waiting);
    }
    otp::void_all(services, &txn, &challenge.id).await?;
    txn.commit().await?;
    Ok(
        match resend(services, flow, user_id, identity_provider, client).await? {
            Outcome::Again(Notice::Resent) | Outcome::Passed | Outcome::Waiting => Started::Waiting,
            Outcome::Again(notice) => Started::Again(notice),
            Outcome::Ended(reason) => Started::Ended(reason),
        },
    )
}
