//! A formula over many rows at once: the same operations on blocks of rows, so the same bits as row by row.

use crate::arithmetic::{Binary, Ternary, Unary, finite};
use crate::function::Window;
use crate::limit::HEIGHT_MAX;
use crate::program::{Code, Program, read_flag, read_window};

/// Rows that are carried through the whole program together; the stack of a small formula stays in the first cache.
const BLOCK: usize = 64;

/// The values of one name for all rows.
#[derive(Debug, Clone, Copy)]
pub enum Input<'a> {
    /// The same for every row.
    Shared(f64),
    /// One for each row.
    Each(&'a [f64]),
}

/// Runs `$work` with the operation as a constant, so that each loop is compiled for one operation.
macro_rules! for_each_operation {
    ($operation:expr, $kind:ident { $($name:ident)* }, |$known:ident| $work:expr) => {
        match $operation { $($kind::$name => { const KNOWN: $kind = $kind::$name; let $known = KNOWN; $work })* }
    };
}

impl Program {
    /// The value for each row of `out`; `NaN`, always the same one, for a row that has none. How many rows have none
    /// comes back; [`Program::evaluate`] says of one why.
    ///
    /// `values` are the scope's numbers and flags in order, `series` its series in order, which all rows share. Values
    /// that are not handed in are not finite.
    pub fn evaluate_column(&self, values: &[Input], series: &[&[f64]], out: &mut [f64]) -> usize {
        match self.height {
            0..=8 => self.run_column::<8>(values, series, out),
            9..=32 => self.run_column::<32>(values, series, out),
            _ => self.run_column::<HEIGHT_MAX>(values, series, out),
        }
    }

    fn run_column<const N: usize>(&self, values: &[Input], series: &[&[f64]], out: &mut [f64]) -> usize {
        let mut stack = [[0.0; BLOCK]; N];
        let mut undefined = 0;
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            self.run_block(values, series, block * BLOCK, &mut stack);
            for (out, &value) in out.iter_mut().zip(&stack[0]) {
                *out = if value.is_nan() { f64::NAN } else { value };
                undefined += usize::from(value.is_nan());
            }
        }
        undefined
    }

    fn run_block<const N: usize>(
        &self,
        values: &[Input],
        series: &[&[f64]],
        row: usize,
        stack: &mut [[f64; BLOCK]; N],
    ) {
        for instruction in &self.code {
            let rows = &mut stack[usize::from(instruction.slot)..];
            match instruction.code {
                Code::Constant(constant) => rows[0].fill(constant),
                Code::Number(index) => read(values.get(index), row, finite, &mut rows[0]),
                Code::Flag(index) => read(values.get(index), row, read_flag, &mut rows[0]),
                Code::Present(index) => rows[0].fill(read_window(Window::Lag, 1, series.get(index))),
                Code::Window { window, series: index, needs } => {
                    rows[0].fill(read_window(window, needs, series.get(index)));
                }
                Code::One(operation) => one(operation, &mut rows[0]),
                Code::Two(operation) => {
                    if let [a, b, ..] = rows {
                        two(operation, a, b);
                    }
                }
                Code::Three(operation) => {
                    if let [a, b, c, ..] = rows {
                        three(operation, a, b, c);
                    }
                }
            }
        }
    }
}

fn read(input: Option<&Input>, row: usize, change: impl Fn(f64) -> f64, into: &mut [f64; BLOCK]) {
    match input {
        Some(&Input::Shared(value)) => into.fill(change(value)),
        Some(Input::Each(values)) => {
            let present = values.get(row..).unwrap_or_default();
            let length = present.len().min(BLOCK);
            for (into, &value) in into.iter_mut().zip(present) {
                *into = change(value);
            }
            into[length..].fill(f64::NAN);
        }
        None => into.fill(f64::NAN),
    }
}

fn one(operation: Unary, a: &mut [f64; BLOCK]) {
    for_each_operation!(operation, Unary {
        Negate Not Absolute SquareRoot Exponential Logarithm LogarithmTwo LogarithmTen Floor Ceiling Round Sign
        HyperbolicTangent Logistic
    }, |known| a.iter_mut().for_each(|a| *a = known.apply(*a)));
}

fn two(operation: Binary, a: &mut [f64; BLOCK], b: &[f64; BLOCK]) {
    for_each_operation!(operation, Binary {
        Add Subtract Multiply Divide Power Smaller Larger Less LessOrEqual Greater GreaterOrEqual Equal NotEqual And Or
    }, |known| a.iter_mut().zip(b).for_each(|(a, &b)| *a = known.apply(*a, b)));
}

fn three(operation: Ternary, a: &mut [f64; BLOCK], b: &[f64; BLOCK], c: &[f64; BLOCK]) {
    for_each_operation!(operation, Ternary { Choose Clamp }, |known| {
        a.iter_mut().zip(b).zip(c).for_each(|((a, &b), &c)| *a = known.apply(*a, b, c));
    });
}
