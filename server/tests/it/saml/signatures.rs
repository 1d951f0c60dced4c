//! Signatures of requests: checked wherever a certificate is known, ticked or not; demanded where ticked.

use chrono::{TimeZone, Utc};
use saml::keys::KeyPair;

use super::refusals::refused;
use crate::browser::Answer;
use crate::fake_sp::{FakeSp, sp_key};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

fn stranger() -> KeyPair {
    let year = |year| Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0).unwrap();
    KeyPair::generate_rsa(2048, "sp.example", year(2025), year(2035)).unwrap()
}

/// By Redirect and by POST, each with a request of its own.
async fn both(app: &TestApp, sp: &FakeSp, key: Option<&KeyPair>) -> [Answer; 2] {
    let browser = app.browser();
    [
        browser
            .get(&sp.redirect_signed(&sp.request(), Some("relay"), key))
            .await,
        browser
            .post_from_elsewhere("/samlsso", &sp.post(&sp.request(), key))
            .await,
    ]
}

async fn a_present_signature_is_checked(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| saml.certificate = sp_key().certificate_pem())
        .await;
    for answer in both(app, &sp, Some(sp_key()))
        .await
        .iter()
        .chain(&both(app, &sp, None).await)
    {
        assert!(answer.location().starts_with("/login/"));
    }
    for answer in both(app, &sp, Some(&stranger())).await {
        refused(app, &answer, "signature").await;
    }
}

async fn a_signature_is_demanded_where_ticked(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| {
            saml.certificate = sp_key().certificate_pem();
            saml.enable_signature_validation = true.into();
        })
        .await;
    for answer in both(app, &sp, Some(sp_key())).await {
        assert!(answer.location().starts_with("/login/"));
    }
    for key in [None, Some(&stranger())] {
        for answer in both(app, &sp, key).await {
            refused(app, &answer, "signature").await;
        }
    }
}

async fn two_certificates_while_keys_change(app: &TestApp) {
    let next = stranger();
    let both_certificates = format!("{}{}", sp_key().certificate_pem(), next.certificate_pem());
    let sp = app
        .sp("Wiki", &[None], |saml| saml.certificate = both_certificates)
        .await;
    for key in [sp_key(), &next] {
        for answer in both(app, &sp, Some(key)).await {
            assert!(answer.location().starts_with("/login/"));
        }
    }
}

/// The signature is over the query as it came: nothing in it may be changed, added or taken away.
async fn a_changed_query_is_refused(app: &TestApp) {
    let sp = app
        .sp("Wiki", &[None], |saml| {
            saml.certificate = sp_key().certificate_pem();
            saml.enable_signature_validation = true.into();
        })
        .await;
    let browser = app.browser();
    let good = sp.redirect_signed(&sp.request(), Some("relay"), Some(sp_key()));
    let other = sp.redirect(&sp.request(), Some("relay"));
    let request_of = |path: &str| path.split('&').next().unwrap().to_owned();
    for changed in [
        good.replace("RelayState=relay", "RelayState=other"),
        good.replace("&RelayState=relay", ""),
        good.replace(&request_of(&good), &request_of(&other)),
        format!("{}&{}", good, request_of(&other).trim_start_matches("/samlsso?")),
        good.replace("rsa-sha256", "rsa-sha1"),
        good.split("&Signature=").next().unwrap().to_owned(),
        good.split("&SigAlg=").next().unwrap().to_owned(),
    ] {
        let answer = browser.get(&changed).await;
        let page = answer.page_with(400);
        assert!(page.text.contains("Case number"), "{changed}");
    }
    assert!(browser.get(&good).await.location().starts_with("/login/"));
}

on_both_stores!(
    a_present_signature_is_checked,
    a_signature_is_demanded_where_ticked,
    two_certificates_while_keys_change,
    a_changed_query_is_refused,
);
