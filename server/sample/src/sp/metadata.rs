//! The service provider's metadata.
//!
//! Owns what an identity server needs to import it: entity ID, addresses at the host that was asked, and the certificate.

use axum::extract::{Extension, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use saml::identifier::{BINDING_POST, BINDING_REDIRECT, BINDING_SOAP, NAMEID_UNSPECIFIED};
use saml::metadata::{self, Endpoint, SpSpec};

use super::failure::Failure;
use crate::site::Site;
use crate::state::App;
use crate::token;

pub(super) async fn show(State(app): State<App>, Extension(site): Extension<Site>) -> Response {
    match document(&app, &site) {
        Ok(xml) => ([(header::CONTENT_TYPE, metadata::CONTENT_TYPE)], xml).into_response(),
        Err(failure) => failure.page(&app),
    }
}

fn document(app: &App, site: &Site) -> Result<String, Failure> {
    let certificates: Vec<_> = app.sp.key.iter().map(|key| key.certificate().clone()).collect();
    let slo = site.slo();
    let spec = SpSpec {
        id: token::message_id()?,
        entity_id: app.settings.issuer.clone(),
        service_name: "Sample app".to_owned(),
        acs: vec![Endpoint::indexed(BINDING_POST, &site.acs(), 0, true)],
        slo: [BINDING_REDIRECT, BINDING_POST, BINDING_SOAP]
            .map(|binding| Endpoint::new(binding, &slo))
            .to_vec(),
        signing_certificates: certificates.clone(),
        encryption_certificates: certificates,
        name_id_formats: vec![NAMEID_UNSPECIFIED.to_owned()],
        requested_attributes: Vec::new(),
        authn_requests_signed: app.sp.key.is_some(),
        want_assertions_signed: true,
        valid_until: None,
    };
    Ok(metadata::sp(&spec, None)?)
}
