//! A body that votes, as it stands while an economy runs.

use std::ops::Range;
use std::sync::Arc;

use walras_agents::voting::Voter;
use walras_catalog::Bounds;
use walras_formula::Program;
use walras_institutions::voting::proposer::AnyProposer;
use walras_institutions::voting::{AnyVoting, Proceedings, Terms};
use walras_ledger::{AgentAddress, AssetId, Atoms, NamedId};
use walras_numerics::{StateError, StateVisitor};

use super::plan::{ExitPlan, Side};
use crate::lever::Lever;
use crate::world::World;

/// A body that votes.
#[derive(Clone)]
pub struct Body {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// The key of its own draws.
    pub entity: u64,
    /// Who votes, cohort by cohort.
    pub members: Vec<Members>,
    /// How many voters there are.
    pub size: usize,
    /// What weighs.
    pub asset: AssetId,
    /// How ballots decide.
    pub rule: AnyVoting,
    /// By which times.
    pub terms: Terms,
    /// What it may set.
    pub levers: Vec<BodyLever>,
    /// What is proposed at declared steps.
    pub planned: Vec<Planned>,
    /// Who proposes besides.
    pub proposer: Option<AnyProposer>,
    /// What proposals are to raise.
    pub goal: Option<Program>,
    /// What it pays from.
    pub treasury: Option<NamedId>,
    /// When members leave.
    pub exit: Option<ExitPlan>,
    /// Who pays for votes.
    pub bribes: Vec<Bribe>,
    /// Who lends for the step of a count.
    pub loans: Vec<Loan>,
    /// To whom each voter delegates, itself for nobody; empty where nobody does.
    pub delegates: Vec<u32>,
    /// The voters who stand for the council.
    pub candidates: Range<u32>,
    /// For each voter the candidates from the nearest to the farthest.
    pub rankings: Vec<u32>,
    /// The proposals.
    pub proceedings: Proceedings,
    /// What is remembered from step to step besides.
    pub memory: Memory,
}

/// What a body remembers besides its proceedings.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// The proposer's numbers.
    pub proposer: Vec<f64>,
    /// Which declared proposal each proposal is; −1 for none.
    pub planned: Vec<i64>,
    /// The open proposals of which voters know what they expect to gain.
    pub foreseen: Vec<i64>,
    /// What each voter expects to gain from each of these.
    pub gains: Vec<f64>,
    /// What each bribe has in escrow for each proposal, in atoms.
    pub escrowed: Vec<i64>,
    /// Ballots cast by each voter.
    pub ballots: Vec<i64>,
}

/// The voters of one cohort.
#[derive(Clone)]
pub struct Members {
    /// The cohort.
    pub cohort: usize,
    /// The row in the body of its first agent.
    pub first: usize,
    /// How many agents it has.
    pub size: usize,
    /// How they vote; absent where they never do.
    pub voter: Option<Arc<dyn Voter>>,
    /// How many steps they look ahead.
    pub horizon: Option<u32>,
    /// The quantity that they look at.
    pub quantity: Option<Program>,
    /// The voter whom they follow.
    pub follows: Option<u32>,
}

impl Members {
    /// Their rows in the body.
    #[must_use]
    pub fn rows(&self) -> Range<usize> {
        self.first..self.first + self.size
    }
}

/// A parameter that a body may set.
#[derive(Debug, Clone)]
pub struct BodyLever {
    /// Its name in the body.
    pub name: String,
    /// The parameter.
    pub lever: Lever,
    /// The values that may be proposed.
    pub bounds: Bounds,
}

/// Something proposed at a declared step.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// The step.
    pub at: u32,
    /// The lever and its value.
    pub sets: Option<(u32, f64)>,
    /// Money asked for, in atoms.
    pub requested: Atoms,
    /// Who gets it.
    pub recipient: Option<NamedId>,
}

/// Money for votes.
#[derive(Debug, Clone)]
pub struct Bribe {
    /// Its name.
    pub name: String,
    /// Who pays.
    pub pool: NamedId,
    /// Where what may be due is kept until a proposal is decided.
    pub escrow: NamedId,
    /// The lever whose proposals it is about.
    pub lever: Option<u32>,
    /// The side that it pays for.
    pub side: Side,
    /// Atoms of money for a vote, or for a token that votes.
    pub price: f64,
    /// Whether it pays by token.
    pub by_token: bool,
    /// The most atoms for one proposal.
    pub budget: Option<Atoms>,
}

