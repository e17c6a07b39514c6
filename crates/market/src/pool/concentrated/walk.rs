//! A swap from one liquidity to the next, as the loop of Uniswap v3's pool.

use super::bitmap::TickBitmap;
use super::ranges::Ranges;
use super::step::{Arithmetic, Remaining, step_in};
use super::tick_math::{TICK_MAX, TICK_MIN, sqrt_price_at, tick_at};
use crate::pool::wide::U256;

/// What the providers' fee leaves to a protocol: `numerator/denominator` of it, rounded down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeSplit {
    /// Millionths of what comes in.
    pub fee_pips: u32,
    /// The protocol's part of the fee.
    pub protocol: (u32, u32),
}

/// Where a swap leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk {
    /// √price afterwards.
    pub price: U256,
    /// The tick afterwards.
    pub tick: i32,
    /// The liquidity in range afterwards.
    pub liquidity: u128,
    /// Fees per liquidity of the incoming asset afterwards.
    pub growth_in: U256,
    /// Came in, fees included.
    pub amount_in: U256,
    /// Went out.
    pub amount_out: U256,
    /// The part of what came in that is fee, the protocol's part included.
    pub fee: U256,
    /// The protocol's part.
    pub protocol_fee: U256,
    /// What was asked and not done, because the price came to its limit.
    pub remaining: U256,
    /// The last tick on the way, and its √price.
    pub(super) next: (i32, U256),
}

/// A walk on its way, in numbers of one kind.
pub(super) struct Walking<A: Arithmetic> {
    price: A::Price,
    tick: i32,
    liquidity: u128,
    growth_in: U256,
    amount_in: A::Amount,
    amount_out: A::Amount,
    fee: A::Amount,
    protocol_fee: A::Amount,
    remaining: Remaining<A::Amount>,
    next: (i32, A::Price),
}

impl<A: Arithmetic> Walking<A> {
    /// Goes on from `walk`, asked for an amount in or out as `asked` is; `None` where that does not fit.
    #[inline]
    pub(super) fn from(walk: &Walk, asked: Remaining) -> Option<Self> {
        Some(Self {
            price: A::price(walk.price)?,
            tick: walk.tick,
            liquidity: walk.liquidity,
            growth_in: walk.growth_in,
            amount_in: A::amount(walk.amount_in)?,
            amount_out: A::amount(walk.amount_out)?,
            fee: A::amount(walk.fee)?,
            protocol_fee: A::amount(walk.protocol_fee)?,
            remaining: asked.with(A::amount(walk.remaining)?),
            next: (walk.next.0, A::price(walk.next.1)?),
        })
    }

    /// Where it stands.
    #[inline]
    pub(super) fn walk(&self) -> Walk {
        Walk {
            price: A::wide_price(self.price),
            tick: self.tick,
            liquidity: self.liquidity,
            growth_in: self.growth_in,
            amount_in: A::wide_amount(self.amount_in),
            amount_out: A::wide_amount(self.amount_out),
            fee: A::wide_amount(self.fee),
            protocol_fee: A::wide_amount(self.protocol_fee),
            remaining: A::wide_amount(self.remaining.amount()),
            next: (self.next.0, A::wide_price(self.next.1)),
        }
    }

    /// Walks until all is done or √price is at `limit`; `crossed` hears of each initialised tick on the way, with the fees
    /// per liquidity there. `None` where a number does not fit: it then stands where it last did.
    #[inline]
    pub(super) fn go(
        &mut self,
        ranges: &Ranges,
        zero_for_one: bool,
        limit: A::Price,
        split: FeeSplit,
        crossed: &mut impl FnMut(i32, U256),
    ) -> Option<()> {
        while !self.is_done() && self.price != limit {
            let initialised = self.look(&ranges.bitmap, zero_for_one, &ranges.looked_at[usize::from(zero_for_one)])?;
            let (next, next_price) = self.next;
            let target = if zero_for_one { next_price.max(limit) } else { next_price.min(limit) };
            let start = self.price;
            self.advance(target, split)?;
            if self.price == next_price {
                if initialised {
                    let net = ranges.ticks[&next].net;
                    let net = if zero_for_one { -net } else { net };
                    self.liquidity = self.liquidity.checked_add_signed(net)?;
                    crossed(next, self.growth_in);
                }
                self.tick = if zero_for_one { next - 1 } else { next };
            } else if self.price != start {
                self.tick = tick_at(A::wide_price(self.price));
            }
        }
        Some(())
    }

    /// Whether nothing is left of what was asked.
    #[inline]
    pub(super) fn is_done(&self) -> bool {
        self.remaining.amount() == A::Amount::default()
    }

    /// Finds the next tick, and whether it is initialised. `other` is where swaps the other way last looked.
    #[inline]
    fn look(&mut self, bitmap: &TickBitmap, zero_for_one: bool, other: &(i32, U256)) -> Option<bool> {
        let (next, initialised) = bitmap.next(self.tick, zero_for_one);
        let next = next.clamp(TICK_MIN, TICK_MAX);
        if next != self.next.0 {
            self.next = (next, A::price(if next == other.0 { other.1 } else { sqrt_price_at(next) })?);
        }
        Some(initialised)
    }

    /// One step towards `target`.
    #[inline]
    fn advance(&mut self, target: A::Price, split: FeeSplit) -> Option<()> {
        let step = step_in::<A>(self.price, target, self.liquidity, self.remaining, split.fee_pips)?;
        let paid = A::sum(step.amount_in, step.fee)?;
        let (amount_in, amount_out) = (A::sum(self.amount_in, paid)?, A::sum(self.amount_out, step.amount_out)?);
        let mut kept = step.fee;
        let mut protocol_fee = self.protocol_fee;
        if split.protocol.0 > 0 {
            // Down: the rest is the providers'.
            let taken = A::part(step.fee, split.protocol.0, split.protocol.1, false)?;
            protocol_fee = A::sum(protocol_fee, taken)?;
            kept = kept - taken;
        }
        let fee = A::sum(self.fee, step.fee)?;
        if self.liquidity > 0 {
            self.growth_in = A::grown(self.growth_in, kept, self.liquidity)?;
        }
        self.remaining = match self.remaining {
            Remaining::In(left) => Remaining::In(left - paid),
            Remaining::Out(left) => Remaining::Out(left - step.amount_out),
        };
        (self.price, self.fee, self.protocol_fee) = (step.price, fee, protocol_fee);
        (self.amount_in, self.amount_out) = (amount_in, amount_out);
        Some(())
    }
}
