//! XML signatures that came in, verified.
//!
//! The library computes digests and canonical forms; this module decides where a signature may stand, what it must
//! cover and which of its many options are accepted. A signature counts only for the element it is a direct child of,
//! referenced by that element's ID: signed content moved elsewhere (wrapping, XSW1 to XSW8) or several references,
//! SignedInfos and Objects are refused before any cryptography. `KeyInfo` in a message is never looked at.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gamlastan::crypto::keys::loader;
use gamlastan::crypto::{KeyUsage, KeysManager, SamlVerifier, VerifyResult};
use gamlastan::xml::{Document, NodeId};

use crate::algorithm::{DigestAlgorithm, SignatureAlgorithm};
use crate::identifier::{ENVELOPED, EXC_C14N, NS_ASSERTION, NS_DSIG};
use crate::keys::{Certificate, KeyKind};
use crate::xml::{elements, is};

/// Why a signature was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is none.
    #[error("The message is not signed")]
    NotSigned,
    /// Nobody's certificate is known.
    #[error("No certificate is registered to verify the signature with")]
    NoCertificate,
    /// Only keys that are too weak, or of other kinds.
    #[error(
        "No registered certificate holds a key to verify with: an RSA key of {} to {} bits, or an EC key on the curve P-256",
        Certificate::MIN_RSA_BITS,
        Certificate::MAX_RSA_BITS
    )]
    UnusableCertificate,
    /// Neither RSA with SHA-256, SHA-384 or SHA-512 nor ECDSA with SHA-256.
    #[error(
        "The signature algorithm {0} is not accepted: RSA with SHA-256, SHA-384 or SHA-512 and ECDSA with SHA-256 are"
    )]
    Algorithm(String),
    /// Not SHA-256, SHA-384 or SHA-512.
    #[error("The digest algorithm {0} is not accepted: SHA-256, SHA-384 or SHA-512 is")]
    Digest(String),
    /// A signature somewhere else than SAML puts it, or more than one.
    #[error("A signature stands where SAML has none")]
    Placement,
    /// It signs something else than the element it stands in.
    #[error("The signature does not cover the element it stands in")]
    Coverage,
    /// Parts missing, doubled or foreign.
    #[error("The signature is not formed as SAML requires: {0}")]
    Form(&'static str),
    /// Transforms or canonicalization beyond those SAML allows.
    #[error("The signature uses a transform that SAML does not allow: {0}")]
    Transform(String),
    /// The signature or digest value does not match any registered certificate.
    #[error("The signature does not match the message and any registered certificate")]
    Invalid,
}

/// A signature and the element it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    signature: NodeId,
    /// The kind of key its algorithm is for.
    kind: KeyKind,
    /// The element that the signature must cover.
    pub(crate) parent: NodeId,
}

/// Every signature in the document, in document order, each in one of the elements `allowed` to hold one.
///
/// # Errors
/// [`SignatureError::Placement`] for any other, [`SignatureError::Form`] and its kin for one that is not formed as SAML
/// requires.
pub(crate) fn survey(document: &Document<'_>, allowed: &[NodeId]) -> Result<Vec<Placed>, SignatureError> {
    let mut found: Vec<Placed> = Vec::new();
    for signature in document.descendants(document.root()) {
        if !is(document, signature, NS_DSIG, "Signature") {
            continue;
        }
        let parent = document
            .parent(signature)
            .filter(|p| allowed.contains(p))
            .ok_or(SignatureError::Placement)?;
        let siblings = elements(document, parent);
        let place = siblings.iter().position(|n| *n == signature);
        // Schema: Issuer, then Signature. Nothing that is read may stand before it.
        let in_place = match place {
            Some(0) => true,
            Some(1) => siblings
                .first()
                .is_some_and(|first| is(document, *first, NS_ASSERTION, "Issuer")),
            _ => false,
        };
        if !in_place || found.iter().any(|p| p.parent == parent) {
            return Err(SignatureError::Placement);
        }
        let kind = check_form(document, signature, parent)?.kind();
        found.push(Placed {
            signature,
            kind,
            parent,
        });
    }
    Ok(found)
}

/// Verifies every one of the document's signatures with any of the certificates. `xml` is what `document` was parsed
/// from, and `placed` what [`survey`] found in it.
pub(crate) fn verify(
    xml: &str,
    document: &Document<'_>,
    placed: &[Placed],
    certificates: &[Certificate],
) -> Result<(), SignatureError> {
    if placed.is_empty() {
        return Err(SignatureError::NotSigned);
    }
    let mut verified = vec![false; placed.len()];
    for certificate in usable(certificates)? {
        let Ok(mut key) = loader::load_spki_der(certificate.spki()) else {
            continue;
        };
        key.usage = KeyUsage::Verify;
        let mut keys = KeysManager::new();
        keys.add_key(key);
        let results = SamlVerifier::new(keys)
            .verify_all_enveloped(xml)
            .map_err(|_| SignatureError::Invalid)?;
        if results.len() != placed.len() {
            return Err(SignatureError::Placement);
        }
        for ((done, place), result) in verified.iter_mut().zip(placed).zip(&results) {
            // The library lets the key say how it verifies; here the signature's algorithm and the key have to agree.
            *done |= Some(place.kind) == certificate.kind()
                && is_plain(document, *place)
                && covers(document, *place, result);
        }
    }
    if verified.iter().all(|done| *done) {
        Ok(())
    } else {
        Err(SignatureError::Invalid)
    }
}

