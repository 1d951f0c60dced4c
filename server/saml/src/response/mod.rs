//! The identity provider's answers: an assertion about a person, or a status that says why there is none.
//!
//! Owns what the Web Browser SSO profile demands of a response (saml-profiles 4.1.4.2). The assertion is always signed,
//! even inside a signed response: service providers differ in which signature they look at.

mod assertion;

use chrono::{DateTime, SecondsFormat, Utc};
use gamlastan::core::identifiers::SamlVersion;
use gamlastan::core::protocol::response::{Response, ResponseBase};
use gamlastan::core::protocol::status::{Status as LibraryStatus, StatusCode};

use crate::algorithm::{DataEncryption, KeyEncryption};
use crate::build::{self, BuildError, after_issuer, issuer, legal, legal_option};
use crate::canonical::Writer;
use crate::encryption;
use crate::identifier::{NS_ASSERTION, NS_PROTOCOL, STATUS_SUCCESS};
use crate::keys::{Certificate, KeyPair};
use crate::message::{Attribute, NameId};
use crate::signing::Written;

/// Everything that goes into a successful response.
#[derive(Debug, Clone)]
pub struct ResponseSpec {
    /// The response's ID, from the caller's generator: unpredictable and never used before (saml-core 1.3.4).
    pub id: String,
    /// The assertion's ID, likewise.
    pub assertion_id: String,
    /// The identity provider's entity ID.
    pub issuer: String,
    /// The assertion consumer service: the response's Destination and the first Recipient.
    pub destination: String,
    /// The AuthnRequest's ID; none if the identity provider began.
    pub in_response_to: Option<String>,
    /// Who may accept the assertion; the service provider's entity ID first.
    pub audience: Vec<String>,
    /// Further addresses the assertion may be delivered at.
    pub recipients: Vec<String>,
    /// The person.
    pub name_id: NameId,
    /// The session's name towards this service provider.
    pub session_index: String,
    /// When the person was authenticated.
    pub authn_instant: DateTime<Utc>,
    /// When the service provider's own session has to end at the latest.
    pub session_not_on_or_after: Option<DateTime<Utc>>,
    /// What happened, as an authentication context class.
    pub authn_context_class: String,
    /// What is told about the person; without any there is no attribute statement.
    pub attributes: Vec<Attribute>,
    /// Now.
    pub issue_instant: DateTime<Utc>,
    /// How long the assertion can be accepted, in seconds.
    pub lifetime_seconds: u32,
    /// Sign the response too.
    pub sign_response: bool,
    /// Encrypt the assertion.
    pub encrypt: Option<Encryption>,
}

/// For whom and how an assertion is encrypted.
#[derive(Debug, Clone)]
pub struct Encryption {
    /// The service provider's certificate.
    pub certificate: Certificate,
    /// The content's algorithm.
    pub data: DataEncryption,
    /// The key's algorithm.
    pub key: KeyEncryption,
}

/// Builds, signs and, if asked for, encrypts a response. The XML declaration is left out: the bindings need none.
///
/// # Errors
/// [`BuildError`]: an ID that is none, a value XML cannot carry, an encryption certificate without a usable key, or a
/// failure of the key library.
pub fn build(spec: &ResponseSpec, key: &KeyPair) -> Result<String, BuildError> {
    check(spec)?;
    let assertion = assertion::assertion(spec).signed(after_issuer, &spec.assertion_id, key)?;
    let assertion = match &spec.encrypt {
        Some(encrypt) => Written::new(encryption::encrypt(&assertion.into_xml(), encrypt)?)?,
        None => assertion,
    };
    // The assertion is inserted as text: writing it anew could change what was signed.
    let response = envelope(spec).with(before_end, &assertion)?;
    Ok(if spec.sign_response {
        response.signed(after_issuer, &spec.id, key)?.into_xml()
    } else {
        response.into_xml()
    })
}

/// The assertion stands last in its response (saml-core 3.3.3).
fn before_end(xml: &str) -> Option<usize> {
    xml.rfind("</samlp:Response>")
}

