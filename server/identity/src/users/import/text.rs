//! From a file's bytes to text: which encoding it has, and where it holds what is no text. Refuses to guess further:
//! what is not UTF-8 or UTF-16 is read as Windows-1252, which holds Latin-1.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How much is looked at to tell UTF-16 without a byte order mark.
const LOOKED_AT: usize = 4096;
const CHUNK: usize = 64 * 1024;

/// What a file is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Windows1252,
}

impl Encoding {
    pub fn words(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le | Self::Utf16Be => "UTF-16",
            Self::Windows1252 => "Windows-1252 (Latin-1)",
        }
    }

    /// By the byte order mark, else by the content.
    fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => return Self::Utf8,
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        // In UTF-16 every other byte of letters and separators is zero; no other text holds one.
        let looked_at = &bytes[..bytes.len().min(LOOKED_AT)];
        let zeros = |from: usize| {
            looked_at
                .iter()
                .skip(from)
                .step_by(2)
                .filter(|byte| **byte == 0)
                .count()
        };
        let (even, odd) = (zeros(0), zeros(1));
        let quarter = looked_at.len() / 8;
        if odd > quarter && odd > even {
            Self::Utf16Le
        } else if even > quarter && even > odd {
            Self::Utf16Be
        } else if std::str::from_utf8(bytes).is_ok() {
            Self::Utf8
        } else {
            Self::Windows1252
        }
    }

    fn decoder(self) -> Decoder {
        match self {
            Self::Utf8 => UTF_8,
            Self::Utf16Le => UTF_16LE,
            Self::Utf16Be => UTF_16BE,
            Self::Windows1252 => WINDOWS_1252,
        }
        .new_decoder_with_bom_removal()
    }
}

/// A file as UTF-8, chunk by chunk.
pub(super) struct Text<'a> {
    pub encoding: Encoding,
    rest: &'a [u8],
    decoder: Decoder,
    buffer: Vec<u8>,
    at: usize,
    line: u64,
    ended: bool,
}

impl<'a> Text<'a> {
    /// # Errors
    /// Why this is no text, in plain words.
    pub fn new(bytes: &'a [u8]) -> Result<Self, String> {
        if bytes.starts_with(b"PK\x03\x04") {
            return Err("This is a workbook or an archive. Save the sheet as CSV, and choose that file.".to_owned());
        }
        let encoding = Encoding::of(bytes);
        Ok(Self {
            encoding,
            rest: bytes,
            decoder: encoding.decoder(),
            buffer: Vec::new(),
            at: 0,
            line: 1,
            ended: false,
        })
    }

    /// What comes next, without taking it.
    ///
    /// # Errors
    /// What stands in the file instead of text, and in which line.
    pub fn peek(&mut self) -> Result<&[u8], String> {
        while self.at == self.buffer.len() && !self.ended {
            self.decode()?;
        }
        Ok(&self.buffer[self.at..])
    }

    fn decode(&mut self) -> Result<(), String> {
        self.buffer.resize(CHUNK, 0);
        let source = &self.rest[..self.rest.len().min(CHUNK)];
        let last = source.len() == self.rest.len();
        let (result, read, written) = self
            .decoder
            .decode_to_utf8_without_replacement(source, &mut self.buffer, last);
        self.rest = &self.rest[read..];
        self.buffer.truncate(written);
        self.at = 0;
        self.look_at_controls()?;
        match result {
            DecoderResult::Malformed(..) => Err(format!(
                "Line {} holds bytes that are no {}. Save the file again as UTF-8.",
                self.line,
                self.encoding.words()
            )),
            DecoderResult::InputEmpty => {
                self.ended = last;
                Ok(())
            }
            DecoderResult::OutputFull => Ok(()),
        }
    }

    /// Counts lines, and refuses control characters. Windows-1252 leaves five bytes without a character; the decoder makes
    /// controls of them.
    fn look_at_controls(&mut self) -> Result<(), String> {
        let mut before = 0;
        for &byte in &self.buffer {
            let control = byte < 0x20 && !matches!(byte, b'\t' | b'\r' | b'\n');
            let unassigned = self.encoding == Encoding::Windows1252 && before == 0xC2 && (0x80..0xA0).contains(&byte);
            if control || byte == 0x7F || unassigned {
                return Err(format!(
                    "Line {} holds a byte that is no text (0x{byte:02X}). Is this a CSV file? Save it again as UTF-8.",
                    self.line
                ));
            }
            self.line += u64::from(byte == b'\n');
            before = byte;
        }
        Ok(())
    }
}

impl Read for Text<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.peek().map_err(io::Error::other)?;
        let taken = ready.len().min(out.len());
        out[..taken].copy_from_slice(&ready[..taken]);
        self.at += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<(Encoding, String), String> {
        let mut text = Text::new(bytes)?;
        let mut out = String::new();
        text.read_to_string(&mut out).map_err(|error| error.to_string())?;
        Ok((text.encoding, out))
    }

    fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn encodings_are_recognised_with_and_without_a_mark() {
        const TEXT: &str = "Username,First Name\r\nnora,Zo\u{eb} \u{1f99c}\r\n";
        for (bytes, expected) in [
            (TEXT.as_bytes().to_vec(), Encoding::Utf8),
            (format!("\u{feff}{TEXT}").into_bytes(), Encoding::Utf8),
            (utf16(&format!("\u{feff}{TEXT}"), u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(&format!("\u{feff}{TEXT}"), u16::to_be_bytes), Encoding::Utf16Be),
            (utf16(TEXT, u16::to_le_bytes), Encoding::Utf16Le),
            (utf16(TEXT, u16::to_be_bytes), Encoding::Utf16Be),
        ] {
            assert_eq!(read(&bytes).unwrap(), (expected, TEXT.to_owned()));
        }
        let latin = read(b"nora,Zo\xEB\r\nodd,\x80 5\r\n").unwrap();
        assert_eq!(
            latin,
            (Encoding::Windows1252, "nora,Zo\u{eb}\r\nodd,\u{20ac} 5\r\n".to_owned())
        );
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_line() {
        for (bytes, line) in [
            (&b"Username\nnora\n\xEB\x81\n"[..], "Line 3"),
            (b"Username\nno\0ra\n", "Line 2"),
            (b"\xEF\xBB\xBFUsername\nno\xEBra\n", "Line 2"),
            (b"\xFF\xFEa\0\n\0\x00\xD8\n\0", "Line 2"),
        ] {
            let why = read(bytes).unwrap_err();
            assert!(why.starts_with(line), "{bytes:?}: {why}");
        }
        assert!(read(b"PK\x03\x04rest").unwrap_err().contains("Save the sheet as CSV"));
    }

    #[test]
    fn more_than_a_chunk_is_read_whole() {
        let text = "\u{e9}\u{1f99c},x\n".repeat(30_000);
        assert_eq!(read(text.as_bytes()).unwrap().1, text);
        assert_eq!(read(&utf16(&text, u16::to_be_bytes)).unwrap().1.len(), text.len());
    }
}
