//! The vendors whose presets the console offers: what each accepts, and its own words for what it refuses.

use axum::http::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::Sample;
use super::browser::{Answer, Browser};

/// A vendor's request, with `NUMBER`, `KEY` and `ACCOUNT` to be filled in, and its answers: a status, a place in the JSON
/// (none: the text as a whole) and the value there.
struct Vendor {
    name: &'static str,
    method: Method,
    path: &'static str,
    content_type: &'static str,
    authorization: &'static str,
    body: &'static str,
    key: &'static str,
    wrong_key: &'static str,
    accepted: Expected,
    unauthenticated: Expected,
    not_valid: Expected,
    no_credit: Expected,
    error_inside: (&'static str, Value),
}

type Expected = (u16, &'static str, Value);

const JSON: &str = "application/json";
/// `sandbox:token` and `sandbox:wrong`.
const BASIC: [&str; 2] = ["c2FuZGJveDp0b2tlbg==", "c2FuZGJveDp3cm9uZw=="];

fn vendors() -> [Vendor; 9] {
    [
        Vendor {
            name: "Vonage",
            method: Method::POST,
            path: "/sms/vonage/sms/json",
            content_type: "application/x-www-form-urlencoded",
            authorization: "",
            body: "api_key=KEY&api_secret=s&from=NEXMO&to=NUMBER&text=code+482913",
            key: "k",
            wrong_key: "wrong",
            accepted: (200, "/messages/0/status", json!("0")),
            unauthenticated: (200, "/messages/0/error-text", json!("Bad Credentials")),
            not_valid: (200, "/messages/0/status", json!("3")),
            no_credit: (200, "/messages/0/status", json!("9")),
            error_inside: ("/messages/0/status", json!("9")),
        },
        Vendor {
            name: "Clickatell",
            method: Method::POST,
            path: "/sms/clickatell/messages",
            content_type: JSON,
            authorization: "KEY",
            body: r#"{"content": "code 482913", "to": ["NUMBER"]}"#,
            key: "k",
            wrong_key: "wrong",
            accepted: (202, "/messages/0/accepted", json!(true)),
            unauthenticated: (401, "/errorCode", json!(108)),
            not_valid: (202, "/messages/0/errorCode", json!(105)),
            no_credit: (202, "/messages/0/accepted", json!(false)),
            error_inside: ("/messages/0/error", json!("No credit left.")),
        },
        Vendor {
            name: "Plivo",
            method: Method::POST,
            path: "/sms/plivo/v1/Account/ACCOUNT/Message/",
            content_type: JSON,
            authorization: "Basic KEY",
            body: r#"{"src": "14155550100", "dst": "NUMBER", "text": "code 482913"}"#,
            key: BASIC[0],
            wrong_key: BASIC[1],
            accepted: (202, "/message", json!("message(s) queued")),
            unauthenticated: (
                401,
                "",
                json!("Could not verify your access level for that URL.\nYou have to login with proper credentials"),
            ),
            not_valid: (400, "/error", json!("dst parameter is not a valid phone number")),
            no_credit: (402, "/error", json!("insufficient credit")),
            error_inside: ("/error", json!("insufficient credit")),
        },
        Vendor {
            name: "BulkSMS",
            method: Method::POST,
            path: "/sms/bulksms/v1/messages?auto-unicode=true",
            content_type: JSON,
            authorization: "Basic KEY",
            body: r#"{"to": "NUMBER", "body": "code 482913"}"#,
            key: BASIC[0],
            wrong_key: BASIC[1],
            accepted: (201, "/0/status/type", json!("ACCEPTED")),
            unauthenticated: (401, "/title", json!("Authentication Failed")),
            not_valid: (400, "/title", json!("Bad Request")),
            no_credit: (403, "/title", json!("Insufficient Credits")),
            error_inside: ("/title", json!("Insufficient Credits")),
        },
        Vendor {
            name: "MessageBird",
            method: Method::POST,
            path: "/sms/messagebird/messages",
            content_type: JSON,
            authorization: "AccessKey KEY",
            body: r#"{"originator": "Gatehouse", "recipients": ["NUMBER"], "body": "code 482913"}"#,
            key: "k",
            wrong_key: "wrong",
            accepted: (201, "/recipients/totalSentCount", json!(1)),
            unauthenticated: (401, "/errors/0/code", json!(2)),
            not_valid: (422, "/errors/0/code", json!(9)),
            no_credit: (422, "/errors/0/code", json!(25)),
            error_inside: ("/errors/0/code", json!(25)),
        },
        Vendor {
            name: "Infobip",
            method: Method::POST,
            path: "/sms/infobip/sms/2/text/advanced",
            content_type: JSON,
            authorization: "App KEY",
            body: r#"{"messages": [{"from": "I", "destinations": [{"to": "NUMBER"}], "text": "code 482913"}]}"#,
            key: "k",
            wrong_key: "wrong",
            accepted: (200, "/messages/0/status/groupName", json!("PENDING")),
            unauthenticated: (401, "/requestError/serviceException/messageId", json!("UNAUTHORIZED")),
            not_valid: (200, "/messages/0/status/name", json!("REJECTED_DESTINATION")),
            no_credit: (200, "/messages/0/status/id", json!(12)),
            error_inside: ("/messages/0/status/groupName", json!("REJECTED")),
        },
        Vendor {
            name: "Telnyx",
            method: Method::POST,
            path: "/sms/telnyx/v2/messages",
            content_type: JSON,
            authorization: "Bearer KEY",
            body: r#"{"from": "+15555550100", "to": "+NUMBER", "text": "code 482913"}"#,
            key: "k",
            wrong_key: "wrong",
            accepted: (200, "/data/to/0/status", json!("queued")),
            unauthenticated: (401, "/errors/0/code", json!("10009")),
            not_valid: (400, "/errors/0/code", json!("10016")),
            no_credit: (402, "/errors/0/code", json!("20100")),
            error_inside: ("/data/to/0/status", json!("sending_failed")),
        },
        Vendor {
            name: "Sinch",
            method: Method::POST,
            path: "/sms/sinch/xms/v1/ACCOUNT/batches",
            content_type: JSON,
            authorization: "Bearer KEY",
            body: r#"{"from": "15555550100", "to": ["NUMBER"], "body": "code 482913"}"#,
            key: "k",
            wrong_key: "wrong",
            accepted: (201, "/type", json!("mt_text")),
            unauthenticated: (401, "", json!("")),
            not_valid: (400, "/code", json!("syntax_invalid_parameter_format")),
            no_credit: (402, "/code", json!("insufficient_balance")),
            error_inside: ("/code", json!("insufficient_balance")),
        },
        Vendor {
            name: "Kannel",
            method: Method::GET,
            path: "/sms/kannel/cgi-bin/sendsms?username=u&password=KEY&from=G&to=NUMBER&charset=UTF-8&text=code+482913",
            content_type: "",
            authorization: "",
            body: "",
            key: "k",
            wrong_key: "wrong",
            accepted: (202, "", json!("0: Accepted for delivery")),
            unauthenticated: (403, "", json!("Authorization failed for sendsms")),
            not_valid: (
                400,
                "",
                json!("Number(s) has/have been denied by white- and/or black-lists."),
            ),
            no_credit: (403, "", json!("Not routable. Do not try again.")),
            error_inside: ("", json!("Not routable. Do not try again.")),
        },
    ]
}

impl Vendor {
    async fn send(&self, browser: &Browser, number: &str, key: &str, account: &str) -> Answer {
        let filled = |template: &str| {
            template
                .replace("NUMBER", number)
                .replace("KEY", key)
                .replace("ACCOUNT", account)
        };
        let mut request = browser.request(self.method.clone(), &filled(self.path), false);
        if !self.content_type.is_empty() {
            request = request.header(header::CONTENT_TYPE, self.content_type);
        }
        if !self.authorization.is_empty() && !key.is_empty() {
            request = request.header(header::AUTHORIZATION, filled(self.authorization));
        }
        browser.send(request, filled(self.body)).await
    }

    #[track_caller]
    fn expect(&self, answer: &Answer, (status, place, value): &Expected) {
        let name = self.name;
        assert_eq!(answer.status.as_u16(), *status, "{name}: {}", answer.text);
        let found = if place.is_empty() {
            json!(answer.text)
        } else {
            answer.json().pointer(place).cloned().unwrap_or_default()
        };
        assert_eq!(found, *value, "{name}: {}", answer.text);
    }
}

async fn page(browser: &Browser) -> String {
    browser.get("/sms").await.text
}

#[tokio::test]
async fn each_accepts_and_delivers() {
    for vendor in vendors() {
        let sample = Sample::alone();
        let browser = sample.browser();
        let answer = vendor.send(&browser, "94771234567", vendor.key, "AC1").await;
        vendor.expect(&answer, &vendor.accepted);
        let page = page(&browser).await;
        assert!(page.contains("1 message"), "{}", vendor.name);
        assert!(
            page.contains(&format!(r#"<span class="tag">{}</span>"#, vendor.name)),
            "{page}"
        );
        assert!(page.contains(r#"94771234567</span>"#), "{}", vendor.name);
        assert!(page.contains(r#"code <b class="code">482913</b>"#), "{}", vendor.name);
    }
}

#[tokio::test]
async fn each_refuses_a_wrong_key_and_none_in_its_own_words() {
    for vendor in vendors() {
        let sample = Sample::alone();
        let browser = sample.browser();
        let answer = vendor.send(&browser, "94771234567", vendor.wrong_key, "AC1").await;
        vendor.expect(&answer, &vendor.unauthenticated);
        let none = vendor.send(&browser, "94771234567", "", "AC1").await;
        // Vonage has words of its own for a key that is not there.
        if vendor.name == "Vonage" {
            vendor.expect(&none, &(200, "/messages/0/error-text", json!("Missing api_key")));
        } else {
            vendor.expect(&none, &vendor.unauthenticated);
        }
        if vendor.path.contains("ACCOUNT") {
            let answer = vendor.send(&browser, "94771234567", vendor.key, "wrong").await;
            vendor.expect(&answer, &vendor.unauthenticated);
        }
        assert!(page(&browser).await.contains("No message yet"), "{}", vendor.name);
    }
}

#[tokio::test]
async fn each_fails_on_demand() {
    for vendor in vendors() {
        let sample = Sample::alone();
        let browser = sample.browser();
        let send = async |number| vendor.send(&browser, number, vendor.key, "AC1").await;
        vendor.expect(&send("94771230400").await, &vendor.not_valid);
        vendor.expect(&send("94771230402").await, &vendor.no_credit);
        let (place, value) = vendor.error_inside.clone();
        vendor.expect(&send("94771230200").await, &(200, place, value));
        let busy = send("94771230429").await;
        assert_eq!(busy.status, StatusCode::TOO_MANY_REQUESTS, "{}", vendor.name);
        assert_eq!(busy.header(header::RETRY_AFTER), "2");
        assert_eq!(
            send("94771230500").await.status,
            StatusCode::INTERNAL_SERVER_ERROR,
            "{}",
            vendor.name
        );
        assert!(page(&browser).await.contains("No message yet"), "{}", vendor.name);
    }
}

#[tokio::test]
async fn each_refuses_what_is_no_number() {
    for vendor in vendors() {
        let sample = Sample::alone();
        let browser = sample.browser();
        for number in ["12", "x94771234567"] {
            let answer = vendor.send(&browser, number, vendor.key, "AC1").await;
            let refused = !answer.status.is_success()
                || answer.text.contains("\"REJECTED\"")
                || answer.text.contains("not numeric");
            assert!(refused, "{}: {} {}", vendor.name, answer.status, answer.text);
        }
        assert!(page(&browser).await.contains("No message yet"), "{}", vendor.name);
    }
}

#[tokio::test]
async fn each_reads_its_own_language_only() {
    for vendor in vendors() {
        let sample = Sample::alone();
        let browser = sample.browser();
        if vendor.content_type.is_empty() {
            let head = browser.request(Method::HEAD, &vendor.path.replace("NUMBER", "94771234567"), false);
            let answer = browser.send(head, "").await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{}", vendor.name);
        } else {
            let plain = Vendor {
                content_type: "text/plain",
                ..vendor
            };
            let answer = plain.send(&browser, "94771234567", plain.key, "AC1").await;
            let refused = answer.status.is_client_error() || answer.text.contains("Missing api_key");
            assert!(refused, "{}: {} {}", plain.name, answer.status, answer.text);
        }
        assert!(page(&browser).await.contains("No message yet"));
    }
}

#[tokio::test]
async fn the_page_names_every_address() {
    let sample = Sample::alone();
    let page = page(&sample.browser()).await;
    for vendor in vendors() {
        let path = vendor.path.split(['?', 'A']).next().unwrap();
        assert!(page.contains(&format!("<code>{} {path}", vendor.method)), "{path}");
    }
    assert!(page.contains("<code>https://api.plivo.com</code> becomes <code>http://localhost:8080/sms/plivo</code>"));
}
