//! The contract's functions, and whole swaps of its test pools.

use std::collections::BTreeMap;

use walras_market::pool::concentrated::ranges::{FeeSplit, Ranges, Walk};
use walras_market::pool::concentrated::sqrt_price::{amount_0, amount_1, price_after_input, price_after_output};
use walras_market::pool::concentrated::step::{Remaining, step};
use walras_market::pool::concentrated::tick_math::{SQRT_PRICE_MAX, SQRT_PRICE_MIN, sqrt_price_at, tick_at};
use walras_market::pool::wide::{U256, U512, quotient, root, to_f64};

use crate::row::{Checked, Row, integer, named, reference, text_is};

/// The library functions.
pub(crate) fn function(row: &Row) -> Checked {
    let signed = || row.input.as_str().and_then(|text| text.parse::<i64>().ok()).ok_or("an integer");
    match row.op.as_str() {
        "getSqrtRatioAtTick" => text_is(&sqrt_price_at(signed()? as i32), &row.expected),
        "getTickAtSqrtRatio" => text_is(&tick_at(integer(&row.input)?), &row.expected),
        "computeSwapStep" => swap_step(row),
        _ => price_math(row),
    }
}

fn price_math(row: &Row) -> Checked {
    let items = row.input.as_array().filter(|items| items.len() == 4).ok_or("expected four arguments")?;
    let flag = items[3].as_bool().ok_or("expected a flag")?;
    let (a, b, c) = (integer(&items[0])?, integer(&items[1])?, integer(&items[2])?);
    let found = match row.op.as_str() {
        "getNextSqrtPriceFromInput" => price_after_input(a, b.to(), c, flag),
        "getNextSqrtPriceFromOutput" => price_after_output(a, b.to(), c, flag),
        "getAmount0Delta" => amount_0(a, b, c.to(), flag),
        "getAmount1Delta" => amount_1(a, b, c.to(), flag),
        other => return Err(format!("unknown operation `{other}`: teach this test to compute it")),
    };
    text_is(&found.ok_or("it could not be computed")?, &row.expected)
}

fn swap_step(row: &Row) -> Checked {
    let get = |name: &str| named(&row.params, name);
    let asked = &row.input["amountRemaining"];
    let asked = asked.as_str().map_or_else(|| asked.to_string(), str::to_owned);
    let remaining = match asked.strip_prefix('-') {
        Some(out) => Remaining::Out(out.parse().map_err(|_| "an amount")?),
        None => Remaining::In(asked.parse().map_err(|_| "an amount")?),
    };
    let liquidity = get("liquidity")?.to();
    let fee = get("fee_pips")?.to();
    let found = step(get("sqrtP_X96")?, get("sqrtTarget_X96")?, liquidity, remaining, fee).ok_or("an overflow")?;
    let named = [
        ("amountIn", found.amount_in),
        ("amountOut", found.amount_out),
        ("fee", found.fee),
        ("sqrtNext_X96", found.price),
    ];
    named.iter().try_for_each(|(name, found)| text_is(found, &row.expected[*name]))
}

/// A row of the main file that names a case of the other: computed likewise.
pub(crate) fn whole_swap(row: &Row) -> Checked {
    let case = row.params["pool_and_case"].as_str().ok_or("a case")?;
    let (pool, walk, _) = run(case)?;
    let (walk, down) = walk.ok_or("it was refused")?;
    let [zero, one] = deltas(&walk, down);
    let found = [
        ("amount0Delta", zero),
        ("amount1Delta", one),
        ("tickBefore", pool.tick().to_string()),
        ("tickAfter", walk.tick.to_string()),
    ];
    found.iter().try_for_each(|(name, found)| text_is(found, &row.expected[*name]))
}

/// √(a/b) in units of 2⁻⁹⁶, rounded down, as the contract's tests encode prices.
fn encode(a: u128, b: u128) -> U256 {
    root(U512::from(quotient(U512::from(a) << 192, U512::from(b)).expect("below 256 bits")))
}

/// √2¹²⁷ in units of 2⁻⁹⁶.
fn highest_encoded() -> U256 {
    root(U512::from(1) << 319)
}

/// 2⁻¹²⁷ with the 40 decimals that the contract's tests compute with is 5.9e-39: its root in units of 2⁻⁹⁶.
const LOWEST_ENCODED: u64 = 6_085_630_636;

struct Setup {
    fee: u32,
    spacing: i32,
    price: U256,
    /// Ranges and their liquidity.
    positions: Vec<(i32, i32, u128)>,
}

const LIQUIDITY: u128 = 2_000_000_000_000_000_000;

