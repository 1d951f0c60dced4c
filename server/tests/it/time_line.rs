//! The time line of a sign-in, as an administrator reads it.

use identity::sms::FailureKind;
use identity::sms::transport::SendFailure;
use identity::testing::ADMIN_PASSWORD;

use crate::browser::Browser;
use crate::fake_provider::{answer_next, last_code};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::page::Page;
use crate::stores::on_both_stores;

/// Password and code, the code by `SMSOTP`, whose fallback is `Spare`.
async fn with_fallback(app: &TestApp) -> FakeSp {
    let spare = app
        .provider(|input| {
            input.name = "Spare".into();
            input.sms_url = "https://spare.example/send".into();
        })
        .await;
    let first = app.provider(|input| input.fallback = spare.to_string()).await;
    app.set_mobile("admin", MOBILE).await;
    app.sp("Travelocity", &[None, Some(first)], |_| ()).await
}

/// The page that the newest row of Sign-ins leads to.
async fn newest(console: &Browser) -> Page {
    let list = console.open("/console/sign-ins").await.page_with(200);
    let is_row = |href: &str| {
        href.strip_prefix("/console/sign-ins/")
            .is_some_and(|id| id.parse::<i64>().is_ok())
    };
    let (_, href) = list
        .links
        .iter()
        .find(|(_, href)| is_row(href))
        .expect("a row leads to its page");
    console.open(href).await.page_with(200)
}

/// Expects that the words stand on the page in this order, each after the one before.
#[track_caller]
fn in_order(page: &Page, words: &[&str]) {
    let mut rest = page.text.as_str();
    for word in words {
        let at = rest.find(word);
        let at = at.unwrap_or_else(|| panic!("{word:?} does not come where it should: {}", page.text));
        rest = &rest[at + word.len()..];
    }
}

async fn a_whole_sign_in_is_one_line(app: &TestApp) {
    let sp = with_fallback(app).await;
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "admin", "not the password").await;
    app.seconds(5);
    answer_next(&app.sms, vec![Err(SendFailure::new(FailureKind::AddressRefused))]);
    let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let first = last_code(&app.sms);
    let wrong = if first == "000000" { "000001" } else { "000000" };
    app.seconds(5);
    let page = app.code(&browser, &page, wrong).await;
    app.seconds(65);
    let page = app.resend(&browser, &page).await;
    app.seconds(5);
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();

    let console = app.console().await;
    let page = newest(&console).await;
    in_order(
        &page,
        &[
            "signed in",
            "AuthnRequest by HTTP-Redirect",
            &request,
            &sp.acs,
            "Request received",
            "from 192.0.2.1",
            "Wrong password",
            "Password accepted",
            "by SMSOTP",
            "by Spare",
            "Wrong code",
            "1 min 15 s",
            "Resend code pressed",
            "SMS to",
            "Code accepted",
            "Response sent",
            "Success",
            "HTTP-POST",
            "Assertion ID",
            "Signed with",
        ],
    );
    assert!(
        !page.text.contains(&MOBILE[1..]) && !page.text.contains(wrong),
        "{}",
        page.text
    );
    assert!(!page.text.contains(&first), "{}", page.text);
    let leads = |start: &str| page.links.iter().filter(|(_, href)| href.starts_with(start)).count();
    assert_eq!(leads("/console/deliveries/"), 3, "two attempts, and the resend");
    assert_eq!(leads("/console/users/admin/profile"), 1);
    // The wrong password's own row leads to the same line.
    let rows = entity_rows(app).await;
    assert_eq!(rows.len(), 2, "{rows:?}");
    for id in rows {
        let same = console.open(&format!("/console/sign-ins/{id}")).await.page_with(200);
        assert_eq!(same.text, page.text);
    }
}

