//! settle: fills and flows become postings.

use walras_ledger::exchange::Posted;
use walras_ledger::{AgentAddress, AssetId, Atoms, Broken, CohortId, Ledger, NamedId, Reason, Transfer};
use walras_market::order::Side;
use walras_numerics::CHUNK;

use super::Events;
use super::clear::{Fills, VenueFills, batch_payment, turn_payment};
use super::made::{made_at_book, made_at_curve, pass};
use super::produce::Flow;
use super::turn::Turn;
use crate::economy::Settlement;
use crate::venue::pool::MONEY;
use crate::venue::results::Moved;
use crate::venue::{Market, Venue};
use crate::world::{Cohort, Place};

/// What was posted at each market.
#[derive(Debug, Default)]
pub struct Settled {
    /// One for each venue.
    pub venues: Vec<Posted>,
}

impl Settled {
    /// A step begins, with so many markets.
    pub fn begin(&mut self, venues: usize) {
        self.venues.clear();
        self.venues.resize(venues, Posted::default());
    }
}

/// When the agents' columns show what was posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// At the end of the step.
    AtOnce,
    /// For large cohorts, when their agents are next visited: a step then sweeps over memory once instead of twice.
    Carried,
}

/// From this many agents a cohort's columns leave the nearest caches between two sweeps.
const CARRIED_FROM: usize = 32 * CHUNK;

/// Whether nothing before the next step's decisions needs the columns of `cohort`.
fn can_wait(cohort: &Cohort, venues: &[Venue]) -> bool {
    let one_price = |place: &Place| {
        let orders = &place.orders;
        venues[place.venue].curve().is_some_and(|on| on.settlement == Settlement::Batch)
            && orders.size.shared().is_some()
            && orders.priority_fee.shared().is_some()
    };
    cohort.size >= CARRIED_FROM
        && cohort.memory.is_empty()
        && cohort.demand.is_none()
        && [&cohort.income, &cohort.expenses].iter().all(|flow| flow.shared() == Some(0.0))
        && cohort.places.iter().all(one_price)
}

/// Posts every fill.
///
/// # Errors
/// When a posting breaks an invariant: an order cost more than it locked.
pub fn settle(
    delivery: Delivery,
    ledger: &mut Ledger,
    venues: &[Venue],
    cohorts: &[Cohort],
    (turn, fills): (&Turn, &mut Fills),
    settled: &mut Settled,
) -> Result<(), Broken> {
    post_families(ledger, venues, &mut fills.venues, settled)?;
    for (v, (fills, venue)) in fills.venues.iter_mut().zip(venues).enumerate() {
        let mut posted = post(ledger, (venues, venue), fills, settled)?;
        if !fills.rows.is_empty() {
            let rows = fills.rows.iter().filter_map(|row| {
                let address = AgentAddress { cohort: CohortId(row.group), row: row.trader };
                turn_payment(row, &venue.terms).map(|payment| (address, payment))
            });
            posted = posted.and(&ledger.exchange_rows(&venue.accounts, rows)?);
        }
        if let Some(cleared) = &fills.batch {
            for cohort in cohorts {
                for place in cohort.places.iter().filter(|place| place.venue == v) {
                    let orders = &place.orders;
                    let pay = |side, size, fee| batch_payment(cleared, &venue.terms, side, size, fee);
                    let one = match (orders.size.shared(), orders.priority_fee.shared()) {
                        (Some(size), Some(fee)) => {
                            let (Some(buyer), Some(seller)) = (pay(Side::BUY, size, fee), pay(Side::SELL, size, fee))
                            else {
                                return Err(Broken(format!("a trade on {} is too large to count", venue.name)));
                            };
                            if delivery == Delivery::Carried && can_wait(cohort, venues) {
                                ledger.carry_uniform(cohort.id, &venue.accounts, orders.side.share(), buyer, seller)?
                            } else {
                                ledger.exchange_uniform(cohort.id, &venue.accounts, &orders.side, buyer, seller)?
                            }
                        }
                        _ => ledger.exchange_each(cohort.id, &venue.accounts, &orders.side, |row| {
                            let (size, fee) = (orders.size.get(row), orders.priority_fee.get(row));
                            pay(orders.side[row], size, fee).unwrap_or_default()
                        })?,
                    };
                    posted = posted.and(&one);
                }
            }
        }
        settled.venues[v] = settled.venues[v].and(&posted);
    }
    // After all: several venues may trade with one pool.
    if turn.last { venues.iter().try_for_each(|venue| check(ledger, venues, venue)) } else { Ok(()) }
}

