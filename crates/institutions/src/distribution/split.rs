//! A total in whole atoms, in proportion to weights: the method of largest remainders.
//!
//! Each recipient first gets the whole part of its ideal T·w_i/W, and the atoms that are left go one each to the
//! largest fractional parts (A. Hamilton 1792; Balinski and Young, "Fair Representation", 1982). Ties go
//! to the lower index, so the answer is one and the same everywhere.
//!
//! Floating-point products are off by thousands of atoms in a total near 2⁶³. So the weights are first turned into
//! whole numbers by one power of two, as large as the arithmetic allows, and everything after is exact.

use walras_ledger::Atoms;

/// The whole weights sum to at most 2 to this power. Quotas are first guessed in floating point, to within 2¹²; the
/// remainder of a guess then stays below 2¹² · 2¹¹¹ and fits an `i128` with room to spare.
const SUM_BITS: u32 = 111;

/// Shares `total` among the recipients in proportion to their `weights`.
///
/// The amounts sum to `total` exactly and each is less than one atom from its ideal share. This holds for the weights
/// cut to whole multiples of one power of two, at most 2⁻⁸⁶ of the largest with ten million recipients; for the
/// weights as given the distance is below 1 + 2⁻²³ atoms.
///
/// # Errors
/// When `total` is negative, when a weight is negative or not finite, and when all are zero (or there are none)
/// while `total` is not.
pub fn split(total: Atoms, weights: &[f64]) -> Result<Vec<Atoms>, String> {
    if total < 0 {
        return Err(format!("a total of {total} atoms cannot be shared: it is negative"));
    }
    let wrong = |weight: f64| !(weight.is_finite() && weight >= 0.0);
    if let Some(recipient) = weights.iter().position(|&weight| wrong(weight)) {
        let weight = weights[recipient];
        return Err(format!("recipient {recipient} has the weight {weight}, which must be zero or more and finite"));
    }
    if total == 0 {
        return Ok(vec![0; weights.len()]);
    }
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(match weights.len() {
            0 => format!("{total} atoms cannot be shared: there is no recipient"),
            n => format!("{total} atoms cannot be shared: the weights of all {n} recipients are zero"),
        });
    }
    let parts = Parts::new(total, weights, largest);
    let mut amounts: Vec<Atoms> = weights.iter().map(|&weight| parts.of(weight).quota).collect();
    let left = total - amounts.iter().sum::<Atoms>();
    for recipient in parts.largest_remainders(weights, left as usize) {
        amounts[recipient as usize] += 1;
    }
    Ok(amounts)
}

/// How a total divides over whole weights.
struct Parts {
    total: u64,
    /// The power of two by which weights become whole.
    shift: i32,
    /// The sum of the whole weights.
    sum: u128,
}

/// One recipient's part: T·w = quota·W + remainder.
struct Part {
    quota: Atoms,
    remainder: u128,
}

impl Parts {
    fn new(total: Atoms, weights: &[f64], largest: f64) -> Self {
        // Each of n whole weights is below 2^(SUM_BITS − ⌈log2 n⌉).
        let bits = SUM_BITS - weights.len().next_power_of_two().trailing_zeros();
        let shift = bits.cast_signed() - 1 - exponent(largest);
        let sum = weights.iter().map(|&weight| whole(weight, shift)).sum();
        Self { total: total.cast_unsigned(), shift, sum }
    }

    fn of(&self, weight: f64) -> Part {
        let weight = whole(weight, self.shift);
        // The guess is within 2¹² of the quota, so the remainder below is true modulo 2¹²⁸ and small.
        let guess = (self.total as f64 * (weight as f64 / self.sum as f64)) as u64;
        let product = |amount: u64, weight: u128| u128::from(amount).wrapping_mul(weight);
        let mut remainder = product(self.total, weight).wrapping_sub(product(guess, self.sum)).cast_signed();
        let sum = self.sum.cast_signed();
        let mut quota = guess.cast_signed();
        if remainder < 0 || remainder >= sum {
            let correction = remainder.div_euclid(sum);
            quota = quota.wrapping_add(correction as i64);
            remainder -= correction * sum;
        }
        Part { quota, remainder: remainder.cast_unsigned() }
    }

