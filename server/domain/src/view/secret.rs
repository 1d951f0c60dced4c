//! Secret slots and presets as the identity provider's form shows them: words, and never a value.

use serde::{Deserialize, Serialize};

/// The field of one secret slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretField {
    /// The slot's name.
    pub name: String,
    /// The vendor's own name for it, or the slot's.
    pub label: String,
    /// Where the vendor shows it; may be empty.
    pub help: String,
    pub state: SecretState,
}

/// Whether there is a value for a secret slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SecretState {
    Missing,
    /// Typed, and held until the form is saved.
    Held,
    /// Kept for the SMS URL's scheme, host and port since then, as `2026-11-24 19:00 UTC`.
    Kept(String),
    /// Kept for these scheme, host and port, which the SMS URL no longer has.
    KeptFor(String),
}

/// One of *Provider presets*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresetView {
    pub id: String,
    pub name: String,
    /// What else there is to do after it was filled in.
    pub help: String,
}
