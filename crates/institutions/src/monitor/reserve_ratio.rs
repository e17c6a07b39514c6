//! Money against tokens.

use walras_catalog::entry;

use super::{Monitor, Seen, Verdict, Watches, number};

entry! {
    /// An alert while a market's reserve is a smaller part of its capitalisation than it should be, until it is larger
    /// again by a margin.
    ///
    /// Without tokens out there is no ratio and no alert.
    pub struct ReserveRatio = "reserve_ratio" {
        formula: "alert from R/(P·S) < least until R/(P·S) ≥ least + margin",
        source: "E. Hertzog, G. Benartzi and G. Benartzi, \"Bancor Protocol\", 2017, for the ratio",
        /// The lowest ratio that is in order.
        least: f64, within 0.0..=1e9;
        /// How far above it the ratio must be for the alert to end.
        margin: f64 = 0.0, within 0.0..=1e9;
    }
}

impl Monitor for ReserveRatio {
    fn watches(&self) -> Watches<'_> {
        Watches::Quantity("reserve_ratio")
    }

    /// 1 while the ratio is too low.
    fn memory(&self, _: usize) -> Result<Vec<f64>, String> {
        Ok(vec![0.0])
    }

    fn look(&self, seen: &Seen<'_>, memory: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Some(value) = number(seen) else { return Verdict::Quiet };
        let low = value < if memory[0] == 1.0 { self.least + self.margin } else { self.least };
        memory[0] = f64::from(low);
        if low { Verdict::Alert { level: self.least, value } } else { Verdict::Quiet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::laws::alerts;

    #[test]
    fn an_alert_lasts_until_the_ratio_has_recovered_by_the_margin() {
        let monitor = ReserveRatio { least: 0.2, margin: 0.05 };
        let ratios = [0.3, 0.2, 0.19, 0.22, f64::NAN, 0.25, 0.22];
        let raised = [false, false, true, true, false, false, false];
        assert_eq!(alerts(&monitor, &ratios).map(|verdict| verdict.is_alert()).collect::<Vec<_>>(), raised);
    }
}
