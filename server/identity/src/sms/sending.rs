//! A message on its way: by the identity provider that was asked for, then by its fallbacks, each with a row of its own.
//!
//! Budget, allowed countries and code policy are the first one's, whoever sends.

use std::time::Duration;

use domain::phone::E164;
use tokio::time::Instant;
use zeroize::Zeroizing;

use super::attempts::{self, Attempted, DEADLINE, PATIENCE};
use super::deliver::{Delivered, Delivery, Purpose, delivered, phases_of, render};
use super::phases::Phases;
use super::transport::Answer;
use super::verdict::{Verdict, verdict};
use super::{breaker, rows};
use crate::identity_providers::SmsOtp;
use crate::{Result, Services, counters};

/// A message with all that sending it takes.
pub(super) struct Sending {
    services: Services,
    /// Asked in this order; each is left out while it keeps failing, since there is another after it.
    before: Vec<SmsOtp>,
    last: SmsOtp,
    /// The name of the identity provider that was asked for.
    first: String,
    budget: String,
    number: E164,
    code: Zeroizing<String>,
    minutes: u32,
    user_id: Option<i64>,
    application: String,
    purpose: Purpose,
    code_id: Option<i64>,
}

impl Sending {
    /// `otherwise`: the fallbacks go first, and the identity provider that was asked for is the last resort.
    pub fn new(
        services: &Services,
        delivery: &Delivery<'_>,
        budget: String,
        fallbacks: Vec<SmsOtp>,
        otherwise: bool,
    ) -> Self {
        let (mut before, mut last) = (fallbacks, delivery.otp.clone());
        if !otherwise && let Some(end) = before.pop() {
            before.insert(0, last);
            last = end;
        }
        Self {
            services: services.clone(),
            before,
            last,
            first: delivery.otp.name.clone(),
            budget,
            number: delivery.number.clone(),
            code: Zeroizing::new(delivery.code.to_owned()),
            minutes: delivery.minutes,
            user_id: delivery.user_id,
            application: delivery.application.to_owned(),
            purpose: delivery.purpose,
            code_id: delivery.code_id,
        }
    }

    pub async fn run(self) -> Result<Delivered> {
        let delivered = self.send().await?;
        if !delivered.may_have_left {
            counters::give_back(&self.services.db, &self.budget).await?;
        }
        Ok(delivered)
    }

    /// Asks one after the other, until one has sent it or nothing is gained by asking the next.
    async fn send(&self) -> Result<Delivered> {
        let (services, begun) = (&self.services, Instant::now());
        let mut may_have_left = false;
        for way in &self.before {
            if !breaker::may_try(&services.db, services.clock.now(), way.identity_provider_id).await? {
                continue;
            }
            let delivered = self.by(way, PATIENCE).await?;
            may_have_left |= delivered.may_have_left;
            // The next is begun within a delivery's time, and has as much of its own.
            if !delivered.outcome.asks_fallback() || begun.elapsed() >= DEADLINE {
                return Ok(Delivered {
                    may_have_left,
                    ..delivered
                });
            }
        }
        let delivered = self.by(&self.last, DEADLINE).await?;
        Ok(Delivered {
            may_have_left: may_have_left || delivered.may_have_left,
            ..delivered
        })
    }

    /// Sends it by one identity provider, which is tried again for as long as `patience` lasts.
    async fn by(&self, way: &SmsOtp, patience: Duration) -> Result<Delivered> {
        let services = &self.services;
        let delivery = Delivery {
            otp: way,
            number: &self.number,
            code: &self.code,
            minutes: self.minutes,
            user_id: self.user_id,
            application: &self.application,
            purpose: self.purpose,
            code_id: self.code_id,
        };
        let id = rows::open(services, &delivery).await?;
        let (attempted, mut verdict) = match render(services, &delivery) {
            Ok(request) => {
                let Attempted { result, tries, took } = self.attempt(way, &request, patience).await;
                // Some providers repeat what they were sent, and the answer is shown and, in parts, kept.
                let result = result.map(|answer| Answer {
                    body: way.secrets.dotted(&answer.body),
                    ..answer
                });
                let attempted = Attempted { result, tries, took };
                let verdict = verdict(&way.request, &attempted.result);
                (Some(attempted), verdict)
            }
            Err(rule) => (None, Verdict::of_request(rule)),
        };
        verdict.rule = way.secrets.dotted(&verdict.rule);
        if way.name != self.first {
            verdict.rule = format!("Fallback of {}: {}", self.first, verdict.rule);
        }
        if !verdict.outcome.is_sent() {
            tracing::warn!(
                delivery = id,
                outcome = verdict.outcome.as_str(),
                phase = verdict.phase,
                "an SMS was not accepted"
            );
        }
        let (tries, took) = attempted
            .as_ref()
            .map_or_else(Default::default, |sent| (sent.tries, sent.took));
        let phases = attempted
            .as_ref()
            .map_or_else(Phases::default, |sent| phases_of(&sent.result));
        rows::close(&services.db, id, &verdict, tries, took, phases).await?;
        if !self.before.is_empty() {
            let now = services.clock.now();
            breaker::note(&services.db, now, way.identity_provider_id, verdict.outcome).await?;
        }
        Ok(delivered(id, verdict, tries, took, attempted.map(|sent| sent.result)))
    }

    async fn attempt(&self, way: &SmsOtp, request: &::sms::HttpRequest, patience: Duration) -> Attempted {
        let own = (!way.trusted.is_empty()).then(|| self.services.sms.trusting(&way.trusted));
        let transport = own.flatten().unwrap_or_else(|| self.services.sms.clone());
        attempts::send(&*transport, request, patience).await
    }
}
