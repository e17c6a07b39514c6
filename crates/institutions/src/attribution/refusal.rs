//! Why nobody was credited.

use std::fmt;

use walras_ledger::Atoms;

/// Why nobody was credited. A value for the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The rule has to see a whole epoch, not one conversion.
    NeedsEpoch,
    /// The rule has to see the same run without each affiliate.
    NeedsRuns {
        /// How many of those runs there are.
        found: usize,
        /// How many affiliates there are.
        affiliates: usize,
    },
    /// A conversion has a negative value.
    Value(Atoms),
    /// A touch is by an affiliate that is not there.
    Affiliate {
        /// Which.
        found: u32,
        /// How many there are.
        affiliates: usize,
    },
    /// The values do not add up to an amount.
    TooMuch,
    /// More affiliates took part than the rule solves for.
    Affiliates {
        /// How many.
        found: usize,
        /// The most.
        most: usize,
    },
    /// A game has a worth that is not finite.
    Worth,
    /// No affiliate has any weight, though there is something to share.
    Weights,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NeedsEpoch => write!(f, "the rule looks at all paths of an epoch: one conversion alone says nothing"),
            Self::NeedsRuns { found, affiliates } => write!(
                f,
                "the rule compares the run with the same run without each of {affiliates} affiliates, and {found} such \
                 runs were given: give one each"
            ),
            Self::Value(value) => write!(f, "a conversion is worth {value}: it must not be negative"),
            Self::Affiliate { found, affiliates } => {
                write!(f, "a touch is by affiliate {found} where there are {affiliates}, counted from 0")
            }
            Self::TooMuch => write!(f, "the conversions are worth more in all than fits an amount"),
            Self::Affiliates { found, most } => write!(
                f,
                "{found} affiliates took part, too many for this rule: it takes up to {most} in an epoch; make the epoch \
                 shorter, or use a rule that looks at one conversion"
            ),
            Self::Worth => write!(f, "a coalition's worth is not finite: give a number for every coalition"),
            Self::Weights => write!(f, "no affiliate has any weight, so that nothing can be shared by it"),
        }
    }
}

impl std::error::Error for Refusal {}
