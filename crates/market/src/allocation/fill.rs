//! Filling like water: everybody gets min(d_i, λ·w_i), with λ such that all is given away.

use walras_ledger::Atoms;
use walras_numerics::sum;

use super::level::{cut_at, level};
use super::whole_units::largest_remainder;
use super::{Asked, Grants, Scratch};

/// Fills to one level by weight. Whole atoms go by largest remainders of the cut requests' shares.
pub(super) fn fill(asked: &Asked<'_>, scratch: &mut Scratch, grants: &mut Grants) {
    let (amounts, capacity) = (asked.requests.amount, asked.offer.capacity);
    if asked.is_enough() {
        grants.granted.copy_from_slice(amounts);
        return;
    }
    if asked.requests.weight.is_empty() {
        let level = level(amounts, capacity, &mut scratch.sample);
        cut_at(amounts, level, &mut grants.granted);
        return;
    }
    whole_weights(asked.requests.weight, &mut scratch.weights);
    let (left, whole) = cut(asked, scratch);
    // Met requests have no weight left.
    largest_remainder(&scratch.weights, left, whole, &mut scratch.units, &mut grants.granted);
    for ((&weight, &amount), granted) in scratch.weights.iter().zip(amounts).zip(&mut grants.granted) {
        if weight == 0 {
            *granted = amount;
        }
    }
}

/// Weights as whole numbers below 2⁶³, none zero. Returns their sum.
///
/// They are multiplied by a power of two that takes the greatest to 2⁶¹, so that weights down to 2⁻⁹ of it keep every
/// bit, and shares that are equal stay so; of smaller ones what is below 2⁻⁶¹ of the greatest is lost.
pub(super) fn whole_weights(weights: &[f64], whole: &mut Vec<i64>) -> u128 {
    let most = weights.iter().copied().fold(0.0, f64::max);
    let exponent = (most.to_bits() >> 52).cast_signed() - 1023;
    whole.clear();
    match u64::try_from(61 - exponent + 1023) {
        Ok(raised @ 1..=2046) => {
            let scale = f64::from_bits(raised << 52);
            whole.extend(weights.iter().map(|&weight| ((weight * scale) as i64).max(1)));
        }
        // Below any size that matters: as shares of the greatest.
        _ => whole.extend(weights.iter().map(|&weight| ((weight / most * (1_u64 << 61) as f64) as i64).max(1))),
    }
    whole.iter().map(|&weight| u128::from(weight.cast_unsigned())).sum()
}

/// Takes the weight from every request that the level meets. Returns the atoms and the weight left.
///
/// Floats find the level up to their roundings; the requests that this leaves in doubt are then decided in whole
/// numbers: from a set of requests that are surely met, meeting those that the level of the rest meets only raises
/// that level, until it meets no more.
fn cut(asked: &Asked<'_>, scratch: &mut Scratch) -> (u64, u128) {
    let (amounts, weights) = (asked.requests.amount, &mut scratch.weights);
    let about = float_level(amounts, weights, asked.offer.capacity);
    let (mut left, mut whole) = (i128::from(asked.offer.capacity), 0_u128);
    let doubtful = &mut scratch.rows;
    doubtful.clear();
    for (row, (&amount, weight)) in amounts.iter().zip(weights.iter_mut()).enumerate() {
        let cut_at = about * *weight as f64;
        if amount as f64 <= cut_at * (1.0 - DOUBT) {
            left -= i128::from(amount);
            *weight = 0;
            continue;
        }
        whole += u128::from(weight.cast_unsigned());
        if amount as f64 <= cut_at * (1.0 + DOUBT) {
            doubtful.push(row as u32);
        }
    }
    loop {
        let (share, of) = (left as u64, whole);
        let before = doubtful.len();
        doubtful.retain(|&row| {
            let (amount, weight) = (amounts[row as usize].cast_unsigned(), weights[row as usize].cast_unsigned());
            let met = product(amount, of) <= product(weight, u128::from(share));
            if met {
                left -= i128::from(amount);
                whole -= u128::from(weight);
                weights[row as usize] = 0;
            }
            !met
        });
        if doubtful.len() == before {
            return (share, of);
        }
    }
}

/// How far the level found by floats may be off, as a share of it: many times what sums in lanes lose.
const DOUBT: f64 = 1e-7;

/// λ with Σ min(d, λ·w) = C, by Newton's method from below.
fn float_level(amounts: &[Atoms], weights: &[i64], capacity: Atoms) -> f64 {
    let mut level = 0.0;
    // Each step but the last meets another request; most cases take a handful, and what is left in doubt is decided
    // in whole numbers whatever the last step was.
    loop {
        let of_weight = |row: usize| level * weights[row] as f64;
        let is_met = |row: usize| amounts[row] as f64 <= of_weight(row);
        let met = sum::sum_by(amounts.len(), |row| if is_met(row) { amounts[row] as f64 } else { 0.0 });
        let weight = sum::sum_by(amounts.len(), |row| if is_met(row) { 0.0 } else { weights[row] as f64 });
        // No weight is left where roundings meet the last request, too.
        let next = if weight > 0.0 { (capacity as f64 - met) / weight } else { level };
        if next <= level * (1.0 + f64::EPSILON) {
            return level;
        }
        level = next;
    }
}

/// a·b in 192 bits: the upper 128 and the lower 64.
fn product(a: u64, b: u128) -> (u128, u64) {
    let low = u128::from(a) * (b & u128::from(u64::MAX));
    let high = u128::from(a) * (b >> 64) + (low >> 64);
    (high, low as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_weights_keep_every_bit_that_they_can() {
        let mut whole = Vec::new();
        let of = |weights: &[f64], whole: &mut Vec<i64>| {
            whole_weights(weights, whole);
            whole.clone()
        };
        // 4 goes to 2⁶¹, and 0.5 and 2.5 keep their ratios.
        assert_eq!(of(&[4.0, 0.5, 2.5], &mut whole), [1 << 61, 1 << 58, 5 << 58]);
        assert_eq!(of(&[1e300, 1e-300], &mut whole)[1], 1);
        for extreme in [f64::from_bits(1), f64::MIN_POSITIVE, 1e-295, f64::MAX] {
            let found = of(&[extreme, extreme], &mut whole);
            assert!(found[0] == found[1] && found[0] >= 1 << 61 && found[0] < 1 << 62, "{extreme}: {found:?}");
        }
    }

    #[test]
    fn products_have_all_their_bits() {
        // 3·2¹²⁷ = 2·2¹²⁷ + 2¹²⁷; and (2⁶⁴ − 1)(2¹²⁸ − 1) = 2¹⁹² − 2¹²⁸ − 2⁶⁴ + 1.
        assert_eq!(product(3, 1 << 127), (3 << 63, 0));
        assert_eq!(product(u64::MAX, u128::MAX), (u128::MAX - (1 << 64), 1));
    }
}
