//! The keys that sign: of which kind, and how far each is in its roll.

use serde::{Deserialize, Serialize};

/// What a key can sign with. Each kind is rolled by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KeyKind {
    /// What every service provider verifies.
    #[default]
    Rsa,
    /// ECDSA over P-256, for service providers that ask for it.
    Ec,
}

impl KeyKind {
    /// In the order in which metadata names them.
    pub const ALL: [Self; 2] = [Self::Rsa, Self::Ec];

    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ec => "ec",
        }
    }

    /// The name it is shown under.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::Ec => "ECDSA",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// How far a key is. It goes down this list, and from `Retiring` back to `Active` if a step is taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum KeyState {
    /// Signs, and is published.
    Active,
    /// Published, so that service providers know it before it signs.
    #[default]
    Next,
    /// Signs no more; still published for what it has signed.
    Retiring,
    /// Not published; the private key is erased.
    Retired,
}

impl KeyState {
    /// In the order in which metadata names them, and the last one, which it does not name.
    pub const ALL: [Self; 4] = [Self::Active, Self::Next, Self::Retiring, Self::Retired];

    /// The name it is stored under.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Next => "next",
            Self::Retiring => "retiring",
            Self::Retired => "retired",
        }
    }

    /// What it means, in a few words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Active => "signs now",
            Self::Next => "published, not used yet",
            Self::Retiring => "published, used no more",
            Self::Retired => "retired",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// Sizes that an RSA key is made in.
pub const RSA_SIZES: [u16; 3] = [2048, 3072, 4096];

/// What is shown of a key's id, which is 64 characters: enough to tell the keys of one server apart.
pub const SHORT_ID: usize = 12;

/// The beginning of a key's id.
#[must_use]
pub fn short_id(key_id: &str) -> &str {
    key_id.get(..SHORT_ID).unwrap_or(key_id)
}
