//! T16: every statement of a response, missing, wrong, empty, past and future. The documents are genuinely signed, so
//! only the check in question can reject them.

use chrono::TimeDelta;
use saml::identifier::{STATUS_NO_PASSIVE, STATUS_RESPONDER};
use saml::message::Status;
use saml::response::{ResponseSpec, StatusSpec, build_status};
use saml::sp::Rejected;

use crate::support::{
    ACS, IDP, REQUEST, SP, accept, accept_as, built, control, expectation, idp_key, now, signature_of, signed_twice,
    spec,
};
use crate::xmlsec::resigned;

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

fn rejected(change: impl FnOnce(&mut ResponseSpec)) -> Rejected {
    let mut spec = signed_twice();
    control(&built(&spec));
    change(&mut spec);
    accept(&built(&spec)).expect_err("a response that does not fit is rejected")
}

/// Changes the unsigned document and has it signed anew by xmlsec1.
fn rejected_after(from: &str, to: &str) -> Rejected {
    control(&resigned(&bare(), |xml| xml));
    let xml = resigned(&bare(), |xml| {
        assert!(xml.contains(from), "nothing to replace: {from}");
        xml.replace(from, to)
    });
    accept(&xml).expect_err("a response that does not fit is rejected")
}

fn bare() -> String {
    let xml = built(&spec());
    xml.replace(signature_of(&xml), "")
}

#[test]
pub fn issuer() {
    let wrong = rejected(|s| s.issuer = "https://evil.example.com".to_owned());
    assert_eq!(wrong, Rejected::Issuer("response"));
    let first = format!("<saml:Issuer xmlns:saml=\"{ASSERTION}\">{IDP}</saml:Issuer><samlp:Status>");
    for to in ["<samlp:Status>", "<saml:Issuer/><samlp:Status>"] {
        assert_eq!(rejected_after(&first, to), Rejected::Issuer("response"));
    }
    let second = format!("<saml:Issuer>{IDP}</saml:Issuer><saml:Subject>");
    let other = rejected_after(&second, "<saml:Issuer>x</saml:Issuer><saml:Subject>");
    assert_eq!(other, Rejected::Issuer("assertion"));
    let missing = rejected_after(&second, "<saml:Subject>");
    assert!(matches!(missing, Rejected::Invalid(_)), "{missing:?}");
    let format = rejected_after(
        &second,
        &second.replace(
            "<saml:Issuer>",
            "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">",
        ),
    );
    assert_eq!(format, Rejected::Issuer("assertion"));
}

#[test]
pub fn destination() {
    let escaped = ACS.replace('&', "&amp;");
    let attribute = format!(" Destination=\"{escaped}\"");
    assert_eq!(rejected_after(&attribute, ""), Rejected::Destination);
    for wrong in ["", "https://sp.example.com/saml/acs", "https://evil.example.com/"] {
        let to = format!(" Destination=\"{wrong}\"");
        assert_eq!(rejected_after(&attribute, &to), Rejected::Destination);
    }
}

#[test]
pub fn recipient() {
    let escaped = ACS.replace('&', "&amp;");
    let attribute = format!(" Recipient=\"{escaped}\"");
    for to in ["", " Recipient=\"\"", " Recipient=\"https://evil.example.com/\""] {
        assert!(matches!(
            rejected_after(&attribute, to),
            Rejected::Confirmation("its recipient is another address")
        ));
    }
    let mut more = spec();
    more.recipients = vec!["https://other.example.com/acs".to_owned()];
    assert!(accept(&built(&more)).is_ok(), "one confirmation that fits is enough");
}

#[test]
pub fn in_response_to() {
    assert_eq!(
        rejected(|s| s.in_response_to = Some("_other".to_owned())),
        Rejected::InResponseTo
    );
    assert_eq!(rejected(|s| s.in_response_to = None), Rejected::InResponseTo);
    let in_data = format!("<saml:SubjectConfirmationData InResponseTo=\"{REQUEST}\"");
    assert_eq!(
        rejected_after(&in_data, "<saml:SubjectConfirmationData"),
        Rejected::Confirmation("it answers another request")
    );
    assert_eq!(
        rejected_after(&in_data, "<saml:SubjectConfirmationData InResponseTo=\"_other\""),
        Rejected::Confirmation("it answers another request")
    );
}

#[test]
pub fn unsolicited_responses_only_where_they_are_expected() {
    let mut unsolicited = spec();
    unsolicited.in_response_to = None;
    let xml = built(&unsolicited);
    let mut expected = expectation();
    expected.in_response_to = None;
    assert!(accept_as(&xml, &expected).is_ok());
    assert_eq!(accept(&xml), Err(Rejected::InResponseTo));
    assert_eq!(accept_as(&built(&spec()), &expected), Err(Rejected::InResponseTo));
}

