//! Registered from a file, an address or a text, and signed in to at once.

use identity::testing::ADMIN_PASSWORD;
use saml::sp::Accepted;

use super::{NEW, URL, add_form, import_pasted, own_page, serve, unknown, xml};
use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// A whole sign-in with password, as the imported configuration has it.
async fn sign_in(app: &TestApp, sp: &FakeSp) -> Accepted {
    let browser = app.browser();
    let request = sp.request();
    let signed = sp.redirect_signed(&request, None, Some(sp_key()));
    let page = browser.open(&signed).await;
    let answer = app.password(&browser, &page, "admin", ADMIN_PASSWORD).await;
    sp.accept(&PostPage::read(&answer), &request.id).unwrap()
}

/// Deletes what was imported, so that the same can be imported again.
async fn delete(console: &Browser, page: &str) {
    let form = console
        .open(&format!("{page}/delete"))
        .await
        .page_with(200)
        .form("Delete");
    console.press(&form, "Delete").await.page_with(200);
}

fn registered(answer: &Answer, name: &str) -> String {
    let page = answer.page_with(200);
    assert_eq!(
        (page.heading.as_str(), page.status.as_str()),
        (name, "Imported from its metadata."),
        "{}",
        page.alert
    );
    own_page(answer)
}

async fn a_file_an_address_and_a_text(app: &TestApp) {
    let sp = unknown(app).await;
    let metadata = xml(&sp, |_| ());
    let console = app.console().await;

    let form = add_form(&console)
        .await
        .choose_file("Metadata File", "wiki.xml", &metadata);
    let page = registered(&console.press(&form, "Import").await, "Wiki");
    assert_eq!(sign_in(app, &sp).await.name_id.value, "admin");
    delete(&console, &page).await;

    // UTF-16 with a byte order mark, as editors on Windows write it.
    let utf16: Vec<u8> = format!("\u{feff}{metadata}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let form = add_form(&console)
        .await
        .set("Service Provider Name", "The wiki")
        .set("Description", "as typed")
        .choose_file("Metadata File", "wiki.xml", utf16);
    let page = registered(&console.press(&form, "Import").await, "The wiki");
    let form = console.open(&page).await.page().form("Update");
    assert_eq!(form.field("Description").value, "as typed");
    delete(&console, &page).await;

    serve(app, &metadata);
    let form = add_form(&console).await.set("Metadata URL", URL);
    let page = registered(&console.press(&form, "Import").await, "Wiki");
    assert_eq!(app.sms.fetched.lock().unwrap().as_slice(), [URL]);
    assert!(console.open(&page).await.page().text.contains(URL));
    delete(&console, &page).await;

    registered(&import_pasted(&console, &metadata).await, "Wiki");
    assert_eq!(sign_in(app, &sp).await.name_id.value, "admin");
    // Requests have to be signed by the certificate that came along.
    let unsigned = app.browser().open(&sp.redirect(&sp.request(), None)).await;
    assert_eq!(unsigned.page_with(400).heading, "This sign-in cannot go on");
}

/// *Register* with metadata filled in imports it: nobody types that to have it ignored.
async fn register_takes_metadata_too(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let form = add_form(&console).await.set("Metadata XML", &xml(&sp, |_| ()));
    registered(&console.press(&form, "Register").await, "Wiki");
    // A file is not sent by that button, and its name alone is nothing.
    let form = add_form(&console)
        .await
        .choose_file("Metadata File", "wiki.xml", "<x/>");
    let again = console.press(&form, "Register").await.page_with(200).form("Import");
    let error = again.field("Metadata File").error.clone().unwrap();
    assert!(error.contains("press the button"), "{error}");
}

/// A request may name its address by the index that the metadata gave it.
async fn the_metadatas_indexes_count(app: &TestApp) {
    let sp = unknown(app).await;
    import_pasted(&app.console().await, &xml(&sp, |_| ()))
        .await
        .page_with(200);
    for (index, status) in [(1, 200), (0, 400)] {
        let mut request = sp.request();
        request.acs_url = None;
        request.acs_index = Some(index);
        let page = app
            .browser()
            .open(&sp.redirect_signed(&request, None, Some(sp_key())))
            .await;
        assert_eq!(page.status, status, "index {index}: {}", page.body);
    }
}

/// What is left out is said on the page that the import leads to.
async fn what_was_not_taken_is_said(app: &TestApp) {
    let sp = unknown(app).await;
    let console = app.console().await;
    let metadata = xml(&sp, |spec| {
        let mut artifact = spec.acs[0].clone();
        artifact.binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact".into();
        spec.acs.push(artifact);
    });
    let answer = import_pasted(&console, &metadata).await;
    let page = answer.page_with(200);
    assert!(
        page.text.contains("Not everything was taken over") && page.text.contains("HTTP-Artifact"),
        "{}",
        page.text
    );
    let later = console.open(&own_page(&answer)).await.page();
    assert!(!later.text.contains("Not everything was taken over"));
    let metadata = console.open(later.link("Update from metadata")).await.page();
    assert!(metadata.text.contains("HTTP-Artifact"), "{}", metadata.text);
}

async fn one_of_several_is_chosen(app: &TestApp) {
    let sp = unknown(app).await;
    let others: String = (0..60)
        .map(|n| {
            xml(&sp, |spec| {
                spec.entity_id = format!("urn:other:{n}");
                spec.service_name = format!("Other <b>{n}</b>");
            })
        })
        .collect();
    let all = format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{others}{}</md:EntitiesDescriptor>",
        xml(&sp, |_| ())
    );
    let console = app.console().await;
    let answer = import_pasted(&console, &all).await;
    let page = answer.page_with(200);
    assert_eq!(page.heading, "Choose a service provider");
    assert!(page.text.contains("61 service providers"), "{}", page.text);
    // The 61st is found by searching.
    let search = page.form("Search").set("q", "wiki.ex");
    let (_, pairs) = search.press("Search");
    let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let found = console
        .open(&format!("/console/service-providers/import?{}", query.join("&")))
        .await
        .page_with(200);
    let nothing = console.press(&found.form("Import"), "Import").await.page_with(200);
    assert!(nothing.alert.contains("Choose one"), "{}", nothing.alert);
    let form = found.form("Import");
    let answer = console
        .press(&form.set_radio("input[entity_id]", &sp.issuer), "Import")
        .await;
    registered(&answer, "Wiki");
    assert_eq!(sign_in(app, &sp).await.name_id.value, "admin");
    // Nothing of another's file is to be seen in another session.
    let other = app
        .console()
        .await
        .get(&format!("/console/service-providers/import?{}", query.join("&")))
        .await;
    assert_eq!(other.status, 404);
}

async fn a_cancelled_import_leaves_the_form_empty(app: &TestApp) {
    let console = app.console().await;
    let page = console.open(NEW).await.page_with(200);
    for label in ["Service Provider Name", "Metadata File", "Metadata URL", "Metadata XML"] {
        assert_eq!(page.form("Import").field(label).value, "", "{label}");
    }
}

on_both_stores!(
    a_file_an_address_and_a_text,
    register_takes_metadata_too,
    the_metadatas_indexes_count,
    what_was_not_taken_is_said,
    one_of_several_is_chosen,
    a_cancelled_import_leaves_the_form_empty,
);
