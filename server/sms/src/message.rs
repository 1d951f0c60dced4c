//! The text of the SMS. Owns the default message and the last line that binds a code to a site.

use crate::meter::meter;
use crate::problem::{Field, Report};
use crate::settings::MAX_MESSAGE;
use crate::template::{Piece, Template, Values};
use crate::token::{self, MessageSlot, Slot};

/// The message of an empty *Message*.
pub const DEFAULT_MESSAGE: &str = "Your verification code is &otp. It expires in &min minutes.";

fn or_default(message: &str) -> &str {
    if message.trim().is_empty() {
        DEFAULT_MESSAGE
    } else {
        message
    }
}

/// The text sent for `code`, good for `minutes`. Only `&otp`, `$ctx.otp` and `&min` are placeholders here, each is
/// replaced once, and line ends are sent as a single LF.
#[must_use]
pub fn rendered_message(settings_message: &str, code: &str, minutes: u32) -> String {
    let template = or_default(settings_message).replace("\r\n", "\n");
    let minutes = minutes.to_string();
    let mut out = String::with_capacity(template.len() + code.len());
    for token in token::in_message(&template) {
        out.push_str(match token.slot {
            Some(MessageSlot::Code) => code,
            Some(MessageSlot::Minutes) => &minutes,
            None => &template[token.range],
        });
    }
    out
}

/// Adds the last line `@host #code`, by which browsers fill the code in on that site only (WICG, *Origin-bound
/// one-time codes*). The format knows no port: use it only for a site on https and port 443.
#[must_use]
pub fn bind_to_site(message: &str, host: &str, code: &str) -> String {
    format!("{}\n@{host} #{code}", message.trim_end())
}

impl Template {
    /// The text that goes out, with the line that binds it to a site.
    pub(crate) fn text(&self, values: &Values<'_>) -> String {
        let text = rendered_message(&self.message, values.code, values.minutes);
        match values.site {
            Some(host) => bind_to_site(&text, host, values.code),
            None => text,
        }
    }

    /// How many SMS the message goes out as. `None` where the provider makes the text: it is in no field.
    #[must_use]
    pub fn segments(&self, values: &Values<'_>) -> Option<usize> {
        let sends_text = |piece: &Piece| matches!(piece, Piece::Slot { slot, .. } if *slot == Slot::Message);
        self.pieces()
            .any(sends_text)
            .then(|| meter(&self.text(values)).segments)
    }
}

/// Checks *Message*.
pub(crate) fn check(message: &str, report: &mut Report) {
    let length = message.chars().count();
    if length > MAX_MESSAGE {
        report.problem(
            Field::Message,
            format!("The message has {length} characters, and {MAX_MESSAGE} are allowed. Shorten it."),
        );
    }
    if let Some((at, _)) = message
        .char_indices()
        .find(|&(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    {
        report.problem_at(
            Field::Message,
            message,
            at,
            "The message holds a control character, which phones cannot show. Delete it.",
        );
    }
    let template = or_default(message);
    if !token::in_message(template)
        .iter()
        .any(|token| token.slot == Some(MessageSlot::Code))
    {
        report.note(Field::Message, "The message has no &otp, so it does not hold the code.");
    }
    let foreign = token::in_request(template)
        .into_iter()
        .filter(|token| matches!(token.slot, Some(Slot::Number | Slot::Message | Slot::Secret(_))));
    for token in foreign {
        let text = format!(
            "{} is sent as it stands: in the message only &otp and &min are placeholders.",
            &template[token.range]
        );
        report.note(Field::Message, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_filled_once() {
        for (template, code, want) in [
            (
                "",
                "123456",
                "Your verification code is 123456. It expires in 5 minutes.",
            ),
            (" \n", "1", "Your verification code is 1. It expires in 5 minutes."),
            ("$ctx.otp/&otp &min", "&min$1\\", "&min$1\\/&min$1\\ 5"),
            ("&num &msg &otpx &min=", "1", "&num &msg &otpx &min="),
            ("a\r\n&otp", "1", "a\n1"),
        ] {
            assert_eq!(rendered_message(template, code, 5), want, "{template}");
        }
    }

    #[test]
    fn the_last_line_names_the_site() {
        assert_eq!(
            bind_to_site("Code 12.\n", "id.example.com", "12"),
            "Code 12.\n@id.example.com #12"
        );
    }

    #[test]
    fn what_cannot_work_is_said() {
        let mut report = Report::default();
        check("Hello &num", &mut report);
        assert_eq!(report.notes.len(), 2);
        assert!(report.problems.is_empty());
        check("a\u{7}&otp", &mut report);
        check(&"x".repeat(MAX_MESSAGE + 1), &mut report);
        assert_eq!(report.problems.len(), 2);
    }
}
