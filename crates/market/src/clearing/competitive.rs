//! The competitive equilibrium of private values and costs: the measure of what a market could achieve.

use walras_numerics::sum::sum_by;

/// What perfect competition among these traders comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Competitive {
    /// Q₀: units that trade, those included that trade without gain.
    pub quantity: usize,
    /// The prices at which just these trade, lowest and highest; `None` when nothing trades.
    pub prices: Option<(f64, f64)>,
    /// The greatest gain that any allocation has.
    pub surplus: f64,
}

/// The competitive equilibrium of units worth `values` to those who would buy them and costing `costs` to those who would
/// sell them, in any order.
///
/// The k-th dearest value trades with the k-th cheapest cost as long as it is at least that. Where values or costs stand
/// next to the last trade, they bound its price: max(c_Q, v_(Q+1)) ≤ P₀ ≤ min(v_Q, c_(Q+1)). Source: V. L. Smith, "An
/// experimental study of competitive market behavior", Journal of Political Economy 70(2), 1962.
#[must_use]
pub fn competitive_equilibrium(values: &[f64], costs: &[f64]) -> Competitive {
    let (mut values, mut costs) = (values.to_vec(), costs.to_vec());
    values.sort_by(|a, b| b.total_cmp(a));
    costs.sort_by(f64::total_cmp);
    let quantity = values.iter().zip(&costs).take_while(|(value, cost)| value >= cost).count();
    let prices = quantity.checked_sub(1).map(|last| {
        let next_value = values.get(quantity).copied().unwrap_or(f64::NEG_INFINITY);
        let next_cost = costs.get(quantity).copied().unwrap_or(f64::INFINITY);
        (costs[last].max(next_value), values[last].min(next_cost))
    });
    Competitive { quantity, prices, surplus: sum_by(quantity, |i| values[i] - costs[i]) }
}

/// The share of the greatest surplus that was realised, for values of units bought and costs of units sold. `NaN` when
/// there was nothing to gain.
#[must_use]
pub fn efficiency(bought: &[f64], sold: &[f64], competitive: &Competitive) -> f64 {
    let realised = sum_by(bought.len(), |i| bought[i]) - sum_by(sold.len(), |i| sold[i]);
    realised / competitive.surplus
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gode and Sunder (1993), markets 1 to 3: P₀, and the efficiency when every unit trades, to two decimals.
    #[test]
    fn gode_and_sunders_markets_have_their_prices_and_efficiencies() {
        let markets: [(&[f64], &[f64], f64, f64); 3] = [
            (&[102.0, 97.0, 92.0, 87.0, 82.0, 77.0], &[34.0, 46.0, 58.0, 70.0, 82.0, 94.0], 82.0, 90.00),
            (&[117.0, 105.0, 93.0, 81.0, 69.0, 57.0], &[49.0, 54.0, 59.0, 64.0, 69.0, 74.0], 69.0, 90.00),
            (&[133.0, 95.0, 90.0], &[90.0, 95.0, 100.0], 95.0, 76.74),
        ];
        for (values, costs, price, published) in markets {
            let six = |list: &[f64]| -> Vec<f64> { list.iter().flat_map(|&unit| [unit; 6]).collect() };
            let (values, costs) = (six(values), six(costs));
            let competitive = competitive_equilibrium(&values, &costs);
            assert_eq!(competitive.prices, Some((price, price)));
            let every_unit = 100.0 * efficiency(&values, &costs, &competitive);
            assert!((every_unit - published).abs() < 0.005, "{every_unit}, not {published}");
        }
    }

    #[test]
    fn next_units_bound_the_price() {
        let found = competitive_equilibrium(&[10.0, 7.0, 4.0], &[2.0, 3.0, 6.0]);
        assert_eq!(found, Competitive { quantity: 2, prices: Some((4.0, 6.0)), surplus: 12.0 });
        let alone = competitive_equilibrium(&[5.0], &[5.0]);
        assert_eq!(alone, Competitive { quantity: 1, prices: Some((5.0, 5.0)), surplus: 0.0 });
        assert_eq!(competitive_equilibrium(&[1.0], &[2.0]).prices, None);
        assert_eq!(competitive_equilibrium(&[], &[2.0]).quantity, 0);
    }
}
