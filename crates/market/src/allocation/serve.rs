//! Serving whole requests in an order, without sorting them.

use walras_ledger::Atoms;

/// A rank, the lower the sooner, and the row, which decides between equals.
pub(super) type Ranked = (u64, u64, u32);

/// Grants whole amounts in the order of `ranked` until `capacity` is used up; the last one served may get a part. Writes
/// the slots of the rows in `ranked` alone, and returns what is left.
///
/// The half that comes first is granted whole or not looked into further, so that the work is linear.
pub(super) fn serve(mut ranked: &mut [Ranked], amounts: &[Atoms], capacity: Atoms, granted: &mut [Atoms]) -> Atoms {
    let mut left = i128::from(capacity);
    while ranked.len() > 1 {
        let half = ranked.len() / 2;
        ranked.select_nth_unstable(half);
        let (first, second) = ranked.split_at_mut(half);
        let asked: i128 = first.iter().map(|&(.., row)| i128::from(amounts[row as usize])).sum();
        let (served, given) = if asked <= left { (true, &*first) } else { (false, &*second) };
        for &(.., row) in given {
            granted[row as usize] = if served { amounts[row as usize] } else { 0 };
        }
        left -= if served { asked } else { 0 };
        ranked = if served { second } else { first };
    }
    if let [(.., row)] = *ranked {
        let part = i128::from(amounts[row as usize]).min(left);
        granted[row as usize] = part as Atoms;
        left -= part;
    }
    left as Atoms
}

/// A float that is not negative as a whole number in the same order; −0 counts as 0.
pub(super) fn ascending(value: f64) -> u64 {
    (value + 0.0).to_bits()
}

/// A signed number as an unsigned one in the opposite order.
pub(super) fn descending(value: i64) -> u64 {
    !(value.cast_unsigned() ^ (1 << 63))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_order() {
        assert!([0.0, f64::MIN_POSITIVE, 1.0, 2.5, f64::MAX].windows(2).all(|w| ascending(w[0]) < ascending(w[1])));
        assert_eq!(ascending(-0.0), ascending(0.0));
        assert!([i64::MIN, -1, 0, 1, i64::MAX].windows(2).all(|w| descending(w[0]) > descending(w[1])));
    }
}
