//! Stop-loss traders: a position held as long as the market does not fall too far from where it was.

use walras_catalog::{Bounds, entry};
use walras_ledger::Atoms;
use walras_market::command::{Action, Placement};
use walras_market::order::{Shape, Side};
use walras_numerics::Column;

use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, Setup};

entry! {
    /// Buys, and protects what it holds by a stop order that waits in the book below the highest price since.
    ///
    /// The stop is for all that the agent has of the asset. It is moved up when the highest price rises by a tick or more,
    /// never down, and placed anew when the agent has got or sold some, or nothing of its own is in the book. Once sold
    /// out an agent buys again after the price has risen by `reentry` above the lowest since, which with a trailing stop
    /// is the filter rule of Alexander and of Fama and Blume; where `reentry` is absent it stays out. Until it has first
    /// held something it tries to buy in every step. It needs markets where stops can wait: order books that trade
    /// continuously.
    pub struct StopLoss = "stop_loss" {
        formula: "stop = (1 − distance)·max P since it holds, or (1 − distance)·P when it began to hold; buys at P ≥ (1 + reentry)·min P since it sold out",
        source: "P. W. Glynn and D. L. Iglehart, \"Trading securities using trailing stops\", Management Science 41, 1995; E. F. Fama and M. E. Blume, \"Filter rules and stock-market trading\", Journal of Business 39, 1966",
        /// How far below the highest price the stop waits, as a share of it.
        distance: PerAgent = PerAgent::constant(0.05), within Bounds::between(0.0, 1.0);
        /// Whether the stop follows the price up; else it stays where the first price put it.
        trailing: bool = true;
        /// How far below the stop it sells at worst, as a share of the stop: a stop-limit; absent for any price.
        limit: Option<f64>, within 0.0..1.0;
        /// How far the price must rise above its lowest since for it to buy again, as a share; absent for never.
        reentry: Option<PerAgent>, within Bounds::from(0.0..=100.0);
        /// How much it buys; a share is of what could be spent at the worst price its slippage allows.
        order_size: OrderSize = OrderSize::default();
        /// It does not buy at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct StopLossPolicy {
    markets: usize,
    distance: Column,
    trailing: bool,
    limit: Option<f64>,
    reentry: Option<Column>,
    sizes: Sizes,
}

/// Memory columns for each market: where the agent stands, the highest price since it holds or the lowest since it does
/// not, and price and size of the stop that waits (0 for none).
const COLUMNS: usize = 4;

/// It has not held anything yet.
const BEFORE: f64 = 0.0;
/// It holds something.
const IN: f64 = 1.0;
/// It has sold out.
const OUT: f64 = 2.0;

impl Build for StopLoss {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(StopLossPolicy {
            markets: setup.markets.len(),
            distance: setup.parameter("distance", &self.distance)?,
            trailing: self.trailing,
            limit: self.limit,
            reentry: self.reentry.as_ref().map(|reentry| setup.parameter("reentry", reentry)).transpose()?,
            sizes: Sizes::new(&self.order_size, self.slippage, setup)?,
        }))
    }

    fn needs_stops(&self) -> bool {
        true
    }
}

impl Policy for StopLossPolicy {
    fn shape(&self, market: usize) -> Shape {
        self.sizes.shape(market)
    }

