//! More to the newer.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_numerics::elementary::pow;

use super::{Attribution, Basis, Conversion, Refusal, cut};

entry! {
    /// A touch that is older by a half-life gets half.
    pub struct TimeDecay = "time_decay" {
        formula: "w_k ∝ 2^(−(t − t_k)/half_life)",
        source: "P. K. Kannan, W. Reinartz and P. C. Verhoef, \"The path to purchase and attribution modeling\", International Journal of Research in Marketing 33(3), 2016",
        /// After how many steps a touch counts half.
        half_life: f64 = 7.0, within 1e-3..=1e9, unit "step";
    }
}

impl Attribution for TimeDecay {
    fn basis(&self) -> Basis {
        Basis::Conversion
    }

    fn share(&self, conversion: &Conversion<'_>, shares: &mut Vec<Atoms>) -> Result<(), Refusal> {
        conversion.begin(shares)?;
        // Only proportions matter: counted from the newest, at least one weight does not vanish.
        let newest = conversion.touches.iter().map(|touch| touch.step).max().unwrap_or_default();
        let weight = |step: u32| pow(2.0, -f64::from(newest - step) / self.half_life);
        let weights: Vec<f64> = conversion.touches.iter().map(|touch| weight(touch.step)).collect();
        if weights.is_empty() { Ok(()) } else { cut(conversion.value, &weights, shares) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribution::Touch;

    /// Touches 14, 7 and 0 steps before count 1, 2 and 4 of 7, whenever the conversion itself was.
    #[test]
    fn a_half_life_halves() {
        let touches = [0, 7, 14].map(|step| Touch { affiliate: step, step });
        for (step, half_life) in [(14, 7.0), (1000, 7.0), (u32::MAX, 7.0)] {
            let mut shares = Vec::new();
            let conversion = Conversion { touches: &touches, step, value: 700 };
            TimeDecay { half_life }.share(&conversion, &mut shares).unwrap();
            assert_eq!(shares, [100, 200, 400]);
        }
        // So short a half-life that all older weights vanish.
        let mut shares = Vec::new();
        let conversion = Conversion { touches: &touches, step: 14, value: 700 };
        TimeDecay { half_life: 1e-3 }.share(&conversion, &mut shares).unwrap();
        assert_eq!(shares, [0, 0, 700]);
    }
}
