//! Sums of deviations.

use walras_catalog::{Bounds, entry};

use super::{Monitor, Seen, Verdict, Watches, number};

entry! {
    /// An alert where a number's small deviations to one side add up: it finds a lasting shift sooner than any single
    /// number tells.
    ///
    /// Deviations are counted in standard deviations from the target. With an allowance of ½ and a limit of 5 a number that
    /// is in order raises an alert once in 465 steps, one that has shifted by a deviation after 10. After an alert
    /// both sums start again from zero.
    pub struct Cusum = "cusum" {
        formula: "S⁺ ← max(0, S⁺ + z − k), S⁻ ← max(0, S⁻ − z − k), z = (x − target)/deviation; alert where S⁺ > h or S⁻ > h",
        source: "E. S. Page, \"Continuous inspection schemes\", Biometrika 41, 1954; run lengths: D. C. Montgomery, \"Introduction to Statistical Quality Control\", 6th ed. 2009, table 9.3",
        /// The number's mean while it is in order.
        target: f64, unit "watched";
        /// Its standard deviation while it is in order.
        deviation: f64, within Bounds::above_to(0.0, 1e300), unit "watched";
        /// k: what each step allows; half of the shift to be found.
        allowance: f64 = 0.5, within 0.0..=1e9, unit "standard deviations";
        /// h: the sum that raises an alert.
        limit: f64 = 5.0, within Bounds::above_to(0.0, 1e9), unit "standard deviations";
    }
}

impl Monitor for Cusum {
    fn watches(&self) -> Watches<'_> {
        Watches::Number
    }

    /// The upper sum and the lower.
    fn memory(&self, _: usize) -> Result<Vec<f64>, String> {
        Ok(vec![0.0; 2])
    }

    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Some(x) = number(seen) else { return Verdict::Quiet };
        // Held within what cannot overflow in two sums.
        let z = ((x - self.target) / self.deviation).clamp(-1e300, 1e300);
        let (above, below) = ((memory[0] + z - self.allowance).max(0.0), (memory[1] - z - self.allowance).max(0.0));
        let verdict = if above > self.limit {
            Verdict::Alert { level: self.limit, value: above }
        } else if below > self.limit {
            Verdict::Alert { level: -self.limit, value: -below }
        } else {
            Verdict::Quiet
        };
        (memory[0], memory[1]) = if verdict.is_alert() { (0.0, 0.0) } else { (above, below) };
        verdict
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;
    use crate::monitor::laws::alerts;

    /// How many steps it takes on average until an alert, of numbers shifted by `shift` deviations, and its standard error.
    fn average_run_length(limit: f64, shift: f64, runs: u64) -> (f64, f64) {
        let cusum = Cusum { target: 3.0, deviation: 2.0, allowance: 0.5, limit };
        let length = |run: u64| {
            let (mut memory, mut pointed) = (cusum.memory(0).unwrap(), Vec::new());
            let mut entity = 0;
            let mut stream = Keys::new(9).stream(Purpose::parameter(0), run << 32, 0);
            for step in 1.. {
                if step % 4000 == 0 {
                    entity += 1;
                    stream = Keys::new(9).stream(Purpose::parameter(0), run << 32 | entity, 0);
                }
                let seen = Seen::Number(3.0 + 2.0 * (shift + stream.normal()));
                if cusum.look(&seen, &mut memory, &mut pointed).is_alert() {
                    return f64::from(step);
                }
            }
            unreachable!("numbers without end reach any limit")
        };
        let lengths: Vec<f64> = (0..runs).map(length).collect();
        let mean = lengths.iter().sum::<f64>() / runs as f64;
        let variance = lengths.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>() / (runs as f64 - 1.0);
        (mean, (variance / runs as f64).sqrt())
    }

    /// Table 9.3 of Montgomery 2009: two-sided, k = ½.
    #[test]
    fn run_lengths_are_those_published() {
        for (limit, shift, published, runs) in [
            (4.0, 0.0, 168.0, 600),
            (5.0, 0.0, 465.0, 600),
            (4.0, 1.0, 8.38, 2000),
            (5.0, 1.0, 10.4, 2000),
            (4.0, 2.0, 3.34, 2000),
            (5.0, 0.5, 38.0, 1500),
        ] {
            let (mean, error) = average_run_length(limit, shift, runs);
            assert!((mean - published).abs() < 4.0 * error, "h = {limit}, shift {shift}: {mean} ± {error}");
        }
    }

    #[test]
    fn sums_start_again_after_an_alert() {
        let cusum = Cusum { target: 0.0, deviation: 1.0, allowance: 0.5, limit: 2.0 };
        let at = |numbers: &[f64]| -> Vec<usize> {
            let verdicts = alerts(&cusum, numbers).enumerate();
            verdicts.filter(|(_, verdict)| verdict.is_alert()).map(|(step, _)| step).collect()
        };
        // Each number adds one half; the fifth brings the sum above two.
        assert_eq!(at(&[1.0; 10]), [4, 9]);
        assert_eq!(at(&[-1.0; 10]), [4, 9]);
        let low = alerts(&cusum, &[-3.0]).next();
        assert_eq!(low, Some(Verdict::Alert { level: -2.0, value: -2.5 }));
    }
}
