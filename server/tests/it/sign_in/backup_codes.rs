//! A backup code in the place of the code by SMS: given out once, good once, and a wrong one costs what a wrong code costs.

use identity::sms::FailureKind;
use identity::sms::transport::SendFailure;
use saml::identifier::CONTEXT_REFEDS_MFA;

use crate::browser::{Answer, Browser};
use crate::fake_provider::{answer_next, last_code, wrong_code};
use crate::fake_sp::PostPage;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const WRONG: &str = "ZZZZ-ZZZZ-ZZZZ-ZZZZ";

/// Has ten codes made in the console, and reads them off the page.
async fn generate(app: &TestApp) -> Vec<String> {
    let console = app.console().await;
    let profile = console.open("/console/users/admin/profile").await.page_with(200);
    let page = console.open(profile.link("Generate Backup Codes")).await.page_with(200);
    let answer = console.press(&page.form("Generate"), "Generate").await;
    let page = answer.page_with(200);
    assert!(page.text.contains("never again"), "{}", page.text);
    // Nothing brings them back: neither a reload nor the history.
    let again = console.get(&answer.path).await.page_with(410);
    assert!(again.text.contains("shown once"), "{}", again.text);
    let html = scraper::Html::parse_document(&answer.body);
    let codes = crate::page::all(html.root_element(), ".backup-codes code");
    let codes: Vec<_> = codes.into_iter().map(crate::page::text).collect();
    assert_eq!(codes.len(), 10, "{codes:?}");
    assert!(!again.text.contains(&codes[0]));
    codes
}

async fn ask(browser: &Browser, page: &Answer) -> Answer {
    let form = page.page().form("Use a backup code");
    let asked = browser.press(&form, "Use a backup code").await;
    assert_eq!(asked.page_with(200).heading, "Use a backup code");
    asked
}

async fn type_code(browser: &Browser, page: &Answer, code: &str) -> Answer {
    let form = page.page().form("Authenticate").set("Backup code", code);
    browser.press(&form, "Authenticate").await
}

async fn left(app: &TestApp) -> u64 {
    let profile = identity::users::profile(&app.services, &app.actor(), "admin").await;
    profile.unwrap().backup_codes_left
}

async fn each_passes_the_step_once(app: &TestApp) {
    let sp = app.two_steps().await;
    let codes = generate(app).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let page = ask(&browser, &page).await;
    // As people copy it: small letters, spaces for hyphens, O for 0.
    let typed = codes[3].to_lowercase().replace('-', " ").replace('0', "o");
    let answer = type_code(&browser, &page, &typed).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.name_id.value, "admin");
    assert_eq!(left(app).await, 9);
    let names: Vec<_> = app.outcomes().await.into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(names, ["backup_code", "signed_in"]);

    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let page = ask(&browser, &page).await;
    let again = type_code(&browser, &page, &codes[3]).await.page_with(200);
    assert!(again.alert.contains("wrong, or it was used before"), "{}", again.alert);
    assert_eq!(left(app).await, 9);
}

/// Password and a look-up secret are two factors, as password and a code by SMS are.
async fn the_context_says_two_factors(app: &TestApp) {
    let sp = app.two_steps().await;
    let codes = generate(app).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let page = ask(&browser, &page).await;
    let answer = type_code(&browser, &page, &codes[0]).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.authn_context_class.as_deref(), Some(CONTEXT_REFEDS_MFA));
}

