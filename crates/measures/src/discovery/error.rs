//! How far prices lie from what the asset is worth.

use crate::MeasureDescription;
use crate::defined::all_finite;
use crate::efficiency::root_mean_square;

/// Describes [`price_discovery_error`].
pub const PRICE_DISCOVERY_ERROR: MeasureDescription = MeasureDescription {
    name: "price_discovery_error",
    meaning: "root mean square distance of prices from the fundamental value",
    formula: "√( (1/n) Σ (p_t − v_t)² )",
    unit: "of the prices",
    source: "Theissen 2000, Journal of Financial Markets 3(4)",
};

/// The root mean square distance of each price from the value at the same step. Logarithms may be handed in as well.
///
/// `None` for columns of unequal length, no entries, or a number that is not finite.
#[must_use]
pub fn price_discovery_error(prices: &[f64], values: &[f64]) -> Option<f64> {
    if prices.is_empty() || prices.len() != values.len() || !all_finite(prices) || !all_finite(values) {
        return None;
    }
    root_mean_square(prices.len(), |i| prices[i] - values[i])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        assert_eq!(price_discovery_error(&[103.0, 96.0], &[100.0, 100.0]), Some(12.5_f64.sqrt()));
        assert_eq!(price_discovery_error(&[1.0], &[1.0]), Some(0.0));
        assert_eq!(price_discovery_error(&[], &[]), None);
        assert_eq!(price_discovery_error(&[1.0], &[]), None);
    }
}
