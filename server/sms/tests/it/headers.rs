//! The header grammar.

use sms::headers::{Header, parse, to_lines};
use sms::{Position, Problem};

use crate::support::{header, post, render};

fn pairs(text: &str) -> Vec<(String, String)> {
    let (headers, problems) = parse(text);
    assert_eq!(problems, [], "{text}");
    headers.into_iter().map(|header| (header.name, header.value)).collect()
}

#[test]
fn one_line_and_lines() {
    for (text, want) in [
        ("", vec![]),
        (" \n ", vec![]),
        ("A: 1,B: 2", vec![("A", "1"), ("B", "2")]),
        (" A : 1 , B : 2 \n", vec![("A", "1"), ("B", "2")]),
        (
            "Accept: application/json, text/plain",
            vec![("Accept", "application/json, text/plain")],
        ),
        (
            "Accept: application/json, text/plain,X-Version: 1",
            vec![("Accept", "application/json, text/plain"), ("X-Version", "1")],
        ),
        ("X-At: 10:20,11:30", vec![("X-At", "10:20,11:30")]),
        (
            "X-Cb: https://a.example,https://b.example",
            vec![("X-Cb", "https://a.example,https://b.example")],
        ),
        (
            "Date: Mon, 01 Jan 2024 10:20:30 GMT",
            vec![("Date", "Mon, 01 Jan 2024 10:20:30 GMT")],
        ),
        ("A: 1, B: 2\nC: 3", vec![("A", "1, B: 2"), ("C", "3")]),
        ("A: 1\r\n\r\nB: x:y:z\r\n", vec![("A", "1"), ("B", "x:y:z")]),
        ("A: 1,{{secret:k}}", vec![("A", "1,{{secret:k}}")]),
        ("X-Empty:", vec![("X-Empty", "")]),
    ] {
        let want: Vec<_> = want
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(pairs(text), want, "{text:?}");
    }
}

#[test]
fn lines_are_read_back() {
    for text in ["A: 1,B: 2", "A: 1, B: 2\n\n", "A: 1\nB: 2, C: 3", "Accept: a, b", ""] {
        let (headers, _) = parse(text);
        assert_eq!(pairs(&to_lines(&headers)), pairs(text), "{text:?}");
    }
    let position = Position { line: 1, column: 1 };
    let one = Header {
        name: "A".to_owned(),
        value: "1, B: 2".to_owned(),
        position,
    };
    assert_eq!(pairs(&to_lines(&[one])), [("A".to_owned(), "1, B: 2".to_owned())]);
}

#[test]
fn positions_count_lines_and_characters() {
    let (headers, _) = parse("A: é, B: 2");
    assert_eq!(headers.len(), 1, "the letter beyond ASCII is refused with its header");
    let (headers, problems) = parse("A: 1\n  B: 2\n  C d: 3\nE: “x”\nnothing");
    assert_eq!(headers[1].position, Position { line: 2, column: 3 });
    let places: Vec<_> = problems.iter().map(|problem| problem.position.unwrap()).collect();
    let at = |line, column| Position { line, column };
    assert_eq!(places, [at(3, 4), at(4, 4), at(5, 1)]);
}

#[test]
fn what_the_connection_owns_is_refused() {
    for text in [
        "Host: a",
        "content-length: 3",
        "Transfer-Encoding: chunked",
        "CONNECTION: close",
        ": v",
        "A\u{a0}B: 1",
        "&num: 1",
        "A: caf\u{e9}",
        "A: a\tb",
        "A: a\u{0}b",
        "Content-Type: a/b,content-type: c/d",
    ] {
        let (_, problems): (_, Vec<Problem>) = parse(text);
        assert_eq!(problems.len(), 1, "{text:?}");
    }
}

#[test]
fn values_reach_the_wire_whole() {
    let request = render(&post(
        "Authorization: Digest a=\"b:c\", Accept: application/json, text/plain\nX-Sig: a,b:c,d\nX-To: &num",
        "",
    ));
    assert_eq!(
        header(&request, "authorization"),
        Some("Digest a=\"b:c\", Accept: application/json, text/plain")
    );
    assert_eq!(header(&request, "x-sig"), Some("a,b:c,d"));
    assert_eq!(header(&request, "x-to"), Some("+94771234567"));
}
