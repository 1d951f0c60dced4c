//! A step with several authenticators: what is offered, the way back to it, and that going there and back resets nothing.

use domain::flow::Reason;
use domain::input::role::RoleInput;
use domain::input::service_provider::{BASIC, StepRow, StepsInput};
use domain::input::user::UserRolesInput;
use identity::testing::ADMIN_PASSWORD;
use identity::{roles, service_providers, users};

use crate::browser::{Answer, Browser};
use crate::fake_provider::{code_in, last_code, messages, wrong_code};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const CHOOSE: &str = "Choose how to go on";
const ANOTHER: &str = "Choose another way";
const PASSWORD: &str = "another long password";

/// Identity providers of these names, each with an address of its own.
async fn provider(app: &TestApp, name: &str, roles: &[&str]) -> i64 {
    app.provider(|input| {
        input.name = name.into();
        input.sms_url = format!("https://{}.example/send", name.to_lowercase());
        input.roles = roles.iter().map(|role| (*role).to_owned()).collect();
    })
    .await
}

async fn steps(app: &TestApp, sp: &FakeSp, steps: &[&[Option<i64>]]) {
    let stored = service_providers::steps_form(&app.services, &app.actor(), sp.id)
        .await
        .unwrap();
    let named = |one: &Option<i64>| one.map_or(BASIC.to_owned(), |id| id.to_string());
    let input = StepsInput {
        version: stored.input.version,
        steps: steps
            .iter()
            .map(|step| StepRow {
                authenticators: step.iter().map(named).collect(),
                ..StepRow::default()
            })
            .collect(),
        subject_step: "0".into(),
        attributes_step: "0".into(),
        press: String::new(),
    };
    service_providers::save_steps(&app.services, &app.actor(), sp.id, &input)
        .await
        .unwrap();
}

/// A role without permissions, held by these users.
async fn role(app: &TestApp, name: &str, holders: &[&str]) {
    let input = RoleInput {
        name: name.into(),
        ..RoleInput::default()
    };
    let id = roles::create(&app.services, &app.actor(), &input).await.unwrap();
    for username in holders {
        let user = users::get(&app.services, &app.actor(), username).await.unwrap();
        let mut held: Vec<String> = users::role_choices(&app.services, &app.actor(), username)
            .await
            .unwrap()
            .into_iter()
            .filter(|choice| choice.held)
            .map(|choice| choice.id.to_string())
            .collect();
        held.push(id.to_string());
        let input = UserRolesInput {
            version: user.version.to_string(),
            roles: held,
        };
        users::assign_roles(&app.services, &app.actor(), username, &input)
            .await
            .unwrap();
    }
}

async fn press(browser: &Browser, page: &Answer, button: &str) -> Answer {
    browser.press(&page.page().form(button), button).await
}

async fn to_choice(app: &TestApp, browser: &Browser, sp: &FakeSp) -> (String, Answer) {
    let (request, page) = app.begin(browser, sp).await;
    let page = app.password(browser, &page, "admin", ADMIN_PASSWORD).await;
    assert_eq!(page.page_with(200).heading, CHOOSE);
    (request, page)
}

