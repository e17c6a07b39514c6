//! The same to each.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Attribution, Basis, Conversion, Refusal};

entry! {
    /// Every touch gets the same; who touched twice gets twice. Atoms that do not divide go to the oldest.
    pub struct Linear = "linear" {
        formula: "w_k = 1/n",
        source: "P. K. Kannan, W. Reinartz and P. C. Verhoef, \"The path to purchase and attribution modeling\", International Journal of Research in Marketing 33(3), 2016",
    }
}

impl Attribution for Linear {
    fn basis(&self) -> Basis {
        Basis::Conversion
    }

    fn share(&self, conversion: &Conversion<'_>, shares: &mut Vec<Atoms>) -> Result<(), Refusal> {
        conversion.begin(shares)?;
        let touches = conversion.touches.len() as Atoms;
        if touches > 0 {
            // Rounded down; all remainders are alike, so that the first get the atoms left.
            let (each, left) = (conversion.value / touches, conversion.value % touches);
            shares.fill(each);
            shares[..left as usize].iter_mut().for_each(|share| *share += 1);
        }
        Ok(())
    }
}
