//! How long what is asked for is waited for, from counts of those who waited so many steps.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::quotient;

/// Describes [`deadlines_met`].
pub const DEADLINES_MET: MeasureDescription = MeasureDescription {
    name: "deadlines_met",
    meaning: "share of the deadlines that were kept, of those kept or missed",
    formula: "in time / (in time + late)",
    unit: "fraction of deadlines",
    source: "standard: one less the miss ratio of real-time systems",
};

/// The share of deadlines that were kept. `None` where none has been kept or missed.
#[must_use]
pub fn deadlines_met(in_time: u64, late: u64) -> Option<f64> {
    quotient(in_time as f64, in_time as f64 + late as f64)
}

/// Describes [`mean_wait`].
pub const MEAN_WAIT: MeasureDescription = MeasureDescription {
    name: "mean_wait",
    meaning: "mean of waiting times, from how many waited so many steps",
    formula: "Σ_k k·n_k / Σ_k n_k",
    unit: "steps",
    source: "Kleinrock 1975, Queueing Systems, volume 1",
};

/// The mean waiting time, where `counts[k]` waited `k` steps. `None` where nobody waited.
#[must_use]
pub fn mean_wait(counts: &[u64]) -> Option<f64> {
    let total = sum::sum_by(counts.len(), |k| counts[k] as f64);
    quotient(sum::sum_by(counts.len(), |k| k as f64 * counts[k] as f64), total)
}

/// Describes [`wait_quantile`].
pub const WAIT_QUANTILE: MeasureDescription = MeasureDescription {
    name: "wait_quantile",
    meaning: "the fewest steps within which the given part had waited its time",
    formula: "min { k : Σ_{l ≤ k} n_l ≥ p·Σ n }",
    unit: "steps",
    source: "Hyndman and Fan 1996, The American Statistician 50(4), type 1",
};

/// The quantile of waiting times at a probability in [0, 1], of type 1, since times are whole steps: the least that is
/// reached by that part of those who waited. `counts[k]` waited `k` steps.
///
/// `None` where nobody waited or the probability is out of range.
#[must_use]
pub fn wait_quantile(counts: &[u64], probability: f64) -> Option<u64> {
    let total: u128 = counts.iter().map(|&count| u128::from(count)).sum();
    if total == 0 || !(0.0..=1.0).contains(&probability) {
        return None;
    }
    // At least one, so that the quantile at 0 is the shortest wait and not a time that nobody waited.
    let reached = ((probability * total as f64).ceil() as u128).clamp(1, total);
    let mut so_far = 0;
    let found = counts.iter().position(|&count| {
        so_far += u128::from(count);
        so_far >= reached
    });
    found.map(|steps| steps as u64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(deadlines_met(3, 1), Some(0.75));
        // Two waited no step, one waited 1, one waited 3.
        let counts = [2, 1, 0, 1];
        assert_eq!(mean_wait(&counts), Some(1.0));
        let quantiles: Vec<u64> = [0.0, 0.5, 0.51, 0.75, 0.9, 1.0].map(|p| wait_quantile(&counts, p).unwrap()).into();
        assert_eq!(quantiles, [0, 0, 1, 1, 3, 3]);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(deadlines_met(0, 0), None);
        assert_eq!(mean_wait(&[]), None);
        assert_eq!(wait_quantile(&[0, 0], 0.5), None);
        assert_eq!(wait_quantile(&[1], 1.5), None);
        assert_eq!(wait_quantile(&[1], f64::NAN), None);
    }

    proptest! {
        #[test]
        fn it_is_the_order_statistic_of_all_waits(counts in prop::collection::vec(0..4_u64, 1..9), p in 0.0..=1.0_f64) {
            let waits: Vec<u64> = (0..).zip(&counts).flat_map(|(k, &n)| (0..n).map(move |_| k)).collect();
            prop_assume!(!waits.is_empty());
            let rank = ((p * waits.len() as f64).ceil() as usize).max(1) - 1;
            prop_assert_eq!(wait_quantile(&counts, p), Some(waits[rank]));
        }
    }
}
