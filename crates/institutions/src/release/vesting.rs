//! Linear vesting with a cliff.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Release, part};

entry! {
    /// Released in proportion to time, but nothing before a cliff.
    ///
    /// At the cliff the whole part that has accrued since the start is released at once, then equal parts every few
    /// steps, and what is left at the end. Amounts are rounded down until the last step, which releases the rest.
    pub struct Vesting = "vesting" {
        formula: "e = t − start; released = 0 if e < cliff; ⌊x·(cliff + every·⌊(e − cliff)/every⌋)/duration⌋ if e < duration; x after",
        check: |this| if this.cliff <= this.duration { Ok(()) } else {
            Err(("cliff", format!("the cliff of {} steps lies after the end of {} steps", this.cliff, this.duration)))
        },
        source: "OpenZeppelin Contracts 5, VestingWallet and VestingWalletCliff; `every` as in instalments",
        /// The step at which vesting begins to accrue.
        start: u32 = 0, within 0.0..=1e9, unit "step";
        /// Steps after the start before which nothing is released.
        cliff: u32 = 0, within 0.0..=1e9, unit "step";
        /// Steps after the start at which everything is released.
        duration: u32, within 1.0..=1e9, unit "step";
        /// Steps between instalments after the cliff.
        every: u32 = 1, within 1.0..=1e9, unit "step";
    }
}

impl Release for Vesting {
    fn released(&self, step: u32, amount: Atoms) -> Atoms {
        let Some(elapsed) = step.checked_sub(self.start) else { return 0 };
        if elapsed >= self.duration {
            amount
        } else if elapsed < self.cliff {
            0
        } else {
            let accrued = elapsed - (elapsed - self.cliff) % self.every;
            part(amount, accrued, self.duration)
        }
    }

    fn due(&self, step: u32) -> bool {
        let Some(elapsed) = step.checked_sub(self.start) else { return false };
        elapsed == self.duration
            || (elapsed > 0
                && elapsed < self.duration
                && elapsed >= self.cliff
                && (elapsed - self.cliff).is_multiple_of(self.every))
    }

    fn last_step(&self) -> u32 {
        self.start + self.duration
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four years by the month with a year's cliff: a quarter at the cliff, then a forty-eighth each month.
    #[test]
    fn the_cliff_releases_what_has_accrued() {
        let vesting = Vesting { start: 100, cliff: 12, duration: 48, every: 1 };
        let released = |elapsed: u32| vesting.released(100 + elapsed, 4800);
        assert_eq!([released(0), released(11), released(12), released(13)], [0, 0, 1200, 1300]);
        assert_eq!([released(47), released(48), released(1000)], [4700, 4800, 4800]);
        assert_eq!(vesting.released(0, 4800), 0);
        assert_eq!((100..200).filter(|&step| vesting.due(step)).count(), 37);
    }

    #[test]
    fn instalments_follow_the_cliff_and_the_rest_comes_at_the_end() {
        let vesting = Vesting { start: 0, cliff: 3, duration: 10, every: 4 };
        // ⌊100·3/10⌋ at 3, ⌊100·7/10⌋ at 7; the third instalment would be at 11, but the end is at 10.
        let released: Vec<Atoms> = (0..12).map(|step| vesting.released(step, 100)).collect();
        assert_eq!(released, [0, 0, 0, 30, 30, 30, 30, 70, 70, 70, 100, 100]);
        assert_eq!((0..12).filter(|&step| vesting.due(step)).collect::<Vec<_>>(), [3, 7, 10]);
    }

    #[test]
    fn amounts_are_rounded_down_until_the_end() {
        let vesting = Vesting { start: 0, cliff: 0, duration: 3, every: 1 };
        let released = |amount| [0, 1, 2, 3].map(|step| vesting.released(step, amount));
        assert_eq!(released(1), [0, 0, 0, 1]);
        assert_eq!(released(5), [0, 1, 3, 5]);
        assert_eq!(released(Atoms::MAX), [0, 3_074_457_345_618_258_602, 6_148_914_691_236_517_204, Atoms::MAX]);
    }
}
