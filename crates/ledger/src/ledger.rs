//! The accounts and the single transfer; the check that the sum is zero.

use std::fmt;

use walras_numerics::{CHUNK, StateError, StateVisitor};

use crate::Atoms;
use crate::accounts::{Account, AgentAddress, AssetId, CohortId, NamedId};
use crate::carry::Carried;
use crate::reason::Reason;
use crate::statement::{Line, Watch};

/// All accounts of an economy.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(crate) assets: usize,
    pub(crate) named: Vec<Named>,
    pub(crate) cohorts: Vec<Cohort>,
    issuers: Vec<NamedId>,
    /// Net flow into each group (cohorts first, then named accounts) by asset and reason.
    flows: Vec<i128>,
    flow_groups_max: usize,
    pub(crate) watch: Option<Watch>,
    /// What a delivery on behalf of a single transfer found broken; the next check tells it.
    found_broken: Option<Broken>,
}

#[derive(Debug, Clone)]
pub(crate) struct Named {
    name: String,
    balances: Vec<Atoms>,
}

#[derive(Debug, Clone)]
pub(crate) struct Cohort {
    pub(crate) size: usize,
    pub(crate) columns: Vec<Option<Holdings>>,
    /// Postings that the columns do not show yet, in order.
    pub(crate) carried: Vec<Carried>,
}

/// One asset's column of one cohort, and the sum of each chunk as last written.
#[derive(Debug, Clone)]
pub(crate) struct Holdings {
    pub(crate) atoms: Vec<Atoms>,
    pub(crate) totals: Vec<i128>,
}

/// One movement of an asset from an account to another, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transfer {
    /// What moves.
    pub asset: AssetId,
    /// Who gives.
    pub from: Account,
    /// Who gets.
    pub to: Account,
    /// How much, not negative.
    pub amount: Atoms,
    /// Why.
    pub reason: Reason,
}

/// Why a transfer was not posted. Nothing has moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostError {
    /// The giver holds less than the amount.
    Insufficient {
        /// What the giver holds.
        held: Atoms,
    },
    /// An account would pass the largest amount that can be held.
    TooLarge,
    /// The amount is negative.
    Negative,
    /// The account does not hold this asset.
    NotHeld,
}

/// A broken invariant: the economy must stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken(pub String);

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "broken invariant: {}", self.0)
    }
}

impl std::error::Error for Broken {}

impl fmt::Display for PostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Insufficient { held } => write!(f, "the account holds only {held}"),
            Self::TooLarge => write!(f, "the account would pass {} atoms", Atoms::MAX),
            Self::Negative => write!(f, "the amount is negative"),
            Self::NotHeld => write!(f, "the account does not hold this asset"),
        }
    }
}

impl std::error::Error for PostError {}

impl Ledger {
    /// A ledger of `asset_names`, the numeraire first, each with its issuer and with nothing issued.
    ///
    /// # Panics
    /// With more than 65,535 assets.
    #[must_use]
    pub fn new(asset_names: &[String]) -> Self {
        let assets = asset_names.len();
        let named = asset_names.iter().map(|name| Named { name: format!("issuer:{name}"), balances: vec![0; assets] });
        let issuers = (0..assets).map(|i| NamedId(u16::try_from(i).expect("at most 65,535 assets"))).collect();
        let mut ledger = Self {
            assets,
            named: named.collect(),
            cohorts: Vec::new(),
            issuers,
            flows: Vec::new(),
            flow_groups_max: 0,
            watch: None,
            found_broken: None,
        };
        ledger.grow_flows();
        ledger
    }

    /// Opens a named account.
    ///
    /// # Panics
    /// With more than 65,535 named accounts.
    pub fn open(&mut self, name: impl Into<String>) -> NamedId {
        self.named.push(Named { name: name.into(), balances: vec![0; self.assets] });
        self.grow_flows();
        NamedId(u16::try_from(self.named.len() - 1).expect("at most 65,535 named accounts"))
    }

