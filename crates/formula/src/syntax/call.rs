//! Calls of functions, and the windows among them, which are read in one go.

use std::ops::Range;

use walras_catalog::Problem;

use super::{Frame, Parser, Part};
use crate::function::{Function, Operation, Window};
use crate::limit::WINDOWS_TOTAL_MAX;
use crate::token::{Token, problem};

impl Parser<'_> {
    /// Reads a function's name and opening parenthesis, and all of a window; whether a value has been read.
    pub(super) fn call(&mut self, at: Range<usize>) -> Result<bool, Problem> {
        let written = &self.text[at.clone()];
        let Some(function) = Function::called(written) else {
            let problem = problem(at, format!("there is no function `{written}`"), "expected a function's name");
            return Err(match Function::meant(written) {
                Some(meant) => problem.help(format!("did you mean `{meant}`?")),
                None => problem.help("write `*` to multiply"),
            });
        };
        let (_, open) = self.tokens.next()?;
        if let Operation::Over(window) = function.operation {
            self.window(function, window, at.start)?;
            return Ok(true);
        }
        if let (Token::Close, end) = self.tokens.peek()? {
            self.end_call(function, at.start..end.end, 0)?;
        }
        self.open(Frame::Call { function, start: at.start, count: 0 }, &open)?;
        Ok(false)
    }

    pub(super) fn end_call(&mut self, function: &Function, at: Range<usize>, count: usize) -> Result<(), Problem> {
        let (takes, right) = function.takes(count);
        if !right {
            let has = if count == 0 { "has none".to_owned() } else { format!("has {count}") };
            let message = format!("`{}` takes {takes}, this {has}", function.name);
            return Err(problem(at, message, format!("expected {}", function.signature)));
        }
        let (part, arity) = match function.operation {
            Operation::One(operation) => (Part::One(operation), 1),
            Operation::Two(operation) | Operation::Many(operation) => (Part::Two(operation), 2),
            Operation::Three(operation) => (Part::Three(operation), 3),
            Operation::Over(_) => return Ok(()),
        };
        self.emit(part, arity, at);
        Ok(())
    }

    /// `series, length)` of a window.
    fn window(&mut self, function: &Function, window: Window, start: usize) -> Result<(), Problem> {
        let expected = || format!("expected {}", function.signature);
        let (token, name_at) = self.tokens.next()?;
        if token != Token::Name || self.tokens.peek()?.0 == Token::Open {
            return Err(problem(
                name_at,
                format!("`{}` works on the past of a named series", function.name),
                expected(),
            ));
        }
        let name_start = name_at.start;
        let series = self.name(name_at);
        let (token, at) = self.tokens.next()?;
        if token != Token::Comma {
            return Err(problem(at, "the length of the window is missing", expected()));
        }
        let (token, length_at) = self.tokens.next()?;
        let lengths = window.lengths();
        let length = match token {
            Token::Number(number) if number.floor() == number && number <= f64::from(u32::MAX) => number as u32,
            _ => u32::MAX,
        };
        if !lengths.contains(&length) {
            let message = format!("the window of `{}` is a whole number, written out", function.name);
            return Err(problem(length_at, message, format!("expected {} to {}", lengths.start(), lengths.end())));
        }
        let (token, end) = self.tokens.next()?;
        if token != Token::Close {
            return Err(problem(end, format!("`{}` takes a series and a whole number", function.name), "expected `)`"));
        }
        self.windows += window.needs(length);
        if self.windows > WINDOWS_TOTAL_MAX {
            let message = format!("the windows of this formula read {} values in all", self.windows);
            return Err(problem(length_at, message, format!("at most {WINDOWS_TOTAL_MAX}")));
        }
        self.emit(Part::Window { window, series, length, name_start }, 0, start..end.end);
        Ok(())
    }
}
