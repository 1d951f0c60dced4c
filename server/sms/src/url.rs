//! Compiles *SMS URL*. Owns what may stand in scheme, host and port (no placeholder ever), and a spelling of the
//! rest that any client sends unchanged: parsing the rendered URL by the WHATWG standard changes no byte of it.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use crate::escape::Place;
use crate::headers::trim;
use crate::problem::{Field, Report};
use crate::query;
use crate::redact;
use crate::request::{Scheme, authority};
use crate::settings::MAX_URL;
use crate::template::{Piece, is_dot_segment};
use crate::token;

/// A compiled URL.
pub(crate) struct Target {
    pub scheme: Scheme,
    pub host: String,
    pub port: Option<u16>,
    pub pieces: Vec<Piece>,
}

/// An offset in the text and what is wrong there.
type Fault = (usize, String);

/// Where the parts of a URL stand in its text.
pub(crate) struct Parts {
    pub authority: Range<usize>,
    pub path: Range<usize>,
    /// Without the `?`.
    pub query: Option<Range<usize>>,
}

/// Cuts a URL up; `None` without a scheme and `://`. The fragment, if there is one, belongs to no part.
pub(crate) fn parts(text: &str) -> Option<Parts> {
    let whole = trim(text, 0..text.len());
    let (scheme, _) = text[whole.clone()].split_once("://")?;
    if !scheme.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let start = whole.start + scheme.len() + 3;
    let end = text[start..whole.end].find('#').map_or(whole.end, |at| start + at);
    let path = text[start..end].find(['/', '?', '\\']).map_or(end, |at| start + at);
    let question = text[path..end].find('?').map(|at| path + at);
    Some(Parts {
        authority: start..path,
        path: path..question.unwrap_or(end),
        query: question.map(|at| at + 1..end),
    })
}

/// Compiles the URL; `None` when a problem was reported.
pub(crate) fn compile(text: &str, report: &mut Report) -> Option<Target> {
    if text.trim().is_empty() {
        report.problem(
            Field::Url,
            "The SMS URL is empty. Enter the address of the provider's API.",
        );
        return None;
    }
    let length = text.chars().count();
    if length > MAX_URL {
        let message = format!("The URL has {length} characters, and {MAX_URL} are allowed. Shorten it.");
        report.problem(Field::Url, message);
        return None;
    }
    let before = report.problems.len();
    for at in token::malformed_secrets(text) {
        report.problem_at(Field::Url, text, at, redact::MALFORMED_SLOT);
    }
    let address = match address(text) {
        Ok(address) => address,
        Err((at, message)) => {
            report.problem_at(Field::Url, text, at, message);
            return None;
        }
    };
    let (scheme, host, port, parts) = address;
    let mut pieces = path(text, &parts.path);
    if let Some(range) = parts.query {
        pieces.push(Piece::text("?"));
        pieces.extend(query::compile(text, range, Field::Url, report));
    }
    let loopback = host == "localhost" || host == "[::1]" || host.starts_with("127.");
    if scheme == Scheme::Http && !loopback {
        report.note(
            Field::Url,
            "With http:// the code and the keys travel unencrypted. Use https:// if the provider has it.",
        );
    }
    (report.problems.len() == before).then_some(Target {
        scheme,
        host,
        port,
        pieces,
    })
}

/// Scheme, host and port of a URL, as [`crate::Template::origin`] gives them, whatever is wrong behind them; `None` where
/// they are wrong themselves.
#[must_use]
pub fn origin(text: &str) -> Option<String> {
    let (scheme, host, port, _) = address(text).ok()?;
    Some(format!("{}://{}", scheme.as_str(), authority(&host, port)))
}

