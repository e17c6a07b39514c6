//! A pool of ranges in whole atoms.

use std::collections::BTreeMap;

use walras_ledger::Atoms;
use walras_numerics::elementary::{ln, sqrt};
use walras_numerics::{StateError, StateVisitor};

use super::bitmap::TickBitmap;
use super::ranges::{FeeSplit, Position, Ranges, Tick, Walk};
use super::sqrt_price::PRICE_BITS;
use super::step::Remaining;
use super::tick_math::{SQRT_PRICE_MAX, SQRT_PRICE_MIN, sqrt_price_at};
use crate::pool::fee::{Charges, UNIT};
use crate::pool::state::{visit_u128, visit_u256};
use crate::pool::wide::{U256, atoms, from_f64, mul_div, mul_shift, to_f64, wide};
use crate::pool::{Amount, Order, Pool, Ranged, Refusal, Swap};

/// A pool of ranges, what it holds and what it charges.
#[derive(Debug, Clone)]
pub struct RangePool {
    ranges: Ranges,
    balances: [Atoms; 2],
    charges: Charges,
    /// The ticks that the swap under way crosses; empty between swaps.
    crossings: Vec<(i32, U256)>,
}

/// 2⁹⁶.
const ONE: f64 = 79_228_162_514_264_337_593_543_950_336.0;

impl RangePool {
    /// A pool without liquidity.
    #[must_use]
    pub fn new(ranges: Ranges, charges: Charges) -> Self {
        Self { ranges, balances: [0; 2], charges, crossings: Vec::new() }
    }

    /// Prices, ticks and positions.
    #[must_use]
    pub fn ranges(&self) -> &Ranges {
        &self.ranges
    }

    fn check(from: usize, to: usize, amount: Atoms) -> Result<(), Refusal> {
        if from == to || from > 1 || to > 1 {
            return Err(Refusal::NoSuchAsset);
        }
        if amount <= 0 { Err(Refusal::BadAmount) } else { Ok(()) }
    }

    #[inline]
    fn split(&self, from: usize, to: usize) -> FeeSplit {
        // Up to whole millionths, in favour of the pool.
        let fee_pips = self.charges.rate(from, to, from, &self.balances).div_ceil(UNIT / 1_000_000) as u32;
        let protocol = self.charges.protocol();
        FeeSplit { fee_pips: fee_pips.min(999_999), protocol: (protocol.numerator, protocol.denominator) }
    }

    /// The price past which nothing can be swapped.
    fn end(zero_for_one: bool) -> U256 {
        if zero_for_one { SQRT_PRICE_MIN + U256::from(1) } else { SQRT_PRICE_MAX - U256::from(1) }
    }

    fn swap_of(&self, from: usize, exact_out: bool, walk: &Walk) -> Result<Swap, Refusal> {
        let amount = |number| atoms(number).ok_or(Refusal::TooLarge);
        let (paid, received) = (amount(walk.amount_in)?, amount(walk.amount_out)?);
        let (fee, protocol_fee) = (amount(walk.fee)?, amount(walk.protocol_fee)?);
        if paid > Atoms::MAX - self.balances[from] {
            return Err(Refusal::TooLarge);
        }
        if received > self.balances[1 - from] {
            return Err(Refusal::NotEnoughHeld);
        }
        Ok(Swap { from, to: 1 - from, paid, received, exact_out, fee_asset: from, fee, protocol_fee })
    }

    fn quote(&self, from: usize, to: usize, asked: Amount) -> Result<Swap, Refusal> {
        let (amount, remaining, exact_out) = asked_of(asked);
        Self::check(from, to, amount)?;
        let down = from == 0;
        let walk = self.ranges.walk(down, remaining, Self::end(down), self.split(from, to), |_, _| ())?;
        if !walk.remaining.is_zero() {
            return Err(Refusal::NotEnoughHeld);
        }
        self.swap_of(from, exact_out, &walk)
    }

    /// Swaps as `accept` allows, to `limit` at most.
    fn execute(
        &mut self,
        from: usize,
        asked: Amount,
        limit: U256,
        accept: impl Fn(&Swap, &Walk) -> Result<(), Refusal>,
    ) -> Result<Swap, Refusal> {
        let (amount, remaining, exact_out) = asked_of(asked);
        Self::check(from, 1 - from, amount)?;
        let mut crossings = std::mem::take(&mut self.crossings);
        crossings.clear();
        let split = self.split(from, 1 - from);
        let walked =
            self.ranges.walk(from == 0, remaining, limit, split, |tick, growth| crossings.push((tick, growth)));
        let result = walked.and_then(|walk| {
            let swap = self.swap_of(from, exact_out, &walk)?;
            accept(&swap, &walk)?;
            self.ranges.commit(from == 0, &walk, &crossings);
            self.balances[from] += swap.paid - swap.protocol_fee;
            self.balances[1 - from] -= swap.received;
            self.charges.count(from, swap.paid);
            Ok(swap)
        });
        crossings.clear();
        self.crossings = crossings;
        result
    }

