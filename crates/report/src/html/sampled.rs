//! Functions given as points (x, y) with x increasing, drawn over a common x.

const POINTS_MAX: usize = 1_000;

/// The x of all functions together, increasing, each function thinned to at most about a thousand.
pub(crate) fn common_x<'a>(functions: impl Iterator<Item = &'a [(f64, f64)]>) -> Vec<f64> {
    let mut x: Vec<f64> = functions.flat_map(thinned_x).filter(|x| x.is_finite()).collect();
    x.sort_by(f64::total_cmp);
    x.dedup();
    x
}

fn thinned_x(points: &[(f64, f64)]) -> impl Iterator<Item = f64> + '_ {
    let stride = points.len().div_ceil(POINTS_MAX).max(1);
    points.iter().step_by(stride).chain(points.last()).map(|point| point.0)
}

/// Value at `x` on the straight line between two points; NaN beyond the ends.
pub(crate) fn interpolate(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|point| point.0 < x);
    let before = after.checked_sub(1).map(|index| points[index]);
    match (before, points.get(after)) {
        (_, Some(&(at, value))) if at <= x => value,
        (Some((left, low)), Some(&(right, high))) => low + (high - low) * ((x - left) / (right - left)),
        _ => f64::NAN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_meets_the_points_and_the_line_between() {
        let points = [(0.0, 1.0), (2.0, 5.0), (4.0, 6.0)];
        for (x, value) in [(0.0, 1.0), (1.0, 3.0), (2.0, 5.0), (3.0, 5.5), (4.0, 6.0)] {
            assert!((interpolate(&points, x) - value).abs() < 1e-12, "{x}");
        }
        assert!(interpolate(&points, -0.1).is_nan() && interpolate(&points, 4.1).is_nan());
    }

    #[test]
    fn a_long_function_is_thinned_and_keeps_its_ends() {
        let points: Vec<(f64, f64)> = (0..10_001_u32).map(|x| (f64::from(x), 0.0)).collect();
        let x = common_x([points.as_slice()].into_iter());
        assert!(x.len() <= POINTS_MAX + 1);
        assert!((x[0], x[x.len() - 1]) == (0.0, 10_000.0));
    }
}
