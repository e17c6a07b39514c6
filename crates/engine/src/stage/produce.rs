//! produce: agents make goods from goods, and earn and spend outside the markets.

use walras_ledger::{Broken, Reason};
use walras_numerics::Column;

use crate::production::Workplace;
use crate::world::{Cohort, World};

/// Lets every cohort that produces use up its inputs, and posts them and what comes out.
///
/// # Errors
/// When a posting breaks an invariant.
pub fn make_goods(world: &mut World) -> Result<(), Broken> {
    if world.cohorts.iter().all(|cohort| cohort.producer.is_none()) {
        return Ok(());
    }
    world.ledger.deliver()?;
    let prices = world.goods_prices();
    let World { cohorts, ledger, assets, step, keys, .. } = world;
    for cohort in cohorts {
        let Cohort { producer: Some(producer), id, size, entity, name, .. } = cohort else { continue };
        let (cohort, size, step, keys, entity, prices) = (*id, *size, *step, *keys, *entity, &prices);
        producer.work(&Workplace { cohort, size, step, keys, entity, ledger, assets, prices });
        for good in &producer.goods {
            let issuer = ledger.issuer(good.asset);
            let broken = |Broken(why): Broken| Broken(format!("what {name} makes: {why}"));
            let input = ledger.post_column(cohort, good.asset, issuer, Reason::Input, |row, _| -good.used[row]);
            input.map_err(broken)?;
            let output = ledger.post_column(cohort, good.asset, issuer, Reason::Production, |row, _| good.made[row]);
            output.map_err(broken)?;
        }
    }
    Ok(())
}

/// Money that flows to or from one cohort's agents, in atoms for each agent.
pub struct Flow<'a> {
    /// The cohort, an index into [`crate::World::cohorts`].
    pub cohort: usize,
    /// Income or expense.
    pub reason: Reason,
    /// How much each agent receives or owes.
    pub amounts: &'a Column,
}

/// What is due in this step.
#[must_use]
pub fn produce(cohorts: &[Cohort]) -> Vec<Flow<'_>> {
    let mut flows = Vec::new();
    for (c, cohort) in cohorts.iter().enumerate() {
        for (reason, amounts) in [(Reason::Income, &cohort.income), (Reason::Expense, &cohort.expenses)] {
            if amounts.shared() != Some(0.0) {
                flows.push(Flow { cohort: c, reason, amounts });
            }
        }
    }
    flows
}
