//! A compiled request template and its one renderer, which serves the sender and the preview alike.
//!
//! Owns the order of the wire and which value goes where. Refuses to show a value whose place cannot carry it.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::escape::{Place, escape};
use crate::preview::{DOTS, Preview, Segment, SegmentKind};
use crate::request::{HttpRequest, Scheme, authority, on_wire};
use crate::settings::Method;
use crate::token::{self, Slot, Token};

/// A stretch of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Sent as it is; `dotted` if it is a key typed straight into the field.
    Text { text: String, dotted: bool },
    /// Filled in by a value escaped for its place.
    Slot { slot: Slot, place: Place },
}

impl Piece {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            dotted: false,
        }
    }

    /// The pieces of a part of `text`: slots stand in `place`, text in `dotted` is a key typed straight in, text in
    /// `dropped` is left out.
    pub fn of(
        text: &str,
        part: Range<usize>,
        place: impl Fn(&Token) -> Place,
        dotted: &[Range<usize>],
        dropped: &[Range<usize>],
    ) -> Vec<Self> {
        let mut pieces = Vec::new();
        for token in token::in_part(text, part) {
            if let Some(slot) = &token.slot {
                pieces.push(Self::Slot {
                    slot: slot.clone(),
                    place: place(&token),
                });
                continue;
            }
            let mut at = token.range.start;
            while at < token.range.end {
                let inside = |range: &&Range<usize>| range.contains(&at);
                let edges = dotted.iter().chain(dropped).flat_map(|range| [range.start, range.end]);
                let end = edges.filter(|&edge| edge > at).fold(token.range.end, usize::min);
                if dropped.iter().find(inside).is_none() {
                    let dotted = dotted.iter().find(inside).is_some();
                    pieces.push(Self::Text {
                        text: text[at..end].to_owned(),
                        dotted,
                    });
                }
                at = end;
            }
        }
        pieces
    }
}

/// Settings without problems, ready to be rendered. It has no `Debug`: its texts may hold keys.
#[derive(Clone)]
pub struct Template {
    pub(crate) method: Method,
    pub(crate) scheme: Scheme,
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) target: Vec<Piece>,
    /// The user's headers in their order, then those that are added.
    pub(crate) headers: Vec<(String, Vec<Piece>)>,
    pub(crate) body: Option<Vec<Piece>>,
    pub(crate) message: String,
}

/// The values of one SMS. It has no `Debug`: it holds the code.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    /// The number, already in the wanted [`crate::NumberFormat`].
    pub number: &'a str,
    /// The code.
    pub code: &'a str,
    /// How long the code is good.
    pub minutes: u32,
    /// The host the code is bound to by the message's last line, if any.
    pub site: Option<&'a str>,
}

/// Why a request could not be rendered. No variant holds a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum RenderError {
    /// A slot's secret is not kept.
    #[error("no value is kept for {{{{secret:{0}}}}}; type it in again")]
    MissingSecret(String),
    /// Something but printable ASCII in a header.
    #[error("the header {0} can hold printable ASCII characters only, and the value has others")]
    HeaderValue(String),
    /// A control character in XML.
    #[error("the value holds a control character, which XML cannot carry")]
    XmlCharacter,
    /// A value would turn a path segment into `.` or `..`.
    #[error("a value in the URL's path would make the segment `.` or `..`, which changes the path")]
    PathSegment,
}

/// Where the values of secret slots come from.
#[derive(Clone, Copy)]
enum Secrets<'a> {
    Known(&'a dyn Fn(&str) -> Option<String>),
    Dotted,
}

struct Filler<'a> {
    number: &'a str,
    code: &'a str,
    message: String,
    secrets: Secrets<'a>,
}

struct Filled {
    target: Vec<Segment>,
    headers: Vec<(String, Vec<Segment>)>,
    body: Option<Vec<Segment>>,
}

impl Template {
    /// Fills the template.
    ///
    /// # Errors
    /// [`RenderError`], when a secret is missing or a value does not fit where it stands.
    pub fn render(
        &self,
        values: &Values<'_>,
        secrets: &dyn Fn(&str) -> Option<String>,
    ) -> Result<HttpRequest, RenderError> {
        let filled = self.fill(values, Secrets::Known(secrets))?;
        let headers = filled
            .headers
            .into_iter()
            .map(|(name, value)| (name, join(&value)))
            .collect();
        Ok(HttpRequest {
            method: self.method,
            scheme: self.scheme,
            host: self.host.clone(),
            port: self.port,
            target: join(&filled.target),
            headers,
            body: filled.body.map(|body| join(&body).into_bytes()),
        })
    }

    /// The request as [`HttpRequest::to_wire`] gives it, with kept secrets dotted, for the form and the audit.
    #[must_use]
    pub fn preview(&self, values: &Values<'_>) -> Preview {
        let filled = match self.fill(values, Secrets::Dotted) {
            Ok(filled) => filled,
            Err(error) => {
                return Preview {
                    segments: Vec::new(),
                    refused: Some(error),
                };
            }
        };
        let mut segments = vec![Segment::new(SegmentKind::Plain, format!("{} ", self.method))];
        segments.extend(filled.target);
        segments.push(Segment::new(SegmentKind::Plain, " HTTP/1.1\r\n"));
        for (name, value) in filled.headers {
            segments.push(Segment::new(SegmentKind::HeaderName, name));
            segments.push(Segment::new(SegmentKind::Plain, ": "));
            segments.extend(value);
            segments.push(Segment::new(SegmentKind::Plain, "\r\n"));
        }
        segments.push(Segment::new(SegmentKind::Plain, "\r\n"));
        segments.extend(filled.body.unwrap_or_default());
        Preview {
            segments,
            refused: None,
        }
    }

