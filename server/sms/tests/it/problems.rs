//! What is refused on save, and where the page points.

use sms::{Compiled, Field, Method, Position, Settings, compile};

use crate::support::{get, post, settings};

fn one(settings: &Settings) -> (Field, Option<Position>, String) {
    let Compiled { problems, template, .. } = compile(settings);
    assert!(template.is_none(), "{settings:?}");
    let [problem] = <[_; 1]>::try_from(problems).unwrap_or_else(|all| panic!("{settings:?}: {all:?}"));
    (problem.field, problem.position, problem.message)
}

fn at(line: u32, column: u32) -> Option<Position> {
    Some(Position { line, column })
}

#[test]
fn urls() {
    for (url, position, part) in [
        ("", None, "is empty"),
        ("   ", None, "is empty"),
        ("*****&api_secret=**&from=NEXMO&to=&num&text=&msg", at(1, 1), "https://"),
        ("ftp://a.example/", at(1, 1), "https://"),
        ("//a.example/", at(1, 1), "https://"),
        ("https:///x", at(1, 9), "host name is missing"),
        ("https://u:p@a.example/", at(1, 9), "Authorization: Basic"),
        ("https://&num.example.com/", at(1, 9), "No placeholder"),
        ("https://{{secret:h}}/", at(1, 9), "No placeholder"),
        ("https://a.example:&num/", at(1, 19), "No placeholder"),
        ("https://a.example&num", at(1, 18), "No placeholder"),
        ("$ctx.num://a.example/", at(1, 1), "https://"),
        ("https://a.example:0/", at(1, 9), "port"),
        ("https://a.example:+80/", at(1, 9), "port"),
        ("https://a.example:65536/", at(1, 9), "port"),
        ("https://a.example/x#frag", at(1, 20), "fragment"),
        ("https://a.example\\x", at(1, 18), "backslash"),
        ("https://a b.example/", at(1, 9), "no host name"),
        ("https://a%20b.example/", at(1, 9), "no host name"),
        ("https://bücher.example/", at(1, 9), "xn--"),
        ("https://127.1/", at(1, 9), "four decimal numbers"),
        ("https://0x7f000001/", at(1, 9), "four decimal numbers"),
        ("https://2130706433/", at(1, 9), "four decimal numbers"),
        ("https://127.0.0.01/", at(1, 9), "four decimal numbers"),
        ("https://[::1/", at(1, 9), "IPv6"),
        ("https://[::g]/", at(1, 9), "IPv6"),
        ("https://a.example/a/../b", at(1, 18), ".."),
        ("https://a.example/%2e%2E/b", at(1, 18), ".."),
        ("  https://a.example/\nx", at(1, 21), "line break"),
        ("https://a.example/{{secret:a b}}", at(1, 19), "secret slot"),
    ] {
        let (field, found, message) = one(&get(url));
        assert_eq!(field, Field::Url);
        assert!(message.contains(part), "{url}: {message}");
        if part != ".." {
            assert_eq!(found, position, "{url}: {message}");
        }
    }
}

