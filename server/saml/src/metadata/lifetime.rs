//! How long metadata holds (saml-metadata 2.3.2): `validUntil` and `cacheDuration`, on any element from the role outwards.

use chrono::{DateTime, TimeDelta, Utc};
use gamlastan::xml::helpers::parse_optional_datetime_attr;
use gamlastan::xml::{Document, NodeId};

use super::MetadataError;

/// The earliest `validUntil`.
pub(super) fn valid_until(document: &Document<'_>, role: NodeId) -> Result<Option<DateTime<Utc>>, MetadataError> {
    let mut earliest: Option<DateTime<Utc>> = None;
    for node in outwards(document, role) {
        let until = parse_optional_datetime_attr(document, node, "validUntil")
            .map_err(|e| MetadataError::Invalid(e.to_string()))?;
        earliest = earliest.into_iter().chain(until).min();
    }
    Ok(earliest)
}

/// The shortest `cacheDuration`. It is a wish of the publisher's, so one that cannot be read does not stop an import.
pub(super) fn cache_duration(document: &Document<'_>, role: NodeId) -> Option<TimeDelta> {
    outwards(document, role)
        .into_iter()
        .filter_map(|node| document.get_attribute(node, "cacheDuration"))
        .filter_map(duration)
        .min()
}

fn outwards(document: &Document<'_>, role: NodeId) -> Vec<NodeId> {
    std::iter::successors(Some(role), |node| document.parent(*node))
        .filter(|node| document.element(*node).is_some())
        .collect()
}

/// An xs:duration, a month taken as 30 days and a year as 365; fractions of a second are dropped.
fn duration(text: &str) -> Option<TimeDelta> {
    let rest = text.trim().strip_prefix('P')?;
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((days, time)) => (days, time),
        None => (rest, ""),
    };
    if days.is_empty() && time.is_empty() {
        return None;
    }
    const DAY: i64 = 24 * 3600;
    let days = parts(days, &[('Y', 365 * DAY), ('M', 30 * DAY), ('D', DAY)])?;
    let time = parts(time, &[('H', 3600), ('M', 60), ('S', 1)])?;
    TimeDelta::try_seconds(days.checked_add(time)?)
}

/// The sum of numbers with their units, each at most once and in this order.
fn parts(mut text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut sum: i64 = 0;
    for (unit, seconds) in units {
        let Some((number, rest)) = text.split_once(*unit) else {
            continue;
        };
        let whole = match number.split_once('.') {
            Some((whole, fraction)) if *unit == 'S' && fraction.bytes().all(|b| b.is_ascii_digit()) => whole,
            Some(_) => return None,
            None => number,
        };
        if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        sum = sum.checked_add(whole.parse::<i64>().ok()?.checked_mul(*seconds)?)?;
        text = rest;
    }
    text.is_empty().then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [
            ("PT1H", 3600),
            ("P1D", 86_400),
            ("P1M", 30 * 86_400),
            ("P1Y2M3DT4H5M6.7S", (365 + 60 + 3) * 86_400 + 4 * 3600 + 5 * 60 + 6),
            (" PT0S ", 0),
        ] {
            assert_eq!(duration(text), Some(TimeDelta::seconds(seconds)), "{text}");
        }
        for text in [
            "",
            "P",
            "PT",
            "1D",
            "-P1D",
            "P1H",
            "PT1D",
            "P1.5D",
            "PTS",
            "P1D2Y",
            "P99999999999999999Y",
            "P1DT",
            "PT1S1",
        ] {
            assert_eq!(duration(text), None, "{text}");
        }
    }
}
