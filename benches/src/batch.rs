//! The batch step by hand: one sweep that settles the last step's orders and decides this step's.
//!
//! An order's price is known only when all have decided, so a loop that did not carry the settlement over to
//! the next sweep would touch every balance twice.

use multiversion::multiversion;
use walras_market::curve::batch::{Batch, Cleared};
use walras_market::curve::in_turn::Standing;
use walras_market::curve::{Exact, Linear};
use walras_numerics::elementary::exp_bulk;
use walras_numerics::philox::philox4x32_10;
use walras_numerics::{CHUNK, Purpose};

use crate::economy::{ACTIVITY, Bare, INTERCEPT, SEED, SENSITIVITY, SLIPPAGE};

/// Atoms of one order: one token.
const SIZE: i64 = 1_000_000;

/// The state of the hand-written loop between steps.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// Balances and the curve.
    pub bare: Bare,
    side: Vec<i8>,
    /// What a buyer and a seller of the last step pay and get.
    due: [i64; 2],
    step: u32,
}

impl ByHand {
    /// Begins where `bare` stands.
    #[must_use]
    pub fn new(bare: Bare) -> Self {
        Self { side: vec![0; bare.balance.len()], bare, due: [0; 2], step: 0 }
    }

    /// Takes `steps` steps, then settles what is due.
    pub fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
        }
        let Self { bare, side, due, .. } = self;
        for ((money, tokens), side) in bare.balance.iter_mut().zip(&mut bare.holding).zip(side) {
            pay(money, tokens, *side, *due);
            *side = 0;
        }
        self.due = [0; 2];
    }

    fn step(&mut self) {
        let Self { bare, side, due, step } = self;
        let curve = Linear { slope: bare.slope, intercept: INTERCEPT };
        let exact = Exact::new(&curve, 6, 6, 1.0);
        let price = exact.price(bare.supply, bare.reserve);
        let lock = ((price * (1.0 + SLIPPAGE) * SIZE as f64) * (1.0 + 1e-12) + 4.0) as i64 + 1;
        let rule = Rule { worth: 1.0 / price, lock, due: *due, entity: bare.entity, step: *step };
        let (buyers, sellers) = sweep(&rule, &bare.valuation, &mut bare.balance, &mut bare.holding, side);
        let (bought, sold) = (i128::from(buyers) * i128::from(SIZE), i128::from(sellers) * i128::from(SIZE));
        let standing = Standing { supply: bare.supply, reserve: bare.reserve };
        let batch = Batch { exact, standing, maximum_supply: i64::MAX, price_scale: 1.0 };
        *due = [0; 2];
        if let Some(cleared) = batch.settle_at(bought, sold) {
            *due = payments(&cleared);
        }
        bare.supply += (bought - sold) as i64;
        bare.reserve += buyers as i64 * due[0] - sellers as i64 * due[1];
        *step += 1;
    }
}

fn payments(cleared: &Cleared) -> [i64; 2] {
    [cleared.buyers.up(SIZE).unwrap_or(0), cleared.sellers.down(SIZE).unwrap_or(0)]
}

struct Rule {
    worth: f64,
    lock: i64,
    due: [i64; 2],
    entity: u64,
    step: u32,
}

#[inline(always)]
fn pay(money: &mut i64, tokens: &mut i64, side: i8, due: [i64; 2]) {
    let (buy, sell) = (-i64::from(side == 1), -i64::from(side == -1));
    *money += (due[1] & sell) - (due[0] & buy);
    *tokens += (SIZE & buy) - (SIZE & sell);
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))]
fn sweep(rule: &Rule, valuation: &[f64], money: &mut [i64], tokens: &mut [i64], side: &mut [i8]) -> (u64, u64) {
    let key = [SEED as u32, (SEED >> 32) as u32];
    let purpose = Purpose::decision(0).code();
    let (mut buyers, mut sellers) = (0_u64, 0_u64);
    let mut words = [0_u32; CHUNK];
    for (c, chunk) in valuation.chunks(CHUNK).enumerate() {
        let first = c * CHUNK;
        let len = chunk.len();
        let block = (rule.entity + first as u64) / 4;
        for tile in 0..len.div_ceil(64) {
            for i in 0..16 {
                let counter = block + (tile * 16 + i) as u64;
                let four = philox4x32_10([counter as u32, (counter >> 32) as u32, rule.step, purpose], key);
                for lane in 0..4 {
                    words[tile * 64 + lane * 16 + i] = four[lane];
                }
            }
        }
        let (money, tokens) = (&mut money[first..first + len], &mut tokens[first..first + len]);
        let (side, words) = (&mut side[first..first + len], &words[..len]);
        let (mut bought, mut sold) = (0_u32, 0_u32);
        for i in 0..len {
            let (mut m, mut t) = (money[i], tokens[i]);
            pay(&mut m, &mut t, side[i], rule.due);
            (money[i], tokens[i]) = (m, t);
            let e = exp_bulk(SENSITIVITY * (1.0 - chunk[i] * rule.worth));
            let u = f64::from(words[i]) * (1.0 / 4_294_967_296.0);
            let scale = 1.0 + e;
            let buy = (u * scale < 0.5 * ACTIVITY) & (m >= rule.lock);
            let sell = ((1.0 - u) * scale <= 0.5 * ACTIVITY * e) & (t >= SIZE);
            side[i] = i8::from(buy) - i8::from(sell);
            bought += u32::from(buy);
            sold += u32::from(sell);
        }
        buyers += u64::from(bought);
        sellers += u64::from(sold);
    }
    (buyers, sellers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economy::{run, world};
    use walras_engine::Scratch;

    /// The oracle of the fast path: the same atoms everywhere after every few steps.
    #[test]
    fn the_engine_ends_in_the_same_balances() {
        for agents in [1, 63, 100, 5000, 40_000] {
            let mut engine = world(agents, "batch");
            let mut hand = ByHand::new(Bare::of(&engine));
            let mut scratch = Scratch::default();
            for _ in 0..20 {
                run(&mut engine, &mut scratch, 5);
                hand.run(5);
                let bare = Bare::of(&engine);
                assert_eq!((hand.bare.supply, hand.bare.reserve), (bare.supply, bare.reserve));
                assert_eq!((&hand.bare.balance, &hand.bare.holding), (&bare.balance, &bare.holding));
            }
        }
    }
}
