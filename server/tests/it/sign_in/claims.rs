//! Mandatory claims: asked for when all steps are passed, kept in the profile, and never a way to become somebody else.

use domain::claim;
use domain::flow::Reason;
use domain::input::claim::ClaimInput;
use domain::input::service_provider::ClaimRow;
use entity::{audit, user_claim};
use identity::testing::ADMIN_PASSWORD;
use identity::{claims, service_providers, users};
use saml::identifier::{NAMEID_EMAIL, STATUS_AUTHN_FAILED, STATUS_NO_PASSIVE};
use sea_orm::EntityTrait;

use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const PASSWORD: &str = "another long password";
const DEPARTMENT: &str = "http://wso2.org/claims/department";
const ASKED: &str = "Complete your profile";

/// The service provider demands these claims and nothing else.
async fn demand(app: &TestApp, sp: &FakeSp, uris: &[&str]) {
    let view = service_providers::get(&app.services, &app.actor(), sp.id)
        .await
        .unwrap();
    let mut page = view.input;
    page.claims = uris
        .iter()
        .map(|uri| ClaimRow {
            local: (*uri).to_owned(),
            mandatory: true.into(),
            ..ClaimRow::default()
        })
        .collect();
    service_providers::update(&app.services, &app.actor(), sp.id, &page)
        .await
        .unwrap();
}

/// *Wiki* asks for a password and demands these of jane, who has no claim at all.
async fn wiki(app: &TestApp, uris: &[&str]) -> FakeSp {
    app.add_user("jane", PASSWORD).await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    demand(app, &sp, uris).await;
    sp
}

async fn to_claims(app: &TestApp, browser: &Browser, sp: &FakeSp) -> (String, Answer) {
    let (request, page) = app.begin(browser, sp).await;
    let page = app.password(browser, &page, "jane", PASSWORD).await;
    assert_eq!(page.page_with(200).heading, ASKED);
    (request, page)
}

async fn give(browser: &Browser, page: &Answer, values: &[(&str, &str)]) -> Answer {
    let mut form = page.page().form("Save and continue");
    for (label, value) in values {
        form = form.set(label, value);
    }
    browser.press(&form, "Save and continue").await
}

/// What is stored of jane, by the last parts of the URIs.
async fn stored(app: &TestApp) -> Vec<(String, String)> {
    let rows = user_claim::Entity::find().all(&app.services.db).await.unwrap();
    let mut rows: Vec<_> = rows
        .into_iter()
        .map(|row| (claim::short_name(&row.claim_uri).to_owned(), row.value))
        .collect();
    rows.sort();
    rows
}

fn pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

