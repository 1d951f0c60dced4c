//! What pages show of a service provider's metadata: what was read of it, what it differs in, how long it lasts.

use serde::{Deserialize, Serialize};

use crate::input::metadata::EntityInput;

/// Where a service provider's metadata came from, and how long it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataFacts {
    /// `None`: from a file or a text.
    pub source_url: Option<String>,
    /// The day it was taken over: `2026-11-24`.
    pub imported_on: String,
    pub valid_until: Option<String>,
    /// What it asks for and was not taken, in sentences.
    pub notes: Vec<String>,
}

/// The page *Update from metadata*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataView {
    /// The service provider's name.
    pub name: String,
    /// `None`: it was never taken from metadata.
    pub facts: Option<MetadataFacts>,
    pub lapses: Vec<Lapse>,
}

/// Something that lapses within thirty days, or has: a certificate, the metadata itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    pub text: String,
    pub over: bool,
}

/// The page that asks which service provider of a metadata file is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityChoicesView {
    pub input: EntityInput,
    /// How many the file describes, and how many of them what is searched for is found in.
    pub total: usize,
    pub matching: usize,
    /// The first of those.
    pub choices: Vec<EntityChoice>,
}

/// One service provider of a metadata file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityChoice {
    pub entity_id: String,
    pub display_name: Option<String>,
}

/// The page that shows what metadata differs in from what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparisonView {
    /// The service provider's name.
    pub name: String,
    /// To be sent back: whoever saves in between is not overwritten.
    pub version: String,
    /// Where it came from; `None`: a file or a text.
    pub source_url: Option<String>,
    /// Empty: nothing differs.
    pub differences: Vec<Difference>,
    pub notes: Vec<String>,
}

/// One thing that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// What the form sends when it is ticked.
    pub key: String,
    /// The label, as on the form.
    pub label: String,
    /// Empty: nothing.
    pub now: Vec<String>,
    pub new: Vec<String>,
}
