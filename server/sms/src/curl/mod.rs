//! Imports a vendor's example: a curl command becomes settings, with placeholders where its number and text stood.
//!
//! Refuses what settings cannot say (files, multipart forms, methods other than GET, POST and PUT) instead of
//! guessing; what it drops or replaces it notes.

mod options;
mod recognise;
mod words;

use options::Command;

use crate::escape::{Place, escape};
use crate::headers::{Header, to_lines};
use crate::problem::{Field, Note, Position, Report};
use crate::settings::{Method, Settings};
use crate::token;

/// The longest command that is read, in bytes.
const MAX_COMMAND: usize = 100_000;
/// Headers that the connection sets, or that would bring answers back in a form the rules cannot read.
const DROPPED: [&str; 6] = [
    "host",
    "content-length",
    "connection",
    "transfer-encoding",
    "accept-encoding",
    "expect",
];

/// What a command became. It has no `Debug`: examples are pasted with live keys.
#[derive(Clone, PartialEq, Eq)]
pub struct CurlImport {
    /// The settings.
    pub settings: Settings,
    /// What was replaced, dropped or not recognised.
    pub notes: Vec<Note>,
}

/// Why a command could not be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CurlError {
    /// The text is something else.
    #[error("This is no curl command. Paste the whole command, beginning with curl.")]
    NotCurl,
    /// The text is longer than any example.
    #[error("The command is too long. Paste the command alone.")]
    TooLong,
    /// A quote is not closed.
    #[error("A quote is opened and not closed. Paste the whole command.")]
    OpenQuote,
    /// An option without its value.
    #[error("The option {0} has no value. Paste the whole command.")]
    MissingValue(String),
    /// There is no URL.
    #[error("The command has no URL. Paste the whole command.")]
    NoUrl,
    /// A method that cannot be chosen.
    #[error("The method {0} is not supported. Use an example with GET, POST or PUT.")]
    Method(String),
    /// `-F`, `-T`.
    #[error(
        "The command sends a multipart form or a file, which cannot be written as a template. Use the provider's JSON or form API."
    )]
    Multipart,
    /// `@file`.
    #[error("The command reads a file, which is not here. Paste the file's content in place of @.")]
    File,
}

/// Reads a curl command as a shell would and fills the settings.
///
/// # Errors
/// [`CurlError`], in words for the page.
pub fn import(command: &str) -> Result<CurlImport, CurlError> {
    if command.len() > MAX_COMMAND {
        return Err(CurlError::TooLong);
    }
    let mut words = words::split(command)?.into_iter().peekable();
    // Documents show the shell's prompt.
    words.next_if(|word| matches!(word.as_str(), "$" | "%"));
    let program = words.next().unwrap_or_default();
    if !matches!(program.rsplit(['/', '\\']).next(), Some("curl" | "curl.exe")) {
        return Err(CurlError::NotCurl);
    }
    let mut report = Report::default();
    let command = options::read(words.collect(), &mut report)?;
    let mut settings = settings(command, &mut report)?;
    recognise::placeholders(&mut settings, &mut report);
    Ok(CurlImport {
        settings,
        notes: report.notes,
    })
}

fn settings(command: Command, report: &mut Report) -> Result<Settings, CurlError> {
    let whole: Vec<&String> = command.urls.iter().filter(|url| url.contains("://")).collect();
    if whole.len() > 1 {
        report.note(
            Field::Url,
            "The command has more than one URL; only the first was taken.",
        );
    }
    let mut url = whole
        .first()
        .copied()
        .or(command.urls.first())
        .ok_or(CurlError::NoUrl)?
        .clone();
    if !url.contains("://") {
        url = format!("https://{url}");
        report.note(Field::Url, "The command's URL has no scheme; https:// was added.");
    }
    let headers = to_lines(&headers(&command, report));
    let data = command.data.join(if command.json { "" } else { "&" });
    let method = match &command.method {
        Some(method) => method.parse().map_err(|_| CurlError::Method(method.clone()))?,
        None if command.get || command.data.is_empty() => Method::Get,
        None => Method::Post,
    };
    let mut payload = String::new();
    if command.get {
        if !data.is_empty() {
            url = format!("{url}{}{data}", if url.contains('?') { '&' } else { '?' });
        }
    } else {
        payload = data;
    }
    Ok(Settings {
        url,
        method,
        headers,
        payload,
        ..Settings::default()
    })
}

fn headers(command: &Command, report: &mut Report) -> Vec<Header> {
    let mut headers = Vec::new();
    let mut add = |name: &str, value: &str| {
        let position = Position { line: 1, column: 1 };
        headers.push(Header {
            name: name.to_owned(),
            value: value.replace(['\r', '\n'], " "),
            position,
        });
    };
    let given = |wanted: &str| {
        command.headers.iter().any(|header| {
            header
                .split(':')
                .next()
                .is_some_and(|name| name.trim().eq_ignore_ascii_case(wanted))
        })
    };
    for header in &command.headers {
        let Some((name, value)) = header.split_once(':').map(|(name, value)| (name.trim(), value.trim())) else {
            continue;
        };
        if DROPPED.contains(&name.to_ascii_lowercase().as_str()) {
            report.note(
                Field::Headers,
                format!("The header {name} was left out: the connection takes care of it."),
            );
        } else if !value.is_empty() {
            add(name, value);
        }
    }
    if command.json {
        for name in ["Content-Type", "Accept"].into_iter().filter(|name| !given(name)) {
            add(name, "application/json");
        }
    }
    if let Some(user) = &command.user {
        add("Authorization", &basic(user, report));
    }
    headers
}

/// The value for `-u user:password`. With a variable in it the Base64 cannot be known.
fn basic(user: &str, report: &mut Report) -> String {
    if token::in_request(user).iter().any(|token| token.slot.is_some()) {
        let note = "The user name or password is a variable. Save the Base64 of user:password as the secret basic_credentials.";
        report.note(Field::Headers, note);
        return "Basic {{secret:basic_credentials}}".to_owned();
    }
    if !user.contains(':') {
        report.note(
            Field::Headers,
            "The command has a user name without a password; an empty one was taken.",
        );
        return format!("Basic {}", base64(format!("{user}:").as_bytes()));
    }
    format!("Basic {}", base64(user.as_bytes()))
}

/// `--data-urlencode`: `content`, `=content` or `name=content`; slots stay slots.
fn urlencoded(value: &str) -> Result<String, CurlError> {
    let (name, content) = match (value.find('='), value.find('@')) {
        (Some(equals), at) if at.is_none_or(|at| equals < at) => (&value[..equals], &value[equals + 1..]),
        (_, Some(_)) => return Err(CurlError::File),
        _ => ("", value),
    };
    let mut out = if name.is_empty() {
        String::new()
    } else {
        format!("{name}=")
    };
    for token in token::in_request(content) {
        let text = &content[token.range];
        // Percent-encoding fits any text.
        let encoded = if token.slot.is_some() {
            None
        } else {
            escape(Place::FormField, text).ok()
        };
        out.push_str(encoded.as_deref().unwrap_or(text));
    }
    Ok(out)
}

/// Base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = (group >> (18 - 6 * place)) & 63;
            out.push(if place <= chunk.len() {
                char::from(ALPHABET[index as usize])
            } else {
                '='
            });
        }
    }
    out
}
