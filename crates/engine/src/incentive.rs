//! A reward or penalty: as a scenario declares it, and as it stands while an economy runs.

use std::sync::Arc;

use walras_catalog::read::{number_of, with_number};
use walras_catalog::{Problem, Reference, entry};
use walras_formula::Formula;
use walras_institutions::incentive::AnyIncentive;
use walras_ledger::{AssetId, Atoms, NamedId};
use walras_numerics::{StateError, StateVisitor};

entry! {
    /// A reward or penalty: by which rule, to whom, and from which account.
    ///
    /// What is due is reckoned after everything of a step has been posted. Agents pay what they owe as far as they have
    /// it; then the treasury pays what it owes, and where it does not have it all, each gets the same share of it, in whole
    /// atoms by largest remainders.
    pub struct IncentivePlan = "incentive_plan" {
        formula: "",
        source: "",
        /// The rule.
        rule: AnyIncentive;
        /// The market whose trades and price it looks at; absent for the first.
        market: Option<Reference>;
        /// Whose agents it concerns; absent for everyone.
        cohorts: Option<Vec<Reference>>;
        /// What is paid and owed; absent for money.
        asset: Option<Reference>;
        /// The account it pays from and collects into: a [accounts.*], or another by its full name, such as `fees:curve`.
        treasury: Reference;
        /// Steps from one time to the next; it looks at the first step in which `every` steps are over.
        every: u32 = 1, within 1.0..=1e9, unit "steps";
        /// It acts only where this holds, a condition over named quantities; absent for always.
        condition: Option<Formula>;
    }
}

/// A reward or penalty.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// The rule with the numbers it has now.
    pub rule: AnyIncentive,
    /// The market it looks at; absent where the economy has none.
    pub venue: Option<usize>,
    /// The asset traded there.
    pub asset: AssetId,
    /// What is paid and owed.
    pub paid_in: AssetId,
    /// Whom it concerns, cohorts by number.
    pub cohorts: Vec<usize>,
    /// Atoms that the agents of each of these cohorts were paid so far, and atoms that they paid.
    pub balance: Vec<[Atoms; 2]>,
    /// What it pays from and collects into.
    pub treasury: NamedId,
    /// What the rule remembers of each agent, by cohort concerned; empty where it remembers nothing.
    pub memory: Vec<Vec<Atoms>>,
    /// Steps from one time to the next.
    pub every: u32,
    /// Where it acts.
    pub condition: Option<walras_formula::Condition>,
}

impl Standing {
    /// The names of its rule's numbers.
    #[must_use]
    pub fn numbers(&self) -> Vec<&'static str> {
        let entry = AnyIncentive::catalog().into_iter().find(|entry| entry.name == self.rule.name());
        let names = entry.into_iter().flat_map(|entry| entry.parameters).map(|parameter| parameter.name);
        names.filter(|name| number_of(&self.rule, name).is_some()).collect()
    }

    /// The number `parameter` of its rule; `NaN` where it has none such.
    #[must_use]
    pub fn number(&self, parameter: &str) -> f64 {
        number_of(&self.rule, parameter).unwrap_or(f64::NAN)
    }

    /// Its rule with another number.
    ///
    /// # Errors
    /// When the rule has no such number, or may not have this value.
    pub fn with(&self, parameter: &str, value: f64) -> Result<AnyIncentive, Problem> {
        with_number(&self.rule, parameter, value)
    }

    /// Visits the rule's numbers, which controllers and votes may have changed.
    ///
    /// # Errors
    /// When the visitor fails, or loads numbers that the rule may not have.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        for name in self.numbers() {
            let before = self.number(name);
            let mut value = before;
            visitor.f64(name, &mut value)?;
            if value.to_bits() != before.to_bits() {
                self.rule = self.with(name, value).map_err(|problem| StateError(problem.message))?;
            }
        }
        for column in &mut self.memory {
            let rows = column.len();
            visitor.i64s(&self.name, column)?;
            if column.len() != rows {
                return Err(StateError(format!("the memory of {} has another length", self.name)));
            }
        }
        for balance in self.balance.as_flattened_mut() {
            visitor.i64("balance", balance)?;
        }
        Ok(())
    }
}
