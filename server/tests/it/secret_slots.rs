//! Secrets in the form of an identity provider, as a browser without scripts sees it: presets, curl, keys by hand.

use identity::sms::transport::Answer as Answered;
use identity::testing::ADMIN_PASSWORD;
use sea_orm::EntityTrait;

use crate::browser::{Answer, Browser};
use crate::fake_provider::answer_next;
use crate::harness::{MOBILE, TestApp};
use crate::stores::on_both_stores;

const NEW: &str = "/console/identity-providers/new";
const KEY: &str = "kept-key-7654321";
const SECRET: &str = "kept-secret-7654321";

fn sent(app: &TestApp, at: usize) -> String {
    String::from_utf8(app.sms.sent.lock().unwrap()[at].clone()).unwrap()
}

async fn fill_in(console: &Browser, preset: &str) -> Answer {
    let page = console.open(NEW).await;
    let form = page.page_with(200).form("Fill in");
    let form = form
        .set("Identity Provider Name", "Vendor")
        .set("Test number", MOBILE)
        .tick("Enable SMSOTP Authenticator")
        .choose("Provider presets", preset);
    console.press(&form, "Fill in").await
}

/// From a preset to the first SMS: the values go out, and never back.
async fn a_preset_and_its_keys(app: &TestApp) {
    let console = app.console().await;
    let page = fill_in(&console, "Vonage/Nexmo").await.page_with(200);
    assert!(page.status.contains("Filled in from Vonage/Nexmo"), "{}", page.status);
    let form = page.form("Register");
    assert_eq!(form.field("SMS URL").value, "https://rest.nexmo.com/sms/json");
    assert!(form.is_ticked("Enable SMSOTP Authenticator"));
    let missing = console.press(&form.set("API key", KEY), "Register").await;
    assert!(!missing.body.contains(KEY), "a refused value does not come back");
    let page = missing.page_with(200);
    let form = page.form("Register");
    assert_eq!(form.field("API key").error, None);
    let said = form.field("API secret").error.clone().unwrap();
    assert!(said.contains("No value is kept for {{secret:api_secret}}"), "{said}");
    assert!(
        page.text.contains("Typed for {{secret:api_key}}") && page.text.contains("and not saved yet"),
        "{}",
        page.text
    );

    // A test takes what is typed and what is held, and saves neither.
    let tested = console.press(&form.set("API secret", SECRET), "Send test SMS").await;
    assert!(!tested.body.contains(KEY) && !tested.body.contains(SECRET));
    assert!(sent(app, 0).contains(&format!("api_key={KEY}&api_secret={SECRET}&")));
    let saved = console.press(&tested.page_with(200).form("Register"), "Register").await;
    let page = saved.page_with(200);
    assert_eq!(page.status, "Registered.", "{}", page.alert);
    assert!(!saved.body.contains(KEY) && !saved.body.contains(SECRET));
    assert!(
        page.text
            .contains("Kept for {{secret:api_secret}} since 2026-11-23 12:00 UTC"),
        "{}",
        page.text
    );
    console
        .press(&page.form("Update"), "Send test SMS")
        .await
        .page_with(200);
    assert_eq!(sent(app, 1), sent(app, 0));

    // Another host gets nothing until the values are typed again.
    let form = page.form("Update").set("SMS URL", "https://evil.example/sms/json");
    for button in ["Update", "Send test SMS"] {
        let refused = console.press(&form, button).await.page_with(200).form("Update");
        let said = refused.field("API key").error.clone().unwrap();
        assert!(
            said.contains("for https://rest.nexmo.com and is sent nowhere else"),
            "{said}"
        );
    }
    assert_eq!(app.sent(), 2);
    for row in entity::audit::Entity::find().all(&app.services.db).await.unwrap() {
        assert!(
            !row.detail.contains(KEY) && !row.detail.contains(SECRET),
            "{}",
            row.detail
        );
    }
}

/// What a filling replaces is named, and comes back.
async fn filling_over_something_is_undone(app: &TestApp) {
    let console = app.console().await;
    let filled = fill_in(&console, "Clickatell").await.page_with(200);
    let form = filled
        .form("Fill in")
        .set("API key", KEY)
        .choose("Provider presets", "Telnyx");
    let page = console.press(&form, "Fill in").await.page_with(200);
    assert!(
        page.status.contains("Replaced: SMS URL, HTTP Headers, HTTP Payload"),
        "{}",
        page.status
    );
    assert_eq!(
        page.form("Register").field("SMS URL").value,
        "https://api.telnyx.com/v2/messages"
    );
    let undone = console.press(&page.form("Undo"), "Undo").await.page_with(200);
    let form = undone.form("Register");
    assert_eq!(form.field("SMS URL").value, "https://platform.clickatell.com/messages");
    assert!(undone.text.contains("Typed for {{secret:api_key}}"), "{}", undone.text);
    let none = console
        .press(&form.set("Provider presets", ""), "Fill in")
        .await
        .page_with(200);
    assert!(none.form("Register").field("Provider presets").error.is_some());
}

