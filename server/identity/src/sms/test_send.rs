//! *Send test SMS*: one message with the form's unsaved settings, to the form's test number.

use domain::input::identity_provider::IdentityProviderInput;
use domain::view::SmsTestView;
use domain::{Permission, Problems};

use super::deliver::{Delivered, Delivery, Purpose, deliver};
use super::phases::millis;
use crate::audit::{self, Entry};
use crate::{Actor, Error, Result, Services, counters, identity_providers, phone};

/// The most of an answer that is shown, in characters.
const SHOWN: usize = 4000;
/// How many tests a day are sent, over all, with providers that are not saved yet and have no budget of their own.
const UNSAVED_A_DAY: u32 = 50;
const UNSAVED: &str = "sms:test:unsaved";

/// Sends one message as the form describes it, saved or not. It counts against the stored budget and is audited before
/// it leaves. `id` is `None` on the page of a new identity provider.
///
/// # Errors
/// `Denied`; `NotFound`; `Invalid` with everything that keeps it from being sent; `PasswordNeeded` for keys, or
/// certificates, that are not as stored.
pub async fn send_test(
    services: &Services,
    actor: &Actor,
    id: Option<i64>,
    input: &IdentityProviderInput,
) -> Result<SmsTestView> {
    actor.require(Permission::ManageIdentityProviders)?;
    let (otp, number) = identity_providers::for_test(services, actor, id, input).await?;
    let country = phone::country_of(&number);
    let allowed = &otp.policy.allowed_countries;
    if !allowed.is_empty() && !country.as_ref().is_some_and(|country| allowed.contains(country)) {
        let message = "Allowed countries does not name this number's country, so codes are not sent to it. Add the country, or test with another number.";
        return Err(Error::Invalid(Problems::one("test_number", message)));
    }
    if id.is_none() {
        take_unsaved(services).await?;
    }
    let entry = Entry {
        action: "test",
        target_kind: "identity_providers",
        target: &otp.name,
        detail: format!("test SMS to {}", number.masked()),
    };
    audit::record(&services.db, &*services.clock, actor, entry).await?;
    let delivery = Delivery {
        otp: &otp,
        number: &number,
        code: &input.sample_code(),
        minutes: u32::try_from(otp.policy.lifetime.num_minutes()).unwrap_or_default(),
        user_id: actor.user_id,
        application: "console",
        purpose: Purpose::Test,
        code_id: None,
    };
    let delivered = deliver(services, delivery).await?;
    Ok(view(delivered, number.masked()))
}

async fn take_unsaved(services: &Services) -> Result<()> {
    let day = chrono::Duration::days(1);
    if counters::take(&services.db, services.clock.now(), UNSAVED, UNSAVED_A_DAY, day).await? {
        return Ok(());
    }
    let message = format!(
        "{UNSAVED_A_DAY} test SMS a day can be sent by identity providers that are not registered yet, and they are sent. \
         Register this one and test then, or wait a day."
    );
    Err(Error::field("test_number", message))
}

fn view(delivered: Delivered, masked_number: String) -> SmsTestView {
    let (phases, certificates, answer) = match delivered.result {
        Some(Ok(answer)) => {
            let shown: String = answer.body.chars().take(SHOWN).collect();
            (answer.phases, answer.certificates, Some(shown))
        }
        Some(Err(failure)) => (failure.phases, failure.certificates, None),
        None => Default::default(),
    };
    SmsTestView {
        accepted: delivered.outcome.is_sent(),
        outcome: delivered.outcome.label().to_owned(),
        rule: delivered.rule,
        status: delivered.status,
        masked_number,
        attempts: delivered.attempts,
        total_millis: Some(millis(delivered.took)),
        phases: phases
            .steps()
            .into_iter()
            .map(|(name, millis)| (name.to_owned(), millis))
            .collect(),
        certificates,
        answer,
    }
}
