//! What a sign-in page has to show: read from the rows each time, never remembered.

use chrono::{DateTime, Duration, Utc};
use domain::flow::{Authenticator, Reason};
use entity::{identity_provider, otp_challenge, otp_code, sms_delivery};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::flow_store::Flow;
use super::stage::Notice;
use crate::sms::Outcome;
use crate::{Result, Services};

/// A code without delivery this long after it was made was lost in a crash.
const LOST_AFTER_SECONDS: i64 = 20;

/// A flow as its page shows it.
#[derive(Clone, Debug)]
pub struct FlowView {
    pub id: String,
    pub application: String,
    /// Which step of how many, from 1.
    pub step: (usize, usize),
    pub notice: Option<Notice>,
    pub now: DateTime<Utc>,
    pub prompt: Prompt,
}

#[derive(Clone, Debug)]
pub enum Prompt {
    /// Several authenticators stand to choose from: their names, in order.
    Choose(Vec<String>),
    /// User name and password; the name as it was typed last.
    Password {
        username: String,
    },
    Code(CodePrompt),
    /// The sign-in has ended; the way out is back to the application.
    Ended(Reason),
    /// All steps are passed; the browser goes on to this path.
    Done(String),
}

#[derive(Clone, Debug)]
pub struct CodePrompt {
    pub masked_number: String,
    /// Of the newest code; `None` if none could be sent.
    pub expires_at: Option<DateTime<Utc>>,
    pub attempts_left: u32,
    /// How many codes were sent: from the second on the page says that earlier ones stay good.
    pub sends: u32,
    /// Why the newest code did not go out, in words.
    pub trouble: Option<&'static str>,
    pub digits_only: bool,
    pub length: u8,
}

pub async fn view(services: &Services, flow: &Flow) -> Result<FlowView> {
    let stage = &flow.stage;
    let prompt = if stage.ended == Some(Reason::Passive) {
        Prompt::Done(flow.continuation.path())
    } else if let Some(reason) = stage.ended {
        Prompt::Ended(reason)
    } else if stage.is_done() {
        Prompt::Done(flow.continuation.path())
    } else {
        match stage.asked() {
            Some(Authenticator::Basic) => Prompt::Password {
                username: stage.username.clone(),
            },
            Some(Authenticator::SmsOtp { identity_provider }) => code(services, flow, *identity_provider).await?,
            None => Prompt::Choose(names(services, flow).await?),
        }
    };
    Ok(FlowView {
        id: flow.row.id.clone(),
        application: flow.row.application.clone(),
        step: (
            stage.current.min(stage.steps.len().saturating_sub(1)) + 1,
            stage.steps.len().max(1),
        ),
        notice: stage.notice.clone(),
        now: services.clock.now(),
        prompt,
    })
}

async fn code(services: &Services, flow: &Flow, identity_provider: i64) -> Result<Prompt> {
    let Some(challenge) = challenge(services, flow).await? else {
        return Ok(Prompt::Ended(Reason::StepMisconfigured));
    };
    let newest = otp_code::Entity::find()
        .filter(otp_code::Column::ChallengeId.eq(&challenge.id))
        .order_by_desc(otp_code::Column::Id)
        .one(&services.db)
        .await?;
    let policy = crate::identity_providers::sms_otp(services, &services.db, identity_provider)
        .await?
        .map(|otp| otp.policy);
    Ok(Prompt::Code(CodePrompt {
        masked_number: challenge.masked_number.clone(),
        expires_at: newest.as_ref().map(|code| code.expires_at),
        attempts_left: u32::try_from(challenge.wrong_codes_allowed - challenge.wrong_codes).unwrap_or(0),
        sends: u32::try_from(challenge.sends).unwrap_or(0),
        trouble: trouble(services, newest).await?,
        digits_only: policy.as_ref().is_none_or(|policy| !policy.letters),
        length: policy.map_or(6, |policy| policy.code_length),
    }))
}

/// The newest code's delivery, where it failed; a delivery that a crash left open has failed once its time is over.
async fn trouble(services: &Services, newest: Option<otp_code::Model>) -> Result<Option<&'static str>> {
    let now = services.clock.now();
    let Some(code) = newest else { return Ok(None) };
    let Some(delivery) = code.delivery_id else {
        // Between the code's row and its delivery's there is a moment; longer than that is a crash.
        let lost = code.created_at + Duration::seconds(LOST_AFTER_SECONDS) <= now;
        return Ok(lost.then(|| Outcome::NotSent.words_for_user()));
    };
    let row = sms_delivery::Entity::find_by_id(delivery).one(&services.db).await?;
    Ok(row
        .and_then(|row| crate::sms::outcome_of(&row, now))
        .filter(|outcome| !outcome.is_sent())
        .map(Outcome::words_for_user))
}

/// The challenge of the step that is asked now.
pub async fn challenge(services: &Services, flow: &Flow) -> Result<Option<otp_challenge::Model>> {
    let step = i32::try_from(flow.stage.current).unwrap_or(i32::MAX);
    Ok(otp_challenge::Entity::find()
        .filter(otp_challenge::Column::FlowId.eq(&flow.row.id))
        .filter(otp_challenge::Column::Step.eq(step))
        .one(&services.db)
        .await?)
}

async fn names(services: &Services, flow: &Flow) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for option in flow
        .stage
        .steps
        .get(flow.stage.current)
        .map(Vec::as_slice)
        .unwrap_or_default()
    {
        names.push(match option {
            Authenticator::Basic => "User name and password".to_owned(),
            Authenticator::SmsOtp { identity_provider } => {
                let row = identity_provider::Entity::find_by_id(*identity_provider)
                    .one(&services.db)
                    .await?;
                let name = row.map_or_else(
                    || "SMS".to_owned(),
                    |row| {
                        if row.display_name.is_empty() {
                            row.name
                        } else {
                            row.display_name
                        }
                    },
                );
                format!("Code by SMS ({name})")
            }
        });
    }
    Ok(names)
}
