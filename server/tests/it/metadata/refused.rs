//! What cannot be taken: said at the field it came in by, with everything typed still there and nothing stored.

use entity::{draft, service_provider};
use identity::sms::FailureKind;
use identity::sms::transport::{Document, SendFailure};
use identity::testing;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::{URL, add_form, import_pasted, own_page, unknown, xml};
use crate::browser::Browser;
use crate::form::Form;
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn registered(app: &TestApp) -> u64 {
    service_provider::Entity::find().count(&app.services.db).await.unwrap()
}

async fn refused(console: &Browser, form: &Form) -> Form {
    let page = console.press(form, "Import").await.page_with(200);
    assert!(page.alert.contains("Not registered"), "{} {}", page.heading, page.alert);
    page.form("Import")
}

#[track_caller]
fn error(form: &Form, label: &str) -> String {
    form.field(label)
        .error
        .clone()
        .unwrap_or_else(|| panic!("nothing is wrong with {label}"))
}

async fn each_input_says_what_is_wrong_with_it(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let fresh = add_form(&console)
        .await
        .set("Service Provider Name", "Typed")
        .set("Description", "too");
    let good = xml(&sp, |_| ());

    let form = refused(&console, &fresh).await;
    assert!(error(&form, "Metadata File").contains("Choose a metadata file"));
    for (typed, words) in [("not XML", "not well-formed"), ("<html></html>", "web page")] {
        let form = refused(&console, &fresh.clone().set("Metadata XML", typed)).await;
        assert!(error(&form, "Metadata XML").contains(words));
        assert_eq!(form.field("Metadata XML").value, typed);
        assert_eq!(
            (
                form.field("Service Provider Name").value.as_str(),
                form.field("Description").value.as_str()
            ),
            ("Typed", "too")
        );
    }
    let form = refused(
        &console,
        &fresh.clone().choose_file("Metadata File", "sp.xml", b"\xff\xfe\xff"),
    )
    .await;
    assert!(error(&form, "Metadata File").contains("UTF-8"));
    let form = refused(&console, &fresh.clone().choose_file("Metadata File", "sp.xml", "")).await;
    assert!(error(&form, "Metadata File").contains("empty"));
    for (label, value) in [("Metadata URL", URL), ("Metadata XML", good.as_str())] {
        let both = fresh
            .clone()
            .choose_file("Metadata File", "sp.xml", &good)
            .set(label, value);
        let form = refused(&console, &both).await;
        assert!(error(&form, label).contains("More than one"));
        assert_eq!(form.field(label).value.replace("\r\n", "\n"), value);
    }
    for (typed, words) in [
        ("wiki.example", "no web address"),
        ("https://me:secret@wiki.example/", "user name or password"),
    ] {
        let form = refused(&console, &fresh.clone().set("Metadata URL", typed)).await;
        assert!(error(&form, "Metadata URL").contains(words));
    }
    assert!(app.sms.fetched.lock().unwrap().is_empty());
    assert_eq!(registered(app).await, 0);
}

async fn an_address_says_why_nothing_came(app: &TestApp) {
    let console = app.console().await;
    let redirect = Document {
        location: Some("https://login.example/".into()),
        ..testing::document(302, "")
    };
    for (answer, words) in [
        (Ok(redirect), "leads on to"),
        (Ok(testing::document(403, "")), "status 403"),
        (Err(SendFailure::new(FailureKind::AddressRefused)), "outbound.allow"),
        (
            Err(SendFailure::new(FailureKind::TimedOut)),
            "did not answer within 10 seconds",
        ),
    ] {
        app.sms.documents.lock().unwrap().push(answer);
        let form = refused(&console, &add_form(&console).await.set("Metadata URL", URL)).await;
        assert!(error(&form, "Metadata URL").contains(words), "{words}");
        assert_eq!(form.field("Metadata URL").value, URL);
    }
    // The fifth may still be tried, the sixth may not.
    for words in ["status 404", "within a minute"] {
        let form = refused(&console, &add_form(&console).await.set("Metadata URL", URL)).await;
        assert!(error(&form, "Metadata URL").contains(words), "{words}");
    }
    app.seconds(61);
    let form = refused(&console, &add_form(&console).await.set("Metadata URL", URL)).await;
    assert!(error(&form, "Metadata URL").contains("status 404"));
    assert_eq!(registered(app).await, 0);
}

