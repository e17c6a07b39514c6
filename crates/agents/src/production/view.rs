//! What producers see, and where they write what they do.

use std::ops::Range;

use walras_ledger::Atoms;
use walras_numerics::{Keys, Purpose};

/// What one chunk of a cohort sees. All slices have the chunk's length and order.
#[derive(Debug, Clone)]
pub struct ProductionView<'a> {
    /// The step, t.
    pub step: u32,
    /// The run's keys, for draws.
    pub keys: Keys,
    /// The key of the chunk's first agent in draws.
    pub entity: u64,
    /// The chunk's rows in the cohort, the index into parameter columns.
    pub rows: Range<usize>,
    /// The goods, as in [`super::Goods::all`].
    pub goods: &'a [GoodView<'a>],
}

/// One good that is used or made.
#[derive(Debug, Clone, Copy)]
pub struct GoodView<'a> {
    /// What a unit is worth, numeraire per unit; `NaN` where nobody asks a price for it.
    pub price: f64,
    /// What each agent holds of it, in atoms.
    pub held: &'a [Atoms],
    /// Atoms in one unit.
    pub scale: f64,
}

impl ProductionView<'_> {
    /// A uniform number in [0, 1) for the chunk's agent `i` in this step.
    #[must_use]
    pub fn unit(&self, i: usize) -> f64 {
        // Apart from what needs and requests draw.
        self.keys.unit(Purpose::request(1 << 13), self.entity + i as u64, self.step)
    }
}

/// What one chunk uses up and makes, in atoms, one column for each good; zero at first.
#[derive(Debug)]
pub struct Worked<'a, 'b> {
    /// What each agent uses up, at most what it holds.
    pub used: &'a mut [&'b mut [Atoms]],
    /// What comes out.
    pub made: &'a mut [&'b mut [Atoms]],
}
