//! reward: institutions act on what was posted. Here tokens that were promised are given out.

use walras_ledger::{AgentAddress, Atoms, Broken, Reason, Transfer};

use super::Events;
use crate::build::addresses;
use crate::world::World;

/// Gives out the tokens that are due in this step.
///
/// # Errors
/// When a distribution's account does not hold what it promised.
pub fn reward(world: &mut World, events: &mut Events) -> Result<(), Broken> {
    let World { distributions, ledger, cohorts, step, .. } = world;
    for distribution in distributions.iter().filter(|distribution| distribution.plan.release().due(*step)) {
        let recipients: Vec<AgentAddress> = addresses(cohorts, &distribution.cohorts).collect();
        let mut total: i128 = 0;
        for (recipient, amount) in distribution.plan.payments(*step) {
            let (from, to) = (distribution.account.into(), recipients[recipient].into());
            let transfer = Transfer { asset: distribution.asset, from, to, amount, reason: Reason::Distribution };
            let posted = ledger.post(transfer);
            posted.map_err(|why| Broken(format!("the distribution {} cannot pay: {why}", distribution.name)))?;
            total += i128::from(amount);
        }
        if total > 0 {
            let total = Atoms::try_from(total).unwrap_or(Atoms::MAX);
            events.push("distribution", &distribution.name, "tokens given out", Some(total));
        }
    }
    Ok(())
}
