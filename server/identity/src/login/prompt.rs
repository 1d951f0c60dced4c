//! What a sign-in page has to show: read from the rows each time, never remembered.

use chrono::{DateTime, Duration, Utc};
use domain::claim;
use domain::flow::{Authenticator, Reason};
use entity::{otp_challenge, otp_code, sms_delivery};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::authenticator::entered_number;
use super::choice::{self, Way};
use super::claims;
use super::flow_store::Flow;
use super::stage::Notice;
use crate::sms::Outcome;
use crate::{Result, Services, users};

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
    /// Whether the step can be passed in several ways, so that the page leads back to the choice.
    pub is_choice: bool,
    pub now: DateTime<Utc>,
    pub prompt: Prompt,
}

#[derive(Clone, Debug)]
pub enum Prompt {
    /// Several authenticators stand to choose from.
    Choose(Vec<Way>),
    /// All steps are passed, and the application demands these, which the profile lacks.
    Claims(Vec<ClaimPrompt>),
    /// User name and password; the name as it was typed last.
    Password {
        username: String,
    },
    Code(CodePrompt),
    /// A backup code in the place of the code by SMS.
    BackupCode(BackupPrompt),
    /// The mobile number of somebody who has none: one without `+` is read as one of this country.
    Number {
        default_country: Option<String>,
    },
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
    /// Whether the number was entered in this sign-in, and becomes the user's when the code is right.
    pub entered: bool,
    /// How many backup codes the user could type in its place.
    pub backup_codes_left: u64,
}

/// A claim that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimPrompt {
    pub uri: String,
    /// The last part of the URI.
    pub name: String,
    pub label: String,
    /// As it was typed last, and what was wrong with it.
    pub typed: String,
    pub error: Option<String>,
}

#[derive(Clone, Debug)]
pub struct BackupPrompt {
    pub attempts_left: u32,
    pub backup_codes_left: u64,
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
            None if stage.asks_claims => Prompt::Claims(missing(services, flow).await?),
            None => Prompt::Choose(choice::ways(services, flow).await?),
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
        is_choice: stage.is_choice(),
        now: services.clock.now(),
        prompt,
    })
}

async fn code(services: &Services, flow: &Flow, identity_provider: i64) -> Result<Prompt> {
    let Some(challenge) = challenge(services, flow).await? else {
        return no_code(services, flow, identity_provider).await;
    };
    let attempts_left = u32::try_from(challenge.wrong_codes_allowed - challenge.wrong_codes).unwrap_or(0);
    let backup_codes_left = users::backup_codes_left(&services.db, challenge.user_id).await?;
    if flow.stage.backup {
        return Ok(Prompt::BackupCode(BackupPrompt {
            attempts_left,
            backup_codes_left,
        }));
    }
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
        attempts_left,
        sends: u32::try_from(challenge.sends).unwrap_or(0),
        trouble: trouble(services, &challenge, newest).await?,
        digits_only: policy.as_ref().is_none_or(|policy| !policy.letters),
        length: policy.map_or(6, |policy| policy.code_length),
        entered: challenge.number_sealed.is_some(),
        backup_codes_left,
    }))
}

/// The step has begun and no code was sent for it: the number is still to be entered.
async fn no_code(services: &Services, flow: &Flow, identity_provider: i64) -> Result<Prompt> {
    if let Some(user_id) = flow.row.user_id
        && entered_number::is_asked(services, user_id, identity_provider).await?
    {
        return Ok(Prompt::Number {
            default_country: services.settings.default_country.clone(),
        });
    }
    Ok(Prompt::Ended(Reason::StepMisconfigured))
}

/// The newest code's delivery, where it failed; a delivery that a crash left open has failed once its time is over.
async fn trouble(
    services: &Services,
    challenge: &otp_challenge::Model,
    newest: Option<otp_code::Model>,
) -> Result<Option<&'static str>> {
    let now = services.clock.now();
    let Some(code) = newest else {
        // Something broke off before there was a code.
        let lost = challenge.created_at + Duration::seconds(LOST_AFTER_SECONDS) <= now;
        return Ok(lost.then(|| Outcome::NotSent.words_for_user()));
    };
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

/// The challenge of the authenticator that is asked now.
pub async fn challenge(services: &Services, flow: &Flow) -> Result<Option<otp_challenge::Model>> {
    let Some(Authenticator::SmsOtp { identity_provider }) = flow.stage.asked() else {
        return Ok(None);
    };
    let challenge = challenge_of_step(services, flow).await?;
    Ok(challenge.filter(|challenge| challenge.identity_provider_id == *identity_provider))
}

/// The user's challenge of the step that is asked now, whichever of its identity providers it is for. Another user's, who had
/// this sign-in before, is none.
pub async fn challenge_of_step(services: &Services, flow: &Flow) -> Result<Option<otp_challenge::Model>> {
    let Some(user_id) = flow.row.user_id else {
        return Ok(None);
    };
    let step = i32::try_from(flow.stage.current).unwrap_or(i32::MAX);
    Ok(otp_challenge::Entity::find()
        .filter(otp_challenge::Column::FlowId.eq(&flow.row.id))
        .filter(otp_challenge::Column::Step.eq(step))
        .filter(otp_challenge::Column::UserId.eq(user_id))
        .one(&services.db)
        .await?)
}

/// What is asked for, with what was typed last.
async fn missing(services: &Services, flow: &Flow) -> Result<Vec<ClaimPrompt>> {
    let typed = match &flow.stage.notice {
        Some(Notice::ClaimsRefused(typed)) => typed.as_slice(),
        _ => &[],
    };
    let asked = claims::missing(services, flow).await?.asked;
    let prompts = asked.into_iter().map(|view| {
        let before = typed
            .iter()
            .find(|one| one.uri == view.uri)
            .cloned()
            .unwrap_or_default();
        ClaimPrompt {
            name: claim::short_name(&view.uri).to_owned(),
            uri: view.uri,
            label: view.label,
            typed: before.typed,
            error: before.why,
        }
    });
    Ok(prompts.collect())
}
