//! The outcome of a count, and exact comparisons of votes with shares of them.

/// What a count of ballots says.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tally {
    /// Votes for, in the rule's unit: atoms, agents, votes, conviction, seats.
    pub yes: f64,
    /// Votes against.
    pub no: f64,
    /// The most votes there could be, where that is bounded; else zero.
    pub electorate: f64,
    /// What `yes` must be above, or at least, for the proposal to pass as things stand; infinite where nothing is enough.
    pub needed: f64,
    /// How many voters have voted themselves.
    pub voters: u32,
    /// Whether the proposal has what it needs.
    pub carried: bool,
}

impl Tally {
    /// The share of the electorate that has voted; `NaN` where the rule does not bound it.
    #[must_use]
    pub fn turnout(&self) -> f64 {
        if self.electorate > 0.0 { (self.yes + self.no) / self.electorate } else { f64::NAN }
    }
}

/// A share is compared as a whole number of parts, this many of which are one: as the decimal number that was written,
/// to twelve digits. Of 40 votes, 24 are not more than 0.6, which as a binary number is less than six tenths.
pub(super) const PARTS: i128 = 1_000_000_000_000;

/// A share between 0 and 1 in parts, the nearest whole number of them.
pub(super) fn parts(share: f64) -> i128 {
    (share * PARTS as f64).round() as i128
}

/// Whether `part` is more than `share` of `whole`, in whole numbers; both are sums of balances, below 2⁶⁴.
#[must_use]
pub fn exceeds(part: i128, share: f64, whole: i128) -> bool {
    part * PARTS > parts(share) * whole
}

/// Whether `part` is at least `share` of `whole`, in whole numbers; both are sums of balances, below 2⁶⁴.
#[must_use]
pub fn reaches(part: i128, share: f64, whole: i128) -> bool {
    part * PARTS >= parts(share) * whole
}

/// Decides by exact votes: enough took part, and more than the threshold of these said yes.
pub(super) fn by_majority(yes: i128, no: i128, electorate: i128, voters: u32, quorum: f64, threshold: f64) -> Tally {
    let cast = yes + no;
    // Nobody decides nothing, whatever the quorum.
    let carried = cast > 0 && reaches(cast, quorum, electorate) && exceeds(yes, threshold, cast);
    let needed = (threshold * cast as f64).max(quorum * electorate as f64 - no as f64);
    Tally { yes: yes as f64, no: no as f64, electorate: electorate as f64, needed, voters, carried }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Half of an odd total near 2⁶³ is missed by floats; whole numbers tell the vote that decides.
    #[test]
    fn one_atom_decides() {
        let whole = i128::from(i64::MAX);
        let half = whole / 2;
        assert!(!exceeds(half, 0.5, whole) && exceeds(half + 1, 0.5, whole));
        assert!(!reaches(half, 0.5, whole) && reaches(half + 1, 0.5, whole));
        assert!(!exceeds(2, 0.5, 4) && reaches(2, 0.5, 4));
        assert!(reaches(0, 0.0, 10) && !exceeds(0, 0.0, 10) && reaches(10, 1.0, 10) && !exceeds(10, 1.0, 10));
    }

    #[test]
    fn a_quorum_and_a_threshold_must_both_be_met() {
        let carried = |yes, no| by_majority(yes, no, 100, 2, 0.4, 0.6).carried;
        // Forty of a hundred must take part, and more than six tenths of them say yes.
        assert!(!carried(39, 0) && carried(40, 0) && !carried(24, 16) && carried(25, 15) && !carried(60, 40));
        assert!(!by_majority(0, 0, 100, 0, 0.0, 0.0).carried);
    }
}
