//! Ticks of an axis: round numbers, labelled with as many digits as they need.

use crate::number::{THIN_SPACE, group, short};

/// Where an axis is marked, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Ticks {
    /// Positions, increasing, within the range.
    pub(crate) values: Vec<f64>,
    /// One label per position.
    pub(crate) labels: Vec<String>,
}

/// About `wanted` ticks within `low..=high` at multiples of 1, 2 or 5 times a power of ten.
pub(crate) fn ticks(low: f64, high: f64, wanted: usize) -> Ticks {
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Ticks::default();
    }
    let (digit, exponent) = step((high - low) / wanted.max(1) as f64);
    let step = power_of_ten(exponent) * f64::from(digit);
    let first = (low / step - 1e-9).ceil();
    let last = (high / step + 1e-9).floor();
    let count = (last - first) as usize + 1;
    let values: Vec<f64> = (0..count).map(|index| (first + index as f64) * step).collect();
    let labels = labels(&values, exponent);
    Ticks { values, labels }
}

/// Ticks of a share: 0 % to 100 %.
pub(crate) fn percentages(low: f64, high: f64, wanted: usize) -> Ticks {
    let percent = ticks(low * 100.0, high * 100.0, wanted);
    Ticks {
        values: percent.values.iter().map(|value| value / 100.0).collect(),
        labels: percent.labels.iter().map(|label| format!("{label}{THIN_SPACE}%")).collect(),
    }
}

/// Ticks of a logarithmic axis above zero: powers of ten, with twice and five times them where there are few.
pub(crate) fn decades(low: f64, high: f64, wanted: usize) -> Ticks {
    if !(low > 0.0 && low < high && high.is_finite()) {
        return Ticks::default();
    }
    let (first, last) = (step(low).1 - 1, step(high).1);
    let every = (last - first + 1).unsigned_abs() as usize;
    let digits: &[f64] = if every * 2 <= wanted { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let stride = every.div_ceil(wanted.max(1)).max(1);
    let powers = (first..=last).step_by(stride).map(power_of_ten);
    let all = powers.flat_map(|power| digits.iter().map(move |digit| digit * power));
    let values: Vec<f64> = all.filter(|value| (low..=high).contains(value)).collect();
    let labels = values.iter().map(|&value| short(value, 3)).collect();
    Ticks { values, labels }
}

/// A range a little larger than that of the finite values; 0..=1 where there are none.
pub(crate) fn range_of(values: impl Iterator<Item = f64>, from_zero: bool) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.filter(|value| value.is_finite()) {
        low = low.min(value);
        high = high.max(value);
    }
    if low > high {
        return (0.0, 1.0);
    }
    if from_zero {
        (low, high) = (low.min(0.0), high.max(0.0));
    }
    if low >= high {
        let margin = if low == 0.0 { 1.0 } else { low.abs() * 0.05 };
        return (low - margin, high + margin);
    }
    let margin = (high - low) * 0.05;
    let below = if low >= 0.0 && low < margin { low } else { margin };
    (low - if from_zero && low >= 0.0 { 0.0 } else { below }, high + margin)
}

/// Smallest of 1, 2, 5 and 10 times a power of ten that is at least `size`, as (digit, exponent).
fn step(size: f64) -> (i32, i32) {
    let text = format!("{size:e}");
    let (significand, exponent) = text.split_once('e').unwrap_or(("1", "0"));
    let significand: f64 = significand.parse().unwrap_or(1.0);
    let exponent = exponent.parse().unwrap_or(0);
    let digit = [1, 2, 5].into_iter().find(|&digit| significand <= f64::from(digit) + 1e-9);
    digit.map_or((1, exponent + 1), |digit| (digit, exponent))
}

/// The power of ten nearest in `f64`, by the decimal parser, which is exact on every platform.
fn power_of_ten(exponent: i32) -> f64 {
    format!("1e{exponent}").parse().unwrap_or(f64::MIN_POSITIVE)
}

fn labels(values: &[f64], step_exponent: i32) -> Vec<String> {
    let largest = values.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    if !(1e-4..1e18).contains(&largest) {
        return values.iter().map(|&value| short(value, 3)).collect();
    }
    let (power, prefix) = match largest {
        size if size >= 1e15 => (15, "P"),
        size if size >= 1e12 => (12, "T"),
        size if size >= 1e9 => (9, "G"),
        size if size >= 1e6 => (6, "M"),
        size if size >= 1e5 => (3, "k"),
        _ => (0, ""),
    };
    let places = usize::try_from(power - step_exponent).unwrap_or(0);
    let label = |&value: &f64| {
        let scaled = group(&format!("{:.places$}", value.abs() / power_of_ten(power)));
        let zero = !scaled.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
        let sign = if value < 0.0 && !zero { "\u{2212}" } else { "" };
        match prefix {
            "" => format!("{sign}{scaled}"),
            _ if zero => "0".to_owned(),
            _ => format!("{sign}{scaled}{THIN_SPACE}{prefix}"),
        }
    };
    values.iter().map(label).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(low: f64, high: f64) -> String {
        ticks(low, high, 5).labels.join(" ").replace(THIN_SPACE, "_")
    }

    #[test]
    fn ticks_are_round_and_labelled_alike() {
        assert_eq!(shown(0.0, 1.0), "0.0 0.2 0.4 0.6 0.8 1.0");
        assert_eq!(shown(1.02, 2.05), "1.5 2.0");
        assert_eq!(shown(1.02, 1.98), "1.2 1.4 1.6 1.8");
        assert_eq!(shown(-3.0, 7.0), "−2 0 2 4 6");
        assert_eq!(shown(0.0, 1_000_000.0), "0 0.2_M 0.4_M 0.6_M 0.8_M 1.0_M");
        assert_eq!(shown(0.0, 4e-6), "0 1×10⁻⁶ 2×10⁻⁶ 3×10⁻⁶ 4×10⁻⁶");
    }

    #[test]
    fn ticks_lie_inside_whatever_the_range() {
        for (low, high) in [(1e-300, 2e-300), (-1e17, 1e17), (1e9, 1e9 + 7.0), (0.999_999, 1.000_001), (-5.0, -4.9)] {
            let ticks = ticks(low, high, 6);
            let slack = (high - low) * 1e-6;
            assert!((2..=14).contains(&ticks.values.len()), "{low} {high}: {ticks:?}");
            assert!(ticks.values.iter().all(|&value| value >= low - slack && value <= high + slack), "{ticks:?}");
            assert!(ticks.labels.windows(2).all(|pair| pair[0] != pair[1]), "{ticks:?}");
        }
        assert_eq!(ticks(1.0, 1.0, 5), Ticks::default());
        assert_eq!(ticks(f64::NAN, 1.0, 5), Ticks::default());
    }

    #[test]
    fn a_logarithmic_axis_is_marked_at_powers_of_ten() {
        assert_eq!(decades(0.5, 3_000.0, 6).labels, ["1", "10", "100", "1000"]);
        assert_eq!(decades(1.5, 30.0, 6).labels, ["2", "5", "10", "20"]);
        assert!(decades(1e-200, 1e200, 6).values.len() <= 7);
        assert_eq!(decades(0.0, 1.0, 5), Ticks::default());
    }

    #[test]
    fn a_range_holds_its_values() {
        assert_eq!(range_of([].into_iter(), false), (0.0, 1.0));
        let (low, high) = range_of([3.0, f64::NAN, 3.0].into_iter(), false);
        assert!(low < 3.0 && high > 3.0);
        let (low, high) = range_of([2.0, 10.0].into_iter(), true);
        assert!(low == 0.0 && high > 10.0);
    }
}
