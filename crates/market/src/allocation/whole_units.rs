//! Whole units by largest remainder.
//!
//! Every row gets the whole part of its share w·part/whole; the units left go one each to the largest remainders, equal
//! ones to the lowest rows (Hamilton's method). So the grants add up to the part exactly, and none is a whole unit or
//! more away from its share. All is exact: floats only guess quotients, whole numbers correct them.

use walras_ledger::Atoms;

/// Remainders, and room to select among them.
#[derive(Debug, Clone, Default)]
pub(super) struct Remainders<T> {
    of_row: Vec<T>,
    near: Vec<T>,
    sample: Vec<T>,
}

/// Room for remainders of either width.
#[derive(Debug, Clone, Default)]
pub(super) struct Units {
    narrow: Remainders<u64>,
    wide: Remainders<u128>,
}

/// Quotients below this are guessed by floats with an error below one.
const GUESSED_MAX: u64 = 1 << 50;

/// Shares `part` in proportion to `weights`, whose sum is `whole`; writes every slot of `granted`.
pub(super) fn largest_remainder(weights: &[Atoms], part: u64, whole: u128, units: &mut Units, granted: &mut [Atoms]) {
    debug_assert_eq!(
        weights.iter().map(|weight| u128::from(weight.cast_unsigned())).sum::<u128>(),
        whole,
        "weights add up"
    );
    if whole == 0 {
        granted.fill(0);
        return;
    }
    match u64::try_from(whole) {
        Ok(whole) if part < GUESSED_MAX && whole < 1 << 61 => {
            let given = divide_narrow(weights, part, whole, &mut units.narrow.of_row, granted);
            units.narrow.award(part - given, granted);
        }
        _ if part < GUESSED_MAX => {
            let given = divide_wide(weights, part, whole, &mut units.wide.of_row, granted);
            units.wide.award(part - given, granted);
        }
        _ => {
            let given = divide_plainly(weights, part, whole, &mut units.wide.of_row, granted);
            units.wide.award(part - given, granted);
        }
    }
}

/// Whole parts and remainders in 64 bits, for part < 2⁵⁰ and whole < 2⁶¹. Returns the sum of the whole parts.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn divide_narrow(weights: &[Atoms], part: u64, whole: u64, remainders: &mut Vec<u64>, granted: &mut [Atoms]) -> u64 {
    let share = part as f64 / whole as f64;
    remainders.resize(weights.len(), 0);
    let mut given = 0;
    for ((weight, remainder), granted) in weights.iter().zip(remainders.iter_mut()).zip(granted) {
        let weight = weight.cast_unsigned();
        // Three roundings of a quotient below 2⁵⁰ are less than a unit, so that the guess is at most one off, and the
        // true remainder of the guess fits, whatever the products lost.
        let guess = (weight as f64 * share) as i64;
        let product = weight.wrapping_mul(part);
        let rest = product.wrapping_sub(guess.cast_unsigned().wrapping_mul(whole)).cast_signed();
        let (low, high) = (rest < 0, rest >= whole.cast_signed());
        let quotient = guess - i64::from(low) + i64::from(high);
        let back = if low { whole } else { 0 };
        let on = if high { whole } else { 0 };
        *remainder = rest.cast_unsigned().wrapping_add(back).wrapping_sub(on);
        *granted = quotient;
        given += quotient.cast_unsigned();
    }
    given
}

/// As [`divide_narrow`], in 128 bits.
fn divide_wide(weights: &[Atoms], part: u64, whole: u128, remainders: &mut Vec<u128>, granted: &mut [Atoms]) -> u64 {
    let share = part as f64 / whole as f64;
    remainders.resize(weights.len(), 0);
    let mut given = 0;
    for ((weight, remainder), granted) in weights.iter().zip(remainders.iter_mut()).zip(granted) {
        let weight = weight.cast_unsigned();
        let guess = (weight as f64 * share) as u64;
        let product = u128::from(weight) * u128::from(part);
        let mut rest = product.wrapping_sub(u128::from(guess).wrapping_mul(whole)).cast_signed();
        let mut quotient = guess.cast_signed();
        if rest < 0 {
            quotient -= 1;
            rest += whole.cast_signed();
        } else if rest >= whole.cast_signed() {
            quotient += 1;
            rest -= whole.cast_signed();
        }
        *remainder = rest.cast_unsigned();
        *granted = quotient;
        given += quotient.cast_unsigned();
    }
    given
}

