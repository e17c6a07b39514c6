//! The proportional–integral–derivative controller.

use walras_catalog::{Bounds, choice, entry};
use walras_numerics::elementary::pow;

use super::feedback::Law;
use super::{Action, Controller, Input, Output};

choice! {
    /// What keeps the integral from growing while the parameter is held at a bound.
    pub enum AntiWindup {
        /// It takes in only what brings the parameter to the bound.
        Clamping = "clamping",
        /// What the bound cuts off is taken from it, over the tracking time.
        BackCalculation = "back_calculation",
    }
}

entry! {
    /// Feedback that holds a measure at its target: in proportion to the error, to its sum over time, and to how fast it
    /// changes.
    ///
    /// The integral is the trapezoidal sum of the error, of which a part λ is kept from each step to the next. The
    /// derivative is the error's change a step, smoothed over the filter's time. An error within the dead band counts as none.
    /// The parameter moves by at most `rate_limit` a step. Without derivative, dead band and rate limit, and by
    /// clamping, it is the proportional–integral controller. While the measure is undefined nothing changes.
    pub struct ProportionalIntegralDerivative = "proportional_integral_derivative" {
        formula: "u = K_P·e + K_I·I + K_D·D, I ← λ^k·I + k·(e + e₋)/2, D ← (T_f·D + (e − e₋))/(T_f + k) every k steps, Φ = Φ₀ + u or Φ₀·(1 + u), held within [low, high] and within k·rate_limit of what it is; back-calculation: I ← I − min(1, k/T_t)·(what was cut off)/K_I",
        check: |this| if this.low < this.high { Ok(()) } else {
            Err(("high", format!("the bounds are empty: {} is not above {}", this.high, this.low)))
        },
        source: "K. J. Åström and T. Hägglund, \"PID Controllers\", 2nd ed. 1995, chapter 3",
        /// The measure's value to hold.
        target: f64, unit "measure";
        /// K_P: how much the output answers the error itself.
        proportional_gain: f64 = 0.0, within -1e300..=1e300, unit "output/measure";
        /// K_I: how much the output answers the error's sum over time.
        integral_gain: f64 = 0.0, within -1e300..=1e300, unit "output/(measure·step)";
        /// K_D: how much the output answers the error's change.
        derivative_gain: f64 = 0.0, within -1e300..=1e300, unit "output·step/measure";
        /// T_f: over what time the derivative is smoothed; 0 for not at all.
        derivative_filter: f64 = 0.0, within 0.0..=1e9, unit "step";
        /// λ: the part of the integral that is kept from step to step.
        leak: f64 = 1.0, within 0.0..=1.0;
        /// The greatest error that counts as none.
        dead_band: f64 = 0.0, within 0.0..=1e300, unit "measure";
        /// The most that the parameter moves in a step; absent for no limit.
        rate_limit: Option<f64>, within Bounds::above_to(0.0, 1e300), unit "parameter/step";
        /// The least value the parameter is set to.
        low: f64, unit "parameter";
        /// The greatest value the parameter is set to.
        high: f64, unit "parameter";
        /// What keeps the integral from winding up.
        anti_windup: AntiWindup = AntiWindup::Clamping;
        /// T_t: over what time back-calculation takes from the integral.
        tracking_time: f64 = 1.0, within Bounds::above_to(0.0, 1e9), unit "step";
        /// k: steps from one action to the next; the first is at the end of step 0.
        every: u32 = 1, within 1.0..=1e9, unit "step";
        /// How the output changes the parameter.
        output: Output = Output::Additive;
        /// Which way it acts.
        action: Action = Action::Reverse;
    }
}

/// What is remembered: the integral, the last error, 1 once there is one, and the smoothed derivative.
const INTEGRAL: usize = 0;
const ERROR: usize = 1;
const OBSERVED: usize = 2;
const SLOPE: usize = 3;

impl Controller for ProportionalIntegralDerivative {
    fn memory(&self) -> usize {
        4
    }

    fn needs_measure(&self) -> bool {
        true
    }

