//! Missing, too long, taken, of the wrong kind: the field's own message, and nothing lost.

use crate::browser::Browser;
use crate::form::Form;
use crate::harness::TestApp;
use crate::page::Page;
use crate::stores::on_both_stores;

const IDPS: &str = "/console/identity-providers/new";
const SPS: &str = "/console/service-providers/new";
const PASSWORD: &str = "a fine long password";

async fn form(console: &Browser, path: &str, button: &str) -> Form {
    console.open(path).await.page_with(200).form(button)
}

/// Presses and is refused: the page with the form again.
async fn refused(console: &Browser, form: &Form, button: &str) -> Page {
    let answer = console.press(form, button).await;
    let page = answer.page_with(200);
    assert!(
        page.alert.contains("problem"),
        "{}: {:?} {}",
        answer.path,
        page.alert,
        page.status
    );
    page
}

fn error<'a>(form: &'a Form, label: &str) -> &'a str {
    form.field(label).error.as_deref().unwrap_or_default()
}

async fn an_identity_provider(app: &TestApp) {
    let console = app.console().await;
    let typed = form(&console, IDPS, "Register")
        .await
        .set("Identity Provider Name", &"n".repeat(101))
        .set("Display Name", &"d".repeat(101))
        .tick("Enable SMSOTP Authenticator")
        .set("SMS URL", "ftp://sms.example/?to=&num")
        .set("HTTP Headers", "no colon here")
        .set("HTTP Payload", "{\"to\":&num")
        .set("HTTP Response Code", "teapot")
        .set("Code length", "3")
        .set("Code lifetime (minutes)", "eleven")
        .set("Allowed countries", "Ceylon")
        .set("Test number", "12");
    let again = refused(&console, &typed, "Register").await.form("Register");
    for label in [
        "Identity Provider Name",
        "Display Name",
        "SMS URL",
        "HTTP Headers",
        "HTTP Payload",
        "HTTP Response Code",
        "Code length",
        "Code lifetime (minutes)",
        "Allowed countries",
        "Test number",
    ] {
        assert!(error(&again, label).len() > 10, "{label}: {:?}", again.field(label));
        assert_eq!(
            again.field(label).value,
            typed.field(label).value,
            "{label} stays as typed"
        );
    }
    assert!(again.is_ticked("Enable SMSOTP Authenticator"));
    let empty = form(&console, IDPS, "Register").await;
    let again = refused(&console, &empty, "Register").await.form("Register");
    assert!(error(&again, "Identity Provider Name").len() > 5);
}

/// A name is taken in any case and with any spaces around it.
async fn names_that_are_taken(app: &TestApp) {
    app.provider(|_| ()).await;
    app.sp("Wiki", &[None], |_| ()).await;
    let console = app.console().await;
    for (path, label, taken) in [
        (IDPS, "Identity Provider Name", " smsotp "),
        (SPS, "Service Provider Name", "WIKI"),
        ("/console/users/new", "Username", "Admin"),
        ("/console/roles/new", "Role Name", "ADMIN"),
    ] {
        let mut form = form(&console, path, "Register").await.set(label, taken);
        if label == "Username" {
            form = form.set("Password", PASSWORD).set("Confirm Password", PASSWORD);
        }
        let again = refused(&console, &form, "Register").await.form("Register");
        assert!(error(&again, label).len() > 10, "{label}: {:?}", again.field(label));
        assert_eq!(again.field(label).value, taken);
    }
}

async fn a_service_provider(app: &TestApp) {
    let console = app.console().await;
    for name in ["", "   ", &"n".repeat(101)] {
        let form = form(&console, SPS, "Register")
            .await
            .set("Service Provider Name", name)
            .set("Description", "first line\r\nsecond line");
        let again = refused(&console, &form, "Register").await.form("Register");
        assert!(error(&again, "Service Provider Name").len() > 5);
        assert_eq!(again.field("Description").value, "first line\r\nsecond line");
    }
}

async fn a_saml_configuration(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let other = app.sp("Shop", &[None], |_| ()).await;
    let console = app.console().await;
    let path = format!("/console/service-providers/{}/saml", other.id);
    let typed = form(&console, &path, "Update")
        .await
        .set("Issuer", &sp.issuer)
        .set("Assertion Consumer URLs", "javascript:alert(1)")
        .set("Default Assertion Consumer URL", "https://elsewhere.example/acs")
        .set(
            "Certificate",
            "-----BEGIN CERTIFICATE-----\r\nnonsense\r\n-----END CERTIFICATE-----",
        )
        .set("SLO Request URL", "not an address")
        .tick("Enable Assertion Encryption");
    let again = refused(&console, &typed, "Update").await.form("Update");
    for label in ["Issuer", "Assertion Consumer URLs", "Certificate", "SLO Request URL"] {
        assert!(error(&again, label).len() > 10, "{label}: {:?}", again.field(label));
        assert_eq!(again.field(label).value, typed.field(label).value, "{label}");
    }
    assert!(again.is_ticked("Enable Assertion Encryption") && again.is_ticked("Enable Response Signing"));
    let empty = form(&console, &path, "Update")
        .await
        .set("Issuer", "")
        .set("Assertion Consumer URLs", "");
    let again = refused(&console, &empty, "Update").await.form("Update");
    assert!(!error(&again, "Issuer").is_empty() && !error(&again, "Assertion Consumer URLs").is_empty());
    // Nothing was saved on the way: the application still signs in as before.
    let (_, page) = app.begin(&app.browser(), &other).await;
    assert_eq!(page.page_with(200).heading, "Sign in");
}

