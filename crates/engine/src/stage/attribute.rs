//! reward: what was traded in a step, attributed to the affiliates who brought it about.

use std::ops::Range;

use walras_institutions::attribution::{
    Attribution, Basis, Conversion, Epoch, LastTouch, Refusal, Touch, game::Draws, within,
};
use walras_institutions::contract::Contribution;
use walras_ledger::Atoms;
use walras_ledger::exchange::Payment;
use walras_numerics::{Keys, Purpose};

use super::clear::{Fills, batch_payment, turn_payment};
use crate::contract::{At, Contacts, Group};
use crate::world::{Cohort, World};

/// Room to work in, kept from step to step.
#[derive(Debug, Default)]
pub(super) struct Bench {
    touches: Vec<Touch>,
    shares: Vec<Atoms>,
    credits: Vec<Atoms>,
}

/// Adds what was traded in this step to the contributions under group number `number`.
pub(super) fn attribute(world: &mut World, number: usize, fills: &Fills, bench: &mut Bench) {
    let World { contracts, contacts, cohorts, step, .. } = world;
    let group = &mut contracts[number];
    if group.tally().active == 0 {
        return;
    }
    let contacts = contacts.as_ref();
    let affiliates = contacts.and_then(|contacts| contacts.affiliates(group.affiliates));
    if group.plan.contribution == Contribution::Holders {
        group.bought.resize(contacts.map_or(0, |contacts| contacts.touches.len()), 0);
    }
    let size = cohorts[group.affiliates].size;
    let at = group.at;
    let mut credit = Credit { group, contacts, affiliates, size, step: *step, bench };
    match at {
        At::Market(venue) => credit.trades(venue, cohorts, fills),
        // Other stages see these: see `credit`.
        At::Resource(_) | At::Tasks(_) => {}
    }
}

/// What is needed to give credit under one group of contracts.
struct Credit<'a> {
    group: &'a mut Group,
    contacts: Option<&'a Contacts>,
    /// The numbers of its affiliates among all who promote.
    affiliates: Option<Range<u32>>,
    /// How many affiliates there are.
    size: usize,
    step: u32,
    bench: &'a mut Bench,
}

impl Credit<'_> {
    /// Every trade at a market of agents that were reached or are controlled.
    fn trades(&mut self, venue: usize, cohorts: &[Cohort], fills: &Fills) {
        let fills = &fills.venues[venue];
        for row in &fills.rows {
            if let Some(payment) = turn_payment(row, &fills.terms) {
                self.trade(row.group as usize, row.trader as usize, &payment);
            }
        }
        for trade in &fills.results.trades {
            let (cohort, _, row) = fills.traders.at(trade.place);
            self.trade(cohort, row, &trade.payment);
        }
        let Some(cleared) = &fills.batch else { return };
        let payment = |cohort: usize, row: usize| {
            let place = cohorts[cohort].places.iter().find(|place| place.venue == venue)?;
            let (orders, side) = (&place.orders, place.orders.side[row]);
            if side.unsigned_abs() != 1 {
                return None;
            }
            let (size, fee) = (orders.size.get(row), orders.priority_fee.get(row));
            batch_payment(cleared, &fills.terms, side, size, fee)
        };
        // One by one those who matter: all others are not even looked at.
        for controlled in 0..self.group.controlled.len() {
            let cohort = self.group.controlled[controlled].cohort;
            for row in 0..cohorts[cohort].size {
                if let Some(payment) = payment(cohort, row) {
                    self.trade(cohort, row, &payment);
                }
            }
        }
        let Some(contacts) = self.contacts else { return };
        for slot in 0..contacts.touches.len() {
            let (cohort, row) = contacts.place(contacts.touches.agent(slot));
            if self.group.controlled.iter().any(|controlled| controlled.cohort == cohort) {
                continue;
            }
            if let Some(payment) = payment(cohort, row) {
                self.reached(slot, &payment);
            }
        }
    }

    /// A trade of any agent.
    fn trade(&mut self, cohort: usize, row: usize, payment: &Payment) {
        if let Some(controlled) = self.group.controlled.iter().position(|controlled| controlled.cohort == cohort) {
            let contribution = self.group.plan.contribution;
            let bought = self.group.controlled[controlled].bought.get_mut(row);
            let value = value(contribution, payment, bought);
            if value != 0 && self.group.plan.own_trades {
                self.group.credit((row % self.size) as u32, value, true);
            }
            return;
        }
        let Some(contacts) = self.contacts else { return };
        if let Some(slot) = contacts.number(cohort, row).and_then(|agent| contacts.touches.slot(agent)) {
            self.reached(slot, payment);
        }
    }

    /// A trade of an agent that was reached.
    fn reached(&mut self, slot: usize, payment: &Payment) {
        let contribution = self.group.plan.contribution;
        let value = value(contribution, payment, self.group.bought.get_mut(slot));
        self.convert(slot, value);
    }

    /// Shares what an agent that was reached did among those who reached it.
    fn convert(&mut self, slot: usize, value: Atoms) {
        let Some(touches) = self.contacts.map(|contacts| contacts.touches.of(slot)) else { return };
        if value == 0 || !own_touches(self.group, &self.affiliates, touches, self.step, &mut self.bench.touches) {
            return;
        }
        let conversion = Conversion { touches: &self.bench.touches, step: self.step, value: value.saturating_abs() };
        let by_epoch = self.group.plan.attribution.basis() != Basis::Conversion;
        if by_epoch && value > 0 {
            self.group.epoch.paths.push(&conversion);
            self.group.epoch.converted.push(slot as i64);
            return;
        }
        // What is undone is taken from the last, where credit is given for whole epochs.
        let rule: &dyn Attribution = if by_epoch { &LastTouch {} } else { &*self.group.plan.attribution };
        if rule.share(&conversion, &mut self.bench.shares).is_err() {
            return;
        }
        for (touch, &share) in self.bench.touches.iter().zip(&self.bench.shares) {
            self.group.credit(touch.affiliate, share * value.signum(), false);
        }
    }
}

