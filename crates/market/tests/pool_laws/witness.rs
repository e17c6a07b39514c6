//! What may never fall, computed apart from the pools and without rounding where that can be.

use walras_market::pool::fixed_point::ln_ratio;
use walras_market::pool::lmsr;
use walras_market::pool::stable;
use walras_market::pool::wide::{U256, U512, product, wide};
use walras_market::pool::{AnyPool, Pool, Swap};

/// Watches one pool.
pub(crate) struct Witness {
    design: AnyPool,
    balances: Vec<i64>,
    shares: i64,
    /// The money that an LMSR maker opened with.
    funding: i64,
    /// What a launch quotes beyond what it holds.
    offsets: (i64, i64),
    swaps: u32,
}

impl Witness {
    pub(crate) fn new(design: &AnyPool, pool: &dyn Pool) -> Self {
        let balances = pool.balances();
        let offsets = match design {
            AnyPool::Launch(launch) => (launch.virtual_tokens as i64 - balances[0], launch.virtual_money as i64),
            _ => (0, 0),
        };
        Self { design: design.clone(), funding: balances[0], shares: pool.shares(), balances, offsets, swaps: 0 }
    }

    pub(crate) fn spacing(&self) -> i32 {
        match &self.design {
            AnyPool::ConcentratedLiquidity(design) => design.tick_spacing as i32,
            _ => 1,
        }
    }

    /// Whether an atom of what is sold may be worth less than the finest cost that is computed.
    pub(crate) fn sells_worthless_atoms(&self) -> bool {
        matches!(self.design, AnyPool::Lmsr(_))
    }

    /// What an order in parts may gain, where a bound is known. Only a fee on what goes out leaves something that the next
    /// part feeds on; then parts get at most what the whole would have got without its fee.
    pub(crate) fn gain_in_parts(&self, swap: &Swap) -> Option<i128> {
        match &self.design {
            AnyPool::StableSwap(_) if swap.fee > 0 => (!swap.exact_out).then(|| i128::from(swap.fee)),
            _ => Some(0),
        }
    }

    /// After a swap: nothing held is negative, and the invariant has not fallen.
    pub(crate) fn swapped(&mut self, pool: &dyn Pool, swap: &Swap) {
        let after = pool.balances();
        match &self.design {
            AnyPool::Lmsr(_) => self.maker_is_solvent(&after),
            AnyPool::ConcentratedLiquidity(_) => {
                self.swaps += 1;
                // Emptying every position takes long: after every fourth swap it would show as well.
                if self.swaps % 4 == 1 {
                    ranges_are_solvent(pool);
                }
            }
            _ => {
                assert!(after.iter().all(|balance| *balance >= 0), "{swap:?} took what was not held: {pool:?}");
                assert!(self.kept(&after, 1, 1), "{swap:?} lowered the invariant from {:?}: {pool:?}", self.balances);
            }
        }
        self.balances = after;
    }

    /// After liquidity came or went: a share is worth no less of the invariant.
    pub(crate) fn shares_changed(&mut self, pool: &dyn Pool) {
        let (after, shares) = (pool.balances(), pool.shares());
        assert!(after.iter().all(|balance| *balance >= 0));
        assert!(shares >= 1000);
        let protocol_in_shares =
            matches!(&self.design, AnyPool::ConstantProduct(design) if design.protocol_share > 0.0);
        // A protocol that is paid in shares thins them.
        if !protocol_in_shares {
            let kept = self.kept(&after, self.shares, shares);
            assert!(kept, "shares {} of {:?} were thinned to {shares}: {pool:?}", self.shares, self.balances);
        }
        (self.balances, self.shares) = (after, shares);
    }

    pub(crate) fn ranges_changed(&mut self, pool: &dyn Pool) {
        ranges_are_solvent(pool);
        self.balances = pool.balances();
    }