    fn next(&self, input: &Input, memory: &mut [f64]) -> Option<f64> {
        let error = self.error(input.measure);
        if !input.step.is_multiple_of(self.every) || !error.is_finite() {
            return None;
        }
        let interval = if memory[OBSERVED] == 1.0 { f64::from(self.every) } else { 0.0 };
        let kept = memory[INTEGRAL] * pow(self.leak, interval);
        let added = interval * (0.5 * error + 0.5 * memory[ERROR]);
        let slope = self.slope(memory, error, interval);
        let law = self.law(input);
        let mut integral = match self.anti_windup {
            AntiWindup::Clamping => law.held(error, slope, kept, added),
            AntiWindup::BackCalculation => kept + added,
        };
        let wanted = law.parameter(error, integral, slope);
        let value = wanted.clamp(law.low, law.high);
        if self.anti_windup == AntiWindup::BackCalculation {
            integral -= (f64::from(self.every) / self.tracking_time).min(1.0) * law.excess(wanted, value);
        }
        if wanted.is_nan() || !integral.is_finite() || !slope.is_finite() {
            return None;
        }
        memory.copy_from_slice(&[integral, error, 1.0, slope]);
        (value != input.current).then_some(value)
    }
}

impl ProportionalIntegralDerivative {
    /// The error that counts.
    fn error(&self, measure: f64) -> f64 {
        let error = match self.action {
            Action::Reverse => self.target - measure,
            Action::Direct => measure - self.target,
        };
        if error.abs() <= self.dead_band { 0.0 } else { error }
    }

    /// The smoothed change of the error a step; the first error has nothing to change from.
    fn slope(&self, memory: &[f64], error: f64, interval: f64) -> f64 {
        match interval == 0.0 || self.derivative_gain == 0.0 {
            true => 0.0,
            false => {
                let filter = self.derivative_filter;
                (filter * memory[SLOPE] + (error - memory[ERROR])) / (filter + interval)
            }
        }
    }

