//! Allocative efficiency: how much of what could be gained was gained.

use walras_numerics::sum;

use super::competitive_equilibrium;
use crate::MeasureDescription;
use crate::defined::{all_non_negative, quotient};

/// Describes [`allocative_efficiency`].
pub const ALLOCATIVE_EFFICIENCY: MeasureDescription = MeasureDescription {
    name: "allocative_efficiency",
    meaning: "surplus that the trades gave, over the most that any trades could give",
    formula: "(Σ v_traded − Σ c_traded) / S*, S* the surplus of the competitive equilibrium",
    unit: "fraction; below 0 where trades lost more than they gained",
    source: "Smith 1962, Journal of Political Economy 70(2); Gode and Sunder 1993, Journal of Political Economy 101(1)",
};

/// The surplus of the units traded over that of the competitive equilibrium, at most 1 when the units traded are among
/// those that exist.
///
/// `values_traded` are the values of the units bought, `costs_traded` the costs of those sold, in any order; `values`
/// and `costs` all units there are. `None` when as many were not sold as bought, when nothing could be gained, and
/// where [`competitive_equilibrium`] is undefined.
#[must_use]
pub fn allocative_efficiency(
    values_traded: &[f64],
    costs_traded: &[f64],
    values: &[f64],
    costs: &[f64],
) -> Option<f64> {
    let traded = values_traded.len();
    if traded != costs_traded.len() || !all_non_negative(values_traded) || !all_non_negative(costs_traded) {
        return None;
    }
    let most = competitive_equilibrium(values, costs)?.surplus;
    quotient(sum::sum_by(traded, |i| values_traded[i] - costs_traded[i]), most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn when_every_unit_trades_in_the_markets_of_gode_and_sunder() {
        // The exact efficiency of their unconstrained traders, in per cent: 90.00, 90.00 and 76.74.
        let markets: [(&[f64], &[f64], f64); 3] = [
            (&[102., 97., 92., 87., 82., 77.], &[34., 46., 58., 70., 82., 94.], 153.0 / 170.0),
            (&[117., 105., 93., 81., 69., 57.], &[49., 54., 59., 64., 69., 74.], 153.0 / 170.0),
            (&[133., 95., 90.], &[90., 95., 100.], 33.0 / 43.0),
        ];
        for (values, costs, expected) in markets {
            let (values, costs) = (values.repeat(6), costs.repeat(6));
            assert_close(allocative_efficiency(&values, &costs, &values, &costs).unwrap(), expected, 1e-15);
        }
        assert_close(33.0 / 43.0, 0.7674, 5e-5);
    }

    #[test]
    fn no_trade_gains_nothing_and_bad_trades_lose() {
        assert_eq!(allocative_efficiency(&[], &[], &[10.0], &[4.0]), Some(0.0));
        assert_eq!(allocative_efficiency(&[10.0], &[4.0], &[10.0], &[4.0]), Some(1.0));
        assert_eq!(allocative_efficiency(&[1.0], &[7.0], &[10.0, 1.0], &[4.0, 7.0]), Some(-1.0));
        assert_eq!(allocative_efficiency(&[10.0], &[], &[10.0], &[4.0]), None);
        assert_eq!(allocative_efficiency(&[], &[], &[3.0], &[4.0]), None);
    }
}
