//! A fast and a slow moving average of the price: a part of what trend rules say.

use std::ops::Range;

use walras_numerics::elementary::ln;
use walras_numerics::{CHUNK, Column};

use crate::observation::{Past, View};
use crate::population::{PerAgent, Setup};

/// A number of steps for each agent, drawn as any parameter; fractions are dropped.
#[derive(Debug, Clone)]
pub struct Windows {
    steps: Column<u32>,
    longest: u32,
}

impl Windows {
    /// Draws the windows of a cohort.
    ///
    /// # Errors
    /// When one cannot be drawn.
    pub fn new(name: &str, windows: &PerAgent, setup: &mut Setup<'_>) -> Result<Self, String> {
        let steps = match setup.parameter(name, windows)? {
            Column::Constant(steps, _) => Column::constant(steps as u32),
            Column::Each(steps) => Column::Each(steps.into_iter().map(|steps| steps as u32).collect()),
        };
        let longest = match &steps {
            Column::Constant(steps, _) => *steps,
            Column::Each(steps) => steps.iter().copied().max().unwrap_or(1),
        };
        Ok(Self { steps, longest })
    }

    /// The window of the agent at `row`, in steps.
    #[must_use]
    pub fn get(&self, row: usize) -> u32 {
        self.steps.get(row)
    }

    /// The windows of the agents in `rows`, which span at most one chunk.
    #[must_use]
    pub fn chunk(&self, rows: Range<usize>) -> &[u32] {
        self.steps.chunk(rows)
    }

    /// The longest window of the cohort, in steps.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.longest as usize
    }

    /// Writes each agent's trend, the mean logarithmic return of a step over its window; over all steps while there are
    /// fewer, and 0 without any or without a price.
    pub fn trends(&self, view: &View<'_>, history: Past<'_>, trends: &mut [f64; CHUNK]) {
        let trend = |steps: usize| {
            let steps = steps.min(history.len() - 1);
            let trend = ln(history.price(0) / history.price(steps)) / steps as f64;
            if trend.is_finite() { trend } else { 0.0 }
        };
        self.each(view, trend, &mut trends[..view.len()]);
    }

    /// Writes the average price over each agent's window; over all prices while there are fewer.
    pub fn averages(&self, view: &View<'_>, history: Past<'_>, averages: &mut [f64; CHUNK]) {
        self.each(view, |steps| history.average(steps), &mut averages[..view.len()]);
    }

    /// Writes what `of` says of each agent's window.
    fn each(&self, view: &View<'_>, of: impl Fn(usize) -> f64, values: &mut [f64]) {
        let steps = self.steps.chunk(view.rows.clone());
        if let Some(steps) = self.steps.shared() {
            values.fill(of(steps as usize));
        } else if self.longest() <= view.len() {
            // Fewer windows than agents: each is worked out once.
            let mut table = [0.0; CHUNK];
            for (value, steps) in table[..self.longest()].iter_mut().zip(1..) {
                *value = of(steps);
            }
            for (value, &steps) in values.iter_mut().zip(steps) {
                *value = table[steps.max(1) as usize - 1];
            }
        } else {
            for (value, &steps) in values.iter_mut().zip(steps) {
                *value = of(steps as usize);
            }
        }
    }
}

/// Each agent's fast and slow average.
#[derive(Debug, Clone)]
pub struct Crossing {
    fast: Windows,
    slow: Windows,
}

impl Crossing {
    /// Draws the windows of a cohort.
    ///
    /// # Errors
    /// When one cannot be drawn, or a fast window is not shorter than the slow one.
    pub fn new(fast: &PerAgent, slow: &PerAgent, setup: &mut Setup<'_>) -> Result<Self, String> {
        let fast = Windows::new("fast", fast, setup)?;
        let slow = Windows::new("slow", slow, setup)?;
        match (0..setup.size).find(|&row| fast.get(row) >= slow.get(row)) {
            None => Ok(Self { fast, slow }),
            Some(row) => Err(format!(
                "agent {row} has a `fast` window of {} steps, which is not shorter than its `slow` one of {}",
                fast.get(row),
                slow.get(row)
            )),
        }
    }

    /// The longest window of the cohort, in steps.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.slow.longest()
    }

    /// Writes how far the fast average is above the slow one, as a share of the slow; 0 where the slow one is zero.
    pub fn signal(&self, view: &View<'_>, history: Past<'_>, signal: &mut [f64; CHUNK]) {
        let mut slow = [0.0; CHUNK];
        self.fast.averages(view, history, signal);
        self.slow.averages(view, history, &mut slow);
        for (signal, slow) in signal[..view.len()].iter_mut().zip(slow) {
            *signal = if slow > 0.0 { *signal / slow - 1.0 } else { 0.0 };
        }
    }
}
