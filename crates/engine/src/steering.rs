//! Affiliates who point requesters to idle capacity: as a scenario declares it, and as it stands while an economy runs.

use std::sync::Arc;

use walras_catalog::{Reference, choice, entry};
use walras_ledger::{AssetId, Atoms};
use walras_numerics::{Keys, Purpose, StateError, StateVisitor};

use crate::resource::Source;

choice! {
    /// Where affiliates point.
    pub enum Pointing {
        /// All to the resource of which the least was asked for in the last step, as a part of what it had; equals by lot.
        LeastLoaded = "least_loaded",
        /// Each requester to one resource by lot, as likely as the resource has a share of what was left over in the last
        /// step; to the least loaded where nothing was.
        SpareCapacity = "spare_capacity",
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
        formula: "load = asked/capacity;  steered_f = Σ grants of those who listened to f, where load < mean load",
        source: "M. Mitzenmacher, \"How useful is old information?\", IEEE Transactions on Parallel and Distributed Systems 11(1), 2000: all who follow the same old loads crowd",
        /// The cohort of the affiliates.
        affiliates: Reference;
        /// Whose agents listen; absent for all who may choose among several resources.
        requesters: Option<Vec<Reference>>;
        /// Where they point.
        pointing: Pointing = Pointing::SpareCapacity;
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

    /// Which of `sources` a requester is pointed to, by the loads of the last step.
    #[must_use]
    pub fn point(&self, sources: &[usize], resources: &[Source], keys: Keys, entity: u64, step: u32) -> usize {
        let unit = self.unit(keys, entity, step, POINTED);
        let spare = |at: usize| {
            let source = &resources[sources[at]];
            let units = source.supplies.iter().map(|supply| supply.units).fold(0.0, |sum, units| sum + units);
            (1.0 - source.load).max(0.0) * units
        };
        let total = (0..sources.len()).map(spare).fold(0.0, |sum, spare| sum + spare);
        if self.pointing == Pointing::SpareCapacity && total > 0.0 {
            let mut left = unit * total;
            for at in 0..sources.len() {
                left -= spare(at);
                if left < 0.0 {
                    return at;
                }
            }
        }
        let load = |at: usize| resources[sources[at]].load;
        let least = (0..sources.len()).map(load).fold(f64::INFINITY, f64::min);
        let equals: Vec<usize> = (0..sources.len()).filter(|&at| load(at) == least).collect();
        let drawn = (unit * equals.len() as f64) as usize;
        equals.get(drawn.min(equals.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

impl Standing {
    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let affiliates = self.total.len();
        visitor.f64s(&self.institution, &mut self.total)?;
        if self.total.len() != affiliates {
            return Err(StateError(format!("{} has another number of affiliates", self.name)));
        }
        Ok(())
    }
}
