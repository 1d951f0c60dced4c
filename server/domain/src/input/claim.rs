//! A claim of the local dialect.

use serde::{Deserialize, Serialize};

use super::Tick;

/// *Add Claim* and a claim's own page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimInput {
    /// Only when it is added: it stays what it is.
    pub uri: String,
    pub label: String,
    pub attribute: String,
    pub required: Tick,
    /// `regex-lite` syntax; empty: anything.
    pub pattern: String,
}
