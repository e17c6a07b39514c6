//! Votes: how the ballots of many become one decision about a declared parameter, and what a common treasury owes.
//!
//! - [`Voting`]: a rule that turns ballots into a [`Tally`]; [`AnyVoting`] lists them
//! - [`Proceedings`]: proposals from opening to execution, with the ballots and weights of each
//! - [`proposer`]: who proposes what
//! - [`delegation`]: where delegated votes end; [`election`]: who is elected to a council
//! - [`QuadraticFunding`]: a pot shared among projects by how many gave how much
//! - [`Exit`]: a member's share of the treasury for the tokens it burns
//!
//! *Invariant:* a vote changes no parameter. It says which value was decided; the engine asks the lever, which refuses
//! what is out of its bounds.

mod conviction;
mod council;
mod delegated;
mod exit;
mod one_agent_one_vote;
mod proceedings;
mod quadratic;
mod quadratic_funding;
mod tally;
mod token_weighted;

pub mod delegation;
pub mod election;
pub mod proposer;

#[cfg(test)]
mod laws;

use std::fmt::Debug;

use walras_catalog::entries;
use walras_ledger::Atoms;

pub use conviction::{Conviction, Decay};
pub use council::{Council, Election};
pub use delegated::Delegated;
pub use exit::Exit;
pub use one_agent_one_vote::OneAgentOneVote;
pub use proceedings::{Proceedings, Proposal, RefusedBallot, RefusedProposal, Snapshot, Status, Terms};
pub use quadratic::{CreditsBy, Quadratic};
pub use quadratic_funding::{PotUse, QuadraticFunding, funding_level};
pub use tally::{Tally, exceeds, reaches};
pub use token_weighted::TokenWeighted;

/// What a rule counts: one proposal's ballots.
#[derive(Debug, Clone, Copy, Default)]
pub struct Ballots<'a> {
    /// What each voter said, as [`Voting::mark`] wrote it: above zero for, below zero against, zero for a voter that
    /// did not vote.
    pub marks: &'a [f64],
    /// What each voter's tokens weigh in this vote, in atoms.
    pub weights: &'a [Atoms],
    /// To whom each voter delegates, a voter's own row for nobody; empty where nobody does.
    pub delegates: &'a [u32],
    /// The rows of those who sit on the council; a row may hold several seats.
    pub seats: &'a [u32],
    /// Funds that the proposal asks for, in the unit of `funds`; zero for a proposal that only changes a parameter.
    pub requested: f64,
    /// Funds that the body has.
    pub funds: f64,
    /// Atoms in one token.
    pub scale: f64,
}

/// Credits that are spent on votes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Credits {
    /// How many a voter is given.
    pub given: f64,
    /// Whether they are given for each token that it holds rather than to each agent.
    pub for_each_token: bool,
    /// Every how many steps they are given anew.
    pub every: u32,
}

/// A rule by which ballots decide.
pub trait Voting: Debug + Send + Sync {
    /// What is written down when a voter votes with `strength` between −1 and 1: the sign says for or against. Takes what
    /// the vote costs from the voter's `credits`.
    fn mark(&self, strength: f64, credits: &mut f64) -> f64 {
        let _ = credits;
        if strength == 0.0 { 0.0 } else { strength.signum() }
    }

    /// The credits that votes cost, where they do.
    fn credits(&self) -> Option<Credits> {
        None
    }

    /// Whether a voter may change its ballot while the proposal is open. Where not, a second ballot is refused.
    fn revisable(&self) -> bool {
        false
    }

    /// Whether a voter's tokens are divided among the open proposals that it supports, instead of counting in full in
    /// each.
    fn divides_weight(&self) -> bool {
        false
    }

    /// How many numbers it remembers of each proposal, all zero at first.
    fn memory(&self) -> usize {
        0
    }

    /// The council that votes in the voters' stead, where one does.
    fn council(&self) -> Option<&Council> {
        None
    }

    /// Counts the ballots of one proposal at the end of a step; called once in every step while the proposal is open.
    /// `memory` holds [`Voting::memory`] numbers.
    fn count(&self, ballots: &Ballots<'_>, memory: &mut [f64]) -> Tally;

    /// Whether a proposal passes in the step in which it has the votes, instead of at the end of its voting period.
    fn passes_early(&self) -> bool {
        false
    }
}

entries! {
    /// Any rule by which a body votes.
    pub enum AnyVoting: dyn Voting = "voting" {
        TokenWeighted(TokenWeighted),
        OneAgentOneVote(OneAgentOneVote),
        Quadratic(Quadratic),
        Conviction(Conviction),
        Delegated(Delegated),
        Council(Council),
    }
}
