//! Every message over every binding, there and back, and what is refused on the way.

use saml::SignatureError;
use saml::inbound::{
    Binding, DecodeError, Inbound, MAX_RELAY_STATE, ReadError, XmlError, decode_post, decode_redirect, peek_post,
    peek_redirect,
};
use saml::keys::KeyPair;
use saml::logout::{build_request, build_response};
use saml::message::Message;
use saml::redirect::{self, Parameter};
use saml::sp::build_authn_request;

use crate::specs::{SSO, authn_spec, logout_request_spec, logout_response_spec};
use crate::support::{SP, idp_certificates, idp_key, impostor_key, now, sp_key, swap};

const RELAY: &str = "a b+c&d=é/?#\"<>";

fn over_redirect(parameter: Parameter, xml: &str, key: Option<&KeyPair>) -> Inbound {
    let url = redirect::url(SSO, parameter, xml, Some(RELAY), key).unwrap();
    let (endpoint, query) = url.split_once('?').unwrap();
    assert_eq!(endpoint, SSO);
    decode_redirect(query).unwrap()
}

fn form(parameter: Parameter, xml: &str) -> Vec<(String, String)> {
    vec![
        (parameter.name().to_owned(), saml::post::form_value(xml)),
        ("RelayState".to_owned(), RELAY.to_owned()),
    ]
}

fn over_post(parameter: Parameter, xml: &str) -> Inbound {
    decode_post(&form(parameter, xml)).unwrap()
}

/// The message over Redirect, POST and SOAP, signed and unsigned; the reader must see the same every time.
fn everywhere(parameter: Parameter, build: impl Fn(Option<&KeyPair>) -> String) -> Message {
    let plain = build(None);
    let signed = build(Some(idp_key()));
    let soap = |xml: &str| saml::soap::decode(saml::soap::wrap(xml).as_bytes()).unwrap();
    let unsigned = [
        over_redirect(parameter, &plain, None),
        over_post(parameter, &plain),
        soap(&plain),
    ];
    for inbound in &unsigned {
        assert!(!inbound.is_signed());
        assert_eq!(inbound.verify(idp_certificates()), Err(SignatureError::NotSigned));
    }
    let proven = [
        over_redirect(parameter, &plain, Some(idp_key())),
        over_post(parameter, &signed),
        soap(&signed),
    ];
    let bindings = [Binding::Redirect, Binding::Post, Binding::Soap];
    for (inbound, binding) in proven.iter().zip(bindings) {
        assert_eq!(inbound.binding, binding);
        assert_eq!(inbound.message, unsigned[0].message);
        assert!(inbound.is_signed());
        assert_eq!(inbound.verify(idp_certificates()), Ok(()));
        let strangers = [impostor_key().certificate().clone(), sp_key().certificate().clone()];
        assert_eq!(inbound.verify(&strangers), Err(SignatureError::Invalid));
        assert_eq!(inbound.verify(&[]), Err(SignatureError::NoCertificate));
        let relay = (binding != Binding::Soap).then(|| RELAY.to_owned());
        assert_eq!(inbound.relay_state, relay);
    }
    unsigned[0].message.clone()
}

#[test]
fn authn_request() {
    let spec = authn_spec();
    let message = everywhere(Parameter::Request, |key| {
        build_authn_request(&authn_spec(), key).unwrap()
    });
    assert_eq!(message.id(), "_request-1");
    assert_eq!(message.issuer(), Some(SP));
    assert_eq!(message.destination(), Some(SSO));
    assert_eq!(message.issue_instant(), now());
    let Message::AuthnRequest(request) = message else {
        panic!("{message:?}")
    };
    assert_eq!(request.acs_url, spec.acs_url);
    assert_eq!(request.acs_index, None);
    assert_eq!(request.attribute_consuming_service_index, Some(7));
    assert_eq!(request.protocol_binding, spec.protocol_binding);
    assert!(request.force_authn && request.is_passive);
    assert_eq!(request.name_id_policy, spec.name_id_policy);
    assert_eq!(request.requested_authn_context, spec.requested_authn_context);
    assert_eq!(request.subject, None);
}

