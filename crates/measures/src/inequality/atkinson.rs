//! The Atkinson index.

use walras_numerics::elementary::{exp, exp_m1, ln};
use walras_numerics::sum;

use super::total;
use crate::MeasureDescription;
use crate::defined::is_non_negative;

/// Describes [`atkinson_index`].
pub const ATKINSON_INDEX: MeasureDescription = MeasureDescription {
    name: "atkinson_index",
    meaning: "part of the total that could be given up for the same welfare if all owned the same",
    formula: "1 − ( (1/n) Σ (x_i/m)^(1−ε) )^(1/(1−ε)); 1 − Π (x_i/m)^(1/n) at ε = 1; m the mean",
    unit: "fraction of the total",
    source: "Atkinson 1970, Journal of Economic Theory 2(3)",
};

/// Nearer to 1 than this, the aversion is treated by its expansion about 1.
const NEAR_ONE: f64 = 1e-6;

/// The Atkinson index for an inequality aversion ε of at least 0, in [0, 1].
///
/// 0 for equal amounts and at ε = 0; 1 when someone owns nothing and ε is at least 1. `None` for an aversion
/// that is negative or not finite, no amounts, an amount that is not finite or negative, or a total of zero.
#[must_use]
pub fn atkinson_index(amounts: &[f64], aversion: f64) -> Option<f64> {
    let total = total(amounts)?;
    if !is_non_negative(aversion) {
        return None;
    }
    let n = amounts.len() as f64;
    // An amount so small that its share vanishes counts as nothing.
    let logarithms: Vec<f64> = amounts.iter().map(|x| x / total).filter(|s| *s > 0.0).map(|s| ln(s * n)).collect();
    let penniless = logarithms.len() < amounts.len();
    if penniless && aversion >= 1.0 {
        return Some(1.0);
    }
    let log_equivalent = if (1.0 - aversion).abs() < NEAR_ONE && !penniless {
        log_equivalent_near_one(&logarithms, 1.0 - aversion)
    } else {
        log_equivalent(&logarithms, n, 1.0 - aversion)
    };
    // Equal amounts round to a few units in the last place on either side of zero.
    Some((-exp_m1(log_equivalent)).clamp(0.0, 1.0))
}

/// ln of the equally distributed equivalent over the mean: (1/e) ln( (1/n) Σ exp(e·l_i) ), e = 1 − ε.
fn log_equivalent(logarithms: &[f64], n: f64, exponent: f64) -> f64 {
    // The owner with the largest term is taken out first, so that no aversion can overflow.
    let heaviest = if exponent > 0.0 { f64::max } else { f64::min };
    let reference = logarithms.iter().copied().fold(logarithms[0], heaviest);
    let scaled = sum::sum_by(logarithms.len(), |i| exp(exponent * (logarithms[i] - reference)));
    reference + ln(scaled / n) / exponent
}

/// The same to second order in e: mean(l) + e·variance(l)/2, since dividing by e loses all digits near 0.
fn log_equivalent_near_one(logarithms: &[f64], exponent: f64) -> f64 {
    let centre = sum::mean(logarithms);
    let square = |i: usize| (logarithms[i] - centre) * (logarithms[i] - centre);
    let variance = sum::sum_by(logarithms.len(), square) / logarithms.len() as f64;
    centre + exponent * variance / 2.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use walras_numerics::elementary::pow;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn reference_value() {
        assert_close(atkinson_index(&[1.0, 2.0, 3.0, 4.0], 1.0).unwrap(), 0.114_654, 1e-6);
    }

    #[test]
    fn closed_forms_of_one_and_three() {
        // Mean 2. ε = 2: the harmonic mean 3/2. ε = ½: ((1 + √3)/2)². ε = 1: √3.
        let x = [1.0, 3.0];
        let root = 3.0_f64.sqrt();
        assert_close(atkinson_index(&x, 2.0).unwrap(), 0.25, 1e-15);
        assert_close(atkinson_index(&x, 0.5).unwrap(), 1.0 - (4.0 + 2.0 * root) / 8.0, 1e-15);
        assert_close(atkinson_index(&x, 1.0).unwrap(), 1.0 - root / 2.0, 1e-15);
        // As ε grows without bound only the poorest counts: 1 − 1/2.
        assert_close(atkinson_index(&x, 1e6).unwrap(), 0.5, 1e-5);
        assert_close(atkinson_index(&x, f64::MAX).unwrap(), 0.5, 1e-15);
    }

    #[test]
    fn close_to_one_it_is_still_the_formula() {
        // The mean of (x/2)^(1 − ε), to the power 1/(1 − ε). At 1e-5 from one that has lost five digits.
        for aversion in [0.9, 1.1, 1.0 - 1e-3, 1.0 + 1e-3, 1.0 - 1e-5, 1.0 + 1e-5] {
            let e = 1.0 - aversion;
            let expected = 1.0 - pow((pow(0.5, e) + pow(1.5, e)) / 2.0, 1.0 / e);
            assert_close(atkinson_index(&[1.0, 3.0], aversion).unwrap(), expected, 1e-10);
        }
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(atkinson_index(&[1.0, 2.0], -0.5), None);
        assert_eq!(atkinson_index(&[1.0, 2.0], f64::NAN), None);
        assert_eq!(atkinson_index(&[5.0], 2.0), Some(0.0));
        assert_eq!(atkinson_index(&[0.0, 1.0], 1.0), Some(1.0));
        assert_eq!(atkinson_index(&[0.0, 1.0], 3.0), Some(1.0));
        // (1/2)(√2) squared is 1/2.
        assert_close(atkinson_index(&[0.0, 1.0], 0.5).unwrap(), 0.5, 1e-15);
        assert_close(atkinson_index(&[1.0, 2.0, 5.0], 0.0).unwrap(), 0.0, 1e-15);
    }

    proptest! {
        #[test]
        fn rises_with_aversion_without_a_seam_at_one(x in prop::collection::vec(0.01..1e3_f64, 1..40)) {
            let aversions = [0.0, 0.5, 1.0 - 2e-6, 1.0 - 5e-7, 1.0, 1.0 + 5e-7, 1.0 + 2e-6, 1.5, 3.0, 30.0];
            let indices: Vec<f64> = aversions.iter().map(|&e| atkinson_index(&x, e).unwrap()).collect();
            prop_assert!(indices.iter().all(|index| (0.0..=1.0).contains(index)));
            prop_assert!(indices.windows(2).all(|pair| pair[1] >= pair[0] - 1e-9));
            // The slope in ε is at most half the variance of the logarithms, itself at most (ln 1e5)²/4.
            prop_assert!((indices[6] - indices[2]).abs() <= 4e-6 * 17.0 + 1e-9);
        }
    }
}
