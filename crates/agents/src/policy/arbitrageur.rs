//! Arbitrageurs: buy where an asset is cheap and sell where it is dear, until fees eat up the gap.

use walras_catalog::{Bounds, choice, entry};
use walras_ledger::Atoms;
use walras_market::order::{LimitShape, OrdersPart, Shape, Side};
use walras_market::route::{self, arbitrage};
use walras_numerics::Column;
use walras_numerics::root::greatest;

use super::trading_venue::Venue;
use super::{Build, Desk, Memory, Policy};
use crate::observation::{Depth, MarketView, View};
use crate::population::{PerAgent, Setup};

choice! {
    /// What a market is compared with.
    pub enum Against {
        /// The other markets of its asset.
        Markets = "markets",
        /// The fundamental value of its asset, as a price at which it trades elsewhere.
        Fundamental = "fundamental",
    }
}

entry! {
    /// Buys at the cheapest market of an asset and sells at the dearest, as much as gains the most after fees.
    ///
    /// It does both in one step, so that it can sell no more than it holds already and buy no more than it can pay; both
    /// orders are for the same size. Between pools of constant product the size is the best by formula. Where a curve, a
    /// book or another pool is one of the two, it is where what the next token costs meets what it fetches, found by
    /// bisection: through as many of a book's orders as that takes. Who sees the market late takes `tokens` there, at a book
    /// what the best orders offer and want. Against the fundamental value each market is traded until its price is within
    /// the fee of it.
    pub struct Arbitrageur = "arbitrageur" {
        formula: "two pools: m = (√(A·B) − B)/C, A = g₁g₂x₁y₂, B = x₂y₁, C = g₁(x₂ + g₂x₁); pool and price F: x − √(x·y/(g·F)) bought, (√(x·y·g/F) − x)/g sold",
        source: "G. Angeris and T. Chitra, \"Improved price oracles: constant function market makers\", 2020; two pools: elementary",
        /// What a market is compared with.
        against: Against = Against::Markets;
        /// The gain that it wants after fees, as a share of the proceeds.
        margin: PerAgent = PerAgent::constant(0.0), within 0.0..1.0;
        /// The share of the best size that it trades, below 1 where several do the same.
        share: PerAgent = PerAgent::constant(1.0), within Bounds::above_to(0.0, 1.0);
        /// The size at a market that quotes a price and does not tell what orders of any size cost.
        tokens: PerAgent = PerAgent::constant(1.0), within Bounds::above(0.0), unit "tokens";
    }
}

struct ArbitrageurPolicy {
    /// The markets of each asset.
    groups: Vec<Vec<usize>>,
    against: Against,
    /// The share of the proceeds that counts: 1 less the margin.
    counts: Column,
    share: Column,
    tokens: Column,
}

impl Build for Arbitrageur {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (number, market) in setup.markets.iter().enumerate() {
            match groups.iter_mut().find(|group| setup.markets[group[0]].asset == market.asset) {
                Some(group) => group.push(number),
                None => groups.push(vec![number]),
            }
        }
        if self.against == Against::Markets && groups.iter().all(|group| group.len() < 2) {
            return Err("no asset is traded at two of the cohort's markets".to_owned());
        }
        Ok(Box::new(ArbitrageurPolicy {
            groups,
            against: self.against,
            counts: setup.parameter("margin", &self.margin)?.map(|margin| 1.0 - margin),
            share: setup.parameter("share", &self.share)?,
            tokens: setup.parameter("tokens", &self.tokens)?,
        }))
    }

    fn needs_fundamental(&self) -> bool {
        self.against == Against::Fundamental
    }
}

/// Limits are this much easier than the price at which nothing more is gained, for the digits lost on the way.
const ROUNDING: f64 = 1e-9;

impl Policy for ArbitrageurPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: LimitShape::Each, priority_fee: Some(0) }
    }

    fn decide(&self, view: &View<'_>, _: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        for market in 0..view.markets.len() {
            let OrdersPart { side, size, limit, .. } = desk.market(market);
            side.fill(Side::NONE);
            size.fill(0);
            limit.fill(0.0);
        }
        for group in &self.groups {
            for i in 0..view.len() {
                match self.against {
                    Against::Markets => self.between_markets(view, group, i, desk),
                    Against::Fundamental => group.iter().for_each(|&market| self.to_fundamental(view, market, i, desk)),
                }
            }
        }
    }
}

