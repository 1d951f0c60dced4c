//! Holds what was typed against every rule and gives all problems at once.

use domain::input::identity_provider::IdentityProviderInput;
use domain::phone::E164;
use domain::{Problems, limits};
use entity::identity_provider;
use sea_orm::EntityTrait;

use super::confirm::{self, Way};
use super::secrets::{self, Given};
use super::stored::{self, Stored};
use super::{Policy, SmsOtp, authenticator, configuration, fallback, policy, request};
use crate::sms::Trusted;
use crate::{Actor, Error, Result, Services, Settings, phone};

/// Names are shown everywhere and stored in a column of this length.
const NAME_MAX: usize = limits::NAME;
const DESCRIPTION_MAX: usize = limits::DESCRIPTION;

/// A form that is right.
pub(crate) struct Checked {
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub number_claim: String,
    pub sms_enabled: bool,
    pub stored: Stored,
    pub fallback: Option<i64>,
}

/// # Errors
/// `Invalid` with everything that is wrong.
pub(super) fn checked(settings: &Settings, input: &IdentityProviderInput, given: &Given) -> Result<Checked> {
    let mut problems = Problems::default();
    problems.text("name", "Identity Provider Name", &input.name, true, NAME_MAX);
    problems.text("display_name", "Display Name", &input.display_name, false, NAME_MAX);
    problems.text("description", "Description", &input.description, false, DESCRIPTION_MAX);
    if input.sms_default.0 && !input.sms_enabled.0 {
        let message =
            "Only an enabled authenticator can be the default. Tick Enable SMSOTP Authenticator, or clear this.";
        problems.add("sms_default", message);
    }
    let stored = settings_of(settings, input, given, &mut problems);
    let fallback = fallback::read(&input.fallback, &mut problems);
    let number_claim = configuration::number_claim(input, &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(Checked {
        name: input.name.trim().to_owned(),
        display_name: input.display_name.trim().to_owned(),
        description: input.description.trim().to_owned(),
        number_claim,
        sms_enabled: input.sms_enabled.0,
        stored,
        fallback,
    })
}

fn settings_of(settings: &Settings, input: &IdentityProviderInput, given: &Given, problems: &mut Problems) -> Stored {
    let request = request::settings(input, problems);
    if input.sms_enabled.0 || input.has_sms_request() {
        request::check(&request, problems);
    }
    let secrets = secrets::resolve(&request, given, problems);
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
    trusted(input, problems);
    Stored {
        request,
        bind_to_site: input.bind_to_site.0,
        test_number: input.test_number.trim().to_owned(),
        trusted_certificates: input.trusted_certificates.clone(),
        policy: policy::read(input, problems),
        secrets,
        filled_from: ::sms::presets::find(&input.filled_from).map_or_else(String::new, |preset| preset.id.clone()),
    }
}

/// Each block that is no certificate is a problem of its own, told in one text.
fn trusted(input: &IdentityProviderInput, problems: &mut Problems) -> Trusted {
    Trusted::parse(&input.trusted_certificates).unwrap_or_else(|wrong| {
        problems.add("trusted_certificates", wrong.join(" "));
        Trusted::default()
    })
}

/// What *Send test SMS* needs of the form, saved or not: the request, the policy and the number. The budget is the
/// stored one where there is one, so that it cannot be typed away.
///
/// # Errors
/// `NotFound`; `Invalid` with everything that keeps it from being sent; `PasswordNeeded` for keys, or certificates, that are
/// not as they are stored.
pub(crate) async fn for_test(
    services: &Services,
    actor: &Actor,
    id: Option<i64>,
    input: &IdentityProviderInput,
) -> Result<(SmsOtp, E164)> {
    let mut problems = Problems::default();
    let request = request::settings(input, &mut problems);
    request::check(&request, &mut problems);
    let (name, row) = match id {
        Some(id) => {
            let row = identity_provider::Entity::find_by_id(id).one(&services.db).await?;
            // What is typed could name another in the log.
            let name = row.ok_or(Error::NotFound)?.name;
            (name, authenticator(&services.db, id).await?)
        }
        None => (input.name.trim().to_owned(), None),
    };
    let before = row.map(|row| stored::open(services, &row)).transpose()?;
    let given = Given::of(services, actor, input, before.as_ref()).await?;
    let secrets = secrets::resolve(&request, &given, &mut problems);
    let mut policy: Policy = policy::read(input, &mut problems).into();
    let trusted = trusted(input, &mut problems);
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
    let way = Way {
        request: &request,
        secrets: &secrets,
        trusted_certificates: &input.trusted_certificates,
    };
    confirm::test(services, actor, before.as_ref(), way)?;
    if let Some(before) = before {
        let stored: Policy = before.policy.into();
        policy.daily_budget = stored.daily_budget.or(policy.daily_budget);
    }
    let otp = SmsOtp {
        identity_provider_id: id.unwrap_or_default(),
        name: if name.is_empty() {
            "new identity provider".to_owned()
        } else {
            name
        },
        enabled: true,
        // A test goes to the number that was typed.
        number_claim: input.number_claim.clone(),
        request,
        secrets,
        policy,
        bind_to_site: input.bind_to_site.0,
        trusted,
    };
    Ok((otp, number))
}
