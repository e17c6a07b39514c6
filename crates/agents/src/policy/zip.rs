//! ZIP traders: zero intelligence plus a profit margin learned from every shout.

use walras_catalog::{Bounds, entry};
use walras_market::order::{LimitShape, Shape, Side};
use walras_numerics::{CHUNK, Column, Stream};

use super::activity::Activity;
use super::entitlement::{Entitlement, Entitlements, Induced};
use super::hearing::{news, silent_price};
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick};
use crate::observation::{MarketView, Shout, View};
use crate::population::{PerAgent, Setup};

entry! {
    /// Quotes its next unit's value less a margin, or its cost plus one, and moves the margin after every shout.
    ///
    /// A trade at a price that the agent's own quote would have met shows that it could ask for more: its margin rises.
    /// It falls, while the agent has units left, when others trade where it would not have, and when an offer of its own
    /// side that was at least as good was not taken. The target is a little beyond the shout's price q, by a random
    /// factor R and a random amount A; the quote moves towards it by the Widrow–Hoff rule with momentum. Where nothing is shouted and
    /// nothing rests, as at a curve whose orders are not told, each step's price is heard as a trade.
    pub struct Zip = "zip" {
        formula: "p = λ·(1 + μ); τ = R·q + A; Γ ← γ·Γ + (1 − γ)·β·(τ − p); μ ← (p + Γ)/λ − 1; sellers μ ≥ 0, buyers −1 ≤ μ ≤ 0; R − 1 and A on the side to which the quote moves, drawn for each shout",
        check: Zip::in_order,
        source: "D. Cliff, \"Minimal-intelligence agents for bargaining behaviors in market-based environments\", Hewlett-Packard Laboratories HPL-97-91, 1997",
        /// The units it may buy or sell, λ what each is worth.
        entitlement: Entitlement;
        /// |μ| at the start.
        margin: PerAgent = PerAgent::uniform(0.05, 0.35), within 0.0..=1.0;
        /// β: the learning rate.
        learning_rate: PerAgent = PerAgent::uniform(0.1, 0.5), within 0.0..=1.0;
        /// γ: the momentum.
        momentum: PerAgent = PerAgent::uniform(0.0, 0.1), within 0.0..1.0;
        /// The least and the greatest |A|, the absolute part of the step beyond a shout's price.
        absolute_step: (f64, f64) = (0.01, 0.05), within Bounds::from(0.0..), unit "numeraire/token";
        /// The least and the greatest |R − 1|, the relative part of the step beyond a shout's price.
        relative_step: (f64, f64) = (0.01, 0.05), within 0.0..1.0;
        /// How many of the last shouts it hears, when there have been more since it last listened.
        attention: u32 = 256, within 1.0..=4000.0, unit "shouts";
        /// Probability of quoting in a step.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large a unit is; a number of tokens.
        order_size: OrderSize = OrderSize::default();
    }
}

struct ZipPolicy {
    markets: usize,
    entitlements: Entitlements,
    margin: Column,
    learning_rate: Column,
    momentum: Column,
    absolute_step: (f64, f64),
    relative_step: (f64, f64),
    attention: u32,
    activity: Activity,
    sizes: Sizes,
}

/// Memory columns for each market: the units', the margin μ, the momentum Γ, and shouts heard (−1 before the first).
const MARGIN: usize = Entitlements::COLUMNS;
const HEARD: usize = MARGIN + 2;
const COLUMNS: usize = MARGIN + 3;

/// The largest margin of a seller: a price that is a billion times its cost is learned from no further.
const MARGIN_MAX: f64 = 1e9;

impl Zip {
    fn in_order(&self) -> Result<(), (&'static str, String)> {
        for (name, (least, greatest)) in [("absolute_step", self.absolute_step), ("relative_step", self.relative_step)]
        {
            if least > greatest {
                return Err((name, format!("the least step {least} is above the greatest {greatest}")));
            }
        }
        self.order_size.in_tokens()
    }
}

