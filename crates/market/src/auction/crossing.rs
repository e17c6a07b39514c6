//! Where demand and supply cross, found by weighted selection instead of sorting.
//!
//! With limits in whole ticks, let D(t) be what is bid at t or more and S(t) what is asked at t or less. Give each order
//! a *position*: 2t for an ask at t, 2t + 1 for a bid at t, and let W(t) be the size of all orders at positions up to 2t:
//! asks at t or less and bids below t. Then D(t) − S(t) = H − W(t), where H = all limited bids + bids without a limit
//! − asks without a limit. So the crossing is the place where the running sum of sizes passes H: one weighted
//! quantile, found by counting into buckets and then looking into one bucket, in time linear in the orders.

use walras_ledger::Atoms;

/// Orders as columns, with what they have in common taken out: sides above zero buy, below zero sell.
#[derive(Debug, Clone, Copy)]
pub struct Columns<'a> {
    /// Above zero buys, below zero sells, zero takes no part.
    pub side: &'a [i8],
    /// Atoms, not negative.
    pub quantity: &'a [Atoms],
    /// Ticks, no two further apart than `i64::MAX`; `i64::MAX` for a buy and `i64::MIN` for a sale mean no limit.
    pub limit: &'a [i64],
}

/// What is bid and asked at one price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Depth {
    /// The price in ticks.
    pub price: i64,
    /// Atoms bid at this price or more.
    pub demand: i128,
    /// Atoms asked at this price or less.
    pub supply: i128,
}

/// Where demand and supply cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Crossing {
    /// Atoms bid in all.
    pub demand: i128,
    /// Atoms asked in all.
    pub supply: i128,
    /// Atoms bid without a limit.
    pub market_demand: i128,
    /// Atoms asked without a limit.
    pub market_supply: i128,
    /// The lowest and the highest limit.
    pub limits: Option<(i64, i64)>,
    /// The lowest tick at which supply is at least demand; `None` when there is none up to the highest limit.
    pub from: Option<i64>,
    /// The highest tick at which demand is at least supply; `None` when there is none from the lowest limit on.
    pub to: Option<i64>,
    /// The highest limit at which demand is at least supply.
    pub below: Option<Depth>,
    /// The lowest limit at which supply is at least demand.
    pub above: Option<Depth>,
}

impl Depth {
    /// Atoms that can trade.
    #[must_use]
    pub fn volume(&self) -> i128 {
        self.demand.min(self.supply)
    }

    /// What is bid more than asked.
    #[must_use]
    pub fn excess(&self) -> i128 {
        self.demand - self.supply
    }
}

/// One order at its position, counted from the lowest limit.
#[derive(Clone, Copy)]
struct Weight {
    position: u64,
    quantity: Atoms,
}

/// Buckets of one round of counting.
const BITS: u32 = 12;

/// What all orders together come to.
#[derive(Default)]
struct Totals {
    limited_demand: i128,
    limited: i128,
    market_demand: i128,
    market_supply: i128,
    low: i64,
    high: i64,
    any: bool,
}

