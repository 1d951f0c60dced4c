//! One message from its code to what became of it: the budget, then its way (`sending`).

use std::fmt;
use std::time::Duration;

use domain::phone::E164;

use super::outcome::Outcome;
use super::phases::Phases;
use super::sending::Sending;
use super::transport::{Answer, SendFailure};
use super::verdict::Verdict;
use super::{budget, rows};
use crate::identity_providers::{self, SmsOtp};
use crate::{Error, Result, Services, counters, phone};

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    /// *Send test SMS*.
    Test,
    /// To the old number: it is somebody's no more.
    NumberChanged,
}

impl Purpose {
    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Test => "test",
            Self::NumberChanged => "number_changed",
        }
    }
}

/// A message to deliver. `Debug` leaves the code out, and masks the number by itself.
#[derive(Clone, Copy)]
pub struct Delivery<'a> {
    pub otp: &'a SmsOtp,
    pub number: &'a E164,
    pub code: &'a str,
    /// How long the code is good.
    pub minutes: u32,
    pub user_id: Option<i64>,
    /// The application somebody signs in to, for the row.
    pub application: &'a str,
    pub purpose: Purpose,
    /// The row of the code, which learns its delivery before anything leaves.
    pub code_id: Option<i64>,
}

impl fmt::Debug for Delivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("identity_provider", &self.otp.name)
            .field("number", &self.number)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// What became of a message.
#[derive(Clone, Debug)]
pub struct Delivered {
    /// The row in `sms_delivery`: of several the last.
    pub id: i64,
    pub outcome: Outcome,
    pub words_for_user: &'static str,
    /// How far it came: `request`, `name`, `address`, `connect`, `tls`, `answer`, `body`, `done`, or `budget`.
    pub phase: &'static str,
    pub status: Option<u16>,
    /// The rule that decided, for the administrator.
    pub rule: String,
    pub attempts: u32,
    pub took: Duration,
    /// The last try's own result; `None` if nothing was tried.
    pub result: Option<std::result::Result<Answer, SendFailure>>,
    pub(super) may_have_left: bool,
}

impl Delivered {
    /// Whether an SMS can have been sent, by whichever provider: if not, what was counted for it is given back.
    #[must_use]
    pub fn may_have_left(&self) -> bool {
        self.may_have_left
    }
}

/// Sends a message and says what became of it. A provider's failure is an outcome, not an error: where it can be mended so,
/// its fallback is asked next.
///
/// # Errors
/// `Internal`, if the store does not take the row; nothing was sent then, or it is noted in a row that stays open.
pub async fn deliver(services: &Services, delivery: Delivery<'_>) -> Result<Delivered> {
    begin(services, delivery, false).await
}

/// As [`deliver`], but by the fallback first, if there is one: what the first provider took has not arrived.
///
/// # Errors
/// As [`deliver`].
pub async fn deliver_otherwise(services: &Services, delivery: Delivery<'_>) -> Result<Delivered> {
    begin(services, delivery, true).await
}

async fn begin(services: &Services, delivery: Delivery<'_>, otherwise: bool) -> Result<Delivered> {
    let now = services.clock.now();
    let budgeted = delivery.otp.policy.daily_budget;
    let name = budget(delivery.otp.identity_provider_id);
    if let Some(limit) = budgeted
        && !counters::take(&services.db, now, &name, limit, chrono::Duration::days(1)).await?
    {
        return spent(services, &delivery, limit).await;
    }
    if budgeted.is_none() {
        // Without a budget it is counted all the same: the page says how many were sent today.
        counters::take(&services.db, now, &name, u32::MAX, chrono::Duration::days(1)).await?;
    }
    let fallbacks = match delivery.purpose {
        Purpose::Test => Vec::new(),
        _ => identity_providers::fallbacks(services, delivery.otp.identity_provider_id).await?,
    };
    let sending = Sending::new(services, &delivery, name, fallbacks, otherwise);
    // A task of its own: a browser that goes away must not leave a message half sent and its row open.
    tokio::spawn(sending.run()).await.map_err(Error::internal)?
}

async fn spent(services: &Services, delivery: &Delivery<'_>, limit: u32) -> Result<Delivered> {
    let id = rows::open(services, delivery).await?;
    let rule = format!("The daily budget of {limit} is used up. Raise it on the identity provider's page, or wait.");
    let verdict = Verdict {
        outcome: Outcome::BudgetSpent,
        phase: "budget",
        status: None,
        rule,
    };
    rows::close(&services.db, id, &verdict, 0, Duration::ZERO, Phases::default()).await?;
    Ok(delivered(id, verdict, 0, Duration::ZERO, None))
}

pub(super) fn delivered(
    id: i64,
    verdict: Verdict,
    attempts: u32,
    took: Duration,
    result: Option<std::result::Result<Answer, SendFailure>>,
) -> Delivered {
    Delivered {
        id,
        outcome: verdict.outcome,
        words_for_user: verdict.outcome.words_for_user(),
        phase: verdict.phase,
        status: verdict.status,
        rule: verdict.rule,
        attempts,
        took,
        result,
        may_have_left: verdict.outcome.may_have_left(),
    }
}

pub(super) fn render(services: &Services, delivery: &Delivery<'_>) -> std::result::Result<::sms::HttpRequest, String> {
    let settings = &delivery.otp.request;
    let Some(template) = ::sms::compile(settings).template else {
        return Err("The SMSOTP settings have problems. Open the identity provider's page, which names them.".into());
    };
    let number = phone::in_format(delivery.number, settings.number_format);
    let values = values(services, delivery, &template, &number);
    let origin = template.origin();
    let secret = |name: &str| delivery.otp.secrets.reveal(name, &origin);
    template.render(&values, &secret).map_err(|error| {
        let text = error.to_string();
        let mut chars = text.chars();
        chars.next().map_or_else(String::new, |first| {
            format!("{}{}.", first.to_uppercase(), chars.as_str())
        })
    })
}

/// How many SMS the message goes out as, where that can be told.
pub(super) fn segments(services: &Services, delivery: &Delivery<'_>) -> Option<usize> {
    let template = ::sms::compile(&delivery.otp.request).template?;
    template.segments(&values(services, delivery, &template, ""))
}

fn values<'a>(
    services: &'a Services,
    delivery: &Delivery<'a>,
    template: &::sms::Template,
    number: &'a str,
) -> ::sms::Values<'a> {
    let public = &services.settings.public_url;
    let site = (delivery.otp.bind_to_site && services.settings.is_https() && public.port().is_none())
        .then(|| public.host_str())
        .flatten()
        .filter(|_| !template.message_in_header());
    ::sms::Values {
        number,
        code: delivery.code,
        minutes: delivery.minutes,
        site,
    }
}

pub(super) fn phases_of(result: &std::result::Result<Answer, SendFailure>) -> Phases {
    match result {
        Ok(answer) => answer.phases,
        Err(failure) => failure.phases,
    }
}
