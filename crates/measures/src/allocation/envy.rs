//! Who would rather have what another got.

use crate::MeasureDescription;
use crate::defined::{all_non_negative, all_positive, is_non_negative};

/// Describes [`envy_share`].
pub const ENVY_SHARE: MeasureDescription = MeasureDescription {
    name: "envy_share",
    meaning: "share of requesters who would rather have what another was granted",
    formula: "(1/n) · #{i : min(d_i, w_i·max_j g_j/w_j) > g_i + tolerance}",
    unit: "fraction of requesters",
    source: "Foley 1967, Yale Economic Essays 7(1); under weights, of grants over weights",
};

/// The share of requesters who envy another: who could use more of what another got, in proportion to their weights,
/// than they got themselves.
///
/// What was asked for is of use up to the amount asked and not beyond. `weights` may be empty: all count alike. A
/// difference up to `tolerance` is no envy (whole atoms cannot always be shared alike). `None` for no requesters, columns
/// of unequal length, an amount or a tolerance that is not finite or negative, or a weight not above zero.
#[must_use]
pub fn envy_share(requests: &[f64], grants: &[f64], weights: &[f64], tolerance: f64) -> Option<f64> {
    let count = requests.len();
    let lengths = count > 0 && grants.len() == count && (weights.is_empty() || weights.len() == count);
    let ranges = all_non_negative(requests) && all_non_negative(grants) && all_positive(weights);
    if !lengths || !ranges || !is_non_negative(tolerance) {
        return None;
    }
    let weight = |i: usize| weights.get(i).copied().unwrap_or(1.0);
    let most = (0..count).map(|i| grants[i] / weight(i)).fold(0.0, f64::max);
    let envious = (0..count).filter(|&i| envies(requests[i], grants[i], most * weight(i), tolerance)).count();
    Some(envious as f64 / count as f64)
}

/// Whether whoever asked for `request` and got `grant` would rather have `other`.
#[inline]
#[must_use]
pub fn envies(request: f64, grant: f64, other: f64, tolerance: f64) -> bool {
    request.min(other) > grant + tolerance
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn by_hand() {
        // Who asks for 4 and gets 2 would rather have the 3 of the third; the first has all it can use.
        assert_eq!(envy_share(&[1.0, 4.0, 3.0], &[1.0, 2.0, 3.0], &[], 0.0), Some(1.0 / 3.0));
        assert_eq!(envy_share(&[1.0, 4.0, 3.0], &[1.0, 2.0, 3.0], &[], 1.0), Some(0.0));
        // By weight 1 : 2 a grant of 2 : 4 is just, and 3 : 3 gives the second reason to envy the first.
        assert_eq!(envy_share(&[9.0, 9.0], &[2.0, 4.0], &[1.0, 2.0], 0.0), Some(0.0));
        assert_eq!(envy_share(&[9.0, 9.0], &[3.0, 3.0], &[1.0, 2.0], 0.0), Some(0.5));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(envy_share(&[], &[], &[], 0.0), None);
        assert_eq!(envy_share(&[1.0], &[], &[], 0.0), None);
        assert_eq!(envy_share(&[1.0], &[1.0], &[0.0], 0.0), None);
        assert_eq!(envy_share(&[1.0], &[1.0], &[], -1.0), None);
        assert_eq!(envy_share(&[f64::NAN], &[1.0], &[], 0.0), None);
    }

    proptest! {
        #[test]
        fn it_counts_those_for_whom_some_pair_says_so(
            rows in prop::collection::vec((0.0..9.0_f64, 0.0..=1.0_f64, 0.5..4.0_f64), 1..20),
        ) {
            let requests: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let grants: Vec<f64> = rows.iter().map(|row| row.0 * row.1).collect();
            let weights: Vec<f64> = rows.iter().map(|row| row.2).collect();
            let prefers = |i: usize, j: usize| (grants[j] / weights[j] * weights[i]).min(requests[i]) > grants[i] + 1e-9;
            let count = (0..rows.len()).filter(|&i| (0..rows.len()).any(|j| prefers(i, j))).count();
            prop_assert_eq!(envy_share(&requests, &grants, &weights, 1e-9), Some(count as f64 / rows.len() as f64));
        }
    }
}
