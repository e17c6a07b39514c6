//! Profit from prices that differ.

use walras_ledger::Atoms;
use walras_numerics::elementary::sqrt;
use walras_numerics::root::greatest;

use super::Venue;
use crate::pool::{Pool, Swap};

/// The best trade through two constant product pools, as real numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoPools {
    /// What is paid into the first.
    pub paid: f64,
    /// What is carried from the first to the second.
    pub carried: f64,
    /// What comes out of the second beyond what was paid.
    pub profit: f64,
}

/// The best trade that pays into `first` (reserves of the asset paid and of the one carried) and takes the same asset out of
/// `second` (reserves of the one taken and of the one carried, in the order carried, taken). `None` when none profits.
///
/// Two constant products after one another are one: y(a) = K·a/(M + N·a), whose y(a) − a is greatest at
/// (√(K·M) − M)/N.
#[must_use]
pub fn two_products(first: (f64, f64), second: (f64, f64), fees: (f64, f64)) -> Option<TwoPools> {
    let (keep_first, keep_second) = (1.0 - fees.0, 1.0 - fees.1);
    let all = keep_first * keep_second * first.1 * second.1;
    let still = first.0 * second.0;
    let moved = keep_first * (second.0 + keep_second * first.1);
    let paid = (sqrt(all * still) - still) / moved;
    if paid.is_nan() || paid <= 0.0 {
        return None;
    }
    let carried = keep_first * first.1 * paid / (first.0 + keep_first * paid);
    let taken = keep_second * second.1 * carried / (second.0 + keep_second * carried);
    Some(TwoPools { paid, carried, profit: taken - paid })
}

/// How many atoms bought at `from` and sold at `to` gain the most, of at most `most`, when of what they return only the
/// share `counts` counts; 0 where nothing is gained.
///
/// The marginal cost rises at the one and the marginal return falls at the other, so the best amount is where they meet, and
/// it is found by bisection whatever the two venues are: nothing of their formulas is asked.
#[must_use]
pub fn between(from: &dyn Venue, to: &dyn Venue, counts: f64, most: Atoms) -> Atoms {
    let most = most.min(from.depth()).min(to.depth());
    // An order to sell costs less than nothing.
    let worth = |amount: Atoms| from.marginal(amount) < -to.marginal(amount) * counts;
    let best = greatest(0, most - 1, worth).map_or(0, |amount| amount + 1);
    let gain = from.cost(best).zip(to.cost(best)).map(|(cost, back)| -back as f64 * counts - cost as f64);
    if gain.is_some_and(|gain| gain > 0.0) { best } else { 0 }
}

/// One leg of a cycle.
#[derive(Debug, Clone, Copy)]
pub struct Leg<'a> {
    /// The pool, no two legs the same.
    pub pool: &'a dyn Pool,
    /// The asset paid in: of the kind that the leg before gives.
    pub from: usize,
    /// The asset taken out.
    pub to: usize,
}

/// The best trade around a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cycle {
    /// What each leg does; each pays what the one before gave.
    pub swaps: Vec<Swap>,
    /// What the last gives beyond what the first was paid.
    pub profit: Atoms,
}

/// How many amounts out on either side of where the marginal rate is one are tried.
const NEIGHBOURS: Atoms = 256;

