//! Batch settlement: all orders of a step settle at one price, the average along the net move.
//!
//! Let B and Q be what is bought and sold in all. The curve moves by B − Q once, which costs (or returns) C;
//! everyone trades at C/|B − Q|, or at the spot price when B = Q. Buyers' payments are rounded up and sellers'
//! down, so the reserve receives at least C (pays at most C).
//!
//! The average price falls as buyers drop out and rises as sellers do, so there is one price at which exactly
//! those trade whose limits allow it. Where several orders share the limit at which it would be crossed, they
//! are filled in order of arrival while the price stays acceptable to them. Orders are filled whole or not at all;
//! where one is too large to fit, it is left out and the price is found anew for the others.

use walras_ledger::Atoms;
use walras_numerics::root::greatest;

use super::in_turn::Standing;
use super::{Curve, Exact};
use crate::order::{Limit, Orders, Rejection, Side};

/// One group of orders with what is known of it before clearing.
#[derive(Debug)]
pub struct Group<'a> {
    /// The orders; rejected ones are marked in place.
    pub orders: &'a mut Orders,
    /// Atoms to buy in all.
    pub bought: i128,
    /// Atoms to sell in all.
    pub sold: i128,
    /// The price seen when deciding, numeraire per token.
    pub seen: f64,
    /// The lowest limit of a buyer, numeraire per token; infinite when nobody buys.
    pub lowest_buy: f64,
    /// The highest limit of a seller; minus infinite when nobody sells.
    pub highest_sell: f64,
    /// The orders' arrival keys are a function of the trader.
    pub arrival_group: u32,
}

/// A price in whole numbers: `multiplier / 2^shift` numeraire atoms for one atom of the asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitPrice {
    multiplier: u64,
    shift: u32,
}

impl UnitPrice {
    /// What `amount` atoms are worth, rounded up; `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn up(self, amount: Atoms) -> Option<Atoms> {
        let product = u128::from(amount.cast_unsigned()) * u128::from(self.multiplier);
        let rest = (1_u128 << self.shift) - 1;
        Atoms::try_from((product + rest) >> self.shift).ok()
    }

    /// What `amount` atoms are worth, rounded down; `None` when it does not fit.
    #[inline]
    #[must_use]
    pub fn down(self, amount: Atoms) -> Option<Atoms> {
        let product = u128::from(amount.cast_unsigned()) * u128::from(self.multiplier);
        Atoms::try_from(product >> self.shift).ok()
    }

    /// The pair of unit prices next below and above `money / amount`, both positive.
    fn around(money: Atoms, amount: Atoms) -> (Self, Self) {
        let (money, amount) = (u128::from(money.cast_unsigned()), u128::from(amount.cast_unsigned()));
        let whole_bits = 128 - (money / amount).leading_zeros();
        let shift = (62 - whole_bits.min(62)).min(60);
        let scaled = money << shift;
        let below = (scaled / amount) as u64;
        let above = scaled.div_ceil(amount) as u64;
        (Self { multiplier: below, shift }, Self { multiplier: above, shift })
    }

    /// The pair around a price given as a number of numeraire atoms for one atom of the asset.
    fn around_number(price: f64) -> (Self, Self) {
        let mut shift = 60;
        let mut scaled = price * (1_u64 << 60) as f64;
        while scaled >= (1_u64 << 62) as f64 && shift > 0 {
            scaled *= 0.5;
            shift -= 1;
        }
        let below = scaled as u64;
        (Self { multiplier: below, shift }, Self { multiplier: below + 1, shift })
    }
}

/// What one batch came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cleared {
    /// The one price, numeraire per token.
    pub price: f64,
    /// What buyers pay for an atom.
    pub buyers: UnitPrice,
    /// What sellers are paid for an atom.
    pub sellers: UnitPrice,
    /// Atoms bought.
    pub bought: i128,
    /// Atoms sold.
    pub sold: i128,
}

/// The curve and where it stands when a batch is cleared.
#[derive(Debug)]
pub struct Batch<'a, C: Curve + ?Sized> {
    /// The curve in atoms.
    pub exact: Exact<'a, C>,
    /// Where it stands.
    pub standing: Standing,
    /// The most atoms that may be out.
    pub maximum_supply: Atoms,
    /// Numeraire per token for one numeraire atom per asset atom.
    pub price_scale: f64,
}