/// The pools of Uniswap/v3-core, test/UniswapV3Pool.swaps.spec.ts.
fn setup(name: &str) -> Option<Setup> {
    let lowest = |spacing: i32| -(887_272 / spacing * spacing);
    let full = |spacing: i32| vec![(lowest(spacing), -lowest(spacing), LIQUIDITY)];
    let around = vec![(lowest(60), -60, LIQUIDITY), (60, -lowest(60), LIQUIDITY)];
    let medium = |price: U256, positions: Vec<(i32, i32, u128)>| Setup { fee: 3000, spacing: 60, price, positions };
    Some(match name {
        "low fee, 1:1 price, 2e18 max range liquidity" => {
            Setup { fee: 500, spacing: 10, price: encode(1, 1), positions: full(10) }
        }
        "medium fee, 1:1 price, 2e18 max range liquidity" => medium(encode(1, 1), full(60)),
        "high fee, 1:1 price, 2e18 max range liquidity" => {
            Setup { fee: 10_000, spacing: 200, price: encode(1, 1), positions: full(200) }
        }
        "medium fee, 10:1 price, 2e18 max range liquidity" => medium(encode(10, 1), full(60)),
        "medium fee, 1:10 price, 2e18 max range liquidity" => medium(encode(1, 10), full(60)),
        "medium fee, 1:1 price, 0 liquidity, all liquidity around current price" => medium(encode(1, 1), around),
        "medium fee, 1:1 price, additional liquidity around current price" => {
            medium(encode(1, 1), full(60).into_iter().chain(around).collect())
        }
        "low fee, large liquidity around current price (stable swap)" => {
            Setup { fee: 500, spacing: 10, price: encode(1, 1), positions: vec![(-10, 10, LIQUIDITY)] }
        }
        "medium fee, token0 liquidity only" => medium(encode(1, 1), vec![(0, 2000 * 60, LIQUIDITY)]),
        "medium fee, token1 liquidity only" => medium(encode(1, 1), vec![(-2000 * 60, 0, LIQUIDITY)]),
        "close to max price" => medium(highest_encoded(), full(60)),
        "close to min price" => medium(U256::from(LOWEST_ENCODED), full(60)),
        "max full range liquidity at 1:1 price with default fee" => {
            let most = Ranges::new(60, encode(1, 1)).expect("a price").liquidity_per_tick_max();
            medium(encode(1, 1), vec![(lowest(60), -lowest(60), most)])
        }
        "initialized at the max ratio" => medium(SQRT_PRICE_MAX - U256::from(1), full(60)),
        "initialized at the min ratio" => medium(SQRT_PRICE_MIN, full(60)),
        _ => return None,
    })
}

/// Splits a case into the pool's name and the swap's words.
fn split_case(case: &str) -> Option<(&str, &str)> {
    let at = [" swap exactly ", " swap token0 ", " swap token1 "].iter().filter_map(|word| case.find(word)).min()?;
    Some((&case[..at], case[at + 1..].trim()))
}

/// An amount in whole tokens of 18 decimals.
fn tokens(text: &str) -> Result<U256, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // The file shows five significant digits; the tests' amounts are 1e18 and 1000.
    let digits = format!("{whole}{fraction:0<18}");
    digits[..whole.len() + 18].parse().map_err(|_| format!("no amount: {text}"))
}

fn price(text: &str) -> Result<U256, String> {
    let number: f64 = text.parse().map_err(|_| format!("no price: {text}"))?;
    Ok(encode((number * 10.0).round() as u128, 10))
}

type Run = (Ranges, Option<(Walk, bool)>, [U256; 2]);

/// Sets the pool of a case up and swaps; no walk where the contract refuses the limit.
fn run(case: &str) -> Result<Run, String> {
    let (name, swap) = split_case(case).ok_or("no swap in the case")?;
    let setup = setup(name).ok_or_else(|| format!("unknown pool `{name}`"))?;
    let mut pool = Ranges::new(setup.spacing, setup.price).map_err(|refusal| format!("{refusal:?}"))?;
    let mut held = [U256::ZERO; 2];
    for (lower, upper, liquidity) in setup.positions {
        let minted = pool.mint(lower, upper, liquidity);
        let (_, paid) = minted.map_err(|refusal| format!("{lower} to {upper}: {refusal:?}"))?;
        held = [held[0] + paid[0], held[1] + paid[1]];
    }
    let words: Vec<&str> = swap.split(' ').collect();
    // swap exactly X tokenA for tokenB [to price P] | swap tokenA for exactly X tokenB [to price P]
    // | swap tokenA for tokenB to price P
    let limited = words.iter().position(|word| *word == "price").map(|at| price(words[at + 1])).transpose()?;
    let exact = words.iter().position(|word| *word == "exactly");
    let from = if exact == Some(1) { words[3] } else { words[1] };
    let down = from == "token0";
    let remaining = match exact {
        Some(1) => Remaining::In(tokens(words[2])?),
        Some(at) => Remaining::Out(tokens(words[at + 1])?),
        // As much as it takes to reach the price.
        None => Remaining::In((U256::from(1) << 255) - U256::from(1)),
    };
    let end = if down { SQRT_PRICE_MIN + U256::from(1) } else { SQRT_PRICE_MAX - U256::from(1) };
    let split = FeeSplit { fee_pips: setup.fee, protocol: (0, 1) };
    let mut crossings = Vec::new();
    let limit = limited.unwrap_or(end);
    let walk = pool.walk(down, remaining, limit, split, |tick, growth| crossings.push((tick, growth)));
    let before = pool.clone();
    if let Ok(walk) = &walk {
        pool.commit(down, walk, &crossings);
        balances_cover(&pool, held, walk, down)?;
    }
    Ok((before, walk.ok().map(|walk| (walk, down)), held))
}

