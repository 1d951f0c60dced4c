//! Metadata from an address, over the same guarded way out that SMS requests take: public addresses only, TLS checked,
//! no redirects, 10 seconds in all. What goes wrong is said at the field, each in its own sentence.

use chrono::Duration;
use domain::input::metadata::MAX_BYTES;
use url::Url;

use super::source::URL;
use crate::sms::FailureKind;
use crate::sms::transport::{Cut, Document, SendFailure};
use crate::{Actor, Error, Result, Services, counters};

/// Fetches in a minute, for each administrator: this server must not knock on other doors for somebody.
pub(super) const TRIES: u32 = 5;
/// The column's length.
pub(super) const URL_MAX: usize = 2048;
/// As much of another server's words as is repeated.
const QUOTED: usize = 200;
const OK: u16 = 200;

/// The document at this address, at most one byte longer than [`MAX_BYTES`].
///
/// # Errors
/// `Invalid`, at the field *Metadata URL*.
pub(super) async fn fetch(services: &Services, actor: &Actor, typed: &str) -> Result<Vec<u8>> {
    let wrong = |text: String| Error::field(URL, text);
    let url = address(typed).map_err(wrong)?;
    let name = format!("metadata:fetch:{}", actor.user_id.unwrap_or_default());
    if !counters::take(&services.db, services.clock.now(), &name, TRIES, Duration::minutes(1)).await? {
        let text = format!("{TRIES} addresses were fetched within a minute. Wait a moment, then try again.");
        return Err(wrong(text));
    }
    let request = request(&url).ok_or_else(|| wrong(NOT_AN_ADDRESS.to_owned()))?;
    match services.sms.fetch(&request, MAX_BYTES + 1).await {
        Ok(document) => body(document).map_err(wrong),
        Err(failure) => Err(wrong(failed(&url, &failure))),
    }
}

const NOT_AN_ADDRESS: &str = "This is no web address. It begins with `https://` or `http://` and names a host.";

/// An address that can be fetched and shown: a password in it would stand in a page and in the audit log.
pub(super) fn address(typed: &str) -> Result<Url, String> {
    if typed.chars().count() > URL_MAX {
        return Err(format!("The address is too long: at most {URL_MAX} characters."));
    }
    if typed.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("The address holds white space or a control character. Remove it.".to_owned());
    }
    let url: Url = typed.parse().map_err(|_| NOT_AN_ADDRESS.to_owned())?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(NOT_AN_ADDRESS.to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "The address holds a user name or password before the host. Remove it: metadata is public, and the address is shown to others.".to_owned(),
        );
    }
    Ok(url)
}

pub(super) fn request(url: &Url) -> Option<::sms::HttpRequest> {
    let scheme = match url.scheme() {
        "https" => ::sms::Scheme::Https,
        _ => ::sms::Scheme::Http,
    };
    let host = url.host_str()?.to_owned();
    let authority = url.port().map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
    let target = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let headers = [
        ("Host", authority),
        ("User-Agent", "Gatehouse".to_owned()),
        (
            "Accept",
            "application/samlmetadata+xml, application/xml, text/xml, */*".to_owned(),
        ),
    ];
    Some(::sms::HttpRequest {
        method: ::sms::Method::Get,
        scheme,
        host,
        port: url.port(),
        target,
        headers: headers.map(|(name, value)| (name.to_owned(), value)).to_vec(),
        body: None,
    })
}

pub(super) fn body(document: Document) -> Result<Vec<u8>, String> {
    match (document.status, document.cut) {
        (300..=399, _) => {
            let to = document
                .location
                .filter(|to| !to.is_empty())
                .map_or_else(|| "nowhere".to_owned(), |to| format!("`{}`", quoted(&to)));
            Err(format!(
                "The address leads on to {to}. That is not followed: put in the address it leads to."
            ))
        }
        (OK, None) => Ok(document.body),
        // The caller says that it is too large, as of a file.
        (OK, Some(Cut::TooLarge)) => Ok(document.body),
        (OK, Some(Cut::ClosedEarly)) => {
            Err("The connection was closed in the middle of the metadata. Try again.".to_owned())
        }
        (OK, Some(Cut::TimedOut)) => {
            Err("The metadata did not end within 10 seconds. Download it and choose the file.".to_owned())
        }
        (status, _) => Err(format!(
            "The address answers with status {status}, not with 200 and metadata. Open it in a browser to see why."
        )),
    }
}

pub(super) fn failed(url: &Url, failure: &SendFailure) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    let mut text = match failure.kind {
        FailureKind::NameNotFound => format!("The host `{host}` was not found in DNS. Check its spelling."),
        FailureKind::AddressRefused => format!(
            "The host `{host}` leads to a private, loopback or otherwise reserved address, which is not fetched from. If that is meant, name `{host}:{port}` in the setting `outbound.allow`."
        ),
        FailureKind::ConnectionRefused => {
            format!("Nothing answers at `{host}:{port}`. Check the port, and whether a firewall is in between.")
        }
        FailureKind::ConnectTimeout => format!(
            "No connection to `{host}:{port}` came about within 3 seconds. Check the port, and whether a firewall is in between."
        ),
        FailureKind::Tls | FailureKind::Certificate(_) => format!(
            "No TLS connection to `{host}:{port}` came about: its certificate is not trusted, or the port speaks no TLS."
        ),
        FailureKind::TimedOut => format!("`{host}` did not answer within 10 seconds."),
        FailureKind::ClosedEarly => format!("`{host}` closed the connection without an answer."),
        FailureKind::BadAnswer => format!("What came back from `{host}:{port}` is no HTTP answer."),
        FailureKind::BadRequest => "The address cannot be requested as it is.".to_owned(),
    };
    if matches!(failure.kind, FailureKind::Tls | FailureKind::Certificate(_)) && !failure.detail.is_empty() {
        text.push_str(&format!(" It says: {}.", quoted(failure.detail.trim_end_matches('.'))));
    }
    text
}

/// Another server's words, which may be long and may hold what stands for code here.
fn quoted(words: &str) -> String {
    words
        .chars()
        .filter(|c| *c != '`' && !c.is_control())
        .take(QUOTED)
        .collect()
}
