//! Drawdown: how far a value stands below its highest so far.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined};

/// The deepest fall of a series from a peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaximumDrawdown {
    /// The fall as a fraction of the peak, from 0 (never below a peak) to 1 (fell to nothing).
    pub depth: f64,
    /// The index of the peak. Both indices are 0 when the series never fell.
    pub peak: usize,
    /// The index of the lowest point after that peak. The first, when several are as deep.
    pub trough: usize,
}

/// Describes [`maximum_drawdown`].
pub const MAXIMUM_DRAWDOWN: MeasureDescription = MeasureDescription {
    name: "maximum_drawdown",
    meaning: "largest fall from a peak, with where it began and ended",
    formula: "max_t (M_t − V_t) / M_t, M_t = max_{s≤t} V_s",
    unit: "fraction of the peak",
    source: "Magdon-Ismail and Atiya 2004, Risk 17(10)",
};

/// The deepest drawdown of a series of prices or wealths.
///
/// `None` for no values, or a value that is not finite or negative. One value has depth 0.
#[must_use]
pub fn maximum_drawdown(values: &[f64]) -> Option<MaximumDrawdown> {
    let series = drawdown_series(values)?;
    series.first()?;
    let mut deepest = MaximumDrawdown { depth: 0.0, peak: 0, trough: 0 };
    let mut peak = 0;
    for (t, &depth) in series.iter().enumerate() {
        if values[t] > values[peak] {
            peak = t;
        }
        if depth > deepest.depth {
            deepest = MaximumDrawdown { depth, peak, trough: t };
        }
    }
    Some(deepest)
}

/// Describes [`drawdown_series`].
pub const DRAWDOWN_SERIES: MeasureDescription = MeasureDescription {
    name: "drawdown_series",
    meaning: "fall from the highest value so far, at each step",
    formula: "(M_t − V_t) / M_t, M_t = max_{s≤t} V_s",
    unit: "fraction of the peak",
    source: "Magdon-Ismail and Atiya 2004, Risk 17(10)",
};

/// The drawdown at each value, from 0 to 1.
///
/// While nothing above zero has been seen there is nothing to lose, and the drawdown is 0. Empty for no
/// values. `None` for a value that is not finite or negative.
#[must_use]
pub fn drawdown_series(values: &[f64]) -> Option<Vec<f64>> {
    if !all_non_negative(values) {
        return None;
    }
    let mut peak = 0.0_f64;
    let depth = |&value: &f64| {
        peak = peak.max(value);
        drawdown(peak, value)
    };
    Some(values.iter().map(depth).collect())
}

/// The fall from `peak` to `value`, as a fraction of the peak; 0 from a peak of zero.
///
/// Both must be finite and not negative, and the value at most the peak.
pub(crate) fn drawdown(peak: f64, value: f64) -> f64 {
    if peak > 0.0 { (peak - value) / peak } else { 0.0 }
}

/// Describes [`ulcer_index`].
pub const ULCER_INDEX: MeasureDescription = MeasureDescription {
    name: "ulcer_index",
    meaning: "root mean square of the drawdowns: depth and length of falls together",
    formula: "√( (1/n) Σ (100 · drawdown_t)² )",
    unit: "per cent",
    source: "Martin and McCann 1989, The Investor's Guide to Fidelity Funds",
};

/// The ulcer index in per cent, from 0 to 100, as its authors state it.
///
/// `None` for no values, or a value that is not finite or negative.
#[must_use]
pub fn ulcer_index(values: &[f64]) -> Option<f64> {
    let series = drawdown_series(values)?;
    series.first()?;
    let squares = sum::sum_by(series.len(), |t| series[t] * series[t]);
    defined(100.0 * (squares / series.len() as f64).sqrt())
}

/// How long a series stood below its highest value so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeUnderWater {
    /// Steps below the highest value so far.
    pub total: usize,
    /// The longest unbroken stretch of such steps.
    pub longest: usize,
}

/// Describes [`time_under_water`].
pub const TIME_UNDER_WATER: MeasureDescription = MeasureDescription {
    name: "time_under_water",
    meaning: "steps spent below an earlier peak, in all and at the longest stretch",
    formula: "#{ t : V_t < max_{s≤t} V_s }",
    unit: "steps",
    source: "Bacon 2008, Practical Portfolio Performance Measurement and Attribution, ch. 4",
};