#[test]
pub fn audience() {
    assert_eq!(
        rejected(|s| s.audience = vec!["https://other.example.com".to_owned()]),
        Rejected::Audience
    );
    assert_eq!(rejected(|s| s.audience = Vec::new()), Rejected::Audience);
    let restriction =
        format!("<saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience></saml:AudienceRestriction>");
    assert_eq!(rejected_after(&restriction, ""), Rejected::Audience);
    let second = "<saml:AudienceRestriction><saml:Audience>other</saml:Audience></saml:AudienceRestriction>";
    assert_eq!(
        rejected_after(&restriction, &format!("{restriction}{second}")),
        Rejected::Audience,
        "every restriction has to name us"
    );
    let mut several = spec();
    several.audience.push("https://other.example.com".to_owned());
    assert!(accept(&built(&several)).is_ok());
}

#[test]
pub fn conditions_and_confirmations_end() {
    let xml = built(&spec());
    let at = |seconds: i64| {
        let mut expectation = expectation();
        expectation.now = now() + TimeDelta::seconds(seconds);
        accept_as(&xml, &expectation).map(|_| ())
    };
    // 300 s of life, 60 s of skew, NotBefore 30 s back.
    assert_eq!(at(359), Ok(()));
    assert!(matches!(at(360), Err(Rejected::Confirmation(_))));
    assert_eq!(at(-60), Ok(()));
    assert_eq!(at(-61), Err(Rejected::IssueInstant("response")));
    let accepted = accept(&xml).unwrap();
    assert_eq!(accepted.not_on_or_after, now() + TimeDelta::seconds(360));
}

#[test]
pub fn instants_of_the_conditions() {
    let from = " NotBefore=\"2026-01-15T11:59:30Z\"";
    let until = "NotOnOrAfter=\"2026-01-15T12:05:00Z\"";
    let conditions = format!("<saml:Conditions{from} {until}>");
    assert!(bare().contains(&conditions));
    for (changed, expected) in [
        (
            " NotBefore=\"2026-01-15T12:30:00Z\" NotOnOrAfter=\"2026-01-15T12:40:00Z\"",
            Rejected::NotYetValid,
        ),
        (
            " NotBefore=\"2026-01-15T11:00:00Z\" NotOnOrAfter=\"2026-01-15T11:30:00Z\"",
            Rejected::Expired,
        ),
        (" NotOnOrAfter=\"1970-01-01T00:00:00Z\"", Rejected::Expired),
        (" NotBefore=\"2026-01-15T11:59:30Z\"", Rejected::Conditions),
        ("", Rejected::Conditions),
    ] {
        let to = format!("<saml:Conditions{changed}>");
        assert_eq!(rejected_after(&conditions, &to), expected);
    }
    for unknown in ["<saml:Condition/>", "<x:Only xmlns:x=\"urn:x\"/>"] {
        let why = rejected_after("</saml:Conditions>", &format!("{unknown}</saml:Conditions>"));
        assert!(matches!(why, Rejected::UnknownCondition(_)), "{why:?}");
    }
    let broken = rejected_after(&conditions, "<saml:Conditions NotOnOrAfter=\"soon\">");
    assert!(matches!(broken, Rejected::Invalid(_)), "{broken:?}");
    let whole = bare();
    let element = crate::support::cut(&whole, "<saml:Conditions", "</saml:Conditions>");
    assert_eq!(rejected_after(element, ""), Rejected::Conditions);
}

#[test]
pub fn instants_of_the_confirmation() {
    let until = " NotOnOrAfter=\"2026-01-15T12:05:00Z\" Recipient=";
    for (to, why) in [
        (" Recipient=", "its confirmation does not end"),
        (
            " NotOnOrAfter=\"2026-01-15T11:30:00Z\" Recipient=",
            "its confirmation has expired",
        ),
        (
            " NotBefore=\"2026-01-15T11:30:00Z\" NotOnOrAfter=\"2026-01-15T12:05:00Z\" Recipient=",
            "its confirmation has a NotBefore, which a bearer confirmation must not have",
        ),
    ] {
        assert_eq!(rejected_after(until, to), Rejected::Confirmation(why));
    }
    let whole = bare();
    let data = crate::support::cut(
        &whole,
        "<saml:SubjectConfirmationData",
        "</saml:SubjectConfirmationData>",
    );
    assert_eq!(
        rejected_after(data, ""),
        Rejected::Confirmation("its bearer confirmation holds no data")
    );
    assert_eq!(
        rejected_after("cm:bearer", "cm:sender-vouches"),
        Rejected::Confirmation("it has no bearer confirmation")
    );
    let confirmation = crate::support::cut(&whole, "<saml:SubjectConfirmation ", "</saml:SubjectConfirmation>");
    assert_eq!(
        rejected_after(confirmation, ""),
        Rejected::Confirmation("it has no bearer confirmation")
    );
}

