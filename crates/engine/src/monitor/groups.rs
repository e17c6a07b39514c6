//! Whose holdings and trades are watched, row by row.

use walras_catalog::choice;
use walras_ledger::{AssetId, Atoms};

use crate::stage::clear::Fills;
use crate::world::World;

choice! {
    /// What a row of watched columns is.
    pub enum By {
        /// An agent.
        Agent = "agent",
        /// A cohort: its agents together.
        Cohort = "cohort",
    }
}

/// Agents, or cohorts, as rows of columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    by: By,
    /// The first row of each cohort that is watched, by cohort.
    first: Vec<Option<usize>>,
    rows: usize,
}

impl Groups {
    /// The agents of `cohorts`, by number, of which `world` has sizes.
    #[must_use]
    pub fn of(world: &World, cohorts: &[usize], by: By) -> Self {
        let mut first = vec![None; world.cohorts.len()];
        let mut rows = 0;
        for (c, first) in first.iter_mut().enumerate().filter(|(c, _)| cohorts.contains(c)) {
            *first = Some(rows);
            rows += if by == By::Agent { world.cohorts[c].size } else { 1 };
        }
        Self { by, first, rows }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    fn row(&self, cohort: usize, agent: usize) -> Option<usize> {
        let within = if self.by == By::Agent { agent } else { 0 };
        self.first[cohort].map(|first| first + within)
    }

    /// The agents of a row, as a cohort and a range of its rows.
    #[must_use]
    pub fn agents(&self, world: &World, row: usize) -> (usize, std::ops::Range<usize>) {
        let begins = |(c, first): (usize, &Option<usize>)| first.filter(|&first| first <= row).map(|first| (c, first));
        // A cohort without agents begins where the next does.
        let (cohort, first) = self.first.iter().enumerate().filter_map(begins).next_back().unwrap_or((0, 0));
        match self.by {
            By::Agent => (cohort, row - first..row - first + 1),
            By::Cohort => (cohort, 0..world.cohorts[cohort].size),
        }
    }

    /// Writes what each row holds of an asset. Sums that do not fit saturate.
    pub fn holdings(&self, world: &World, asset: AssetId, held: &mut Vec<Atoms>) {
        held.clear();
        held.resize(self.rows, 0);
        for (c, first) in self.first.iter().enumerate() {
            let Some(first) = *first else { continue };
            let column = world.ledger.column(world.cohorts[c].id, asset).unwrap_or_default();
            match self.by {
                By::Agent => held[first..first + column.len()].copy_from_slice(column),
                By::Cohort => held[first] = column.iter().fold(0, |sum: Atoms, &atoms| sum.saturating_add(atoms)),
            }
        }
    }

    /// Writes what each row bought and sold at a market in the step.
    pub fn trades(&self, world: &World, venue: usize, fills: &Fills, columns: &mut [Vec<Atoms>; 2]) {
        for column in columns.iter_mut() {
            column.clear();
            column.resize(self.rows, 0);
        }
        fills.each(&world.cohorts, |fill| {
            let Some(row) = self.row(fill.cohort, fill.row).filter(|_| fill.venue == venue) else { return };
            let tokens = fill.payment.tokens;
            let sum = &mut columns[usize::from(tokens < 0)][row];
            *sum = sum.saturating_add(tokens.saturating_abs());
        });
    }
}
