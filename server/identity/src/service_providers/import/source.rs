//! The metadata's text, out of whichever of the three inputs was filled in.

use domain::input::metadata::{MAX_BYTES, MetadataInput};
use saml::metadata::MetadataError;

use super::fetch;
use crate::{Actor, Error, Result, Services};

pub(super) const FILE: &str = "metadata[file]";
pub(super) const URL: &str = "metadata[url]";
pub(super) const XML: &str = "metadata[xml]";

/// Metadata as it came in. `field` is where what is wrong with it is said.
pub(super) struct Source {
    pub field: &'static str,
    pub text: String,
    /// Where it was fetched from.
    pub url: Option<String>,
}

/// Reads the one input that is filled in; an address is fetched.
///
/// # Errors
/// `Invalid`: none or several of them, too large, no text, or nothing to be had at the address.
pub(super) async fn read(services: &Services, actor: &Actor, input: &MetadataInput) -> Result<Source> {
    let (field, bytes, url) = match chosen(input)? {
        Chosen::File => (FILE, input.content.clone(), None),
        Chosen::Url(url) => {
            let bytes = fetch::fetch(services, actor, url).await?;
            (URL, bytes, Some(url.to_owned()))
        }
        Chosen::Xml => (XML, input.xml.clone().into_bytes(), None),
    };
    if bytes.len() > MAX_BYTES {
        // The same words as for one that is not read although it came in.
        return Err(Error::field(field, format!("{}.", MetadataError::TooLarge)));
    }
    match text(bytes) {
        Ok(text) => Ok(Source { field, text, url }),
        Err(wrong) => Err(Error::field(field, wrong)),
    }
}

enum Chosen<'a> {
    File,
    Url(&'a str),
    Xml,
}

fn chosen(input: &MetadataInput) -> Result<Chosen<'_>> {
    let file = !input.file.is_empty() || !input.content.is_empty();
    let (url, xml) = (input.url.trim(), !input.xml.trim().is_empty());
    match (file, !url.is_empty(), xml) {
        (true, false, false) if input.content.is_empty() => {
            let text = "The file is empty, or was not sent along. Choose it again and press the button beside it.";
            Err(Error::field(FILE, text))
        }
        (true, false, false) => Ok(Chosen::File),
        (false, true, false) => Ok(Chosen::Url(url)),
        (false, false, true) => Ok(Chosen::Xml),
        (false, false, false) => {
            let text = "Choose a metadata file, put in its address, or paste it.";
            Err(Error::field(FILE, text))
        }
        (_, with_url, _) => {
            let field = if with_url { URL } else { XML };
            let text = "More than one of Metadata File, Metadata URL and Metadata XML is filled in. Which one counts would be a guess: empty the others.";
            Err(Error::field(field, text))
        }
    }
}

/// Every processor reads UTF-8 and UTF-16 (XML 1.0 section 4.3.3); nothing else occurs in metadata. The declaration names
/// an encoding that a text has no longer, so it goes with the byte order mark.
fn text(bytes: Vec<u8>) -> Result<String, &'static str> {
    let text = match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [b'<', 0, ..] => utf16(&bytes, u16::from_le_bytes),
        [0, b'<', ..] => utf16(&bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes).ok(),
    };
    let text = text.ok_or("The metadata is neither UTF-8 nor UTF-16. Save it as UTF-8.")?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let declared = text
        .strip_prefix("<?xml")
        .filter(|rest| rest.starts_with([' ', '\t', '\r', '\n']));
    Ok(match declared.and_then(|rest| rest.split_once("?>")) {
        Some((_, document)) => document.to_owned(),
        None => text.to_owned(),
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    String::from_utf16(&pairs.iter().map(|pair| unit(*pair)).collect::<Vec<_>>()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_that_occurs_is_one_text() {
        let xml = "<a b=\"é\"/>";
        let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-16\"?>{xml}");
        let units = |unit: fn(u16) -> [u8; 2]| declared.encode_utf16().flat_map(unit).collect::<Vec<u8>>();
        let with_mark = |mark: [u8; 2], bytes: Vec<u8>| mark.into_iter().chain(bytes).collect::<Vec<u8>>();
        for bytes in [
            xml.as_bytes().to_vec(),
            format!("\u{feff}{xml}").into_bytes(),
            format!("\u{feff}\r\n {declared}").into_bytes(),
            with_mark([0xff, 0xfe], units(u16::to_le_bytes)),
            with_mark([0xfe, 0xff], units(u16::to_be_bytes)),
            units(u16::to_le_bytes),
            units(u16::to_be_bytes),
        ] {
            assert_eq!(text(bytes).unwrap(), xml);
        }
        assert!(text(b"<a b=\"\xe9\"/>".to_vec()).is_err(), "Latin-1 is not guessed");
        assert!(text(with_mark([0xff, 0xfe], b"abc".to_vec())).is_err());
        assert_eq!(
            text(b"<?xml-stylesheet?><a/>".to_vec()).unwrap(),
            "<?xml-stylesheet?><a/>"
        );
    }

    #[test]
    fn exactly_one_input_is_filled_in() {
        let given = |file: &str, content: &str, url: &str, xml: &str| MetadataInput {
            file: file.into(),
            content: content.into(),
            url: url.into(),
            xml: xml.into(),
            ..MetadataInput::default()
        };
        let field = |input: &MetadataInput| match chosen(input) {
            Err(Error::Invalid(problems)) => Some(problems.0[0].field.clone()),
            Err(other) => panic!("{other}"),
            Ok(_) => None,
        };
        for (input, refused_at) in [
            (given("", "", "", " \r\n"), Some(FILE)),
            (given("a.xml", "", "", ""), Some(FILE)),
            (given("a.xml", "<x/>", "", ""), None),
            (given("", "", "https://x", ""), None),
            (given("", "", "", "<x/>"), None),
            (given("a.xml", "<x/>", "https://x", ""), Some(URL)),
            (given("", "", "https://x", "<x/>"), Some(URL)),
            (given("a.xml", "<x/>", "", "<x/>"), Some(XML)),
        ] {
            assert_eq!(field(&input).as_deref(), refused_at, "{input:?}");
        }
    }
}
