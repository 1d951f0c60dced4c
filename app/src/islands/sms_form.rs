//! The SMSOTP form as the preview needs it, read from wherever its values are: the stored input on the server, the
//! controls in the browser.

use sms::{BodyRule, Comparison, Field, NumberFormat, Settings};

/// A number whose national form is known, for a form without a test number.
const SAMPLE: (&str, &str) = ("+94771234567", "0771234567");

/// What the server knows and the browser cannot work out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The test number as it was typed when the page was made.
    pub typed: String,
    /// The same in E.164; empty if it is none.
    pub e164: String,
    /// The same as it is dialled in its country.
    pub national: String,
    /// The host that codes can be bound to; empty where that is not possible.
    pub host: String,
}

/// What the form's values cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// The request as markup, or why there is none.
    pub request: String,
    /// To whom and with which code.
    pub aside: String,
    /// Encoding and length of the message.
    pub length: String,
    /// How many SMS that makes.
    pub segments: String,
    /// Problems by the field's name, in the words of a save.
    pub problems: Vec<(&'static str, String)>,
    pub notes: Vec<(&'static str, String)>,
}

/// The fields that problems and notes of the request can belong to.
pub const FIELDS: [&str; 7] = [
    "sms_url",
    "http_method",
    "http_headers",
    "http_payload",
    "http_response_code",
    "body_rule",
    "message",
];

/// Computes what the values cause; `value` gives a field's value by its name, `on` for a ticked box.
#[must_use]
pub fn show(value: &dyn Fn(&str) -> String, known: &Known) -> Shown {
    let settings = settings(value);
    let code = code(value);
    let minutes = value("code_lifetime").trim().parse().unwrap_or(5);
    let site = Some(known.host.as_str()).filter(|host| !host.is_empty() && value("bind_to_site") == "on");
    let mut shown = Shown::default();
    let mut message = sms::rendered_message(&settings.message, &code, minutes);
    if let Some(host) = site {
        message = sms::bind_to_site(&message, host, &code);
    }
    meter(&message, &mut shown);
    if !is_begun(value) {
        shown.request = "Enter the SMS URL to see the request here.".to_owned();
        return shown;
    }
    let compiled = sms::compile(&settings);
    shown.problems = compiled
        .problems
        .into_iter()
        .map(|problem| (name(problem.field), words(problem)))
        .collect();
    shown.notes = compiled
        .notes
        .into_iter()
        .map(|note| (name(note.field), note.message))
        .collect();
    let Some(template) = compiled.template else {
        shown.request = "The request is shown here once the problems beside the fields are solved.".to_owned();
        return shown;
    };
    let number = number(value("test_number").trim(), settings.number_format, known);
    let site = site.filter(|_| !template.message_in_header());
    let preview = template.preview(&sms::Values {
        number: &number,
        code: &code,
        minutes,
        site,
    });
    shown.aside = ["to ", &number, " · code ", &code].concat();
    shown.request = match preview.refused {
        Some(error) => super::html::escaped(&error.to_string()),
        None => super::html::request(&preview.segments),
    };
    shown
}

/// The settings, as the server reads them when the form is saved. Values that no select offers fall to the default.
#[must_use]
pub fn settings(value: &dyn Fn(&str) -> String) -> Settings {
    let text = || value("body_rule_value");
    let pointer = |op| BodyRule::Pointer {
        pointer: value("body_rule_pointer"),
        op,
        value: text(),
    };
    Settings {
        url: value("sms_url"),
        method: value("http_method").parse().unwrap_or_default(),
        headers: value("http_headers"),
        payload: value("http_payload"),
        response_code: value("http_response_code"),
        body_rule: match value("body_rule").as_str() {
            "equals" => pointer(Comparison::Equals),
            "not_equals" => pointer(Comparison::NotEquals),
            "contains" => BodyRule::Contains { text: text() },
            "not_contains" => BodyRule::NotContains { text: text() },
            "matches" => BodyRule::Matches { regex: text() },
            _ => BodyRule::None,
        },
        message: value("message"),
        number_format: NumberFormat::find(&value("number_format")).unwrap_or_default(),
    }
}

/// Until something of the request is there, nothing about it is a problem.
fn is_begun(value: &dyn Fn(&str) -> String) -> bool {
    let filled = ["sms_url", "http_headers", "http_payload", "http_response_code"];
    value("sms_enabled") == "on"
        || value("body_rule") != "none"
        || filled.iter().any(|name| !value(name).trim().is_empty())
}

fn code(value: &dyn Fn(&str) -> String) -> String {
    let input = domain::input::identity_provider::IdentityProviderInput {
        code_length: value("code_length"),
        code_characters: value("code_characters"),
        ..Default::default()
    };
    input.sample_code()
}

/// The number as the provider will get it. A number typed since the page was made has no national form here: it is
/// shown as typed, and worked out when it is sent.
fn number(typed: &str, format: NumberFormat, known: &Known) -> String {
    let (e164, national) = match typed {
        "" => SAMPLE,
        typed if typed == known.typed && !known.e164.is_empty() => (known.e164.as_str(), known.national.as_str()),
        typed => {
            let plus = if typed.starts_with('+') { "+" } else { "" };
            let digits: String = plus.chars().chain(typed.chars().filter(char::is_ascii_digit)).collect();
            return format.pick(&digits, &digits).to_owned();
        }
    };
    format.pick(e164, national).to_owned()
}

fn meter(message: &str, shown: &mut Shown) {
    let meter = sms::meter(message);
    let name = match meter.encoding {
        sms::Encoding::Gsm7 => "GSM-7",
        sms::Encoding::Ucs2 => "UCS-2",
    };
    shown.length = [
        name,
        " · ",
        &meter.units.to_string(),
        " of ",
        &(meter.per_segment * meter.segments.max(1)).to_string(),
        " characters",
    ]
    .concat();
    if let Some(c) = meter.first_non_gsm {
        shown.length.push_str(", because of ");
        shown.length.push(c);
    }
    shown.segments = match meter.segments {
        1 => "1 segment".to_owned(),
        n => n.to_string() + " segments",
    };
}

/// A field's name in the form.
fn name(field: Field) -> &'static str {
    match field {
        Field::Url => "sms_url",
        Field::Method => "http_method",
        Field::Headers => "http_headers",
        Field::Payload => "http_payload",
        Field::ResponseCode => "http_response_code",
        Field::BodyRule => "body_rule",
        Field::Message => "message",
    }
}

