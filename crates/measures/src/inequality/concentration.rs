//! Concentration of ownership or of a market.

use walras_numerics::sum;

use super::total;
use crate::MeasureDescription;

/// Describes [`herfindahl_hirschman_index`].
pub const HERFINDAHL_HIRSCHMAN_INDEX: MeasureDescription = MeasureDescription {
    name: "herfindahl_hirschman_index",
    meaning: "concentration: 1/n when n own the same, 1 when one owns everything",
    formula: "Σ s_i², s_i = x_i / Σ x",
    unit: "none",
    source: "Hirschman 1964, American Economic Review 54(5)",
};

/// The sum of squared shares, in [1/n, 1]. Its inverse is the number of equal owners as concentrated.
///
/// Shares are fractions, not per cent: authorities that quote up to 10,000 use per cent. `None` for no amounts,
/// an amount that is not finite or negative, or a total of zero.
#[must_use]
pub fn herfindahl_hirschman_index(amounts: &[f64]) -> Option<f64> {
    let total = total(amounts)?;
    let square = |i: usize| {
        let share = amounts[i] / total;
        share * share
    };
    Some(sum::sum_by(amounts.len(), square).clamp(1.0 / amounts.len() as f64, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn reference_value_and_extremes() {
        assert_close(herfindahl_hirschman_index(&[1.0, 2.0, 3.0, 4.0]).unwrap(), 0.30, 1e-15);
        assert_close(herfindahl_hirschman_index(&[0.1; 10]).unwrap(), 0.1, 1e-15);
        assert_eq!(herfindahl_hirschman_index(&[0.0, 0.0, 9.0]), Some(1.0));
        assert_eq!(herfindahl_hirschman_index(&[3.0]), Some(1.0));
    }
}
