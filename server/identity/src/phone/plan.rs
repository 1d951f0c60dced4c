//! The number plans of the world, by whole matches. Refuses to guess: a number no plan knows has no region.

use std::cmp::Ordering;

use phonenumber::metadata::{DATABASE, Descriptor};
use phonenumber::{Metadata, Type};
use regex_lite::Regex;

/// libphonenumber's region of numbers that belong to no country.
pub(super) const NO_COUNTRY: &str = "001";

/// Kinds that are asked for before lines and mobiles, in libphonenumber's order.
const SPECIAL: [Type; 8] = [
    Type::PremiumRate,
    Type::TollFree,
    Type::SharedCost,
    Type::Voip,
    Type::PersonalNumber,
    Type::Pager,
    Type::Uan,
    Type::Voicemail,
];

/// Country code and national number. No country code is the beginning of another (ITU-T E.164 section 6.2.2).
pub(super) fn split(digits: &str) -> Option<(u16, &str)> {
    (1..=3).find_map(|length| {
        let (code, national) = digits.split_at_checked(length)?;
        let code: u16 = code.parse().ok()?;
        (!digits.starts_with('0') && DATABASE.by_code(&code).is_some()).then_some((code, national))
    })
}

/// The plan a number belongs to: of those under its country code the one that knows its kind, else the one whose own
/// prefix it has, else the first whose general pattern it fits. The main country comes first.
pub(super) fn region(code: u16, national: &str) -> Option<&'static Metadata> {
    let plans = DATABASE.by_code(&code)?;
    let of_region = |plan: &&Metadata| match plan.leading_digits() {
        Some(leading) => leading.find(national).is_some_and(|found| found.start() == 0),
        None => true,
    };
    let fitting: Vec<_> = plans
        .into_iter()
        .filter(|plan| matches(plan.descriptors().general(), national))
        .filter(of_region)
        .collect();
    let known = fitting.iter().find(|plan| kind(plan, national).is_some());
    let by_prefix = || fitting.iter().find(|plan| plan.leading_digits().is_some());
    known.or_else(by_prefix).or(fitting.first()).copied()
}

/// What kind of number it is; `None` where the plan knows none for it, as for a range opened since.
pub(super) fn kind(plan: &Metadata, national: &str) -> Option<Type> {
    let is = |kind: Type| {
        plan.descriptors()
            .get(kind)
            .is_some_and(|descriptor| matches(descriptor, national))
    };
    SPECIAL
        .into_iter()
        .find(|kind| is(*kind))
        .or_else(|| match (is(Type::FixedLine), is(Type::Mobile)) {
            (true, true) => Some(Type::FixedLineOrMobile),
            (true, false) => Some(Type::FixedLine),
            (false, true) => Some(Type::Mobile),
            (false, false) => None,
        })
}

/// Why no plan under this country code takes the number.
pub(super) fn misfit(code: u16, national: &str) -> String {
    let mut lengths: Vec<usize> = DATABASE
        .by_code(&code)
        .unwrap_or_default()
        .iter()
        .flat_map(|plan| [Type::FixedLine, Type::Mobile].map(|kind| plan.descriptors().get(kind)))
        .flatten()
        .flat_map(|descriptor| descriptor.possible_length().iter().copied().map(usize::from))
        .collect();
    lengths.sort_unstable();
    lengths.dedup();
    let digits = national.len();
    let (Some(shortest), Some(longest)) = (lengths.first(), lengths.last()) else {
        return format!("No mobile number has the country code +{code}.");
    };
    let expected = if shortest == longest {
        longest.to_string()
    } else {
        format!("{shortest} to {longest}")
    };
    match (digits.cmp(shortest), digits.cmp(longest)) {
        (Ordering::Less, _) => format!("This number is too short: after +{code} come {expected} digits, not {digits}."),
        (_, Ordering::Greater) => {
            format!("This number is too long: after +{code} come {expected} digits, not {digits}.")
        }
        _ => format!("There is no such number under +{code}. Check the digits."),
    }
}

fn matches(descriptor: &Descriptor, national: &str) -> bool {
    let lengths = descriptor.possible_length();
    let fits = lengths.is_empty() || lengths.iter().any(|length| usize::from(*length) == national.len());
    // The patterns are written over several lines.
    let whole = || Regex::new(&format!("(?x)^(?:{})$", descriptor.national_number().as_str()));
    fits && whole().is_ok_and(|pattern| pattern.is_match(national))
}
