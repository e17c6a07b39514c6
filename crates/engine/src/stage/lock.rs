//! lock: every order sets aside what it could cost when it is placed, or is rejected.
//!
//! An order's limit bounds its price, so limit × size with all fees bounds its cost; an agent's budget shares
//! sum to at most one, so what its orders lock at all its markets never exceeds its balance, and no atom
//! can be spent twice. Orders without a limit are limited here by what their agent can pay.

use walras_ledger::{AssetId, Atoms};
use walras_market::book::{Grid, Side as BookSide};
use walras_market::command::{Action, Command, Placement};
use walras_market::order::{LimitShape, OrdersPart, Rejection, Shape, Side};
use walras_market::terms::Terms;
use walras_numerics::Column;

use super::Tally;
use crate::restraint::Restraint;
use crate::venue::OnBook;

/// What a lock needs to know of a cohort's place at a market.
#[derive(Debug, Clone, Copy)]
pub struct LockRule<'a> {
    /// The asset traded.
    pub asset: AssetId,
    /// The form of the orders.
    pub shape: &'a Shape,
    /// The size all orders share; `None` when each has its own.
    pub shared_size: Option<Atoms>,
    /// The priority fee of each agent; `None` when the policy sets it with the order.
    pub priority_fee: Option<&'a Column<Atoms>>,
    /// The price seen, in numeraire atoms for one atom of the asset.
    pub seen: f64,
    /// Numeraire atoms for one atom of the asset in one numeraire per token.
    pub unit: f64,
    /// What the market takes from trades.
    pub terms: Terms,
    /// The share of its balance an agent may lock.
    pub budget_share: f64,
    /// Factor on buy orders.
    pub demand: f64,
    /// Whether the market refuses orders.
    pub halted: bool,
    /// What rules in force forbid the agents; `None` for nothing.
    pub restraint: Option<&'a Restraint>,
    /// Atoms of money that fees rounded up, fill by fill, may come to for one atom of the asset.
    pub rounding: f64,
    /// Its ticks and lots, where it has any.
    pub grid: Option<Grid>,
    /// The book in which orders rest, where they can, with what the cohort's agents have set aside there.
    pub book: Option<(&'a OnBook, [&'a [Atoms]; 2])>,
}

/// What an agent that gives commands may still spend at a market: atoms of money and of the asset.
#[derive(Debug, Clone, Copy)]
pub struct Spend {
    /// Its row in the cohort.
    pub row: usize,
    /// With what its orders at rest there have set aside.
    pub all: [Atoms; 2],
    /// Without: what orders that are added may take, whatever becomes of those at rest.
    pub free: [Atoms; 2],
    /// What new orders that take the place of all others may take is `all`, else `free`.
    pub replaces: bool,
    /// Whether it has taken anything back in this turn, so that what is freed can be taken again. How much that is, only
    /// the market will know.
    pub frees: bool,
}

impl Spend {
    /// Takes `amounts` for orders that take the place of all others.
    fn replace(&mut self, amounts: [Atoms; 2]) -> Result<(), Rejection> {
        let left = if self.replaces { self.all } else { self.free };
        suffices(amounts, left)?;
        // What stands pays for what takes its place, as far as it goes.
        self.take(amounts, if self.replaces { [0, 0] } else { amounts });
        Ok(())
    }

    /// Takes `amounts` beside what stands, at first from what is free: how much of it that is.
    fn add(&mut self, amounts: [Atoms; 2]) -> Result<[Atoms; 2], Rejection> {
        suffices(amounts, self.most())?;
        let locked = [0, 1].map(|i| amounts[i].min(self.free[i].max(0)));
        self.take(amounts, locked);
        Ok(locked)
    }

    /// The most that can be taken beside what stands.
    fn most(&self) -> [Atoms; 2] {
        if self.frees { self.all } else { [0, 1].map(|i| self.free[i].min(self.all[i])) }
    }

    fn take(&mut self, of_all: [Atoms; 2], of_free: [Atoms; 2]) {
        for i in [0, 1] {
            self.all[i] -= of_all[i];
            self.free[i] -= of_free[i];
        }
    }
}