    /// Opens accounts for a cohort of `size` agents that may hold the numeraire and `assets`.
    ///
    /// # Panics
    /// With more than 65,535 cohorts.
    pub fn open_cohort(&mut self, size: usize, assets: &[AssetId]) -> CohortId {
        let held = |id: usize| id == 0 || assets.iter().any(|asset| asset.index() == id);
        let column = || Holdings { atoms: vec![0; size], totals: vec![0; size.div_ceil(CHUNK)] };
        let columns = (0..self.assets).map(|id| held(id).then(column)).collect();
        self.cohorts.push(Cohort { size, columns, carried: Vec::new() });
        self.grow_flows();
        CohortId(u16::try_from(self.cohorts.len() - 1).expect("at most 65,535 cohorts"))
    }

    fn grow_flows(&mut self) {
        // Flows are few and accounts are opened before the first step, so starting over is simplest.
        self.flow_groups_max = self.named.len() + self.cohorts.len();
        self.flows = vec![0; self.flow_groups_max * self.assets * Reason::ALL.len()];
    }

    /// Moves `transfer.amount`; the one way, besides the column postings, by which value moves.
    ///
    /// # Errors
    /// When the giver holds too little (issuers may go below zero: that is minting) or the taker would pass
    /// the largest amount. Nothing has moved then.
    pub fn post(&mut self, transfer: Transfer) -> Result<(), PostError> {
        let Transfer { asset, from, to, amount, reason } = transfer;
        if amount < 0 {
            return Err(PostError::Negative);
        }
        for account in [from, to] {
            if let Account::Agent(AgentAddress { cohort, .. }) = account
                && let Err(broken) = self.deliver_to(cohort)
            {
                self.found_broken.get_or_insert(broken);
            }
        }
        let held = self.balance(from, asset).ok_or(PostError::NotHeld)?;
        let received = self.balance(to, asset).ok_or(PostError::NotHeld)?;
        if !self.may_owe(from, asset) && held < amount {
            return Err(PostError::Insufficient { held });
        }
        let (left, grown) = match (held.checked_sub(amount), received.checked_add(amount)) {
            (Some(left), Some(grown)) if left > Atoms::MIN => (left, grown),
            _ => return Err(PostError::TooLarge),
        };
        if from == to {
            return Ok(());
        }
        self.set(from, asset, left, -amount, reason);
        self.set(to, asset, grown, amount, reason);
        Ok(())
    }

    fn may_owe(&self, account: Account, asset: AssetId) -> bool {
        account == Account::Named(self.issuers[asset.index()])
    }

    fn set(&mut self, account: Account, asset: AssetId, balance: Atoms, change: Atoms, reason: Reason) {
        match account {
            Account::Named(id) => self.named[id.index()].balances[asset.index()] = balance,
            Account::Agent(AgentAddress { cohort, row }) => {
                let column = self.cohorts[cohort.index()].columns[asset.index()].as_mut().expect("balance() found it");
                column.atoms[row as usize] = balance;
                column.totals[row as usize / CHUNK] += i128::from(change);
                if let Some(watch) = &mut self.watch {
                    watch.note(AgentAddress { cohort, row }, Line { asset, reason, amount: change });
                }
            }
        }
        self.add_flow(self.group_of(account), asset, reason, i128::from(change));
    }

    /// What `account` holds of `asset`; `None` when it cannot hold it.
    ///
    /// # Panics
    /// When it is an agent's and its cohort still carries a posting; see [`Ledger::deliver`].
    #[must_use]
    pub fn balance(&self, account: Account, asset: AssetId) -> Option<Atoms> {
        match account {
            Account::Named(id) => Some(self.named[id.index()].balances[asset.index()]),
            Account::Agent(AgentAddress { cohort, row }) => self.column(cohort, asset)?.get(row as usize).copied(),
        }
    }

    /// What a named account holds.
    #[must_use]
    pub fn held(&self, id: NamedId, asset: AssetId) -> Atoms {
        self.named[id.index()].balances[asset.index()]
    }

