//! Writes the corpus anew: `cargo run --manifest-path server/saml/fuzz/Cargo.toml --example seeds`.
//!
//! Good messages of every kind, and the attacks that are known, each a few kilobytes at most. The keys are made here and
//! forgotten: what was signed once can be signed by nobody again, so the targets know all that is genuine. Certificates
//! are left out of signatures where nothing covers them, to keep the files small.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use saml::identifier::{BINDING_POST, BINDING_REDIRECT, LOGOUT_BY_USER, NAMEID_PERSISTENT, STATUS_SUCCESS};
use saml::keys::KeyPair;
use saml::logout::{LogoutRequestSpec, LogoutResponseSpec, build_request, build_response};
use saml::message::{Comparison, NameId, NameIdPolicy, RequestedAuthnContext, Status};
use saml::metadata::{Endpoint, SpSpec};
use saml::redirect::{self, Parameter};
use saml::response::{self, ResponseSpec};
use saml::sp::{AuthnRequestSpec, build_authn_request};

#[path = "seeds/attacks.rs"]
mod attacks;
#[path = "seeds/queries.rs"]
mod queries;

const IDP: &str = "http://localhost:9763/identity/metadata/saml2";
const SSO: &str = "http://localhost:9763/samlsso";
const SP: &str = "fuzz.example";
const ACS: &str = "https://fuzz.example/saml/acs";

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sp = generate("sp.example");
    let idp = generate("idp.example");
    fs::create_dir_all(folder.join("keys")).unwrap();
    fs::write(folder.join("keys/sp.crt"), sp.certificate_pem()).unwrap();
    fs::write(folder.join("keys/idp.crt"), idp.certificate_pem()).unwrap();
    let corpus = Corpus(folder.join("corpus"));
    messages(&corpus, &sp);
    attacks::on_messages(&corpus, &build_authn_request(&authn(4), Some(&sp)).unwrap());
    queries::write(&corpus, &sp);
    envelopes(&corpus, &sp);
    metadata(&corpus, &sp, &idp);
    responses(&corpus, &idp);
}

struct Corpus(PathBuf);

impl Corpus {
    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_435_200, 0).unwrap()
}

fn generate(name: &str) -> KeyPair {
    KeyPair::generate_rsa(2048, name, now() - TimeDelta::days(365), now() + TimeDelta::days(3650)).unwrap()
}

/// Without the part of a signature that nothing covers and nobody reads.
fn short(xml: &str) -> String {
    let from = xml.find("<ds:KeyInfo>").unwrap();
    let to = xml.find("</ds:KeyInfo>").unwrap() + "</ds:KeyInfo>".len();
    format!("{}{}", &xml[..from], &xml[to..])
}

fn authn(number: u8) -> AuthnRequestSpec {
    AuthnRequestSpec {
        id: format!("_authn-{number}"),
        issuer: SP.to_owned(),
        destination: SSO.to_owned(),
        acs_url: Some(ACS.to_owned()),
        acs_index: None,
        attribute_consuming_service_index: None,
        protocol_binding: None,
        force_authn: false,
        is_passive: false,
        name_id_policy: None,
        requested_authn_context: None,
        issue_instant: now(),
    }
}

fn full(number: u8) -> AuthnRequestSpec {
    AuthnRequestSpec {
        attribute_consuming_service_index: Some(1),
        protocol_binding: Some(BINDING_POST.to_owned()),
        force_authn: true,
        name_id_policy: Some(NameIdPolicy {
            format: Some(NAMEID_PERSISTENT.to_owned()),
            allow_create: true,
            sp_name_qualifier: Some(SP.to_owned()),
        }),
        requested_authn_context: Some(RequestedAuthnContext {
            comparison: Comparison::Minimum,
            classes: vec!["https://refeds.org/profile/mfa".to_owned()],
            declarations: Vec::new(),
        }),
        ..authn(number)
    }
}

