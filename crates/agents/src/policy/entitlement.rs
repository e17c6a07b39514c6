//! What a trader may trade, unit by unit, and what each unit is worth to it: a part of what the double-auction traders
//! say.

use walras_catalog::{Bounds, choice, entry};
use walras_ledger::Atoms;
use walras_market::order::Side;
use walras_numerics::Column;

use super::sizing::Sizes;
use crate::observation::View;
use crate::population::{PerAgent, Setup};

choice! {
    /// On which side of the market a trader stands.
    pub enum Role {
        /// It only buys.
        Buyer = "buyer",
        /// It only sells.
        Seller = "seller",
    }
}

impl Role {
    /// The side of its orders, a code of [`Side`].
    #[must_use]
    pub const fn side(self) -> i8 {
        match self {
            Self::Buyer => Side::BUY,
            Self::Seller => Side::SELL,
        }
    }
}

entry! {
    /// Units that a trader may trade, one after another, each with a value to a buyer or a cost to a seller.
    ///
    /// A unit is what one order is for. How many an agent has traded is told from its holdings: whatever else moves its
    /// tokens counts as trade, and a unit traded in part counts as traded. At each market it has the same units.
    pub struct Entitlement = "entitlement" {
        formula: "the next unit is number 1 + n, n the units traded since the period began; all are back every `period` steps",
        check: Entitlement::some,
        source: "V. L. Smith, \"An experimental study of competitive market behavior\", 1962 (induced values)",
        /// Whether it buys or sells.
        role: Role;
        /// The values or costs of its units, in the order in which it may trade them.
        units: Vec<PerAgent>, within Bounds::from(0.0..), unit "numeraire/token";
        /// After how many steps every unit may be traded anew; absent for never.
        period: Option<u32>, within 1.0..=4e9, unit "steps";
    }
}

impl Entitlement {
    fn some(&self) -> Result<(), (&'static str, String)> {
        if self.units.is_empty() { Err(("units", "a trader needs one unit at least".to_owned())) } else { Ok(()) }
    }
}

/// The units of a cohort at all its markets.
#[derive(Debug, Clone)]
pub struct Entitlements {
    /// The side of every order, a code of [`Side`].
    pub side: i8,
    /// For each market, for each unit, what it is worth to each agent.
    units: Vec<Vec<Column>>,
    period: Option<u32>,
}

/// The unit an agent comes to next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unit {
    /// What it is worth: the most a buyer would pay, the least a seller would take, numeraire per token. Of the last one
    /// when none is left.
    pub worth: f64,
    /// Whether it is still to be traded.
    pub left: bool,
}

impl Entitlements {
    /// How many memory columns an agent needs for each market: the period, and the holding when it began.
    pub const COLUMNS: usize = 2;
    /// The initial values of these columns.
    pub const MEMORY: [f64; Self::COLUMNS] = [-1.0, 0.0];

    /// Draws what the units are worth.
    ///
    /// # Errors
    /// When a value cannot be drawn.
    pub fn new(entitlement: &Entitlement, setup: &mut Setup<'_>) -> Result<Self, String> {
        let mut units = Vec::new();
        for _ in setup.markets {
            let columns = entitlement.units.iter().map(|unit| setup.parameter("units", unit));
            units.push(columns.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(Self { side: entitlement.role.side(), units, period: entitlement.period })
    }

    /// Checks that every unit is worth something, for policies whose quotes are multiples of that.
    ///
    /// # Errors
    /// Names the first agent with a unit worth nothing.
    pub fn are_worth_something(&self, agents: usize) -> Result<(), String> {
        let nothing = |row: &usize| self.units.iter().flatten().any(|unit| unit.get(*row) <= 0.0);
        match (0..agents).find(nothing) {
            Some(row) => Err(format!("`units`: agent {row} has a unit worth 0, of which no margin is a part")),
            None => Ok(()),
        }
    }

    /// The next unit of the chunk's agent `i`, whose orders are for `size` atoms. `period` and `start` are its memory.
    #[inline]
    #[must_use]
    pub fn next(
        &self,
        view: &View<'_>,
        market: usize,
        i: usize,
        size: Atoms,
        period: &mut f64,
        start: &mut f64,
    ) -> Unit {
        let holding = view.owned(market, i) as f64;
        let now = self.period.map_or(0.0, |period| f64::from(view.step / period));
        if *period != now {
            (*period, *start) = (now, holding);
        }
        let units = &self.units[market];
        // Beyond 2^53 atoms a holding is rounded: what is next to nothing of a unit is none of it.
        let traded = f64::from(self.side) * (holding - *start) / size as f64;
        let traded = (traded - 1e-6).ceil().max(0.0) as usize;
        let unit = &units[traded.min(units.len() - 1)];
        let worth = unit.get(view.rows.start + i) * view.markets[market].valuation_shift;
        Unit { worth, left: traded < units.len() }
    }
}

/// What the units of a cohort's agents are worth at one market, as an onlooker may know who measures the gains of trade.
/// Shifts of valuations by events are left out.
#[derive(Debug, Clone, Copy)]
pub struct Induced<'a> {
    entitlements: &'a Entitlements,
    sizes: &'a Sizes,
    market: usize,
}

impl<'a> Induced<'a> {
    /// Of the cohort's market number `market`, where orders of these sizes are for one unit each.
    #[must_use]
    pub(super) const fn new(entitlements: &'a Entitlements, sizes: &'a Sizes, market: usize) -> Self {
        Self { entitlements, sizes, market }
    }

