//! By what a resource is shared.

use walras_market::allocation::joint::AnyJointAllocation;
use walras_market::allocation::leases::Leases;
use walras_market::allocation::{AnyAllocation, Charge};

use super::Resource;

/// By what a resource is shared.
#[derive(Clone)]
pub enum Rule {
    /// Each of its assets by itself.
    Alone(AnyAllocation),
    /// All its assets at once.
    Together(AnyJointAllocation),
    /// For several steps at a time, its one asset.
    Leased(Leases),
}

impl Rule {
    /// The rule that a resource declares.
    #[must_use]
    pub fn of(resource: &Resource) -> Option<Self> {
        match (&resource.rule, &resource.together, resource.leases) {
            (Some(rule), None, None) => Some(Self::Alone(rule.clone())),
            (None, Some(rule), None) => Some(Self::Together(rule.clone())),
            (None, None, Some(rule)) => Some(Self::Leased(Leases::new(rule))),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Alone(rule) => rule.name(),
            Self::Together(rule) => rule.name(),
            Self::Leased(_) => "leases",
        }
    }

    /// What is paid for what is granted.
    #[must_use]
    pub fn charges(&self) -> Charge {
        match self {
            Self::Alone(rule) => rule.charges(),
            Self::Together(rule) => rule.charges(),
            Self::Leased(_) => Charge::Nothing,
        }
    }

    /// How many numbers it remembers with the price of each asset.
    #[must_use]
    pub fn memory(&self) -> usize {
        match self {
            Self::Alone(rule) => rule.memory(),
            Self::Together(_) | Self::Leased(_) => 0,
        }
    }
}