impl Build for Zip {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let entitlements = Entitlements::new(&self.entitlement, setup)?;
        entitlements.are_worth_something(setup.size)?;
        Ok(Box::new(ZipPolicy {
            markets: setup.markets.len(),
            entitlements,
            margin: setup.parameter("margin", &self.margin)?,
            learning_rate: setup.parameter("learning_rate", &self.learning_rate)?,
            momentum: setup.parameter("momentum", &self.momentum)?,
            absolute_step: self.absolute_step,
            relative_step: self.relative_step,
            attention: self.attention,
            activity: Activity::new(&self.activity, setup)?,
            sizes: Sizes::new(&self.order_size, None, setup)?,
        }))
    }
}

/// The draws of a market in a step: who acts, and what is learned before acting and after.
const DRAWS: u16 = 3;

impl Policy for ZipPolicy {
    fn shape(&self, market: usize) -> Shape {
        Shape { limit: LimitShape::Each, ..self.sizes.shape(market) }
    }

    fn induced(&self, market: usize) -> Option<Induced<'_>> {
        Some(Induced::new(&self.entitlements, &self.sizes, market))
    }

    fn memory(&self) -> Vec<f64> {
        let mut market = Entitlements::MEMORY.to_vec();
        market.extend([0.0, 0.0, -1.0]);
        market.repeat(self.markets)
    }

    fn tape_length(&self) -> usize {
        self.attention as usize
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let mut quotes = [0.0; CHUNK];
        for (market, seen) in view.markets.iter().enumerate() {
            self.listen(view, market, DRAWS * market as u16 + 1, memory, &mut quotes);
            let orders = desk.market(market);
            let side = self.entitlements.side;
            for i in 0..view.len() {
                let price = tick::no_worse(side, quotes[i], seen.tick);
                let quotes = price > 0.0 && price.is_finite();
                orders.side[i] = side * i8::from(quotes);
                orders.limit[i] = if quotes { price } else { 0.0 };
            }
            self.activity.thin(view, DRAWS * market as u16, orders.side);
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }

    fn learn(&self, view: &View<'_>, memory: &mut Memory<'_, '_>) {
        let mut quotes = [0.0; CHUNK];
        for (market, seen) in view.markets.iter().enumerate() {
            let index = DRAWS * market as u16 + 2;
            self.listen(view, market, index, memory, &mut quotes);
            let Some(price) = silent_price(seen) else { continue };
            let shout = Shout { side: Side::NONE, price, size: 0.0, traded: Some(price), traded_size: 0.0 };
            self.each(view, market, memory, |trader, i| trader.hear(&shout, &mut view.stream(index, i)));
        }
    }
}

impl ZipPolicy {
    /// Lets every agent of the chunk hear what was shouted since it last listened, and writes what it would then quote;
    /// 0 when it has no unit left.
    fn listen(
        &self,
        view: &View<'_>,
        market: usize,
        index: u16,
        memory: &mut Memory<'_, '_>,
        quotes: &mut [f64; CHUNK],
    ) {
        let seen: &MarketView<'_> = &view.markets[market];
        let mut heard = [0.0; CHUNK];
        heard[..view.len()].copy_from_slice(memory.column(COLUMNS * market + HEARD));
        self.each(view, market, memory, |trader, i| {
            let first = heard[i] < 0.0;
            heard[i] = heard[i].max(0.0);
            if first {
                trader.margin = -f64::from(trader.side) * self.margin.get(view.rows.start + i);
            }
            if seen.tape.count() > heard[i] as u64 {
                let mut stream = view.stream(index, i);
                for shout in news(seen, self.attention, &mut heard[i]) {
                    trader.hear(shout, &mut stream);
                }
            }
            quotes[i] = if trader.left { trader.quote() } else { 0.0 };
        });
        memory.column(COLUMNS * market + HEARD).copy_from_slice(&heard[..view.len()]);
    }

