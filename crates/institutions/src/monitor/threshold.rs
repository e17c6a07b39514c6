//! A bound.

use walras_catalog::entry;

use super::{Monitor, Seen, Verdict, Watches, number};

entry! {
    /// An alert while a number is beyond a bound, until it is back within it by a margin.
    ///
    /// The margin (hysteresis) keeps a number that wavers about its bound from raising one alert after another.
    pub struct Threshold = "threshold" {
        formula: "alert from x > above until x ≤ above − margin; from x < below until x ≥ below + margin",
        check: check,
        source: "O. H. Schmitt, \"A thermionic trigger\", Journal of Scientific Instruments 15, 1938, for the margin",
        /// The highest value that is in order; absent for no bound.
        above: Option<f64>, unit "watched";
        /// The lowest value that is in order; absent for no bound.
        below: Option<f64>, unit "watched";
        /// How far within a bound the number must be for its alert to end.
        margin: f64 = 0.0, within 0.0..=1e300, unit "watched";
    }
}

fn check(threshold: &Threshold) -> Result<(), (&'static str, String)> {
    match (threshold.above, threshold.below) {
        (None, None) => Err(("above", "a threshold needs `above`, `below` or both".to_owned())),
        (Some(above), Some(below)) if above < below => {
            Err(("above", format!("the bounds are the wrong way round: `above` = {above} is under `below` = {below}")))
        }
        _ => Ok(()),
    }
}

/// What is remembered: 1 while the number is above, −1 while it is below, 0 otherwise.
const BEYOND: usize = 0;

impl Threshold {
    fn beyond(&self, x: f64, before: f64) -> f64 {
        let above = self.above.is_some_and(|bound| x > if before > 0.0 { bound - self.margin } else { bound });
        let below = self.below.is_some_and(|bound| x < if before < 0.0 { bound + self.margin } else { bound });
        // Where both margins overlap, the side it was on counts.
        match (above, below) {
            (true, true) => before,
            (true, false) => 1.0,
            (false, true) => -1.0,
            (false, false) => 0.0,
        }
    }
}

impl Monitor for Threshold {
    fn watches(&self) -> Watches<'_> {
        Watches::Number
    }

    fn memory(&self, _: usize) -> Result<Vec<f64>, String> {
        Ok(vec![0.0])
    }

    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Some(value) = number(seen) else { return Verdict::Quiet };
        memory[BEYOND] = self.beyond(value, memory[BEYOND]);
        let bound = if memory[BEYOND] > 0.0 { self.above } else { self.below };
        match bound {
            Some(level) if memory[BEYOND] != 0.0 => Verdict::Alert { level, value },
            _ => Verdict::Quiet,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::laws::{alerts, read};

    #[test]
    fn an_alert_ends_a_margin_within_the_bound() {
        let threshold = Threshold { above: Some(10.0), below: Some(2.0), margin: 1.0 };
        let numbers = [9.5, 10.0, 10.1, 9.5, 9.0, 9.5, 1.9, 2.5, 3.0, 2.5];
        let raised = [false, false, true, true, false, false, true, true, false, false];
        assert_eq!(alerts(&threshold, &numbers).map(|verdict| verdict.is_alert()).collect::<Vec<_>>(), raised);
        assert_eq!(alerts(&threshold, &[11.0]).next(), Some(Verdict::Alert { level: 10.0, value: 11.0 }));
        assert_eq!(alerts(&threshold, &[1.0]).next(), Some(Verdict::Alert { level: 2.0, value: 1.0 }));
    }

    #[test]
    fn from_one_side_it_may_go_straight_to_the_other() {
        let narrow = Threshold { above: Some(1.0), below: Some(0.0), margin: 5.0 };
        let levels: Vec<f64> = alerts(&narrow, &[2.0, -1.0, 0.5, -7.0])
            .map(|verdict| match verdict {
                Verdict::Alert { level, .. } => level,
                Verdict::Quiet => f64::NAN,
            })
            .collect();
        assert_eq!(levels, [1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn bounds_the_wrong_way_round_are_refused() {
        let problem = read("threshold", &[("above", 1.0), ("below", 2.0)]).unwrap_err();
        assert!(problem.message.contains("the wrong way round"), "{problem:?}");
        assert!(read("threshold", &[]).is_err());
        assert!(read("threshold", &[("below", 2.0)]).is_ok());
    }
}