/// Two providers of codes: the second one's code counts, the first one's does not, and wrong ones count for both.
async fn one_goes_back_and_takes_another_way(app: &TestApp) {
    app.set_mobile("admin", MOBILE).await;
    let (one, two) = (provider(app, "One", &[]).await, provider(app, "Two", &[]).await);
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    steps(app, &sp, &[&[None], &[Some(one), Some(two)]]).await;
    let browser = app.browser();
    let (request, page) = to_choice(app, &browser, &sp).await;
    assert_eq!(page.page().scripts, 0);
    assert_eq!(app.sent(), 0, "nothing is sent before somebody has chosen");
    let page = press(&browser, &page, "Code by SMS (One)").await;
    assert_eq!(page.page_with(200).heading, "Check your phone");
    let page = app.code(&browser, &page, &wrong_code(&app.sms)).await;
    assert!(page.page().text.contains("4 attempts left"), "{}", page.page().text);
    let page = press(&browser, &page, ANOTHER).await;
    assert_eq!(page.page_with(200).heading, CHOOSE);
    // A reload stays at the choice.
    assert_eq!(browser.open(&page.path).await.page_with(200).heading, CHOOSE);
    let page = press(&browser, &page, "Code by SMS (Two)").await;
    let shown = page.page_with(200);
    assert!(
        shown.alert.contains("a new code can be sent in 30 seconds"),
        "{}",
        shown.alert
    );
    assert!(
        shown.text.contains("4 attempts left"),
        "nothing starts again: {}",
        shown.text
    );
    assert_eq!(app.sent(), 1);
    // What the first one sent is good for nothing here.
    let page = app.code(&browser, &page, &last_code(&app.sms)).await;
    assert!(page.page().text.contains("3 attempts left"), "{}", page.page().text);
    app.seconds(30);
    let page = app.resend(&browser, &page).await;
    let sent = messages(&app.sms);
    assert!(sent.len() == 2 && sent[1].contains("two.example"), "{sent:?}");
    // There and back again, and every way out is still there.
    let page = press(&browser, &page, "Use a backup code").await;
    let page = press(&browser, &page, ANOTHER).await;
    let page = press(&browser, &page, "Code by SMS (Two)").await;
    assert_eq!(app.sent(), 2, "its code is on its way already");
    let answer = app.code(&browser, &page, &code_in(&sent[1])).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn what_cannot_work_is_shown_with_its_reason(app: &TestApp) {
    let sms = provider(app, "One", &[]).await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    // In the first step nobody is known yet, in the second there is no number.
    steps(app, &sp, &[&[None, Some(sms)], &[Some(sms), None]]).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let shown = page.page_with(200);
    assert_eq!(shown.heading, CHOOSE);
    assert!(
        shown.text.contains("once you have typed your user name"),
        "{}",
        shown.text
    );
    assert!(shown.forms.iter().all(|form| !form.has_button("Code by SMS (One)")));
    let form = shown.form("User name and password").set("option", "1");
    let page = browser.press(&form, "User name and password").await;
    assert_eq!(
        page.page_with(200).heading,
        CHOOSE,
        "what is not offered cannot be chosen"
    );
    let page = press(&browser, &page, "User name and password").await;
    assert_eq!(press(&browser, &page, ANOTHER).await.page().heading, CHOOSE);
    let page = press(&browser, &browser.open(&page.path).await, "User name and password").await;
    let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    // The same authenticator has passed the second step already.
    PostPage::read(&answer);
    let only = provider(app, "Two", &[]).await;
    steps(app, &sp, &[&[None], &[Some(sms), Some(only)]]).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let ended = app
        .password(&browser, &page, "admin", ADMIN_PASSWORD)
        .await
        .page_with(200);
    assert_eq!(
        ended.alert,
        Reason::NoNumber.words(),
        "a configured step is always enforced"
    );
    assert_eq!(app.outcomes().await.last().unwrap().1, "no_number");
    assert_eq!(app.sent(), 0);
}

async fn a_way_for_others_is_not_offered(app: &TestApp) {
    role(app, "sms", &[]).await;
    app.set_mobile("admin", MOBILE).await;
    let (closed, open) = (provider(app, "One", &["sms"]).await, provider(app, "Two", &[]).await);
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    steps(app, &sp, &[&[None], &[Some(closed), Some(open)]]).await;
    let browser = app.browser();
    let (request, page) = to_choice(app, &browser, &sp).await;
    assert!(!page.page().text.contains("(One)"), "{}", page.page().text);
    let form = page.page().form("Code by SMS (Two)").set("option", "0");
    let again = browser.press(&form, "Code by SMS (Two)").await;
    assert_eq!(again.page_with(200).heading, CHOOSE);
    let page = press(&browser, &again, "Code by SMS (Two)").await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn whoever_lacks_the_role_cannot_pass_and_its_holder_can(app: &TestApp) {
    app.add_user("jane", PASSWORD).await;
    app.set_mobile("admin", MOBILE).await;
    app.set_mobile("jane", "+94770000002").await;
    role(app, "sms", &["jane"]).await;
    let id = provider(app, "One", &["sms"]).await;
    let sp = app.sp("Wiki", &[None, Some(id)], |_| ()).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let ended = app
        .password(&browser, &page, "admin", ADMIN_PASSWORD)
        .await
        .page_with(200);
    assert_eq!(ended.alert, Reason::RoleMissing.words());
    assert_eq!(app.outcomes().await, [("admin".to_owned(), "role_missing".to_owned())]);
    assert_eq!(app.sent(), 0);
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "jane", PASSWORD).await;
    let answer = app.code(&browser, &page, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    // Taken away between the code and its typing.
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let page = app.password(&browser, &page, "jane", PASSWORD).await;
    let user = users::get(&app.services, &app.actor(), "jane").await.unwrap();
    let none = UserRolesInput {
        version: user.version.to_string(),
        roles: Vec::new(),
    };
    users::assign_roles(&app.services, &app.actor(), "jane", &none)
        .await
        .unwrap();
    let ended = app.code(&browser, &page, &last_code(&app.sms)).await.page_with(200);
    assert_eq!(ended.alert, Reason::RoleMissing.words());
}

on_both_stores!(
    one_goes_back_and_takes_another_way,
    what_cannot_work_is_shown_with_its_reason,
    a_way_for_others_is_not_offered,
    whoever_lacks_the_role_cannot_pass_and_its_holder_can,
);
