//! Whatever the values are: the receiver's own parser gives back exactly what went in, and nothing more.

use proptest::prelude::*;
use quick_xml::events::Event;
use sms::{Method, Settings, Values, compile, headers, literal_secrets, move_to_slots, redact, rendered_message};

use crate::support::{body, form, header, json, post, query, render_with, settings};

/// Text with the characters that break grammars over-represented.
fn awkward() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,4}",
        "\\PC{0,3}",
        // Any character there is, control characters and unassigned ones included.
        "(?s).{0,3}",
        prop_oneof![
            Just("&num"),
            Just("$ctx.msg"),
            Just("{{secret:a}}"),
            Just("\""),
            Just("\\"),
            Just("\r\n"),
            Just("\n"),
            Just("\t"),
            Just("&amp;"),
            Just("]]>"),
            Just("<!--"),
            Just("%41"),
            Just("+"),
            Just("&a=b"),
            Just("\u{2028}"),
            Just("“"),
            Just("😀"),
            Just("'"),
            Just("$1"),
            Just("?api_key=ab"),
            Just("\nX-Token: Bearer ab"),
            Just("\",\"password\":\"ab"),
            Just("&pwd=a b"),
            Just("<secret>ab"),
            Just("</secret>"),
            Just("<![CDATA["),
            Just("]]>"),
            Just("\",\"token\":7,\"a\":\""),
            Just("<auth key='ab'"),
            Just("<auth key=ab/>"),
        ]
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// What XML 1.0 can carry.
fn xml_text() -> impl Strategy<Value = String> {
    let carried = |c: &char| (*c >= ' ' || "\t\r\n".contains(*c)) && !matches!(c, '\u{fffe}' | '\u{ffff}');
    awkward().prop_map(move |text| text.chars().filter(carried).collect())
}

fn filled<'a>(number: &'a str, code: &'a str) -> Values<'a> {
    Values {
        number,
        code,
        minutes: 5,
        site: None,
    }
}

