//! The step with user name and password: until it is right, nothing tells wrong, unknown and waiting names apart.

use domain::input::user::PasswordInput;
use identity::testing::ADMIN_PASSWORD;
use identity::users;

use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

const PASSWORD: &str = "another long password";

async fn wrong_and_unknown_read_alike(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let mut seen = Vec::new();
    for username in ["admin", "nobody"] {
        let browser = app.browser();
        let (_, page) = app.begin(&browser, &sp).await;
        let answer = app.password(&browser, &page, username, "wrong password").await;
        let page = answer.page_with(200);
        let form = page.form("Sign In");
        assert_eq!(form.field("Username").value, username, "what was typed stays");
        assert_eq!(form.field("Password").value, "", "a password never comes back");
        assert!(page.alert.contains("wrong"), "{}", page.alert);
        seen.push((answer.status, page.heading.clone(), page.alert, page.text));
    }
    assert_eq!(seen[0], seen[1]);
    let outcomes = app.outcomes().await;
    assert_eq!(
        outcomes,
        [
            ("admin".into(), "wrong_password".into()),
            (String::new(), "wrong_password".into())
        ],
        "what was typed as an unknown name may be a password"
    );
}

async fn nothing_typed_is_said(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    for (username, password) in [("", "x"), ("admin", ""), ("  ", "")] {
        let page = app.password(&browser, &page, username, password).await.page_with(200);
        assert_eq!(page.alert, "Type your user name and your password.");
    }
    assert_eq!(app.outcomes().await, []);
}

async fn from_the_fifth_wrong_one_there_is_a_wait(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    for username in ["admin", "nobody"] {
        let browser = app.browser();
        let (_, page) = app.begin(&browser, &sp).await;
        for _ in 0..5 {
            let page = app.password(&browser, &page, username, "wrong").await.page_with(200);
            assert!(page.alert.contains("wrong. Check both"), "{username}: {}", page.alert);
        }
        let waiting = app
            .password(&browser, &page, username, ADMIN_PASSWORD)
            .await
            .page_with(200);
        assert_eq!(
            waiting.alert, "Too many wrong passwords were typed. Try again in 1 second.",
            "{username}"
        );
    }
    // From another network the same name is free: strangers lock nobody out.
    let mut elsewhere = app.browser();
    elsewhere.peer = "198.51.100.7:1".parse().unwrap();
    let (request, page) = app.begin(&elsewhere, &sp).await;
    let answer = app.password(&elsewhere, &page, "admin", ADMIN_PASSWORD).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn locked_is_told_to_whoever_knows_the_password_only(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    app.add_user("jane", PASSWORD).await;
    users::lock(&app.services, &app.actor(), "jane").await.unwrap();
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let wrong = app
        .password(&browser, &page, "jane", "wrong password")
        .await
        .page_with(200);
    assert!(
        wrong.alert.contains("user name or the password is wrong"),
        "{}",
        wrong.alert
    );
    let locked = app.password(&browser, &page, "jane", PASSWORD).await.page_with(200);
    assert_eq!(locked.heading, "You are not signed in");
    assert!(locked.alert.contains("locked"), "{}", locked.alert);
    assert!(browser.cookie("gatehouse_session").is_none());
    assert_eq!(
        app.outcomes().await.last().unwrap(),
        &("jane".to_owned(), "locked".to_owned())
    );
}

/// A password of megabytes is no reason to hash megabytes, nor to fall over.
async fn monstrous_input_is_just_wrong(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    for (username, password) in [
        ("a".repeat(50_000), "b".repeat(50_000)),
        ("\u{202e}nimda".into(), "🔑".repeat(200)),
    ] {
        let page = app.password(&browser, &page, &username, &password).await.page_with(200);
        assert!(page.alert.contains("wrong"), "{}", page.alert);
    }
}

async fn a_password_changed_by_another_ends_the_sign_in(app: &TestApp) {
    let provider = app.provider(|_| ()).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    app.add_user("jane", PASSWORD).await;
    app.set_mobile("jane", "+94770000001").await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "jane", PASSWORD).await;
    assert_eq!(page.page().heading, "Check your phone");
    let input = PasswordInput {
        new_password: "a third long password".into(),
        confirm_password: "a third long password".into(),
    };
    users::set_password(&app.services, &app.actor(), "jane", &input)
        .await
        .unwrap();
    let ended = app
        .code(&browser, &page, &crate::fake_provider::last_code(&app.sms))
        .await
        .page_with(200);
    assert!(
        ended
            .alert
            .contains("Your account was changed or locked, or your sessions were ended, during this sign-in."),
        "{}",
        ended.alert
    );
    assert!(browser.cookie("gatehouse_session").is_none());
}

on_both_stores!(
    wrong_and_unknown_read_alike,
    nothing_typed_is_said,
    from_the_fifth_wrong_one_there_is_a_wait,
    locked_is_told_to_whoever_knows_the_password_only,
    monstrous_input_is_just_wrong,
    a_password_changed_by_another_ends_the_sign_in,
);
