//! The sequential step by hand: decide in one sweep, then serve the orders one by one in random order.

use multiversion::multiversion;
use walras_market::arrival::{self, Arrival, Arriving};
use walras_market::curve::{Exact, Linear};
use walras_numerics::elementary::exp_bulk;
use walras_numerics::{CHUNK, Keys, Purpose};

use crate::economy::{ACTIVITY, Bare, INTERCEPT, SEED, SENSITIVITY, SLIPPAGE};

/// Atoms of one order: one token.
const SIZE: i64 = 1_000_000;

/// The state of the hand-written loop between steps.
#[derive(Debug, Clone)]
pub struct ByHand {
    /// Balances and the curve.
    pub bare: Bare,
    side: Vec<i8>,
    orders: Vec<Order>,
    spare: Vec<Order>,
    step: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Order {
    key: u32,
    /// The trader; its highest bit tells a seller.
    trader: u32,
}

const SELLER: u32 = 1 << 31;

impl Arriving for Order {
    fn key(&self) -> u32 {
        self.key
    }
}

impl ByHand {
    /// Begins where `bare` stands.
    #[must_use]
    pub fn new(bare: Bare) -> Self {
        Self { side: vec![0; bare.balance.len()], bare, orders: Vec::new(), spare: Vec::new(), step: 0 }
    }

    /// Takes `steps` steps.
    pub fn run(&mut self, steps: usize) {
        for _ in 0..steps {
            self.step();
        }
    }

    fn step(&mut self) {
        let Self { bare, side, orders, spare, step } = self;
        let curve = Linear { slope: bare.slope, intercept: INTERCEPT };
        let exact = Exact::new(&curve, 6, 6, 1.0);
        let price = exact.price(bare.supply, bare.reserve);
        let (highest, lowest) = (price * (1.0 + SLIPPAGE), price * (1.0 - SLIPPAGE));
        let lock = (highest * SIZE as f64 * (1.0 + 1e-12) + 4.0) as i64 + 1;
        let keys = Keys::new(SEED);
        orders.clear();
        let mut words = [0; CHUNK];
        for (c, valuation) in bare.valuation.chunks(CHUNK).enumerate() {
            let first = c * CHUNK;
            let rows = first..first + valuation.len();
            let words = &mut words[..valuation.len()];
            keys.fill(Purpose::decision(0), bare.entity + first as u64, *step, words);
            let side = &mut side[rows.clone()];
            decide(words, valuation, &bare.balance[rows.clone()], &bare.holding[rows], 1.0 / price, lock, side);
            keys.fill(Purpose::arrival(0), bare.entity + first as u64, *step, words);
            let mut kept = orders.len();
            orders.resize(kept + side.len(), Order::default());
            for (i, &side) in side.iter().enumerate() {
                orders[kept] = Order { key: words[i], trader: (first + i) as u32 | if side < 0 { SELLER } else { 0 } };
                kept += usize::from(side != 0);
            }
            orders.truncate(kept);
        }
        arrival::sort(Arrival::Shuffled, orders, spare, |_| 0);
        for order in orders.iter() {
            let trader = (order.trader & !SELLER) as usize;
            if order.trader & SELLER == 0 {
                let cost = exact.cost(bare.supply, bare.reserve, SIZE).unwrap_or(i64::MAX);
                if cost as f64 <= highest * SIZE as f64 {
                    bare.balance[trader] -= cost;
                    bare.holding[trader] += SIZE;
                    bare.supply += SIZE;
                    bare.reserve += cost;
                }
            } else {
                let proceeds = exact.proceeds(bare.supply, bare.reserve, SIZE).unwrap_or(0);
                if proceeds as f64 >= lowest * SIZE as f64 {
                    bare.balance[trader] += proceeds;
                    bare.holding[trader] -= SIZE;
                    bare.supply -= SIZE;
                    bare.reserve -= proceeds;
                }
            }
        }
        *step += 1;
    }
}

#[multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2", "aarch64+neon"))]
fn decide(words: &[u32], valuation: &[f64], money: &[i64], tokens: &[i64], worth: f64, lock: i64, side: &mut [i8]) {
    let len = side.len();
    let (words, valuation, money, tokens) = (&words[..len], &valuation[..len], &money[..len], &tokens[..len]);
    for i in 0..len {
        let e = exp_bulk(SENSITIVITY * (1.0 - valuation[i] * worth));
        let u = f64::from(words[i]) * (1.0 / 4_294_967_296.0);
        let scale = 1.0 + e;
        let buy = (u * scale < 0.5 * ACTIVITY) & (money[i] >= lock);
        let sell = ((1.0 - u) * scale <= 0.5 * ACTIVITY * e) & (tokens[i] >= SIZE);
        side[i] = i8::from(buy) - i8::from(sell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::economy::{run, world};
    use walras_engine::Scratch;

    /// The oracle of the fast path: the same atoms everywhere after every few steps.
    #[test]
    fn the_engine_ends_in_the_same_balances() {
        for agents in [1, 63, 100, 5000] {
            let mut engine = world(agents, "sequential");
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
