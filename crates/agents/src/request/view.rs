//! What a cohort sees of the resources it may request.

use std::ops::Range;

use walras_ledger::Atoms;
use walras_numerics::{Keys, Purpose, draw};

/// What one chunk of a cohort sees. All slices have the chunk's length and order.
#[derive(Debug, Clone)]
pub struct ResourceView<'a> {
    /// The step, t.
    pub step: u32,
    /// The run's keys, for draws.
    pub keys: Keys,
    /// The key of the chunk's first agent in draws.
    pub entity: u64,
    /// The chunk's rows in the cohort, the index into parameter columns.
    pub rows: Range<usize>,
    /// What each agent may spend on resources in this step, numeraire.
    pub budgets: &'a [f64],
    /// The assets it may request, in the order of the resources.
    pub assets: &'a [AssetView<'a>],
}

/// One asset that may be requested.
#[derive(Debug, Clone, Copy)]
pub struct AssetView<'a> {
    /// What a unit costs each agent, the way to it included, numeraire per unit; 0 where nothing is charged.
    pub price: &'a [f64],
    /// What each agent holds of it, in atoms.
    pub held: &'a [Atoms],
    /// Atoms in one unit.
    pub scale: f64,
    /// Units that there were to share in the last step; in the first, in this one.
    pub capacity: f64,
    /// What it is to the cohort's production.
    pub input: InputView<'a>,
}

/// What an asset is to a cohort's production; empty where it has none, or where nothing is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct InputView<'a> {
    /// What each agent would use of it in this step if it had it, in atoms.
    pub usable: &'a [Atoms],
    /// What each agent has used of it for what it has made and still holds or has under way, in atoms.
    pub contained: &'a [f64],
}

impl ResourceView<'_> {
    /// How many agents the chunk has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Fills `words` with one random word for each agent of the chunk; `index` tells apart the draws of a step. An agent's
    /// word is the same however the cohort is cut into chunks.
    pub fn fill(&self, index: u16, words: &mut [u32]) {
        let (purpose, words) = (Purpose::request(index), &mut words[..self.rows.len()]);
        if self.entity.is_multiple_of(draw::TILE as u64) {
            self.keys.fill(purpose, self.entity, self.step, words);
        } else {
            for (word, entity) in words.iter_mut().zip(self.entity..) {
                *word = self.keys.word(purpose, entity, self.step);
            }
        }
    }
}
