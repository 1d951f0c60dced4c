//! Two nodes over one PostgreSQL: every request of one sign-in goes to the other node than the one before.

use std::sync::Arc;

use identity::clock::SystemClock;

use crate::browser::{Answer, Browser, Server};
use crate::fake_provider::{HttpProvider, code_in};
use crate::fake_sp::{FakeSp, PostPage, logout_status};
use crate::process::{Place, Running};
use crate::stores::{Kind, Store};
use crate::walk_through::{add_identity_provider, add_service_provider, set_mobile};

const ORIGIN: &str = "http://localhost:9763";
const PASSWORD: &str = "a password of two nodes";
const KEY: &str = "k7654321";

async fn fill(browser: &Browser, page: &Answer, fields: &[(&str, &str)], button: &str) -> Answer {
    let form = page.page().form(button);
    let form = fields.iter().fold(form, |form, (label, value)| form.set(label, value));
    browser.press(&form, button).await
}

async fn two_nodes(place: &Place) -> [Running; 2] {
    let first = place.serve(&["--public-url", ORIGIN]).await;
    assert!(
        first.printed.contains(&format!("Console      {ORIGIN}/console")),
        "{}",
        first.printed
    );
    let second = place.serve(&["--public-url", ORIGIN]).await;
    assert!(
        second.printed.contains("with the password it was given"),
        "{}",
        second.printed
    );
    [first, second]
}

#[tokio::test]
async fn one_sign_in_through_both() {
    let store = Store::open(Kind::Postgres).await;
    let provider = HttpProvider::start().await;
    let place = Place::new()
        .with("DATABASE_URL", &store.url)
        .with("ADMIN_PASSWORD", PASSWORD)
        .with("OUTBOUND__ALLOW", &provider.address.to_string());
    let nodes = two_nodes(&place).await;
    let both = || Server::alternating(nodes.iter().map(|node| node.address));

    let browser = Browser::new(both(), ORIGIN);
    let page = browser.open("/console/users").await;
    let page = fill(
        &browser,
        &page,
        &[("Username", "admin"), ("Password", PASSWORD)],
        "Sign In",
    )
    .await;
    assert_eq!(page.page_with(200).heading, "Users");
    let url = format!("http://{}/sms/json?api_key={KEY}&to=&num&text=&msg", provider.address);
    add_identity_provider(&browser, &[("SMS URL", &url)], "GET", "").await;
    let metadata = browser.get("/identity/metadata/saml2").await;
    let sp = FakeSp::knowing(&metadata, Arc::new(SystemClock), 0, "Travelocity");
    add_service_provider(&browser, &sp).await;
    set_mobile(&browser).await;

    let request = sp.request();
    let page = browser.open(&sp.redirect(&request, Some("relay"))).await;
    let page = fill(
        &browser,
        &page,
        &[("Username", "admin"), ("Password", PASSWORD)],
        "Sign In",
    )
    .await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    let label = "Enter the code sent to your mobile phone";
    let wrong = fill(&browser, &page, &[(label, "not it")], "Authenticate").await;
    assert!(
        wrong.page_with(200).text.contains("4 attempts left."),
        "{}",
        wrong.page().text
    );
    let early = browser.press(&page.page().form("Resend code"), "Resend code").await;
    assert!(
        early.page_with(200).alert.contains("Nothing was sent"),
        "{}",
        early.page().alert
    );
    assert_eq!(provider.received().len(), 1);
    let code = code_in(&provider.received()[0]);
    let answer = fill(&browser, &page, &[(label, &code)], "Authenticate").await;
    let accepted = sp.accept(&PostPage::read(&answer), &request.id).unwrap();
    assert_eq!(accepted.name_id.value, "admin");

    // Answered on one node, it is answered on all.
    for node in &nodes {
        browser.route_to(Server::Socket(node.address));
        assert_eq!(browser.get(&answer.path).await.status, 400);
        assert_eq!(browser.get(&sp.redirect(&request, Some("relay"))).await.status, 400);
        let again = sp.request();
        let answer = browser.open(&sp.redirect(&again, None)).await;
        sp.accept(&PostPage::read(&answer), &again.id).unwrap();
    }
    browser.route_to(both());
    let answer = browser
        .open(&sp.logout_redirect(&sp.logout_request(&accepted), None))
        .await;
    assert!(logout_status(&sp.receive_redirect(&answer)).is_success());

    for node in nodes {
        let (exit, printed) = node.stop().await;
        assert_eq!(exit, Some(0));
        let written = printed + &place.log();
        assert!(written.contains("POST"), "requests are logged: {written}");
        for secret in [
            PASSWORD,
            KEY,
            &code,
            "94771234567",
            &accepted.session_index.clone().unwrap(),
        ] {
            assert!(!written.contains(secret), "{secret} is in the log");
        }
    }
    store.remove().await;
}
