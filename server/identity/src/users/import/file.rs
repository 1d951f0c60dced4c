//! A CSV file, record by record: the separator is found out, limits are held. Refuses a file without a header row, too
//! many lines, and a record that no person wrote.

use csv::{Reader, ReaderBuilder, StringRecord};
use domain::input::user_import::{MAX_BYTES, MAX_LINES};

use super::text::Text;

/// Bytes of one record: more than all claims of a user at their longest.
const MAX_RECORD: usize = 64 * 1024;
const MAX_COLUMNS: usize = 100;

/// What stands between cells.
const SEPARATORS: [(u8, &str); 3] = [(b',', "commas"), (b';', "semicolons"), (b'\t', "tabs")];

/// A file that was found to be one.
pub(super) struct File<'a> {
    /// `Read as UTF-8, separated by commas.`
    pub read_as: String,
    pub headers: Vec<String>,
    reader: Reader<Text<'a>>,
    /// Whether lines end in CR LF: a record then ends before its line does.
    crlf: bool,
    line: i64,
    count: i64,
}

impl<'a> File<'a> {
    /// Reads as far as the header row.
    ///
    /// # Errors
    /// Why the file is not taken, in plain words.
    pub fn open(bytes: &'a [u8]) -> Result<Self, String> {
        if bytes.len() > MAX_BYTES {
            return Err("The file is larger than 50 MB. Divide it, and import one part after the other.".to_owned());
        }
        let mut text = Text::new(bytes)?;
        let start = text.peek()?;
        let (separator, words) = separator(start);
        let crlf = start
            .windows(2)
            .find(|pair| pair[1] == b'\n')
            .is_some_and(|pair| pair[0] == b'\r');
        let read_as = format!("Read as {}, separated by {words}.", text.encoding.words());
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(text);
        let mut file = Self {
            read_as,
            headers: Vec::new(),
            reader,
            crlf,
            line: 0,
            count: -1,
        };
        let mut record = StringRecord::new();
        if file.next(&mut record)?.is_none() {
            return Err(
                "The file is empty. Its first line names the columns, and each line after it is a user.".to_owned(),
            );
        }
        if record.len() > MAX_COLUMNS {
            return Err(format!(
                "The file has {} columns; at most {MAX_COLUMNS} are taken.",
                record.len()
            ));
        }
        file.headers = record.iter().map(|header| header.trim().to_owned()).collect();
        Ok(file)
    }

    /// How many records follow the header row. All that is wrong with a file is known by this.
    ///
    /// # Errors
    /// As [`File::open`] and [`File::next`].
    pub fn count(bytes: &'a [u8]) -> Result<i64, String> {
        let mut file = Self::open(bytes)?;
        let (mut record, mut count) = (StringRecord::new(), 0);
        while file.next(&mut record)?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    /// The next record and its line, which no other record has.
    ///
    /// # Errors
    /// Why the file is not taken after all.
    pub fn next(&mut self, record: &mut StringRecord) -> Result<Option<i64>, String> {
        loop {
            let more = self.reader.read_record(record).map_err(words)?;
            if !more {
                return Ok(None);
            }
            // Counted back from its end: empty lines before it are passed over as part of it.
            let within = record.as_slice().bytes().filter(|byte| *byte == b'\n').count() as u64;
            let line = self
                .reader
                .position()
                .line()
                .saturating_sub(within + u64::from(!self.crlf));
            self.line = i64::try_from(line).unwrap_or(0).max(self.line + 1);
            if record.as_slice().len() > MAX_RECORD {
                return Err(format!(
                    "Line {} is longer than {} kB. Is a quotation mark missing at its end?",
                    self.line,
                    MAX_RECORD / 1024
                ));
            }
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            self.count += 1;
            if self.count > MAX_LINES {
                return Err(
                    "The file has more than 100,000 lines below its header row. Divide it, and import one part after \
                     the other."
                        .to_owned(),
                );
            }
            return Ok(Some(self.line));
        }
    }
}

/// The one that stands most often outside quotes in the first line.
fn separator(start: &[u8]) -> (u8, &'static str) {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted && counts.iter().any(|count| *count > 0) => break,
            _ if quoted => {}
            byte => {
                if let Some(at) = SEPARATORS.iter().position(|(separator, _)| separator == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let at = counts.iter().position(|count| *count == most).unwrap_or_default();
    SEPARATORS[at]
}

/// The text under it has said what is wrong.
fn words(error: csv::Error) -> String {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.to_string(),
        _ => "The file cannot be read as CSV. Save it again as CSV in UTF-8.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Rows = Vec<(i64, Vec<String>)>;

    fn rows(bytes: &[u8]) -> Result<(String, Vec<String>, Rows), String> {
        let mut file = File::open(bytes)?;
        let (mut record, mut rows) = (StringRecord::new(), Vec::new());
        while let Some(line) = file.next(&mut record)? {
            rows.push((line, record.iter().map(str::to_owned).collect()));
        }
        Ok((file.read_as, file.headers, rows))
    }

    #[test]
    fn separators_are_found_out_and_quotes_hold() {
        let (read_as, headers, found) =
            rows(b"Username;\"a;b,c,d,e\"\n\nnora;\"x\ny\"\nodd;\"say \"\"so\"\"\"\n").unwrap();
        assert_eq!(read_as, "Read as UTF-8, separated by semicolons.");
        assert_eq!(headers, ["Username", "a;b,c,d,e"]);
        assert_eq!(
            found,
            [
                (3, vec!["nora".to_owned(), "x\ny".to_owned()]),
                (5, vec!["odd".to_owned(), "say \"so\"".to_owned()])
            ]
        );
        let (_, _, found) = rows(b"Username\r\n\r\nnora\r\nodd\r\n\r\nzoe").unwrap();
        assert_eq!(found.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [3, 4, 6]);
        assert!(rows(b"Username\tMobile\nnora\t1,2\n").unwrap().0.ends_with("tabs."));
        assert_eq!(rows(b"Username\nnora\n").unwrap().1, ["Username"]);
        // Old line ends, empty lines, a last line without an end, too few cells and too many.
        let (_, _, found) = rows(b"Username,Mobile\rnora\r,\rodd,1,2").unwrap();
        assert_eq!(found.iter().map(|(_, cells)| cells.len()).collect::<Vec<_>>(), [1, 3]);
        assert!(found[0].0 < found[1].0);
    }

    #[test]
    fn limits_are_said() {
        assert!(rows(b"").unwrap_err().contains("empty"));
        assert!(rows(b"\r\n\r\n").unwrap_err().contains("empty"));
        let lines = |n: usize| format!("Username\n{}", "a\n".repeat(n)).into_bytes();
        assert_eq!(rows(&lines(100_000)).unwrap().2.len(), 100_000);
        assert!(rows(&lines(100_001)).unwrap_err().contains("100,000"));
        let long = format!("Username\nnora\n{}\n", "x".repeat(30 << 20));
        let why = rows(long.as_bytes()).unwrap_err();
        assert!(why.starts_with("Line 3") && why.contains("64 kB"), "{why}");
        let open = format!("Username,Mobile\nnora,\"1\n{}", "odd,2\n".repeat(20_000));
        assert!(rows(open.as_bytes()).unwrap_err().contains("quotation mark"));
        assert!(rows(&vec![b'a'; MAX_BYTES + 1]).unwrap_err().contains("50 MB"));
        assert!(rows(&b",".repeat(200)).unwrap_err().contains("empty"));
        assert!(rows(&b"a,".repeat(200)).unwrap_err().contains("100"));
    }
}
