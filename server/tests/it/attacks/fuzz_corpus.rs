//! What the fuzz targets of the crate `saml` begin with, sent to `/samlsso` by both bindings, as it is and damaged:
//! whatever comes, the server has an answer of its own, and it is never an error of the server.

use std::path::{Path, PathBuf};

use axum::http::{Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::input::Tick;
use entity::counter;
use percent_encoding::{CONTROLS, percent_encode};
use sea_orm::EntityTrait;

use crate::browser::{Answer, Browser};
use crate::harness::TestApp;
use crate::stores::on_both_stores;

/// The corpus is addressed to this server at the time tests begin, so that its good messages get past the first checks.
const ISSUER: &str = "fuzz.example";

/// Every file of the corpus.
fn corpus() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("saml/fuzz/corpus");
    let mut files = Vec::new();
    for binding in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(binding.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            files.push((path.clone(), std::fs::read(path).unwrap()));
        }
    }
    files.sort();
    assert!(files.len() > 50, "the corpus is gone");
    files
}

/// As it is, and with damage in a few places: a byte another, one gone, a piece twice, a NUL.
fn variants(content: &[u8]) -> Vec<Vec<u8>> {
    let mut all = vec![content.to_vec()];
    for part in 1..4 {
        let at = content.len() * part / 4;
        if at + 1 >= content.len() {
            break;
        }
        let mut other = content.to_vec();
        other[at] ^= 1 << part;
        let mut shorter = content.to_vec();
        shorter.remove(at);
        let mut nul = content.to_vec();
        nul.insert(at, 0);
        all.extend([other, shorter, nul, [&content[..at], &content[at / 2..]].concat()]);
    }
    all
}

/// What a query can hold of it: all that a request line can.
fn in_a_query(content: &[u8]) -> String {
    const LEFT_OUT: &percent_encoding::AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');
    percent_encode(content, LEFT_OUT).to_string()
}

async fn send(browser: &Browser, content: &[u8]) -> [Answer; 4] {
    let query = in_a_query(content);
    let post = |body: Vec<u8>| {
        let request = browser
            .request(Method::POST, "/samlsso")
            .header("sec-fetch-site", "cross-site")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        browser.send(request, body)
    };
    let encoded = STANDARD.encode(content).replace('+', "%2B");
    let deflated = match std::str::from_utf8(content) {
        Ok(xml) => {
            saml::redirect::url("/samlsso", saml::redirect::Parameter::Request, xml, Some("relay"), None).unwrap()
        }
        Err(_) => format!("/samlsso?SAMLResponse={encoded}"),
    };
    [
        browser.get(&format!("/samlsso?{query}")).await,
        browser.get(&deflated).await,
        post(content.to_vec()).await,
        post(format!("SAMLRequest={encoded}&RelayState=relay").into_bytes()).await,
    ]
}

async fn the_server_has_an_answer_to_the_fuzz_corpus(app: &TestApp) {
    let certificate = include_str!("../../../saml/fuzz/keys/sp.crt");
    app.sp("Fuzz", &[None], |saml| {
        assert_eq!(saml.issuer, ISSUER);
        saml.certificate = certificate.to_owned();
        saml.enable_idp_initiated_sso = Tick(true);
        saml.enable_idp_initiated_slo = Tick(true);
    })
    .await;
    let browser = app.browser();
    let (mut begun, mut refused) = (0, 0);
    for (path, content) in corpus() {
        for variant in variants(&content) {
            for answer in send(&browser, &variant).await {
                let head = String::from_utf8_lossy(&variant);
                match answer.status.as_u16() {
                    303 => begun += 1,
                    400 => refused += 1,
                    // A LogoutResponse, or an answer at once: nothing else has a page of its own here.
                    200 => {}
                    other => panic!("{other} for {}: {answer:?}\n{head}", path.display()),
                }
            }
        }
        browser.cookies.lock().unwrap().clear();
        // So many refusals are kept in an hour and no more; the clock has to stay where the good messages are fresh.
        counter::Entity::delete_many().exec(&app.services.db).await.unwrap();
    }
    assert!(begun > 10 && refused > 1000, "{begun} were taken and {refused} refused");
}

on_both_stores!(the_server_has_an_answer_to_the_fuzz_corpus);
