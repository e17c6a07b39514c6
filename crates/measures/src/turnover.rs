//! Turnover: how much of an asset changes hands, against how much of it there is.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined, is_non_negative, quotient};
use crate::moments::mean;

/// Describes [`turnover`].
pub const TURNOVER: MeasureDescription = MeasureDescription {
    name: "turnover",
    meaning: "volume traded as a fraction of what could be traded",
    formula: "volume / stock, the stock being the supply or the market capitalisation",
    unit: "fraction per period of the volume",
    source: "Lo and Wang 2000, Review of Financial Studies 13(2)",
};

/// The turnover of one period: `volume` over `stock`, at least 0 and possibly above 1.
///
/// Volume and stock are in the same unit: units of the asset against its supply, or money against the market
/// capitalisation. `None` for a negative or non-finite number, or a stock of zero.
#[must_use]
pub fn turnover(volume: f64, stock: f64) -> Option<f64> {
    if is_non_negative(volume) { quotient(volume, stock) } else { None }
}

/// Describes [`average_turnover`].
pub const AVERAGE_TURNOVER: MeasureDescription = MeasureDescription {
    name: "average_turnover",
    meaning: "all volume of a span as a fraction of the average stock",
    formula: "Σ volume_t / mean(stock_t)",
    unit: "fraction per span",
    source: "Lo and Wang 2000, Review of Financial Studies 13(2)",
};

/// The turnover of a whole span: the sum of `volumes` over the mean of `stocks`.
///
/// One entry per step in each. Steps without supply count as such in the mean. `None` for columns that are
/// empty or of unequal length, a negative or non-finite number, or a stock that is zero throughout.
#[must_use]
pub fn average_turnover(volumes: &[f64], stocks: &[f64]) -> Option<f64> {
    if volumes.len() != stocks.len() || !all_non_negative(volumes) || !all_non_negative(stocks) {
        return None;
    }
    turnover(sum::sum(volumes), mean(stocks)?)
}

/// Describes [`market_capitalisation`].
pub const MARKET_CAPITALISATION: MeasureDescription = MeasureDescription {
    name: "market_capitalisation",
    meaning: "the whole supply at the current price",
    formula: "P · S",
    unit: "money",
    source: "standard",
};

/// Price times supply, in money.
///
/// `None` for a negative or non-finite number, or a product too large.
#[must_use]
pub fn market_capitalisation(price: f64, supply: f64) -> Option<f64> {
    if is_non_negative(price) && is_non_negative(supply) { defined(price * supply) } else { None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn a_quarter_of_the_supply_by_hand() {
        assert_eq!(turnover(250.0, 1000.0), Some(0.25));
        assert_eq!(average_turnover(&[10.0, 30.0], &[100.0, 60.0]), Some(0.5));
        assert_eq!(market_capitalisation(2.5, 4.0), Some(10.0));
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(turnover(0.0, 10.0), Some(0.0));
        assert_eq!(turnover(1.0, 0.0), None);
        assert_eq!(turnover(-1.0, 10.0), None);
        assert_eq!(turnover(f64::NAN, 10.0), None);
        assert_eq!(turnover(1.0, f64::NAN), None);
        assert_eq!(average_turnover(&[], &[]), None);
        assert_eq!(average_turnover(&[1.0], &[1.0, 2.0]), None);
        assert_eq!(average_turnover(&[1.0, 1.0], &[0.0, 0.0]), None);
        assert_eq!(market_capitalisation(0.0, 5.0), Some(0.0));
        assert_eq!(market_capitalisation(1e200, 1e200), None);
        assert_eq!(market_capitalisation(f64::INFINITY, 1.0), None);
    }

    proptest! {
        #[test]
        fn at_one_price_money_and_units_give_the_same_turnover(
            volumes in prop::collection::vec(0.0..1e6_f64, 1..30), supply in 1.0..1e6_f64, price in 0.01..1e3_f64,
        ) {
            let supplies = vec![supply; volumes.len()];
            let money: Vec<f64> = volumes.iter().map(|v| v * price).collect();
            let capitalisation = vec![market_capitalisation(price, supply).unwrap(); volumes.len()];
            let in_units = average_turnover(&volumes, &supplies).unwrap();
            assert_close(average_turnover(&money, &capitalisation).unwrap(), in_units, 1e-12);
        }
    }
}
