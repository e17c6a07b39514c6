//! The constant product pool.

use walras_catalog::{Problem, choice, entry};
use walras_ledger::Atoms;

use super::fee::{AnyFee, Net};
use super::fixed_point::BITS;
use super::reserves::{Kept, ReservePool};
use super::wide::{U256, atoms, mul_div, product, root, wide};
use super::{Design, Pool, Refusal, check_deposits};

choice! {
    /// How a protocol is paid its part of the fee.
    pub enum ProtocolPay {
        /// In the asset of the fee, with each swap.
        AtOnce = "at_once",
        /// In shares of the pool, when liquidity changes, as Uniswap v2's `feeTo`.
        AsShares = "as_shares",
    }
}

entry! {
    /// Two assets whose product of reserves no swap lowers.
    ///
    /// It quotes at every price, and always holds something of both assets.
    pub struct ConstantProduct = "constant_product" {
        formula: "x·y = k; out = ⌊y·n/(x + n)⌋ with n what the fee leaves of what comes in",
        source: "Uniswap v2: H. Adams, N. Zinsmeister, D. Robinson, \"Uniswap v2 core\", 2020",
        /// The fee on what comes in.
        fee: AnyFee = AnyFee::fixed(0.003);
        /// The protocol's part of the fee.
        protocol_share: f64 = 0.0, within 0.0..=1.0;
        /// How the protocol is paid.
        protocol_pay: ProtocolPay = ProtocolPay::AtOnce;
    }
}

impl Design for ConstantProduct {
    fn assets(&self, _: usize) -> usize {
        2
    }

    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem> {
        Ok(Box::new(self.reserves(deposits)?))
    }
}

impl ConstantProduct {
    /// As [`Design::open`], the pool by its own type.
    ///
    /// # Errors
    /// As [`Design::open`].
    pub fn reserves(&self, deposits: &[Atoms]) -> Result<ReservePool<Product>, Problem> {
        check_deposits(deposits, 2..=2)?;
        let pool = ReservePool::open(Product, deposits, &self.fee, self.protocol_share)?;
        Ok(match self.protocol_pay {
            ProtocolPay::AtOnce => pool,
            ProtocolPay::AsShares => pool.with_protocol_in_shares(),
        })
    }
}

/// What `net` parts of `unit` move, rounded down: y·n/(x + n), in 256 bits. Uniswap v2's `getAmountOut` with
/// `net` = 997 · amount and `unit` = 1000.
#[must_use]
pub fn out(x: U256, y: U256, net: U256, unit: U256) -> Option<U256> {
    mul_div(net, y, x.checked_mul(unit)?.checked_add(net)?)
}

/// ⌊a·b/divisor⌋ by a floating-point quotient set right with the exact remainder; `None` where that may not do.
///
/// Below 2⁵⁰ the quotient is off by less than one before it is cut to a whole, since each of its four roundings is by 2⁻⁵³
/// of it; the remainder then lies within twice the divisor and is known from its low 64 bits.
#[inline]
fn small_quotient(a: u64, b: u64, divisor: u64) -> Option<u64> {
    const QUOTIENT_END: f64 = (1_u64 << 50) as f64;
    if (a | b) >> 63 != 0 || divisor >> 61 != 0 || divisor == 0 {
        return None;
    }
    // Signed, since processors convert those faster.
    let real = |number: u64| number.cast_signed() as f64;
    let quotient = real(a) * real(b) / real(divisor);
    if quotient >= QUOTIENT_END {
        return None;
    }
    let quotient = (quotient as i64).cast_unsigned();
    let rest = a.wrapping_mul(b).wrapping_sub(quotient.wrapping_mul(divisor)).cast_signed();
    Some(if rest < 0 {
        quotient - 1
    } else if rest.cast_unsigned() >= divisor {
        quotient + 1
    } else {
        quotient
    })
}

/// How many parts of `unit` move `amount`, rounded up and past what is exact: ⌊x·a/(y − a)⌋ + 1. Uniswap v2's
/// `getAmountIn` rounds likewise. `None` when there is not that much.
#[must_use]
pub fn needed(x: U256, y: U256, amount: U256, unit: U256) -> Option<U256> {
    if amount >= y {
        return None;
    }
    mul_div(x.checked_mul(unit)?, amount, y - amount)?.checked_add(U256::from(1))
}

/// √(x·y), rounded down.
#[must_use]
pub fn size(x: U256, y: U256) -> U256 {
    root(product(x, y))
}

/// Keeps the product of two reserves.
#[derive(Debug, Clone, Copy)]
pub struct Product;

impl Kept for Product {
    fn size(&self, balances: &[Atoms]) -> Option<U256> {
        Some(size(wide(balances[0]), wide(balances[1])))
    }

    /// √(x'y'/xy): the root of a quotient in units of 2⁻²⁴⁰.
    fn growth(&self, before: &[Atoms], after: &[Atoms]) -> Option<U256> {
        let squared = |balances: &[Atoms]| product(wide(balances[0]), wide(balances[1]));
        let square = (squared(after) << (2 * BITS)) / squared(before);
        Some(root(square))
    }

    #[inline]
    fn out(&self, balances: &[Atoms], from: usize, to: usize, net: Net) -> Result<Atoms, Refusal> {
        let (x, y) = (balances[from], balances[to]);
        let (x_parts, y_wide) = (u128::from(x.cast_unsigned()) * u128::from(net.unit), u128::from(y.cast_unsigned()));
        // Down, in favour of the pool: fewer than `y` whatever comes in.
        if let (Ok(parts), Ok(below)) = (u64::try_from(net.parts), u64::try_from(x_parts + net.parts))
            && let Some(out) = small_quotient(parts, y.cast_unsigned(), below)
        {
            return Ok(out.cast_signed());
        }
        if net.parts.leading_zeros() + y_wide.leading_zeros() >= 128 {
            return Ok((net.parts * y_wide / (x_parts + net.parts)) as Atoms);
        }
        out(wide(x), wide(y), U256::from(net.parts), U256::from(net.unit)).and_then(atoms).ok_or(Refusal::TooLarge)
    }