    /// The most liquidity over a range that `most` pays for, rounded down.
    fn liquidity_for(&self, lower: i32, upper: i32, most: [Atoms; 2]) -> Option<u128> {
        let (low, high) = (sqrt_price_at(lower), sqrt_price_at(upper));
        let at = self.ranges.price().clamp(low, high);
        let of_0 = |width: U256, a: U256, b: U256| mul_div(wide(most[0]), mul_shift(a, b, PRICE_BITS)?, width);
        let of_1 = |width: U256| mul_div(wide(most[1]), U256::from(1) << PRICE_BITS, width);
        let by_0 = if at < high { Some(of_0(high - at, at, high)?) } else { None };
        let by_1 = if at > low { Some(of_1(at - low)?) } else { None };
        let least = match (by_0, by_1) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b)?,
        };
        u128::try_from(least).ok()
    }
}

fn asked_of(asked: Amount) -> (Atoms, Remaining, bool) {
    match asked {
        Amount::In(amount) => (amount, Remaining::In(U256::from(amount.max(0).cast_unsigned())), false),
        Amount::Out(amount) => (amount, Remaining::Out(U256::from(amount.max(0).cast_unsigned())), true),
    }
}

impl Pool for RangePool {
    fn duplicate(&self) -> Box<dyn Pool> {
        Box::new(self.clone())
    }

    fn balances(&self) -> Vec<Atoms> {
        self.balances.to_vec()
    }

    fn price(&self, of: usize, _: usize) -> f64 {
        let root = to_f64(self.ranges.price()) / ONE;
        let price = root * root;
        if of == 0 { price } else { 1.0 / price }
    }

    /// 2·P^(3/2)/L either way round; infinite where there is no liquidity.
    fn slope(&self, of: usize, against: usize) -> f64 {
        let price = self.price(of, against);
        2.0 * price * sqrt(price) / self.ranges.liquidity() as f64
    }

    fn fee_share(&self, from: usize, to: usize) -> f64 {
        f64::from(self.split(from, to).fee_pips) / 1e6
    }

    fn amount_out(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        self.quote(from, to, Amount::In(amount))
    }

    fn amount_in(&self, from: usize, to: usize, amount: Atoms) -> Result<Swap, Refusal> {
        self.quote(from, to, Amount::Out(amount))
    }

    fn settle(&mut self, swap: &Swap) {
        let asked = if swap.exact_out { Amount::Out(swap.received) } else { Amount::In(swap.paid) };
        let done = self.execute(swap.from, asked, Self::end(swap.from == 0), |_, _| Ok(()));
        debug_assert_eq!(done, Ok(*swap), "a quote of this state");
    }

    fn swap(&mut self, order: &Order) -> Result<Swap, Refusal> {
        let amount = asked_of(order.amount).0;
        Self::check(order.from, order.to, amount)?;
        self.execute(order.from, order.amount, Self::end(order.from == 0), |swap, walk| {
            if !walk.remaining.is_zero() {
                Err(Refusal::NotEnoughHeld)
            } else if swap.received == 0 {
                Err(Refusal::BadAmount)
            } else if order.accepts(swap) {
                Ok(())
            } else {
                Err(Refusal::LimitNotReached)
            }
        })
    }

    fn swap_up_to(&mut self, order: &Order, price: f64) -> Result<Swap, Refusal> {
        Self::check(order.from, order.to, asked_of(order.amount).0)?;
        if price.is_nan() || price <= 0.0 {
            return Err(Refusal::LimitNotReached);
        }
        let down = order.from == 0;
        let root = if down { 1.0 / sqrt(price) } else { sqrt(price) };
        let limit = from_f64(root * ONE).unwrap_or(U256::MAX);
        let limit = if down { limit.max(Self::end(true)) } else { limit.min(Self::end(false)) };
        self.execute(order.from, order.amount, limit, |swap, _| {
            // A partial fill is judged by its price, not by the amount of a whole one.
            if swap.received == 0 { Err(Refusal::LimitNotReached) } else { Ok(()) }
        })
    }

    fn add_range(&mut self, lower: i32, upper: i32, most: [Atoms; 2]) -> Result<Ranged, Refusal> {
        let lowest = self.ranges.lowest();
        if lower >= upper || lower < lowest || upper > -lowest {
            return Err(Refusal::OutOfRange);
        }
        if most[0] < 0 || most[1] < 0 {
            return Err(Refusal::BadAmount);
        }
        let mut liquidity = self.liquidity_for(lower, upper, most).ok_or(Refusal::TooLarge)?;
        // What is taken is rounded up twice, which may be an atom more than was offered.
        let within = |amounts: Option<[U256; 2]>| {
            let amounts = amounts.ok_or(Refusal::TooLarge)?;
            Ok(amounts[0] <= wide(most[0]) && amounts[1] <= wide(most[1]))
        };
        while liquidity > 0 && !within(self.ranges.amounts(lower, upper, liquidity, true))? {
            liquidity -= (liquidity >> 62) + 1;
        }
        let fits = |asset: usize| self.balances[asset].checked_add(most[asset]).is_some();
        if !fits(0) || !fits(1) {
            return Err(Refusal::TooLarge);
        }
        let (position, amounts) = self.ranges.mint(lower, upper, liquidity)?;
        let taken = amounts.map(|amount| atoms(amount).expect("at most what was offered"));
        self.balances = [self.balances[0] + taken[0], self.balances[1] + taken[1]];
        Ok(Ranged { position, liquidity, taken })
    }

