//! Proportional fairness of one capacity.

use walras_catalog::entry;

use super::fill::fill;
use super::{Allocation, Asked, Grants, MaxMin, Properties, Refusal, Scratch};
use crate::clearing::Venue;

entry! {
    /// The weighted sum of the grants' logarithms is greatest: no change raises the sum of relative changes.
    ///
    /// For one capacity this is max–min fairness by weight, w_i/g_i being one price for all who are cut. Over several
    /// capacities the two differ.
    pub struct ProportionalFairness = "proportional_fairness" {
        formula: "greatest Σ w_i·ln g_i with Σ g_i ≤ C, g ≤ d:  g_i = min(d_i, w_i/p)",
        source: "F. P. Kelly, A. K. Maulloo and D. K. H. Tan, \"Rate control for communication networks\", Journal of the Operational Research Society 49(3), 1998",
    }
}

impl ProportionalFairness {
    /// Those of [`MaxMin`].
    pub const PROPERTIES: Properties = MaxMin::PROPERTIES;
}

impl Allocation for ProportionalFairness {
    fn properties(&self) -> Properties {
        Self::PROPERTIES
    }

    fn share(
        &self,
        asked: &Asked<'_>,
        _: &mut Venue,
        scratch: &mut Scratch,
        grants: &mut Grants,
    ) -> Result<(), Refusal> {
        fill(asked, scratch, grants);
        Ok(())
    }
}