fn suffices(amounts: [Atoms; 2], left: [Atoms; 2]) -> Result<(), Rejection> {
    if amounts[0] > left[0] {
        return Err(Rejection::InsufficientBalance);
    }
    if amounts[1] > left[1] { Err(Rejection::InsufficientHolding) } else { Ok(()) }
}

impl LockRule<'_> {
    /// What buying `size` at `limit` (numeraire atoms for one atom) takes at most, the priority fee apart.
    fn bound(&self, limit: f64, size: Atoms) -> f64 {
        let limit = self.grid.map_or(limit, |grid| grid.bid_up_to(limit));
        self.terms.bound_on_bought(limit * size as f64) + self.rounding * size as f64
    }

    /// What one accepted order takes from its agent's purse at most: atoms of money and of the asset.
    pub fn taken(&self, orders: &OrdersPart<'_>, first: usize, i: usize) -> [Atoms; 2] {
        let side = orders.side[i];
        if side != Side::BUY && side != Side::SELL {
            return [0, 0];
        }
        let size = self.shared_size.unwrap_or_else(|| orders.size[i]);
        let fee = self.priority_fee.map_or_else(|| orders.priority_fee[i], |fees| fees.get(first + i));
        if side == Side::SELL {
            return [fee, size];
        }
        let limit = match self.shape.limit {
            LimitShape::Slippage(share) => self.seen * (1.0 + share),
            LimitShape::Market | LimitShape::Each => orders.limit[i] * self.unit,
        };
        // Accepted, so it can be counted.
        [(self.bound(limit, size) + fee as f64) as Atoms + 1, 0]
    }

    /// Locks what a command could take from what its agent may spend, and writes it down in the command.
    ///
    /// # Errors
    /// Why the command is rejected.
    pub fn lock_command(&self, command: &mut Command, spend: &mut Spend) -> Result<(), Rejection> {
        // What stands may be taken back from a market that refuses all else.
        let takes_back = matches!(command.action, Action::Cancel | Action::CancelOrder { .. });
        if self.halted && !takes_back {
            return Err(Rejection::Halted);
        }
        if let Some(restraint) = self.restraint {
            restraint.admit(self.asset, spend.row, spend.all[1], command)?;
        }
        match command.action {
            Action::Cancel | Action::CancelOrder { .. } => spend.frees = true,
            Action::Withdraw { .. } => {}
            Action::Provide { money, tokens, .. } if money >= 0 && tokens >= 0 => spend.replace([money, tokens])?,
            Action::Provide { .. } => return Err(Rejection::BadSize),
            Action::Quote { bid, ask } => {
                let quotes = [bid, ask].into_iter().flatten();
                if quotes.clone().any(|quote| !quote.price.is_finite()) {
                    return Err(Rejection::NotFinite);
                }
                if quotes.clone().any(|quote| quote.size <= 0) {
                    return Err(Rejection::BadSize);
                }
                let money = bid.map_or(Ok(0), |bid| self.cost(bid.price, bid.size))?;
                spend.replace([money, ask.map_or(0, |ask| ask.size)])?;
            }
            Action::Place(order) => command.locked = self.lock_placement(&order, spend)?,
            Action::ReplaceOrder { id, price, size } => {
                if !price.is_finite() {
                    return Err(Rejection::NotFinite);
                }
                if size <= 0 {
                    return Err(Rejection::BadSize);
                }
                let (on, _) = self.book.ok_or(Rejection::NotOffered)?;
                // An order that is not there takes nothing, and the market will say so.
                if let Some(old) = on.book.get(id) {
                    let new = if old.side == BookSide::Buy { [self.cost(price, size)?, 0] } else { [0, size] };
                    let aside = on.set_aside_by(&old);
                    command.locked = spend.add([0, 1].map(|i| (new[i] - aside[i]).max(0)))?;
                }
            }
        }
        Ok(())
    }

    /// What a single order takes, at first from what is free.
    fn lock_placement(&self, order: &Placement, spend: &mut Spend) -> Result<[Atoms; 2], Rejection> {
        if [order.limit, order.stop].into_iter().flatten().any(|price| !price.is_finite()) {
            return Err(Rejection::NotFinite);
        }
        if order.size <= 0 || order.side != Side::BUY && order.side != Side::SELL {
            return Err(Rejection::BadSize);
        }
        if self.book.is_none() {
            return Err(Rejection::NotOffered);
        }
        let amounts = match order.limit {
            _ if order.side == Side::SELL => [0, order.size],
            Some(limit) => [self.cost(limit, order.size)?, 0],
            None => {
                // All that it can pay with, if that is enough at the price seen, or at that which lets it enter.
                let money = spend.most()[0];
                let rounding = (self.rounding * order.size as f64) as Atoms;
                let limit = self.terms.cost_within(money - rounding) / order.size as f64;
                if limit < order.stop.map_or(self.seen, |stop| stop * self.unit) {
                    return Err(Rejection::InsufficientBalance);
                }
                [money, 0]
            }
        };
        spend.add(amounts)
    }

    /// What buying `size` at `price`, numeraire per token, takes at most.
    fn cost(&self, price: f64, size: Atoms) -> Result<Atoms, Rejection> {
        let cost = self.bound(price * self.unit, size);
        if cost < 9.2e18 { Ok(cost as Atoms + 1) } else { Err(Rejection::InsufficientBalance) }
    }
}