    fn remove_range(&mut self, position: u64, liquidity: u128) -> Result<(), Refusal> {
        self.ranges.burn(position, liquidity).map(|_| ())
    }

    fn collect(&mut self, position: u64) -> Result<[Atoms; 2], Refusal> {
        // Fees up to now are counted with a burn of nothing.
        self.ranges.burn(position, 0)?;
        let most = self.balances.map(wide);
        let paid = self.ranges.collect(position, most)?;
        let paid = paid.map(|amount| atoms(amount).expect("at most what is held"));
        self.balances = [self.balances[0] - paid[0], self.balances[1] - paid[1]];
        Ok(paid)
    }

    /// The logarithm of the liquidity in range, which changes only where ranges begin and end.
    fn invariant(&self) -> f64 {
        ln(self.ranges.liquidity() as f64)
    }

    fn begin_step(&mut self) {
        let price = self.price(0, 1);
        self.charges.begin_step(&self.balances, price);
    }

    fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let [mut zero, mut one] = self.balances;
        visitor.i64("balance_0", &mut zero)?;
        visitor.i64("balance_1", &mut one)?;
        self.balances = [zero, one];
        self.charges.visit_state(visitor)?;
        visit_ranges(&mut self.ranges, visitor)
    }
}

fn visit_ranges(ranges: &mut Ranges, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
    visit_u256(visitor, "price", &mut ranges.price)?;
    let mut tick = i64::from(ranges.tick);
    visitor.i64("tick", &mut tick)?;
    ranges.tick = tick_of(tick)?;
    visit_u128(visitor, "liquidity", &mut ranges.liquidity)?;
    for growth in &mut ranges.growth {
        visit_u256(visitor, "growth", growth)?;
    }
    let mut places: Vec<i64> = ranges.ticks.keys().map(|&tick| i64::from(tick)).collect();
    visitor.i64s("ticks", &mut places)?;
    let mut ticks = BTreeMap::new();
    let mut bitmap = TickBitmap::new(ranges.spacing);
    for place in places {
        let place = tick_of(place)?;
        let mut tick = ranges.ticks.get(&place).copied().unwrap_or_default();
        visit_tick(&mut tick, visitor)?;
        if place % ranges.spacing != 0 || ticks.insert(place, tick).is_some() {
            return Err(StateError(format!("a tick at {place}, off the spacing or twice")));
        }
        bitmap.flip(place);
    }
    (ranges.ticks, ranges.bitmap) = (ticks, bitmap);
    let mut ids: Vec<i64> = ranges.positions.keys().map(|id| id.cast_signed()).collect();
    visitor.i64s("positions", &mut ids)?;
    let mut positions = BTreeMap::new();
    for id in ids {
        let id = id.cast_unsigned();
        let empty = Position { lower: 0, upper: 0, liquidity: 0, inside: [U256::ZERO; 2], owed: [U256::ZERO; 2] };
        let mut position = ranges.positions.get(&id).copied().unwrap_or(empty);
        visit_position(&mut position, visitor)?;
        positions.insert(id, position);
    }
    ranges.positions = positions;
    visitor.u64("next_position", &mut ranges.next_position)
}

fn tick_of(number: i64) -> Result<i32, StateError> {
    let tick = i32::try_from(number).ok().filter(|tick| (-887_273..=887_272).contains(tick));
    tick.ok_or_else(|| StateError(format!("{number} is not a tick")))
}

fn visit_tick(tick: &mut Tick, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
    visit_u128(visitor, "gross", &mut tick.gross)?;
    let mut net = tick.net.cast_unsigned();
    visit_u128(visitor, "net", &mut net)?;
    tick.net = net.cast_signed();
    tick.outside.iter_mut().try_for_each(|outside| visit_u256(visitor, "outside", outside))
}

fn visit_position(position: &mut Position, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
    for (name, end) in [("lower", &mut position.lower), ("upper", &mut position.upper)] {
        let mut tick = i64::from(*end);
        visitor.i64(name, &mut tick)?;
        *end = tick_of(tick)?;
    }
    visit_u128(visitor, "liquidity", &mut position.liquidity)?;
    position.inside.iter_mut().chain(&mut position.owed).try_for_each(|number| visit_u256(visitor, "fees", number))
}