/// Tokens lent for the step of a count.
#[derive(Debug, Clone)]
pub struct Loan {
    /// Its name.
    pub name: String,
    /// Who lends.
    pub lender: NamedId,
    /// Whose agents borrow, a number among the members.
    pub borrower: usize,
    /// Atoms that each borrows.
    pub amount: Atoms,
    /// What it costs, as a share.
    pub fee: f64,
}

impl Body {
    /// The lever number of a proposal that changes none.
    pub const NO_LEVER: u32 = u32::MAX;

    /// Who is voter number `voter`.
    #[must_use]
    pub fn address(&self, world: &World, voter: usize) -> AgentAddress {
        let place = self.members.partition_point(|members| members.first <= voter) - 1;
        let members = &self.members[place];
        AgentAddress { cohort: world.cohorts[members.cohort].id, row: (voter - members.first) as u32 }
    }

    /// What each voter holds of the asset that weighs.
    #[must_use]
    pub fn weights(&self, world: &World) -> Vec<Atoms> {
        let mut weights = Vec::with_capacity(self.size);
        for members in &self.members {
            let column = world.ledger.column(world.cohorts[members.cohort].id, self.asset);
            match column {
                Some(column) => weights.extend_from_slice(column),
                None => weights.resize(weights.len() + members.size, 0),
            }
        }
        weights
    }

    /// The name of what a proposal is about: its declared name, else its lever's.
    #[must_use]
    pub fn subject(&self, index: usize) -> &str {
        match usize::try_from(self.memory.planned[index]) {
            Ok(planned) => &self.planned[planned].name,
            Err(_) => &self.levers[self.proceedings.proposal(index).lever as usize].name,
        }
    }

    /// The name of the lever that a proposal would move; empty for none.
    #[must_use]
    pub fn lever_name(&self, index: usize) -> &str {
        self.lever_called(self.proceedings.proposal(index).lever)
    }

    /// The name of lever number `lever`; empty for none.
    #[must_use]
    pub fn lever_called(&self, lever: u32) -> &str {
        self.levers.get(lever as usize).map_or("", |lever| lever.name.as_str())
    }

    /// Lets a voter delegate to another from now on, or to nobody but itself. Circles do no harm: what is in one counts as
    /// not cast.
    pub fn delegate(&mut self, voter: u32, to: u32) {
        if self.delegates.is_empty() {
            self.delegates = (0..self.size as u32).collect();
        }
        self.delegates[voter as usize] = to.min(self.size as u32 - 1);
    }

    /// What each voter expects to gain from an open proposal, where any of them looks ahead.
    #[must_use]
    pub fn gains(&self, index: usize) -> Option<&[f64]> {
        let place = self.memory.foreseen.iter().position(|&foreseen| foreseen as usize == index)?;
        Some(&self.memory.gains[place * self.size..(place + 1) * self.size])
    }

    /// Visits all state.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let Self { institution, proceedings, memory, delegates, bribes, .. } = self;
        proceedings.visit_state(institution, visitor)?;
        let before = memory.proposer.len();
        visitor.f64s(&format!("{institution}.proposer"), &mut memory.proposer)?;
        visitor.f64s(&format!("{institution}.gains"), &mut memory.gains)?;
        for (name, column) in [
            ("planned", &mut memory.planned),
            ("foreseen", &mut memory.foreseen),
            ("escrowed", &mut memory.escrowed),
            ("ballots", &mut memory.ballots),
        ] {
            visitor.i64s(&format!("{institution}.{name}"), column)?;
        }
        let mut chosen: Vec<i64> = delegates.iter().map(|&row| i64::from(row)).collect();
        visitor.i64s(&format!("{institution}.delegates"), &mut chosen)?;
        let rows =
            |column: &[i64], below: usize| column.iter().all(|&row| usize::try_from(row).is_ok_and(|row| row < below));
        let opened = proceedings.len();
        let fits = memory.proposer.len() == before
            && memory.planned.len() == opened
            && memory.planned.iter().all(|&planned| planned < self.planned.len() as i64)
            && rows(&memory.foreseen, opened)
            && memory.gains.len() == memory.foreseen.len() * self.size
            && memory.escrowed.len() == opened * bribes.len()
            && memory.ballots.len() == self.size
            && rows(&chosen, self.size)
            && [0, self.size].contains(&chosen.len());
        *delegates = chosen.iter().map(|&row| row as u32).collect();
        if fits { Ok(()) } else { Err(StateError(format!("what {institution} remembers does not fit together"))) }
    }
}
