//! Liquidity over ranges of ticks, and swaps along it: the state of a Uniswap v3 pool, in 256 bits throughout.

use std::collections::BTreeMap;

use super::bitmap::TickBitmap;
use super::narrow::Narrow;
use super::sqrt_price::{PRICE_BITS, amount_0, amount_1};
use super::step::{Remaining, Wide};
use super::tick_math::{SQRT_PRICE_MAX, SQRT_PRICE_MIN, TICK_MAX, TICK_MIN, sqrt_price_at, tick_at};
use super::walk::Walking;
pub use super::walk::{FeeSplit, Walk};
use crate::pool::Refusal;
use crate::pool::wide::{U256, double_word, mul_div};

/// What begins or ends at a tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tick {
    /// Liquidity of all positions that begin or end here.
    pub gross: u128,
    /// Liquidity added when the price rises through here, taken away when it falls through.
    pub net: i128,
    /// Fees per liquidity on the other side of this tick, as seen from the price, in units of 2⁻¹²⁸, modulo 2²⁵⁶.
    pub outside: [U256; 2],
}

/// Liquidity over one range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The lower end.
    pub lower: i32,
    /// The upper end.
    pub upper: i32,
    /// How much.
    pub liquidity: u128,
    /// Fees per liquidity inside the range when last counted.
    pub inside: [U256; 2],
    /// What may be collected: fees, and amounts of liquidity taken away.
    pub owed: [U256; 2],
}

/// The whole state of a pool of ranges.
#[derive(Debug, Clone)]
pub struct Ranges {
    pub(super) spacing: i32,
    pub(super) price: U256,
    pub(super) tick: i32,
    pub(super) liquidity: u128,
    pub(super) growth: [U256; 2],
    pub(super) ticks: BTreeMap<i32, Tick>,
    pub(super) positions: BTreeMap<u64, Position>,
    pub(super) next_position: u64,
    pub(super) bitmap: TickBitmap,
    /// The ticks at which swaps down and up last looked, with their √price: most look there again.
    pub(super) looked_at: [(i32, U256); 2],
}

impl Ranges {
    /// No liquidity, at this price.
    ///
    /// # Errors
    /// When the price lies outside what ticks can say.
    pub fn new(spacing: i32, price: U256) -> Result<Self, Refusal> {
        if !(1..=TICK_MAX).contains(&spacing) || price < SQRT_PRICE_MIN || price >= SQRT_PRICE_MAX {
            return Err(Refusal::OutOfRange);
        }
        Ok(Self {
            spacing,
            price,
            tick: tick_at(price),
            liquidity: 0,
            growth: [U256::ZERO; 2],
            ticks: BTreeMap::new(),
            positions: BTreeMap::new(),
            next_position: 0,
            bitmap: TickBitmap::new(spacing),
            looked_at: [(0, U256::from(1) << PRICE_BITS); 2],
        })
    }

    /// √price in units of 2⁻⁹⁶.
    #[must_use]
    pub fn price(&self) -> U256 {
        self.price
    }

    /// The tick of the price.
    #[must_use]
    pub fn tick(&self) -> i32 {
        self.tick
    }

    /// The liquidity at the price.
    #[must_use]
    pub fn liquidity(&self) -> u128 {
        self.liquidity
    }

    /// Fees per liquidity since the beginning, in units of 2⁻¹²⁸, modulo 2²⁵⁶.
    #[must_use]
    pub fn growth(&self) -> [U256; 2] {
        self.growth
    }

    /// Each initialised tick.
    #[must_use]
    pub fn ticks(&self) -> &BTreeMap<i32, Tick> {
        &self.ticks
    }

    /// Each position by its id.
    #[must_use]
    pub fn positions(&self) -> &BTreeMap<u64, Position> {
        &self.positions
    }

    /// Distance of the ticks at which ranges may end.
    #[must_use]
    pub fn spacing(&self) -> i32 {
        self.spacing
    }

    /// The lowest tick at which a range may begin.
    #[must_use]
    pub fn lowest(&self) -> i32 {
        TICK_MIN / self.spacing * self.spacing
    }

    /// The most liquidity that may begin or end at one tick, so that the sum over all fits 128 bits.
    #[must_use]
    pub fn liquidity_per_tick_max(&self) -> u128 {
        let count = (TICK_MAX / self.spacing) * 2 + 1;
        u128::MAX / count as u128
    }

