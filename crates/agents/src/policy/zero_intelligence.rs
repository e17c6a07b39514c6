//! Zero-intelligence traders: random sides and random limit prices.

use walras_catalog::{Bounds, choice, entry};
use walras_market::order::{LimitShape, Shape};
use walras_numerics::draw::unit;
use walras_numerics::{CHUNK, Column};

use super::entitlement::{Entitlement, Entitlements, Induced};
use super::reference::Reference;
use super::sizing::{OrderSize, Sizes};
use super::{Build, Desk, Memory, Policy, tick};
use crate::observation::{MarketView, View};
use crate::population::{PerAgent, PerAsset, Setup};

choice! {
    /// What holds a random quote back.
    pub enum Constraint {
        /// ZI-C: never buys above its valuation nor sells below its cost.
        Constrained = "constrained",
        /// ZI-U: quotes anywhere in the feasible range.
        Unconstrained = "unconstrained",
    }
}

entry! {
    /// Quotes at random: a side by a coin, a limit price uniform over what its constraint leaves of the feasible range.
    ///
    /// A constrained agent (ZI-C) bids between `lowest` and its valuation and asks between its cost and `highest`; an
    /// unconstrained one (ZI-U) quotes anywhere from `lowest` to `highest`. An agent whose valuation is below `lowest`
    /// does not bid, and one whose cost is above `highest` does not ask. Where the market has a tick, every price of its
    /// grid within the range is as likely as any other.
    ///
    /// With an `entitlement` an agent only buys or only sells, its valuation or cost is that of its next unit, and it
    /// quotes, constrained or not, while it has units left.
    pub struct ZeroIntelligence = "zero_intelligence" {
        formula: "bid = lowest + (v − lowest)·u, ask = c + (highest − c)·u, u uniform in [0, 1); ZI-U: v = highest, c = lowest",
        check: ZeroIntelligence::complete,
        source: "D. K. Gode and S. Sunder, \"Allocative efficiency of markets with zero-intelligence traders\", 1993",
        /// Whether quotes respect valuation and cost (ZI-C) or not (ZI-U).
        constraint: Constraint = Constraint::Constrained;
        /// v: what a token is worth to the agent; constrained agents need one, or an entitlement.
        valuation: Option<PerAsset>, within Bounds::from(0.0..), unit "numeraire/token or multiples";
        /// c: what giving a token away costs the agent; absent, the same as its valuation.
        cost: Option<PerAsset>, within Bounds::from(0.0..), unit "numeraire/token or multiples";
        /// The units that it may buy or sell, in place of `valuation`, `cost` and `buyer`.
        entitlement: Option<Entitlement>;
        /// The lowest price that is quoted.
        lowest: f64 = 0.0, within Bounds::from(0.0..), unit "numeraire/token or multiples";
        /// The highest price that is quoted.
        highest: f64, within Bounds::above(0.0), unit "numeraire/token or multiples";
        /// Whether all these are prices or multiples of the fundamental value.
        relative_to: Reference = Reference::Numeraire;
        /// Probability of bidding when quoting; else the agent asks.
        buyer: PerAgent = PerAgent::constant(0.5), within 0.0..=1.0;
        /// Probability of quoting in a step.
        activity: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How large orders are; a share is of what could be spent at the price seen.
        order_size: OrderSize = OrderSize::default();
    }
}

struct ZeroIntelligencePolicy {
    constraint: Constraint,
    valuation: Vec<Column>,
    cost: Vec<Column>,
    lowest: f64,
    highest: f64,
    relative_to: Reference,
    /// The probability of bidding, activity included.
    bids: Column,
    activity: Column,
    entitlements: Option<Entitlements>,
    sizes: Sizes,
}

impl ZeroIntelligence {
    fn complete(&self) -> Result<(), (&'static str, String)> {
        if self.lowest > self.highest {
            return Err(("highest", format!("`highest` {} is below `lowest` {}", self.highest, self.lowest)));
        }
        if self.entitlement.is_some() && (self.valuation.is_some() || self.cost.is_some()) {
            return Err(("entitlement", "with an `entitlement` there is no `valuation` and no `cost`".to_owned()));
        }
        if self.constraint == Constraint::Constrained && self.valuation.is_none() && self.entitlement.is_none() {
            return Err(("valuation", "constrained agents need a `valuation` or an `entitlement`".to_owned()));
        }
        if self.entitlement.is_some() { self.order_size.in_tokens() } else { Ok(()) }
    }
}

