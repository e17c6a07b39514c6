//! How much the price moved lately: a part of what market makers and others that fear volatility say.

use walras_numerics::elementary::ln;

use crate::observation::Past;

/// The root of the mean square of f(last, this) over the last `window` steps, or as many as there are; 0 when there are
/// none or a price is missing.
fn root_mean_square(history: Past<'_>, window: usize, change: impl Fn(f64, f64) -> f64) -> f64 {
    let steps = window.min(history.len().saturating_sub(1));
    if history.is_empty() || steps == 0 {
        return 0.0;
    }
    let mut now = history.price(0);
    let mut squares = 0.0;
    for lag in 1..=steps {
        let before = history.price(lag);
        let step = change(before, now);
        squares += step * step;
        now = before;
    }
    let found = (squares / steps as f64).sqrt();
    if found.is_finite() { found } else { 0.0 }
}

/// The standard deviation of a step's logarithmic return about zero, over the last `window` steps.
#[must_use]
pub fn of_returns(history: Past<'_>, window: usize) -> f64 {
    root_mean_square(history, window, |before, now| ln(now / before))
}

/// The standard deviation of a step's change of the price about zero, in numeraire, over the last `window` steps.
#[must_use]
pub fn of_changes(history: Past<'_>, window: usize) -> f64 {
    root_mean_square(history, window, |before, now| now - before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::History;

    #[test]
    fn the_root_of_the_mean_square_of_the_last_steps() {
        let mut history = History::new(10);
        assert_eq!(of_changes(history.seen_late(0), 5), 0.0);
        [100.0, 7.0, 10.0, 14.0].into_iter().for_each(|price| history.push(price));
        // Steps of 3 and 4 make the root of 25/2.
        assert!((of_changes(history.seen_late(0), 2) - 12.5_f64.sqrt()).abs() < 1e-15);
        let (a, b) = ((10.0_f64 / 7.0).ln(), 1.4_f64.ln());
        assert!((of_returns(history.seen_late(0), 2) - ((a * a + b * b) / 2.0).sqrt()).abs() < 1e-15);
        // Seen a step late the last one is not there yet.
        assert_eq!(of_changes(history.seen_late(1), 1), 3.0);
        history.push(0.0);
        assert_eq!(of_returns(history.seen_late(0), 1), 0.0);
    }
}
