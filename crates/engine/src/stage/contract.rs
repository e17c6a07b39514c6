//! reward: contracts are funded and joined, contributions measured, claims challenged, and what is due is posted.
//!
//! Most of it happens at the end of an epoch alone. In the steps between, what agents do who were reached is added up.

use std::sync::Arc;

use walras_institutions::contract::{AffiliateId, Claim, ClaimState, Contract, Due, Outcome, Party, State, Why};
use walras_ledger::{Account, AgentAddress, Atoms, Broken, Ledger, Reason, Transfer};
use walras_numerics::{Keys, Purpose};

use super::Events;
use super::attribute::{self, attribute, credit_epoch};
use super::clear::Fills;
use crate::contract::{Case, Group, Primary};
use crate::entry::Entry;
use crate::quantity::Quantities;
use crate::world::{Cohort, World};

/// What contracts came to in a step, and room to work in.
#[derive(Debug, Default)]
pub struct Contracted {
    /// What each affiliate came to that contributed in an epoch that ended in this step.
    pub affiliates: Vec<AffiliateEpoch>,
    outcome: Outcome,
    /// What was contributed in the epoch: the contract, the affiliate, and both amounts.
    contributed: Vec<(usize, AffiliateId, [Atoms; 2])>,
    bench: attribute::Bench,
}

/// What an affiliate came to in one epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AffiliateEpoch {
    /// The group of contracts.
    pub group: usize,
    /// The affiliate's row in its cohort.
    pub row: AffiliateId,
    /// What it contributed, in atoms; below zero where more was undone than done.
    pub contribution: Atoms,
    /// What of that was its own making.
    pub manufactured: Atoms,
    /// What it, and its sponsor through it, earned, in atoms of the asset.
    pub earned: Atoms,
}

/// The step of all contracts.
///
/// # Errors
/// When a posting breaks an invariant, or the escrow does not hold what contracts say it does.
pub fn contracts(world: &mut World, fills: &Fills, room: &mut Contracted, events: &mut Events) -> Result<(), Broken> {
    room.affiliates.clear();
    for number in 0..world.contracts.len() {
        if world.contracts[number].tally().open == 0 {
            continue;
        }
        attribute(world, number, fills, &mut room.bench);
        let World { contracts, contacts, cohorts, ledger, quantities, keys, step, .. } = world;
        let step = *step;
        let group = &mut contracts[number];
        let ends = group.terms.ends_epoch(step);
        let expires = group.terms.expires.is_some_and(|expires| step.saturating_add(1) == expires);
        let joins = ends || group.waiting.len() == group.size;
        let resolves = group.cases.iter().any(|case| case.step <= step);
        if !ends && !expires && !joins && !resolves && group.tally().beginning == 0 {
            continue;
        }
        let mut house = House { number, step, keys: *keys, cohorts, ledger, quantities, events };
        house.fund(group, room)?;
        if joins {
            house.join(group, room)?;
        }
        house.resolve(group, room)?;
        if ends {
            let at = (group.size, step, house.keys, number);
            if let Err(why) = credit_epoch(group, contacts.as_ref(), at, &mut room.bench) {
                house.events.push("attribution_refused", &group.name, &why.to_string(), None);
            }
            house.measure(group, room)?;
        }
        house.advance(group, ends || expires, room)?;
        house.check(group)?;
        group.tally = None;
    }
    Ok(())
}

/// What the contracts of a group deal with.
struct House<'a> {
    /// The group's number.
    number: usize,
    step: u32,
    keys: Keys,
    cohorts: &'a [Cohort],
    ledger: &'a mut Ledger,
    quantities: &'a Quantities,
    events: &'a mut Events,
}

