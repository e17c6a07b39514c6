//! A market that sends each order on to others, a part to each, where that costs least.

use walras_agents::observation::Depth;
use walras_ledger::Atoms;
use walras_market::book::Side;
use walras_market::order::Rejection;
use walras_market::route::{self, Ladder, Level, split};
use walras_market::terms::Terms;
use walras_numerics::{StateError, StateVisitor};

use super::pool::MONEY;
use super::{Arrived, Market, Moment, Venue};

/// Where orders are sent.
#[derive(Debug, Clone)]
pub struct OnRouter {
    /// The markets, as indices into the world's.
    pub venues: Vec<usize>,
    /// Halfway between their prices at the end of the last step, numeraire per token.
    pub price: f64,
}

impl OnRouter {
    /// What each market fills of an order, as cheaply as can be found within its limit. `moments` are those of its markets.
    ///
    /// # Errors
    /// [`Rejection::NoLiquidity`] when all together cannot fill it whole, [`Rejection::OffGrid`] when what is left of it
    /// beside whole lots is taken nowhere, [`Rejection::LimitNotReached`] when it costs more than its limit.
    pub fn plan(&self, order: &Arrived, venues: &[Venue], moments: &[Moment]) -> Result<Vec<Atoms>, Rejection> {
        let buys = order.side > 0;
        let markets = self.venues.iter().zip(moments);
        let sources: Vec<Box<dyn route::Venue + '_>> =
            markets.map(|(&venue, moment)| source(&venues[venue], buys, order.size, moment)).collect();
        let sources: Vec<&dyn route::Venue> = sources.iter().map(AsRef::as_ref).collect();
        let mut parts = split(&sources, order.size).ok_or(Rejection::NoLiquidity)?.parts;
        let lots: Vec<Atoms> =
            self.venues.iter().map(|&venue| venues[venue].grid().map_or(1, walras_market::book::Grid::lot)).collect();
        if !in_lots(&sources, &lots, &mut parts) {
            return Err(Rejection::OffGrid);
        }
        let costs = sources.iter().zip(&parts).map(|(source, &part)| source.cost(part));
        let cost: i128 = costs.sum::<Option<i128>>().ok_or(Rejection::NoLiquidity)?;
        // Costs count with every fee; a seller's are negative.
        let unit = moments.first().map_or(1.0, |moment| moment.unit);
        let limit = f64::from(order.side) * order.limit * unit * order.size as f64;
        if cost as f64 <= limit { Ok(parts) } else { Err(Rejection::LimitNotReached) }
    }

    /// Visits the price.
    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.f64("price", &mut self.price)
    }
}

/// Rounds each part down to its market's lot, and gives what is left to where it costs least of those that take all of it,
/// else as much of it as whole lots allow where that costs least. Whether nothing is left in the end.
fn in_lots(sources: &[&dyn route::Venue], lots: &[Atoms], parts: &mut [Atoms]) -> bool {
    let mut rest = 0;
    for (part, lot) in parts.iter_mut().zip(lots) {
        rest += *part % lot;
        *part -= *part % lot;
    }
    while rest > 0 {
        let more = |i: usize| {
            let room = rest.min(sources[i].depth() - parts[i]);
            let more = room - room % lots[i];
            let costs = sources[i].cost(parts[i] + more).zip(sources[i].cost(parts[i])).filter(|_| more > 0)?;
            Some((i, more, (costs.0 - costs.1) as f64 / more as f64))
        };
        let better = |one: &(usize, Atoms, f64), other: &(usize, Atoms, f64)| {
            (one.1 < rest).cmp(&(other.1 < rest)).then(one.2.total_cmp(&other.2))
        };
        let Some((i, more, _)) = (0..parts.len()).filter_map(more).min_by(better) else {
            return exchanged(sources, lots, parts, rest);
        };
        parts[i] += more;
        rest -= more;
    }
    true
}

/// Lots taken back at one market are at most so many.
const TAKEN_BACK: Atoms = 64;

/// Where no market takes what is left, takes lots back from one so that with them it is whole lots of another, at the
/// least cost: of five, cut into two lots of two and one, one lot goes back and is with the one a lot of three. Whether
/// that could be.
fn exchanged(sources: &[&dyn route::Venue], lots: &[Atoms], parts: &mut [Atoms], rest: Atoms) -> bool {
    let mut best: Option<(i128, usize, usize, Atoms)> = None;
    for from in 0..parts.len() {
        for to in (0..parts.len()).filter(|&to| to != from) {
            for back in (1..=TAKEN_BACK.min(parts[from] / lots[from])).map(|count| count * lots[from]) {
                let moved = rest.saturating_add(back);
                if moved % lots[to] != 0 || moved > sources[to].depth() - parts[to] {
                    continue;
                }
                let cost = sources[from].cost(parts[from] - back).zip(sources[to].cost(parts[to] + moved));
                let before = sources[from].cost(parts[from]).zip(sources[to].cost(parts[to]));
                let Some((after, before)) = cost.zip(before) else { continue };
                let more = after.0 + after.1 - before.0 - before.1;
                if best.is_none_or(|(least, ..)| more < least) {
                    best = Some((more, from, to, back));
                }
            }
        }
    }
    let Some((_, from, to, back)) = best else { return false };
    parts[from] -= back;
    parts[to] += rest + back;
    true
}

