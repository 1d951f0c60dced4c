//! Logout messages, for the sides that begin and the sides that answer.
//!
//! Owns building them; reading is [`crate::inbound`]'s. Whom to tell, and over which binding, is the caller's.

use chrono::{DateTime, Utc};
use gamlastan::core::assertion::name_id::{NameId as LibraryNameId, NameIdOrEncryptedId};
use gamlastan::core::identifiers::SamlVersion;
use gamlastan::core::protocol::logout::{LogoutRequest, LogoutResponse};

use crate::build::{self, BuildError, issuer, legal, legal_option};
use crate::keys::KeyPair;
use crate::message::{NameId, Status};
use crate::response::status;

/// What goes into a LogoutRequest.
#[derive(Debug, Clone)]
pub struct LogoutRequestSpec {
    /// The request's ID.
    pub id: String,
    /// The sender's entity ID.
    pub issuer: String,
    /// Where it goes.
    pub destination: String,
    /// Whose sessions, exactly as the assertion named the person.
    pub name_id: NameId,
    /// Which of them; none means all.
    pub session_indexes: Vec<String>,
    /// After this the request is void.
    pub not_on_or_after: Option<DateTime<Utc>>,
    /// Why, `identifier::LOGOUT_BY_USER` for instance.
    pub reason: Option<String>,
    /// Now.
    pub issue_instant: DateTime<Utc>,
}

/// What goes into a LogoutResponse.
#[derive(Debug, Clone)]
pub struct LogoutResponseSpec {
    /// The response's ID.
    pub id: String,
    /// The sender's entity ID.
    pub issuer: String,
    /// Where it goes.
    pub destination: String,
    /// The request it answers.
    pub in_response_to: String,
    /// How it went.
    pub status: Status,
    /// Now.
    pub issue_instant: DateTime<Utc>,
}

/// Builds a LogoutRequest. With a key the XML is signed (for POST and SOAP); over Redirect leave it out, there
/// [`crate::redirect::url`] signs the query.
///
/// # Errors
/// [`BuildError`].
pub fn build_request(spec: &LogoutRequestSpec, key: Option<&KeyPair>) -> Result<String, BuildError> {
    build::id(&spec.id)?;
    legal("The issuer", &spec.issuer)?;
    legal("The destination", &spec.destination)?;
    legal("The NameID", &spec.name_id.value)?;
    legal_option("The reason", spec.reason.as_deref())?;
    for index in &spec.session_indexes {
        legal("A session index", index)?;
    }
    let request = LogoutRequest {
        id: spec.id.clone(),
        version: SamlVersion::V2_0,
        issue_instant: spec.issue_instant,
        destination: Some(spec.destination.clone()),
        consent: None,
        issuer: Some(issuer(&spec.issuer)),
        has_signature: false,
        not_on_or_after: spec.not_on_or_after,
        reason: spec.reason.clone(),
        name_id: NameIdOrEncryptedId::NameId(name_id(&spec.name_id)),
        session_indexes: spec.session_indexes.clone(),
    };
    build::message(&request, &spec.id, key)
}

/// Builds a LogoutResponse, signed as [`build_request`] signs.
///
/// # Errors
/// [`BuildError`].
pub fn build_response(spec: &LogoutResponseSpec, key: Option<&KeyPair>) -> Result<String, BuildError> {
    build::id(&spec.id)?;
    legal("The issuer", &spec.issuer)?;
    legal("The destination", &spec.destination)?;
    legal("InResponseTo", &spec.in_response_to)?;
    legal_option("The status message", spec.status.message.as_deref())?;
    let response = LogoutResponse {
        id: spec.id.clone(),
        version: SamlVersion::V2_0,
        issue_instant: spec.issue_instant,
        destination: Some(spec.destination.clone()),
        consent: None,
        issuer: Some(issuer(&spec.issuer)),
        has_signature: false,
        in_response_to: Some(spec.in_response_to.clone()),
        status: status(
            &spec.status.code,
            spec.status.sub_code.as_deref(),
            spec.status.message.as_deref(),
        ),
    };
    build::message(&response, &spec.id, key)
}

fn name_id(name_id: &NameId) -> LibraryNameId {
    LibraryNameId {
        value: name_id.value.clone(),
        format: name_id.format.clone(),
        name_qualifier: name_id.name_qualifier.clone(),
        sp_name_qualifier: name_id.sp_name_qualifier.clone(),
        sp_provided_id: None,
    }
}
