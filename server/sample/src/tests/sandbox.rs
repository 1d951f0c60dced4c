//! The three vendors' APIs: acceptance, refusals, failures on demand, and decoding as each vendor decodes.

use axum::http::{Method, StatusCode, header};
use serde_json::json;
use tokio::time::Instant;

use super::Sample;
use super::browser::{Answer, Browser};

const NEXMO: &str = "/sms/nexmo/json?api_key=k&api_secret=s&from=GATEHOUSE";

async fn nexmo(browser: &Browser, rest: &str) -> Answer {
    browser.get(&format!("{NEXMO}{rest}")).await
}

async fn clickatell(browser: &Browser, body: &str) -> Answer {
    clickatell_with(browser, &[("authorization", "bearer t")], body).await
}

/// Posts with these headers, and with the usual ones that are not among them.
async fn clickatell_with(browser: &Browser, headers: &[(&str, &str)], body: &str) -> Answer {
    let usual = [("x-version", "1"), ("content-type", "application/json")];
    let missing = usual
        .iter()
        .filter(|(name, _)| headers.iter().all(|(given, _)| given != name));
    let mut request = browser.request(Method::POST, "/sms/clickatell/rest/message", false);
    for (name, value) in headers.iter().chain(missing) {
        request = request.header(*name, *value);
    }
    browser.send(request, body.to_owned()).await
}

async fn twilio(browser: &Browser, authorization: &str, form: &[(&str, &str)]) -> Answer {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    let path = "/sms/twilio/2010-04-01/Accounts/AC1/Messages.json";
    let mut request = browser
        .request(Method::POST, path, false)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if !authorization.is_empty() {
        request = request.header(header::AUTHORIZATION, authorization);
    }
    browser.send(request, body).await
}

/// `AC1:token`
const BASIC: &str = "Basic QUMxOnRva2Vu";

async fn inbox(browser: &Browser) -> String {
    browser.get("/sms").await.text
}

async fn is_empty(browser: &Browser) -> bool {
    inbox(browser).await.contains("No message yet")
}

#[tokio::test]
async fn nexmo_accepts_and_delivers() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let answer = nexmo(&browser, "&to=%2B94771234567&text=Your+code+is+482913%20%26%20more").await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!(body["message-count"], "1");
    assert_eq!(body["messages"][0]["status"], "0");
    assert_eq!(body["messages"][0]["to"], "94771234567");
    assert_eq!(body["messages"][0]["message-id"], "0A000000000000001");
    let page = inbox(&browser).await;
    assert!(page.contains(r#"<span class="to">+94771234567</span>"#), "{page}");
    assert!(page.contains(r#"<b class="code">482913</b> &amp; more"#), "{page}");
    assert!(page.contains("Nexmo</span>"));
}

#[tokio::test]
async fn nexmo_refuses_in_its_own_words_and_delivers_nothing() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let all = [
        ("api_key", "k"),
        ("api_secret", "s"),
        ("from", "F"),
        ("to", "94771234567"),
        ("text", "hello"),
    ];
    let cases = [
        ("api_key", "", "2", "Missing api_key"),
        ("api_secret", "", "2", "Missing api_secret"),
        ("from", "", "2", "Missing from param"),
        ("to", "", "2", "Missing to param"),
        ("text", "", "2", "Missing text param"),
        ("api_key", "wrong", "4", "Bad Credentials"),
        ("api_secret", "wrong", "4", "Bad Credentials"),
        ("to", "&num", "3", "to address is not numeric"),
        ("to", "94771230400", "3", "Invalid to address"),
        ("to", "94771230200", "9", "Partner quota violation"),
    ];
    for (name, value, status, text) in cases {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(all.map(|(k, v)| (k, if k == name { value } else { v })))
            .finish();
        let answer = browser.get(&format!("/sms/nexmo/json?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{name}={value}");
        let message = &answer.json()["messages"][0];
        assert_eq!(
            *message,
            json!({ "status": status, "error-text": text }),
            "{name}={value}"
        );
    }
    let without_query = browser.get("/sms/nexmo/json").await.json();
    assert_eq!(without_query["messages"][0]["error-text"], "Missing api_key");
    assert!(is_empty(&browser).await);
}

#[tokio::test]
async fn nexmo_fails_on_demand() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let answer = nexmo(&browser, "&to=94771230500&text=x").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json()["messages"][0]["status"], "5");
    let answer = nexmo(&browser, "&to=94771230429&text=x").await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header(header::RETRY_AFTER), "2");
    assert_eq!(answer.json()["messages"][0]["status"], "1");
    assert!(is_empty(&browser).await);
}

