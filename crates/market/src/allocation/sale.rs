//! What auctions of a capacity share: the highest bids are served, and grants are paid for.

use super::serve::{ascending, serve};
use super::{Asked, Grants, Refusal, Scratch};
use crate::clearing::payment::AtomPrice;

/// Serves the highest bids that reach the reserve, equal ones by arrival and then by row. `scratch.ranked` keeps the rows
/// that took part, in no order.
pub(super) fn sell(asked: &Asked<'_>, bids: &[f64], scratch: &mut Scratch, grants: &mut Grants) {
    let requests = &asked.requests;
    grants.granted.fill(0);
    scratch.ranked.clear();
    scratch.ranked.extend((0..requests.len()).filter(|&row| bids[row] >= asked.offer.reserve).map(|row| {
        let arrival = requests.arrival.get(row).copied().unwrap_or(0);
        (!ascending(bids[row]), arrival, row as u32)
    }));
    serve(&mut scratch.ranked, requests.amount, asked.offer.capacity, &mut grants.granted);
}

/// Charges each row for what it is granted at its price, rounded up.
pub(super) fn charge(grants: &mut Grants, price: impl Fn(usize) -> Option<AtomPrice>) -> Result<(), Refusal> {
    for (row, &granted) in grants.granted.iter().enumerate() {
        let paid = price(row).and_then(|price| price.owed(granted)).ok_or(Refusal::TooMuch(row))?;
        grants.paid.push(paid);
    }
    Ok(())
}
