//! Volatility at several intervals in one pass over prices.

use std::collections::VecDeque;

use walras_numerics::elementary::ln;
use walras_numerics::{StateError, StateVisitor};

use crate::defined::{defined, is_positive};

/// Sums over the log returns of one interval, all starting points used.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Sums {
    returns: f64,
    squares: f64,
}

/// Sums over the overlapping log returns of each of some intervals, from the prices so far. Memory is the longest
/// interval.
#[derive(Debug, Clone, PartialEq)]
pub struct RunningSignature {
    intervals: Vec<usize>,
    count: u64,
    first: f64,
    /// Logarithms of the latest prices, the newest last.
    recent: VecDeque<f64>,
    sums: Vec<Sums>,
    /// False once a price was not finite and above zero.
    is_defined: bool,
}

impl RunningSignature {
    /// For these intervals, each in steps; one of 0 is never defined.
    #[must_use]
    pub fn new(intervals: &[usize]) -> Self {
        Self {
            intervals: intervals.to_vec(),
            count: 0,
            first: 0.0,
            recent: VecDeque::new(),
            sums: vec![Sums::default(); intervals.len()],
            is_defined: true,
        }
    }

    /// The intervals, in steps.
    #[must_use]
    pub fn intervals(&self) -> &[usize] {
        &self.intervals
    }

    /// Takes the next price.
    pub fn push(&mut self, price: f64) {
        self.is_defined &= is_positive(price);
        if !self.is_defined {
            return;
        }
        let now = ln(price);
        if self.count == 0 {
            self.first = now;
        }
        self.count += 1;
        for (sums, &interval) in self.sums.iter_mut().zip(&self.intervals) {
            let before = self.recent.len().checked_sub(interval).and_then(|at| self.recent.get(at));
            if let Some(before) = before {
                sums.returns += now - before;
                sums.squares += (now - before) * (now - before);
            }
        }
        self.recent.push_back(now);
        let longest = self.intervals.iter().copied().max().unwrap_or(0).max(1);
        while self.recent.len() > longest {
            self.recent.pop_front();
        }
    }

    /// How many prices are remembered.
    #[cfg(test)]
    pub(super) fn recent_len(&self) -> usize {
        self.recent.len()
    }

    /// How many returns of an interval there are.
    fn returns(&self, interval: usize) -> Option<u64> {
        let interval = interval as u64;
        self.count.checked_sub(interval).filter(|&returns| self.is_defined && interval > 0 && returns > 0)
    }

    /// The entry for the interval at this place of [`crate::discovery::volatility_signature`].
    #[must_use]
    pub fn volatility(&self, at: usize) -> Option<f64> {
        let interval = *self.intervals.get(at)?;
        let returns = self.returns(interval)? as f64;
        defined((self.sums[at].squares / returns / interval as f64).sqrt())
    }

    /// As the ratio of [`crate::discovery::variance_ratio`] for the interval at this place; an interval of 1 must be
    /// among the intervals.
    #[must_use]
    pub fn variance_ratio(&self, at: usize) -> Option<f64> {
        let q = *self.intervals.get(at)?;
        let steps = self.returns(1)?;
        if q < 2 || q as u64 > steps / 2 {
            return None;
        }
        let one = self.sums[self.intervals.iter().position(|&interval| interval == 1)?];
        let (count, width) = (steps as f64, q as f64);
        let drift = (self.recent.back()? - self.first) / count;
        // Σ(x − nμ)² = Σx² − 2nμ Σx + n²μ² over all x.
        let about =
            |sums: Sums, returns: f64, shift: f64| sums.squares - 2.0 * shift * sums.returns + returns * shift * shift;
        let total = about(one, count, drift);
        // Without variation beyond rounding there is no ratio.
        if !is_positive(total) || total <= 1e-14 * one.squares {
            return None;
        }
        let long = about(self.sums[at], count - width + 1.0, width * drift);
        let freedom = width * (count - width + 1.0) * (1.0 - width / count);
        defined((long / freedom) / (total / (count - 1.0)))
    }

    /// Visits every number held, each named under `prefix`.
    ///
    /// # Errors
    /// When the sums loaded are of other intervals, besides the visitor's own.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        v.u64(&format!("{prefix}.count"), &mut self.count)?;
        v.f64(&format!("{prefix}.first"), &mut self.first)?;
        let mut recent: Vec<f64> = self.recent.iter().copied().collect();
        v.f64s(&format!("{prefix}.recent"), &mut recent)?;
        self.recent = recent.into();
        let mut flat: Vec<f64> = self.sums.iter().flat_map(|sums| [sums.returns, sums.squares]).collect();
        v.f64s(&format!("{prefix}.sums"), &mut flat)?;
        if flat.len() != 2 * self.intervals.len() {
            return Err(StateError(format!("{prefix}.sums: {} numbers for {} intervals", flat.len(), self.sums.len())));
        }
        self.sums = flat.chunks(2).map(|two| Sums { returns: two[0], squares: two[1] }).collect();
        v.bool(&format!("{prefix}.is_defined"), &mut self.is_defined)
    }
}
