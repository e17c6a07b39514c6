//! A controller that tries what would follow.

use walras_catalog::{Bounds, choice, entry};

use super::{Controller, Input};

choice! {
    /// Which draws the copies of a look ahead meet.
    pub enum Luck {
        /// Those that the run itself will meet.
        Same = "same",
        /// Others of the same distributions.
        Other = "other",
    }
}

entry! {
    /// Every `every` steps the parameter takes the value that would cost least, were it held over the horizon.
    ///
    /// For each candidate the whole economy is copied, the parameter set on the copy, and the copy run for `horizon` steps; the formula then says what that cost. Candidates are the present value and `candidates` values spread
    /// evenly from `low` to `high`; `refinements` more narrow down between the best one's neighbours by golden section.
    /// Of equal costs the value nearest to the present one is taken. A candidate whose cost has no value is no candidate.
    /// In a copy no controller looks ahead: every other one acts as it does in the run.
    ///
    /// With the run's own luck the copy knows the future's draws: control with perfect foresight of chance, a bound on what
    /// control by a model can reach. With other luck it knows only how chance is distributed; all candidates of one choice
    /// then meet the same other luck.
    pub struct ModelPredictive = "model_predictive" {
        formula: "Φ' = argmin_{c ∈ C} cost(world after `horizon` steps with Φ = c)",
        check: |this| if this.low < this.high { Ok(()) } else {
            Err(("high", format!("the bounds are empty: {} is not above {}", this.high, this.low)))
        },
        source: "J. B. Rawlings, D. Q. Mayne and M. M. Diehl, \"Model Predictive Control\", 2nd ed. 2017, chapter 1; golden section: J. Kiefer, \"Sequential minimax search for a maximum\", Proceedings of the AMS 4, 1953",
        /// What an outcome costs: a formula over the economy's quantities at the end of the horizon.
        cost: walras_formula::Formula;
        /// How many steps each copy runs.
        horizon: u32 = 10, within 1.0..=10000.0, unit "step";
        /// The least value that is tried.
        low: f64, within -1e300..=1e300, unit "parameter";
        /// The greatest value that is tried.
        high: f64, within -1e300..=1e300, unit "parameter";
        /// How many values are tried beside the present one.
        candidates: u32 = 5, within 2.0..=1000.0;
        /// How many more narrow them down.
        refinements: u32 = 0, within 0.0..=100.0;
        /// Which draws the copies meet.
        luck: Luck = Luck::Other;
        /// Steps from one choice to the next; the first is at the end of step 0.
        every: u32 = 10, within Bounds::from(1.0..=1e9), unit "step";
    }
}

impl Controller for ModelPredictive {
    fn looks_ahead(&self) -> Option<&ModelPredictive> {
        Some(self)
    }

    fn next(&self, _: &Input, _: &mut [f64]) -> Option<f64> {
        None
    }
}

/// The part of an interval that a golden section keeps, (√5 − 1)/2.
const GOLDEN: f64 = 0.618_033_988_749_894_9;

/// A candidate and its cost.
#[derive(Debug, Clone, Copy)]
struct Tried {
    value: f64,
    cost: f64,
}

impl ModelPredictive {
    /// Whether it chooses at the end of a step.
    #[must_use]
    pub fn chooses_at(&self, step: u32) -> bool {
        step.is_multiple_of(self.every)
    }

    /// The candidates beside the present value, from the least to the greatest.
    pub fn grid(&self) -> impl Iterator<Item = f64> {
        let last = f64::from(self.candidates.max(2) - 1);
        let share = move |i: u32| f64::from(i) / last;
        // Not low + (high − low)·share, whose difference may overflow.
        (0..self.candidates.max(2)).map(move |i| self.low * (1.0 - share(i)) + self.high * share(i))
    }

    /// The value for the next steps, or `None` to leave the parameter as it is: of `current` and the candidates the one
    /// of the least cost. `cost` may be asked `candidates` + `refinements` + 1 times and gives `None` where an outcome has
    /// none.
    pub fn choose(&self, current: f64, mut cost: impl FnMut(f64) -> Option<f64>) -> Option<f64> {
        let mut attempt =
            |value: f64| Tried { value, cost: cost(value).filter(|cost| !cost.is_nan()).unwrap_or(f64::INFINITY) };
        let mut best = attempt(current);
        let better = |one: Tried, best: Tried| {
            let nearer = (one.value - current).abs() < (best.value - current).abs();
            one.cost < best.cost || (one.cost == best.cost && one.cost.is_finite() && nearer)
        };
        let grid: Vec<f64> = self.grid().collect();
        for &value in &grid {
            let tried = if value == current { best } else { attempt(value) };
            if better(tried, best) {
                best = tried;
            }
        }
        let mut low = grid.iter().copied().rfind(|&value| value < best.value).unwrap_or(best.value);
        let mut high = grid.iter().copied().find(|&value| value > best.value).unwrap_or(best.value);
        for _ in 0..self.refinements {
            // Into the longer of the two sides of the best, at its golden section from the best.
            let up = high - best.value >= best.value - low;
            let side = if up { high - best.value } else { low - best.value };
            let tried = attempt(best.value + side * (1.0 - GOLDEN));
            if better(tried, best) {
                *(if up { &mut low } else { &mut high }) = best.value;
                best = tried;
            } else {
                *(if up { &mut high } else { &mut low }) = tried.value;
            }
        }
        (best.cost < f64::INFINITY && best.value != current).then_some(best.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(candidates: u32, refinements: u32) -> ModelPredictive {
        let cost = walras_formula::Formula::parse("price").unwrap();
        ModelPredictive { cost, horizon: 3, low: 0.0, high: 8.0, candidates, refinements, luck: Luck::Same, every: 4 }
    }

    #[test]
    fn the_cheapest_candidate_is_taken() {
        let mut tried = Vec::new();
        let chosen = plan(5, 0).choose(3.0, |value| {
            tried.push(value);
            Some((value - 5.2) * (value - 5.2))
        });
        assert_eq!((chosen, tried), (Some(6.0), vec![3.0, 0.0, 2.0, 4.0, 6.0, 8.0]));
        assert_eq!(
            plan(5, 0).choose(5.0, |value| Some((value - 5.2).abs())),
            None,
            "the present value may be the best"
        );
    }

    /// Each refinement shrinks what is left by at least a factor of about 0.8; sixty leave nothing.
    #[test]
    fn refinements_find_the_least_of_a_valley() {
        for least in [0.0, 0.3, 3.999, 5.5, 8.0] {
            let chosen = plan(5, 60).choose(1.0, |value| Some((value - least) * (value - least)));
            // A parabola is flat to the last bit within the root of its precision.
            assert!((chosen.unwrap() - least).abs() < 1e-6, "{chosen:?} is not {least}");
        }
    }

    #[test]
    fn outcomes_without_a_cost_are_no_candidates() {
        let only = |wanted: f64| move |value: f64| (value == wanted).then_some(9.0);
        assert_eq!(plan(5, 0).choose(1.0, only(4.0)), Some(4.0));
        assert_eq!(plan(5, 4).choose(1.0, |_| None), None);
        assert_eq!(plan(5, 0).choose(1.0, |_| Some(f64::NAN)), None);
    }

    #[test]
    fn of_equal_costs_the_nearest_is_taken() {
        assert_eq!(plan(5, 0).choose(1.0, |_| Some(7.0)), None);
        assert_eq!(plan(5, 0).choose(5.5, |value| Some(f64::from(value == 5.5))), Some(6.0));
    }
}
