//! The request of every preset, to the byte, and that its vendor's parser reads back whatever is put in.

use proptest::prelude::*;
use sms::presets::{self, Preset};
use sms::{HttpRequest, Settings, Values, rendered_message};

use crate::support::{NUMBER, TEXT, body, form, json, query, render_with};

const SANDBOX: &str = "http://localhost:8080";

/// Where the number and the message stand in a preset's request.
#[derive(Clone, Copy)]
enum Read {
    Query(&'static str, &'static str),
    Form(&'static str, &'static str),
    Json(&'static str, &'static str),
}

/// Every preset: its head without `Host`, `Accept`, `User-Agent` and `Content-Length`, its body, and how it is read. Slots
/// are filled in by their names in angle brackets.
const REQUESTS: [(&str, &str, &str, Read); 13] = [
    (
        "vonage",
        "POST https://rest.nexmo.com/sms/json\nContent-Type: application/x-www-form-urlencoded",
        "api_key=%3Capi_key%3E&api_secret=%3Capi_secret%3E&from=NEXMO&to=94771234567\
         &text=Your%20verification%20code%20is%20314159.%20It%20expires%20in%205%20minutes.",
        Read::Form("to", "text"),
    ),
    (
        "clickatell",
        "POST https://platform.clickatell.com/messages\nAuthorization: <api_key>\nContent-Type: application/json",
        r#"{"content": "Your verification code is 314159. It expires in 5 minutes.", "to": ["94771234567"]}"#,
        Read::Json("/to/0", "/content"),
    ),
    (
        "twilio",
        "POST https://api.twilio.com/2010-04-01/Accounts/%3Caccount_sid%3E/Messages.json\n\
         Authorization: Basic <basic_credentials>\nContent-Type: application/x-www-form-urlencoded",
        "From=%2B15005550006&To=%2B94771234567\
         &Body=Your%20verification%20code%20is%20314159.%20It%20expires%20in%205%20minutes.",
        Read::Form("To", "Body"),
    ),
    (
        "plivo",
        "POST https://api.plivo.com/v1/Account/%3Cauth_id%3E/Message/\n\
         Authorization: Basic <basic_credentials>\nContent-Type: application/json",
        r#"{"src": "14155550100", "dst": "94771234567", "text": "Your verification code is 314159. It expires in 5 minutes."}"#,
        Read::Json("/dst", "/text"),
    ),
    (
        "bulksms",
        "POST https://api.bulksms.com/v1/messages?auto-unicode=true\n\
         Authorization: Basic <basic_credentials>\nContent-Type: application/json",
        r#"{"to": "+94771234567", "body": "Your verification code is 314159. It expires in 5 minutes."}"#,
        Read::Json("/to", "/body"),
    ),
    (
        "messagebird",
        "POST https://rest.messagebird.com/messages\n\
         Authorization: AccessKey <access_key>\nContent-Type: application/json",
        r#"{"originator": "Gatehouse", "recipients": ["94771234567"], "body": "Your verification code is 314159. It expires in 5 minutes.", "datacoding": "auto"}"#,
        Read::Json("/recipients/0", "/body"),
    ),
    (
        "infobip",
        "POST https://api.infobip.com/sms/2/text/advanced\n\
         Authorization: App <api_key>\nContent-Type: application/json",
        r#"{"messages": [{"from": "InfoSMS", "destinations": [{"to": "94771234567"}], "text": "Your verification code is 314159. It expires in 5 minutes."}]}"#,
        Read::Json("/messages/0/destinations/0/to", "/messages/0/text"),
    ),
    (
        "telnyx",
        "POST https://api.telnyx.com/v2/messages\nAuthorization: Bearer <api_key>\nContent-Type: application/json",
        r#"{"from": "+15555550100", "to": "+94771234567", "text": "Your verification code is 314159. It expires in 5 minutes."}"#,
        Read::Json("/to", "/text"),
    ),
    (
        "sinch",
        "POST https://us.sms.api.sinch.com/xms/v1/%3Cservice_plan_id%3E/batches\n\
         Authorization: Bearer <api_token>\nContent-Type: application/json",
        r#"{"from": "15555550100", "to": ["94771234567"], "body": "Your verification code is 314159. It expires in 5 minutes."}"#,
        Read::Json("/to/0", "/body"),
    ),
    (
        "kannel",
        "GET http://localhost:13013/cgi-bin/sendsms?username=%3Cusername%3E&password=%3Cpassword%3E&from=Gatehouse\
         &to=%2B94771234567&charset=UTF-8\
         &text=Your%20verification%20code%20is%20314159.%20It%20expires%20in%205%20minutes.",
        "",
        Read::Query("to", "text"),
    ),
    (
        "sandbox-nexmo",
        "GET http://localhost:8080/sms/nexmo/json?api_key=sandbox&api_secret=sandbox&from=NEXMO&to=%2B94771234567\
         &text=Your%20verification%20code%20is%20314159.%20It%20expires%20in%205%20minutes.",
        "",
        Read::Query("to", "text"),
    ),
    (
        "sandbox-clickatell",
        "POST http://localhost:8080/sms/clickatell/rest/message\n\
         X-Version: 1\nAuthorization: bearer sandbox\nContent-Type: application/json",
        r#"{"text":"Your verification code is 314159. It expires in 5 minutes.","to":["+94771234567"]}"#,
        Read::Json("/to/0", "/text"),
    ),
    (
        "sandbox-twilio",
        "POST http://localhost:8080/sms/twilio/2010-04-01/Accounts/ACsandbox/Messages.json\n\
         Authorization: Basic QUNzYW5kYm94OnNhbmRib3g=\nContent-Type: application/x-www-form-urlencoded",
        "From=%2B15005550006&To=%2B94771234567\
         &Body=Your%20verification%20code%20is%20314159.%20It%20expires%20in%205%20minutes.",
        Read::Form("To", "Body"),
    ),
];