#[tokio::test]
async fn head_sends_nothing() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let request = browser.request(Method::HEAD, &format!("{NEXMO}&to=94771234567&text=x"), false);
    let answer = browser.send(request, "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header(header::ALLOW), "GET");
    assert!(is_empty(&browser).await);
}

#[tokio::test]
async fn an_unescaped_plus_arrives_as_a_space_and_is_shown_so() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let answer = nexmo(&browser, "&to=+94771234567&text=a+b%2Bc").await;
    assert_eq!(answer.json()["messages"][0]["status"], "0");
    let page = inbox(&browser).await;
    assert!(page.contains(r#"<span class="to"> 94771234567</span>"#), "{page}");
    assert!(page.contains("+ was not escaped"));
    assert!(page.contains("a b+c"));
}

#[tokio::test]
async fn an_unescaped_ampersand_cuts_the_text() {
    let sample = Sample::alone();
    let browser = sample.browser();
    nexmo(&browser, "&to=94771234567&text=salt&pepper=1").await;
    let page = inbox(&browser).await;
    assert!(page.contains("salt</pre>"), "{page}");
    assert!(!page.contains("pepper"));
}

#[tokio::test]
async fn clickatell_accepts_and_delivers_to_each() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let body = r#"{"text":"code \"482913\" ü\nsecond","to":["+94771234567","94771234568"]}"#;
    let answer = clickatell(&browser, body).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let messages = answer.json()["data"]["message"].clone();
    assert_eq!(messages[0]["accepted"], true);
    assert_eq!(messages[0]["to"], "94771234567");
    assert_eq!(messages[1]["to"], "94771234568");
    assert_ne!(messages[0]["apiMessageId"], messages[1]["apiMessageId"]);
    let page = inbox(&browser).await;
    assert!(page.contains(r#"<span class="to">+94771234567</span>"#));
    assert!(page.contains(r#"<span class="to">94771234568</span>"#));
    assert!(
        page.contains("code &quot;<b class=\"code\">482913</b>&quot; ü\nsecond"),
        "{page}"
    );
}

#[tokio::test]
async fn clickatell_wants_a_token() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let body = r#"{"text":"x","to":["94771234567"]}"#;
    for value in ["", "bearer", "bearer ", "bearer wrong", "Basic dDp0"] {
        let answer = clickatell_with(&browser, &[("authorization", value)], body).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{value:?}");
        assert_eq!(answer.json()["error"]["code"], "001");
        assert_eq!(answer.json()["error"]["description"], "Authentication failed");
    }
    assert_eq!(
        clickatell_with(&browser, &[], body).await.status,
        StatusCode::UNAUTHORIZED
    );
    assert!(is_empty(&browser).await);
}

#[tokio::test]
async fn clickatell_refuses_what_is_not_its_json() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let token = ("authorization", "Bearer t");
    for body in [
        "{“text”:”hello“,”to”:[“94771234567“]}",
        r#"{"text":"hello","to":[94771234567]}"#,
        r#"{"text":"a"b","to":["94771234567"]}"#,
        r#"{"to":["94771234567"]}"#,
        "",
    ] {
        let answer = clickatell_with(&browser, &[token], body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer.json()["error"]["code"], "100", "{body}");
    }
    let good = r#"{"text":"hello","to":["94771234567"]}"#;
    let form = ("content-type", "application/x-www-form-urlencoded");
    let answer = clickatell_with(&browser, &[token, form], good).await;
    assert_eq!(answer.json()["error"]["code"], "100");
    let answer = clickatell_with(&browser, &[token, ("x-version", "1,Accept: */*")], good).await;
    assert_eq!(answer.json()["error"]["code"], "101", "headers run together show");
    for body in [r#"{"text":"","to":["94771234567"]}"#, r#"{"text":"x","to":[]}"#] {
        let answer = clickatell_with(&browser, &[token], body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.json()["error"]["code"], "101");
    }
    let answer = clickatell(&browser, r#"{"text":"x","to":["&num"]}"#).await;
    assert_eq!(answer.json()["error"]["code"], "105");
}

#[tokio::test]
async fn clickatell_fails_on_demand() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let cases = [
        ("0500", StatusCode::INTERNAL_SERVER_ERROR, "/error/code", "901"),
        ("0400", StatusCode::BAD_REQUEST, "/error/code", "105"),
        ("0429", StatusCode::TOO_MANY_REQUESTS, "/error/code", "130"),
        ("0200", StatusCode::OK, "/data/message/0/error/code", "301"),
    ];
    for (ending, status, pointer, code) in cases {
        let body = format!(r#"{{"text":"x","to":["94771234567","9477123{ending}"]}}"#);
        let answer = clickatell(&browser, &body).await;
        assert_eq!(answer.status, status, "{ending}");
        assert_eq!(answer.json().pointer(pointer), Some(&json!(code)), "{ending}");
        let waits = answer.header(header::RETRY_AFTER) == "2";
        assert_eq!(waits, status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(is_empty(&browser).await);
}

#[tokio::test]
async fn twilio_accepts_and_delivers() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let form = [
        ("To", "+94771234567"),
        ("From", "+15005550006"),
        ("Body", "code 482913 & +"),
    ];
    let answer = twilio(&browser, BASIC, &form).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let body = answer.json();
    assert_eq!(body["status"], "queued");
    assert_eq!(body["account_sid"], "AC1");
    assert_eq!(body["to"], "+94771234567");
    assert_eq!(body["sid"], "SM00000000000000000000000000000001");
    assert_eq!(body["error_code"], json!(null));
    let page = inbox(&browser).await;
    assert!(page.contains("Twilio</span>"));
    assert!(page.contains(r#"code <b class="code">482913</b> &amp; +"#), "{page}");
}

#[tokio::test]
async fn twilio_refuses_in_its_own_words_and_delivers_nothing() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let (to, from, body) = (("To", "+94771234567"), ("From", "+15005550006"), ("Body", "x"));
    // user "wrong"; password "wrong"; no password; no colon
    for authorization in [
        "",
        "Basic d3Jvbmc6dG9rZW4=",
        "Basic QUMxOndyb25n",
        "Basic QUMxOg==",
        "Basic QUMx",
        "Basic !",
        "Bearer t",
    ] {
        let answer = twilio(&browser, authorization, &[to, from, body]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{authorization}");
        assert_eq!(answer.json()["code"], 20003);
        assert!(answer.header(header::WWW_AUTHENTICATE).starts_with("Basic"));
    }
    let cases: [(&[(&str, &str)], u32); 6] = [
        (&[from, body], 21604),
        (&[to, body], 21603),
        (&[to, from], 21602),
        (&[("To", "12"), from, body], 21211),
        (&[("To", "&num"), from, body], 21211),
        (&[("To", "+94771230400"), from, body], 21211),
    ];
    for (form, code) in cases {
        let answer = twilio(&browser, BASIC, form).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{form:?}");
        assert_eq!(answer.json()["code"], code, "{form:?}");
        assert_eq!(answer.json()["status"], 400);
    }
    assert!(is_empty(&browser).await);
}

#[tokio::test]
async fn twilio_reads_forms_only_and_fails_on_demand() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let path = "/sms/twilio/2010-04-01/Accounts/AC1/Messages.json";
    let request = browser
        .request(Method::POST, path, false)
        .header(header::AUTHORIZATION, BASIC)
        .header(header::CONTENT_TYPE, "application/json");
    let answer = browser.send(request, "To=%2B94771234567&From=F&Body=x").await;
    assert_eq!(answer.json()["code"], 21604);
    let to = |number| [("To", number), ("From", "F"), ("Body", "x")];
    let answer = twilio(&browser, BASIC, &to("+94771230500")).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.json()["code"], 20500);
    let answer = twilio(&browser, BASIC, &to("+94771230429")).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.header(header::RETRY_AFTER), "2");
    let answer = twilio(&browser, BASIC, &to("+94771230200")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.json()["status"], "failed");
    assert_eq!(answer.json()["error_code"], 30008);
    assert!(is_empty(&browser).await);
}

#[tokio::test(start_paused = true)]
async fn late_answers_take_twelve_seconds_and_are_delivered_at_once() {
    let sample = Sample::alone();
    let (browser, reader) = (sample.browser(), sample.browser());
    let before = Instant::now();
    let (answer, page) = tokio::join!(nexmo(&browser, "&to=94771230408&text=482913"), async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        inbox(&reader).await
    });
    assert_eq!(answer.json()["messages"][0]["status"], "0");
    assert_eq!(before.elapsed().as_secs(), 12);
    assert!(page.contains("482913"), "{page}");
}

#[tokio::test]
async fn a_stopping_server_does_not_wait_for_late_answers() {
    let sample = Sample::alone();
    let browser = sample.browser();
    sample.app.close();
    let before = std::time::Instant::now();
    let answer = nexmo(&browser, "&to=94771230408&text=x").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(before.elapsed().as_secs() < 5);
}

#[tokio::test]
async fn bodies_over_64_kib_are_refused() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let long = "x".repeat(64 * 1024);
    let body = json!({ "text": long, "to": ["94771234567"] }).to_string();
    assert_eq!(clickatell(&browser, &body).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let form = [("To", "94771234567"), ("From", "F"), ("Body", &long)];
    let answer = twilio(&browser, BASIC, &form).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(is_empty(&browser).await);
}