/// What a chunk's agents hold.
#[derive(Debug, Clone, Copy)]
pub struct Purse<'a> {
    /// Money, in atoms.
    pub balances: &'a [Atoms],
    /// The market's asset, in atoms.
    pub holdings: &'a [Atoms],
    /// The chunk's first row in the cohort.
    pub first: usize,
}

/// Locks one chunk's orders at one market.
pub fn lock(rule: &LockRule<'_>, purse: &Purse<'_>, orders: &mut OrdersPart<'_>) -> Tally {
    if rule.halted {
        return reject_all(orders.side, Rejection::Halted);
    }
    match (rule.shared_size, rule.shape.limit, rule.priority_fee.and_then(Column::shared)) {
        (Some(size), LimitShape::Slippage(slippage), Some(fee)) if size > 0 && rule.demand == 1.0 => {
            lock_alike(rule, purse, orders.side, size, slippage, fee)
        }
        _ => lock_each(rule, purse, orders),
    }
}

fn reject_all(sides: &mut [i8], why: Rejection) -> Tally {
    let mut tally = Tally::default();
    for side in sides.iter_mut().filter(|side| **side != Side::NONE) {
        tally.orders += 1;
        let reason = Side::rejection(*side).unwrap_or(why);
        tally.rejected[reason as usize] += 1;
        *side = Side::rejected(*side, reason);
    }
    tally
}

/// All orders of one size, limit and fee: one comparison each.
fn lock_alike(
    rule: &LockRule<'_>,
    purse: &Purse<'_>,
    side: &mut [i8],
    size: Atoms,
    slippage: f64,
    fee: Atoms,
) -> Tally {
    let (highest, lowest) = (rule.seen * (1.0 + slippage), rule.seen * (1.0 - slippage));
    let cost = (rule.bound(highest, size) + fee as f64) / rule.budget_share;
    // A cost too large to count is more than anyone holds.
    let cost = if cost < 9.2e18 { (cost as Atoms).saturating_add(1) } else { Atoms::MAX };
    let needs = [cost, seller_needs(fee, rule.budget_share)];
    let counts = sweep_alike(side, purse.balances, purse.holdings, needs, size);
    let mut tally = Tally {
        orders: counts.orders,
        bought: i128::from(counts.buyers) * i128::from(size),
        sold: i128::from(counts.sellers) * i128::from(size),
        ..Tally::default()
    };
    if counts.buyers > 0 {
        tally.lowest_buy = highest / rule.unit;
    }
    if counts.sellers > 0 {
        tally.highest_sell = lowest / rule.unit;
    }
    tally.rejected[Rejection::InsufficientBalance as usize] = counts.poor;
    tally.rejected[Rejection::InsufficientHolding as usize] = counts.bare;
    if counts.orders > counts.buyers + counts.sellers + counts.poor + counts.bare {
        // The policy itself marked some, which is rare: count them all again, one by one.
        tally.rejected = Default::default();
        for why in side.iter().filter_map(|&side| Side::rejection(side)) {
            tally.rejected[why as usize] += 1;
        }
    }
    tally
}

