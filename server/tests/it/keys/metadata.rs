//! The metadata as those see it who fetch it.

use axum::http::{Method, header};
use entity::service_provider_key;
use sea_orm::EntityTrait;

use super::{fetch, press, publish, published};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

async fn noted(app: &TestApp) -> Vec<service_provider_key::Model> {
    service_provider_key::Entity::find()
        .all(&app.services.db)
        .await
        .unwrap()
}

/// Whoever has a copy is told when it is still the same, and gets another when something has changed.
async fn a_copy_is_good_until_something_changes(app: &TestApp) {
    let browser = app.browser();
    let first = fetch(app, "").await;
    assert_eq!(first.header(header::CACHE_CONTROL), "no-cache");
    let tag = first.header(header::ETAG).to_owned();
    assert!(tag.starts_with("W/\"") && tag.ends_with('"'), "{tag}");
    assert_eq!(fetch(app, "").await.body, first.body, "the same document");
    let again = |tag: &str| {
        let request = browser.request(Method::GET, "/identity/metadata/saml2");
        browser.send(request.header(header::IF_NONE_MATCH, tag), "")
    };
    let answer = again(&format!("\"other\", {tag}")).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (304, ""));
    assert_eq!(answer.header(header::ETAG), tag);
    assert_eq!(again("\"other\"").await.status, 200);

    publish(&app.console().await, "RSA").await;
    let changed = again(&tag).await;
    assert_eq!(changed.status, 200, "there is another certificate in it");
    assert_ne!(changed.header(header::ETAG), tag);
    let tag = changed.header(header::ETAG).to_owned();
    app.seconds(3600);
    assert_eq!(
        again(&tag).await.status,
        200,
        "a new date, before the old one comes near"
    );
}

async fn head_and_download(app: &TestApp) {
    app.sp("Wiki", &[None], |_| ()).await;
    let browser = app.browser();
    let head = browser.request(Method::HEAD, "/identity/metadata/saml2?spEntityID=wiki.example");
    let head = browser.send(head, "").await;
    assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    assert_eq!(head.header(header::CONTENT_TYPE), "application/samlmetadata+xml");
    assert!(!head.header(header::ETAG).is_empty());
    assert!(noted(app).await.is_empty(), "it has not seen the document");

    let plain = fetch(app, "").await;
    assert_eq!(plain.header(header::CONTENT_DISPOSITION), "");
    let page = app.console().await.open(super::RESIDENT).await.page_with(200);
    let saved = browser.get(page.link("Download Metadata")).await;
    assert_eq!(
        saved.header(header::CONTENT_DISPOSITION),
        "attachment; filename=\"gatehouse-metadata.xml\""
    );
    assert!(plain.body.contains("validUntil"), "{}", plain.body);
    assert!(
        !saved.body.contains("validUntil"),
        "nobody fetches a file again: {}",
        saved.body
    );
    let keys = |body: &str| body.matches("X509Certificate>").count();
    assert!(keys(&saved.body) > 0 && keys(&saved.body) == keys(&plain.body));
}

/// What is fetched under a service provider's own address is noted for it; the answer tells nobody who is registered.
async fn own_addresses(app: &TestApp) {
    let sp = app.sp("Wiki", &[None], |_| ()).await;
    let plain = fetch(app, "").await;
    for query in [
        "?spEntityID=stranger.example",
        "?spEntityID=",
        "?spEntityID=%FF",
        "?spEntityID=a&spEntityID=b",
    ] {
        assert_eq!(fetch(app, query).await.body, plain.body, "{query}");
    }
    let long = "x".repeat(1025);
    fetch(app, &format!("?spEntityID={long}")).await;
    assert!(noted(app).await.is_empty());
    let own = fetch(app, "?spEntityID=wiki.example").await;
    assert_eq!(own.body, plain.body);
    assert_eq!(own.header(header::ETAG), plain.header(header::ETAG));
    let noted = noted(app).await;
    assert_eq!(noted.len(), 1);
    assert_eq!(
        (noted[0].service_provider_id, noted[0].fetched_at),
        (sp.id, Some(sp.now()))
    );
}

async fn certificates_as_files(app: &TestApp) {
    let browser = app.browser();
    let console = app.console().await;
    publish(&console, "RSA").await;
    let keys = published(app).await;
    for key in &keys {
        let path = format!("/identity/metadata/certificates/{}.pem", key.key_id());
        let answer = browser.get(&path).await;
        assert_eq!(answer.body, key.pem());
        assert!(
            answer.header(header::CONTENT_DISPOSITION).ends_with(".pem\""),
            "{answer:?}"
        );
    }
    let page = console.open(super::RESIDENT).await.page_with(200);
    assert!(page.links.iter().any(|(_, href)| href.contains(&keys[1].key_id())));
    let gone = keys[1].key_id();
    press(&console, &format!("Retire {}", &gone[..12]), "Retire").await;
    for name in [
        format!("{gone}.pem"),
        keys[0].key_id(),
        "nonsense.pem".into(),
        ".pem".into(),
    ] {
        let answer = browser.get(&format!("/identity/metadata/certificates/{name}")).await;
        assert_eq!(answer.status, 404, "{name}");
    }
}

on_both_stores!(
    a_copy_is_good_until_something_changes,
    head_and_download,
    own_addresses,
    certificates_as_files,
);
