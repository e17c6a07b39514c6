//! Noise traders: orders at random, at any price or at a random distance from one.

use walras_catalog::{Bounds, choice, entry};
use walras_market::command::Action;
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::draw::unit;
use walras_numerics::elementary::{ln, pow};
use walras_numerics::{CHUNK, Column};

use super::around::Around;
use super::gaussian::normal;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, Setup};

choice! {
    /// How the distances of limits are spread, d in units of `distance`.
    pub enum Placement {
        /// Every d from 0 to 1 as likely as any other.
        Uniform = "uniform",
        /// d is exponential with mean 1.
        Exponential = "exponential",
        /// d is standard normal, so that half of the limits are beyond the price.
        Normal = "normal",
        /// d + 1 has a Pareto tail of the given `exponent`.
        Power = "power",
    }
}

entry! {
    /// Orders at random: a side by a coin, by another either at any price or at a limit some way from a price.
    ///
    /// A limit order to buy stands the distance below, one to sell above. With `around = "opposite_side"` and uniform
    /// placement this is the zero-intelligence order flow of Farmer, Patelli and Zovko, of which the rate of cancelling is
    /// `cancel`: an agent that does not order takes back what it has resting with that probability.
    pub struct Noise = "noise" {
        formula: "limit = P·(1 − distance·d) to buy and P·(1 + distance·d) to sell, d by `placement`",
        source: "J. D. Farmer, P. Patelli and I. I. Zovko, \"The predictive power of zero intelligence in financial markets\", PNAS 102, 2005; power placement: I. Zovko and J. D. Farmer, \"The power of patience\", Quantitative Finance 2, 2002",
        /// Probability of ordering in a step.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// Probability that an order is to buy; else it is to sell.
        buyer: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// Probability that an order is at any price; else it is limited.
        market_orders: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// The price that limits are counted from.
        around: Around = Around::Price;
        /// The unit of distances, as a share of that price.
        distance: PerAgent = PerAgent::constant(0.01), within 0.0..=100.0;
        /// How distances are spread.
        placement: Placement = Placement::Exponential;
        /// The exponent of the tail where the placement is by power; 1.5 was found in London.
        exponent: f64 = 1.5, within Bounds::above_to(0.0, 100.0);
        /// Probability of taking back what rests, when it does not order.
        cancel: PerAgent = PerAgent::constant(0.0), within 0.0..=1.0;
        /// How large orders are; a share is of what could be spent at the price seen.
        order_size: OrderSize = OrderSize::default();
    }
}

struct NoisePolicy {
    activity: Column,
    /// The probability of ordering to buy.
    buys: Column,
    market_orders: Column,
    around: Around,
    distance: Column,
    placement: Placement,
    exponent: f64,
    cancel: Column,
    sizes: Sizes,
}

