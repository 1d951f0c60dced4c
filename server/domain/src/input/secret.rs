//! Values for secret slots, as they are typed: read from a form, and written nowhere.

use std::fmt;

use serde::{Deserialize, Serialize, Serializer};

/// One field of *Secrets*: the slot's name and what was typed for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecretRow {
    pub name: String,
    /// Empty: the value that is kept, if there is one.
    pub value: TypedSecret,
}

/// A secret on its way in. It is serialized as nothing, so that no draft and no page can hold it; `Debug` shows nothing.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct TypedSecret(pub String);

impl fmt::Debug for TypedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TypedSecret")
    }
}

impl Serialize for TypedSecret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("")
    }
}

impl From<&str> for TypedSecret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}