async fn what_is_missing_is_asked_for_once_and_kept(app: &TestApp) {
    let sp = wiki(app, &[claim::EMAIL, DEPARTMENT]).await;
    let browser = app.browser();
    let (request, page) = to_claims(app, &browser, &sp).await;
    let shown = page.page();
    assert!(
        shown.scripts == 0 && shown.text.contains("Wiki needs this of everybody"),
        "{}",
        shown.text
    );
    assert!(browser.cookie("gatehouse_session").is_none(), "nobody is signed in yet");
    let given = [("Email", " jane@example.org "), ("Department", "R&D <b>")];
    let answer = give(&browser, &page, &given).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    let values: Vec<_> = accepted.attributes.iter().map(|one| one.values[0].as_str()).collect();
    assert_eq!(values, ["jane@example.org", "R&D <b>"]);
    assert_eq!(
        stored(app).await,
        [pair("department", "R&D <b>"), pair("emailaddress", "jane@example.org")]
    );
    let rows = audit::Entity::find().all(&app.services.db).await.unwrap();
    let row = rows.iter().find(|row| row.action == "enter_claims").unwrap();
    assert_eq!((row.actor.as_str(), row.target.as_str()), ("jane", "jane"));
    assert_eq!(row.detail, "Email, Department, signing in to Wiki");
    let changes = row.changes.as_deref().unwrap_or_default();
    assert!(
        changes.contains("jane@example.org") && changes.contains("R&D <b>"),
        "{changes}"
    );
    // In the same session and in a new one nothing is asked any more.
    let (request, answer) = app.begin(&browser, &sp).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let answer = app.password(&browser, &page, "jane", PASSWORD).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

async fn the_profile_s_rules_hold(app: &TestApp) {
    let sp = wiki(app, &[claim::EMAIL, DEPARTMENT]).await;
    let known = claims::get(&app.services, &app.actor(), DEPARTMENT)
        .await
        .unwrap()
        .claim;
    let pattern = ClaimInput {
        label: known.label,
        attribute: known.attribute,
        pattern: "[A-Z]{2}".into(),
        ..ClaimInput::default()
    };
    claims::update(&app.services, &app.actor(), DEPARTMENT, &pattern)
        .await
        .unwrap();
    app.set_claim("admin", "emailaddress", "boss@example.org").await;
    let before = stored(app).await;
    let browser = app.browser();
    let (_, page) = to_claims(app, &browser, &sp).await;
    let long = "x".repeat(1025);
    for (email, department, wrong, words) in [
        ("jane@example.org", "", "Department", "is missing"),
        ("  ", "AB", "Email", "is missing"),
        ("jane@example.org", "abc", "Department", "does not have the form"),
        (long.as_str(), "AB", "Email", "too long"),
        ("a\u{7}b", "AB", "Email", "control character"),
        // Applications would take jane for somebody else.
        ("BOSS@example.org", "AB", "Email", "cannot be used"),
    ] {
        let again = give(&browser, &page, &[("Email", email), ("Department", department)]).await;
        let shown = again.page_with(200);
        assert_eq!(shown.heading, ASKED);
        assert!(
            shown.alert.starts_with("Nothing was saved"),
            "{email:?}: {}",
            shown.alert
        );
        let form = shown.form("Save and continue");
        let error = form.field(wrong).error.clone().unwrap_or_default();
        assert!(error.contains(words), "{email:?} {department:?}: {error:?}");
        assert_eq!(form.field("Department").value, department, "what was typed stays");
    }
    assert_eq!(stored(app).await, before);
    assert!(browser.cookie("gatehouse_session").is_none());
}

/// The steps are satisfied by a live session: what is missing is asked for all the same, unless nothing may be asked.
async fn a_live_session_is_led_to_the_page(app: &TestApp) {
    app.add_user("jane", PASSWORD).await;
    let plain = app.sp("Plain", &[None], |_| ()).await;
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    demand(app, &plain, &[]).await;
    demand(app, &sp, &[DEPARTMENT]).await;
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &plain).await;
    let answer = app.password(&browser, &page, "jane", PASSWORD).await;
    let first = plain.accept(&PostPage::read(&answer), &request).unwrap();
    app.seconds(60);
    let mut passive = sp.request();
    passive.is_passive = true;
    let answer = browser.open(&sp.redirect(&passive, None)).await;
    let (_, code) = sp.status(&PostPage::read(&answer), &passive.id);
    assert_eq!(code, STATUS_NO_PASSIVE);
    let (request, page) = app.begin(&browser, &sp).await;
    assert_eq!(page.page_with(200).heading, ASKED);
    // The session ends meanwhile: what it had satisfied does not count any more.
    let other = app.browser();
    let (_, again) = app.begin(&other, &sp).await;
    assert_eq!(again.page_with(200).heading, "Sign in");
    let answer = give(&browser, &page, &[("Department", "IT")]).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.authn_instant, first.authn_instant, "nothing else was asked");
}