/// The steps at which the value stands below an earlier one.
///
/// `None` for no values, or a value that is not finite or negative.
#[must_use]
pub fn time_under_water(values: &[f64]) -> Option<TimeUnderWater> {
    if values.is_empty() || !all_non_negative(values) {
        return None;
    }
    let mut peak = values[0];
    let mut stretch = 0;
    let mut time = TimeUnderWater { total: 0, longest: 0 };
    for &value in values {
        if value < peak {
            stretch += 1;
            time.total += 1;
            time.longest = time.longest.max(stretch);
        } else {
            peak = value;
            stretch = 0;
        }
    }
    Some(time)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    /// The series of the reference examples.
    const VALUES: [f64; 7] = [100.0, 120.0, 90.0, 95.0, 130.0, 80.0, 110.0];

    #[test]
    fn reference_series() {
        let deepest = maximum_drawdown(&VALUES).unwrap();
        assert_close(deepest.depth, 0.384_615_4, 1e-7);
        assert_eq!((deepest.peak, deepest.trough), (4, 5));
        assert_close(ulcer_index(&VALUES).unwrap(), 19.910_529, 1e-7);
        assert_eq!(time_under_water(&VALUES), Some(TimeUnderWater { total: 4, longest: 2 }));
    }

    #[test]
    fn a_rising_series_never_falls() {
        let rising = [1.0, 1.0, 2.0, 5.0];
        assert_eq!(maximum_drawdown(&rising), Some(MaximumDrawdown { depth: 0.0, peak: 0, trough: 0 }));
        assert_eq!(ulcer_index(&rising), Some(0.0));
        assert_eq!(time_under_water(&rising), Some(TimeUnderWater { total: 0, longest: 0 }));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(maximum_drawdown(&[]), None);
        assert_eq!(ulcer_index(&[]), None);
        assert_eq!(time_under_water(&[]), None);
        assert_eq!(drawdown_series(&[]), Some(vec![]));
        assert_eq!(maximum_drawdown(&[3.0]).unwrap().depth.to_bits(), 0.0_f64.to_bits());
        assert_eq!(drawdown_series(&[0.0, 0.0, 2.0, 0.0]), Some(vec![0.0, 0.0, 0.0, 1.0]));
        for bad in [f64::NAN, f64::INFINITY, -1.0] {
            assert_eq!(drawdown_series(&[1.0, bad]), None);
            assert_eq!(maximum_drawdown(&[1.0, bad]), None);
            assert_eq!(ulcer_index(&[1.0, bad]), None);
            assert_eq!(time_under_water(&[1.0, bad]), None);
        }
    }

    proptest! {
        #[test]
        fn maximum_is_the_worst_pair_of_an_earlier_and_a_later_value(
            values in prop::collection::vec(prop_oneof![Just(0.0), 0.0..100.0_f64], 1..40),
        ) {
            let deepest = maximum_drawdown(&values).unwrap();
            let mut worst = 0.0_f64;
            for (t, &later) in values.iter().enumerate() {
                for &earlier in &values[..t] {
                    worst = worst.max(if earlier > 0.0 { (earlier - later) / earlier } else { 0.0 });
                }
            }
            prop_assert_eq!(deepest.depth.to_bits(), worst.to_bits());
            prop_assert!(deepest.peak <= deepest.trough);
            prop_assert_eq!(drawdown(values[deepest.peak], values[deepest.trough]).to_bits(), worst.to_bits());
        }

        #[test]
        fn drawdown_and_ulcer_stay_in_their_ranges(values in prop::collection::vec(0.0..100.0_f64, 1..60)) {
            let series = drawdown_series(&values).unwrap();
            prop_assert!(series.iter().all(|d| (0.0..=1.0).contains(d)));
            let deepest = maximum_drawdown(&values).unwrap().depth;
            let ulcer = ulcer_index(&values).unwrap();
            prop_assert!(ulcer >= 0.0 && ulcer <= 100.0 * deepest * (1.0 + 1e-12));
            let time = time_under_water(&values).unwrap();
            prop_assert_eq!(time.total, series.iter().filter(|&&d| d > 0.0).count());
            prop_assert!(time.longest <= time.total && time.total < values.len());
        }
    }
}