    /// The names of the secret slots, sorted, each once.
    #[must_use]
    pub fn secret_names(&self) -> Vec<String> {
        let names: BTreeSet<&String> = self
            .pieces()
            .filter_map(|piece| match piece {
                Piece::Slot {
                    slot: Slot::Secret(name),
                    ..
                } => Some(name),
                _ => None,
            })
            .collect();
        names.into_iter().cloned().collect()
    }

    /// Scheme, host and port: what the secrets belong to.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), authority(&self.host, self.port))
    }

    /// Whether `&msg` stands in a header, where a line that binds the code to a site cannot go.
    #[must_use]
    pub fn message_in_header(&self) -> bool {
        let message = |piece: &Piece| {
            matches!(
                piece,
                Piece::Slot {
                    slot: Slot::Message,
                    ..
                }
            )
        };
        self.headers.iter().any(|(_, value)| value.iter().any(message))
    }

    /// Whether the request can carry a text that holds no code: `&msg` stands in it, and no `&otp` by itself.
    #[must_use]
    pub fn takes_any_text(&self) -> bool {
        let has = |wanted: &Slot| {
            self.pieces()
                .any(|piece| matches!(piece, Piece::Slot { slot, .. } if slot == wanted))
        };
        has(&Slot::Message) && !has(&Slot::Code)
    }

    pub(crate) fn pieces(&self) -> impl Iterator<Item = &Piece> {
        let headers = self.headers.iter().flat_map(|(_, value)| value);
        self.target.iter().chain(headers).chain(self.body.iter().flatten())
    }

    fn fill(&self, values: &Values<'_>, secrets: Secrets<'_>) -> Result<Filled, RenderError> {
        let filler = Filler {
            number: values.number,
            code: values.code,
            message: self.text(values),
            secrets,
        };
        let target = filler.fill(&self.target, "")?;
        refuse_dot_segments(&join(&target))?;
        let plain = |text: String| vec![Segment::new(SegmentKind::Plain, text)];
        let mut headers = vec![("Host".to_owned(), plain(authority(&self.host, self.port)))];
        for (name, value) in &self.headers {
            headers.push((on_wire(name), filler.fill(value, name)?));
        }
        let body = self.body.as_ref().map(|body| filler.fill(body, "")).transpose()?;
        if self.method.has_body() {
            let length = content_length(body.as_deref().unwrap_or_default(), secrets);
            headers.push(("Content-Length".to_owned(), vec![length]));
        }
        Ok(Filled { target, headers, body })
    }
}

impl Filler<'_> {
    fn fill(&self, pieces: &[Piece], header: &str) -> Result<Vec<Segment>, RenderError> {
        pieces.iter().map(|piece| self.segment(piece, header)).collect()
    }

    fn segment(&self, piece: &Piece, header: &str) -> Result<Segment, RenderError> {
        let (slot, place) = match piece {
            Piece::Text { text, dotted: true } => return Ok(Segment::new(SegmentKind::LiteralSecret, text)),
            Piece::Text { text, dotted: false } => return Ok(Segment::new(SegmentKind::Plain, text)),
            Piece::Slot { slot, place } => (slot, *place),
        };
        let escaped = |value: &str| {
            escape(place, value).map_err(|_| match place {
                Place::Header => RenderError::HeaderValue(header.to_owned()),
                _ => RenderError::XmlCharacter,
            })
        };
        Ok(match slot {
            Slot::Number => Segment::new(SegmentKind::Number, escaped(self.number)?),
            Slot::Message => Segment::new(SegmentKind::Message, escaped(&self.message)?),
            Slot::Code => Segment::new(SegmentKind::Code, escaped(self.code)?),
            Slot::Secret(name) => Segment::new(
                SegmentKind::Secret,
                match self.secrets {
                    Secrets::Dotted => DOTS.to_owned(),
                    Secrets::Known(find) => {
                        escaped(&find(name).ok_or_else(|| RenderError::MissingSecret(name.clone()))?)?
                    }
                },
            ),
        })
    }
}

fn join(segments: &[Segment]) -> String {
    segments.iter().map(|segment| segment.text.as_str()).collect()
}

/// The length of a body with a dotted secret in it is not known, and would tell the secret's length if it were.
fn content_length(body: &[Segment], secrets: Secrets<'_>) -> Segment {
    let secret = body.iter().any(|segment| segment.kind == SegmentKind::Secret);
    if secret && matches!(secrets, Secrets::Dotted) {
        return Segment::new(SegmentKind::Secret, DOTS);
    }
    let length: usize = body.iter().map(|segment| segment.text.len()).sum();
    Segment::new(SegmentKind::Plain, length.to_string())
}

/// Clients resolve `.` and `..` segments, percent-encoded or not, so a value that forms one would leave the path.
fn refuse_dot_segments(target: &str) -> Result<(), RenderError> {
    let path = target.split('?').next().unwrap_or_default();
    if path.split('/').any(is_dot_segment) {
        Err(RenderError::PathSegment)
    } else {
        Ok(())
    }
}

/// Whether clients would resolve this path segment away (WHATWG URL, *single-dot* and *double-dot*).
pub(crate) fn is_dot_segment(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}
