//! The competitive equilibrium of units that buyers value and sellers can make.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, defined};

/// Where demand and supply of whole units cross.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CompetitiveEquilibrium {
    /// Units traded, those that gain nothing among them.
    pub quantity: usize,
    /// The lowest price at which that many units are demanded and supplied. Without trade the highest value.
    pub lowest_price: f64,
    /// The highest such price. Without trade the lowest cost.
    pub highest_price: f64,
    /// The greatest surplus that any trades could give: values less costs of the units traded.
    pub surplus: f64,
}

impl CompetitiveEquilibrium {
    /// The middle of the range of prices.
    #[must_use]
    pub fn price(&self) -> f64 {
        self.lowest_price + (self.highest_price - self.lowest_price) / 2.0
    }
}

/// Describes [`competitive_equilibrium`].
pub const COMPETITIVE_EQUILIBRIUM: MeasureDescription = MeasureDescription {
    name: "competitive_equilibrium",
    meaning: "quantity, prices and surplus where buyers' values meet sellers' costs",
    formula: "Q = max q: v_(q) ≥ c_(q), values falling and costs rising; P in [max(c_(Q), v_(Q+1)), min(v_(Q), c_(Q+1))]",
    unit: "units, and money per unit",
    source: "Smith 1962, Journal of Political Economy 70(2)",
};

/// The competitive equilibrium of unit values (what buyers pay at most) and unit costs (what sellers take at least).
///
/// `None` when either side is empty, for a value or cost that is not finite or negative, or a surplus beyond an `f64`.
#[must_use]
pub fn competitive_equilibrium(values: &[f64], costs: &[f64]) -> Option<CompetitiveEquilibrium> {
    if values.is_empty() || costs.is_empty() || !all_non_negative(values) || !all_non_negative(costs) {
        return None;
    }
    let (mut values, mut costs) = (values.to_vec(), costs.to_vec());
    values.sort_by(|a, b| b.total_cmp(a));
    costs.sort_by(f64::total_cmp);
    let quantity = values.iter().zip(&costs).take_while(|(value, cost)| value >= cost).count();
    // The last unit that trades and the first that does not bound the price from both sides.
    let inside = |at: Option<usize>, of: &[f64]| at.and_then(|at| of.get(at).copied());
    let last = quantity.checked_sub(1);
    let lowest = [inside(last, &costs), values.get(quantity).copied()];
    let highest = [inside(last, &values), costs.get(quantity).copied()];
    Some(CompetitiveEquilibrium {
        quantity,
        lowest_price: lowest.into_iter().flatten().reduce(f64::max)?,
        highest_price: highest.into_iter().flatten().reduce(f64::min)?,
        surplus: defined(sum::sum_by(quantity, |i| values[i] - costs[i]))?,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn the_markets_of_gode_and_sunder() {
        // Gode and Sunder 1993, Journal of Political Economy 101: equilibrium prices 82, 69 and 95.
        let one = competitive_equilibrium(&[102., 97., 92., 87., 82., 77.], &[34., 46., 58., 70., 82., 94.]).unwrap();
        assert_eq!((one.quantity, one.lowest_price, one.highest_price, one.surplus), (5, 82.0, 82.0, 170.0));
        let two = competitive_equilibrium(&[117., 105., 93., 81., 69., 57.], &[49., 54., 59., 64., 69., 74.]).unwrap();
        assert_eq!((two.quantity, two.price(), two.surplus), (5, 69.0, 170.0));
        // Six buyers with three units each, six sellers likewise.
        let three = competitive_equilibrium(&[133., 95., 90.].repeat(6), &[90., 95., 100.].repeat(6)).unwrap();
        assert_eq!((three.quantity, three.price(), three.surplus), (12, 95.0, 258.0));
    }

    #[test]
    fn one_pair_shares_a_range_and_strangers_do_not_trade() {
        let pair = competitive_equilibrium(&[10.0], &[4.0]).unwrap();
        assert_eq!((pair.quantity, pair.lowest_price, pair.highest_price, pair.surplus), (1, 4.0, 10.0, 6.0));
        let apart = competitive_equilibrium(&[3.0, 1.0], &[4.0, 9.0]).unwrap();
        assert_eq!((apart.quantity, apart.lowest_price, apart.highest_price, apart.surplus), (0, 3.0, 4.0, 0.0));
        // A second buyer outbids every price below what he would pay.
        let short = competitive_equilibrium(&[10.0, 8.0], &[4.0]).unwrap();
        assert_eq!((short.lowest_price, short.highest_price), (8.0, 10.0));
        assert_eq!(competitive_equilibrium(&[], &[1.0]), None);
        assert_eq!(competitive_equilibrium(&[1.0], &[-1.0]), None);
    }

    proptest! {
        #[test]
        fn no_matching_gains_more_and_the_price_clears(
            values in prop::collection::vec(0..40_u32, 1..7), costs in prop::collection::vec(0..40_u32, 1..7),
        ) {
            let floats = |of: &[u32]| of.iter().map(|&x| f64::from(x)).collect::<Vec<f64>>();
            let (v, c) = (floats(&values), floats(&costs));
            let found = competitive_equilibrium(&v, &c).unwrap();
            // The best of all subsets of buyers and sellers of equal size, by trying them.
            let mut best = 0.0_f64;
            for buyers in 0..1_u32 << v.len() {
                for sellers in (0..1_u32 << c.len()).filter(|sellers| sellers.count_ones() == buyers.count_ones()) {
                    let total = |of: &[f64], who: u32| -> f64 { (0..of.len()).filter(|i| who >> i & 1 == 1).map(|i| of[i]).sum() };
                    best = best.max(total(&v, buyers) - total(&c, sellers));
                }
            }
            assert_close(found.surplus, best, 1e-12);
            if found.quantity > 0 {
                prop_assert!(found.lowest_price <= found.highest_price);
                for price in [found.lowest_price, found.price(), found.highest_price] {
                    let sure = |of: &[f64], gains: &dyn Fn(f64) -> bool| of.iter().filter(|x| gains(**x)).count();
                    prop_assert!(sure(&v, &|x| x > price) <= found.quantity && sure(&v, &|x| x >= price) >= found.quantity);
                    prop_assert!(sure(&c, &|x| x < price) <= found.quantity && sure(&c, &|x| x <= price) >= found.quantity);
                }
            }
        }
    }
}