impl Build for ZeroIntelligence {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let valuation = match &self.valuation {
            Some(valuation) => valuation.parameters("valuation", setup)?,
            None => vec![Column::constant(self.highest); setup.markets.len()],
        };
        let cost = self.cost.as_ref().map(|cost| cost.parameters("cost", setup)).transpose()?;
        let buyer = setup.parameter("buyer", &self.buyer)?;
        let activity = setup.parameter("activity", &self.activity)?;
        let bids = Column::Each((0..setup.size).map(|row| buyer.get(row) * activity.get(row)).collect());
        let bids = match (buyer.shared(), activity.shared()) {
            (Some(buyer), Some(activity)) => Column::constant(buyer * activity),
            _ => bids,
        };
        let entitlements = self.entitlement.as_ref().map(|given| Entitlements::new(given, setup)).transpose()?;
        Ok(Box::new(ZeroIntelligencePolicy {
            constraint: self.constraint,
            cost: cost.unwrap_or_else(|| valuation.clone()),
            valuation,
            lowest: self.lowest,
            highest: self.highest,
            relative_to: self.relative_to,
            bids,
            activity,
            entitlements,
            sizes: Sizes::new(&self.order_size, None, setup)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        self.relative_to == Reference::Fundamental
    }
}

impl Policy for ZeroIntelligencePolicy {
    fn shape(&self, market: usize) -> Shape {
        Shape { limit: LimitShape::Each, ..self.sizes.shape(market) }
    }

    fn induced(&self, market: usize) -> Option<Induced<'_>> {
        // Worths that follow the fundamental value are another from step to step.
        let units = self.entitlements.as_ref().filter(|_| self.relative_to == Reference::Numeraire)?;
        Some(Induced::new(units, &self.sizes, market))
    }

    fn memory(&self) -> Vec<f64> {
        self.entitlements.as_ref().map_or_else(Vec::new, |_| Entitlements::MEMORY.repeat(self.valuation.len()))
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let (mut sides, mut prices) = ([0; CHUNK], [0; CHUNK]);
        for (market, seen) in view.markets.iter().enumerate() {
            let orders = desk.market(market);
            view.fill(2 * market as u16, &mut sides);
            view.fill(2 * market as u16 + 1, &mut prices);
            let words: [&[u32]; 2] = [&sides[..view.len()], &prices[..view.len()]];
            match &self.entitlements {
                Some(units) => self.quote_units(units, view, market, memory, words, orders.side, orders.limit),
                None => self.quote(view, market, seen, words, orders.side, orders.limit),
            }
            self.sizes.write(view, market, orders.side, orders.size);
        }
    }
}

impl ZeroIntelligencePolicy {
    fn quote(
        &self,
        view: &View<'_>,
        market: usize,
        seen: &MarketView<'_>,
        [sides, prices]: [&[u32]; 2],
        side: &mut [i8],
        limit: &mut [f64],
    ) {
        let unit_price = self.relative_to.unit(seen);
        let (valuation, cost) =
            (self.valuation[market].chunk(view.rows.clone()), self.cost[market].chunk(view.rows.clone()));
        let (bids, activity) = (self.bids.chunk(view.rows.clone()), self.activity.chunk(view.rows.clone()));
        let range = Range {
            lowest: self.lowest,
            highest: self.highest,
            free: self.constraint == Constraint::Unconstrained,
            unit_price,
            tick: seen.tick,
        };
        quote_rows(&range, [sides, prices], [valuation, cost, bids, activity], side, limit);
    }

