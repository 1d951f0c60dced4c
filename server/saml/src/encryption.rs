//! Encrypted assertions (xmlenc-core1): AES-GCM for the content, or AES-CBC where a setting asks for it, and RSA-OAEP for
//! its key.
//!
//! Written over aws-lc-rs and not over the library's own functions, whose RSA decryption is not constant in time
//! (RUSTSEC-2023-0071). Refuses to decrypt CBC, refuses RSA 1.5 both ways, and answers every failure of decryption alike:
//! which step failed is what padding oracles are made of.

use aws_lc_rs::aead::{self, AES_128_GCM, AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::cipher::{
    self, AES_128, AES_128_KEY_LEN, AES_256, AES_256_KEY_LEN, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::rsa::{
    OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepAlgorithm, OaepPrivateDecryptingKey, OaepPublicEncryptingKey,
    PrivateDecryptingKey, PublicEncryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gamlastan::xml::{Document, NodeId};
use zeroize::Zeroizing;

use crate::algorithm::{DataEncryption, KeyEncryption};
use crate::build::BuildError;
use crate::identifier::{NS_ASSERTION, NS_DSIG, NS_XENC};
use crate::keys::KeyPair;
use crate::response::Encryption;
use crate::xml::{elements, is};

const NS_XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const MGF1_SHA1: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha1";
const MGF1_SHA256: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha256";

/// Why an encrypted assertion could not be read. One reason for all of cryptography.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DecryptionError {
    /// Another algorithm than AES-GCM with RSA-OAEP.
    Algorithm,
    /// It did not decrypt.
    Failed,
}

enum Cipher {
    Gcm(&'static aead::Algorithm),
    Cbc(&'static cipher::Algorithm, usize),
}

impl Cipher {
    fn of(data: DataEncryption) -> Self {
        match data {
            DataEncryption::Aes256Gcm => Self::Gcm(&AES_256_GCM),
            DataEncryption::Aes128Gcm => Self::Gcm(&AES_128_GCM),
            DataEncryption::Aes256Cbc => Self::Cbc(&AES_256, AES_256_KEY_LEN),
            DataEncryption::Aes128Cbc => Self::Cbc(&AES_128, AES_128_KEY_LEN),
        }
    }

    fn key_len(&self) -> usize {
        match self {
            Self::Gcm(algorithm) => algorithm.key_len(),
            Self::Cbc(_, length) => *length,
        }
    }

    /// The octets of `CipherValue`: nonce, ciphertext and tag (xmlenc-core1 5.2.4), or IV and ciphertext (5.2.2).
    fn seal(&self, key: &[u8], plain: &str) -> Result<Vec<u8>, Unspecified> {
        let mut sealed = plain.as_bytes().to_vec();
        let mut content = match self {
            Self::Gcm(algorithm) => {
                let mut nonce = [0; 12];
                SystemRandom::new().fill(&mut nonce)?;
                LessSafeKey::new(UnboundKey::new(algorithm, key)?).seal_in_place_append_tag(
                    Nonce::assume_unique_for_key(nonce),
                    Aad::empty(),
                    &mut sealed,
                )?;
                nonce.to_vec()
            }
            Self::Cbc(algorithm, _) => {
                // PKCS#7's padding ends in its own length, which is all that xmlenc-core1 5.2.1 asks of the last octet.
                let sealing = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm, key)?)?;
                let context = sealing.encrypt(&mut sealed)?;
                <&[u8]>::try_from(&context)?.to_vec()
            }
        };
        content.append(&mut sealed);
        Ok(content)
    }
}

fn oaep(key: KeyEncryption) -> &'static OaepAlgorithm {
    match key {
        KeyEncryption::RsaOaepMgf1p => &OAEP_SHA1_MGF1SHA1,
        KeyEncryption::RsaOaepSha256 => &OAEP_SHA256_MGF1SHA256,
    }
}

/// Turns a signed assertion into a `saml:EncryptedAssertion`.
pub(crate) fn encrypt(assertion: &str, encryption: &Encryption) -> Result<String, BuildError> {
    let failed = |_| BuildError::Encryption;
    if !encryption.certificate.can_encrypt_for() {
        return Err(BuildError::EncryptionCertificate);
    }
    let cipher = Cipher::of(encryption.data);
    let mut content_key = Zeroizing::new(vec![0; cipher.key_len()]);
    SystemRandom::new().fill(&mut content_key).map_err(failed)?;
    let content = cipher.seal(&content_key, assertion).map_err(failed)?;

    let recipient =
        PublicEncryptingKey::from_der(encryption.certificate.spki()).map_err(|_| BuildError::EncryptionCertificate)?;
    let recipient = OaepPublicEncryptingKey::new(recipient).map_err(failed)?;
    let mut wrapped = vec![0; recipient.ciphertext_size()];
    let wrapped = recipient
        .encrypt(oaep(encryption.key), &content_key, &mut wrapped, None)
        .map_err(failed)?;
    Ok(document(encryption, wrapped, &content))
}

fn document(encryption: &Encryption, wrapped: &[u8], content: &[u8]) -> String {
    // The digest is written out although SHA-1 is the default: node-saml and .NET look for it.
    let parameters = match encryption.key {
        KeyEncryption::RsaOaepMgf1p => {
            format!(r#"<ds:DigestMethod xmlns:ds="{NS_DSIG}" Algorithm="{SHA1}"/>"#)
        }
        KeyEncryption::RsaOaepSha256 => format!(
            concat!(
                r#"<ds:DigestMethod xmlns:ds="{dsig}" Algorithm="{digest}"/>"#,
                r#"<xenc11:MGF xmlns:xenc11="{xenc11}" Algorithm="{mgf}"/>"#,
            ),
            dsig = NS_DSIG,
            digest = SHA256,
            xenc11 = NS_XENC11,
            mgf = MGF1_SHA256,
        ),
    };
    format!(
        concat!(
            r#"<saml:EncryptedAssertion xmlns:saml="{saml}">"#,
            r#"<xenc:EncryptedData xmlns:xenc="{xenc}" Type="{xenc}Element">"#,
            r#"<xenc:EncryptionMethod Algorithm="{data}"/><ds:KeyInfo xmlns:ds="{dsig}"><xenc:EncryptedKey>"#,
            r#"<xenc:EncryptionMethod Algorithm="{key}">{parameters}</xenc:EncryptionMethod>"#,
            r#"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data>"#,
            r#"</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{wrapped}</xenc:CipherValue></xenc:CipherData>"#,
            r#"</xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData><xenc:CipherValue>{content}</xenc:CipherValue>"#,
            r#"</xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>"#,
        ),
        saml = NS_ASSERTION,
        xenc = NS_XENC,
        dsig = NS_DSIG,
        data = encryption.data.uri(),
        key = encryption.key.uri(),
        parameters = parameters,
        certificate = STANDARD.encode(encryption.certificate.der()),
        wrapped = STANDARD.encode(wrapped),
        content = STANDARD.encode(content),
    )
}

/// Decrypts a `saml:EncryptedAssertion` to the assertion's XML.
pub(crate) fn decrypt(
    document: &Document<'_>,
    encrypted_assertion: NodeId,
    key: &KeyPair,
) -> Result<String, DecryptionError> {
    let data = child(document, encrypted_assertion, NS_XENC, "EncryptedData")?;
    let method = child(document, data, NS_XENC, "EncryptionMethod")?;
    let data_algorithm = document
        .get_attribute(method, "Algorithm")
        .and_then(DataEncryption::from_uri)
        .filter(|algorithm| !algorithm.is_weak())
        .ok_or(DecryptionError::Algorithm)?;
    let encrypted_key = encrypted_key(document, encrypted_assertion, data)?;
    let key_algorithm = key_algorithm(document, encrypted_key)?;
    let wrapped = cipher_value(document, encrypted_key)?;
    let content = cipher_value(document, data)?;
    open(key, key_algorithm, data_algorithm, &wrapped, content).ok_or(DecryptionError::Failed)
}

fn open(
    key: &KeyPair,
    key_algorithm: KeyEncryption,
    data_algorithm: DataEncryption,
    wrapped: &[u8],
    mut content: Vec<u8>,
) -> Option<String> {
    let private = PrivateDecryptingKey::from_pkcs8(key.pkcs8_der()).ok()?;
    let private = OaepPrivateDecryptingKey::new(private).ok()?;
    let mut buffer = Zeroizing::new(vec![0; private.min_output_size()]);
    let content_key = private.decrypt(oaep(key_algorithm), wrapped, &mut buffer, None).ok()?;
    let Cipher::Gcm(algorithm) = Cipher::of(data_algorithm) else {
        return None;
    };
    let opening = LessSafeKey::new(UnboundKey::new(algorithm, content_key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(content.get(..12)?).ok()?;
    let plain = opening
        .open_in_place(nonce, Aad::empty(), content.get_mut(12..)?)
        .ok()?;
    String::from_utf8(plain.to_vec()).ok()
}

/// The key stands in the data's KeyInfo or beside the data (saml-core 6.1).
fn encrypted_key(
    document: &Document<'_>,
    encrypted_assertion: NodeId,
    data: NodeId,
) -> Result<NodeId, DecryptionError> {
    let inside =
        child(document, data, NS_DSIG, "KeyInfo").and_then(|info| child(document, info, NS_XENC, "EncryptedKey"));
    inside.or_else(|_| child(document, encrypted_assertion, NS_XENC, "EncryptedKey"))
}

fn key_algorithm(document: &Document<'_>, encrypted_key: NodeId) -> Result<KeyEncryption, DecryptionError> {
    let method = child(document, encrypted_key, NS_XENC, "EncryptionMethod")?;
    let parameter = |namespace, name| {
        child(document, method, namespace, name)
            .ok()
            .and_then(|node| document.get_attribute(node, "Algorithm"))
    };
    let digest = parameter(NS_DSIG, "DigestMethod").unwrap_or(SHA1);
    let mgf = parameter(NS_XENC11, "MGF").unwrap_or(MGF1_SHA1);
    let uri = document.get_attribute(method, "Algorithm").unwrap_or("");
    match (KeyEncryption::from_uri(uri), digest, mgf) {
        (Some(_), SHA1, MGF1_SHA1) => Ok(KeyEncryption::RsaOaepMgf1p),
        (Some(KeyEncryption::RsaOaepSha256), SHA256, MGF1_SHA256) => Ok(KeyEncryption::RsaOaepSha256),
        _ => Err(DecryptionError::Algorithm),
    }
}

fn cipher_value(document: &Document<'_>, parent: NodeId) -> Result<Vec<u8>, DecryptionError> {
    let data = child(document, parent, NS_XENC, "CipherData")?;
    let value = child(document, data, NS_XENC, "CipherValue")?;
    let text: String = document
        .text_content_deep(value)
        .chars()
        .filter(|c| !c.is_ascii_whitespace())
        .collect();
    STANDARD.decode(text).map_err(|_| DecryptionError::Failed)
}

/// The only child of this name.
fn child(document: &Document<'_>, parent: NodeId, namespace: &str, local: &str) -> Result<NodeId, DecryptionError> {
    let mut found = elements(document, parent)
        .into_iter()
        .filter(|node| is(document, *node, namespace, local));
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(DecryptionError::Failed),
    }
}
