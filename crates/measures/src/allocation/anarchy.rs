//! What it costs that everyone looks after themselves.

use walras_numerics::sum;

use crate::MeasureDescription;
use crate::defined::{all_non_negative, is_non_negative, is_positive, quotient};

/// Describes [`price_of_anarchy`].
pub const PRICE_OF_ANARCHY: MeasureDescription = MeasureDescription {
    name: "price_of_anarchy",
    meaning: "value at the optimum over value at the outcome: how many times better it could be",
    formula: "W(optimum) / W(outcome)",
    unit: "none, at least 1",
    source: "Koutsoupias and Papadimitriou 1999, STACS, for values in the place of costs",
};

/// The value at the optimum over the value at the outcome. Where both are costs, give the outcome first.
///
/// `None` for a number that is not finite or negative, and where the outcome is worth nothing.
#[must_use]
pub fn price_of_anarchy(optimum: f64, outcome: f64) -> Option<f64> {
    if is_non_negative(optimum) { quotient(optimum, outcome) } else { None }
}

/// Describes [`price_of_anarchy_of_links`].
pub const PRICE_OF_ANARCHY_OF_LINKS: MeasureDescription = MeasureDescription {
    name: "price_of_anarchy_of_links",
    meaning: "delay where all take their quickest of parallel links, over the least total delay",
    formula: "Σ x_e·(a_e·x_e + b_e) at equal delays, over the same at equal marginal delays",
    unit: "none, from 1 to 4/3",
    source: "Roughgarden and Tardos 2002, Journal of the ACM 49(2), theorem 4.5; Pigou 1920",
};

/// Links between the same two places, whose delay grows with their load x as a·x + b.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParallelLinks<'a> {
    /// a: the delay that a unit of load adds, finite and not negative.
    pub slopes: &'a [f64],
    /// b: the delay of an empty link, finite and not negative.
    pub delays: &'a [f64],
}

/// The total delay when each small part of `demand` takes the link that is quickest for it (Wardrop's equilibrium), over
/// the least total delay.
///
/// `None` for columns of unequal length, no links, a number that is not finite or negative, and no demand or no delay.
#[must_use]
pub fn price_of_anarchy_of_links(links: &ParallelLinks<'_>, demand: f64) -> Option<f64> {
    let ranges = all_non_negative(links.slopes) && all_non_negative(links.delays) && is_positive(demand);
    if links.slopes.len() != links.delays.len() || links.slopes.is_empty() || !ranges {
        return None;
    }
    quotient(links.total_delay(demand, 1.0)?, links.total_delay(demand, 2.0)?)
}

impl ParallelLinks<'_> {
    /// The total delay when used links have the same b + factor·a·x, which none that is not used is below. With a factor
    /// of 2 that is the marginal delay, d(x·(a·x + b))/dx.
    fn total_delay(&self, demand: f64, factor: f64) -> Option<f64> {
        let mut order: Vec<usize> = (0..self.delays.len()).collect();
        order.sort_by(|&i, &j| {
            self.delays[i].total_cmp(&self.delays[j]).then(self.slopes[j].total_cmp(&self.slopes[i]))
        });
        // Links are taken in as the level rises: Σ (level − b)/(factor·a) over them is the demand.
        let (mut widths, mut weighted) = (0.0, 0.0);
        let mut level = f64::INFINITY;
        for &link in &order {
            let (slope, delay) = (factor * self.slopes[link], self.delays[link]);
            if delay >= level {
                break;
            }
            if slope == 0.0 {
                // It takes whatever the others leave at its delay.
                level = delay;
                break;
            }
            widths += 1.0 / slope;
            weighted += delay / slope;
            level = (demand + weighted) / widths;
        }
        let load = |link: usize| {
            let slope = factor * self.slopes[link];
            if slope > 0.0 { ((level - self.delays[link]) / slope).max(0.0) } else { 0.0 }
        };
        let cost = |link: usize| load(link) * (self.slopes[link] * load(link) + self.delays[link]);
        let carried = sum::sum_by(self.delays.len(), load);
        let total = sum::sum_by(self.delays.len(), cost) + (demand - carried).max(0.0) * level;
        total.is_finite().then_some(total)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    /// Pigou's two roads, delays x and 1: all take the first, where half on each were best, 1 over 3/4.
    #[test]
    fn pigous_roads_come_to_four_thirds() {
        let roads = ParallelLinks { slopes: &[1.0, 0.0], delays: &[0.0, 1.0] };
        assert_close(price_of_anarchy_of_links(&roads, 1.0).unwrap(), 4.0 / 3.0, 1e-15);
        // With little traffic nobody wants the second: x < 1/2 on the first is also the best.
        assert_close(price_of_anarchy_of_links(&roads, 0.5).unwrap(), 1.0, 1e-15);
    }

    #[test]
    fn degenerate_inputs() {
        assert_eq!(price_of_anarchy(1.0, 0.0), None);
        assert_eq!(price_of_anarchy(3.0, 2.0), Some(1.5));
        let links = |slopes, delays| ParallelLinks { slopes, delays };
        assert_eq!(price_of_anarchy_of_links(&links(&[], &[]), 1.0), None);
        assert_eq!(price_of_anarchy_of_links(&links(&[1.0], &[]), 1.0), None);
        assert_eq!(price_of_anarchy_of_links(&links(&[0.0], &[0.0]), 1.0), None);
        assert_eq!(price_of_anarchy_of_links(&links(&[1.0], &[0.0]), 0.0), None);
    }

    proptest! {
        /// Theorem 4.5, and that no split on a grid is better than the optimum, nor better for anyone at equilibrium.
        #[test]
        fn it_lies_from_one_to_four_thirds_and_the_optimum_is_the_least(
            a in [0.0..3.0_f64, 0.1..3.0_f64], b in [0.01..3.0_f64, 0.01..3.0_f64], demand in 0.1..5.0_f64,
        ) {
            let links = ParallelLinks { slopes: &a, delays: &b };
            let price = price_of_anarchy_of_links(&links, demand).unwrap();
            prop_assert!((1.0 - 1e-9..=4.0 / 3.0 + 1e-9).contains(&price), "{}", price);
            let best = links.total_delay(demand, 2.0).unwrap();
            for part in 0..=100 {
                let x = [demand * f64::from(part) / 100.0, demand * f64::from(100 - part) / 100.0];
                let total: f64 = (0..2).map(|e| x[e] * (a[e] * x[e] + b[e])).sum();
                prop_assert!(total >= best * (1.0 - 1e-9));
            }
        }
    }
}
