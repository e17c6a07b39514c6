//! Adaptive-aggressive traders: how much they give up for a trade is learned from every shout.

use walras_catalog::{Bounds, entry};
use walras_market::order::{LimitShape, Shape};
use walras_numerics::elementary::exp;
use walras_numerics::{CHUNK, Column};

use super::activity::Activity;
use super::aggressiveness::Aggressiveness;
use super::belief::{Mirror, touch};
use super::entitlement::{Entitlement, Entitlements, Induced, Unit};
use super::hearing::{news, silent_price};
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick};
use crate::observation::{MarketView, Shout, View};
use crate::population::{PerAgent, Setup};

entry! {
    /// Estimates the equilibrium from the last trades and aims at a price from it by an aggressiveness that it learns.
    ///
    /// Within the margin r = 0 aims at the estimate p*, r = 1 at the own limit and r = −1 at the best one could dream of.
    /// After a trade the agent becomes less aggressive if its target would have traded there, else more; after an offer
    /// of its own side that was at least as good as its target and was not taken, more; a best order of its side that
    /// still rests when it is to act is heard so again, or silence would be the end of trade. Slowly it also learns θ, how
    /// bent the way from r to the target is, from the volatility of prices about p*. It takes the other side's best order
    /// when that is within its target; else it goes a third of the way from its side's best to its target. Before
    /// the first trade it goes by its limit in place of a target. Where nothing is shouted and nothing rests, it takes the
    /// price while its unit is worth more, to at most a step beyond.
    pub struct AdaptiveAggressive = "adaptive_aggressive" {
        formula: "p* = Σ w_i·p_i, w_i ∝ ρ^i; r ← r + β₁·(δ − r), δ = r_shout ± (λ_r·|r_shout| + λ_a); α = √(mean (p_i − p*)²)/p*, ᾱ = (α − α_min)/(α_max − α_min), θ ← θ + β₂·((θ_max − θ_min)·(1 − ᾱ·e^(γ(ᾱ − 1))) + θ_min − θ); offer = best ± (target − best)/η",
        check: AdaptiveAggressive::consistent,
        source: "P. Vytelingum, D. Cliff and N. R. Jennings, \"Strategic bidding in continuous double auctions\", Artificial Intelligence 172, 2008",
        /// The units it may buy or sell.
        entitlement: Entitlement;
        /// The highest price that could be asked.
        highest: f64, within Bounds::above(0.0), unit "numeraire/token";
        /// r at the start.
        aggressiveness: PerAgent = PerAgent::uniform(-0.3, 0.0), within -1.0..=1.0;
        /// θ at the start.
        theta: PerAgent = PerAgent::uniform(-5.0, 0.0), within -100.0..=100.0;
        /// θ_min and θ_max: between these the long-term learning keeps θ.
        theta_range: (f64, f64) = (-8.0, 2.0), within -100.0..=100.0;
        /// β₁: the rate of learning r.
        short_term_rate: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// β₂: the rate of learning θ.
        long_term_rate: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// γ: the shape of the way from volatility to θ.
        shape: f64 = 2.0, within 0.0..=100.0;
        /// λ_r: the relative step of r beyond a shout's, and of a price beyond another.
        relative_step: f64 = 0.05, within 0.0..1.0;
        /// λ_a: the absolute step of r beyond a shout's, and, in numeraire per token, of a price beyond another.
        absolute_step: f64 = 0.01, within 0.0..1.0;
        /// η: an offer goes this part of the way to the target, 3 for a third.
        patience: f64 = 3.0, within 1.0..=1000.0;
        /// N: how many of the last trades it estimates from, as far as they are among the last 512 shouts.
        window: u32 = 30, within 1.0..=512.0, unit "trades";
        /// ρ: the weight of a trade against the next one's.
        fading: f64 = 0.9, within 0.0..=1.0;
        /// Probability of making an offer in a step.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large a unit is; a number of tokens.
        order_size: OrderSize = OrderSize::default();
    }
}

struct AdaptiveAggressivePolicy {
    entry: AdaptiveAggressive,
    markets: usize,
    entitlements: Entitlements,
    aggressiveness: Column,
    theta: Column,
    short_term_rate: Column,
    long_term_rate: Column,
    activity: Activity,
    sizes: Sizes,
}

