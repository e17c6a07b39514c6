//! A contract as it runs: the events it takes, and what each comes to.

use std::sync::Arc;

use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

use super::act::{AffiliateId, Outcome, Party, Refusal, Why};
use super::claims::{self, Claim, ClaimState};
use super::members::Members;
use super::terms::Terms;

/// The state of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Published; the escrow does not cover the cap yet.
    Proposed,
    /// The escrow covers the cap; it waits for its start or its condition.
    Escrowed,
    /// Contributions count.
    Active,
    /// It has ended; claims are still open.
    Vesting,
    /// It has ended, all claims are settled, and somebody was paid.
    Paid,
    /// It has ended and nobody was paid.
    Expired,
}

impl State {
    const ALL: [Self; 6] = [Self::Proposed, Self::Escrowed, Self::Active, Self::Vesting, Self::Paid, Self::Expired];

    /// The name in tables and in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Escrowed => "escrowed",
            Self::Active => "active",
            Self::Vesting => "vesting",
            Self::Paid => "paid",
            Self::Expired => "expired",
        }
    }
}

/// A contract as it runs.
///
/// It holds no money: it says what is due, and whoever calls posts that. An event that is refused changes nothing.
///
/// *Invariants*, which [`Contract::check`] tells:
/// - `funded = paid + refunded + held`, and `held ≥ committed`, the sum of what open claims may still pay
/// - `paid + committed ≤ cap`
/// - stakes paid in = held + given back + lost
#[derive(Debug, Clone)]
pub struct Contract {
    pub(super) terms: Arc<Terms>,
    pub(super) state: State,
    pub(super) money: Money,
    pub(super) members: Members,
    pub(super) claims: Vec<Claim>,
    pub(super) next_claim: u64,
    /// How many steps have been measured: one more than the last step that was.
    pub(super) measured_to: u32,
}

/// Where a contract's money is, in atoms of its asset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Money {
    /// What was paid into the escrow.
    pub funded: Atoms,
    /// What has been paid to affiliates.
    pub paid: Atoms,
    /// What went back to the primary.
    pub refunded: Atoms,
    /// What open claims may still pay.
    pub committed: Atoms,
    /// What has been earned.
    pub earned: Atoms,
    /// What was earned in the last epoch that was measured.
    pub earned_last: Atoms,
    /// What of it was taken back before it was paid.
    pub clawed_back: Atoms,
    /// What is held of stakes.
    pub staked: Atoms,
    /// What of stakes was lost.
    pub slashed: Atoms,
    /// What of stakes was given back.
    pub returned: Atoms,
    /// What was contributed in all epochs, those below zero left out.
    pub contribution: Atoms,
}

impl Money {
    /// What the escrow holds.
    #[must_use]
    pub fn held(&self) -> Atoms {
        self.funded - self.paid - self.refunded
    }

    /// What the escrow holds and no claim has been promised.
    #[must_use]
    pub fn free(&self) -> Atoms {
        self.held() - self.committed
    }
}

impl Contract {
    /// A contract that has just been published.
    #[must_use]
    pub fn new(terms: Arc<Terms>) -> Self {
        Self {
            terms,
            state: State::Proposed,
            money: Money::default(),
            members: Members::default(),
            claims: Vec::new(),
            next_claim: 0,
            measured_to: 0,
        }
    }

    /// Its terms.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Goes by `terms` from now on, which differ from its own by the reward alone.
    pub fn follow(&mut self, terms: &Arc<Terms>) {
        self.terms = Arc::clone(terms);
    }

    /// Its state.
    #[must_use]
    pub fn state(&self) -> State {
        self.state
    }

    /// Where its money is.
    #[must_use]
    pub fn money(&self) -> &Money {
        &self.money
    }

    /// The claims that are not settled, in the order of their numbers.
    #[must_use]
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// Whose claim it is.
    #[must_use]
    pub fn claimant(&self, claim: &Claim) -> AffiliateId {
        self.members.id(claim.row)
    }

