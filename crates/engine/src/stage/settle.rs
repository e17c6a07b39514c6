//! settle: fills and flows become postings.

use walras_ledger::exchange::Posted;
use walras_ledger::{AgentAddress, AssetId, Atoms, Broken, CohortId, Ledger, Reason};
use walras_market::order::Side;
use walras_numerics::CHUNK;

use super::Events;
use super::clear::{Fills, batch_payment, turn_payment};
use super::produce::Flow;
use crate::economy::Settlement;
use crate::venue::Venue;
use crate::world::{Cohort, Place};

/// What was posted at each market.
#[derive(Debug, Default)]
pub struct Settled {
    /// One for each venue.
    pub venues: Vec<Posted>,
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
    fills: &Fills,
    settled: &mut Settled,
) -> Result<(), Broken> {
    settled.venues.clear();
    for (v, (fills, venue)) in fills.venues.iter().zip(venues).enumerate() {
        let mut posted = Posted::default();
        if !fills.rows.is_empty() {
            let rows = fills.rows.iter().filter_map(|row| {
                let address = AgentAddress { cohort: CohortId(row.group), row: row.trader };
                turn_payment(row, &venue.terms).map(|payment| (address, payment))
            });
            posted = ledger.exchange_rows(&venue.accounts, rows)?;
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
                                ledger.carry_uniform(cohort.id, &venue.accounts, &orders.side, buyer, seller)?
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
        settled.venues.push(posted);
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
