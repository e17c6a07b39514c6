//! Ethereum's base fee.

use walras_catalog::{Bounds, entry};

use super::{Adjustment, Seen};

entry! {
    /// The base fee of a block moves by at most an eighth, towards half-full blocks, in the protocol's own whole numbers.
    ///
    /// Supply is what a block can hold, demand what it did hold, and the price rests when it held supply/elasticity.
    /// Prices are whole multiples of `unit`; a full block raises the price by at least one of them. The numbers are those
    /// of the protocol as long as the price is below 2⁵³ units, which a double holds exactly.
    pub struct Eip1559 = "eip1559" {
        formula: "target = ⌊O/elasticity⌋;  D > target: P' = P + max(1, ⌊⌊P·(D − target)/target⌋/denominator⌋);  D < target: P' = P − ⌊⌊P·(target − D)/target⌋/denominator⌋",
        source: "V. Buterin et al., \"EIP-1559: fee market change for ETH 1.0 chain\", 2019; ethereum/execution-specs, london/fork.py",
        /// How many times the target a block can hold.
        elasticity: u64 = 2, within 1.0..=1e9;
        /// One over the most that the fee moves in one block.
        denominator: u64 = 8, within 1.0..=1e9;
        /// What one whole unit of the price is.
        unit: f64 = 1.0, within Bounds::above_to(0.0, 1e30), unit "numeraire/token";
        /// What one whole unit of demand and supply is.
        lot: f64 = 1.0, within Bounds::above_to(0.0, 1e30), unit "token";
        /// The lowest price, in units. The protocol knows none; from 7 down the fee no longer falls of itself.
        floor: u64 = 0, within 0.0..=1e15;
    }
}

/// The base fee after a block, from that of the block, what it used, and what it could have used. `None` when the target
/// is zero or a product does not fit.
#[must_use]
pub fn next_base_fee(fee: u128, used: u128, limit: u128, elasticity: u64, denominator: u64) -> Option<u128> {
    let target = limit / u128::from(elasticity.max(1));
    if target == 0 {
        return None;
    }
    let moved = fee.checked_mul(used.abs_diff(target))? / target / u128::from(denominator.max(1));
    match used.cmp(&target) {
        std::cmp::Ordering::Equal => Some(fee),
        std::cmp::Ordering::Greater => fee.checked_add(moved.max(1)),
        std::cmp::Ordering::Less => fee.checked_sub(moved),
    }
}

/// Prices in units that a double holds exactly.
const UNITS_MAX: u128 = 1 << 53;

impl Eip1559 {
    fn whole(amount: f64, unit: f64) -> u128 {
        // Not negative; beyond 2¹²⁷ it saturates, which no block reaches.
        (amount / unit).round().max(0.0) as u128
    }
}

impl Adjustment for Eip1559 {
    fn next(&self, seen: &Seen, _: &mut [f64]) -> f64 {
        let fee = Self::whole(seen.price, self.unit).min(UNITS_MAX);
        let (used, limit) = (Self::whole(seen.demand, self.lot), Self::whole(seen.supply, self.lot));
        // No block can use more than its limit; where more was demanded it was full.
        let next = next_base_fee(fee, used.min(limit), limit, self.elasticity, self.denominator).unwrap_or(fee);
        next.clamp(u128::from(self.floor), UNITS_MAX) as f64 * self.unit
    }

    fn target(&self, supply: f64) -> f64 {
        (Self::whole(supply, self.lot) / u128::from(self.elasticity)) as f64 * self.lot
    }

    fn bounds(&self) -> (f64, f64) {
        (self.floor as f64 * self.unit, UNITS_MAX as f64 * self.unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The five rows of the specification's own function, as `mechanisms.csv` has them.
    #[test]
    fn the_specifications_examples_hold() {
        let next = |fee, used, limit| next_base_fee(fee, used, limit, 2, 8).unwrap();
        assert_eq!(next(1_000_000_000, 15_000_000, 30_000_000), 1_000_000_000);
        assert_eq!(next(1_000_000_000, 30_000_000, 30_000_000), 1_125_000_000);
        assert_eq!(next(1_000_000_000, 0, 30_000_000), 875_000_000);
        assert_eq!(next(7, 15_000_001, 30_000_000), 8);
        assert_eq!(next_base_fee(7, 1, 1, 2, 8), None);
    }
}
