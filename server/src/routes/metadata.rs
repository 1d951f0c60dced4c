//! `GET /identity/metadata/saml2`: what this identity provider says of itself, and each certificate of it as a file.
//! Public, so that partners help themselves.

use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, Method, StatusCode, header};
use identity::{keys, saml_idp};
use serde::Deserialize;

use crate::AppState;
use crate::http::pages;

/// The longest entity ID there may be (SAML Core, section 8.3.6).
const LONGEST_ISSUER: usize = 1024;

#[derive(Debug, Default, Deserialize)]
pub struct Reader {
    /// The service provider whose own address this is.
    #[serde(rename = "spEntityID")]
    issuer: Option<String>,
    /// There, with or without a value: to be saved as a file.
    download: Option<String>,
}

pub async fn metadata(State(state): State<AppState>, request: Request) -> Response {
    // A query that does not read is no reason to hold back what is public.
    let reader = Query::<Reader>::try_from_uri(request.uri()).map_or_else(|_| Reader::default(), |query| query.0);
    // Whoever asks for the head has not seen the document.
    let issuer = reader
        .issuer
        .as_deref()
        .filter(|issuer| request.method() == Method::GET && issuer.len() <= LONGEST_ISSUER);
    let metadata = match saml_idp::metadata(&state.services, issuer, reader.download.is_some()).await {
        Ok(metadata) => metadata,
        Err(error) => return pages::failed(&state, request.headers(), &error),
    };
    // To be asked again each time: a key that was published must be seen, and who has seen it.
    let fresh = [
        (header::ETAG, metadata.etag.as_str()),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    if is_known(request.headers(), &metadata.etag) {
        return (StatusCode::NOT_MODIFIED, fresh).into_response();
    }
    let document = [(header::CONTENT_TYPE, "application/samlmetadata+xml")];
    let mut answer = (fresh, document, metadata.xml).into_response();
    if reader.download.is_some() {
        attach(&mut answer, "gatehouse-metadata.xml");
    }
    answer
}

/// `GET /identity/metadata/certificates/{key}.pem`, for service providers that want the certificate alone.
pub async fn certificate(State(state): State<AppState>, Path(file): Path<String>, request: Request) -> Response {
    let key_id = file.strip_suffix(".pem").unwrap_or_default();
    match keys::certificate(&state.services, key_id).await {
        Ok(pem) => {
            let headers = [
                (header::CONTENT_TYPE, "application/x-pem-file"),
                (header::CACHE_CONTROL, "no-cache"),
            ];
            let mut answer = (headers, pem).into_response();
            attach(
                &mut answer,
                &format!("gatehouse-{}.pem", &key_id[..key_id.len().min(12)]),
            );
            answer
        }
        Err(error) => pages::failed(&state, request.headers(), &error),
    }
}

/// Whether the client has this very document (RFC 9110, section 13.1.2: compared weakly).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim() == "*" || opaque(tag) == opaque(etag))
}

fn attach(answer: &mut Response, name: &str) {
    if let Ok(value) = format!("attachment; filename=\"{name}\"").parse() {
        answer.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
}
