//! The standard deviation of the most recent values.

use walras_numerics::{StateError, StateVisitor};

use crate::moments::standard_deviation;

/// The sample standard deviation of the last `window` values.
///
/// The result is computed afresh from the window, in work proportional to it: an update that adds the newest and
/// takes off the oldest would drift over a long run. Memory is at most two windows.
#[derive(Debug, Clone)]
pub struct RollingDeviation {
    window: usize,
    /// The most recent values, oldest first. It grows to two windows before the older half is dropped, so that
    /// the window is always one slice and moving costs one copy per value on average.
    recent: Vec<f64>,
}

impl RollingDeviation {
    /// An empty window of that many values. Below 2 the deviation is never defined.
    #[must_use]
    pub fn new(window: usize) -> Self {
        Self { window, recent: Vec::new() }
    }

    /// The number of values that fill the window.
    #[must_use]
    pub fn window(&self) -> usize {
        self.window
    }

    /// Takes the next value. One that is not finite makes the deviation undefined while it is in the window.
    pub fn push(&mut self, value: f64) {
        if self.recent.len() >= self.window.saturating_mul(2) {
            self.drop_older();
        }
        // The bits of a NaN differ between processors, and infinities mean the same here.
        self.recent.push(if value.is_finite() { value } else { f64::NAN });
    }

    /// As [`crate::moments::standard_deviation`] of the last `window` values, to the bit; `None` before they are
    /// that many.
    #[must_use]
    pub fn standard_deviation(&self) -> Option<f64> {
        let start = self.recent.len().checked_sub(self.window)?;
        standard_deviation(&self.recent[start..])
    }

    fn drop_older(&mut self) {
        let surplus = self.recent.len().saturating_sub(self.window);
        self.recent.drain(..surplus);
    }

    /// Visits the values in the window, named under `prefix`.
    ///
    /// # Errors
    /// When more values are loaded than the window takes, besides the visitor's own.
    pub fn visit_state(&mut self, prefix: &str, v: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.drop_older();
        let name = format!("{prefix}.recent");
        v.f64s(&name, &mut self.recent)?;
        if self.recent.len() > self.window {
            let (found, window) = (self.recent.len(), self.window);
            return Err(StateError(format!("{name}: {found} values do not fit a window of {window}")));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_holds_at_most_two_windows() {
        let mut rolling = RollingDeviation::new(10);
        for i in 0..10_000 {
            rolling.push(f64::from(i));
            assert!(rolling.recent.len() <= 20 && rolling.recent.capacity() <= 32);
        }
        rolling.drop_older();
        assert_eq!(rolling.recent, (9_990..10_000).map(f64::from).collect::<Vec<_>>());
    }

    #[test]
    fn a_window_allocates_only_what_it_has_seen() {
        let mut rolling = RollingDeviation::new(usize::MAX);
        rolling.push(1.0);
        assert!(rolling.recent.capacity() < 100);
        assert_eq!(rolling.standard_deviation(), None);
    }
}
