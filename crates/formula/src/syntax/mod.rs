//! From text to operations in the order in which they are carried out, by Dijkstra's shunting yard: one loop and one
//! stack of what is still open, so that no nesting can end the program's own stack.

mod call;

use std::ops::Range;

use walras_catalog::Problem;

use crate::arithmetic::{Binary, Ternary, Unary};
use crate::function::{Function, Operation, Window};
use crate::limit::{DEPTH_MAX, LENGTH_MAX};
use crate::token::{Token, Tokens, problem};

/// One operation and the text it stands for; its operands come before it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) part: Part,
    pub(crate) at: Range<usize>,
}

/// What a node does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Number(f64),
    Flag(bool),
    /// The index of a name.
    Name(usize),
    /// A function of the last values of the series whose name starts at `name_start`.
    Window {
        window: Window,
        series: usize,
        length: u32,
        name_start: usize,
    },
    One(Unary),
    Two(Binary),
    Three(Ternary),
}

/// A formula whose syntax is right.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Syntax {
    /// The operations, operands first.
    pub(crate) nodes: Vec<Node>,
    /// Every name once, in order of appearance, with the place of its first use.
    pub(crate) names: Vec<(String, Range<usize>)>,
}

/// What is open and waits for its end or its right side.
enum Frame {
    Prefix(Unary, usize),
    Infix(Binary),
    Parenthesis {
        open: usize,
        after_if: bool,
    },
    Call {
        function: &'static Function,
        start: usize,
        count: usize,
    },
    /// `if … then … else …`, with the word that came last.
    Choice {
        start: usize,
        word: Token,
    },
}

/// How tightly an operator holds its sides; a looser one waits.
fn tightness(operator: Binary) -> u8 {
    match operator {
        Binary::Or => 1,
        Binary::And => 2,
        Binary::Add | Binary::Subtract => 5,
        Binary::Multiply | Binary::Divide => 6,
        Binary::Power => 8,
        _ => COMPARISON,
    }
}
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
const NEGATION: u8 = 7;

/// Reads a formula.
///
/// # Errors
/// A problem whose span is a place of `text`.
pub(crate) fn parse(text: &str) -> Result<Syntax, Problem> {
    if text.len() > LENGTH_MAX {
        let message = format!("the formula is {} bytes long", text.len());
        return Err(problem(0..text.len(), message, format!("at most {LENGTH_MAX}")));
    }
    let mut parser = Parser {
        text,
        tokens: Tokens::new(text),
        syntax: Syntax::default(),
        frames: Vec::new(),
        operands: Vec::new(),
        windows: 0,
    };
    while parser.value()? {
        if !parser.operator()? {
            break;
        }
    }
    Ok(parser.syntax)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Tokens<'a>,
    syntax: Syntax,
    frames: Vec<Frame>,
    /// The text of each value that waits, parentheses included.
    operands: Vec<Range<usize>>,
    /// Values that all windows read together.
    windows: usize,
}

