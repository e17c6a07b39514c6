//! The share of the richest.

use walras_numerics::sum;

use super::Distribution;
use crate::MeasureDescription;

/// Describes [`top_share`].
pub const TOP_SHARE: MeasureDescription = MeasureDescription {
    name: "top_share",
    meaning: "share of the total owned by the richest fraction q: 0.01 for the top 1 %, 0.1 for the top 10 %",
    formula: "1 − L(1 − q), L the Lorenz curve",
    unit: "fraction of the total",
    source: "Piketty and Saez 2003, Quarterly Journal of Economics 118(1)",
};

/// The share of the total owned by the richest `fraction` of the owners.
///
/// The fraction lies in [0, 1]; where it cuts through an owner, that part of the owner counts. The result lies
/// between the fraction and 1. `None` for a fraction out of range, no amounts, an amount that is not finite or
/// negative, or a total of zero.
#[must_use]
pub fn top_share(amounts: &[f64], fraction: f64) -> Option<f64> {
    Distribution::new(amounts.to_vec())?.top_share(fraction)
}

pub(super) fn of_ascending(ascending: &[f64], total: f64, fraction: f64) -> Option<f64> {
    if !(0.0..=1.0).contains(&fraction) {
        return None;
    }
    let n = ascending.len();
    let rank = fraction * n as f64;
    let owners = (rank.floor() as usize).min(n);
    // Summed from the top: one less the share of the many poor would lose the digits of a small share.
    let richest = sum::sum(&ascending[n - owners..]);
    let part = if owners < n { (rank - owners as f64) * ascending[n - 1 - owners] } else { 0.0 };
    Some(((richest + part) / total).clamp(fraction, 1.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;
    use crate::inequality::lorenz_curve;

    #[test]
    fn one_to_four_by_hand() {
        let x = [4.0, 2.0, 1.0, 3.0];
        assert_close(top_share(&x, 0.25).unwrap(), 0.4, 1e-15);
        assert_close(top_share(&x, 0.125).unwrap(), 0.2, 1e-15);
        assert_close(top_share(&x, 0.5).unwrap(), 0.7, 1e-15);
        assert_eq!(top_share(&x, 0.0), Some(0.0));
        assert_eq!(top_share(&x, 1.0), Some(1.0));
    }

    #[test]
    fn fractions_out_of_range_are_undefined() {
        for bad in [-0.1, 1.1, f64::NAN] {
            assert_eq!(top_share(&[1.0], bad), None);
        }
        assert_eq!(top_share(&[5.0], 0.01), Some(0.01));
    }

    proptest! {
        #[test]
        fn is_what_the_lorenz_curve_leaves(
            x in prop::collection::vec(0.0..1e6_f64, 1..50), fraction in 0.0..=1.0_f64,
        ) {
            prop_assume!(x.iter().sum::<f64>() > 1.0);
            let rest = lorenz_curve(&x, &[1.0 - fraction]).unwrap()[0];
            assert_close(top_share(&x, fraction).unwrap(), 1.0 - rest, 1e-11);
        }
    }
}
