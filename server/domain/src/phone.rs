//! A mobile number as it is kept and shown. Parsing needs libphonenumber's data and lives on the server.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number in E.164: `+` and 7 to 15 digits (ITU-T E.164 section 6.2.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct E164(String);

impl E164 {
    /// Takes the exact form only; nothing is tidied up here.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let fits =
            (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
        fits.then(|| Self(text.to_owned()))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// All but the last two digits as dots: enough to tell one's own phones apart, too little to tell anyone else's.
    #[must_use]
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// What a number is by its country's number plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum NumberKind {
    Mobile,
    Fixed,
    Voip,
    /// The plan does not tell: ranges that hold both mobiles and fixed lines, as in North America, and new ones.
    Unknown,
}

impl NumberKind {
    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mobile => "mobile",
            Self::Fixed => "fixed",
            Self::Voip => "voip",
            Self::Unknown => "unknown",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Mobile, Self::Fixed, Self::Voip, Self::Unknown]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }

    /// For whoever looks at a profile.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Mobile => "Kind: mobile.",
            Self::Fixed => "Kind: fixed line, which receives no SMS.",
            Self::Voip => "Kind: Internet telephony (VoIP).",
            Self::Unknown => "Kind: unknown; its number plan does not tell mobiles from fixed lines.",
        }
    }
}

/// Never the number itself: it would end in a log.
impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// Masks any number-like text in groups of three: `••• ••• ••67`.
#[must_use]
pub fn mask(number: &str) -> String {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let keep = digits.len().saturating_sub(2);
    let dotted: Vec<char> = digits
        .iter()
        .enumerate()
        .map(|(i, c)| if i < keep { '•' } else { *c })
        .collect();
    let head = dotted.len() % 3;
    let mut groups: Vec<String> = Vec::new();
    if head > 0 {
        groups.push(dotted[..head].iter().collect());
    }
    groups.extend(dotted[head..].chunks(3).map(|group| group.iter().collect()));
    groups.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_e164_is_a_number() {
        assert!(E164::new("+94771234567").is_some());
        for wrong in [
            "94771234567",
            "+0771234567",
            "+9477 1234567",
            "+94",
            "+9477123456789012",
            "+94x71234567",
            "",
        ] {
            assert!(E164::new(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn masking_leaves_two_digits() {
        assert_eq!(E164::new("+94771234567").unwrap().masked(), "•• ••• ••• •67");
        assert_eq!(format!("{:?}", E164::new("+94771234567").unwrap()), "•• ••• ••• •67");
        assert_eq!(mask("12"), "12");
        assert_eq!(mask(""), "");
    }
}
