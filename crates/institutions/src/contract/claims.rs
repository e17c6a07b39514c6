//! What one affiliate earned in one epoch, and what has become of it.

use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

use super::terms::Terms;

/// The state of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClaimState {
    /// Measured, and open to challenge.
    Measured,
    /// Challenged, and waiting for its resolution.
    Disputed,
    /// Accepted: paid as it vests.
    Vesting,
    /// Paid in full, less what was taken back.
    Paid,
    /// All of it taken back before anything was paid.
    ClawedBack,
}

impl ClaimState {
    const ALL: [Self; 5] = [Self::Measured, Self::Disputed, Self::Vesting, Self::Paid, Self::ClawedBack];

    /// The name in messages and in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Disputed => "disputed",
            Self::Vesting => "vesting",
            Self::Paid => "paid",
            Self::ClawedBack => "clawed_back",
        }
    }
}

/// One beneficiary's part of a claim, in atoms.
///
/// *Invariant:* `taken + released ≤ amount`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Part {
    /// What was earned.
    pub(super) amount: Atoms,
    /// What was kept back of it: for earlier debts, on churn, or because it is void.
    pub(super) taken: Atoms,
    /// What churn has cost so far, whether it could be kept back or is owed.
    pub(super) churned: Atoms,
    /// What has been paid.
    pub(super) released: Atoms,
}

impl Part {
    /// What may still be paid.
    pub(super) fn outstanding(&self) -> Atoms {
        self.amount - self.taken - self.released
    }

    /// Keeps back up to `atoms` of what is not paid, the latest instalments first. Returns how much that is.
    pub(super) fn take(&mut self, atoms: Atoms) -> Atoms {
        let taken = atoms.min(self.outstanding());
        self.taken += taken;
        taken
    }

    /// Pays what has vested and was not kept back. Returns how much that is.
    pub(super) fn release(&mut self, vested: Atoms) -> Atoms {
        let due = vested.min(self.amount - self.taken) - self.released;
        // What was kept back may have been counted on: never less than was paid.
        let due = due.max(0);
        self.released += due;
        due
    }
}

/// What one affiliate, and its sponsor through it, earned in one epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Its number, rising in the order of measurement.
    pub(super) id: u64,
    /// Where it stands.
    pub(super) state: ClaimState,
    /// The affiliate's row.
    pub(super) row: usize,
    /// Its sponsor's row, if it had one.
    pub(super) sponsor: Option<usize>,
    /// The step at whose end it was measured.
    pub(super) step: u32,
    /// What was contributed.
    pub(super) contribution: Atoms,
    /// How much of that has churned.
    pub(super) churned: Atoms,
    /// The affiliate's part.
    pub(super) own: Part,
    /// The sponsor's part.
    pub(super) chain: Part,
}

impl Claim {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> ClaimState {
        self.state
    }

    /// The step at whose end it was measured.
    #[must_use]
    pub fn step(&self) -> u32 {
        self.step
    }

    /// What the affiliate and its sponsor earned by it, in atoms.
    #[must_use]
    pub fn earned(&self) -> Atoms {
        self.own.amount + self.chain.amount
    }

    /// What may still be paid of it, in atoms.
    #[must_use]
    pub fn outstanding(&self) -> Atoms {
        self.own.outstanding() + self.chain.outstanding()
    }

    /// Whether churn can still cost it something at `step`.
    pub(super) fn can_churn(&self, terms: &Terms, step: u32) -> bool {
        terms.clawback.is_some_and(|(within, _)| step <= self.step.saturating_add(within))
            && self.churned < self.contribution
            && self.state != ClaimState::ClawedBack
    }

    /// What it is when nothing of it is outstanding.
    pub(super) fn settled_as(&self) -> ClaimState {
        let (amount, churned) = (self.own.amount + self.chain.amount, self.own.churned + self.chain.churned);
        let paid = self.own.released + self.chain.released > 0;
        if paid || churned < amount { ClaimState::Paid } else { ClaimState::ClawedBack }
    }

    /// Whether nothing can happen to it any more at `step`.
    pub(super) fn is_settled(&self, terms: &Terms, step: u32) -> bool {
        matches!(self.state, ClaimState::Paid | ClaimState::ClawedBack) && !self.can_churn(terms, step)
    }
}

/// Columns of the claims: id, state, row, sponsor, step, contribution, churned, and four of each part.
const COLUMNS: usize = 15;

/// A sponsor that there is not.
const NONE: i64 = -1;

/// Visits all claims as one column of numbers; `members` is how many rows there are.
pub(super) fn visit(
    name: &str,
    claims: &mut Vec<Claim>,
    members: usize,
    visitor: &mut dyn StateVisitor,
) -> Result<(), StateError> {
    let mut numbers: Vec<i64> = claims.iter().flat_map(numbers).collect();
    visitor.i64s(name, &mut numbers)?;
    let (rows, rest) = numbers.as_chunks::<COLUMNS>();
    if !rest.is_empty() {
        return Err(StateError(format!("{name} has {} numbers, which are no whole rows of {COLUMNS}", numbers.len())));
    }
    *claims = rows.iter().map(|row| claim(name, row, members)).collect::<Result<_, _>>()?;
    Ok(())
}

fn numbers(claim: &Claim) -> [i64; COLUMNS] {
    let Claim { own, chain, .. } = claim;
    [
        claim.id.cast_signed(),
        claim.state as i64,
        claim.row as i64,
        claim.sponsor.map_or(NONE, |row| row as i64),
        claim.step.into(),
        claim.contribution,
        claim.churned,
        own.amount,
        own.taken,
        own.churned,
        own.released,
        chain.amount,
        chain.taken,
        chain.churned,
        chain.released,
    ]
}

fn claim(name: &str, row: &[i64; COLUMNS], members: usize) -> Result<Claim, StateError> {
    let wrong = |what: &str, found: i64| StateError(format!("{name}: {what} cannot be {found}"));
    let member = |found: i64| usize::try_from(found).ok().filter(|&row| row < members);
    let part =
        |from: usize| Part { amount: row[from], taken: row[from + 1], churned: row[from + 2], released: row[from + 3] };
    let state = usize::try_from(row[1]).ok().and_then(|state| ClaimState::ALL.get(state));
    Ok(Claim {
        id: row[0].cast_unsigned(),
        state: *state.ok_or_else(|| wrong("a state", row[1]))?,
        row: member(row[2]).ok_or_else(|| wrong("a row", row[2]))?,
        sponsor: match row[3] {
            NONE => None,
            found => Some(member(found).ok_or_else(|| wrong("a sponsor", found))?),
        },
        step: u32::try_from(row[4]).map_err(|_| wrong("a step", row[4]))?,
        contribution: row[5],
        churned: row[6],
        own: part(7),
        chain: part(11),
    })
}