#[test]
fn logout_request() {
    let message = everywhere(Parameter::Request, |key| {
        build_request(&logout_request_spec(), key).unwrap()
    });
    let spec = logout_request_spec();
    let Message::LogoutRequest(request) = message else {
        panic!("{message:?}")
    };
    assert_eq!(request.name_id, spec.name_id);
    assert_eq!(request.session_indexes, spec.session_indexes);
    assert_eq!(request.not_on_or_after, spec.not_on_or_after);
    assert_eq!(request.reason, spec.reason);
}

#[test]
fn logout_response() {
    let message = everywhere(Parameter::Response, |key| {
        build_response(&logout_response_spec(), key).unwrap()
    });
    let Message::LogoutResponse(response) = message else {
        panic!("{message:?}")
    };
    assert_eq!(response.in_response_to.as_deref(), Some("_logout-1"));
    assert_eq!(response.status, logout_response_spec().status);
    assert!(response.status.is_success());
}

fn plain() -> String {
    build_authn_request(&authn_spec(), None).unwrap()
}

fn signed() -> String {
    build_authn_request(&authn_spec(), Some(idp_key())).unwrap()
}

fn refused(xml: &str) -> DecodeError {
    decode_post(&form(Parameter::Request, xml)).expect_err("refused")
}

#[test]
fn what_a_changed_post_message_is_worth() {
    let xml = signed();
    assert_eq!(over_post(Parameter::Request, &xml).verify(idp_certificates()), Ok(()));
    for (from, to) in [
        ("tenant=1", "tenant=2"),
        (SP, "other.example.com"),
        ("ForceAuthn=\"true\"", "ForceAuthn=\"false\""),
        ("_request-1\" Version", "_request-2\" Version"),
    ] {
        let xml = swap(&xml, from, to);
        let result = decode_post(&form(Parameter::Request, &xml));
        let verdict = result.map(|inbound| inbound.verify(idp_certificates()));
        assert!(
            matches!(
                verdict,
                Ok(Err(SignatureError::Invalid)) | Err(DecodeError::Signature(SignatureError::Coverage))
            ),
            "{verdict:?}"
        );
    }
}

#[test]
fn signatures_in_strange_places_are_not_ignored() {
    let xml = signed();
    let signature = crate::support::signature_of(&xml).to_owned();
    let moved = swap(&xml, &signature, "");
    let moved = swap(
        &moved,
        "<samlp:NameIDPolicy",
        &format!("<samlp:Extensions>{signature}</samlp:Extensions><samlp:NameIDPolicy"),
    );
    assert_eq!(refused(&moved), DecodeError::Signature(SignatureError::Placement));
    let late = swap(&xml, &signature, "");
    let late = swap(
        &late,
        "</samlp:AuthnRequest>",
        &format!("{signature}</samlp:AuthnRequest>"),
    );
    assert_eq!(refused(&late), DecodeError::Signature(SignatureError::Placement));
    let twice = swap(&xml, &signature, &format!("{signature}{signature}"));
    assert_eq!(refused(&twice), DecodeError::Signature(SignatureError::Placement));
}

/// A signature inside a message that came by Redirect proves as much as inside one that was posted.
#[test]
fn an_enveloped_signature_over_redirect() {
    let inbound = over_redirect(Parameter::Request, &signed(), None);
    assert!(inbound.is_signed());
    assert_eq!(inbound.verify(idp_certificates()), Ok(()));
}

