//! The change of one agent's account, item by item.

use crate::Atoms;
use crate::accounts::{AgentAddress, AssetId};
use crate::reason::{Category, Reason};

/// One movement into (positive) or out of (negative) an agent's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What moved.
    pub asset: AssetId,
    /// Why.
    pub reason: Reason,
    /// How much; negative when it left.
    pub amount: Atoms,
}

/// Follows one agent.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub(crate) address: AgentAddress,
    lines: Vec<Line>,
}

impl Watch {
    pub(crate) fn new(address: AgentAddress) -> Self {
        Self { address, lines: Vec::new() }
    }

    pub(crate) fn note(&mut self, address: AgentAddress, line: Line) {
        if address == self.address && line.amount != 0 {
            self.lines.push(line);
        }
    }

    pub(crate) fn take(&mut self) -> Vec<Line> {
        std::mem::take(&mut self.lines)
    }
}

/// The identity ΔB = income − expenses + trades + policy effects for one asset, exact to the atom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Decomposition {
    /// Received from outside.
    pub income: i128,
    /// Spent outside, as a positive amount.
    pub expenses: i128,
    /// Net value of trades.
    pub trades: i128,
    /// Fees, distributions, shocks and whatever else institutions did.
    pub policy_effects: i128,
}

impl Decomposition {
    /// Sums the lines that concern `asset`.
    #[must_use]
    pub fn of(lines: &[Line], asset: AssetId) -> Self {
        let mut sum = Self::default();
        for line in lines.iter().filter(|line| line.asset == asset) {
            let amount = i128::from(line.amount);
            match line.reason.category() {
                Category::Income => sum.income += amount,
                Category::Expense => sum.expenses -= amount,
                Category::Trade => sum.trades += amount,
                Category::Policy => sum.policy_effects += amount,
            }
        }
        sum
    }

    /// ΔB.
    #[must_use]
    pub fn change(&self) -> i128 {
        self.income - self.expenses + self.trades + self.policy_effects
    }
}
