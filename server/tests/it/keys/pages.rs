//! The resident page and its questions.

use chrono::Duration;
use identity::clock::Clock;
use identity::testing::ADMIN_PASSWORD;
use saml::keys::KeyPair;

use super::{RESIDENT, assert_done, press, private_pem, publish, published};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// Who is not known to have the new certificate is named before it is used; a word of the administrator's counts.
async fn those_who_do_not_know_it_are_named(app: &TestApp) {
    let console = app.console().await;
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    app.sp("Shop", &[None], |_| ()).await;
    let page = publish(&console, "RSA").await;
    assert!(
        page.text.contains("0 of 2 service providers have the new certificate"),
        "{}",
        page.text
    );
    assert!(page.text.contains("until 2026-11-30"), "{}", page.text);
    super::fetch(app, "?spEntityID=shop.example").await;

    let page = console.open(RESIDENT).await.page_with(200);
    assert!(
        page.text.contains("1 of 2 not yet") && page.text.contains("has fetched it"),
        "{}",
        page.text
    );
    let question = console.open(page.link("Use")).await.page_with(200);
    assert!(
        question
            .text
            .contains("1 service provider may not know this certificate yet"),
        "{}",
        question.text
    );
    assert_eq!(
        question.link("Wiki"),
        format!("/console/service-providers/{}/saml", wiki.id)
    );
    assert!(!question.links.iter().any(|(name, _)| name == "Shop"));

    // Whoever sends the form of a page that knew nobody is asked again.
    let form = question.form("Use it all the same").set("anyway", "false");
    let refused = console.press(&form, "Use it all the same").await.page_with(200);
    assert!(
        refused.alert.contains("1 service provider would not accept"),
        "{}",
        refused.alert
    );

    let tick = console
        .open(RESIDENT)
        .await
        .page_with(200)
        .form("Has the new certificate Wiki");
    let page = console
        .press(&tick, "Has the new certificate Wiki")
        .await
        .page_with(200);
    assert_eq!(page.status, "Noted.");
    assert!(
        page.text.contains("told by hand") && page.text.contains("all of 2"),
        "{}",
        page.text
    );
    let page = press(&console, "Use", "Use").await;
    assert_done(&page, "signs from now on");
    let log = console.open("/console/audit").await.page_with(200).text;
    for words in [
        "publish",
        "note certificate",
        "has the certificate of the signing key",
        "instead of",
        "Signing keys",
    ] {
        assert!(log.contains(words), "{words}: {log}");
    }
}

/// What an assertion was signed with stands beside the service provider.
async fn the_last_assertion_s_key_is_shown(app: &TestApp) {
    let console = app.console().await;
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    let key = published(app).await[0].key_id();
    identity::keys::note_signed(&app.services.db, wiki.id, &key, app.clock.now())
        .await
        .unwrap();
    let page = publish(&console, "RSA").await;
    let row = format!("{} 2026-11-23 12:00:00", &key[..12]);
    assert!(page.text.contains(&row), "{row}: {}", page.text);
}

/// Every step asks for one's own password if it was given over five minutes ago, and leads back to where one was.
async fn steps_ask_for_the_password(app: &TestApp) {
    let console = app.console().await;
    publish(&console, "RSA").await;
    let page = console.open(RESIDENT).await.page_with(200);
    app.seconds(301);
    for link in ["Publish a new key", "Import a key", "Use"] {
        let asked = console.open(page.link(link)).await.page_with(200);
        assert_eq!(asked.heading, "Confirm your password", "{link}");
    }
    let asked = console.open(page.link("Use")).await.page_with(200);
    let form = asked.form("Continue").set("Password", ADMIN_PASSWORD);
    let question = console.press(&form, "Continue").await.page_with(200);
    assert_eq!(question.heading, "Use a key");
    console.press(&question.form("Use"), "Use").await.page_with(200);
}

/// A pair that is refused says why at its field; the private key has to be pasted again, and nothing keeps it.
async fn an_import_that_is_mended(app: &TestApp) {
    let console = app.console().await;
    let now = app.clock.now();
    let pair =
        |name: &str| KeyPair::generate_rsa(2048, name, now - Duration::days(1), now + Duration::days(100)).unwrap();
    let (own, other) = (pair("own.example"), pair("other.example"));
    let page = console.open(RESIDENT).await.page_with(200);
    let form = console
        .open(page.link("Import a key"))
        .await
        .page_with(200)
        .form("Import");
    let form = form
        .set("Private Key", &private_pem(&own))
        .set("Certificate", &other.certificate_pem());
    let page = console.press(&form, "Import").await.page_with(200);
    assert!(
        page.alert.contains("Not published") && page.alert.contains("does not belong"),
        "{}",
        page.alert
    );
    let form = page.form("Import");
    assert!(form.field("Certificate").error.is_some());
    assert_eq!(form.field("Private Key").value.trim(), "", "it does not come back");
    assert!(form.field("Certificate").value.contains("BEGIN CERTIFICATE"));
    let form = form
        .set("Private Key", &private_pem(&own))
        .set("Certificate", &own.certificate_pem());
    let page = console.press(&form, "Import").await.page_with(200);
    assert_done(&page, "Published.");
    assert!(page.text.contains("CN=own.example"), "{}", page.text);
    assert_eq!(published(app).await[1].key_id(), own.key_id());
}

/// What cannot be done now says why, and has no button.
async fn a_step_out_of_order_is_explained(app: &TestApp) {
    let console = app.console().await;
    let id = {
        use sea_orm::EntityTrait as _;
        entity::signing_key::Entity::find()
            .one(&app.services.db)
            .await
            .unwrap()
            .unwrap()
            .id
    };
    for (step, words) in [
        ("use", "signs already"),
        ("retire", "Publish and use another RSA key first"),
    ] {
        let page = console
            .open(&format!("{RESIDENT}/keys/{id}/{step}"))
            .await
            .page_with(200);
        assert!(page.text.contains(words), "{}", page.text);
        assert!(
            !page.forms.iter().any(|form| form.action.contains("signing-keys")),
            "{step}"
        );
        let fields = [
            ("id".to_owned(), id.to_string()),
            ("anyway".to_owned(), "true".to_owned()),
        ];
        let answer = console
            .post(&format!("/api/console/signing-keys/{step}"), &fields)
            .await;
        let page = console.follow(answer).await.page_with(200);
        assert!(page.alert.contains(words), "{}", page.alert);
    }
    assert_eq!(console.get(&format!("{RESIDENT}/keys/999/use")).await.status, 404);
    assert_eq!(console.get(&format!("{RESIDENT}/keys/x/retire")).await.status, 404);
}

on_both_stores!(
    those_who_do_not_know_it_are_named,
    the_last_assertion_s_key_is_shown,
    steps_ask_for_the_password,
    an_import_that_is_mended,
    a_step_out_of_order_is_explained,
);
