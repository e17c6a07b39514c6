//! The threshold rule: buy below one price, sell above another.

use walras_catalog::{Bounds, entry};
use walras_market::order::Shape;
use walras_numerics::Column;

use super::activity::Activity;
use super::reference::Reference;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Buys while the price is below one threshold and sells while it is above another; between them, waits.
    pub struct Threshold = "threshold" {
        formula: "buy if P < buy_below, sell if P > sell_above, else wait; each with probability activity",
        source: "elementary",
        /// The price below which an agent buys.
        buy_below: PerAsset, within Bounds::from(0.0..), unit "numeraire/token or multiples";
        /// The price above which an agent sells; not below `buy_below`.
        sell_above: PerAsset, within Bounds::from(0.0..), unit "numeraire/token or multiples";
        /// Whether thresholds are prices or multiples of the fundamental value.
        relative_to: Reference = Reference::Numeraire;
        /// Probability of acting in a step when the price says so.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large orders are.
        order_size: OrderSize = OrderSize::default();
        /// Orders are refused at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct ThresholdPolicy {
    buy_below: Vec<Column>,
    sell_above: Vec<Column>,
    relative_to: Reference,
    activity: Activity,
    sizes: Sizes,
}

impl Build for Threshold {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let buy_below = self.buy_below.parameters("buy_below", setup)?;
        let sell_above = self.sell_above.parameters("sell_above", setup)?;
        for (low, high) in buy_below.iter().zip(&sell_above) {
            if let Some(row) = (0..setup.size).find(|&row| low.get(row) > high.get(row)) {
                return Err(format!(
                    "agent {row} would both buy below {} and sell above {}: `buy_below` must not pass `sell_above`",
                    low.get(row),
                    high.get(row)
                ));
            }
        }
        Ok(Box::new(ThresholdPolicy {
            buy_below,
            sell_above,
            relative_to: self.relative_to,
            activity: Activity::new(&self.activity, setup)?,
            sizes: Sizes::new(&self.order_size, self.slippage, setup)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        self.relative_to == Reference::Fundamental
    }
}

impl Policy for ThresholdPolicy {
    fn shape(&self, market: usize) -> Shape {
        self.sizes.shape(market)
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            let unit = self.relative_to.unit(seen);
            let low = self.buy_below[market].chunk(view.rows.clone());
            let high = self.sell_above[market].chunk(view.rows.clone());
            for ((side, &low), &high) in orders.side.iter_mut().zip(low).zip(high) {
                *side = i8::from(seen.price < low * unit) - i8::from(seen.price > high * unit);
            }
            self.activity.thin(view, market as u16, orders.side);
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::bench::{Bench, assert_share, count, policy};

    #[test]
    fn buys_below_sells_above_and_waits_between() {
        let mut bench = Bench::new(1, 1);
        let policy = bench.start(&*policy("kind = 'threshold'\nbuy_below = 0.9\nsell_above = 1.1")).unwrap();
        let prices = [0.5, 0.899, 0.9, 1.0, 1.1, 1.101, 9.0];
        let sides = prices.map(|price| {
            bench.advance(&[price]);
            bench.decide(&*policy)[0].side[0]
        });
        assert_eq!(sides, [1, 1, 0, 0, 0, -1, -1]);
    }

    #[test]
    fn thresholds_may_be_multiples_of_the_fundamental_and_differ_by_asset() {
        let text = "kind = 'threshold'\nrelative_to = 'fundamental'\nbuy_below = {TOKEN0 = 0.9, TOKEN1 = 0.1}\n\
                    sell_above = {TOKEN0 = 1.1, TOKEN1 = 0.2}";
        let mut bench = Bench::new(1, 2);
        bench.markets[0].fundamental = Some(10.0);
        bench.markets[1].fundamental = Some(10.0);
        let policy = bench.start(&*policy(text)).unwrap();
        bench.advance(&[8.99, 8.99]);
        let orders = bench.decide(&*policy);
        assert_eq!((orders[0].side[0], orders[1].side[0]), (1, -1));
    }

    #[test]
    fn the_idle_wait() {
        let mut bench = Bench::new(50_000, 1);
        let text = "kind = 'threshold'\nbuy_below = 2\nsell_above = 3\nactivity = 0.3";
        let policy = bench.start(&*policy(text)).unwrap();
        assert_share(count(&bench.decide(&*policy)[0].side).0, 50_000, 0.3);
    }

    #[test]
    fn thresholds_that_cross_are_refused() {
        let text = "kind = 'threshold'\nbuy_below = 2\nsell_above = 1";
        let message = Bench::new(3, 1).start(&*policy(text)).err().unwrap();
        assert!(message.contains("agent 0 would both buy below 2 and sell above 1"), "{message}");
    }
}
