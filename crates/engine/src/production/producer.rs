//! A cohort's production as it stands while an economy runs.

use std::ops::Range;
use std::sync::Arc;

use walras_agents::policy::Memory;
use walras_agents::production::{GoodView, Production, ProductionView, Worked};
use walras_agents::request::InputView;
use walras_ledger::{AssetId, Atoms, CohortId, Ledger};
use walras_numerics::{CHUNK, Keys, StateError, StateVisitor};

use crate::world::Asset;

/// What a cohort's agents make of goods.
#[derive(Clone)]
pub struct Producer {
    /// How.
    pub production: Arc<dyn Production>,
    /// What they use and make.
    pub goods: Vec<Good>,
    /// What they remember: what is under way.
    pub memory: Vec<Vec<f64>>,
}

/// One good that is used or made, and what of it in a step, in atoms for each agent. Columns are written and read within
/// a step.
#[derive(Clone)]
pub struct Good {
    /// The asset.
    pub asset: AssetId,
    /// What each agent would use if it had it.
    pub usable: Vec<Atoms>,
    /// What each agent has used of it for what it has made and still has.
    pub contained: Vec<f64>,
    /// What each agent uses up.
    pub used: Vec<Atoms>,
    /// What each agent makes.
    pub made: Vec<Atoms>,
}

/// When and where a producer works.
pub(crate) struct Workplace<'a> {
    pub cohort: CohortId,
    pub size: usize,
    pub step: u32,
    pub keys: Keys,
    pub entity: u64,
    pub ledger: &'a Ledger,
    pub assets: &'a [Asset],
    /// By asset, as [`crate::World::goods_prices`].
    pub prices: &'a [f64],
}

impl Good {
    /// Of a cohort of `size` agents.
    pub(crate) fn new(asset: AssetId, size: usize) -> Self {
        Self { asset, usable: vec![0; size], contained: vec![0.0; size], used: vec![0; size], made: vec![0; size] }
    }

    /// What the chunk at `rows` sees of it when it asks for it.
    pub(crate) fn seen(&self, rows: Range<usize>) -> InputView<'_> {
        InputView { usable: &self.usable[rows.clone()], contained: &self.contained[rows] }
    }
}

/// The chunk at `rows` of one column of each good.
fn parts<'a, T>(columns: impl Iterator<Item = &'a mut Vec<T>>, rows: &Range<usize>) -> Vec<&'a mut [T]> {
    columns.map(|column| &mut column[rows.clone()]).collect()
}

impl Producer {
    /// What is used and made of `asset`, where it is one of the goods.
    #[must_use]
    pub fn good(&self, asset: AssetId) -> Option<&Good> {
        self.goods.iter().find(|good| good.asset == asset)
    }

    /// Writes down what its agents would use, and what is contained in what they have.
    pub(crate) fn look_ahead(&mut self, at: &Workplace<'_>) {
        let Self { production, goods, memory } = self;
        each_chunk(goods, at, |view, goods| {
            for good in goods.iter_mut() {
                good.usable[view.rows.clone()].fill(0);
                good.contained[view.rows.clone()].fill(0.0);
            }
            production.inputs(view, &mut parts(goods.iter_mut().map(|good| &mut good.usable), &view.rows));
            let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
            let mut memory = Memory::new(&mut columns, view.rows.clone());
            for (input, good) in goods.iter_mut().enumerate() {
                production.contained(view, &mut memory, input, &mut good.contained[view.rows.clone()]);
            }
        });
    }

    /// Writes down what its agents use up and make in this step.
    pub(crate) fn work(&mut self, at: &Workplace<'_>) {
        let Self { production, goods, memory } = self;
        each_chunk(goods, at, |view, goods| {
            for good in goods.iter_mut() {
                good.used[view.rows.clone()].fill(0);
                good.made[view.rows.clone()].fill(0);
            }
            let mut columns: Vec<&mut [f64]> = memory.iter_mut().map(Vec::as_mut_slice).collect();
            let mut memory = Memory::new(&mut columns, view.rows.clone());
            let (used, made): (Vec<_>, Vec<_>) = goods.iter_mut().map(|good| (&mut good.used, &mut good.made)).unzip();
            let (mut used, mut made) = (parts(used.into_iter(), &view.rows), parts(made.into_iter(), &view.rows));
            production.produce(view, &mut memory, &mut Worked { used: &mut used, made: &mut made });
        });
    }

    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        for (index, column) in self.memory.iter_mut().enumerate() {
            let size = column.len();
            visitor.f64s(&format!("{name} production {index}"), column)?;
            if column.len() != size {
                return Err(StateError(format!("the production of {name} has another length")));
            }
        }
        Ok(())
    }
}

/// Calls `work` with each chunk's view and the goods, whose columns are not part of it.
fn each_chunk(goods: &mut [Good], at: &Workplace<'_>, mut work: impl FnMut(&ProductionView<'_>, &mut [Good])) {
    let held: Vec<(AssetId, &[Atoms])> =
        goods.iter().map(|good| (good.asset, at.ledger.column(at.cohort, good.asset).unwrap_or_default())).collect();
    for start in (0..at.size).step_by(CHUNK) {
        let rows = start..(start + CHUNK).min(at.size);
        let views: Vec<GoodView<'_>> = held
            .iter()
            .map(|&(asset, held)| (asset.index(), &held[rows.clone()]))
            .map(|(asset, held)| GoodView { price: at.prices[asset], held, scale: at.assets[asset].scale })
            .collect();
        let (step, keys, entity) = (at.step, at.keys, at.entity + start as u64);
        work(&ProductionView { step, keys, entity, rows: rows.clone(), goods: &views }, goods);
    }
}