/// The certificates whose keys are strong enough.
pub(crate) fn usable(certificates: &[Certificate]) -> Result<Vec<&Certificate>, SignatureError> {
    if certificates.is_empty() {
        return Err(SignatureError::NoCertificate);
    }
    let usable: Vec<_> = certificates.iter().filter(|c| c.can_verify()).collect();
    if usable.is_empty() {
        return Err(SignatureError::UnusableCertificate);
    }
    Ok(usable)
}

/// Whether the value has the one form its algorithm gives it: the library takes ECDSA's r and s in DER as well, which
/// xmldsig-core1 6.4.3 does not.
fn is_plain(document: &Document<'_>, place: Placed) -> bool {
    let value = elements(document, place.signature)
        .get(1)
        .map_or_else(String::new, |value| {
            let text = document.text_content_deep(*value);
            text.chars().filter(|c| !c.is_ascii_whitespace()).collect()
        });
    place.kind == KeyKind::Rsa || STANDARD.decode(value).is_ok_and(|octets| octets.len() == 64)
}

/// Whether the library verified exactly this signature over exactly its parent: node for node, not by name.
fn covers(document: &Document<'_>, place: Placed, result: &VerifyResult) -> bool {
    let VerifyResult::Valid {
        signature_node,
        references,
        ..
    } = result
    else {
        return false;
    };
    let [reference] = references.as_slice() else {
        return false;
    };
    let id = document.get_attribute(place.parent, "ID").unwrap_or("");
    *signature_node == place.signature
        && reference.digest_verified
        && reference.resolved_node == Some(place.parent)
        && reference.uri.strip_prefix('#') == Some(id)
}

const PARTS: &str = "it holds other parts than SignedInfo, SignatureValue and KeyInfo";

/// saml-core 5.4, and nothing beyond it. Gives the signature's algorithm.
fn check_form(
    document: &Document<'_>,
    signature: NodeId,
    parent: NodeId,
) -> Result<SignatureAlgorithm, SignatureError> {
    let parts = elements(document, signature);
    let (signed_info, value, key_info) = match parts.as_slice() {
        [signed_info, value] => (*signed_info, *value, None),
        [signed_info, value, key_info] => (*signed_info, *value, Some(*key_info)),
        _ => return Err(SignatureError::Form(PARTS)),
    };
    if !is(document, signed_info, NS_DSIG, "SignedInfo")
        || !is(document, value, NS_DSIG, "SignatureValue")
        || key_info.is_some_and(|node| !is(document, node, NS_DSIG, "KeyInfo"))
    {
        return Err(SignatureError::Form(PARTS));
    }
    let signed_info = elements(document, signed_info);
    let [canonicalization, method, reference] = signed_info.as_slice() else {
        return Err(SignatureError::Form("SignedInfo does not hold exactly one reference"));
    };
    if !is(document, *canonicalization, NS_DSIG, "CanonicalizationMethod")
        || !is(document, *method, NS_DSIG, "SignatureMethod")
        || !is(document, *reference, NS_DSIG, "Reference")
    {
        return Err(SignatureError::Form("SignedInfo is out of order"));
    }
    check_canonicalization(document, *canonicalization)?;
    let uri = algorithm(document, *method);
    let accepted = SignatureAlgorithm::from_uri(uri).ok_or_else(|| SignatureError::Algorithm(uri.to_owned()))?;
    check_reference(document, *reference, parent)?;
    Ok(accepted)
}

fn check_reference(document: &Document<'_>, reference: NodeId, parent: NodeId) -> Result<(), SignatureError> {
    let id = document.get_attribute(parent, "ID").unwrap_or("");
    let uri = document.get_attribute(reference, "URI").unwrap_or("");
    if id.is_empty() || uri.strip_prefix('#') != Some(id) {
        return Err(SignatureError::Coverage);
    }
    let parts = elements(document, reference);
    let [transforms, digest_method, digest_value] = parts.as_slice() else {
        return Err(SignatureError::Form("the reference is incomplete"));
    };
    if !is(document, *transforms, NS_DSIG, "Transforms")
        || !is(document, *digest_method, NS_DSIG, "DigestMethod")
        || !is(document, *digest_value, NS_DSIG, "DigestValue")
    {
        return Err(SignatureError::Form("the reference is out of order"));
    }
    let digest = algorithm(document, *digest_method);
    if DigestAlgorithm::from_uri(digest).is_none() {
        return Err(SignatureError::Digest(digest.to_owned()));
    }
    let transforms = elements(document, *transforms);
    let [enveloped, canonicalization] = transforms.as_slice() else {
        return Err(SignatureError::Form(
            "the reference does not have exactly two transforms",
        ));
    };
    let first = algorithm(document, *enveloped);
    if first != ENVELOPED || !elements(document, *enveloped).is_empty() {
        return Err(SignatureError::Transform(first.to_owned()));
    }
    check_canonicalization(document, *canonicalization)
}

/// Exclusive canonicalization without comments, at most with a list of prefixes.
fn check_canonicalization(document: &Document<'_>, node: NodeId) -> Result<(), SignatureError> {
    let name = algorithm(document, node);
    let parts = elements(document, node);
    let plain = match parts.as_slice() {
        [] => true,
        [only] => is(document, *only, EXC_C14N, "InclusiveNamespaces"),
        _ => false,
    };
    if name == EXC_C14N && plain {
        Ok(())
    } else {
        Err(SignatureError::Transform(name.to_owned()))
    }
}

fn algorithm<'d>(document: &'d Document<'_>, node: NodeId) -> &'d str {
    document.get_attribute(node, "Algorithm").unwrap_or("")
}
