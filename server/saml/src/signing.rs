//! XML signatures of our own, written into a message (saml-core 5.4).
//!
//! The library canonicalizes, aws-lc-rs digests and signs. The signature's form is fixed, so `SignedInfo` is written in its
//! canonical form to begin with. The library's own way, a template that it fills in, reads the message three times over
//! and takes half as long again as the RSA signature itself; and its own RSA is not constant in time (RUSTSEC-2023-0071).

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gamlastan::crypto::exc_c14n;

use crate::algorithm::DigestAlgorithm;
use crate::build::BuildError;
use crate::identifier::{ENVELOPED, EXC_C14N, NS_DSIG};
use crate::keys::KeyPair;

/// Signs `xml`, whose outermost element has this ID, with an enveloped signature written at byte `at`.
pub(crate) fn sign(xml: &str, at: usize, id: &str, key: &KeyPair) -> Result<String, BuildError> {
    // The signature is not there yet, which is all that the enveloped-signature transform does to it.
    let canonical = exc_c14n(xml, &[]).map_err(|e| BuildError::Signing(e.to_string()))?;
    let content = signed_info_content(id, key, &canonical);
    // Exclusive canonicalization declares the prefix on the outermost element of what is signed (xml-exc-c14n 3).
    let signed_info = format!("<ds:SignedInfo xmlns:ds=\"{NS_DSIG}\">{content}</ds:SignedInfo>");
    let value = key
        .private()
        .sign(key.signature_algorithm(), signed_info.as_bytes())
        .map_err(|_| BuildError::Signing("the key library refused".to_owned()))?;
    let (before, after) = xml.split_at(at);
    Ok(format!(
        concat!(
            r#"{before}<ds:Signature xmlns:ds="{dsig}"><ds:SignedInfo>{content}</ds:SignedInfo>"#,
            r#"<ds:SignatureValue>{value}</ds:SignatureValue>"#,
            r#"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>"#,
            r#"</ds:X509Data></ds:KeyInfo></ds:Signature>{after}"#,
        ),
        before = before,
        dsig = NS_DSIG,
        content = content,
        value = STANDARD.encode(value),
        certificate = key.certificate_der_base64(),
        after = after,
    ))
}

/// In canonical form: no empty-element tags, attributes in order. An ID holds nothing that would need escaping.
fn signed_info_content(id: &str, key: &KeyPair, canonical: &[u8]) -> String {
    let algorithm = match key.digest_algorithm() {
        DigestAlgorithm::Sha256 => &SHA256,
        DigestAlgorithm::Sha384 => &SHA384,
        DigestAlgorithm::Sha512 => &SHA512,
    };
    format!(
        concat!(
            r#"<ds:CanonicalizationMethod Algorithm="{c14n}"></ds:CanonicalizationMethod>"#,
            r#"<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>"#,
            r##"<ds:Reference URI="#{id}"><ds:Transforms>"##,
            r#"<ds:Transform Algorithm="{enveloped}"></ds:Transform>"#,
            r#"<ds:Transform Algorithm="{c14n}"></ds:Transform></ds:Transforms>"#,
            r#"<ds:DigestMethod Algorithm="{digest}"></ds:DigestMethod>"#,
            r#"<ds:DigestValue>{value}</ds:DigestValue></ds:Reference>"#,
        ),
        c14n = EXC_C14N,
        method = key.signature_algorithm().uri(),
        id = id,
        enveloped = ENVELOPED,
        digest = key.digest_algorithm().uri(),
        value = STANDARD.encode(digest::digest(algorithm, canonical)),
    )
}