/// Which of the touches within the window are by the group's affiliates, under their numbers there. Whether there are any.
fn own_touches(
    group: &Group,
    affiliates: &Option<Range<u32>>,
    touches: &[Touch],
    step: u32,
    own: &mut Vec<Touch>,
) -> bool {
    own.clear();
    let Some(affiliates) = affiliates else { return false };
    let by = within(touches, step, group.plan.window).iter().filter(|touch| affiliates.contains(&touch.affiliate));
    own.extend(by.map(|touch| Touch { affiliate: touch.affiliate - affiliates.start, step: touch.step }));
    !own.is_empty()
}

/// What a trade contributes, in atoms; `bought` is what its agent has bought less what it sold, where that matters.
fn value(contribution: Contribution, payment: &Payment, bought: Option<&mut Atoms>) -> Atoms {
    match contribution {
        Contribution::Volume => payment.trade.saturating_abs(),
        Contribution::Fees => (-payment.fee).max(0),
        Contribution::SupplyGrowth => payment.tokens,
        Contribution::Holders => {
            let Some(bought) = bought else { return 0 };
            let before = *bought > 0;
            *bought += payment.tokens;
            Atoms::from(*bought > 0) - Atoms::from(before)
        }
        Contribution::Utilisation | Contribution::Tasks => 0,
    }
}

/// Gives the credit of a whole epoch, where the rule looks at all paths of it. Those who were reached within the window
/// and did nothing are lost paths.
///
/// # Errors
/// As the rule says.
pub(super) fn credit_epoch(
    group: &mut Group,
    contacts: Option<&Contacts>,
    (size, step, keys, number): (usize, u32, Keys, usize),
    bench: &mut Bench,
) -> Result<(), Refusal> {
    if group.plan.attribution.basis() == Basis::Conversion {
        return Ok(());
    }
    let (mut paths, mut converted) =
        (std::mem::take(&mut group.epoch.paths), std::mem::take(&mut group.epoch.converted));
    converted.sort_unstable();
    if let Some(contacts) = contacts {
        let affiliates = contacts.affiliates(group.affiliates);
        for slot in (0..contacts.touches.len()).filter(|&slot| converted.binary_search(&(slot as i64)).is_err()) {
            if own_touches(group, &affiliates, contacts.touches.of(slot), step, &mut bench.touches) {
                paths.push(&Conversion { touches: &bench.touches, step, value: 0 });
            }
        }
    }
    bench.credits.clear();
    bench.credits.resize(size, 0);
    let draws = Draws { keys, purpose: Purpose::contract(2 * number as u16 + 1), step };
    let epoch = Epoch { paths: &paths, outcome: 0, without: &[], draws };
    let credited = group.plan.attribution.credit(&epoch, &mut bench.credits);
    if credited.is_ok() {
        for (row, &atoms) in bench.credits.iter().enumerate().filter(|(_, atoms)| **atoms > 0) {
            group.credit(row as u32, atoms, false);
        }
    }
    credited
}
