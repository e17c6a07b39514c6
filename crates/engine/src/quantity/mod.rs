//! The named quantities of an economy that formulas may look at, as series with their past.
//!
//! At the end of each step, after everything of that step has been posted but what institutions do, the quantities that
//! some formula uses are taken once. A name is what it belongs to and what it is: `curve.price`, `cluster.utilisation`,
//! `traders.wealth`, `treasury.balance`. An institution that names a market or resource may leave out what it belongs to.

mod holders;
mod source;

use walras_formula::{Condition, Evaluation, Program, Scope};
use walras_numerics::{StateError, StateVisitor};

use crate::stage::allocate::Allocation;
use crate::stage::settle::Settled;
use crate::world::World;
use source::Source;

/// All quantities that have a name, and the past of those that are used.
#[derive(Debug, Clone, Default)]
pub struct Quantities {
    named: Vec<Named>,
    /// How many of its last values each must keep; 0 where nobody uses it.
    keep: Vec<usize>,
    /// The last values, oldest first, at least as many as are kept once there have been so many.
    past: Vec<Vec<f64>>,
}

/// One quantity with a name.
#[derive(Debug, Clone)]
struct Named {
    name: String,
    meaning: &'static str,
    unit: &'static str,
    source: Source,
}

impl Quantities {
    /// Everything in `world` that can be looked at.
    #[must_use]
    pub fn of(world: &World) -> Self {
        let mut named = Vec::new();
        source::each(world, |name, meaning, unit, source| named.push(Named { name, meaning, unit, source }));
        let count = named.len();
        Self { named, keep: vec![0; count], past: vec![Vec::new(); count] }
    }

    /// The names a formula may use: all of them, and without what they belong to those of `own`, the names of markets
    /// and resources that the formula's institution is about.
    #[must_use]
    pub fn scope(&self, own: &[&str]) -> Scope {
        self.add_to(Scope::default(), own)
    }

    /// The same names beside those that `scope` has already.
    #[must_use]
    pub fn add_to(&self, scope: Scope, own: &[&str]) -> Scope {
        let add = |scope: Scope, named: &Named| scope.series(&named.name, named.meaning, named.unit);
        let all = self.named.iter().fold(scope, add);
        self.named.iter().fold(all, |scope, named| {
            let plain = own.iter().find_map(|own| named.name.strip_prefix(*own)?.strip_prefix('.'));
            match plain {
                Some(plain) => scope.alias(plain, &named.name),
                None => scope,
            }
        })
    }

    /// Sees to it that what `program` uses is taken and kept. Its scope must come from [`Quantities::scope`], or from
    /// [`Quantities::add_to`] a scope without series.
    pub fn watch(&mut self, program: &Program) {
        for (keep, &needs) in self.keep.iter_mut().zip(program.history()) {
            *keep = (*keep).max(needs);
        }
    }

    /// The values that a program is evaluated on, each oldest first.
    #[must_use]
    pub fn series(&self) -> Vec<&[f64]> {
        self.past.iter().map(Vec::as_slice).collect()
    }

    /// The last value of what is called `name`, `NaN` where it has not been taken.
    #[must_use]
    pub fn last(&self, name: &str) -> f64 {
        let index = self.named.iter().position(|named| named.name == name);
        index.and_then(|index| self.past[index].last().copied()).unwrap_or(f64::NAN)
    }

    /// The value of `program` for these numbers of its own and the quantities as they are; `NaN` while a window reads
    /// further back than there is anything.
    ///
    /// # Errors
    /// Says which part has no value.
    pub fn number(&self, program: &Program, numbers: &[f64]) -> Result<f64, String> {
        match program.evaluate(numbers, &self.series()) {
            Ok(value) => Ok(value),
            Err(Evaluation::TooShort { .. }) => Ok(f64::NAN),
            Err(why) => Err(program.describe(&why)),
        }
    }

    /// Whether `condition` holds; not while a window reads further back than there is anything.
    ///
    /// # Errors
    /// Says which part has no value.
    pub fn holds(&self, condition: &Condition, numbers: &[f64]) -> Result<bool, String> {
        match condition.holds(numbers, &self.series()) {
            Ok(holds) => Ok(holds),
            Err(Evaluation::TooShort { .. }) => Ok(false),
            Err(why) => Err(condition.program().describe(&why)),
        }
    }

    /// Whether nobody looks at anything.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.keep.iter().all(|&keep| keep == 0)
    }

    /// Visits the values kept.
    ///
    /// # Errors
    /// When the visitor fails.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let used = self.keep.iter().zip(self.named.iter().zip(&mut self.past)).filter(|(keep, _)| **keep > 0);
        for (&keep, (named, past)) in used {
            // What is beyond need differs with when it was last cut, and would tell two equal worlds apart.
            past.drain(..past.len().saturating_sub(keep));
            visitor.f64s(&named.name, past)?;
        }
        Ok(())
    }
}

/// Takes the quantities that are used, as the step stands.
///
/// # Panics
/// Never: a quantity that is not defined is `NaN`.
pub fn take(world: &mut World, settled: &Settled, allocation: &Allocation) {
    if world.quantities.is_idle() {
        return;
    }
    let mut quantities = std::mem::take(&mut world.quantities);
    let Quantities { named, keep, past } = &mut quantities;
    for ((named, &keep), past) in named.iter().zip(keep.iter()).zip(past).filter(|((_, keep), _)| **keep > 0) {
        // Cutting only once in a while makes it cheap.
        if past.len() >= 2 * keep + 16 {
            past.drain(..past.len() - keep);
        }
        past.push(named.source.value(world, settled, allocation));
    }
    world.quantities = quantities;
}
