//! A resource as it stands while an economy runs.

use std::sync::Arc;

use walras_ledger::{AssetId, Atoms, NamedId};
use walras_market::allocation::{Charge, Quota};
use walras_market::capacity::{AnyCapacity, Moment};
use walras_market::clearing::Venue;
use walras_numerics::{Keys, Purpose, StateError, StateVisitor};

use super::Rule;

/// A resource.
#[derive(Clone)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Holds its capacity, and what was paid for it.
    pub account: NamedId,
    /// What it has of each asset.
    pub supplies: Vec<Supply>,
    /// Who gets how much.
    pub rule: Rule,
    /// The most that one agent is granted of an asset, as a share of what there is.
    pub cap: Quota,
    /// What was asked of it in the last step as a part of what it had, of the asset where that was most; 0 where nobody
    /// chooses by it.
    pub load: f64,
    /// The agents who hold what there is to share; absent where it is issued.
    pub provider: Option<Provider>,
}

/// Agents whose goods a resource shares among others, and who are paid for them.
#[derive(Clone)]
pub struct Provider {
    /// The cohort, an index into the world's.
    pub cohort: usize,
    /// Units of each asset that an agent keeps for itself.
    pub keep: f64,
}

/// One asset at a resource.
#[derive(Clone)]
pub struct Supply {
    /// The asset.
    pub asset: AssetId,
    /// How much there is.
    pub capacity: AnyCapacity,
    /// The numbers that the capacity follows; empty where it follows none.
    pub series: Arc<[f64]>,
    /// What its draws are for.
    pub purpose: Purpose,
    /// What the capacity remembers.
    pub memory: Vec<f64>,
    /// Factor on the capacity that institutions set, 1 at first.
    pub scale: f64,
    /// Factor on the capacity in this step, 1 unless an event changes it.
    pub factor: f64,
    /// The price, numeraire per unit, and what the rule remembers of it.
    pub venue: Venue,
    /// What was paid for it in the last step, numeraire.
    pub revenue: f64,
    /// Units there were to share in the last step.
    pub units: f64,
}

impl Supply {
    /// Units that there are in `step` besides the `kept` ones, before they are counted in atoms.
    pub fn capacity_at(&mut self, step: u32, keys: Keys, kept: f64) -> f64 {
        let (purpose, revenue) = (self.purpose, self.revenue);
        let moment = Moment { step, keys, purpose, revenue, kept, series: &self.series };
        self.capacity.at(&moment, &mut self.memory) * self.factor * self.scale
    }
}

impl Source {
    /// The assets, in order.
    pub fn assets(&self) -> impl Iterator<Item = AssetId> + '_ {
        self.supplies.iter().map(|supply| supply.asset)
    }

    /// Whether what it shares is what the agents of cohort number `cohort` hold.
    #[must_use]
    pub fn is_provided_by(&self, cohort: usize) -> bool {
        self.provider.as_ref().is_some_and(|provider| provider.cohort == cohort)
    }

    /// What a unit of its asset number `supply` costs as those see it who request it, numeraire per unit.
    #[must_use]
    pub fn price_seen(&self, supply: usize) -> f64 {
        if self.rule.charges() == Charge::Nothing { 0.0 } else { self.supplies[supply].venue.price }
    }

    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.f64(&self.name, &mut self.load)?;
        visitor.f64("cap", &mut self.cap.share)?;
        if let Rule::Leased(leases) = &mut self.rule {
            leases.visit_state(visitor)?;
        }
        for supply in &mut self.supplies {
            let remembered = supply.memory.len();
            visitor.f64s(&self.name, &mut supply.memory)?;
            supply.venue.visit_state(visitor)?;
            visitor.f64("scale", &mut supply.scale)?;
            visitor.f64("revenue", &mut supply.revenue)?;
            visitor.f64("units", &mut supply.units)?;
            if supply.memory.len() != remembered {
                return Err(StateError(format!("the memory of {} has another length", self.name)));
            }
        }
        Ok(())
    }
}

/// `units` in whole atoms, rounded down, since a part of an atom cannot be shared; what cannot be counted is a broken
/// capacity.
///
/// # Errors
/// Says how many units cannot be counted.
pub(crate) fn whole(units: f64, scale: f64) -> Result<Atoms, String> {
    let atoms = (units * scale).floor();
    if (0.0..9.2e18).contains(&atoms) { Ok(atoms as Atoms) } else { Err(format!("{units} units cannot be counted")) }
}