/// Posts what makers traded before a turn, or what routers sent on, after everything else of it.
///
/// # Errors
/// As [`settle`].
pub fn settle_sent(
    ledger: &mut Ledger,
    venues: &[Venue],
    fills: &mut Fills,
    settled: &mut Settled,
) -> Result<(), Broken> {
    post_families(ledger, venues, &mut fills.venues, settled)?;
    for (v, (venue, fills)) in venues.iter().zip(&mut fills.venues).enumerate() {
        let posted = post(ledger, (venues, venue), fills, settled)?;
        settled.venues[v] = settled.venues[v].and(&posted);
    }
    venues.iter().try_for_each(|venue| check(ledger, venues, venue))
}

/// Posts what a market that serves one by one has come to since the last posting.
fn post(
    ledger: &mut Ledger,
    (venues, venue): (&[Venue], &Venue),
    fills: &mut VenueFills,
    settled: &mut Settled,
) -> Result<Posted, Broken> {
    let marks = fills.marks();
    if marks == fills.posted {
        return Ok(Posted::default());
    }
    bring(ledger, venue, fills)?;
    let made = &fills.results.made[fills.posted.made..];
    pass(ledger, venues, venue, made, true)?;
    let mut done = trade(ledger, venue, fills)?;
    pass(ledger, venues, venue, made, false)?;
    for made in made {
        done = done.and(&made_at_book(made));
        settled.venues[made.curve] = settled.venues[made.curve].and(&made_at_curve(made));
    }
    give(ledger, venue, fills)?;
    fills.posted = marks;
    Ok(done)
}

/// Posts what venues that share a pool have come to. Money is in one account, and what one of them gives back may be what
/// another took: so first all that providers bring, then all trades, then what they take back.
fn post_families(
    ledger: &mut Ledger,
    venues: &[Venue],
    fills: &mut [VenueFills],
    settled: &mut Settled,
) -> Result<(), Broken> {
    for v in 0..venues.len() {
        let Some(family) = venues[v].family().filter(|family| family.start == v) else { continue };
        for v in family.clone() {
            bring(ledger, &venues[v], &fills[v])?;
        }
        for v in family.clone() {
            settled.venues[v] = settled.venues[v].and(&trade(ledger, &venues[v], &fills[v])?);
        }
        for v in family {
            give(ledger, &venues[v], &fills[v])?;
            fills[v].posted = fills[v].marks();
        }
    }
    Ok(())
}

/// Moves money and tokens between a trader and a market.
fn exchange(
    ledger: &mut Ledger,
    venue: &Venue,
    agent: AgentAddress,
    amounts: [Atoms; 2],
    reason: Reason,
) -> Result<(), Broken> {
    let market = [venue.accounts.money, venue.accounts.tokens];
    let assets = [AssetId::NUMERAIRE, venue.asset];
    for ((asset, account), amount) in assets.into_iter().zip(market).zip(amounts) {
        shift(ledger, asset, agent, account, amount, reason, &venue.name)?;
    }
    Ok(())
}

/// Posts part of how what is set aside has changed.
fn set_aside(ledger: &mut Ledger, venue: &Venue, fills: &VenueFills, part: fn(Atoms) -> Atoms) -> Result<(), Broken> {
    let changes = &fills.results.set_aside[fills.posted.set_aside..];
    let parts = changes.iter().map(|moved| (moved.place, [moved.money, moved.tokens].map(part)));
    let rows = parts.filter(|(_, amounts)| *amounts != [0; 2]);
    let rows = rows.map(|(place, amounts)| (fills.address(place), amounts.map(|amount| -amount)));
    let moved = ledger.move_rows(&venue.accounts, Reason::Order, rows);
    moved.map_err(|Broken(why)| Broken(format!("{}, {}: {why}", venue.name, Reason::Order.name())))
}

/// Posts what is set aside no longer, so that nobody pays with what is not at hand, and what providers bring, since what
/// is paid out may come from it.
fn bring(ledger: &mut Ledger, venue: &Venue, fills: &VenueFills) -> Result<(), Broken> {
    let VenueFills { results, posted, .. } = fills;
    set_aside(ledger, venue, fills, |amount| amount.min(0))?;
    let liquidity = &results.liquidity[posted.liquidity..];
    liquidity.iter().filter(|moved| moved.comes_in()).try_for_each(|moved| provide(ledger, venue, fills, moved))
}

/// Posts liquidity with its shares.
fn provide(ledger: &mut Ledger, venue: &Venue, fills: &VenueFills, moved: &Moved) -> Result<(), Broken> {
    let owner = fills.address(moved.place);
    exchange(ledger, venue, owner, [moved.money, moved.tokens], Reason::Liquidity)?;
    let Market::Pool(pool) = &venue.market else { return Ok(()) };
    let issuer = ledger.issuer(pool.shares);
    shift(ledger, pool.shares, owner, issuer, moved.shares, Reason::Liquidity, &venue.name)
}

