//! Vesting by half-lives after a cliff.

use walras_catalog::entry;
use walras_ledger::Atoms;
use walras_numerics::elementary::pow;

use super::Release;

entry! {
    /// Nothing until a cliff, then half of what is still locked for each half-life that passes.
    ///
    /// The formula never reaches the whole. What is still locked is rounded down to whole atoms, so the last atom is
    /// free once less than one atom is locked: after log₂ x half-lives, 63 for the largest amount.
    pub struct HatchVesting = "hatch_vesting" {
        formula: "e = t − start; locked = x if e ≤ cliff, else ⌊x·2^(−(e − cliff)/half_life)⌋; released = x − locked",
        source: "Commons Stack, Commons Simulator: the vesting curve of the hatch, 1 − 2^(−(t − cliff)/half_life)",
        /// The step at which the tokens were bought.
        start: u32 = 0, within 0.0..=1e9, unit "step";
        /// Steps after the start during which everything is locked.
        cliff: u32 = 0, within 0.0..=1e9, unit "step";
        /// Steps in which half of what is locked is released.
        half_life: f64, within 0.001..=1e7, unit "step";
    }
}

/// An `i64` halved this often is below one.
const HALVINGS: f64 = 63.0;

impl Release for HatchVesting {
    fn released(&self, step: u32, amount: Atoms) -> Atoms {
        let Some(elapsed) = step.checked_sub(self.start + self.cliff) else { return 0 };
        amount - floor_product(amount, pow(2.0, -f64::from(elapsed) / self.half_life))
    }

    fn due(&self, step: u32) -> bool {
        step > self.start + self.cliff && step <= self.last_step()
    }

    fn last_step(&self) -> u32 {
        self.start + self.cliff + (HALVINGS * self.half_life).ceil() as u32
    }
}

/// ⌊amount · fraction⌋ without any rounding before it; the fraction is in [0, 1].
fn floor_product(amount: Atoms, fraction: f64) -> Atoms {
    let bits = fraction.to_bits();
    let (biased, mantissa) = ((bits >> 52) as u32, bits & ((1 << 52) - 1) | 1 << 52);
    // A subnormal fraction of any amount is below one atom; so is any with more than 127 bits to shift away.
    if biased == 0 {
        return 0;
    }
    let product = u128::from(amount.cast_unsigned()) * u128::from(mantissa);
    product.checked_shr(1075 - biased).unwrap_or(0) as Atoms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_is_released_in_each_half_life() {
        let vesting = HatchVesting { start: 5, cliff: 10, half_life: 4.0 };
        let released = |elapsed: u32| vesting.released(5 + elapsed, 1 << 40);
        assert_eq!([released(0), released(10), released(14), released(18)], [0, 0, 1 << 39, 3 << 38]);
        // 2^(−1/4) = 0.8408964152537145, to the nearest number above or below.
        assert!((released(11) as f64 - 0.159_103_584_746_285_5 * 2.0_f64.powi(40)).abs() <= 1.0);
    }

    /// The last atom is free when less than one atom would be locked.
    #[test]
    fn everything_is_released_after_as_many_half_lives_as_the_amount_has_bits() {
        let vesting = HatchVesting { start: 0, cliff: 0, half_life: 7.0 };
        for bits in [1_u32, 2, 20, 62] {
            let amount = 1_i64 << bits;
            assert_eq!(vesting.released(7 * bits, amount), amount - 1);
            assert_eq!(vesting.released(7 * bits + 1, amount), amount);
        }
        assert_eq!(vesting.last_step(), 441);
        assert_eq!(vesting.released(434, Atoms::MAX), Atoms::MAX - 1);
        assert_eq!(vesting.released(441, Atoms::MAX), Atoms::MAX);
    }

    #[test]
    fn products_are_exact() {
        assert_eq!(floor_product(Atoms::MAX, 1.0), Atoms::MAX);
        assert_eq!(floor_product(Atoms::MAX, 0.5), Atoms::MAX / 2);
        // 1 − 2⁻⁵³ of 2⁶³ − 1 is 2⁶³ − 1 − 2¹⁰ + 2⁻⁵³.
        assert_eq!(floor_product(Atoms::MAX, 1.0 - f64::EPSILON / 2.0), Atoms::MAX - 1024);
        assert_eq!([floor_product(Atoms::MAX, 0.0), floor_product(Atoms::MAX, f64::MIN_POSITIVE)], [0, 0]);
    }

    /// Rows `hatch_vesting` of the reference numbers: the vested share of a day.
    #[test]
    fn reference_rows_are_met() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference/mechanisms.csv");
        let Ok(text) = std::fs::read_to_string(path) else {
            println!("skipped: {path} is not present");
            return;
        };
        let number = |row: &str, after: &str| -> f64 {
            let digits = row.split(after).nth(1).unwrap_or_else(|| panic!("`{after}` in {row}"));
            digits[..digits.find([',', '}']).unwrap()].parse().unwrap()
        };
        let mut rows = 0;
        for row in text.lines().filter(|row| row.starts_with("hatch_vesting,")) {
            let (cliff, half_life) = (number(row, "cliff_days\"\":"), number(row, "halflife_days\"\":"));
            let day = number(row, "vesting_curve,");
            let expected = number(row, &format!("vesting_curve,{day},"));
            let vesting = HatchVesting { start: 0, cliff: cliff as u32, half_life };
            let amount = 1_000_000_000_000_000;
            let share = vesting.released(day as u32, amount) as f64 / amount as f64;
            assert!((share - expected).abs() <= 1e-12 * expected, "{row}: {share}");
            rows += 1;
        }
        assert!(rows > 0, "no row of hatch vesting in {path}");
    }
}
