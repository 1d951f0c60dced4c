//! Sections that configure: *Claim Configuration* and *Role Configuration* of an identity provider, the session time-outs,
//! and a service provider that begins with a refused request. All without scripts.

use domain::Permission;
use domain::claim;
use domain::input::role::RoleInput;
use domain::input::user::UserRolesInput;
use entity::audit;
use identity::testing::ADMIN_PASSWORD;
use identity::{Error, identity_providers, roles, users};
use sea_orm::EntityTrait;

use crate::fake_sp::PostPage;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

const RESIDENT: &str = "/console/identity-providers/resident";
const PASSWORD: &str = "another long password";

async fn role(app: &TestApp, name: &str, permissions: &[Permission]) -> i64 {
    let input = RoleInput {
        name: name.into(),
        permissions: permissions.iter().map(|one| one.as_str().to_owned()).collect(),
        ..RoleInput::default()
    };
    roles::create(&app.services, &app.actor(), &input).await.unwrap()
}

async fn last_detail(app: &TestApp) -> String {
    let rows = audit::Entity::find().all(&app.services.db).await.unwrap();
    rows.last().unwrap().detail.clone()
}

async fn both_sections_are_saved_with_the_page(app: &TestApp) {
    let id = app.provider(|_| ()).await;
    let sms = role(app, "sms <b>", &[]).await;
    role(app, "Default", &[]).await;
    let console = app.console().await;
    let path = format!("/console/identity-providers/{id}");
    let page = console.open(&path).await.page_with(200);
    for title in ["Claim Configuration", "Role Configuration"] {
        assert!(page.text.contains(title), "{}", page.text);
    }
    let form = page.form("Update");
    assert_eq!(form.field("Number Claim URI").value, claim::MOBILE);
    assert!(
        !form.is_ticked("Role sms <b>") && form.is_ticked("Default"),
        "a role takes no label away"
    );
    let form = form
        .set("Number Claim URI", claim::TELEPHONE)
        .set("Description", "typed")
        .tick("Role sms <b>");
    // Something else is wrong: what was chosen stays.
    let refused = console
        .press(&form.clone().set("Identity Provider Name", ""), "Update")
        .await;
    let again = refused.page_with(200).form("Update");
    assert_eq!(again.field("Number Claim URI").value, claim::TELEPHONE);
    assert!(again.is_ticked("Role sms <b>"));
    let saved = console.press(&form, "Update").await.page_with(200);
    assert_eq!(saved.status, "Updated.", "{}", saved.alert);
    let form = saved.form("Update");
    assert_eq!(form.field("Number Claim URI").value, claim::TELEPHONE);
    assert!(form.is_ticked("Role sms <b>"));
    let detail = last_detail(app).await;
    assert!(
        detail.contains("Number Claim URI") && detail.contains("Role Configuration"),
        "{detail}"
    );

    // Neither the role nor one that is not there: the identity provider must not open to everybody by that.
    let deleted = roles::delete(&app.services, &app.actor(), sms).await;
    let Err(Error::InUse(users)) = deleted else {
        panic!("{deleted:?}")
    };
    assert_eq!(
        (users[0].href.as_str(), users[0].how.as_str()),
        (path.as_str(), "Role Configuration")
    );
    let mut input = identity_providers::input_of(&app.services, &app.actor(), id)
        .await
        .unwrap();
    input.roles = vec!["nobody".into()];
    let refused = identity_providers::update(&app.services, &app.actor(), id, &input).await;
    let Err(Error::Invalid(problems)) = refused else {
        panic!("{refused:?}")
    };
    assert!(problems.of("roles").is_some(), "{problems:?}");
    let stored = identity_providers::input_of(&app.services, &app.actor(), id)
        .await
        .unwrap();
    assert_eq!(stored.roles, ["sms <b>"]);
    let none = form.untick("Role sms <b>");
    assert_eq!(console.press(&none, "Update").await.page_with(200).status, "Updated.");
    roles::delete(&app.services, &app.actor(), sms).await.unwrap();
}