/// Shouts that are looked back on and listened to.
const SHOUTS: u32 = 512;

/// Memory columns for each market: the units', r, θ, the least and the greatest volatility seen, shouts heard (−1 before
/// the first).
const LEARNT: usize = Entitlements::COLUMNS;
const COLUMNS: usize = LEARNT + 5;

impl AdaptiveAggressive {
    fn consistent(&self) -> Result<(), (&'static str, String)> {
        let (least, greatest) = self.theta_range;
        if least > greatest {
            return Err(("theta_range", format!("the least θ {least} is above the greatest {greatest}")));
        }
        self.order_size.in_tokens()
    }
}

impl Build for AdaptiveAggressive {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        Ok(Box::new(AdaptiveAggressivePolicy {
            markets: setup.markets.len(),
            entitlements: Entitlements::new(&self.entitlement, setup)?,
            aggressiveness: setup.parameter("aggressiveness", &self.aggressiveness)?,
            theta: setup.parameter("theta", &self.theta)?,
            short_term_rate: setup.parameter("short_term_rate", &self.short_term_rate)?,
            long_term_rate: setup.parameter("long_term_rate", &self.long_term_rate)?,
            activity: Activity::new(&self.activity, setup)?,
            sizes: Sizes::new(&self.order_size, None, setup)?,
            entry: self.clone(),
        }))
    }
}

/// What the last trades say.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Estimate {
    /// p*.
    equilibrium: f64,
    /// α.
    volatility: f64,
}

/// The estimate from the last `window` trades among the last [`SHOUTS`] shouts, if there is one.
fn estimate(seen: &MarketView<'_>, window: u32, fading: f64) -> Option<Estimate> {
    let from = seen.tape.count().saturating_sub(u64::from(SHOUTS));
    let trades = || seen.tape.since(from).rev().filter_map(|shout| shout.traded).take(window as usize);
    let (mut weight, mut sum, mut weights, mut count) = (1.0, 0.0, 0.0, 0.0);
    for price in trades() {
        (sum, weights, count) = (sum + weight * price, weights + weight, count + 1.0);
        weight *= fading;
    }
    let equilibrium = sum / weights;
    let squares: f64 = trades().map(|price| (price - equilibrium) * (price - equilibrium)).sum();
    let volatility = (squares / count).sqrt() / equilibrium;
    (equilibrium > 0.0 && equilibrium.is_finite() && volatility.is_finite())
        .then_some(Estimate { equilibrium, volatility })
}

/// What an agent has learnt at one market.
#[derive(Debug, Clone, Copy)]
struct Learnt {
    /// r.
    aggressiveness: f64,
    /// θ.
    theta: f64,
    /// α_min and α_max; the latter −1 before the first trade.
    volatility: (f64, f64),
}

impl Policy for AdaptiveAggressivePolicy {
    fn shape(&self, market: usize) -> Shape {
        Shape { limit: LimitShape::Each, ..self.sizes.shape(market) }
    }

    fn induced(&self, market: usize) -> Option<Induced<'_>> {
        Some(Induced::new(&self.entitlements, &self.sizes, market))
    }

    fn memory(&self) -> Vec<f64> {
        let mut market = Entitlements::MEMORY.to_vec();
        market.extend([0.0, 0.0, 0.0, -1.0, -1.0]);
        market.repeat(self.markets)
    }

    fn tape_length(&self) -> usize {
        SHOUTS as usize
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for market in 0..view.markets.len() {
            let mut offers = [0.0; CHUNK];
            self.listen(view, market, true, memory, &mut offers);
            let orders = desk.market(market);
            orders.limit.copy_from_slice(&offers[..view.len()]);
            for (side, &offer) in orders.side.iter_mut().zip(&offers) {
                *side = self.entitlements.side * i8::from(offer > 0.0);
            }
            self.activity.thin(view, market as u16, orders.side);
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }

    fn learn(&self, view: &View<'_>, memory: &mut Memory<'_, '_>) {
        for market in 0..view.markets.len() {
            self.listen(view, market, false, memory, &mut [0.0; CHUNK]);
        }
    }
}

