//! The checks on what a response and its assertion say, after their signatures were verified.
//!
//! saml-profiles 4.1.4.3 (the assertion) and 4.1.4.2 (the response). A value that the profile requires and that is
//! missing counts as wrong: products that checked only what was there were all broken by leaving it out.

use chrono::{DateTime, TimeDelta, Utc};
use gamlastan::core::assertion::attribute::{AttributeRef, AttributeValueRef};
use gamlastan::core::assertion::authn::AuthnStatementRef;
use gamlastan::core::assertion::conditions::ConditionsRef;
use gamlastan::core::assertion::issuer::IssuerRef;
use gamlastan::core::assertion::name_id::{NameIdOrEncryptedIdRef, NameIdRef};
use gamlastan::core::assertion::subject::{SubjectConfirmationDataRef, SubjectRef};
use gamlastan::core::assertion::types::AssertionRef;
use gamlastan::core::protocol::response::ResponseRef;

use super::{Accepted, Expectation, Rejected};
use crate::identifier::{CONFIRMATION_BEARER, NAMEID_ENTITY};
use crate::message::Attribute;
use crate::read::{plain_name_id, status, trimmed};

/// Checks the envelope.
pub(super) fn check_response(response: &ResponseRef<'_>, expectation: &Expectation<'_>) -> Result<(), Rejected> {
    let base = &response.base;
    if !base.version.is_v2_0() {
        return Err(Rejected::Version("response"));
    }
    // The profile lets unsigned responses do without; one that says who sends it can be told from another's.
    let issuer = base.issuer.as_ref().ok_or(Rejected::Issuer("response"))?;
    check_issuer(issuer, "response", expectation)?;
    if base.destination != Some(expectation.acs_url) {
        return Err(Rejected::Destination);
    }
    if base.in_response_to != expectation.in_response_to {
        return Err(Rejected::InResponseTo);
    }
    if base.issue_instant > expectation.now + skew(expectation) {
        return Err(Rejected::IssueInstant("response"));
    }
    if !base.status.is_success() {
        return Err(Rejected::Status(status(&base.status)));
    }
    Ok(())
}

/// What was taken from an assertion, without the texts it was taken from.
pub(super) struct Checked(Accepted);

impl Checked {
    pub(super) fn into_accepted(self, xml: &str, assertion_xml: &str) -> Accepted {
        Accepted {
            xml: xml.to_owned(),
            assertion_xml: assertion_xml.to_owned(),
            ..self.0
        }
    }
}

/// Checks the assertion and takes from it what a service provider uses.
pub(super) fn check_assertion(
    assertion: &AssertionRef<'_>,
    response: &ResponseRef<'_>,
    expectation: &Expectation<'_>,
) -> Result<Checked, Rejected> {
    if !assertion.version.is_v2_0() {
        return Err(Rejected::Version("assertion"));
    }
    check_issuer(&assertion.issuer, "assertion", expectation)?;
    if assertion.issue_instant > expectation.now + skew(expectation) {
        return Err(Rejected::IssueInstant("assertion"));
    }
    let subject = assertion.subject.as_ref().ok_or(Rejected::NameId)?;
    let name_id = name_id(subject)?;
    check_confirmations(subject, response, expectation)?;
    let valid_until = check_conditions(assertion.conditions.as_ref(), expectation)?;
    let statement = authn_statement(assertion, expectation)?;
    Ok(Checked(Accepted {
        assertion_id: assertion.id.to_owned(),
        issuer: trimmed(assertion.issuer.value),
        name_id: plain_name_id(name_id),
        session_index: statement.session_index.map(str::to_owned),
        authn_instant: statement.authn_instant,
        session_not_on_or_after: statement.session_not_on_or_after,
        authn_context_class: statement.authn_context.authn_context_class_ref.map(trimmed),
        attributes: attributes(assertion),
        // No confirmation outlives the conditions, so this is when a replay ends by itself.
        not_on_or_after: valid_until + skew(expectation),
        assertion_xml: String::new(),
        xml: String::new(),
    }))
}

fn check_issuer(issuer: &IssuerRef<'_>, place: &'static str, expectation: &Expectation<'_>) -> Result<(), Rejected> {
    let format = issuer.format.unwrap_or(NAMEID_ENTITY);
    if trimmed(issuer.value) == expectation.idp_entity_id && format == NAMEID_ENTITY {
        Ok(())
    } else {
        Err(Rejected::Issuer(place))
    }
}

fn name_id<'a, 'd>(subject: &'a SubjectRef<'d>) -> Result<&'a NameIdRef<'d>, Rejected> {
    match &subject.name_id {
        Some(NameIdOrEncryptedIdRef::NameId(name_id)) if !name_id.value.trim().is_empty() => Ok(name_id),
        _ => Err(Rejected::NameId),
    }
}

