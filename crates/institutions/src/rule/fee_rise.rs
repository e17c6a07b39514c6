//! A higher fee while an alert lasts.

use walras_catalog::{Bounds, Reference, entry};

use super::Rule;

entry! {
    /// A fee, or any other parameter of a market that can be driven, is raised and comes back when the rule lapses.
    ///
    /// It comes back to what it was before by undoing this change alone, so that what controllers and votes did to it meanwhile
    /// stays. Where the parameter refuses the value, it is left and the refusal recorded.
    pub struct FeeRise = "fee_rise" {
        formula: "Φ' = Φ + by, or Φ·factor; on lapsing Φ − by, or Φ/factor",
        check: |this| match (this.by, this.factor) {
            (Some(_), Some(_)) | (None, None) => {
                Err(("by", "give either `by`, which is added, or `factor`, which multiplies".to_owned()))
            }
            _ => Ok(()),
        },
        source: "S. J. Grossman and M. H. Miller, \"Liquidity and market structure\", Journal of Finance 43, 1988; the tax of J. Tobin, \"A proposal for international monetary reform\", 1978",
        /// The market whose parameter it is; absent for the one that the monitor watches.
        market: Option<Reference>;
        /// The parameter of the market: one of its fees, or a number of its curve.
        parameter: Reference = Reference::to("fee");
        /// What is added.
        by: Option<f64>, unit "parameter";
        /// What it is multiplied by.
        factor: Option<f64>, within Bounds::above_to(0.0, 1e9);
        /// How long after an alert it is raised.
        steps: u32 = 10, within 1.0..=1e9, unit "step";
    }
}

impl Rule for FeeRise {
    fn steps(&self) -> u32 {
        self.steps
    }
}

impl FeeRise {
    /// The parameter raised from what it is.
    #[must_use]
    pub fn raised(&self, value: f64) -> f64 {
        value * self.factor.unwrap_or(1.0) + self.by.unwrap_or(0.0)
    }

    /// The parameter with the rise taken back.
    #[must_use]
    pub fn returned(&self, value: f64) -> f64 {
        (value - self.by.unwrap_or(0.0)) / self.factor.unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_changed_meanwhile_stays() {
        let rise = |by, factor| FeeRise { market: None, parameter: Reference::to("fee"), by, factor, steps: 1 };
        let added = rise(Some(0.25), None);
        assert_eq!(added.returned(added.raised(0.5)), 0.5);
        assert_eq!(added.returned(added.raised(0.5) + 0.125), 0.625);
        let doubled = rise(None, Some(2.0));
        assert_eq!((doubled.raised(0.5), doubled.returned(1.25)), (1.0, 0.625));
    }
}