    /// The law at this step: the bounds are those that the rate limit leaves.
    fn law(&self, input: &Input) -> Law {
        let gains = [self.proportional_gain, self.integral_gain, self.derivative_gain];
        let (mut low, mut high) = (self.low, self.high);
        if let Some(rate) = self.rate_limit {
            // From outside the bounds it goes back at its rate.
            let reach = rate * f64::from(self.every);
            (low, high) = (low.max(input.current - reach), high.min(input.current + reach));
            if low > high {
                (low, high) = if input.current > self.high { (low, low) } else { (high, high) };
            }
        }
        Law { gains, output: self.output, initial: input.initial, low, high }
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::control::plant::{FirstOrder, respond};

    fn controller() -> ProportionalIntegralDerivative {
        ProportionalIntegralDerivative {
            target: 2.0,
            proportional_gain: 0.5,
            integral_gain: 0.25,
            derivative_gain: 0.0,
            derivative_filter: 0.0,
            leak: 1.0,
            dead_band: 0.0,
            rate_limit: None,
            low: -1e9,
            high: 1e9,
            anti_windup: AntiWindup::Clamping,
            tracking_time: 1.0,
            every: 1,
            output: Output::Additive,
            action: Action::Reverse,
        }
    }

    /// With (z − a)(z − 1)z + b(K_P z(z − 1) + K_I z(z + 1)/2 + K_D (z − 1)²) = (z − p)³ the error of a first-order plant is
    /// (c₀ + c₁t + c₂t²)·pᵗ; at rest K_I·I is the output that holds the target, so that the sum of all errors is
    /// target·(1 − a)/(b·K_I).
    #[test]
    fn three_poles_are_where_they_are_placed() {
        let plant = FirstOrder { keeps: 0.9, gain: 0.5 };
        for pole in [0.0, 0.3, 0.6] {
            let derivative_gain = -pole * pole * pole / plant.gain;
            let (plus, minus) = ((plant.keeps + 1.0 - 3.0 * pole) / plant.gain - derivative_gain, {
                (3.0 * pole * pole - plant.keeps) / plant.gain + 2.0 * derivative_gain
            });
            let (integral_gain, proportional_gain) = (plus + minus, (plus - minus) / 2.0);
            let placed =
                ProportionalIntegralDerivative { proportional_gain, integral_gain, derivative_gain, ..controller() };
            let (path, memory) = plant.run(&placed, 80);
            let error: Vec<f64> = path.iter().map(|measure| 2.0 - measure).collect();
            for t in 1..40 {
                let rest = error[t + 3] - 3.0 * pole * error[t + 2] + 3.0 * pole * pole * error[t + 1]
                    - pole * pole * pole * error[t];
                assert!(rest.abs() < 1e-12, "pole {pole}: {rest} at {t}");
            }
            assert!((memory[INTEGRAL] - 2.0 * (1.0 - plant.keeps) / (plant.gain * integral_gain)).abs() < 1e-9);
            if pole == 0.0 {
                // With all poles at zero it overshoots by a − ½ of the target once and is then at rest.
                assert!((error[1] + (plant.keeps - 0.5) * 2.0).abs() < 1e-12, "{}", error[1]);
                assert!(error[2..].iter().all(|rest| rest.abs() < 1e-12), "{error:?}");
            }
        }
    }

    /// The error's change is 1 a step from the second step on; with a filter of one step half of it shows at first.
    #[test]
    fn the_derivative_answers_change_and_is_smoothed() {
        let derivative = ProportionalIntegralDerivative {
            proportional_gain: 0.0,
            integral_gain: 0.0,
            derivative_gain: 4.0,
            ..controller()
        };
        assert_eq!(respond(&derivative, &[2.0, 1.0, 0.0, 0.0]), [10.0, 14.0, 14.0, 10.0]);
        let smooth = ProportionalIntegralDerivative { derivative_filter: 1.0, ..derivative };
        assert_eq!(respond(&smooth, &[2.0, 1.0, 0.0, 0.0]), [10.0, 12.0, 13.0, 11.5]);
    }

    #[test]
    fn errors_in_the_dead_band_count_as_none() {
        let calm = ProportionalIntegralDerivative { dead_band: 0.5, ..controller() };
        assert_eq!(respond(&calm, &[1.5, 2.5, 2.25, 1.75]), [10.0; 4]);
        assert_eq!(respond(&calm, &[1.0]), [10.5]);
    }

    /// From 10 it could go to 15 at once, but goes by one a step; its integral waits for it.
    #[test]
    fn the_parameter_moves_no_faster_than_its_limit() {
        let slow = ProportionalIntegralDerivative { rate_limit: Some(1.0), proportional_gain: 5.0, ..controller() };
        assert_eq!(respond(&slow, &[1.0, 1.0, 1.0]), [11.0, 12.0, 13.0]);
        assert_eq!(respond(&slow, &[1.0, 1.0, 3.0, 3.0])[2..], [11.0, 10.0]);
        let every_other = ProportionalIntegralDerivative { every: 2, ..slow };
        assert_eq!(respond(&every_other, &[1.0; 4]), [12.0, 12.0, 14.0, 14.0]);
    }

    /// A thousand steps at the bound: both ways leave it at the first error of the other sign, no guard at all would stay for
    /// hundreds of steps.
    #[test]
    fn the_integral_does_not_wind_up() {
        let mut measures = vec![1.0; 1000];
        measures.extend([3.0; 3]);
        for anti_windup in [AntiWindup::Clamping, AntiWindup::BackCalculation] {
            let bounded = ProportionalIntegralDerivative { low: 9.0, high: 11.0, anti_windup, ..controller() };
            let values = respond(&bounded, &measures);
            assert_eq!(values[999], 11.0);
            assert!(values[1000] < 11.0, "{anti_windup:?}: {:?}", &values[1000..]);
        }
        let late = ProportionalIntegralDerivative {
            low: 9.0,
            high: 11.0,
            anti_windup: AntiWindup::BackCalculation,
            tracking_time: 1e9,
            ..controller()
        };
        assert_eq!(respond(&late, &measures)[1000..], [11.0; 3], "a tracking time of for ever is no guard");
    }

    /// A parameter that others moved beyond the bounds comes back at the rate.
    #[test]
    fn from_outside_the_bounds_it_returns_at_its_rate() {
        let bounded = ProportionalIntegralDerivative { low: 0.0, high: 5.0, rate_limit: Some(1.0), ..controller() };
        let next = |current| {
            let input = Input { step: 0, current, initial: 3.0, measure: 2.0 };
            bounded.next(&input, &mut [0.0; 4])
        };
        assert_eq!([next(9.0), next(-4.0), next(5.5)], [Some(8.0), Some(-3.0), Some(4.5)]);
    }
}