/// A curl command brings its keys along; they move to secrets with their values, and what was lost is said.
async fn a_curl_command_and_its_keys(app: &TestApp) {
    let console = app.console().await;
    let form = console.open(NEW).await.page_with(200).form("Fill the form");
    let command = format!(
        "curl -u 'AC12:{SECRET}' -H 'Host: sms.example' https://sms.example/Messages --data-urlencode 'To=+14155550100' -d 'Body=Hi&api_token={KEY}'"
    );
    let form = form
        .set("Identity Provider Name", "By curl")
        .set("Test number", MOBILE)
        .tick("Enable SMSOTP Authenticator")
        .set("Paste a curl command", &command);
    let page = console.press(&form, "Fill the form").await.page_with(200);
    assert!(page.text.contains("The header Host was left out"), "{}", page.text);
    assert!(
        page.text.contains("The example's number was replaced by &num"),
        "{}",
        page.text
    );
    assert!(
        page.text
            .contains("Authorization in HTTP Headers, api_token in HTTP Payload"),
        "{}",
        page.text
    );
    console
        .press(&page.form("Register"), "Send test SMS")
        .await
        .page_with(200);
    let moved = console.press(&page.form("Move to a secret"), "Move to a secret").await;
    assert!(!moved.body.contains(KEY));
    let page = moved.page_with(200);
    let form = page.form("Register");
    assert_eq!(
        form.field("HTTP Payload").value,
        "To=&num&Body=&msg&api_token={{secret:api_token}}"
    );
    assert!(
        form.field("HTTP Headers")
            .value
            .contains("Authorization: Basic {{secret:authorization}}")
    );
    let saved = console.press(&form, "Register").await;
    let page = saved.page_with(200);
    assert_eq!(page.status, "Registered.", "{}", page.alert);
    assert!(!saved.body.contains(KEY));
    console
        .press(&page.form("Update"), "Send test SMS")
        .await
        .page_with(200);
    assert_eq!(sent(app, 1), sent(app, 0));
}

/// After five minutes keys ask for one's own password; what was typed, secrets too, is there afterwards.
async fn keys_ask_for_the_password(app: &TestApp) {
    let console = app.console().await;
    let page = fill_in(&console, "Clickatell").await.page_with(200);
    let form = page.form("Register").set("API key", KEY);
    app.seconds(301);
    for button in ["Register", "Send test SMS"] {
        let asked = console.press(&form, button).await;
        assert!(!asked.body.contains(KEY) && !asked.path.contains(KEY));
        assert_eq!(asked.page_with(200).heading, "Confirm your password", "{button}");
    }
    assert_eq!(app.sent(), 0);
    let asked = console.press(&form, "Register").await.page_with(200);
    let confirmed = asked.form("Continue").set("Password", ADMIN_PASSWORD);
    let page = console.press(&confirmed, "Continue").await.page_with(200);
    let page = console.press(&page.form("Register"), "Register").await.page_with(200);
    assert_eq!(page.status, "Registered.", "{}", page.alert);
    console
        .press(&page.form("Update"), "Send test SMS")
        .await
        .page_with(200);
    assert!(sent(app, 0).contains(&format!("Authorization: {KEY}\r\n")));
}

/// Without scripts a test is announced as it is in place, and a form that was only filled in shows nobody's.
async fn a_test_is_told_to_whoever_has_sent_it(app: &TestApp) {
    let console = app.console().await;
    let filled = fill_in(&console, "Vonage/Nexmo").await.page_with(200);
    let form = filled.form("Register").set("API key", KEY).set("API secret", SECRET);
    // As Vonage says that it took a message: the preset's rule looks at the body.
    let accepted = Answered::new(200, r#"{"messages":[{"status":"0"}]}"#);
    answer_next(&app.sms, vec![Ok(accepted)]);
    let taken = console.press(&form, "Send test SMS").await.page_with(200);
    assert_eq!(taken.status, "The provider took the test SMS.");
    assert!(taken.text.contains("This test · accepted"), "{}", taken.text);
    answer_next(&app.sms, vec![Ok(Answered::new(401, "no such key"))]);
    let refused = console.press(&form, "Send test SMS").await.page_with(200);
    assert!(refused.alert.starts_with("Test SMS: "), "{}", refused.alert);
    assert!(refused.text.contains("no such key"), "{}", refused.text);
    let other = fill_in(&console, "Vonage/Nexmo").await.page_with(200);
    assert!(!other.text.contains("test · "), "{}", other.text);
}

on_both_stores!(
    a_preset_and_its_keys,
    a_test_is_told_to_whoever_has_sent_it,
    filling_over_something_is_undone,
    a_curl_command_and_its_keys,
    keys_ask_for_the_password,
);