    #[allow(clippy::too_many_arguments, reason = "what a quote needs, and where it is written")]
    fn quote_units(
        &self,
        entitlements: &Entitlements,
        view: &View<'_>,
        market: usize,
        memory: &mut Memory<'_, '_>,
        [sides, prices]: [&[u32]; 2],
        side: &mut [i8],
        limit: &mut [f64],
    ) {
        let seen = &view.markets[market];
        let free = self.constraint == Constraint::Unconstrained;
        let unit_price = self.relative_to.unit(seen);
        let (lowest, highest) = (self.lowest * unit_price, self.highest * unit_price);
        let activity = self.activity.chunk(view.rows.clone());
        let [period, start] = memory.columns_from(Entitlements::COLUMNS * market);
        for i in 0..view.len() {
            let size = self.sizes.atoms(market, view.rows.start + i, seen.token_scale);
            let next = entitlements.next(view, market, i, size, &mut period[i], &mut start[i]);
            let worth = match self.relative_to {
                Reference::Numeraire => next.worth,
                Reference::Fundamental => next.worth * seen.fundamental.unwrap_or(seen.price),
            };
            let high = if entitlements.side > 0 && !free { worth.min(highest) } else { highest };
            let low = if entitlements.side < 0 && !free { worth.max(lowest) } else { lowest };
            let quoted = tick::between(low, high, unit(prices[i]), seen.tick).filter(|quoted| quoted.is_finite());
            let quotes = next.left && unit(sides[i]) < activity[i] && quoted.is_some();
            side[i] = entitlements.side * i8::from(quotes);
            limit[i] = if quotes { quoted.unwrap_or(0.0) } else { 0.0 };
        }
    }
}

/// Where quotes may be.
struct Range {
    lowest: f64,
    highest: f64,
    /// Whether valuation and cost do not count.
    free: bool,
    /// What one of these prices is in numeraire per token.
    unit_price: f64,
    tick: f64,
}

/// Quotes of one chunk. `sides` and `prices` are the draws; the columns are valuation, cost, the probability of bidding and
/// that of quoting.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn quote_rows(
    range: &Range,
    [sides, prices]: [&[u32]; 2],
    [valuation, cost, bids, activity]: [&[f64]; 4],
    side: &mut [i8],
    limit: &mut [f64],
) {
    let Range { lowest, highest, free, unit_price, tick } = *range;
    for i in 0..sides.len() {
        let u = unit(sides[i]);
        let (bid, ask) = (u < bids[i], u >= bids[i] && u < activity[i]);
        let high = if bid && !free { valuation[i].min(highest) } else { highest };
        let low = if ask && !free { cost[i].max(lowest) } else { lowest };
        let quotes = low <= high;
        side[i] = i8::from(bid && quotes) - i8::from(ask && quotes);
        let quoted = (low + (high - low) * unit(prices[i])) * unit_price;
        limit[i] = if quotes && quoted.is_finite() { quoted } else { 0.0 };
        if tick > 0.0 && quotes {
            let quoted = tick::between(low * unit_price, high * unit_price, unit(prices[i]), tick);
            let quoted = quoted.filter(|quoted| quoted.is_finite());
            side[i] *= i8::from(quoted.is_some());
            limit[i] = quoted.unwrap_or(0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use walras_market::order::{Limit, Orders};

    use super::*;
    use crate::bench::{Bench, assert_share, count, policy, read};

    const N: usize = 50_000;

    fn quotes(orders: &Orders, side: i8) -> Vec<f64> {
        let Limit::Each(limits) = &orders.limit else { panic!("each quote has its own price") };
        let quoted = orders.side.iter().zip(limits).filter(|(s, _)| **s == side);
        quoted.map(|(_, &limit)| limit).collect()
    }

    /// The quotes are uniform over the range: as many below each of its tenths as there should be.
    fn assert_uniform(quotes: &[f64], low: f64, high: f64) {
        assert!(quotes.iter().all(|price| (low..=high).contains(price)));
        for tenth in 1..10 {
            let p = f64::from(tenth) / 10.0;
            let below = quotes.iter().filter(|&&price| price < low + (high - low) * p).count();
            assert_share(below, quotes.len(), p);
        }
    }

    #[test]
    fn constrained_quotes_are_uniform_up_to_the_valuation_and_from_the_cost() {
        let text = "kind = 'zero_intelligence'\nvaluation = 80\ncost = 120\nlowest = 1\nhighest = 200";
        let mut bench = Bench::new(N, 1);
        let policy = bench.start(&*policy(text)).unwrap();
        let orders = bench.decide(&*policy).remove(0);
        assert_uniform(&quotes(&orders, 1), 1.0, 80.0);
        assert_uniform(&quotes(&orders, -1), 120.0, 200.0);
        assert_share(count(&orders.side).0, N, 0.5);
    }

    #[test]
    fn unconstrained_quotes_are_uniform_over_the_whole_range_in_multiples_of_the_fundamental() {
        let text = "kind = 'zero_intelligence'\nconstraint = 'unconstrained'\nhighest = 2\nbuyer = 0.25\n\
                    activity = 0.4\nrelative_to = 'fundamental'";
        let mut bench = Bench::new(N, 1);
        bench.markets[0].fundamental = Some(50.0);
        let policy = bench.start(&*policy(text)).unwrap();
        let orders = bench.decide(&*policy).remove(0);
        assert_uniform(&quotes(&orders, 1), 0.0, 100.0);
        assert_uniform(&quotes(&orders, -1), 0.0, 100.0);
        let (buyers, sellers) = count(&orders.side);
        assert_share(buyers, N, 0.1);
        assert_share(sellers, N, 0.3);
    }

    /// Gode and Sunder's own range: whole numbers from 1 to 200.
    #[test]
    fn on_a_grid_every_whole_price_is_as_likely_as_any_other() {
        let text = "kind = 'zero_intelligence'\nlowest = 1\nhighest = 200\n\
                    entitlement = {role = 'seller', units = [191.5]}";
        let mut bench = Bench::new(N, 1);
        bench.markets[0].tick = 1.0;
        let policy = bench.start(&*policy(text)).unwrap();
        let orders = bench.decide(&*policy).remove(0);
        let asks = quotes(&orders, -1);
        assert_eq!(asks.len(), N);
        for price in 192..=200 {
            assert_share(asks.iter().filter(|&&ask| ask == f64::from(price)).count(), N, 1.0 / 9.0);
        }
    }

    #[test]
    fn without_room_between_its_value_and_the_range_an_agent_does_not_quote() {
        let text = "kind = 'zero_intelligence'\nvaluation = 5\ncost = 300\nlowest = 10\nhighest = 200";
        let mut bench = Bench::new(1000, 1);
        let policy = bench.start(&*policy(text)).unwrap();
        assert_eq!(count(&bench.decide(&*policy)[0].side), (0, 0));
    }

    #[test]
    fn constrained_agents_need_a_valuation() {
        let problem = read::<ZeroIntelligence>("highest = 2").unwrap_err();
        assert_eq!(problem.message, "constrained agents need a `valuation` or an `entitlement`");
    }
}