impl AdaptiveAggressivePolicy {
    /// Prices as a buyer sees them: a seller's are counted downwards from the highest.
    fn mirror(&self) -> Mirror {
        Mirror { side: -self.entitlements.side, highest: self.entry.highest }
    }

    /// Lets every agent of the chunk hear what was shouted since it last listened, and writes what it would then offer;
    /// 0 for nothing. Those that are to act also hear the best order of their side.
    fn listen(
        &self,
        view: &View<'_>,
        market: usize,
        acts: bool,
        memory: &mut Memory<'_, '_>,
        offers: &mut [f64; CHUNK],
    ) {
        let seen = &view.markets[market];
        let side = self.entitlements.side;
        let rests = touch(seen, side).1.filter(|_| acts);
        let rests = rests.map(|price| Shout { side, price, size: 0.0, traded: None, traded_size: 0.0 });
        let estimate = estimate(seen, self.entry.window, self.entry.fading);
        let [period, start, aggressiveness, theta, least, greatest, heard] = memory.columns_from(COLUMNS * market);
        for i in 0..view.len() {
            let row = view.rows.start + i;
            let size = self.sizes.atoms(market, row, seen.token_scale);
            let unit = self.entitlements.next(view, market, i, size, &mut period[i], &mut start[i]);
            let mut learnt =
                Learnt { aggressiveness: aggressiveness[i], theta: theta[i], volatility: (least[i], greatest[i]) };
            if heard[i] < 0.0 {
                heard[i] = 0.0;
                (learnt.aggressiveness, learnt.theta) = (self.aggressiveness.get(row), self.theta.get(row));
            }
            for shout in news(seen, SHOUTS, &mut heard[i]).chain(&rests) {
                if let Some(estimate) = &estimate {
                    self.hear(row, shout, estimate, unit, &mut learnt);
                }
            }
            offers[i] = self.offer(seen, estimate.as_ref(), unit, &learnt).unwrap_or(0.0);
            (aggressiveness[i], theta[i]) = (learnt.aggressiveness, learnt.theta);
            (least[i], greatest[i]) = learnt.volatility;
        }
    }

    fn hear(&self, row: usize, shout: &Shout, estimate: &Estimate, unit: Unit, learnt: &mut Learnt) {
        let mirror = self.mirror();
        let way = Aggressiveness::new(mirror.turn(unit.worth), mirror.turn(estimate.equilibrium), learnt.theta);
        let price = mirror.turn(shout.traded.unwrap_or(shout.price)).clamp(0.0, mirror.highest);
        let target = way.target(learnt.aggressiveness);
        let direction = match shout.traded {
            Some(_) if target >= price => -1.0,
            Some(_) => 1.0,
            None if shout.side == self.entitlements.side && target <= price => 1.0,
            None => return,
        };
        let (relative, absolute) = (self.entry.relative_step, self.entry.absolute_step);
        let shouted = way.of(price);
        let aim = shouted + direction * (relative * shouted.abs() + absolute);
        let r = learnt.aggressiveness;
        learnt.aggressiveness = (r + self.short_term_rate.get(row) * (aim - r)).clamp(-1.0, 1.0);
        if shout.traded.is_some() {
            self.learn_theta(row, estimate.volatility, learnt);
        }
    }

    /// After a trade: the calmer the market, the higher θ.
    fn learn_theta(&self, row: usize, volatility: f64, learnt: &mut Learnt) {
        let (least, greatest) = learnt.volatility;
        let first = greatest < 0.0;
        let (least, greatest) =
            if first { (volatility, volatility) } else { (least.min(volatility), greatest.max(volatility)) };
        learnt.volatility = (least, greatest);
        if greatest > least {
            let share = (volatility - least) / (greatest - least);
            let (low, high) = self.entry.theta_range;
            let aim = (high - low) * (1.0 - share * exp(self.entry.shape * (share - 1.0))) + low;
            learnt.theta += self.long_term_rate.get(row) * (aim - learnt.theta);
        }
    }

