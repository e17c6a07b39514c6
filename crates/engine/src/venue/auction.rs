//! A market that holds an auction at the end of each step, or of every few.

use walras_ledger::Atoms;
use walras_ledger::exchange::Payment;
use walras_market::auction::{AnyAuction, Bids, Budget, Conditions, LIMIT_MAX, Price, Refusal, Tick};
use walras_market::book::Grid;
use walras_market::order::{Rejection, Side};
use walras_market::terms::Terms;
use walras_numerics::{StateError, StateVisitor};

use super::results::{Arrived, Results, Trade};

/// The auction, what is offered, and the bids collected.
#[derive(Debug, Clone)]
pub struct OnAuction {
    /// From bids to who gets how much at which price.
    pub auction: AnyAuction,
    /// Ticks and lots.
    pub grid: Grid,
    /// Atoms that the market itself issues and sells at each auction; 0 where traders sell to each other.
    pub offered: Atoms,
    /// The least price at which it sells, in ticks.
    pub reserve: i64,
    /// Steps from one auction to the next.
    pub every: u32,
    /// The price of the last auction, numeraire atoms for one atom of the asset.
    pub price: f64,
    collected: Collected,
}

/// The bids collected since the last auction, as columns.
#[derive(Debug, Clone, Default)]
struct Collected {
    place: Vec<u32>,
    side: Vec<i8>,
    size: Vec<Atoms>,
    limit: Vec<i64>,
    arrival: Vec<u32>,
    priority_fee: Vec<Atoms>,
}

impl OnAuction {
    /// A market whose price is `price`, atoms for an atom, before the first auction.
    #[must_use]
    pub fn new(auction: AnyAuction, grid: Grid, price: f64) -> Self {
        Self { auction, grid, offered: 0, reserve: 1, every: 1, price, collected: Collected::default() }
    }

    /// Whether the auction sells what the market issues, so that traders cannot sell.
    #[must_use]
    pub fn is_sale(&self) -> bool {
        self.auction.properties().budget == Budget::Seller
    }

    fn tick(&self) -> Tick {
        // The grid's own numbers are above zero.
        Tick::new(self.grid.tick(), self.grid.lot()).unwrap_or(Tick::UNIT)
    }

    /// Collects a bid; `unit` is numeraire atoms for one atom in one numeraire per token.
    pub fn arrive(&mut self, step: u32, order: &Arrived, unit: f64, results: &mut Results) {
        if !(step + 1).is_multiple_of(self.every) {
            return results.refuse(order.place, Rejection::Halted);
        }
        if self.is_sale() && order.side < 0 {
            return results.refuse(order.place, Rejection::NotOffered);
        }
        let (side, limit) = (
            if order.side > 0 { walras_market::book::Side::Buy } else { walras_market::book::Side::Sell },
            order.limit * unit,
        );
        let ticks = match self.grid.ticks_within(side, limit) {
            Some(ticks) => ticks.min(LIMIT_MAX),
            None if order.side < 0 && limit >= 0.0 => 0,
            None => return results.refuse(order.place, Rejection::OffGrid),
        };
        let lots = order.size / self.grid.lot();
        if lots <= 0 {
            return results.refuse(order.place, Rejection::OffGrid);
        }
        let Collected { place, side, size, limit, arrival, priority_fee } = &mut self.collected;
        place.push(order.place);
        side.push(order.side);
        size.push(lots * self.grid.lot());
        limit.push(ticks);
        arrival.push(arrival.len() as u32);
        priority_fee.push(order.priority_fee);
    }

    /// Holds the auction that is due at the end of this step. At most `issuable` atoms can be issued.
    pub fn close(&mut self, terms: &Terms, issuable: Atoms, results: &mut Results) {
        let conditions = Conditions {
            offered: self.offered.min(issuable),
            reserve: self.reserve,
            reference: self.grid.ticks_within(walras_market::book::Side::Sell, self.price),
            tick: self.tick(),
        };
        // A row that the auction cannot take is turned away and the others go on.
        loop {
            let Collected { place, side, size, limit, arrival, .. } = &self.collected;
            let bids = Bids { trader: place, side, quantity: size, limit, arrival };
            match self.auction.hold(&bids, &conditions) {
                Ok(outcome) => {
                    if let Some(price) = outcome.price.filter(|_| outcome.filled.iter().any(|&filled| filled > 0)) {
                        self.price = price.to_f64() * (self.grid.tick() as f64 / self.grid.lot() as f64);
                    }
                    self.post(&outcome.filled, &outcome.paid, outcome.price, terms, results);
                    break;
                }
                Err(Refusal::Quantity(row) | Refusal::Limit(row) | Refusal::Side(row) | Refusal::Lot(row)) => {
                    results.refuse(self.collected.place[row], Rejection::OffGrid);
                    self.collected.side[row] = Side::NONE;
                }
                Err(Refusal::Columns | Refusal::TooMuch | Refusal::Offered) => {
                    for row in 0..self.collected.place.len() {
                        if self.collected.side[row] != Side::NONE {
                            results.refuse(self.collected.place[row], Rejection::BadSize);
                        }
                    }
                    break;
                }
            }
        }
        self.collected.clear();
    }

    fn post(&self, filled: &[Atoms], paid: &[Atoms], price: Option<Price>, terms: &Terms, results: &mut Results) {
        let Collected { place, side, limit, priority_fee, .. } = &self.collected;
        for (row, &place) in place.iter().enumerate().filter(|(row, _)| side[*row] != Side::NONE) {
            let (filled, paid, fee) = (filled[row], paid[row], priority_fee[row]);
            let payment = match (filled, paid) {
                (0, 0) => None,
                // Who pays and gets nothing, as in an all-pay auction, pays no fee.
                (0, paid) => Some(Payment { trade: -paid, ..Payment::default() }),
                _ if side[row] > 0 => terms.bought(filled, paid, fee),
                _ => Some(terms.sold(filled, -paid, fee)),
            };
            if let Some(payment) = payment {
                results.trades.push(Trade { place, payment });
                results.filled += u64::from(filled > 0);
            }
            if filled == 0 {
                let within =
                    |price: Price| if side[row] > 0 { price.at_most(limit[row]) } else { price.at_least(limit[row]) };
                let why = if price.is_some_and(|price| !within(price)) {
                    Rejection::LimitNotReached
                } else {
                    Rejection::Unfilled
                };
                results.refuse(place, why);
            }
        }
    }

    /// Visits the price.
    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.f64("price", &mut self.price)
    }
}

impl Collected {
    fn clear(&mut self) {
        self.place.clear();
        self.side.clear();
        self.size.clear();
        self.limit.clear();
        self.arrival.clear();
        self.priority_fee.clear();
    }
}
