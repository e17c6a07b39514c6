//! Quadratic funding of public goods.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;
use walras_numerics::elementary::sqrt;
use walras_numerics::sum;

use crate::distribution::split;

choice! {
    /// How much of a pot is given out.
    pub enum PotUse {
        /// All of it in every round: what projects are due is scaled up or down to the pot.
        Whole = "whole",
        /// What projects are due, scaled down where the pot is not enough.
        AsDue = "as_due",
    }
}

entry! {
    /// A pot matches what projects are given: a project is due the square of the sum of the roots of its gifts, less the
    /// gifts themselves, so that many small gifts count for more than one large one of the same sum.
    ///
    /// Whoever gives from several accounts is matched for a crowd: a gift split over m accounts is worth m times as much
    /// before the pot is shared. Matches are whole atoms by largest remainder.
    pub struct QuadraticFunding = "quadratic_funding" {
        formula: "match_p = (Σ_i √c_ip)² − Σ_i c_ip, scaled to the pot",
        source: "V. Buterin, Z. Hitzig and E. G. Weyl, \"A flexible design for funding public goods\", Management Science 65, 2019",
        /// How much of the pot is given out in a round.
        pot: PotUse = PotUse::Whole;
    }
}

/// The plain quadratic subsidy of a project, gifts included: (Σ√c)².
#[must_use]
pub fn funding_level(gifts: &[Atoms]) -> f64 {
    let roots = sum::sum_by(gifts.len(), |giver| sqrt(gifts[giver].max(0) as f64));
    roots * roots
}

impl QuadraticFunding {
    /// What each project gets from a pot of `pot` atoms for the gifts that it had, one list for each project; the sum is
    /// never more than the pot.
    #[must_use]
    pub fn matches<'a>(&self, gifts: impl IntoIterator<Item = &'a [Atoms]>, pot: Atoms) -> Vec<Atoms> {
        // The square of a single gift's root may miss it by a rounding; nobody owes a match.
        let due = |gifts: &[Atoms]| {
            let given = sum::sum_by(gifts.len(), |giver| gifts[giver].max(0) as f64);
            if gifts.iter().filter(|&&gift| gift > 0).count() < 2 {
                0.0
            } else {
                (funding_level(gifts) - given).max(0.0)
            }
        };
        let due: Vec<f64> = gifts.into_iter().map(due).collect();
        let all = sum::sum(&due);
        let pot = match self.pot {
            // Rounded down, in favour of the pot.
            PotUse::AsDue if all < pot as f64 => all as Atoms,
            _ => pot.max(0),
        };
        // Where nobody is due anything, nothing is given.
        split(pot, &due).unwrap_or_else(|_| vec![0; due.len()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WHOLE: QuadraticFunding = QuadraticFunding { pot: PotUse::Whole };
    const AS_DUE: QuadraticFunding = QuadraticFunding { pot: PotUse::AsDue };

    /// Four gifts of 25 are due (4·5)² − 100 = 300, one of 100 nothing, and 64 and 36 are due (8 + 6)² − 100 = 96.
    #[test]
    fn many_small_gifts_are_matched_more() {
        let gifts: [&[Atoms]; 3] = [&[25; 4], &[100], &[64, 36]];
        assert_eq!(AS_DUE.matches(gifts, 1000), [300, 0, 96]);
        assert_eq!(WHOLE.matches(gifts, 792), [600, 0, 192]);
        assert_eq!(AS_DUE.matches(gifts, 198), [150, 0, 48]);
        assert_eq!(WHOLE.matches([&[100][..], &[]], 50), [0, 0]);
        assert_eq!(WHOLE.matches([] as [&[Atoms]; 0], 50), [] as [Atoms; 0]);
    }

    proptest! {
        /// A gift split over m accounts multiplies the plain subsidy by m.
        #[test]
        fn split_gifts_multiply_the_subsidy(gift in 1..1_000_000_i64, accounts in 1..200_usize) {
            let (whole, parts) = (funding_level(&[gift * accounts as Atoms]), funding_level(&vec![gift; accounts]));
            prop_assert!((parts / (whole * accounts as f64) - 1.0).abs() < 1e-12);
        }

        /// Nothing beyond the pot, all of it where that is meant, each match in proportion to an atom; and a gift more
        /// never lowers its project's match.
        #[test]
        fn matches_fit_the_pot(
            gifts in prop::collection::vec(prop::collection::vec(0..10_000_i64, 0..8), 1..8),
            pot in 0..1_000_000_i64,
        ) {
            let slices = || gifts.iter().map(Vec::as_slice);
            let (whole, due) = (WHOLE.matches(slices(), pot), AS_DUE.matches(slices(), pot));
            let level = |gifts: &[Atoms]| {
                let given: Atoms = gifts.iter().sum();
                if gifts.iter().filter(|&&gift| gift > 0).count() < 2 { 0.0 } else { funding_level(gifts) - given as f64 }
            };
            let all: f64 = slices().map(level).sum();
            let anyone = slices().any(|gifts| level(gifts) > 0.0);
            prop_assert_eq!(whole.iter().sum::<Atoms>(), if anyone { pot } else { 0 });
            prop_assert!(due.iter().sum::<Atoms>() <= pot);
            for (project, gifts) in slices().enumerate() {
                let ideal = if anyone { level(gifts) * pot as f64 / all } else { 0.0 };
                prop_assert!((whole[project] as f64 - ideal).abs() <= 1.001);
                prop_assert!(due[project] as f64 <= level(gifts) + 1.001);
            }
            let mut more = gifts.clone();
            more[0].push(100);
            prop_assert!(WHOLE.matches(more.iter().map(Vec::as_slice), pot)[0] + 1 >= whole[0]);
        }
    }
}
