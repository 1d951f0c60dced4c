//! Mobile numbers: reading what was typed, telling what kind of number it is, writing it as a provider wants it.
//!
//! The number plans are libphonenumber's, by the crate `phonenumber`. Three things of that port are not used as they
//! are: it reads letters as digits (`0800 FLOWERS`) and drops what follows, it matches patterns from the start only, and
//! it loses leading zeros before asking for a number's type, so that an Italian fixed line passes for a mobile. What is
//! typed is therefore brought to plain digits here, and kinds are told by whole matches.

use ::sms::NumberFormat;
use domain::phone::{E164, NumberKind};
use phonenumber::metadata::DATABASE;
use phonenumber::{Metadata, Mode, Type, country};

mod plan;
mod typed;

use typed::Typed;

/// Reads a mobile number as people write it: with spaces, dashes or brackets, in the digits of any script. A local
/// number is read as one of `default_country` (ISO 3166-1 alpha-2).
///
/// # Errors
/// Why it cannot be a mobile number, in plain words for whoever typed it.
pub fn parse_mobile(text: &str, default_country: Option<&str>) -> Result<E164, String> {
    let typed = Typed::read(text)?;
    let home = default_country.and_then(home_country);
    let number = match (typed.international, home) {
        (true, _) => international(&typed.digits)?,
        (false, Some(home)) => local(&typed.digits, home)?,
        (false, None) => {
            return Err("Type the number with + and the country code, as in +94 77 123 4567: \
                        no default country is set for local numbers."
                .to_owned());
        }
    };
    match plan::kind(number.plan, &number.national).and_then(unfit) {
        Some(why) => Err(why.to_owned()),
        None => E164::new(&format!("+{}{}", number.code, number.national))
            .ok_or_else(|| "This is too long for a telephone number.".to_owned()),
    }
}

/// The ISO 3166-1 alpha-2 code of the country the number belongs to: `CA` for +1 613…, not `US`. `None` for numbers of
/// no country, as satellite phones have.
#[must_use]
pub fn country_of(number: &E164) -> Option<String> {
    let (code, national) = plan::split(number.as_str().trim_start_matches('+'))?;
    let region = plan::region(code, national)?.id();
    (region != plan::NO_COUNTRY).then(|| region.to_owned())
}

/// What the number is by its country's plan.
#[must_use]
pub fn kind_of(number: &E164) -> NumberKind {
    let kind = plan::split(number.as_str().trim_start_matches('+'))
        .and_then(|(code, national)| plan::kind(plan::region(code, national)?, national));
    match kind {
        Some(Type::Mobile) => NumberKind::Mobile,
        Some(Type::FixedLine) => NumberKind::Fixed,
        Some(Type::Voip) => NumberKind::Voip,
        _ => NumberKind::Unknown,
    }
}

/// The number as a provider's API takes it.
#[must_use]
pub fn in_format(number: &E164, format: NumberFormat) -> String {
    let digits = number.as_str().trim_start_matches('+');
    match format {
        NumberFormat::E164 => number.as_str().to_owned(),
        NumberFormat::WithoutPlus => digits.to_owned(),
        NumberFormat::National => national_format(number).unwrap_or_else(|| digits.to_owned()),
    }
}

/// The digits that are dialled inside the number's country.
fn national_format(number: &E164) -> Option<String> {
    let (code, national) = plan::split(number.as_str().trim_start_matches('+'))?;
    let parsed = phonenumber::parse(None, number.as_str()).ok()?;
    let same = parsed.code().value() == code && parsed.national().to_string() == national;
    if !same {
        return Some(national.to_owned());
    }
    Some(
        parsed
            .format()
            .mode(Mode::National)
            .to_string()
            .chars()
            .filter(char::is_ascii_digit)
            .collect(),
    )
}

/// A number that some plan knows.
struct Number {
    code: u16,
    national: String,
    plan: &'static Metadata,
}

fn home_country(iso: &str) -> Option<country::Id> {
    let id: country::Id = iso.to_ascii_uppercase().parse().ok()?;
    DATABASE.by_id(id.as_ref()).map(|_| id)
}

fn international(digits: &str) -> Result<Number, String> {
    let Some((code, national)) = plan::split(digits) else {
        return Err(format!(
            "No country code begins with these digits: +{}.",
            digits.get(..3).unwrap_or(digits)
        ));
    };
    if let Some(plan) = plan::region(code, national) {
        return Ok(Number {
            code,
            national: national.to_owned(),
            plan,
        });
    }
    // `+94 (0)77 123 4567` and `+94 077 123 4567`: the 0 is for calls inside the country.
    by_port(&format!("+{digits}"), None)
        .filter(|number| number.code == code)
        .ok_or_else(|| plan::misfit(code, national))
}

fn local(digits: &str, home: country::Id) -> Result<Number, String> {
    by_port(digits, Some(home)).ok_or_else(|| {
        let code = DATABASE.by_id(home.as_ref()).map_or(0, Metadata::country_code);
        format!(
            "{} For a number of another country type + and the country code first.",
            plan::misfit(code, digits.trim_start_matches('0'))
        )
    })
}

/// What the port makes of it, if the plan agrees.
fn by_port(text: &str, home: Option<country::Id>) -> Option<Number> {
    let parsed = phonenumber::parse(home, text).ok()?;
    let (code, national) = (parsed.code().value(), parsed.national().to_string());
    let plan = plan::region(code, &national)?;
    Some(Number { code, national, plan })
}

/// Why a number of this kind gets no code; `None` for those that may be a mobile.
fn unfit(kind: Type) -> Option<&'static str> {
    Some(match kind {
        Type::Mobile | Type::FixedLineOrMobile => return None,
        Type::FixedLine => "This is a fixed line, which receives no SMS. Type a mobile number.",
        Type::TollFree => "This is a toll-free number, not a mobile number.",
        Type::PremiumRate => "This is a premium-rate number, not a mobile number.",
        Type::SharedCost => "This is a shared-cost number, not a mobile number.",
        Type::Voip => "This is an Internet telephony (VoIP) number, not a mobile number.",
        Type::Pager => "This is a pager, not a mobile number.",
        Type::PersonalNumber => "This is a personal number that forwards calls, not a mobile number.",
        Type::Uan => "This is a company's number, not a mobile number.",
        Type::Voicemail => "This is a voice mailbox, not a mobile number.",
        _ => "This is a service number, not a mobile number.",
    })
}

#[cfg(test)]
mod tests;

/// The countries whose numbers are known: ISO 3166-1 alpha-2 and calling code, by name of the code.
#[must_use]
pub fn countries() -> Vec<(String, u16)> {
    let mut countries: Vec<_> = DATABASE
        .iter()
        .filter(|metadata| metadata.id() != plan::NO_COUNTRY)
        .map(|metadata| (metadata.id().to_owned(), metadata.country_code()))
        .collect();
    countries.sort_unstable();
    countries
}

/// Whether phone numbers are known for this ISO 3166-1 alpha-2 code, in capitals.
#[must_use]
pub fn is_country(code: &str) -> bool {
    phonenumber::metadata::DATABASE.by_id(code).is_some()
}