/// The balance a seller needs to offer `fee`: at each market only the budget share of it counts, as for buyers' costs.
fn seller_needs(fee: Atoms, budget_share: f64) -> Atoms {
    if fee == 0 || budget_share >= 1.0 {
        return fee;
    }
    // Shares may sum to a little over one, and too large a balance needed only rejects an order.
    let needed = fee as f64 / budget_share * (1.0 + 2e-12);
    if needed < 9.2e18 { (needed as Atoms).saturating_add(1) } else { Atoms::MAX }
}

#[derive(Default, Clone, Copy)]
struct Counts {
    orders: u64,
    buyers: u64,
    sellers: u64,
    /// Buyers who cannot pay, and sellers who cannot pay the priority fee.
    poor: u64,
    /// Sellers who do not hold enough.
    bare: u64,
}

#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn sweep_alike(side: &mut [i8], balances: &[i64], holdings: &[i64], needs: [i64; 2], size: i64) -> Counts {
    let mut counts = Counts::default();
    let mut runs = side.chunks_exact_mut(COUNTED);
    let (mut money, mut tokens) = (balances.chunks_exact(COUNTED), holdings.chunks_exact(COUNTED));
    for ((side, money), tokens) in (&mut runs).zip(&mut money).zip(&mut tokens) {
        let run = (side.try_into(), money.try_into(), tokens.try_into());
        if let (Ok(side), Ok(money), Ok(tokens)) = run {
            sweep_run(side, money, tokens, needs, size, &mut counts);
        }
    }
    let rest = runs.into_remainder();
    if !rest.is_empty() {
        let (mut side, mut few, mut held) = ([0; COUNTED], [0; COUNTED], [0; COUNTED]);
        side[..rest.len()].copy_from_slice(rest);
        few[..rest.len()].copy_from_slice(money.remainder());
        held[..rest.len()].copy_from_slice(tokens.remainder());
        sweep_run(&mut side, &few, &held, needs, size, &mut counts);
        rest.copy_from_slice(&side[..rest.len()]);
    }
    counts
}

/// Orders that are counted in bytes before they are added up; less than 256.
const COUNTED: usize = 64;

#[inline(always)]
fn sweep_run(
    side: &mut [i8; COUNTED],
    balances: &[i64; COUNTED],
    holdings: &[i64; COUNTED],
    needs: [i64; 2],
    size: i64,
    counts: &mut Counts,
) {
    const POOR: i8 = Side::rejected(1, Rejection::InsufficientBalance);
    const BARE: i8 = Side::rejected(-1, Rejection::InsufficientHolding);
    // Comparisons of the columns first, in loops that are as wide as they are; the rest is a loop over bytes.
    let (mut buyer_pays, mut seller_pays, mut holds) = ([0_i8; COUNTED], [0_i8; COUNTED], [0_i8; COUNTED]);
    for i in 0..COUNTED {
        buyer_pays[i] = -i8::from(balances[i] >= needs[0]);
        seller_pays[i] = -i8::from(balances[i] >= needs[1]);
        holds[i] = -i8::from(holdings[i] >= size);
    }
    let (mut orders, mut buyers, mut sellers, mut poor, mut bare) = (0_i8, 0_i8, 0_i8, 0_i8, 0_i8);
    for i in 0..COUNTED {
        let asked = side[i];
        let (buys, sells) = (-i8::from(asked == 1), -i8::from(asked == -1));
        let is_bare = sells & !holds[i];
        let buyer_is_poor = buys & !buyer_pays[i];
        let seller_is_poor = sells & holds[i] & !seller_pays[i];
        let refused = is_bare | buyer_is_poor | seller_is_poor;
        let code = (asked & !refused) | (POOR & buyer_is_poor) | (-POOR & seller_is_poor) | (BARE & is_bare);
        side[i] = code;
        orders -= -i8::from(asked != 0);
        buyers -= buys & buyer_pays[i];
        sellers -= sells & holds[i] & seller_pays[i];
        poor -= buyer_is_poor | seller_is_poor;
        bare -= is_bare;
    }
    counts.orders += orders as u64;
    counts.buyers += buyers as u64;
    counts.sellers += sellers as u64;
    counts.poor += poor as u64;
    counts.bare += bare as u64;
}

