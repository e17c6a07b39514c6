//! Ethereum's base fee, of any parameter and any measure of use.

use walras_catalog::{Bounds, entry};
use walras_market::clearing::adjustment::next_base_fee;

use super::{Controller, Input};

entry! {
    /// The parameter rises where more was used than the target and falls where less was, by at most 1/denominator of itself when
    /// use is at most twice the target, in the protocol's own whole numbers.
    ///
    /// The arithmetic is that of the `eip1559` adjustment of posted prices. Numbers are exact while the parameter is below
    /// 2⁵³ units.
    pub struct BaseFee = "base_fee" {
        formula: "x > T: Φ' = Φ + max(1, ⌊⌊Φ·(x − T)/T⌋/denominator⌋);  x < T: Φ' = Φ − ⌊⌊Φ·(T − x)/T⌋/denominator⌋, Φ in units, x and T in lots",
        check: |this| if this.floor <= this.ceiling { Ok(()) } else {
            Err(("ceiling", format!("the bounds are the wrong way round: {} is under {}", this.ceiling, this.floor)))
        },
        source: "V. Buterin et al., \"EIP-1559: fee market change for ETH 1.0 chain\", 2019; ethereum/execution-specs, london/fork.py",
        /// T: the use at which the parameter rests.
        target: u64, within 1.0..=9e18, unit "lots";
        /// One over the most that the parameter moves when use is twice the target.
        denominator: u64 = 8, within 1.0..=1e9;
        /// What one whole unit of the parameter is.
        unit: f64 = 1.0, within Bounds::above_to(0.0, 1e30), unit "parameter";
        /// What one whole lot of the measure is.
        lot: f64 = 1.0, within Bounds::above_to(0.0, 1e30), unit "measure";
        /// The lowest value. From 7 units down the protocol's fee no longer falls of itself.
        floor: u64 = 0, within 0.0..=9e15, unit "units";
        /// The highest value.
        ceiling: u64 = 9_000_000_000_000_000, within 0.0..=9e15, unit "units";
    }
}

impl Controller for BaseFee {
    fn needs_measure(&self) -> bool {
        true
    }

    fn next(&self, input: &Input, _: &mut [f64]) -> Option<f64> {
        if !input.measure.is_finite() {
            return None;
        }
        // Not negative; what is beyond a whole number's range saturates, and its product is then refused.
        let whole = |amount: f64| amount.round().max(0.0) as u128;
        let (fee, used) = (whole(input.current / self.unit), whole(input.measure / self.lot));
        let next = next_base_fee(fee, used, u128::from(self.target), 1, self.denominator)?;
        let value = next.clamp(u128::from(self.floor), u128::from(self.ceiling)) as f64 * self.unit;
        (value != input.current).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(fee: f64, used: f64) -> f64 {
        let controller = BaseFee {
            target: 10_000_000,
            denominator: 8,
            unit: 1.0,
            lot: 1.0,
            floor: 0,
            ceiling: 9_000_000_000_000_000,
        };
        let input = Input { step: 0, current: fee, initial: fee, measure: used };
        controller.next(&input, &mut []).unwrap_or(fee)
    }

    /// The worked example of the reference and a row of its `mechanisms.csv`.
    #[test]
    fn fees_are_those_of_the_specification() {
        assert_eq!([10e6, 9e6, 11e6].map(|used| next(1e9, used)), [1_000_000_000.0, 987_500_000.0, 1_012_500_000.0]);
        assert_eq!([next(1e9, 20e6), next(1e9, 0.0)], [1_125_000_000.0, 875_000_000.0]);
        assert_eq!(next(1_072_671_875.0, 10e6), 1_072_671_875.0);
        assert_eq!([next(7.0, 10e6 + 1.0), next(7.0, 0.0)], [8.0, 7.0]);
    }

    /// In units of 10⁻⁹ and lots of 1000 the numbers are the same ones.
    #[test]
    fn units_and_lots_only_move_the_point() {
        let controller =
            BaseFee { target: 10_000, denominator: 8, unit: 1e-9, lot: 1e3, floor: 0, ceiling: u64::MAX >> 11 };
        let input = Input { step: 0, current: 1.0, initial: 1.0, measure: 11e6 };
        let value = controller.next(&input, &mut []).unwrap();
        assert!((value - 1.0125).abs() < 1e-15, "{value}");
    }
}
