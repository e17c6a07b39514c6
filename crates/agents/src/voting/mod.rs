//! How agents vote.
//!
//! A voter is asked once about each proposal and answers with a strength between −1 and 1: the sign says for or
//! against, zero that it does not take part. What a strength weighs is the voting rule's to say. Whether it is worth the
//! trouble is part of each answer, so that low turnout has its reasons: apathy, a chance of missing the vote, or a cost
//! that exceeds what is at stake.

mod bribable;
mod follow;
mod look_ahead;
mod never;
mod random;
mod self_interest_rule;
mod turnout;

use std::fmt::Debug;
use std::ops::Range;

use walras_catalog::{Reference, entries};
use walras_numerics::{Keys, Purpose};

use crate::population::Setup;

pub use bribable::Bribable;
pub use follow::Follow;
pub use look_ahead::LookAhead;
pub use never::Never;
pub use random::Random;
pub use self_interest_rule::{Response, SelfInterestRule, Wants};
pub use turnout::Turnout;

/// What one chunk of voters sees of a proposal. All slices have the chunk's length and order.
#[derive(Debug, Clone)]
pub struct BallotView<'a> {
    /// The number of the proposal in its body, from 0 on.
    pub proposal: u32,
    /// The step at which it was opened.
    pub opened: u32,
    /// The run's keys, for draws.
    pub keys: Keys,
    /// The key of the chunk's first agent in draws.
    pub entity: u64,
    /// The chunk's rows in the cohort, the index into parameter columns.
    pub rows: Range<usize>,
    /// The parameter's value when the proposal was made.
    pub before: f64,
    /// The value proposed.
    pub value: f64,
    /// The quantity that the cohort looks at, `NaN` where it looks at none or it is undefined.
    pub quantity: f64,
    /// What each agent's utility is expected to gain if the proposal passes, over what it is if the proposal fails;
    /// empty where the cohort does not look ahead.
    pub gains: &'a [f64],
    /// What each agent is paid for voting for, numeraire; empty where nobody is.
    pub paid_for: &'a [f64],
    /// What each agent is paid for voting against, numeraire; empty where nobody is.
    pub paid_against: &'a [f64],
    /// How the agent voted whom the cohort follows; zero where it did not.
    pub followed: f64,
}

impl BallotView<'_> {
    /// How many agents the chunk has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A uniform number in [0, 1) for the chunk's agent `i`; `draw`, below 4, tells apart the draws about one proposal: 0 and
    /// 1 are its policy's, 2 says in which step of the voting period it is asked. It is the same in whatever step of the
    /// period it is drawn.
    #[must_use]
    pub fn unit(&self, i: usize, draw: u16) -> f64 {
        // Proposals of one step have numbers in a row, so that none of them share a draw.
        let index = (self.proposal as u16).wrapping_mul(4).wrapping_add(draw);
        self.keys.unit(Purpose::vote(index), self.entity + i as u64, self.opened)
    }
}

/// A way of voting as a scenario describes it.
pub trait BuildVoter: Debug + Send + Sync {
    /// Draws the parameters of a cohort.
    ///
    /// # Errors
    /// Says which parameter cannot be drawn and why.
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Voter>, String>;

    /// How many steps it looks ahead, where it does: its view then has gains.
    fn horizon(&self) -> Option<u32> {
        None
    }

    /// The quantity that it looks at, where it does.
    fn quantity(&self) -> Option<&Reference> {
        None
    }

    /// Whom it follows, where it does: a cohort's name for its first agent, or `cohort:row`.
    fn follows(&self) -> Option<&Reference> {
        None
    }
}

entries! {
    /// Any way of voting.
    pub enum AnyVoter: dyn BuildVoter = "voter" {
        Never(Never),
        Random(Random),
        SelfInterestRule(SelfInterestRule),
        LookAhead(LookAhead),
        Follow(Follow),
        Bribable(Bribable),
    }
}

/// A cohort's way of voting, with the parameters of all its agents.
pub trait Voter: Send + Sync {
    /// Writes the ballots of one chunk, all zero at first. An answer that is no number is refused, and nobody else's.
    fn vote(&self, view: &BallotView<'_>, ballots: &mut [f64]);
}
