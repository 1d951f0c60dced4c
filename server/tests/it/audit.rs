//! The audit log's entries: each field before and after, without a key and without a whole number.

use domain::Permission;
use identity::{identity_providers, service_providers, users};

use crate::edge::user_with;
use crate::harness::{MOBILE, TestApp};
use crate::page::Page;
use crate::stores::on_both_stores;

/// The entry that the newest row of the log leads to.
async fn newest(app: &TestApp, query: &str) -> Page {
    let console = app.console().await;
    let list = console.open(&format!("/console/audit?{query}")).await.page_with(200);
    let row = list.links.iter().find(|(_, href)| href.starts_with("/console/audit/"));
    let (_, href) = row.unwrap_or_else(|| panic!("no entry: {}", list.text));
    console.open(href).await.page_with(200)
}

async fn a_key_is_dotted_before_and_after(app: &TestApp) {
    let header = |key: &str| format!("Content-Type: application/json\nAuthorization: Bearer {key}");
    let id = app
        .provider(|input| input.http_headers = header("first-key-0123456789"))
        .await;
    let created = newest(app, "kind=identity_providers").await;
    assert!(created.text.contains("SMS URL") && created.text.contains("https://sms.example/send"));
    let mut input = identity_providers::input_of(&app.services, &app.actor(), id)
        .await
        .unwrap();
    input.http_headers = header("other-key-9876543210");
    input.http_payload = r#"{"to":"&num","text":"&msg","from":"Gatehouse"}"#.into();
    input.sms_url = "https://sms.example/send?api_key=url-key-5555".into();
    identity_providers::update(&app.services, &app.actor(), id, &input)
        .await
        .unwrap();

    let entry = newest(app, "kind=identity_providers&action=update").await;
    for part in [
        "HTTP Headers",
        "Authorization: Bearer ••••••••",
        "(another value)",
        "HTTP Payload",
        r#""from":"Gatehouse""#,
        "SMS URL",
        "api_key=••••••••",
    ] {
        assert!(entry.text.contains(part), "{part}: {}", entry.text);
    }
    assert_eq!(entry.link("SMSOTP"), format!("/console/identity-providers/{id}"));
    let rows = stored(app).await;
    for secret in ["first-key", "other-key", "url-key"] {
        for page in [&created, &entry] {
            assert!(!page.text.contains(secret), "{secret}: {}", page.text);
        }
        assert!(!rows.contains(secret), "{secret} is in no row either");
    }
    identity_providers::delete(&app.services, &app.actor(), id)
        .await
        .unwrap();
    let gone = newest(app, "action=delete").await;
    assert!(
        gone.text.contains("https://") && !gone.text.contains("url-key"),
        "{}",
        gone.text
    );
    assert!(
        !gone
            .links
            .iter()
            .any(|(_, href)| href.starts_with("/console/identity-providers/")
                && href.rsplit('/').next().is_some_and(|end| end.parse::<i64>().is_ok()))
    );
}

/// All that the rows hold of changes.
async fn stored(app: &TestApp) -> String {
    use sea_orm::EntityTrait;
    let rows = entity::audit::Entity::find().all(&app.services.db).await.unwrap();
    rows.into_iter().filter_map(|row| row.changes).collect()
}

async fn a_number_is_masked_and_other_claims_are_not(app: &TestApp) {
    app.set_mobile("admin", MOBILE).await;
    let entry = newest(app, "kind=users").await;
    assert!(entry.text.contains("Mobile nothing •• ••• ••• •67"), "{}", entry.text);
    app.set_mobile("admin", "+94777654321").await;
    let entry = newest(app, "kind=users").await;
    assert!(entry.text.contains("•• ••• ••• •67 •• ••• ••• •21"), "{}", entry.text);
    app.set_claim("admin", "organization", "Example <Ltd>").await;
    let entry = newest(app, "kind=users").await;
    assert!(
        entry.text.contains("Organization nothing Example <Ltd>"),
        "{}",
        entry.text
    );
    assert!(!stored(app).await.contains("771234567") && !stored(app).await.contains("777654321"));
    users::create(
        &app.services,
        &app.actor(),
        &domain::input::user::UserInput {
            username: "jane".into(),
            password: "another long password".into(),
            confirm_password: "another long password".into(),
        },
    )
    .await
    .unwrap();
    users::lock(&app.services, &app.actor(), "jane").await.unwrap();
    let entry = newest(app, "action=lock").await;
    assert!(entry.text.contains("Locked no yes"), "{}", entry.text);
    assert!(!stored(app).await.contains("another long password"));
}

async fn a_service_provider_is_told_page_by_page(app: &TestApp) {
    let sp = app.two_steps().await;
    let entry = newest(app, "kind=service_providers").await;
    assert!(entry.text.contains("Requested claims nothing mobile"), "{}", entry.text);
    app.change_saml(&sp, |saml| saml.acs_urls.push("https://second.example/acs".into()))
        .await;
    let entry = newest(app, "kind=service_providers").await;
    assert!(entry.text.contains("Assertion Consumer URLs"), "{}", entry.text);
    assert!(entry.text.contains("https://second.example/acs"), "{}", entry.text);
    assert!(
        !entry.text.contains("Enable Single Logout"),
        "only what differs: {}",
        entry.text
    );
    app.set_steps(sp.id, &[None]).await;
    let entry = newest(app, "kind=service_providers").await;
    assert!(
        entry
            .text
            .contains("Authentication steps password SMS (SMSOTP) password"),
        "{}",
        entry.text
    );
    service_providers::delete(&app.services, &app.actor(), sp.id)
        .await
        .unwrap();
    let entry = newest(app, "kind=service_providers&action=delete").await;
    assert!(entry.text.contains(&sp.issuer), "{}", entry.text);
}

/// *View log* shows who did what; what was changed needs the permission to view the thing.
async fn whoever_may_only_view_the_log_sees_no_values(app: &TestApp) {
    app.set_claim("admin", "organization", "Example Ltd").await;
    user_with(app, "viewer", &[Permission::ViewLog]).await;
    let console = app.console_as("viewer", "another long password").await;
    let list = console
        .open("/console/audit?kind=users&action=update")
        .await
        .page_with(200);
    let (_, href) = list
        .links
        .iter()
        .find(|(_, href)| href.starts_with("/console/audit/"))
        .unwrap();
    let entry = console.open(href).await.page_with(200);
    assert!(
        entry.text.contains("View users") && !entry.text.contains("Example Ltd"),
        "{}",
        entry.text
    );
    assert_eq!(console.open("/console/audit/999999").await.status, 404);
}

on_both_stores!(
    a_key_is_dotted_before_and_after,
    a_number_is_masked_and_other_claims_are_not,
    a_service_provider_is_told_page_by_page,
    whoever_may_only_view_the_log_sees_no_values,
);
