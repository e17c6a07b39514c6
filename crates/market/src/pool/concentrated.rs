//! Concentrated liquidity: each provider's is spread over a range of prices of its own choice.
//!
//! [`tick_math`], [`sqrt_price`], [`step`], [`bitmap`] and [`ranges`] repeat the arithmetic of the Uniswap v3
//! contracts bit for bit, in 256 bits with products of 512; [`RangePool`] is their border to atoms.

pub mod bitmap;
mod narrow;
mod pool;
pub mod ranges;
pub mod sqrt_price;
pub mod step;
pub mod tick_math;
mod walk;

use walras_catalog::{Problem, entry};
use walras_ledger::Atoms;

pub use pool::RangePool;
use ranges::Ranges;

use super::fee::{AnyFee, Charges};
use super::wide::{U512, quotient, root, wide};
use super::{Design, Pool, check_deposits, refused};

entry! {
    /// Two assets, with liquidity over ranges of prices: as Uniswap v3.
    ///
    /// Within a range the pool is a constant product of virtual reserves; outside it a position holds one asset only. Fees
    /// belong to the positions in range and are collected apart. It opens at the price of its first deposit, which
    /// becomes position 0 over all prices. A swap pays one rate, so the fee must not depend on its size.
    pub struct ConcentratedLiquidity = "concentrated_liquidity" {
        formula: "(x + L/√p_b)·(y + L·√p_a) = L² on each range [p_a, p_b]; p = 1.0001^tick",
        check: ConcentratedLiquidity::check,
        source: "H. Adams, N. Zinsmeister, M. Salem, R. Keefer, D. Robinson, \"Uniswap v3 core\", 2021",
        /// Ranges begin and end at multiples of so many ticks.
        tick_spacing: u32 = 60, within 1.0..=16384.0;
        /// The fee on what comes in, exact to a millionth.
        fee: AnyFee = AnyFee::fixed(0.003);
        /// The protocol's part of the fee.
        protocol_share: f64 = 0.0, within 0.0..=1.0;
    }
}

impl ConcentratedLiquidity {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if !(1..=16384).contains(&self.tick_spacing) {
            return Err(("tick_spacing", format!("a spacing of {} ticks: give 1 to 16384", self.tick_spacing)));
        }
        if !self.fee.is_flat() {
            return Err(("fee", "a fee by size cannot be known before the swap ends: give one rate".to_owned()));
        }
        Ok(())
    }

    /// As [`Design::open`], the pool by its own type.
    ///
    /// # Errors
    /// As [`Design::open`].
    pub fn ranges(&self, deposits: &[Atoms]) -> Result<RangePool, Problem> {
        self.check().map_err(|(_, message)| refused(message))?;
        check_deposits(deposits, 2..=2)?;
        // √(y/x) in units of 2⁻⁹⁶, rounded down.
        let square = quotient(U512::from(wide(deposits[1])) << 192, U512::from(wide(deposits[0])));
        let price = root(U512::from(square.expect("63 and 192 bits")));
        let ranges = Ranges::new(self.tick_spacing.cast_signed(), price)
            .map_err(|_| refused("the price of the first deposit is beyond all ticks"))?;
        let charges = Charges::new(self.fee.clone(), self.protocol_share, deposits);
        let mut pool = RangePool::new(ranges, charges);
        let (low, high) = (pool.ranges().lowest(), -pool.ranges().lowest());
        pool.add_range(low, high, [deposits[0], deposits[1]])
            .map_err(|_| refused("the first deposit is too small to be liquidity over all prices"))?;
        Ok(pool)
    }
}

impl Design for ConcentratedLiquidity {
    fn assets(&self, _: usize) -> usize {
        2
    }

    fn open(&self, deposits: &[Atoms]) -> Result<Box<dyn Pool>, Problem> {
        Ok(Box::new(self.ranges(deposits)?))
    }
}
