//! Splits a command as a POSIX shell does: quotes, escapes, continued lines. Runs nothing: a variable becomes a
//! secret slot of its name, since in vendors' documents variables are keys; a pipe or `;` ends the command.

use std::iter::Peekable;
use std::str::Chars;

use super::CurlError;
use crate::token::is_secret_name;

struct Lexer<'a> {
    rest: Peekable<Chars<'a>>,
    word: String,
    started: bool,
    words: Vec<String>,
}

/// The words of the first command in `text`.
pub(super) fn split(text: &str) -> Result<Vec<String>, CurlError> {
    let joined = join_lines(text);
    let mut lexer = Lexer {
        rest: joined.chars().peekable(),
        word: String::new(),
        started: false,
        words: Vec::new(),
    };
    while let Some(c) = lexer.rest.next() {
        match c {
            ' ' | '\t' | '\r' => lexer.end_word(),
            '\n' | '|' | ';' | '>' if !lexer.started => {
                if c != '\n' || !lexer.words.is_empty() {
                    break;
                }
            }
            '\n' => {
                lexer.end_word();
                break;
            }
            '\'' => lexer.single_quoted()?,
            '"' => lexer.double_quoted()?,
            '\\' => {
                let next = lexer.rest.next();
                lexer.push(next.unwrap_or('\\'));
            }
            '$' if lexer.rest.peek() == Some(&'\'') => lexer.ansi_quoted()?,
            '$' => lexer.variable(),
            c => lexer.push(c),
        }
    }
    lexer.end_word();
    Ok(lexer.words)
}

/// Continued lines: `\` at the end, and `^` and the backtick of Windows' shells. Documents often add a space after.
fn join_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let trimmed = line.trim_end();
        match trimmed.strip_suffix(['\\', '^', '`']) {
            Some(continued) => {
                out.push_str(continued);
                out.push(' ');
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out
}

impl Lexer<'_> {
    fn push(&mut self, c: char) {
        self.started = true;
        self.word.push(c);
    }

    fn end_word(&mut self) {
        if self.started {
            self.words.push(std::mem::take(&mut self.word));
            self.started = false;
        }
    }

    fn single_quoted(&mut self) -> Result<(), CurlError> {
        self.started = true;
        loop {
            match self.rest.next().ok_or(CurlError::OpenQuote)? {
                '\'' => return Ok(()),
                c => self.word.push(c),
            }
        }
    }

    fn double_quoted(&mut self) -> Result<(), CurlError> {
        self.started = true;
        loop {
            match self.rest.next().ok_or(CurlError::OpenQuote)? {
                '"' => return Ok(()),
                '$' => self.variable(),
                '\\' => match self.rest.next().ok_or(CurlError::OpenQuote)? {
                    c @ ('"' | '\\' | '$' | '`') => self.word.push(c),
                    c => self.word.extend(['\\', c]),
                },
                c => self.word.push(c),
            }
        }
    }

    /// `$'…'`, which browsers write when they copy a request.
    fn ansi_quoted(&mut self) -> Result<(), CurlError> {
        self.started = true;
        self.rest.next();
        loop {
            match self.rest.next().ok_or(CurlError::OpenQuote)? {
                '\'' => return Ok(()),
                '\\' => match self.rest.next().ok_or(CurlError::OpenQuote)? {
                    'n' => self.word.push('\n'),
                    'r' => self.word.push('\r'),
                    't' => self.word.push('\t'),
                    'u' => self.hexadecimal(4),
                    'x' => self.hexadecimal(2),
                    c => self.word.push(c),
                },
                c => self.word.push(c),
            }
        }
    }

    fn hexadecimal(&mut self, digits: usize) {
        let mut code = 0;
        for _ in 0..digits {
            let Some(digit) = self.rest.peek().and_then(|c| c.to_digit(16)) else {
                break;
            };
            code = code * 16 + digit;
            self.rest.next();
        }
        self.word.push(char::from_u32(code).unwrap_or('\u{fffd}'));
    }

    /// After a `$`.
    fn variable(&mut self) {
        let braced = self.rest.peek() == Some(&'{');
        let mut ahead = self.rest.clone();
        if braced {
            ahead.next();
        }
        let mut name = String::new();
        while let Some(c) = ahead.peek().copied().filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
            ahead.next();
        }
        let closed = !braced || ahead.next() == Some('}');
        let placeholder = name == "ctx" && ahead.peek() == Some(&'.');
        let usable = is_secret_name(&name) && !name.starts_with(|c: char| c.is_ascii_digit());
        if !closed || placeholder || !usable {
            return self.push('$');
        }
        self.rest = ahead;
        self.started = true;
        self.word
            .push_str(&format!("{{{{secret:{}}}}}", name.to_ascii_lowercase()));
    }
}
