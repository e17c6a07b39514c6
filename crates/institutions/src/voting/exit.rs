//! Leaving with one's share of the treasury.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::tally::{PARTS, parts};

entry! {
    /// A member may burn tokens for its share of everything that the treasury holds, rounded down, so that those who stay
    /// never have less for each token than before.
    ///
    /// The right to leave protects a minority from what the majority decides: a proposal waits in its timelock while those
    /// who fear it go. A part of the share may be kept for those who stay.
    pub struct Exit = "exit" {
        formula: "payout = ⌊(1 − kept)·T·b/S⌋,  b tokens burned of S",
        source: "Moloch DAO, ragequit, 2019",
        /// The part of a leaver's share that stays in the treasury.
        kept: f64 = 0.0, within 0.0..=1.0;
    }
}

impl Exit {
    /// What burning `burned` of `supply` atoms is paid of a treasury that holds `treasury` atoms of an asset.
    ///
    /// Nothing where nothing is burned or held, and never more than the share (1 − kept)·burned/supply.
    #[must_use]
    pub fn payout(&self, treasury: Atoms, burned: Atoms, supply: Atoms) -> Atoms {
        if burned <= 0 || treasury <= 0 || supply <= 0 {
            return 0;
        }
        // At most the treasury, so it fits.
        let share = (i128::from(treasury) * i128::from(burned.min(supply)) / i128::from(supply)) as Atoms;
        // Rounded down again, in favour of those who stay.
        (i128::from(share) * (PARTS - parts(self.kept)) / PARTS) as Atoms
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXIT: Exit = Exit { kept: 0.0 };

    #[test]
    fn a_leaver_gets_its_share_rounded_down() {
        assert_eq!(EXIT.payout(1000, 1, 3), 333);
        assert_eq!(EXIT.payout(1000, 3, 3), 1000);
        assert_eq!(EXIT.payout(Atoms::MAX, Atoms::MAX, Atoms::MAX), Atoms::MAX);
        assert_eq!(Exit { kept: 0.1 }.payout(1000, 1, 2), 450);
        assert_eq!(EXIT.payout(1000, 0, 3) + EXIT.payout(0, 1, 3) + EXIT.payout(5, 1, 0), 0);
    }

    proptest! {
        /// T' · S ≥ T · S': nobody who stays has less for each token, and less than an atom more where nothing is kept.
        #[test]
        fn those_who_stay_lose_nothing(
            treasury in 0..=Atoms::MAX, supply in 1..=Atoms::MAX, burned in any::<prop::sample::Index>(), kept in 0.0..1.0_f64,
        ) {
            let burned = burned.index(supply as usize) as Atoms + 1;
            for exit in [EXIT, Exit { kept }] {
                let left = treasury - exit.payout(treasury, burned, supply);
                prop_assert!(left >= 0);
                let (after, before) = (i128::from(left) * i128::from(supply), i128::from(treasury) * i128::from(supply - burned));
                prop_assert!(after >= before);
                prop_assert!(exit.kept > 0.0 || after - before < i128::from(supply));
            }
        }

        /// Leaving in parts never pays more than leaving at once.
        #[test]
        fn parts_pay_no_more_than_the_whole(treasury in 0..1_000_000_i64, supply in 2..10_000_i64, first in 1..5000_i64, second in 1..5000_i64) {
            prop_assume!(first + second <= supply);
            let one = EXIT.payout(treasury, first, supply);
            let two = EXIT.payout(treasury - one, second, supply - first);
            prop_assert!(one + two <= EXIT.payout(treasury, first + second, supply));
        }
    }
}
