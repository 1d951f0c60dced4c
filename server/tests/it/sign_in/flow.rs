//! Reload, back button, second tab, other browser: none of them sends anything, passes anything or loses anything.

use entity::{otp_challenge, sms_delivery};
use identity::testing::ADMIN_PASSWORD;
use sea_orm::EntityTrait;
use sea_orm::sea_query::Expr;

use crate::fake_provider::last_code;
use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn p1_reload_and_second_tab_send_nothing(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    for _ in 0..3 {
        assert_eq!(
            browser.open(&page.path).await.page_with(200).heading,
            "Check your phone"
        );
    }
    assert_eq!(app.sent(), 1);
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// The password page is still in the history: sending it again finds the flow where it stands.
async fn p1_the_back_button_does_no_harm(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, password_page) = app.begin(&browser, &sp).await;
    let code_page = app.password(&browser, &password_page, "admin", ADMIN_PASSWORD).await;
    let again = app.password(&browser, &password_page, "admin", "wrong this time").await;
    assert_eq!(again.page_with(200).heading, "Check your phone");
    assert_eq!(app.sent(), 1);
    let answer = app.code(&browser, &code_page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    // Back once more after the end: the request was answered, and is not answered again.
    let after = browser.open(&code_page.path).await;
    assert_eq!(after.status, 400);
    assert_eq!(app.sent(), 1);
}

/// Whoever copies the address, or is sent it, has nothing.
async fn another_browser_gets_nothing(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let thief = app.browser();
    let shown = thief.open(&page.path).await.page_with(404);
    assert_eq!(shown.heading, "This sign-in is not yours");
    let code = last_code(&app.sms);
    let (action, pairs) = page
        .page()
        .form("Authenticate")
        .set("Enter the code sent to your mobile phone", &code)
        .press("Authenticate");
    assert_eq!(thief.post(&action, &pairs).await.status, 404);
    // Neither with a cookie of another flow of its own.
    let (_, own) = app.to_code_page(&thief, &sp).await;
    let own_cookie = thief.cookies.lock().unwrap().values().next().unwrap().clone();
    let flow = page.path.trim_start_matches("/login/").to_owned();
    thief
        .cookies
        .lock()
        .unwrap()
        .insert(format!("gatehouse_flow_{flow}"), own_cookie);
    assert_eq!(thief.post(&action, &pairs).await.status, 404);
    assert_eq!(thief.open(&own.path).await.status, 200);
    // The owner goes on undisturbed.
    assert_eq!(app.code(&browser, &page, &code).await.status, 200);
}

async fn a_made_up_flow_is_no_error_of_the_server(app: &TestApp) {
    let browser = app.browser();
    let long = "x".repeat(5000);
    for id in ["x", "../../etc", "a%2Fb", long.as_str()] {
        let answer = browser.open(&format!("/login/{id}")).await;
        assert_eq!(answer.status, 404, "{id}");
    }
}

/// Two sign-ins of one browser, each in its tab, do not get into each other's way.
async fn two_sign_ins_in_two_tabs(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (first_request, first) = app.to_code_page(&browser, &sp).await;
    let first_code = last_code(&app.sms);
    let (second_request, second) = app.to_code_page(&browser, &sp).await;
    let second_code = last_code(&app.sms);
    let answer = app.code(&browser, &second, &second_code).await;
    sp.accept(&PostPage::read(&answer), &second_request).unwrap();
    let answer = app.code(&browser, &first, &first_code).await;
    sp.accept(&PostPage::read(&answer), &first_request).unwrap();
}

/// What went wrong stands in the row, never in the address.
async fn addresses_tell_nothing(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let wrong = app.password(&browser, &page, "admin", "wrong").await;
    assert_eq!(wrong.path, page.path);
    let right = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    assert_eq!(right.path, page.path);
    let forged = browser
        .open(&format!("{}?__path=x&__err=Something+evil", page.path))
        .await;
    assert!(!forged.body.contains("evil"), "{}", forged.body);
}

/// The step was saved and the code never made: the next look at the page makes it.
async fn a_crash_before_the_code_was_made(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    otp_challenge::Entity::delete_many()
        .exec(&app.services.db)
        .await
        .unwrap();
    assert_eq!(
        browser.open(&page.path).await.page_with(200).heading,
        "Check your phone"
    );
    assert_eq!(app.sent(), 2);
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// A delivery that a crash left open has failed once its time is over: nobody waits for a code never sent.
async fn a_crash_while_the_code_was_sent(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    sms_delivery::Entity::update_many()
        .col_expr(sms_delivery::Column::Outcome, Expr::value("open"))
        .exec(&app.services.db)
        .await
        .unwrap();
    assert_eq!(
        browser.open(&page.path).await.page_with(200).alert,
        "",
        "it may still be under way"
    );
    app.seconds(30);
    let shown = browser.open(&page.path).await.page_with(200);
    assert!(shown.alert.contains("so no code was sent"), "{}", shown.alert);
}

async fn leaving_is_told_to_the_application(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let flow = page.page().form("Authenticate").field("flow").value.clone();
    let answer = browser.post("/api/login/leave", &[("flow".into(), flow)]).await;
    let sent = PostPage::read(&browser.follow(answer).await);
    assert_eq!(sp.status(&sent, &request).1, saml::identifier::STATUS_AUTHN_FAILED);
    assert_eq!(app.outcomes().await, [("admin".to_owned(), "cancelled".to_owned())]);
}

on_both_stores!(
    p1_reload_and_second_tab_send_nothing,
    p1_the_back_button_does_no_harm,
    another_browser_gets_nothing,
    a_made_up_flow_is_no_error_of_the_server,
    two_sign_ins_in_two_tabs,
    addresses_tell_nothing,
    a_crash_before_the_code_was_made,
    a_crash_while_the_code_was_sent,
    leaving_is_told_to_the_application,
);