/// Orders that differ, one by one.
fn lock_each(rule: &LockRule<'_>, purse: &Purse<'_>, orders: &mut OrdersPart<'_>) -> Tally {
    let mut tally = Tally::default();
    for i in 0..orders.side.len() {
        let asked = orders.side[i];
        if asked == Side::NONE {
            continue;
        }
        tally.orders += 1;
        match lock_one(rule, purse, orders, i) {
            Ok((size, limit)) if asked > 0 => {
                tally.bought += i128::from(size);
                tally.lowest_buy = tally.lowest_buy.min(limit / rule.unit);
            }
            Ok((size, limit)) => {
                tally.sold += i128::from(size);
                tally.highest_sell = tally.highest_sell.max(limit / rule.unit);
            }
            Err(why) => {
                tally.rejected[why as usize] += 1;
                orders.side[i] = Side::rejected(asked, why);
            }
        }
    }
    tally
}

/// The size and limit (numeraire atoms for one atom of the asset) of one order, or why it is rejected.
fn lock_one(
    rule: &LockRule<'_>,
    purse: &Purse<'_>,
    orders: &mut OrdersPart<'_>,
    i: usize,
) -> Result<(Atoms, f64), Rejection> {
    let side = orders.side[i];
    if let Some(why) = Side::rejection(side) {
        return Err(why);
    }
    let mut size = rule.shared_size.unwrap_or_else(|| orders.size[i]);
    if side > 0 && rule.demand != 1.0 {
        size = (size as f64 * rule.demand).min(9.2e18) as Atoms;
        orders.size[i] = size;
    }
    if size <= 0 {
        return Err(Rejection::BadSize);
    }
    let fee = rule.priority_fee.map_or_else(|| orders.priority_fee[i], |fees| fees.get(purse.first + i));
    if fee < 0 {
        return Err(Rejection::BadSize);
    }
    // A buyer's limit of plus infinity is no limit.
    let unlimited = rule.shape.limit == LimitShape::Market
        || rule.shape.limit == LimitShape::Each && side > 0 && orders.limit[i] == f64::INFINITY;
    if let Some(any) = orders.at_any_price.get_mut(i) {
        *any = unlimited || side < 0 && orders.limit.get(i) == Some(&0.0);
    }
    let limit = match rule.shape.limit {
        LimitShape::Slippage(share) => rule.seen * if side > 0 { 1.0 + share } else { 1.0 - share },
        _ if unlimited && side > 0 => {
            let budget = (purse.balances[i] as f64 * rule.budget_share) as Atoms - fee;
            let limit = rule.terms.cost_within(budget - (rule.rounding * size as f64) as Atoms) / size as f64;
            let on_grid = rule.grid.map_or(limit, |grid| grid.paid_by(limit));
            orders.limit[i] = on_grid / rule.unit;
            if limit < rule.seen {
                return Err(Rejection::InsufficientBalance);
            }
            on_grid
        }
        _ if unlimited => {
            orders.limit[i] = 0.0;
            0.0
        }
        _ if !orders.limit[i].is_finite() => return Err(Rejection::NotFinite),
        _ => orders.limit[i] * rule.unit,
    };
    if side < 0 {
        if purse.holdings[i] < size {
            return Err(Rejection::InsufficientHolding);
        }
        let pays = purse.balances[i] >= seller_needs(fee, rule.budget_share);
        return if pays { Ok((size, limit)) } else { Err(Rejection::InsufficientBalance) };
    }
    if !unlimited {
        let cost = rule.bound(limit, size) + fee as f64;
        if cost > purse.balances[i] as f64 * rule.budget_share * (1.0 - 1e-12) {
            return Err(Rejection::InsufficientBalance);
        }
    }
    Ok((size, limit))
}
