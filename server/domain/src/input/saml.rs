//! The SAML2 Web SSO form of a service provider.

use serde::{Deserialize, Serialize};

use super::Tick;

/// The form of `/console/service-providers/{id}/saml`; also what is stored, once it has been checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SamlInput {
    pub version: String,
    pub issuer: String,
    /// Empty rows are ignored.
    pub acs_urls: Vec<String>,
    /// Empty: the first.
    pub default_acs_url: String,
    /// A NameID format URN.
    pub name_id_format: String,
    pub response_signing_algorithm: String,
    pub response_digest_algorithm: String,
    pub assertion_encryption_algorithm: String,
    pub key_encryption_algorithm: String,
    pub enable_response_signing: Tick,
    pub enable_signature_validation: Tick,
    pub enable_assertion_encryption: Tick,
    /// PEM, one or several.
    pub certificate: String,
    /// PEM of the certificate that assertions are encrypted for; empty: the first RSA certificate of `certificate`.
    pub encryption_certificate: String,
    pub enable_single_logout: Tick,
    /// Empty: the default assertion consumer URL; so the next.
    pub slo_response_url: String,
    pub slo_request_url: String,
    /// `front_channel_redirect`, `front_channel_post` or `back_channel`.
    pub logout_method: String,
    pub enable_attribute_profile: Tick,
    pub include_attributes_always: Tick,
    pub enable_audience_restriction: Tick,
    /// Audiences beside the issuer.
    pub audiences: Vec<String>,
    pub enable_recipient_validation: Tick,
    /// Recipients beside the assertion consumer URL.
    pub recipients: Vec<String>,
    pub enable_idp_initiated_sso: Tick,
    pub enable_idp_initiated_slo: Tick,
    pub idp_entity_id_alias: String,
    /// `uri` or `basic`.
    pub attribute_name_format: String,
    /// Which button was pressed, where it is not *Update*: `add-acs`, `remove-acs-1`, `add-audience`, ...
    pub press: String,
}

/// NameID formats (SAML Core section 8.3) this product issues.
pub const NAME_ID_FORMATS: [(&str, &str); 4] = [
    ("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", "unspecified"),
    ("urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress", "emailAddress"),
    ("urn:oasis:names:tc:SAML:2.0:nameid-format:persistent", "persistent"),
    ("urn:oasis:names:tc:SAML:2.0:nameid-format:transient", "transient"),
];

/// The one signing algorithm that needs a key of another kind than RSA.
pub const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

pub const SIGNING_ALGORITHMS: [(&str, &str); 4] = [
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "RSA-SHA256"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", "RSA-SHA384"),
    ("http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "RSA-SHA512"),
    (ECDSA_SHA256, "ECDSA-SHA256"),
];

pub const DIGEST_ALGORITHMS: [(&str, &str); 3] = [
    ("http://www.w3.org/2001/04/xmlenc#sha256", "SHA-256"),
    ("http://www.w3.org/2001/04/xmldsig-more#sha384", "SHA-384"),
    ("http://www.w3.org/2001/04/xmlenc#sha512", "SHA-512"),
];

pub const ENCRYPTION_ALGORITHMS: [(&str, &str); 2] = [
    ("http://www.w3.org/2009/xmlenc11#aes256-gcm", "AES-256-GCM"),
    ("http://www.w3.org/2009/xmlenc11#aes128-gcm", "AES-128-GCM"),
];

/// For service providers whose metadata offers nothing else. A change to what they encrypt goes unnoticed, so that
/// whoever can alter a message may find out what it holds.
pub const WEAK_ENCRYPTION_ALGORITHMS: [(&str, &str); 2] = [
    ("http://www.w3.org/2001/04/xmlenc#aes256-cbc", "AES-256-CBC (weak)"),
    ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "AES-128-CBC (weak)"),
];

pub const KEY_ENCRYPTION_ALGORITHMS: [(&str, &str); 2] = [
    ("http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p", "RSA-OAEP"),
    ("http://www.w3.org/2009/xmlenc11#rsa-oaep", "RSA-OAEP with SHA-256"),
];

pub const LOGOUT_METHODS: [(&str, &str); 3] = [
    ("front_channel_redirect", "Front-Channel HTTP Redirect"),
    ("front_channel_post", "Front-Channel HTTP POST"),
    ("back_channel", "Back-Channel"),
];

pub const ATTRIBUTE_NAME_FORMATS: [(&str, &str); 2] = [("uri", "uri"), ("basic", "basic")];

impl Default for SamlInput {
    /// A new configuration: every box off, SHA-256 throughout, the user name as an unspecified NameID.
    fn default() -> Self {
        Self {
            version: String::new(),
            issuer: String::new(),
            acs_urls: Vec::new(),
            default_acs_url: String::new(),
            name_id_format: NAME_ID_FORMATS[0].0.into(),
            response_signing_algorithm: SIGNING_ALGORITHMS[0].0.into(),
            response_digest_algorithm: DIGEST_ALGORITHMS[0].0.into(),
            assertion_encryption_algorithm: ENCRYPTION_ALGORITHMS[0].0.into(),
            key_encryption_algorithm: KEY_ENCRYPTION_ALGORITHMS[0].0.into(),
            enable_response_signing: Tick(false),
            enable_signature_validation: Tick(false),
            enable_assertion_encryption: Tick(false),
            certificate: String::new(),
            encryption_certificate: String::new(),
            enable_single_logout: Tick(false),
            slo_response_url: String::new(),
            slo_request_url: String::new(),
            logout_method: LOGOUT_METHODS[0].0.into(),
            enable_attribute_profile: Tick(false),
            include_attributes_always: Tick(false),
            enable_audience_restriction: Tick(false),
            audiences: Vec::new(),
            enable_recipient_validation: Tick(false),
            recipients: Vec::new(),
            enable_idp_initiated_sso: Tick(false),
            enable_idp_initiated_slo: Tick(false),
            idp_entity_id_alias: String::new(),
            attribute_name_format: ATTRIBUTE_NAME_FORMATS[0].0.into(),
            press: String::new(),
        }
    }
}
