//! The tutorial's two examples, character for character.

use serde_json::json;
use sms::{Method, compile};

use crate::support::{NUMBER, TEXT, body, get, header, json as parsed, notes, query, render, settings};

/// The tutorial's text lost scheme and host; what follows them is as it stands there.
const NEXMO: &str =
    "https://rest.nexmo.com/sms/json?api_key=*********&api_secret=********&from=NEXMO&to=&num&text=&msg";
const CLICKATELL_HEADERS: &str =
    "X-Version: 1,Authorization: bearer ********,Accept: application/json,Content-Type: application/json";
const CLICKATELL_PAYLOAD: &str = "{“text”:”&msg“,”to”:[“&num“]}";

#[test]
fn nexmo_by_get() {
    let request = render(&get(NEXMO));
    assert_eq!(
        request.url(),
        "https://rest.nexmo.com/sms/json?api_key=*********&api_secret=********&from=NEXMO&to=%2B94771234567\
         &text=Your%20verification%20code%20is%20314159.%20It%20expires%20in%205%20minutes."
    );
    assert_eq!(request.body, None);
    assert_eq!(query(&request)["to"], NUMBER);
    assert_eq!(query(&request)["text"], TEXT);
    assert_eq!(
        String::from_utf8(request.to_wire()).unwrap().lines().next().unwrap(),
        format!("GET {} HTTP/1.1", request.target)
    );
}

#[test]
fn nexmo_by_post_needs_no_payload() {
    let request = render(&settings(Method::Post, NEXMO, "", ""));
    assert_eq!(header(&request, "Content-Length"), Some("0"));
    assert_eq!(header(&request, "Content-Type"), None);
}

#[test]
fn clickatell_with_its_typographic_quotes() {
    let typed = settings(
        Method::Post,
        "https://api.clickatell.com/rest/message",
        CLICKATELL_HEADERS,
        CLICKATELL_PAYLOAD,
    );
    let before = typed.clone();
    let request = render(&typed);
    assert_eq!(typed, before, "the stored text stays as typed");
    assert_eq!(body(&request), format!(r#"{{"text":"{TEXT}","to":["{NUMBER}"]}}"#));
    assert_eq!(parsed(&request), json!({ "text": TEXT, "to": [NUMBER] }));
    for (name, value) in [
        ("X-Version", "1"),
        ("Authorization", "bearer ********"),
        ("Accept", "application/json"),
        ("Content-Type", "application/json"),
        ("Host", "api.clickatell.com"),
    ] {
        assert_eq!(header(&request, name), Some(value));
    }
    assert!(
        notes(&typed)
            .iter()
            .any(|note| note.starts_with("Typographic quotes were straightened"))
    );
}

#[test]
fn clickatell_without_a_content_type_is_told_from_the_payload() {
    let typed = settings(
        Method::Post,
        "https://api.clickatell.com/rest/message",
        "",
        CLICKATELL_PAYLOAD,
    );
    let request = render(&typed);
    assert_eq!(header(&request, "Content-Type"), Some("application/json"));
    assert!(
        notes(&typed)
            .iter()
            .any(|note| note.contains("application/json is sent"))
    );
}

#[test]
fn quotes_are_straightened_only_where_that_makes_json() {
    for (payload, want) in [
        // Valid as it stands: the quotes inside belong to the text.
        ("{\"a\":\"“&msg”\",\"to\":\"&num\"}", Some("“")),
        ("{„a“: „&msg”}", Some("\"a\"")),
        ("{\"a”:“&msg\"}", Some("\"a\"")),
        ("{“a”:“he said „&msg“ twice”}", Some("he said „")),
        ("{“a”:“&msg”", None),
    ] {
        let typed = settings(Method::Post, "https://sms.example.com/?to=&num", "", payload);
        match want {
            Some(part) => assert!(body(&render(&typed)).contains(part), "{payload}"),
            None => assert!(compile(&typed).template.is_none(), "{payload}"),
        }
    }
}
