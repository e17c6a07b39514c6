//! Shares that fall with rank.

use walras_catalog::entry;
use walras_numerics::elementary::pow;

use super::{Request, Shares};

entry! {
    /// The first recipient gets most, the second less, and so on by a power of the rank; nothing is random.
    pub struct Zipf = "zipf" {
        formula: "w_i = r_i^(−s), r_i the rank: 1 for the first recipient, 2 for the second, …",
        source: "G. K. Zipf, \"Human Behavior and the Principle of Least Effort\", 1949",
        /// s: how fast shares fall with rank; zero gives equal shares.
        exponent: f64 = 1.0, within 0.0..=10.0;
    }
}

impl Shares for Zipf {
    fn weights(&self, request: &mut Request<'_>) -> Result<Vec<f64>, String> {
        Ok((1..=request.recipients()).map(|rank| pow(rank as f64, -self.exponent)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::laws::weights_of;
    use crate::distribution::split;

    /// 1 + 1/2 + 1/3 + 1/4 = 25/12, so of 25 atoms the four get 12, 6, 4 and 3.
    #[test]
    fn shares_are_the_harmonic_series() {
        assert_eq!(split(25, &weights_of(&Zipf { exponent: 1.0 }, 4)).unwrap(), [12, 6, 4, 3]);
        assert_eq!(split(8, &weights_of(&Zipf { exponent: 0.0 }, 4)).unwrap(), [2, 2, 2, 2]);
    }
}
