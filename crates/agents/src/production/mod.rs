//! Production: agents make goods from goods, in whole atoms.
//!
//! A way of producing names what it uses and what it makes. In each step it says what it would use if it had it (which
//! is what a cohort asks resources for by [`crate::request::Inputs`]), and from what its agents hold what they use up and
//! what comes out. What takes time is kept in memory columns until it comes out. Inputs are rounded up and outputs
//! down, so that no rounding makes anything from nothing.
//!
//! `tests/production_laws.rs` holds every entry to this: nothing comes from nothing, nobody uses more than is held, more
//! inputs never make less, and what comes out late is what would have come out at once.

mod cobb_douglas;
mod leontief;
mod recipe;
mod view;

use std::fmt::Debug;

use walras_catalog::{Named, Reference, entries};
use walras_ledger::Atoms;

use crate::policy::Memory;
use crate::population::Setup;

pub use cobb_douglas::CobbDouglas;
pub use leontief::Leontief;
pub use recipe::Recipe;
pub use view::{GoodView, ProductionView, Worked};

/// A way of producing as a scenario describes it: draws its agents' parameters and becomes [`Production`]. In the setup
/// the goods of [`BuildProduction::goods`] stand in the place of markets.
pub trait BuildProduction: Debug + Send + Sync {
    /// What it uses and what it makes.
    fn goods(&self) -> Goods;

    /// How many memory columns its agents take.
    fn columns(&self) -> usize {
        0
    }

    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Production>, String>;
}

entries! {
    /// Any way of producing.
    pub enum AnyProduction: dyn BuildProduction = "production" {
        Recipe(Recipe),
        CobbDouglas(CobbDouglas),
        Leontief(Leontief),
    }
}

/// The goods of a way of producing, by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Goods {
    /// What it uses.
    pub inputs: Vec<Reference>,
    /// What it makes.
    pub outputs: Vec<Reference>,
}

impl Goods {
    /// Of tables of amounts by name.
    #[must_use]
    pub fn of(inputs: &Named<f64>, outputs: &[Reference]) -> Self {
        let inputs = inputs.0.iter().map(|input| Reference { name: input.name.clone(), span: input.span });
        Self { inputs: inputs.collect(), outputs: outputs.to_vec() }
    }

    /// All of them, each once: what it uses, then what else it makes.
    #[must_use]
    pub fn all(&self) -> Vec<Reference> {
        let mut all: Vec<Reference> = Vec::new();
        for good in self.inputs.iter().chain(&self.outputs) {
            if all.iter().all(|known| known.name != good.name) {
                all.push(good.clone());
            }
        }
        all
    }
}

/// A cohort's way of producing, with the parameters of all its agents. Goods are counted as in [`Goods::all`].
pub trait Production: Send + Sync {
    /// What agents remember: the initial value of each memory column.
    fn memory(&self) -> Vec<f64> {
        Vec::new()
    }

    /// Writes what the agents of one chunk would use of each good in this step at the prices they see, if they had it:
    /// atoms, one column for each good, zero at first.
    fn inputs(&self, view: &ProductionView<'_>, wanted: &mut [&mut [Atoms]]);

    /// Writes what the agents of one chunk use up of what they hold, and what comes out in this step.
    fn produce(&self, view: &ProductionView<'_>, memory: &mut Memory<'_, '_>, worked: &mut Worked<'_, '_>);

    /// Adds to `atoms` how much of good number `input` each agent of a chunk has used for what it has made and still
    /// holds or has under way. Nothing where that cannot be told from what is held.
    fn contained(&self, _view: &ProductionView<'_>, _memory: &mut Memory<'_, '_>, _input: usize, _atoms: &mut [f64]) {}

    /// What one run of the cohort's most productive agent uses and makes of each good, in units, where that is the same at
    /// any scale.
    fn proportions(&self) -> Option<Vec<[f64; 2]>> {
        None
    }

    /// Atoms of good number `good` that are under way, from the memory of the whole cohort.
    fn under_way(&self, _memory: &[Vec<f64>], _good: usize) -> f64 {
        0.0
    }
}

/// The most atoms of a good that an agent uses or makes in a step: beyond it a double would not count them exactly.
pub const STEP_MAX: f64 = 9_007_199_254_740_992.0;

/// The index of the good called `name` in the setup.
pub(crate) fn index_of(name: &str, setup: &Setup<'_>) -> Result<usize, String> {
    let found = setup.markets.iter().position(|good| good.asset == name);
    found.ok_or_else(|| format!("there is no good `{name}` here"))
}

/// Refuses what an agent could use or make of a good in one step when that cannot be counted exactly.
pub(crate) fn countable(what: &str, atoms: f64) -> Result<(), String> {
    if atoms <= STEP_MAX {
        return Ok(());
    }
    Err(format!(
        "up to {atoms:e} atoms of `{what}` in a step cannot be counted exactly: at most 2^53; use fewer decimals or smaller amounts"
    ))
}
