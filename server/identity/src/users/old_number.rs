//! A new number is a new authenticator: the old one is told, so that a change nobody asked for is noticed.
//!
//! A number belongs to no identity provider. The one that reached this user last is asked first, then the others by name,
//! until one may have sent it. It counts against that provider's budget; where none can send it, the change stands.

use chrono::Duration;
use domain::phone::E164;
use entity::sms_delivery;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::identity_providers::{self, SmsOtp};
use crate::sms::{self, Delivery, Outcome, Purpose};
use crate::{Result, Services, counters, phone};

/// Fixed, in the letters of every alphabet of SMS, and without either number.
const TEXT: &str =
    "The mobile number of your account was changed. If you did not ask for this, tell your administrator.";

/// A number that codes went to until now.
#[derive(Debug)]
pub struct OldNumber {
    pub(super) user_id: i64,
    pub(super) number: E164,
}

/// Tells the old number, without anybody waiting for it.
pub(super) fn tell(services: &Services, old: OldNumber) {
    let services = services.clone();
    tokio::spawn(async move { tell_old_number(&services, old).await });
}

/// Tells a number that it was replaced, and waits until that is done or has failed. The change must be committed.
pub async fn tell_old_number(services: &Services, old: OldNumber) {
    if let Err(error) = send(services, old.user_id, &old.number).await {
        tracing::error!(%error, "an old number was not told that it was changed");
    }
}

async fn send(services: &Services, user_id: i64, old: &E164) -> Result<()> {
    if !may_tell(services, user_id, old).await? {
        tracing::warn!(
            user_id,
            "an old number was not told that it was changed: it was changed too often"
        );
        return Ok(());
    }
    for id in providers(services, user_id).await? {
        let otp = identity_providers::sms_otp(services, &services.db, id).await?;
        let Some(otp) = otp.and_then(|otp| with_text(otp, old)) else {
            continue;
        };
        let delivery = Delivery {
            otp: &otp,
            number: old,
            code: "",
            minutes: 0,
            user_id: Some(user_id),
            application: "console",
            purpose: Purpose::NumberChanged,
            code_id: None,
        };
        let outcome = sms::deliver(services, delivery).await?.outcome;
        if outcome.is_sent() || outcome == Outcome::Unknown {
            break;
        }
    }
    Ok(())
}

/// Takes one from what a user and a number are told: whoever may change numbers must not have messages sent without end.
/// Counted apart from codes, or those could be used up so that nobody is told.
async fn may_tell(services: &Services, user_id: i64, old: &E164) -> Result<bool> {
    let now = services.clock.now();
    let number = services.vault.blind(old.as_str());
    for who in [format!("user:{user_id}"), format!("number:{number}")] {
        for (window, limit, length) in [("hour", 3, Duration::hours(1)), ("day", 10, Duration::days(1))] {
            let name = format!("sms:told:{who}:{window}");
            if !counters::take(&services.db, now, &name, limit, length).await? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The identity providers to ask, in their order.
async fn providers(services: &Services, user_id: i64) -> Result<Vec<i64>> {
    let last = sms_delivery::Entity::find()
        .filter(sms_delivery::Column::UserId.eq(user_id))
        .filter(sms_delivery::Column::Purpose.eq(Purpose::SignIn.as_str()))
        .filter(sms_delivery::Column::Outcome.eq(Outcome::Sent.as_str()))
        .order_by_desc(sms_delivery::Column::Id)
        .one(&services.db)
        .await?
        .map(|row| row.identity_provider_id);
    let enabled = identity_providers::choices(&services.db).await?.into_iter();
    let others = enabled.map(|(id, _)| id).filter(|id| Some(*id) != last);
    Ok(last.into_iter().chain(others).collect())
}

/// The identity provider with the fixed text, if it is enabled, may send to that country and can send any text at all.
fn with_text(mut otp: SmsOtp, number: &E164) -> Option<SmsOtp> {
    let allowed = &otp.policy.allowed_countries;
    let reaches = allowed.is_empty() || phone::country_of(number).is_some_and(|country| allowed.contains(&country));
    otp.request.message = TEXT.to_owned();
    otp.bind_to_site = false;
    let takes_text = ::sms::compile(&otp.request)
        .template
        .is_some_and(|template| template.takes_any_text());
    (otp.enabled && reaches && takes_text).then_some(otp)
}