    /// The `count` recipients with the largest remainders, of equal ones those with the lower index.
    fn largest_remainders(&self, weights: &[f64], count: usize) -> Vec<u32> {
        if count == 0 {
            return Vec::new();
        }
        let recipients = u32::try_from(weights.len()).expect("rows of agents are numbered in 32 bits");
        let mut order: Vec<u32> = (0..recipients).collect();
        let remainder = |recipient: u32| self.of(weights[recipient as usize]).remainder;
        order.select_nth_unstable_by(count - 1, |&a, &b| remainder(b).cmp(&remainder(a)).then(a.cmp(&b)));
        order.truncate(count);
        order
    }
}

/// The exponent e of a positive number x: 2^e ≤ x < 2^(e+1).
fn exponent(x: f64) -> i32 {
    let (mantissa, power) = decompose(x);
    power + mantissa.ilog2().cast_signed()
}

/// A number that is not negative, as mantissa · 2^power.
fn decompose(x: f64) -> (u64, i32) {
    let bits = x.to_bits();
    // The sign is dropped: zero may carry one.
    let (biased, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) }
}

/// The whole part of x · 2^shift; the shift was chosen so that it fits.
fn whole(x: f64, shift: i32) -> u128 {
    let (mantissa, power) = decompose(x);
    let shift = power + shift;
    let mantissa = u128::from(mantissa);
    if shift >= 0 { mantissa << shift } else { mantissa.checked_shr(shift.unsigned_abs()).unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition, for whole weights whose products with the total fit 128 bits.
    fn by_definition(total: Atoms, weights: &[u32]) -> Vec<Atoms> {
        let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
        let part = |i: usize| i128::from(total) * i128::from(weights[i]);
        let mut amounts: Vec<Atoms> = (0..weights.len()).map(|i| (part(i) / sum) as Atoms).collect();
        let mut order: Vec<usize> = (0..weights.len()).collect();
        order.sort_by_key(|&i| (-(part(i) % sum), i));
        let left = total - amounts.iter().sum::<Atoms>();
        order.iter().take(left as usize).for_each(|&i| amounts[i] += 1);
        amounts
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn equals_the_definition_for_any_total(
            total in prop_oneof![0..=Atoms::MAX, 0..1000_i64, Just(Atoms::MAX)],
            weights in prop::collection::vec(prop_oneof![any::<u32>(), 0..4_u32], 1..40),
            scale in -1000..900_i32,
        ) {
            prop_assume!(weights.iter().any(|&weight| weight > 0));
            // Only proportions matter: the same weights times any power of two.
            let scaled: Vec<f64> = weights.iter().map(|&w| f64::from(w) * walras_numerics::elementary::pow(2.0, f64::from(scale))).collect();
            prop_assert_eq!(split(total, &scaled).unwrap(), by_definition(total, &weights));
        }

        /// Weights of wildly different sizes: the sum is exact and no ideal is missed by an atom. The ideals are
        /// checked in the weights' own floating-point precision.
        #[test]
        fn any_finite_weights_are_split_exactly(
            total in 0..=Atoms::MAX,
            weights in prop::collection::vec(prop_oneof![0.0..f64::MAX, 0.0..1e-300, 0.0..1.0, Just(0.0)], 1..40),
        ) {
            let largest = weights.iter().copied().fold(0.0, f64::max);
            prop_assume!(largest > 0.0);
            let amounts = split(total, &weights).unwrap();
            prop_assert_eq!(amounts.iter().map(|&amount| i128::from(amount)).sum::<i128>(), i128::from(total));
            let sum: f64 = weights.iter().map(|weight| weight / largest).sum();
            for (&amount, weight) in amounts.iter().zip(&weights) {
                let ideal = total as f64 * (weight / largest / sum);
                prop_assert!((amount as f64 - ideal).abs() <= 1.0 + 64.0 * f64::EPSILON * ideal);
                prop_assert!(amount >= 0 && (*weight > 0.0 || amount == 0));
            }
        }
    }

    #[test]
    fn ties_go_to_the_lower_index() {
        assert_eq!(split(7, &[1.0; 3]).unwrap(), [3, 2, 2]);
        assert_eq!(split(5, &[1.0, 2.0, 1.0]).unwrap(), [1, 3, 1]);
        assert_eq!(split(2, &[0.0, 1.0, 1.0, 1.0]).unwrap(), [0, 1, 1, 0]);
    }

    /// Seats of the United States House of 1790 among the states' populations by Hamilton's method, 120 in all, as
    /// told in Balinski and Young, "Fair Representation", 1982.
    #[test]
    fn hamiltons_apportionment_of_1790() {
        let populations = [
            ("Virginia", 630_560, 21),
            ("Massachusetts", 475_327, 16),
            ("Pennsylvania", 432_879, 14),
            ("North Carolina", 353_523, 12),
            ("New York", 331_589, 11),
            ("Maryland", 278_514, 9),
            ("Connecticut", 236_841, 8),
            ("South Carolina", 206_236, 7),
            ("New Jersey", 179_570, 6),
            ("New Hampshire", 141_822, 5),
            ("Vermont", 85_533, 3),
            ("Georgia", 70_835, 2),
            ("Kentucky", 68_705, 2),
            ("Rhode Island", 68_446, 2),
            ("Delaware", 55_540, 2),
        ];
        let weights: Vec<f64> = populations.iter().map(|&(_, population, _)| f64::from(population)).collect();
        let seats = split(120, &weights).unwrap();
        for ((state, _, expected), found) in populations.iter().zip(seats) {
            assert_eq!(found, *expected, "{state}");
        }
    }

    /// Floating-point quotas would miss by thousands of atoms here.
    #[test]
    fn the_greatest_total_is_shared_to_the_atom() {
        // 2⁶³ − 1 = 7 · 1317624576693539401.
        assert_eq!(split(Atoms::MAX, &[1.0; 7]).unwrap(), [1_317_624_576_693_539_401; 7]);
        assert_eq!(split(Atoms::MAX, &[0.1; 7]).unwrap(), [1_317_624_576_693_539_401; 7]);
        assert_eq!(split(Atoms::MAX, &[5e-324, 0.0, f64::MAX]).unwrap(), [0, 0, Atoms::MAX]);
        assert_eq!(split(Atoms::MAX, &[f64::MAX]).unwrap(), [Atoms::MAX]);
        assert_eq!(split(Atoms::MAX, &[5e-324]).unwrap(), [Atoms::MAX]);
    }

    #[test]
    fn a_million_recipients_lose_nothing() {
        let n = 1_000_000_u32;
        let weights: Vec<f64> = (0..n).map(|i| f64::from(i.wrapping_mul(2_654_435_761))).collect();
        let amounts = split(Atoms::MAX, &weights).unwrap();
        assert_eq!(amounts.iter().sum::<Atoms>(), Atoms::MAX);
        let sum: i128 = weights.iter().map(|&weight| weight as i128).sum();
        for (&amount, &weight) in amounts.iter().zip(&weights) {
            let product = i128::from(Atoms::MAX) * weight as i128;
            assert!((i128::from(amount) * sum - product).abs() < sum);
        }
    }

    #[test]
    fn weights_that_mean_nothing_are_refused() {
        for bad in [-1.0, f64::NAN, f64::INFINITY] {
            let message = split(10, &[1.0, bad]).unwrap_err();
            assert!(message.contains("recipient 1") && message.contains(&bad.to_string()), "{message}");
        }
        assert!(split(10, &[0.0, 0.0]).unwrap_err().contains("all 2 recipients are zero"));
        assert!(split(10, &[-0.0]).unwrap_err().contains("all 1 recipients are zero"));
        assert!(split(10, &[]).unwrap_err().contains("no recipient"));
        assert!(split(-1, &[1.0]).unwrap_err().contains("negative"));
        assert_eq!(split(0, &[0.0, 0.0]).unwrap(), [0, 0]);
        assert_eq!(split(0, &[]).unwrap(), [] as [Atoms; 0]);
        assert_eq!(split(3, &[-0.0, 1.0]).unwrap(), [0, 3]);
    }
}
