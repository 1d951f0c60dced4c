//! Numbers that change: the old one is told, and the profile says what kind of number there is.

use std::time::Duration;

use entity::sms_delivery;
use identity::testing::ADMIN_PASSWORD;
use sea_orm::EntityTrait;

use crate::fake_provider::{answer_next, last_code, messages};
use crate::fake_sp::PostPage;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;
use identity::sms::transport::Answer;

const OTHER: &str = "+94770000009";
const TEXT: &str = "The mobile number of your account was changed.";

/// The deliveries that are over, once there are so many: a changed number is told without anybody waiting for it.
async fn deliveries(app: &TestApp, count: usize) -> Vec<sms_delivery::Model> {
    for _ in 0..200 {
        let rows = sms_delivery::Entity::find().all(&app.services.db).await.unwrap();
        if rows.len() >= count && rows.iter().all(|row| row.outcome != "open") {
            return rows;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("there are no {count} deliveries")
}

async fn the_old_number_is_told(app: &TestApp) {
    let id = app.provider(|input| input.daily_budget = "5".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(id)], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let code = last_code(&app.sms);
    app.set_mobile("admin", OTHER).await;
    let rows = deliveries(app, 2).await;
    assert_eq!(
        (rows[1].purpose.as_str(), rows[1].outcome.as_str()),
        ("number_changed", "sent")
    );
    let told = messages(&app.sms).pop().unwrap();
    assert!(told.contains(TEXT) && told.contains(&MOBILE[1..]), "{told}");
    assert!(!told.contains(&OTHER[1..]) && !told.contains(&code), "{told}");
    // The sign-in under way was for the old number.
    let ended = app.code(&browser, &page, &code).await.page_with(200);
    assert!(ended.alert.contains("Your account was changed"), "{}", ended.alert);
    // It counts, and stands in SMS Deliveries under its own name.
    let console = app.console().await;
    let page = console
        .open(&format!("/console/identity-providers/{id}"))
        .await
        .page_with(200);
    assert!(page.text.contains("2 in the day that runs now"), "{}", page.text);
    let page = console.open("/console/deliveries").await.page_with(200);
    assert!(page.text.contains("number changed"), "{}", page.text);
    // Taking it away is a change as well.
    app.set_mobile("admin", "").await;
    let rows = deliveries(app, 3).await;
    assert_eq!(rows[2].purpose, "number_changed");
    assert!(messages(&app.sms).pop().unwrap().contains(&OTHER[1..]));
}

async fn a_number_that_changes_all_the_time_is_told_three_times_an_hour(app: &TestApp) {
    app.provider(|_| ()).await;
    for n in 0..6 {
        app.set_mobile("admin", if n % 2 == 0 { MOBILE } else { OTHER }).await;
    }
    deliveries(app, 3).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(app.sent(), 3);
}

/// The identity provider that reached the user last is asked first; one that cannot send it does not hold up the change.
async fn whoever_can_send_it_does(app: &TestApp) {
    let named = |name: &'static str| {
        move |input: &mut domain::input::identity_provider::IdentityProviderInput| {
            input.name = name.into();
        }
    };
    app.provider(named("A")).await;
    let last = app.provider(named("B")).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(last)], |_| ()).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    answer_next(&app.sms, vec![Ok(Answer::new(401, "no"))]);
    app.set_mobile("admin", OTHER).await;
    let rows = deliveries(app, 3).await;
    let asked: Vec<_> = rows[1..].iter().map(|row| row.identity_provider.as_str()).collect();
    assert_eq!(asked, ["B", "A"], "refused by the first, sent by the other");
}

/// A request that carries a code and no text would send a code that is none.
async fn where_no_text_fits_nothing_is_sent(app: &TestApp) {
    app.provider(|input| input.http_payload = r#"{"to":"&num","code":"&otp"}"#.into())
        .await;
    app.set_mobile("admin", MOBILE).await;
    app.set_mobile("admin", OTHER).await;
    app.provider(|input| {
        input.name = "Later".into();
        input.allowed_countries = "GB".into();
    })
    .await;
    app.set_mobile("admin", MOBILE).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(app.sent(), 0);
}

async fn the_profile_tells_the_kind(app: &TestApp) {
    for (number, words) in [
        (MOBILE, "Kind: mobile."),
        ("+1 212 555 0123", "Kind: unknown; its number plan does not tell"),
    ] {
        app.set_mobile("admin", number).await;
        let console = app.console_as("admin", ADMIN_PASSWORD).await;
        let page = console.open("/console/users/admin/profile").await.page_with(200);
        assert!(page.text.contains(words), "{number}: {}", page.text);
    }
}

on_both_stores!(
    the_old_number_is_told,
    a_number_that_changes_all_the_time_is_told_three_times_an_hour,
    whoever_can_send_it_does,
    where_no_text_fits_nothing_is_sent,
    the_profile_tells_the_kind,
);