#[test]
fn payloads() {
    for (headers, payload, position, part) in [
        ("", r#"{"to":&num}"#, at(1, 7), "outside a JSON string"),
        ("", "{\n \"é\": \"x\", &msg: 1}", at(2, 12), "outside a JSON string"),
        (
            "Content-Type: application/json",
            "&msg",
            at(1, 1),
            "outside a JSON string",
        ),
        ("", "{\"to\":{{secret:k}}}", at(1, 7), "outside a JSON string"),
        ("", "{\n\"é\" \"&num\"}", at(2, 5), "not valid JSON"),
        ("", "{\"a\":\"&num\",}", at(1, 13), "not valid JSON"),
        ("", "{\"a\":\"line\nbreak\"}", None, "not valid JSON"),
        ("", "{“a”:“&num”", None, "straight"),
        (
            "Content-Type: application/vnd.api+json; charset=utf-8",
            "to=&num",
            at(1, 4),
            "outside a JSON string",
        ),
        ("", "<a><&num/></a>", at(1, 5), "a tag's name"),
        ("", "<a &num ='1'/>", at(1, 4), "an attribute's name"),
        ("", "<a &num='1'/>", at(1, 4), "name=\"value\""),
        ("", "<a><!-- &num --></a>", at(1, 9), "a comment"),
        ("", "<a>\n<![CDATA[&msg]]></a>", at(2, 10), "a CDATA section"),
        ("", "<?pi &num?><a/>", at(1, 6), "a processing instruction"),
        ("", "<a/>&num", at(1, 5), "outside the elements"),
        ("", "<a b=&num/>", at(1, 6), "a tag"),
        ("", "<a></b></a>", at(1, 4), "a is open"),
        ("", "<a>", at(1, 4), "not closed"),
        ("", "<a/><b/>", at(1, 5), "second"),
        ("", "<a>A & B</a>", at(1, 6), "&amp;"),
        ("", "<a b='1 < 2'/>", at(1, 9), "&lt;"),
        (
            "",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a/>",
            at(1, 1),
            "declarations of its own",
        ),
        ("", "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", at(1, 1), "UTF-8"),
        ("", "text={{secret:}}", at(1, 6), "secret slot"),
    ] {
        let (field, found, message) = one(&post(headers, payload));
        assert_eq!(field, Field::Payload, "{payload}");
        assert!(message.contains(part), "{payload}: {message}");
        if position.is_some() {
            assert_eq!(found, position, "{payload}: {message}");
        }
    }
}

#[test]
fn headers() {
    for (headers, message, part) in [
        ("X: &msg", "Code é &otp", "printable ASCII"),
        ("X: $ctx.msg", "Code\n&otp", "printable ASCII"),
        ("Content-Type: &num", "", "Content-Type"),
        ("Content-Type: multipart/form-data; boundary=x", "", "multipart"),
        ("Content-Type: application/json; charset=ISO-8859-1", "", "UTF-8"),
        ("X: {{secret:?}}", "", "secret slot"),
        ("Host: x", "", "connection itself"),
    ] {
        let typed = Settings {
            message: message.to_owned(),
            ..post(headers, "[]")
        };
        let (field, _, found) = one(&typed);
        assert_eq!(field, Field::Headers);
        assert!(found.contains(part), "{headers}: {found}");
    }
    assert_eq!(
        compile(&post("X: &msg", "[]")).problems,
        [],
        "the default message is printable ASCII"
    );
}

#[test]
fn limits() {
    let fits = "https://a.example/?x=";
    for (typed, field) in [
        (get(&format!("{fits}{}", "é".repeat(4096 - fits.len()))), None),
        (
            get(&format!("{fits}{}", "é".repeat(4097 - fits.len()))),
            Some(Field::Url),
        ),
        (post(&format!("A: {}", "x".repeat(8189)), ""), None),
        (post(&format!("A: {}", "x".repeat(8190)), ""), Some(Field::Headers)),
        (post("", &"x".repeat(65_536)), None),
        (post("", &"x".repeat(65_537)), Some(Field::Payload)),
        (
            Settings {
                message: "x".repeat(1000),
                ..get(fits)
            },
            None,
        ),
        (
            Settings {
                message: "x".repeat(1001),
                ..get(fits)
            },
            Some(Field::Message),
        ),
    ] {
        let problems = compile(&typed).problems;
        assert_eq!(problems.first().map(|problem| problem.field), field);
    }
}

#[test]
fn every_field_reports_at_once() {
    let typed = Settings {
        response_code: "ok".to_owned(),
        message: "\u{0}".to_owned(),
        ..settings(Method::Post, "nowhere", "nonsense", "{")
    };
    let fields: Vec<_> = compile(&typed)
        .problems
        .into_iter()
        .map(|problem| problem.field)
        .collect();
    for field in [
        Field::Url,
        Field::Headers,
        Field::Payload,
        Field::ResponseCode,
        Field::Message,
    ] {
        assert!(fields.contains(&field), "{field:?}");
    }
}

#[test]
fn settings_that_cannot_do_their_work_are_noted() {
    let compiled = compile(&get("https://sms.example.com/"));
    let notes: Vec<_> = compiled.notes.iter().map(|note| note.message.as_str()).collect();
    assert!(compiled.template.is_some());
    assert!(
        notes.iter().any(|note| note.contains("no &num")) && notes.iter().any(|note| note.contains("neither &msg"))
    );
    let compiled = compile(&post("Content-Type: text/plain", "{\"a\":\"&num\"}"));
    assert!(
        compiled
            .notes
            .iter()
            .any(|note| note.message.contains("looks like JSON"))
    );
}

#[test]
fn what_deserves_a_warning_is_noted() {
    let noted = |url: &str, part: &str| {
        compile(&get(url))
            .notes
            .iter()
            .filter(|n| n.message.contains(part))
            .count()
    };
    assert_eq!(noted("http://sms.example.com/?to=&num&t=&msg", "unencrypted"), 1);
    assert_eq!(noted("http://localhost:8080/?to=&num&t=&msg", "unencrypted"), 0);
    assert_eq!(
        noted(
            "https://sms.example.com/?to={phone}&t={{body}}&x={{mobile}}",
            "as it stands"
        ),
        3
    );
    assert_eq!(
        noted(
            "https://sms.example.com/?to=&num&t=&msg&v={{secret:code}}",
            "as it stands"
        ),
        0
    );
}
