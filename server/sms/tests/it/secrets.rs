//! Slots, keys typed straight in, and what is shown of either.

use sms::{Field, Method, RenderError, SegmentKind, Settings, Values, compile, literal_secrets, move_to_slots, redact};

use crate::support::{body, form, get, header, json, post, query, render, settings, values};

fn typed() -> Settings {
    settings(
        Method::Post,
        "https://user:hunter2@sms.example.com/send?api_key=k%2B1&from=me&x-token={{secret:t}}&to=&num",
        "Authorization: Basic dXNlcg==\nX-Version: 1\nX-Api-Key: abc\nAccept: a/b",
        "{“text”:“&msg”,“password”:“pä\\\"ss”,“apiSecret”:“{{secret:s}}”,“to”:“&num”}",
    )
}

#[test]
fn literal_keys_are_found() {
    let typed = typed();
    let found: Vec<_> = literal_secrets(&typed)
        .into_iter()
        .map(|secret| {
            let text = match secret.field {
                Field::Url => &typed.url,
                Field::Headers => &typed.headers,
                _ => &typed.payload,
            };
            (secret.field, secret.name, text[secret.range].to_owned())
        })
        .collect();
    let want = [
        (Field::Url, "password", "hunter2"),
        (Field::Url, "api_key", "k%2B1"),
        (Field::Headers, "Authorization", "dXNlcg=="),
        (Field::Headers, "X-Api-Key", "abc"),
        (Field::Payload, "password", "pä\\\"ss"),
    ]
    .map(|(field, name, text)| (field, name.to_owned(), text.to_owned()));
    assert_eq!(found, want);
}

#[test]
fn dots_leave_nothing_of_a_key() {
    let shown = redact(&typed());
    assert_eq!(
        shown.url,
        "https://user:••••••••@sms.example.com/send?api_key=••••••••&from=me&x-token={{secret:t}}&to=&num"
    );
    assert_eq!(
        shown.headers,
        "Authorization: Basic ••••••••\nX-Version: 1\nX-Api-Key: ••••••••\nAccept: a/b"
    );
    assert_eq!(
        shown.payload,
        "{“text”:“&msg”,“password”:“••••••••”,“apiSecret”:“{{secret:s}}”,“to”:“&num”}"
    );
    let debug = format!("{:?}", typed());
    for key in ["hunter2", "k%2B1", "dXNlcg", "abc", "pä"] {
        assert!(!debug.contains(key), "{key}");
    }
}

#[test]
fn unfinished_settings_are_dotted_too() {
    for (headers, payload, key) in [
        ("Authorization: Bearer abc\nnonsense", "", "abc"),
        ("X-Secret: a, b, token: c", "", "a, b"),
        ("", "{\"token\":\"abc", "abc"),
        ("", "{“token”:“abc", "abc"),
        ("", "user=x&pass=abc&to=&num", "abc"),
        ("", "<r><auth key='abc'/>", "abc"),
        ("", "<r><password>abc</password", "abc"),
        ("", "{\"to\":\"&num\",\"api_key\":48291377}", "48291377"),
        ("", "{\"pin_token\" : 1e-7,\"b\":2}", "1e-7"),
        ("", "<r><password><![CDATA[abc]]></password></r>", "abc"),
        ("", "<r><password>x<![CDATA[abc", "abc"),
        ("", "<r>a & b<password>abc</password></r>", "abc"),
        ("", "<r a='<'><password>abc</password></r>", "abc"),
        ("", "<r></s><password>abc</password>", "abc"),
        ("", "<r/><password>abc</password>", "abc"),
        ("", "<auth key=abc/>", "abc"),
        ("", "<auth key='abc/>", "abc"),
        ("", "<r><auth key=“abc”>x</auth></r>", "abc"),
        ("", "<password strength=1>abc</password>", "abc"),
        ("Authorization: secret word", "", "secret"),
        ("X-Api-Key: abc def", "", "abc"),
    ] {
        let shown = redact(&post(headers, payload));
        assert!(
            !shown.headers.contains(key) && !shown.payload.contains(key),
            "{headers} {payload}: {shown:?}"
        );
    }
    assert_eq!(redact(&get("not a url")), get("not a url"));
    for (url, shown) in [
        ("k=1&api_secret=abc&to=&num", "k=1&api_secret=••••••••&to=&num"),
        (
            "sms.example.com/x?key=abc&cb=https://y",
            "sms.example.com/x?key=••••••••&cb=https://y",
        ),
        ("https://abc@sms.example.com/", "https://••••••••@sms.example.com/"),
    ] {
        assert_eq!(redact(&get(url)).url, shown);
    }
}