impl ArbitrageurPolicy {
    /// Buys at the cheapest of these markets and sells at the dearest.
    fn between_markets(&self, view: &View<'_>, group: &[usize], i: usize, desk: &mut Desk<'_, '_>) {
        let row = view.rows.start + i;
        let tokens = self.tokens.get(row);
        let mut cheapest: Option<(usize, Venue)> = None;
        let mut dearest: Option<(usize, Venue)> = None;
        for &market in group {
            let seen = &view.markets[market];
            if let Some(venue) = Venue::to_buy(seen, tokens) {
                let cheaper = |(_, best): (usize, Venue)| venue.price(true) < best.price(true);
                cheapest = if cheapest.is_none_or(cheaper) { Some((market, venue)) } else { cheapest };
            }
            if let Some(venue) = Venue::to_sell(seen, tokens) {
                let dearer = |(_, best): (usize, Venue)| venue.price(false) > best.price(false);
                dearest = if dearest.is_none_or(dearer) { Some((market, venue)) } else { dearest };
            }
        }
        let (Some((here, from)), Some((there, to))) = (cheapest, dearest) else { return };
        if here == there {
            return;
        }
        let (counts, share) = (self.counts.get(row), self.share.get(row));
        let (scale, holding) = (view.markets[here].token_scale, view.holdings(there)[i]);
        if let Some([buying, selling]) = sides(view, (here, &from), (there, &to), counts) {
            // No more than it holds is sold, so no more than this is of use.
            let most = (holding as f64 / share).min(9.2e18) as Atoms;
            let (buying, selling) = (buying.open(true, most), selling.open(false, most));
            let best = arbitrage::between(&*buying, &*selling, counts, most);
            let atoms = ((best as f64 * share) as Atoms).min(holding);
            let atoms = affordable(view, here, i, atoms, &*buying);
            let atoms = whole(view, [here, there].into_iter(), atoms);
            order_at(view, desk, here, i, Side::BUY, atoms, &*buying);
            order_at(view, desk, there, i, Side::SELL, atoms, &*selling);
            return;
        }
        let best = share * from.best_trade(&to, counts);
        let tokens = best.min(from.bought(money(view, here, i))).min(holding as f64 / scale);
        order(view, desk, here, i, Side::BUY, &from, tokens);
        order(view, desk, there, i, Side::SELL, &to, tokens);
    }

    /// Trades at one market until it is as dear as the asset is elsewhere.
    fn to_fundamental(&self, view: &View<'_>, market: usize, i: usize, desk: &mut Desk<'_, '_>) {
        let (row, seen) = (view.rows.start + i, &view.markets[market]);
        let outside = seen.fundamental.unwrap_or(seen.price) * seen.valuation_shift;
        if !(outside > 0.0 && outside.is_finite()) {
            return;
        }
        let outside = Venue::Price { price: outside, size: f64::INFINITY };
        let (counts, share, tokens) = (self.counts.get(row), self.share.get(row), self.tokens.get(row));
        if let Some(depth) = seen.depth {
            return to_price(view, (market, depth), (&outside, counts, share), i, desk);
        }
        if let Some(from) = Venue::to_buy(seen, tokens) {
            let best = share * from.best_trade(&outside, counts);
            if best > 0.0 {
                return order(view, desk, market, i, Side::BUY, &from, best.min(from.bought(money(view, market, i))));
            }
        }
        if let Some(to) = Venue::to_sell(seen, tokens) {
            let best = share * outside.best_trade(&to, counts);
            order(view, desk, market, i, Side::SELL, &to, best.min(view.holdings(market)[i] as f64 / seen.token_scale));
        }
    }
}

/// Trades at a market that says what any order costs until it is as dear as outside.
fn to_price(
    view: &View<'_>,
    (market, depth): (usize, &dyn Depth),
    (outside, counts, share): (&Venue, f64, f64),
    i: usize,
    desk: &mut Desk<'_, '_>,
) {
    let seen = &view.markets[market];
    let outside =
        |buys| Flat { price: outside.price(buys) * view.money_scale / seen.token_scale, size: Atoms::MAX, buys };
    let here = depth.side(true, Atoms::MAX);
    let best = arbitrage::between(&*here, &outside(false), counts, Atoms::MAX);
    if best > 0 {
        let atoms = affordable(view, market, i, (best as f64 * share) as Atoms, &*here);
        let atoms = whole(view, std::iter::once(market), atoms);
        return order_at(view, desk, market, i, Side::BUY, atoms, &*here);
    }
    let holding = view.holdings(market)[i];
    let most = (holding as f64 / share).min(9.2e18) as Atoms;
    let here = depth.side(false, most);
    let best = arbitrage::between(&outside(true), &*here, counts, most);
    let atoms = whole(view, std::iter::once(market), ((best as f64 * share) as Atoms).min(holding));
    order_at(view, desk, market, i, Side::SELL, atoms, &*here);
}

