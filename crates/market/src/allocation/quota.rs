//! A quota for each request, under any rule.

use walras_catalog::entry;
use walras_ledger::Atoms;

entry! {
    /// Nobody gets more than a fixed amount, nor more than a share of the capacity.
    ///
    /// It goes with any rule: requests are held to their quotas before they are shared, so that a rule keeps what it
    /// promises, for requests cut to the quota.
    pub struct Quota = "quota" {
        formula: "d_i ← min(d_i, most, ⌊share·C⌋)",
        source: "elementary",
        /// The most that one request gets.
        most: Option<i64>, within 0.0.., unit "atoms";
        /// The most that one request gets, as a share of the capacity.
        share: f64 = 1.0, within 0.0..=1.0;
    }
}

impl Quota {
    /// The most that one request gets of `capacity`.
    #[must_use]
    pub fn of(&self, capacity: Atoms) -> Atoms {
        // The whole is the whole, which a float may not hold.
        let share = if self.share >= 1.0 { capacity } else { (capacity as f64 * self.share) as Atoms };
        self.most.unwrap_or(Atoms::MAX).min(share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::allocation::{Allocation, Grants, Offer, Proportional, Requests, Scratch};
    use crate::clearing::Venue;

    /// A quarter of 12 is 3: of 9, 1 and 2 the first is held to it.
    #[test]
    fn a_quota_holds_under_any_rule() {
        let quota = Quota { most: Some(5), share: 0.25 };
        let (column, mut grants) = ([quota.of(12); 3], Grants::default());
        let requests = Requests { amount: &[9, 1, 2], quota: &column, ..Requests::default() };
        let (venue, scratch) = (&mut Venue::default(), &mut Scratch::default());
        Proportional {}.allocate(&Offer::of(12), &requests, venue, scratch, &mut grants).unwrap();
        assert_eq!(grants.granted, [3, 1, 2]);
        assert_eq!(Quota { most: None, share: 1.0 }.of(Atoms::MAX), Atoms::MAX);
    }
}