    /// Where a swap of `remaining`, of asset 0 for asset 1 where `zero_for_one`, leads: until all is done or √price is
    /// at `limit`. `crossed` hears of each initialised tick on the way, with the fees per liquidity there.
    ///
    /// # Errors
    /// When the limit is on the wrong side of the price or beyond the last tick, or an amount does not fit.
    #[inline]
    pub fn walk(
        &self,
        zero_for_one: bool,
        remaining: Remaining,
        limit: U256,
        split: FeeSplit,
        mut crossed: impl FnMut(i32, U256),
    ) -> Result<Walk, Refusal> {
        let valid = if zero_for_one {
            limit < self.price && limit > SQRT_PRICE_MIN
        } else {
            limit > self.price && limit < SQRT_PRICE_MAX
        };
        if !valid {
            return Err(Refusal::LimitNotReached);
        }
        let mut at = Walk {
            price: self.price,
            tick: self.tick,
            liquidity: self.liquidity,
            growth_in: self.growth[usize::from(!zero_for_one)],
            amount_in: U256::ZERO,
            amount_out: U256::ZERO,
            fee: U256::ZERO,
            protocol_fee: U256::ZERO,
            remaining: remaining.amount(),
            next: self.looked_at[usize::from(!zero_for_one)],
        };
        if let Some(mut narrow) = Walking::<Narrow>::from(&at, remaining) {
            // Beyond two words it is beyond every price on the way.
            let limit = double_word(limit).unwrap_or(u128::MAX);
            let whole = narrow.go(self, zero_for_one, limit, split, &mut crossed).is_some();
            at = narrow.walk();
            if whole && (narrow.is_done() || limit != u128::MAX) {
                return Ok(at);
            }
        }
        let mut wide = Walking::<Wide>::from(&at, remaining).ok_or(Refusal::TooLarge)?;
        wide.go(self, zero_for_one, limit, split, &mut crossed).ok_or(Refusal::TooLarge)?;
        Ok(wide.walk())
    }

    /// Does what [`Ranges::walk`] says, with the crossings that it told of.
    pub fn commit(&mut self, zero_for_one: bool, walk: &Walk, crossings: &[(i32, U256)]) {
        let came_in = usize::from(!zero_for_one);
        for &(tick, growth_in) in crossings {
            let tick = self.ticks.get_mut(&tick).expect("a tick that was crossed is initialised");
            tick.outside[came_in] = growth_in.wrapping_sub(tick.outside[came_in]);
            tick.outside[1 - came_in] = self.growth[1 - came_in].wrapping_sub(tick.outside[1 - came_in]);
        }
        (self.price, self.tick, self.liquidity) = (walk.price, walk.tick, walk.liquidity);
        self.growth[came_in] = walk.growth_in;
        self.looked_at[came_in] = walk.next;
    }

    /// What `liquidity` over a range holds at the present price, rounded `up` or down.
    #[must_use]
    pub fn amounts(&self, lower: i32, upper: i32, liquidity: u128, up: bool) -> Option<[U256; 2]> {
        let (low, high) = (sqrt_price_at(lower), sqrt_price_at(upper));
        let at = self.price.clamp(low, high);
        let zero = if self.tick < upper { amount_0(at, high, liquidity, up)? } else { U256::ZERO };
        let one = if self.tick >= lower { amount_1(low, at, liquidity, up)? } else { U256::ZERO };
        Some([zero, one])
    }

    /// Adds liquidity over a range as a new position; its id, and what must be paid in, rounded up.
    ///
    /// # Errors
    /// When the range is upside down, off the spacing or off the ticks, or the liquidity is none or too much.
    pub fn mint(&mut self, lower: i32, upper: i32, liquidity: u128) -> Result<(u64, [U256; 2]), Refusal> {
        let on_spacing = lower % self.spacing == 0 && upper % self.spacing == 0;
        if lower >= upper || lower < TICK_MIN || upper > TICK_MAX || !on_spacing {
            return Err(Refusal::OutOfRange);
        }
        if liquidity == 0 {
            return Err(Refusal::BadAmount);
        }
        let most = self.liquidity_per_tick_max();
        let room = |tick: i32| {
            let gross = self.ticks.get(&tick).map_or(0, |tick| tick.gross);
            gross.checked_add(liquidity).is_some_and(|sum| sum <= most)
        };
        if !room(lower) || !room(upper) {
            return Err(Refusal::TooLarge);
        }
        let signed = i128::try_from(liquidity).map_err(|_| Refusal::TooLarge)?;
        // Up: the pool is paid at least what the range holds.
        let amounts = self.amounts(lower, upper, liquidity, true).ok_or(Refusal::TooLarge)?;
        self.change_tick(lower, liquidity, signed);
        self.change_tick(upper, liquidity, -signed);
        if (lower..upper).contains(&self.tick) {
            self.liquidity += liquidity;
        }
        let id = self.next_position;
        self.next_position += 1;
        let inside = self.growth_inside(lower, upper);
        let owed = [U256::ZERO; 2];
        self.positions.insert(id, Position { lower, upper, liquidity, inside, owed });
        Ok((id, amounts))
    }

