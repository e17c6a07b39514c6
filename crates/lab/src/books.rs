//! Who received what and why: flows between two accounts of them, and the totals of each cohort.

use walras_engine::World;
use walras_ledger::{AssetId, CohortId, Ledger, NamedId, Reason};
use walras_numerics::{StateError, StateVisitor};

const REASONS: usize = Reason::ALL.len();

/// The groups whose flows are counted, cohorts first.
#[derive(Debug, Clone, Copy)]
enum Group {
    Cohort(CohortId),
    Named(NamedId),
}

/// Follows the flows of a ledger. It alone resets them.
#[derive(Debug)]
pub(crate) struct Books {
    groups: Vec<Group>,
    assets: usize,
    /// Flows before this process took over that are not yet written down, by group, asset and reason.
    pending: Vec<i128>,
    /// What each cohort held of each asset when flows were last reset.
    settled: Vec<i128>,
    /// What reached each cohort from outside trade, by asset, since flows were last reset.
    received: Vec<i128>,
}

/// A net flow that is not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flow {
    /// The group, an index into [`account_names`].
    pub(crate) account: u32,
    pub(crate) asset: u32,
    pub(crate) reason: u32,
    pub(crate) atoms: i128,
}

/// The names of the groups: `agents:` and the cohort's name, then the named accounts.
pub(crate) fn account_names(world: &World) -> Vec<String> {
    let cohorts = world.cohorts.iter().map(|cohort| format!("agents:{}", cohort.name));
    let named = world.ledger.named_accounts().map(|id| world.ledger.name(id).to_owned());
    cohorts.chain(named).collect()
}

impl Books {
    /// Books that begin now, with no flow behind them.
    pub(crate) fn open(world: &mut World) -> Self {
        world.ledger.reset_flows();
        let cohorts = world.cohorts.iter().map(|cohort| Group::Cohort(cohort.id));
        let groups: Vec<Group> = cohorts.chain(world.ledger.named_accounts().map(Group::Named)).collect();
        let assets = world.ledger.asset_count();
        let settled: Vec<i128> = world
            .cohorts
            .iter()
            .flat_map(|cohort| (0..assets).map(|asset| held_by(&world.ledger, cohort.id, AssetId(asset as u16))))
            .collect();
        let received = vec![0; settled.len()];
        Self { pending: vec![0; groups.len() * assets * REASONS], groups, assets, settled, received }
    }

    /// What everybody holds, as flows for the reason [`Reason::Genesis`].
    pub(crate) fn genesis(&self, ledger: &Ledger) -> Vec<Flow> {
        let mut flows = Vec::new();
        for (account, group) in self.groups.iter().enumerate() {
            for asset in 0..self.assets {
                let atoms = match group {
                    Group::Cohort(_) => self.settled[account * self.assets + asset],
                    Group::Named(id) => i128::from(ledger.held(*id, AssetId(asset as u16))),
                };
                let (account, asset, reason) = (account as u32, asset as u32, Reason::Genesis as u32);
                flows.push(Flow { account, asset, reason, atoms });
            }
        }
        flows.retain(|flow| flow.atoms != 0);
        flows
    }

    /// What cohort number `cohort` holds of `asset` now, in atoms.
    pub(crate) fn total(&self, ledger: &Ledger, cohort: usize, asset: AssetId) -> i128 {
        self.settled[cohort * self.assets + asset.index()] + self.flow(ledger, cohort, asset, |_| true)
    }

    /// What reached cohort number `cohort` other than by trading since this was last asked: income less expenses,
    /// what was distributed, what events gave or took. In atoms.
    pub(crate) fn received(&mut self, ledger: &Ledger, cohort: usize, asset: AssetId) -> i128 {
        let outside = |reason| {
            matches!(reason, Reason::Genesis | Reason::Income | Reason::Expense | Reason::Distribution | Reason::Shock)
        };
        let now = self.flow(ledger, cohort, asset, outside);
        now - std::mem::replace(&mut self.received[cohort * self.assets + asset.index()], now)
    }

    fn flow(&self, ledger: &Ledger, group: usize, asset: AssetId, wanted: impl Fn(Reason) -> bool) -> i128 {
        let reasons = Reason::ALL.into_iter().filter(|&reason| wanted(reason));
        match self.groups[group] {
            Group::Cohort(id) => reasons.map(|reason| ledger.cohort_flow(id, asset, reason)).sum(),
            Group::Named(id) => reasons.map(|reason| ledger.named_flow(id, asset, reason)).sum(),
        }
    }

    /// Every flow since the last call that is not zero; then flows start anew.
    pub(crate) fn close(&mut self, ledger: &mut Ledger) -> Vec<Flow> {
        for cohort in 0..self.settled.len() / self.assets {
            for asset in 0..self.assets {
                let total = self.total(ledger, cohort, AssetId(asset as u16));
                self.settled[cohort * self.assets + asset] = total;
            }
        }
        self.received.fill(0);
        self.gather(ledger);
        ledger.reset_flows();
        let mut flows = Vec::new();
        for (index, atoms) in self.pending.iter_mut().enumerate().filter(|(_, atoms)| **atoms != 0) {
            flows.push(Flow {
                account: (index / REASONS / self.assets) as u32,
                asset: (index / REASONS % self.assets) as u32,
                reason: (index % REASONS) as u32,
                atoms: std::mem::take(atoms),
            });
        }
        flows
    }

    /// Adds the ledger's flows to what is pending.
    fn gather(&mut self, ledger: &Ledger) {
        for (index, pending) in self.pending.iter_mut().enumerate() {
            let (asset, reason) = (AssetId((index / REASONS % self.assets) as u16), Reason::ALL[index % REASONS]);
            *pending += match self.groups[index / REASONS / self.assets] {
                Group::Cohort(id) => ledger.cohort_flow(id, asset, reason),
                Group::Named(id) => ledger.named_flow(id, asset, reason),
            };
        }
    }

    /// Visits the flows that are not yet written down. When it loads them, the books must just have been opened.
    ///
    /// # Errors
    /// When the visitor fails, or loads another number of flows.
    pub(crate) fn visit_state(&mut self, ledger: &Ledger, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        // What is gathered for the visit is taken back after it, as the ledger still has it. A visitor that loads
        // finds a ledger without flows, so that nothing is taken back from what it brought.
        self.gather(ledger);
        let result = visit_wide("flows", &mut self.pending, visitor);
        let now = std::mem::take(&mut self.pending);
        self.pending = vec![0; self.groups.len() * self.assets * REASONS];
        if now.len() != self.pending.len() {
            return Err(StateError("the flows are of another economy".to_owned()));
        }
        self.gather(ledger);
        for (pending, now) in self.pending.iter_mut().zip(now) {
            *pending = now - *pending;
        }
        result
    }
}

/// Visits numbers that 64 bits may not hold, as two columns.
pub(crate) fn visit_wide(name: &str, values: &mut Vec<i128>, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
    let mut high: Vec<i64> = values.iter().map(|value| (value >> 64) as i64).collect();
    let mut low: Vec<i64> = values.iter().map(|value| *value as i64).collect();
    visitor.i64s(&format!("{name} high"), &mut high)?;
    visitor.i64s(&format!("{name} low"), &mut low)?;
    let whole = high.iter().zip(&low).map(|(&high, &low)| i128::from(high) << 64 | i128::from(low.cast_unsigned()));
    *values = whole.collect();
    Ok(())
}

fn held_by(ledger: &Ledger, cohort: CohortId, asset: AssetId) -> i128 {
    ledger.column(cohort, asset).unwrap_or_default().iter().map(|&atoms| i128::from(atoms)).sum()
}