/// Posts trades.
fn trade(ledger: &mut Ledger, venue: &Venue, fills: &VenueFills) -> Result<Posted, Broken> {
    let new = &fills.results.trades[fills.posted.trades..];
    let rows = new.iter().map(|trade| (fills.address(trade.place), trade.payment));
    if new.is_empty() { Ok(Posted::default()) } else { ledger.exchange_rows(&venue.accounts, rows) }
}

/// Posts what is set aside anew, what providers take back, and protocol fees.
fn give(ledger: &mut Ledger, venue: &Venue, fills: &VenueFills) -> Result<(), Broken> {
    let VenueFills { results, posted, .. } = fills;
    set_aside(ledger, venue, fills, |amount| amount.max(0))?;
    for moved in results.liquidity[posted.liquidity..].iter().filter(|moved| !moved.comes_in()) {
        provide(ledger, venue, fills, moved)?;
    }
    let Market::Pool(pool) = &venue.market else { return Ok(()) };
    for fee in &results.protocol_fees[posted.protocol_fees..] {
        let (asset, from) =
            if fee.money { (AssetId::NUMERAIRE, venue.accounts.money) } else { (venue.asset, venue.accounts.tokens) };
        let (from, to) = (from.into(), pool.protocol.into());
        let transfer = Transfer { asset, from, to, amount: fee.amount, reason: Reason::Fee };
        ledger.post(transfer).map_err(|why| Broken(format!("{} cannot pay its protocol fee: {why}", venue.name)))?;
    }
    Ok(())
}

/// Moves `amount` from an agent to a market's account, or back where it is negative.
fn shift(
    ledger: &mut Ledger,
    asset: AssetId,
    agent: AgentAddress,
    account: NamedId,
    amount: Atoms,
    reason: Reason,
    market: &str,
) -> Result<(), Broken> {
    let (agent, account) = (agent.into(), account.into());
    let (from, to) = if amount > 0 { (agent, account) } else { (account, agent) };
    if amount == 0 {
        return Ok(());
    }
    let transfer = Transfer { asset, from, to, amount: amount.abs(), reason };
    ledger.post(transfer).map_err(|why| Broken(format!("{market}, {}: {why}", reason.name())))
}

/// A pool holds in its accounts what it says it holds, and a curve stands where it quotes from.
fn check(ledger: &Ledger, venues: &[Venue], venue: &Venue) -> Result<(), Broken> {
    if let Some(maker) = venue.book().and_then(|book| book.maker.as_ref()) {
        let stands = venues[maker.curve].standing(ledger);
        if let Some(quoted) = maker.standing().filter(|&quoted| quoted != stands) {
            let name = &venue.name;
            return Err(Broken(format!(
                "the maker of {name} quotes from {quoted:?} and its curve stands at {stands:?}"
            )));
        }
    }
    let Market::Pool(pool) = &venue.market else { return Ok(()) };
    let held = pool.pool.balances();
    let issues = venue.accounts.tokens == ledger.issuer(venue.asset);
    let accounts = [
        ledger.held(venue.accounts.money, AssetId::NUMERAIRE),
        if issues { held[pool.token] } else { ledger.held(venue.accounts.tokens, venue.asset) },
    ];
    if held[MONEY] != accounts[0] || held[pool.token] != accounts[1] {
        let name = &venue.name;
        return Err(Broken(format!("the pool {name} counts {held:?} and its accounts hold {accounts:?}")));
    }
    Ok(())
}

/// Posts income, then expenses as far as agents can pay them.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn settle_flows(
    ledger: &mut Ledger,
    cohorts: &[Cohort],
    flows: &[Flow<'_>],
    events: &mut Events,
) -> Result<(), Broken> {
    let money = AssetId::NUMERAIRE;
    let issuer = ledger.issuer(money);
    for flow in flows {
        let Cohort { id, name, .. } = &cohorts[flow.cohort];
        let due = |row: usize| flow.amounts.get(row) as Atoms;
        let owed: i128 = (0..ledger.cohort_size(*id)).map(|row| i128::from(due(row))).sum();
        if flow.reason == Reason::Income {
            if owed > i128::from(Atoms::MAX - ledger.supply(money)) {
                return Err(Broken(format!("the income of {name} would issue more money than can be counted")));
            }
            ledger.post_column(*id, money, issuer, flow.reason, |row, _| due(row))?;
        } else {
            let paid = ledger.post_column(*id, money, issuer, flow.reason, |row, held| -due(row).min(held))?;
            if owed + paid > 0 {
                let short = Atoms::try_from(owed + paid).unwrap_or(Atoms::MAX);
                events.push("expense_unpaid", name, "expenses that agents could not pay", Some(short));
            }
        }
    }
    Ok(())
}