#[test]
fn a_key_moved_to_a_slot_sends_the_same_request() {
    let before = settings(
        Method::Post,
        "https://sms.example.com/send?api_key=k%2B1+2&to=&num",
        "Authorization: Bearer b64==\nX-Api-Key: b64==",
        "{\"password\":\"p\\\"ä\",\"text\":\"&msg\"}",
    );
    let (after, slots) = move_to_slots(&before);
    assert_eq!(
        after.url,
        "https://sms.example.com/send?api_key={{secret:api_key}}&to=&num"
    );
    assert_eq!(
        after.headers,
        "Authorization: Bearer {{secret:authorization}}\nX-Api-Key: {{secret:authorization}}"
    );
    assert_eq!(literal_secrets(&after), []);
    let find = |name: &str| {
        slots
            .iter()
            .find(|slot| slot.name == name)
            .map(|slot| slot.value.clone())
    };
    let template = compile(&after).template.expect("compiles");
    assert_eq!(template.secret_names(), ["api_key", "authorization", "password"]);
    let moved = template.render(&values(), &find).expect("every slot has its value");
    let straight = render(&before);
    assert_eq!(query(&moved), query(&straight));
    assert_eq!(moved.headers[1..3], straight.headers[1..3]);
    assert_eq!(json(&moved), json(&straight));
}

#[test]
fn a_key_that_is_no_text_moves_too() {
    for (typed, slotted, key) in [
        (
            "{\"api_key\": 48291377,\"keys\":null,\"to\":\"&num\",\"text\":\"&msg\"}",
            "{\"api_key\": \"{{secret:api_key}}\",\"keys\":null,\"to\":\"&num\",\"text\":\"&msg\"}",
            "48291377",
        ),
        (
            "<sms><password><![CDATA[a<b&c]]></password><to>&num</to></sms>",
            "<sms><password>{{secret:password}}</password><to>&num</to></sms>",
            "a<b&c",
        ),
    ] {
        let (after, slots) = move_to_slots(&post("", typed));
        assert_eq!(after.payload, slotted);
        assert_eq!(slots.len(), 1);
        assert_eq!(slots[0].value, key);
        let problems = compile(&after).problems;
        assert!(problems.is_empty(), "{problems:?}");
    }
}

#[test]
fn slots_in_use_keep_their_names() {
    let (after, slots) = move_to_slots(&get("https://a.example/?token={{secret:key}}&key=1&a.key=2&key=3"));
    assert_eq!(
        after.url,
        "https://a.example/?token={{secret:key}}&key={{secret:key_2}}&a.key={{secret:a_key}}&key={{secret:key_3}}"
    );
    let kept: Vec<_> = slots
        .iter()
        .map(|slot| (slot.name.as_str(), slot.value.as_str()))
        .collect();
    assert_eq!(kept, [("key_2", "1"), ("a_key", "2"), ("key_3", "3")]);
}

#[test]
fn a_slot_is_escaped_for_its_place() {
    let render = |settings: &Settings| {
        let template = compile(settings).template.expect("compiles");
        template
            .render(&values(), &|_| Some("a\"b<&+/ ".to_owned()))
            .expect("renders")
    };
    let request = render(&settings(
        Method::Post,
        "https://a.example/{{secret:k}}?q={{secret:k}}",
        "X: {{secret:k}}",
        "",
    ));
    assert_eq!(request.target, "/a%22b%3C%26%2B%2F%20?q=a%22b%3C%26%2B%2F%20");
    assert_eq!(header(&request, "X"), Some("a\"b<&+/ "));
    assert_eq!(json(&render(&post("", "[\"{{secret:k}}\"]")))[0], "a\"b<&+/ ");
    assert_eq!(form(body(&render(&post("", "k={{secret:k}}"))))["k"], "a\"b<&+/ ");
}