    /// The column of a cohort's holdings of `asset`; `None` when it cannot hold it.
    ///
    /// # Panics
    /// When the cohort still carries a posting that the column does not show; see [`Ledger::deliver`].
    #[must_use]
    pub fn column(&self, cohort: CohortId, asset: AssetId) -> Option<&[Atoms]> {
        let Cohort { columns, carried, .. } = &self.cohorts[cohort.index()];
        let column = columns[asset.index()].as_ref()?;
        if let Some(posting) = carried.first() {
            panic!("read before delivery: {}", posting.undelivered(cohort));
        }
        Some(&column.atoms)
    }

    /// Whether agents of `cohort` can hold `asset`.
    #[must_use]
    pub fn can_hold(&self, cohort: CohortId, asset: AssetId) -> bool {
        self.cohorts[cohort.index()].columns[asset.index()].is_some()
    }

    /// How much of `asset` is out: minus its issuer's balance.
    #[must_use]
    pub fn supply(&self, asset: AssetId) -> Atoms {
        -self.held(self.issuers[asset.index()], asset)
    }

    /// The account that issues `asset`.
    #[must_use]
    pub fn issuer(&self, asset: AssetId) -> NamedId {
        self.issuers[asset.index()]
    }

    /// The name of a named account.
    #[must_use]
    pub fn name(&self, id: NamedId) -> &str {
        &self.named[id.index()].name
    }

    /// The named accounts, in order of opening.
    pub fn named_accounts(&self) -> impl Iterator<Item = NamedId> + use<> {
        (0..self.named.len()).map(|i| NamedId(i as u16))
    }

    /// The number of assets, the numeraire included.
    #[must_use]
    pub fn asset_count(&self) -> usize {
        self.assets
    }

    /// The number of agents of a cohort.
    #[must_use]
    pub fn cohort_size(&self, cohort: CohortId) -> usize {
        self.cohorts[cohort.index()].size
    }

    /// Checks that every asset sums to zero over all accounts, from the sums of chunks as last counted and what is
    /// carried to them.
    ///
    /// # Errors
    /// Names the asset and by how much its sum is off.
    pub fn check(&self) -> Result<(), Broken> {
        if let Some(broken) = &self.found_broken {
            return Err(broken.clone());
        }
        for asset in 0..self.assets {
            let columns = self.cohorts.iter().filter_map(|cohort| cohort.columns[asset].as_ref());
            let counted: i128 = columns.map(|column| column.totals.iter().sum::<i128>()).sum();
            let carried = self.cohorts.iter().flat_map(|cohort| &cohort.carried);
            let agents = counted + carried.map(|posting| posting.total(asset)).sum::<i128>();
            let named: i128 = self.named.iter().map(|account| i128::from(account.balances[asset])).sum();
            if agents + named != 0 {
                return Err(Broken(format!(
                    "the accounts of asset {asset} sum to {} instead of zero (agents {agents}, others {named})",
                    agents + named
                )));
            }
        }
        self.check_named()
    }

    pub(crate) fn check_named(&self) -> Result<(), Broken> {
        for (i, account) in self.named.iter().enumerate() {
            for (asset, &balance) in account.balances.iter().enumerate() {
                if balance < 0 && self.issuers[asset].index() != i {
                    return Err(Broken(format!("the account {} holds {balance} of asset {asset}", account.name)));
                }
            }
        }
        Ok(())
    }

    /// As [`Ledger::check`], and recounts every chunk and looks for balances below zero.
    ///
    /// # Errors
    /// Names the first account or chunk that is wrong, or a posting that has not been delivered.
    pub fn check_fully(&self) -> Result<(), Broken> {
        for (c, cohort) in self.cohorts.iter().enumerate() {
            if let Some(posting) = cohort.carried.first() {
                return Err(Broken(posting.undelivered(CohortId(c as u16))));
            }
            for (asset, column) in cohort.columns.iter().enumerate() {
                let Some(column) = column else { continue };
                if let Some(row) = column.atoms.iter().position(|&atoms| atoms < 0) {
                    return Err(Broken(format!(
                        "agent {row} of cohort {c} holds {} of asset {asset}",
                        column.atoms[row]
                    )));
                }
                for (chunk, total) in column.atoms.chunks(CHUNK).zip(&column.totals) {
                    let counted: i128 = chunk.iter().map(|&atoms| i128::from(atoms)).sum();
                    if counted != *total {
                        return Err(Broken(format!(
                            "a chunk of cohort {c} holds {counted} of asset {asset}, not {total}"
                        )));
                    }
                }
            }
        }
        self.check()
    }

