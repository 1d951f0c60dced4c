//! Holds what was typed against every rule and gives all problems at once.

use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;
use domain::phone::E164;

use super::stored::Stored;
use super::{Policy, SmsOtp, policy, request};
use crate::{Error, Result, Services, Settings, phone};

/// Names are shown everywhere and stored in a column of this length.
const NAME_MAX: usize = 100;
const DESCRIPTION_MAX: usize = 500;

/// A form that is right.
pub(crate) struct Checked {
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub sms_enabled: bool,
    pub stored: Stored,
}

/// # Errors
/// `Invalid` with everything that is wrong.
pub(crate) fn checked(settings: &Settings, input: &IdentityProviderInput) -> Result<Checked> {
    let mut problems = Problems::default();
    problems.text("name", "Identity Provider Name", &input.name, true, NAME_MAX);
    problems.text("display_name", "Display Name", &input.display_name, false, NAME_MAX);
    problems.text("description", "Description", &input.description, false, DESCRIPTION_MAX);
    if input.sms_default.0 && !input.sms_enabled.0 {
        let message =
            "Only an enabled authenticator can be the default. Tick Enable SMSOTP Authenticator, or clear this.";
        problems.add("sms_default", message);
    }
    let stored = stored(settings, input, &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(Checked {
        name: input.name.trim().to_owned(),
        display_name: input.display_name.trim().to_owned(),
        description: input.description.trim().to_owned(),
        sms_enabled: input.sms_enabled.0,
        stored,
    })
}

fn stored(settings: &Settings, input: &IdentityProviderInput, problems: &mut Problems) -> Stored {
    let request = request::settings(input, problems);
    if input.sms_enabled.0 || input.has_sms_request() {
        request::check(&request, problems);
    }
    let can_bind = settings.is_https() && settings.public_url.port().is_none();
    if input.bind_to_site.0 && !can_bind {
        let message = "Browsers fill codes in only on a site with https on port 443, and this server is at another address. Clear this.";
        problems.add("bind_to_site", message);
    }
    if !input.test_number.trim().is_empty()
        && let Err(reason) = phone::parse_mobile(&input.test_number, settings.default_country.as_deref())
    {
        problems.add("test_number", reason);
    }
    Stored {
        request,
        bind_to_site: input.bind_to_site.0,
        test_number: input.test_number.trim().to_owned(),
        policy: policy::read(input, problems),
    }
}

/// What *Send test SMS* needs of the form, saved or not: the request, the policy and the number. The budget is the
/// stored one where there is one, so that it cannot be typed away.
///
/// # Errors
/// `Invalid` with everything that keeps it from being sent.
pub(crate) async fn for_test(
    services: &Services,
    id: Option<i64>,
    input: &IdentityProviderInput,
) -> Result<(SmsOtp, E164)> {
    let mut problems = Problems::default();
    let request = request::settings(input, &mut problems);
    request::check(&request, &mut problems);
    let mut policy: Policy = policy::read(input, &mut problems).into();
    let home = services.settings.default_country.as_deref();
    let number = match input.test_number.trim() {
        "" => Err("Test number is missing. Type the mobile number that the test SMS goes to.".to_owned()),
        typed => phone::parse_mobile(typed, home),
    };
    let number = match number {
        Ok(number) if problems.is_empty() => number,
        Ok(_) => return Err(Error::Invalid(problems)),
        Err(reason) => {
            problems.add("test_number", reason);
            return Err(Error::Invalid(problems));
        }
    };
    if let Some(id) = id {
        let stored = super::sms_otp(services, &services.db, id).await?;
        policy.daily_budget = stored.and_then(|otp| otp.policy.daily_budget).or(policy.daily_budget);
    }
    let name = input.name.trim();
    let otp = SmsOtp {
        identity_provider_id: id.unwrap_or_default(),
        name: if name.is_empty() {
            "new identity provider".to_owned()
        } else {
            name.to_owned()
        },
        enabled: true,
        request,
        policy,
        bind_to_site: input.bind_to_site.0,
    };
    Ok((otp, number))
}
