//! A series of numbers that something outside follows row by row.

use walras_catalog::choice;

choice! {
    /// What holds after a series ends.
    pub enum AfterEnd {
        /// The last value stays.
        Hold = "hold",
        /// The series starts over.
        Repeat = "repeat",
    }
}

impl AfterEnd {
    /// The row that holds at `step` of a series of `rows` rows, of which the first `start` are skipped and each stays for
    /// `every` steps.
    ///
    /// # Panics
    /// When no row is left or `every` is 0.
    #[must_use]
    pub fn row(self, step: u32, start: u64, every: u64, rows: usize) -> usize {
        let rows = rows as u64;
        assert!(start < rows, "a series has rows after those that are skipped");
        let row = start + u64::from(step) / every;
        let row = match self {
            Self::Hold => row.min(rows - 1),
            Self::Repeat => start + (row - start) % (rows - start),
        };
        row as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_skipped_held_and_repeated() {
        let rows = |after: AfterEnd| [0, 1, 2, 3, 4, 5, 6].map(|step| after.row(step, 1, 2, 3));
        assert_eq!(rows(AfterEnd::Hold), [1, 1, 2, 2, 2, 2, 2]);
        assert_eq!(rows(AfterEnd::Repeat), [1, 1, 2, 2, 1, 1, 2]);
    }
}
