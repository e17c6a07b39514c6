//! Proposals by whoever gains most from them.

use walras_catalog::{Bounds, entry};

use super::{Candidate, Occasion, Proposer, due};

entry! {
    /// Each parameter may go one step up or down; voters compare all these by what copies of the economy show them some
    /// steps ahead, and the voter whose utility would gain most proposes what it gains most from. Nobody proposes what it
    /// would lose by.
    pub struct LargestGain = "largest_gain" {
        formula: "argmax_{Φ'} max_i U_i(Φ') − U_i(Φ),  Φ' = Φ ± step·(high − low)",
        source: "agenda setting: T. Romer and H. Rosenthal, \"Political resource allocation, controlled agendas, and the status quo\", Public Choice 33, 1978",
        /// Steps from one proposal to the next.
        every: u32 = 10, within 1.0..=1e9, unit "step";
        /// The step, as a share of the range between the bounds.
        step: f64 = 0.1, within Bounds::above_to(0.0, 1.0);
        /// Steps that the copies go on for.
        horizon: u32 = 10, within 1.0..=1000.0, unit "step";
    }
}

impl Proposer for LargestGain {
    fn horizon(&self) -> Option<u32> {
        Some(self.horizon)
    }

    fn candidates(&self, occasion: &Occasion<'_>, _: &mut [f64]) -> Vec<Candidate> {
        if !due(occasion.step, self.every) {
            return Vec::new();
        }
        let both = |(lever, standing): (usize, &super::Standing)| {
            [self.step, -self.step].map(|by| Candidate { lever, value: standing.moved(by) })
        };
        occasion.levers.iter().enumerate().flat_map(both).collect()
    }
}
