//! Both messages with everything that SAML lets stand in them, and the verdict on each piece of them (T26).

use saml::identifier::STATUS_INVALID_NAMEID_POLICY;

use super::support::Kind;

/// What becomes of the message.
#[derive(Clone, Copy)]
pub enum Verdict {
    Fine,
    /// The service provider gets a status at once.
    Answered(&'static str),
    /// The check, and words of its detail.
    Refused(&'static str, &'static str),
}

const FINE: Verdict = Verdict::Fine;
const INVALID: Verdict = Verdict::Refused("decoding", "not valid");
const UNKNOWN: Verdict = Verdict::Refused("issuer", "No service provider");
const VERSION: Verdict = Verdict::Refused("decoding", "version 2.0");
const ELSEWHERE: Verdict = Verdict::Refused("destination", "this server is");
const NOWHERE: Verdict = Verdict::Refused("assertion_consumer_url", "none of the registered");
const BINDING: Verdict = Verdict::Refused("protocol_binding", "answers are sent by");
const NAMELESS: Verdict = Verdict::Refused("decoding", "another namespace");

/// A piece of the message, what replaces it when it is emptied, and both verdicts.
pub struct Piece {
    pub text: &'static str,
    pub removed: Verdict,
    pub emptied: (&'static str, Verdict),
}

const fn piece(text: &'static str, removed: Verdict, empty: &'static str, emptied: Verdict) -> Piece {
    Piece {
        text,
        removed,
        emptied: (empty, emptied),
    }
}

const AUTHN: &str = "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
     xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_one\" Version=\"2.0\" IssueInstant=\"2026-11-23T12:00:00Z\" \
     Destination=\"http://localhost:9763/samlsso\" Consent=\"urn:oasis:names:tc:SAML:2.0:consent:unspecified\" \
     ForceAuthn=\"false\" IsPassive=\"false\" ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" \
     AssertionConsumerServiceURL=\"https://plain.example/saml/acs\" AttributeConsumingServiceIndex=\"0\" ProviderName=\"Plain\">\
     <saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\">plain.example</saml:Issuer>\
     <samlp:Extensions><x:x xmlns:x=\"urn:x\"/></samlp:Extensions>\
     <saml:Subject><saml:NameID>admin</saml:NameID></saml:Subject>\
     <samlp:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\" AllowCreate=\"true\"/>\
     <saml:Conditions NotBefore=\"2026-11-23T11:59:00Z\" NotOnOrAfter=\"2026-11-23T12:05:00Z\"/>\
     <samlp:RequestedAuthnContext Comparison=\"minimum\"><saml:AuthnContextClassRef>\
     urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>\
     <samlp:Scoping ProxyCount=\"0\"><samlp:IDPList><samlp:IDPEntry ProviderID=\"x\"/></samlp:IDPList>\
     <samlp:RequesterID>x</samlp:RequesterID></samlp:Scoping></samlp:AuthnRequest>";

const AUTHN_PIECES: &[Piece] = &[
    piece(
        " xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
        Verdict::Refused("decoding", "not well-formed"),
        " xmlns:samlp=\"urn:x\"",
        NAMELESS,
    ),
    piece(" ID=\"_one\"", INVALID, " ID=\"\"", INVALID),
    piece(" Version=\"2.0\"", INVALID, " Version=\"\"", VERSION),
    piece(" Version=\"2.0\"", INVALID, " Version=\"1.1\"", VERSION),
    piece(
        " IssueInstant=\"2026-11-23T12:00:00Z\"",
        INVALID,
        " IssueInstant=\"\"",
        INVALID,
    ),
    piece(
        " Destination=\"http://localhost:9763/samlsso\"",
        FINE,
        " Destination=\"\"",
        ELSEWHERE,
    ),
    piece(
        " Consent=\"urn:oasis:names:tc:SAML:2.0:consent:unspecified\"",
        FINE,
        " Consent=\"\"",
        FINE,
    ),
    piece(" ForceAuthn=\"false\"", FINE, " ForceAuthn=\"\"", INVALID),
    piece(" IsPassive=\"false\"", FINE, " IsPassive=\"\"", INVALID),
    piece(
        " ProtocolBinding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\"",
        FINE,
        " ProtocolBinding=\"\"",
        BINDING,
    ),
    piece(
        " AssertionConsumerServiceURL=\"https://plain.example/saml/acs\"",
        FINE,
        " AssertionConsumerServiceURL=\"\"",
        NOWHERE,
    ),
    piece(
        " AssertionConsumerServiceURL=\"https://plain.example/saml/acs\"",
        FINE,
        " AssertionConsumerServiceIndex=\"\"",
        INVALID,
    ),
    piece(
        " AttributeConsumingServiceIndex=\"0\"",
        FINE,
        " AttributeConsumingServiceIndex=\"\"",
        INVALID,
    ),
    piece(" ProviderName=\"Plain\"", FINE, " ProviderName=\"\"", FINE),
    piece(
        "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\">plain.example</saml:Issuer>",
        UNKNOWN,
        "<saml:Issuer/>",
        UNKNOWN,
    ),
    piece(
        " Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\"",
        FINE,
        " Format=\"\"",
        FINE,
    ),
    piece(
        "plain.example</saml:Issuer>",
        Verdict::Refused("decoding", "not well-formed"),
        " \n\t</saml:Issuer>",
        UNKNOWN,
    ),
    piece(
        "<samlp:Extensions><x:x xmlns:x=\"urn:x\"/></samlp:Extensions>",
        FINE,
        "<samlp:Extensions/>",
        FINE,
    ),
    piece(
        "<saml:Subject><saml:NameID>admin</saml:NameID></saml:Subject>",
        FINE,
        "<saml:Subject/>",
        FINE,
    ),
    piece("<saml:NameID>admin</saml:NameID>", FINE, "<saml:NameID/>", FINE),
    piece(
        " Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\"",
        FINE,
        " Format=\"\"",
        Verdict::Answered(STATUS_INVALID_NAMEID_POLICY),
    ),
    piece(" AllowCreate=\"true\"", FINE, " AllowCreate=\"\"", INVALID),
    piece(
        "<saml:Conditions NotBefore=\"2026-11-23T11:59:00Z\" NotOnOrAfter=\"2026-11-23T12:05:00Z\"/>",
        FINE,
        "<saml:Conditions/>",
        FINE,
    ),
    piece(" NotBefore=\"2026-11-23T11:59:00Z\"", FINE, " NotBefore=\"\"", INVALID),
    piece(
        " NotOnOrAfter=\"2026-11-23T12:05:00Z\"",
        FINE,
        " NotOnOrAfter=\"\"",
        INVALID,
    ),
    piece(" Comparison=\"minimum\"", FINE, " Comparison=\"\"", INVALID),
    piece(" ProxyCount=\"0\"", FINE, " ProxyCount=\"\"", INVALID),
    piece(" ProviderID=\"x\"", FINE, " ProviderID=\"\"", FINE),
    piece("<samlp:IDPEntry ProviderID=\"x\"/>", FINE, "<samlp:IDPEntry/>", FINE),
    piece(
        "<samlp:RequesterID>x</samlp:RequesterID>",
        FINE,
        "<samlp:RequesterID/>",
        FINE,
    ),
];

const LOGOUT: &str = "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
     xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_one\" Version=\"2.0\" IssueInstant=\"2026-11-23T12:00:00Z\" \
     Destination=\"http://localhost:9763/samlsso\" Consent=\"urn:oasis:names:tc:SAML:2.0:consent:unspecified\" \
     NotOnOrAfter=\"2026-11-23T12:05:00Z\" Reason=\"urn:oasis:names:tc:SAML:2.0:logout:user\">\
     <saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\">plain.example</saml:Issuer>\
     <saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\" NameQualifier=\"x\" SPNameQualifier=\"y\">admin</saml:NameID>\
     <samlp:SessionIndex>_nobody</samlp:SessionIndex></samlp:LogoutRequest>";

const LOGOUT_PIECES: &[Piece] = &[
    piece(
        " xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\"",
        Verdict::Refused("decoding", "not well-formed"),
        " xmlns:samlp=\"urn:x\"",
        NAMELESS,
    ),
    piece(" ID=\"_one\"", INVALID, " ID=\"\"", INVALID),
    piece(" Version=\"2.0\"", INVALID, " Version=\"\"", VERSION),
    piece(
        " IssueInstant=\"2026-11-23T12:00:00Z\"",
        INVALID,
        " IssueInstant=\"\"",
        INVALID,
    ),
    piece(
        " Destination=\"http://localhost:9763/samlsso\"",
        FINE,
        " Destination=\"\"",
        ELSEWHERE,
    ),
    piece(
        " Consent=\"urn:oasis:names:tc:SAML:2.0:consent:unspecified\"",
        FINE,
        " Consent=\"\"",
        FINE,
    ),
    piece(
        " NotOnOrAfter=\"2026-11-23T12:05:00Z\"",
        FINE,
        " NotOnOrAfter=\"\"",
        INVALID,
    ),
    piece(
        " Reason=\"urn:oasis:names:tc:SAML:2.0:logout:user\"",
        FINE,
        " Reason=\"\"",
        FINE,
    ),
    piece(
        "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\">plain.example</saml:Issuer>",
        UNKNOWN,
        "<saml:Issuer/>",
        UNKNOWN,
    ),
    piece(
        "<saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\" NameQualifier=\"x\" SPNameQualifier=\"y\">admin</saml:NameID>",
        INVALID,
        "<saml:NameID/>",
        FINE,
    ),
    piece(
        "<saml:NameID Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\" NameQualifier=\"x\" SPNameQualifier=\"y\">admin</saml:NameID>",
        INVALID,
        "<saml:EncryptedID/>",
        Verdict::Refused("decoding", ""),
    ),
    piece(" NameQualifier=\"x\"", FINE, " NameQualifier=\"\"", FINE),
    piece(" SPNameQualifier=\"y\"", FINE, " SPNameQualifier=\"\"", FINE),
    piece(
        "<samlp:SessionIndex>_nobody</samlp:SessionIndex>",
        FINE,
        "<samlp:SessionIndex/>",
        FINE,
    ),
];

/// The message and its pieces.
pub fn whole(kind: Kind) -> (&'static str, &'static [Piece]) {
    match kind {
        Kind::SignIn => (AUTHN, AUTHN_PIECES),
        Kind::Logout => (LOGOUT, LOGOUT_PIECES),
    }
}
