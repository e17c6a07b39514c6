//! A formula whose names are known where it is read.

use std::marker::PhantomData;

use walras_catalog::{Bounds, Kind, Node, Problem, Read, Value};

use crate::{Formula, Program, Scope};

/// Names that a formula may speak of wherever it stands in a scenario.
pub trait Names {
    /// The names, in the order in which their values are handed in.
    fn scope() -> Scope;
}

/// A formula that gives a number over the names of `N`, looked up as it is read, so that a wrong one is shown at its place.
pub struct Over<N> {
    formula: Formula,
    program: Program,
    names: PhantomData<fn() -> N>,
}

impl<N> Over<N> {
    /// The formula, ready to be evaluated.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }
}

impl<N> Clone for Over<N> {
    fn clone(&self) -> Self {
        Self { formula: self.formula.clone(), program: self.program.clone(), names: PhantomData }
    }
}

impl<N> std::fmt::Debug for Over<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Over").field(&self.program.text()).finish()
    }
}

impl<N: Names> Read for Over<N> {
    fn kind() -> Kind {
        Formula::kind()
    }

    fn read(value: &Value, bounds: Option<&Bounds>) -> Result<Self, Problem> {
        let formula = Formula::read(value, bounds)?;
        let program = formula.number(&N::scope())?;
        Ok(Self { formula, program, names: PhantomData })
    }

    fn write(&self) -> Node {
        self.formula.write()
    }
}
