//! A world's state written down, so that several futures can begin from it.

use walras_engine::World;
use walras_numerics::{StateError, StateVisitor};

/// The state of a world.
#[derive(Debug, Clone, Default)]
pub struct Saved {
    names: Vec<String>,
    values: Vec<Values>,
}

#[derive(Debug, Clone)]
enum Values {
    Word(u64),
    Whole(Vec<i64>),
    Floats(Vec<f64>),
}

impl Saved {
    /// Writes the state of `world` down.
    ///
    /// # Panics
    /// When it cannot be visited.
    #[must_use]
    pub fn of(world: &mut World) -> Self {
        let mut saved = Self::default();
        world.visit_state(&mut saved).unwrap_or_else(|why| panic!("{why}"));
        saved
    }

    /// Puts the state into a world of the same form, whose parameters may be others.
    ///
    /// # Panics
    /// When the world has another form: a study builds both.
    pub fn put_into(&self, world: &mut World) {
        world.visit_state(&mut Loader { saved: self, next: 0 }).unwrap_or_else(|why| panic!("{why}"));
    }

    fn push(&mut self, name: &str, values: Values) {
        self.names.push(name.to_owned());
        self.values.push(values);
    }
}

impl StateVisitor for Saved {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        self.push(name, Values::Word(*value));
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        self.push(name, Values::Whole(values.clone()));
        Ok(())
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        self.push(name, Values::Floats(values.clone()));
        Ok(())
    }
}

struct Loader<'a> {
    saved: &'a Saved,
    next: usize,
}

impl<'a> Loader<'a> {
    fn take(&mut self, name: &str) -> Result<&'a Values, StateError> {
        let saved = self.saved;
        let at = self.next;
        self.next += 1;
        match saved.names.get(at) {
            Some(known) if known == name => Ok(&saved.values[at]),
            known => Err(StateError(format!("{name} where {known:?} was saved"))),
        }
    }
}

impl StateVisitor for Loader<'_> {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        match self.take(name)? {
            Values::Word(word) => *value = *word,
            other => return Err(StateError(format!("{name} is no word but {other:?}"))),
        }
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        match self.take(name)? {
            Values::Whole(column) => values.clone_from(column),
            other => return Err(StateError(format!("{name} is no column of whole numbers but {other:?}"))),
        }
        Ok(())
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        match self.take(name)? {
            Values::Floats(column) => values.clone_from(column),
            other => return Err(StateError(format!("{name} is no column of floats but {other:?}"))),
        }
        Ok(())
    }
}
