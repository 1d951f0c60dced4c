//! Each setting of the code policy, at another value than its default, as the person signing in meets it.

use crate::fake_provider::{last_code, messages, wrong_code};
use crate::fake_sp::FakeSp;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

async fn set_up(app: &TestApp) -> FakeSp {
    let provider = app
        .provider(|input| {
            input.code_length = "8".into();
            input.code_lifetime = "2".into();
            input.wrong_codes_allowed = "2".into();
            input.resend_wait = "10".into();
            input.codes_per_sign_in = "2".into();
        })
        .await;
    app.set_mobile("admin", MOBILE).await;
    app.sp("Wiki", &[None, Some(provider)], |_| ()).await
}

async fn length_and_lifetime(app: &TestApp) {
    let sp = set_up(app).await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let code = last_code(&app.sms);
    assert!(
        code.len() == 8 && code.bytes().all(|b| b.is_ascii_digit()),
        "{} characters",
        code.len()
    );
    assert!(messages(&app.sms)[0].contains("expires in 2 minutes"));
    assert!(
        page.page().text.contains("Valid for 2 minutes, 2 attempts left."),
        "{}",
        page.page().text
    );
    app.seconds(120);
    let expired = app.code(&browser, &page, &code).await.page_with(200);
    assert!(expired.alert.contains("has expired"), "{}", expired.alert);
}

async fn wrong_codes_allowed(app: &TestApp) {
    let sp = set_up(app).await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let wrong = wrong_code(&app.sms);
    let first = app.code(&browser, &page, &wrong).await.page_with(200);
    assert!(first.text.contains("1 attempt left."), "{}", first.text);
    let second = app.code(&browser, &page, &wrong).await.page_with(200);
    assert_eq!(second.heading, "You are not signed in");
}

async fn resend_wait_and_codes_per_sign_in(app: &TestApp) {
    let sp = set_up(app).await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    app.seconds(9);
    let early = app.resend(&browser, &page).await.page_with(200);
    assert_eq!(early.alert, "Nothing was sent: a new code can be sent in 1 second.");
    app.seconds(1);
    let sent = app.resend(&browser, &page).await.page_with(200);
    assert!(sent.status.contains("on its way"), "{}", sent.alert);
    app.seconds(20);
    let more = app.resend(&browser, &page).await.page_with(200);
    assert!(more.alert.starts_with("No more codes can be sent"), "{}", more.alert);
    assert_eq!(app.sent(), 2);
}

on_both_stores!(
    length_and_lifetime,
    wrong_codes_allowed,
    resend_wait_and_codes_per_sign_in
);
