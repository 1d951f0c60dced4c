//! T12: what is too big is refused quickly, whichever way it is too big.

use std::io::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use saml::inbound::{DecodeError, XmlError, decode_post, decode_redirect};
use saml::metadata::{MetadataError, entities, parse_sp};

/// Generous: the tests run without optimization and beside other work. Unbounded, each input would take minutes.
const QUICK: Duration = Duration::from_secs(10);

fn quickly<T>(work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    assert!(start.elapsed() < QUICK, "took {:?}", start.elapsed());
    result
}

fn deflated(size: usize) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let block = [b' '; 65_536];
    for _ in 0..size / block.len() {
        encoder.write_all(&block).unwrap();
    }
    encoder.finish().unwrap()
}

fn inflating(deflated: &[u8]) -> Result<saml::inbound::Inbound, DecodeError> {
    let text = STANDARD.encode(deflated).replace('+', "%2B").replace('=', "%3D");
    quickly(|| decode_redirect(&format!("SAMLRequest={text}")))
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
    let bomb = deflated(50 * 1024 * 1024);
    assert!(bomb.len() < 100 * 1024, "{}", bomb.len());
    assert_eq!(inflating(&bomb), Err(DecodeError::TooLarge));
    // With its end broken off: whoever reads that far finds out, whoever stops at the limit does not.
    assert_eq!(inflating(&bomb[..bomb.len() / 2]), Err(DecodeError::TooLarge));
    let small = deflated(128 * 1024);
    assert_eq!(inflating(&small[..small.len() / 2]), Err(DecodeError::Deflate));
}

#[test]
fn ten_megabytes_of_base64_are_not_decoded() {
    let form = [("SAMLRequest".to_owned(), "QUJD".repeat(2_500_000))];
    assert_eq!(quickly(|| decode_post(&form)), Err(DecodeError::TooLarge));
    let query = format!("SAMLResponse={}", form[0].1);
    assert_eq!(quickly(|| decode_redirect(&query)), Err(DecodeError::TooLarge));
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
    let with = |n: usize| {
        let attributes: String = (0..n).map(|n| format!(" a{n}=\"\"")).collect();
        post(&request(&format!("<a{attributes}/>")))
    };
    assert!(with(256).is_ok());
    assert_eq!(
        quickly(|| with(10_000)),
        Err(DecodeError::Xml(XmlError::TooManyAttributes))
    );
    let spread: String = (0..101).map(|_| format!("<a{}/>", " a=\"\"".repeat(100))).collect();
    assert_eq!(
        quickly(|| post(&request(&spread))),
        Err(DecodeError::Xml(XmlError::TooMany(10_000)))
    );
    let elements = "<a/>".repeat(21_000);
    assert_eq!(
        quickly(|| post(&request(&elements))),
        Err(DecodeError::Xml(XmlError::TooMany(10_000)))
    );
}

/// Declarations on nested elements, and many elements that look the outermost one up.
#[test]
fn many_namespaces() {
    let nested = |levels: usize| {
        let open: String = (0..levels)
            .map(|level| {
                let declarations: String = (0..200).map(|n| format!(" xmlns:p{level}x{n}=\"u:{n}\"")).collect();
                format!("<a{declarations}>")
            })
            .collect();
        let leaves = "<p0x0:a/>".repeat(5_000);
        request(&format!("{open}{leaves}{}", "</a>".repeat(levels)))
    };
    assert!(quickly(|| post(&nested(9))).is_ok());
    assert_eq!(
        quickly(|| post(&nested(10))),
        Err(DecodeError::Xml(XmlError::TooManyNamespaces))
    );
}

#[test]
fn entity_expansion() {
    let mut dtd = String::from("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">");
    for (name, inner) in ["b", "c", "d", "e", "f", "g", "h"]
        .iter()
        .zip(["a", "b", "c", "d", "e", "f", "g"])
    {
        dtd.push_str(&format!("<!ENTITY {name} \"{}\">", format!("&{inner};").repeat(10)));
    }
    let xml = format!("{dtd}]>{}", request("&h;"));
    assert_eq!(quickly(|| post(&xml)), Err(DecodeError::Xml(XmlError::Doctype)));
}

#[test]
fn metadata_has_its_own_limit() {
    let xml = format!("<a>{}</a>", " ".repeat(10 * 1024 * 1024));
    for refused in [
        quickly(|| parse_sp(&xml)).unwrap_err(),
        quickly(|| entities(&xml)).unwrap_err(),
    ] {
        assert_eq!(refused, MetadataError::TooLarge);
        assert!(refused.to_string().contains("larger than 4 MiB"));
    }
}