async fn entity_rows(app: &TestApp) -> Vec<i64> {
    use sea_orm::EntityTrait;
    let rows = entity::sign_in::Entity::find().all(&app.services.db).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn one_under_way_is_shown_as_such(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, _) = app.to_code_page(&browser, &sp).await;
    let console = app.console().await;
    let list = console.open("/console/sign-ins").await.page_with(200);
    assert!(
        list.text.contains("Under way") && list.text.contains("step 2 of 2"),
        "{}",
        list.text
    );
    let flow = list
        .links
        .iter()
        .find(|(_, href)| href.starts_with("/console/sign-ins/"))
        .unwrap();
    let page = console.open(&flow.1).await.page_with(200);
    in_order(
        &page,
        &["under way, step 2 of 2", "admin", "Password accepted", "SMS to"],
    );
    // Its delivery leads here as well.
    let delivery = page
        .links
        .iter()
        .find(|(_, href)| href.starts_with("/console/deliveries/"))
        .unwrap();
    let delivery = console.open(&delivery.1).await.page_with(200);
    assert_eq!(delivery.link("The whole sign-in"), flow.1);

    app.seconds(31 * 60);
    let page = console_again(app, &flow.1).await;
    in_order(&page, &["not finished in time"]);
    assert_eq!(console_status(app, "/console/sign-ins/no-such-sign-in").await, 404);
    assert_eq!(console_status(app, "/console/sign-ins/999999").await, 404);
}

/// By then the console's own session has run out.
async fn console_again(app: &TestApp, path: &str) -> Page {
    app.console().await.open(path).await.page_with(200)
}

async fn console_status(app: &TestApp, path: &str) -> u16 {
    app.console().await.open(path).await.status.as_u16()
}

async fn a_refused_one_leads_to_its_case_and_back(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    app.change_saml(&sp, |saml| saml.acs_urls = vec!["https://elsewhere.example/acs".into()])
        .await;
    let refused = app.code(&browser, &page, &last_code(&app.sms)).await;
    assert!(
        refused.body.contains("case number") || refused.body.contains("Case"),
        "{}",
        refused.body
    );
    let console = app.console().await;
    let flow = entity_flow(app).await;
    let page = console.open(&format!("/console/sign-ins/{flow}")).await.page_with(200);
    in_order(&page, &["refused, case", "Code accepted", "Refused", "Case "]);
    let case = page.links.iter().find(|(_, href)| href.contains("?case=")).unwrap();
    let case = console.open(&case.1).await.page_with(200);
    assert!(case.text.contains("AssertionConsumerServiceURL"), "{}", case.text);
    assert_eq!(
        case.link("The sign-in that ended so"),
        format!("/console/sign-ins/{flow}")
    );
}

async fn entity_flow(app: &TestApp) -> String {
    use sea_orm::EntityTrait;
    let flow = entity::login_flow::Entity::find().one(&app.services.db).await.unwrap();
    flow.unwrap().id
}

/// Answered at once, out of a live session: there is no flow, and the row itself tells what was asked for.
async fn one_out_of_a_live_session_tells_its_request(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    app.sign_in(&browser, &sp).await;
    let (second, answer) = app.begin(&browser, &sp).await;
    sp.accept(&PostPage::read(&answer), &second).unwrap();
    let page = newest(&app.console().await).await;
    in_order(
        &page,
        &[
            "signed in",
            &second,
            "Request received, with a session that satisfied it",
            "Response sent",
            "Assertion ID",
        ],
    );
    assert!(!page.text.contains("Password accepted"), "{}", page.text);
}

async fn the_list_is_filtered_by_service_provider_and_time(app: &TestApp) {
    let sp = app.two_steps().await;
    app.sign_in(&app.browser(), &sp).await;
    let console = app.console().await;
    let shown = async |query: &str| console.open(&format!("/console/sign-ins?{query}")).await.page_with(200);
    let of = format!("service_provider={}", sp.id);
    assert!(shown(&of).await.text.contains("signed in"));
    assert!(shown("service_provider=999").await.text.contains("Nothing found"));
    assert!(shown("to=2000-01-01T00:00").await.text.contains("Nothing found"));
    let wrong = shown("from=yesterday").await;
    assert!(
        wrong.text.contains("From is no time that can be read"),
        "{}",
        wrong.text
    );
}

on_both_stores!(
    a_whole_sign_in_is_one_line,
    one_under_way_is_shown_as_such,
    a_refused_one_leads_to_its_case_and_back,
    one_out_of_a_live_session_tells_its_request,
    the_list_is_filtered_by_service_provider_and_time,
);
