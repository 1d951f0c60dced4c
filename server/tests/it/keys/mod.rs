//! The roll of the keys that sign, as an administrator does it and as service providers live through it.

mod command;
mod ecdsa;
mod metadata;
mod nodes;
mod pages;
mod roll;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use identity::testing::ADMIN_PASSWORD;
use saml::keys::{Certificate, KeyPair};
use saml::sp::{Accepted, Rejected};

use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, PostPage};
use crate::harness::TestApp;
use crate::page::Page;

const RESIDENT: &str = "/console/identity-providers/resident";

/// A private key as it stands in a file.
pub fn private_pem(pair: &KeyPair) -> String {
    let label = "PRIVATE KEY";
    let text = STANDARD.encode(pair.pkcs8_der());
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// The step was taken, and the page says so.
#[track_caller]
fn assert_done(page: &Page, words: &str) {
    assert!(page.status.contains(words), "{} {}", page.status, page.alert);
}

/// Presses the only button of the form that a link of the page leads to.
async fn press(console: &Browser, link: &str, button: &str) -> Page {
    let page = console.open(RESIDENT).await.page_with(200);
    let form = console.open(page.link(link)).await.page_with(200).form(button);
    console.press(&form, button).await.page_with(200)
}

/// *Publish a new key*, of this kind.
async fn publish(console: &Browser, kind: &str) -> Page {
    let page = console.open(RESIDENT).await.page_with(200);
    let form = console
        .open(page.link("Publish a new key"))
        .await
        .page_with(200)
        .form("Publish");
    let page = console.press(&form.tick(kind), "Publish").await.page_with(200);
    assert!(page.status.contains("Published."), "{} {}", page.status, page.alert);
    page
}

/// Goes to the application and signs in, if need be, as far as the message that goes back.
async fn to_response(app: &TestApp, browser: &Browser, sp: &FakeSp) -> (String, PostPage) {
    let (request, mut answer) = app.begin(browser, sp).await;
    if answer.page().heading == "Sign in" {
        answer = app.password(browser, &answer, "admin", ADMIN_PASSWORD).await;
    }
    (request, PostPage::read(&answer))
}

async fn sign_in(app: &TestApp, browser: &Browser, sp: &FakeSp) -> Result<Accepted, Rejected> {
    let (request, sent) = to_response(app, browser, sp).await;
    sp.accept(&sent, &request)
}

impl FakeSp {
    /// Fetches the metadata again, under the service provider's own address.
    async fn refetch(&mut self, app: &TestApp) {
        let answer = fetch(app, &format!("?spEntityID={}", self.issuer)).await;
        self.idp = saml::metadata::parse_idp(&answer.body).unwrap();
    }
}

async fn fetch(app: &TestApp, query: &str) -> Answer {
    let answer = app.browser().get(&format!("/identity/metadata/saml2{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer
}

/// The keys of the metadata as it is now, in its order.
async fn published(app: &TestApp) -> Vec<Certificate> {
    let answer = fetch(app, "").await;
    saml::metadata::parse_idp(&answer.body).unwrap().certificates
}

/// The keys that have signed what Sign-ins shows, the oldest first.
async fn signed_with(app: &TestApp) -> Vec<String> {
    use sea_orm::EntityTrait as _;
    let rows = entity::sign_in::Entity::find().all(&app.services.db).await.unwrap();
    rows.into_iter()
        .filter(|row| row.outcome == "signed_in")
        .map(|row| row.key_id)
        .collect()
}