    /// Whether nothing can happen to it any more.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Paid | State::Expired)
    }

    /// Whether an affiliate has joined.
    #[must_use]
    pub fn has_joined(&self, who: AffiliateId) -> bool {
        self.members.row(who).is_some()
    }

    /// The affiliates that have joined, in the order of joining: who, and what they earned, were paid, had taken back,
    /// and hold as stake, in atoms.
    pub fn affiliates(&self) -> impl Iterator<Item = Standing> + '_ {
        (0..self.members.len()).map(|row| Standing {
            who: self.members.id(row),
            sponsor: self.members.sponsor(row).map(|row| self.members.id(row)),
            earned: self.members.earned[row],
            paid: self.members.paid[row],
            clawed_back: self.members.clawed_back[row],
            owes: self.members.debt[row],
            staked: self.members.staked[row],
        })
    }

    /// The primary pays `atoms` into the escrow. The caller has them moved there.
    ///
    /// # Errors
    /// When it is not waiting for money, or would have more than its cap.
    pub fn fund(&mut self, atoms: Atoms, outcome: &mut Outcome) -> Result<(), Refusal> {
        self.needs("be funded", State::Proposed)?;
        let most = self.terms.cap - self.money.funded;
        if !(1..=most).contains(&atoms) {
            return Err(Refusal::Amount { offered: atoms, most });
        }
        self.money.funded += atoms;
        if atoms == most {
            self.turn(State::Escrowed, outcome);
        }
        Ok(())
    }

    /// Becomes active at `step`, if its escrow covers the cap. Whether its condition holds is for the caller to see.
    ///
    /// # Errors
    /// When the escrow does not cover the cap, it has not started, or it has ended.
    pub fn activate(&mut self, step: u32, outcome: &mut Outcome) -> Result<(), Refusal> {
        if self.state == State::Proposed {
            return Err(Refusal::NotCovered { missing: self.terms.cap - self.money.funded });
        }
        self.needs("be activated", State::Escrowed)?;
        if step < self.terms.starts {
            return Err(Refusal::Early { from: self.terms.starts });
        }
        self.turn(State::Active, outcome);
        Ok(())
    }

    /// An affiliate joins and pays its stake, which becomes due.
    ///
    /// # Errors
    /// When the contract has ended, the affiliate has joined already, or its sponsor has not.
    pub fn join(
        &mut self,
        who: AffiliateId,
        sponsor: Option<AffiliateId>,
        outcome: &mut Outcome,
    ) -> Result<(), Refusal> {
        if self.state > State::Active {
            return Err(Refusal::State { event: "be joined", is: self.state.name() });
        }
        if self.has_joined(who) {
            return Err(Refusal::Member(who));
        }
        if sponsor == Some(who) {
            return Err(Refusal::OwnSponsor(who));
        }
        let sponsor = sponsor.map(|id| self.members.row(id).ok_or(Refusal::NotMember(id))).transpose()?;
        self.members.push(who, sponsor, self.terms.stake);
        self.money.staked += self.terms.stake;
        outcome.act("joined", Some(who), self.terms.stake);
        outcome.due(Party::Affiliate(who), self.terms.stake, Why::Stake);
        Ok(())
    }

    /// A claim is challenged.
    ///
    /// # Errors
    /// When there is no such claim, or its window has passed.
    pub fn dispute(&mut self, id: u64, outcome: &mut Outcome) -> Result<(), Refusal> {
        let claim = self.claim(id)?;
        if claim.state != ClaimState::Measured {
            return Err(Refusal::Claim { event: "disputed", is: claim.state.name() });
        }
        claim.state = ClaimState::Disputed;
        let (row, atoms) = (claim.row, claim.outstanding());
        outcome.act(ClaimState::Disputed.name(), Some(self.members.id(row)), atoms);
        Ok(())
    }

    /// A challenge is resolved. When fraud was `proven` the claim is void and the affiliate's stake goes to the
    /// primary; otherwise it vests as if nothing had been.
    ///
    /// # Errors
    /// When there is no such claim, or it is not disputed.
    pub fn resolve(&mut self, id: u64, proven: bool, outcome: &mut Outcome) -> Result<(), Refusal> {
        let claim = self.claim(id)?;
        if claim.state != ClaimState::Disputed {
            return Err(Refusal::Claim { event: "resolved", is: claim.state.name() });
        }
        let row = claim.row;
        if !proven {
            claim.state = ClaimState::Vesting;
            let atoms = claim.outstanding();
            outcome.act("accepted", Some(self.members.id(row)), atoms);
            return Ok(());
        }
        claim.state = ClaimState::ClawedBack;
        let (own, chain) = (claim.own.take(Atoms::MAX), claim.chain.take(Atoms::MAX));
        let sponsor = claim.sponsor;
        self.uncommit(row, own);
        if let Some(sponsor) = sponsor {
            self.uncommit(sponsor, chain);
        }
        let who = self.members.id(row);
        outcome.act(ClaimState::ClawedBack.name(), Some(who), own + chain);
        let stake = std::mem::take(&mut self.members.staked[row]);
        self.money.staked -= stake;
        self.money.slashed += stake;
        outcome.slash(who, stake);
        Ok(())
    }

    /// `atoms` of what was attributed to an affiliate are undone at `step`: those it brought left, or sold again.
    /// Returns what that costs it and its sponsor: kept back where it has not vested, owed where it was paid.
    ///
    /// # Errors
    /// When the affiliate has not joined, or nothing can have churned.
    pub fn churn(
        &mut self,
        who: AffiliateId,
        atoms: Atoms,
        step: u32,
        outcome: &mut Outcome,
    ) -> Result<Atoms, Refusal> {
        let row = self.members.row(who).ok_or(Refusal::NotMember(who))?;
        if atoms <= 0 {
            return Err(Refusal::Amount { offered: atoms, most: Atoms::MAX });
        }
        let Some((_, share)) = self.terms.clawback else { return Ok(0) };
        let (mut left, mut cost) = (atoms, 0);
        for at in (0..self.claims.len()).rev() {
            if left == 0 {
                break;
            }
            let claim = &mut self.claims[at];
            if claim.row != row || !claim.can_churn(&self.terms, step) {
                continue;
            }
            let churned = left.min(claim.contribution - claim.churned);
            claim.churned += churned;
            left -= churned;
            // Rounded down, in all and not by turns.
            let owed = |amount: Atoms| {
                let whole = i128::from(amount) * i128::from(claim.churned) / i128::from(claim.contribution);
                share.of(whole as Atoms)
            };
            let (own, chain) = (owed(claim.own.amount), owed(claim.chain.amount));
            let (own_more, chain_more) = (own - claim.own.churned, chain - claim.chain.churned);
            (claim.own.churned, claim.chain.churned) = (own, chain);
            let (own_taken, chain_taken) = (claim.own.take(own_more), claim.chain.take(chain_more));
            let sponsor = claim.sponsor;
            self.uncommit(row, own_taken);
            self.members.debt[row] += own_more - own_taken;
            if let Some(sponsor) = sponsor {
                self.uncommit(sponsor, chain_taken);
                self.members.debt[sponsor] += chain_more - chain_taken;
            }
            cost += own_more + chain_more;
        }
        if cost > 0 {
            outcome.act(ClaimState::ClawedBack.name(), Some(who), cost);
        }
        Ok(cost)
    }

    /// The end of `step`: it becomes active or ceases to be, claims are accepted and what has vested is paid, and it
    /// ends. `holds` says whether its condition does.
    ///
    /// It need not be called at every step: what vested meanwhile is paid at the next call.
    pub fn advance(&mut self, step: u32, holds: bool, outcome: &mut Outcome) {
        match self.state {
            State::Escrowed if holds && step >= self.terms.starts && !self.terms.has_expired(step) => {
                self.turn(State::Active, outcome);
            }
            State::Active if !holds => self.turn(State::Escrowed, outcome),
            State::Paid | State::Expired => return,
            _ => {}
        }
        self.pay(step, outcome);
        if self.state < State::Vesting && !self.terms.has_expired(step) {
            return;
        }
        let free = self.money.free();
        self.money.refunded += free;
        outcome.due(Party::Primary, free, Why::Refund);
        if self.claims.is_empty() {
            self.close(outcome);
        } else if self.state != State::Vesting {
            self.turn(State::Vesting, outcome);
        }
    }

    /// Accepts claims whose window has passed, and pays what has vested.
    fn pay(&mut self, step: u32, outcome: &mut Outcome) {
        if self.claims.is_empty() {
            return;
        }
        let mut due = vec![0; self.members.len()];
        let Self { terms, claims, members, .. } = self;
        for claim in claims.iter_mut() {
            // One that is measured at this very step waits for its window, if it has any.
            if claim.state == ClaimState::Measured && step >= claim.step.saturating_add(terms.challenge) {
                claim.state = ClaimState::Vesting;
                // What was never open to challenge is accepted as it is measured.
                if terms.challenge > 0 {
                    outcome.act("accepted", Some(members.id(claim.row)), claim.outstanding());
                }
            }
            if claim.state != ClaimState::Vesting {
                continue;
            }
            due[claim.row] += claim.own.release(terms.vested(claim.own.amount, claim.step, step));
            if let Some(sponsor) = claim.sponsor {
                due[sponsor] += claim.chain.release(terms.vested(claim.chain.amount, claim.step, step));
            }
            if claim.outstanding() == 0 {
                claim.state = claim.settled_as();
            }
        }
        claims.retain(|claim| !claim.is_settled(terms, step));
        for (row, &atoms) in due.iter().enumerate().filter(|(_, atoms)| **atoms > 0) {
            self.members.paid[row] += atoms;
            self.money.paid += atoms;
            self.money.committed -= atoms;
            outcome.due(Party::Affiliate(self.members.id(row)), atoms, Why::Payout);
        }
    }

    /// Gives the stakes back, less what is owed, which goes to the primary.
    fn close(&mut self, outcome: &mut Outcome) {
        for row in 0..self.members.len() {
            let stake = std::mem::take(&mut self.members.staked[row]);
            let kept = stake.min(self.members.debt[row]);
            self.members.debt[row] -= kept;
            self.money.staked -= stake;
            self.money.slashed += kept;
            self.money.returned += stake - kept;
            let who = self.members.id(row);
            outcome.slash(who, kept);
            outcome.due(Party::Affiliate(who), stake - kept, Why::StakeReturned);
        }
        let paid = self.money.paid > 0;
        self.turn(if paid { State::Paid } else { State::Expired }, outcome);
    }

    /// What was promised to a row and will not be paid.
    fn uncommit(&mut self, row: usize, atoms: Atoms) {
        self.members.clawed_back[row] += atoms;
        self.money.clawed_back += atoms;
        self.money.committed -= atoms;
    }

    fn turn(&mut self, state: State, outcome: &mut Outcome) {
        let what = match (self.state, state) {
            (State::Active, State::Escrowed) => "suspended",
            (_, State::Proposed) => "proposed",
            (_, State::Escrowed) => "escrowed",
            (_, State::Active) => "activated",
            (_, State::Vesting) => "ended",
            (_, State::Paid) => "settled",
            (_, State::Expired) => "expired",
        };
        self.state = state;
        outcome.act(what, None, 0);
    }

    pub(super) fn needs(&self, event: &'static str, state: State) -> Result<(), Refusal> {
        if self.state == state { Ok(()) } else { Err(Refusal::State { event, is: self.state.name() }) }
    }

    fn claim(&mut self, id: u64) -> Result<&mut Claim, Refusal> {
        match self.claims.binary_search_by_key(&id, |claim| claim.id) {
            Ok(at) => Ok(&mut self.claims[at]),
            Err(_) => Err(Refusal::NoClaim(id)),
        }
    }

    /// Whether every atom is accounted for.
    ///
    /// # Errors
    /// What is not, in words.
    pub fn check(&self) -> Result<(), String> {
        let Money { paid, committed, earned, clawed_back, staked, .. } = self.money;
        let open: Atoms = self.claims.iter().map(Claim::outstanding).sum();
        let sum = |column: &[Atoms]| column.iter().sum::<Atoms>();
        let Members { staked: stakes, earned: theirs, paid: got, clawed_back: lost, .. } = &self.members;
        let laws = [
            (open == committed, "what claims may pay is not what is committed"),
            (self.money.free() >= 0 && committed >= 0, "more is promised than the escrow holds"),
            (paid + committed <= self.terms.cap, "more is promised than the cap"),
            (earned == paid + committed + clawed_back, "what was earned is not paid, promised or taken back"),
            (
                (sum(theirs), sum(got), sum(lost)) == (earned, paid, clawed_back),
                "the affiliates' columns do not add up",
            ),
            (sum(stakes) == staked, "the stakes do not add up"),
        ];
        laws.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, why)| Err((*why).to_owned()))
    }

    /// Visits all that changes; the terms are the scenario's.
    ///
    /// # Errors
    /// When the visitor fails, or what it loads is no contract.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let mut state = self.state as u64;
        visitor.u64("contract.state", &mut state)?;
        let known = State::ALL.get(state as usize);
        self.state = *known.ok_or_else(|| StateError(format!("a contract has no state {state}")))?;
        let money = &mut self.money;
        for (name, atoms) in [
            ("contract.funded", &mut money.funded),
            ("contract.paid", &mut money.paid),
            ("contract.refunded", &mut money.refunded),
            ("contract.committed", &mut money.committed),
            ("contract.earned", &mut money.earned),
            ("contract.earned_last", &mut money.earned_last),
            ("contract.clawed_back", &mut money.clawed_back),
            ("contract.staked", &mut money.staked),
            ("contract.slashed", &mut money.slashed),
            ("contract.returned", &mut money.returned),
            ("contract.contribution", &mut money.contribution),
        ] {
            visitor.i64(name, atoms)?;
        }
        visitor.u64("contract.next_claim", &mut self.next_claim)?;
        let mut measured_to = u64::from(self.measured_to);
        visitor.u64("contract.measured_to", &mut measured_to)?;
        self.measured_to =
            u32::try_from(measured_to).map_err(|_| StateError(format!("step {measured_to} is too large")))?;
        self.members.visit_state(visitor)?;
        claims::visit("contract.claims", &mut self.claims, self.members.len(), visitor)
    }
}

/// How an affiliate stands with a contract, in atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Its number.
    pub who: AffiliateId,
    /// Its sponsor.
    pub sponsor: Option<AffiliateId>,
    /// What it has earned.
    pub earned: Atoms,
    /// What has been paid to it.
    pub paid: Atoms,
    /// What was taken back before it was paid.
    pub clawed_back: Atoms,
    /// What it owes for what was paid and has churned.
    pub owes: Atoms,
    /// What it has staked.
    pub staked: Atoms,
}