async fn a_user_and_a_password(app: &TestApp) {
    let console = app.console().await;
    for (username, password, again, wrong) in [
        ("", PASSWORD, PASSWORD, "Username"),
        ("a b", PASSWORD, PASSWORD, "Username"),
        ("jane", "short", "short", "Password"),
        ("jane", "password123", "password123", "Password"),
        ("jane.doe-1234", "jane.doe-1234", "jane.doe-1234", "Password"),
        ("jane", PASSWORD, "another one entirely", "Confirm Password"),
        ("jane", &"p".repeat(129), &"p".repeat(129), "Password"),
    ] {
        let form = form(&console, "/console/users/new", "Register")
            .await
            .set("Username", username)
            .set("Password", password)
            .set("Confirm Password", again);
        let shown = refused(&console, &form, "Register").await;
        let form = shown.form("Register");
        assert!(
            error(&form, wrong).len() > 10,
            "{username} {password} {wrong}: {:?}",
            form.fields
        );
        assert_eq!(form.field("Username").value, username);
        assert_eq!(form.field("Password").value, "", "a password never comes back");
    }
}

async fn a_number(app: &TestApp) {
    let console = app.console().await;
    let path = "/console/users/admin/profile";
    for number in [
        "0771234567",
        "+94",
        "hello",
        "+94 11 243 7676 77 88",
        "++94771234567",
        "+4420794",
    ] {
        let typed = form(&console, path, "Update")
            .await
            .set("Mobile", number)
            .set("First Name", "Ada");
        let again = refused(&console, &typed, "Update").await.form("Update");
        assert!(
            error(&again, "Mobile").len() > 10,
            "{number}: {:?}",
            again.field("Mobile")
        );
        assert_eq!(
            (
                again.field("Mobile").value.as_str(),
                again.field("First Name").value.as_str()
            ),
            (number, "Ada")
        );
    }
    let stored = form(&console, path, "Update").await;
    assert_eq!(
        (
            stored.field("Mobile").value.as_str(),
            stored.field("First Name").value.as_str()
        ),
        ("", "")
    );
}

/// Values that no page offers, from somebody who writes requests by hand.
async fn what_no_page_offers(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let console = app.console().await;
    for (path, button, label, value) in [
        (IDPS.to_owned(), "Register", "HTTP Method", "DELETE"),
        (IDPS.to_owned(), "Register", "Number format", "martian"),
        (
            format!("/console/service-providers/{}/saml", sp.id),
            "Update",
            "NameID format",
            "urn:x",
        ),
        (
            format!("/console/service-providers/{}/saml", sp.id),
            "Update",
            "Response Signing Algorithm",
            "rsa-sha1",
        ),
        (
            format!("/console/service-providers/{}", sp.id),
            "Update",
            "Subject Claim URI",
            "urn:nothing",
        ),
    ] {
        let form = form(&console, &path, button).await.set(label, value);
        let form = if path == IDPS {
            form.set("Identity Provider Name", "X")
                .set("SMS URL", "https://sms.example/?n=&num&m=&msg")
        } else {
            form
        };
        let page = refused(&console, &form, button).await;
        assert!(error(&page.form(button), label).len() > 5, "{label}: {}", page.alert);
    }
    for path in [
        "/api/console/identity-providers/update",
        "/api/console/identity-providers/delete",
        "/api/console/service-providers/update",
        "/api/console/service-providers/delete",
        "/api/console/service-providers/saml",
        "/api/console/service-providers/authentication-steps",
    ] {
        for id in ["999999", "-1", "0x1", "1e9", "99999999999999999999999", ""] {
            let form = [("id", id), ("input[version]", "1"), ("return_draft", "")];
            let answer = console
                .post(path, &form.map(|(name, value)| (name.to_owned(), value.to_owned())))
                .await;
            let told = answer.status.is_client_error()
                || answer.status.is_redirection() && answer.location().contains("__err=");
            assert!(told, "{path} {id}: {} {}", answer.status, answer.body);
        }
    }
}

on_both_stores!(
    an_identity_provider,
    names_that_are_taken,
    a_service_provider,
    a_saml_configuration,
    a_user_and_a_password,
    a_number,
    what_no_page_offers,
);
