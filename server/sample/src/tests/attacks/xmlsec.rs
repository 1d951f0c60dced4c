//! Signing what the protocol crate would never build: an assertion changed at will, signed by xmlsec1 with the identity
//! provider's key, so that only the check in question can reject it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::fake_idp::{KEY, unique};
use super::{assertion_of, signature_of, swap};

/// A file of this test's own, removed when it is done.
struct File(PathBuf);

impl File {
    fn new(content: &str) -> Self {
        let path = std::env::temp_dir().join(format!("sample-test-{}{}", std::process::id(), unique("xmlsec")));
        std::fs::File::create(&path)
            .unwrap()
            .write_all(content.as_bytes())
            .unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        // What cannot be removed from a temporary folder is the system's to clean up.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The response without its signature, changed, its assertion then signed anew.
pub(super) fn resigned(good: &str, assertion_id: &str, change: impl FnOnce(String) -> String) -> String {
    let changed = change(good.replace(signature_of(good), ""));
    let template = format!(
        concat!(
            "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:SignedInfo>",
            "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
            "<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>",
            "<ds:Reference URI=\"#{}\"><ds:Transforms>",
            "<ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/>",
            "<ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>",
            "</ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>",
            "<ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/></ds:Signature>",
        ),
        assertion_id
    );
    let assertion = assertion_of(&changed);
    let open = assertion
        .find("</saml:Issuer>")
        .map_or_else(|| assertion.find('>').unwrap() + 1, |at| at + "</saml:Issuer>".len());
    let (before, after) = assertion.split_at(open);
    let input = File::new(&swap(&changed, assertion, &format!("{before}{template}{after}")));
    let body = STANDARD.encode(KEY.pkcs8_der());
    let kind = "PRIVATE KEY";
    let key = File::new(&format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n"));
    let output = Command::new("xmlsec1")
        .args([
            "--sign",
            "--id-attr:ID",
            "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
        ])
        .args(["--privkey-pem", key.path(), input.path()])
        .output()
        .unwrap_or_else(|error| panic!("xmlsec1 is needed for this test (Debian: xmlsec1): {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let signed = String::from_utf8(output.stdout).unwrap();
    signed.trim_start_matches("<?xml version=\"1.0\"?>").trim().to_owned()
}
