//! What a typed code costs, right or wrong, by SMS or from the list of backup codes: one of the sign-in's attempts and one
//! of the user's. Counted before anything is compared.

use domain::flow::Reason;
use entity::otp_challenge;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};

use super::sms_otp::Outcome;
use crate::login::flow_store::Flow;
use crate::login::stage::Notice;
use crate::login::throttle::{self, Codes};
use crate::login::{otp, prompt};
use crate::{Result, Services};

/// What was typed, as it is compared, and the challenge that it was counted for.
pub struct Attempt {
    pub typed: String,
    pub challenge: otp_challenge::Model,
}

/// Counts what was typed in this step; or what stands against it.
pub async fn begin(services: &Services, flow: &Flow, typed: &str) -> Result<std::result::Result<Attempt, Outcome>> {
    let typed = otp::normalise(typed);
    if typed.is_empty() {
        return Ok(Err(Outcome::Again(Notice::CodeMissing)));
    }
    let Some(challenge) = prompt::challenge(services, flow).await? else {
        return Ok(Err(Outcome::Ended(Reason::StepMisconfigured)));
    };
    Ok(match take(services, &challenge).await? {
        Some(against) => Err(against),
        None => Ok(Attempt { typed, challenge }),
    })
}

/// Counts an attempt; or what stands against one.
async fn take(services: &Services, challenge: &otp_challenge::Model) -> Result<Option<Outcome>> {
    if challenge.wrong_codes >= challenge.wrong_codes_allowed {
        return Ok(Some(Outcome::Ended(Reason::TooManyWrongCodes)));
    }
    match throttle::count_code(services, challenge.user_id).await? {
        Codes::Open => {}
        Codes::Wait(until) => return Ok(Some(Outcome::Again(Notice::CodeWait { until }))),
        Codes::Closed => return Ok(Some(Outcome::Ended(Reason::CodesClosed))),
    }
    let counted = raise(services, &challenge.id).await?;
    Ok((!counted).then_some(Outcome::Ended(Reason::TooManyWrongCodes)))
}

/// What a wrong code comes to: the last one that was allowed ends the sign-in.
pub fn wrong(challenge: &otp_challenge::Model, notice: Notice) -> Outcome {
    if challenge.wrong_codes + 1 >= challenge.wrong_codes_allowed {
        Outcome::Ended(Reason::TooManyWrongCodes)
    } else {
        Outcome::Again(notice)
    }
}

/// Raises the count of typed codes, while there are any left.
async fn raise(services: &Services, challenge: &str) -> Result<bool> {
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