    /// Takes liquidity out of a position; what that frees, rounded down, is owed to it with the fees so far.
    ///
    /// # Errors
    /// When there is no such position, or it has less.
    pub fn burn(&mut self, id: u64, liquidity: u128) -> Result<[U256; 2], Refusal> {
        let position = *self.positions.get(&id).ok_or(Refusal::NoSuchPosition)?;
        if liquidity > position.liquidity {
            return Err(Refusal::NotEnoughHeld);
        }
        let Position { lower, upper, .. } = position;
        // Down: the pool pays at most what the range holds.
        let freed = self.amounts(lower, upper, liquidity, false).ok_or(Refusal::TooLarge)?;
        let inside = self.growth_inside(lower, upper);
        if liquidity > 0 {
            let signed = liquidity.cast_signed();
            self.lower_tick(lower, liquidity, -signed);
            self.lower_tick(upper, liquidity, signed);
            if (lower..upper).contains(&self.tick) {
                self.liquidity -= liquidity;
            }
        }
        let position = self.positions.get_mut(&id).expect("found above");
        for asset in 0..2 {
            let grown = inside[asset].wrapping_sub(position.inside[asset]);
            // Down: fees are paid at most as they came in.
            let fees = mul_div(grown, U256::from(position.liquidity), U256::from(1) << 128).unwrap_or(U256::ZERO);
            position.owed[asset] = position.owed[asset].wrapping_add(fees).wrapping_add(freed[asset]);
        }
        position.inside = inside;
        position.liquidity -= liquidity;
        Ok(freed)
    }

    /// Pays what is owed to a position, up to `most` of each; an empty position is forgotten.
    ///
    /// # Errors
    /// When there is no such position.
    pub fn collect(&mut self, id: u64, most: [U256; 2]) -> Result<[U256; 2], Refusal> {
        let position = self.positions.get_mut(&id).ok_or(Refusal::NoSuchPosition)?;
        let paid = [position.owed[0].min(most[0]), position.owed[1].min(most[1])];
        position.owed = [position.owed[0] - paid[0], position.owed[1] - paid[1]];
        if position.liquidity == 0 && position.owed == [U256::ZERO; 2] {
            self.positions.remove(&id);
        }
        Ok(paid)
    }

    fn change_tick(&mut self, tick: i32, gross: u128, net: i128) {
        let below = tick <= self.tick;
        let growth = self.growth;
        let bitmap = &mut self.bitmap;
        let entry = self.ticks.entry(tick).or_insert_with(|| {
            bitmap.flip(tick);
            // By convention all growth so far happened below the tick.
            Tick { outside: if below { growth } else { [U256::ZERO; 2] }, ..Tick::default() }
        });
        entry.gross += gross;
        entry.net += net;
    }

    fn lower_tick(&mut self, tick: i32, gross: u128, net: i128) {
        let entry = self.ticks.get_mut(&tick).expect("the end of a position is initialised");
        entry.gross -= gross;
        entry.net += net;
        if entry.gross == 0 {
            self.ticks.remove(&tick);
            self.bitmap.flip(tick);
        }
    }

    /// Fees per liquidity inside a range so far, modulo 2²⁵⁶: only differences mean something.
    fn growth_inside(&self, lower: i32, upper: i32) -> [U256; 2] {
        let outside = |tick: i32| self.ticks.get(&tick).map_or([U256::ZERO; 2], |tick| tick.outside);
        let (low, high) = (outside(lower), outside(upper));
        [0, 1].map(|asset| {
            let all = self.growth[asset];
            let below = if self.tick >= lower { low[asset] } else { all.wrapping_sub(low[asset]) };
            let above = if self.tick < upper { high[asset] } else { all.wrapping_sub(high[asset]) };
            all.wrapping_sub(below).wrapping_sub(above)
        })
    }
}
