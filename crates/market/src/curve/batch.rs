//! Batch settlement: all orders of a step settle at one price, the average along the net move.
//!
//! Let B and Q be what is bought and sold in all. The curve moves by B − Q once, which costs (or returns) C;
//! everyone trades at C/|B − Q|, or at the spot price when B = Q. Buyers' payments are rounded up and sellers'
//! down, so the reserve receives at least C (pays at most C).
//!
//! The average price falls as buyers drop out and rises as sellers do, so there is one price at which exactly
//! those trade whose limits allow it. Where several orders share the limit at which it would be crossed, they
//! are filled in order of arrival while the price stays acceptable to them.

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
        let (bought, sold) = Rationing::new(groups).ration(self, groups, arrival);
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

/// Finds who trades when the limits of some exclude them.
struct Rationing {
    /// Buyers by falling limit.
    buys: Vec<Entry>,
    /// Sellers by rising limit.
    sells: Vec<Entry>,
    /// All limits, rising, each once.
    levels: Vec<f64>,
}

impl Rationing {
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
        let mut levels: Vec<f64> = buys.iter().chain(&sells).map(|entry| entry.limit).collect();
        levels.sort_by(f64::total_cmp);
        levels.dedup();
        Self { buys, sells, levels }
    }

    /// Marks who is excluded and returns what is bought and sold by the others.
    fn ration<C: Curve + ?Sized>(
        &self,
        batch: &Batch<'_, C>,
        groups: &mut [Group<'_>],
        arrival: &dyn Fn(u32, usize) -> u32,
    ) -> (i128, i128) {
        let total = |entries: &[Entry]| entries.iter().map(|entry| entry.size).sum::<i128>();
        let upto =
            |entries: &[Entry], inside: &dyn Fn(f64) -> bool| entries.partition_point(|entry| inside(entry.limit));
        // The highest level at which the price of those who would trade there is still at least the level.
        let holds = |index: i64| {
            let level = self.levels[index as usize];
            let buys = total(&self.buys[..upto(&self.buys, &|limit| limit >= level)]);
            let sells = total(&self.sells[..upto(&self.sells, &|limit| limit <= level)]);
            batch.average(buys - sells) >= level
        };
        let under = greatest(0, self.levels.len() as i64 - 1, holds);
        let low = under.map_or(f64::NEG_INFINITY, |index| self.levels[index as usize]);
        let high = self.levels.get(under.map_or(0, |index| index as usize + 1)).copied().unwrap_or(f64::INFINITY);
        // Between the two levels the same orders trade.
        let mut buyers = upto(&self.buys, &|limit| limit > low);
        let mut sellers = upto(&self.sells, &|limit| limit <= low);
        let (mut bought, mut sold) = (total(&self.buys[..buyers]), total(&self.sells[..sellers]));
        let between = batch.average(bought - sold);
        if between <= low {
            let end = upto(&self.buys, &|limit| limit >= low);
            let marginal = Marginal::new(&self.buys[buyers..end], Side::BUY, groups, arrival);
            let fits = |more: i128| batch.average(bought + more - sold) <= low;
            bought += marginal.fill(groups, Rejection::LimitNotReached, fits);
            buyers = end;
        } else if between >= high {
            let end = upto(&self.sells, &|limit| limit <= high);
            let marginal = Marginal::new(&self.sells[sellers..end], Side::SELL, groups, arrival);
            let fits = |more: i128| batch.average(bought - sold - more) >= high;
            sold += marginal.fill(groups, Rejection::LimitNotReached, fits);
            sellers = end;
        }
        for entry in &self.buys[buyers..] {
            exclude(entry, Side::BUY, groups);
        }
        for entry in &self.sells[sellers..] {
            exclude(entry, Side::SELL, groups);
        }
        (bought, sold)
    }
}

fn exclude(entry: &Entry, side: i8, groups: &mut [Group<'_>]) {
    let rejected = Side::rejected(side, Rejection::LimitNotReached);
    let sides = &mut groups[entry.group].orders.side;
    match entry.trader {
        Some(trader) => sides[trader] = rejected,
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

    /// Fills the first orders for which `fits` the sum of their sizes, excludes the others, returns the sum.
    fn fill(&self, groups: &mut [Group<'_>], why: Rejection, fits: impl Fn(i128) -> bool) -> i128 {
        let mut sums = vec![0];
        for &(_, group, trader) in &self.orders {
            sums.push(sums[sums.len() - 1] + i128::from(groups[group].orders.size.get(trader)));
        }
        let filled = greatest(1, self.orders.len() as i64, |count| fits(sums[count as usize])).unwrap_or(0) as usize;
        for &(_, group, trader) in &self.orders[filled..] {
            groups[group].orders.side[trader] = Side::rejected(self.side, why);
        }
        sums[filled]
    }
}
