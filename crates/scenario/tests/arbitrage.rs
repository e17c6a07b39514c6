//! An arbitrageur trades all that is worth it between any two markets, whatever their depth.

mod shared;

use std::sync::Arc;

use walras_agents::policy::Policy;
use walras_agents::policy::custom::{AgentView, Decision, per_agent};
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

/// Who would trade at these prices, so many tokens each, one agent to a price.
fn quoting(name: &str, side: i8, prices: [f64; 3], tokens: f64) -> (String, Arc<dyn Policy>) {
    let text = format!(
        "[markets.{name}]\nkind = 'order_book'\nasset = 'A'\nreference = 12.0\ntick = 0.5\n\
         [cohorts.{name}]\nsize = 3\nbalance = 1000.0\nmarkets = ['{name}']\npolicy = 'buy_and_hold'\n"
    );
    let decide = move |view: &AgentView<'_, '_>| {
        let order = if side > 0 { Decision::buy(tokens) } else { Decision::sell(tokens) };
        [order.at(prices[view.row()])]
    };
    (text, Arc::new(per_agent::<1, _>(decide)))
}

/// An arbitrageur once took no more than the best orders of two books, whatever stood behind them. By hand: offered are 2
/// at 10, 11 and 12 each, wanted 3 at 14, 13 and 11.5 each: all six offered are worth it, for 66, and bring 81. What it can
/// pay counts at the price of the last token, which it sets aside for each: an order once was refused that cost less.
#[test]
fn an_arbitrageur_took_only_the_top_of_a_book() {
    let (cheap, asks) = quoting("cheap", -1, [10.0, 11.0, 12.0], 2.0);
    let (dear, bids) = quoting("dear", 1, [14.0, 13.0, 11.5], 3.0);
    for (balance, tokens, gain) in [(500.0, 6, 81.0 - 66.0), (43.0, 3, 3.0 * 14.0 - 31.0)] {
        let text = format!(
            "[run]\nname = 'arbitrage'\nsteps = 1\norder_of_events = 'fixed'\n[assets.A]\nfundamental = 12.0\n{cheap}{dear}\
             [cohorts.one]\nsize = 1\nbalance = {}\npolicy = 'arbitrageur'\n\
             [distributions.a]\nasset = 'A'\ntotal = 70\nshares = 'uniform'\n",
            2.0 * balance,
        );
        let mut world = shared::build(&text, &[], 1);
        world.cohorts[0].set_policy(asks.clone());
        world.cohorts[1].set_policy(bids.clone());
        let one = |world: &World| world.ledger.column(world.cohorts[2].id, AssetId::NUMERAIRE).unwrap()[0];
        let start = one(&world);
        let mut scratch = Scratch::default();
        let happened = step(&mut world, &mut scratch).unwrap();
        let traded = [happened.record.markets[0].bought, happened.record.markets[1].sold];
        assert_eq!(traded, [tokens * 1_000_000; 2], "{balance}");
        assert_eq!((one(&world) - start) as f64 / 1e6, gain, "{balance}");
    }
}

/// Against the fundamental value a book is cleared of all that is cheaper, and of no more.
#[test]
fn a_book_is_traded_to_the_fundamental_value() {
    let (cheap, asks) = quoting("cheap", -1, [10.0, 11.0, 12.5], 2.0);
    let text = format!(
        "[run]\nname = 'arbitrage'\nsteps = 1\norder_of_events = 'fixed'\n[assets.A]\nfundamental = 12.0\n{cheap}\
         [cohorts.one]\nsize = 1\nbalance = 500\npolicy = {{ kind = 'arbitrageur', against = 'fundamental' }}\n\
         [distributions.a]\nasset = 'A'\ntotal = 40\nshares = 'uniform'\n"
    );
    let mut world = shared::build(&text, &[], 1);
    world.cohorts[0].set_policy(asks);
    let mut scratch = Scratch::default();
    let market = step(&mut world, &mut scratch).unwrap().record.markets[0].clone();
    assert_eq!((market.bought, market.quotes.unwrap().ask), (4_000_000, Some(12.5)));
}
