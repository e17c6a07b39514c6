//! Pools and amounts from bytes.

use walras_market::pool::constant_product::ProtocolPay;
use walras_market::pool::fee::{AnyFee, Basis, Imbalance, Tiered, Volatility};
use walras_market::pool::{
    AnyPool, ConcentratedLiquidity, ConstantProduct, ConstantSum, Launch, Lmsr, Pool, StableSwap, Weighted,
};

/// Bytes read as numbers; zeros once they run out.
pub(crate) struct Draws<'a> {
    bytes: &'a [u8],
}

impl<'a> Draws<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Eight bytes as a whole number.
    fn word(&mut self) -> u64 {
        let (now, rest) = self.bytes.split_at(self.bytes.len().min(8));
        self.bytes = rest;
        now.iter().fold(0, |word, &byte| word << 8 | u64::from(byte))
    }

    /// A whole number below `end`, at most 256, from one byte.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let Some((&byte, rest)) = self.bytes.split_first() else { return 0 };
        self.bytes = rest;
        usize::from(byte) % end
    }

    /// A number in [0, 1), from two bytes.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.below(256) * 256 + self.below(256)) as f64 / 65_536.0
    }

    /// Atoms of every magnitude from one to near the end of `i64`; sometimes exactly that.
    fn atoms(&mut self) -> i64 {
        let word = self.word();
        match word & 31 {
            0 => 1,
            1 => i64::MAX,
            _ => ((word >> 1) >> ((word >> 6) & 63) >> 1).max(1).cast_signed(),
        }
    }

    /// An amount to trade: of any magnitude, one atom, or a share of what is held.
    pub(crate) fn amount(&mut self, balances: &[i64], asset: usize) -> i64 {
        let held = balances[asset].unsigned_abs().min(i64::MAX as u64).cast_signed();
        match self.below(8) {
            _ if held == 0 => self.atoms(),
            0 => self.atoms(),
            1 => 1 + self.below(4) as i64,
            2 => held - self.below(3) as i64,
            _ => (held as f64 * self.unit() * self.unit()) as i64,
        }
    }

    /// A first deposit: large, or so small that an atom is much of it.
    fn deposit(&mut self) -> i64 {
        match self.below(6) {
            0 => 1 + self.below(250) as i64,
            1 => i64::MAX >> (1 + self.below(4)),
            _ => self.atoms(),
        }
    }
}

fn draw_fee(draws: &mut Draws<'_>, flat: bool) -> AnyFee {
    match draws.below(if flat { 6 } else { 8 }) {
        0 | 1 => AnyFee::fixed(0.0),
        2 => AnyFee::fixed(0.003),
        3 => AnyFee::fixed(draws.unit() * 0.99),
        4 => AnyFee::Volatility(Volatility { base: 0.001, slope: 0.5, maximum: 0.2, memory: 0.5 }),
        5 => AnyFee::Imbalance(Imbalance { base: 0.001, slope: 0.3, maximum: 0.25 }),
        6 => {
            let tiers = vec![(0.0, 0.01), (0.01, 0.003), (0.2, 0.0)];
            AnyFee::Tiered(Tiered { tiers, basis: Basis::Order })
        }
        _ => {
            let tiers = vec![(0.0, 0.001), (0.05, 0.01), (0.3, 0.002)];
            AnyFee::Tiered(Tiered { tiers, basis: Basis::Step })
        }
    }
}

fn draw_share(draws: &mut Draws<'_>) -> f64 {
    [0.0, 0.0, 1.0 / 6.0, 0.5, 1.0][draws.below(5)]
}

/// A pool of this kind with its first deposit, or `None` when the two do not fit.
///
/// # Panics
/// When there is no such kind here.
pub(crate) fn draw_pool(kind: &str, draws: &mut Draws<'_>) -> Option<(AnyPool, Box<dyn Pool>)> {
    let fee = draw_fee(draws, matches!(kind, "concentrated_liquidity"));
    let protocol_share = draw_share(draws);
    let count = 2 + draws.below(3);
    let rates = |draws: &mut Draws<'_>| {
        let list = (0..count).map(|_| [1, 1, 1000, 7][draws.below(4)]).collect();
        (draws.below(2) == 0).then_some(list)
    };
    let (design, assets) = match kind {
        "constant_product" => {
            let protocol_pay = [ProtocolPay::AtOnce, ProtocolPay::AsShares][draws.below(2)];
            (AnyPool::ConstantProduct(ConstantProduct { fee, protocol_share, protocol_pay }), 2)
        }
        "constant_sum" => (AnyPool::ConstantSum(ConstantSum { rates: rates(draws), fee, protocol_share }), count),
        "weighted" => {
            let weights = [vec![0.5, 0.5], vec![0.2, 0.8], vec![0.3, 0.3, 0.4], vec![0.01, 0.25, 0.25, 0.49]];
            let weights = weights[draws.below(4)].clone();
            let count = weights.len();
            (AnyPool::Weighted(Weighted { weights, fee, protocol_share }), count)
        }
        "stable_swap" => {
            let amplification = [1, 10, 100, 2000, 1_000_000][draws.below(5)];
            (AnyPool::StableSwap(StableSwap { amplification, rates: rates(draws), fee, protocol_share }), count)
        }
        "concentrated_liquidity" => {
            let tick_spacing = [1, 10, 60, 200][draws.below(4)];
            (AnyPool::ConcentratedLiquidity(ConcentratedLiquidity { tick_spacing, fee, protocol_share }), 2)
        }
        "lmsr" => {
            let fee = if matches!(fee, AnyFee::Imbalance(_)) { AnyFee::fixed(0.01) } else { fee };
            (AnyPool::Lmsr(Lmsr { outcomes: count as u32, fee, protocol_share }), 1)
        }
        "launch" => {
            let (virtual_money, virtual_tokens) = (draws.deposit() as u64, draws.deposit() as u64);
            let rate = [0.0, 0.01, 0.3][draws.below(3)];
            let creator_fee = [0.0, 0.005][draws.below(2)];
            (AnyPool::Launch(Launch { virtual_money, virtual_tokens, fee: rate, creator_fee }), 1)
        }
        other => panic!("teach this test to draw {other}"),
    };
    let deposits: Vec<i64> = (0..assets).map(|_| draws.deposit()).collect();
    let pool = design.open(&deposits).ok()?;
    Some((design, pool))
}