    /// Whether the agents buy or sell, a code of [`Side`].
    #[must_use]
    pub const fn side(&self) -> i8 {
        self.entitlements.side
    }

    /// After how many steps every unit may be traded anew; `None` for never.
    #[must_use]
    pub const fn period(&self) -> Option<u32> {
        self.entitlements.period
    }

    /// How many units each agent has.
    #[must_use]
    pub fn units(&self) -> usize {
        self.entitlements.units[self.market].len()
    }

    /// What unit number `unit` is worth to the agent at `row`, numeraire per token.
    #[must_use]
    pub fn worth(&self, row: usize, unit: usize) -> f64 {
        self.entitlements.units[self.market][unit].get(row)
    }

    /// Atoms in a unit of the agent at `row`.
    #[must_use]
    pub fn atoms(&self, row: usize, token_scale: f64) -> Atoms {
        self.sizes.atoms(self.market, row, token_scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, policy, read};

    /// The limit that a ZI-C buyer at the top of its range would name: with every price the same, the unit's worth.
    fn worths(bench: &mut Bench, text: &str, trades: &[i64]) -> Vec<Option<f64>> {
        let policy = bench.start(&*policy(text)).unwrap();
        let mut found = Vec::new();
        for &traded in trades {
            let orders = bench.decide(&*policy).remove(0);
            found.push((orders.side[0] != 0).then(|| orders.limit_of(0, 0.0)));
            bench.holdings[0][0] += traded;
            bench.advance(&[1.0]);
        }
        found
    }

    #[test]
    fn units_are_traded_in_order_and_come_back_after_a_period() {
        let text = "kind = 'zero_intelligence'\nlowest = 90\nhighest = 200\n\
                    entitlement = {role = 'buyer', units = [92, 91, 90], period = 5}";
        let mut bench = Bench::new(1, 1);
        bench.markets[0].tick = 100.0;
        // On a grid of 100 no price is within 90 and 92, so nobody quotes.
        assert_eq!(worths(&mut bench, text, &[0]), [None]);
        let mut bench = Bench::new(1, 1);
        let found = worths(&mut bench, text, &[1_000_000, 1_000_000, 500_000, 0, 0, 0]);
        let within = |price: Option<f64>, top: f64| price.is_some_and(|price| (90.0..=top).contains(&price));
        assert!(within(found[0], 92.0) && within(found[1], 91.0), "{found:?}");
        // The third unit's range is the one price 90; half of it traded counts as all.
        assert_eq!(found[2..5], [Some(90.0), None, None]);
        assert!(within(found[5], 92.0), "{found:?}");
    }

    #[test]
    fn a_sellers_units_are_counted_by_what_leaves_it() {
        let text = "kind = 'zero_intelligence'\nlowest = 1\nhighest = 100\n\
                    entitlement = {role = 'seller', units = [100, 120]}";
        // At the second unit's cost of 120 nothing up to 100 is dear enough.
        let found = worths(&mut Bench::new(1, 1), text, &[0, -1_000_000, 1_000_000, 0]);
        assert_eq!(found, [Some(100.0), Some(100.0), None, Some(100.0)]);
    }

    #[test]
    fn a_trader_without_units_is_refused() {
        let problem = read::<Entitlement>("role = 'buyer'\nunits = []").unwrap_err();
        assert_eq!(problem.message, "a trader needs one unit at least");
    }
}
