//! Tokens are lent for the step of a count, and given back in it.

use walras_institutions::voting::Status;
use walras_ledger::{AgentAddress, Atoms, Broken, NamedId, Reason};

use super::transfer;
use crate::entry::Entry;
use crate::governance::Body;
use crate::stage::Events;
use crate::world::World;

/// A loan that is out.
pub(super) struct Lent {
    lender: NamedId,
    borrower: AgentAddress,
    amount: Atoms,
    fee: Atoms,
}

/// Lends to those who borrow, where a proposal is counted at the end of this step.
pub(super) fn lend(body: &Body, world: &mut World, events: &mut Events) -> Result<Vec<Lent>, Broken> {
    let counted = |index: usize| body.proceedings.times(index)[1] == world.step;
    if !body.proceedings.with_status(Status::Open).any(counted) {
        return Ok(Vec::new());
    }
    let mut lent = Vec::new();
    for loan in &body.loans {
        let members = &body.members[loan.borrower];
        let cohort = world.cohorts[members.cohort].id;
        for row in 0..members.size as u32 {
            let borrower = AgentAddress { cohort, row };
            let amount = loan.amount.min(world.ledger.held(loan.lender, body.asset));
            // Rounded up, in favour of the lender.
            let fee = (amount as f64 * loan.fee).ceil() as Atoms;
            let own = world.ledger.balance(borrower.into(), body.asset).unwrap_or(0);
            let fits = own.checked_add(amount).is_some();
            if amount == 0 || own < fee || !fits {
                let detail = format!("{}: {}", loan.name, if amount == 0 { "nothing to lend" } else { "no fee" });
                events.enter(Entry::of(&body.institution, "loan_refused").agent(borrower).detail(detail));
                continue;
            }
            transfer(&mut world.ledger, body.asset, (loan.lender.into(), borrower.into()), amount, Reason::Loan)?;
            let entry = Entry::of(&body.institution, "lent").agent(borrower).amount(body.asset, amount);
            events.enter(entry.detail(loan.name.as_str()));
            lent.push(Lent { lender: loan.lender, borrower, amount, fee });
        }
    }
    Ok(lent)
}

/// Gives back what was lent, with what it costs.
pub(super) fn give_back(body: &Body, world: &mut World, lent: &[Lent], events: &mut Events) -> Result<(), Broken> {
    for &Lent { lender, borrower, amount, fee } in lent {
        let between = (borrower.into(), lender.into());
        transfer(&mut world.ledger, body.asset, between, amount + fee, Reason::Loan)?;
        events.enter(Entry::of(&body.institution, "repaid").agent(borrower).amount(body.asset, amount + fee));
    }
    Ok(())
}
