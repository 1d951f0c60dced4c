//! Every document this crate issues against the OASIS schemas, read by xmllint.
//!
//! The schemas are Debian's `opensaml-schemas` and `xmltooling-schemas`. They import each other by addresses on the web;
//! a catalog leads those to the files, and nothing is fetched.

use std::process::Command;

use crate::issued::{self, Issued};
use crate::support::{ec_key, rsa_key, swap};
use crate::xmlsec::Folder;

const SAML: &str = "file:///usr/share/xml/opensaml";
const W3C: &str = "file:///usr/share/xml/xmltooling";

fn catalog() -> String {
    let entries: String = [
        (
            "http://www.w3.org/TR/2002/REC-xmldsig-core-20020212/xmldsig-core-schema.xsd",
            "xmldsig-core-schema.xsd",
        ),
        (
            "http://www.w3.org/TR/xmldsig-core/xmldsig-core-schema.xsd",
            "xmldsig-core-schema.xsd",
        ),
        (
            "http://www.w3.org/TR/2002/REC-xmlenc-core-20021210/xenc-schema.xsd",
            "xenc-schema.xsd",
        ),
        ("http://www.w3.org/2001/xml.xsd", "xml.xsd"),
    ]
    .into_iter()
    .map(|(address, file)| {
        format!("<system systemId=\"{address}\" uri=\"{W3C}/{file}\"/><uri name=\"{address}\" uri=\"{W3C}/{file}\"/>")
    })
    .collect();
    format!("<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\">{entries}</catalog>")
}

/// One schema that knows all of them, so that whatever stands inside something else is checked as well.
fn schema() -> String {
    let imports: String = [
        (
            "urn:oasis:names:tc:SAML:2.0:protocol",
            SAML,
            "saml-schema-protocol-2.0.xsd",
        ),
        (
            "urn:oasis:names:tc:SAML:2.0:metadata",
            SAML,
            "saml-schema-metadata-2.0.xsd",
        ),
        ("http://schemas.xmlsoap.org/soap/envelope/", W3C, "soap-envelope.xsd"),
        ("http://www.w3.org/2009/xmlenc11#", W3C, "xenc11-schema.xsd"),
    ]
    .into_iter()
    .map(|(namespace, folder, file)| {
        format!("<xs:import namespace=\"{namespace}\" schemaLocation=\"{folder}/{file}\"/>")
    })
    .collect();
    format!("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{imports}</xs:schema>")
}

/// What xmllint says about each of the documents, in their order.
fn validate(documents: &[&str]) -> Vec<Result<(), String>> {
    let folder = Folder::new();
    let catalog = folder.write("catalog.xml", &catalog());
    let schema = folder.write("all.xsd", &schema());
    let files: Vec<_> = documents
        .iter()
        .zip(0..)
        .map(|(xml, place)| folder.write(&format!("{place}.xml"), xml))
        .collect();
    let output = Command::new("xmllint")
        .args(["--nonet", "--noout", "--schema"])
        .arg(schema)
        .args(&files)
        .env("XML_CATALOG_FILES", catalog)
        .output()
        .unwrap_or_else(|e| panic!("xmllint is needed for this test (Debian: libxml2-utils): {e}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !said.contains("failed to load") && !said.contains("failed to compile"),
        "the schemas are needed for this test (Debian: opensaml-schemas, xmltooling-schemas): {said}"
    );
    files
        .iter()
        .map(|file| {
            let name = file.display().to_string();
            if said.lines().any(|line| line == format!("{name} validates")) {
                return Ok(());
            }
            assert!(said.contains(&format!("{name} fails to validate")), "{said}");
            let about: Vec<_> = said.lines().filter(|line| line.starts_with(&name)).collect();
            Err(about.join("\n"))
        })
        .collect()
}

fn all_valid(documents: &[Issued]) {
    let texts: Vec<_> = documents.iter().map(|one| one.xml.as_str()).collect();
    for (one, verdict) in documents.iter().zip(validate(&texts)) {
        assert_eq!(verdict, Ok(()), "{}: {}", one.name, one.xml);
    }
    // The control: an attribute that no type has, on the innermost document, and it is the same check that fails.
    let spoiled: Vec<_> = documents
        .iter()
        .map(|one| swap(&one.xml, " ID=\"", " bogus=\"1\" ID=\""))
        .collect();
    let spoiled: Vec<_> = spoiled.iter().map(String::as_str).collect();
    for (one, verdict) in documents.iter().zip(validate(&spoiled)) {
        let why = verdict.expect_err(&one.name);
        assert!(why.contains("'bogus' is not allowed"), "{}: {why}", one.name);
    }
}

#[test]
fn everything_unsigned() {
    all_valid(&issued::unsigned());
}

#[test]
fn everything_signed_with_rsa() {
    all_valid(&issued::signed(rsa_key()));
}

#[test]
fn everything_signed_with_ecdsa() {
    all_valid(&issued::signed(ec_key()));
}

/// The check sees order, types and what is missing, not only attributes.
#[test]
fn mistakes_of_other_kinds_are_seen() {
    let all = issued::signed(rsa_key());
    let response = &all.iter().find(|one| one.name == "Response, both signed").unwrap().xml;
    let metadata = &all.iter().find(|one| one.name == "SP metadata, full").unwrap().xml;
    let issuer = crate::support::cut(response, "<saml:Issuer>", "</saml:Issuer>");
    let moved = swap(
        &swap(response, issuer, ""),
        "</samlp:Status>",
        &format!("</samlp:Status>{issuer}"),
    );
    for spoiled in [
        moved,
        swap(response, " Version=\"2.0\"", ""),
        swap(
            response,
            "NotOnOrAfter=\"2026-01-15T12:05:00Z\"",
            "NotOnOrAfter=\"soon\"",
        ),
        swap(response, "<samlp:StatusCode Value=", "<samlp:StatusCode Code="),
        swap(metadata, " Location=", " Place="),
        swap(metadata, "use=\"signing\"", "use=\"both\""),
    ] {
        assert!(validate(&[&spoiled])[0].is_err(), "{spoiled}");
    }
}
