//! What a joint rule writes, and where it works.

use walras_ledger::Atoms;

use super::super::whole_units::{Units, largest_remainder};
use super::super::{Grants, Scratch};

/// Who gets how much of each capacity.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JointGrants {
    /// Tasks, or utility in Fisher's markets, of each row, before atoms are made whole.
    pub tasks: Vec<f64>,
    /// Atoms of each resource that each row gets: rows × resources.
    pub granted: Vec<Atoms>,
    /// Atoms of the numeraire that each row pays; empty under rules without money.
    pub paid: Vec<Atoms>,
    /// What one atom of each resource costs, in the unit of the weights, where there are such prices; else empty.
    pub prices: Vec<f64>,
    /// How far the answer may be from the best, as a share of what is at stake (all weights); zero where it is exact.
    pub gap: f64,
}

impl JointGrants {
    pub(super) fn clear(&mut self) {
        self.tasks.clear();
        self.granted.clear();
        self.paid.clear();
        self.prices.clear();
        self.gap = 0.0;
    }

    pub(super) fn nothing(&mut self, rows: usize, resources: usize) {
        self.clear();
        self.tasks.resize(rows, 0.0);
        self.granted.resize(rows * resources, 0);
    }

    /// Grants what the tasks need, in whole atoms rounded down; what is whole but for roundings of floats is whole.
    pub(super) fn grant_tasks(&mut self, capacity: &[Atoms], demand: &[Atoms]) {
        let resources = capacity.len();
        self.granted.clear();
        let cells = demand.iter().enumerate();
        self.granted.extend(cells.map(|(at, &demand)| nearly_whole(self.tasks[at / resources] * demand as f64)));
        for (resource, &capacity) in capacity.iter().enumerate() {
            let mut over = self.total(resource, resources) - i128::from(capacity);
            // What floats had rounded up is taken back, from the last rows first.
            for row in (0..self.tasks.len()).rev() {
                if over <= 0 {
                    break;
                }
                let slot = &mut self.granted[row * resources + resource];
                let back = over.min(i128::from(*slot)).min((*slot as f64 * ROUNDED) as i128 + 1);
                *slot -= back as Atoms;
                over -= back;
            }
        }
    }

    /// Atoms of `resource` granted to all.
    #[must_use]
    pub fn total(&self, resource: usize, resources: usize) -> i128 {
        self.granted.iter().skip(resource).step_by(resources).map(|&atoms| i128::from(atoms)).sum()
    }
}

/// What solvers lose of an amount, as a share of it.
const ROUNDED: f64 = 1e-9;

/// An amount rounded down, unless it is a whole number but for what floats lose.
fn nearly_whole(amount: f64) -> Atoms {
    let (near, below) = (amount.round(), amount.floor());
    // Floats beyond an amount saturate; they are taken back to the capacity.
    (if (near - amount).abs() <= ROUNDED * amount.max(1.0) { near } else { below }) as Atoms
}

/// Where joint rules work, kept so that a steady step needs no new memory. Holds nothing from one call to the next.
#[derive(Debug, Clone, Default)]
pub struct JointScratch {
    /// Floats by row.
    pub(super) rate: Vec<f64>,
    pub(super) limit: Vec<f64>,
    /// Floats by resource.
    pub(super) used: Vec<f64>,
    pub(super) slope: Vec<f64>,
    /// Matrices of floats.
    pub(super) bids: Vec<f64>,
    pub(super) newton: super::newton::Newton,
    /// Tasks in the order in which they are granted.
    pub(super) whole: super::whole_tasks::Turns,
    /// A column of weights, and of atoms.
    weights: Vec<i64>,
    column: Vec<Atoms>,
    units: Units,
    pub(super) bundles: super::bundle_auction::Room,
    /// Room for a rule of one capacity.
    pub(super) one: Scratch,
    pub(super) grants: Grants,
    pub(super) amount: Vec<Atoms>,
}

impl JointScratch {
    /// Shares all of one resource in proportion to a column of `amounts`, by largest remainder. Where all are zero nobody
    /// gets any.
    pub(super) fn share_column(
        &mut self,
        amounts: impl Iterator<Item = f64> + Clone,
        capacity: Atoms,
        resource: usize,
        resources: usize,
        granted: &mut [Atoms],
    ) {
        let most = amounts.clone().fold(0.0, f64::max);
        if most == 0.0 {
            return;
        }
        self.weights.clear();
        self.weights.extend(amounts.map(|amount| (amount / most * (1_u64 << 62) as f64) as i64));
        let whole = self.weights.iter().map(|&weight| u128::from(weight.cast_unsigned())).sum();
        self.column.resize(self.weights.len(), 0);
        largest_remainder(&self.weights, capacity.cast_unsigned(), whole, &mut self.units, &mut self.column);
        for (&atoms, slot) in self.column.iter().zip(granted.iter_mut().skip(resource).step_by(resources)) {
            *slot = atoms;
        }
    }
}
