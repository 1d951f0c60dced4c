//! The service provider's metadata.
//!
//! Owns what an identity server needs to import it: entity ID, addresses at the host that was asked, the certificate to
//! verify and to encrypt with, the NameID formats it takes and the attributes it shows.

use axum::extract::{Extension, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use saml::identifier::{
    ATTRNAME_URI, BINDING_POST, BINDING_REDIRECT, BINDING_SOAP, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT,
    NAMEID_UNSPECIFIED,
};
use saml::metadata::{self, Endpoint, RequestedAttribute, SpSpec};

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
        name_id_formats: [NAMEID_UNSPECIFIED, NAMEID_EMAIL, NAMEID_PERSISTENT, NAMEID_TRANSIENT]
            .map(str::to_owned)
            .to_vec(),
        requested_attributes: [("mobile", "Mobile"), ("emailaddress", "Email")]
            .map(requested)
            .to_vec(),
        authn_requests_signed: app.sp.key.is_some(),
        want_assertions_signed: true,
        valid_until: None,
    };
    Ok(metadata::sp(&spec, None)?)
}

/// None is required: the sample shows what it gets.
fn requested((claim, name): (&str, &str)) -> RequestedAttribute {
    RequestedAttribute {
        name: format!("http://wso2.org/claims/{claim}"),
        name_format: Some(ATTRNAME_URI.to_owned()),
        friendly_name: Some(name.to_owned()),
        required: false,
        service_index: 0,
    }
}