    /// What an agent offers, if anything.
    fn offer(&self, seen: &MarketView<'_>, estimate: Option<&Estimate>, unit: Unit, learnt: &Learnt) -> Option<f64> {
        if !unit.left {
            return None;
        }
        let (mirror, side) = (self.mirror(), self.entitlements.side);
        let limit = mirror.turn(unit.worth);
        let beyond =
            |price: f64| (mirror.turn(price) + self.entry.relative_step * price + self.entry.absolute_step).min(limit);
        if let Some(price) = silent_price(seen) {
            let worthwhile = mirror.turn(price) < limit;
            return named(mirror.turn(beyond(price)), side, seen.tick).filter(|_| worthwhile);
        }
        let (opposite, own) = touch(seen, side);
        let best = own.map_or(0.0, |price| mirror.turn(price)).max(0.0);
        let taken = opposite.map_or(mirror.highest, |price| mirror.turn(price));
        if limit <= best {
            return None;
        }
        let target = match estimate {
            Some(estimate) => {
                let way = Aggressiveness::new(limit, mirror.turn(estimate.equilibrium), learnt.theta);
                let target = way.target(learnt.aggressiveness);
                if taken <= target {
                    return opposite;
                }
                target
            }
            None => opposite.map_or(limit, beyond),
        };
        if target <= best {
            return None;
        }
        let offer = best + (target - best) / self.entry.patience;
        // A step on the grid is taken upwards, as far as the limit allows: else offers would stop short of the target.
        let upwards = tick::no_worse(-side, mirror.turn(offer), seen.tick);
        let offer = if mirror.turn(upwards) <= limit { upwards } else { mirror.turn(offer) };
        named(offer, side, seen.tick)
    }
}

/// A price on the grid that is no worse than `price`, if it is one.
fn named(price: f64, side: i8, tick: f64) -> Option<f64> {
    Some(tick::no_worse(side, price, tick)).filter(|price| *price > 0.0 && price.is_finite())
}

#[cfg(test)]
mod tests {
    use walras_market::order::Side;

    use super::*;
    use crate::bench::{Bench, policy};
    use crate::observation::Tape;

    /// A buyer or seller of one unit, with θ straight and nothing learnt of it, in a market of these trades and quotes.
    fn offer(role: &str, worth: f64, r: f64, trades: &[f64], quotes: (Option<f64>, Option<f64>)) -> Option<f64> {
        let text = format!(
            "kind = 'adaptive_aggressive'\nhighest = 200\naggressiveness = {r}\ntheta = 0\nlong_term_rate = 0\n\
             short_term_rate = 0\nentitlement = {{role = '{role}', units = [{worth}]}}"
        );
        let mut bench = Bench::new(1, 1);
        let policy = bench.start(&*policy(&text)).unwrap();
        for &price in trades {
            bench.markets[0].tape.push(Shout { side: 1, price, size: 1.0, traded: Some(price), traded_size: 1.0 });
        }
        (bench.markets[0].quotes.bid, bench.markets[0].quotes.ask) = quotes;
        bench.markets[0].quotes.last = Some(1.0);
        let orders = bench.decide(&*policy).remove(0);
        (orders.side[0] != 0).then(|| orders.limit_of(0, 0.0))
    }

    fn near(found: Option<f64>, expected: f64) -> bool {
        found.is_some_and(|found| (found - expected).abs() < 1e-9)
    }

    #[test]
    fn the_equilibrium_is_the_fading_mean_of_the_trades() {
        let mut bench = Bench::new(1, 1);
        bench.markets[0].tape = Tape::new(10);
        for price in [50.0, 100.0, 120.0] {
            bench.markets[0].tape.push(Shout { side: 1, price, size: 1.0, traded: Some(price), traded_size: 1.0 });
            bench.markets[0].tape.push(Shout { side: 1, price: 7.0, size: 1.0, traded: None, traded_size: 0.0 });
        }
        bench.see(|view| {
            let found = estimate(&view.markets[0], 2, 0.9).unwrap();
            let equilibrium = (120.0 + 0.9 * 100.0) / 1.9;
            assert!((found.equilibrium - equilibrium).abs() < 1e-12);
            let squares = (120.0 - equilibrium) * (120.0 - equilibrium) + (100.0 - equilibrium) * (100.0 - equilibrium);
            assert!((found.volatility - (squares / 2.0).sqrt() / equilibrium).abs() < 1e-12);
        });
    }

