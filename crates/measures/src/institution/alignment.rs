//! Whether what is good for agents is good for the whole.

use crate::MeasureDescription;
use crate::regression::correlation;

/// Describes [`alignment`].
pub const ALIGNMENT: MeasureDescription = MeasureDescription {
    name: "alignment",
    meaning: "how far what agents gain goes with what the whole gains (1) or against it (−1)",
    formula: "corr(ΔU, ΔG)",
    unit: "none",
    source: "in the sense of Wolpert and Tumer 2001, Advances in Complex Systems 4(2–3); Pearson's correlation",
};

/// The correlation of the gains in utility with the gains of a measure of the whole, in [−1, 1].
///
/// A row is one deviation: what it brought the agent who made it, and what it brought the whole. `None` for columns of unequal
/// length, fewer than two rows, a number that is not finite, or equal numbers in one column.
#[must_use]
pub fn alignment(utility_gains: &[f64], system_gains: &[f64]) -> Option<f64> {
    correlation(utility_gains, system_gains)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    /// A commons of n herders whose value per head falls by b with every head, a − b·(all heads): from k heads each, one
    /// more brings its owner a − b(nk + 1) − bk and the whole a − b(2nk + 1). Along k both fall in a line; charged twice
    /// what the whole gains, its owner gains where the whole loses.
    #[test]
    fn a_commons_is_aligned_until_it_is_taxed_too_much() {
        let (a, b, n) = (100.0, 1.0, 4.0);
        let heads: Vec<f64> = (0..20).map(f64::from).collect();
        let own: Vec<f64> = heads.iter().map(|k| a - b * (n * k + 1.0) - b * k).collect();
        let whole: Vec<f64> = heads.iter().map(|k| a - b * (2.0 * n * k + 1.0)).collect();
        assert_close(alignment(&own, &whole).unwrap(), 1.0, 1e-12);
        let taxed: Vec<f64> = own.iter().zip(&whole).map(|(own, whole)| own - 2.0 * whole).collect();
        assert_close(alignment(&taxed, &whole).unwrap(), -1.0, 1e-12);
    }

    /// Deviations (−1.5, −.5, .5, 1.5) and (−.5, .5, −.5, .5): 1 over √5.
    #[test]
    fn by_hand() {
        assert_close(alignment(&[1.0, 2.0, 3.0, 4.0], &[0.0, 1.0, 0.0, 1.0]).unwrap(), 0.447_213_595_499_957_9, 1e-15);
        assert_eq!(alignment(&[1.0, 2.0], &[3.0]), None);
        assert_eq!(alignment(&[1.0, 2.0], &[3.0, 3.0]), None);
    }
}
