//! From what was typed to digits. Refuses letters: a number spelt in letters is a service's, a pasted sentence is none.

/// Digits, and whether a `+` stood before them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Typed {
    pub international: bool,
    pub digits: String,
}

/// Longer than any number with its separators.
const MAX_CHARACTERS: usize = 60;

impl Typed {
    /// # Errors
    /// Why this is no number, in plain words.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.chars().count() > MAX_CHARACTERS {
            return Err("This is too long for a telephone number.".to_owned());
        }
        let mut typed = Self {
            international: false,
            digits: String::new(),
        };
        for c in text.chars() {
            if let Some(digit) = decimal(c) {
                typed.digits.push(digit);
            } else if matches!(c, '+' | '\u{FF0B}') && typed.digits.is_empty() && !typed.international {
                typed.international = true;
            } else if !is_separator(c) {
                return Err(format!(
                    "Remove {}: a number has digits only, with a + before the country code.",
                    shown(c)
                ));
            }
        }
        if typed.digits.is_empty() {
            return Err("Type the number's digits, beginning with + and the country code.".to_owned());
        }
        Ok(typed)
    }
}

/// Zeros of the scripts whose digits a keyboard may give: Unicode has them in runs of ten (category Nd).
const ZEROS: [char; 16] = [
    '0', '\u{0660}', '\u{06F0}', '\u{07C0}', '\u{0966}', '\u{09E6}', '\u{0A66}', '\u{0AE6}', '\u{0BE6}', '\u{0C66}',
    '\u{0CE6}', '\u{0D66}', '\u{0DE6}', '\u{0E50}', '\u{0ED0}', '\u{FF10}',
];

fn decimal(c: char) -> Option<char> {
    ZEROS
        .into_iter()
        .filter_map(|zero| u32::from(c).checked_sub(u32::from(zero)))
        .find(|value| *value < 10)
        .and_then(|value| char::from_digit(value, 10))
}

/// What people and address books put between digits; the marks of writing direction come along when copied.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '(' | ')' | '[' | ']' | '.' | '/' | '\u{2010}'
                ..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{FF08}' | '\u{FF09}'
        )
        || matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}')
        || matches!(c, '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}

fn shown(c: char) -> String {
    if c.is_control() {
        "the control character".to_owned()
    } else {
        format!("\u{201c}{c}\u{201d}")
    }
}
