//! A claim of the local dialect.

use serde::{Deserialize, Serialize};

use super::Tick;

/// *Add Claim* and a claim's own page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimInput {
    /// What was stored when the form was opened; empty for a new one, and where nobody looked at what is stored.
    pub version: String,
    /// Only when it is added: it stays what it is.
    pub uri: String,
    pub label: String,
    pub attribute: String,
    pub required: Tick,
    /// `regex-lite` syntax; empty: anything.
    pub pattern: String,
}
