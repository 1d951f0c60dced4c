//! The SMSOTP fields of the form as the request language's settings, and back.

use ::sms::{BodyRule, Comparison, Field, Method, NumberFormat, Settings};
use domain::Problems;
use domain::input::identity_provider::IdentityProviderInput;

/// Reads the fields. Selects that hold something else than their options go to `problems`; everything else is judged by
/// [`check`].
pub(crate) fn settings(input: &IdentityProviderInput, problems: &mut Problems) -> Settings {
    let method = input.http_method.parse::<Method>().unwrap_or_else(|error| {
        problems.add("http_method", format!("{}.", capitalised(&error.to_string())));
        Method::default()
    });
    let number_format = NumberFormat::find(&input.number_format).unwrap_or_else(|| {
        problems.add("number_format", "Choose one of the number formats.");
        NumberFormat::default()
    });
    let body_rule = body_rule(input).unwrap_or_else(|| {
        problems.add("body_rule", "Choose one of the rules on the answer.");
        BodyRule::None
    });
    Settings {
        url: input.sms_url.clone(),
        method,
        headers: input.http_headers.clone(),
        payload: input.http_payload.clone(),
        response_code: input.http_response_code.clone(),
        body_rule,
        message: input.message.clone(),
        number_format,
    }
}

fn body_rule(input: &IdentityProviderInput) -> Option<BodyRule> {
    let value = input.body_rule_value.clone();
    let pointer = |op| BodyRule::Pointer {
        pointer: input.body_rule_pointer.clone(),
        op,
        value: value.clone(),
    };
    Some(match input.body_rule.as_str() {
        "none" => BodyRule::None,
        "equals" => pointer(Comparison::Equals),
        "not_equals" => pointer(Comparison::NotEquals),
        "contains" => BodyRule::Contains { text: value },
        "not_contains" => BodyRule::NotContains { text: value },
        "matches" => BodyRule::Matches { regex: value },
        _ => return None,
    })
}

/// Writes the settings into the form's fields.
pub(super) fn fill(input: &mut IdentityProviderInput, settings: Settings) {
    let (rule, pointer, value) = match settings.body_rule {
        BodyRule::None => ("none", String::new(), String::new()),
        BodyRule::Pointer {
            pointer,
            op: Comparison::Equals,
            value,
        } => ("equals", pointer, value),
        BodyRule::Pointer {
            pointer,
            op: Comparison::NotEquals,
            value,
        } => ("not_equals", pointer, value),
        BodyRule::Contains { text } => ("contains", String::new(), text),
        BodyRule::NotContains { text } => ("not_contains", String::new(), text),
        BodyRule::Matches { regex } => ("matches", String::new(), regex),
    };
    input.sms_url = settings.url;
    input.http_method = settings.method.as_str().to_owned();
    input.http_headers = settings.headers;
    input.http_payload = settings.payload;
    input.http_response_code = settings.response_code;
    input.body_rule = rule.to_owned();
    input.body_rule_pointer = pointer;
    input.body_rule_value = value;
    input.message = settings.message;
    input.number_format = settings.number_format.as_str().to_owned();
}

/// Compiles the settings; its problems go to the fields they belong to, led by their position.
pub(super) fn check(settings: &Settings, problems: &mut Problems) {
    let compiled = ::sms::compile(settings);
    for problem in compiled.problems {
        let message = match problem.position {
            Some(position) => format!("{}: {}", capitalised(&position.to_string()), problem.message),
            None => problem.message,
        };
        problems.add(field(problem.field), message);
    }
}

pub(super) fn field(field: Field) -> &'static str {
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

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_and_format_survives_the_form() {
        for rule in ["none", "equals", "not_equals", "contains", "not_contains", "matches"] {
            for format in NumberFormat::ALL {
                let pointed = matches!(rule, "equals" | "not_equals");
                let input = IdentityProviderInput {
                    sms_url: "https://sms.example/send?to=&num".into(),
                    http_method: "PUT".into(),
                    http_headers: "A: 1".into(),
                    http_payload: "x".into(),
                    http_response_code: "2xx".into(),
                    body_rule: rule.into(),
                    body_rule_pointer: if pointed { "/a".into() } else { String::new() },
                    body_rule_value: if rule == "none" { String::new() } else { "v".into() },
                    number_format: format.as_str().into(),
                    ..Default::default()
                };
                let mut problems = Problems::default();
                let mut back = IdentityProviderInput::default();
                fill(&mut back, settings(&input, &mut problems));
                assert!(problems.is_empty());
                assert_eq!(back, input);
            }
        }
    }

    #[test]
    fn selects_take_their_options_only() {
        let input = IdentityProviderInput {
            http_method: "DELETE".into(),
            number_format: "roman".into(),
            body_rule: "perhaps".into(),
            ..Default::default()
        };
        let mut problems = Problems::default();
        settings(&input, &mut problems);
        let fields: Vec<_> = problems.0.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["http_method", "number_format", "body_rule"]);
    }

    #[test]
    fn a_problem_names_its_position_in_words() {
        let settings = Settings {
            url: "https://sms.example/send".into(),
            headers: "Content-Type: application/json".into(),
            payload: r#"{"text":"&msg","to":[&num]}"#.into(),
            ..Default::default()
        };
        let mut problems = Problems::default();
        check(&settings, &mut problems);
        assert!(
            problems.of("http_payload").unwrap().starts_with("Line 1, column 22: "),
            "{problems:?}"
        );
    }
}
