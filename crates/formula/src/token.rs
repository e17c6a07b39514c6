//! A formula's text cut into tokens.

use std::ops::Range;

use walras_catalog::{Problem, Span};

use crate::arithmetic::Binary;

/// A piece of the text that means something.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Token {
    /// A number without a sign.
    Number(f64),
    /// A name, of a quantity or a function.
    Name,
    /// `true` or `false`.
    Flag(bool),
    /// An operator with two sides; `-` may also stand before one value.
    Operator(Binary),
    Not,
    If,
    Then,
    Else,
    Open,
    Close,
    Comma,
    /// The end of the text.
    End,
}

/// A problem at a place of the formula's own text.
pub(crate) fn problem(at: Range<usize>, message: impl Into<String>, expected: impl Into<String>) -> Problem {
    Problem::at(Span { source: 0, start: at.start, end: at.end }, message, expected)
}

/// Reads tokens one by one.
pub(crate) struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next token and its place.
    pub(crate) fn next(&mut self) -> Result<(Token, Range<usize>), Problem> {
        let rest = &self.text[self.at..];
        let start = self.at + (rest.len() - rest.trim_start().len());
        self.at = start;
        let Some(first) = self.text[start..].chars().next() else { return Ok((Token::End, start..start)) };
        let token = match first {
            '0'..='9' => self.number()?,
            '.' => return Err(self.lone_point()),
            _ if begins_name(first) => self.name(),
            _ => self.symbol(first)?,
        };
        Ok((token, start..self.at))
    }

    /// The next token without taking it.
    pub(crate) fn peek(&self) -> Result<(Token, Range<usize>), Problem> {
        Self { text: self.text, at: self.at }.next()
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(b' ')
    }

    fn lone_point(&self) -> Problem {
        let problem = problem(self.at..self.at + 1, "a point stands alone", "expected a digit before the point");
        if self.byte(1).is_ascii_digit() { problem.help("write `0.5`, not `.5`") } else { problem }
    }

    fn name(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let ends = |(at, c): (usize, char)| {
            let joins = c == '.' && rest[at + 1..].chars().next().is_some_and(begins_name);
            !(begins_name(c) || c.is_alphanumeric() || joins)
        };
        let length = rest.char_indices().find(|&at| ends(at)).map_or(rest.len(), |(at, _)| at);
        self.at += length;
        match &rest[..length] {
            "true" => Token::Flag(true),
            "false" => Token::Flag(false),
            "and" => Token::Operator(Binary::And),
            "or" => Token::Operator(Binary::Or),
            "not" => Token::Not,
            "if" => Token::If,
            "then" => Token::Then,
            "else" => Token::Else,
            _ => Token::Name,
        }
    }

    /// Digits, which underscores may part.
    fn digits(&mut self, into: &mut String) -> Result<(), Problem> {
        loop {
            match self.byte(0) {
                digit @ b'0'..=b'9' => into.push(char::from(digit)),
                b'_' => {
                    let between = self.at > 0 && self.text.as_bytes()[self.at - 1].is_ascii_digit();
                    if !(between && self.byte(1).is_ascii_digit()) {
                        let here = self.at..self.at + 1;
                        return Err(problem(here, "an underscore stands between digits only", "expected a digit"));
                    }
                }
                _ => return Ok(()),
            }
            self.at += 1;
        }
    }

    fn number(&mut self) -> Result<Token, Problem> {
        let start = self.at;
        let mut written = String::new();
        self.digits(&mut written)?;
        if self.byte(0) == b'.' {
            self.at += 1;
            written.push('.');
            self.some_digits(&mut written, "a digit after the point")?;
        }
        let mut exponent = 0_i64;
        if matches!(self.byte(0), b'e' | b'E') {
            self.at += 1;
            let mut power = String::new();
            if matches!(self.byte(0), b'+' | b'-') {
                power.push(char::from(self.byte(0)));
                self.at += 1;
            }
            self.some_digits(&mut power, "a digit of the exponent")?;
            // Beyond these a number is zero or too large whatever else it says: the text is at most some thousand long.
            exponent = power.parse::<i64>().unwrap_or(i64::MAX).clamp(-99_999, 99_999);
        }
        if self.byte(0) == b'%' {
            self.at += 1;
            exponent -= 2;
        }
        let rest = &self.text[self.at..];
        if let Some(next) = rest.chars().next().filter(|&c| begins_name(c) || c == '.') {
            let here = self.at..self.at + next.len_utf8();
            let problem = problem(here, format!("`{next}` cannot follow a number"), "expected an operator");
            return Err(if next == '.' { problem } else { problem.help("write `*` to multiply") });
        }
        let number: f64 = format!("{written}e{exponent}").parse().unwrap_or(f64::INFINITY);
        if number.is_finite() {
            return Ok(Token::Number(number));
        }
        Err(problem(start..self.at, "this number is too large", format!("at most {:e}", f64::MAX)))
    }

    fn some_digits(&mut self, into: &mut String, expected: &str) -> Result<(), Problem> {
        if self.byte(0).is_ascii_digit() {
            return self.digits(into);
        }
        let here = self.at.min(self.text.len());
        Err(problem(
            here..self.text.ceil_char_boundary(here + 1),
            "this number is cut short",
            format!("expected {expected}"),
        ))
    }

    fn symbol(&mut self, first: char) -> Result<Token, Problem> {
        let second = self.byte(1);
        let (token, length) = match (first, second) {
            ('<', b'=') => (Token::Operator(Binary::LessOrEqual), 2),
            ('>', b'=') => (Token::Operator(Binary::GreaterOrEqual), 2),
            ('=', b'=') => (Token::Operator(Binary::Equal), 2),
            ('!', b'=') => (Token::Operator(Binary::NotEqual), 2),
            ('*', b'*') => return Err(self.foreign(2, "^")),
            ('&', b'&') => return Err(self.foreign(2, "and")),
            ('|', b'|') => return Err(self.foreign(2, "or")),
            ('<', b'>') => return Err(self.foreign(2, "!=")),
            ('+', _) => (Token::Operator(Binary::Add), 1),
            ('-', _) => (Token::Operator(Binary::Subtract), 1),
            ('*', _) => (Token::Operator(Binary::Multiply), 1),
            ('/', _) => (Token::Operator(Binary::Divide), 1),
            ('^', _) => (Token::Operator(Binary::Power), 1),
            ('<', _) => (Token::Operator(Binary::Less), 1),
            ('>', _) => (Token::Operator(Binary::Greater), 1),
            ('(', _) => (Token::Open, 1),
            (')', _) => (Token::Close, 1),
            (',', _) => (Token::Comma, 1),
            ('=', _) => return Err(self.foreign(1, "==")),
            ('!', _) => return Err(self.foreign(1, "not")),
            ('&', _) => return Err(self.foreign(1, "and")),
            ('|', _) => return Err(self.foreign(1, "or")),
            ('−' | '–', _) => return Err(self.foreign(first.len_utf8(), "-")),
            ('×' | '·' | '⋅', _) => return Err(self.foreign(first.len_utf8(), "*")),
            ('÷', _) => return Err(self.foreign(first.len_utf8(), "/")),
            ('≤', _) => return Err(self.foreign(first.len_utf8(), "<=")),
            ('≥', _) => return Err(self.foreign(first.len_utf8(), ">=")),
            ('≠', _) => return Err(self.foreign(first.len_utf8(), "!=")),
            _ => {
                let here = self.at..self.at + first.len_utf8();
                let shown = first.escape_debug();
                return Err(problem(
                    here,
                    format!("`{shown}` means nothing in a formula"),
                    "expected a value or an operator",
                ));
            }
        };
        self.at += length;
        Ok(token)
    }

    /// A sign of another language.
    fn foreign(&self, length: usize, here: &str) -> Problem {
        let written = &self.text[self.at..self.at + length];
        let problem =
            problem(self.at..self.at + length, format!("`{written}` is not an operator"), format!("expected `{here}`"));
        problem.help(format!("write `{here}`"))
    }
}

/// Whether a name may begin with this character.
pub(crate) fn begins_name(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}
