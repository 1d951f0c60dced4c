//! How many codes are sent: per sign-in, hour, day and provider; and what a send that failed costs.

use identity::sms::FailureKind;
use identity::sms::transport::{Answer, SendFailure};
use identity::testing::ADMIN_PASSWORD;

use crate::fake_provider::{answer_next, last_code};
use crate::fake_sp::PostPage;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const TOO_MANY: &str = "Too many codes were sent. Wait a while, then start again from the application.";
const NO_MORE: &str = "No more codes can be sent for now. Use one that has arrived, or start again later.";

async fn five_codes_a_sign_in(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, mut page) = app.to_code_page(&browser, &sp).await;
    for wait in [30, 60, 120, 240] {
        app.seconds(wait);
        page = app.resend(&browser, &page).await;
        assert!(page.page_with(200).status.contains("on its way"), "{}", page.body);
    }
    app.seconds(600);
    let more = app.resend(&browser, &page).await;
    assert_eq!(more.page_with(200).alert, NO_MORE);
    assert_eq!(app.sent(), 5);
    // The last one has run out meanwhile; before, it would have been good.
    let shown = app.code(&browser, &more, &last_code(&app.sms)).await.page_with(200);
    assert!(shown.alert.contains("expired"), "{request}: {}", shown.alert);
}

/// So many sign-ins get a code; the next one does not, until the window has passed.
async fn limit_over_sign_ins(app: &TestApp, sp: &crate::fake_sp::FakeSp, allowed: usize, window: i64) {
    for _ in 0..allowed {
        app.to_code_page(&app.browser(), sp).await;
    }
    let browser = app.browser();
    let (_, page) = app.begin(&browser, sp).await;
    let ended = app
        .password(&browser, &page, "admin", ADMIN_PASSWORD)
        .await
        .page_with(200);
    assert_eq!(ended.alert, TOO_MANY);
    assert_eq!(app.sent(), allowed);
    app.seconds(window);
    app.to_code_page(&app.browser(), sp).await;
}

async fn ten_codes_an_hour(app: &TestApp) {
    let sp = app.two_steps().await;
    limit_over_sign_ins(app, &sp, 10, 3600).await;
}

async fn codes_a_day(app: &TestApp) {
    let provider = app
        .provider(|input| {
            input.codes_per_hour = "3".into();
            input.codes_per_day = "3".into();
        })
        .await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    limit_over_sign_ins(app, &sp, 3, 24 * 3600).await;
}

/// Two users with one phone share what may be sent to it.
async fn a_number_has_its_own_limit(app: &TestApp) {
    let provider = app.provider(|input| input.codes_per_hour = "2".into()).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    for name in ["jane", "joan"] {
        app.add_user(name, "another long password").await;
        app.set_mobile(name, "+94770000001").await;
    }
    for (name, heading) in [
        ("jane", "Check your phone"),
        ("joan", "Check your phone"),
        ("joan", "You are not signed in"),
    ] {
        let browser = app.browser();
        let (_, page) = app.begin(&browser, &sp).await;
        let page = app
            .password(&browser, &page, name, "another long password")
            .await
            .page_with(200);
        assert_eq!(page.heading, heading, "{name}");
    }
    assert_eq!(app.sent(), 2);
}

async fn p6_a_spent_budget_sends_nothing_and_says_so(app: &TestApp) {
    let provider = app.provider(|input| input.daily_budget = "1".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    app.to_code_page(&app.browser(), &sp).await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let alert = page.page().alert;
    assert_eq!(
        alert,
        "No more codes can be sent today. Ask an administrator, or try again tomorrow."
    );
    assert_eq!(app.sent(), 1);
}

/// Nothing can have left: the page says it, *Resend code* works almost at once, and nothing was counted.
async fn p7_a_provider_that_is_down_costs_nothing(app: &TestApp) {
    let provider = app.provider(|input| input.codes_per_hour = "1".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let browser = app.browser();
    let refused = || Err(SendFailure::new(FailureKind::ConnectionRefused));
    answer_next(
        &app.sms,
        vec![refused(), refused(), refused(), refused(), refused(), refused()],
    );
    let (request, mut page) = app.to_code_page(&browser, &sp).await;
    for _ in 0..2 {
        let shown = page.page_with(200);
        assert!(
            shown.alert.contains("could not be reached, so no code was sent"),
            "{}",
            shown.alert
        );
        assert_eq!(shown.status, "");
        let hammering = app.resend(&browser, &page).await.page_with(200);
        assert!(
            hammering.alert.contains("can be sent in 2 seconds"),
            "{}",
            hammering.alert
        );
        app.seconds(2);
        page = app.resend(&browser, &page).await;
    }
    assert_eq!(app.sent(), 7, "each failure is three tries, the last send one");
    assert!(page.page().status.contains("on its way"), "{}", page.body);
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// An answer that never came may have been an SMS: it stays counted, and the code in it is good.
async fn p7_an_answer_that_never_came_stays_counted(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    answer_next(&app.sms, vec![Err(SendFailure::new(FailureKind::TimedOut))]);
    let (request, page) = app.to_code_page(&browser, &sp).await;
    assert!(
        page.page().alert.contains("The code may still arrive"),
        "{}",
        page.page().alert
    );
    let early = app.resend(&browser, &page).await.page_with(200);
    assert!(early.alert.contains("in 30 seconds"), "{}", early.alert);
    assert_eq!(app.sent(), 1, "a second try could send twice");
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn p7_a_provider_that_refuses_is_said(app: &TestApp) {
    let sp = app.two_steps().await;
    for (status, words) in [
        (401, "cannot send for us"),
        (500, "cannot send for us"),
        (400, "did not take a message to your mobile number"),
    ] {
        answer_next(&app.sms, vec![Ok(Answer::new(status, "no"))]);
        let (_, page) = app.to_code_page(&app.browser(), &sp).await;
        assert!(page.page().alert.contains(words), "{status}: {}", page.page().alert);
    }
}

on_both_stores!(
    five_codes_a_sign_in,
    ten_codes_an_hour,
    codes_a_day,
    a_number_has_its_own_limit,
    p6_a_spent_budget_sends_nothing_and_says_so,
    p7_a_provider_that_is_down_costs_nothing,
    p7_an_answer_that_never_came_stays_counted,
    p7_a_provider_that_refuses_is_said,
);
