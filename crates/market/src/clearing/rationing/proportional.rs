//! In proportion to the claims.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Claims, Rationing};

entry! {
    /// Everyone gets the same share of what they claim.
    ///
    /// Shares are rounded down to whole atoms, and the atoms left go to the largest remainders (Hamilton's method),
    /// ties to the earlier arrival. Splitting a claim into k pieces changes what they get together by at most k
    /// atoms; asking for more than is wanted pays.
    pub struct Proportional = "proportional" {
        formula: "g_i = ⌊q_i·A/Q⌋ + (1 if the remainder of q_i·A/Q is among the A − Σ⌊·⌋ largest)",
        source: "M. L. Balinski and H. P. Young, \"Fair representation\", 1982 (largest remainders)",
    }
}

impl Rationing for Proportional {
    fn grant(&self, claims: &Claims<'_>, available: i128, granted: &mut [Atoms]) {
        share(claims.size, claims.arrival, available, granted);
    }
}

/// Shares `available` among `size` in proportion, by largest remainders, ties by `arrival` and then by row.
pub(in crate::clearing) fn share(size: &[Atoms], arrival: &[u32], available: i128, granted: &mut [Atoms]) {
    assert!(size.len() == granted.len() && arrival.len() == size.len(), "claims are columns of one length");
    let total: u128 = size.iter().map(|&size| u128::from(size.cast_unsigned())).sum();
    if total <= available.cast_unsigned() {
        granted.copy_from_slice(size);
        return;
    }
    let available = available.cast_unsigned();
    let mut left = available;
    let mut remainders: Vec<(u128, u32)> = Vec::with_capacity(size.len());
    for (row, (&size, granted)) in size.iter().zip(granted.iter_mut()).enumerate() {
        let (quotient, remainder) = share_of(size.cast_unsigned(), available, total);
        *granted = quotient.cast_signed();
        left -= u128::from(quotient);
        if remainder > 0 {
            remainders.push((remainder, row as u32));
        }
    }
    // Fewer are left than there are remainders above zero, since the remainders add up to `left` wholes.
    let left = left as usize;
    let key = |&(remainder, row): &(u128, u32)| (std::cmp::Reverse(remainder), arrival[row as usize], row);
    if left > 0 && left < remainders.len() {
        remainders.select_nth_unstable_by_key(left - 1, key);
    }
    for &(_, row) in remainders.iter().take(left) {
        granted[row as usize] += 1;
    }
}

/// ⌊size · part / whole⌋ and the remainder, for part ≤ whole < 2¹²⁷.
fn share_of(size: u64, part: u128, whole: u128) -> (u64, u128) {
    if let Some(product) = part.checked_mul(u128::from(size)) {
        return ((product / whole) as u64, product % whole);
    }
    // Long division, one bit of the size after another; the remainder stays below the whole.
    let (mut quotient, mut remainder) = (0_u64, 0_u128);
    for bit in (0..64).rev() {
        (quotient, remainder) = (quotient << 1, remainder << 1);
        if remainder >= whole {
            (quotient, remainder) = (quotient + 1, remainder - whole);
        }
        if size >> bit & 1 == 1 {
            remainder += part;
            if remainder >= whole {
                (quotient, remainder) = (quotient + 1, remainder - whole);
            }
        }
    }
    (quotient, remainder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(size: &[Atoms], arrival: &[u32], available: i128) -> Vec<Atoms> {
        let mut granted = vec![0; size.len()];
        share(size, arrival, available, &mut granted);
        granted
    }

    /// 10 among 7, 5 and 3: 4⅔, 3⅓ and 2, so the atom left goes to the first.
    #[test]
    fn the_largest_remainder_gets_the_atom_left() {
        assert_eq!(shared(&[7, 5, 3], &[0, 1, 2], 10), [5, 3, 2]);
    }

    #[test]
    fn equal_remainders_go_by_arrival() {
        assert_eq!(shared(&[1, 1, 1], &[2, 0, 1], 2), [0, 1, 1]);
        assert_eq!(shared(&[1, 1, 1], &[5, 5, 5], 1), [1, 0, 0]);
    }

    #[test]
    fn totals_beyond_an_amount_are_shared_exactly() {
        let size = [i64::MAX; 5];
        let available = 3 * i128::from(i64::MAX) + 1;
        let granted = shared(&size, &[0, 1, 2, 3, 4], available);
        assert_eq!(granted.iter().map(|&atoms| i128::from(atoms)).sum::<i128>(), available);
        assert!(granted.iter().all(|atoms| (granted[0] - atoms).abs() <= 1));
    }

    #[test]
    fn long_division_equals_the_short_one() {
        for (size, part, whole) in [(1_u64 << 63, (1_u128 << 64) - 3, (1_u128 << 64) + 11), (977, 13, 1000), (0, 1, 2)]
        {
            let short = part * u128::from(size);
            assert_eq!(share_of(size, part, whole), ((short / whole) as u64, short % whole));
        }
        // ⌊(2⁶³ − 1)·(2¹²⁰ − 1)/2¹²⁰⌋ = 2⁶³ − 2, remainder 2¹²⁰ − (2⁶³ − 1).
        let (quotient, remainder) = share_of((1 << 63) - 1, (1 << 120) - 1, 1 << 120);
        assert_eq!((quotient, remainder), ((1 << 63) - 2, (1 << 120) - ((1 << 63) - 1)));
    }
}
