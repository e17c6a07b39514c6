//! Rates by size or by volume.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::{FeeRule, Seen, UNIT, parts};

choice! {
    /// From where the brackets of a tiered fee are counted.
    pub enum Basis {
        /// Each order begins in the first bracket: the rates must fall with size.
        Order = "order",
        /// All of a step's orders fill the brackets one after another.
        Step = "step",
    }
}

entry! {
    /// Rates by size, as brackets: each atom pays the rate of the bracket that it falls into.
    ///
    /// Because a bracket's rate is paid by the atoms in it alone, nobody gains by staying just below the next. With the
    /// basis `order` rates must not rise with size, since an order in parts would avoid the higher ones.
    pub struct Tiered = "tiered" {
        formula: "fee = ∫ φ(v) dv from v0 to v0 + x, v in shares of what the pool held",
        check: Tiered::check,
        source: "volume tiers of exchanges; brackets as in progressive taxation",
        /// Brackets [from, rate]: from what share of the pool's holding of the asset when the step began, and the rate.
        /// The first is from zero; at most 64 of them.
        tiers: Vec<(f64, f64)>, within 0.0..=1e9;
        /// From where the brackets are counted.
        basis: Basis = Basis::Step;
    }
}

impl Tiered {
    fn check(&self) -> Result<(), (&'static str, String)> {
        let fail = |message: String| Err(("tiers", message));
        if self.tiers.is_empty() || self.tiers.len() > 64 {
            return fail(format!("{} brackets: give 1 to 64", self.tiers.len()));
        }
        if self.tiers[0].0 != 0.0 {
            return fail(format!("the first bracket is from {}: it must be from 0", self.tiers[0].0));
        }
        if let Some((_, rate)) = self.tiers.iter().find(|(_, rate)| *rate >= 1.0) {
            return fail(format!("a rate of {rate} takes everything: rates are below 1"));
        }
        for pair in self.tiers.windows(2) {
            if pair[1].0 <= pair[0].0 {
                return fail(format!("brackets must rise, but {} follows {}", pair[1].0, pair[0].0));
            }
            if self.basis == Basis::Order && pair[1].1 > pair[0].1 {
                return fail(format!("rates by order must not rise, but {} follows {}", pair[1].1, pair[0].1));
            }
        }
        Ok(())
    }

    fn start(&self, seen: &Seen) -> Atoms {
        match self.basis {
            Basis::Order => 0,
            Basis::Step => seen.volume,
        }
    }

    /// Where a bracket begins, in atoms. `as` saturates: a bracket beyond all atoms is never reached.
    fn threshold(from: f64, seen: &Seen) -> Atoms {
        (from * seen.depth as f64) as Atoms
    }
}

impl FeeRule for Tiered {
    fn rate(&self, seen: &Seen) -> u64 {
        let start = self.start(seen);
        let reached = self.tiers.iter().rev().find(|(from, _)| Self::threshold(*from, seen) <= start);
        parts(reached.unwrap_or(&self.tiers[0]).1)
    }

    fn charge(&self, amount: Atoms, seen: &Seen) -> u128 {
        let start = i128::from(self.start(seen));
        let end = start + i128::from(amount);
        let mut charge = 0;
        for (i, (from, rate)) in self.tiers.iter().enumerate() {
            let from = i128::from(Self::threshold(*from, seen));
            let to = self.tiers.get(i + 1).map_or(i128::MAX, |next| i128::from(Self::threshold(next.0, seen)));
            let within = end.min(to) - start.max(from);
            if within > 0 {
                charge += within.cast_unsigned() * u128::from(parts(*rate));
            }
        }
        debug_assert!(charge <= u128::from(amount.cast_unsigned()) * u128::from(UNIT));
        charge
    }

    fn dearest(&self, _: &Seen) -> u64 {
        self.tiers.iter().map(|(_, rate)| parts(*rate)).max().unwrap_or(0)
    }

    fn is_flat(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pool of 1000: the first 100 at 1 %, the next 400 at 0.5 %, the rest at 0.1 %.
    #[test]
    fn each_atom_pays_its_bracket() {
        let rule = |basis| Tiered { tiers: vec![(0.0, 0.01), (0.1, 0.005), (0.5, 0.001)], basis };
        let seen = |volume| Seen { volume, depth: 1000, volatility: 0.0, skew: 0.0 };
        let by_order = rule(Basis::Order);
        assert_eq!(by_order.charge(100, &seen(0)), 1_000_000_000);
        assert_eq!(by_order.charge(600, &seen(900)), 1_000_000_000 + 2_000_000_000 + 100_000_000);
        let by_step = rule(Basis::Step);
        assert_eq!(by_step.charge(100, &seen(450)), 250_000_000 + 50_000_000);
        assert_eq!((by_step.rate(&seen(99)), by_step.rate(&seen(100))), (10_000_000, 5_000_000));
        // Cut in two, an order of a step pays the same.
        let parts = by_step.charge(70, &seen(60)) + by_step.charge(530, &seen(130));
        assert_eq!(parts, by_step.charge(600, &seen(60)));
        assert!(Tiered { tiers: vec![(0.0, 0.001), (0.1, 0.002)], basis: Basis::Order }.check().is_err());
        assert!(Tiered { tiers: vec![(0.1, 0.001)], basis: Basis::Step }.check().is_err());
    }
}
