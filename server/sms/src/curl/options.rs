//! The options of curl that say what is sent. Those that say how curl behaves are known and passed over.

use super::CurlError;
use crate::problem::{Field, Report};

/// What the command says.
#[derive(Default)]
pub(super) struct Command {
    /// Bare words too: the value of an option that is not known here looks like one.
    pub urls: Vec<String>,
    pub method: Option<String>,
    pub headers: Vec<String>,
    /// Each `-d` and its like, in order.
    pub data: Vec<String>,
    /// `--data-urlencode`, encoded, stands in `data`; `--json` is joined without `&`.
    pub json: bool,
    /// `-G`.
    pub get: bool,
    pub user: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Url,
    Method,
    Header,
    /// A header with this name.
    NamedHeader(&'static str),
    Data,
    RawData,
    UrlencodedData,
    Json,
    User,
    Bearer,
    Get,
    Head,
    Multipart,
    Insecure,
    /// Nothing to send; the flag says whether a value follows.
    Behaviour(bool),
}

impl Meaning {
    const fn takes_value(self) -> bool {
        !matches!(self, Self::Get | Self::Head | Self::Insecure | Self::Behaviour(false))
    }
}

fn long(name: &str) -> Option<Meaning> {
    Some(match name {
        "url" => Meaning::Url,
        "request" => Meaning::Method,
        "header" => Meaning::Header,
        "user-agent" => Meaning::NamedHeader("User-Agent"),
        "referer" => Meaning::NamedHeader("Referer"),
        "cookie" => Meaning::NamedHeader("Cookie"),
        "data" | "data-ascii" | "data-binary" => Meaning::Data,
        "data-raw" => Meaning::RawData,
        "data-urlencode" => Meaning::UrlencodedData,
        "json" => Meaning::Json,
        "user" => Meaning::User,
        "oauth2-bearer" => Meaning::Bearer,
        "get" => Meaning::Get,
        "head" => Meaning::Head,
        "form" | "form-string" | "upload-file" => Meaning::Multipart,
        "insecure" => Meaning::Insecure,
        "output" | "write-out" | "max-time" | "connect-timeout" | "retry" | "retry-delay" | "proxy" | "cacert"
        | "cert" | "key" | "dump-header" | "cookie-jar" | "interface" | "resolve" | "limit-rate" | "config" => {
            Meaning::Behaviour(true)
        }
        "location" | "silent" | "show-error" | "include" | "verbose" | "compressed" | "fail" | "http1.1" | "http2"
        | "basic" | "globoff" | "no-buffer" | "progress-bar" | "tlsv1.2" | "ipv4" | "ipv6" | "fail-with-body" => {
            Meaning::Behaviour(false)
        }
        _ => return None,
    })
}

fn short(letter: char) -> Option<Meaning> {
    Some(match letter {
        'X' => Meaning::Method,
        'H' => Meaning::Header,
        'd' => Meaning::Data,
        'u' => Meaning::User,
        'G' => Meaning::Get,
        'I' => Meaning::Head,
        'F' | 'T' => Meaning::Multipart,
        'k' => Meaning::Insecure,
        'A' => Meaning::NamedHeader("User-Agent"),
        'e' => Meaning::NamedHeader("Referer"),
        'b' => Meaning::NamedHeader("Cookie"),
        'o' | 'w' | 'm' | 'x' | 'E' | 'D' | 'c' | 'K' => Meaning::Behaviour(true),
        'L' | 's' | 'S' | 'i' | 'v' | 'f' | 'g' | 'N' | '#' | '4' | '6' | '0' | '1' | 'O' => Meaning::Behaviour(false),
        _ => return None,
    })
}

/// Reads the words after `curl`.
pub(super) fn read(words: Vec<String>, report: &mut Report) -> Result<Command, CurlError> {
    let mut command = Command::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if let Some(name) = word.strip_prefix("--") {
            let (name, attached) = match name.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (name, None),
            };
            match long(name) {
                Some(meaning) => {
                    let value = value_of(meaning, attached, &mut words, name)?;
                    command.take(meaning, value, report)?;
                }
                None => report.note(
                    Field::Url,
                    format!("The option --{name} is not known here and was left out."),
                ),
            }
        } else if let Some(letters) = word.strip_prefix('-').filter(|letters| !letters.is_empty()) {
            command.take_letters(letters, &mut words, report)?;
        } else {
            command.take(Meaning::Url, word, report)?;
        }
    }
    Ok(command)
}

fn value_of(
    meaning: Meaning,
    attached: Option<String>,
    words: &mut impl Iterator<Item = String>,
    name: &str,
) -> Result<String, CurlError> {
    if !meaning.takes_value() {
        return Ok(String::new());
    }
    attached
        .or_else(|| words.next())
        .ok_or_else(|| CurlError::MissingValue(name.to_owned()))
}

impl Command {
    /// Letters may be joined: `-sX POST`, `-XPOST`.
    fn take_letters(
        &mut self,
        letters: &str,
        words: &mut impl Iterator<Item = String>,
        report: &mut Report,
    ) -> Result<(), CurlError> {
        for (at, letter) in letters.char_indices() {
            let Some(meaning) = short(letter) else {
                report.note(
                    Field::Url,
                    format!("The option -{letter} is not known here and was left out."),
                );
                continue;
            };
            let attached = &letters[at + letter.len_utf8()..];
            let attached = (!attached.is_empty()).then(|| attached.to_owned());
            let value = value_of(meaning, attached, words, &letter.to_string())?;
            self.take(meaning, value, report)?;
            if meaning.takes_value() {
                break;
            }
        }
        Ok(())
    }

    fn take(&mut self, meaning: Meaning, value: String, report: &mut Report) -> Result<(), CurlError> {
        match meaning {
            Meaning::Url => self.urls.push(value),
            Meaning::Method => self.method = Some(value),
            Meaning::Header if value.starts_with('@') => return Err(CurlError::File),
            Meaning::Header => self.headers.push(value),
            Meaning::NamedHeader(name) => self.headers.push(format!("{name}: {value}")),
            Meaning::Data | Meaning::Json if value.starts_with('@') => return Err(CurlError::File),
            Meaning::Data | Meaning::RawData => self.data.push(value),
            Meaning::UrlencodedData => self.data.push(super::urlencoded(&value)?),
            Meaning::Json => {
                self.json = true;
                self.data.push(value);
            }
            Meaning::User => self.user = Some(value),
            Meaning::Bearer => self.headers.push(format!("Authorization: Bearer {value}")),
            Meaning::Get => self.get = true,
            Meaning::Head => return Err(CurlError::Method("HEAD".to_owned())),
            Meaning::Multipart => return Err(CurlError::Multipart),
            Meaning::Insecure => report.note(
                Field::Url,
                "The option -k was left out: certificates are always checked.",
            ),
            Meaning::Behaviour(_) => {}
        }
        Ok(())
    }
}
