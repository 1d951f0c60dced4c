//! Service providers from their metadata, through the pages: registered, refused, compared, updated.

mod adding;
mod logout;
mod refused;
mod updating;

use identity::testing;
use saml::identifier::{BINDING_POST, BINDING_REDIRECT};
use saml::keys::Certificate;
use saml::metadata::{Endpoint, RequestedAttribute, SpSpec};

use crate::browser::{Answer, Browser};
use crate::fake_sp::{FakeSp, sp_key};
use crate::form::Form;
use crate::harness::TestApp;

const NEW: &str = "/console/service-providers/new";
const URL: &str = "https://wiki.example/saml/metadata";

/// What the fake service provider publishes.
fn spec(sp: &FakeSp) -> SpSpec {
    SpSpec {
        id: "_metadata".into(),
        entity_id: sp.issuer.clone(),
        service_name: sp.name.clone(),
        acs: vec![Endpoint::indexed(BINDING_POST, &sp.acs, 1, true)],
        slo: vec![Endpoint::new(BINDING_REDIRECT, &sp.acs.replace("/acs", "/slo"))],
        signing_certificates: vec![sp_key().certificate().clone()],
        encryption_certificates: Vec::new(),
        name_id_formats: Vec::new(),
        requested_attributes: vec![RequestedAttribute {
            name: domain::claim::MOBILE.into(),
            name_format: None,
            friendly_name: None,
            required: false,
            service_index: 1,
        }],
        authn_requests_signed: true,
        want_assertions_signed: true,
        valid_until: None,
    }
}

fn xml(sp: &FakeSp, change: impl FnOnce(&mut SpSpec)) -> String {
    let mut spec = spec(sp);
    change(&mut spec);
    saml::metadata::sp(&spec, None).unwrap()
}

/// A certificate that nobody here signs with.
fn other_certificate() -> Certificate {
    let year = |year| chrono::TimeZone::with_ymd_and_hms(&chrono::Utc, year, 1, 1, 0, 0, 0).unwrap();
    let key = saml::keys::KeyPair::generate_rsa(2048, "the next one", year(2025), year(2035)).unwrap();
    key.certificate().clone()
}

/// A service provider that is not registered yet.
async fn unknown(app: &TestApp) -> FakeSp {
    FakeSp::new(app, 0, "Wiki").await
}

async fn add_form(console: &Browser) -> Form {
    console.open(NEW).await.page_with(200).form("Import")
}

/// Imports pasted metadata, and gives the page it leads to.
async fn import_pasted(console: &Browser, xml: &str) -> Answer {
    let form = add_form(console).await.set("Metadata XML", xml);
    console.press(&form, "Import").await
}

fn serve(app: &TestApp, xml: &str) {
    app.sms.documents.lock().unwrap().push(Ok(testing::document(200, xml)));
}

/// The service provider's own page, out of the address of an answer.
fn own_page(answer: &Answer) -> String {
    answer.path.split('?').next().unwrap().to_owned()
}
