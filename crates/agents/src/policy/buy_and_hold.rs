//! Buy and hold: the benchmark that active rules must beat.

use walras_catalog::{Bounds, entry};
use walras_market::order::Shape;
use walras_numerics::{CHUNK, Column};

use super::moving_average::Windows;
use super::sizing::{atoms_per_money, limit_shape};
use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, Setup};

entry! {
    /// Spends a share of its money once and never sells.
    ///
    /// An agent orders at its start step. While its order is refused (a halted market, a price that moved beyond its
    /// slippage, a cost beyond its money) it tries again each step; once it has bought, it is done with that market.
    pub struct BuyAndHold = "buy_and_hold" {
        formula: "q = share·B/(P·(1 + slippage)) once, from step start on",
        source: "elementary",
        /// The share of what it may spend at each market that an agent spends there.
        share: PerAgent = PerAgent::constant(0.9), within Bounds::above_to(0.0, 1.0);
        /// The first step at which it orders; fractions of a step are dropped.
        start: PerAgent = PerAgent::constant(0.0), within 0.0..=4e9, unit "steps";
        /// Orders are refused at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct BuyAndHoldPolicy {
    markets: usize,
    share: Column,
    start: Windows,
    slippage: Option<f64>,
}

/// Memory column for each market: [`WAITING`], [`DONE`], or the atoms held when the order was sent.
const HELD: usize = 0;
/// Memory column for each market: the balance when the order was sent.
const BALANCE: usize = 1;
const COLUMNS_PER_MARKET: usize = 2;

const WAITING: f64 = -1.0;
const DONE: f64 = -2.0;

impl Build for BuyAndHold {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(BuyAndHoldPolicy {
            markets: setup.markets.len(),
            share: setup.parameter("share", &self.share)?,
            start: Windows::new("start", &self.start, setup)?,
            slippage: self.slippage,
        }))
    }
}

impl Policy for BuyAndHoldPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: limit_shape(self.slippage), priority_fee: Some(0) }
    }

    fn memory(&self) -> Vec<f64> {
        [WAITING, 0.0].repeat(self.markets)
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let share = self.share.chunk(view.rows.clone());
        let start = self.start.chunk(view.rows.clone());
        for market in 0..view.markets.len() {
            let orders = desk.market(market);
            let per_money = atoms_per_money(view, market, self.slippage);
            let holdings = view.holdings(market);
            for (i, held) in memory.column(COLUMNS_PER_MARKET * market + HELD).iter_mut().enumerate() {
                let due = *held != DONE && view.step >= start[i];
                let size = if due { (share[i] * view.balances[i] as f64 * per_money) as i64 } else { 0 };
                orders.side[i] = i8::from(size > 0);
                orders.size[i] = size;
                *held = match (*held == DONE, size > 0) {
                    (true, _) => DONE,
                    (false, true) => holdings[i] as f64,
                    (false, false) => WAITING,
                };
            }
            let before = memory.column(COLUMNS_PER_MARKET * market + BALANCE);
            for (before, &balance) in before.iter_mut().zip(view.balances) {
                *before = balance as f64;
            }
        }
    }

    /// An order was carried out when more tokens are held and less money; tokens alone could have been given.
    fn learn(&self, view: &View<'_>, memory: &mut Memory<'_, '_>) {
        let mut before = [0.0; CHUNK];
        for market in 0..view.markets.len() {
            before[..view.len()].copy_from_slice(memory.column(COLUMNS_PER_MARKET * market + BALANCE));
            let holdings = view.holdings(market);
            for (i, held) in memory.column(COLUMNS_PER_MARKET * market + HELD).iter_mut().enumerate() {
                let bought = *held >= 0.0 && holdings[i] as f64 > *held && (view.balances[i] as f64) < before[i];
                *held = if bought { DONE } else { *held };
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::Column;

    use crate::bench::{Bench, policy};

    #[test]
    fn spends_its_share_at_its_start_and_tries_again_until_it_has_bought() {
        let mut bench = Bench::new(1, 1);
        let policy = bench.start(&*policy("kind = 'buy_and_hold'\nshare = 0.5\nstart = 2\nslippage = 0.25")).unwrap();
        let mut sides = Vec::new();
        for step in 0..8 {
            let orders = bench.decide(&*policy);
            sides.push(orders[0].side[0]);
            if sides[step] == 1 {
                // Half of 1,000 at 1·1.25.
                assert_eq!(orders[0].size, Column::Each(vec![400_000_000]));
            }
            match step {
                // Tokens given for nothing, but the order refused.
                3 => bench.holdings[0][0] += 5,
                // The order carried out.
                4 => {
                    bench.holdings[0][0] += 400_000_000;
                    bench.balances[0] -= 40_000;
                }
                _ => {}
            }
            bench.learn(&*policy);
            bench.advance(&[1.0]);
        }
        assert_eq!(sides, [0, 0, 1, 1, 1, 0, 0, 0]);
    }

    #[test]
    fn without_money_it_waits() {
        let mut bench = Bench::new(1, 2);
        bench.balances[0] = 0;
        let policy = bench.start(&*policy("kind = 'buy_and_hold'")).unwrap();
        assert_eq!(*bench.decide(&*policy)[1].side, [0]);
        bench.balances[0] = 100;
        assert_eq!(*bench.decide(&*policy)[1].side, [1]);
    }
}
