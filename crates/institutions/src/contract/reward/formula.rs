//! A formula of the user.

use std::sync::Arc;

use walras_catalog::{Problem, entry};
use walras_formula::{Program, Scope};
use walras_ledger::Atoms;

use super::{BuildReward, Measured, Reward, Units};

entry! {
    /// Whatever a formula says, of the affiliate's `contribution`, the `total` of all, the `epoch`, what was `paid` so far
    /// and the quantities of the world.
    ///
    /// What is below zero earns nothing. Where the formula has no value the contribution earns nothing either, and the
    /// record says which part was to blame.
    pub struct Formula = "formula" {
        formula: "R = ⌊formula(contribution, total, epoch, paid, …)⌋",
        source: "docs/formulas.md",
        /// What an affiliate earns in an epoch, in units of the asset.
        earns: walras_formula::Formula;
    }
}

impl BuildReward for Formula {
    fn build(&self, units: Units, scope: &Scope) -> Result<Arc<dyn Reward>, Problem> {
        Ok(Arc::new(Evaluated { program: self.earns.number(scope)?, units }))
    }

    fn split_proof(&self) -> bool {
        false
    }
}

#[derive(Debug)]
struct Evaluated {
    program: Program,
    units: Units,
}

impl Reward for Evaluated {
    fn earned(&self, measured: &Measured<'_>) -> Result<Atoms, String> {
        let Units { contribution, paid } = self.units;
        let numbers = [
            measured.own as f64 / contribution,
            measured.total as f64 / contribution,
            f64::from(measured.epoch),
            measured.paid as f64 / paid,
        ];
        let value = self.program.evaluate(&numbers, measured.series).map_err(|why| self.program.describe(&why))?;
        // Rounded down; what cannot be counted saturates.
        Ok((value * paid).max(0.0) as Atoms)
    }

    fn program(&self) -> Option<&Program> {
        Some(&self.program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::reward::names;

    fn earned(text: &str, own: Atoms, series: &[&[f64]]) -> Result<Atoms, String> {
        let scope = names(Scope::default().series("price", "price", ""));
        let formula = Formula { earns: walras_formula::Formula::parse(text).unwrap() };
        let reward = formula.build(Units { contribution: 100.0, paid: 10.0 }, &scope).unwrap();
        reward.earned(&Measured { own, total: 1000, epoch: 3, paid: 50, series })
    }

    #[test]
    fn all_names_are_in_units() {
        assert_eq!(earned("contribution", 250, &[]), Ok(25));
        assert_eq!(earned("contribution / total * 8", 250, &[]), Ok(20));
        assert_eq!(earned("epoch * 1_000 + paid", 1, &[]), Ok(30_050));
        assert_eq!(earned("0.19", 1, &[]), Ok(1));
        assert_eq!(earned("contribution * price", 100, &[&[2.0, 7.0]]), Ok(70));
    }

    #[test]
    fn what_is_negative_or_undefined_earns_nothing() {
        assert_eq!(earned("-contribution", 250, &[]), Ok(0));
        assert_eq!(earned("1e300", 250, &[]), Ok(Atoms::MAX));
        assert_eq!(earned("1 + 1 / (epoch - 3)", 1, &[]), Err("`1 / (epoch - 3)` is not a finite number".to_owned()));
    }
}
