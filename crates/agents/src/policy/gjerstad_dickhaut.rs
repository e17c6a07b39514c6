//! Gjerstad–Dickhaut traders: the offer with the greatest expected surplus, by beliefs formed from recent shouts.

use walras_catalog::{Bounds, entry};
use walras_market::order::{LimitShape, Shape};

use super::activity::Activity;
use super::belief::{Belief, Mirror, Recollection, SHOUTS_MAX, touch};
use super::entitlement::{Entitlement, Entitlements, Induced};
use super::hearing::silent_price;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, Setup};

entry! {
    /// Names the price at which the surplus times the believed probability that an offer is taken is greatest.
    ///
    /// Beliefs are formed from all shouts that led to the last few trades: an ask is the likelier taken the more asks at
    /// or above it were taken and bids at or above it made, and the fewer asks at or below it were left. Between the
    /// prices remembered they run along a cubic that is level at both; at 0 and at `highest` they are sure. An offer
    /// that the best order of the other side meets is surely taken; where `improving`, one no better than the best of
    /// the own side surely is not, unless that is the agent's own. For a bid all this is turned round. An agent keeps
    /// to what rests of its own when no offer has an expected surplus. Where nothing is shouted and nothing rests, the
    /// price is believed in.
    pub struct GjerstadDickhaut = "gjerstad_dickhaut" {
        formula: "p(a) = (TA(≥a) + B(≥a))/(TA(≥a) + B(≥a) + RA(≤a)), q(b) = (TB(≤b) + A(≤b))/(TB(≤b) + A(≤b) + RB(≥b)); ask max_a (a − c)·p(a), bid max_b (v − b)·q(b)",
        check: |trader| trader.order_size.in_tokens(),
        source: "S. Gjerstad and J. Dickhaut, \"Price formation in double auctions\", Games and Economic Behavior 22, 1998",
        /// The units it may buy or sell.
        entitlement: Entitlement;
        /// L: how many of the last trades, with the shouts that led to them, it remembers; at most 512 shouts in all.
        memory: u32 = 5, within 1.0..=512.0, unit "trades";
        /// M: a price at which surely nobody buys.
        highest: f64, within Bounds::above(0.0), unit "numeraire/token";
        /// Whether an offer must be better than the best order of its side, as where only the best stand.
        improving: bool = true;
        /// Probability of making an offer in a step.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large a unit is; a number of tokens.
        order_size: OrderSize = OrderSize::default();
    }
}

struct GjerstadDickhautPolicy {
    markets: usize,
    entitlements: Entitlements,
    memory: u32,
    highest: f64,
    improving: bool,
    activity: Activity,
    sizes: Sizes,
}

/// Memory columns for each market: the units', and the last offer.
const OFFER: usize = Entitlements::COLUMNS;
const COLUMNS: usize = OFFER + 1;

impl Build for GjerstadDickhaut {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(GjerstadDickhautPolicy {
            markets: setup.markets.len(),
            entitlements: Entitlements::new(&self.entitlement, setup)?,
            memory: self.memory,
            highest: self.highest,
            improving: self.improving,
            activity: Activity::new(&self.activity, setup)?,
            sizes: Sizes::new(&self.order_size, None, setup)?,
        }))
    }
}

impl Policy for GjerstadDickhautPolicy {
    fn shape(&self, market: usize) -> Shape {
        Shape { limit: LimitShape::Each, ..self.sizes.shape(market) }
    }

