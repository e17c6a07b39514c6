//! What a contract answers: what is due to whom, what has changed, and why something is refused.

use std::fmt;

use walras_ledger::Atoms;

/// The number of an affiliate among all that a contract may meet.
pub type AffiliateId = u32;

/// Whom a due concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// Who set the goal and pays.
    Primary,
    /// Who contributes.
    Affiliate(AffiliateId),
}

/// Why an amount is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// What vested of the rewards, from the escrow to an affiliate.
    Payout,
    /// What the escrow no longer needs, back to the primary.
    Refund,
    /// The price of an identity, from an affiliate to the stakes.
    Stake,
    /// A stake given back to an affiliate at the end.
    StakeReturned,
    /// A stake lost to the primary, by fraud that was proven or for what was clawed back after it was paid.
    Slash,
}

impl Why {
    /// What has happened when it is posted, as the log says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Payout => "paid",
            Self::Refund => "refunded",
            Self::Stake => "staked",
            Self::StakeReturned => "stake_returned",
            Self::Slash => "slashed",
        }
    }
}

/// What is due: whoever called posts it. Never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Who receives it, or, of a [`Why::Stake`], pays it.
    pub party: Party,
    /// How much, in atoms of the contract's asset.
    pub atoms: Atoms,
    /// Why.
    pub why: Why,
    /// Whose stake it was; for a slash alone, whose money goes to the primary.
    pub of: Option<AffiliateId>,
}

/// What a contract, or a claim under it, has become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// What happened, as the log says it.
    pub what: &'static str,
    /// Whose claim it is; `None` for the contract itself.
    pub affiliate: Option<AffiliateId>,
    /// The amount concerned, in atoms; zero where there is none.
    pub atoms: Atoms,
}

/// What a call came to, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// What is to be posted.
    pub dues: Vec<Due>,
    /// What has changed.
    pub acts: Vec<Act>,
    /// Why contributions earned nothing, where the reward had no value.
    pub undefined: Vec<(AffiliateId, String)>,
}

impl Outcome {
    /// Nothing, with the room kept.
    pub fn clear(&mut self) {
        self.dues.clear();
        self.acts.clear();
        self.undefined.clear();
    }

    pub(super) fn due(&mut self, party: Party, atoms: Atoms, why: Why) {
        if atoms > 0 {
            self.dues.push(Due { party, atoms, why, of: None });
        }
    }

    pub(super) fn slash(&mut self, of: AffiliateId, atoms: Atoms) {
        if atoms > 0 {
            self.dues.push(Due { party: Party::Primary, atoms, why: Why::Slash, of: Some(of) });
        }
    }

    pub(super) fn act(&mut self, what: &'static str, affiliate: Option<AffiliateId>, atoms: Atoms) {
        self.acts.push(Act { what, affiliate, atoms });
    }
}

/// Why a contract does not take an event. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The contract is in another state than the event needs.
    State {
        /// The event.
        event: &'static str,
        /// The state it is in.
        is: &'static str,
    },
    /// An amount that cannot be: not above zero, or more than is missing.
    Amount {
        /// What was offered.
        offered: Atoms,
        /// The most that is taken.
        most: Atoms,
    },
    /// The escrow does not cover the cap.
    NotCovered {
        /// How many atoms are missing.
        missing: Atoms,
    },
    /// Too early: it does not start yet, or the epoch has not ended.
    Early {
        /// The first step at which it can be.
        from: u32,
    },
    /// The epoch has been measured already.
    MeasuredTwice,
    /// An affiliate stands twice in one list, or not in rising order.
    Twice(AffiliateId),
    /// An affiliate has joined already.
    Member(AffiliateId),
    /// An affiliate has not joined.
    NotMember(AffiliateId),
    /// An affiliate cannot be its own sponsor.
    OwnSponsor(AffiliateId),
    /// There is no such claim, or it is settled.
    NoClaim(u64),
    /// The claim cannot be disputed any more, or is not disputed.
    Claim {
        /// The event.
        event: &'static str,
        /// The state the claim is in.
        is: &'static str,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State { event, is } => write!(f, "a contract that is {is} cannot {event}"),
            Self::Amount { offered, most } => write!(f, "{offered} atoms are not between 1 and {most}"),
            Self::NotCovered { missing } => write!(f, "the escrow is {missing} atoms short of the cap"),
            Self::Early { from } => write!(f, "not before step {from}"),
            Self::MeasuredTwice => f.write_str("the epoch has been measured already"),
            Self::Twice(who) => write!(f, "affiliate {who} is out of order: each once, rising"),
            Self::Member(who) => write!(f, "affiliate {who} has joined already"),
            Self::NotMember(who) => write!(f, "affiliate {who} has not joined"),
            Self::OwnSponsor(who) => write!(f, "affiliate {who} cannot be its own sponsor"),
            Self::NoClaim(id) => write!(f, "there is no open claim {id}"),
            Self::Claim { event, is } => write!(f, "a claim that is {is} cannot be {event}"),
        }
    }
}

impl std::error::Error for Refusal {}
