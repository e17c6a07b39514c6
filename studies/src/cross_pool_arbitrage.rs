//! Two pools of one pair: the best trade between them, and how near it brings their prices.

use walras_ledger::{AssetId, Atoms};
use walras_market::pool::constant_product::ProtocolPay;
use walras_market::pool::fee::AnyFee;
use walras_market::pool::{ConstantProduct, Design, Pool};
use walras_market::route::arbitrage::{Leg, cycle, two_products};
use walras_numerics::elementary::ln;

use crate::economy::{run, world};
use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "cross_pool_arbitrage",
    claim: "Between constant-product pools of 1000 against 2.0 million and 1000 against 2.1 million at 0.3 % the best trade \
            pays in 21718.6274559 and gains 469.57825670912; afterwards no gain is left: the prices are within the two fees.",
    source: "closed form of two constant products in a row, by 40-digit arithmetic; G. Angeris and T. Chitra, Improved price \
             oracles: constant function market makers, ACM AFT 2020",
    run: measure,
};

const FEE: f64 = 0.003;
const TOKENS: f64 = 1000.0;
const CHEAP: f64 = 2.0e6;
const DEAR: f64 = 2.1e6;
const PAID: f64 = 21_718.627_455_9;
const PROFIT: f64 = 469.578_256_709_12;
/// Atoms of money in one of it.
const SCALE: f64 = 1e6;
/// Atoms of the token, in the pools by themselves: an atom is worth no more than two of money.
const TOKEN_SCALE: f64 = 1e9;

/// A pool in atoms, the token first.
fn pool(money: f64) -> Result<Box<dyn Pool>, String> {
    let design = ConstantProduct { fee: AnyFee::fixed(FEE), protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
    design.open(&[(TOKENS * TOKEN_SCALE) as Atoms, (money * SCALE) as Atoms]).map_err(|problem| problem.message)
}

fn scenario() -> String {
    let market = |name: &str, money: f64| {
        format!(
            "[markets.{name}]\nkind = 'pool'\nasset = 'TOKEN'\nmoney = {money:?}\ntokens = {TOKENS:?}\n\
             pool = {{ kind = 'constant_product', fee = {{ kind = 'fixed', rate = {FEE} }} }}\n"
        )
    };
    format!(
        "[run]\nname = 'two pools'\nsteps = 1\n[assets.TOKEN]\n{}{}\
         [cohorts.arbitrageurs]\nsize = 1\nbalance = 1000000\npolicy = {{ kind = 'arbitrageur' }}\n\
         [distributions.inventory]\nasset = 'TOKEN'\ntotal = 100\nshares = 'uniform'\n",
        market("cheap", CHEAP),
        market("dear", DEAR),
    )
}

/// What the arbitrageur gains, and the distance of the two prices' logarithms over what two fees keep open.
fn in_the_engine() -> (f64, f64, f64) {
    let mut world = world(&scenario(), 1);
    let arbitrageur = world.cohorts[0].id;
    let held = |world: &walras_engine::World, asset| {
        let column = world.ledger.column(arbitrageur, asset);
        column.map_or(f64::NAN, |column| column[0] as f64 / SCALE)
    };
    let before = [AssetId::NUMERAIRE, AssetId(1)].map(|asset| held(&world, asset));
    run(&mut world, 5, |_, _| {});
    let after = [AssetId::NUMERAIRE, AssetId(1)].map(|asset| held(&world, asset));
    let [cheap, dear] = [0, 1].map(|venue: usize| world.venues[venue].price(&world.ledger));
    (after[0] - before[0], after[1] - before[1], ln(dear / cheap).abs() / (-2.0 * ln(1.0 - FEE)))
}

fn measure(_: Size) -> Result<Vec<Finding>, String> {
    let near = |value: f64, tolerance: f64| Target::Near { value, tolerance };
    let best = two_products((CHEAP, TOKENS), (TOKENS, DEAR), (FEE, FEE)).ok_or("no trade profits")?;
    let (cheap, dear) = (pool(CHEAP)?, pool(DEAR)?);
    let legs = [Leg { pool: &*cheap, from: 1, to: 0 }, Leg { pool: &*dear, from: 0, to: 1 }];
    let exact = cycle(&legs).ok_or("no cycle profits")?;
    let (gained, tokens, distance) = in_the_engine();
    Ok(vec![
        Finding::exact("paid in, closed form", best.paid, near(PAID, 1e-6)),
        Finding::exact("profit, closed form", best.profit, near(PROFIT, 1e-6)),
        // Each leg rounds by an atom of what it pays out.
        Finding::exact("profit, in whole atoms", exact.profit as f64 / SCALE, near(PROFIT, 5e-6)),
        Finding::exact("gain of an arbitrageur in the engine", gained, near(PROFIT, 1e-3)),
        Finding::exact("change of its tokens", tokens, near(0.0, 1e-5)),
        Finding::exact("distance of the two log prices over two fees", distance, Target::AtMost(1.0 + 1e-6)),
    ])
}
