//! A bonding curve as orders in a book: how many lots it would sell at each tick above its price, and buy below it.
//!
//! Let a lot's *charge* be what the curve asks for it after so many others, with its fee and tribute, and what a tick
//! *brings* its price of a lot less the book's own fee. A level of the ladder at tick p offers all lots that are not
//! offered nearer to the price and whose charge is at most what p brings. For bids the same holds the other way round.
//!
//! *Invariant:* however much of a ladder trades, in the order of its prices, the money it brings covers what the curve
//! charges for it as one order, with every fee. The price of a curve never falls with supply, so the last lot of a level
//! is the dearest one; charges round up, so they sum to no less than the charge of all; and each is taken higher by the
//! error that computing the whole could make ([`Exact::error`]) and by two atoms.

use walras_ledger::Atoms;
use walras_numerics::root::greatest;

use super::in_turn::Standing;
use super::{Curve, Exact};
use crate::book::{Grid, Side};
use crate::terms::{Rate, Terms};

/// How the prices of a ladder are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spacing {
    /// At least so many ticks apart; each offers what the curve does up to there.
    Ticks(i64),
    /// So many lots at each, at the price up to which the curve offers them.
    Lots(i64),
}

/// One order of a ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Level {
    /// The curve buys or sells.
    pub side: Side,
    /// The price, in ticks.
    pub price: i64,
    /// How much, in lots.
    pub lots: i64,
}

/// A curve that is quoted in a book.
#[derive(Debug)]
pub struct Quoted<'a, C: Curve + ?Sized> {
    /// The curve in atoms.
    pub exact: Exact<'a, C>,
    /// Where it stands.
    pub standing: Standing,
    /// The most atoms that may be out.
    pub maximum_supply: Atoms,
    /// What its own market takes.
    pub terms: Terms,
    /// Ticks and lots of the book.
    pub grid: Grid,
    /// What the book takes from the curve for a trade.
    pub fee: Rate,
    /// The lowest and the highest tick that the book lets in.
    pub prices: (i64, i64),
    /// The most lots of one order.
    pub lots_max: i64,
}

