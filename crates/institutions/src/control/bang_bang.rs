//! Two values.

use walras_catalog::entry;

use super::{Controller, Input};

entry! {
    /// The parameter has one of two values: one after the measure was low, the other after it was high.
    ///
    /// Between the two thresholds it keeps what it has, so that it does not switch with every movement of the measure; before
    /// the first crossing that is the parameter's own value.
    pub struct BangBang = "bang_bang" {
        formula: "Φ = value_below once x < lower, value_above once x > upper, else as it was",
        check: |this| if this.lower <= this.upper { Ok(()) } else {
            Err(("upper", format!("the thresholds are the wrong way round: {} is under {}", this.upper, this.lower)))
        },
        source: "I. Flügge-Lotz, \"Discontinuous Automatic Control\", 1953",
        /// Below which measure the parameter takes `value_below`.
        lower: f64, unit "measure";
        /// Above which measure it takes `value_above`.
        upper: f64, unit "measure";
        /// Its value when the measure was low.
        value_below: f64, unit "parameter";
        /// Its value when the measure was high.
        value_above: f64, unit "parameter";
    }
}

impl Controller for BangBang {
    fn needs_measure(&self) -> bool {
        true
    }

    fn next(&self, input: &Input, _: &mut [f64]) -> Option<f64> {
        if !input.measure.is_finite() {
            return None;
        }
        let value = match input.measure {
            measure if measure < self.lower => self.value_below,
            measure if measure > self.upper => self.value_above,
            _ => return None,
        };
        (value != input.current).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::plant::{FirstOrder, respond};

    #[test]
    fn between_the_thresholds_it_keeps_what_it_has() {
        let thermostat = BangBang { lower: 19.0, upper: 21.0, value_below: 1.0, value_above: 0.0 };
        let measures = [20.0, 18.9, 20.0, 21.0, 21.1, 20.0, 19.0, 18.0];
        assert_eq!(respond(&thermostat, &measures), [10.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    }

    /// A measure that keeps 0.9 of itself and tends to 10 or 0 stays within a step's reach of the thresholds: it rises by
    /// at most 0.1·(10 − 4) beyond 6 and falls by at most 0.1·4 below 4.
    #[test]
    fn the_measure_cycles_about_the_thresholds() {
        let controller = BangBang { lower: 4.0, upper: 6.0, value_below: 1.0, value_above: 0.0 };
        let (path, _) = FirstOrder { keeps: 0.9, gain: 1.0 }.run(&controller, 300);
        let settled = &path[20..];
        let (low, high) = settled.iter().fold((f64::MAX, f64::MIN), |(low, high), &y| (low.min(y), high.max(y)));
        assert!((4.0 * 0.9..4.0).contains(&low) && high > 6.0 && high <= 6.0 * 0.9 + 1.0, "{low} to {high}");
        // y·0.9ⁿ < 4 from above 6 takes 4 to 5 steps, and 10 − (10 − y)·0.9ⁿ > 6 from below 4 as many.
        let crossings = settled.windows(2).filter(|pair| pair[0] <= 6.0 && pair[1] > 6.0).count();
        assert!((280 / 12..=280 / 8).contains(&crossings), "{crossings} cycles");
    }
}
