//! What a venue takes from a trade besides its price: fees and tributes, in exact parts per billion.

use walras_ledger::{Atoms, exchange::Payment};

/// A share in whole parts per billion, so that fees are exact to the atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate(u64);

const BILLION: u64 = 1_000_000_000;

impl Rate {
    /// The rate nearest to `share`, which is at least 0 and below 1; `None` when it is not.
    #[must_use]
    pub fn new(share: f64) -> Option<Self> {
        let parts = (share * BILLION as f64).round();
        (0.0..BILLION as f64).contains(&parts).then_some(Self(parts as u64))
    }

    /// As a share.
    #[must_use]
    pub fn share(self) -> f64 {
        self.0 as f64 / BILLION as f64
    }

    /// This share of `amount`, rounded up.
    #[inline]
    #[must_use]
    pub fn of(self, amount: Atoms) -> Atoms {
        if self.0 == 0 {
            return 0;
        }
        (u128::from(amount.cast_unsigned()) * u128::from(self.0)).div_ceil(u128::from(BILLION)) as Atoms
    }

    /// What must be added to `amount` so that this share of the sum is the addition, rounded up; `None` when it
    /// does not fit.
    #[inline]
    #[must_use]
    pub fn on_top_of(self, amount: Atoms) -> Option<Atoms> {
        if self.0 == 0 {
            return Some(0);
        }
        let part = (u128::from(amount.cast_unsigned()) * u128::from(self.0)).div_ceil(u128::from(BILLION - self.0));
        Atoms::try_from(part).ok()
    }
}

/// What a venue takes from trades.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// Fee on what a buyer's tokens cost, paid on top.
    pub buy_fee: Rate,
    /// Fee on what a seller's tokens return, kept back.
    pub sell_fee: Rate,
    /// Share of what a buyer pays for tokens that goes to the funding pool; the rest reaches the reserve.
    pub entry_tribute: Rate,
    /// Share of what a seller's tokens return that goes to the funding pool.
    pub exit_tribute: Rate,
}

impl Terms {
    /// The same fees with tributes of these shares, each below one.
    #[must_use]
    pub fn with_tributes(self, (entry, exit): (f64, f64)) -> Self {
        let rate = |share| Rate::new(share).unwrap_or_default();
        Self { entry_tribute: rate(entry), exit_tribute: rate(exit), ..self }
    }

    /// What a buyer of `tokens` at `cost` is posted; `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn bought(&self, tokens: Atoms, cost: Atoms, priority_fee: Atoms) -> Option<Payment> {
        let tribute = self.entry_tribute.on_top_of(cost)?;
        let fee = self.buy_fee.of(cost.checked_add(tribute)?);
        cost.checked_add(tribute)?.checked_add(fee)?.checked_add(priority_fee)?;
        Some(Payment { tokens, trade: -cost, fee: -fee, tribute: -tribute, priority_fee: -priority_fee })
    }

    /// What a seller of `tokens` for `proceeds` is posted. Deductions never exceed the proceeds.
    #[inline]
    #[must_use]
    pub fn sold(&self, tokens: Atoms, proceeds: Atoms, priority_fee: Atoms) -> Payment {
        let tribute = self.exit_tribute.of(proceeds);
        let fee = self.sell_fee.of(proceeds - tribute);
        Payment { tokens: -tokens, trade: proceeds, fee: -fee, tribute: -tribute, priority_fee: -priority_fee }
    }

    /// An upper bound on what buying at `cost` (in atoms, as a real number) takes in all, the priority fee apart.
    #[inline]
    #[must_use]
    pub fn bound_on_bought(&self, cost: f64) -> f64 {
        self.markup() * cost + 4.0
    }

    /// A lower bound on the cost (in atoms) that `money` atoms can pay for with all that is taken on top.
    #[inline]
    #[must_use]
    pub fn cost_within(&self, money: Atoms) -> f64 {
        (money as f64 - 4.0) / self.markup()
    }

    /// Money per cost, a little too much.
    #[inline]
    fn markup(&self) -> f64 {
        (1.0 + self.buy_fee.share()) / (1.0 - self.entry_tribute.share()) * (1.0 + 1e-12)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_round_up_and_are_exact() {
        let rate = Rate::new(0.003).unwrap();
        assert_eq!((rate.of(0), rate.of(1), rate.of(1000), rate.of(1001)), (0, 1, 3, 4));
        assert_eq!(rate.of(Atoms::MAX), 27_670_116_110_564_328);
        assert_eq!((Rate::new(1.0), Rate::new(-0.1), Rate::new(f64::NAN)), (None, None, None));
    }

    /// A tribute of 5 % on a payment of 50 leaves 47.5 for the reserve.
    #[test]
    fn entry_tribute_is_a_share_of_what_is_paid() {
        let terms = Terms { entry_tribute: Rate::new(0.05).unwrap(), ..Terms::default() };
        let paid = terms.bought(1, 47_500_000, 0).unwrap();
        assert_eq!((paid.tribute, paid.money()), (-2_500_000, -50_000_000));
    }

    #[test]
    fn the_bounds_hold_for_every_payment() {
        for (fee, tribute) in [(0.0, 0.0), (0.003, 0.0), (0.01, 0.05), (0.999, 0.9)] {
            let rate = |share| Rate::new(share).unwrap();
            let terms = Terms { buy_fee: rate(fee), entry_tribute: rate(tribute), ..Terms::default() };
            for cost in [1, 2, 3, 7, 999, 1_000_003, 1 << 40, 1 << 52] {
                let money = -terms.bought(1, cost, 0).unwrap().money();
                assert!(money as f64 <= terms.bound_on_bought(cost as f64));
                assert!(terms.cost_within(money) <= cost as f64);
            }
        }
    }
}
