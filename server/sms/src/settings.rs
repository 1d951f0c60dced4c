//! The fields as the administrator typed them. Nothing here is normalised: the stored text stays as typed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest *SMS URL*, in characters.
pub const MAX_URL: usize = 4096;
/// The longest *HTTP Headers*, in characters.
pub const MAX_HEADERS: usize = 8192;
/// The longest *HTTP Payload*, in characters.
pub const MAX_PAYLOAD: usize = 65_536;
/// The longest *Message*, in characters.
pub const MAX_MESSAGE: usize = 1000;
/// The longest *HTTP Response Code* and the longest text in a body rule, in characters.
pub const MAX_RULE: usize = 1000;

/// How one SMS provider is spoken to. `Debug` shows no literal secret.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// *SMS URL*: where the request goes, placeholders included.
    pub url: String,
    /// *HTTP Method*.
    pub method: Method,
    /// *HTTP Headers*: in one line or one per line, see [`crate::headers`].
    pub headers: String,
    /// *HTTP Payload*: the body of a POST or PUT.
    pub payload: String,
    /// *HTTP Response Code*: empty means 200, 201, 202; see [`crate::ResponseCodes`].
    pub response_code: String,
    /// What the answer's body has to satisfy, besides the status.
    pub body_rule: BodyRule,
    /// *Message*: empty means [`crate::DEFAULT_MESSAGE`].
    pub message: String,
    /// How the number is written.
    pub number_format: NumberFormat,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = crate::redact(self);
        f.debug_struct("Settings")
            .field("url", &shown.url)
            .field("method", &shown.method)
            .field("headers", &shown.headers)
            .field("payload", &shown.payload)
            .field("response_code", &shown.response_code)
            .field("body_rule", &shown.body_rule)
            .field("message", &shown.message)
            .field("number_format", &shown.number_format)
            .finish()
    }
}

/// *HTTP Method*.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// No payload is sent.
    Get,
    /// The default.
    #[default]
    Post,
    /// As POST.
    Put,
}

impl Method {
    /// Every method, in the order of the select.
    pub const ALL: [Self; 3] = [Self::Get, Self::Post, Self::Put];

    /// The method as it stands in the request line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
        }
    }

    /// Whether a payload is sent.
    #[must_use]
    pub const fn has_body(self) -> bool {
        !matches!(self, Self::Get)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is none of GET, POST and PUT.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the method has to be GET, POST or PUT")]
pub struct UnknownMethod;

impl FromStr for Method {
    type Err = UnknownMethod;

    /// Reads a method in any case: WSO2's field was free text.
    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        let text = text.trim();
        Self::ALL
            .into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text))
            .ok_or(UnknownMethod)
    }
}

/// What the answer's body has to satisfy: vendors answer 200 with an error inside.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum BodyRule {
    /// The status alone decides.
    #[default]
    None,
    /// A value found by JSON pointer (RFC 6901) is compared with a text.
    Pointer {
        /// The pointer, such as `/messages/0/status`.
        pointer: String,
        /// How it is compared.
        op: Comparison,
        /// What it is compared with, as text.
        value: String,
    },
    /// The body contains the text.
    Contains {
        /// The text, exactly.
        text: String,
    },
    /// The body does not contain the text.
    NotContains {
        /// The text, exactly.
        text: String,
    },
    /// The body matches the regular expression somewhere, in linear time.
    Matches {
        /// An expression in the syntax of `regex-lite`.
        regex: String,
    },
}

/// How a value is compared in [`BodyRule::Pointer`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The value is there and equal.
    #[default]
    Equals,
    /// The value is another, or is not there.
    NotEquals,
}

/// How the number is written for the provider.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberFormat {
    /// `+94771234567`.
    #[default]
    E164,
    /// `94771234567`.
    WithoutPlus,
    /// `0771234567`: as it is dialled inside its country.
    National,
}

impl NumberFormat {
    /// Every format, in the order of the select.
    pub const ALL: [Self; 3] = [Self::E164, Self::WithoutPlus, Self::National];

    /// The name used in forms and files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::E164 => "e164",
            Self::WithoutPlus => "without_plus",
            Self::National => "national",
        }
    }

    /// The format with that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }

    /// Picks the wanted form of a number whose E.164 and national forms are known; the national form takes a
    /// numbering plan, which this crate does not carry.
    #[must_use]
    pub fn pick<'a>(self, e164: &'a str, national: &'a str) -> &'a str {
        match self {
            Self::E164 => e164,
            Self::WithoutPlus => e164.strip_prefix('+').unwrap_or(e164),
            Self::National => national,
        }
    }
}