impl Parser<'_> {
    /// Reads what may stand where a value is due, up to and with the value. Always true: an operator is next.
    fn value(&mut self) -> Result<bool, Problem> {
        loop {
            let (token, at) = self.tokens.next()?;
            match token {
                Token::Number(number) => self.emit(Part::Number(number), 0, at),
                Token::Flag(flag) => self.emit(Part::Flag(flag), 0, at),
                Token::Name if self.tokens.peek()?.0 == Token::Open => {
                    if !self.call(at)? {
                        continue;
                    }
                }
                Token::Name => {
                    let name = self.name(at.clone());
                    self.emit(Part::Name(name), 0, at);
                }
                Token::Open => {
                    let after_if = matches!(self.frames.last(), Some(Frame::Choice { word: Token::If, start }) if self.text[*start + 2..at.start].trim().is_empty());
                    self.open(Frame::Parenthesis { open: at.start, after_if }, &at)?;
                    continue;
                }
                Token::Operator(Binary::Subtract) => {
                    self.open(Frame::Prefix(Unary::Negate, at.start), &at)?;
                    continue;
                }
                Token::Not => {
                    self.open(Frame::Prefix(Unary::Not, at.start), &at)?;
                    continue;
                }
                Token::If => {
                    self.open(Frame::Choice { start: at.start, word: Token::If }, &at)?;
                    continue;
                }
                _ => return Err(self.no_value(token, at)),
            }
            return Ok(true);
        }
    }

    /// Reads what may stand after a value; false at the end of the formula.
    fn operator(&mut self) -> Result<bool, Problem> {
        loop {
            let (token, at) = self.tokens.next()?;
            match token {
                Token::Operator(operator) => {
                    self.infix(operator, &at)?;
                    return Ok(true);
                }
                Token::Close => self.close(&at)?,
                Token::Comma => {
                    self.comma(&at)?;
                    return Ok(true);
                }
                Token::Then | Token::Else => {
                    self.turn(token, &at)?;
                    return Ok(true);
                }
                Token::End => {
                    self.finish_values();
                    return match self.frames.last() {
                        None => Ok(false),
                        Some(frame) => Err(unfinished(frame)),
                    };
                }
                _ => {
                    let written = &self.text[at.clone()];
                    let problem = problem(
                        at.clone(),
                        format!("`{written}` follows a value without an operator"),
                        "expected an operator",
                    );
                    return Err(problem.help("write `*` to multiply"));
                }
            }
        }
    }

    fn open(&mut self, frame: Frame, at: &Range<usize>) -> Result<(), Problem> {
        if self.frames.len() >= DEPTH_MAX {
            return Err(problem(
                at.clone(),
                format!("the formula nests deeper than {DEPTH_MAX}"),
                "too deep from here on",
            ));
        }
        self.frames.push(frame);
        Ok(())
    }

    /// Appends a node that takes the last `arity` values and stands for the text at `at`.
    fn emit(&mut self, part: Part, arity: usize, at: Range<usize>) {
        self.operands.truncate(self.operands.len() - arity);
        self.operands.push(at.clone());
        self.syntax.nodes.push(Node { part, at });
    }

    fn name(&mut self, at: Range<usize>) -> usize {
        let written = &self.text[at.clone()];
        let known = self.syntax.names.iter().position(|(name, _)| name == written);
        known.unwrap_or_else(|| {
            self.syntax.names.push((written.to_owned(), at));
            self.syntax.names.len() - 1
        })
    }

    /// From where the last `arity` values start to where the last ends.
    fn across(&self, arity: usize) -> Range<usize> {
        let first = &self.operands[self.operands.len() - arity];
        first.start..self.operands[self.operands.len() - 1].end
    }

    /// Ends the operator on top of the stack, if what is there is one that holds at least as tightly as asked.
    fn finish_one(&mut self, holds: impl Fn(u8) -> bool) -> bool {
        match self.frames.last() {
            Some(&Frame::Prefix(operator, start)) if holds(if operator == Unary::Not { NOT } else { NEGATION }) => {
                let end = self.across(1).end;
                self.emit(Part::One(operator), 1, start..end);
            }
            Some(&Frame::Infix(operator)) if holds(tightness(operator)) => {
                let across = self.across(2);
                self.emit(Part::Two(operator), 2, across);
            }
            Some(&Frame::Choice { start, word: Token::Else }) if holds(0) => {
                let end = self.across(1).end;
                self.emit(Part::Three(Ternary::Choose), 3, start..end);
            }
            _ => return false,
        }
        self.frames.pop();
        true
    }

    /// Ends every operator up to the parenthesis, call or half-written choice that is open.
    fn finish_values(&mut self) {
        while self.finish_one(|_| true) {}
    }

    fn infix(&mut self, operator: Binary, at: &Range<usize>) -> Result<(), Problem> {
        let own = tightness(operator);
        // Of equals the first ends, but for powers, which group from the right, and comparisons, which do not group.
        let from_the_left = operator != Binary::Power && own != COMPARISON;
        while self.finish_one(|waiting| waiting > own || (waiting == own && from_the_left)) {}
        if own == COMPARISON
            && matches!(self.frames.last(), Some(&Frame::Infix(before)) if tightness(before) == COMPARISON)
        {
            let problem = problem(at.clone(), "comparisons do not chain", "this is the second comparison");
            return Err(problem.help("write `a < b and b < c`"));
        }
        self.open(Frame::Infix(operator), at)
    }

    fn close(&mut self, at: &Range<usize>) -> Result<(), Problem> {
        self.finish_values();
        match self.frames.last() {
            Some(&Frame::Parenthesis { open, .. }) => {
                if let Some(inside) = self.operands.last_mut() {
                    *inside = open..at.end;
                }
            }
            Some(&Frame::Call { function, start, count }) => self.end_call(function, start..at.end, count + 1)?,
            Some(choice @ Frame::Choice { .. }) => return Err(unfinished(choice)),
            _ => return Err(problem(at.clone(), "this parenthesis closes nothing", "no `(` is open")),
        }
        self.frames.pop();
        Ok(())
    }

    fn comma(&mut self, at: &Range<usize>) -> Result<(), Problem> {
        self.finish_values();
        match self.frames.last_mut() {
            Some(Frame::Call { function, count, .. }) => {
                *count += 1;
                if let (Operation::Many(operator), 2..) = (function.operation, *count) {
                    let across = self.across(2);
                    self.emit(Part::Two(operator), 2, across);
                }
                return Ok(());
            }
            Some(Frame::Parenthesis { after_if: true, .. }) => {
                // `if (` was the function after all.
                self.frames.pop();
                if let (Some(Frame::Choice { start, .. }), Some(function)) = (self.frames.pop(), Function::called("if"))
                {
                    self.frames.push(Frame::Call { function, start, count: 1 });
                    return Ok(());
                }
            }
            Some(choice @ Frame::Choice { .. }) => return Err(unfinished(choice)),
            _ => {}
        }
        let problem =
            problem(at.clone(), "a comma stands only between the arguments of a function", "no function is open");
        Err(problem.help("fractions are written with a point: `0.5`"))
    }

    /// `then` or `else`.
    fn turn(&mut self, to: Token, at: &Range<usize>) -> Result<(), Problem> {
        let (written, before) = if to == Token::Then { ("then", Token::If) } else { ("else", Token::Then) };
        loop {
            match self.frames.last_mut() {
                Some(Frame::Choice { word, .. }) if *word == before => {
                    *word = to;
                    return Ok(());
                }
                Some(choice @ Frame::Choice { word: Token::If | Token::Then, .. }) => return Err(unfinished(choice)),
                _ => {}
            }
            if !self.finish_one(|_| true) {
                let open = matches!(self.frames.last(), Some(Frame::Parenthesis { .. } | Frame::Call { .. }));
                let expected = if open { "a parenthesis is still open" } else { "no `if` is open" };
                return Err(problem(at.clone(), format!("`{written}` stands outside an `if`"), expected));
            }
        }
    }

    /// The problem of a token where a value is due.
    fn no_value(&self, token: Token, at: Range<usize>) -> Problem {
        let expected = "expected a number, a name, a function or `(`";
        let written = &self.text[at.clone()];
        match token {
            Token::End if self.syntax.nodes.is_empty() && self.frames.is_empty() => {
                problem(at, "the formula is empty", expected)
            }
            Token::End => problem(at, "the formula ends where a value is due", expected),
            Token::Operator(Binary::Add) => problem(at, "`+` stands only between two values", expected),
            _ => problem(at, format!("a value is missing before `{written}`"), expected),
        }
    }
}

/// The problem of something open that nothing ended.
fn unfinished(frame: &Frame) -> Problem {
    match frame {
        Frame::Call { function, start, .. } => {
            let at = *start..start + function.name.len();
            problem(
                at,
                format!("the parenthesis of `{}` is never closed", function.name),
                format!("expected {}", function.signature),
            )
        }
        Frame::Parenthesis { open, .. } => problem(*open..open + 1, "this parenthesis is never closed", "needs a `)`"),
        Frame::Choice { start, word } => {
            let missing = if *word == Token::If { "then" } else { "else" };
            problem(*start..start + 2, format!("this `if` has no `{missing}`"), "expected if condition then a else b")
        }
        Frame::Prefix(_, start) => problem(*start..start + 1, "a value is missing after this", "expected a value"),
        Frame::Infix(_) => problem(0..0, "a value is missing", "expected a value"),
    }
}
