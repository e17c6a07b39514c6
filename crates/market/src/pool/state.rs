//! Visiting numbers wider than 64 bits.

use walras_numerics::{StateError, StateVisitor};

use super::wide::U256;

/// A number of 256 bits, as its four words from the lowest.
pub(super) fn visit_u256(visitor: &mut dyn StateVisitor, name: &str, number: &mut U256) -> Result<(), StateError> {
    let mut limbs = *number.as_limbs();
    for limb in &mut limbs {
        visitor.u64(name, limb)?;
    }
    *number = U256::from_limbs(limbs);
    Ok(())
}

/// A number of 128 bits, as its two words from the lowest.
pub(super) fn visit_u128(visitor: &mut dyn StateVisitor, name: &str, number: &mut u128) -> Result<(), StateError> {
    let (mut low, mut high) = (*number as u64, (*number >> 64) as u64);
    visitor.u64(name, &mut low)?;
    visitor.u64(name, &mut high)?;
    *number = u128::from(high) << 64 | u128::from(low);
    Ok(())
}

/// Amounts, of which there must stay as many.
pub(super) fn visit_amounts(
    visitor: &mut dyn StateVisitor,
    name: &str,
    amounts: &mut Vec<i64>,
) -> Result<(), StateError> {
    let count = amounts.len();
    visitor.i64s(name, amounts)?;
    if amounts.len() == count {
        Ok(())
    } else {
        Err(StateError(format!("{name} has {} amounts, the pool has {count} assets", amounts.len())))
    }
}
