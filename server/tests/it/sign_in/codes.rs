//! Codes: wrong, expired, sent again, used once.

use crate::fake_provider::{codes, last_code, wrong_code};
use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn a_wrong_code_may_be_corrected(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let wrong = app.code(&browser, &page, &wrong_code(&app.sms)).await;
    let shown = wrong.page_with(200);
    assert!(shown.alert.contains("This code is wrong"), "{}", shown.alert);
    assert!(shown.text.contains("4 attempts left."), "{}", shown.text);
    // As it stands in the message, or as people copy it.
    let code = last_code(&app.sms);
    let spaced = format!(" {} {}-{} ", &code[..2], &code[2..4], &code[4..]);
    let answer = app.code(&browser, &wrong, &spaced).await;
    assert_eq!(
        sp.accept(&PostPage::read(&answer), &request).unwrap().name_id.value,
        "admin"
    );
}

async fn no_code_typed_costs_no_attempt(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let shown = app.code(&browser, &page, "  ").await.page_with(200);
    assert_eq!(shown.alert, "Type the code from the message.");
    assert!(shown.text.contains("5 attempts left."), "{}", shown.text);
}

async fn five_wrong_codes_end_the_sign_in(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let wrong = wrong_code(&app.sms);
    for left in (1..5).rev() {
        let page = app.code(&browser, &page, &wrong).await.page_with(200);
        assert!(page.text.contains(&format!("{left} attempt")), "{}", page.text);
    }
    let ended = app.code(&browser, &page, &wrong).await.page_with(200);
    assert!(ended.alert.contains("Too many wrong codes"), "{}", ended.alert);
    // The form is still in the other tab: the right code comes too late.
    let late = app.code(&browser, &page, &last_code(&app.sms)).await.page_with(200);
    assert_eq!(late.heading, "You are not signed in");
    assert!(browser.cookie("gatehouse_session").is_none());

    let sent = PostPage::read(
        &browser
            .press(&late.form("Return to Travelocity"), "Return to Travelocity")
            .await,
    );
    let (code, sub_code) = sp.status(&sent, &request);
    assert_eq!(code, saml::identifier::STATUS_RESPONDER);
    assert_eq!(sub_code, saml::identifier::STATUS_AUTHN_FAILED);
    assert_eq!(
        app.outcomes().await,
        [("admin".to_owned(), "too_many_wrong_codes".to_owned())]
    );
}

async fn p3_resending_resets_no_attempts(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, mut page) = app.to_code_page(&browser, &sp).await;
    let wrong = wrong_code(&app.sms);
    for _ in 0..3 {
        page = app.code(&browser, &page, &wrong).await;
    }
    app.seconds(30);
    page = app.resend(&browser, &page).await;
    assert!(
        page.page_with(200).text.contains("2 attempts left."),
        "{}",
        page.page().text
    );
}

async fn an_expired_code_is_called_expired(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    assert!(page.page().text.contains("Valid for 5 minutes, 5 attempts left."));
    app.seconds(300);
    let expired = app.code(&browser, &page, &last_code(&app.sms)).await;
    let shown = expired.page_with(200);
    assert!(
        shown.alert.contains("has expired. Press Resend code"),
        "{}",
        shown.alert
    );
    let again = app.resend(&browser, &expired).await;
    let answer = app.code(&browser, &again, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn p2_resend_waits_and_says_how_long(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    for (wait, next) in [(30, "60 seconds"), (60, "120 seconds"), (120, "240 seconds")] {
        app.seconds(wait - 12);
        let early = app.resend(&browser, &page).await.page_with(200);
        assert_eq!(early.alert, "Nothing was sent: a new code can be sent in 12 seconds.");
        app.seconds(12);
        let sent = app.sent();
        let done = app.resend(&browser, &page).await.page_with(200);
        assert!(
            done.status
                .starts_with("A new code is on its way. Earlier codes stay good"),
            "{}",
            done.status
        );
        assert_eq!(app.sent(), sent + 1);
        let early = app.resend(&browser, &page).await.page_with(200);
        assert!(early.alert.ends_with(&format!("in {next}.")), "{}", early.alert);
    }
}

async fn p2_earlier_codes_stay_good_until_one_is_used(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    app.seconds(30);
    let page = app.resend(&browser, &page).await;
    let [first, second] = codes(&app.sms).try_into().unwrap();
    assert_ne!(first, second);
    let answer = app.code(&browser, &page, &first).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    // The flow is done: neither code opens it a second time, and the request is answered once.
    for code in [first, second] {
        let again = app.code(&browser, &page, &code).await;
        assert_eq!(again.status, 400, "{}", again.body);
    }
    assert_eq!(app.outcomes().await.len(), 1);
}

async fn a_code_belongs_to_its_own_sign_in(app: &TestApp) {
    let sp = app.two_steps().await;
    let (one, two) = (app.browser(), app.browser());
    let (_, _) = app.to_code_page(&one, &sp).await;
    let code = last_code(&app.sms);
    let (_, page) = app.to_code_page(&two, &sp).await;
    assert_ne!(code, last_code(&app.sms));
    let shown = app.code(&two, &page, &code).await.page_with(200);
    assert!(shown.alert.contains("This code is wrong"), "{}", shown.alert);
}

async fn wrong_codes_count_over_all_sign_ins(app: &TestApp) {
    let sp = app.two_steps().await;
    for sign_in in 0..2 {
        let browser = app.browser();
        let (_, page) = app.to_code_page(&browser, &sp).await;
        let wrong = wrong_code(&app.sms);
        for n in 0..5 {
            let page = app.code(&browser, &page, &wrong).await.page_with(200);
            assert!(
                !page.alert.contains("for this account"),
                "{sign_in} {n}: {}",
                page.alert
            );
        }
    }
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let waiting = app.code(&browser, &page, &last_code(&app.sms)).await;
    let alert = waiting.page_with(200).alert;
    assert_eq!(
        alert,
        "Too many wrong codes were typed for this account. Try again in 30 seconds."
    );
    app.seconds(30);
    let answer = app.code(&browser, &waiting, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn letters_may_be_typed_small(app: &TestApp) {
    let provider = app
        .provider(|input| {
            input.code_characters = "letters_and_digits".into();
            input.code_length = "10".into();
        })
        .await;
    app.set_mobile("admin", crate::harness::MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let answer = app.code(&browser, &page, &last_code(&app.sms).to_lowercase()).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

on_both_stores!(
    a_wrong_code_may_be_corrected,
    no_code_typed_costs_no_attempt,
    five_wrong_codes_end_the_sign_in,
    p3_resending_resets_no_attempts,
    an_expired_code_is_called_expired,
    p2_resend_waits_and_says_how_long,
    p2_earlier_codes_stay_good_until_one_is_used,
    a_code_belongs_to_its_own_sign_in,
    wrong_codes_count_over_all_sign_ins,
    letters_may_be_typed_small,
);
