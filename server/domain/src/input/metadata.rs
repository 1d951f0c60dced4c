//! The forms that take a service provider's metadata: a file, an address or a text; and what is taken of it.

use serde::{Deserialize, Serialize};

use super::service_provider::ServiceProviderInput;

/// The largest metadata that is taken, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// The longest pasted text that a refused form shows again: it waits in a draft.
const LONGEST_SHOWN: usize = 256 * 1024;

/// *Metadata File*, *Metadata URL* and *Metadata XML*, of which one is filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MetadataInput {
    /// The chosen file's name. A form that is not multipart sends nothing else of it.
    pub file: String,
    pub url: String,
    pub xml: String,
    /// The file itself; one that is too large is cut after [`MAX_BYTES`] and one byte. No form shows it again.
    #[serde(skip)]
    pub content: Vec<u8>,
    /// A text was pasted that is too long to be shown again.
    pub xml_left_out: bool,
}

impl MetadataInput {
    /// Whether any of the three was filled in.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !(self.file.is_empty() && self.content.is_empty() && self.url.trim().is_empty() && self.xml.trim().is_empty())
    }

    /// What a refused form shows again.
    #[must_use]
    pub fn kept(mut self) -> Self {
        self.file.clear();
        self.content.clear();
        if self.xml.len() > LONGEST_SHOWN {
            self.xml.clear();
            self.xml_left_out = true;
        }
        self
    }
}

/// The form *Add Service Provider*: typed in, or taken from metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AddInput {
    pub input: ServiceProviderInput,
    pub metadata: MetadataInput,
    /// Who has the name or the issuer already.
    pub taken: Option<TakenBy>,
}

/// A service provider that could be updated instead, with the draft of what is offered for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TakenBy {
    pub id: i64,
    pub name: String,
    pub offer: String,
}

/// The choice among the service providers of one metadata file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EntityInput {
    /// The draft that holds the file.
    pub file: String,
    /// *Service Provider Name*; empty: as the metadata names it.
    pub name: String,
    pub entity_id: String,
}

/// What is taken over from metadata that was compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApplyInput {
    /// The draft that holds what was compared.
    pub offer: String,
    /// What was stored when the difference was shown.
    pub version: String,
    /// The differences that are ticked, by their names.
    pub take: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_file_nor_a_long_text_is_kept() {
        let given = |xml: &str| MetadataInput {
            file: "sp.xml".into(),
            content: b"<x/>".to_vec(),
            url: "https://sp.example.org/metadata".into(),
            xml: xml.into(),
            ..MetadataInput::default()
        };
        assert_eq!(
            given("<x/>").kept(),
            MetadataInput {
                url: "https://sp.example.org/metadata".into(),
                xml: "<x/>".into(),
                ..MetadataInput::default()
            }
        );
        let long = given(&"x".repeat(LONGEST_SHOWN + 1)).kept();
        assert!(long.xml.is_empty() && long.xml_left_out);
        assert!(!MetadataInput::default().is_given());
    }
}