    fn needed(&self, balances: &[Atoms], from: usize, to: usize, amount: Atoms, unit: u64) -> Result<u128, Refusal> {
        let (x, y) = (wide(balances[from]), wide(balances[to]));
        let parts = needed(x, y, wide(amount), U256::from(unit)).ok_or(Refusal::NotEnoughHeld)?;
        u128::try_from(parts).map_err(|_| Refusal::TooLarge)
    }

    fn price(&self, balances: &[Atoms], of: usize, against: usize) -> f64 {
        balances[against] as f64 / balances[of] as f64
    }

    fn slope(&self, balances: &[Atoms], of: usize, against: usize) -> f64 {
        2.0 * self.price(balances, of, against) / balances[of] as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::{Order, reserves::SHARES_BURNT};

    fn pool(x: Atoms, y: Atoms) -> ReservePool<Product> {
        let design =
            ConstantProduct { fee: AnyFee::fixed(0.003), protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
        design.reserves(&[x, y]).unwrap()
    }

    /// The law by which the fast path may be used: it is the wide one.
    #[test]
    fn narrow_and_wide_arithmetic_agree() {
        let mut word = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            let mut draw = || {
                word = word.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                ((word >> 1) >> (word >> 58)).max(1).cast_signed()
            };
            let balances = [draw(), draw()];
            let net = Net { parts: u128::from(draw().cast_unsigned()) * 997, unit: 1000 };
            let fast = Product.out(&balances, 0, 1, net).unwrap();
            let slow = out(wide(balances[0]), wide(balances[1]), U256::from(net.parts), U256::from(1000));
            assert_eq!(wide(fast), slow.unwrap());
            assert!(fast < balances[1]);
        }
    }

    /// Quotients that are whole, one below and one above, near the end of what the fast way serves.
    #[test]
    fn quotients_by_floating_point_are_exact() {
        let mut served = 0;
        for divisor in [1_u64, 3, 997, 1_000_003, (1 << 53) - 1, (1 << 60) + 7] {
            for quotient in [0_u64, 1, 2, 12_345, (1 << 40) + 1, (1 << 50) - 2] {
                for a in [1_u64, 2, 3, 997, 65_537] {
                    let Some(product) = quotient.checked_mul(divisor) else { continue };
                    for b in [product / a, product / a + 1, (product / a).saturating_sub(1)] {
                        let exact = u128::from(a) * u128::from(b) / u128::from(divisor);
                        if let Some(found) = small_quotient(a, b, divisor) {
                            assert_eq!(u128::from(found), exact, "{a}·{b}/{divisor}");
                            served += 1;
                        }
                    }
                }
            }
        }
        assert!(served > 300, "{served}");
    }

    /// Uniswap v2's own test of its first shares: √(1e4·4e4) less the thousand that are burnt, and in proportion after.
    #[test]
    fn shares_are_the_root_of_the_product() {
        let mut pool = pool(10_000, 40_000);
        assert_eq!((pool.shares(), SHARES_BURNT), (20_000, 1000));
        let added = pool.add(&[5_000, 50_000]).unwrap();
        assert_eq!((added.shares, added.taken), (10_000, vec![5_000, 20_000]));
        assert_eq!(pool.remove(15_000).unwrap(), vec![7_500, 30_000]);
        assert_eq!(pool.remove(14_001), Err(Refusal::NotEnoughHeld));
    }

    /// √1.5625 − 1 is a quarter of the shares, without a fee.
    #[test]
    fn single_sided_liquidity_follows_the_invariant() {
        let design =
            ConstantProduct { fee: AnyFee::fixed(0.0), protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
        let mut pool = design.open(&[1_000_000, 4_000_000]).unwrap();
        assert_eq!(pool.add_unbalanced(&[562_500, 0]).unwrap().shares, 500_000);
        // A fifth of all shares in the other asset: 4e6·(1 − 0.8²), less an atom, as 0.8 is rounded up in binary.
        assert_eq!(pool.remove_single(500_000, 1).unwrap(), 1_439_999);
    }

    #[test]
    fn limits_refuse_whole() {
        let mut pool = pool(1_000_000, 1_000_000);
        let order = Order::exact_in(0, 1, 10_000);
        let quoted = pool.amount_out(0, 1, 10_000).unwrap().received;
        assert_eq!(pool.swap(&order.limited(quoted + 1)), Err(Refusal::LimitNotReached));
        assert_eq!(pool.balances(), vec![1_000_000, 1_000_000]);
        assert_eq!(pool.swap(&order.limited(quoted)).unwrap().received, quoted);
        assert_eq!(pool.swap(&Order::exact_out(0, 1, 2_000_000)), Err(Refusal::NotEnoughHeld));
        assert_eq!(pool.swap(&Order::exact_in(0, 0, 1)), Err(Refusal::NoSuchAsset));
        assert_eq!(pool.swap(&Order::exact_in(0, 1, 0)), Err(Refusal::BadAmount));
    }

    #[test]
    fn an_empty_or_tiny_deposit_is_refused() {
        let design =
            ConstantProduct { fee: AnyFee::fixed(0.0), protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
        for deposit in [&[0, 1][..], &[5, -1], &[1000, 1000], &[1_000_000], &[1, 2, 3]] {
            assert!(design.open(deposit).is_err(), "{deposit:?}");
        }
    }
}
