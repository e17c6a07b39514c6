//! State written down and read back.

use walras_market::pool::{AnyPool, Pool};
use walras_numerics::{StateError, StateVisitor};

/// What a visit saw, in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Saved {
    names: Vec<String>,
    values: Vec<Vec<u64>>,
}

struct Saver(Saved);

impl StateVisitor for Saver {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        self.0.names.push(name.to_owned());
        self.0.values.push(vec![*value]);
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        self.0.names.push(name.to_owned());
        self.0.values.push(values.iter().map(|value| value.cast_unsigned()).collect());
        Ok(())
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        self.0.names.push(name.to_owned());
        self.0.values.push(values.iter().map(|value| value.to_bits()).collect());
        Ok(())
    }
}

struct Loader {
    saved: Saved,
    next: usize,
}

impl Loader {
    fn take(&mut self, name: &str) -> Result<Vec<u64>, StateError> {
        let next = self.next;
        self.next += 1;
        match self.saved.names.get(next) {
            Some(saved) if saved == name => Ok(self.saved.values[next].clone()),
            other => Err(StateError(format!("{name} where {other:?} was saved"))),
        }
    }
}

impl StateVisitor for Loader {
    fn u64(&mut self, name: &str, value: &mut u64) -> Result<(), StateError> {
        *value = self.take(name)?[0];
        Ok(())
    }

    fn i64s(&mut self, name: &str, values: &mut Vec<i64>) -> Result<(), StateError> {
        *values = self.take(name)?.into_iter().map(u64::cast_signed).collect();
        Ok(())
    }

    fn f64s(&mut self, name: &str, values: &mut Vec<f64>) -> Result<(), StateError> {
        *values = self.take(name)?.into_iter().map(f64::from_bits).collect();
        Ok(())
    }
}

/// The whole state of a pool.
pub(crate) fn save(pool: &mut dyn Pool) -> Saved {
    let mut saver = Saver(Saved::default());
    pool.visit_state(&mut saver).expect("saving does not fail");
    saver.0
}

/// The state of `pool` put into a fresh pool of the same design, which opened with another deposit.
pub(crate) fn load(design: &AnyPool, pool: &dyn Pool) -> Result<Box<dyn Pool>, StateError> {
    let deposits = match design {
        AnyPool::Lmsr(_) => vec![1_000_000],
        AnyPool::Launch(launch) => vec![(launch.virtual_tokens as i64).min(5)],
        _ => vec![1_000_000; pool.balances().len()],
    };
    let mut fresh = design.open(&deposits).expect("a deposit in balance");
    let mut loader = Loader { saved: save(&mut *pool.duplicate()), next: 0 };
    fresh.visit_state(&mut loader)?;
    Ok(fresh)
}
