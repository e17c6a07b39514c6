//! A pool of stakes: as a scenario declares it, and as it stands while an economy runs.

use std::sync::Arc;

use walras_agents::staking::{AnyStaking, Staking};
use walras_catalog::{Reference, entry};
use walras_formula::{Condition, Formula};
use walras_institutions::stake::Stakes;
use walras_ledger::{AssetId, Atoms, NamedId};
use walras_numerics::{StateError, StateVisitor};

entry! {
    /// A pool of stakes: agents give tokens into custody, earn rewards from a treasury, can be slashed for faults, and get
    /// their tokens back some steps after they call for them.
    ///
    /// In each step what is due comes back; then faults are found and slashed; then rewards are paid on what is staked, in
    /// proportion where the treasury does not have them all; then agents stake or call back. What is on its way back earns
    /// nothing and can still be slashed.
    pub struct StakingPlan = "staking_plan" {
        formula: "R_i = ρ·s_i each step; fault: s_i ← (1 − σ)·s_i",
        source: "V. Buterin and V. Griffith, \"Casper the friendly finality gadget\", 2017",
        /// What is staked, and paid.
        asset: Reference;
        /// Whose agents may stake.
        cohorts: Vec<Reference>;
        /// How much they stake.
        staking: AnyStaking;
        /// The account that pays rewards: a [accounts.*].
        treasury: Reference;
        /// The account that receives what is slashed; absent for the treasury.
        slashed_to: Option<Reference>;
        /// ρ: what a token staked earns in a step.
        reward: f64 = 0.0, within 0.0..=1.0, unit "tokens/(token·step)";
        /// Steps from calling a stake back to having it.
        unbonding: u32 = 0, within 0.0..=1e6, unit "steps";
        /// The probability that an agent with a stake is found at fault in a step, each by itself.
        fault: f64 = 0.0, within 0.0..=1.0, unit "1/step";
        /// Where this holds every stake is at fault together, a condition over named quantities; absent for never.
        fault_of_all: Option<Formula>;
        /// σ: the share of a stake that a fault costs.
        slash: f64 = 0.0, within 0.0..=1.0;
    }
}

/// A pool of stakes.
#[derive(Clone)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// What is staked.
    pub asset: AssetId,
    /// Who may stake.
    pub members: Vec<Member>,
    /// Holds what is staked.
    pub custody: NamedId,
    /// Pays rewards.
    pub treasury: NamedId,
    /// Receives what is slashed.
    pub slashed_to: NamedId,
    /// What a token staked earns in a step.
    pub reward: f64,
    /// Steps from calling back to having.
    pub unbonding: u32,
    /// The probability of a fault in a step.
    pub fault: f64,
    /// Where all are at fault.
    pub fault_of_all: Option<Condition>,
    /// The share that a fault costs.
    pub slash: f64,
    /// What a token staked earned in the last step, slashes counted.
    pub earned: f64,
    /// Which pool it is, for draws.
    pub number: u16,
}

/// A cohort whose agents may stake.
#[derive(Clone)]
pub struct Member {
    /// The cohort, an index into the world's.
    pub cohort: usize,
    /// How much its agents stake.
    pub staking: Arc<dyn Staking>,
    /// What they have staked.
    pub stakes: Stakes,
    /// Atoms that they were paid so far, and atoms that they lost.
    pub balance: [Atoms; 2],
}

impl Pool {
    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.f64(&self.name, &mut self.earned)?;
        for member in &mut self.members {
            member.stakes.visit_state(&self.name, visitor)?;
            member.balance.iter_mut().try_for_each(|balance| visitor.i64("balance", balance))?;
        }
        Ok(())
    }
}