/// Ten megabytes come in and are refused in words; what is kept to be shown again stays small.
async fn a_large_file_is_refused_and_not_kept(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let padded = |bytes: usize| format!("{}<!--{}-->", xml(&sp, |_| ()), "x".repeat(bytes));
    let fresh = add_form(&console).await.set("Service Provider Name", "Typed");
    for bytes in [5 << 20, (10 << 20) - 4096, (10 << 20) + 4096] {
        let form = refused(
            &console,
            &fresh.clone().choose_file("Metadata File", "big.xml", padded(bytes)),
        )
        .await;
        assert!(error(&form, "Metadata File").contains("larger than"), "{bytes}");
        assert_eq!(form.field("Service Provider Name").value, "Typed");
    }
    let answer = console
        .press(&fresh.clone().set("Metadata XML", &padded(5 << 20)), "Import")
        .await;
    let page = answer.page_with(200);
    assert!(page.text.contains("too long to be shown again"), "{}", page.text);
    let kept = draft::Entity::find().all(&app.services.db).await.unwrap();
    assert!(!kept.is_empty() && kept.iter().all(|draft| draft.content_sealed.len() < 300_000));
    assert_eq!(registered(app).await, 0);
}

/// The page that offers the other one leads to what differs from it.
async fn an_issuer_that_is_taken_can_be_updated_instead(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let first = import_pasted(&console, &xml(&sp, |_| ())).await;
    let newer = xml(&sp, |spec| spec.signing_certificates.push(super::other_certificate()));
    let page = import_pasted(&console, &newer).await.page_with(200);
    assert!(error(&page.form("Import"), "Metadata XML").contains("has the issuer"));
    assert_eq!(page.link("Open Wiki"), own_page(&first));
    let compared = console
        .open(page.link("Update Wiki from this metadata"))
        .await
        .page_with(200);
    assert_eq!(compared.heading, "What differs");
    let done = console.press(&compared.form("Apply"), "Apply").await.page_with(200);
    assert_eq!(
        (done.heading.as_str(), done.status.as_str()),
        ("Wiki", "Updated from its metadata.")
    );
    assert_eq!(registered(app).await, 1);

    // A name that is taken says so at the name.
    let other = xml(&sp, |spec| spec.entity_id = "urn:other".into());
    let form = add_form(&console)
        .await
        .set("Service Provider Name", "wiki")
        .set("Metadata XML", &other);
    let page = console.press(&form, "Import").await.page_with(200);
    assert!(error(&page.form("Import"), "Service Provider Name").contains("this name"));
    assert!(
        page.links
            .iter()
            .any(|(words, _)| words == "Update Wiki from this metadata")
    );
}

/// What metadata says of itself is shown as text.
async fn hostile_names_stay_text(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let hostile = "<script>alert(1)</script>";
    let metadata = xml(&sp, |spec| {
        spec.service_name = hostile.into();
        spec.requested_attributes = vec![saml::metadata::RequestedAttribute {
            name: format!("urn:x:{hostile}`"),
            name_format: None,
            friendly_name: Some(hostile.into()),
            required: false,
            service_index: 1,
        }];
    });
    let answer = import_pasted(&console, &metadata).await;
    assert_eq!(answer.page_with(200).heading, hostile);
    assert!(!answer.body.contains("<script>alert"), "{}", answer.body);
    let page = format!("{}/metadata", own_page(&answer));
    assert!(!console.open(&page).await.body.contains("<script>alert"));
}

on_both_stores!(
    each_input_says_what_is_wrong_with_it,
    an_address_says_why_nothing_came,
    a_large_file_is_refused_and_not_kept,
    an_issuer_that_is_taken_can_be_updated_instead,
    hostile_names_stay_text,
);
