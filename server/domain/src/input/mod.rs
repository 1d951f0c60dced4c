//! What may come in: forms as they were typed. Every field is text, so that a wrong value can be shown again.
//!
//! Each form is also what an edit page starts from, and what a draft keeps when something was wrong.

pub mod claim;
pub mod identity_provider;
pub mod metadata;
pub mod role;
pub mod saml;
pub mod secret;
pub mod service_provider;
pub mod session;
pub mod signing_key;
pub mod user;
pub mod user_import;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A check box: absent means off, `on` (what browsers send) means on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tick(pub bool);

impl<'de> Deserialize<'de> for Tick {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Self(matches!(text.as_str(), "on" | "true" | "1")))
    }
}

impl Serialize for Tick {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if self.0 { "on" } else { "" })
    }
}

impl From<bool> for Tick {
    fn from(on: bool) -> Self {
        Self(on)
    }
}