/// A problem led by its position, as on saving.
fn words(problem: sms::Problem) -> String {
    match problem.position {
        Some(at) => [
            "Line ",
            &at.line.to_string(),
            ", column ",
            &at.column.to_string(),
            ": ",
            &problem.message,
        ]
        .concat(),
        None => problem.message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> String {
        |name| {
            let given = pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| *value);
            given
                .unwrap_or(if name == "body_rule" { "none" } else { "" })
                .to_owned()
        }
    }

    #[test]
    fn an_untouched_form_has_no_problems() {
        let shown = show(
            &of(&[("message", "Code &otp"), ("code_length", "6")]),
            &Known::default(),
        );
        assert!(shown.problems.is_empty() && shown.notes.is_empty());
        assert_eq!(
            (shown.length.as_str(), shown.segments.as_str()),
            ("GSM-7 · 11 of 160 characters", "1 segment")
        );
        assert!(
            !show(&of(&[("sms_enabled", "on")]), &Known::default())
                .problems
                .is_empty(),
            "enabled, the URL is missing"
        );
    }

    #[test]
    fn a_problem_names_its_place_and_the_request_waits() {
        let values = of(&[
            ("sms_url", "https://sms.example/"),
            ("http_method", "POST"),
            ("http_payload", r#"{"to":[&num]}"#),
        ]);
        let shown = show(&values, &Known::default());
        assert_eq!(shown.problems.len(), 1);
        assert!(
            shown.problems[0].0 == "http_payload" && shown.problems[0].1.starts_with("Line 1, column 8: "),
            "{shown:?}"
        );
        assert!(shown.request.starts_with("The request is shown"), "{}", shown.request);
    }

    #[test]
    fn the_number_takes_the_chosen_format() {
        let known = Known {
            typed: "077 123 4567".into(),
            e164: "+94771234567".into(),
            national: "0771234567".into(),
            ..Default::default()
        };
        for (typed, format, expected) in [
            ("", NumberFormat::National, "0771234567"),
            ("077 123 4567", NumberFormat::E164, "+94771234567"),
            ("077 123 4567", NumberFormat::WithoutPlus, "94771234567"),
            ("077 123 4567", NumberFormat::National, "0771234567"),
            ("+44 7911 123456", NumberFormat::WithoutPlus, "447911123456"),
        ] {
            assert_eq!(number(typed, format, &known), expected, "{typed} {format:?}");
        }
    }

    #[test]
    fn the_last_line_is_counted_and_sent_where_it_can_be() {
        let values = of(&[
            ("sms_url", "https://sms.example/?to=&num&text=&msg"),
            ("http_method", "GET"),
            ("message", "&otp"),
            ("code_length", "6"),
            ("bind_to_site", "on"),
        ]);
        let known = Known {
            host: "id.example.com".into(),
            ..Default::default()
        };
        let shown = show(&values, &known);
        assert!(
            shown.request.contains("%40id.example.com%20%23482913"),
            "{}",
            shown.request
        );
        assert!(
            !show(&values, &Known::default()).request.contains("%40"),
            "without a host there is no such line"
        );
    }
}
