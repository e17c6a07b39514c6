//! What the orders of a book's traders could cost, and have set aside for that.

use walras_ledger::Atoms;
use walras_market::book::Locked;
use walras_market::terms::Rate;

use super::OnBook;
use crate::venue::results::{Moved, Results};

/// What a trader's orders could cost.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Total {
    /// Atoms of money without fees; the most there can be where it is more.
    money: Atoms,
    lots_bought: u64,
    lots_sold: u64,
}

/// Where one in so many traders and orders has changed, all are looked at in a sweep, which costs less for each.
const MANY: usize = 4;

impl OnBook {
    /// Atoms of money for bids that cost `money` in all, with every fee that so many lots can come to.
    pub(in crate::venue) fn lock(&self, money: i128, lots: u64) -> Atoms {
        let money = Atoms::try_from(money).unwrap_or(Atoms::MAX);
        let [maker, taker] = self.fees;
        if self.fees == [Rate::default(); 2] {
            return money;
        }
        let fee = if maker.share() > taker.share() { maker } else { taker };
        // Each fill rounds its fee up: at most one atom for each lot.
        money.saturating_add(fee.of(money)).saturating_add(lots as Atoms)
    }

    /// What the trader's live orders could cost now: atoms of money and of the asset.
    pub(in crate::venue) fn locked(&self, place: u32) -> [Atoms; 2] {
        self.atoms(&self.book.locked(place))
    }

    /// What orders could cost, in atoms of money and of the asset.
    #[inline]
    fn atoms(&self, locked: &Locked) -> [Atoms; 2] {
        let money = self.lock(locked.money, locked.lots_bought);
        [money, self.grid().amount(locked.lots_sold as i64).unwrap_or(Atoms::MAX)]
    }

    /// Writes down by how much what each trader has set aside has changed, and takes it as given.
    pub fn reckon(&mut self, results: &mut Results) {
        let mut touched = std::mem::take(&mut self.touched);
        // A maker sets nothing aside: what it trades is minted and burned.
        if let Some(maker) = self.maker_place() {
            touched.retain(|&place| place != maker);
        }
        if self.book.live() == 0 {
            // Whoever has nothing set aside still has nothing, and mostly that is everybody.
            touched.retain(|&place| self.money_aside[place as usize] != 0 || self.tokens_aside[place as usize] != 0);
        }
        if touched.len() > (self.money_aside.len() + self.book.live() as usize) / MANY {
            self.reckon_all(results);
        } else {
            touched.sort_unstable();
            touched.dedup();
            for &place in &touched {
                let locked = self.locked(place);
                self.set_aside(place, locked, results);
            }
        }
        touched.clear();
        self.touched = touched;
        self.freed = (0, [0, 0]);
    }

    /// The same for all traders, in one sweep over the orders and one over the traders.
    fn reckon_all(&mut self, results: &mut Results) {
        let mut totals = std::mem::take(&mut self.totals);
        totals.clear();
        totals.resize(self.money_aside.len(), Total::default());
        self.book.each_locked(|trader, locked| {
            let Some(total) = totals.get_mut(trader as usize) else { return };
            total.money = total.money.saturating_add(Atoms::try_from(locked.money).unwrap_or(Atoms::MAX));
            total.lots_bought += locked.lots_bought;
            total.lots_sold += locked.lots_sold;
        });
        for (place, &Total { money, lots_bought, lots_sold }) in (0..).zip(&totals) {
            let locked = Locked { money: money.into(), lots_bought, lots_sold, ..Locked::default() };
            let locked = self.atoms(&locked);
            self.set_aside(place, locked, results);
        }
        self.totals = totals;
    }

    /// Sets these atoms of money and of the asset aside for a trader in place of what was before.
    #[inline]
    fn set_aside(&mut self, place: u32, [money, tokens]: [Atoms; 2], results: &mut Results) {
        let (money_aside, tokens_aside) =
            (&mut self.money_aside[place as usize], &mut self.tokens_aside[place as usize]);
        let moved = Moved { place, money: money - *money_aside, tokens: tokens - *tokens_aside, shares: 0 };
        if moved.money != 0 || moved.tokens != 0 {
            results.set_aside.push(moved);
            (*money_aside, *tokens_aside) = (money, tokens);
        }
    }
}