fn logout(number: u8) -> LogoutRequestSpec {
    LogoutRequestSpec {
        id: format!("_logout-{number}"),
        issuer: SP.to_owned(),
        destination: SSO.to_owned(),
        name_id: NameId {
            value: "alice@example.com".to_owned(),
            format: Some(NAMEID_PERSISTENT.to_owned()),
            name_qualifier: Some(IDP.to_owned()),
            sp_name_qualifier: Some(SP.to_owned()),
        },
        session_indexes: vec!["_session-1".to_owned(), "_session-2".to_owned()],
        not_on_or_after: Some(now() + TimeDelta::minutes(5)),
        reason: Some(LOGOUT_BY_USER.to_owned()),
        issue_instant: now(),
    }
}

fn logout_response(number: u8) -> LogoutResponseSpec {
    LogoutResponseSpec {
        id: format!("_logout-response-{number}"),
        issuer: SP.to_owned(),
        destination: SSO.to_owned(),
        in_response_to: "_logout-9".to_owned(),
        status: Status {
            code: STATUS_SUCCESS.to_owned(),
            ..Status::default()
        },
        issue_instant: now(),
    }
}

fn messages(corpus: &Corpus, key: &KeyPair) {
    let plain = build_authn_request(&authn(1), None).unwrap();
    corpus.put("post/authn-request.xml", &plain);
    corpus.put(
        "post/authn-request-full.xml",
        build_authn_request(&full(2), None).unwrap(),
    );
    let pretty = plain.replace("_authn-1", "_authn-3").replace("><", ">\r\n\t<");
    corpus.put(
        "post/authn-request-pretty.xml",
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{pretty}\n"),
    );
    corpus.put("post/authn-request-by-hand.xml", include_str!("seeds/by-hand.xml"));
    let signed = build_authn_request(&authn(4), Some(key)).unwrap();
    corpus.put("post/authn-request-signed.xml", short(&signed));
    corpus.put(
        "post/authn-request-signed-with-certificate.xml",
        signed.replace("_authn-4", "_authn-5"),
    );
    corpus.put(
        "post/authn-request-full-signed.xml",
        short(&build_authn_request(&full(6), Some(key)).unwrap()),
    );
    corpus.put("post/logout-request.xml", build_request(&logout(1), None).unwrap());
    corpus.put(
        "post/logout-request-signed.xml",
        short(&build_request(&logout(2), Some(key)).unwrap()),
    );
    corpus.put(
        "post/logout-response.xml",
        build_response(&logout_response(1), None).unwrap(),
    );
    corpus.put(
        "post/logout-response-signed.xml",
        short(&build_response(&logout_response(2), Some(key)).unwrap()),
    );
    let value = saml::post::form_value(&plain.replace("_authn-1", "_authn-7"));
    let form = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("SAMLRequest", &value)
        .append_pair("RelayState", "https://fuzz.example/?a=b&c=d#\"<>")
        .finish();
    corpus.put("post/form.txt", form);
    corpus.put("post/changes.bin", b"\x00\x00\x00\x40A\x02\x00\x80\x05\x03\x01\x00\x10");
}

fn envelopes(corpus: &Corpus, key: &KeyPair) {
    // The very message that goes by POST: the targets know who has signed what.
    let signed = short(&build_request(&logout(2), Some(key)).unwrap());
    let envelope = saml::soap::wrap(&signed);
    corpus.put("soap/logout-request-signed.xml", &envelope);
    corpus.put(
        "soap/logout-response.xml",
        saml::soap::wrap(&build_response(&logout_response(3), None).unwrap()),
    );
    let start = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\">";
    let body = |content: &str| {
        format!("{start}<s:Header><x xmlns=\"urn:x\"/></s:Header><s:Body>{content}</s:Body></s:Envelope>")
    };
    let plain = build_request(&logout(4), None).unwrap();
    corpus.put(
        "soap/namespaces-around.xml",
        body(&plain.replace(" xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\"", "")),
    );
    corpus.put("soap/two-messages.xml", body(&format!("{plain}{plain}")));
    corpus.put(
        "soap/fault.xml",
        body("<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>"),
    );
}

