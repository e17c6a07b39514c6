//! The contracts of one section of a scenario, as they stand while an economy runs.

use std::sync::Arc;

use walras_catalog::Problem;
use walras_catalog::read::{number_of, with_number};
use walras_formula::Scope;
use walras_institutions::attribution::Paths;
use walras_institutions::contract::reward::AnyReward;
use walras_institutions::contract::{AffiliateId, Contract, ContractTerms, State, Terms};
use walras_ledger::{AgentAddress, AssetId, Atoms, NamedId};
use walras_numerics::{StateError, StateVisitor};

/// All contracts of one section: one, or one for each agent of a cohort of primaries.
#[derive(Clone)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// What the scenario says, with the reward that holds now.
    pub plan: ContractTerms,
    /// The same in atoms.
    pub terms: Arc<Terms>,
    /// Who pays.
    pub primary: Primary,
    /// The cohort of the affiliates. The one in a row is under the contract of that row modulo their number.
    pub affiliates: usize,
    /// How many affiliates there are.
    pub size: usize,
    /// Cohorts whose agents the affiliates control, their own first where it trades: an agent belongs to the affiliate of
    /// its row modulo their number.
    pub controlled: Vec<Controlled>,
    /// What it pays in.
    pub paid_in: AssetId,
    /// Where contributions are measured.
    pub at: At,
    /// Holds what was funded.
    pub escrow: NamedId,
    /// Holds the stakes.
    pub stakes: NamedId,
    /// The contracts, in the order of the primaries.
    pub contracts: Vec<Contract>,
    /// How many of them are in which state; absent where that must be counted anew.
    pub(crate) tally: Option<Tally>,
    /// Affiliates that have not joined yet.
    pub waiting: Vec<i64>,
    /// What has been contributed in this epoch.
    pub epoch: Contributed,
    /// Challenges that are not resolved.
    pub cases: Vec<Case>,
    /// Tokens that agents who were reached have bought less those they sold, by slot of the touches; for holders alone.
    pub bought: Vec<Atoms>,
    /// What all contributions came to, and what of that was manufactured, in atoms.
    pub contribution: [Atoms; 2],
    /// What was earned by contributions that were manufactured, in atoms of the asset.
    pub earned_by_manufacture: Atoms,
}

/// How many contracts are in which state, so that a step in which nothing can change need not ask each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    /// Proposed or escrowed: anything may let them begin.
    pub(crate) beginning: usize,
    /// Active.
    pub(crate) active: usize,
    /// Not settled.
    pub(crate) open: usize,
}

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Primary {
    /// Each agent of a cohort, one contract each.
    Cohort(usize),
    /// An account.
    Account(NamedId),
}

/// A cohort that affiliates control.
#[derive(Debug, Clone)]
pub struct Controlled {
    /// The cohort.
    pub cohort: usize,
    /// Tokens that its agents have bought less those they sold; for holders alone.
    pub bought: Vec<Atoms>,
}

/// Where contributions are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// At a market.
    Market(usize),
    /// At a resource.
    Resource(usize),
    /// On a board of tasks.
    Tasks(usize),
}

/// What has been contributed in an epoch.
#[derive(Debug, Clone, Default)]
pub struct Contributed {
    /// By affiliate's row what it contributed, and what of that is its own making, in atoms; as far as the last that
    /// contributed.
    by: Vec<Option<[Atoms; 2]>>,
    /// Those who contributed, in order of their first contributions.
    rows: Vec<AffiliateId>,
    /// Every path that ended in it, where credit is given at its end.
    pub paths: Paths,
    /// The slots of those whose paths these are.
    pub converted: Vec<i64>,
}

impl Contributed {
    /// Adds to what an affiliate contributed.
    pub fn add(&mut self, row: AffiliateId, atoms: Atoms, manufactured: bool) {
        let at = row as usize;
        if at >= self.by.len() {
            self.by.resize(at + 1, None);
        }
        let rows = &mut self.rows;
        let [all, made] = self.by[at].get_or_insert_with(|| {
            rows.push(row);
            [0; 2]
        });
        *all = all.saturating_add(atoms);
        if manufactured {
            *made = made.saturating_add(atoms);
        }
    }

    /// What each affiliate that contributed did, in rising order; nothing has been contributed any more.
    pub fn take(&mut self) -> Vec<(AffiliateId, [Atoms; 2])> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_unstable();
        rows.into_iter().filter_map(|row| Some((row, self.by[row as usize].take()?))).collect()
    }
}

/// A challenge that is not resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// The step at whose end it is.
    pub step: u32,
    /// The contract.
    pub contract: usize,
    /// The claim.
    pub claim: u64,
    /// Whether fraud will be found.
    pub proven: bool,
}

impl Group {
    /// How many of its contracts are in which state.
    pub(crate) fn tally(&mut self) -> Tally {
        let contracts = &self.contracts;
        *self.tally.get_or_insert_with(|| {
            let count = |of: fn(&Contract) -> bool| contracts.iter().filter(|&contract| of(contract)).count();
            Tally {
                beginning: count(|contract| matches!(contract.state(), State::Proposed | State::Escrowed)),
                active: count(|contract| contract.state() == State::Active),
                open: count(|contract| !contract.is_over()),
            }
        })
    }

    /// The contract that an affiliate is under.
    #[must_use]
    pub fn contract_of(&self, row: AffiliateId) -> usize {
        row as usize % self.contracts.len()
    }

    /// The sponsor of an affiliate, if it has joined.
    #[must_use]
    pub fn sponsor_of(&self, row: AffiliateId) -> Option<AffiliateId> {
        let chain = self.plan.chain.as_ref()?;
        let contract = self.contract_of(row);
        let position = row / self.contracts.len() as u32;
        let sponsor = position.checked_sub(1)? / chain.recruits;
        let sponsor = sponsor * self.contracts.len() as u32 + contract as u32;
        self.contracts[contract].has_joined(sponsor).then_some(sponsor)
    }