/// How many of `atoms` the chunk's agent `i` can order at a market: for each it sets aside what the last of them costs.
fn affordable(view: &View<'_>, market: usize, i: usize, atoms: Atoms, venue: &dyn route::Venue) -> Atoms {
    let seen = &view.markets[market];
    let purse = money(view, market, i) * view.money_scale;
    // What rounding may take for each lot, and the digits lost on the way from the price to what is set aside.
    let rounding = if seen.lot > 0.0 { 1.0 / (seen.lot * seen.token_scale) } else { 0.0 };
    let paid = |atoms: Atoms| {
        let set_aside =
            worst(venue, atoms).map(|worst| atoms as f64 * (worst * (1.0 + 4.0 * ROUNDING) + rounding) + 8.0);
        atoms == 0 || set_aside.is_some_and(|money| money <= purse)
    };
    greatest(0, atoms, paid).unwrap_or(0)
}

/// As many of `atoms` as all of these markets trade in whole lots.
fn whole(view: &View<'_>, markets: impl Iterator<Item = usize>, atoms: Atoms) -> Atoms {
    let lots = markets.map(|market| &view.markets[market]).map(|seen| (seen.lot * seen.token_scale).round() as Atoms);
    // The least common multiple, in which no market has a part of a lot left.
    let lot = lots.filter(|&lot| lot > 1).fold(1, |all: Atoms, lot| {
        let (mut a, mut b) = (all, lot);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        (all / a).saturating_mul(lot)
    });
    atoms - atoms % lot
}

/// The price of the last of so many atoms, or the average where whole atoms of money make that the worse one: atoms of
/// money for one atom, fees included, negative where one sells.
fn worst(venue: &dyn route::Venue, atoms: Atoms) -> Option<f64> {
    let cost = (atoms > 0).then(|| venue.cost(atoms)).flatten()?;
    Some(venue.marginal(atoms - 1).max(cost as f64 / atoms as f64))
}

/// A side of a market before it is known how much is of use there.
enum Quoting<'a> {
    /// A market that says what any order costs.
    Depth(&'a dyn Depth),
    /// A price, for at most so many atoms.
    Flat(Flat),
}

impl<'a> Quoting<'a> {
    fn open(self, buys: bool, most: Atoms) -> Box<dyn route::Venue + 'a> {
        match self {
            Self::Depth(depth) => depth.side(buys, most),
            Self::Flat(flat) => Box::new(flat),
        }
    }
}

/// Where to buy and where to sell, if one of them says what any order costs and no formula does: between pools that trade
/// as their reserves do by constant product, the best size is known.
fn sides<'a>(
    view: &View<'a>,
    (here, from): (usize, &Venue),
    (there, to): (usize, &Venue),
    counts: f64,
) -> Option<[Quoting<'a>; 2]> {
    let unit = view.money_scale / view.markets[here].token_scale;
    let quoting = |market: usize, venue: &Venue, buys: bool| match (view.markets[market].depth, venue) {
        (Some(depth), _) => Some(Quoting::Depth(depth)),
        (None, Venue::Pool { .. }) => None,
        (None, Venue::Price { price, size }) => {
            let size = (size * view.markets[market].token_scale).min(9.2e18) as Atoms;
            Some(Quoting::Flat(Flat { price: price * unit, size, buys }))
        }
    };
    let found = [quoting(here, from, true)?, quoting(there, to, false)?];
    if found.iter().all(|side| matches!(side, Quoting::Flat(_))) {
        return None;
    }
    if matches!((from, to), (Venue::Pool { .. }, Venue::Pool { .. })) {
        let tokens = from.best_trade(to, counts);
        let atoms = (tokens * view.markets[here].token_scale) as Atoms;
        let expected = [from.cost(tokens), -to.proceeds(tokens)].map(|money| money * view.money_scale);
        let close = |market: usize, buys: bool, expected: f64| {
            let depth = view.markets[market].depth?;
            let cost = depth.side(buys, atoms).cost(atoms)? as f64;
            // But for the whole atoms and the digits of the price.
            ((cost - expected).abs() <= 4.0 + ALIKE * expected.abs()).then_some(())
        };
        if close(here, true, expected[0]).and(close(there, false, expected[1])).is_some() {
            return None;
        }
    }
    Some(found)
}

