//! A whole number of atoms in proportion to weights, by largest remainders.

use walras_ledger::Atoms;

/// The parts, and room to find them.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// The part of each row.
    pub given: Vec<Atoms>,
    /// Remainders and their rows.
    left: Vec<(i128, u32)>,
}

impl Parts {
    /// Splits `total` in proportion to `weights`, which are not negative; nothing where all are zero. Each part is less
    /// than one atom from its share, and none is above its weight where `total` is at most their sum. Atoms left over go to
    /// the largest remainders, equal ones to the lowest rows.
    pub(crate) fn split(&mut self, total: i128, weights: &[Atoms]) {
        let Self { given, left } = self;
        given.clear();
        left.clear();
        let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
        if sum == 0 {
            given.resize(weights.len(), 0);
            return;
        }
        let mut rest = total;
        for (row, &weight) in weights.iter().enumerate() {
            let product = total * i128::from(weight);
            let (part, remainder) = (product / sum, product % sum);
            given.push(part as Atoms);
            rest -= part;
            if remainder > 0 {
                left.push((-remainder, row as u32));
            }
        }
        // The sum of remainders is a whole number of times the sum, and each is below it: there are more than are left.
        if rest > 0 {
            left.select_nth_unstable(rest as usize - 1);
            left[..rest as usize].iter().for_each(|&(_, row)| given[row as usize] += 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_above_its_weight_or_an_atom_off(
            weights in prop::collection::vec(prop_oneof![Just(0), 0..10_i64, 0..i64::MAX / 64], 1..40),
            share in 0.0..=1.0,
        ) {
            let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
            let total = ((sum as f64 * share) as i128).min(sum);
            let mut parts = Parts::default();
            parts.split(total, &weights);
            prop_assert_eq!(parts.given.iter().map(|&part| i128::from(part)).sum::<i128>(), if sum == 0 { 0 } else { total });
            for (&part, &weight) in parts.given.iter().zip(&weights) {
                prop_assert!((0..=weight).contains(&part));
                prop_assert!((i128::from(part) * sum - total * i128::from(weight)).abs() < sum.max(1));
            }
        }
    }
}
