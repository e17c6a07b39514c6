//! Brackets with rates of their own.

use std::sync::Arc;

use walras_catalog::{Problem, entry};
use walras_formula::Scope;
use walras_ledger::Atoms;

use super::rate::Rates;
use super::{BuildReward, Measured, Reward, Units};

entry! {
    /// Brackets of the contribution, each with the rate that holds for what lies in it.
    ///
    /// Rates that rise reward size and cannot be gained on by appearing as many; rates that fall can.
    pub struct Tiered = "tiered" {
        formula: "R = Σ_j k_j·(min(x, s_{j+1}) − s_j) over brackets with s_j < x",
        check: check,
        source: "elementary: the marginal rates of an income tax",
        /// Pairs of where a bracket begins, in units of contribution, and its rate in units of the asset; the first
        /// begins at 0.
        brackets: Vec<(f64, f64)>;
    }
}

fn check(tiered: &Tiered) -> Result<(), (&'static str, String)> {
    let Some(&(first, _)) = tiered.brackets.first() else {
        return Err(("brackets", "there is no bracket".to_owned()));
    };
    if first != 0.0 {
        return Err(("brackets", format!("the first bracket begins at {first}: it begins at 0")));
    }
    if let Some(pair) = tiered.brackets.windows(2).find(|pair| pair[0].0 >= pair[1].0) {
        return Err(("brackets", format!("a bracket at {} follows one at {}: they must rise", pair[1].0, pair[0].0)));
    }
    match tiered.brackets.iter().find(|(_, rate)| !(0.0..=1e15).contains(rate)) {
        Some((start, rate)) => {
            Err(("brackets", format!("the rate of the bracket at {start} is {rate}: it is between 0 and 1e15")))
        }
        None => Ok(()),
    }
}

impl BuildReward for Tiered {
    fn build(&self, units: Units, _: &Scope) -> Result<Arc<dyn Reward>, Problem> {
        // A start is rounded up, so that less is in the bracket above it.
        let starts = self.brackets.iter().map(|&(start, _)| (start * units.contribution).ceil() as Atoms).collect();
        let rates: Vec<f64> = self.brackets.iter().map(|&(_, rate)| rate * units.paid / units.contribution).collect();
        Ok(Arc::new(Exact { starts, rates: Rates::new(&rates) }))
    }

    fn split_proof(&self) -> bool {
        self.brackets.windows(2).all(|pair| pair[0].1 <= pair[1].1)
    }
}

#[derive(Debug)]
struct Exact {
    starts: Vec<Atoms>,
    rates: Rates,
}

impl Reward for Exact {
    /// The sum over all brackets is rounded once: rounded one by one, parts in one bracket could come to more.
    fn earned(&self, measured: &Measured<'_>) -> Result<Atoms, String> {
        let ends = self.starts.iter().skip(1).copied().chain([Atoms::MAX]);
        let width = |(&start, end): (&Atoms, Atoms)| measured.own.min(end) - measured.own.min(start);
        Ok(self.rates.of(self.starts.iter().zip(ends).map(width)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn earned(brackets: &[(f64, f64)], own: Atoms) -> Atoms {
        let units = Units { contribution: 10.0, paid: 100.0 };
        let reward = Tiered { brackets: brackets.to_vec() }.build(units, &Scope::default()).unwrap();
        reward.earned(&Measured { own, total: own.into(), epoch: 0, paid: 0, series: &[] }).unwrap()
    }

    /// One for each of the first ten units, two for each of the next five, nothing after.
    #[test]
    fn each_bracket_has_its_rate() {
        let brackets = [(0.0, 1.0), (10.0, 2.0), (15.0, 0.0)];
        assert_eq!([1, 100, 101, 150, 1000].map(|own| earned(&brackets, own)), [10, 1000, 1020, 2000, 2000]);
    }

    /// Rounded bracket by bracket, three parts of two would earn 3 and the whole 2.
    #[test]
    fn the_sum_is_rounded_once() {
        let halves = [(0.0, 0.05), (0.3, 0.05)];
        assert_eq!([2, 6].map(|own| earned(&halves, own)), [1, 3]);
    }

    #[test]
    fn brackets_that_do_not_rise_are_refused() {
        for bad in [&[][..], &[(1.0, 1.0)], &[(0.0, 1.0), (0.0, 2.0)], &[(0.0, -1.0)], &[(0.0, f64::NAN)]] {
            assert!(check(&Tiered { brackets: bad.to_vec() }).is_err(), "{bad:?}");
        }
        assert!(check(&Tiered { brackets: vec![(0.0, 1.0), (2.0, 0.0)] }).is_ok());
    }
}
