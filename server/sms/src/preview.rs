//! The request as the form shows it: text in segments, so that the page can mark each value.
//!
//! Owns which segments are shown as dots; how they come about is the renderer's affair ([`crate::Template`]).

use serde::{Deserialize, Serialize};

use crate::template::RenderError;

/// What stands in place of a secret.
pub(crate) const DOTS: &str = "••••••••";

/// What a segment of the preview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// Text of the template and of the protocol.
    Plain,
    /// A header's name.
    HeaderName,
    /// The number.
    Number,
    /// The message.
    Message,
    /// The code.
    Code,
    /// A kept secret, or a length that would tell its length; `text` holds dots.
    Secret,
    /// A key typed straight into the field; `text` holds it, [`Segment::shown`] does not.
    LiteralSecret,
}

/// A stretch of the preview.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// What it is.
    pub kind: SegmentKind,
    /// Its text as on the wire.
    pub text: String,
}

impl Segment {
    pub(crate) fn new(kind: SegmentKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }

    /// The text for a screen: keys dotted.
    #[must_use]
    pub fn shown(&self) -> &str {
        if self.kind == SegmentKind::LiteralSecret {
            DOTS
        } else {
            &self.text
        }
    }
}

/// The request as it will go over the wire, in segments.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preview {
    /// The HTTP/1.1 text, line ends included; empty if `refused`.
    pub segments: Vec<Segment>,
    /// Why these values cannot be sent.
    pub refused: Option<RenderError>,
}

impl Preview {
    /// The text for a screen: secrets dotted.
    #[must_use]
    pub fn shown(&self) -> String {
        self.segments.iter().map(Segment::shown).collect()
    }

    /// The text as on the wire, but for kept secrets, which are dotted.
    #[must_use]
    pub fn text(&self) -> String {
        self.segments.iter().map(|segment| segment.text.as_str()).collect()
    }
}