/// One bearer confirmation has to fit in every respect; the others are for other uses.
fn check_confirmations(
    subject: &SubjectRef<'_>,
    response: &ResponseRef<'_>,
    expectation: &Expectation<'_>,
) -> Result<(), Rejected> {
    let mut reason = "it has no bearer confirmation";
    for confirmation in &subject.subject_confirmations {
        if confirmation.method != CONFIRMATION_BEARER {
            continue;
        }
        match &confirmation.subject_confirmation_data {
            None => reason = "its bearer confirmation holds no data",
            Some(data) => match check_confirmation(data, response, expectation) {
                Ok(()) => return Ok(()),
                Err(why) => reason = why,
            },
        }
    }
    Err(Rejected::Confirmation(reason))
}

fn check_confirmation(
    data: &SubjectConfirmationDataRef<'_>,
    response: &ResponseRef<'_>,
    expectation: &Expectation<'_>,
) -> Result<(), &'static str> {
    let until = data.not_on_or_after.ok_or("its confirmation does not end")?;
    if data.not_before.is_some() {
        return Err("its confirmation has a NotBefore, which a bearer confirmation must not have");
    }
    if data.recipient != Some(expectation.acs_url) {
        return Err("its recipient is another address");
    }
    if data.in_response_to != expectation.in_response_to || data.in_response_to != response.base.in_response_to {
        return Err("it answers another request");
    }
    if expectation.now >= until + skew(expectation) {
        return Err("its confirmation has expired");
    }
    Ok(())
}

fn check_conditions(
    conditions: Option<&ConditionsRef<'_>>,
    expectation: &Expectation<'_>,
) -> Result<DateTime<Utc>, Rejected> {
    let conditions = conditions.ok_or(Rejected::Conditions)?;
    let until = conditions.not_on_or_after.ok_or(Rejected::Conditions)?;
    if conditions
        .not_before
        .is_some_and(|from| from > expectation.now + skew(expectation))
    {
        return Err(Rejected::NotYetValid);
    }
    if expectation.now >= until + skew(expectation) {
        return Err(Rejected::Expired);
    }
    // Every restriction has to name us, and there has to be one (saml-core 2.5.1.4).
    let named = |audiences: &[&str]| {
        audiences
            .iter()
            .any(|audience| trimmed(audience) == expectation.sp_entity_id)
    };
    let restrictions = &conditions.audience_restrictions;
    if restrictions.is_empty() || !restrictions.iter().all(|r| named(&r.audiences)) {
        return Err(Rejected::Audience);
    }
    Ok(until)
}

fn authn_statement<'a, 'd>(
    assertion: &'a AssertionRef<'d>,
    expectation: &Expectation<'_>,
) -> Result<&'a AuthnStatementRef<'d>, Rejected> {
    let statement = assertion.authn_statements.first().ok_or(Rejected::AuthnStatement)?;
    if statement
        .session_not_on_or_after
        .is_some_and(|until| expectation.now >= until + skew(expectation))
    {
        return Err(Rejected::SessionExpired);
    }
    Ok(statement)
}

fn attributes(assertion: &AssertionRef<'_>) -> Vec<Attribute> {
    assertion
        .attribute_statements
        .iter()
        .flat_map(|statement| &statement.attributes)
        .map(attribute)
        .collect()
}

fn attribute(attribute: &AttributeRef<'_>) -> Attribute {
    Attribute {
        name: attribute.name.to_owned(),
        name_format: attribute.name_format.map(str::to_owned),
        friendly_name: attribute.friendly_name.map(str::to_owned),
        values: attribute.values.iter().filter_map(value).collect(),
    }
}

/// Values as text, whatever type they declare; XML inside a value is given as its source.
fn value(value: &AttributeValueRef<'_>) -> Option<String> {
    match value {
        AttributeValueRef::Str(text) | AttributeValueRef::DateTime(text) => Some((*text).to_owned()),
        AttributeValueRef::Integer(number) => Some(number.to_string()),
        AttributeValueRef::Boolean(flag) => Some(flag.to_string()),
        AttributeValueRef::Base64(octets) | AttributeValueRef::Xml(octets) => {
            Some(String::from_utf8_lossy(octets).into_owned())
        }
        AttributeValueRef::NameId(name_id) => Some(name_id.value.to_owned()),
        AttributeValueRef::Null => None,
    }
}

fn skew(expectation: &Expectation<'_>) -> TimeDelta {
    TimeDelta::seconds(i64::from(expectation.skew_seconds))
}
