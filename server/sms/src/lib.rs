//! The SMS request language: an administrator describes a provider's HTTP API in plain fields, this crate turns the
//! fields and a code into one HTTP request, and judges the answer.
//!
//! It owns the placeholders, the escaping of every value for the place where it stands, the header grammar, the
//! rules on answers, the length meter, the import of curl commands and the provider presets. It refuses I/O of any
//! kind, the clock and randomness: the same code runs in the server and, as WebAssembly, in the console's form, so
//! that what the form previews is what is sent.

mod compile;
pub mod curl;
mod escape;
pub mod headers;
mod judge;
mod message;
mod meter;
mod payload;
mod places;
#[cfg(feature = "presets")]
pub mod presets;
mod preview;
mod problem;
mod query;
mod redact;
mod request;
mod settings;
mod slots;
mod template;
mod token;
mod url;

pub use compile::{Compiled, compile};
pub use judge::{Decision, ResponseCodes, judge};
pub use message::{DEFAULT_MESSAGE, bind_to_site, rendered_message};
pub use meter::{Encoding, Meter, meter};
pub use preview::{Preview, Segment, SegmentKind};
pub use problem::{Field, Note, Position, Problem};
pub use redact::{LiteralSecret, SlottedSecret, literal_secrets, move_to_slots, redact};
pub use request::{HttpRequest, Scheme};
pub use settings::{
    BodyRule, Comparison, MAX_HEADERS, MAX_MESSAGE, MAX_PAYLOAD, MAX_RULE, MAX_URL, Method, NumberFormat, Settings,
    UnknownMethod,
};
pub use slots::{SecretSlot, secret_slots};
pub use template::{RenderError, Template, Values};
pub use url::origin;