impl Columns<'_> {
    /// Finds the crossing.
    #[must_use]
    pub fn cross(&self) -> Crossing {
        let totals = self.totals();
        let mut crossing = Crossing {
            demand: totals.limited_demand + totals.market_demand,
            supply: totals.limited - totals.limited_demand + totals.market_supply,
            market_demand: totals.market_demand,
            market_supply: totals.market_supply,
            ..Crossing::default()
        };
        if !totals.any {
            return crossing;
        }
        let (low, high) = (totals.low, totals.high);
        crossing.limits = Some((low, high));
        let passing = totals.limited_demand + totals.market_demand - totals.market_supply;
        let (reaches, exceeds) = self.passing(passing, &totals);
        // W(t) ≥ H from the tick on at which the order that reaches H is counted.
        crossing.from = match reaches {
            Reached::Before => Some(low),
            Reached::At(position) => tick(low, position.div_ceil(2)),
            Reached::Never => None,
        }
        .filter(|&tick| tick <= high);
        // W(t) ≤ H up to the tick before the one at which the order that exceeds H is counted.
        crossing.to = match exceeds {
            Reached::Before => None,
            Reached::At(position) => position.div_ceil(2).checked_sub(1).and_then(|up| tick(low, up)),
            Reached::Never => Some(high),
        };
        let (mut below, mut above) = (None, None);
        self.limited(|_, limit, _| {
            if crossing.from.is_some_and(|from| limit >= from) && above.is_none_or(|above| limit < above) {
                above = Some(limit);
            }
            if crossing.to.is_some_and(|to| limit <= to) && below.is_none_or(|below| limit > below) {
                below = Some(limit);
            }
        });
        let [below_depth, above_depth] = self.depths([below.unwrap_or(low), above.unwrap_or(low)]);
        crossing.below = below.map(|_| below_depth);
        crossing.above = above.map(|_| above_depth);
        crossing
    }

    /// What is bid and asked at these prices.
    #[must_use]
    pub fn depths(&self, prices: [i64; 2]) -> [Depth; 2] {
        let mut depths = prices.map(|price| Depth { price, demand: 0, supply: 0 });
        for ((&side, &quantity), &limit) in self.side.iter().zip(self.quantity).zip(self.limit) {
            let quantity = i128::from(quantity);
            for depth in &mut depths {
                depth.demand += if side > 0 && limit >= depth.price { quantity } else { 0 };
                depth.supply += if side < 0 && limit <= depth.price { quantity } else { 0 };
            }
        }
        depths
    }

    /// The highest limit below `price` and the lowest above it.
    #[must_use]
    pub fn neighbours(&self, price: i64) -> (Option<i64>, Option<i64>) {
        let (mut lower, mut higher) = (None, None);
        self.limited(|_, limit, _| {
            if limit < price {
                lower = Some(lower.map_or(limit, |lower: i64| lower.max(limit)));
            } else if limit > price {
                higher = Some(higher.map_or(limit, |higher: i64| higher.min(limit)));
            }
        });
        (lower, higher)
    }

    /// Visits side, limit and quantity of the orders that have a limit.
    #[inline]
    fn limited(&self, mut visit: impl FnMut(i8, i64, Atoms)) {
        for ((&side, &quantity), &limit) in self.side.iter().zip(self.quantity).zip(self.limit) {
            if side != 0 && limit != i64::MAX && limit != i64::MIN {
                visit(side, limit, quantity);
            }
        }
    }

    fn totals(&self) -> Totals {
        let mut totals = Totals { low: i64::MAX, high: i64::MIN, ..Totals::default() };
        for ((&side, &quantity), &limit) in self.side.iter().zip(self.quantity).zip(self.limit) {
            let quantity = i128::from(quantity);
            let limited = side != 0 && limit != i64::MAX && limit != i64::MIN;
            if limited {
                totals.low = totals.low.min(limit);
                totals.high = totals.high.max(limit);
                totals.limited += quantity;
                totals.limited_demand += if side > 0 { quantity } else { 0 };
            } else if side > 0 {
                totals.market_demand += quantity;
            } else if side < 0 {
                totals.market_supply += quantity;
            }
        }
        totals.any = totals.low <= totals.high;
        totals
    }

    /// The first positions at which the running sum of sizes reaches `goal` and exceeds it.
    fn passing(&self, goal: i128, totals: &Totals) -> (Reached, Reached) {
        let low = totals.low;
        let span = totals.high.wrapping_sub(low).cast_unsigned() * 2 + 1;
        let shift = (u64::BITS - span.leading_zeros()).saturating_sub(BITS);
        let mut counts = vec![0_i128; (span >> shift) as usize + 1];
        let position = |side: i8, limit: i64| limit.wrapping_sub(low).cast_unsigned() * 2 + u64::from(side > 0);
        self.limited(|side, limit, quantity| counts[(position(side, limit) >> shift) as usize] += i128::from(quantity));
        let (reaches, exceeds) = (first(&counts, goal, false), first(&counts, goal, true));
        if shift == 0 {
            return (reaches.exactly(), exceeds.exactly());
        }
        // Mostly both are in one bucket, which is looked into once.
        let gather = |bucket: usize| {
            let mut weights = Vec::new();
            self.limited(|side, limit, quantity| {
                let position = position(side, limit);
                if position >> shift == bucket as u64 && quantity > 0 {
                    weights.push(Weight { position, quantity });
                }
            });
            (bucket, weights)
        };
        let mut gathered: Option<(usize, Vec<Weight>)> = None;
        let mut within = |found: First, strictly: bool| match found {
            First::Before => Reached::Before,
            First::Never => Reached::Never,
            First::In(bucket, before) => {
                if gathered.as_ref().is_none_or(|(other, _)| *other != bucket) {
                    gathered = Some(gather(bucket));
                }
                let weights = gathered.as_ref().map(|(_, weights)| weights.clone()).unwrap_or_default();
                Reached::At(select(weights, goal - before, strictly))
            }
        };
        (within(reaches, false), within(exceeds, true))
    }
}

/// Where a running sum passes a goal.
enum Reached {
    /// Before the first order.
    Before,
    /// With the orders at this position.
    At(u64),
    /// Not with all orders.
    Never,
}

enum First {
    Before,
    /// In this bucket, before which the sum was so much.
    In(usize, i128),
    Never,
}

impl First {
    /// Where buckets hold one position each.
    fn exactly(self) -> Reached {
        match self {
            Self::Before => Reached::Before,
            Self::In(bucket, _) => Reached::At(bucket as u64),
            Self::Never => Reached::Never,
        }
    }
}

/// The first bucket with which the running sum reaches `goal`, or exceeds it where `strictly`.
fn first(counts: &[i128], goal: i128, strictly: bool) -> First {
    let passes = |sum: i128| if strictly { sum > goal } else { sum >= goal };
    if passes(0) {
        return First::Before;
    }
    let mut sum = 0;
    for (bucket, count) in counts.iter().enumerate() {
        if passes(sum + count) {
            return First::In(bucket, sum);
        }
        sum += count;
    }
    First::Never
}

/// The position at which the running sum of `weights` first passes `goal`, which it does with all of them.
fn select(mut weights: Vec<Weight>, mut goal: i128, strictly: bool) -> u64 {
    loop {
        let low = weights.iter().map(|weight| weight.position).min().unwrap_or(0);
        let high = weights.iter().map(|weight| weight.position).max().unwrap_or(0);
        if low == high {
            return low;
        }
        let shift = (u64::BITS - (high - low).leading_zeros()).saturating_sub(BITS);
        let mut counts = vec![0_i128; ((high - low) >> shift) as usize + 1];
        for weight in &weights {
            counts[((weight.position - low) >> shift) as usize] += i128::from(weight.quantity);
        }
        let First::In(bucket, before) = first(&counts, goal, strictly) else { return high };
        if shift == 0 {
            return low + bucket as u64;
        }
        weights.retain(|weight| (weight.position - low) >> shift == bucket as u64);
        goal -= before;
    }
}

/// The tick `up` above `low`; `None` beyond the last.
fn tick(low: i64, up: u64) -> Option<i64> {
    i64::try_from(i128::from(low) + i128::from(up)).ok()
}