/// A pool is one of constant product when the best trade costs this nearly, relatively, what the formula says.
const ALIKE: f64 = 1e-6;

/// A price at which so many atoms trade.
struct Flat {
    /// Atoms of money for one atom, fees included.
    price: f64,
    /// Atoms of the asset.
    size: Atoms,
    buys: bool,
}

impl route::Venue for Flat {
    fn depth(&self) -> Atoms {
        self.size
    }

    fn cost(&self, amount: Atoms) -> Option<i128> {
        let money = self.price * amount as f64;
        (amount <= self.size).then(|| if self.buys { money.ceil() as i128 } else { -(money.floor() as i128) })
    }

    fn marginal(&self, _: Atoms) -> f64 {
        if self.buys { self.price } else { -self.price }
    }
}

/// The factor that a price with fees has in it and a limit does not: a limit counts before fees, save at a pool, whose fee
/// is part of its price.
fn outside_limit(seen: &MarketView<'_>, buys: bool) -> f64 {
    match (seen.shares_out > 0, buys) {
        (true, _) => 1.0,
        (false, true) => 1.0 + seen.buy_fee,
        (false, false) => 1.0 - seen.sell_fee,
    }
}

/// Writes an order for so many atoms, limited to the worst price of them.
fn order_at(
    view: &View<'_>,
    desk: &mut Desk<'_, '_>,
    market: usize,
    i: usize,
    side: i8,
    atoms: Atoms,
    venue: &dyn route::Venue,
) {
    let seen = &view.markets[market];
    let (buys, sign) = (side == Side::BUY, f64::from(side));
    let Some(worst) = worst(venue, atoms) else { return };
    let fee = outside_limit(seen, buys);
    let limit = sign * worst * seen.token_scale / view.money_scale / fee * (1.0 + sign * ROUNDING);
    if limit > 0.0 && limit.is_finite() {
        let orders = desk.market(market);
        (orders.side[i], orders.size[i], orders.limit[i]) = (side, atoms, limit);
    }
}

/// What the chunk's agent `i` may spend at a market, numeraire.
fn money(view: &View<'_>, market: usize, i: usize) -> f64 {
    view.balances[i] as f64 / view.money_scale * view.markets[market].budget_share
}