    /// Whether the size of `after` for each of `shares_after` is at least that before for each of `shares_before`.
    fn kept(&self, after: &[i64], shares_before: i64, shares_after: i64) -> bool {
        let before = &self.balances;
        let (old, new) = (U256::from(shares_before as u64), U256::from(shares_after as u64));
        match &self.design {
            AnyPool::ConstantProduct(_) => {
                let squared = |b: &[i64]| wide(b[0]) * wide(b[1]);
                product(squared(after), old * old) >= product(squared(before), new * new)
            }
            AnyPool::ConstantSum(design) => {
                let worth =
                    |b: &[i64]| counted(b, design.rates.as_ref()).iter().fold(U256::ZERO, |sum, one| sum + *one);
                worth(after) * old >= worth(before) * new
            }
            AnyPool::Weighted(design) => self.weighted_kept(&design.weights, after, old, new),
            AnyPool::StableSwap(design) => {
                let floor = |b: &[i64]| {
                    stable::floor(&counted(b, design.rates.as_ref()), design.amplification)
                        .unwrap_or_else(|| panic!("D of {b:?} in {design:?}"))
                };
                // ⌊D⌋ of a swap never falls; that of a share by less than one for all of them.
                let slack = U256::from(u8::from(old != new));
                (floor(after) + slack) * old >= floor(before) * new
            }
            AnyPool::Launch(_) => {
                let (x0, y0) = self.offsets;
                let k = |b: &[i64]| wide(b[0] + x0) * wide(b[1] + y0);
                k(after) >= k(before)
            }
            _ => true,
        }
    }

    /// Σ w·ln(after/before) ≥ ln(shares after/shares before), to 2⁻¹⁰⁰.
    fn weighted_kept(&self, weights: &[f64], after: &[i64], old: U256, new: U256) -> bool {
        let (mut up, mut down) = (U512::ZERO, U512::ZERO);
        let mut count = |after: U256, before: U256, weight: u64| {
            if after >= before {
                up += product(ln_ratio(after, before), U256::from(weight));
            } else {
                down += product(ln_ratio(before, after), U256::from(weight));
            }
        };
        for ((&after, &before), weight) in after.iter().zip(&self.balances).zip(weights) {
            count(wide(after), wide(before), (weight * 1e9).round() as u64);
        }
        count(old, new, 1_000_000_000);
        up + U512::from(1_000_000_000_u64) * (U512::from(1) << 20) >= down
    }

    /// The money covers every outcome, and is at least C(q): the maker has lost no more than b·ln n.
    fn maker_is_solvent(&self, balances: &[i64]) {
        let out: Vec<i128> = balances[1..].iter().map(|balance| -i128::from(*balance)).collect();
        assert!(out.iter().all(|out| *out >= 0));
        let dearest = out.iter().copied().max().unwrap();
        let money = i128::from(balances[0]);
        assert!(money >= dearest, "{money} does not cover {dearest}");
        let liquidity = lmsr::liquidity(wide(self.funding), out.len());
        let cost = lmsr::cost(&out, liquidity);
        assert!((money << lmsr::COST_BITS) + (1 << 9) >= cost, "{money} is less than C(q) = {cost} of {out:?}");
    }
}

fn counted(balances: &[i64], rates: Option<&Vec<u64>>) -> Vec<U256> {
    let rate = |asset: usize| U256::from(rates.map_or(1, |rates| rates[asset]));
    balances.iter().enumerate().map(|(asset, &balance)| wide(balance) * rate(asset)).collect()
}

/// All positions can be emptied out of what is held. Positions are numbered from zero without gaps at the beginning,
/// and the law is tried on as many as a sequence can make.
fn ranges_are_solvent(pool: &dyn Pool) {
    let mut pool = pool.duplicate();
    let mut held = pool.balances();
    assert!(held.iter().all(|balance| *balance >= 0));
    for position in 0..32 {
        if pool.remove_range(position, 0).is_err() {
            continue;
        }
        // The greatest liquidity that can still be taken out, found from above bit by bit.
        for bit in (0..127).rev() {
            while pool.remove_range(position, 1 << bit).is_ok() {}
        }
        if let Ok(paid) = pool.collect(position) {
            held = vec![held[0] - paid[0], held[1] - paid[1]];
            assert_eq!(pool.balances(), held);
            assert!(held.iter().all(|balance| *balance >= 0), "position {position} was paid more than is held");
        }
    }
}
