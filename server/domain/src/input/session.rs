//! The time-outs of sessions.

use serde::{Deserialize, Serialize};

/// The form *Session time-outs*; an empty field stands for the setting the process was started with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TimeOutsInput {
    /// What was set when the form was opened. Guards against overwriting unseen changes.
    pub seen: String,
    pub idle_minutes: String,
    pub hours: String,
}
