//! A service provider that is there already: compared, applied by ticks, watched.

use identity::sms::FailureKind;
use identity::sms::transport::SendFailure;

use super::{URL, add_form, import_pasted, other_certificate, own_page, serve, unknown, xml};
use crate::browser::{Answer, Browser};
use crate::form::Form;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn imported_from_url(app: &TestApp, console: &Browser, xml: &str) -> String {
    serve(app, xml);
    let form = add_form(console).await.set("Metadata URL", URL);
    let answer = console.press(&form, "Import").await;
    assert_eq!(answer.page_with(200).status, "Imported from its metadata.");
    own_page(&answer)
}

async fn metadata_form(console: &Browser, page: &str) -> Form {
    let link = console
        .open(page)
        .await
        .page_with(200)
        .link("Update from metadata")
        .to_owned();
    console.open(&link).await.page_with(200).form("Compare")
}

async fn check_now(console: &Browser, page: &str) -> Answer {
    let form = console
        .open(&format!("{page}/metadata"))
        .await
        .page_with(200)
        .form("Check now");
    console.press(&form, "Check now").await
}

/// The labels of what differs, all ticked.
fn differences(form: &Form) -> Vec<&str> {
    let ticks = form.fields.iter().filter(|field| field.name == "input[take][]");
    ticks
        .map(|field| field.label.as_str())
        .inspect(|label| assert!(form.is_ticked(label)))
        .collect()
}

async fn what_differs_is_shown_and_what_is_ticked_applied(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let page = imported_from_url(app, &console, &xml(&sp, |_| ())).await;
    serve(app, &xml(&sp, |_| ()));
    let same = check_now(&console, &page).await.page_with(200);
    assert!(
        same.status.contains("Nothing differs"),
        "{} {}",
        same.status,
        same.alert
    );

    let (old, new) = (crate::fake_sp::sp_key().certificate().clone(), other_certificate());
    let rolled = xml(&sp, |spec| {
        spec.signing_certificates = vec![new.clone()];
        spec.acs[0].location = "https://wiki.example/elsewhere".into();
    });
    serve(app, &rolled);
    let answer = check_now(&console, &page).await;
    let compared = answer.page_with(200);
    let form = compared.form("Apply");
    let (added, removed) = (
        format!("Certificate: add {}", &new.sha256[..12]),
        format!("Certificate: remove {}", &old.sha256[..12]),
    );
    assert_eq!(
        differences(&form),
        [
            "Assertion Consumer URLs",
            "Default Assertion Consumer URL",
            &added,
            &removed
        ]
    );
    for shown in [
        new.sha256.as_str(),
        old.sha256.as_str(),
        "the next one",
        "2035-01-01",
        "/elsewhere",
        sp.acs.as_str(),
    ] {
        assert!(compared.text.contains(shown), "{shown}: {}", compared.text);
    }
    assert!(!answer.body.contains("BEGIN CERTIFICATE"));
    // Nothing ticked: said, and nothing done; the ticks stay as they are.
    let nothing = [
        added.as_str(),
        &removed,
        "Assertion Consumer URLs",
        "Default Assertion Consumer URL",
    ]
    .into_iter()
    .fold(form.clone(), Form::untick);
    let again = console.press(&nothing, "Apply").await.page_with(200);
    assert!(again.alert.contains("Nothing is ticked"), "{}", again.alert);
    assert!(!again.form("Apply").is_ticked(&added));
    // Only the new certificate.
    let some = form
        .untick(&removed)
        .untick("Assertion Consumer URLs")
        .untick("Default Assertion Consumer URL");
    let done = console.press(&some, "Apply").await.page_with(200);
    assert_eq!(done.status, "Updated from its metadata.");
    let saml = console.open(&format!("{page}/saml")).await.page_with(200);
    assert!(
        saml.text.contains(&new.sha256) && saml.text.contains(&old.sha256),
        "{}",
        saml.text
    );
    assert_eq!(saml.form("Update").field("Assertion Consumer URLs").value, sp.acs);
    let log = console.open("/console/audit").await.page_with(200);
    assert!(log.text.contains(&format!("from metadata: {added}")), "{}", log.text);
}

