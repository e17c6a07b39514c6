//! The Lorenz curve.

use walras_numerics::sum;

use super::Distribution;
use crate::MeasureDescription;

/// Describes [`lorenz_curve`].
pub const LORENZ_CURVE: MeasureDescription = MeasureDescription {
    name: "lorenz_curve",
    meaning: "share of the total owned by the poorest fraction p",
    formula: "L(k/n) = Σ_{i≤k} x_(i) / Σ x, straight between",
    unit: "fraction of the total",
    source: "Lorenz 1905, Publications of the American Statistical Association 9(70)",
};

/// The share of the total owned by the poorest fraction, for each population fraction in `points`.
///
/// Points lie in [0, 1], in any order; each result lies in [0, 1] and at or below its point. Between k/n and
/// (k + 1)/n the curve is straight. `None` for a point out of range, no amounts, an amount that is not finite or
/// negative, or a total of zero. Empty for no points.
#[must_use]
pub fn lorenz_curve(amounts: &[f64], points: &[f64]) -> Option<Vec<f64>> {
    Distribution::new(amounts.to_vec())?.lorenz_curve(points)
}

pub(super) fn of_ascending(ascending: &[f64], total: f64, points: &[f64]) -> Option<Vec<f64>> {
    if !points.iter().all(|point| (0.0..=1.0).contains(point)) {
        return None;
    }
    let n = ascending.len();
    // Points in ascending order share one pass over the amounts.
    let mut order: Vec<usize> = (0..points.len()).collect();
    order.sort_by(|&a, &b| points[a].total_cmp(&points[b]));
    let mut shares = vec![0.0; points.len()];
    let (mut whole, mut poorest) = (0, 0.0);
    for at in order {
        let rank = points[at] * n as f64;
        let owners = (rank.floor() as usize).min(n);
        poorest += sum::sum(&ascending[whole..owners]);
        whole = owners;
        let part = ascending.get(owners).map_or(0.0, |next| (rank - owners as f64) * next);
        // The parts' sum can round past the total, and past the line of equality, which bounds the curve.
        shares[at] = if owners == n { 1.0 } else { ((poorest + part) / total).min(points[at]) };
    }
    Some(shares)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;
    use crate::inequality::gini;

    #[test]
    fn one_to_four_by_hand() {
        // Partial sums 1, 3, 6, 10; half way through the third owner: (3 + 1.5)/10.
        let shares = lorenz_curve(&[4.0, 2.0, 1.0, 3.0], &[0.5, 0.0, 1.0, 0.25, 0.625]).unwrap();
        for (actual, expected) in shares.iter().zip([0.3, 0.0, 1.0, 0.1, 0.45]) {
            assert_close(*actual, expected, 1e-15);
        }
    }

    #[test]
    fn points_out_of_range_are_undefined() {
        for bad in [-0.1, 1.1, f64::NAN] {
            assert_eq!(lorenz_curve(&[1.0], &[0.5, bad]), None);
        }
        assert_eq!(lorenz_curve(&[1.0], &[]), Some(vec![]));
        assert_eq!(lorenz_curve(&[7.0], &[0.0, 0.5, 1.0]), Some(vec![0.0, 0.5, 1.0]));
    }

    #[test]
    fn equal_amounts_never_rise_above_the_line_of_equality() {
        // Sums of tenths round upwards now and then; the curve must not.
        for n in 1..60_u32 {
            let points: Vec<f64> = (0..=n).map(|i| f64::from(i) / f64::from(n)).collect();
            let shares = lorenz_curve(&vec![0.1; n as usize], &points).unwrap();
            for (share, point) in shares.iter().zip(&points) {
                assert!(share <= point);
                assert_close(*share, *point, 1e-14);
            }
        }
    }

    proptest! {
        #[test]
        fn rises_is_convex_and_encloses_half_the_gini(x in prop::collection::vec(0.0..1e6_f64, 1..50)) {
            prop_assume!(x.iter().sum::<f64>() > 1.0);
            let n = x.len();
            let points: Vec<f64> = (0..=n).map(|i| i as f64 / n as f64).collect();
            let shares = lorenz_curve(&x, &points).unwrap();
            let steps: Vec<f64> = shares.windows(2).map(|pair| pair[1] - pair[0]).collect();
            prop_assert!(steps.iter().all(|&step| step >= -1e-12));
            prop_assert!(steps.windows(2).all(|pair| pair[1] >= pair[0] - 1e-12));
            prop_assert!(shares.iter().zip(&points).all(|(share, point)| share <= point));
            // The area below, by trapezia, is (1 − Gini)/2.
            let area: f64 = shares.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0 / n as f64).sum();
            assert_close(1.0 - 2.0 * area, gini(&x).unwrap(), 1e-11);
        }
    }
}
