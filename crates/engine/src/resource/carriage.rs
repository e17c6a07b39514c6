//! The network over which what is granted is carried, as it stands while an economy runs.

use walras_ledger::{AgentAddress, Atoms, CohortId, NamedId};
use walras_market::network::{Network, Ways};
use walras_numerics::{StateError, StateVisitor};

/// The network, and what is on its way.
#[derive(Clone)]
pub struct Carriage {
    /// Places and links.
    pub network: Network,
    /// The ways to each resource that has a place, by resource.
    pub ways: Vec<Option<Ways>>,
    /// Receives what carrying costs.
    pub account: NamedId,
    /// Holds what is on its way.
    pub transit: NamedId,
    /// What is on its way, in the order in which it was sent.
    pub shipments: Vec<Shipment>,
}

/// Something on its way to an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipment {
    /// The step at whose beginning it is there.
    pub arrives: u32,
    /// The asset, an index into the world's.
    pub asset: u16,
    /// Whose it is.
    pub to: AgentAddress,
    /// How much.
    pub amount: Atoms,
}

impl Carriage {
    /// What carrying a unit from resource number `source` to `place` costs, numeraire; nothing where the resource is
    /// everywhere.
    #[must_use]
    pub fn cost(&self, source: usize, place: usize) -> f64 {
        self.ways[source].as_ref().map_or(0.0, |ways| ways.cost(place))
    }

    /// How many steps it takes.
    #[must_use]
    pub fn latency(&self, source: usize, place: usize) -> u32 {
        self.ways[source].as_ref().map_or(0, |ways| ways.latency(place))
    }

    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let read: [fn(&Shipment) -> i64; 5] = [
            |it| i64::from(it.arrives),
            |it| i64::from(it.asset),
            |it| i64::from(it.to.cohort.0),
            |it| i64::from(it.to.row),
            |it| it.amount,
        ];
        let mut columns = read.map(|read| self.shipments.iter().map(read).collect::<Vec<_>>());
        for column in &mut columns {
            visitor.i64s("shipments", column)?;
        }
        let [arrives, assets, cohorts, rows, amounts] = &columns;
        if columns.iter().any(|column| column.len() != amounts.len()) {
            return Err(StateError("what is on its way does not fit together".to_owned()));
        }
        self.shipments = (0..amounts.len())
            .map(|i| Shipment {
                arrives: arrives[i] as u32,
                asset: assets[i] as u16,
                to: AgentAddress { cohort: CohortId(cohorts[i] as u16), row: rows[i] as u32 },
                amount: amounts[i],
            })
            .collect();
        Ok(())
    }
}
