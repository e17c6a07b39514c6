//! A formula ready to be evaluated: flat code over a small stack whose size is known beforehand.

use std::fmt;
use std::ops::Range;

use crate::arithmetic::{Binary, Ternary, Unary, finite};
use crate::function::Window;
use crate::limit::HEIGHT_MAX;
use crate::scope::Scope;

/// Why a formula has no value for some inputs. What that means is for the caller to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evaluation {
    /// A part is not a finite number: a division by zero, the logarithm of a negative number, an overflow, or an input
    /// that is itself not finite.
    NotFinite {
        /// The part, bytes of the formula's text.
        at: Range<usize>,
    },
    /// A series is shorter than a window reads.
    TooShort {
        /// The function over the window, bytes of the formula's text.
        at: Range<usize>,
        /// How many values the window reads.
        needed: usize,
        /// How many the series has.
        present: usize,
    },
}

/// One step of a program. Its operands stand in the stack from `slot` upward, and its result takes the first's place.
#[derive(Debug, Clone)]
pub(crate) struct Instruction {
    pub(crate) code: Code,
    pub(crate) slot: u8,
    /// The text it stands for.
    pub(crate) at: (u32, u32),
}

/// What an instruction does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Code {
    Constant(f64),
    Number(usize),
    Flag(usize),
    /// The present value of a series.
    Present(usize),
    Window {
        window: Window,
        series: usize,
        needs: usize,
    },
    One(Unary),
    Two(Binary),
    Three(Ternary),
}

impl Code {
    /// The value of an operation on constants.
    pub(crate) fn of_constants(self, values: &[f64]) -> f64 {
        match (self, values) {
            (Self::One(operation), &[a]) => operation.apply(a),
            (Self::Two(operation), &[a, b]) => operation.apply(a, b),
            (Self::Three(operation), &[a, b, c]) => operation.apply(a, b, c),
            _ => f64::NAN,
        }
    }
}

/// A flag as it is handed in: undefined stays so, and all but zero is true.
#[inline(always)]
pub(crate) fn read_flag(x: f64) -> f64 {
    Binary::NotEqual.apply(finite(x), 0.0)
}

/// A window over the past of a series; undefined when the series is too short.
pub(crate) fn read_window(window: Window, needs: usize, series: Option<&&[f64]>) -> f64 {
    let values = series.and_then(|values| values.len().checked_sub(needs).map(|skipped| &values[skipped..]));
    values.map_or(f64::NAN, |values| window.apply(values))
}

/// A formula that gives a number.
#[derive(Debug, Clone)]
pub struct Program {
    text: Box<str>,
    pub(crate) code: Box<[Instruction]>,
    /// The most values that wait on the stack at once.
    pub(crate) height: usize,
    /// For each series in scope, how many values the windows read.
    history: Box<[usize]>,
    names: Box<[Box<str>]>,
}