/// A status to send instead of an assertion.
#[derive(Debug, Clone)]
pub struct StatusSpec {
    /// The response's ID.
    pub id: String,
    /// The identity provider's entity ID.
    pub issuer: String,
    /// The assertion consumer service.
    pub destination: String,
    /// The AuthnRequest's ID.
    pub in_response_to: Option<String>,
    /// The top-level code, `identifier::STATUS_RESPONDER` for instance.
    pub status: String,
    /// The second-level code, `identifier::STATUS_NO_PASSIVE` for instance.
    pub sub_status: Option<String>,
    /// Words for the service provider's administrator.
    pub message: Option<String>,
    /// Now.
    pub issue_instant: DateTime<Utc>,
}

/// Builds a response that carries a status and no assertion, signed if there is a key.
///
/// # Errors
/// [`BuildError`].
pub fn build_status(spec: &StatusSpec, key: Option<&KeyPair>) -> Result<String, BuildError> {
    build::id(&spec.id)?;
    legal("The issuer", &spec.issuer)?;
    legal("The destination", &spec.destination)?;
    legal_option("InResponseTo", spec.in_response_to.as_deref())?;
    legal_option("The status message", spec.message.as_deref())?;
    let response = Response {
        base: ResponseBase {
            id: spec.id.clone(),
            version: SamlVersion::V2_0,
            issue_instant: spec.issue_instant,
            destination: Some(spec.destination.clone()),
            consent: None,
            issuer: Some(issuer(&spec.issuer)),
            has_signature: false,
            in_response_to: spec.in_response_to.clone(),
            status: status(&spec.status, spec.sub_status.as_deref(), spec.message.as_deref()),
        },
        assertions: Vec::new(),
        encrypted_assertions: Vec::new(),
    };
    build::message(&response, &spec.id, key)
}

fn check(spec: &ResponseSpec) -> Result<(), BuildError> {
    build::id(&spec.id)?;
    build::id(&spec.assertion_id)?;
    legal("The issuer", &spec.issuer)?;
    legal("The destination", &spec.destination)?;
    legal_option("InResponseTo", spec.in_response_to.as_deref())?;
    legal("The session index", &spec.session_index)?;
    legal("The authentication context", &spec.authn_context_class)?;
    legal("The NameID", &spec.name_id.value)?;
    legal_option("The NameID format", spec.name_id.format.as_deref())?;
    legal_option("The NameID qualifier", spec.name_id.name_qualifier.as_deref())?;
    legal_option("The NameID qualifier", spec.name_id.sp_name_qualifier.as_deref())?;
    for audience in &spec.audience {
        legal("An audience", audience)?;
    }
    for recipient in &spec.recipients {
        legal("A recipient", recipient)?;
    }
    for attribute in &spec.attributes {
        let field = format!("The attribute {:?}", attribute.name);
        legal(&field, &attribute.name)?;
        legal_option(&field, attribute.name_format.as_deref())?;
        legal_option(&field, attribute.friendly_name.as_deref())?;
        for value in &attribute.values {
            legal(&field, value)?;
        }
    }
    Ok(())
}

/// The response around the assertion, which is not in it yet.
fn envelope(spec: &ResponseSpec) -> Written {
    let issued = instant(spec.issue_instant);
    let mut attributes = vec![
        ("xmlns:samlp", NS_PROTOCOL),
        ("Destination", spec.destination.as_str()),
        ("ID", &spec.id),
    ];
    if let Some(request) = &spec.in_response_to {
        attributes.push(("InResponseTo", request));
    }
    attributes.extend([("IssueInstant", issued.as_str()), ("Version", "2.0")]);
    let mut to = Writer::default();
    // Declared here too, as most products do, for whoever reads an assertion out of its place.
    to.start_declaring(("xmlns:saml", NS_ASSERTION), "samlp:Response", &attributes);
    to.element("saml:Issuer", &[("xmlns:saml", NS_ASSERTION)], &spec.issuer);
    to.start("samlp:Status", &[]);
    to.element("samlp:StatusCode", &[("Value", STATUS_SUCCESS)], "");
    to.end("samlp:Status");
    to.end("samlp:Response");
    to.written()
}

/// As xs:dateTime in UTC (saml-core 1.3.3).
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

pub(crate) fn status(code: &str, sub_code: Option<&str>, message: Option<&str>) -> LibraryStatus {
    LibraryStatus {
        status_code: StatusCode {
            value: code.to_owned(),
            sub_status: sub_code.map(|value| {
                Box::new(StatusCode {
                    value: value.to_owned(),
                    sub_status: None,
                })
            }),
        },
        status_message: message.map(str::to_owned),
        status_detail: None,
    }
}