    /// Shows each agent of the chunk as a trader at `market` to `change`, and remembers what becomes of it.
    fn each(
        &self,
        view: &View<'_>,
        market: usize,
        memory: &mut Memory<'_, '_>,
        mut change: impl FnMut(&mut Trader, usize),
    ) {
        let [period, start, margin, momentum] = memory.columns_from(COLUMNS * market);
        for i in 0..view.len() {
            let row = view.rows.start + i;
            let size = self.sizes.atoms(market, row, view.markets[market].token_scale);
            let unit = self.entitlements.next(view, market, i, size, &mut period[i], &mut start[i]);
            let mut trader = Trader {
                side: self.entitlements.side,
                worth: unit.worth,
                left: unit.left,
                margin: margin[i],
                momentum: momentum[i],
                learning_rate: self.learning_rate.get(row),
                fading: self.momentum.get(row),
                absolute_step: self.absolute_step,
                relative_step: self.relative_step,
            };
            change(&mut trader, i);
            (margin[i], momentum[i]) = (trader.margin, trader.momentum);
        }
    }
}

/// One agent at one market.
#[derive(Debug, Clone, Copy)]
struct Trader {
    side: i8,
    /// λ.
    worth: f64,
    left: bool,
    /// μ.
    margin: f64,
    /// Γ.
    momentum: f64,
    /// β.
    learning_rate: f64,
    /// γ.
    fading: f64,
    absolute_step: (f64, f64),
    relative_step: (f64, f64),
}

impl Trader {
    /// λ·(1 + μ).
    fn quote(&self) -> f64 {
        self.worth * (1.0 + self.margin)
    }

    fn hear(&mut self, shout: &Shout, stream: &mut Stream) {
        let quote = self.quote();
        let (price, traded) = (shout.traded.unwrap_or(shout.price), shout.traded.is_some());
        // Whether its own quote would have traded at that price, and whether it was no better for the other side.
        let met = f64::from(self.side) * (quote - price) >= 0.0;
        let outdone = f64::from(self.side) * (quote - price) <= 0.0;
        let towards_profit = -f64::from(self.side);
        if traded && met {
            self.move_towards(price, towards_profit, stream);
        } else if self.left && outdone && (if traded { shout.side != self.side } else { shout.side == self.side }) {
            self.move_towards(price, -towards_profit, stream);
        }
    }

    /// Moves the quote towards a target beyond `price` in `direction`, 1 for upwards.
    fn move_towards(&mut self, price: f64, direction: f64, stream: &mut Stream) {
        let mut within = |(least, greatest): (f64, f64)| least + (greatest - least) * stream.open_unit();
        let relative = 1.0 + direction * within(self.relative_step);
        let absolute = direction * within(self.absolute_step);
        let (target, quote) = (relative * price + absolute, self.quote());
        let step = self.fading * self.momentum + (1.0 - self.fading) * self.learning_rate * (target - quote);
        let margin = (quote + step) / self.worth - 1.0;
        if !(step.is_finite() && margin.is_finite()) {
            return;
        }
        self.momentum = step;
        self.margin = if self.side > 0 { margin.clamp(-1.0, 0.0) } else { margin.clamp(0.0, MARGIN_MAX) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, policy};

    const FIXED: &str =
        "margin = 0.2\nlearning_rate = 0.5\nmomentum = 0.25\nabsolute_step = [0, 0]\nrelative_step = [0, 0]";

    /// What one trader with one unit worth 100 quotes after each of these shouts.
    fn quotes(role: &str, shouts: &[(i8, f64, bool)]) -> Vec<f64> {
        let text = format!("kind = 'zip'\n{FIXED}\nentitlement = {{role = '{role}', units = [100]}}");
        let mut bench = Bench::new(1, 1);
        let policy = bench.start(&*policy(&text)).unwrap();
        let mut found = vec![bench.decide(&*policy)[0].limit_of(0, 0.0)];
        for &(side, price, traded) in shouts {
            let traded_size = f64::from(u8::from(traded));
            bench.markets[0].tape.push(Shout { side, price, size: 1.0, traded: traded.then_some(price), traded_size });
            found.push(bench.decide(&*policy)[0].limit_of(0, 0.0));
        }
        found
    }

    fn assert_near(found: &[f64], expected: &[f64]) {
        assert!(
            found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9),
            "{found:?}"
        );
    }