async fn a_session_that_ends_takes_the_page_along(app: &TestApp) {
    let sp = wiki(app, &[DEPARTMENT]).await;
    let plain = app.sp("Plain", &[None], |_| ()).await;
    demand(app, &plain, &[]).await;
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &plain).await;
    let answer = app.password(&browser, &page, "jane", PASSWORD).await;
    plain.accept(&PostPage::read(&answer), &request).unwrap();
    let (_, page) = app.begin(&browser, &sp).await;
    assert_eq!(page.page_with(200).heading, ASKED);
    app.seconds(16 * 60);
    let again = give(&browser, &page, &[("Department", "IT")]).await;
    assert_eq!(again.page_with(200).heading, "Sign in");
    assert_eq!(stored(app).await, []);
    let again = browser.open(&page.path).await;
    assert_eq!(again.page_with(200).heading, "Sign in");
}

async fn whoever_leaves_is_not_signed_in(app: &TestApp) {
    let sp = wiki(app, &[DEPARTMENT]).await;
    let browser = app.browser();
    let (request, page) = to_claims(app, &browser, &sp).await;
    let form = page.page().form("Return to Wiki");
    let answer = PostPage::read(&browser.press(&form, "Return to Wiki").await);
    assert_eq!(sp.status(&answer, &request).1, STATUS_AUTHN_FAILED);
    assert_eq!(app.outcomes().await, [pair("jane", "cancelled")]);
    assert!(stored(app).await.is_empty() && browser.cookie("gatehouse_session").is_none());
}

/// What decides where codes go and who somebody is stays an administrator's to give.
async fn what_is_sensitive_ends_the_sign_in(app: &TestApp) {
    app.add_user("jane", PASSWORD).await;
    let by_address = app
        .sp("Mail", &[None], |saml| saml.name_id_format = NAMEID_EMAIL.into())
        .await;
    demand(app, &by_address, &[]).await;
    let by_department = app.sp("Intranet", &[None], |_| ()).await;
    let mut page = service_providers::get(&app.services, &app.actor(), by_department.id)
        .await
        .unwrap()
        .input;
    page.subject_claim = DEPARTMENT.into();
    page.claims.clear();
    service_providers::update(&app.services, &app.actor(), by_department.id, &page)
        .await
        .unwrap();
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    for (uri, name) in [
        (claim::MOBILE, "Mobile"),
        // Codes may go there one day, although no identity provider says so yet.
        (claim::TELEPHONE, "Telephone"),
        (claim::EMAIL, "Email"),
        (DEPARTMENT, "Department"),
    ] {
        demand(app, &sp, &["http://wso2.org/claims/im", uri]).await;
        let browser = app.browser();
        let (request, page) = app.begin(&browser, &sp).await;
        let ended = app.password(&browser, &page, "jane", PASSWORD).await;
        let shown = ended.page_with(200);
        assert_eq!(shown.alert, Reason::ClaimMissing.words(), "{name}");
        assert!(shown.text.contains(&format!("Missing: {name}.")), "{}", shown.text);
        assert_eq!(app.outcomes().await.last().unwrap(), &pair("jane", "claim_missing"));
        let form = shown.form("Return to Wiki");
        let answer = PostPage::read(&browser.press(&form, "Return to Wiki").await);
        assert_eq!(sp.status(&answer, &request).1, STATUS_AUTHN_FAILED);
    }
    assert_eq!(stored(app).await, []);
    // With the roles alone nothing is missing: none is an answer too.
    demand(app, &sp, &[claim::ROLE, claim::USERNAME]).await;
    let browser = app.browser();
    let (request, page) = app.begin(&browser, &sp).await;
    let answer = app.password(&browser, &page, "jane", PASSWORD).await;
    sp.accept(&PostPage::read(&answer), &request).unwrap();
}