fn metadata(corpus: &Corpus, sp: &KeyPair, idp: &KeyPair) {
    let spec = SpSpec {
        id: "_metadata-1".to_owned(),
        entity_id: SP.to_owned(),
        service_name: "Fuzz".to_owned(),
        acs: vec![Endpoint::indexed(BINDING_POST, ACS, 0, true)],
        slo: vec![Endpoint::new(BINDING_REDIRECT, "https://fuzz.example/saml/slo")],
        signing_certificates: vec![sp.certificate().clone()],
        encryption_certificates: Vec::new(),
        name_id_formats: vec![NAMEID_PERSISTENT.to_owned()],
        requested_attributes: Vec::new(),
        authn_requests_signed: true,
        want_assertions_signed: true,
        valid_until: Some(now() + TimeDelta::days(365)),
    };
    let xml = saml::metadata::sp(&spec, None).unwrap();
    corpus.put("metadata/sp.xml", &xml);
    corpus.put(
        "metadata/sp-signed.xml",
        short(
            &saml::metadata::sp(
                &SpSpec {
                    signing_certificates: Vec::new(),
                    ..spec
                },
                Some(idp),
            )
            .unwrap(),
        ),
    );
    let bare = xml.find("<md:EntityDescriptor").map_or(xml.as_str(), |at| &xml[at..]);
    let other = bare.replace(SP, "other.example").replace("_metadata-1", "_metadata-2");
    let aggregate = |content: &str| {
        format!(
            "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" validUntil=\"2027-01-01T00:00:00Z\"><!-- two -->{content}</md:EntitiesDescriptor>"
        )
    };
    corpus.put("metadata/aggregate.xml", aggregate(&format!("{bare}{other}")));
    corpus.put("metadata/nested-aggregate.xml", aggregate(&aggregate(bare)));
    corpus.put(
        "metadata/doctype.xml",
        format!("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>{bare}"),
    );
    corpus.put("metadata/by-hand.xml", include_str!("seeds/metadata.xml"));
    corpus.put(
        "metadata/no-certificate.xml",
        bare.replace("</ds:X509Certificate>", "AAAA</ds:X509Certificate>"),
    );
}

fn responses(corpus: &Corpus, key: &KeyPair) {
    let build = |spec: &ResponseSpec| response::build(spec, key).unwrap();
    let good = build(&saml_fuzz::response_spec("_one"));
    corpus.put("response/assertion-signed.xml", short(&good));
    let twice = ResponseSpec {
        sign_response: true,
        ..saml_fuzz::response_spec("_two")
    };
    corpus.put("response/signed-twice.xml", short(&build(&twice)));
    let mut other = saml_fuzz::response_spec("_three");
    other.name_id.value = "bob@example.com".to_owned();
    corpus.put("response/other-person.xml", short(&build(&other)));
    attacks::on_responses(corpus, &short(&good));
    let status = response::StatusSpec {
        id: "_status".to_owned(),
        issuer: IDP.to_owned(),
        destination: ACS.to_owned(),
        in_response_to: Some("_request-1".to_owned()),
        status: saml::identifier::STATUS_RESPONDER.to_owned(),
        sub_status: Some(saml::identifier::STATUS_NO_PASSIVE.to_owned()),
        message: Some("Nobody is signed in".to_owned()),
        issue_instant: now(),
    };
    corpus.put(
        "response/status.xml",
        short(&response::build_status(&status, Some(key)).unwrap()),
    );
    for (seed, name) in ["assertion", "twice", "other", "encrypted"].iter().enumerate() {
        let seed = u8::try_from(seed).unwrap();
        corpus.put(
            &format!("response/changes-{name}.bin"),
            [seed, 0, 4, 0, b'A', 2, 5, 0, 9, 3, 1, 0, 32],
        );
    }
}
