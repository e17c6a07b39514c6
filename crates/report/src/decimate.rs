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

#[cfg(test)]
mod tests {
    use super::extremes;

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
            let shown: Vec<f64> = kept
                .iter()
                .filter(|index| range.contains(index))
                .map(|&index| column[index])
                .collect();
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
}
