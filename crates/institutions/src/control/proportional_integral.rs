//! The proportional–integral controller.

use walras_catalog::{choice, entry};

use super::{AntiWindup, Controller, Input, ProportionalIntegralDerivative};

choice! {
    /// Which way a controller acts.
    pub enum Action {
        /// The parameter rises when the measure is below its target: e = target − measure.
        Reverse = "reverse",
        /// The parameter rises when the measure is above its target: e = measure − target.
        Direct = "direct",
    }
}

choice! {
    /// How a controller's output changes the parameter from its initial value Φ₀.
    pub enum Output {
        /// Φ = Φ₀ + u, with u in the parameter's unit.
        Additive = "additive",
        /// Φ = Φ₀·(1 + u), with u a pure number.
        Multiplicative = "multiplicative",
    }
}

entry! {
    /// Feedback that holds a measure at its target: in proportion to the error, and to its sum over time.
    ///
    /// The integral is the trapezoidal sum of the error over steps, of which a part λ is kept from each step to the
    /// next (λ = 1 is the textbook's). It does not wind up: where the error would drive the parameter beyond a bound,
    /// the integral takes in only what brings it to the bound, and nothing while it is there. The first error
    /// adds nothing to the integral, having no interval behind it. While the measure is undefined nothing
    /// changes: the parameter stays, and the integral neither grows nor leaks.
    pub struct ProportionalIntegral = "proportional_integral" {
        formula: "u = K_P·e + K_I·I, I ← λ^k·I + k·(e + e₋)/2 every k steps, Φ = Φ₀ + u or Φ₀·(1 + u), held within [low, high]",
        check: |this| if this.low < this.high { Ok(()) } else {
            Err(("high", format!("the bounds are empty: {} is not above {}", this.high, this.low)))
        },
        source: "K. J. Åström and T. Hägglund, \"PID Controllers\", 2nd ed. 1995, chapter 3; leak as in Reflexer's RAI, PIRawPerSecondCalculator",
        /// The measure's value to hold.
        target: f64, unit "measure";
        /// K_P: how much the output answers the error itself.
        proportional_gain: f64 = 0.0, within -1e300..=1e300, unit "output/measure";
        /// K_I: how much the output answers the error's sum over time.
        integral_gain: f64 = 0.0, within -1e300..=1e300, unit "output/(measure·step)";
        /// λ: the part of the integral that is kept from step to step.
        leak: f64 = 1.0, within 0.0..=1.0;
        /// The least value the parameter is set to.
        low: f64, unit "parameter";
        /// The greatest value the parameter is set to.
        high: f64, unit "parameter";
        /// k: steps from one action to the next; the first is at the end of step 0.
        every: u32 = 1, within 1.0..=1e9, unit "step";
        /// How the output changes the parameter.
        output: Output = Output::Additive;
        /// Which way it acts.
        action: Action = Action::Reverse;
    }
}

/// What is remembered: the integral, the last error, and 1 once there is one.
const INTEGRAL: usize = 0;
const ERROR: usize = 1;
const OBSERVED: usize = 2;

impl Controller for ProportionalIntegral {
    fn memory(&self) -> usize {
        3
    }

    fn needs_measure(&self) -> bool {
        true
    }

    fn next(&self, input: &Input, memory: &mut [f64]) -> Option<f64> {
        // Without derivative there is no slope to remember.
        let mut whole = [memory[INTEGRAL], memory[ERROR], memory[OBSERVED], 0.0];
        let next = self.without_derivative().next(input, &mut whole);
        memory.copy_from_slice(&whole[..self.memory()]);
        next
    }
}

