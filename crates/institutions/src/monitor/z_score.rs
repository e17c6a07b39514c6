//! Distance from the recent mean.

use walras_catalog::{choice, entry};
use walras_numerics::elementary::sqrt;
use walras_numerics::sum::{mean, sum_by};

use super::window::{HEAD, Window, push};
use super::{Monitor, Seen, Verdict, Watches, memory_of, number};

choice! {
    /// On which side a number must be for an alert.
    pub enum Side {
        /// On either.
        Both = "both",
        /// Only above.
        Above = "above",
        /// Only below.
        Below = "below",
    }
}

entry! {
    /// An alert where a number is further from the mean of those before it than their deviations allow.
    ///
    /// The window holds the numbers before the one that is judged. Until it is full, and while it does not vary, nothing is
    /// said.
    pub struct ZScore = "z_score" {
        formula: "z = (x_t − m)/s, m and s mean and sample standard deviation of x_{t−w} … x_{t−1}; alert where |z| > limit",
        source: "W. A. Shewhart, \"Economic Control of Quality of Manufactured Product\", 1931, with a moving window",
        /// w: how many numbers before it one is compared with.
        window: u32 = 50, within 2.0..=4096.0, unit "step";
        /// The most standard deviations that are in order.
        limit: f64 = 3.0, within 0.0..=1e9;
        /// On which side.
        side: Side = Side::Both;
    }
}

impl Monitor for ZScore {
    fn watches(&self) -> Watches<'_> {
        Watches::Number
    }

    fn memory(&self, _: usize) -> Result<Vec<f64>, String> {
        memory_of(1, self.window, HEAD)
    }

    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Some(x) = number(seen) else { return Verdict::Quiet };
        let window = Window::of(memory);
        let verdict = if window.is_full() { self.judge(score(&window, x)) } else { Verdict::Quiet };
        push(memory, x);
        verdict
    }
}

impl ZScore {
    fn judge(&self, score: f64) -> Verdict {
        let above = self.side != Side::Below && score > self.limit;
        let below = self.side != Side::Above && score < -self.limit;
        match (above || below) && score.is_finite() {
            true => Verdict::Alert { level: if above { self.limit } else { -self.limit }, value: score },
            false => Verdict::Quiet,
        }
    }
}

/// How many standard deviations of a window `x` is from its mean; not finite where it does not vary.
fn score(window: &Window<'_>, x: f64) -> f64 {
    let values = window.values();
    let mean = mean(values);
    let square = |i: usize| (values[i] - mean) * (values[i] - mean);
    (x - mean) / sqrt(sum_by(values.len(), square) / (values.len() as f64 - 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::laws::alerts;

    fn monitor(side: Side) -> ZScore {
        ZScore { window: 4, limit: 1.0, side }
    }

    /// Of 1, 2, 3, 4 the mean is 5/2 and the deviation √(5/3); the number judged is no part of them.
    #[test]
    fn the_score_is_against_the_numbers_before() {
        let verdicts: Vec<Verdict> = alerts(&monitor(Side::Both), &[1.0, 2.0, 3.0, 4.0, 8.5]).collect();
        assert!(verdicts[..4].iter().all(|verdict| !verdict.is_alert()));
        let Verdict::Alert { level, value } = verdicts[4] else { panic!("{verdicts:?}") };
        assert!(level == 1.0 && (value - 6.0 / (5.0_f64 / 3.0).sqrt()).abs() < 1e-12, "{value}");
    }

    #[test]
    fn a_side_can_be_left_out() {
        let last = |side, x| alerts(&monitor(side), &[1.0, 2.0, 3.0, 4.0, x]).last().unwrap().is_alert();
        assert_eq!([9.0, -9.0].map(|x| last(Side::Above, x)), [true, false]);
        assert_eq!([9.0, -9.0].map(|x| last(Side::Below, x)), [false, true]);
        assert_eq!([9.0, -9.0].map(|x| last(Side::Both, x)), [true, true]);
    }

    #[test]
    fn a_window_that_does_not_vary_says_nothing() {
        assert!(alerts(&monitor(Side::Both), &[3.0, 3.0, 3.0, 3.0, 9.0]).all(|verdict| !verdict.is_alert()));
    }
}
