//! Planned changes, once or over and over.

use walras_catalog::entry;

use super::{Capacity, Moment};

entry! {
    /// Each amount holds from its step until the next one's; with a `period` all begins anew after so many steps, as
    /// a day's does.
    pub struct Schedule = "schedule" {
        formula: "C(t) = amounts[i] for steps[i] ≤ t mod period < steps[i + 1]",
        check: |this| {
            if this.steps.first() != Some(&0) {
                return Err(("steps", "the first amount must hold from step 0".to_owned()));
            }
            if this.steps.len() != this.amounts.len() {
                let (steps, amounts) = (this.steps.len(), this.amounts.len());
                return Err(("amounts", format!("{amounts} amounts for {steps} steps; give one for each")));
            }
            if let Some(pair) = this.steps.windows(2).find(|pair| pair[0] >= pair[1]) {
                return Err(("steps", format!("step {} does not come after step {}", pair[1], pair[0])));
            }
            match (this.period, this.steps.last()) {
                (Some(period), Some(&last)) if last >= period => {
                    Err(("period", format!("step {last} is never reached in a period of {period} steps")))
                }
                _ => Ok(()),
            }
        },
        source: "elementary",
        /// The steps at which amounts begin to hold, rising from 0.
        steps: Vec<u32>;
        /// Units in each step from there on.
        amounts: Vec<f64>, within 0.0..=9e18, unit "units/step";
        /// Steps after which it begins anew; absent for never.
        period: Option<u32>, within 1.0.., unit "steps";
    }
}

impl Capacity for Schedule {
    fn at(&self, moment: &Moment<'_>, _: &mut [f64]) -> f64 {
        let step = self.period.map_or(moment.step, |period| moment.step % period);
        self.amounts[self.steps.partition_point(|&from| from <= step) - 1]
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;

    #[test]
    fn a_day_repeats() {
        let schedule = Schedule { steps: vec![0, 8, 20], amounts: vec![2.0, 5.0, 1.0], period: Some(24) };
        let at = |step| {
            let (keys, purpose) = (Keys::new(1), Purpose::capacity(0));
            schedule.at(&Moment { step, keys, purpose, revenue: 0.0, kept: 0.0, series: &[] }, &mut [])
        };
        assert_eq!([0, 7, 8, 19, 20, 23, 24, 32].map(at), [2.0, 2.0, 5.0, 5.0, 1.0, 1.0, 2.0, 5.0]);
    }
}
