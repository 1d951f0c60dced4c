//! The assertion of a response (saml-core 2.3.3), before it is signed.
//!
//! Owns which statements are made and how long they hold. What they say was checked by the parent module.

use chrono::{DateTime, TimeDelta, Utc};
use gamlastan::core::assertion::attribute::{Attribute as LibraryAttribute, AttributeStatement, AttributeValue};
use gamlastan::core::assertion::authn::{AuthnContext, AuthnStatement};
use gamlastan::core::assertion::conditions::{AudienceRestriction, Conditions};
use gamlastan::core::assertion::name_id::{NameId as LibraryNameId, NameIdOrEncryptedId};
use gamlastan::core::assertion::subject::{Subject, SubjectConfirmation, SubjectConfirmationData};
use gamlastan::core::assertion::types::Assertion;
use gamlastan::core::identifiers::SamlVersion;

use super::ResponseSpec;
use crate::build::issuer;
use crate::identifier::CONFIRMATION_BEARER;
use crate::message::{Attribute, NameId};

/// How far back `NotBefore` is dated, so that a service provider whose clock is a little behind accepts the assertion.
const BACKDATED: TimeDelta = TimeDelta::seconds(30);

pub(super) fn assertion(spec: &ResponseSpec) -> Assertion {
    let not_on_or_after = spec.issue_instant + TimeDelta::seconds(i64::from(spec.lifetime_seconds));
    Assertion {
        id: spec.assertion_id.clone(),
        issue_instant: spec.issue_instant,
        version: SamlVersion::V2_0,
        issuer: issuer(&spec.issuer),
        has_signature: false,
        subject: Some(subject(spec, not_on_or_after)),
        conditions: Some(Conditions {
            not_before: Some(spec.issue_instant - BACKDATED),
            not_on_or_after: Some(not_on_or_after),
            // One restriction with all audiences: several restrictions would have to hold together.
            audience_restrictions: vec![AudienceRestriction {
                audiences: spec.audience.clone(),
            }],
            one_time_use: false,
            proxy_restriction: None,
        }),
        advice: None,
        authn_statements: vec![AuthnStatement {
            authn_instant: spec.authn_instant,
            session_index: Some(spec.session_index.clone()),
            session_not_on_or_after: spec.session_not_on_or_after,
            subject_locality: None,
            authn_context: AuthnContext {
                authn_context_class_ref: Some(spec.authn_context_class.clone()),
                authn_context_decl_ref: None,
                authenticating_authorities: Vec::new(),
            },
        }],
        authz_decision_statements: Vec::new(),
        attribute_statements: attributes(&spec.attributes),
    }
}

fn subject(spec: &ResponseSpec, not_on_or_after: DateTime<Utc>) -> Subject {
    let confirmations = std::iter::once(&spec.destination)
        .chain(spec.recipients.iter().filter(|r| **r != spec.destination))
        .map(|recipient| SubjectConfirmation {
            method: CONFIRMATION_BEARER.to_owned(),
            name_id: None,
            subject_confirmation_data: Some(SubjectConfirmationData {
                // A bearer confirmation must not have it (saml-profiles 4.1.4.2).
                not_before: None,
                not_on_or_after: Some(not_on_or_after),
                recipient: Some(recipient.clone()),
                in_response_to: spec.in_response_to.clone(),
                address: None,
                key_info_x509_certs: Vec::new(),
            }),
        })
        .collect();
    Subject {
        name_id: Some(NameIdOrEncryptedId::NameId(library_name_id(&spec.name_id))),
        subject_confirmations: confirmations,
    }
}

/// An attribute statement must not be empty (saml-core 2.7.3), and an attribute without a value says nothing.
fn attributes(attributes: &[Attribute]) -> Vec<AttributeStatement> {
    let attributes: Vec<_> = attributes
        .iter()
        .filter(|a| !a.values.is_empty())
        .map(|a| LibraryAttribute {
            name: a.name.clone(),
            name_format: a.name_format.clone(),
            friendly_name: a.friendly_name.clone(),
            values: a.values.iter().map(|v| AttributeValue::String(v.clone())).collect(),
        })
        .collect();
    if attributes.is_empty() {
        Vec::new()
    } else {
        vec![AttributeStatement { attributes }]
    }
}

pub(crate) fn library_name_id(name_id: &NameId) -> LibraryNameId {
    LibraryNameId {
        value: name_id.value.clone(),
        format: name_id.format.clone(),
        name_qualifier: name_id.name_qualifier.clone(),
        sp_name_qualifier: name_id.sp_name_qualifier.clone(),
        sp_provided_id: None,
    }
}