/// As [`divide_narrow`], for parts of any size.
fn divide_plainly(weights: &[Atoms], part: u64, whole: u128, remainders: &mut Vec<u128>, granted: &mut [Atoms]) -> u64 {
    remainders.resize(weights.len(), 0);
    let mut given = 0;
    for ((weight, remainder), granted) in weights.iter().zip(remainders.iter_mut()).zip(granted) {
        let weight = weight.cast_unsigned();
        let product = u128::from(weight) * u128::from(part);
        let quotient = (product / whole) as u64;
        *remainder = product % whole;
        *granted = quotient.cast_signed();
        given += quotient;
    }
    given
}

/// A remainder of either width.
pub(super) trait Remainder: Ord + Copy + Default {
    /// One more for remainders above `least`, and for equal ones where `ties`.
    fn one_more(remainders: &[Self], least: Self, ties: bool, granted: &mut [Atoms]) {
        for (granted, &remainder) in granted.iter_mut().zip(remainders) {
            *granted += Atoms::from(remainder > least || ties && remainder == least);
        }
    }
}

impl Remainder for u128 {}

impl Remainder for u64 {
    fn one_more(remainders: &[u64], least: u64, ties: bool, granted: &mut [Atoms]) {
        // Remainders of 64 bits are below 2⁶¹; signed numbers compare faster.
        one_more_at(remainders, least.cast_signed() + Atoms::from(!ties), granted);
    }
}

/// One more for remainders from `least` on.
#[cfg_attr(
    not(feature = "scalar"),
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))
)]
fn one_more_at(remainders: &[u64], least: i64, granted: &mut [Atoms]) {
    for (granted, &remainder) in granted.iter_mut().zip(remainders) {
        *granted += Atoms::from(remainder.cast_signed() >= least);
    }
}

impl<T: Remainder> Remainders<T> {
    /// One unit each to the `left` largest remainders, of equal ones to the lowest rows.
    fn award(&mut self, left: u64, granted: &mut [Atoms]) {
        if left == 0 {
            return;
        }
        // Remainders are below a unit and add up to `left`, so that more rows than that have one.
        let left = left as usize;
        let (least, ties, equal) = self.largest(left);
        // Up to the row of the last tie that counts, ties get one, too. Mostly all do.
        let tied = || self.of_row.iter().enumerate().filter(|(_, remainder)| **remainder == least).take(ties).last();
        let rows = if ties == equal { self.of_row.len() } else { tied().map_or(0, |(row, _)| row + 1) };
        let (first, rest) = granted.split_at_mut(rows);
        T::one_more(&self.of_row[..rows], least, true, first);
        T::one_more(&self.of_row[rows..], least, false, rest);
    }

    /// The `count`-th largest remainder, how many of those equal to it are among the `count` largest, and how many there
    /// are.
    fn largest(&mut self, count: usize) -> (T, usize, usize) {
        let Self { of_row, near, sample } = self;
        let (mut above, mut found) = (0, 0);
        // The column keeps its length, so that it is not cleared each time.
        if near.len() < of_row.len() {
            near.resize(of_row.len(), T::default());
        }
        if let Some((low, high)) = bracket(of_row, sample, count) {
            // Without branches: every value is written, and the place moves only where it is near.
            for &remainder in of_row.iter() {
                above += usize::from(remainder > high);
                near[found] = remainder;
                found += usize::from((remainder >= low) & (remainder <= high));
            }
        }
        if !(above < count && count <= above + found) {
            (above, found) = (0, of_row.len());
            near[..found].copy_from_slice(of_row);
        }
        let (near, at) = (&mut near[..found], found - (count - above));
        let least = *near.select_nth_unstable(at).1;
        let more = above + near[at..].iter().filter(|&&remainder| remainder > least).count();
        let equal = near.iter().filter(|&&remainder| remainder == least).count();
        (least, count - more, equal)
    }
}

