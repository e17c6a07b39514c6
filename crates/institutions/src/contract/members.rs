//! The affiliates of one contract, in columns.

use std::collections::BTreeMap;

use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

use super::act::AffiliateId;

/// The affiliates that have joined, a row each, in the order of joining.
///
/// *Invariant:* for each, `earned = paid + clawed_back` + what its claims may still pay it.
#[derive(Debug, Clone, Default)]
pub(super) struct Members {
    /// Their numbers.
    pub(super) who: Vec<i64>,
    /// Their sponsors' rows; −1 for none.
    pub(super) sponsor: Vec<i64>,
    /// What they have staked.
    pub(super) staked: Vec<Atoms>,
    /// What they have earned.
    pub(super) earned: Vec<Atoms>,
    /// What has been paid to them.
    pub(super) paid: Vec<Atoms>,
    /// What was taken back of what they earned before it was paid, and kept back for what they owe.
    pub(super) clawed_back: Vec<Atoms>,
    /// What they owe for what was paid and has churned.
    pub(super) debt: Vec<Atoms>,
    /// Rows by number.
    rows: BTreeMap<AffiliateId, usize>,
}

impl Members {
    /// How many have joined.
    pub(super) fn len(&self) -> usize {
        self.who.len()
    }

    /// The row of an affiliate.
    pub(super) fn row(&self, who: AffiliateId) -> Option<usize> {
        self.rows.get(&who).copied()
    }

    /// The number of the affiliate in a row.
    pub(super) fn id(&self, row: usize) -> AffiliateId {
        self.who[row] as AffiliateId
    }

    /// The row of a row's sponsor.
    pub(super) fn sponsor(&self, row: usize) -> Option<usize> {
        usize::try_from(self.sponsor[row]).ok()
    }

    /// Adds one that is not there.
    pub(super) fn push(&mut self, who: AffiliateId, sponsor: Option<usize>, stake: Atoms) {
        self.rows.insert(who, self.len());
        self.who.push(who.into());
        self.sponsor.push(sponsor.map_or(-1, |row| row as i64));
        self.staked.push(stake);
        for column in [&mut self.earned, &mut self.paid, &mut self.clawed_back, &mut self.debt] {
            column.push(0);
        }
    }

    pub(super) fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.i64s("contract.who", &mut self.who)?;
        visitor.i64s("contract.sponsor", &mut self.sponsor)?;
        visitor.i64s("contract.staked", &mut self.staked)?;
        visitor.i64s("contract.earned", &mut self.earned)?;
        visitor.i64s("contract.paid", &mut self.paid)?;
        visitor.i64s("contract.clawed_back", &mut self.clawed_back)?;
        visitor.i64s("contract.debt", &mut self.debt)?;
        let columns = [&self.sponsor, &self.staked, &self.earned, &self.paid, &self.clawed_back, &self.debt];
        let len = self.len();
        if columns.iter().any(|column| column.len() != len) || self.sponsor.iter().any(|&row| row >= len as i64) {
            return Err(StateError("the affiliates of a contract have columns that do not fit".to_owned()));
        }
        let row = |(row, &who): (usize, &i64)| AffiliateId::try_from(who).map(|who| (who, row));
        let rows: Result<BTreeMap<_, _>, _> = self.who.iter().enumerate().map(row).collect();
        self.rows = rows.map_err(|_| StateError("an affiliate of a contract has no number".to_owned()))?;
        Ok(())
    }
}
