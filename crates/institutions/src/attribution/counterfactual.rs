//! What would not have happened.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Attribution, Basis, Conversion, Epoch, Refusal, cut};

entry! {
    /// An affiliate gets what the same run, with the same random numbers, loses without it.
    ///
    /// The only rule that pays for what an affiliate caused and not for what it was near to; only a simulation can know
    /// it. An affiliate without whom there would be more gets nothing. Where affiliates need each other, each is credited
    /// with what they did together, and the credits add up to more than there is; where they stand in for each other, to
    /// less.
    pub struct Counterfactual = "counterfactual" {
        formula: "c_f = max(0, S − S_without_f),  scaled down to Σ c ≤ max(0, S) where `scaled`",
        source: "D. B. Rubin, \"Estimating causal effects of treatments in randomized and nonrandomized studies\", Journal of Educational Psychology 66(5), 1974; B. Dalessandro, C. Perlich, O. Stitelman and F. Provost, \"Causally motivated attribution for online advertising\", ADKDD 2012",
        /// Whether credits that add up to more than there is are scaled down to it.
        scaled: bool = true;
    }
}

impl Attribution for Counterfactual {
    fn basis(&self) -> Basis {
        Basis::Runs
    }

    fn share(&self, _: &Conversion<'_>, _: &mut Vec<Atoms>) -> Result<(), Refusal> {
        Err(Refusal::NeedsEpoch)
    }

    fn credit(&self, epoch: &Epoch<'_>, credits: &mut [Atoms]) -> Result<(), Refusal> {
        credits.fill(0);
        if epoch.without.len() != credits.len() {
            return Err(Refusal::NeedsRuns { found: epoch.without.len(), affiliates: credits.len() });
        }
        let lost = |&without: &Atoms| (i128::from(epoch.outcome) - i128::from(without)).max(0);
        let (total, whole) = (epoch.without.iter().map(lost).sum::<i128>(), epoch.outcome.max(0));
        if self.scaled && total > i128::from(whole) {
            let weights: Vec<f64> = epoch.without.iter().map(|without| lost(without) as f64).collect();
            return cut(whole, &weights, credits);
        }
        if total > i128::from(Atoms::MAX) {
            return Err(Refusal::TooMuch);
        }
        for (credit, without) in credits.iter_mut().zip(epoch.without) {
            *credit = lost(without) as Atoms;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::Paths;

    fn credits(scaled: bool, outcome: Atoms, without: &[Atoms]) -> Result<Vec<Atoms>, Refusal> {
        let mut credits = vec![-1; without.len()];
        let epoch = Epoch {
            paths: &Paths::default(),
            outcome,
            without,
            draws: crate::attribution::laws::epoch_of(&Paths::default()).draws,
        };
        Counterfactual { scaled }.credit(&epoch, &mut credits).map(|()| credits)
    }

    /// Nothing happens without either of two, who are credited twice with the whole; the third only took away.
    #[test]
    fn those_who_need_each_other_are_credited_together() {
        assert_eq!(credits(false, 100, &[0, 0, 120]).unwrap(), [100, 100, 0]);
        assert_eq!(credits(true, 101, &[0, 0, 120]).unwrap(), [51, 50, 0]);
        // Who stand in for each other are credited with nothing.
        assert_eq!(credits(true, 100, &[100, 100]).unwrap(), [0, 0]);
        // Less was lost than would have been: something was caused, but there is nothing to share.
        assert_eq!(credits(false, -10, &[-30, -10]).unwrap(), [20, 0]);
        assert_eq!(credits(true, -10, &[-30, -10]).unwrap(), [0, 0]);
        assert_eq!(credits(false, Atoms::MAX, &[Atoms::MIN]), Err(Refusal::TooMuch));
        assert_eq!(credits(true, Atoms::MAX, &[Atoms::MIN]).unwrap(), [Atoms::MAX]);
    }
}
