//! T12: what is too big is refused quickly, whichever way it is too big.

use std::io::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use saml::inbound::{DecodeError, XmlError, decode_post, decode_redirect};
use saml::metadata::{MetadataError, parse_sp};

/// Generous: the tests run without optimization and beside other work. Unbounded, each input would take minutes.
const QUICK: Duration = Duration::from_secs(10);

fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < QUICK, "took {:?}", start.elapsed());
    result
}

fn deflated(size: usize) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let block = [b' '; 65_536];
    for _ in 0..size / block.len() {
        encoder.write_all(&block).unwrap();
    }
    STANDARD
        .encode(encoder.finish().unwrap())
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

fn post(xml: &str) -> Result<saml::inbound::Inbound, DecodeError> {
    decode_post(&[("SAMLRequest".to_owned(), STANDARD.encode(xml))])
}

fn request(content: &str) -> String {
    format!(
        concat!(
            "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_1\" ",
            "Version=\"2.0\" IssueInstant=\"2026-01-15T12:00:00Z\">{}</samlp:AuthnRequest>"
        ),
        content
    )
}

#[test]
fn the_plain_request_is_accepted() {
    assert!(post(&request("")).is_ok());
}

#[test]
fn a_deflate_bomb_stops_at_the_limit() {
    let bomb = deflated(200 * 1024 * 1024);
    assert!(bomb.len() < 400 * 1024, "{}", bomb.len());
    assert_eq!(
        quickly(|| decode_redirect(&format!("SAMLRequest={bomb}"))),
        Err(DecodeError::TooLarge)
    );
}

#[test]
fn ten_megabytes_of_base64_are_not_decoded() {
    let form = [("SAMLRequest".to_owned(), "QUJD".repeat(2_500_000))];
    assert_eq!(quickly(|| decode_post(&form)), Err(DecodeError::TooLarge));
    let query = format!("SAMLResponse={}", form[0].1);
    assert_eq!(
        quickly(|| decode_redirect(&query)),
        Err(DecodeError::TooLarge)
    );
}

#[test]
fn long_messages_are_not_parsed() {
    let xml = request(&" ".repeat(257 * 1024));
    assert_eq!(
        quickly(|| post(&xml)),
        Err(DecodeError::Xml(XmlError::TooLong(256 * 1024)))
    );
}

#[test]
fn deep_nesting() {
    for depth in [40, 1_000, 9_000] {
        let xml = request(&format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth)));
        assert_eq!(
            quickly(|| post(&xml)),
            Err(DecodeError::Xml(XmlError::TooDeep)),
            "{depth}"
        );
    }
    let shallow = request(&format!("{}{}", "<a>".repeat(30), "</a>".repeat(30)));
    assert!(post(&shallow).is_ok());
}

#[test]
fn many_attributes_and_elements() {
    let attributes: String = (0..11_000).map(|n| format!(" a{n}=\"\"")).collect();
    let xml = request(&format!("<a{attributes}/>"));
    assert_eq!(
        quickly(|| post(&xml)),
        Err(DecodeError::Xml(XmlError::TooMany(10_000)))
    );
    // Just below the limit, all on one element: nothing quadratic may hide here.
    let attributes: String = (0..9_900).map(|n| format!(" a{n}=\"\"")).collect();
    assert!(quickly(|| post(&request(&format!("<a{attributes}/>")))).is_ok());
    let namespaces: String = (0..9_000).map(|n| format!(" xmlns:n{n}=\"u:{n}\"")).collect();
    let xml = request(&format!("<a{namespaces}/>"));
    quickly(|| post(&xml)).unwrap_or_else(|e| panic!("{e}"));
    let elements = "<a/>".repeat(21_000);
    assert_eq!(
        quickly(|| post(&request(&elements))),
        Err(DecodeError::Xml(XmlError::TooMany(10_000)))
    );
}

#[test]
fn entity_expansion() {
    let mut dtd = String::from("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">");
    for (name, inner) in ["b", "c", "d", "e", "f", "g", "h"].iter().zip(["a", "b", "c", "d", "e", "f", "g"]) {
        dtd.push_str(&format!("<!ENTITY {name} \"{}\">", format!("&{inner};").repeat(10)));
    }
    let xml = format!("{dtd}]>{}", request("&h;"));
    assert_eq!(
        quickly(|| post(&xml)),
        Err(DecodeError::Xml(XmlError::Doctype))
    );
}

#[test]
fn metadata_has_its_own_limit() {
    let xml = format!("<a>{}</a>", " ".repeat(5 * 1024 * 1024));
    assert_eq!(
        quickly(|| parse_sp(&xml)),
        Err(MetadataError::Xml(XmlError::TooLong(4 * 1024 * 1024)))
    );
}
