//! What a rule writes, and where it works.

use walras_ledger::Atoms;

/// Who gets how much and who pays how much, row by row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Grants {
    /// Atoms that each row gets, at most what it asked.
    pub granted: Vec<Atoms>,
    /// Atoms of the numeraire that each row pays, rounded up; empty under rules without money.
    pub paid: Vec<Atoms>,
    /// The one price, numeraire atoms for one atom, where all pay one.
    pub price: Option<f64>,
}

impl Grants {
    /// Atoms granted to all.
    #[must_use]
    pub fn total(&self) -> i128 {
        self.granted.iter().map(|&atoms| i128::from(atoms)).sum()
    }

    /// Numeraire atoms paid by all.
    #[must_use]
    pub fn revenue(&self) -> i128 {
        self.paid.iter().map(|&atoms| i128::from(atoms)).sum()
    }

    /// One slot for each row, whatever is in it, and no money.
    pub(super) fn ready(&mut self, rows: usize) {
        self.granted.resize(rows, 0);
        self.paid.clear();
        self.price = None;
    }

    /// Nobody gets anything.
    pub(super) fn nothing(&mut self, rows: usize) {
        self.ready(rows);
        self.granted.fill(0);
    }
}

/// Where rules work, kept so that a steady step needs no new memory. Holds nothing from one call to the next.
#[derive(Debug, Clone, Default)]
pub struct Scratch {
    /// Amounts held to quotas.
    pub(super) held: Vec<Atoms>,
    /// Amounts of those who accept a price.
    pub(super) accepted: Vec<Atoms>,
    /// A sample of the amounts, then those close to the level.
    pub(super) sample: Vec<Atoms>,
    /// Remainders of whole units.
    pub(super) units: super::whole_units::Units,
    /// Rows with their ranks.
    pub(super) ranked: Vec<super::serve::Ranked>,
    /// Rows that won, with their ranks.
    pub(super) winners: Vec<super::serve::Ranked>,
    /// Weights as whole numbers.
    pub(super) weights: Vec<i64>,
    /// Rows at hand.
    pub(super) rows: Vec<u32>,
}