async fn nobody_applies_over_what_was_saved_in_between(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let page = own_page(&import_pasted(&console, &xml(&sp, |_| ())).await);
    let form = metadata_form(&console, &page).await.set(
        "Metadata XML",
        &xml(&sp, |spec| spec.signing_certificates.push(other_certificate())),
    );
    let compared = console.press(&form, "Compare").await.page_with(200).form("Apply");
    let saml = console.open(&format!("{page}/saml")).await.page().form("Update");
    console
        .press(&saml.set("IdP Entity ID Alias", "urn:alias"), "Update")
        .await
        .page_with(200);
    let stale = console.press(&compared, "Apply").await.page_with(200);
    assert!(stale.alert.contains("Somebody else has changed"), "{}", stale.alert);
    let done = console.press(&stale.form("Apply"), "Apply").await.page_with(200);
    assert_eq!(done.status, "Updated from its metadata.");
    let saml = console.open(&format!("{page}/saml")).await.page().form("Update");
    assert_eq!(saml.field("IdP Entity ID Alias").value, "urn:alias");
}

/// What goes wrong is said at the field; the stored settings stay, and the address it came from is offered again.
async fn a_failed_check_changes_nothing(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let page = imported_from_url(app, &console, &xml(&sp, |_| ())).await;
    assert_eq!(metadata_form(&console, &page).await.field("Metadata URL").value, URL);
    app.sms
        .documents
        .lock()
        .unwrap()
        .push(Err(SendFailure::new(FailureKind::TimedOut)));
    let failed = check_now(&console, &page).await.page_with(200);
    assert!(failed.alert.contains("Nothing was compared"), "{}", failed.alert);
    let form = failed.form("Compare");
    assert!(
        form.field("Metadata URL")
            .error
            .as_deref()
            .unwrap()
            .contains("10 seconds")
    );
    assert_eq!(form.field("Metadata URL").value, URL);
    // With the address still in its field, a text counts alone.
    let idp = app.browser().get("/identity/metadata/saml2").await.body;
    let wrong = console
        .press(&form.set("Metadata XML", &idp), "Compare")
        .await
        .page_with(200)
        .form("Compare");
    assert!(
        wrong
            .field("Metadata XML")
            .error
            .as_deref()
            .unwrap()
            .contains("identity provider")
    );
    let saml = console.open(&format!("{page}/saml")).await.page().form("Update");
    assert_eq!(saml.field("Issuer").value, sp.issuer);
    let gone = console.get(&format!("{page}/metadata/compare?offer=nothing")).await;
    assert_eq!(gone.status, 404);
}

/// List and page warn before metadata ends, and after.
async fn the_end_of_metadata_is_seen(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let until = identity::clock::Clock::now(&*app.clock) + chrono::Duration::days(9);
    let page = own_page(&import_pasted(&console, &xml(&sp, |spec| spec.valid_until = Some(until))).await);
    let list = console.open("/console/service-providers").await.page_with(200);
    assert!(
        list.text.contains("metadata: 9 days") || list.text.contains("metadata: 8 days"),
        "{}",
        list.text
    );
    let own = console.open(&page).await.page_with(200);
    assert!(own.text.contains("Its metadata expires in"), "{}", own.text);
    app.seconds(10 * 24 * 3600);
    let console = app.console().await;
    assert!(
        console
            .open("/console/service-providers")
            .await
            .page()
            .text
            .contains("metadata expired")
    );
    assert!(
        console
            .open(&page)
            .await
            .page()
            .text
            .contains("Its metadata expired on")
    );
}

/// *Encrypt assertions to* takes one RSA certificate, and shows which.
async fn the_certificate_to_encrypt_for_is_checked_and_shown(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let page = own_page(&import_pasted(&console, &xml(&sp, |_| ())).await);
    let saml = console
        .open(&format!("{page}/saml"))
        .await
        .page_with(200)
        .form("Update");
    let (one, two) = (other_certificate(), other_certificate());
    for (typed, words) in [
        ("nonsense".to_owned(), "PEM"),
        (format!("{}{}", one.pem(), two.pem()), "holds 2 certificates"),
    ] {
        let again = console
            .press(&saml.clone().set("Encrypt assertions to", &typed), "Update")
            .await
            .page_with(200);
        let error = again
            .form("Update")
            .field("Encrypt assertions to")
            .error
            .clone()
            .unwrap();
        assert!(error.contains(words), "{error}");
    }
    console
        .press(&saml.set("Encrypt assertions to", &one.pem()), "Update")
        .await
        .page_with(200);
    let shown = console.open(&format!("{page}/saml")).await.page_with(200);
    assert!(shown.text.contains(&one.sha256), "{}", shown.text);
}

on_both_stores!(
    what_differs_is_shown_and_what_is_ticked_applied,
    nobody_applies_over_what_was_saved_in_between,
    a_failed_check_changes_nothing,
    the_end_of_metadata_is_seen,
    the_certificate_to_encrypt_for_is_checked_and_shown,
);
