//! One message from its code to its row: budget, row, request, tries, verdict.

use std::fmt;
use std::time::Duration;

use domain::phone::E164;

use super::attempts::{self, Attempted};
use super::outcome::{Outcome, Verdict, verdict};
use super::transport::{Answer, SendFailure};
use super::{budget, rows};
use crate::identity_providers::SmsOtp;
use crate::{Error, Result, Services, counters, phone};

/// What a message is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    /// *Send test SMS*.
    Test,
}

impl Purpose {
    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Test => "test",
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
    /// The row in `sms_delivery`.
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
}

impl Delivered {
    /// Whether an SMS can have been sent: if not, what was counted for it is given back.
    #[must_use]
    pub fn may_have_left(&self) -> bool {
        self.outcome.may_have_left()
    }
}

/// Sends a message and says what became of it. A provider's failure is an outcome, not an error.
///
/// # Errors
/// `Internal`, if the store does not take the row; nothing was sent then, or it is noted in a row that stays open.
pub async fn deliver(services: &Services, delivery: Delivery<'_>) -> Result<Delivered> {
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
    let id = rows::open(&services.db, now, &delivery).await?;
    let rendered = render(services, &delivery);
    let (services, settings) = (services.clone(), delivery.otp.request.clone());
    // A task of its own: a browser that goes away must not leave a message half sent and its row open.
    let sending = tokio::spawn(async move { finish(&services, id, &name, &settings, rendered).await });
    sending.await.map_err(Error::internal)?
}

async fn finish(
    services: &Services,
    id: i64,
    budget: &str,
    settings: &::sms::Settings,
    rendered: std::result::Result<::sms::HttpRequest, String>,
) -> Result<Delivered> {
    let (verdict, tries, took, result) = match rendered {
        Ok(request) => {
            let Attempted { result, tries, took } = attempts::send(&*services.sms, &request).await;
            (verdict(settings, &result), tries, took, Some(result))
        }
        Err(rule) => (
            Verdict {
                outcome: Outcome::NotSent,
                phase: "request",
                status: None,
                rule,
            },
            0,
            Duration::ZERO,
            None,
        ),
    };
    if !verdict.outcome.is_sent() {
        tracing::warn!(
            delivery = id,
            outcome = verdict.outcome.as_str(),
            phase = verdict.phase,
            "an SMS was not accepted"
        );
    }
    rows::close(&services.db, id, &verdict, tries, took).await?;
    if !verdict.outcome.may_have_left() {
        counters::give_back(&services.db, budget).await?;
    }
    Ok(delivered(id, verdict, tries, took, result))
}

async fn spent(services: &Services, delivery: &Delivery<'_>, limit: u32) -> Result<Delivered> {
    let id = rows::open(&services.db, services.clock.now(), delivery).await?;
    let rule = format!("The daily budget of {limit} is used up. Raise it on the identity provider's page, or wait.");
    let verdict = Verdict {
        outcome: Outcome::BudgetSpent,
        phase: "budget",
        status: None,
        rule,
    };
    rows::close(&services.db, id, &verdict, 0, Duration::ZERO).await?;
    Ok(delivered(id, verdict, 0, Duration::ZERO, None))
}

fn delivered(
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
    }
}

fn render(services: &Services, delivery: &Delivery<'_>) -> std::result::Result<::sms::HttpRequest, String> {
    let settings = &delivery.otp.request;
    let Some(template) = ::sms::compile(settings).template else {
        return Err("The SMSOTP settings have problems. Open the identity provider's page, which names them.".into());
    };
    let number = phone::in_format(delivery.number, settings.number_format);
    let public = &services.settings.public_url;
    let site = (delivery.otp.bind_to_site && services.settings.is_https() && public.port().is_none())
        .then(|| public.host_str())
        .flatten()
        .filter(|_| !template.message_in_header());
    let values = ::sms::Values {
        number: &number,
        code: delivery.code,
        minutes: delivery.minutes,
        site,
    };
    template.render(&values, &|_| None).map_err(|error| {
        let text = error.to_string();
        let mut chars = text.chars();
        chars.next().map_or_else(String::new, |first| {
            format!("{}{}.", first.to_uppercase(), chars.as_str())
        })
    })
}
