//! What a provider's answer means.

use sms::{BodyRule, Comparison, Position, ResponseCodes, Settings, compile, judge};

use crate::support::get;

fn codes(text: &str) -> ResponseCodes {
    ResponseCodes::parse(text).unwrap_or_else(|problem| panic!("{text}: {}", problem.message))
}

fn pointer(pointer: &str, op: Comparison, value: &str) -> BodyRule {
    BodyRule::Pointer {
        pointer: pointer.to_owned(),
        op,
        value: value.to_owned(),
    }
}

#[test]
fn lists_and_ranges() {
    for (text, yes, no) in [
        ("", &[200, 201, 202][..], &[199, 203, 204, 302, 500][..]),
        (" ", &[200], &[204]),
        ("202", &[202], &[200, 201]),
        ("200,202", &[200, 202], &[201]),
        ("200, 202 ; 204", &[200, 202, 204], &[201]),
        ("2xx", &[200, 226, 299], &[199, 300]),
        ("2XX,409", &[250, 409], &[408]),
        ("200-204", &[200, 202, 204], &[199, 205]),
        ("200–201", &[201], &[202]),
    ] {
        let codes = codes(text);
        assert!(yes.iter().all(|&code| codes.contains(code)), "{text}");
        assert!(!no.iter().any(|&code| codes.contains(code)), "{text}");
    }
    for text in [
        "ok", "20", "2000", "099", "600", "6xx", "0xx", "xx", "2x", "204-200", "200-", "+20", "2xx-3xx",
    ] {
        assert!(ResponseCodes::parse(text).is_err(), "{text}");
    }
    let problem = ResponseCodes::parse("200, nonsense").unwrap_err();
    assert_eq!(problem.position, Some(Position { line: 1, column: 6 }));
}

#[test]
fn the_status_is_asked_first() {
    let rule = BodyRule::Contains { text: "OK".to_owned() };
    let decision = judge(&codes(""), &rule, 500, "OK");
    assert!(!decision.accepted);
    assert_eq!(decision.rule, "HTTP 500 is not one of 200, 201, 202.");
    assert!(judge(&codes("5xx"), &BodyRule::None, 503, "").accepted);
}

#[test]
fn an_error_inside_a_200_is_found() {
    use Comparison::{Equals, NotEquals};
    let refused = r#"{"messages":[{"status":"4","error-text":"Bad Credentials"}]}"#;
    let taken = r#"{"messages":[{"status":"0","n":1,"ok":true,"none":null,"a/b":{"c~d":[1.0]}}]}"#;
    for (rule, body, accepted) in [
        (pointer("/messages/0/status", Equals, "0"), taken, true),
        (pointer("/messages/0/status", Equals, "0"), refused, false),
        (pointer("/messages/0/status", NotEquals, "4"), refused, false),
        (pointer("/messages/0/status", NotEquals, "4"), taken, true),
        (pointer("/messages/0/n", Equals, "1.0"), taken, true),
        (pointer("/messages/0/ok", Equals, "true"), taken, true),
        (pointer("/messages/0/none", Equals, "null"), taken, true),
        (pointer("/messages/0/a~1b/c~0d/0", Equals, "1"), taken, true),
        (pointer("/absent", Equals, ""), taken, false),
        (pointer("/absent", NotEquals, "x"), taken, true),
        (pointer("/absent", NotEquals, "x"), "<html>", false),
        (pointer("", Equals, "OK"), "\"OK\"", true),
        (BodyRule::Contains { text: "Bad".to_owned() }, refused, true),
        (BodyRule::Contains { text: "Bad".to_owned() }, taken, false),
        (BodyRule::NotContains { text: "Bad".to_owned() }, refused, false),
        (BodyRule::NotContains { text: "Bad".to_owned() }, taken, true),
        (
            BodyRule::Matches {
                regex: r#""status"\s*:\s*"0""#.to_owned(),
            },
            taken,
            true,
        ),
        (
            BodyRule::Matches {
                regex: r"^0: Accepted".to_owned(),
            },
            "0: Accepted for delivery",
            true,
        ),
        (
            BodyRule::Matches {
                regex: r"^OK$".to_owned(),
            },
            "NOT OK",
            false,
        ),
        (BodyRule::Matches { regex: "(".to_owned() }, "(", false),
    ] {
        let decision = judge(&codes(""), &rule, 200, body);
        assert_eq!(decision.accepted, accepted, "{rule:?}: {}", decision.rule);
        assert!(decision.rule.ends_with('.'));
    }
}

#[test]
fn the_rule_in_words_quotes_no_number_and_no_code() {
    let rule = pointer("/to", Comparison::Equals, "ok");
    for (value, quoted) in [
        ("94771234567", false),
        ("314159", false),
        ("4", true),
        ("invalid sender", true),
    ] {
        let decision = judge(&codes(""), &rule, 200, &format!(r#"{{"to":"{value}"}}"#));
        assert_eq!(decision.rule.contains(value), quoted, "{}", decision.rule);
    }
}

#[test]
fn rules_that_cannot_work_are_refused_on_save() {
    for rule in [
        pointer("messages.0.status", Comparison::Equals, "0"),
        pointer("/a~2", Comparison::Equals, "0"),
        BodyRule::Contains { text: String::new() },
        BodyRule::Matches { regex: "(".to_owned() },
        BodyRule::Matches { regex: String::new() },
        BodyRule::Matches {
            regex: "((a{100}){100}){100}".to_owned(),
        },
        BodyRule::Contains { text: "x".repeat(1001) },
    ] {
        let settings = Settings {
            body_rule: rule.clone(),
            ..get("https://sms.example.com/?to=&num&t=&msg")
        };
        let compiled = compile(&settings);
        assert_eq!(compiled.problems.len(), 1, "{rule:?}");
        assert!(compiled.template.is_none());
    }
    let problems = compile(&Settings {
        body_rule: pointer("$.messages[0].status", Comparison::Equals, "0"),
        ..get("https://sms.example.com/?to=&num&t=&msg")
    })
    .problems;
    assert!(
        problems[0].message.contains("Write /messages/0/status."),
        "{}",
        problems[0].message
    );
}
