//! The inbox page: order, bound, escaping, search, and how it keeps itself current.

use axum::http::{Method, header};
use futures_util::StreamExt as _;

use super::Sample;
use super::browser::Browser;

async fn send(browser: &Browser, to: &str, text: &str) {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("to", to)
        .append_pair("text", text)
        .finish();
    let path = format!("/sms/nexmo/json?api_key=k&api_secret=s&from=GATEHOUSE&{query}");
    let answer = browser.get(&path).await;
    assert_eq!(answer.json()["messages"][0]["status"], "0", "{text}");
}

#[tokio::test]
async fn empty_it_says_how_to_fill_it() {
    let sample = Sample::alone();
    let page = sample.browser().get("/sms").await.text;
    assert!(page.contains("No message yet"));
    assert!(page.contains("http://localhost:8080/sms/nexmo/json?api_key="));
    assert!(page.contains("0 messages"));
}

#[tokio::test]
async fn it_explains_every_failure_on_demand() {
    let sample = Sample::alone();
    let page = sample.browser().get("/sms").await.text;
    for ending in ["0200", "0400", "0402", "0408", "0429", "0500"] {
        assert!(page.contains(&format!("<code>{ending}</code>")), "{ending}");
    }
}

#[tokio::test]
async fn newest_first() {
    let sample = Sample::alone();
    let browser = sample.browser();
    for text in ["first text", "second text", "third text"] {
        send(&browser, "94771234567", text).await;
    }
    let page = browser.get("/sms").await.text;
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
    assert!(at("third text") < at("second text"));
    assert!(at("second text") < at("first text"));
    assert!(page.contains("3 messages"));
}

#[tokio::test]
async fn the_last_200_are_kept() {
    let sample = Sample::alone();
    let browser = sample.browser();
    for n in 1..=203 {
        send(&browser, "94771234567", &format!("text number {n}.")).await;
    }
    let page = browser.get("/sms").await.text;
    assert!(page.contains("200 messages"));
    assert_eq!(page.matches("<article").count(), 200);
    assert!(page.contains("text number 4."));
    assert!(!page.contains("text number 3."));
    assert!(page.contains(r#"id="sms-203""#));
}

#[tokio::test]
async fn markup_in_a_message_stays_text() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let text = "<script>alert(1)</script> & \"quotes\" </pre>";
    send(&browser, "94771234567", text).await;
    let page = browser.get("/sms").await.text;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot; &lt;/pre&gt;"));
    let found = browser.get("/sms?q=%3Cscript%3E%22").await.text;
    assert!(found.contains(r#"value="&lt;script&gt;&quot;""#), "{found}");
}

#[tokio::test]
async fn the_search_looks_at_number_vendor_and_text() {
    let sample = Sample::alone();
    let browser = sample.browser();
    send(&browser, "94771111111", "alpha").await;
    send(&browser, "94772222222", "beta").await;
    let by_text = browser.get("/sms?q=ALPHA").await.text;
    assert!(by_text.contains("94771111111") && !by_text.contains("94772222222"));
    let by_number = browser.get("/sms?q=2222").await.text;
    assert!(by_number.contains("94772222222") && !by_number.contains("94771111111"));
    let by_vendor = browser.get("/sms?q=nexmo").await.text;
    assert!(by_vendor.contains("2 messages"));
    let none = browser.get("/sms?q=gamma").await.text;
    assert!(none.contains("No message contains this") && none.contains("0 messages"));
}

#[tokio::test]
async fn it_updates_by_script_or_without() {
    let sample = Sample::alone();
    let page = sample.browser().get("/sms").await;
    assert!(
        page.text
            .contains(r#"<noscript><meta http-equiv="refresh" content="3"></noscript>"#)
    );
    assert!(page.text.contains(r#"<script src="/assets/inbox.js" defer>"#));
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(policy.contains("connect-src 'self'"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
}

#[tokio::test]
async fn the_event_stream_tells_of_arrivals_and_ends_with_the_server() {
    let sample = Sample::alone();
    let browser = sample.browser();
    let request = browser.request(Method::GET, "/sms/events", false);
    let response = browser.open(request, "").await;
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut events = response.into_body().into_data_stream();
    send(&browser, "94771234567", "482913").await;
    let event = events.next().await.unwrap().unwrap();
    let event = std::str::from_utf8(&event).unwrap();
    assert!(event.contains("id: 1") && event.contains("data: arrived"), "{event}");
    assert!(!event.contains("482913"));
    sample.app.close();
    assert!(events.next().await.is_none());
}