    fn induced(&self, market: usize) -> Option<Induced<'_>> {
        Some(Induced::new(&self.entitlements, &self.sizes, market))
    }

    fn memory(&self) -> Vec<f64> {
        let mut market = Entitlements::MEMORY.to_vec();
        market.push(0.0);
        market.repeat(self.markets)
    }

    fn tape_length(&self) -> usize {
        SHOUTS_MAX
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let side = self.entitlements.side;
        for (market, seen) in view.markets.iter().enumerate() {
            let mut recalled = Recollection::of(seen, self.memory, Mirror { side, highest: self.highest });
            silent_price(seen).into_iter().for_each(|price| recalled.add_price(price));
            let (opposite, own) = touch(seen, side);
            let open = recalled.belief(opposite, None);
            let held = own.filter(|_| self.improving).map(|_| recalled.belief(opposite, own));
            let orders = desk.market(market);
            let (mut last, mut best_then) = ((f64::NAN, false), None);
            let [period, start, offered] = memory.columns_from(COLUMNS * market);
            for i in 0..view.len() {
                let size = self.sizes.atoms(market, view.rows.start + i, seen.token_scale);
                let unit = self.entitlements.next(view, market, i, size, &mut period[i], &mut start[i]);
                let best_is_own = own.is_some_and(|own| (own - offered[i]).abs() <= 1e-9 * own);
                // Agents alike, one after another, come to the same.
                if (unit.worth, best_is_own) != last {
                    let belief: &Belief = held.as_ref().filter(|_| !best_is_own).unwrap_or(&open);
                    best_then = belief.best(unit.worth, seen.tick);
                    last = (unit.worth, best_is_own);
                }
                let best = best_then.filter(|_| unit.left);
                orders.side[i] = side * i8::from(best.is_some());
                orders.limit[i] = best.map_or(0.0, |(price, _)| price);
            }
            self.activity.thin(view, market as u16, orders.side);
            for ((offered, side), limit) in offered.iter_mut().zip(&*orders.side).zip(&*orders.limit) {
                *offered = if *side == 0 { *offered } else { *limit };
            }
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_market::order::Side;

    use super::*;
    use crate::bench::{Bench, policy};
    use crate::observation::{Shout, Tape};

    fn told(shouts: &[(i8, f64, Option<f64>)]) -> Bench {
        let mut bench = Bench::new(1, 1);
        bench.markets[0].tape = Tape::new(SHOUTS_MAX);
        for &(side, price, traded) in shouts {
            bench.markets[0].tape.push(Shout {
                side,
                price,
                size: 1.0,
                traded,
                traded_size: f64::from(u8::from(traded.is_some())),
            });
        }
        bench
    }

    fn belief(bench: &Bench, side: i8, trades: u32, touch: (Option<f64>, Option<f64>)) -> Belief {
        let mut found = None;
        bench.see(|view| {
            let recalled = Recollection::of(&view.markets[0], trades, Mirror { side, highest: 200.0 });
            found = Some(recalled.belief(touch.0, touch.1));
        });
        found.unwrap()
    }

    /// Asks at 120 and 110, the latter taken by a bid; then an ask at 105 and a bid at 90, an ask at 100 that takes it.
    /// So asks were left at 120 and 105 and taken at 110, bids were made at 90.
    const STORY: [(i8, f64, Option<f64>); 6] = [
        (Side::SELL, 120.0, None),
        (Side::SELL, 110.0, None),
        (Side::BUY, 115.0, Some(110.0)),
        (Side::SELL, 105.0, None),
        (Side::BUY, 90.0, None),
        (Side::SELL, 80.0, Some(90.0)),
    ];

    #[test]
    fn beliefs_are_the_shares_of_those_taken() {
        let bench = told(&STORY);
        let asks = belief(&bench, Side::SELL, 5, (None, None));
        // At 90: TA(≥) 1 and B(≥) 1 against none; at 105: 1 against 1; at 110 the same; at 120: none against 2.
        assert_eq!([90.0, 105.0, 110.0, 120.0, 200.0].map(|price| asks.at(price)), [1.0, 0.5, 0.5, 0.0, 0.0]);
        let bids = belief(&bench, Side::BUY, 5, (None, None));
        // At 120: A(≤) 3 and TB(≤) 1; at 90: TB 1 against none left; nothing is known below.
        assert_eq!([120.0, 90.0, 0.0].map(|price| bids.at(price)), [1.0, 1.0, 0.0]);
        // Halfway from 90 to 105 the cubic stands halfway, and a quarter of the way it has come 5/32 of it.
        assert!((asks.at(97.5) - 0.75).abs() < 1e-15);
        assert!((asks.at(93.75) - (1.0 - 0.5 * 5.0 / 32.0)).abs() < 1e-15);
    }

    #[test]
    fn only_what_led_to_the_last_trades_is_remembered() {
        let asks = belief(&told(&STORY), Side::SELL, 1, (None, None));
        // What followed the first trade: an ask left at 105, a bid taken at 90.
        assert_eq!([90.0, 105.0].map(|price| asks.at(price)), [1.0, 0.0]);
    }

    #[test]
    fn the_best_orders_make_beliefs_sure() {
        let asks = belief(&told(&STORY), Side::SELL, 5, (Some(107.0), Some(109.0)));
        assert_eq!([105.0, 107.0, 109.0, 110.0].map(|price| asks.at(price)), [1.0, 1.0, 0.0, 0.0]);
    }

    /// Against a search of the whole range in small steps.
    #[test]
    fn the_best_offer_is_the_best_of_all() {
        let bench = told(&STORY);
        for (side, worths) in
            [(Side::SELL, [0.0, 60.0, 95.0, 104.0, 150.0]), (Side::BUY, [20.0, 80.0, 95.0, 130.0, 199.0])]
        {
            let belief = belief(&bench, side, 5, (None, None));
            for worth in worths {
                let surplus = |price: f64| f64::from(side) * (worth - price) * belief.at(price);
                let (price, found) = belief.best(worth, 0.0).unwrap_or_default();
                let searched = (0..=200_000).map(|n| surplus(f64::from(n) / 1000.0)).fold(0.0, f64::max);
                assert!(
                    (found - searched).abs() < 1e-4 && found >= searched - 1e-9,
                    "{side} {worth}: {found} {searched}"
                );
                assert!(found == 0.0 || (surplus(price) - found).abs() < 1e-9);
                let on_grid = belief.best(worth, 5.0).unwrap_or_default();
                let searched = (0..=40).map(|n| surplus(5.0 * f64::from(n))).fold(0.0, f64::max);
                assert!((on_grid.1 - searched).abs() < 1e-9, "{side} {worth}: {on_grid:?} {searched}");
            }
        }
    }

    #[test]
    fn an_offer_betters_the_best_unless_that_is_its_own() {
        let text = "kind = 'gjerstad_dickhaut'\nhighest = 200\nentitlement = {role = 'seller', units = [50]}";
        let mut bench = Bench::new(1, 1);
        bench.markets[0].tick = 1.0;
        let policy = bench.start(&*policy(text)).unwrap();
        bench.markets[0].quotes.last = Some(100.0);
        let alone = bench.decide(&*policy)[0].limit_of(0, 0.0);
        bench.markets[0].quotes.ask = Some(alone);
        assert_eq!(bench.decide(&*policy)[0].limit_of(0, 0.0), alone);
        bench.markets[0].quotes.ask = Some(alone - 10.0);
        assert!(bench.decide(&*policy)[0].limit_of(0, 0.0) < alone - 10.0);
    }
}
