//! A configured step is always enforced: what cannot be asked ends the sign-in with a reason and a row.

use domain::flow::Reason;
use entity::counter;
use identity::testing::ADMIN_PASSWORD;
use identity::{identity_providers, users};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

use crate::fake_provider::{last_code, messages};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

/// The password is right; the sign-in ends all the same, and the application is told no more than that.
async fn ends_with(app: &TestApp, sp: &FakeSp, reason: Reason) {
    let browser = app.browser();
    let (request, page) = app.begin(&browser, sp).await;
    let sent = app.sent();
    let ended = app
        .password(&browser, &page, "admin", ADMIN_PASSWORD)
        .await
        .page_with(200);
    assert_eq!(
        (ended.heading.as_str(), ended.alert.as_str()),
        ("You are not signed in", reason.words())
    );
    assert_eq!(app.sent(), sent);
    assert!(browser.cookie("gatehouse_session").is_none());
    assert_eq!(app.outcomes().await.last().unwrap().1, reason.as_str());
    let button = format!("Return to {}", sp.name);
    let answer = PostPage::read(&browser.press(&ended.form(&button), &button).await);
    let (code, sub_code) = sp.status(&answer, &request);
    assert_eq!(
        (code.as_str(), sub_code.as_str()),
        (
            saml::identifier::STATUS_RESPONDER,
            saml::identifier::STATUS_AUTHN_FAILED
        )
    );
    assert_eq!(answer.relay_state.as_deref(), Some("relay"));
}

async fn no_number(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    ends_with(app, &sp, Reason::NoNumber).await;
}

/// The only identity provider, while it is on.
async fn provider(app: &TestApp) -> i64 {
    let (id, _) = identity_providers::choices(&app.services.db).await.unwrap().remove(0);
    id
}

async fn switch(app: &TestApp, id: i64, on: bool) {
    identity_providers::set_enabled(&app.services, &app.actor(), id, on)
        .await
        .unwrap();
}

async fn a_provider_switched_off(app: &TestApp) {
    let sp = app.two_steps().await;
    switch(app, provider(app).await, false).await;
    ends_with(app, &sp, Reason::ProviderDisabled).await;
}

/// The code is right, and its step is closed by now: nobody gets in by it, also not once the step is open again.
async fn a_provider_switched_off_after_the_code_was_sent(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let (code, id) = (last_code(&app.sms), provider(app).await);
    switch(app, id, false).await;
    let ended = app.code(&browser, &page, &code).await.page_with(200);
    assert_eq!(ended.alert, Reason::ProviderDisabled.words());
    switch(app, id, true).await;
    let ended = app.code(&browser, &page, &code).await.page_with(200);
    assert_eq!(ended.alert, Reason::ProviderDisabled.words());
    assert!(browser.cookie("gatehouse_session").is_none());
}

async fn p5_a_country_that_is_not_allowed(app: &TestApp) {
    let provider = app.provider(|input| input.allowed_countries = "GB, US".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    ends_with(app, &sp, Reason::NumberNotAllowed).await;
}

/// After the 50th wrong code none is sent any more, until an administrator opens them.
async fn codes_that_are_closed(app: &TestApp) {
    let sp = app.two_steps().await;
    let admin = users::find_by_username(&app.services.db, "admin")
        .await
        .unwrap()
        .unwrap();
    let far = sp.now() + chrono::Duration::days(36_500);
    let closed = counter::ActiveModel {
        name: Set(format!("codes:{}", admin.id)),
        count: Set(50),
        blocked_until: Set(far),
        expires_at: Set(far),
    };
    closed.insert(&app.services.db).await.unwrap();
    ends_with(app, &sp, Reason::CodesClosed).await;
}

/// The calling code +44 is shared: Jersey is not the United Kingdom.
async fn p5_the_country_counts_not_the_calling_code(app: &TestApp) {
    let provider = app.provider(|input| input.allowed_countries = "GB".into()).await;
    app.set_mobile("admin", "+447797123456").await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    ends_with(app, &sp, Reason::NumberNotAllowed).await;
}

async fn a_code_before_there_is_anybody_to_send_it_to(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[Some(provider), None], |_| ()).await;
    let (_, page) = app.begin(&app.browser(), &sp).await;
    assert_eq!(page.page_with(200).alert, Reason::StepMisconfigured.words());
}

async fn thirty_minutes_are_enough(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    app.seconds(30 * 60);
    let ended = browser.open(&page.path).await.page_with(200);
    assert_eq!(ended.alert, Reason::Expired.words());
    let code = last_code(&app.sms);
    assert_eq!(
        app.code(&browser, &page, &code).await.page_with(200).alert,
        Reason::Expired.words()
    );
    let button = "Return to Travelocity";
    let sent = PostPage::read(&browser.press(&ended.form(button), button).await);
    assert_eq!(sp.status(&sent, &request).1, saml::identifier::STATUS_AUTHN_FAILED);
}

/// Locking ends the sign-in under way, and the session: at once, wherever it stands.
async fn locking_ends_sign_in_and_session(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let plain = app.sp("Plain", &[None], |_| ()).await;
    app.add_user("jane", "another long password").await;
    app.set_mobile("jane", "+94770000001").await;

    let signed_in = app.browser();
    let (_, page) = app.begin(&signed_in, &plain).await;
    app.password(&signed_in, &page, "jane", "another long password").await;
    let under_way = app.browser();
    let (_, page) = app.begin(&under_way, &sp).await;
    let code_page = app.password(&under_way, &page, "jane", "another long password").await;

    users::lock(&app.services, &app.actor(), "jane").await.unwrap();
    let code = crate::fake_provider::last_code(&app.sms);
    let ended = app.code(&under_way, &code_page, &code).await.page_with(200);
    assert_eq!(ended.alert, Reason::AccountChanged.words());
    assert!(under_way.cookie("gatehouse_session").is_none());
    let (_, page) = app.begin(&signed_in, &plain).await;
    assert_eq!(page.page_with(200).heading, "Sign in", "the session is over");
}

/// A new number must not receive what was begun for the old one.
async fn another_number_ends_the_sign_in(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    app.set_mobile("admin", "+94770000009").await;
    app.seconds(30);
    let ended = app.resend(&browser, &page).await.page_with(200);
    assert_eq!(ended.alert, Reason::AccountChanged.words());
    // The old number is told, at a moment of its own; a code is not sent.
    let with_code = |message: &&String| message.contains("verification code is");
    assert_eq!(messages(&app.sms).iter().filter(with_code).count(), 1);
}

on_both_stores!(
    no_number,
    a_provider_switched_off,
    a_provider_switched_off_after_the_code_was_sent,
    p5_a_country_that_is_not_allowed,
    codes_that_are_closed,
    p5_the_country_counts_not_the_calling_code,
    a_code_before_there_is_anybody_to_send_it_to,
    thirty_minutes_are_enough,
    locking_ends_sign_in_and_session,
    another_number_ends_the_sign_in,
);
