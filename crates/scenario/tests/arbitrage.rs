//! An arbitrageur trades all that is worth it between any two markets, whatever their depth.

mod shared;

use walras_engine::venue::pool::{MONEY, TOKEN};
use walras_engine::{Scratch, World, step};
use walras_ledger::{AssetId, Atoms};

const POOL: &str = "kind = 'pool'\nasset = 'A'\npool = { kind = 'concentrated_liquidity' }";

/// Markets, a provider who brings all it has to a narrow range of one, and an arbitrageur between the two.
fn economy(cheap: &str, dear: &str, against: &str) -> World {
    let text = format!(
        "[run]\nname = 'arbitrage'\nsteps = 1\norder_of_events = 'fixed'\n[assets.A]\nfundamental = 100.0\n\
         [markets.cheap]\n{cheap}\n[markets.dear]\n{dear}\n\
         [cohorts.narrow]\nsize = 1\nbalance = 200000.0\nmarkets = ['dear']\n\
         policy = {{ kind = 'liquidity_provider', share = 1.0, range = 'around', width = 0.02 }}\n\
         [cohorts.one]\nsize = 1\nbalance = 4000000.0\npolicy = {{ kind = 'arbitrageur', against = '{against}' }}\n\
         [distributions.a]\nasset = 'A'\ntotal = 4000\ncohorts = ['narrow', 'one']\nshares = 'uniform'\n"
    );
    shared::build(&text, &[], 1)
}

fn money(world: &World) -> Atoms {
    world.ledger.column(world.cohorts[1].id, AssetId::NUMERAIRE).unwrap()[0]
}

/// What selling and buying back through the two pools gains, the best of very many amounts: nothing beyond atoms.
fn left(world: &World) -> i64 {
    let pool = |venue: usize| &world.venues[venue].pool().unwrap().pool;
    let gain = |here: usize, there: usize, amount: Atoms| {
        let paid = pool(here).cost(TOKEN, MONEY, amount).ok()?.paid;
        Some(pool(there).proceeds(TOKEN, MONEY, amount).ok()?.received - paid)
    };
    let amounts = (0..2000).map(|i| (1000.0 * 1.012_f64.powi(i)) as Atoms).take_while(|&amount| amount < 2_000_000_000);
    amounts.flat_map(|amount| [gain(0, 1, amount), gain(1, 0, amount)]).flatten().max().unwrap()
}

/// Pools whose liquidity lies in ranges have no reserves that tell their depth. An arbitrageur once offered a token at a
/// time there, at a limit that any depth refused, and the pools stayed apart.
#[test]
fn uneven_pools_of_ranges_are_brought_together_in_one_step() {
    let cheap = format!("{POOL}\nmoney = 98000.0\ntokens = 1000.0");
    let dear = format!("{POOL}\nmoney = 31500.0\ntokens = 300.0");
    let mut world = economy(&cheap, &dear, "markets");
    let start = money(&world);
    let mut scratch = Scratch::default();
    let happened = step(&mut world, &mut scratch).unwrap();
    let bought = happened.record.markets[0].bought;
    // The two had seven per cent between them, and one half of a per cent in fees: tens of tokens, not one.
    assert!(bought > 20_000_000, "{bought}");
    assert_eq!(bought, happened.record.markets[1].sold);
    assert!(money(&world) > start + 10_000_000, "{}", money(&world) - start);
    assert!(left(&world) <= 10, "{} atoms are left on the table", left(&world));
}

/// A curve and a pool, and a market and a price outside: the same by the same means.
#[test]
fn a_curve_is_brought_to_a_pool_and_to_the_fundamental_value() {
    let curve = "kind = 'curve'\nasset = 'A'\ncurve = { kind = 'linear', slope = 0.01, intercept = 55.0 }\nbuy_fee = 0.002\nsell_fee = 0.002";
    let dear = format!("{POOL}\nmoney = 31500.0\ntokens = 300.0");
    for against in ["markets", "fundamental"] {
        let mut world = economy(curve, &dear, against);
        let mut scratch = Scratch::default();
        let happened = step(&mut world, &mut scratch).unwrap();
        let (bought, sold) = (happened.record.markets[0].bought, happened.record.markets[1].sold);
        assert!(bought > 20_000_000 && sold > 20_000_000, "{against}: {bought} {sold}");
        let price = |venue: usize| world.venues[venue].price(&world.ledger);
        let (curve, pool) = (price(0), price(1));
        // Where the next token would cost what it fetches, each with its fee.
        let apart = if against == "markets" { pool * 0.997 / (curve * 1.002) } else { 100.0 / (curve * 1.002) };
        assert!((apart - 1.0).abs() < 1e-6, "{against}: {curve} {pool}");
        if against == "fundamental" {
            assert!((pool * 0.997 / 100.0 - 1.0).abs() < 1e-6, "{pool}");
        }
    }
}

/// Orders to pools once had limits before fees, which a pool counts with them: a trade of less than about the fee's share
/// of the pool was refused, and so were all gaps but wide ones.
#[test]
fn a_gap_a_little_beyond_the_fees_is_closed() {
    let pool =
        |money: f64| format!("kind = 'pool'\nasset = 'A'\npool = 'constant_product'\nmoney = {money}\ntokens = 1000.0");
    let mut world = economy(&pool(100_000.0), &pool(100_900.0), "markets");
    let mut scratch = Scratch::default();
    let happened = step(&mut world, &mut scratch).unwrap();
    let traded = [happened.record.markets[0].bought, happened.record.markets[1].sold];
    assert!(traded[0] > 500_000 && traded[0] == traded[1], "{traded:?}");
    assert!(left(&world) <= 10, "{} atoms are left on the table", left(&world));
}
