//! What grants are worth beside what the best grants would be.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined, is_non_negative, quotient};

/// Describes [`best_value`].
pub const BEST_VALUE: MeasureDescription = MeasureDescription {
    name: "best_value",
    meaning: "the greatest value that one capacity can be shared for",
    formula: "max Σ v_i·g_i, 0 ≤ g_i ≤ d_i, Σ g_i ≤ C: the highest values first",
    unit: "of the values",
    source: "Dantzig 1957, Operations Research 5(2): the knapsack that may be filled with parts",
};

/// The greatest value for which a capacity can be shared among requests, where a unit of request i is worth `values[i]`
/// up to the amount asked and nothing beyond.
///
/// `None` for columns of unequal length, a number that is not finite or negative, or a value out of range.
#[must_use]
pub fn best_value(requests: &[f64], values: &[f64], capacity: f64) -> Option<f64> {
    let ranges = all_non_negative(requests) && all_non_negative(values) && is_non_negative(capacity);
    if requests.len() != values.len() || !ranges {
        return None;
    }
    let mut rows: Vec<[f64; 2]> = values.iter().zip(requests).map(|(&value, &request)| [value, request]).collect();
    defined(best_value_of_rows(&mut rows, capacity))
}

/// As [`best_value`], of rows `[value, request]` that are put in order of value where they ask for more than there is.
/// All numbers must be finite and not negative.
#[must_use]
pub fn best_value_of_rows(rows: &mut [[f64; 2]], capacity: f64) -> f64 {
    if rows.iter().map(|row| row[1]).sum::<f64>() > capacity {
        rows.sort_unstable_by(|a, b| b[0].total_cmp(&a[0]).then(b[1].total_cmp(&a[1])));
    }
    let mut left = capacity;
    let mut best = 0.0;
    for &[value, request] in rows.iter() {
        let granted = request.min(left);
        left -= granted;
        best += value * granted;
        if left <= 0.0 {
            break;
        }
    }
    best
}

/// Describes [`value_efficiency`].
pub const VALUE_EFFICIENCY: MeasureDescription = MeasureDescription {
    name: "value_efficiency",
    meaning: "value of what was granted over that of the best that could be",
    formula: "Σ v_i·min(g_i, d_i) / best_value(d, v, C)",
    unit: "fraction",
    source: "Smith 1962, Journal of Political Economy 70(2), of values without costs",
};

/// The value of what was granted over the value of the best allocation of the same capacity. What was granted beyond a
/// request is worth nothing.
///
/// `None` for columns of unequal length, a number that is not finite or negative, and where nothing could be of value.
#[must_use]
pub fn value_efficiency(requests: &[f64], values: &[f64], grants: &[f64], capacity: f64) -> Option<f64> {
    if grants.len() != requests.len() || !all_non_negative(grants) {
        return None;
    }
    let best = best_value(requests, values, capacity)?;
    quotient(sum::sum_by(grants.len(), |i| values[i] * grants[i].min(requests[i])), best)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn by_hand() {
        // Of 5 units the best give 3 to the value of 4 and 2 to the value of 3.
        assert_eq!(best_value(&[2.0, 3.0, 4.0], &[1.0, 4.0, 3.0], 5.0), Some(18.0));
        assert_eq!(value_efficiency(&[2.0, 3.0, 4.0], &[1.0, 4.0, 3.0], &[2.0, 1.0, 1.0], 5.0), Some(0.5));
        // Granted beyond what is of use.
        assert_eq!(value_efficiency(&[1.0, 1.0], &[2.0, 2.0], &[2.0, 0.0], 2.0), Some(0.5));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(best_value(&[], &[], 1.0), Some(0.0));
        assert_eq!(best_value(&[1.0], &[], 1.0), None);
        assert_eq!(best_value(&[1.0], &[f64::INFINITY], 1.0), None);
        assert_eq!(value_efficiency(&[1.0], &[1.0], &[0.0], 0.0), None);
        assert_eq!(value_efficiency(&[1.0], &[0.0], &[1.0], 1.0), None);
    }

    /// The best value by trying all grants in whole units.
    fn tried(requests: &[u8], values: &[u8], capacity: u8) -> u32 {
        let Some((&request, requests)) = requests.split_first() else { return 0 };
        let of = |grant: u8| u32::from(values[0]) * u32::from(grant) + tried(requests, &values[1..], capacity - grant);
        (0..=request.min(capacity)).map(of).max().unwrap_or(0)
    }

    proptest! {
        #[test]
        fn highest_values_first_is_the_best_of_all_grants(
            rows in prop::collection::vec((0..5_u8, 0..9_u8), 1..6), capacity in 0..12_u8,
        ) {
            let (requests, values): (Vec<u8>, Vec<u8>) = rows.into_iter().unzip();
            let floats = |column: &[u8]| -> Vec<f64> { column.iter().map(|&it| f64::from(it)).collect() };
            let best = best_value(&floats(&requests), &floats(&values), f64::from(capacity)).unwrap();
            assert_close(best, f64::from(tried(&requests, &values, capacity)), 1e-12);
        }
    }
}