#[test]
fn parameters() {
    let fields = form(Parameter::Request, &plain());
    let value = fields[0].1.clone();
    let twice = [fields[0].clone(), fields[0].clone()];
    assert_eq!(decode_post(&twice), Err(DecodeError::Duplicate("SAMLRequest")));
    let both = [fields[0].clone(), ("SAMLResponse".to_owned(), value.clone())];
    assert_eq!(decode_post(&both), Err(DecodeError::Both));
    assert_eq!(decode_post(&[]), Err(DecodeError::Missing));
    assert_eq!(decode_redirect(""), Err(DecodeError::Missing));
    assert_eq!(decode_redirect("RelayState=x"), Err(DecodeError::Missing));
    let wrong = [("SAMLResponse".to_owned(), value)];
    assert_eq!(decode_post(&wrong), Err(DecodeError::WrongParameter("SAMLResponse")));
    let answer = build_response(&logout_response_spec(), None).unwrap();
    assert_eq!(refused(&answer), DecodeError::WrongParameter("SAMLRequest"));
    let garbage = [("SAMLRequest".to_owned(), "%%%".to_owned())];
    assert_eq!(decode_post(&garbage), Err(DecodeError::Base64));
    assert_eq!(
        decode_redirect("SAMLRequest=AAAA%FF"),
        Err(DecodeError::Encoding("SAMLRequest"))
    );
    assert_eq!(decode_redirect("SAMLRequest=/////w=="), Err(DecodeError::Deflate));
    assert!(matches!(
        decode_post(&[("SAMLRequest".to_owned(), String::new())]),
        Err(DecodeError::Xml(XmlError::NotWellFormed(_)))
    ));
}

#[test]
fn line_breaks_and_missing_padding_in_base64_are_forgiven() {
    let value = saml::post::form_value(&plain());
    let wrapped: Vec<_> = value
        .as_bytes()
        .chunks(76)
        .map(|c| String::from_utf8(c.to_vec()).unwrap())
        .collect();
    for text in [wrapped.join("\r\n"), value.trim_end_matches('=').to_owned()] {
        assert!(decode_post(&[("SAMLRequest".to_owned(), text)]).is_ok());
    }
}

#[test]
fn relay_state() {
    let of = |text: &str| {
        let mut fields = form(Parameter::Request, &plain());
        fields[1].1 = text.to_owned();
        decode_post(&fields).map(|inbound| inbound.relay_state)
    };
    assert_eq!(of(""), Ok(None));
    let longest = "x".repeat(MAX_RELAY_STATE);
    assert_eq!(of(&longest), Ok(Some(longest.clone())));
    assert_eq!(of(&format!("{longest}x")), Err(DecodeError::RelayStateTooLong));
    assert_eq!(of("javascript:alert(1)"), Ok(Some("javascript:alert(1)".to_owned())));
}

#[test]
fn other_documents() {
    assert_eq!(
        refused("<x:AuthnRequest xmlns:x=\"urn:x\"/>"),
        DecodeError::Message(ReadError::Unexpected("AuthnRequest of another namespace".to_owned()))
    );
    let response = crate::support::built(&crate::support::spec());
    assert!(matches!(
        decode_post(&form(
            Parameter::Response,
            &response.replace(crate::support::signature_of(&response), "")
        )),
        Err(DecodeError::Message(ReadError::IsResponse))
    ));
    let query = plain().replace("AuthnRequest", "AttributeQuery");
    assert_eq!(
        refused(&query),
        DecodeError::Message(ReadError::Unexpected("AttributeQuery".to_owned()))
    );
}

