//! A market where each step's orders trade among each other at one price.

use walras_ledger::Atoms;
use walras_market::clearing::{AnyClearing, Setting, StepOrders, Venue as State};
use walras_market::order::Rejection;
use walras_market::terms::Terms;
use walras_numerics::{StateError, StateVisitor};

use super::results::{Arrived, Results, Trade};

/// The rule, the price that stands, and the orders of the step.
#[derive(Debug, Clone)]
pub struct OnClearing {
    /// How orders settle and the price moves.
    pub rule: AnyClearing,
    /// The price and what the rule remembers.
    pub state: State,
    collected: Collected,
}

/// One step's orders, as columns.
#[derive(Debug, Clone, Default)]
struct Collected {
    place: Vec<u32>,
    side: Vec<i8>,
    size: Vec<Atoms>,
    limit: Vec<f64>,
    priority_fee: Vec<Atoms>,
    arrival: Vec<u32>,
}

impl OnClearing {
    /// A market whose price is `price`, numeraire per token, before anything has happened.
    #[must_use]
    pub fn new(rule: AnyClearing, price: f64) -> Self {
        let state = State { price, memory: vec![0.0; rule.memory()] };
        Self { rule, state, collected: Collected::default() }
    }

    /// Collects an order.
    pub fn arrive(&mut self, order: &Arrived) {
        let Collected { place, side, size, limit, priority_fee, arrival } = &mut self.collected;
        place.push(order.place);
        side.push(order.side);
        size.push(order.size);
        limit.push(order.limit);
        priority_fee.push(order.priority_fee);
        arrival.push(arrival.len() as u32);
    }

    /// Lets the orders collected trade, and sets the next price.
    pub fn close(&mut self, setting: &Setting, terms: &Terms, results: &mut Results) {
        let Collected { place, side, size, limit, priority_fee, arrival } = &self.collected;
        let orders = StepOrders { side, size, limit, arrival };
        match self.rule.settle(&orders, setting, &mut self.state) {
            // A payment that cannot be counted: nobody trades.
            Err(_) => place.iter().for_each(|&place| results.refuse(place, Rejection::BadSize)),
            Ok(settled) => {
                for (row, &place) in place.iter().enumerate() {
                    let (filled, paid) = (settled.filled[row], settled.paid[row]);
                    let payment = match filled {
                        0 => None,
                        _ if side[row] > 0 => terms.bought(filled, paid, priority_fee[row]),
                        _ => Some(terms.sold(filled, -paid, priority_fee[row])),
                    };
                    match payment {
                        Some(payment) => {
                            results.trades.push(Trade { place, payment });
                            results.filled += 1;
                        }
                        None if reached(side[row], limit[row], settled.price) => {
                            results.refuse(place, Rejection::Unfilled);
                        }
                        None => results.refuse(place, Rejection::LimitNotReached),
                    }
                }
            }
        }
        self.collected.clear();
    }

    /// Visits the price and what the rule remembers.
    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let len = self.state.memory.len();
        self.state.visit_state(visitor)?;
        if self.state.memory.len() != len {
            return Err(StateError("the memory of a clearing has another length".to_owned()));
        }
        Ok(())
    }
}

/// Whether a price is within an order's limit.
pub(super) fn reached(side: i8, limit: f64, price: f64) -> bool {
    if side > 0 { price <= limit } else { price >= limit }
}

impl Collected {
    fn clear(&mut self) {
        self.place.clear();
        self.side.clear();
        self.size.clear();
        self.limit.clear();
        self.priority_fee.clear();
        self.arrival.clear();
    }
}