/// A curve with the fees of its market.
struct Charged<'a> {
    curve: route::OnCurve<'a, dyn walras_market::curve::Curve>,
    terms: Terms,
    buys: bool,
    depth: Atoms,
}

impl route::Venue for Charged<'_> {
    fn depth(&self) -> Atoms {
        self.depth
    }

    fn cost(&self, amount: Atoms) -> Option<i128> {
        if amount == 0 {
            return Some(0);
        }
        let bare = Atoms::try_from(self.curve.cost(amount)?).ok()?;
        let payment = if self.buys { self.terms.bought(amount, bare, 0)? } else { self.terms.sold(amount, -bare, 0) };
        Some(-i128::from(payment.money()))
    }

    fn marginal(&self, amount: Atoms) -> f64 {
        let bare = self.curve.marginal(amount);
        let Terms { buy_fee, sell_fee, entry_tribute, exit_tribute } = self.terms;
        if self.buys {
            bare * (1.0 + buy_fee.share()) / (1.0 - entry_tribute.share())
        } else {
            bare * (1.0 - sell_fee.share()) * (1.0 - exit_tribute.share())
        }
    }
}

/// What one market would trade now with whoever came.
#[derive(Debug)]
pub struct Offer<'a> {
    venue: &'a Venue,
    moment: Moment,
}

impl<'a> Offer<'a> {
    /// What `venue` offers.
    #[must_use]
    pub const fn new(venue: &'a Venue, moment: Moment) -> Self {
        Self { venue, moment }
    }

    /// As agents see it; `None` where an order meets no price at once.
    #[must_use]
    pub fn seen(&self) -> Option<&dyn Depth> {
        let quotes = matches!(self.venue.market, Market::Curve(_) | Market::Pool(_) | Market::Book(_));
        quotes.then_some(self as &dyn Depth)
    }
}

impl Depth for Offer<'_> {
    fn side(&self, buys: bool, most: Atoms) -> Box<dyn route::Venue + '_> {
        source(self.venue, buys, most, &self.moment)
    }
}

/// What `venue` offers to an order that buys or sells `most` atoms.
fn source<'a>(venue: &'a Venue, buys: bool, most: Atoms, moment: &Moment) -> Box<dyn route::Venue + 'a> {
    let (supply, reserve) = moment.standing;
    match &venue.market {
        _ if venue.halted => Box::new(Ladder { levels: Vec::new(), buys }),
        Market::Curve(on) => {
            let decimals = venue.decimals;
            let curve = route::OnCurve { exact: on.exact(decimals), supply, reserve, decimals, buys };
            let room = if buys { moment.maximum_supply - supply } else { supply };
            let fills = |&amount: &Atoms| amount <= room && route::Venue::cost(&curve, amount).is_some();
            let depth = Some(most).filter(fills).unwrap_or_else(|| route::Venue::depth(&curve).min(room));
            Box::new(Charged { curve, terms: venue.terms, buys, depth })
        }
        Market::Pool(on) => Box::new(route::OnPool::at_most(&*on.pool, on.token, MONEY, buys, most)),
        Market::Book(on) => {
            let (grid, fee) = (on.book.rules().grid, on.fees[1].share());
            let side = if buys { Side::Sell } else { Side::Buy };
            // The taker's fee as part of each price, in parts per billion, rounded against the order.
            let parts = 1_000_000_000_i64;
            let charged = if buys { (fee * 1e9).ceil() as i64 } else { -(fee * 1e9).ceil() as i64 };
            let level = |depth: walras_market::book::Depth| {
                let (size, money) = (grid.amount(depth.lots as i64)?, grid.value(depth.price, 1)?);
                let money = i128::from(money) * i128::from(parts + charged);
                let tokens = i128::from(grid.lot()) * i128::from(parts);
                // In numbers that fit, the price a little worse for the order.
                let shift = (128 - money.max(tokens).leading_zeros()).saturating_sub(62);
                let up = i128::from(buys && shift > 0);
                Some(Level {
                    size,
                    money: ((money >> shift) + up) as Atoms,
                    tokens: ((tokens >> shift) + 1 - up) as Atoms,
                })
            };
            Box::new(Ladder { levels: on.book.depth(side).map_while(level).collect(), buys })
        }
        Market::Auction(_) | Market::Clearing(_) | Market::Router(_) => Box::new(Ladder { levels: Vec::new(), buys }),
    }
}