impl<C: Curve + ?Sized> Batch<'_, C> {
    /// Clears `groups`; `arrival` gives the arrival key of a trader of a group. `None` when nothing is left to trade.
    pub fn clear(&self, groups: &mut [Group<'_>], arrival: &dyn Fn(u32, usize) -> u32) -> Option<Cleared> {
        let (bought, sold) = totals(groups);
        if bought == 0 && sold == 0 {
            return None;
        }
        if self.suits_everyone(groups) {
            return Some(self.cleared(bought, sold));
        }
        if self.average(bought).is_infinite() {
            self.cap_supply(groups, arrival);
        }
        let (bought, sold) = ration(self, groups, arrival);
        (bought != 0 || sold != 0).then(|| self.cleared(bought, sold))
    }

    /// The one price when `bought` and `sold` atoms trade, whatever their limits; `None` when the move cannot be
    /// made or there is nothing to trade.
    #[must_use]
    pub fn settle_at(&self, bought: i128, sold: i128) -> Option<Cleared> {
        ((bought != 0 || sold != 0) && self.average(bought - sold).is_finite()).then(|| self.cleared(bought, sold))
    }

    fn suits_everyone(&self, groups: &[Group<'_>]) -> bool {
        let (bought, sold) = totals(groups);
        let price = self.average(bought - sold);
        let lowest_buy = groups.iter().map(|group| group.lowest_buy).fold(f64::INFINITY, f64::min);
        let highest_sell = groups.iter().map(|group| group.highest_sell).fold(f64::NEG_INFINITY, f64::max);
        price.is_finite() && price <= lowest_buy && price >= highest_sell
    }

    /// Rejects the buys, last to arrive first, that would pass the maximum supply or a cost that can be counted.
    /// What is sold in the same batch makes no room: whether it is sold depends on the price.
    fn cap_supply(&self, groups: &mut [Group<'_>], arrival: &dyn Fn(u32, usize) -> u32) {
        let whole = |group| Entry { limit: 0.0, size: 0, group, trader: None };
        let everyone: Vec<Entry> = (0..groups.len()).map(whole).collect();
        let buys = Marginal::new(&everyone, Side::BUY, groups, arrival);
        buys.fill(groups, Rejection::MaximumSupply, |sum| self.average(sum).is_finite());
        for group in groups {
            let sides = group.orders.side.iter().enumerate().filter(|(_, code)| **code == Side::BUY);
            group.bought = sides.map(|(trader, _)| i128::from(group.orders.size.get(trader))).sum();
        }
    }

    /// The average price along a move of `net` atoms; infinite when the move cannot be made.
    fn average(&self, net: i128) -> f64 {
        let Standing { supply, reserve } = self.standing;
        let average = match net.cmp(&0) {
            std::cmp::Ordering::Equal => return self.exact.price(supply, reserve),
            std::cmp::Ordering::Greater => Atoms::try_from(net)
                .ok()
                .filter(|&net| net <= self.maximum_supply - supply)
                .and_then(|net| self.exact.cost(supply, reserve, net))
                .filter(|&cost| cost <= Atoms::MAX - reserve)
                .map(|cost| cost as f64 / net as f64),
            std::cmp::Ordering::Less => Atoms::try_from(-net)
                .ok()
                .and_then(|sold| self.exact.proceeds(supply, reserve, sold))
                .map(|proceeds| proceeds as f64 / (-net) as f64),
        };
        average.map_or(f64::INFINITY, |average| average * self.price_scale)
    }

    fn cleared(&self, bought: i128, sold: i128) -> Cleared {
        let Standing { supply, reserve } = self.standing;
        let net = (bought - sold) as Atoms;
        let (below, above) = match net.signum() {
            1 => UnitPrice::around(self.exact.cost(supply, reserve, net).unwrap_or(0), net),
            -1 => UnitPrice::around(self.exact.proceeds(supply, reserve, -net).unwrap_or(0), -net),
            _ => UnitPrice::around_number(self.exact.price(supply, reserve) / self.price_scale),
        };
        Cleared { price: self.average(bought - sold), buyers: above, sellers: below, bought, sold }
    }
}

fn totals(groups: &[Group<'_>]) -> (i128, i128) {
    groups.iter().fold((0, 0), |(bought, sold), group| (bought + group.bought, sold + group.sold))
}

/// One order, or all orders of one side of a group that share a limit.
#[derive(Debug, Clone, Copy)]
struct Entry {
    limit: f64,
    size: i128,
    group: usize,
    /// The trader, or `None` for the whole side of the group.
    trader: Option<usize>,
}

/// Marks who is excluded by their limits and returns what is bought and sold by the others.
fn ration<C: Curve + ?Sized>(
    batch: &Batch<'_, C>,
    groups: &mut [Group<'_>],
    arrival: &dyn Fn(u32, usize) -> u32,
) -> (i128, i128) {
    loop {
        let sides = Sides::new(groups);
        let Some(level) = sides.crossing(batch) else { return sides.settle(groups, (sides.buys.len(), 0), (0, 0)) };
        let above = upto(&sides.buys, |limit| limit > level);
        let at_or_below = upto(&sides.sells, |limit| limit <= level);
        if batch.average(total(&sides.buys[..above]) - total(&sides.sells[..at_or_below])) > level {
            return sides.settle(groups, (above, at_or_below), (0, 0));
        }
        // The price would cross the level: of those whose limit it is, one side is filled as far as it fits.
        let below = upto(&sides.sells, |limit| limit < level);
        let (bought, sold) = (total(&sides.buys[..above]), total(&sides.sells[..below]));
        let more = if batch.average(bought - sold) >= level {
            let marginal = Marginal::new(&sides.sells[below..at_or_below], Side::SELL, groups, arrival);
            let fits = |more: i128| batch.average(bought - sold - more) >= level;
            (0, marginal.fill(groups, Rejection::LimitNotReached, fits))
        } else {
            let at_or_above = upto(&sides.buys, |limit| limit >= level);
            let marginal = Marginal::new(&sides.buys[above..at_or_above], Side::BUY, groups, arrival);
            let fits = |more: i128| batch.average(bought + more - sold) <= level;
            (marginal.fill(groups, Rejection::LimitNotReached, fits), 0)
        };
        let price = batch.average(bought + more.0 - sold - more.1);
        let suits_buyers = above == 0 || price <= sides.buys[above - 1].limit;
        let suits_sellers = below == 0 || price >= sides.sells[below - 1].limit;
        if suits_buyers && suits_sellers {
            return sides.settle(groups, (above, below), more);
        }
        // An order was too large to fit and has been left out; without it the price lies elsewhere.
        recount(groups);
    }
}

/// What the groups' remaining orders buy and sell.
fn recount(groups: &mut [Group<'_>]) {
    for group in groups {
        let orders = &group.orders;
        let sum = |side: i8| -> i128 {
            let mine = orders.side.iter().enumerate().filter(|(_, code)| **code == side);
            mine.map(|(trader, _)| i128::from(orders.size.get(trader))).sum()
        };
        (group.bought, group.sold) = (sum(Side::BUY), sum(Side::SELL));
    }
}

fn total(entries: &[Entry]) -> i128 {
    entries.iter().map(|entry| entry.size).sum()
}

/// How many of `entries`, sorted by limit, come before the first whose limit is not `inside`.
fn upto(entries: &[Entry], inside: impl Fn(f64) -> bool) -> usize {
    entries.partition_point(|entry| inside(entry.limit))
}

/// The orders that have not been rejected, by limit.
struct Sides {
    /// Buyers by falling limit.
    buys: Vec<Entry>,
    /// Sellers by rising limit.
    sells: Vec<Entry>,
}

impl Sides {
    fn new(groups: &[Group<'_>]) -> Self {
        let (mut buys, mut sells) = (Vec::new(), Vec::new());
        for (g, group) in groups.iter().enumerate() {
            if let Limit::Each(limits) = &group.orders.limit {
                for (trader, &limit) in limits.iter().enumerate() {
                    let size = i128::from(group.orders.size.get(trader));
                    let entry = Entry { limit, size, group: g, trader: Some(trader) };
                    match group.orders.side[trader] {
                        Side::BUY => buys.push(entry),
                        Side::SELL => sells.push(entry),
                        _ => {}
                    }
                }
            } else {
                let whole = |limit, size| Entry { limit, size, group: g, trader: None };
                buys.extend((group.bought > 0).then(|| whole(group.lowest_buy, group.bought)));
                sells.extend((group.sold > 0).then(|| whole(group.highest_sell, group.sold)));
            }
        }
        buys.sort_by(|a, b| b.limit.total_cmp(&a.limit));
        sells.sort_by(|a, b| a.limit.total_cmp(&b.limit));
        Self { buys, sells }
    }

    /// The highest limit at which those who would trade just under it still make a price of at least that limit.
    fn crossing<C: Curve + ?Sized>(&self, batch: &Batch<'_, C>) -> Option<f64> {
        let mut levels: Vec<f64> = self.buys.iter().chain(&self.sells).map(|entry| entry.limit).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        let holds = |index: i64| {
            let level = levels[index as usize];
            let bought = total(&self.buys[..upto(&self.buys, |limit| limit >= level)]);
            let sold = total(&self.sells[..upto(&self.sells, |limit| limit < level)]);
            batch.average(bought - sold) >= level
        };
        greatest(0, levels.len() as i64 - 1, holds).map(|index| levels[index as usize])
    }

    /// The first `buyers` and `sellers` trade, and `more` that is filled already; everyone else is excluded who is not
    /// already. Returns what is bought and sold.
    fn settle(&self, groups: &mut [Group<'_>], (buyers, sellers): (usize, usize), more: (i128, i128)) -> (i128, i128) {
        let (bought, sold) = (total(&self.buys[..buyers]), total(&self.sells[..sellers]));
        let (keep_buys, keep_sells) = (more.0 > 0, more.1 > 0);
        // Entries at the limit that was filled in part keep those that fitted: the others are marked already.
        let level = |entries: &[Entry], from: usize, keep: bool| match entries.get(from) {
            Some(entry) if keep => from + upto(&entries[from..], |limit| limit == entry.limit),
            _ => from,
        };
        for entry in &self.buys[level(&self.buys, buyers, keep_buys)..] {
            exclude(entry, Side::BUY, groups);
        }
        for entry in &self.sells[level(&self.sells, sellers, keep_sells)..] {
            exclude(entry, Side::SELL, groups);
        }
        (bought + more.0, sold + more.1)
    }
}

fn exclude(entry: &Entry, side: i8, groups: &mut [Group<'_>]) {
    let rejected = Side::rejected(side, Rejection::LimitNotReached);
    let sides = &mut groups[entry.group].orders.side;
    match entry.trader {
        Some(trader) if sides[trader] == side => sides[trader] = rejected,
        Some(_) => {}
        None => sides.iter_mut().filter(|code| **code == side).for_each(|code| *code = rejected),
    }
}

/// The orders at the limit that the price would cross, in order of arrival.
struct Marginal {
    side: i8,
    orders: Vec<(u32, usize, usize)>,
}

impl Marginal {
    fn new(entries: &[Entry], side: i8, groups: &[Group<'_>], arrival: &dyn Fn(u32, usize) -> u32) -> Self {
        let mut orders = Vec::new();
        for entry in entries {
            let group = &groups[entry.group];
            let key = |trader: usize| (arrival(group.arrival_group, trader), entry.group, trader);
            match entry.trader {
                Some(trader) => orders.push(key(trader)),
                None => {
                    let sides = group.orders.side.iter().enumerate();
                    orders.extend(sides.filter(|(_, code)| **code == side).map(|(trader, _)| key(trader)));
                }
            }
        }
        orders.sort_unstable();
        Self { side, orders }
    }

    /// Fills every order, first come first served, with which the sum of sizes still `fits`; rejects the others for
    /// `why` and returns the sum.
    fn fill(&self, groups: &mut [Group<'_>], why: Rejection, fits: impl Fn(i128) -> bool) -> i128 {
        let mut sum = 0;
        for &(_, group, trader) in &self.orders {
            let orders = &mut groups[group].orders;
            let more = sum + i128::from(orders.size.get(trader));
            if fits(more) {
                sum = more;
            } else {
                orders.side[trader] = Side::rejected(self.side, why);
            }
        }
        sum
    }
}
