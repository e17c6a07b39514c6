//! Nodes that fail and are repaired.

use walras_catalog::entry;

use super::{Capacity, Moment};

entry! {
    /// A number of nodes, each of which fails and is repaired at random: up for `up` steps on average and down for `down`,
    /// each with a geometric law. All begin up.
    ///
    /// In the long run a node is up for a share up/(up + down) of all steps.
    pub struct Failing = "failing" {
        formula: "C(t) = each·(nodes up),  P(fails) = 1/up,  P(is repaired) = 1/down in a step",
        source: "R. Barlow and F. Proschan, \"Mathematical Theory of Reliability\", 1965: the two-state process of failure and repair",
        /// How many nodes.
        nodes: u32, within 1.0..=100_000.0;
        /// What each gives while it is up.
        each: f64, within 0.0..=9e12, unit "units/step";
        /// Steps for which a node is up, on average.
        up: f64, within 1.0..=1e12, unit "steps";
        /// Steps for which it is down, on average.
        down: f64, within 1.0..=1e12, unit "steps";
    }
}

impl Capacity for Failing {
    fn at(&self, moment: &Moment<'_>, memory: &mut [f64]) -> f64 {
        let mut up = 0.0;
        for (node, state) in memory.iter_mut().enumerate() {
            // What happens to a node happens between two steps.
            if moment.step > 0 {
                let chance = if *state > 0.0 { 1.0 / self.up } else { 1.0 / self.down };
                if moment.keys.unit(moment.purpose, node as u64, moment.step) < chance {
                    *state = 1.0 - *state;
                }
            }
            up += *state;
        }
        up * self.each
    }

    fn memory(&self) -> Vec<f64> {
        vec![1.0; self.nodes as usize]
    }
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;

    /// The long-run share of nodes that are up, within four standard errors of a hundred independent nodes' average.
    #[test]
    fn nodes_are_up_for_their_share_of_time() {
        let failing = Failing { nodes: 100, each: 2.0, up: 30.0, down: 10.0 };
        let mut memory = failing.memory();
        let (keys, purpose) = (Keys::new(3), Purpose::capacity(0));
        let mut at =
            |step| failing.at(&Moment { step, keys, purpose, revenue: 0.0, kept: 0.0, series: &[] }, &mut memory);
        assert_eq!(at(0), 200.0);
        let mean = (1..=20_000).map(&mut at).sum::<f64>() / 20_000.0;
        // Variance of one node's state .1875, its memory 7.5 steps: 20,000 steps are worth 1,380 independent looks.
        assert!((mean - 150.0).abs() < 4.0 * 200.0 * (0.1875_f64 / 100.0 / 1380.0).sqrt(), "{mean}");
    }
}
