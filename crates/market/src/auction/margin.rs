//! Who is served at the price at which there is not enough for all.

use walras_catalog::choice;
use walras_ledger::Atoms;

use super::Bids;
use crate::clearing::rationing::{ByArrival, Claims, Proportional, Rationing};
use crate::order::Side;

choice! {
    /// Who is served at the marginal price.
    pub enum Margin {
        /// In proportion to size, by largest remainders, ties by arrival.
        ProRata = "pro_rata",
        /// The first to arrive.
        Time = "time",
    }
}

impl Margin {
    /// Shares `available` among `rows` and writes what each is filled.
    pub(super) fn share(self, bids: &Bids<'_>, rows: &[u32], available: i128, filled: &mut [Atoms]) {
        let size: Vec<Atoms> = rows.iter().map(|&row| bids.quantity[row as usize]).collect();
        let arrival: Vec<u32> = rows.iter().map(|&row| bids.arrival[row as usize]).collect();
        let mut granted = vec![0; rows.len()];
        // All have one limit, so none is more eager.
        let claims = Claims { size: &size, eagerness: &[], arrival: &arrival };
        match self {
            Self::ProRata => Proportional {}.grant(&claims, available, &mut granted),
            Self::Time => ByArrival {}.grant(&claims, available, &mut granted),
        }
        for (&row, granted) in rows.iter().zip(granted) {
            filled[row as usize] = granted;
        }
    }

    /// Sells `offered` atoms to buyers `rows`, best first. Returns what each row gets, and the highest limit that is
    /// not served in full.
    pub(super) fn sell(self, bids: &Bids<'_>, rows: &[u32], offered: Atoms) -> (Vec<Atoms>, Option<i64>) {
        debug_assert!(rows.iter().all(|&row| bids.side[row as usize] == Side::BUY), "sold to buyers");
        let mut filled = vec![0; bids.len()];
        let mut left = i128::from(offered);
        for level in rows.chunk_by(|&a, &b| bids.limit[a as usize] == bids.limit[b as usize]) {
            let asked: i128 = level.iter().map(|&row| i128::from(bids.quantity[row as usize])).sum();
            if asked > left {
                self.share(bids, level, left, &mut filled);
                return (filled, Some(bids.limit[level[0] as usize]));
            }
            for &row in level {
                filled[row as usize] = bids.quantity[row as usize];
            }
            left -= asked;
        }
        (filled, None)
    }
}
