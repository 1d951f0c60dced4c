//! *Let users without a number enter one*: where the code goes, what it makes of the number, and what guards it.

use entity::{audit, otp_challenge, user_claim};
use identity::identity_providers;
use identity::sms::FailureKind;
use identity::sms::transport::SendFailure;
use identity::testing::ADMIN_PASSWORD;
use sea_orm::{EntityTrait, PaginatorTrait};

use crate::browser::{Answer, Browser};
use crate::fake_provider::{answer_next, last_code, messages, wrong_code};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const PASSWORD: &str = "another long password";

/// The option is on, and jane has no number.
async fn set_up(app: &TestApp) -> FakeSp {
    let provider = app
        .provider(|input| {
            input.numbers_may_be_entered = true.into();
            input.allowed_countries = "LK".into();
            input.codes_per_hour = "3".into();
        })
        .await;
    app.add_user("jane", PASSWORD).await;
    app.sp("Wiki", &[None, Some(provider)], |_| ()).await
}

async fn to_number_page(app: &TestApp, browser: &Browser, sp: &FakeSp, username: &str) -> (String, Answer) {
    let (request, page) = app.begin(browser, sp).await;
    let page = app.password(browser, &page, username, PASSWORD).await;
    assert_eq!(page.page_with(200).heading, "Enter your mobile number");
    (request, page)
}

async fn enter(browser: &Browser, page: &Answer, number: &str) -> Answer {
    let form = page.page().form("Send code").set("Mobile number", number);
    browser.press(&form, "Send code").await
}

async fn numbers(app: &TestApp) -> Vec<(String, Option<String>)> {
    let rows = user_claim::Entity::find().all(&app.services.db).await.unwrap();
    rows.into_iter().map(|row| (row.value, row.number_kind)).collect()
}

/// The number is the user's when its code is right, and not before.
async fn the_code_makes_it_the_users(app: &TestApp) {
    let sp = set_up(app).await;
    let browser = app.browser();
    let (request, page) = to_number_page(app, &browser, &sp, "jane").await;
    let page = enter(&browser, &page, "+94 77 000 0001").await;
    let shown = page.page_with(200);
    assert_eq!(shown.heading, "Check your phone");
    assert!(
        shown.text.contains("It becomes the number of your account"),
        "{}",
        shown.text
    );
    assert!(messages(&app.sms)[0].contains("94770000001"));
    let challenge = otp_challenge::Entity::find()
        .one(&app.services.db)
        .await
        .unwrap()
        .unwrap();
    let kept = String::from_utf8_lossy(&challenge.number_sealed.unwrap()).into_owned();
    assert!(!kept.contains("770000001"), "it waits sealed");
    let page = app.code(&browser, &page, &wrong_code(&app.sms)).await;
    assert_eq!(numbers(app).await, []);
    // A new code goes to the same number.
    app.seconds(30);
    let page = app.resend(&browser, &page).await;
    assert!(messages(&app.sms)[1].contains("94770000001"));
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.attributes[0].values, ["+94770000001"]);
    assert_eq!(
        numbers(app).await,
        [("+94770000001".to_owned(), Some("mobile".to_owned()))]
    );
    let rows = audit::Entity::find().all(&app.services.db).await.unwrap();
    let row = rows.iter().find(|row| row.action == "enter_number").unwrap();
    assert_eq!((row.actor.as_str(), row.target.as_str()), ("jane", "jane"));
    assert!(
        row.detail.contains("Wiki") && !row.detail.contains("94770000"),
        "{}",
        row.detail
    );
    let changes = row.changes.as_deref().unwrap_or_default();
    assert!(changes.contains("Mobile") && !changes.contains("94770000"), "{changes}");
    // The next time the code is sent at once.
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "jane", PASSWORD).await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
}

async fn a_number_that_gets_no_code_is_refused_in_words(app: &TestApp) {
    let sp = set_up(app).await;
    let browser = app.browser();
    let (_, page) = to_number_page(app, &browser, &sp, "jane").await;
    for (typed, words) in [
        ("", "Type your mobile number, with +"),
        ("0771234567", "no default country is set"),
        ("+94 11 234 5678", "fixed line"),
        ("+94 77", "too short"),
        ("+94 77 123 45x7", "Remove"),
        ("+44 7911 123456", "Codes are not sent to numbers of this country"),
    ] {
        let shown = enter(&browser, &page, typed).await.page_with(200);
        assert_eq!(shown.alert, "No code was sent: this number cannot be used.", "{typed}");
        assert!(shown.text.contains(words), "{typed}: {}", shown.text);
    }
    assert_eq!(app.sent(), 0);
    assert_eq!(otp_challenge::Entity::find().count(&app.services.db).await.unwrap(), 0);
}

/// A reload, the back button and a second tab with another number.
async fn p1_one_number_gets_one_code(app: &TestApp) {
    let sp = set_up(app).await;
    let browser = app.browser();
    let (_, page) = to_number_page(app, &browser, &sp, "jane").await;
    let again = browser.open(&page.path).await;
    assert_eq!(again.page_with(200).heading, "Enter your mobile number");
    enter(&browser, &page, "+94770000001").await;
    let second = enter(&browser, &page, "+94770000002").await.page_with(200);
    assert_eq!(second.heading, "Check your phone");
    assert!(second.text.contains("01. It becomes"), "{}", second.text);
    browser.open(&page.path).await;
    assert_eq!(app.sent(), 1);
}

