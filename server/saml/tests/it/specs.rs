//! A message of each kind that a service provider sends, everything in it filled.

use chrono::TimeDelta;
use saml::identifier::{
    BINDING_POST, CONTEXT_PASSWORD_PROTECTED_TRANSPORT, LOGOUT_BY_USER, NAMEID_PERSISTENT, STATUS_PARTIAL_LOGOUT,
    STATUS_SUCCESS,
};
use saml::logout::{LogoutRequestSpec, LogoutResponseSpec};
use saml::message::{Comparison, NameId, NameIdPolicy, RequestedAuthnContext, Status};
use saml::sp::AuthnRequestSpec;

use crate::support::{ACS, IDP, SP, now};

pub const SSO: &str = "https://idp.example.com/samlsso";

pub fn authn_spec() -> AuthnRequestSpec {
    AuthnRequestSpec {
        id: "_request-1".to_owned(),
        issuer: SP.to_owned(),
        destination: SSO.to_owned(),
        acs_url: Some(ACS.to_owned()),
        acs_index: None,
        attribute_consuming_service_index: Some(7),
        protocol_binding: Some(BINDING_POST.to_owned()),
        force_authn: true,
        is_passive: true,
        name_id_policy: Some(NameIdPolicy {
            format: Some(NAMEID_PERSISTENT.to_owned()),
            allow_create: true,
            sp_name_qualifier: Some(SP.to_owned()),
        }),
        requested_authn_context: Some(RequestedAuthnContext {
            comparison: Comparison::Minimum,
            classes: vec![
                CONTEXT_PASSWORD_PROTECTED_TRANSPORT.to_owned(),
                "https://refeds.org/profile/mfa".to_owned(),
            ],
            declarations: Vec::new(),
        }),
        issue_instant: now(),
    }
}

pub fn logout_request_spec() -> LogoutRequestSpec {
    LogoutRequestSpec {
        id: "_logout-1".to_owned(),
        issuer: SP.to_owned(),
        destination: SSO.to_owned(),
        name_id: NameId {
            value: " alice & bob ".to_owned(),
            format: Some(NAMEID_PERSISTENT.to_owned()),
            name_qualifier: Some(IDP.to_owned()),
            sp_name_qualifier: Some(SP.to_owned()),
        },
        session_indexes: vec!["_s1".to_owned(), "_s2".to_owned()],
        not_on_or_after: Some(now() + TimeDelta::minutes(5)),
        reason: Some(LOGOUT_BY_USER.to_owned()),
        issue_instant: now(),
    }
}

pub fn logout_response_spec() -> LogoutResponseSpec {
    LogoutResponseSpec {
        id: "_logout-2".to_owned(),
        issuer: SP.to_owned(),
        destination: SSO.to_owned(),
        in_response_to: "_logout-1".to_owned(),
        status: Status {
            code: STATUS_SUCCESS.to_owned(),
            sub_code: Some(STATUS_PARTIAL_LOGOUT.to_owned()),
            message: Some("Not everywhere".to_owned()),
        },
        issue_instant: now(),
    }
}