/// The best trade around `legs`, from the first's `from` to the last's `to`, which are the same asset. `None` when no
/// trade profits by an atom.
///
/// Bisection finds where one more atom in gives one more out by the pools' prices. A fee that stays in a pool moves its
/// price a little further than the order itself feels, so sections of exact trades look for the top from there. Rounding
/// makes the exact profit a saw of some atoms around a smooth hill; its best tooth is taken among the amounts out around
/// either place, each with the least that pays for it. No trade is better by more than an atom for each leg.
#[must_use]
pub fn cycle(legs: &[Leg<'_>]) -> Option<Cycle> {
    let worth_more = |amount: Atoms| rate_after(legs, amount).is_some_and(|rate| rate > 1.0);
    let even = greatest(0, Atoms::MAX, worth_more)?.max(1);
    let around = |paid: Atoms| {
        let out = forwards(legs, paid).and_then(|swaps| Some(swaps.last()?.received)).unwrap_or(0);
        (out - NEIGHBOURS).max(1)..=out.saturating_add(NEIGHBOURS)
    };
    let tries = around(even).chain(around(top(legs, even))).filter_map(|out| {
        let paid = backwards(legs, out)?;
        let swaps = forwards(legs, paid)?;
        let profit = swaps.last()?.received - paid;
        Some(Cycle { swaps, profit })
    });
    tries.filter(|cycle| cycle.profit > 0).max_by_key(|cycle| (cycle.profit, -cycle.swaps[0].paid))
}

/// The top of the hill of exact profits, but for rounding, by sections of what lies around `near`.
fn top(legs: &[Leg<'_>], near: Atoms) -> Atoms {
    let profit = |paid: Atoms| Some(i128::from(forwards(legs, paid)?.last()?.received) - i128::from(paid));
    let (mut low, mut high) = (near / 2, near.saturating_mul(4));
    while high - low > 2 {
        let third = (high - low) / 3;
        // More than the pools can serve is no profit, and less than any.
        if profit(low + third) < profit(high - third) {
            low += third;
        } else {
            high -= third;
        }
    }
    low + (high - low) / 2
}

fn forwards(legs: &[Leg<'_>], amount: Atoms) -> Option<Vec<Swap>> {
    let mut carried = amount;
    let mut swaps = Vec::with_capacity(legs.len());
    for leg in legs {
        let swap = leg.pool.amount_out(leg.from, leg.to, carried).ok()?;
        // A pool that does not take all breaks the chain.
        if swap.paid != carried || swap.received == 0 {
            return None;
        }
        carried = swap.received;
        swaps.push(swap);
    }
    Some(swaps)
}

/// What must be paid in for `amount` at the end.
fn backwards(legs: &[Leg<'_>], amount: Atoms) -> Option<Atoms> {
    legs.iter().rev().try_fold(amount, |carried, leg| Some(leg.pool.amount_in(leg.from, leg.to, carried).ok()?.paid))
}

/// How much one more atom gives after `amount` was put through.
fn rate_after(legs: &[Leg<'_>], amount: Atoms) -> Option<f64> {
    let mut rate = 1.0;
    let mut carried = amount;
    for leg in legs {
        let mut pool = leg.pool.duplicate();
        if carried > 0 {
            let swap = leg.pool.amount_out(leg.from, leg.to, carried).ok()?;
            pool.settle(&swap);
            carried = swap.received;
        }
        rate *= pool.price(leg.from, leg.to) * (1.0 - pool.fee_share(leg.from, leg.to));
    }
    Some(rate)
}

/// The trade that takes all profit from `pool` against a price outside at which `token` is bought and sold without
/// limit: `outside` is in atoms of `money` for one atom of `token`. `None` when the difference is within the fee.
///
/// Afterwards |ln(price/outside)| ≤ −ln(1 − fee), to an atom's effect on the price.
#[must_use]
pub fn against_outside(pool: &dyn Pool, token: usize, money: usize, outside: f64) -> Option<Swap> {
    // Buy while the next atom costs less here than it fetches outside; sell while it fetches more here.
    let cheaper = |pool: &dyn Pool| pool.price(token, money) < outside * (1.0 - pool.fee_share(money, token));
    let dearer = |pool: &dyn Pool| pool.price(token, money) * (1.0 - pool.fee_share(token, money)) > outside;
    let best = |from: usize, to: usize, goes_on: &dyn Fn(&dyn Pool) -> bool| {
        let holds = |amount: Atoms| {
            if amount == 0 {
                return goes_on(pool);
            }
            let Ok(swap) = pool.amount_out(from, to, amount) else { return false };
            let mut after = pool.duplicate();
            after.settle(&swap);
            goes_on(&*after)
        };
        let amount = greatest(0, Atoms::MAX, holds)?;
        let swap = pool.amount_out(from, to, amount.max(1)).ok()?;
        (swap.received > 0).then_some(swap)
    };
    best(money, token, &cheaper).or_else(|| best(token, money, &dearer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pool::constant_product::ProtocolPay;
    use crate::pool::fee::AnyFee;
    use crate::pool::{ConstantProduct, Design};

    /// 1000/2.0 M against 1000/2.1 M at 0.3 %: by 40-digit arithmetic.
    #[test]
    fn two_pools_by_the_closed_form() {
        let best = two_products((2e6, 1000.0), (1000.0, 2.1e6), (0.003, 0.003)).unwrap();
        assert!((best.paid / 21_718.627_455_9 - 1.0).abs() < 1e-11);
        assert!((best.profit / 469.578_256_709_12 - 1.0).abs() < 1e-11);
        assert_eq!(two_products((2e6, 1000.0), (1000.0, 2.001e6), (0.003, 0.003)), None);
    }

    /// The same pools in atoms: fees that stay in them once hid a thousand atoms of the profit from the search.
    #[test]
    fn the_best_cycle_is_as_good_as_the_closed_form_but_for_an_atom_a_leg() {
        let (fee, protocol_pay) = (AnyFee::fixed(0.003), ProtocolPay::AtOnce);
        let design = ConstantProduct { fee, protocol_share: 0.0, protocol_pay };
        let pool = |money: Atoms| design.open(&[1_000_000_000_000, money]).unwrap();
        let (cheap, dear) = (pool(2_000_000_000_000), pool(2_100_000_000_000));
        let legs = [Leg { pool: &*cheap, from: 1, to: 0 }, Leg { pool: &*dear, from: 0, to: 1 }];
        let profit = cycle(&legs).unwrap().profit;
        assert!((469_578_254..=469_578_256).contains(&profit), "{profit}");
    }
}