impl Program {
    pub(crate) fn new(text: &str, code: Vec<Instruction>, scope: &Scope, names: &[(String, Range<usize>)]) -> Self {
        let height = code.iter().map(|instruction| usize::from(instruction.slot) + 1).max().unwrap_or(1);
        let mut history = vec![0; scope.series_count()].into_boxed_slice();
        for instruction in &code {
            match instruction.code {
                Code::Window { series, needs, .. } => history[series] = history[series].max(needs),
                Code::Present(series) => history[series] = history[series].max(1),
                _ => {}
            }
        }
        let names = names.iter().map(|(name, _)| name.as_str().into()).collect();
        Self { text: text.into(), code: code.into(), height, history, names }
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it uses, each once, in order of appearance.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// Whether it uses a name.
    #[must_use]
    pub fn uses(&self, name: &str) -> bool {
        self.names.iter().any(|used| **used == *name)
    }

    /// How many of its last values each series of the scope must hand in, in the scope's order; 0 for one that is not
    /// used.
    #[must_use]
    pub fn history(&self) -> &[usize] {
        &self.history
    }

    /// The value for these inputs: `values` are the scope's numbers and flags in order, `series` its series in order,
    /// each oldest first and ending with the present value.
    ///
    /// # Errors
    /// When a part of the formula that the value needs is not finite. An input that is not handed in is not finite.
    pub fn evaluate(&self, values: &[f64], series: &[&[f64]]) -> Result<f64, Evaluation> {
        let value = match self.height {
            0..=8 => self.run::<8>(values, series),
            9..=32 => self.run::<32>(values, series),
            _ => self.run::<HEIGHT_MAX>(values, series),
        };
        if value.is_nan() { Err(self.blame(values, series)) } else { Ok(value) }
    }

    fn run<const N: usize>(&self, values: &[f64], series: &[&[f64]]) -> f64 {
        const { assert!(N.is_power_of_two()) };
        let mut stack = [0.0; N];
        for instruction in &self.code {
            let slot = usize::from(instruction.slot);
            // Never out of range; the mask only saves asking.
            let read = |operand: usize| stack[(slot + operand) & (N - 1)];
            stack[slot & (N - 1)] = match instruction.code {
                Code::Constant(constant) => constant,
                Code::Number(index) => values.get(index).map_or(f64::NAN, |&value| finite(value)),
                Code::Flag(index) => values.get(index).map_or(f64::NAN, |&value| read_flag(value)),
                Code::Present(index) => read_window(Window::Lag, 1, series.get(index)),
                Code::Window { window, series: index, needs } => read_window(window, needs, series.get(index)),
                Code::One(operation) => operation.apply(read(0)),
                Code::Two(operation) => operation.apply(read(0), read(1)),
                Code::Three(operation) => operation.apply(read(0), read(1), read(2)),
            };
        }
        stack[0]
    }

    /// The first part that made the value undefined: beside each value runs the instruction to blame for it.
    #[cold]
    fn blame(&self, values: &[f64], series: &[&[f64]]) -> Evaluation {
        let mut stack = [0.0; HEIGHT_MAX];
        let mut blamed = [0_usize; HEIGHT_MAX];
        for (index, instruction) in self.code.iter().enumerate() {
            let slot = usize::from(instruction.slot);
            let [a, b, c] = [0, 1, 2].map(|operand| stack.get(slot + operand).copied().unwrap_or(f64::NAN));
            let (result, needed) = match instruction.code {
                Code::Constant(constant) => (constant, [false; 3]),
                Code::Number(index) => (values.get(index).map_or(f64::NAN, |&value| finite(value)), [false; 3]),
                Code::Flag(index) => (values.get(index).map_or(f64::NAN, |&value| read_flag(value)), [false; 3]),
                Code::Present(index) => (read_window(Window::Lag, 1, series.get(index)), [false; 3]),
                Code::Window { window, series: index, needs } => {
                    (read_window(window, needs, series.get(index)), [false; 3])
                }
                Code::One(operation) => (operation.apply(a), [true, false, false]),
                Code::Two(operation) => (operation.apply(a, b), [true, operation.needs_second(a), false]),
                Code::Three(operation) => (operation.apply(a, b, c), operation.needs(a)),
            };
            let operands = [a, b, c];
            let cause = (0..3).find(|&operand| needed[operand] && operands[operand].is_nan());
            blamed[slot] = cause.map_or(index, |operand| blamed[slot + operand]);
            stack[slot] = result;
        }
        failure(&self.code[blamed[0]], series)
    }

    /// A failure in words, with the part that is to blame.
    #[must_use]
    pub fn describe(&self, evaluation: &Evaluation) -> String {
        let written = |at: &Range<usize>| shortened(self.text.get(at.clone()).unwrap_or_default());
        match evaluation {
            Evaluation::NotFinite { at } => format!("`{}` is not a finite number", written(at)),
            Evaluation::TooShort { at, needed, present } => {
                format!("`{}` reads {needed} values of a series that has {present}", written(at))
            }
        }
    }
}

/// What it means that this instruction has no value.
fn failure(instruction: &Instruction, series: &[&[f64]]) -> Evaluation {
    let at = instruction.at.0 as usize..instruction.at.1 as usize;
    let (index, needed) = match instruction.code {
        Code::Window { series, needs, .. } => (series, needs),
        Code::Present(series) => (series, 1),
        _ => return Evaluation::NotFinite { at },
    };
    let present = series.get(index).map_or(0, |values| values.len());
    if present < needed { Evaluation::TooShort { at, needed, present } } else { Evaluation::NotFinite { at } }
}

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A formula that holds or does not.
#[derive(Debug, Clone)]
pub struct Condition(Program);

impl Condition {
    pub(crate) fn new(program: Program) -> Self {
        Self(program)
    }

    /// Whether it holds for these inputs, which are handed in as to [`Program::evaluate`].
    ///
    /// # Errors
    /// As [`Program::evaluate`].
    pub fn holds(&self, values: &[f64], series: &[&[f64]]) -> Result<bool, Evaluation> {
        self.0.evaluate(values, series).map(|value| value != 0.0)
    }

    /// The same formula as a program that gives 1 where it holds and 0 where it does not.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.0
    }
}

/// A part of a formula for a message, cut to a readable length.
pub(crate) fn shortened(written: &str) -> String {
    const READABLE: usize = 60;
    match written.char_indices().nth(READABLE) {
        Some((end, _)) => format!("{}…", &written[..end]),
        None => written.to_owned(),
    }
}
