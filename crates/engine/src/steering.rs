//! Affiliates who point requesters to idle capacity: as a scenario declares it, and as it stands while an economy runs.

use std::sync::Arc;

use walras_catalog::{Reference, choice, entry};
use walras_ledger::{AssetId, Atoms};
use walras_numerics::elementary::exp;
use walras_numerics::{Keys, Purpose, StateError, StateVisitor};

use crate::resource::Source;

choice! {
    /// Where affiliates point.
    pub enum Pointing {
        /// All to the resource of which the least was asked for in the last step, as a part of what it had; equals by lot.
        LeastLoaded = "least_loaded",
        /// Each requester to one of the resources by lot, whose shares grow where the load was below the mean of them and fall
        /// where it was above.
        Adaptive = "adaptive",
    }
}

entry! {
    /// Affiliates who point requesters to idle capacity.
    ///
    /// Each requester has one affiliate, the one in its row modulo their number, and listens to it in a step with a
    /// probability: then it turns, of resources with the same assets, to the one it is pointed to, whatever its own `choice`.
    /// What it is granted at a resource whose load is below the mean of those like it counts as steered there by its
    /// affiliate; a contract may pay for it.
    pub struct SteeringPlan = "steering" {
        formula: "adaptive: w_j ← w_j·e^(gain·(mean load − load_j));  steered_f = Σ grants of those who listened to f, where load < mean load",
        source: "M. Mitzenmacher, \"How useful is old information?\", IEEE Transactions on Parallel and Distributed Systems 11(1), 2000: all who follow the same old loads crowd; S. Fischer and B. Vöcking, \"On the evolution of selfish routing\", ESA 2004: shares that adapt settle",
        /// The cohort of the affiliates.
        affiliates: Reference;
        /// Whose agents listen; absent for all who may choose among several resources.
        requesters: Option<Vec<Reference>>;
        /// Where they point.
        pointing: Pointing = Pointing::Adaptive;
        /// How fast shares adapt.
        gain: f64 = 0.5, within 0.0..=10.0;
        /// How likely a requester listens in a step.
        listens: f64 = 1.0, within 0.0..=1.0;
    }
}

/// Affiliates who point to capacity.
#[derive(Clone)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// The cohort of the affiliates.
    pub affiliates: usize,
    /// How they advise.
    pub advice: Advice,
    /// How fast shares adapt.
    pub gain: f64,
    /// The share of those who listen that each resource gets, beside those like it; by resource.
    pub shares: Vec<f64>,
    /// What was steered in the last step, one for each affiliate, resource and asset.
    pub steered: Vec<Steered>,
    /// Units steered since the beginning, of all assets together, by affiliate.
    pub total: Vec<f64>,
}

/// What an affiliate steered to one resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Steered {
    /// The affiliate's row.
    pub affiliate: u32,
    /// The resource.
    pub resource: usize,
    /// Of what.
    pub asset: AssetId,
    /// How much.
    pub atoms: Atoms,
}

/// How some requesters are advised.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Advice {
    /// Which of the economy's steerings.
    pub number: u16,
    /// Where affiliates point.
    pub pointing: Pointing,
    /// How likely a requester listens in a step.
    pub listens: f64,
    /// How many affiliates there are.
    pub affiliates: u32,
}

/// What is drawn about a requester in a step.
const LISTENS: u16 = 0;
const POINTED: u16 = 1;
const DRAWS: u16 = 2;

impl Advice {
    fn unit(&self, keys: Keys, entity: u64, step: u32, which: u16) -> f64 {
        keys.unit(Purpose::advice(self.number * DRAWS + which), entity, step)
    }

    /// Whether a requester listens in this step.
    #[must_use]
    pub fn is_heard(&self, keys: Keys, entity: u64, step: u32) -> bool {
        self.unit(keys, entity, step, LISTENS) < self.listens
    }

    /// The affiliate of the requester in row `row`.
    #[must_use]
    pub fn affiliate_of(&self, row: u32) -> u32 {
        row % self.affiliates
    }

    /// Which of `sources` a requester is pointed to, by what was seen of them in the last step.
    #[must_use]
    pub fn point(
        &self,
        sources: &[usize],
        (resources, shares): (&[Source], &[f64]),
        keys: Keys,
        entity: u64,
        step: u32,
    ) -> usize {
        let unit = self.unit(keys, entity, step, POINTED);
        let least = sources.iter().map(|&source| resources[source].load).fold(f64::INFINITY, f64::min);
        let weight = |source: usize| match self.pointing {
            Pointing::Adaptive => shares[source],
            Pointing::LeastLoaded => f64::from(u8::from(resources[source].load <= least)),
        };
        let total = sources.iter().fold(0.0, |sum, &source| sum + weight(source));
        let mut left = unit * total;
        for (at, &source) in sources.iter().enumerate() {
            left -= weight(source);
            if left < 0.0 {
                return at;
            }
        }
        // The last share ends at 1 but for rounding.
        sources.len() - 1
    }
}

/// No share falls below this, so that a resource that comes back is found.
const SHARE_MIN: f64 = 1e-3;
/// A load beyond this counts as this: what has nothing has a load without bound.
const LOAD_MAX: f64 = 100.0;

impl Standing {
    /// Lets the shares of `sources`, which are alike, answer to their loads.
    pub fn adapt(&mut self, sources: &[usize], resources: &[Source]) {
        let load = |source: usize| resources[source].load.min(LOAD_MAX);
        let mean = sources.iter().fold(0.0, |sum, &source| sum + load(source)) / sources.len() as f64;
        let grown = |source: usize, share: f64| share * exp(self.gain * (mean - load(source)).clamp(-1.0, 1.0));
        let new: Vec<f64> = sources.iter().map(|&source| grown(source, self.shares[source]).max(SHARE_MIN)).collect();
        let total = new.iter().fold(0.0, |sum, share| sum + share);
        for (&source, share) in sources.iter().zip(new) {
            self.shares[source] = share / total;
        }
    }

    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let lengths = (self.total.len(), self.shares.len());
        visitor.f64s(&self.institution, &mut self.total)?;
        visitor.f64s(&self.institution, &mut self.shares)?;
        if (self.total.len(), self.shares.len()) != lengths {
            return Err(StateError(format!("{} has another number of affiliates or resources", self.name)));
        }
        Ok(())
    }
}