    /// With θ = 0 and p* = 100 a buyer worth 140 at r = ½ aims at 120, a seller of cost 60 at 80.
    #[test]
    fn offers_go_a_third_of_the_way_or_take_what_suits() {
        assert!(near(offer("buyer", 140.0, 0.5, &[100.0], (Some(90.0), Some(130.0))), 90.0 + 30.0 / 3.0));
        assert!(near(offer("buyer", 140.0, 0.5, &[100.0], (Some(90.0), Some(119.0))), 119.0));
        assert!(near(offer("seller", 60.0, 0.5, &[100.0], (Some(70.0), Some(110.0))), 110.0 - 30.0 / 3.0));
        assert!(near(offer("seller", 60.0, 0.5, &[100.0], (Some(81.0), Some(110.0))), 81.0));
        // Nothing to better, and nothing left to gain.
        assert_eq!(offer("buyer", 140.0, 0.5, &[100.0], (Some(125.0), Some(130.0))), None);
        assert_eq!(offer("buyer", 140.0, 0.5, &[100.0], (Some(140.0), None)), None);
    }

    /// Before a trade: towards the limit, or a step beyond the other side's best where that is nearer: 90·1.05 + .01.
    #[test]
    fn before_the_first_trade_offers_go_by_the_limit() {
        assert!(near(offer("buyer", 140.0, 0.5, &[], (Some(50.0), None)), 50.0 + 90.0 / 3.0));
        assert!(near(offer("buyer", 140.0, 0.5, &[], (Some(50.0), Some(90.0))), 50.0 + (94.51 - 50.0) / 3.0));
        assert!(near(offer("seller", 60.0, 0.5, &[], (None, Some(150.0))), 150.0 - 90.0 / 3.0));
    }

    /// From r = 0 at p* = 100 and θ = 0: a trade at 110 means r = ¼ to a buyer worth 140, which the agent would have
    /// missed, so r moves half-way to 1.05·.25 + .01. A trade at 90 it would have got: r moves down.
    #[test]
    fn aggressiveness_follows_the_shouts() {
        let text = "kind = 'adaptive_aggressive'\nhighest = 200\naggressiveness = 0\ntheta = 0\nlong_term_rate = 0\n\
                    entitlement = {role = 'buyer', units = [140]}";
        let mut bench = Bench::new(1, 1);
        let policy = bench.start(&*policy(text)).unwrap();
        let mut hear = |side, price, traded: bool| {
            bench.memory[LEARNT][0] = 0.0;
            // Thirty trades at 100 keep the estimate there, next to nothing of it the shout's own.
            bench.markets[0].tape = Tape::new(512);
            (0..300).for_each(|_| {
                bench.markets[0].tape.push(Shout {
                    side: 1,
                    price: 100.0,
                    size: 1.0,
                    traded: Some(100.0),
                    traded_size: 1.0,
                });
            });
            bench.memory[LEARNT + 4][0] = 300.0;
            let traded_size = f64::from(u8::from(traded));
            bench.markets[0].tape.push(Shout { side, price, size: 1.0, traded: traded.then_some(price), traded_size });
            bench.learn(&*policy);
            bench.memory[LEARNT][0]
        };
        let passed_over = hear(Side::BUY, 110.0, false);
        assert!((passed_over - 0.5 * (1.05 * 0.25 + 0.01)).abs() < 1e-9, "{passed_over}");
        assert_eq!(hear(Side::SELL, 110.0, false), 0.0);
        assert_eq!(hear(Side::BUY, 90.0, false), 0.0);
        assert!(hear(Side::SELL, 110.0, true) > 0.1 && hear(Side::SELL, 90.0, true) < -0.02);
    }

    #[test]
    fn at_a_silent_market_the_price_is_taken_while_it_is_worth_it() {
        let text = "kind = 'adaptive_aggressive'\nhighest = 200\nentitlement = {role = 'buyer', units = [140]}";
        let mut bench = Bench::new(1, 1);
        bench.markets[0].price = 100.0;
        let policy = bench.start(&*policy(text)).unwrap();
        assert!((bench.decide(&*policy)[0].limit_of(0, 0.0) - 105.01).abs() < 1e-9);
        bench.markets[0].price = 139.0;
        assert_eq!(bench.decide(&*policy)[0].limit_of(0, 0.0), 140.0);
        bench.markets[0].price = 141.0;
        assert_eq!(bench.decide(&*policy)[0].side[0], 0);
    }
}