/// After every swap all positions can be burnt and paid out of what is held.
fn balances_cover(pool: &Ranges, held: [U256; 2], walk: &Walk, down: bool) -> Checked {
    let mut pool = pool.clone();
    let mut left = held;
    left[usize::from(!down)] += walk.amount_in;
    left[usize::from(down)] =
        left[usize::from(down)].checked_sub(walk.amount_out).ok_or("more went out than was held")?;
    let positions: Vec<(u64, u128)> = pool.positions().iter().map(|(id, one)| (*id, one.liquidity)).collect();
    for (id, liquidity) in positions {
        pool.burn(id, liquidity).map_err(|refusal| format!("{refusal:?}"))?;
        let paid = pool.collect(id, [U256::MAX; 2]).map_err(|refusal| format!("{refusal:?}"))?;
        for (left, paid) in left.iter_mut().zip(paid) {
            *left = left.checked_sub(paid).ok_or("positions are owed more than is held")?;
        }
    }
    Ok(())
}

fn deltas(walk: &Walk, down: bool) -> [String; 2] {
    let minus = |amount: U256| if amount.is_zero() { "0".to_owned() } else { format!("-{amount}") };
    if down {
        [walk.amount_in.to_string(), minus(walk.amount_out)]
    } else {
        [minus(walk.amount_out), walk.amount_in.to_string()]
    }
}

/// Five significant digits, as the file shows prices.
fn shown_alike(found: f64, shown: &str) -> bool {
    shown.parse::<f64>().is_ok_and(|shown| found == shown || (found / shown - 1.0).abs() < 6e-5)
}

fn check_case(record: &csv::StringRecord) -> Checked {
    let (pool, walk, held) = run(&record[0])?;
    let as_price = |root: U256| (to_f64(root) / 2.0_f64.powi(96)).powi(2);
    let same = |name: &str, found: String, expected: &str| {
        if found == expected { Ok(()) } else { Err(format!("{name} is {found}, expected {expected}")) }
    };
    same("the tick before", pool.tick().to_string(), &record[9])?;
    if !shown_alike(as_price(pool.price()), &record[7]) {
        return Err(format!("the price before is {}", as_price(pool.price())));
    }
    let Some((walk, down)) = walk else {
        return if record[12].contains("SPL") { Ok(()) } else { Err("the limit was refused".to_owned()) };
    };
    if !record[12].is_empty() {
        return Err(format!("it went through, but the contract says {}", &record[12]));
    }
    same("amount 0 before", held[0].to_string(), &record[1])?;
    same("amount 1 before", held[1].to_string(), &record[2])?;
    let [zero, one] = deltas(&walk, down);
    same("amount 0", zero, &record[3])?;
    same("amount 1", one, &record[4])?;
    let growth = [walk.growth_in.to_string(), "0".to_owned()];
    same("fee growth 0", growth[usize::from(!down)].clone(), &record[5])?;
    same("fee growth 1", growth[usize::from(down)].clone(), &record[6])?;
    same("the tick after", walk.tick.to_string(), &record[10])?;
    if !shown_alike(as_price(walk.price), &record[8]) {
        return Err(format!("the price after is {}, expected {}", as_price(walk.price), &record[8]));
    }
    Ok(())
}

#[test]
fn every_swap_of_the_contract_s_own_tests_is_met_to_the_last_unit() {
    let Ok(mut reader) = csv::Reader::from_path(reference("uniswap_v3_pool_swaps.csv")) else {
        println!("skipped: the reference file is not present");
        return;
    };
    let mut failures = Vec::new();
    let mut pools: BTreeMap<String, usize> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("a readable row");
        let name = split_case(&record[0]).map_or("?", |(name, _)| name).to_owned();
        *pools.entry(name).or_default() += 1;
        if let Err(message) = check_case(&record) {
            failures.push(format!("{}: {message}", &record[0]));
        }
    }
    println!("checked {} swaps of {} pools", pools.values().sum::<usize>(), pools.len());
    assert!(failures.is_empty(), "{} swaps are not met:\n{}", failures.len(), failures.join("\n"));
    assert!(pools.values().sum::<usize>() > 0, "the file has no rows");
}
