//! The spread of wealth over agents of whom some stand for several.

/// Wealth of sampled agents, each standing for a number of agents.
#[derive(Debug, Default)]
pub(super) struct Weighted {
    /// Wealth and how many it stands for, ascending in wealth.
    sorted: Vec<(f64, f64)>,
}

impl Weighted {
    /// Of (wealth, agents that it stands for), in any order.
    pub(super) fn new(mut wealth: Vec<(f64, f64)>) -> Self {
        wealth.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self { sorted: wealth }
    }

    /// The Gini coefficient: one less twice the area under the Lorenz curve, which is straight between agents.
    pub(super) fn gini(&self) -> Option<f64> {
        let (agents, total) = self.totals()?;
        let (mut poorer, mut area) = (0.0, 0.0);
        for (wealth, weight) in &self.sorted {
            let own = wealth * weight;
            area += (2.0 * poorer + own) * weight;
            poorer += own;
        }
        Some(1.0 - area / (total * agents))
    }

    /// The share of all wealth that the richest `fraction` of the agents own.
    pub(super) fn top_share(&self, fraction: f64) -> Option<f64> {
        let (agents, total) = self.totals()?;
        let (mut left, mut held) = (fraction * agents, 0.0);
        for (wealth, weight) in self.sorted.iter().rev() {
            let part = left.min(*weight);
            held += part * wealth;
            left -= part;
        }
        Some(held / total)
    }

    fn totals(&self) -> Option<(f64, f64)> {
        let agents: f64 = self.sorted.iter().map(|(_, weight)| weight).sum();
        let total: f64 = self.sorted.iter().map(|(wealth, weight)| wealth * weight).sum();
        (total > 0.0 && total.is_finite()).then_some((agents, total))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use walras_measures::inequality::{gini, top_share};

    use super::*;

    proptest! {
        /// One who stands for n agents counts like n agents of the same wealth.
        #[test]
        fn weights_are_copies(sample in prop::collection::vec((0.0..1e6_f64, 1..6_u32), 1..30)) {
            prop_assume!(sample.iter().any(|(wealth, _)| *wealth > 1.0));
            let copies: Vec<f64> =
                sample.iter().flat_map(|&(wealth, copies)| (0..copies).map(move |_| wealth)).collect();
            let weighted = Weighted::new(sample.iter().map(|&(wealth, copies)| (wealth, f64::from(copies))).collect());
            prop_assert!((weighted.gini().unwrap() - gini(&copies).unwrap()).abs() < 1e-9);
            for fraction in [0.01, 0.1, 0.5, 1.0] {
                let expected = top_share(&copies, fraction).unwrap();
                prop_assert!((weighted.top_share(fraction).unwrap() - expected).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn nobody_owning_anything_has_no_spread() {
        assert_eq!(Weighted::new(vec![(0.0, 3.0)]).gini(), None);
        assert_eq!(Weighted::new(vec![]).top_share(0.1), None);
    }
}