    fn memory(&self) -> Vec<f64> {
        vec![0.0; COLUMNS * self.markets]
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for (market, seen) in view.markets.iter().enumerate() {
            let [stands, extreme, stop, stopped] = memory.columns_from(COLUMNS * market);
            let least = ((seen.lot * seen.token_scale).round() as Atoms).max(1);
            let priced = seen.price > 0.0 && seen.price.is_finite();
            for i in 0..view.len() {
                if !priced {
                    desk.market(market).side[i] = Side::NONE;
                    continue;
                }
                let (row, owned) = (view.rows.start + i, view.owned(market, i));
                let now = if owned >= least {
                    IN
                } else if stands[i] == BEFORE {
                    BEFORE
                } else {
                    OUT
                };
                if now != stands[i] {
                    (stands[i], extreme[i], stop[i], stopped[i]) = (now, seen.price, 0.0, 0.0);
                }
                let buys = match (now == IN, now == BEFORE, &self.reentry) {
                    (true, ..) => false,
                    (_, true, _) => true,
                    (.., None) => false,
                    (.., Some(reentry)) => {
                        extreme[i] = extreme[i].min(seen.price);
                        seen.price >= extreme[i] * (1.0 + reentry.get(row))
                    }
                };
                desk.market(market).side[i] = if buys { Side::BUY } else { Side::NONE };
                if now == IN {
                    if self.trailing {
                        extreme[i] = extreme[i].max(seen.price);
                    }
                    let wished = tick::at_most(extreme[i] * (1.0 - self.distance.get(row)), seen.tick);
                    let price = wished.max(stop[i]);
                    // Refused or too old.
                    let lost = seen.own_orders.is_some() && view.own_orders(market, i).is_empty();
                    if price > 0.0 && price.is_finite() && (lost || price > stop[i] || owned as f64 != stopped[i]) {
                        if stop[i] > 0.0 {
                            desk.ask(market, i, Action::Cancel);
                        }
                        desk.ask(market, i, Action::Place(self.protection(owned, price, seen)));
                        (stop[i], stopped[i]) = (price, owned as f64);
                    }
                }
            }
            let orders = desk.market(market);
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

impl StopLossPolicy {
    fn protection(&self, size: Atoms, stop: f64, seen: &MarketView<'_>) -> Placement {
        let order = Placement::sell(size).stopped_at(stop);
        match self.limit.map(|below| tick::at_most(stop * (1.0 - below), seen.tick)) {
            Some(limit) if limit > 0.0 => order.at(limit),
            _ => order,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, policy};

    /// What an agent that holds `held(step)` tokens asks at each of the prices: whether it buys, and the stop it places.
    fn course(text: &str, prices: &[f64], held: impl Fn(usize) -> f64) -> Vec<(bool, Option<f64>)> {
        let mut bench = Bench::new(1, 1);
        (bench.markets[0].tick, bench.markets[0].lot, bench.markets[0].price) = (0.5, 1.0, prices[0]);
        let policy = bench.start(&*policy(&format!("kind = 'stop_loss'\n{text}"))).unwrap();
        let mut found = Vec::new();
        for (step, &price) in prices.iter().enumerate() {
            bench.markets[0].price = price;
            bench.holdings[0][0] = (held(step) * 1e6) as Atoms;
            let side = bench.decide(&*policy)[0].side[0];
            let commands: Vec<Action> = bench.commands[0].iter().map(|command| command.action).collect();
            let placed = commands.iter().find_map(|action| match action {
                Action::Place(order) => {
                    assert_eq!((order.side, order.size), (Side::SELL, bench.holdings[0][0]));
                    order.stop
                }
                _ => None,
            });
            found.push((side == Side::BUY, placed));
            bench.advance(&[price]);
        }
        found
    }

    /// Ten per cent below 100, 110 and 104.9: 90, 99, and 94.41 on the grid of halves, which is below 99.
    #[test]
    fn the_stop_follows_the_price_up_and_not_down() {
        let stays = (false, None);
        let found = course("distance = 0.1", &[100.0, 110.0, 104.9, 110.4, 112.0], |_| 5.0);
        assert_eq!(found, [(false, Some(90.0)), (false, Some(99.0)), stays, stays, (false, Some(100.5))]);
        let found = course("distance = 0.1\ntrailing = false", &[100.0, 110.0, 104.9], |_| 5.0);
        assert_eq!(found, [(false, Some(90.0)), stays, stays]);
        // Got two tokens more: the same price for all seven.
        let found = course("distance = 0.1", &[100.0, 100.0], |step| 5.0 + 2.0 * step as f64);
        assert_eq!(found, [(false, Some(90.0)), (false, Some(90.0))]);
    }

    /// Buys until it has something; sold out at 88, it buys a tenth above 80.
    #[test]
    fn it_buys_at_first_and_after_the_price_has_risen_from_its_lowest() {
        let held = |step| if (2..4).contains(&step) { 3.0 } else { 0.25 };
        let prices = [100.0, 100.0, 100.0, 100.0, 88.0, 80.0, 87.9, 88.0];
        let (buys, waits) = ((true, None), (false, None));
        let in_steps = [buys, buys, (false, Some(90.0)), waits];
        let found = course("distance = 0.1\nreentry = 0.1", &prices, held);
        assert_eq!(found, [&in_steps[..], &[waits, waits, waits, buys]].concat());
        // What is less than a lot is nothing that could be sold.
        assert_eq!(course("distance = 0.1", &prices, held), [&in_steps[..], &[waits; 4]].concat());
    }

    #[test]
    fn a_limit_lies_below_the_stop() {
        let mut bench = Bench::new(1, 1);
        bench.markets[0].price = 100.0;
        let policy = bench.start(&*policy("kind = 'stop_loss'\ndistance = 0.1\nlimit = 0.1")).unwrap();
        bench.decide(&*policy);
        let [command] = bench.commands[0][..] else { panic!("it places a stop") };
        assert_eq!(command.action, Action::Place(Placement::sell(10_000_000).stopped_at(90.0).at(81.0)));
    }
}
