//! Impermanent loss: a pool's provider against one who just held.

use walras_numerics::elementary::{exp, ln};

use crate::MeasureDescription;
use crate::defined::{defined, is_positive};

/// Describes [`impermanent_loss`].
pub const IMPERMANENT_LOSS: MeasureDescription = MeasureDescription {
    name: "impermanent_loss",
    meaning: "what a constant-product pool's provider has, against having held, after the price moved by a factor",
    formula: "2√r / (1 + r) − 1",
    unit: "fraction of the value held; 0 or below",
    source: "Pintail 2019, Uniswap: A Good Deal for Liquidity Providers?",
};

/// The impermanent loss of a pool with constant product, fees aside, when the price is `price_ratio` times the one at
/// the start. In [−1, 0].
///
/// `None` for a ratio that is not finite and above zero.
#[must_use]
pub fn impermanent_loss(price_ratio: f64) -> Option<f64> {
    if !is_positive(price_ratio) {
        return None;
    }
    // −(1 − √r)²/(1 + r): no cancellation near r = 1, where the loss is small.
    let gap = 1.0 - price_ratio.sqrt();
    defined(0.0 - gap / (1.0 + price_ratio) * gap)
}

/// Describes [`weighted_impermanent_loss`].
pub const WEIGHTED_IMPERMANENT_LOSS: MeasureDescription = MeasureDescription {
    name: "weighted_impermanent_loss",
    meaning: "impermanent loss of a pool that holds a fixed part w of its value in the asset",
    formula: "r^w / (w r + 1 − w) − 1",
    unit: "fraction of the value held; 0 or below",
    source: "Martinelli and Mushegian 2019, Balancer; Evans 2020, arXiv 2002.06689",
};

/// The impermanent loss of a weighted geometric-mean pool whose asset has that weight, in [−1, 0].
///
/// `None` for a ratio that is not finite and above zero, or a weight outside [0, 1].
#[must_use]
pub fn weighted_impermanent_loss(price_ratio: f64, weight: f64) -> Option<f64> {
    if !is_positive(price_ratio) || !(0.0..=1.0).contains(&weight) {
        return None;
    }
    let pool = exp(weight * ln(price_ratio));
    let held = weight * price_ratio + (1.0 - weight);
    // The weighted arithmetic mean is never below the geometric one.
    defined(((pool - held) / held).clamp(-1.0, 0.0))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn published_values() {
        for (ratio, expected) in
            [(0.25, -0.2), (0.5, -0.057_190_958_417_936_63), (2.0, -0.057_190_958_417_936_63), (4.0, -0.2)]
        {
            assert_close(impermanent_loss(ratio).unwrap(), expected, 1e-15);
            assert_close(weighted_impermanent_loss(ratio, 0.5).unwrap(), expected, 1e-15);
        }
        assert_close(weighted_impermanent_loss(4.0, 0.8).unwrap(), -0.108_402_019_699_765_83, 1e-14);
        assert_close(weighted_impermanent_loss(2.0, 0.2).unwrap(), -0.042_751_370_835_804_16, 1e-14);
    }

    #[test]
    fn small_moves_lose_an_eighth_of_their_square() {
        // 2√r/(1 + r) − 1 = −ε²/8 + O(ε³) at r = 1 + ε.
        assert_close(impermanent_loss(1.0 + 1e-6).unwrap() / -1.25e-13, 1.0, 1e-5);
        assert_eq!(impermanent_loss(1.0), Some(0.0));
        assert_eq!(weighted_impermanent_loss(7.0, 1.0).map(|loss| loss > -1e-15), Some(true));
        assert_eq!(impermanent_loss(0.0), None);
        assert_eq!(weighted_impermanent_loss(2.0, 1.5), None);
    }

    proptest! {
        #[test]
        fn a_pool_never_beats_holding(ratio in 1e-6..1e6_f64, weight in 0.0..=1.0_f64) {
            prop_assert!((-1.0..=0.0).contains(&impermanent_loss(ratio).unwrap()));
            prop_assert!((-1.0..=0.0).contains(&weighted_impermanent_loss(ratio, weight).unwrap()));
            assert_close(impermanent_loss(1.0 / ratio).unwrap(), impermanent_loss(ratio).unwrap(), 1e-12);
        }
    }
}
