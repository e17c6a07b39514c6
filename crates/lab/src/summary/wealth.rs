//! How wealth was spread over all agents before the first step and at the end.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_measures::inequality::Distribution;
use walras_numerics::CHUNK;
use walras_numerics::elementary::{ln, pow};

use crate::valuation::{Portfolio, Standards, marked_wealth};

/// The spread of wealth over all agents, holdings marked to market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WealthSummary {
    /// The unit: the numeraire's name.
    pub unit: String,
    /// Before the first step.
    pub start: WealthFigures,
    /// At the end.
    pub end: WealthFigures,
    /// Agents by wealth.
    pub histogram: WealthHistogram,
}

/// A Gini coefficient below this is shown as nought.
const GINI_SEEN: f64 = 0.0005;

impl WealthSummary {
    /// Whether all agents had alike, be it nothing, at the start and at the end, so that their inequality is not worth a word.
    #[must_use]
    pub fn is_alike(&self) -> bool {
        let nothing = |figures: &WealthFigures| figures.mean == Some(0.0);
        let alike = |it: &WealthFigures| it.gini.map_or_else(|| nothing(it), |gini| gini < GINI_SEEN);
        alike(&self.start) && alike(&self.end)
    }
}

/// The spread of wealth at one moment. Shares and the Gini coefficient are `None` when nobody owns anything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WealthFigures {
    /// Agents.
    pub agents: u64,
    /// Mean wealth.
    pub mean: Option<f64>,
    /// Median wealth.
    pub median: Option<f64>,
    /// The Gini coefficient, from 0 to 1.
    pub gini: Option<f64>,
    /// The share of the richest hundredth.
    pub top_1_percent: Option<f64>,
    /// The share of the richest tenth.
    pub top_10_percent: Option<f64>,
    /// The share of all wealth that the poorest fraction owns, at each of [`WealthFigures::lorenz_points`].
    pub lorenz: Vec<f64>,
}

/// Agents in bins of equal width on a logarithmic axis; those without wealth are in the first.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct WealthHistogram {
    /// Edges of the bins, in numeraire, one more than there are bins.
    pub edges: Vec<f64>,
    /// Agents in each bin before the first step.
    pub start: Vec<u64>,
    /// Agents in each bin at the end.
    pub end: Vec<u64>,
}

/// Points of a Lorenz curve, the ends included.
const LORENZ_POINTS: usize = 41;
/// Bins in a factor of ten as counted.
const FINE_PER_DECADE: f64 = 100.0;
/// Bins of a histogram at most.
const BINS_MAX: i32 = 40;

impl WealthFigures {
    /// The fractions of agents at which the Lorenz curve is given.
    #[must_use]
    pub fn lorenz_points() -> Vec<f64> {
        (0..LORENZ_POINTS).map(|point| point as f64 / (LORENZ_POINTS - 1) as f64).collect()
    }
}

/// The spread of wealth at one moment, with counts fine enough to make any histogram of.
#[derive(Debug)]
pub(super) struct Spread {
    figures: WealthFigures,
    /// Agents by the logarithm of their wealth; those without any under `i32::MIN`.
    fine: BTreeMap<i32, u64>,
}

impl Spread {
    pub(super) fn of(world: &World, portfolios: &[Portfolio], standards: &Standards) -> Self {
        let mut wealth = vec![0.0; world.agents()];
        let mut rest = wealth.as_mut_slice();
        for (c, (cohort, portfolio)) in world.cohorts.iter().zip(portfolios).enumerate() {
            let (mine, others) = rest.split_at_mut(cohort.size);
            mine.par_chunks_mut(CHUNK)
                .enumerate()
                .for_each(|(chunk, out)| marked_wealth(world, c, portfolio, standards, chunk * CHUNK, out));
            rest = others;
        }
        // Sorted in parallel here; the measures find them in order.
        wealth.par_sort_unstable_by(f64::total_cmp);
        Self::of_ascending(wealth)
    }

    fn of_ascending(wealth: Vec<f64>) -> Self {
        let agents = wealth.len() as u64;
        let mut fine = BTreeMap::new();
        let mut first = 0;
        while first < wealth.len() {
            let bin = fine_bin(wealth[first]);
            let count = wealth[first..].partition_point(|&other| fine_bin(other) <= bin);
            fine.insert(bin, count as u64);
            first += count;
        }
        // Ascending: where the richest has nothing nobody has anything.
        let nothing = wealth.last().is_some_and(|&richest| richest == 0.0).then_some(0.0);
        let none = WealthFigures {
            agents,
            mean: nothing,
            median: nothing,
            gini: None,
            top_1_percent: None,
            top_10_percent: None,
            lorenz: Vec::new(),
        };
        let figures = match Distribution::new(wealth) {
            None => none,
            Some(spread) => WealthFigures {
                agents,
                mean: Some(spread.total() / agents as f64),
                median: spread.quantile(0.5),
                gini: Some(spread.gini()),
                top_1_percent: spread.top_share(0.01),
                top_10_percent: spread.top_share(0.1),
                lorenz: spread.lorenz_curve(&WealthFigures::lorenz_points()).unwrap_or_default(),
            },
        };
        Self { figures, fine }
    }

