//! A fee whose rate rises with what an agent trades.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Agents, Incentive, Looks, Moment, share_of};

entry! {
    /// Each agent owes a fee on the money that changed hands in its trades of the step: on each part of it between two
    /// thresholds at that part's own rate, as an income tax is reckoned.
    pub struct ProgressiveFee = "progressive_fee" {
        formula: "F_i = Σ_k r_k·(min(V_i, v_{k+1}) − v_k)⁺, V_i = Σ |money traded by i|",
        check: |this| this.check(),
        source: "marginal rates as in an income tax; A. Smith, \"The Wealth of Nations\", 1776, book V, chapter 2",
        /// v_k: money traded in the step from which each rate holds, rising, the first 0.
        thresholds: Vec<f64>, within 0.0..=9e18, unit "numeraire/step";
        /// r_k: the rates.
        rates: Vec<f64>, within 0.0..=1.0;
    }
}

impl ProgressiveFee {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let (thresholds, rates) = (self.thresholds.len(), self.rates.len());
        if thresholds != rates || rates == 0 {
            return Err(("rates", format!("{rates} rates for {thresholds} thresholds; each threshold needs its rate")));
        }
        if self.thresholds[0] != 0.0 || self.thresholds.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(("thresholds", "they must begin with 0 and rise".to_owned()));
        }
        Ok(())
    }
}

impl Incentive for ProgressiveFee {
    fn looks_at(&self) -> Looks {
        Looks { trades: true }
    }

    fn in_money(&self) -> bool {
        true
    }

    fn due(&self, moment: &Moment, agents: &Agents<'_>, _: &mut [Atoms], due: &mut [Atoms]) {
        let thresholds = || self.thresholds.iter().map(|threshold| (threshold * moment.scale) as Atoms);
        for (due, traded) in due.iter_mut().zip(agents.traded) {
            let volume = Atoms::try_from(traded.volume).unwrap_or(Atoms::MAX);
            let until = thresholds().skip(1).chain([Atoms::MAX]);
            let parts = thresholds().zip(until).zip(&self.rates);
            let owed = parts.map(|((from, until), &rate)| share_of(rate, (volume.min(until) - from).max(0)));
            *due = -owed.fold(0, Atoms::saturating_add);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::MOMENT;
    use super::*;
    use crate::incentive::Traded;

    /// 1 % of the first 100, 2 % of the next 200, 5 % of the 700 beyond: 1 + 4 + 35.
    #[test]
    fn each_part_is_charged_at_its_own_rate() {
        let fee = ProgressiveFee { thresholds: vec![0.0, 100.0, 300.0], rates: vec![0.01, 0.02, 0.05] };
        let of = |volume| Traded { count: 1, volume, net: 0 };
        let traded = [of(1_000_000), of(100_000), of(0), of(100_001)];
        let mut due = [0; 4];
        fee.due(&MOMENT, &Agents { traded: &traded, ..Agents::default() }, &mut [], &mut due);
        assert_eq!(due, [-40_000, -1_000, 0, -1_000]);
    }

    #[test]
    fn thresholds_begin_with_nothing_and_rise() {
        let bad = |thresholds: &[f64], rates: &[f64]| {
            ProgressiveFee { thresholds: thresholds.to_vec(), rates: rates.to_vec() }.check().is_err()
        };
        assert!(bad(&[1.0], &[0.1]) && bad(&[0.0, 2.0, 2.0], &[0.1; 3]) && bad(&[0.0], &[]) && bad(&[], &[]));
    }
}