impl House<'_> {
    /// Primaries who have the cap pay it into escrow.
    fn fund(&mut self, group: &mut Group, room: &mut Contracted) -> Result<(), Broken> {
        let mut unfunded: Atoms = 0;
        for at in 0..group.contracts.len() {
            let contract = &group.contracts[at];
            if contract.state() != State::Proposed || contract.terms().has_expired(self.step) {
                continue;
            }
            let missing = contract.terms().cap - contract.money().funded;
            let from = self.primary(group, at);
            self.deliver(from)?;
            if self.ledger.balance(from, group.paid_in).is_some_and(|held| held >= missing) {
                self.shift(group, (from, group.escrow.into()), missing, Reason::Escrow)?;
                self.enter(group, at, ("funded", None), missing);
                let funded = group.contracts[at].fund(missing, &mut room.outcome);
                funded.map_err(|why| Broken(format!("contract {}: {why}", group.name)))?;
                self.settle(group, at, room)?;
            } else {
                unfunded += 1;
            }
        }
        // Told once: whoever cannot pay now may be able to later, and until then nothing is owed to anybody.
        if unfunded > 0 && self.step == 0 {
            let why = "contracts whose primary does not hold the cap; they stay proposed until it does";
            self.events.push("contract_unfunded", &group.name, why, Some(unfunded));
        }
        Ok(())
    }

    /// Affiliates who have the stake join contracts that are funded.
    fn join(&mut self, group: &mut Group, room: &mut Contracted) -> Result<(), Broken> {
        let stake = group.terms.stake;
        self.ledger.deliver_to(self.cohorts[group.affiliates].id)?;
        for row in std::mem::take(&mut group.waiting) {
            let who = row as AffiliateId;
            let at = group.contract_of(who);
            let held = || self.ledger.balance(self.affiliate(group, who), group.paid_in).unwrap_or_default();
            match group.contracts[at].state() {
                State::Escrowed | State::Active if stake == 0 || held() >= stake => {
                    let sponsor = group.sponsor_of(who);
                    let joined = group.contracts[at].join(who, sponsor, &mut room.outcome);
                    joined.map_err(|why| Broken(format!("contract {}: {why}", group.name)))?;
                    self.settle(group, at, room)?;
                }
                State::Proposed | State::Escrowed | State::Active => group.waiting.push(row),
                // Too late.
                _ => {}
            }
        }
        Ok(())
    }

    /// Resolves the challenges that are due.
    fn resolve(&mut self, group: &mut Group, room: &mut Contracted) -> Result<(), Broken> {
        let (due, rest) = group.cases.iter().partition::<Vec<Case>, _>(|case| case.step <= self.step);
        group.cases = rest;
        for case in due {
            let resolved = group.contracts[case.contract].resolve(case.claim, case.proven, &mut room.outcome);
            resolved.map_err(|why| Broken(format!("contract {}: {why}", group.name)))?;
            self.settle(group, case.contract, room)?;
        }
        Ok(())
    }

    /// Measures the epoch that ends.
    fn measure(&mut self, group: &mut Group, room: &mut Contracted) -> Result<(), Broken> {
        let by = group.epoch.take();
        room.contributed.clear();
        room.contributed.extend(by.into_iter().map(|(row, both)| (group.contract_of(row), row, both)));
        // Stable: affiliates stay in rising order.
        room.contributed.sort_by_key(|&(contract, ..)| contract);
        let series = self.quantities.series();
        let contributed = std::mem::take(&mut room.contributed);
        let mut rest = &contributed[..];
        for at in 0..group.contracts.len() {
            let (own, others) = rest.split_at(rest.partition_point(|&(contract, ..)| contract <= at));
            rest = others;
            if group.contracts[at].state() != State::Active {
                continue;
            }
            for &(_, who, [atoms, _]) in own.iter().filter(|(.., [atoms, _])| *atoms < 0) {
                let left = atoms.saturating_neg();
                // Whoever never joined has nothing to lose.
                let _ = group.contracts[at].churn(who, left, self.step, &mut room.outcome);
            }
            let list: Vec<(AffiliateId, Atoms)> = own.iter().map(|&(_, who, [atoms, _])| (who, atoms)).collect();
            let measured = group.contracts[at].measure(self.step, &list, &series, &mut room.outcome);
            measured.map_err(|why| Broken(format!("contract {}: {why}", group.name)))?;
            self.note(group, at, own, room);
            self.settle(group, at, room)?;
        }
        room.contributed = contributed;
        Ok(())
    }

    /// Writes down what each affiliate came to, and lets its claim be challenged by chance.
    fn note(&mut self, group: &mut Group, at: usize, own: &[(usize, AffiliateId, [Atoms; 2])], room: &mut Contracted) {
        let contract = &group.contracts[at];
        let new = contract.claims().partition_point(|claim| claim.step() < self.step);
        let mut claims = contract.claims()[new..].iter().peekable();
        let mut challenged = Vec::new();
        for &(_, row, [contribution, manufactured]) in own {
            let claim = claims.next_if(|claim| contract.claimant(claim) == row);
            let earned = claim.map_or(0, Claim::earned);
            room.affiliates.push(AffiliateEpoch { group: self.number, row, contribution, manufactured, earned });
            let made = manufactured.clamp(0, contribution.max(0));
            group.contribution[0] = group.contribution[0].saturating_add(contribution.max(0));
            group.contribution[1] = group.contribution[1].saturating_add(made);
            let (Some(claim), true) = (claim, contribution > 0) else { continue };
            // At most what was earned.
            let by_manufacture = i128::from(earned) * i128::from(made) / i128::from(contribution);
            group.earned_by_manufacture = group.earned_by_manufacture.saturating_add(by_manufacture as Atoms);
            let Some(dispute) = &group.plan.dispute else { continue };
            let purpose = Purpose::contract(2 * self.number as u16);
            let mut stream = self.keys.stream(purpose, row.into(), self.step);
            let (challenge, detection) = (stream.open_unit(), stream.open_unit());
            if claim.state() == ClaimState::Measured && challenge < dispute.probability {
                let proven = made > 0 && detection < dispute.detection;
                challenged.push(Case {
                    step: self.step.saturating_add(dispute.delay),
                    contract: at,
                    claim: claim.id(),
                    proven,
                });
            }
        }
        for case in challenged {
            if group.contracts[at].dispute(case.claim, &mut room.outcome).is_ok() {
                group.cases.push(case);
            }
        }
    }

    /// The end of the step for each contract: it becomes active or ends, and what has vested is paid.
    fn advance(&mut self, group: &mut Group, all: bool, room: &mut Contracted) -> Result<(), Broken> {
        for at in 0..group.contracts.len() {
            let contract = &group.contracts[at];
            // Between the ends of epochs only those that wait to begin can change.
            if contract.is_over() || !all && !matches!(contract.state(), State::Proposed | State::Escrowed) {
                continue;
            }
            let holds = self.holds(group, at);
            group.contracts[at].advance(self.step, holds, &mut room.outcome);
            self.settle(group, at, room)?;
        }
        Ok(())
    }

    /// Whether a contract's condition holds.
    fn holds(&mut self, group: &Group, at: usize) -> bool {
        let Some(condition) = &group.terms.condition else { return true };
        let (terms, money) = (&group.terms, group.contracts[at].money());
        let units = |atoms: Atoms| atoms as f64 / terms.units.paid;
        let numbers = [f64::from(terms.epoch_of(self.step)), units(money.paid), units(money.earned)];
        self.quantities.holds(condition, &numbers).unwrap_or_else(|why| {
            self.events.push("formula_undefined", &group.name, &why, None);
            false
        })
    }

    /// Posts what is due and enters what has changed.
    fn settle(&mut self, group: &Group, at: usize, room: &mut Contracted) -> Result<(), Broken> {
        for act in &room.outcome.acts {
            self.enter(group, at, (act.what, act.affiliate), act.atoms);
        }
        for due in &room.outcome.dues {
            self.post(group, at, due)?;
        }
        for (_, why) in &room.outcome.undefined {
            self.events.push("formula_undefined", &group.name, why, None);
        }
        room.outcome.clear();
        Ok(())
    }

    fn post(&mut self, group: &Group, at: usize, due: &Due) -> Result<(), Broken> {
        let (escrow, stakes) = (Account::from(group.escrow), Account::from(group.stakes));
        let party = match due.party {
            Party::Primary => self.primary(group, at),
            Party::Affiliate(who) => self.affiliate(group, who),
        };
        let (way, reason) = match due.why {
            Why::Payout => ((escrow, party), Reason::Reward),
            Why::Refund => ((escrow, party), Reason::Escrow),
            Why::Stake => ((party, stakes), Reason::Stake),
            Why::StakeReturned => ((stakes, party), Reason::Stake),
            Why::Slash => ((stakes, party), Reason::Slash),
        };
        let who = match due.party {
            Party::Affiliate(who) => Some(who),
            Party::Primary => due.of,
        };
        self.shift(group, way, due.atoms, reason)?;
        self.enter(group, at, (due.why.name(), who), due.atoms);
        Ok(())
    }

    fn shift(
        &mut self,
        group: &Group,
        (from, to): (Account, Account),
        amount: Atoms,
        reason: Reason,
    ) -> Result<(), Broken> {
        let posted = self.ledger.post(Transfer { asset: group.paid_in, from, to, amount, reason });
        posted.map_err(|why| Broken(format!("contract {}, {}: {why}", group.name, reason.name())))
    }

    /// Enters an act in the log; under several contracts its number is the contract's.
    fn enter(&mut self, group: &Group, at: usize, (act, who): (&'static str, Option<AffiliateId>), atoms: Atoms) {
        let institution: &Arc<str> = &group.institution;
        let mut entry = Entry::of(institution, act);
        entry.agent = match who {
            Some(row) => Some(AgentAddress { cohort: self.cohorts[group.affiliates].id, row }),
            None => group.primary_agent(at, self.cohorts),
        };
        if atoms > 0 {
            entry = entry.amount(group.paid_in, atoms);
        }
        if group.contracts.len() > 1 {
            entry = entry.value(at as f64);
        }
        self.events.enter(entry);
    }

    fn affiliate(&self, group: &Group, row: AffiliateId) -> Account {
        AgentAddress { cohort: self.cohorts[group.affiliates].id, row }.into()
    }

    fn primary(&self, group: &Group, at: usize) -> Account {
        match group.primary {
            Primary::Cohort(c) => AgentAddress { cohort: self.cohorts[c].id, row: at as u32 }.into(),
            Primary::Account(id) => id.into(),
        }
    }

    fn deliver(&mut self, account: Account) -> Result<(), Broken> {
        match account {
            Account::Agent(AgentAddress { cohort, .. }) => self.ledger.deliver_to(cohort),
            Account::Named(_) => Ok(()),
        }
    }

    /// The accounts hold what the contracts say that they do.
    fn check(&self, group: &Group) -> Result<(), Broken> {
        let sum = |of: fn(&Contract) -> Atoms| group.contracts.iter().map(|it| i128::from(of(it))).sum::<i128>();
        let books = [
            ("escrow", group.escrow, sum(|contract| contract.money().held())),
            ("stakes", group.stakes, sum(|contract| contract.money().staked)),
        ];
        for (what, account, says) in books {
            let holds = self.ledger.held(account, group.paid_in);
            if i128::from(holds) != says {
                let name = &group.name;
                return Err(Broken(format!("the {what} of contract {name} holds {holds} atoms and should {says}")));
            }
        }
        Ok(())
    }
}