/// Reads text and attribute as a conforming parser does: references resolved, line ends as LF (XML 1.0, 2.11).
fn read_xml(document: &str) -> (String, String) {
    let document = document.replace("\r\n", "\n").replace('\r', "\n");
    let mut reader = quick_xml::Reader::from_str(&document);
    let (mut text, mut attribute) = (String::new(), String::new());
    loop {
        match reader.read_event().expect("well formed") {
            Event::Start(tag) => {
                let value = tag.attributes().next().expect("one").expect("well formed");
                let raw = String::from_utf8(value.value.into_owned()).expect("UTF-8");
                assert!(!raw.contains(['\n', '\t', '<']), "attributes lose white space");
                attribute = quick_xml::escape::unescape(&raw).expect("references").into_owned();
            }
            Event::Text(part) => text.push_str(std::str::from_utf8(&part).expect("UTF-8")),
            Event::GeneralRef(name) => {
                let name = String::from_utf8(name.to_vec()).expect("UTF-8");
                text.push_str(&quick_xml::escape::unescape(&format!("&{name};")).expect("a reference"));
            }
            Event::Eof => return (text, attribute),
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn url(number in awkward(), code in awkward()) {
        prop_assume!(!matches!(number.as_str(), "." | ".."));
        let typed = settings(Method::Get, "https://a.example/x/&num/y?a=1&to=&num&c=&otp&z=2", "", "");
        let request = render_with(&typed, &filled(&number, &code));
        let parsed = url::Url::parse(&request.url()).expect("a URL");
        prop_assert_eq!(parsed.as_str(), request.url(), "no client has anything to rewrite");
        let fields = query(&request);
        prop_assert_eq!(fields.len(), 4);
        prop_assert_eq!(&fields["to"], &number);
        prop_assert_eq!(&fields["c"], &code);
        let segments: Vec<_> = parsed.path_segments().expect("a path").collect();
        prop_assert_eq!(segments.len(), 3);
        let segment = segments[1].replace('+', "%2B");
        let decoded = form(&format!("s={segment}"));
        prop_assert_eq!(&decoded["s"], &number);
    }

    #[test]
    fn form_fields(number in awkward(), code in awkward()) {
        let request = render_with(&post("", "a=1&to=&num&c=x&otp&z=2"), &filled(&number, &code));
        let fields = form(body(&request));
        prop_assert_eq!(fields.len(), 4);
        prop_assert_eq!(&fields["to"], &number);
        prop_assert_eq!(&fields["c"], &format!("x{code}"));
    }

    #[test]
    fn json_strings(number in awkward(), code in awkward()) {
        let typed = post("", r#"{"to":["&num"],"&otp":"a \"&num\" b","z":1}"#);
        let value = json(&render_with(&typed, &filled(&number, &code)));
        let mut want = serde_json::json!({ "to": [number], "z": 1 });
        want[&code] = format!("a \"{number}\" b").into();
        prop_assume!(!matches!(code.as_str(), "to" | "z"));
        prop_assert_eq!(value, want);
    }

    #[test]
    fn xml(number in xml_text(), code in xml_text()) {
        let request = render_with(&post("", "<m a=\"&otp\">[&num]</m>"), &filled(&number, &code));
        let (text, attribute) = read_xml(body(&request));
        prop_assert_eq!(text, format!("[{number}]"));
        prop_assert_eq!(attribute, code);
    }

    #[test]
    fn plain_text_and_headers(number in "[ -~]{0,20}", code in awkward()) {
        let typed = post("Content-Type: text/plain\nX-To: <&num>", "&otp!");
        let request = render_with(&typed, &filled(&number, &code));
        prop_assert_eq!(body(&request), format!("{code}!"));
        let want = format!("<{number}>");
        prop_assert_eq!(header(&request, "X-To"), Some(want.as_str()));
        let text = String::from_utf8(request.to_wire()).expect("text");
        let head = text.split("\r\n\r\n").next().unwrap_or_default();
        prop_assert_eq!(head.matches("\r\n").count(), request.headers.len());
    }

    #[test]
    fn messages(message in awkward(), code in "[0-9A-Z]{4,10}") {
        let typed = Settings { message: message.clone(), ..post("", "t=&msg") };
        let want = rendered_message(&message, &code, 5);
        if let Some(template) = compile(&typed).template {
            let request = template.render(&filled("1", &code), &|_| None).expect("renders");
            prop_assert_eq!(&form(body(&request))["t"], &want);
        }
    }

    /// Whatever is typed: no panic, a template exactly without problems, the preview equal to the wire, and a URL
    /// that the standard's parser reads as it stands.
    #[test]
    fn anything_typed(url in awkward(), headers in awkward(), payload in awkward(), json in any::<bool>()) {
        let (open, close) = if json { ("{\"a\":\"", "\"}") } else { ("", "") };
        let typed = settings(
            Method::Post,
            &format!("https://a.example{url}"),
            &format!("X: 1\n{headers}"),
            &format!("{open}{payload}{close}"),
        );
        let compiled = compile(&typed);
        prop_assert_eq!(compiled.template.is_some(), compiled.problems.is_empty());
        let (slotted, slots) = move_to_slots(&typed);
        prop_assert_eq!(literal_secrets(&slotted), []);
        prop_assert_eq!(slots.is_empty(), redact(&typed) == typed);
        if let Some(template) = compiled.template
            && let Ok(request) = template.render(&filled("+1", "2"), &|_| Some("s".to_owned()))
        {
            let parsed = url::Url::parse(&request.url()).expect("a URL");
            prop_assert_eq!(parsed.as_str(), request.url());
            if template.secret_names().is_empty() {
                prop_assert_eq!(template.preview(&filled("+1", "2")).text().into_bytes(), request.to_wire());
            }
        }
    }

    #[test]
    fn anything_pasted(text in awkward()) {
        let _ = sms::curl::import(&text);
        if let Ok(import) = sms::curl::import(&format!("curl https://a.example/ {text}")) {
            prop_assert!(import.settings.url.starts_with("https://"));
        }
    }

    #[test]
    fn header_lines_are_read_back(text in "([A-C]: [a-c,: ]{0,6}[,\n]{0,2}){0,4}") {
        let (first, _) = headers::parse(&text);
        let (second, problems) = headers::parse(&headers::to_lines(&first));
        prop_assert!(problems.is_empty());
        let pair = |h: &headers::Header| (h.name.clone(), h.value.clone());
        prop_assert_eq!(first.iter().map(pair).collect::<Vec<_>>(), second.iter().map(pair).collect::<Vec<_>>());
    }
}
