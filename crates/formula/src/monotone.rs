//! Whether a formula only rises, or only falls, as one of its names grows.

use crate::program::{Evaluation, Program};

/// The way a formula must go as a name grows. Level stretches are allowed both ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Never falls.
    Rising,
    /// Never rises.
    Falling,
}

/// Two places between which a formula goes the wrong way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Witness {
    /// The smaller value of the name.
    pub from: f64,
    /// The larger value of the name.
    pub to: f64,
    /// The formula's value at `from`.
    pub value_from: f64,
    /// The formula's value at `to`.
    pub value_to: f64,
}

/// Points of the search, in equal steps and, where the range is positive, as many again in equal ratios.
const POINTS: usize = 1024;

/// A step the wrong way that is smaller than this part of the values is rounding.
const ROUNDING: f64 = 1e-12;

impl Program {
    /// Searches for two values of one name between which the formula goes the wrong way, with the other inputs as
    /// they are. `index` is the name's place among `values`, see [`crate::Scope`].
    ///
    /// The search looks at some two thousand places of the range, in equal steps and, in a range above zero, in equal
    /// ratios too. What it finds is a proof; that it finds nothing is not, since a dip can hide between two places.
    /// The pair that comes back is the one of two neighbours that goes furthest the wrong way.
    ///
    /// # Errors
    /// When the formula has no value at a place of the range; the value of the name comes with it.
    pub fn wrong_way(
        &self,
        way: Way,
        index: usize,
        (low, high): (f64, f64),
        values: &[f64],
        series: &[&[f64]],
    ) -> Result<Option<Witness>, (f64, Evaluation)> {
        let mut values = values.to_vec();
        if index >= values.len() {
            values.resize(index + 1, f64::NAN);
        }
        let mut worst: Option<(f64, Witness)> = None;
        let mut before: Option<(f64, f64)> = None;
        for x in places(low, high) {
            values[index] = x;
            let value = self.evaluate(&values, series).map_err(|evaluation| (x, evaluation))?;
            if let Some((from, value_from)) = before {
                let step = if way == Way::Rising { value_from - value } else { value - value_from };
                let wrong = step > ROUNDING * value.abs().max(value_from.abs());
                if wrong && worst.is_none_or(|(most, _)| step > most) {
                    worst = Some((step, Witness { from, to: x, value_from, value_to: value }));
                }
            }
            before = Some((x, value));
        }
        Ok(worst.map(|(_, witness)| witness))
    }
}

/// The places looked at, in order.
fn places(low: f64, high: f64) -> Vec<f64> {
    let last = (POINTS - 1) as f64;
    let mut places: Vec<f64> = (0..POINTS).map(|i| low + (high - low) * (i as f64 / last)).collect();
    if low > 0.0 {
        let (start, ratio) = (walras_numerics::elementary::ln(low), walras_numerics::elementary::ln(high / low));
        places.extend((0..POINTS).map(|i| walras_numerics::elementary::exp(start + ratio * (i as f64 / last))));
    }
    places.retain(|place| (low..=high).contains(place));
    places.sort_by(f64::total_cmp);
    places.dedup();
    places
}