    /// The primary's agent of contract number `contract`; `None` where an account pays.
    #[must_use]
    pub fn primary_agent(&self, contract: usize, cohorts: &[crate::world::Cohort]) -> Option<AgentAddress> {
        match self.primary {
            Primary::Cohort(c) => Some(AgentAddress { cohort: cohorts[c].id, row: contract as u32 }),
            Primary::Account(_) => None,
        }
    }

    /// Credits an affiliate with a contribution that another stage has seen: a task that was verified, capacity that was
    /// filled. Nothing where its contract is not active.
    pub fn credit(&mut self, row: AffiliateId, atoms: Atoms, manufactured: bool) {
        // Most of the time all are, and then none of them is looked at.
        let all = self.tally.is_some_and(|tally| tally.active == self.contracts.len());
        if all || self.contracts[self.contract_of(row)].state() == State::Active {
            self.epoch.add(row, atoms, manufactured);
        }
    }

    /// The names of its reward's numbers.
    #[must_use]
    pub fn numbers(&self) -> Vec<&'static str> {
        let entry = AnyReward::catalog().into_iter().find(|entry| entry.name == self.plan.reward.name());
        let names = entry.into_iter().flat_map(|entry| entry.parameters).map(|parameter| parameter.name);
        names.filter(|name| number_of(&self.plan.reward, name).is_some()).collect()
    }

    /// The number `parameter` of its reward; `NaN` where it has none such.
    #[must_use]
    pub fn number(&self, parameter: &str) -> f64 {
        number_of(&self.plan.reward, parameter).unwrap_or(f64::NAN)
    }

    /// Sets a number of its reward.
    ///
    /// # Errors
    /// When the reward has no such number, or may not have this value.
    pub fn set_number(&mut self, parameter: &str, value: f64) -> Result<(), Problem> {
        self.plan.reward = with_number(&self.plan.reward, parameter, value)?;
        // A reward with numbers has no formula, whose names it would need.
        let reward = self.plan.reward.build(self.terms.units, &Scope::default())?;
        self.terms = Arc::new(Terms { reward, ..(*self.terms).clone() });
        self.contracts.iter_mut().for_each(|contract| contract.follow(&self.terms));
        Ok(())
    }

    /// Visits everything that changes.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        for name in self.numbers() {
            let before = self.number(name);
            let mut value = before;
            visitor.f64(name, &mut value)?;
            if value.to_bits() != before.to_bits() {
                self.set_number(name, value).map_err(|problem| StateError(problem.message))?;
            }
        }
        for contract in &mut self.contracts {
            contract.visit_state(visitor)?;
        }
        self.tally = None;
        visitor.i64s("contracts.waiting", &mut self.waiting)?;
        visitor.i64s("contracts.bought", &mut self.bought)?;
        for controlled in &mut self.controlled {
            visitor.i64s("contracts.controlled", &mut controlled.bought)?;
        }
        visitor.i64("contracts.contribution", &mut self.contribution[0])?;
        visitor.i64("contracts.manufactured", &mut self.contribution[1])?;
        visitor.i64("contracts.earned_by_manufacture", &mut self.earned_by_manufacture)?;
        self.visit_epoch(visitor)?;
        self.visit_cases(visitor)
    }

    fn visit_epoch(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let contributed = self.epoch.take();
        let mut rows: Vec<i64> = contributed.iter().map(|&(row, _)| row.into()).collect();
        let mut columns = [0, 1].map(|of| contributed.iter().map(|(_, both)| both[of]).collect::<Vec<i64>>());
        visitor.i64s("contracts.contributors", &mut rows)?;
        visitor.i64s("contracts.contributed", &mut columns[0])?;
        visitor.i64s("contracts.made", &mut columns[1])?;
        if columns.iter().any(|column| column.len() != rows.len()) {
            return Err(StateError(format!("the contributions to {} do not fit together", self.name)));
        }
        for (at, &row) in rows.iter().enumerate() {
            let row = AffiliateId::try_from(row).ok().filter(|&row| (row as usize) < self.size);
            let row = row.ok_or_else(|| StateError(format!("a contributor to {} has no number", self.name)))?;
            // Told apart, so that each of both comes to what it was.
            self.epoch.add(row, columns[1][at], true);
            self.epoch.add(row, columns[0][at].saturating_sub(columns[1][at]), false);
        }
        visitor.i64s("contracts.converted", &mut self.epoch.converted)?;
        self.epoch.paths.visit_state("contracts.paths", visitor)
    }

    fn visit_cases(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let row =
            |case: &Case| [case.step.into(), case.contract as i64, case.claim.cast_signed(), i64::from(case.proven)];
        let mut numbers: Vec<i64> = self.cases.iter().flat_map(row).collect();
        visitor.i64s("contracts.cases", &mut numbers)?;
        let (rows, rest) = numbers.as_chunks::<4>();
        let case = |&[step, contract, claim, proven]: &[i64; 4]| {
            let contract = usize::try_from(contract).ok().filter(|&it| it < self.contracts.len())?;
            let step = u32::try_from(step).ok()?;
            Some(Case { step, contract, claim: claim.cast_unsigned(), proven: proven != 0 })
        };
        let cases: Option<Vec<Case>> = rows.iter().map(case).collect();
        match cases.filter(|_| rest.is_empty()) {
            Some(cases) => self.cases = cases,
            None => return Err(StateError(format!("the challenges under {} cannot be read", self.name))),
        }
        Ok(())
    }
}