    /// The net flow into a cohort for one reason since [`Ledger::reset_flows`].
    #[must_use]
    pub fn cohort_flow(&self, cohort: CohortId, asset: AssetId, reason: Reason) -> i128 {
        self.flows[self.flow_index(cohort.index(), asset, reason)]
    }

    /// The net flow into a named account for one reason since [`Ledger::reset_flows`].
    #[must_use]
    pub fn named_flow(&self, id: NamedId, asset: AssetId, reason: Reason) -> i128 {
        self.flows[self.flow_index(self.cohorts.len() + id.index(), asset, reason)]
    }

    /// Starts counting flows anew.
    pub fn reset_flows(&mut self) {
        self.flows.fill(0);
    }

    pub(crate) fn group_of(&self, account: Account) -> usize {
        match account {
            Account::Agent(address) => address.cohort.index(),
            Account::Named(id) => self.cohorts.len() + id.index(),
        }
    }

    fn flow_index(&self, group: usize, asset: AssetId, reason: Reason) -> usize {
        (group * self.assets + asset.index()) * Reason::ALL.len() + reason as usize
    }

    pub(crate) fn add_flow(&mut self, group: usize, asset: AssetId, reason: Reason, change: i128) {
        let index = self.flow_index(group, asset, reason);
        self.flows[index] += change;
    }

    /// Adds a column posting's total to a named account.
    pub(crate) fn add_named(
        &mut self,
        id: NamedId,
        asset: AssetId,
        reason: Reason,
        change: i128,
    ) -> Result<(), Broken> {
        let Named { name, balances } = &mut self.named[id.index()];
        let balance = i128::from(balances[asset.index()]) + change;
        balances[asset.index()] =
            Atoms::try_from(balance).map_err(|_| Broken(format!("the account {name} would hold {balance} atoms")))?;
        self.add_flow(self.cohorts.len() + id.index(), asset, reason, change);
        Ok(())
    }

    /// Writes down every later movement of `address`, or of nobody.
    pub fn watch(&mut self, address: Option<AgentAddress>) {
        self.watch = address.map(Watch::new);
    }

    /// The movements of the watched agent since the last call.
    pub fn take_watched(&mut self) -> Vec<Line> {
        self.watch.as_mut().map(Watch::take).unwrap_or_default()
    }

    /// Visits every balance, once everything that is carried has been delivered.
    ///
    /// # Errors
    /// When the visitor fails, or loads columns of another size, or a delivery breaks an invariant.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        self.deliver().map_err(|broken| StateError(broken.to_string()))?;
        for named in &mut self.named {
            visitor.i64s(&named.name, &mut named.balances)?;
            if named.balances.len() != self.assets {
                return Err(StateError(format!("the account {} holds another number of assets", named.name)));
            }
        }
        for (c, cohort) in self.cohorts.iter_mut().enumerate() {
            for (asset, column) in cohort.columns.iter_mut().enumerate() {
                let Some(column) = column else { continue };
                visitor.i64s(&format!("cohort {c} asset {asset}"), &mut column.atoms)?;
                if column.atoms.len() != cohort.size {
                    return Err(StateError(format!("cohort {c} has another number of agents")));
                }
                for (chunk, total) in column.atoms.chunks(CHUNK).zip(&mut column.totals) {
                    *total = chunk.iter().map(|&atoms| i128::from(atoms)).sum();
                }
            }
        }
        Ok(())
    }
}