fn address(text: &str) -> Result<(Scheme, String, Option<u16>, Parts), Fault> {
    let whole = trim(text, 0..text.len());
    let scheme_text = text[whole.clone()]
        .split("://")
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let (scheme, parts) = match (scheme_text.as_str(), parts(text)) {
        ("https", Some(parts)) => (Scheme::Https, parts),
        ("http", Some(parts)) => (Scheme::Http, parts),
        _ => {
            let message = "The URL has to begin with https:// (or http://) and the provider's host name. Add them.";
            return Err((whole.start, message.to_owned()));
        }
    };
    let trimmed = &text[whole.clone()];
    if let Some((at, _)) = trimmed.char_indices().find(|(_, c)| c.is_control()) {
        return Err((
            whole.start + at,
            "The URL holds a line break or another control character. Delete it.".to_owned(),
        ));
    }
    if let Some(at) = trimmed.find('#') {
        let message =
            "The URL holds a fragment, which is never sent. Delete it, or write %23 for a # that belongs to a value.";
        return Err((whole.start + at, message.to_owned()));
    }
    let authority = &text[parts.authority.clone()];
    if let Some(slot) = token::in_request(&text[..parts.authority.end])
        .into_iter()
        .find(|token| token.slot.is_some())
    {
        let message = "No placeholder may stand in the scheme, host or port: a value could send the keys elsewhere. Write the host out.";
        return Err((slot.range.start, message.to_owned()));
    }
    if authority.contains('@') {
        let message = "The URL holds a user name or password before the host. Delete it and add a header: \
                       Authorization: Basic, followed by the Base64 of user:password.";
        return Err((parts.authority.start, message.to_owned()));
    }
    if text[parts.path.clone()].starts_with('\\') {
        return Err((
            parts.path.start,
            "The URL holds a backslash after the host. Write / instead.".to_owned(),
        ));
    }
    let (host, port) = host_and_port(authority).map_err(|message| (parts.authority.start, message))?;
    let port = port.filter(|&port| port != scheme.default_port());
    if let Some(at) = dot_segment(&text[parts.path.clone()]) {
        let message = "The path holds a . or .. segment, which clients resolve. Write the path it leads to.";
        return Err((parts.path.start + at, message.to_owned()));
    }
    Ok((scheme, host, port, parts))
}

fn dot_segment(path: &str) -> Option<usize> {
    let mut at = 0;
    for segment in path.split('/') {
        if is_dot_segment(segment) {
            return Some(at);
        }
        at += segment.len() + 1;
    }
    None
}

fn path(text: &str, range: &Range<usize>) -> Vec<Piece> {
    if range.is_empty() {
        return vec![Piece::text("/")];
    }
    let mut pieces = Vec::new();
    for piece in Piece::of(text, range.clone(), |_| Place::UrlPath, &[], &[]) {
        pieces.push(match piece {
            Piece::Text { text, dotted } => Piece::Text {
                text: query::literal(&text),
                dotted,
            },
            slot @ Piece::Slot { .. } => slot,
        });
    }
    pieces
}

fn host_and_port(authority: &str) -> Result<(String, Option<u16>), String> {
    if authority.starts_with('[') && !authority.contains(']') {
        return Err("This is no IPv6 address: its ] is missing.".to_owned());
    }
    let bracket = authority.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match authority[bracket..].find(':') {
        Some(at) => (&authority[..bracket + at], Some(&authority[bracket + at + 1..])),
        None => (authority, None),
    };
    let port = match port {
        None | Some("") => None,
        Some(digits) => {
            let number = digits.parse().ok().filter(|&number: &u16| number > 0);
            let digits_only = digits.bytes().all(|b| b.is_ascii_digit());
            Some(
                number
                    .filter(|_| digits_only)
                    .ok_or("The port has to be a number from 1 to 65535.")?,
            )
        }
    };
    Ok((host_name(host)?, port))
}

fn host_name(host: &str) -> Result<String, String> {
    if host.is_empty() {
        return Err("The host name is missing after ://.".to_owned());
    }
    if let Some(inner) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        let address: Ipv6Addr = inner.parse().map_err(|_| "This is no IPv6 address.".to_owned())?;
        return Ok(format!("[{}]", ipv6(address)));
    }
    if !host.is_ascii() {
        return Err("The host name holds letters beyond ASCII. Write it in its xn-- form.".to_owned());
    }
    let name = host.to_ascii_lowercase();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_');
    if name.len() > 253 || !name.bytes().all(allowed) || name.starts_with('.') || name.contains("..") {
        return Err("This is no host name. Letters, digits, hyphens and dots are allowed.".to_owned());
    }
    // Clients read 127.1, 0x7f.0.0.1 and 2130706433 as addresses: only the plain notation is let through, so that
    // nobody overlooks where a request goes.
    let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|b| b.is_ascii_digit())
        || last
            .strip_prefix("0x")
            .is_some_and(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()));
    if numeric && name.parse::<Ipv4Addr>().is_err() {
        return Err("Write the IP address as four decimal numbers, such as 192.0.2.1.".to_owned());
    }
    Ok(name)
}

/// The spelling of the WHATWG standard, which unlike `Display` has no dotted tail.
fn ipv6(address: Ipv6Addr) -> String {
    match address.to_ipv4_mapped() {
        Some(_) => {
            let [.., high, low] = address.segments();
            format!("::ffff:{high:x}:{low:x}")
        }
        None => address.to_string(),
    }
}
