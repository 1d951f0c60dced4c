//! XML signatures of our own, written into a message (saml-core 5.4).
//!
//! aws-lc-rs digests and signs; the canonical form is the library's, or that of [`canonical`](crate::canonical) for what is
//! written in it to begin with, as `SignedInfo` is here. The library's own way, a template that it fills in, reads the
//! message three times over and takes half as long again as the RSA signature itself; and its own RSA is not constant in
//! time (RUSTSEC-2023-0071).

use aws_lc_rs::digest::{self, SHA256, SHA384, SHA512};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gamlastan::crypto::exc_c14n;

use crate::algorithm::DigestAlgorithm;
use crate::build::BuildError;
use crate::identifier::{ENVELOPED, EXC_C14N, NS_DSIG};
use crate::keys::KeyPair;

/// A message of ours as it is sent, and beside it its canonical form (xml-exc-c14n), which is what is signed. The two are
/// not the same text: the canonical form leaves out the prefix of a type that stands in an attribute's value.
///
/// Canonicalizing takes longer than all else about a message but the signature itself, so it is done once, while the message
/// is short: what is put in later is put into both, since it is canonical wherever it stands.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    xml: String,
    canonical: String,
}

/// Finds the byte at which something is to be put in.
pub(crate) type Place = fn(&str) -> Option<usize>;

impl Written {
    pub fn new(xml: String) -> Result<Self, BuildError> {
        let canonical = canonical(&xml)?;
        Ok(Self { xml, canonical })
    }

    /// Of a message that was written in canonical form to begin with.
    pub fn of(xml: String, canonical: String) -> Self {
        Self { xml, canonical }
    }

    pub fn into_xml(self) -> String {
        self.xml
    }

    /// Puts a message into this one, which declares no prefix on its outermost element that `inner` uses: then the inner
    /// one's canonical form is the same here as it is alone (xml-exc-c14n 3).
    pub fn with(&self, place: Place, inner: &Self) -> Result<Self, BuildError> {
        Ok(Self {
            xml: put(&self.xml, place, &inner.xml)?,
            canonical: put(&self.canonical, place, &inner.canonical)?,
        })
    }

    /// Puts in an enveloped signature over all of it; the outermost element has this ID.
    pub fn signed(&self, place: Place, id: &str, key: &KeyPair) -> Result<Self, BuildError> {
        debug_assert_eq!(canonical(&self.xml).as_ref(), Ok(&self.canonical));
        // The signature is not there yet, which is all that the enveloped-signature transform does to it.
        let signature = signature(id, key, self.canonical.as_bytes())?;
        Ok(Self {
            xml: put(&self.xml, place, &signature)?,
            canonical: put(&self.canonical, place, &signature)?,
        })
    }
}

fn canonical(xml: &str) -> Result<String, BuildError> {
    let bytes = exc_c14n(xml, &[]).map_err(|e| BuildError::Signing(e.to_string()))?;
    String::from_utf8(bytes).map_err(|e| BuildError::Signing(e.to_string()))
}

fn put(xml: &str, place: Place, what: &str) -> Result<String, BuildError> {
    let at =
        place(xml).ok_or_else(|| BuildError::Serialization("it has no place for what belongs in it".to_owned()))?;
    let (before, after) = xml.split_at(at);
    Ok([before, what, after].concat())
}

/// The `ds:Signature` element over these bytes, in canonical form.
fn signature(id: &str, key: &KeyPair, canonical: &[u8]) -> Result<String, BuildError> {
    let content = signed_info_content(id, key, canonical);
    // Exclusive canonicalization declares the prefix on the outermost element of what is signed (xml-exc-c14n 3).
    let signed_info = format!("<ds:SignedInfo xmlns:ds=\"{NS_DSIG}\">{content}</ds:SignedInfo>");
    let value = key
        .private()
        .sign(key.signature_algorithm(), signed_info.as_bytes())
        .map_err(|_| BuildError::Signing("the key library refused".to_owned()))?;
    Ok(format!(
        concat!(
            r#"<ds:Signature xmlns:ds="{dsig}"><ds:SignedInfo>{content}</ds:SignedInfo>"#,
            r#"<ds:SignatureValue>{value}</ds:SignatureValue>"#,
            r#"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>"#,
            r#"</ds:X509Data></ds:KeyInfo></ds:Signature>"#,
        ),
        dsig = NS_DSIG,
        content = content,
        value = STANDARD.encode(value),
        certificate = key.certificate_der_base64(),
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
