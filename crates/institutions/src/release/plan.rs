//! Who is paid how much at which step.

use walras_ledger::Atoms;

use super::{AnyRelease, Release};

/// A distribution from its first step to its last: the amounts of its recipients and when they are released.
#[derive(Debug, Clone)]
pub struct Plan {
    amounts: Vec<Atoms>,
    release: AnyRelease,
}

impl Plan {
    /// Releases to each recipient its amount, in atoms; none is negative.
    #[must_use]
    pub fn new(amounts: Vec<Atoms>, release: AnyRelease) -> Self {
        Self { amounts, release }
    }

    /// The amount of each recipient, in atoms.
    #[must_use]
    pub fn amounts(&self) -> &[Atoms] {
        &self.amounts
    }

    /// The sum of all amounts, in atoms.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.amounts.iter().map(|&amount| i128::from(amount)).sum()
    }

    /// When amounts are released.
    #[must_use]
    pub fn release(&self) -> &dyn Release {
        &*self.release
    }

    /// What has been paid to all recipients together by the end of `step`, in atoms.
    #[must_use]
    pub fn released(&self, step: u32) -> i128 {
        self.amounts.iter().map(|&amount| i128::from(self.release.released(step, amount))).sum()
    }

    /// The payments of `step`: the recipient's index and what it is paid, never zero, in the recipients' order.
    pub fn payments(&self, step: u32) -> impl Iterator<Item = (usize, Atoms)> + '_ {
        let recipients = if self.release.due(step) { self.amounts.as_slice() } else { &[] };
        let payment = move |(recipient, &amount): (usize, &Atoms)| {
            let before = step.checked_sub(1).map_or(0, |before| self.release.released(before, amount));
            let payment = self.release.released(step, amount) - before;
            (payment != 0).then_some((recipient, payment))
        };
        recipients.iter().enumerate().filter_map(payment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::{Airdrop, Genesis, Vesting};

    #[test]
    fn payments_are_what_each_step_adds() {
        let vesting = Vesting { start: 1, cliff: 2, duration: 4, every: 1 };
        let plan = Plan::new(vec![8, 0, 1], AnyRelease::Vesting(vesting));
        let payments = |step| plan.payments(step).collect::<Vec<_>>();
        assert!([0, 1, 2, 6].iter().all(|&step| payments(step).is_empty()));
        assert_eq!(payments(3), [(0, 4)]);
        assert_eq!(payments(4), [(0, 2)]);
        assert_eq!(payments(5), [(0, 2), (2, 1)]);
        assert_eq!((plan.total(), plan.released(3), plan.released(5)), (9, 4, 9));
    }

    #[test]
    fn what_is_given_at_once_is_paid_once() {
        let airdrop = Plan::new(vec![3, 4], AnyRelease::Airdrop(Airdrop { step: 2 }));
        let paid: Vec<_> = (0..5).map(|step| airdrop.payments(step).collect::<Vec<_>>()).collect();
        assert_eq!(paid, [vec![], vec![], vec![(0, 3), (1, 4)], vec![], vec![]]);
        let genesis = Plan::new(vec![3, 4], AnyRelease::Genesis(Genesis {}));
        assert_eq!(genesis.payments(0).collect::<Vec<_>>(), [(0, 3), (1, 4)]);
        assert_eq!(genesis.payments(1).count(), 0);
    }
}