/// Writes an order for `tokens`, if that is an atom or more, limited to where nothing more is gained.
fn order(view: &View<'_>, desk: &mut Desk<'_, '_>, market: usize, i: usize, side: i8, venue: &Venue, tokens: f64) {
    let seen = &view.markets[market];
    let buys = side == Side::BUY;
    // What comes after the fee of a pool is part of its price.
    let charged = match venue {
        Venue::Pool { keeps, .. } if buys => 1.0 / keeps,
        Venue::Pool { keeps, .. } => *keeps,
        Venue::Price { .. } => 1.0,
    };
    let last =
        venue.price_after(buys, tokens, outside_limit(seen, buys)) * charged * (1.0 + f64::from(side) * ROUNDING);
    let atoms = (tokens * seen.token_scale) as i64;
    let atoms = if buys { atoms } else { atoms.min(view.holdings(market)[i]) };
    if atoms > 0 && last > 0.0 && last.is_finite() {
        let orders = desk.market(market);
        (orders.side[i], orders.size[i], orders.limit[i]) = (side, atoms, last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, policy};
    use crate::observation::Quotes;

    /// One agent rich in money and tokens at pools of 1,000 tokens against these reserves, with a fee of 0.3 %.
    fn pools(reserves: &[f64]) -> Bench {
        let mut bench = Bench::new(1, reserves.len());
        bench.balances[0] = 10_000_000_000;
        for (number, &reserve) in reserves.iter().enumerate() {
            let market = &mut bench.markets[number];
            "TOKEN".clone_into(&mut market.asset);
            (market.inventory, market.reserve, market.price) = (1000.0, reserve, reserve / 1000.0);
            (market.shares_out, market.fee, market.token_scale) = (1, 0.003, 1e12);
            bench.holdings[number][0] = 1_000_000_000_000_000;
        }
        bench
    }

    /// Side, tokens and limit at each market.
    fn orders(bench: &mut Bench, text: &str) -> Vec<(i8, f64, f64)> {
        let policy = bench.start(&*policy(&format!("kind = 'arbitrageur'\n{text}"))).unwrap();
        let orders = bench.decide(&*policy);
        let tokens = |market: usize| orders[market].size.get(0) as f64 / bench.markets[market].token_scale;
        (0..orders.len()).map(|n| (orders[n].side[0], tokens(n), orders[n].limit_of(0, 0.0))).collect()
    }

    /// The fee on top of a cost is 0.003 here, so g₁ = 1/1.003 rather than 0.997.
    #[test]
    fn buys_at_the_cheap_pool_and_sells_at_the_dear_one() {
        let mut bench = pools(&[2.0e6, 2.05e6, 2.1e6]);
        let found = orders(&mut bench, "");
        let g1 = 1.0 / 1.003;
        let cheap = Venue::Pool { tokens: 1000.0, money: 2.0e6, keeps: g1 };
        let tokens = cheap.best_trade(&Venue::Pool { tokens: 1000.0, money: 2.1e6, keeps: 0.997 }, 1.0);
        assert_eq!([found[0].0, found[1].0, found[2].0], [1, 0, -1]);
        assert!((found[0].1 - tokens).abs() < 1e-9 && found[0].1 == found[2].1);
        // At the best size the last token costs what it returns, fees included.
        assert!((found[0].2 / found[2].2 - 1.0).abs() < 1e-8, "{found:?}");
    }

    #[test]
    fn trades_no_more_than_it_holds_or_can_pay() {
        let mut bench = pools(&[2.0e6, 2.1e6]);
        bench.holdings[1][0] = 500_000_000_000;
        let found = orders(&mut bench, "");
        assert!((found[0].1, found[1].1) == (0.5, 0.5), "{found:?}");
        let mut bench = pools(&[2.0e6, 2.1e6]);
        // Half of 2,000 of money: with the fee a little less than half a token.
        bench.balances[0] = 200_000;
        let found = orders(&mut bench, "");
        let m = 1000.0 / 1.003;
        assert!((found[0].1 - 1000.0 * m / (2.0e6 + m)).abs() < 1e-9, "{found:?}");
    }

    #[test]
    fn a_gap_within_the_fees_or_the_margin_is_left() {
        assert!(orders(&mut pools(&[2.0e6, 2.011e6]), "").iter().all(|order| order.0 == 0));
        assert!(orders(&mut pools(&[2.0e6, 2.1e6]), "margin = 0.05").iter().all(|order| order.0 == 0));
        let halved = orders(&mut pools(&[2.0e6, 2.1e6]), "share = 0.5")[0].1;
        assert!((halved / orders(&mut pools(&[2.0e6, 2.1e6]), "")[0].1 - 0.5).abs() < 1e-9);
    }

    #[test]
    fn between_books_it_trades_what_the_best_orders_offer() {
        let mut bench = Bench::new(1, 2);
        bench.markets.iter_mut().for_each(|market| "TOKEN".clone_into(&mut market.asset));
        let quotes = |bid, ask| Quotes { bid: Some(bid), ask: Some(ask), bid_size: 3.0, ask_size: 2.0, last: None };
        bench.markets[0].quotes = quotes(9.0, 10.0);
        bench.markets[1].quotes = quotes(11.0, 12.0);
        let found = orders(&mut bench, "");
        assert_eq!((found[0].0, found[0].1, found[1].0, found[1].1), (1, 2.0, -1, 2.0));
        assert!((found[0].2 - 10.0).abs() < 1e-7 && (found[1].2 - 11.0).abs() < 1e-7);
    }

    #[test]
    fn against_the_fundamental_value_a_pool_is_traded_to_the_edge_of_its_fee() {
        for (fundamental, side) in [(2500.0, 1), (1500.0, -1), (2001.0, 0)] {
            let mut bench = pools(&[2.0e6]);
            bench.markets[0].fundamental = Some(fundamental);
            let (found, tokens, limit) = orders(&mut bench, "against = 'fundamental'")[0];
            assert_eq!(found, side);
            assert!(side == 0 || (limit / fundamental - 1.0).abs() < 1e-8 && tokens > 0.0, "{limit}");
        }
    }

    #[test]
    fn markets_of_different_assets_are_refused() {
        let message = Bench::new(1, 2).start(&*policy("kind = 'arbitrageur'")).err().unwrap();
        assert_eq!(message, "no asset is traded at two of the cohort's markets");
    }
}