/// As much as one user gets in an hour, a network gets for numbers that nobody has confirmed.
async fn a_network_has_its_limit(app: &TestApp) {
    let sp = set_up(app).await;
    // What cannot have left is not counted, for the network neither.
    app.add_user("early", PASSWORD).await;
    let browser = app.browser();
    let (_, mut page) = to_number_page(app, &browser, &sp, "early").await;
    for n in 0..5 {
        let refused = || Err(SendFailure::new(FailureKind::AddressRefused));
        answer_next(&app.sms, vec![refused(), refused(), refused()]);
        page = if n == 0 {
            enter(&browser, &page, "+94770000010").await
        } else {
            app.resend(&browser, &page).await
        };
        assert_eq!(page.page_with(200).heading, "Check your phone", "{n}");
        app.seconds(5);
    }
    answer_next(&app.sms, Vec::new());
    let before = app.sent();
    for n in 0..4 {
        let name = format!("user{n}");
        app.add_user(&name, PASSWORD).await;
        let browser = app.browser();
        let (_, page) = to_number_page(app, &browser, &sp, &name).await;
        let shown = enter(&browser, &page, &format!("+9477000000{n}")).await.page_with(200);
        let expected = if n < 3 {
            "Check your phone"
        } else {
            "You are not signed in"
        };
        assert_eq!(shown.heading, expected, "{n}: {}", shown.alert);
    }
    assert_eq!(app.sent() - before, 3);
    let mut elsewhere = app.browser();
    elsewhere.peer = ([198, 51, 100, 7], 40000).into();
    let (_, page) = to_number_page(app, &elsewhere, &sp, "jane").await;
    let shown = enter(&elsewhere, &page, "+94770000009").await.page_with(200);
    assert_eq!(shown.heading, "Check your phone", "strangers stop nobody");
}

/// People share phones, and a refusal would tell whose number it is.
async fn a_number_of_somebody_else_is_taken(app: &TestApp) {
    let sp = set_up(app).await;
    app.set_mobile("admin", MOBILE).await;
    let browser = app.browser();
    let (request, page) = to_number_page(app, &browser, &sp, "jane").await;
    let page = enter(&browser, &page, MOBILE).await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(numbers(app).await.len(), 2);
}

/// An administrator gives a number meanwhile, or another sign-in does: the one that waits is not laid over it.
async fn a_number_that_came_meanwhile_stays(app: &TestApp) {
    let sp = set_up(app).await;
    let (one, two) = (app.browser(), app.browser());
    let (_, first) = to_number_page(app, &one, &sp, "jane").await;
    let (request, second) = to_number_page(app, &two, &sp, "jane").await;
    let first = enter(&one, &first, "+94770000001").await;
    let code = last_code(&app.sms);
    let second = enter(&two, &second, "+94770000002").await;
    let answer = app.code(&two, &second, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    let ended = app.code(&one, &first, &code).await.page_with(200);
    assert!(ended.alert.contains("Your account was changed"), "{}", ended.alert);
    assert_eq!(numbers(app).await[0].0, "+94770000002");
}

/// Off it is not asked, on it is in the audit log, and switched off again it is asked no more.
async fn it_is_off_unless_somebody_switches_it_on(app: &TestApp) {
    let id = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None, Some(id)], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let ended = app
        .password(&browser, &page, "admin", ADMIN_PASSWORD)
        .await
        .page_with(200);
    assert!(ended.alert.contains("has no mobile number"), "{}", ended.alert);

    let console = app.console().await;
    let path = format!("/console/identity-providers/{id}");
    let form = console.open(&path).await.page_with(200).form("Update");
    let label = "Let users without a number enter one";
    assert!(!form.is_ticked(label));
    let saved = console.press(&form.tick(label), "Update").await.page_with(200);
    assert_eq!(saved.status, "Updated.", "{}", saved.alert);
    let rows = audit::Entity::find().all(&app.services.db).await.unwrap();
    assert!(
        rows.last().unwrap().detail.contains(&format!("{label} (on)")),
        "{:?}",
        rows.last()
    );

    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    let page = enter(&browser, &page, MOBILE).await;
    let mut input = identity_providers::input_of(&app.services, &app.actor(), id)
        .await
        .unwrap();
    input.numbers_may_be_entered = false.into();
    identity_providers::update(&app.services, &app.actor(), id, &input)
        .await
        .unwrap();
    let ended = app.code(&browser, &page, &last_code(&app.sms)).await.page_with(200);
    assert!(ended.alert.contains("has no mobile number"), "{}", ended.alert);
    assert_eq!(numbers(app).await, []);
}

on_both_stores!(
    the_code_makes_it_the_users,
    a_number_that_gets_no_code_is_refused_in_words,
    p1_one_number_gets_one_code,
    a_network_has_its_limit,
    a_number_of_somebody_else_is_taken,
    a_number_that_came_meanwhile_stays,
    it_is_off_unless_somebody_switches_it_on,
);
