//! The Theil index.

use walras_numerics::elementary::ln;
use walras_numerics::sum;

use super::total;
use crate::MeasureDescription;

/// Describes [`theil_index`].
pub const THEIL_INDEX: MeasureDescription = MeasureDescription {
    name: "theil_index",
    meaning: "Theil's T: 0 when all own the same, ln n when one owns everything; adds up over groups",
    formula: "(1/n) Σ (x_i/m) ln(x_i/m), m the mean, 0 ln 0 = 0",
    unit: "nats",
    source: "Theil 1967, Economics and Information Theory, ch. 4",
};

/// Theil's T index, in [0, ln n].
///
/// `None` for no amounts, an amount that is not finite or negative, or a total of zero.
#[must_use]
pub fn theil_index(amounts: &[f64]) -> Option<f64> {
    let n = amounts.len() as f64;
    let total = total(amounts)?;
    let term = |i: usize| {
        let share = amounts[i] / total;
        // A share can vanish where the amount does not; both are 0 ln 0.
        if share > 0.0 { share * ln(share * n) } else { 0.0 }
    };
    // Equal amounts round to a few units in the last place on either side of zero.
    Some(sum::sum_by(amounts.len(), term).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closeness::assert_close;

    #[test]
    fn reference_value_and_extremes() {
        assert_close(theil_index(&[1.0, 2.0, 3.0, 4.0]).unwrap(), 0.106_440, 1e-6);
        assert_close(theil_index(&[0.0, 0.0, 0.0, 2.0]).unwrap(), ln(4.0), 1e-15);
        assert_close(theil_index(&[0.1; 7]).unwrap(), 0.0, 1e-15);
        assert_eq!(theil_index(&[3.0]), Some(0.0));
    }

    #[test]
    fn adds_up_over_groups() {
        // T = Σ_g s_g T_g + Σ_g s_g ln(s_g / (n_g/n)), s_g the group's share of the total.
        let (poor, rich) = ([1.0, 2.0, 3.0], [4.0, 10.0]);
        let all = [1.0, 2.0, 3.0, 4.0, 10.0];
        let within = 0.3 * theil_index(&poor).unwrap() + 0.7 * theil_index(&rich).unwrap();
        let between = 0.3 * ln(0.3 / 0.6) + 0.7 * ln(0.7 / 0.4);
        assert_close(theil_index(&all).unwrap(), within + between, 1e-14);
    }
}