impl Read {
    /// Number and message, as a parser that others wrote reads them.
    fn read(self, request: &HttpRequest) -> (String, String) {
        let fields = |names: [&str; 2], found: &std::collections::BTreeMap<String, String>| {
            let [to, text] = names.map(|name| found[name].clone());
            (to, text)
        };
        match self {
            Self::Query(to, text) => fields([to, text], &query(request)),
            Self::Form(to, text) => fields([to, text], &form(body(request))),
            Self::Json(to, text) => {
                let value = json(request);
                let at = |place| value.pointer(place).and_then(|found| found.as_str()).map(str::to_owned);
                (at(to).expect("a string"), at(text).expect("a string"))
            }
        }
    }
}

fn rendered(preset: &Preset, number: &str, message: &str, code: &str) -> HttpRequest {
    let settings = Settings {
        message: message.to_owned(),
        ..preset.settings(SANDBOX)
    };
    let number = settings.number_format.pick(number, "").to_owned();
    let values = Values {
        number: &number,
        code,
        minutes: 5,
        site: None,
    };
    render_with(&settings, &values)
}

#[test]
fn each_is_rendered_to_the_byte() {
    assert_eq!(REQUESTS.len(), presets::all().len());
    for (id, head, payload, _) in REQUESTS {
        let request = rendered(presets::find(id).expect(id), NUMBER, "", "314159");
        let added = |name: &str| ["Host", "Accept", "User-Agent", "Content-Length"].contains(&name);
        let headers = request.headers.iter().filter(|(name, _)| !added(name));
        let headers: String = headers.map(|(name, value)| format!("\n{name}: {value}")).collect();
        assert_eq!(format!("{} {}{headers}", request.method, request.url()), head, "{id}");
        assert_eq!(body(&request), payload, "{id}");
        let wire = String::from_utf8(request.to_wire()).expect("text");
        let host = format!(" HTTP/1.1\r\nHost: {}\r\n", request.authority());
        assert!(
            wire.contains(&host) && wire.contains("\r\nUser-Agent: Gatehouse\r\n"),
            "{wire}"
        );
        let length = format!("\r\nContent-Length: {}\r\n", payload.len());
        assert_eq!(wire.contains(&length), request.method.has_body(), "{wire}");
        assert!(wire.ends_with(&format!("\r\n\r\n{payload}")), "{wire}");
    }
}

#[test]
fn each_is_read_back_by_its_vendors_parser() {
    for (id, .., place) in REQUESTS {
        let preset = presets::find(id).expect(id);
        let (number, text) = place.read(&rendered(preset, NUMBER, "", "314159"));
        assert_eq!(number, preset.number_format.pick(NUMBER, ""), "{id}");
        assert_eq!(text, TEXT, "{id}");
        let awkward = "Say \"&otp\"\r\n\\ 'x' + 100 % & <b> €😀 $1 {{secret:api_key}} \u{2028}";
        let (_, text) = place.read(&rendered(preset, NUMBER, awkward, "314159"));
        assert_eq!(text, rendered_message(awkward, "314159", 5), "{id}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any Unicode at all as number, control characters included, and as message all that phones can show.
    #[test]
    fn each_carries_any_number_and_any_message(number in "(?s).{0,20}", message in "(\\PC|[\t\n\r]){0,40}") {
        let want = rendered_message(&message, "314159", 5);
        for (id, .., place) in REQUESTS {
            let preset = presets::find(id).expect(id);
            let (to, text) = place.read(&rendered(preset, &number, &message, "314159"));
            prop_assert_eq!(&to, preset.number_format.pick(&number, ""), "{}", id);
            prop_assert_eq!(&text, &want, "{}", id);
        }
    }
}
