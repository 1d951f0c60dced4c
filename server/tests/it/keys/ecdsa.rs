//! A service provider that takes ECDSA, beside one that takes RSA.

use domain::input::saml::ECDSA_SHA256;
use saml::identifier::STATUS_SUCCESS;

use super::{RESIDENT, assert_done, press, publish, published, sign_in, signed_with, to_response};
use crate::browser::Browser;
use crate::fake_sp::{FakeSp, logout_status};
use crate::harness::TestApp;
use crate::page::Page;
use crate::stores::on_both_stores;

/// Chooses the signing algorithm on the service provider's page.
async fn choose(console: &Browser, sp: &FakeSp, algorithm: &str) -> Page {
    let page = console
        .open(&format!("/console/service-providers/{}/saml", sp.id))
        .await;
    let form = page
        .page_with(200)
        .form("Update")
        .choose("Response Signing Algorithm", algorithm);
    console.press(&form, "Update").await.page_with(200)
}

async fn ecdsa_from_the_key_to_the_logout(app: &TestApp) {
    let console = app.console().await;
    let mut wiki = app.sp("Wiki", &[None], |_| ()).await;
    let shop = app.sp("Shop", &[None], |_| ()).await;
    assert_eq!(
        published(app).await.len(),
        1,
        "no certificate by ECDSA unless somebody wants it"
    );
    let page = choose(&console, &wiki, "ECDSA-SHA256").await;
    assert!(
        page.alert.contains("publish and use an ECDSA key first"),
        "{}",
        page.alert
    );

    publish(&console, "ECDSA").await;
    let page = choose(&console, &wiki, "ECDSA-SHA256").await;
    assert!(
        page.alert.contains("publish and use an ECDSA key first"),
        "{}",
        page.alert
    );
    press(&console, "Use", "Use").await;
    let page = choose(&console, &wiki, "ECDSA-SHA256").await;
    assert_eq!((page.alert.as_str(), page.status.as_str()), ("", "Updated."));

    let certificates = published(app).await;
    let kinds: Vec<_> = certificates.iter().map(|one| one.key_algorithm.as_str()).collect();
    assert_eq!(kinds, ["RSA", "EC"]);
    let browser = app.browser();
    sign_in(app, &browser, &wiki)
        .await
        .expect_err("it has not fetched the new certificate");
    wiki.refetch(app).await;
    let (request, sent) = to_response(app, &browser, &wiki).await;
    assert_eq!(
        sent.xml().matches(ECDSA_SHA256).count(),
        2,
        "response and assertion: {}",
        sent.xml()
    );
    let accepted = wiki.accept(&sent, &request).unwrap();
    // The other goes on as before, without having fetched anything.
    sign_in(app, &browser, &shop).await.unwrap();
    let [rsa, ec] = [0, 1].map(|n| certificates[n].key_id());
    assert_eq!(signed_with(app).await[1..], [ec, rsa]);

    let asked = browser
        .open(&wiki.logout_redirect(&wiki.logout_request(&accepted), None))
        .await;
    let asked = shop.receive_redirect(&asked);
    let answer = browser.open(&shop.logout_answer(&asked)).await;
    assert_eq!(logout_status(&wiki.receive_redirect(&answer)).code, STATUS_SUCCESS);
}

/// While somebody takes its signatures, the only key of its kind stays; they are named, with links.
async fn the_only_ecdsa_key_stays_while_it_is_needed(app: &TestApp) {
    let console = app.console().await;
    let wiki = app.sp("Wiki", &[None], |_| ()).await;
    publish(&console, "ECDSA").await;
    press(&console, "Use", "Use").await;
    choose(&console, &wiki, "ECDSA-SHA256").await;
    let key = entity_id(app).await;
    let page = console
        .open(&format!("{RESIDENT}/keys/{key}/retire"))
        .await
        .page_with(200);
    assert!(
        page.text
            .contains("signatures by ECDSA, which are chosen for 1 service provider."),
        "{}",
        page.text
    );
    assert_eq!(
        page.link("Wiki"),
        format!("/console/service-providers/{}/saml", wiki.id)
    );
    let fields = [
        ("id".to_owned(), key.to_string()),
        ("anyway".to_owned(), "true".to_owned()),
    ];
    let page = console.post("/api/console/signing-keys/retire", &fields).await;
    let page = console.follow(page).await.page_with(200);
    assert!(
        page.alert.contains("Used by: Wiki"),
        "not by going around the page either: {}",
        page.alert
    );

    choose(&console, &wiki, "RSA-SHA256").await;
    let form = console
        .open(&format!("{RESIDENT}/keys/{key}/retire"))
        .await
        .page_with(200)
        .form("Retire");
    let page = console.press(&form, "Retire").await.page_with(200);
    assert_done(&page, "signs no more");
    let page = choose(&console, &wiki, "ECDSA-SHA256").await;
    assert!(
        page.alert.contains("publish and use an ECDSA key first"),
        "{}",
        page.alert
    );
}

/// The row of the ECDSA key.
async fn entity_id(app: &TestApp) -> i64 {
    use sea_orm::EntityTrait as _;
    let rows = entity::signing_key::Entity::find().all(&app.services.db).await.unwrap();
    rows.iter().find(|row| row.kind == "ec").unwrap().id
}

on_both_stores!(
    ecdsa_from_the_key_to_the_logout,
    the_only_ecdsa_key_stays_while_it_is_needed,
);
