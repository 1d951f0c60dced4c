//! The assertion of a response (saml-core 2.3.3), before it is signed.
//!
//! Owns which statements are made and how long they hold. What they say was checked by the parent module.

use chrono::{DateTime, TimeDelta, Utc};

use super::{ResponseSpec, instant};
use crate::canonical::Writer;
use crate::identifier::{CONFIRMATION_BEARER, NS_ASSERTION, NS_XS, NS_XSI};
use crate::message::{Attribute, NameId};
use crate::signing::Written;

/// How far back `NotBefore` is dated, so that a service provider whose clock is a little behind accepts the assertion.
const BACKDATED: TimeDelta = TimeDelta::seconds(30);

pub(super) fn assertion(spec: &ResponseSpec) -> Written {
    let not_on_or_after = spec.issue_instant + TimeDelta::seconds(i64::from(spec.lifetime_seconds));
    let mut to = Writer::default();
    let issued = instant(spec.issue_instant);
    to.start(
        "saml:Assertion",
        &[
            ("xmlns:saml", NS_ASSERTION),
            ("ID", &spec.assertion_id),
            ("IssueInstant", &issued),
            ("Version", "2.0"),
        ],
    );
    // Without Format: `entity` is its default (saml-core 2.2.5), and some service providers compare the element as a whole.
    to.element("saml:Issuer", &[], &spec.issuer);
    subject(&mut to, spec, not_on_or_after);
    conditions(&mut to, spec, not_on_or_after);
    authn_statement(&mut to, spec);
    attribute_statement(&mut to, &spec.attributes);
    to.end("saml:Assertion");
    to.written()
}

fn subject(to: &mut Writer, spec: &ResponseSpec, not_on_or_after: DateTime<Utc>) {
    to.start("saml:Subject", &[]);
    name_id(to, &spec.name_id);
    let recipients =
        std::iter::once(&spec.destination).chain(spec.recipients.iter().filter(|r| **r != spec.destination));
    let not_on_or_after = instant(not_on_or_after);
    for recipient in recipients {
        to.start("saml:SubjectConfirmation", &[("Method", CONFIRMATION_BEARER)]);
        // A bearer confirmation must not have NotBefore (saml-profiles 4.1.4.2).
        let mut attributes = Vec::with_capacity(3);
        if let Some(request) = &spec.in_response_to {
            attributes.push(("InResponseTo", request.as_str()));
        }
        attributes.push(("NotOnOrAfter", not_on_or_after.as_str()));
        attributes.push(("Recipient", recipient.as_str()));
        to.element("saml:SubjectConfirmationData", &attributes, "");
        to.end("saml:SubjectConfirmation");
    }
    to.end("saml:Subject");
}

fn name_id(to: &mut Writer, name_id: &NameId) {
    let attributes = [
        ("Format", name_id.format.as_deref()),
        ("NameQualifier", name_id.name_qualifier.as_deref()),
        ("SPNameQualifier", name_id.sp_name_qualifier.as_deref()),
    ];
    to.element("saml:NameID", &present(&attributes), &name_id.value);
}

fn conditions(to: &mut Writer, spec: &ResponseSpec, not_on_or_after: DateTime<Utc>) {
    let (from, until) = (instant(spec.issue_instant - BACKDATED), instant(not_on_or_after));
    to.start("saml:Conditions", &[("NotBefore", &from), ("NotOnOrAfter", &until)]);
    // One restriction with all audiences: several restrictions would have to hold together.
    to.start("saml:AudienceRestriction", &[]);
    for audience in &spec.audience {
        to.element("saml:Audience", &[], audience);
    }
    to.end("saml:AudienceRestriction");
    to.end("saml:Conditions");
}

fn authn_statement(to: &mut Writer, spec: &ResponseSpec) {
    let at = instant(spec.authn_instant);
    let ends = spec.session_not_on_or_after.map(instant);
    let mut attributes = vec![("AuthnInstant", at.as_str()), ("SessionIndex", &spec.session_index)];
    if let Some(ends) = &ends {
        attributes.push(("SessionNotOnOrAfter", ends));
    }
    to.start("saml:AuthnStatement", &attributes);
    to.start("saml:AuthnContext", &[]);
    to.element("saml:AuthnContextClassRef", &[], &spec.authn_context_class);
    to.end("saml:AuthnContext");
    to.end("saml:AuthnStatement");
}

/// An attribute statement must not be empty (saml-core 2.7.3), and an attribute without a value says nothing.
fn attribute_statement(to: &mut Writer, attributes: &[Attribute]) {
    let mut attributes = attributes.iter().filter(|a| !a.values.is_empty()).peekable();
    if attributes.peek().is_none() {
        return;
    }
    to.start("saml:AttributeStatement", &[]);
    for attribute in attributes {
        let named = [
            ("FriendlyName", attribute.friendly_name.as_deref()),
            ("Name", Some(attribute.name.as_str())),
            ("NameFormat", attribute.name_format.as_deref()),
        ];
        to.start("saml:Attribute", &present(&named));
        for value in &attribute.values {
            let typed = [("xmlns:xsi", NS_XSI), ("xsi:type", "xs:string")];
            to.start_declaring(("xmlns:xs", NS_XS), "saml:AttributeValue", &typed);
            to.text(value);
            to.end("saml:AttributeValue");
        }
        to.end("saml:Attribute");
    }
    to.end("saml:AttributeStatement");
}

/// Of attributes, those that there are.
fn present<'a>(attributes: &[(&'a str, Option<&'a str>)]) -> Vec<(&'a str, &'a str)> {
    attributes
        .iter()
        .filter_map(|(name, value)| Some((*name, (*value)?)))
        .collect()
}
