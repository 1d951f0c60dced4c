//! What the fuzz targets hold the crate `saml` to, beyond that nothing panics, hangs or fills the memory.
//!
//! - What was decoded says the same when its own XML is read again, and keeps to the limits.
//! - What is verified or accepted says what somebody signed: one of the seeds' signed messages, and nothing else.
//! - Metadata is read alike whether its entity is found or asked for by name.
//!
//! The keys of the signed seeds were thrown away when `examples/seeds.rs` made them; their certificates are in `keys/`.

mod known;

use saml::inbound::{self, Inbound, MAX_RELAY_STATE};
use saml::message::Message;
use saml::metadata;
use saml::redirect::{self, Parameter};
use saml::sp::{Accepted, accept_response};

pub use known::response_spec;
use known::{Signed, expectation, known};

/// The longest message that is read, as the crate promises.
const MAX_MESSAGE: usize = 256 * 1024;

/// A query as it stands in the request line; XML is put into one.
pub fn redirect(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if !is_xml(data) {
        peeked(inbound::peek_redirect(text));
        if let Ok(message) = inbound::decode_redirect(text) {
            check(&message, text.contains("Signature="));
        }
        return;
    }
    for parameter in [Parameter::Request, Parameter::Response] {
        let url = redirect::url("https://x.example/", parameter, text, None, None).expect("it can be deflated");
        let query = url.split_once('?').expect("it has a query").1;
        assert_eq!(
            inbound::peek_redirect(query).as_deref(),
            Some(text).filter(|_| data.len() <= MAX_MESSAGE)
        );
        if let Ok(message) = inbound::decode_redirect(query) {
            assert_eq!(message.xml, text);
            check(&message, false);
        }
    }
}

/// A form as it is posted; XML is put into one, and a small first byte stands for a signed seed with changes.
pub fn post(data: &[u8]) {
    let changed = match data {
        [seed @ 0..0x20, edits @ ..] => {
            let signed = &known().messages;
            Some(patched(&signed[usize::from(*seed) % signed.len()].xml, edits))
        }
        xml if is_xml(xml) => Some(xml.to_vec()),
        _ => None,
    };
    let Some(xml) = changed else {
        let form: Vec<(String, String)> = url::form_urlencoded::parse(data).into_owned().collect();
        return posted(&form);
    };
    for parameter in [Parameter::Request, Parameter::Response] {
        posted(&[(parameter.name().to_owned(), known::base64(&xml))]);
    }
}

fn posted(form: &[(String, String)]) {
    peeked(inbound::peek_post(form));
    if let Ok(message) = inbound::decode_post(form) {
        check(&message, false);
    }
}

/// An envelope; any other XML is put into one.
pub fn soap(data: &[u8]) {
    if let Ok(message) = saml::soap::decode(data) {
        check(&message, false);
    }
    if let Ok(text) = std::str::from_utf8(data)
        && let Ok(message) = saml::soap::decode(saml::soap::wrap(text).as_bytes())
    {
        check(&message, false);
    }
}

/// A metadata file.
pub fn metadata(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let found = metadata::parse_sp(text);
    if let Ok(sp) = &found {
        assert!(!sp.acs.is_empty() && sp.default_acs().is_some());
        assert_eq!(metadata::parse_sp_entity(text, &sp.entity_id), found);
    }
    if let Err(metadata::MetadataError::Several(entities)) = &found {
        for entity in entities.iter().take(8) {
            if let Ok(sp) = metadata::parse_sp_entity(text, entity) {
                assert_eq!(&sp.entity_id, entity);
            }
        }
    }
    // Here nothing is promised but that it ends.
    drop(metadata::parse_idp(text));
}

/// A response, as XML; any other first byte stands for a good one with changes.
pub fn response(data: &[u8]) {
    let responses = &known().responses;
    let xml = match data {
        [] => return,
        xml if is_xml(xml) => xml.to_vec(),
        [seed, edits @ ..] => patched(&responses[usize::from(*seed) % responses.len()].0, edits),
    };
    if let Ok(accepted) = accept_response(&known::base64(&xml), &expectation()) {
        let accepted = said(accepted);
        assert!(
            responses.iter().any(|(_, known)| *known == accepted),
            "nobody signed this: {accepted:?}\n{}",
            String::from_utf8_lossy(&xml)
        );
    }
}

/// What a service provider acts on.
fn said(accepted: Accepted) -> Accepted {
    Accepted {
        xml: String::new(),
        assertion_xml: String::new(),
        ..accepted
    }
}

fn is_xml(data: &[u8]) -> bool {
    data.first() == Some(&b'<')
}

fn peeked(xml: Option<String>) {
    assert!(xml.is_none_or(|xml| xml.len() <= MAX_MESSAGE));
}

/// `detached` says that the signature is the query's, which covers the RelayState too.
fn check(message: &Inbound, detached: bool) {
    assert!(message.xml.len() <= MAX_MESSAGE);
    assert!(
        message
            .relay_state
            .as_ref()
            .is_none_or(|text| text.len() <= MAX_RELAY_STATE)
    );
    assert!(!message.message.id().is_empty());
    let parameter = match message.message {
        Message::LogoutResponse(_) => Parameter::Response,
        Message::AuthnRequest(_) | Message::LogoutRequest(_) => Parameter::Request,
    };
    let form = [(parameter.name().to_owned(), saml::post::form_value(&message.xml))];
    let again = inbound::decode_post(&form).expect("it was read before");
    assert_eq!(again.message, message.message);
    if message.verify(&known().certificates).is_ok() {
        let relay_state = detached.then(|| message.relay_state.clone()).flatten();
        let signed = |one: &Signed| one.message == message.message && (!detached || one.relay_state == relay_state);
        assert!(
            known().messages.iter().any(signed) || known().queries.iter().any(signed),
            "nobody signed this: {message:?}"
        );
    }
}

/// Changes a text in places: four bytes say what to do, where, and with what.
fn patched(text: &str, edits: &[u8]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for edit in edits.chunks_exact(4) {
        let [how, high, low, value] = edit else { continue };
        let at = usize::from(u16::from_be_bytes([*high, *low])) % (bytes.len() + 1);
        let end = (at + usize::from(*value)).min(bytes.len());
        match how % 4 {
            0 if at < bytes.len() => bytes[at] = *value,
            1 => bytes.insert(at, *value),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {}
        }
        // A message may grow; a fuzzer's input is to stay a message.
        bytes.truncate(64 * 1024);
    }
    bytes
}
