//! What institutions did, entry by entry, as a log that anybody can verify takes it.

use std::sync::Arc;

use walras_ledger::{AgentAddress, AssetId, Atoms};

/// One act of an institution: a contract's transition, a payout, a parameter changed, a vote, an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Whose act it was: the institution's name with its section, `controllers.peg`.
    pub institution: Arc<str>,
    /// What it did: `activated`, `paid`, `parameter_changed`, `voted`, ….
    pub act: &'static str,
    /// The agent concerned.
    pub agent: Option<AgentAddress>,
    /// What the amount is of.
    pub asset: Option<AssetId>,
    /// Atoms of the asset.
    pub amount: Option<Atoms>,
    /// A number that belongs to it: a parameter's new value, the weight of a vote. Finite.
    pub value: Option<f64>,
    /// What else there is to say; empty for nothing.
    pub detail: String,
}

impl Entry {
    /// An act with nothing else to say of it.
    #[must_use]
    pub fn of(institution: &Arc<str>, act: &'static str) -> Self {
        let institution = Arc::clone(institution);
        Self { institution, act, agent: None, asset: None, amount: None, value: None, detail: String::new() }
    }

    /// The same, concerning `agent`.
    #[must_use]
    pub fn agent(self, agent: AgentAddress) -> Self {
        Self { agent: Some(agent), ..self }
    }

    /// The same, of so many atoms of `asset`.
    #[must_use]
    pub fn amount(self, asset: AssetId, amount: Atoms) -> Self {
        Self { asset: Some(asset), amount: Some(amount), ..self }
    }

    /// The same, with a number; one that is not finite is left out, since it cannot be written down.
    #[must_use]
    pub fn value(self, value: f64) -> Self {
        Self { value: value.is_finite().then_some(value), ..self }
    }

    /// The same, with words.
    #[must_use]
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }
}
