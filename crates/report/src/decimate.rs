//! Fewer points of a long series, without losing its extremes.
//!
//! The steps are cut into equal buckets, and of every bucket each column's lowest and highest points are
//! kept, where they were. A spike of one step in a million therefore stays in the picture. (Choosing by
//! largest triangle would look smoother, but may drop a spike beside a larger one.)

/// Indices below `length`, increasing, that keep every bucket's extremes of every column.
///
/// All indices are returned where there are no more than the buckets would keep anyway. NaN is never an
/// extreme, but a bucket of nothing else keeps one index, so that a gap stays a gap.
pub(crate) fn extremes(columns: &[&[f64]], length: usize, buckets: usize) -> Vec<usize> {
    let buckets = buckets.max(1);
    let kept_at_most = buckets * 2 * columns.len().max(1);
    if length <= kept_at_most {
        return (0..length).collect();
    }
    let mut kept = vec![0, length - 1];
    for bucket in 0..buckets {
        let first = bucket * length / buckets;
        let end = (bucket + 1) * length / buckets;
        let before = kept.len();
        for column in columns {
            kept.extend(lowest_and_highest(column, first, end).into_iter().flatten());
        }
        if kept.len() == before {
            kept.push(first);
        }
    }
    kept.sort_unstable();
    kept.dedup();
    kept
}

fn lowest_and_highest(column: &[f64], first: usize, end: usize) -> [Option<usize>; 2] {
    let mut lowest: Option<usize> = None;
    let mut highest: Option<usize> = None;
    for index in first..end.min(column.len()) {
        let value = column[index];
        if value.is_nan() {
            continue;
        }
        if lowest.is_none_or(|at| value < column[at]) {
            lowest = Some(index);
        }
        if highest.is_none_or(|at| value > column[at]) {
            highest = Some(index);
        }
    }
    [lowest, highest]
}

/// Steps over which a flow's moving mean is taken, or none where every step can be seen.
pub(crate) fn flow_window(length: usize) -> Option<usize> {
    (length > 200).then_some(odd(length / 50))
}

/// Steps over which a level's moving mean is taken, or none where all `length` steps are among the `kept`.
pub(crate) fn level_window(length: usize, kept: usize) -> Option<usize> {
    (kept < length).then_some(odd(length / 250))
}

/// An odd window has a middle.
fn odd(window: usize) -> usize {
    window | 1
}

/// Mean of the known values within `window` steps centred at each of the increasing indices `at`; NaN where none
/// is known.
pub(crate) fn moving_mean(values: &[f64], window: usize, at: &[usize]) -> Vec<f64> {
    let half = window / 2;
    let (mut first, mut end) = (0, 0);
    let (mut sum, mut known) = (0.0, 0_u32);
    let mut means = Vec::with_capacity(at.len());
    for &index in at {
        let (from, to) = (index.saturating_sub(half), (index + half + 1).min(values.len()));
        while end < to {
            if !values[end].is_nan() {
                sum += values[end];
                known += 1;
            }
            end += 1;
        }
        while first < from.min(end) {
            if !values[first].is_nan() {
                sum -= values[first];
                known -= 1;
            }
            first += 1;
        }
        means.push(if known == 0 { f64::NAN } else { sum / f64::from(known) });
    }
    means
}

#[cfg(test)]
mod tests {
    use super::{extremes, moving_mean};

    #[test]
    fn a_short_series_is_kept_whole() {
        let column = [3.0, 1.0, 2.0];
        assert_eq!(extremes(&[&column], 3, 2), vec![0, 1, 2]);
    }

    #[test]
    fn every_single_step_spike_survives() {
        let mut up = vec![1.0; 100_000];
        let mut down = vec![5.0; 100_000];
        for spike in [17, 4_321, 50_000, 99_998] {
            up[spike] = 9.0;
            down[spike + 1] = -9.0;
        }
        let kept = extremes(&[&up, &down], up.len(), 200);
        assert!(kept.len() <= 200 * 4 + 2, "{} points", kept.len());
        for spike in [17, 4_321, 50_000, 99_998] {
            assert!(kept.binary_search(&spike).is_ok(), "lost the spike at {spike}");
            assert!(kept.binary_search(&(spike + 1)).is_ok(), "lost the dip after {spike}");
        }
        assert_eq!((kept[0], kept[kept.len() - 1]), (0, 99_999));
    }

    #[test]
    fn each_bucket_keeps_its_own_extremes() {
        let column: Vec<f64> = (0..1_000_u32).map(|i| f64::from(i * 7_919 % 1_009)).collect();
        let kept = extremes(&[&column], column.len(), 10);
        for bucket in column.chunks(100).enumerate() {
            let (number, values) = bucket;
            let range = number * 100..(number + 1) * 100;
            let shown: Vec<f64> =
                kept.iter().filter(|index| range.contains(index)).map(|&index| column[index]).collect();
            let low = |values: &[f64]| values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = |values: &[f64]| values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            assert!((low(values) - low(&shown)).abs() < f64::EPSILON);
            assert!((high(values) - high(&shown)).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn a_gap_stays_a_gap() {
        let mut column = vec![1.0; 1_000];
        column[300..500].fill(f64::NAN);
        let kept = extremes(&[&column], column.len(), 20);
        assert!(kept.iter().any(|&index| column[index].is_nan()));
        assert!(kept.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn a_moving_mean_equals_the_mean_of_its_window() {
        let mut values: Vec<f64> = (0..500_u32).map(|i| f64::from(i * 7_919 % 1_009)).collect();
        values[100..130].fill(f64::NAN);
        let at: Vec<usize> = (0..500).step_by(3).collect();
        for (&index, mean) in at.iter().zip(moving_mean(&values, 21, &at)) {
            let window = &values[index.saturating_sub(10)..(index + 11).min(500)];
            let known: Vec<f64> = window.iter().copied().filter(|value| !value.is_nan()).collect();
            let expected = known.iter().sum::<f64>() / known.len() as f64;
            assert!((mean - expected).abs() < 1e-9 || (mean.is_nan() && known.is_empty()), "at {index}");
        }
    }
}