/// How many values are sampled.
const SAMPLE: usize = 4096;
/// By how many places of the sample the sought value is missed at most, but for one case in 10⁵: five deviations.
const MISSED: usize = 160;

/// Two values between which the `count`-th largest most likely is; `None` where looking at all is as good.
fn bracket<T: Ord + Copy>(values: &[T], sample: &mut Vec<T>, count: usize) -> Option<(T, T)> {
    if values.len() < 4 * SAMPLE {
        return None;
    }
    sample.clear();
    sample.extend(values.iter().step_by(values.len() / SAMPLE));
    sample.sort_unstable_by(|a, b| b.cmp(a));
    let at = (count as u128 * sample.len() as u128 / values.len() as u128) as usize;
    let low = sample[(at + MISSED).min(sample.len() - 1)];
    // The greatest of all where the sample says nothing about what is above.
    let high = if at > MISSED { sample[at - MISSED] } else { *values.iter().max()? };
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use walras_numerics::{Keys, Purpose};

    use super::*;

    fn shared(weights: &[i64], part: u64) -> Vec<Atoms> {
        let mut granted = vec![-1; weights.len()];
        let whole = weights.iter().map(|&weight| u128::from(weight.cast_unsigned())).sum();
        largest_remainder(weights, part, whole, &mut Units::default(), &mut granted);
        granted
    }

    /// By sorting, in 128 bits.
    fn plainly(weights: &[i64], part: u64) -> Vec<Atoms> {
        let whole: u128 = weights.iter().map(|&weight| u128::from(weight.cast_unsigned())).sum();
        let product = |row: usize| u128::from(weights[row].cast_unsigned()) * u128::from(part);
        let mut granted: Vec<Atoms> = (0..weights.len()).map(|row| (product(row) / whole) as Atoms).collect();
        let mut rows: Vec<usize> = (0..weights.len()).collect();
        rows.sort_by_key(|&row| (std::cmp::Reverse(product(row) % whole), row));
        let left = i128::from(part) - granted.iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
        for &row in &rows[..left as usize] {
            granted[row] += 1;
        }
        granted
    }

    /// 10 among 7, 5 and 3: 4⅔, 3⅓ and 2. One unit among three equals goes to the first.
    #[test]
    fn the_largest_remainder_gets_the_unit_left() {
        assert_eq!(shared(&[7, 5, 3], 10), [5, 3, 2]);
        assert_eq!(shared(&[4, 4, 4], 1), [1, 0, 0]);
        assert_eq!(shared(&[4, 4, 4], 2), [1, 1, 0]);
    }

    #[test]
    fn every_width_equals_sorting() {
        for case in 0..2000_u64 {
            let mut stream = Keys::new(3).stream(Purpose::sample(20), case, 0);
            let mut wide = || u64::from(stream.word()) << 31 | u64::from(stream.word() >> 1);
            let most = [4, 1000, 1 << 30, 1 << 62][case as usize % 4];
            let weights: Vec<i64> = (0..1 + wide() % 12).map(|_| (1 + wide() % most).cast_signed()).collect();
            for part in [wide() % 20, wide() % (1 << 20), wide() % (1 << 49), wide()] {
                assert_eq!(shared(&weights, part), plainly(&weights, part), "{part} by {weights:?}");
            }
        }
    }

    #[test]
    fn long_columns_are_selected_as_sorted() {
        for (case, most) in [(0_u64, 3_u64), (1, 1000), (2, 1 << 40)] {
            let keys = Keys::new(4);
            let word = |row: u64| u64::from(keys.word(Purpose::sample(21), row, case as u32));
            let weights: Vec<i64> = (0..40_000).map(|row| (1 + (word(row) << 12) % most).cast_signed()).collect();
            for part in [1, 1234, 5_000_000, (1 << 50) + 12_345] {
                assert_eq!(shared(&weights, part), plainly(&weights, part), "{part} of {most}");
            }
        }
        // In rising order the sample, too, rises.
        let rising: Vec<i64> = (1..=50_000).collect();
        assert_eq!(shared(&rising, 777_777), plainly(&rising, 777_777));
    }
}