/// Wrong ones of either kind are counted together, in the sign-in and over all sign-ins.
async fn wrong_ones_count_with_wrong_codes(app: &TestApp) {
    let sp = app.two_steps().await;
    let codes = generate(app).await;
    for _ in 0..2 {
        let browser = app.browser();
        let (_, page) = app.to_code_page(&browser, &sp).await;
        let wrong = wrong_code(&app.sms);
        app.code(&browser, &page, &wrong).await;
        app.code(&browser, &page, &wrong).await;
        let page = ask(&browser, &page).await;
        assert!(page.page().text.contains("3 attempts left."), "{}", page.page().text);
        let empty = type_code(&browser, &page, " - ").await.page_with(200);
        assert_eq!(empty.alert, "Type one of your backup codes.");
        type_code(&browser, &page, WRONG).await;
        let last = type_code(&browser, &page, "short").await;
        assert!(
            last.page_with(200).text.contains("1 attempt left."),
            "{}",
            last.page().text
        );
        let ended = type_code(&browser, &page, WRONG).await.page_with(200);
        assert_eq!(ended.heading, "You are not signed in");
        let late = type_code(&browser, &page, &codes[0]).await.page_with(200);
        assert_eq!(late.heading, "You are not signed in");
    }
    // That were ten: the right one waits like any other, and is not used up by waiting.
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let page = ask(&browser, &page).await;
    let waiting = type_code(&browser, &page, &codes[0]).await;
    assert!(
        waiting.page_with(200).alert.ends_with("Try again in 30 seconds."),
        "{}",
        waiting.page().alert
    );
    assert_eq!(left(app).await, 10);
    app.seconds(30);
    let answer = type_code(&browser, &waiting, &codes[0]).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// At the fiftieth wrong one the account is closed for both kinds, until an administrator opens it.
async fn closed_codes_are_opened_by_an_administrator(app: &TestApp) {
    let provider = app
        .provider(|input| {
            input.codes_per_hour = "100".into();
            input.codes_per_day = "100".into();
        })
        .await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let codes = generate(app).await;
    for _ in 0..50 {
        let browser = app.browser();
        let (_, page) = app.to_code_page(&browser, &sp).await;
        let page = ask(&browser, &page).await;
        app.seconds(900);
        type_code(&browser, &page, WRONG).await;
    }
    let closed = async |heading: &str| {
        let browser = app.browser();
        let (_, page) = app.begin(&browser, &sp).await;
        let page = app
            .password(&browser, &page, "admin", identity::testing::ADMIN_PASSWORD)
            .await;
        assert_eq!(page.page_with(200).heading, heading, "{}", page.page().alert);
        page.page().alert
    };
    let alert = closed("You are not signed in").await;
    assert!(alert.contains("An administrator has to open it"), "{alert}");
    let console = app.console().await;
    let profile = console.open("/console/users/admin/profile").await.page_with(200);
    let opened = console
        .press(&profile.form("Open codes"), "Open codes")
        .await
        .page_with(200);
    assert_eq!(opened.status, "The user's codes are open again.");
    assert!(!opened.text.contains("until you open them"), "{}", opened.text);
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let page = ask(&browser, &page).await;
    let answer = type_code(&browser, &page, &codes[9]).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// The two kinds stand beside each other: asking for one does not take the other away.
async fn the_code_by_sms_stays_good(app: &TestApp) {
    let sp = app.two_steps().await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let none = ask(&browser, &page).await;
    assert!(none.page().text.contains("no backup code left"), "{}", none.page().text);
    let back = browser
        .press(&none.page().form("Use the code by SMS"), "Use the code by SMS")
        .await;
    assert_eq!(app.sent(), 1, "nothing is sent by going to and fro");
    let answer = app.code(&browser, &back, &last_code(&app.sms)).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// New ones replace the old ones, revoked ones are gone, and all go with their user.
async fn codes_end(app: &TestApp) {
    let sp = app.two_steps().await;
    let old = generate(app).await;
    let new = generate(app).await;
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let page = ask(&browser, &page).await;
    type_code(&browser, &page, &old[0]).await;
    assert_eq!(left(app).await, 10);
    let console = app.console().await;
    let profile = console.open("/console/users/admin/profile").await.page_with(200);
    let page = console.open(profile.link("Revoke Backup Codes")).await.page_with(200);
    let revoked = console.press(&page.form("Revoke"), "Revoke").await.page_with(200);
    assert!(revoked.status.starts_with("Revoked."), "{}", revoked.status);
    let browser = app.browser();
    let (_, page) = app.to_code_page(&browser, &sp).await;
    let form = page.page().form("Use a backup code");
    let page = browser.press(&form, "Use a backup code").await;
    assert!(page.page().text.contains("no backup code left"), "{}", page.page().text);
    assert_eq!(left(app).await, 0, "{}", new.len());
}

/// The budget is used up, or the provider is down: whoever has backup codes is told that they work.
async fn p6_a_backup_code_is_offered_where_nothing_is_sent(app: &TestApp) {
    let provider = app.provider(|input| input.daily_budget = "1".into()).await;
    app.set_mobile("admin", MOBILE).await;
    let sp = app.sp("Wiki", &[None, Some(provider)], |_| ()).await;
    let down = || Err(SendFailure::new(FailureKind::NameNotFound));
    answer_next(&app.sms, vec![down(), down(), down()]);
    let (_, page) = app.to_code_page(&app.browser(), &sp).await;
    assert!(
        !page.page().alert.contains("backup"),
        "none, none offered: {}",
        page.page().alert
    );
    let codes = generate(app).await;
    app.to_code_page(&app.browser(), &sp).await;
    let browser = app.browser();
    let (request, page) = app.to_code_page(&browser, &sp).await;
    let alert = page.page().alert;
    assert!(
        alert.starts_with("No more codes can be sent today.")
            && alert.ends_with("One of your backup codes works as well."),
        "{alert}"
    );
    let page = ask(&browser, &page).await;
    let answer = type_code(&browser, &page, &codes[5]).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

on_both_stores!(
    each_passes_the_step_once,
    the_context_says_two_factors,
    wrong_ones_count_with_wrong_codes,
    closed_codes_are_opened_by_an_administrator,
    the_code_by_sms_stays_good,
    codes_end,
    p6_a_backup_code_is_offered_where_nothing_is_sent,
);
