//! Wash traders: they trade with nobody but themselves, for what the volume is paid.

use walras_catalog::{Bounds, entry};
use walras_ledger::Atoms;
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::Column;

use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, Setup};

entry! {
    /// Buys for a fixed amount of money and sells the same tokens back in the next step, for as long as that makes it
    /// richer.
    ///
    /// It believes nothing about prices and knows no contract: whenever it holds what it held at first and `trial` steps
    /// have passed, it compares its money with what it had then, and stops for good where that has not risen. A trial must
    /// be long enough for rewards to be paid.
    pub struct WashTrader = "wash_trader" {
        formula: "buy q = volume/P, sell q, …; stops where B(t) ≤ B(t − trial)",
        source: "L. W. Cong, X. Li, K. Tang and Y. Yang, \"Crypto wash trading\", Management Science 69(11), 2023",
        /// Money for which it buys each time at each of its markets.
        volume: PerAgent, within Bounds::above(0.0), unit "numeraire";
        /// Steps after which it looks whether it pays.
        trial: u32 = 20, within 2.0..=1e9, unit "step";
        /// The step at which it begins.
        start: u32 = 0, within 0.0..=4e9, unit "step";
    }
}

struct WashTraderPolicy {
    markets: usize,
    volume: Column,
    trial: u32,
    start: u32,
}

/// Memory: money at the last comparison, or [`NEVER`] before the first and [`STOPPED`] after the last; then the step of the
/// last comparison; then tokens held at first, in atoms, at each market.
const COLUMNS: usize = 2;

const NEVER: f64 = -1.0;
const STOPPED: f64 = -2.0;

impl Build for WashTrader {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let volume = setup.parameter("volume", &self.volume)?;
        Ok(Box::new(WashTraderPolicy { markets: setup.markets.len(), volume, trial: self.trial, start: self.start }))
    }
}

impl Policy for WashTraderPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: LimitShape::Market, priority_fee: Some(0) }
    }

    fn memory(&self) -> Vec<f64> {
        [vec![NEVER, 0.0], vec![0.0; self.markets]].concat()
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for i in 0..view.len() {
            let buys = self.buys(view, memory, i);
            for (market, seen) in view.markets.iter().enumerate() {
                let more = view.holdings(market)[i] - memory.column(COLUMNS + market)[i] as Atoms;
                let priced = seen.price > 0.0 && seen.price.is_finite();
                // Rounded down; floats beyond an amount saturate.
                let bought = || (self.volume.get(view.rows.start + i) / seen.price * seen.token_scale) as Atoms;
                let (side, size) = match (priced && view.step >= self.start, more > 0) {
                    (true, true) => (Side::SELL, more),
                    (true, false) if buys => (Side::BUY, bought()),
                    _ => (Side::NONE, 0),
                };
                let orders = desk.market(market);
                (orders.side[i], orders.size[i]) = (if size > 0 { side } else { Side::NONE }, size);
            }
        }
    }
}

impl WashTraderPolicy {
    /// Whether the chunk's agent `i` may buy: it holds no more than at first, and it paid the last time it looked.
    fn buys(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, i: usize) -> bool {
        if view.step < self.start {
            return false;
        }
        let balance = view.balances[i] as f64;
        if memory.column(0)[i] == NEVER {
            for market in 0..self.markets {
                memory.column(COLUMNS + market)[i] = view.holdings(market)[i] as f64;
            }
            (memory.column(0)[i], memory.column(1)[i]) = (balance, f64::from(view.step));
        }
        let more = |market: usize, held: f64| view.holdings(market)[i] > held as Atoms;
        if (0..self.markets).any(|market| more(market, memory.column(COLUMNS + market)[i])) {
            return false;
        }
        let [money, since] = memory.columns::<2>();
        if money[i] != STOPPED && f64::from(view.step) - since[i] >= f64::from(self.trial) {
            (money[i], since[i]) = (if balance > money[i] { balance } else { STOPPED }, f64::from(view.step));
        }
        money[i] != STOPPED
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::Column;

    use crate::bench::{Bench, policy};

    /// What it does in each step when each round earns `reward` atoms of money: 50 tokens for 100, then back.
    fn sides(reward: i64, steps: usize) -> Vec<i8> {
        let mut bench = Bench::new(1, 1);
        bench.markets[0].price = 2.0;
        let policy = bench.start(&*policy("kind = 'wash_trader'\nvolume = 100\ntrial = 4\nstart = 1")).unwrap();
        let mut found = Vec::new();
        for _ in 0..steps {
            let orders = bench.decide(&*policy);
            let side = orders[0].side[0];
            if side != 0 {
                assert_eq!(orders[0].size, Column::Each(vec![50_000_000]));
                bench.holdings[0][0] += i64::from(side) * 50_000_000;
                bench.balances[0] += i64::from(side) * -10_000 + reward;
            }
            found.push(side);
            bench.advance(&[2.0]);
        }
        found
    }

    #[test]
    fn it_goes_on_while_it_pays() {
        assert_eq!(sides(1, 11), [0, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1]);
        assert_eq!(sides(0, 8), [0, 1, -1, 1, -1, 0, 0, 0]);
        assert_eq!(sides(-1, 8), [0, 1, -1, 1, -1, 0, 0, 0]);
    }
}
