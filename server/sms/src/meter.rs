//! Counts what a text costs on the air: the GSM 7-bit alphabet or UCS-2, and the segments (3GPP TS 23.038, 23.040).

/// The alphabet an SMS is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// GSM 7-bit default alphabet with its extension table.
    Gsm7,
    /// UCS-2, for a text with any other character.
    Ucs2,
}

/// What a text costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Meter {
    /// The alphabet.
    pub encoding: Encoding,
    /// Septets in GSM-7, 16-bit units in UCS-2.
    pub units: usize,
    /// The units one segment holds, at this length.
    pub per_segment: usize,
    /// The segments; none for an empty text.
    pub segments: usize,
    /// The first character that makes it UCS-2.
    pub first_non_gsm: Option<char>,
}

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENDED: &str = "\u{c}^{}\\[~]|€";

/// Measures a text.
#[must_use]
pub fn meter(text: &str) -> Meter {
    let first_non_gsm = text.chars().find(|&c| septets(c).is_none());
    let (encoding, whole, part) = if first_non_gsm.is_none() {
        (Encoding::Gsm7, 160, 153)
    } else {
        (Encoding::Ucs2, 70, 67)
    };
    let cost = |c: char| match encoding {
        Encoding::Gsm7 => septets(c).unwrap_or(1),
        Encoding::Ucs2 => c.len_utf16(),
    };
    let units: usize = text.chars().map(cost).sum();
    let (per_segment, segments) = if units <= whole {
        (whole, usize::from(units > 0))
    } else {
        (part, split(text.chars().map(cost), part))
    };
    Meter {
        encoding,
        units,
        per_segment,
        segments,
        first_non_gsm,
    }
}

fn septets(c: char) -> Option<usize> {
    if BASIC.contains(c) {
        Some(1)
    } else if EXTENDED.contains(c) {
        Some(2)
    } else {
        None
    }
}

/// The segments of a long text: an escape pair or a surrogate pair is never torn apart.
fn split(costs: impl Iterator<Item = usize>, room: usize) -> usize {
    let (mut segments, mut used) = (1, 0);
    for cost in costs {
        if used + cost > room {
            segments += 1;
            used = 0;
        }
        used += cost;
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_segments() {
        use Encoding::{Gsm7, Ucs2};
        for (text, encoding, units, per_segment, segments) in [
            (String::new(), Gsm7, 0, 160, 0),
            ("a".repeat(160), Gsm7, 160, 160, 1),
            ("a".repeat(161), Gsm7, 161, 153, 2),
            ("a".repeat(306), Gsm7, 306, 153, 2),
            ("a".repeat(307), Gsm7, 307, 153, 3),
            ("€".repeat(80), Gsm7, 160, 160, 1),
            // 153 is odd: 76 pairs fit a segment, so 153 pairs need three although 306 septets fill two.
            ("€".repeat(153), Gsm7, 306, 153, 3),
            ("ж".repeat(70), Ucs2, 70, 70, 1),
            ("ж".repeat(71), Ucs2, 71, 67, 2),
            ("😀".repeat(35), Ucs2, 70, 70, 1),
            ("😀".repeat(67), Ucs2, 134, 67, 3),
        ] {
            let found = meter(&text);
            let wanted = Meter {
                encoding,
                units,
                per_segment,
                segments,
                first_non_gsm: found.first_non_gsm,
            };
            assert_eq!(found, wanted, "{text}");
        }
    }

    #[test]
    fn the_alphabet_is_the_standards() {
        assert_eq!(BASIC.chars().count(), 127, "128 positions, one of them the escape");
        assert_eq!(EXTENDED.chars().count(), 10);
        assert_eq!(meter("naïve“").first_non_gsm, Some('ï'));
        assert_eq!(meter("`").first_non_gsm, Some('`'));
        assert_eq!(meter("ç").first_non_gsm, Some('ç'));
    }
}
