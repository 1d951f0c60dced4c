//! XML payloads. Owns the rule that a placeholder stands in character data or in an attribute's value; refuses what
//! is not well formed, document types with declarations of their own, and encodings other than UTF-8.

use std::ops::Range;

use super::xml_regions::{self, Kind, Region};
use crate::escape::Place;
use crate::problem::{Field, Report};
use crate::redact::is_secret_name;
use crate::template::Piece;
use crate::token;

/// The payload's pieces.
pub(super) fn compile(text: &str, report: &mut Report) -> Vec<Piece> {
    let (regions, fault) = xml_regions::regions(text);
    let region_of = |at: usize| regions.iter().find(|region| region.range.contains(&at));
    // After a fault, what stands where is a guess.
    let is_sure = |region: &&Region| fault.as_ref().is_none_or(|(at, _)| region.range.start <= *at);
    let mut misplaced = false;
    for slot in token::in_request(text).into_iter().filter(|token| token.slot.is_some()) {
        let region = region_of(slot.range.start).filter(is_sure);
        let Some(Kind::Closed(place)) = region.map(|region| region.kind) else {
            continue;
        };
        misplaced = true;
        let message = format!(
            "{} stands in {place}, where it cannot be escaped. Put it in the text of an element or in an attribute's value.",
            &text[slot.range.clone()]
        );
        report.problem_at(Field::Payload, text, slot.range.start, message);
    }
    if let Some((at, message)) = fault
        && !misplaced
    {
        report.problem_at(Field::Payload, text, at, message);
    }
    let dotted: Vec<_> = keys(&regions).map(|region| region.range.clone()).collect();
    let place = |token: &token::Token| match region_of(token.range.start).map(|region| region.kind) {
        Some(Kind::Attribute) => Place::XmlAttribute,
        _ => Place::XmlText,
    };
    Piece::of(text, 0..text.len(), place, &dotted, &[])
}

fn keys(regions: &[Region]) -> impl Iterator<Item = &Region> {
    // What is markup has no name.
    regions.iter().filter(|region| is_secret_name(&region.name))
}

/// The literal keys: the name of the element or attribute, and where its text stands. They are found in what is not well
/// formed too, as well as it can be read.
pub(crate) fn secrets(text: &str) -> Vec<(String, Range<usize>)> {
    let (regions, _) = xml_regions::regions(text);
    keys(&regions)
        .map(|region| (region.name.clone(), region.range.clone()))
        .collect()
}