impl Build for Noise {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let activity = setup.parameter("activity", &self.activity)?;
        let buyer = setup.parameter("buyer", &self.buyer)?;
        let buys = match (buyer.shared(), activity.shared()) {
            (Some(buyer), Some(activity)) => Column::constant(buyer * activity),
            _ => Column::Each((0..setup.size).map(|row| buyer.get(row) * activity.get(row)).collect()),
        };
        Ok(Box::new(NoisePolicy {
            activity,
            buys,
            market_orders: setup.parameter("market_orders", &self.market_orders)?,
            around: self.around,
            distance: setup.parameter("distance", &self.distance)?,
            placement: self.placement,
            exponent: self.exponent,
            cancel: setup.parameter("cancel", &self.cancel)?,
            sizes: Sizes::new(&self.order_size, None, setup)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        self.around == Around::Fundamental
    }
}

/// The draws of a market in a step: side, whether limited, distance, and cancelling.
const DRAWS: u16 = 4;

impl Policy for NoisePolicy {
    fn shape(&self, market: usize) -> Shape {
        Shape { limit: LimitShape::Each, ..self.sizes.shape(market) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let mut distances = [0.0; CHUNK];
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            self.write_distances(view, DRAWS * market as u16 + 2, &mut distances);
            self.quote(view, market, seen, &distances, orders.side, orders.limit);
            self.sizes.write(view, market, orders.side, orders.size);
            self.cancel(view, market, seen, desk);
        }
    }
}

impl NoisePolicy {
    /// Writes each agent's d.
    fn write_distances(&self, view: &View<'_>, index: u16, distances: &mut [f64; CHUNK]) {
        let mut words = [0; CHUNK];
        view.fill(index, &mut words);
        let drawn = distances[..view.len()].iter_mut().zip(&words);
        match self.placement {
            Placement::Uniform => drawn.for_each(|(distance, &word)| *distance = unit(word)),
            Placement::Exponential => drawn.for_each(|(distance, &word)| *distance = -ln(1.0 - unit(word))),
            Placement::Power => {
                let power = -1.0 / self.exponent;
                drawn.for_each(|(distance, &word)| *distance = pow(1.0 - unit(word), power) - 1.0);
            }
            Placement::Normal => drawn.for_each(|(distance, &word)| *distance = normal(word)),
        }
    }

    fn quote(
        &self,
        view: &View<'_>,
        market: usize,
        seen: &MarketView<'_>,
        distances: &[f64; CHUNK],
        side: &mut [i8],
        limit: &mut [f64],
    ) {
        let (mut sides, mut kinds) = ([0; CHUNK], [0; CHUNK]);
        view.fill(DRAWS * market as u16, &mut sides);
        view.fill(DRAWS * market as u16 + 1, &mut kinds);
        let rows = || view.rows.clone();
        let (activity, buys) = (self.activity.chunk(rows()), self.buys.chunk(rows()));
        let (market_orders, distance) = (self.market_orders.chunk(rows()), self.distance.chunk(rows()));
        let (to_buy, to_sell) = self.around.prices(seen);
        for i in 0..view.len() {
            let u = unit(sides[i]);
            let (buy, sell) = (u < buys[i], u >= buys[i] && u < activity[i]);
            let away = distance[i] * distances[i];
            let price = if buy { to_buy * (1.0 - away) } else { to_sell * (1.0 + away) };
            let price =
                if seen.tick > 0.0 { tick::no_worse(i8::from(buy) - i8::from(sell), price, seen.tick) } else { price };
            let at_any = unit(kinds[i]) < market_orders[i];
            let priced = price > 0.0 && price.is_finite();
            let orders = at_any || priced;
            side[i] = i8::from(buy && orders) - i8::from(sell && orders);
            limit[i] = match (at_any, priced) {
                (true, _) if buy => f64::INFINITY,
                (false, true) => price,
                _ => 0.0,
            };
        }
    }

    /// Takes back what rests of some who do not order. Where nothing rests there is nothing to take back.
    fn cancel(&self, view: &View<'_>, market: usize, seen: &MarketView<'_>, desk: &mut Desk<'_, '_>) {
        let nothing_rests = seen.quotes.bid.is_none() && seen.quotes.ask.is_none();
        if self.cancel.shared() == Some(0.0) || nothing_rests {
            return;
        }
        let mut words = [0; CHUNK];
        view.fill(DRAWS * market as u16 + 3, &mut words);
        let cancel = self.cancel.chunk(view.rows.clone());
        for i in 0..view.len() {
            if unit(words[i]) < cancel[i] && desk.market(market).side[i] == Side::NONE {
                desk.ask(market, i, Action::Cancel);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, assert_share, count, policy};
    use crate::observation::Quotes;

    const N: usize = 50_000;

    /// Sides and limits of `N` agents at a price of 10.
    fn orders(text: &str, quotes: Quotes) -> (Bench, Vec<(i8, f64)>) {
        let mut bench = Bench::new(N, 1);
        bench.markets[0].price = 10.0;
        let policy = bench.start(&*policy(&format!("kind = 'noise'\n{text}"))).unwrap();
        bench.markets[0].quotes = quotes;
        let orders = bench.decide(&*policy).remove(0);
        let found = (0..N).map(|row| (orders.side[row], orders.limit_of(row, 0.0))).collect();
        (bench, found)
    }

    #[test]
    fn sides_and_kinds_come_up_as_often_as_they_should() {
        let text = "activity = 0.6\nbuyer = 0.25\nmarket_orders = 0.3";
        let (_, found) = orders(text, Quotes::default());
        let sides: Vec<i8> = found.iter().map(|order| order.0).collect();
        let (buyers, sellers) = count(&sides);
        assert_share(buyers, N, 0.15);
        assert_share(sellers, N, 0.45);
        assert_share(found.iter().filter(|order| order.1 == f64::INFINITY).count(), N, 0.15 * 0.3);
        assert_share(found.iter().filter(|order| order.0 < 0 && order.1 == 0.0).count(), N, 0.45 * 0.3);
    }

    /// The share of limits farther than twice the distance: none, e⁻², half of what is beyond two deviations, 3^(−1.5).
    #[test]
    fn distances_have_the_tails_of_their_placement() {
        let tails = [
            ("uniform", 0.0),
            ("exponential", (-2.0_f64).exp()),
            ("normal", 0.022_750_131_948),
            ("power", 0.192_450_089_73),
        ];
        for (placement, tail) in tails {
            let text = format!("market_orders = 0\ndistance = 0.05\nplacement = '{placement}'");
            let (_, found) = orders(&text, Quotes::default());
            let away = |&(side, limit): &(i8, f64)| f64::from(side) * (1.0 - limit / 10.0) / 0.05;
            assert_share(found.iter().filter(|order| away(order) > 2.0).count(), N, tail);
            let inside = found.iter().filter(|order| away(order) < 0.0).count();
            assert_share(inside, N, if placement == "normal" { 0.5 } else { 0.0 });
        }
    }

    #[test]
    fn limits_count_from_the_side_asked_for_and_stand_on_the_grid() {
        let quotes = Quotes { bid: Some(8.0), ask: Some(13.0), bid_size: 1.0, ask_size: 1.0, last: None };
        for (around, to_buy, to_sell) in
            [("same_side", 8.0, 13.0), ("opposite_side", 13.0, 8.0), ("middle", 10.5, 10.5)]
        {
            let text = format!("market_orders = 0\ndistance = 0\naround = '{around}'");
            let (_, found) = orders(&text, quotes);
            assert!(found.iter().all(|&(side, limit)| limit == if side > 0 { to_buy } else { to_sell }), "{around}");
        }
        let mut bench = Bench::new(N, 1);
        (bench.markets[0].price, bench.markets[0].tick) = (10.0, 0.25);
        let policy = bench.start(&*policy("kind = 'noise'\nmarket_orders = 0\ndistance = 0.1")).unwrap();
        let orders = bench.decide(&*policy).remove(0);
        assert!((0..N).map(|row| orders.limit_of(row, 0.0) / 0.25).all(|ticks| ticks == ticks.round()));
    }

    #[test]
    fn those_who_do_not_order_take_back_what_may_rest() {
        let text = "activity = 0.4\ncancel = 0.5";
        let (bench, _) = orders(text, Quotes::default());
        assert!(bench.commands[0].is_empty());
        let (bench, found) = orders(text, Quotes { bid: Some(8.0), ..Quotes::default() });
        assert_share(bench.commands[0].len(), N, 0.6 * 0.5);
        assert!(bench.commands[0].iter().all(|one| found[one.trader as usize].0 == 0 && one.action == Action::Cancel));
    }
}
