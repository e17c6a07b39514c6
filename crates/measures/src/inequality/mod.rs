//! Inequality: how unevenly something is spread over its owners.
//!
//! All of these take amounts that are finite and not negative, in any order and unit, and depend on the
//! shares alone. When the total is zero there are no shares, and every one of them is `None`.
//! [`Distribution`] sorts once for those that need the order.

mod atkinson;
mod concentration;
mod gini;
mod lorenz;
mod nakamoto;
mod theil;
mod top_share;

use walras_numerics::sum;

use crate::defined::all_non_negative;
use crate::quantile::quantile_of_ascending;

pub use atkinson::{ATKINSON_INDEX, atkinson_index};
pub use concentration::{HERFINDAHL_HIRSCHMAN_INDEX, herfindahl_hirschman_index};
pub use gini::{GINI, gini};
pub use lorenz::{LORENZ_CURVE, lorenz_curve};
pub use nakamoto::{NAKAMOTO_COEFFICIENT, nakamoto_coefficient};
pub use theil::{THEIL_INDEX, theil_index};
pub use top_share::{TOP_SHARE, top_share};

/// Amounts that have shares: sorted once, so that several measures of them cost one sort.
///
/// *Invariant:* at least one amount, all finite and not negative, ascending, their total finite and above zero.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    ascending: Vec<f64>,
    total: f64,
}

impl Distribution {
    /// The distribution of these amounts, in O(n log n), in place.
    ///
    /// `None` for no amounts, an amount that is not finite or negative, or a total that is zero or not finite.
    #[must_use]
    pub fn new(mut amounts: Vec<f64>) -> Option<Self> {
        let total = total(&amounts)?;
        amounts.sort_unstable_by(f64::total_cmp);
        Some(Self { ascending: amounts, total })
    }

    /// The amounts from the smallest to the largest.
    #[must_use]
    pub fn ascending(&self) -> &[f64] {
        &self.ascending
    }

    /// The sum of the amounts, above zero.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The Gini coefficient; see [`gini`].
    #[must_use]
    pub fn gini(&self) -> f64 {
        gini::of_ascending(&self.ascending, self.total)
    }

    /// The Lorenz curve at the population shares `points`; see [`lorenz_curve`].
    #[must_use]
    pub fn lorenz_curve(&self, points: &[f64]) -> Option<Vec<f64>> {
        lorenz::of_ascending(&self.ascending, self.total, points)
    }

    /// The share of the richest `fraction`; see [`top_share`].
    #[must_use]
    pub fn top_share(&self, fraction: f64) -> Option<f64> {
        top_share::of_ascending(&self.ascending, self.total, fraction)
    }

    /// The least number of owners with more than `share` of the total; see [`nakamoto_coefficient`].
    #[must_use]
    pub fn nakamoto_coefficient(&self, share: f64) -> Option<usize> {
        nakamoto::of_ascending(&self.ascending, self.total, share)
    }

    /// The quantile at `probability`, of type 7; see [`crate::quantile::quantile`].
    #[must_use]
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        quantile_of_ascending(&self.ascending, probability)
    }
}

/// The total of amounts that have shares; `None` when they have none.
fn total(amounts: &[f64]) -> Option<f64> {
    if !all_non_negative(amounts) {
        return None;
    }
    let total = sum::sum(amounts);
    (total > 0.0 && total.is_finite()).then_some(total)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::closeness::assert_close;

    /// A measure of inequality, by name.
    type Named = (&'static str, fn(&[f64]) -> Option<f64>);

    /// Every measure here as a function of the amounts alone.
    const MEASURES: [Named; 8] = [
        ("gini", gini),
        ("hhi", herfindahl_hirschman_index),
        ("theil", theil_index),
        ("atkinson ½", |x| atkinson_index(x, 0.5)),
        ("atkinson 1", |x| atkinson_index(x, 1.0)),
        ("atkinson 2", |x| atkinson_index(x, 2.0)),
        ("top tenth", |x| top_share(x, 0.1)),
        ("1 − lorenz at ½", |x| lorenz_curve(x, &[0.5]).map(|shares| 1.0 - shares[0])),
    ];

    fn amounts() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(prop_oneof![1 => Just(0.0), 4 => 0.0..1e6_f64], 1..50)
            .prop_filter("some total", |x| x.iter().sum::<f64>() > 1.0)
    }

    #[test]
    fn no_shares_no_measure() {
        for (name, measure) in MEASURES {
            for bad in [&[][..], &[0.0, 0.0], &[1.0, -1.0], &[1.0, f64::NAN], &[1.0, f64::INFINITY]] {
                assert_eq!(measure(bad), None, "{name} of {bad:?}");
            }
            assert_eq!(measure(&[f64::MAX, f64::MAX]), None, "{name} of a total out of range");
        }
    }

    #[test]
    fn one_sort_gives_what_the_functions_give() {
        let x = [5.0, 0.0, 3.0, 3.0, 9.0];
        let distribution = Distribution::new(x.to_vec()).unwrap();
        assert_eq!(distribution.ascending(), [0.0, 3.0, 3.0, 5.0, 9.0]);
        assert_close(distribution.total(), 20.0, 0.0);
        assert_eq!(Some(distribution.gini()), gini(&x));
        assert_eq!(distribution.lorenz_curve(&[0.3]), lorenz_curve(&x, &[0.3]));
        assert_eq!(distribution.top_share(0.3), top_share(&x, 0.3));
        assert_eq!(distribution.nakamoto_coefficient(0.5), nakamoto_coefficient(&x, 0.5));
        assert_eq!(distribution.quantile(0.3), crate::quantile::quantile(&x, 0.3));
    }

    proptest! {
        #[test]
        fn none_depends_on_the_unit_or_on_the_order(x in amounts(), unit in 0.001..1000.0_f64) {
            let other: Vec<f64> = x.iter().rev().map(|v| v * unit).collect();
            for (_, measure) in MEASURES {
                assert_close(measure(&other).unwrap(), measure(&x).unwrap(), 1e-9);
            }
        }

        #[test]
        fn a_transfer_from_richer_to_poorer_raises_none(
            x in amounts(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), part in 0.0..=1.0_f64,
        ) {
            // The Pigou–Dalton principle: move at most half of the difference.
            let (mut rich, mut poor) = (from.index(x.len()), to.index(x.len()));
            if x[rich] < x[poor] {
                std::mem::swap(&mut rich, &mut poor);
            }
            let amount = part * (x[rich] - x[poor]) / 2.0;
            let mut after = x.clone();
            after[rich] -= amount;
            after[poor] += amount;
            for (name, measure) in MEASURES {
                let (new, old) = (measure(&after).unwrap(), measure(&x).unwrap());
                prop_assert!(new <= old + 1e-9, "{} rose from {} to {}", name, old, new);
            }
        }

        #[test]
        fn copying_the_population_changes_none_but_concentration(x in amounts()) {
            let twice: Vec<f64> = x.iter().chain(&x).copied().collect();
            for (name, measure) in MEASURES {
                // Shares halve and owners double, so the sum of squared shares halves.
                let factor = if name == "hhi" { 0.5 } else { 1.0 };
                assert_close(measure(&twice).unwrap(), factor * measure(&x).unwrap(), 1e-9);
            }
        }
    }
}
