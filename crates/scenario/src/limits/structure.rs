//! Counting the nesting and the parts of a text in one pass, before a parser sees it.
//!
//! A parser recurses, and a million brackets in a row end its stack; a small text can also ask for very many
//! tables. The pass knows only as much of the language as it takes to tell brackets from text and comments. On
//! a text that is valid its counts are exact, where every part of a dotted name counts as one level; what is not
//! valid is the parser's to refuse.

use walras_catalog::{Problem, Span};

use super::{DEPTH_MAX, HEADERS_MAX, PARTS_MAX};

/// Checks a TOML document.
///
/// # Errors
/// When it nests deeper than [`DEPTH_MAX`], or has more parts than [`PARTS_MAX`] or headers than [`HEADERS_MAX`].
pub fn check_toml(text: &str) -> Result<(), Problem> {
    Toml { bytes: text.as_bytes(), at: 0, counts: Counts::default(), names: Names::OfLine }.check()
}

/// Checks one TOML value, as it stands right of an `=`.
///
/// # Errors
/// As [`check_toml`].
pub fn check_toml_value(text: &str) -> Result<(), Problem> {
    let counts = Counts { name_depth: 1, ..Counts::default() };
    Toml { bytes: text.as_bytes(), at: 0, counts, names: Names::Read }.check()
}

/// Checks a JSON document.
///
/// # Errors
/// As [`check_toml`].
pub fn check_json(text: &str) -> Result<(), Problem> {
    let mut counts = Counts::default();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at = end_of_string(bytes, at, true) - 1,
            // The outermost brace is the scenario itself, depth 0.
            b'{' | b'[' => counts.open(at, usize::from(!counts.opened.is_empty()))?,
            b'}' | b']' => counts.close(),
            b',' | b':' => counts.part(at)?,
            _ => {}
        }
        at += 1;
    }
    Ok(())
}

/// The problem of nesting deeper than [`DEPTH_MAX`].
pub(crate) fn too_deep(span: Span) -> Problem {
    Problem::at(span, format!("tables and lists are nested deeper than {DEPTH_MAX}"), "too deep from here on")
}

/// What has been counted so far.
#[derive(Default)]
struct Counts {
    /// The depth each open bracket added, so that closing it takes the same away.
    opened: Vec<usize>,
    /// The depth of the table the last header named.
    header_depth: usize,
    /// The depth of all open brackets.
    bracket_depth: usize,
    /// The depth that the name being read adds: one for each of its parts.
    name_depth: usize,
    parts: usize,
    headers: usize,
}

impl Counts {
    fn open(&mut self, at: usize, depth: usize) -> Result<(), Problem> {
        self.opened.push(depth);
        self.bracket_depth += depth;
        self.name_depth = 0;
        self.check_depth(at)?;
        self.part(at)
    }

    fn close(&mut self) {
        self.bracket_depth -= self.opened.pop().unwrap_or(0);
    }

    fn part(&mut self, at: usize) -> Result<(), Problem> {
        self.parts += 1;
        if self.parts <= PARTS_MAX {
            return Ok(());
        }
        let message = format!("the scenario has more than {PARTS_MAX} keys and items");
        let problem = Problem::at(span_at(at), message, "too many from here on");
        Err(problem.help("long columns of numbers belong in CSV or Parquet files that the scenario names"))
    }

    fn header(&mut self, at: usize) -> Result<(), Problem> {
        self.headers += 1;
        if self.headers <= HEADERS_MAX {
            return self.part(at);
        }
        let message = format!("the scenario has more than {HEADERS_MAX} tables");
        Err(Problem::at(span_at(at), message, "too many from here on"))
    }

    fn check_depth(&self, at: usize) -> Result<(), Problem> {
        if self.header_depth + self.bracket_depth + self.name_depth <= DEPTH_MAX {
            return Ok(());
        }
        Err(too_deep(span_at(at)))
    }
}

fn span_at(at: usize) -> Span {
    Span { source: 0, start: at, end: at + 1 }
}

