//! How much the price moved lately: a part of what market makers and others that fear volatility say.

use walras_numerics::CHUNK;
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

/// Writes for each window, in steps, what [`of_returns`] says of it, in one sweep over the longest.
pub fn over_windows(history: Past<'_>, windows: &[u32], volatilities: &mut [f64]) {
    volatilities.fill(0.0);
    if history.is_empty() {
        return;
    }
    let mut order = [0_u16; CHUNK];
    let order = &mut order[..windows.len()];
    order.iter_mut().zip(0..).for_each(|(place, i)| *place = i);
    order.sort_unstable_by_key(|&i| windows[usize::from(i)]);
    let (mut lag, mut squares, mut now) = (0, 0.0, history.price(0));
    for i in order.iter().map(|&i| usize::from(i)) {
        let steps = (windows[i] as usize).min(history.len() - 1);
        while lag < steps {
            lag += 1;
            let before = history.price(lag);
            let step = ln(now / before);
            squares += step * step;
            now = before;
        }
        let found = (squares / lag as f64).sqrt();
        volatilities[i] = if found.is_finite() { found } else { 0.0 };
    }
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

    #[test]
    fn one_sweep_says_of_each_window_what_its_own_sweep_says() {
        let mut history = History::new(50);
        let windows = [7, 1, 200, 20, 49, 7, 0];
        for step in 0..80 {
            history.push(100.0 + f64::from(step * 37 % 11));
            let mut found = [f64::NAN; 7];
            over_windows(history.seen_late(0), &windows, &mut found);
            for (found, &window) in found.iter().zip(&windows) {
                assert_eq!(*found, of_returns(history.seen_late(0), window as usize), "{window}");
            }
        }
    }
}
