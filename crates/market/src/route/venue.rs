//! What can fill a part of an order.

use walras_ledger::Atoms;
use walras_numerics::elementary::pow10;

use crate::curve::{Curve, Exact};
use crate::pool::{Pool, Swap};

/// A place that fills an order for some atoms of a token, at a cost that rises ever faster.
///
/// For an order to buy, the cost is money paid; for an order to sell it is money received, negative. Either way the
/// marginal cost never falls with the amount, so that one rule serves both.
pub trait Venue {
    /// The most that can be filled.
    fn depth(&self) -> Atoms;

    /// What filling `amount` costs, in atoms of money, fees included. `None` when it cannot be filled.
    fn cost(&self, amount: Atoms) -> Option<i128>;

    /// What the next atom costs after `amount` is filled, fees included.
    fn marginal(&self, amount: Atoms) -> f64;
}

/// A pool, buying a token from it or selling to it.
#[derive(Debug)]
pub struct OnPool<'a> {
    pool: &'a dyn Pool,
    token: usize,
    money: usize,
    buys: bool,
    depth: Atoms,
}

impl<'a> OnPool<'a> {
    /// Buys `token` from `pool` for `money`.
    #[must_use]
    pub fn buying(pool: &'a dyn Pool, token: usize, money: usize) -> Self {
        Self::new(pool, token, money, true)
    }

    /// Sells `token` to `pool` for `money`.
    #[must_use]
    pub fn selling(pool: &'a dyn Pool, token: usize, money: usize) -> Self {
        Self::new(pool, token, money, false)
    }

    fn new(pool: &'a dyn Pool, token: usize, money: usize, buys: bool) -> Self {
        Self { pool, token, money, buys, depth: 0 }.up_to(Atoms::MAX)
    }

    /// Buys or sells at most `most` of `token`, where more is of no use: its depth is then found sooner.
    #[must_use]
    pub fn at_most(pool: &'a dyn Pool, token: usize, money: usize, buys: bool, most: Atoms) -> Self {
        Self { pool, token, money, buys, depth: 0 }.up_to(most)
    }

    fn up_to(self, most: Atoms) -> Self {
        let fills = |amount: Atoms| amount == 0 || self.quote(amount).is_some();
        let depth = if fills(most) { most } else { walras_numerics::root::greatest(0, most, fills).unwrap_or(0) };
        Self { depth, ..self }
    }

    fn quote(&self, amount: Atoms) -> Option<Swap> {
        let quoted = if self.buys {
            self.pool.cost(self.token, self.money, amount)
        } else {
            self.pool.proceeds(self.token, self.money, amount)
        };
        quoted.ok()
    }
}

impl Venue for OnPool<'_> {
    fn depth(&self) -> Atoms {
        self.depth
    }

    fn cost(&self, amount: Atoms) -> Option<i128> {
        if amount == 0 {
            return Some(0);
        }
        let swap = self.quote(amount)?;
        Some(if self.buys { i128::from(swap.paid) } else { -i128::from(swap.received) })
    }

    fn marginal(&self, amount: Atoms) -> f64 {
        let mut after = self.pool.duplicate();
        if amount > 0 {
            let Some(swap) = self.quote(amount) else { return f64::INFINITY };
            after.settle(&swap);
        }
        let price = after.price(self.token, self.money);
        if self.buys {
            price / (1.0 - after.fee_share(self.money, self.token))
        } else {
            -price * (1.0 - after.fee_share(self.token, self.money))
        }
    }
}

/// A bonding curve, without the market's fees.
#[derive(Debug)]
pub struct OnCurve<'a, C: Curve + ?Sized> {
    /// The curve in atoms.
    pub exact: Exact<'a, C>,
    /// Atoms out.
    pub supply: Atoms,
    /// Money held.
    pub reserve: Atoms,
    /// Decimals of the numeraire and of the token.
    pub decimals: (u32, u32),
    /// Whether the order buys.
    pub buys: bool,
}

impl<C: Curve + ?Sized> Venue for OnCurve<'_, C> {
    fn depth(&self) -> Atoms {
        if !self.buys {
            return self.supply;
        }
        let fills = |amount: Atoms| self.exact.cost(self.supply, self.reserve, amount).is_some();
        walras_numerics::root::greatest(0, Atoms::MAX - self.supply, fills).unwrap_or(0)
    }

    fn cost(&self, amount: Atoms) -> Option<i128> {
        if self.buys {
            self.exact.cost(self.supply, self.reserve, amount).map(i128::from)
        } else {
            self.exact.proceeds(self.supply, self.reserve, amount).map(|paid| -i128::from(paid))
        }
    }

    fn marginal(&self, amount: Atoms) -> f64 {
        let moved = self.cost(amount).unwrap_or(0);
        let reserve = Atoms::try_from(i128::from(self.reserve) + moved).unwrap_or(Atoms::MAX);
        let supply = if self.buys { self.supply.saturating_add(amount) } else { self.supply - amount };
        // The curve's price is in whole units of both assets.
        let price = self.exact.price(supply, reserve) * pow10(self.decimals.0) / pow10(self.decimals.1);
        if self.buys { price } else { -price }
    }
}

/// One price of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// How many atoms of the token stand there.
    pub size: Atoms,
    /// The price as a fraction: so many atoms of money …
    pub money: Atoms,
    /// … for so many of the token.
    pub tokens: Atoms,
}

/// Resting orders of one side of a book, the best price first.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// The prices, from the best.
    pub levels: Vec<Level>,
    /// Whether the order buys, from offers whose prices rise; else it sells, to bids whose prices fall.
    pub buys: bool,
}

impl Venue for Ladder {
    fn depth(&self) -> Atoms {
        self.levels.iter().fold(0, |sum: Atoms, level| sum.saturating_add(level.size))
    }

    fn cost(&self, amount: Atoms) -> Option<i128> {
        let (mut left, mut cost) = (amount, 0);
        for level in &self.levels {
            let filled = left.min(level.size);
            let money = i128::from(filled) * i128::from(level.money);
            // Each level's money is rounded against the order.
            cost += if self.buys {
                money.cast_unsigned().div_ceil(level.tokens.cast_unsigned().into()).cast_signed()
            } else {
                -(money / i128::from(level.tokens))
            };
            left -= filled;
            if left == 0 {
                return Some(cost);
            }
        }
        (left == 0).then_some(cost)
    }

    fn marginal(&self, amount: Atoms) -> f64 {
        let mut left = amount;
        for level in &self.levels {
            if left < level.size {
                let price = level.money as f64 / level.tokens as f64;
                return if self.buys { price } else { -price };
            }
            left -= level.size;
        }
        f64::INFINITY
    }
}
