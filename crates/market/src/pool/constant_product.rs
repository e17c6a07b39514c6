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