    /// With R = 1 and A = 0 the target is the shout's price. Γ1 = .75·.5·(140 − 120) = 7.5; then Γ2 = .25·7.5 +
    /// .375·(110 − 127.5) = −4.6875; then Γ3 = .25·(−4.6875) + .375·(90 − 122.8125) = −13.4765625.
    #[test]
    fn a_sellers_margin_moves_by_widrow_hoff_with_momentum() {
        let shouts = [(Side::BUY, 140.0, true), (Side::BUY, 110.0, true), (Side::SELL, 90.0, false)];
        assert_near(&quotes("seller", &shouts), &[120.0, 127.5, 122.8125, 109.3359375]);
    }

    /// The same with the sides exchanged, about the worth of 100.
    #[test]
    fn a_buyer_is_a_seller_seen_from_the_other_side() {
        let shouts = [(Side::SELL, 60.0, true), (Side::SELL, 90.0, true), (Side::BUY, 110.0, false)];
        assert_near(&quotes("buyer", &shouts), &[80.0, 72.5, 77.1875, 90.6640625]);
    }

    #[test]
    fn what_shows_nothing_changes_nothing_and_no_quote_is_at_a_loss() {
        // A seller at 120: offers above it that were not taken, bids that were not, an offer taken below its own quote.
        let idle = [(Side::SELL, 130.0, false), (Side::BUY, 90.0, false), (Side::SELL, 110.0, true)];
        assert_near(&quotes("seller", &idle), &[120.0; 4]);
        // Undercut again and again it stops at its cost.
        let undercut = [(Side::SELL, 10.0, false); 6];
        assert_eq!(quotes("seller", &undercut).last(), Some(&100.0));
    }

    #[test]
    fn steps_beyond_the_price_are_drawn_within_their_bounds() {
        let text = "kind = 'zip'\nmargin = 0.2\nlearning_rate = 1\nmomentum = 0\nabsolute_step = [0, 2]\nrelative_step = [0, 0.1]\n\
                    entitlement = {role = 'seller', units = [100]}";
        let mut bench = Bench::new(2000, 1);
        let policy = bench.start(&*policy(text)).unwrap();
        bench.markets[0].tape.push(Shout { side: 1, price: 200.0, size: 1.0, traded: Some(200.0), traded_size: 1.0 });
        let orders = bench.decide(&*policy).remove(0);
        // 200·(1 + .1·u) + 2·v: from 200 to 222, with the mean 211.
        let limits: Vec<f64> = (0..2000).map(|row| orders.limit_of(row, 0.0)).collect();
        assert!(limits.iter().all(|limit| (200.0..222.0).contains(limit)));
        let mean = walras_numerics::sum::mean(&limits);
        assert!(
            (mean - 211.0).abs() < 5.0 * (20.0_f64 * 20.0 / 12.0 + 4.0 / 12.0).sqrt() / 2000.0_f64.sqrt(),
            "{mean}"
        );
    }

    #[test]
    fn units_worth_nothing_are_refused() {
        let entry = policy("kind = 'zip'\nentitlement = {role = 'seller', units = [1, 0]}");
        let message = Bench::new(2, 1).start(&*entry).err().unwrap();
        assert_eq!(message, "`units`: agent 0 has a unit worth 0, of which no margin is a part");
    }

    #[test]
    fn at_a_silent_market_the_price_is_heard_as_a_trade() {
        let text = format!("kind = 'zip'\n{FIXED}\nentitlement = {{role = 'seller', units = [100]}}");
        let mut bench = Bench::new(1, 1);
        bench.markets[0].price = 140.0;
        let policy = bench.start(&*policy(&text)).unwrap();
        let mut limits = Vec::new();
        for _ in 0..2 {
            limits.push(bench.decide(&*policy)[0].limit_of(0, 0.0));
            bench.learn(&*policy);
        }
        assert_near(&limits, &[120.0, 127.5]);
    }
}