    /// The summary from this moment until `end`.
    pub(super) fn summary_until(&self, end: Self, unit: &str) -> WealthSummary {
        WealthSummary {
            unit: unit.to_owned(),
            start: self.figures.clone(),
            histogram: histogram(&self.fine, &end.fine),
            end: end.figures,
        }
    }
}

/// The whole number of hundredths of a decade at or below `wealth`.
fn fine_bin(wealth: f64) -> i32 {
    if wealth > 0.0 { (ln(wealth) / std::f64::consts::LN_10 * FINE_PER_DECADE).floor() as i32 } else { i32::MIN }
}

fn histogram(start: &BTreeMap<i32, u64>, end: &BTreeMap<i32, u64>) -> WealthHistogram {
    let known = || start.keys().chain(end.keys()).copied().filter(|&bin| bin != i32::MIN);
    let (Some(first), Some(last)) = (known().min(), known().max()) else { return WealthHistogram::default() };
    let width = ((last - first) / BINS_MAX + 1).max(1);
    let bins = (last - first) / width + 1;
    let edge = |bin: i32| pow(10.0, f64::from(first + bin * width) / FINE_PER_DECADE);
    let counted = |fine: &BTreeMap<i32, u64>| {
        let mut counts = vec![0; bins as usize];
        for (&bin, &agents) in fine {
            counts[((bin.max(first) - first) / width) as usize] += agents;
        }
        counts
    };
    WealthHistogram { edges: (0..=bins).map(edge).collect(), start: counted(start), end: counted(end) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_measures::inequality::{gini, top_share};

    fn spread(wealth: &[f64]) -> Spread {
        let mut wealth = wealth.to_vec();
        wealth.sort_by(f64::total_cmp);
        Spread::of_ascending(wealth)
    }

    #[test]
    fn figures_are_those_of_the_measures() {
        let wealth = [5.0, 1.0, 0.0, 94.0];
        let figures = spread(&wealth).figures;
        assert_eq!(figures.gini, gini(&wealth));
        assert_eq!(figures.top_10_percent, top_share(&wealth, 0.1));
        assert_eq!((figures.mean, figures.median), (Some(25.0), Some(3.0)));
        assert_eq!(figures.lorenz.len(), WealthFigures::lorenz_points().len());
    }

    #[test]
    fn nobody_owning_anything_has_no_shares() {
        let figures = spread(&[0.0, 0.0]).figures;
        assert_eq!((figures.mean, figures.gini, figures.lorenz), (Some(0.0), None, vec![]));
    }

    /// Every agent is in the bin whose edges hold its wealth, and none is lost.
    #[test]
    fn histograms_hold_everyone_between_common_edges() {
        let (start, end): (Vec<f64>, Vec<f64>) =
            ((1..=500).map(|i| f64::from(i) * 0.37).collect(), (1..=500).map(|i| f64::from(i * i)).collect());
        let WealthHistogram { edges, start: first, end: last } = histogram(&spread(&start).fine, &spread(&end).fine);
        assert!(edges.len() as i32 <= BINS_MAX + 2 && edges.windows(2).all(|pair| pair[0] < pair[1]));
        for (wealth, counts) in [(&start, &first), (&end, &last)] {
            assert_eq!(counts.iter().sum::<u64>(), 500);
            for (bin, &count) in counts.iter().enumerate() {
                let inside = wealth.iter().filter(|&&w| edges[bin] <= w && w < edges[bin + 1]).count() as u64;
                assert!(count.abs_diff(inside) <= 1, "bin {bin}: {count} for {inside} (one may sit on an edge)");
            }
        }
    }

    #[test]
    fn those_without_wealth_are_in_the_first_bin() {
        let found = histogram(&spread(&[0.0, 1.0]).fine, &spread(&[1000.0]).fine);
        assert_eq!((found.start[0], found.start.iter().sum::<u64>()), (2, 2));
        assert_eq!(histogram(&spread(&[0.0]).fine, &spread(&[0.0]).fine), WealthHistogram::default());
    }
}
