//! Dominant shares: of several resources, the one of which a user has the greatest part.

use crate::MeasureDescription;
use crate::defined::{all_non_negative, all_positive, defined};
use crate::inequality::gini;

/// Describes [`dominant_shares`].
pub const DOMINANT_SHARES: MeasureDescription = MeasureDescription {
    name: "dominant_shares",
    meaning: "each user's share of the resource of which it has the greatest share",
    formula: "s_i = max_k g_ik / C_k",
    unit: "fraction of a capacity",
    source: "Ghodsi et al. 2011, Dominant resource fairness, NSDI, section 4",
};

/// The dominant share of each user. `grants` has a column for each resource, with a row for each user.
///
/// `None` for no resources or users, columns of unequal length, another number of capacities, a grant that is not finite
/// or negative, or a capacity not above zero.
#[must_use]
pub fn dominant_shares(grants: &[&[f64]], capacities: &[f64]) -> Option<Vec<f64>> {
    let users = grants.first()?.len();
    let lengths = users > 0 && grants.len() == capacities.len() && grants.iter().all(|column| column.len() == users);
    if !lengths || !grants.iter().all(|column| all_non_negative(column)) || !all_positive(capacities) {
        return None;
    }
    let share = |i: usize| grants.iter().zip(capacities).map(|(column, of)| column[i] / of).fold(0.0, f64::max);
    (0..users).map(|i| defined(share(i))).collect()
}

/// Describes [`dominant_share_range`].
pub const DOMINANT_SHARE_RANGE: MeasureDescription = MeasureDescription {
    name: "dominant_share_range",
    meaning: "greatest dominant share less the least",
    formula: "max_i s_i − min_i s_i",
    unit: "fraction of a capacity",
    source: "the range of what dominant resource fairness makes equal: Ghodsi et al. 2011, NSDI, section 4",
};

/// The greatest dominant share less the least; undefined where [`dominant_shares`] is.
#[must_use]
pub fn dominant_share_range(grants: &[&[f64]], capacities: &[f64]) -> Option<f64> {
    let shares = dominant_shares(grants, capacities)?;
    let [least, greatest] = shares.iter().fold([f64::INFINITY, 0.0], |[a, b], &s| [a.min(s), b.max(s)]);
    Some(greatest - least)
}

/// Describes [`dominant_share_gini`].
pub const DOMINANT_SHARE_GINI: MeasureDescription = MeasureDescription {
    name: "dominant_share_gini",
    meaning: "Gini coefficient of dominant shares",
    formula: "as gini, of s_i",
    unit: "none",
    source: "Gini 1912, of the shares in Ghodsi et al. 2011, NSDI, section 4",
};

/// The Gini coefficient of dominant shares; undefined where [`dominant_shares`] is, and where nobody has any.
#[must_use]
pub fn dominant_share_gini(grants: &[&[f64]], capacities: &[f64]) -> Option<f64> {
    gini(&dominant_shares(grants, capacities)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    /// The paper's example (section 4.1): of 9 processors and 18 GB, user A's tasks take (1, 4) and B's (3, 1). Dominant
    /// resource fairness gives A three tasks and B two: both have two thirds.
    #[test]
    fn the_published_example_is_even() {
        let (processors, memory) = ([3.0, 6.0], [12.0, 2.0]);
        let shares = dominant_shares(&[&processors, &memory], &[9.0, 18.0]).unwrap();
        shares.iter().for_each(|&share| assert_close(share, 2.0 / 3.0, 1e-15));
        assert_close(dominant_share_range(&[&processors, &memory], &[9.0, 18.0]).unwrap(), 0.0, 1e-15);
    }

    #[test]
    fn one_user_of_two_has_all() {
        let grants: [&[f64]; 2] = [&[4.0, 0.0], &[1.0, 0.0]];
        assert_eq!(dominant_share_range(&grants, &[4.0, 9.0]), Some(1.0));
        assert_eq!(dominant_share_gini(&grants, &[4.0, 9.0]), Some(0.5));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(dominant_shares(&[], &[]), None);
        assert_eq!(dominant_shares(&[&[]], &[1.0]), None);
        assert_eq!(dominant_shares(&[&[1.0], &[1.0, 2.0]], &[1.0, 1.0]), None);
        assert_eq!(dominant_shares(&[&[1.0]], &[0.0]), None);
        assert_eq!(dominant_share_gini(&[&[0.0, 0.0]], &[1.0]), None);
    }
}