/// Where dots part names, as against numbers.
#[derive(Clone, Copy, PartialEq)]
enum Names {
    /// At the start of a line outside brackets: a name or a header comes.
    OfLine,
    /// In a header, until its closing bracket.
    OfHeader,
    /// In an inline table, before the `=`.
    InBraces,
    /// Behind the `=`, or in a list: dots are of numbers.
    Read,
}

struct Toml<'a> {
    bytes: &'a [u8],
    at: usize,
    counts: Counts,
    names: Names,
}

impl Toml<'_> {
    fn check(mut self) -> Result<(), Problem> {
        // Which brackets are open; true for braces, in which names stand.
        let mut braces: Vec<bool> = Vec::new();
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'#' => self.skip_comment(),
                b'"' | b'\'' => self.at = end_of_string(self.bytes, self.at, byte == b'"') - 1,
                b'\n' | b'\r' if braces.is_empty() => {
                    self.names = Names::OfLine;
                    self.counts.name_depth = 0;
                }
                b'[' if braces.is_empty() && self.names == Names::OfLine => self.start_header()?,
                b']' if self.names == Names::OfHeader => self.end_header(),
                b'[' | b'{' => {
                    let depth = if self.names == Names::Read { self.counts.name_depth.max(1) } else { 1 };
                    self.counts.open(self.at, depth)?;
                    braces.push(byte == b'{');
                    self.names = if byte == b'{' { Names::InBraces } else { Names::Read };
                }
                b']' | b'}' => {
                    self.counts.close();
                    braces.pop();
                    self.counts.name_depth = 0;
                    self.names = Names::Read;
                }
                b',' => {
                    self.counts.part(self.at)?;
                    self.counts.name_depth = 0;
                    self.names = if braces.last() == Some(&true) { Names::InBraces } else { Names::Read };
                }
                b'=' => self.end_name()?,
                b'.' => self.dot()?,
                _ => {}
            }
            self.at += 1;
        }
        Ok(())
    }

    /// A dot parts a name; in a number it means nothing.
    fn dot(&mut self) -> Result<(), Problem> {
        if self.names == Names::Read {
            return Ok(());
        }
        self.counts.name_depth += 1;
        self.counts.part(self.at)?;
        self.counts.check_depth(self.at)
    }

    fn end_name(&mut self) -> Result<(), Problem> {
        self.counts.part(self.at)?;
        if self.names != Names::Read {
            self.counts.name_depth += 1;
            self.names = Names::Read;
        }
        self.counts.check_depth(self.at)
    }

    fn start_header(&mut self) -> Result<(), Problem> {
        let list = self.bytes.get(self.at + 1) == Some(&b'[');
        self.counts.header(self.at)?;
        self.counts.header_depth = 0;
        // A table in a list is one deeper than the list's name says.
        self.counts.name_depth = 1 + usize::from(list);
        self.at += usize::from(list);
        self.names = Names::OfHeader;
        Ok(())
    }

    fn end_header(&mut self) {
        self.counts.header_depth = std::mem::take(&mut self.counts.name_depth);
        self.at += usize::from(self.bytes.get(self.at + 1) == Some(&b']'));
        self.names = Names::Read;
    }

    /// To the byte before the end of the line.
    fn skip_comment(&mut self) {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        self.at += length - 1;
    }
}

/// One past the text that starts at `start` with a quote: to its closing quote, or, when that is missing, to the
/// end of the line, or, for a text in three quotes, of the file.
fn end_of_string(bytes: &[u8], start: usize, escapes: bool) -> usize {
    let quote = bytes[start];
    let long = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if long { 3 } else { 1 };
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' if escapes => at += 1,
            b'\n' if !long => return at,
            _ if byte == quote && !long => return at + 1,
            _ if byte == quote && bytes[at..].starts_with(&[quote; 3]) => {
                let extra = bytes[at + 3..].iter().take(2).take_while(|&&byte| byte == quote).count();
                return at + 3 + extra;
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
