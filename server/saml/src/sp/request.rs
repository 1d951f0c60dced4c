//! Building an AuthnRequest (saml-core 3.4.1).

use chrono::{DateTime, Utc};
use gamlastan::core::assertion::name_id::NameIdPolicy as LibraryPolicy;
use gamlastan::core::identifiers::SamlVersion;
use gamlastan::core::protocol::request::{
    AuthnContextComparison, AuthnRequest, RequestBase, RequestedAuthnContext as LibraryContext,
};

use crate::build::{self, BuildError, issuer, legal, legal_option};
use crate::keys::KeyPair;
use crate::message::{Comparison, NameIdPolicy, RequestedAuthnContext};

/// What goes into an AuthnRequest.
#[derive(Debug, Clone)]
pub struct AuthnRequestSpec {
    /// The request's ID, to be bound to the browser that is sent away with it.
    pub id: String,
    /// Our entity ID.
    pub issuer: String,
    /// The identity provider's address.
    pub destination: String,
    /// Where the response should go. None: the identity provider's default for us.
    pub acs_url: Option<String>,
    /// The same by index; not to be combined with an address.
    pub acs_index: Option<u16>,
    /// Which set of attributes is wanted.
    pub attribute_consuming_service_index: Option<u16>,
    /// The binding wanted for the response.
    pub protocol_binding: Option<String>,
    /// Authenticate anew even if there is a session.
    pub force_authn: bool,
    /// Show no page.
    pub is_passive: bool,
    /// Wishes for the NameID.
    pub name_id_policy: Option<NameIdPolicy>,
    /// Wishes for how the person is authenticated.
    pub requested_authn_context: Option<RequestedAuthnContext>,
    /// Now.
    pub issue_instant: DateTime<Utc>,
}

/// Builds an AuthnRequest. With a key the XML is signed (for POST); over Redirect leave it out, there
/// [`crate::redirect::url`] signs the query.
///
/// # Errors
/// [`BuildError`].
pub fn build_authn_request(spec: &AuthnRequestSpec, key: Option<&KeyPair>) -> Result<String, BuildError> {
    build::id(&spec.id)?;
    legal("The issuer", &spec.issuer)?;
    legal("The destination", &spec.destination)?;
    legal_option("The assertion consumer URL", spec.acs_url.as_deref())?;
    let request = AuthnRequest {
        base: RequestBase {
            id: spec.id.clone(),
            version: SamlVersion::V2_0,
            issue_instant: spec.issue_instant,
            destination: Some(spec.destination.clone()),
            consent: None,
            issuer: Some(issuer(&spec.issuer)),
            has_signature: false,
        },
        subject: None,
        name_id_policy: spec.name_id_policy.as_ref().map(|policy| LibraryPolicy {
            format: policy.format.clone(),
            sp_name_qualifier: policy.sp_name_qualifier.clone(),
            allow_create: policy.allow_create,
        }),
        conditions: None,
        requested_authn_context: spec.requested_authn_context.as_ref().map(context),
        scoping: None,
        // False is the default; leaving it out keeps the redirect short.
        force_authn: spec.force_authn.then_some(true),
        is_passive: spec.is_passive.then_some(true),
        assertion_consumer_service_index: spec.acs_index,
        assertion_consumer_service_url: spec.acs_url.clone(),
        protocol_binding: spec.protocol_binding.clone(),
        attribute_consuming_service_index: spec.attribute_consuming_service_index,
        provider_name: None,
        extensions: None,
    };
    build::message(&request, &spec.id, key)
}

fn context(requested: &RequestedAuthnContext) -> LibraryContext {
    LibraryContext {
        comparison: match requested.comparison {
            Comparison::Exact => AuthnContextComparison::Exact,
            Comparison::Minimum => AuthnContextComparison::Minimum,
            Comparison::Maximum => AuthnContextComparison::Maximum,
            Comparison::Better => AuthnContextComparison::Better,
        },
        authn_context_class_refs: requested.classes.clone(),
        authn_context_decl_refs: requested.declarations.clone(),
    }
}