#[test]
fn what_does_not_fit_is_not_sent() {
    let refused = |settings: &Settings, secret: Option<&str>, number: &str| {
        let template = compile(settings).template.expect("compiles");
        let values = Values { number, ..values() };
        template
            .render(&values, &|_| secret.map(str::to_owned))
            .expect_err("refused")
    };
    let in_header = post("X: {{secret:k}}", "");
    let header = RenderError::HeaderValue("X".to_owned());
    assert_eq!(
        refused(&in_header, None, "1"),
        RenderError::MissingSecret("k".to_owned())
    );
    assert_eq!(refused(&in_header, Some("a\r\nHost: evil"), "1"), header);
    assert_eq!(refused(&in_header, Some("é"), "1"), header);
    assert_eq!(refused(&post("X: &num", ""), None, "1\n2"), header);
    assert_eq!(
        refused(&post("", "<a>&num</a>"), None, "\u{1}"),
        RenderError::XmlCharacter
    );
    assert_eq!(
        refused(&get("https://a.example/&num/x"), None, ".."),
        RenderError::PathSegment
    );
    assert_eq!(
        refused(&get("https://a.example/.&num"), None, "."),
        RenderError::PathSegment
    );
    let bound = Values {
        site: Some("id.example.com"),
        ..values()
    };
    let template = compile(&post("X: &msg", "")).template.expect("compiles");
    assert!(template.message_in_header());
    let preview = template.preview(&bound);
    assert!(preview.segments.is_empty() && preview.refused == Some(header));
}

#[test]
fn the_preview_is_the_wire() {
    for settings in [
        post(
            "A: 1,Authorization: Bearer abc",
            "{“text”:“&msg”,“to”:[“&num”],“key”:“k”}",
        ),
        post("", "to=&num&text= &msg &key=abc"),
        post("", "<a key='k'>&msg &num</a>"),
        post("Content-Type: text/plain", "é &otp"),
        get("http://[::1]:8080/?to=&num&otp=&otp&password=p w"),
        settings(Method::Put, "https://sms.example.com", "", ""),
    ] {
        let template = compile(&settings).template.expect("compiles");
        let wire = template.render(&values(), &|_| None).expect("renders").to_wire();
        let preview = template.preview(&values());
        assert_eq!(preview.text().into_bytes(), wire);
        assert!(!preview.shown().contains("abc"));
    }
}

#[test]
fn the_preview_dots_slots_and_their_length() {
    let settings = post("X: {{secret:k}}", "{\"k\":\"{{secret:k}}\",\"to\":\"&num\"}");
    let template = compile(&settings).template.expect("compiles");
    let preview = template.preview(&values());
    let secret = preview
        .segments
        .iter()
        .filter(|segment| segment.kind == SegmentKind::Secret);
    assert_eq!(
        secret.map(|segment| segment.text.as_str()).collect::<Vec<_>>(),
        ["••••••••"; 3]
    );
    assert!(preview.text().contains("Content-Length: ••••••••\r\n"));
    // Where the secret is dots itself, only the length differs.
    let request = template
        .render(&values(), &|_| Some("********".to_owned()))
        .expect("renders");
    let wire = String::from_utf8(request.to_wire())
        .expect("text")
        .replace("********", "••••••••");
    let length = request.body.as_ref().map_or(0, Vec::len).to_string();
    assert_eq!(
        wire.replace(&format!("Content-Length: {length}"), "Content-Length: ••••••••"),
        preview.text()
    );
}

#[test]
fn each_value_is_marked() {
    let template = compile(&post("X: &otp", "to=&num&text=&msg"))
        .template
        .expect("compiles");
    let preview = template.preview(&values());
    let marked = |kind| preview.segments.iter().filter(|segment| segment.kind == kind).count();
    assert_eq!(
        (
            marked(SegmentKind::Number),
            marked(SegmentKind::Message),
            marked(SegmentKind::Code)
        ),
        (2, 2, 1)
    );
    assert!(
        preview
            .segments
            .iter()
            .any(|s| s.kind == SegmentKind::HeaderName && s.text == "Content-Type")
    );
}

#[test]
fn debug_shows_no_value() {
    let request = render(&post("Authorization: Bearer abc", "to=&num&text=&msg"));
    let debug = format!("{request:?}");
    for value in ["abc", "314159", "94771234567", "send?"] {
        assert!(!debug.contains(value), "{debug}");
    }
    assert!(debug.contains("sms.example.com") && debug.contains("Authorization"));
    assert_eq!(request.origin(), "https://sms.example.com");
    assert_eq!(request.connect_port(), 443);
}

/// The connector took its masks for regular expressions: a key with `$`, `+` or `(` failed or was shown.
#[test]
fn a_key_of_any_characters_is_dotted() {
    for key in ["a$1b", "(a+b", "[x", "a\\\\", "^.*$", "${key}", "a|b?"] {
        let settings = settings(
            Method::Post,
            "https://sms.example.com/send?to=&num",
            &format!("X-Api-Key: {key}"),
            r#"{"text":"&msg"}"#,
        );
        assert_eq!(redact(&settings).headers, "X-Api-Key: ••••••••", "{key}");
        assert!(!format!("{settings:?}").contains(key), "{key}");
    }
}