async fn time_outs_are_set_on_the_page(app: &TestApp) {
    let console = app.console().await;
    let page = console.open(RESIDENT).await.page_with(200);
    assert!(
        page.text.contains("Now 15 minutes without use, 24 hours at most."),
        "{}",
        page.text
    );
    let form = page.form("Update");
    let wrong = form
        .clone()
        .set("Idle time-out (minutes)", "0")
        .set("Longest session (hours)", "2");
    let again = console.press(&wrong, "Update").await.page_with(200);
    assert!(again.alert.contains("1 problem"), "{}", again.alert);
    let shown = again.form("Update");
    let idle = shown.field("Idle time-out (minutes)");
    assert!(
        idle.error.as_deref().unwrap_or_default().contains("from 1 to 1440"),
        "{:?}",
        idle.error
    );
    assert_eq!(shown.field("Longest session (hours)").value, "2");
    let saved = console
        .press(&shown.set("Idle time-out (minutes)", "5"), "Update")
        .await;
    let saved = saved.page_with(200);
    assert_eq!(saved.status, "Updated.", "{}", saved.alert);
    assert!(
        saved.text.contains("Now 5 minutes without use, 2 hours at most."),
        "{}",
        saved.text
    );
    // The form that was open before tells what has happened; once more overwrites.
    let late = console
        .press(&form.set("Idle time-out (minutes)", "6"), "Update")
        .await
        .page_with(200);
    assert!(late.alert.contains("Somebody else has changed this"), "{}", late.alert);
    let saved = console.press(&late.form("Update"), "Update").await.page_with(200);
    assert_eq!(saved.status, "Updated.", "{}", saved.alert);
    app.seconds(5 * 60);
    assert_eq!(
        console.open(RESIDENT).await.page().heading,
        "Resident Identity Provider"
    );
    app.seconds(6 * 60);
    assert_ne!(
        console.open(RESIDENT).await.page().heading,
        "Resident Identity Provider"
    );
}

async fn whoever_may_only_look_cannot_set_them(app: &TestApp) {
    let id = role(app, "viewers", &[Permission::ViewSettings]).await;
    app.add_user("jane", PASSWORD).await;
    let held = UserRolesInput {
        version: "1".into(),
        roles: vec![id.to_string()],
    };
    users::assign_roles(&app.services, &app.actor(), "jane", &held)
        .await
        .unwrap();
    let console = app.console_as("jane", PASSWORD).await;
    let page = console.open(RESIDENT).await.page_with(200);
    assert!(page.text.contains("15 minutes") && page.forms.iter().all(|form| !form.has_button("Update")));
    let typed = [("input[seen]", "/"), ("input[idle_minutes]", "5"), ("input[hours]", "")];
    let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let refused = console.post("/api/console/resident/time-outs", &typed).await;
    assert_eq!(refused.status.as_u16(), 403);
    let page = console.open(RESIDENT).await.page_with(200);
    assert!(page.text.contains("15 minutes"), "{}", page.text);
}

/// From the case number to an application that can sign in, with nothing typed but a name.
async fn an_unknown_issuer_becomes_a_service_provider(app: &TestApp) {
    let known = app.sp("Known", &[None], |_| ()).await;
    let mut request = known.request();
    request.issuer = "new.example".into();
    request.acs_url = Some("https://new.example/acs".into());
    let refused = app.browser().get(&known.redirect(&request, None)).await;
    let text = refused.page().text;
    let case = text
        .split_whitespace()
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        .find(|word| word.len() == 11 && word.as_bytes()[5] == b'-')
        .unwrap_or_else(|| panic!("no case number: {text}"))
        .to_owned();
    let console = app.console().await;
    let page = console
        .open(&format!("/console/sign-ins?case={case}"))
        .await
        .page_with(200);
    let link = page.link("Service Providers \u{203a} Add Service Provider").to_owned();
    assert_eq!(link, format!("/console/service-providers/new?case={case}"));
    let page = console.open(&link).await.page_with(200);
    assert!(
        page.text.contains("new.example") && page.text.contains("nobody has verified"),
        "{}",
        page.text
    );
    // A refused name does not lose the case.
    let again = console.press(&page.form("Register"), "Register").await.page_with(200);
    let form = again.form("Register").set("Service Provider Name", "New");
    let page = console.press(&form, "Register").await.page_with(200);
    assert_eq!((page.heading.as_str(), page.status.as_str()), ("New", "Registered."));
    let page = console.press(&page.form("Update"), "Configure").await.page_with(200);
    assert!(
        page.text.contains(&format!("refused request of case {case}")),
        "{}",
        page.text
    );
    let form = page.form("Register");
    assert_eq!(form.field("Issuer").value, "new.example");
    assert_eq!(form.field("Assertion Consumer URLs").value, "https://new.example/acs");
    let saved = console.press(&form, "Register").await.page_with(200);
    assert_eq!(saved.status, "Registered.", "{}", saved.alert);
    let browser = app.browser();
    request.id.push('2');
    let page = browser.open(&known.redirect(&request, None)).await;
    let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    assert_eq!(PostPage::read(&answer).action, "https://new.example/acs");
    // It is registered now: the same case fills nothing in over what is stored, and a made-up one nothing at all.
    let page = console
        .open("/console/service-providers/new?case=AAAAA-AAAAA%22%3E")
        .await
        .page_with(200);
    assert!(!page.text.contains("new.example"), "{}", page.text);
}

on_both_stores!(
    both_sections_are_saved_with_the_page,
    time_outs_are_set_on_the_page,
    whoever_may_only_look_cannot_set_them,
    an_unknown_issuer_becomes_a_service_provider,
);
