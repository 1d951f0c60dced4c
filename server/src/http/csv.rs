//! Comma-separated values (RFC 4180) that no spreadsheet takes for formulas.

/// One line with its end.
pub fn line<const N: usize>(cells: [impl AsRef<str>; N]) -> String {
    record(&cells)
}

/// As [`line`], with as many cells as there are.
pub fn record(cells: &[impl AsRef<str>]) -> String {
    let mut line = String::new();
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        push(&mut line, cell.as_ref());
    }
    line.push_str("\r\n");
    line
}

/// A cell that begins like a formula gets an apostrophe before it, by which spreadsheets know a text (OWASP, *CSV
/// Injection*); what needs quotes gets them.
fn push(line: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = formula || cell.contains(['"', ',', '\r', '\n']);
    if quoted {
        line.push('"');
    }
    if formula {
        line.push('\'');
    }
    line.push_str(&cell.replace('"', "\"\""));
    if quoted {
        line.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn quotes_where_they_are_needed() {
        assert_eq!(
            line(["a", "", "b, c", "say \"x\"", "two\nlines", "•• 67"]),
            "a,,\"b, c\",\"say \"\"x\"\"\",\"two\nlines\",•• 67\r\n"
        );
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(line([cell]), format!("\"'{cell}\"\r\n"));
        }
        assert_eq!(line(["=\"a\""]), "\"'=\"\"a\"\"\"\r\n");
        assert_eq!(line(["1-1", "'=1"]), "1-1,'=1\r\n", "only how it begins matters");
    }
}
