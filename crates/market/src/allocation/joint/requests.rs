//! What is asked of several capacities, as columns and matrices.

use walras_ledger::Atoms;

use super::super::Refusal;

/// Requests for several capacities, one row each. Matrices are row by row, one number for each resource.
#[derive(Debug, Clone, Copy, Default)]
pub struct JointRequests<'a> {
    /// How many rows there are.
    pub rows: usize,
    /// Atoms of each resource that one task needs, not negative: rows × resources. Needed by all but Fisher's markets.
    pub demand: &'a [Atoms],
    /// What one atom of each resource is worth to a row (linear utilities), or the exponents (Cobb–Douglas); finite and
    /// not negative: rows × resources. Read by Fisher's markets.
    pub utility: &'a [f64],
    /// The most tasks that a row wants, not negative; empty: as many as it can get.
    pub tasks: &'a [Atoms],
    /// How much a row counts beside others, in Fisher's markets its budget; finite and above zero. Empty: all alike.
    pub weight: &'a [f64],
    /// What one task is worth, in numeraire atoms, not negative. Read by auctions.
    pub bid: &'a [Atoms],
    /// Whose the row is; of several rows of one requester an auction serves at most one. Empty: each is another's.
    pub requester: &'a [u32],
}

impl JointRequests<'_> {
    /// How many rows there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The weight of a row.
    #[must_use]
    pub fn weight_of(&self, row: usize) -> f64 {
        self.weight.get(row).copied().unwrap_or(1.0)
    }

    /// The most tasks that a row wants; infinite where it does not say.
    #[must_use]
    pub fn tasks_of(&self, row: usize) -> f64 {
        self.tasks.get(row).map_or(f64::INFINITY, |&tasks| tasks as f64)
    }

    /// Whose `row` is.
    #[must_use]
    pub fn requester_of(&self, row: usize) -> u32 {
        self.requester.get(row).copied().unwrap_or(row as u32)
    }

    /// Checks every column against the capacities.
    pub(super) fn check(&self, capacity: &[Atoms]) -> Result<(), Refusal> {
        if let Some(&wrong) = capacity.iter().find(|&&capacity| capacity < 0) {
            return Err(Refusal::Capacity(wrong));
        }
        let (rows, resources) = (self.rows, capacity.len());
        let cells = rows.checked_mul(resources).filter(|_| u32::try_from(rows).is_ok()).ok_or(Refusal::Rows(rows))?;
        let columns = [
            ("demand", self.demand.len(), cells),
            ("utility", self.utility.len(), cells),
            ("tasks", self.tasks.len(), rows),
            ("weight", self.weight.len(), rows),
            ("bid", self.bid.len(), rows),
            ("requester", self.requester.len(), rows),
        ];
        if let Some((column, found, rows)) = columns.into_iter().find(|&(_, found, of)| found != 0 && found != of) {
            return Err(Refusal::Length { column, found, rows });
        }
        if let Some(at) = self.demand.iter().position(|&amount| amount < 0) {
            return Err(Refusal::Amount { row: at / resources, amount: self.demand[at] });
        }
        if let Some(at) = self.utility.iter().position(|&utility| !(utility.is_finite() && utility >= 0.0)) {
            return Err(Refusal::Utility { row: at / resources, utility: self.utility[at] });
        }
        if let Some(row) = self.tasks.iter().position(|&tasks| tasks < 0) {
            return Err(Refusal::Amount { row, amount: self.tasks[row] });
        }
        if let Some(row) = self.weight.iter().position(|&weight| !(weight.is_finite() && weight > 0.0)) {
            return Err(Refusal::Weight { row, weight: self.weight[row] });
        }
        if let Some(row) = self.bid.iter().position(|&bid| bid < 0) {
            return Err(Refusal::Bid { row, bid: self.bid[row] as f64 });
        }
        Ok(())
    }

    /// The matrix of demands.
    pub(super) fn demands(&self, capacity: &[Atoms]) -> Result<&[Atoms], Refusal> {
        if self.demand.is_empty() && self.rows * capacity.len() > 0 {
            return Err(Refusal::Missing("demand"));
        }
        Ok(self.demand)
    }

    /// The matrix of utilities.
    pub(super) fn utilities(&self, capacity: &[Atoms]) -> Result<&[f64], Refusal> {
        if self.utility.is_empty() && self.rows * capacity.len() > 0 {
            return Err(Refusal::Missing("utility"));
        }
        Ok(self.utility)
    }
}
