//! The forms that bring in a signing key.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::signing_key::{KeyKind, RSA_SIZES};

/// *Publish a new key*: what is generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PublishKeyInput {
    /// A kind's stored name.
    pub kind: String,
    /// Of an RSA key; an ECDSA key has no choice.
    pub bits: String,
}

impl Default for PublishKeyInput {
    fn default() -> Self {
        Self {
            kind: KeyKind::Rsa.as_str().to_owned(),
            bits: RSA_SIZES[0].to_string(),
        }
    }
}

/// *Import a key*: a pair that was made elsewhere.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportKeyInput {
    /// PEM. Never kept with what was typed: it has to be given again.
    pub private_key: String,
    /// PEM.
    pub certificate: String,
}

/// Without values: a private key would end in a log.
impl fmt::Debug for ImportKeyInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportKeyInput")
    }
}
