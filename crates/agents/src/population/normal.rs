//! The normal distribution, cut off where asked.

use walras_catalog::{Bounds, entry};
use walras_numerics::{Column, Purpose, Stream};

use super::{Distribution, Setup};

entry! {
    /// The normal distribution; cut off below `minimum` and above `maximum` where these are given.
    ///
    /// A value outside is drawn again, so what remains has the normal density between the two, scaled up. A range so
    /// far out that 1,000 draws miss it is refused.
    pub struct Normal = "normal" {
        formula: "x_i = mean + deviation·z_i, z_i standard normal, drawn again until minimum ≤ x_i ≤ maximum",
        check: Normal::in_order,
        source: "G. E. P. Box and M. E. Muller, \"A note on the generation of random normal deviates\", 1958",
        /// The mean before the cut.
        mean: f64;
        /// The standard deviation before the cut.
        deviation: f64, within Bounds::from(0.0..);
        /// The least value; absent for none.
        minimum: Option<f64>;
        /// The greatest value; absent for none.
        maximum: Option<f64>;
    }
}

/// Draws after which a range is held to be out of reach; one normal takes four words of a stream's 16,380.
const ATTEMPTS_MAX: usize = 1000;

impl Normal {
    fn in_order(&self) -> Result<(), (&'static str, String)> {
        match (self.minimum, self.maximum) {
            (Some(low), Some(high)) if low >= high => {
                Err(("maximum", format!("`maximum` {high} is not above `minimum` {low}")))
            }
            _ => Ok(()),
        }
    }

    fn sample(&self, stream: &mut Stream) -> Result<f64, String> {
        let (low, high) = (self.minimum.unwrap_or(f64::MIN), self.maximum.unwrap_or(f64::MAX));
        for _ in 0..ATTEMPTS_MAX {
            let value = self.mean + self.deviation * stream.normal();
            if (low..=high).contains(&value) {
                return Ok(value);
            }
        }
        let range = match (self.minimum, self.maximum) {
            (Some(low), Some(high)) => format!("between {low} and {high}"),
            (Some(low), None) => format!("of at least {low}"),
            (None, _) => format!("of at most {high}"),
        };
        Err(format!(
            "a normal distribution with mean {} and deviation {} gave no value {range} in {ATTEMPTS_MAX} draws",
            self.mean, self.deviation
        ))
    }
}

impl Distribution for Normal {
    fn draw(&self, purpose: Purpose, setup: &mut Setup<'_>) -> Result<Column, String> {
        setup.each(purpose, |stream| self.sample(stream))
    }
}

#[cfg(test)]
mod tests {
    use super::super::sampling::{assert_moments, draw, read, try_draw};
    use super::*;
    use walras_numerics::elementary::{exp, sqrt};

    #[test]
    fn the_mean_and_variance_are_those_given() {
        let values = draw(&Normal { mean: 5.0, deviation: 2.0, minimum: None, maximum: None });
        assert_moments(&values, 5.0, 4.0);
    }

    /// Cut at its mean from below, a normal is a half-normal: mean σ·√(2/π), variance σ²·(1 − 2/π).
    #[test]
    fn cut_at_the_mean_it_is_the_half_normal() {
        let values = draw(&Normal { mean: 0.0, deviation: 3.0, minimum: Some(0.0), maximum: None });
        let two_over_pi = std::f64::consts::FRAC_2_PI;
        assert_moments(&values, 3.0 * sqrt(two_over_pi), 9.0 * (1.0 - two_over_pi));
    }

    /// Cut to one deviation on both sides the variance is 1 − 2·φ(1)/(Φ(1) − Φ(−1)) of the whole, and
    /// Φ(1) − Φ(−1) = erf(1/√2) = 0.682689492137….
    #[test]
    fn cut_on_both_sides_it_stays_within_and_has_the_variance_of_theory() {
        let values = draw(&Normal { mean: 1.0, deviation: 1.0, minimum: Some(0.0), maximum: Some(2.0) });
        assert!(values.iter().all(|x| (0.0..=2.0).contains(x)));
        let density = exp(-0.5) / sqrt(std::f64::consts::TAU);
        assert_moments(&values, 1.0, 1.0 - 2.0 * density / 0.682_689_492_137_085_9);
    }

    #[test]
    fn a_range_out_of_reach_is_refused_in_words() {
        let far = Normal { mean: 0.0, deviation: 1.0, minimum: Some(50.0), maximum: Some(51.0) };
        let message = try_draw(&far).unwrap_err();
        assert!(message.contains("gave no value between 50 and 51 in 1000 draws"), "{message}");
        let nothing = Normal { mean: 0.0, deviation: 0.0, minimum: None, maximum: Some(-1.0) };
        assert!(try_draw(&nothing).unwrap_err().contains("of at most -1"));
    }

    #[test]
    fn an_empty_range_is_refused_when_read() {
        let written = [("mean", 0.0), ("deviation", 1.0), ("minimum", 1.0), ("maximum", 1.0)];
        let problem = read::<Normal>(&written).unwrap_err();
        assert_eq!(problem.message, "`maximum` 1 is not above `minimum` 1");
    }
}