#[test]
pub fn subject_and_statement() {
    let whole = bare();
    let subject = crate::support::cut(&whole, "<saml:Subject>", "</saml:Subject>");
    assert_eq!(rejected_after(subject, ""), Rejected::NameId);
    let name_id = crate::support::cut(&whole, "<saml:NameID", "</saml:NameID>");
    assert_eq!(rejected_after(name_id, ""), Rejected::NameId);
    assert_eq!(
        rejected_after(name_id, "<saml:NameID> </saml:NameID>"),
        Rejected::NameId
    );
    assert_eq!(rejected_after(name_id, "<saml:EncryptedID/>"), Rejected::NameId);
    let statement = crate::support::cut(&whole, "<saml:AuthnStatement", "</saml:AuthnStatement>");
    assert_eq!(rejected_after(statement, ""), Rejected::AuthnStatement);
    assert_eq!(
        rejected(|s| s.session_not_on_or_after = Some(now() - TimeDelta::hours(1))),
        Rejected::SessionExpired
    );
}

#[test]
pub fn versions_and_instants() {
    let in_response = format!(" InResponseTo=\"{REQUEST}\" IssueInstant=\"2026-01-15T12:00:00Z\" Version=\"2.0\"");
    let in_assertion = " ID=\"_assertion-1\" IssueInstant=\"2026-01-15T12:00:00Z\" Version=\"2.0\"";
    for (place, element) in [("response", in_response.as_str()), ("assertion", in_assertion)] {
        for version in ["1.1", "2.1", "", "3"] {
            let to = element.replace("2.0", version);
            let why = rejected_after(element, &to);
            assert!(
                why == Rejected::Version(place) || matches!(why, Rejected::Invalid(_)),
                "{version}: {why:?}"
            );
        }
        let missing = rejected_after(element, element.split(" Version").next().unwrap());
        assert!(matches!(missing, Rejected::Invalid(_)), "{missing:?}");
    }
    assert_eq!(
        rejected(|s| s.issue_instant = now() + TimeDelta::minutes(3)),
        Rejected::IssueInstant("response")
    );
}

#[test]
pub fn a_failure_is_told_in_words() {
    let xml = build_status(
        &StatusSpec {
            id: "_response-2".to_owned(),
            issuer: IDP.to_owned(),
            destination: ACS.to_owned(),
            in_response_to: Some(REQUEST.to_owned()),
            status: STATUS_RESPONDER.to_owned(),
            sub_status: Some(STATUS_NO_PASSIVE.to_owned()),
            message: Some("A page would have been needed".to_owned()),
            issue_instant: now(),
        },
        Some(idp_key()),
    )
    .unwrap();
    let why = accept(&xml).unwrap_err();
    assert_eq!(
        why,
        Rejected::Status(Status {
            code: STATUS_RESPONDER.to_owned(),
            sub_code: Some(STATUS_NO_PASSIVE.to_owned()),
            message: Some("A page would have been needed".to_owned()),
        })
    );
    assert_eq!(why.to_string(), "The identity provider answered Responder/NoPassive");
    // A failure must not be turned into a success.
    let forged = xml.replace("status:Responder", "status:Success");
    assert!(matches!(accept(&forged), Err(Rejected::Signature(_))));
}

#[test]
pub fn other_messages_are_no_response() {
    let xml = bare().replace("samlp:Response", "samlp:LogoutResponse");
    assert_eq!(accept(&xml), Err(Rejected::NotAResponse("LogoutResponse".to_owned())));
}

#[test]
pub fn everything_that_was_said_arrives() {
    let accepted = accept(&built(&spec())).unwrap();
    let said = spec();
    assert_eq!(accepted.assertion_id, said.assertion_id);
    assert_eq!(accepted.issuer, IDP);
    assert_eq!(accepted.name_id, said.name_id);
    assert_eq!(accepted.session_index, Some(said.session_index));
    assert_eq!(accepted.authn_instant, said.authn_instant);
    assert_eq!(accepted.authn_context_class, Some(said.authn_context_class));
    assert_eq!(accepted.attributes, said.attributes);
}