/// Fields that the page does not have, and a page that is not there yet.
async fn only_what_is_asked_for_is_taken(app: &TestApp) {
    let sp = wiki(app, &[DEPARTMENT]).await;
    let browser = app.browser();
    let (_, page) = app.begin(&browser, &sp).await;
    let flow = page.page().form("Sign In").field("flow").value.clone();
    let crafted = [
        pair("flow", &flow),
        pair("claims[department]", "IT"),
        pair("claims[mobile]", MOBILE),
        pair("claims[emailaddress]", "boss@example.org"),
        pair("claims[username]", "admin"),
        pair("claims[http://wso2.org/claims/mobile]", MOBILE),
    ];
    let early = browser.post("/api/login/claims", &crafted).await;
    let early = browser.follow(early).await;
    assert_eq!(early.page_with(200).heading, "Sign in");
    app.password(&browser, &page, "jane", PASSWORD).await;
    let stranger = app.browser();
    let refused = stranger.post("/api/login/claims", &crafted).await;
    assert_ne!(refused.status.as_u16(), 200);
    assert_eq!(stored(app).await, [], "another browser's cookie is not this flow's");
    browser.post("/api/login/claims", &crafted).await;
    assert_eq!(stored(app).await, [pair("department", "IT")]);
    // Late: the sign-in is over.
    let mut late = crafted.to_vec();
    late[1].1 = "HR".to_owned();
    browser.post("/api/login/claims", &late).await;
    assert_eq!(stored(app).await, [pair("department", "IT")]);
}

/// An administrator, or another tab, was faster: that value stays, and the sign-in goes on.
async fn a_value_that_came_meanwhile_stays(app: &TestApp) {
    let sp = wiki(app, &[DEPARTMENT]).await;
    let (one, two) = (app.browser(), app.browser());
    let (request, first) = to_claims(app, &one, &sp).await;
    let (other_request, second) = to_claims(app, &two, &sp).await;
    app.set_claim("jane", "department", "Given").await;
    let answer = give(&one, &first, &[("Department", "Typed")]).await;
    let accepted = sp.accept(&PostPage::read(&answer), &request).unwrap();
    assert_eq!(accepted.attributes[0].values, ["Given"]);
    let answer = two.open(&second.path).await;
    let accepted = sp.accept(&PostPage::read(&answer), &other_request).unwrap();
    assert_eq!(accepted.attributes[0].values, ["Given"], "a reload is enough");
    assert_eq!(stored(app).await, [pair("department", "Given")]);
}

async fn whoever_is_locked_meanwhile_gives_nothing(app: &TestApp) {
    let sp = wiki(app, &[DEPARTMENT]).await;
    let browser = app.browser();
    let (_, page) = to_claims(app, &browser, &sp).await;
    users::lock(&app.services, &app.actor(), "jane").await.unwrap();
    let ended = give(&browser, &page, &[("Department", "IT")]).await;
    assert_eq!(ended.page_with(200).heading, "You are not signed in");
    assert_eq!(stored(app).await, []);
}

/// Values that are refused are not asked about for ever: an address of somebody else is told by it.
async fn tries_are_counted(app: &TestApp) {
    let sp = wiki(app, &[claim::EMAIL]).await;
    app.set_claim("admin", "emailaddress", "boss@example.org").await;
    let browser = app.browser();
    let (_, page) = to_claims(app, &browser, &sp).await;
    for _ in 0..30 {
        give(&browser, &page, &[("Email", "boss@example.org")]).await;
    }
    let shown = give(&browser, &page, &[("Email", "free@example.org")])
        .await
        .page_with(200);
    let error = shown
        .form("Save and continue")
        .field("Email")
        .error
        .clone()
        .unwrap_or_default();
    assert!(error.contains("Too many values"), "{error:?}");
    // Somebody else is not concerned.
    let other = app.browser();
    let (_, page) = app.begin(&other, &sp).await;
    let answer = app.password(&other, &page, "admin", ADMIN_PASSWORD).await;
    PostPage::read(&answer);
}

on_both_stores!(
    what_is_missing_is_asked_for_once_and_kept,
    the_profile_s_rules_hold,
    a_live_session_is_led_to_the_page,
    a_session_that_ends_takes_the_page_along,
    whoever_leaves_is_not_signed_in,
    what_is_sensitive_ends_the_sign_in,
    only_what_is_asked_for_is_taken,
    a_value_that_came_meanwhile_stays,
    whoever_is_locked_meanwhile_gives_nothing,
    tries_are_counted,
);