/// T26: nothing is assumed to be there.
#[test]
fn t26_missing_and_empty_values() {
    let xml = plain();
    for attribute in [
        " ID=\"_request-1\"",
        " Version=\"2.0\"",
        " IssueInstant=\"2026-01-15T12:00:00Z\"",
    ] {
        assert!(matches!(
            refused(&swap(&xml, attribute, "")),
            DecodeError::Message(ReadError::Invalid(_))
        ));
    }
    assert!(matches!(
        refused(&swap(&xml, "\"_request-1\"", "\"\"")),
        DecodeError::Message(ReadError::Invalid(_))
    ));
    assert_eq!(
        refused(&swap(&xml, "Version=\"2.0\"", "Version=\"1.1\"")),
        DecodeError::Message(ReadError::Version)
    );
    for (from, to) in [
        ("ForceAuthn=\"true\"", "ForceAuthn=\"yes\""),
        (
            "AttributeConsumingServiceIndex=\"7\"",
            "AttributeConsumingServiceIndex=\"-1\"",
        ),
        (
            "AttributeConsumingServiceIndex=\"7\"",
            "AttributeConsumingServiceIndex=\"\"",
        ),
        ("2026-01-15T12:00:00Z", "yesterday"),
        ("Comparison=\"minimum\"", "Comparison=\"any\""),
    ] {
        assert!(matches!(
            refused(&swap(&xml, from, to)),
            DecodeError::Message(ReadError::Invalid(_))
        ));
    }
    let bare = concat!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\" ",
        "Version=\"2.0\" IssueInstant=\"2026-01-15T12:00:00Z\"/>"
    );
    let Message::AuthnRequest(request) = over_post(Parameter::Request, bare).message else {
        panic!("an AuthnRequest")
    };
    assert_eq!(
        (request.issuer, request.acs_url, request.destination),
        (None, None, None)
    );
    let nobody = build_request(&logout_request_spec(), None).unwrap();
    let name_id = crate::support::cut(&nobody, "<saml:NameID", "</saml:NameID>").to_owned();
    assert!(matches!(
        refused(&swap(&nobody, &name_id, "")),
        DecodeError::Message(ReadError::Invalid(_))
    ));
    assert_eq!(
        refused(&swap(&nobody, &name_id, "<saml:EncryptedID/>")),
        DecodeError::Message(ReadError::EncryptedNameId)
    );
}

#[test]
fn pretty_printed_messages() {
    let xml = plain()
        .replace("><", ">\n  <")
        .replace(&format!(">{SP}<"), &format!(">\n    {SP}\n  <"));
    let inbound = over_post(
        Parameter::Request,
        &format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{xml}\n"),
    );
    assert_eq!(inbound.message.issuer(), Some(SP));
}

#[test]
fn soap_envelopes() {
    let xml = signed();
    let envelope = saml::soap::wrap(&xml);
    assert!(saml::soap::decode(envelope.as_bytes()).is_ok());
    let two = swap(
        &envelope,
        &xml,
        &format!("{xml}{}", xml.replace("_request-1", "_request-2")),
    );
    let fault = saml::soap::wrap("<soap:Fault/>");
    let empty = saml::soap::wrap("");
    let early = swap(&envelope, "<soap:Body>", "<soap:Body/><soap:Body>");
    for none in [two.as_str(), xml.as_str(), &fault, &empty, &early] {
        assert_eq!(saml::soap::decode(none.as_bytes()), Err(DecodeError::Envelope));
    }
    assert_eq!(
        saml::soap::decode(&[0xff, 0xfe]),
        Err(DecodeError::Xml(XmlError::NotUtf8))
    );
    let header = swap(&envelope, "<soap:Body>", "<soap:Header><x/></soap:Header><soap:Body>");
    assert!(saml::soap::decode(header.as_bytes()).is_ok());
    // Other products declare the namespaces on the envelope.
    let declaration = " xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"";
    let outside = swap(&envelope, declaration, "");
    let outside = swap(&outside, "<soap:Envelope", &format!("<soap:Envelope{declaration}"));
    let inbound = saml::soap::decode(outside.as_bytes()).unwrap();
    assert_eq!(inbound.verify(idp_certificates()), Ok(()));
    let doctype = format!("<!DOCTYPE x []>{envelope}");
    assert_eq!(
        saml::soap::decode(doctype.as_bytes()),
        Err(DecodeError::Xml(XmlError::Doctype))
    );
}

/// An administrator sees what came, even where it cannot be read.
#[test]
fn peeking() {
    let broken = "<samlp:AuthnRequest";
    assert_eq!(peek_post(&form(Parameter::Request, broken)).as_deref(), Some(broken));
    let url = redirect::url(SSO, Parameter::Request, broken, None, None).unwrap();
    let query = url.split_once('?').unwrap().1;
    assert_eq!(peek_redirect(query).as_deref(), Some(broken));
    assert_eq!(peek_redirect("SAMLRequest=!"), None);
    assert_eq!(peek_post(&[]), None);
}