impl ProportionalIntegral {
    /// The same controller with a third part that does nothing.
    fn without_derivative(&self) -> ProportionalIntegralDerivative {
        let Self { target, proportional_gain, integral_gain, leak, low, high, every, output, action } = *self;
        ProportionalIntegralDerivative {
            target,
            proportional_gain,
            integral_gain,
            derivative_gain: 0.0,
            derivative_filter: 0.0,
            leak,
            dead_band: 0.0,
            rate_limit: None,
            low,
            high,
            anti_windup: AntiWindup::Clamping,
            tracking_time: 1.0,
            every,
            output,
            action,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn controller() -> ProportionalIntegral {
        ProportionalIntegral {
            target: 2.0,
            proportional_gain: 0.5,
            integral_gain: 0.25,
            leak: 1.0,
            low: -1e9,
            high: 1e9,
            every: 1,
            output: Output::Additive,
            action: Action::Reverse,
        }
    }

    /// The parameter at steps 1, 2, … for given measures, from an initial value of 10.
    fn respond(controller: &ProportionalIntegral, measures: &[f64]) -> Vec<f64> {
        let mut memory = vec![0.0; controller.memory()];
        let mut current = 10.0;
        let next = |(step, &measure): (usize, &f64)| {
            let input = Input { step: step as u32, current, initial: 10.0, measure };
            current = controller.next(&input, &mut memory).unwrap_or(current);
            current
        };
        measures.iter().enumerate().map(next).collect()
    }

    /// A constant error e gives Φ₀ + K_P·e at once and a ramp of K_I·e a step: the textbook's step response.
    #[test]
    fn the_step_response_is_a_jump_and_a_ramp() {
        assert_eq!(respond(&controller(), &[1.0; 4]), [10.5, 10.75, 11.0, 11.25]);
        let direct = ProportionalIntegral { action: Action::Direct, ..controller() };
        assert_eq!(respond(&direct, &[1.0; 4]), [9.5, 9.25, 9.0, 8.75]);
        let relative = ProportionalIntegral { output: Output::Multiplicative, ..controller() };
        assert_eq!(respond(&relative, &[1.0; 4]), [15.0, 17.5, 20.0, 22.5]);
    }

    /// The trapezoidal rule is exact for an error that grows in a straight line: ∫₀ᵗ s ds = t²/2.
    #[test]
    fn the_integral_of_a_ramp_is_its_area() {
        let integral = ProportionalIntegral { proportional_gain: 0.0, integral_gain: 1.0, ..controller() };
        let measures: Vec<f64> = (0..50).map(|t| 2.0 - f64::from(t)).collect();
        for (t, value) in respond(&integral, &measures).into_iter().enumerate() {
            assert_eq!(value, 10.0 + (t * t) as f64 / 2.0);
        }
    }

    #[test]
    fn it_acts_every_few_steps_and_counts_all_of_them() {
        let slow = ProportionalIntegral { every: 4, ..controller() };
        let values = respond(&slow, &[1.0; 9]);
        assert_eq!(values, [10.5, 10.5, 10.5, 10.5, 11.5, 11.5, 11.5, 11.5, 12.5]);
    }

    /// With a constant error e the leaking integral tends to k·e/(1 − λ^k), the sum of a geometric series.
    #[test]
    fn a_leaking_integral_has_a_limit() {
        for every in [1_u32, 5] {
            let leaking = ProportionalIntegral { leak: 0.9, every, proportional_gain: 0.0, ..controller() };
            let last = *respond(&leaking, &[1.0; 2000]).last().unwrap();
            let limit = 0.25 * f64::from(every) / (1.0 - 0.9_f64.powi(every as i32));
            assert!((last - 10.0 - limit).abs() < 1e-12, "{last}");
        }
    }

    /// The plant y' = a·y + b·Φ under proportional control alone has the pole a − b·K_P, and with an integral no error
    /// is left (Åström and Hägglund, sections 2.4 and 3.2).
    #[test]
    fn the_closed_loop_has_its_pole_and_no_lasting_error() {
        let (a, b) = (0.8, 0.1);
        let run = |controller: &ProportionalIntegral, steps: u32| {
            let mut memory = vec![0.0; 3];
            let (mut y, mut current, mut path) = (0.0, 0.0, Vec::new());
            for step in 0..steps {
                let input = Input { step, current, initial: 0.0, measure: y };
                current = controller.next(&input, &mut memory).unwrap_or(current);
                y = a * y + b * current;
                path.push(y);
            }
            path
        };
        let proportional = ProportionalIntegral { proportional_gain: 3.0, integral_gain: 0.0, ..controller() };
        let path = run(&proportional, 30);
        let rest = b * 3.0 * 2.0 / (1.0 - (a - b * 3.0));
        for pair in path.windows(2).take(15) {
            assert!(((pair[1] - rest) / (pair[0] - rest) - (a - b * 3.0)).abs() < 1e-9);
        }
        let last = *run(&controller(), 500).last().unwrap();
        assert!((last - 2.0).abs() < 1e-9, "{last}");
        assert!((path[29] - 2.0).abs() > 0.5, "the proportional controller alone leaves an error");
    }

    /// A thousand steps at the bound wind nothing up: the parameter leaves it as soon as the error turns.
    #[test]
    fn the_integral_does_not_wind_up_at_a_bound() {
        let bounded = ProportionalIntegral { low: 9.0, high: 11.0, ..controller() };
        let mut measures = vec![1.0; 1000];
        measures.extend([3.0; 3]);
        let values = respond(&bounded, &measures);
        assert_eq!(values[..5], [10.5, 10.75, 11.0, 11.0, 11.0]);
        assert_eq!(values[999], 11.0);
        // Held at I = 2 since step 2; errors of −1 then give 10 − 0.5 + 0.25·I with I = 2, 1, 0.
        assert_eq!(values[1000..], [10.0, 9.75, 9.5]);
        let inverted = ProportionalIntegral { integral_gain: -0.25, proportional_gain: -0.5, ..bounded };
        assert_eq!(respond(&inverted, &measures)[1000..], [10.0, 10.25, 10.5]);
    }

    /// An integral too strong for its bounds goes to the bound and no further; refusing all of what oversteps would
    /// leave the parameter where it was for ever.
    #[test]
    fn a_strong_integral_reaches_its_bound() {
        let strong =
            ProportionalIntegral { low: 9.0, high: 11.0, proportional_gain: 0.0, integral_gain: 64.0, ..controller() };
        assert_eq!(respond(&strong, &[1.0, 1.0, 1.0, 2.0078125, 2.0078125]), [10.0, 11.0, 11.0, 11.0, 10.5]);
    }

    #[test]
    fn an_undefined_measure_changes_nothing() {
        let nan = f64::NAN;
        assert_eq!(respond(&controller(), &[nan, nan, 1.0, nan, 1.0]), [10.0, 10.0, 10.5, 10.5, 10.75]);
    }

    /// Two updates an hour apart, one step a second, with gains, leak and errors of a deployed calculator's own test;
    /// the integral and the rates are what its integer arithmetic gives (open-dollar/od-contracts,
    /// `PIScaledPerSecondCalculator.t.sol`, `test_normalized_pi_result`).
    #[test]
    fn equals_a_deployed_calculator() {
        let calculator = ProportionalIntegral {
            target: 0.0,
            proportional_gain: 2_893_518_518_518e-18,
            integral_gain: 803_755_144e-18,
            leak: 0.999_997_208_243_937_7,
            low: 0.0,
            high: 1e9,
            every: 3600,
            output: Output::Additive,
            action: Action::Reverse,
        };
        let mut memory = vec![0.0; 3];
        let mut rate = 1.0;
        for (step, error, expected) in
            [(0, 0.05, 1.000_000_144_675_926), (3600, 0.050_494_662_801_263_7, 1.000_000_291_498_826)]
        {
            let input = Input { step, current: rate, initial: 1.0, measure: -error };
            rate = calculator.next(&input, &mut memory).unwrap();
            assert!((rate - expected).abs() < 1e-15, "{rate} is not {expected}");
        }
        assert!((memory[INTEGRAL] - 180.890_393_042_274_65).abs() < 1e-12, "{}", memory[INTEGRAL]);
    }
}