impl<C: Curve + ?Sized> Quoted<'_, C> {
    /// Appends the orders of a side, the best first: at most `levels` of them, each of a lot or more.
    pub fn ladder(&self, side: Side, levels: u32, spacing: Spacing, ladder: &mut Vec<Level>) {
        let (mut offered, mut before, mut guess) = (0_i64, None, 1_i64);
        for _ in 0..levels {
            let lots = match spacing {
                Spacing::Lots(lots) => match self.possible(side, offered, lots.min(self.lots_max)) {
                    0 => return,
                    lots => lots,
                },
                Spacing::Ticks(_) => 1,
            };
            let Some(mut price) = self.charge(side, offered + lots - 1).and_then(|charge| self.tick(side, charge))
            else {
                return;
            };
            let apart = if let Spacing::Ticks(ticks) = spacing { ticks } else { 0 };
            price = match side {
                Side::Sell => price.max(before.map_or(self.prices.0, |before: i64| before.saturating_add(apart))),
                Side::Buy => price.min(before.map_or(self.prices.1, |before: i64| before.saturating_sub(apart))),
            };
            if !(self.prices.0..=self.prices.1).contains(&price) {
                return;
            }
            let lots = match spacing {
                Spacing::Lots(_) => lots,
                Spacing::Ticks(_) => self.within(side, offered, price, guess),
            };
            ladder.push(Level { side, price, lots });
            (offered, before, guess) = (offered + lots, Some(price), lots);
        }
    }

    /// What one lot is worth to the curve after `offered` others, in atoms of money: what it charges a buyer at least, and
    /// pays a seller at most. `None` beyond what it can mint, buy back or count.
    #[must_use]
    pub fn charge(&self, side: Side, offered: i64) -> Option<Atoms> {
        let (before, lot) = (self.grid.amount(offered)?, self.grid.lot());
        let Standing { supply, reserve } = self.standing;
        match side {
            Side::Sell => {
                let after = supply.checked_add(before)?;
                if lot > self.maximum_supply.checked_sub(after)? {
                    return None;
                }
                let reserve = reserve.checked_add(self.exact.cost(supply, reserve, before)?)?;
                let cost = self.exact.cost(after, reserve, lot)?;
                let cost = cost.checked_add(self.margin(cost))?;
                reserve.checked_add(cost)?;
                Some(-self.terms.bought(lot, cost, 0)?.money())
            }
            Side::Buy => {
                let paid = self.exact.proceeds(supply, reserve, before)?;
                // A reserve that is taken too low pays too little.
                let reserve = (reserve - paid).saturating_sub(self.margin(paid)).max(0);
                let proceeds = self.exact.proceeds(supply.checked_sub(before)?, reserve, lot)?;
                Some(self.terms.sold(lot, (proceeds - self.margin(proceeds)).max(0), 0).money())
            }
        }
    }

    /// What computing many lots at once may add to `money` for one of them, and two atoms.
    fn margin(&self, money: Atoms) -> Atoms {
        2 + (2.0 * self.exact.error() * money as f64) as Atoms
    }

    /// What a lot at this tick brings the curve, or costs it when it buys, with the book's fee.
    #[must_use]
    pub fn brings(&self, side: Side, price: i64) -> Option<Atoms> {
        let value = self.grid.value(price, 1)?;
        match side {
            Side::Sell => Some(value - self.fee.of(value)),
            Side::Buy => value.checked_add(self.fee.of(value)),
        }
    }

    /// Whether the curve trades a lot of this charge at this tick.
    fn accepts(&self, side: Side, price: i64, charge: Atoms) -> bool {
        self.brings(side, price).is_some_and(|brings| match side {
            Side::Sell => brings >= charge,
            Side::Buy => brings <= charge,
        })
    }

    /// The tick nearest to the price at which the curve trades a lot of this charge.
    fn tick(&self, side: Side, charge: Atoms) -> Option<i64> {
        let highest = self.prices.1;
        match side {
            Side::Sell => {
                let last = greatest(0, highest, |price| price == 0 || !self.accepts(side, price, charge))?;
                (last < highest).then_some(last + 1)
            }
            Side::Buy => greatest(1, highest, |price| self.accepts(side, price, charge)),
        }
    }

    /// How many lots after `offered` others the curve trades at this tick, at least one, sought from `guess` on.
    fn within(&self, side: Side, offered: i64, price: i64, guess: i64) -> i64 {
        let most = self.lots_max.min(i64::MAX - offered);
        let holds = |lots: i64| {
            lots == 1 || self.charge(side, offered + lots - 1).is_some_and(|charge| self.accepts(side, price, charge))
        };
        let (mut low, mut high) = (1, guess.clamp(1, most));
        while high < most && holds(high) {
            (low, high) = (high, high.saturating_mul(4).min(most));
        }
        greatest(low, high, holds).unwrap_or(low)
    }

    /// How many of `lots` the curve can trade at all after `offered` others.
    fn possible(&self, side: Side, offered: i64, lots: i64) -> i64 {
        greatest(0, lots, |lots| lots == 0 || self.charge(side, offered + lots - 1).is_some()).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curve::Linear;

    /// A token costs 100 and a hundredth for each token out; money and tokens have 6 decimals, a tick is a cent and a
    /// lot a token.
    fn quoted(curve: &Linear, supply: Atoms, fee: f64) -> Quoted<'_, Linear> {
        let exact = Exact::new(curve, 6, 6, 1.0);
        let reserve = exact.required_reserve(supply, 0).unwrap() + 1;
        let rate = |share| Rate::new(share).unwrap();
        Quoted {
            exact,
            standing: Standing { supply, reserve },
            maximum_supply: Atoms::MAX,
            terms: Terms { buy_fee: rate(fee), sell_fee: rate(fee), ..Terms::default() },
            grid: Grid::new(1_000_000, 10_000).unwrap(),
            fee: Rate::default(),
            prices: (1, 1_000_000),
            lots_max: 1_000_000,
        }
    }

    const CURVE: Linear = Linear { slope: 0.01, intercept: 100.0 };

    /// By hand: at 50 tokens out the n-th token more costs 100.5 + 0.01·(n − ½), which is at most 100.50 + k cents for
    /// the first k of them; the n-th token less returns 100.5 − 0.01·(n − ½).
    #[test]
    fn a_rise_of_a_tick_a_token_offers_one_at_each_tick() {
        let mut ladder = Vec::new();
        let quoted = quoted(&CURVE, 50_000_000, 0.0);
        quoted.ladder(Side::Sell, 3, Spacing::Ticks(1), &mut ladder);
        quoted.ladder(Side::Buy, 3, Spacing::Ticks(2), &mut ladder);
        let levels: Vec<(i64, i64)> = ladder.iter().map(|level| (level.price, level.lots)).collect();
        assert_eq!(levels, [(10_051, 1), (10_052, 1), (10_053, 1), (10_049, 1), (10_047, 2), (10_045, 2)]);
    }

    /// Seven tokens up to 50 + 7 out: the last costs 100.565.
    #[test]
    fn levels_of_a_size_are_at_the_price_of_their_last_lot() {
        let mut ladder = Vec::new();
        let quoted = quoted(&CURVE, 50_000_000, 0.0);
        quoted.ladder(Side::Sell, 2, Spacing::Lots(7), &mut ladder);
        quoted.ladder(Side::Buy, 9, Spacing::Lots(20), &mut ladder);
        let levels: Vec<(i64, i64)> = ladder.iter().map(|level| (level.price, level.lots)).collect();
        // Two times twenty tokens and the ten left: the last of them returns 100.005.
        assert_eq!(levels, [(10_057, 7), (10_064, 7), (10_030, 20), (10_010, 20), (10_000, 10)]);
    }

    /// Where a curve is flat there is no end to what it sells but the largest order, and fees part the two sides: 100 and
    /// 1 % on top are 101, and 100 less 1 % are 99; both a tick further for what is rounded.
    #[test]
    fn fees_part_the_sides_of_a_flat_curve() {
        let flat = Linear { slope: 0.0, intercept: 100.0 };
        let (quoted, mut ladder) = (quoted(&flat, 50_000_000, 0.01), Vec::new());
        quoted.ladder(Side::Sell, 1, Spacing::Ticks(1), &mut ladder);
        quoted.ladder(Side::Buy, 2, Spacing::Ticks(1), &mut ladder);
        let levels: Vec<(i64, i64)> = ladder.iter().map(|level| (level.price, level.lots)).collect();
        assert_eq!(levels, [(10_101, 1_000_000), (9_899, 50)]);
    }

    #[test]
    fn nothing_is_offered_beyond_the_maximum_supply_or_the_highest_price() {
        let mut ladder = Vec::new();
        let full = Quoted { maximum_supply: 52_500_000, ..quoted(&CURVE, 50_000_000, 0.0) };
        full.ladder(Side::Sell, 5, Spacing::Ticks(100), &mut ladder);
        assert_eq!(
            ladder,
            [Level { side: Side::Sell, price: 10_051, lots: 1 }, Level { price: 10_151, lots: 1, ..ladder[0] }]
        );
        ladder.clear();
        let dear = Quoted { prices: (1, 10_052), ..quoted(&CURVE, 50_000_000, 0.0) };
        dear.ladder(Side::Sell, 5, Spacing::Ticks(1), &mut ladder);
        assert_eq!(ladder.len(), 2);
        ladder.clear();
        quoted(&CURVE, 0, 0.0).ladder(Side::Buy, 5, Spacing::Ticks(1), &mut ladder);
        assert!(ladder.is_empty());
    }
}
