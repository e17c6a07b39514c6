//! How far prices and profits lie from those of the equilibrium.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_finite, all_non_negative, defined, is_positive, quotient};

/// Describes [`smith_alpha`].
pub const SMITH_ALPHA: MeasureDescription = MeasureDescription {
    name: "smith_alpha",
    meaning: "coefficient of convergence: how far prices lie from the equilibrium price",
    formula: "√( (1/n) Σ (p_i − p₀)² ) / p₀",
    unit: "fraction of the equilibrium price",
    source: "Smith 1962, Journal of Political Economy 70(2), there in per cent",
};

/// The root mean square deviation of trade prices from the equilibrium price, over that price.
///
/// `None` for no prices, a price that is not finite or negative, or an equilibrium price not above zero.
#[must_use]
pub fn smith_alpha(prices: &[f64], equilibrium_price: f64) -> Option<f64> {
    if prices.is_empty() || !all_non_negative(prices) || !is_positive(equilibrium_price) {
        return None;
    }
    quotient(root_mean_square(prices.len(), |i| prices[i] - equilibrium_price)?, equilibrium_price)
}

/// Describes [`profit_dispersion`].
pub const PROFIT_DISPERSION: MeasureDescription = MeasureDescription {
    name: "profit_dispersion",
    meaning: "how far traders' profits lie from those of the equilibrium",
    formula: "√( (1/n) Σ (a_i − π_i)² ), a_i actual profit, π_i equilibrium profit of trader i",
    unit: "money",
    source: "Gode and Sunder 1993, Journal of Political Economy 101(1)",
};

/// The root mean square difference of each trader's profit from that at the equilibrium price.
///
/// `None` for columns of unequal length, no traders, or a number that is not finite.
#[must_use]
pub fn profit_dispersion(profits: &[f64], equilibrium_profits: &[f64]) -> Option<f64> {
    let count = profits.len();
    if count == 0 || count != equilibrium_profits.len() || !all_finite(profits) || !all_finite(equilibrium_profits) {
        return None;
    }
    root_mean_square(count, |i| profits[i] - equilibrium_profits[i])
}

/// The square root of the mean of the squared terms, when it is finite.
pub(crate) fn root_mean_square(count: usize, term: impl Fn(usize) -> f64) -> Option<f64> {
    defined((sum::sum_by(count, |i| term(i) * term(i)) / count as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn by_hand() {
        // Deviations −3, 4, 0, 5 from 50: squares 50, mean 12.5.
        assert_close(smith_alpha(&[47.0, 54.0, 50.0, 55.0], 50.0).unwrap(), 12.5_f64.sqrt() / 50.0, 1e-15);
        assert_eq!(smith_alpha(&[2.0, 2.0], 2.0), Some(0.0));
        assert_close(profit_dispersion(&[5.0, 0.0, 3.0], &[2.0, 4.0, 3.0]).unwrap(), (25.0_f64 / 3.0).sqrt(), 1e-15);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(smith_alpha(&[], 50.0), None);
        assert_eq!(smith_alpha(&[1.0], 0.0), None);
        assert_eq!(smith_alpha(&[f64::MAX], 1e-300), None);
        assert_eq!(profit_dispersion(&[], &[]), None);
        assert_eq!(profit_dispersion(&[1.0], &[1.0, 2.0]), None);
    }
}
