//! make: curves that make the market of a book quote there, before anybody looks.

use super::clear::{Fills, VenueFills, batch_payment, turn_payment};
use super::turn::Turn;
use crate::venue::{Moment, Venue};
use crate::world::{Cohort, World};

/// Lets every maker quote for its curve as it stands at the beginning of the turn. What it trades with orders at rest is
/// to be posted before the turn goes on.
pub fn make(world: &mut World, turn: &Turn, fills: &mut Fills) {
    let World { venues, ledger, assets, step, .. } = world;
    for v in 0..venues.len() {
        let Some(curve) = venues[v].maker_curve() else { continue };
        // A maker is declared before the book that it makes.
        let (before, rest) = venues.split_at_mut(v);
        let moment = Moment::of(&before[curve], *step, ledger, assets);
        if turn.first {
            rest[0].open(&moment);
        }
        let (halted, results) = (rest[0].halted, &mut fills.venues[v].results);
        if let Some(book) = rest[0].book_mut() {
            book.make(&before[curve], &moment, halted, results);
        }
        rest[0].reckon(results);
    }
}

/// Where a curve stands after what it traded and has not yet been posted, of `standing` before.
pub(super) fn standing_after(
    (number, venue): (usize, &Venue),
    fills: &VenueFills,
    cohorts: &[Cohort],
    standing: (i64, i64),
) -> (i64, i64) {
    let (mut supply, mut reserve) = standing;
    // A buyer's money leaves it and reaches the reserve. No order passes what can be counted, nor do all together.
    let mut count = |payment: &walras_ledger::exchange::Payment| {
        supply = supply.wrapping_add(payment.tokens);
        reserve = reserve.wrapping_sub(payment.trade);
    };
    fills.rows.iter().filter_map(|row| turn_payment(row, &venue.terms)).for_each(|payment| count(&payment));
    fills.results.trades[fills.posted.trades..].iter().for_each(|trade| count(&trade.payment));
    let Some(cleared) = &fills.batch else { return (supply, reserve) };
    for place in cohorts.iter().flat_map(|cohort| &cohort.places).filter(|place| place.venue == number) {
        for (row, &side) in place.orders.side.iter().enumerate() {
            let (size, fee) = (place.orders.size.get(row), place.orders.priority_fee.get(row));
            if let Some(payment) = batch_payment(cleared, &venue.terms, side, size, fee) {
                count(&payment);
            }
        }
    }
    (supply, reserve)
}
