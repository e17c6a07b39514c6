//! What arbitrage takes from a constant-product pool, without a fee and with one.

use walras_ledger::Atoms;
use walras_market::pool::constant_product::ProtocolPay;
use walras_market::pool::fee::AnyFee;
use walras_market::pool::{ConstantProduct, Design};
use walras_market::route::arbitrage::against_outside;
use walras_measures::provision::{arbitrage_share_poisson_blocks, loss_versus_rebalancing_rate};
use walras_numerics::elementary::{exp, ln, sqrt};
use walras_numerics::{Keys, Purpose};

use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "loss_versus_rebalancing",
    claim: "Arbitrage against a geometric Brownian price takes σ²/8 of a constant-product pool's value per unit of time; \
            with a fee f in logarithms and Poisson blocks of volatility s it trades in 1/(1 + √2·f/s) of the blocks and \
            takes that share; afterwards the pool's price is off by −ln(1 − fee) at most.",
    source: "J. Milionis, C. Moallemi, T. Roughgarden and A. Zhang, arXiv 2208.06046, 2022, example 3; J. Milionis, \
             C. Moallemi and T. Roughgarden, arXiv 2305.14604, 2023, theorem 1 and section 5",
    run: measure,
};

/// s: the volatility of a mean block.
const VOLATILITY: f64 = 0.002;
/// f: the fee as the distance between logarithms that it keeps open.
const LOG_FEE: f64 = 0.003;
/// Atoms of either asset at the start: what is rounded off is next to nothing.
const DEPOSIT: Atoms = 1_000_000_000_000_000;
const TOKEN: usize = 0;
const MONEY: usize = 1;

/// What one path of the price came to.
struct Path {
    /// Arbitrage profit over the pool's value and s²/8 for each unit of time.
    share: f64,
    /// The share of blocks in which arbitrage trades.
    trades: f64,
    /// The greatest distance between the logarithms of the pool's price and the one outside, after arbitrage.
    error: f64,
}

/// Blocks come as a Poisson process with one in a unit of time; before each one arbitrage takes what there is.
fn path(fee: f64, blocks: u32, seed: u64) -> Path {
    let design = ConstantProduct { fee: AnyFee::fixed(fee), protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
    let mut pool = design.open(&[DEPOSIT, DEPOSIT]).unwrap_or_else(|problem| panic!("{}", problem.message));
    let rate = loss_versus_rebalancing_rate(VOLATILITY).unwrap_or(f64::NAN);
    let (keys, mut price) = (Keys::new(seed), 1.0);
    let (mut profit, mut lost, mut trades, mut error) = (0.0, 0.0, 0, 0.0_f64);
    for block in 0..blocks {
        let mut draws = keys.stream(Purpose::sample(0), 0, block);
        let time = -ln(draws.open_unit());
        let variance = VOLATILITY * VOLATILITY * time;
        price *= exp(sqrt(variance) * draws.normal() - 0.5 * variance);
        let held = pool.balances();
        let value = held[TOKEN] as f64 * price + held[MONEY] as f64;
        lost += rate * time;
        if let Some(swap) = against_outside(&*pool, TOKEN, MONEY, price) {
            pool.settle(&swap);
            let worth = |asset: usize, amount: Atoms| amount as f64 * if asset == TOKEN { price } else { 1.0 };
            profit += (worth(swap.to, swap.received) - worth(swap.from, swap.paid)) / value;
            trades += 1;
        }
        error = error.max(ln(pool.price(TOKEN, MONEY) / price).abs());
    }
    Path { share: profit / lost, trades: f64::from(trades) / f64::from(blocks), error }
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let (seeds, blocks) = (u64::from(size.pick(10, 100)), size.pick(1500, 20_000));
    let fee = 1.0 - exp(-LOG_FEE);
    let share = arbitrage_share_poisson_blocks(LOG_FEE, VOLATILITY).ok_or("the share is not defined")?;
    let paths = |fee: f64, blocks: u32| -> Vec<Path> { (0..seeds).map(|seed| path(fee, blocks, seed)).collect() };
    let (free, charged) = (paths(0.0, blocks), paths(fee, 2 * blocks));
    let of = |paths: &[Path], what: fn(&Path) -> f64| paths.iter().map(what).collect::<Vec<f64>>();
    let near = |value: f64, tolerance: f64| Target::Near { value, tolerance };
    let off = charged.iter().fold(0.0_f64, |most, path| most.max(path.error));
    Ok(vec![
        Finding::mean("no fee: arbitrage profit over σ²/8", &of(&free, |path| path.share), near(1.0, 0.03)),
        Finding::mean("fee: share of blocks with a trade", &of(&charged, |path| path.trades), near(share, 0.01)),
        Finding::mean("fee: arbitrage profit over σ²/8", &of(&charged, |path| path.share), near(share, 0.015)),
        Finding::exact(
            "fee: greatest |log error| after arbitrage over −ln(1 − fee)",
            off / -ln(1.0 - fee),
            Target::AtMost(1.0 + 1e-6),
        ),
    ])
}
