//! Pools against numbers that contracts' own bytecode, or high-precision arithmetic, computed.

#[path = "pool_reference/concentrated.rs"]
mod concentrated;
#[path = "pool_reference/formulas.rs"]
mod formulas;
#[path = "pool_reference/row.rs"]
mod row;

use std::collections::BTreeMap;

use row::{Checked, Row, close, integer, list, named, named_or, reference, text_is, wide_atoms};
use walras_market::pool::constant_product::ProtocolPay;
use walras_market::pool::fee::AnyFee;
use walras_market::pool::reserves::protocol_shares;
use walras_market::pool::wide::{U256, mul_div, to_f64};
use walras_market::pool::{
    ConstantProduct, Fraction, Launch, Pool, constant_product, launch::Sale, lmsr, stable, weighted,
};

/// How a row is computed and compared.
type Check = fn(&Row) -> Checked;

/// The mechanisms of the file that are pools, and how each is computed.
const MECHANISMS: [(&str, Check); 11] = [
    ("uniswap_v2", uniswap_v2),
    ("uniswap_v3", concentrated::function),
    ("uniswap_v3_pool", concentrated::whole_swap),
    ("balancer_weighted", balancer_weighted),
    ("balancer_stable", balancer_stable),
    ("curve_stableswap", curve_stableswap),
    ("lmsr", logarithmic),
    ("pump_fun", pump_fun),
    ("sandwich_cpmm", formulas::sandwich),
    ("arbitrage_two_pools", formulas::arbitrage),
    ("spot_manipulation_cpmm", formulas::manipulation),
];

#[test]
fn every_row_is_met_within_its_tolerance() {
    let Ok(mut reader) = csv::Reader::from_path(reference("mechanisms.csv")) else {
        println!("skipped: the reference file is not present");
        return;
    };
    let mut counts: BTreeMap<&str, usize> = MECHANISMS.iter().map(|(name, _)| (*name, 0)).collect();
    let mut failures = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.expect("a readable row");
        let Some((name, compute)) = MECHANISMS.iter().find(|(name, _)| *name == &record[0]) else { continue };
        let row = Row::new(&record);
        if let Err(message) = compute(&row) {
            failures.push(format!("row {}, {name} {}: {message}", index + 2, row.op));
        }
        *counts.get_mut(name).expect("listed") += 1;
    }
    println!("checked {} rows: {counts:?}", counts.values().sum::<usize>());
    assert!(failures.is_empty(), "{} rows are not met:\n{}", failures.len(), failures.join("\n"));
    assert!(counts.values().all(|&count| count > 0), "a mechanism has no row: {counts:?}");
}

fn unknown(row: &Row) -> Checked {
    Err(format!("unknown operation `{}` on {}: teach this test to compute it", row.op, row.input))
}

fn missing(what: &str) -> String {
    format!("{what} could not be computed")
}

fn uniswap_v2(row: &Row) -> Checked {
    if row.op.contains("LP") {
        return protocol_liquidity(row);
    }
    let (x, y) = (named(&row.params, "reserve_in")?, named(&row.params, "reserve_out")?);
    let (fee, amount) = (named(&row.params, "fee_bps")?, integer(&row.input)?);
    let unit = U256::from(10_000);
    let net = unit - fee;
    let found = match row.op.as_str() {
        "getAmountOut" => constant_product::out(x, y, amount * net, unit),
        "getAmountIn" => constant_product::needed(x, y, amount, unit).map(|parts| parts.div_ceil(net)),
        _ => return unknown(row),
    };
    let found = found.ok_or_else(|| missing("it"))?;
    // Where it all fits 63 bits, the pool itself says the same.
    if let (Some(x), Some(y), Some(amount)) = (wide_atoms(x), wide_atoms(y), wide_atoms(amount)) {
        let rate = to_f64(fee) / 1e4;
        let design =
            ConstantProduct { fee: AnyFee::fixed(rate), protocol_share: 0.0, protocol_pay: ProtocolPay::AtOnce };
        if let Ok(pool) = design.reserves(&[x, y]) {
            let quoted = match row.op.as_str() {
                "getAmountOut" => pool.amount_out(0, 1, amount).map(|swap| swap.received),
                _ => pool.amount_in(0, 1, amount).map(|swap| swap.paid),
            };
            text_is(&quoted.map_err(|refusal| format!("{refusal:?}"))?, &row.expected)?;
        }
    }
    text_is(&found, &row.expected)
}

/// A swap with the protocol's sixth of the fee in shares, which are minted when liquidity is burnt.
fn protocol_liquidity(row: &Row) -> Checked {
    let (x, y) = (named(&row.params, "reserve0")?, named(&row.params, "reserve1")?);
    let (fee, amount) = (named(&row.params, "fee_bps")?, integer(&row.input)?);
    let unit = U256::from(10_000);
    let out = constant_product::out(y, x, amount * (unit - fee), unit).ok_or_else(|| missing("the swap"))?;
    let (before, now) = (constant_product::size(x, y), constant_product::size(x - out, y + amount));
    let found = protocol_shares(before, before, now, Fraction::new(1.0 / 6.0)).ok_or_else(|| missing("the shares"))?;
    text_is(&found, &row.expected)
}

/// Weights of 18 digits, of which nine are the pool's: what is beyond must be zero.
fn weights(row: &Row, names: (&str, &str)) -> Result<(u64, u64), String> {
    let nine = U256::from(1_000_000_000);
    let one = |name| -> Result<u64, String> { Ok((named(&row.params, name)? / nine).to()) };
    Ok((one(names.0)?, one(names.1)?))
}

fn balancer_weighted(row: &Row) -> Checked {
    let one = U256::from(10).pow(U256::from(18));
    if row.op.contains("nvariant") {
        let parts = |name: &str, unit: f64| -> Result<Vec<f64>, String> {
            Ok(list(&row.params, name)?.iter().map(|item| item.as_f64().unwrap_or(f64::NAN) * unit).collect())
        };
        let balances: Vec<U256> = parts("balances", 1.0)?
            .iter()
            .map(|&balance| if balance < 1e12 { U256::from(balance as u64) * one } else { U256::from(balance as u128) })
            .collect();
        let weights: Vec<u64> = parts("weights", 1e9)?.iter().map(|weight| weight.round() as u64).collect();
        let found = weighted::size(&balances, &weights).ok_or_else(|| missing("the invariant"))?;
        return close(to_f64(found) / 4_294_967_296.0, row);
    }
    let (x, y) = (named(&row.params, "balance_in")?, named(&row.params, "balance_out")?);
    let (weights, fee) = (weights(row, ("weight_in", "weight_out"))?, named_or(&row.params, "fee", U256::ZERO)?);
    let amount = integer(&row.input)?;
    let unit = U256::from(1);
    let found = match row.op.as_str() {
        "calcOutGivenIn" => {
            let net = amount - mul_div(amount, fee, one).ok_or("the fee")?;
            weighted::out(x, y, weights, net, unit)
        }
        "calcInGivenOut" => weighted::needed(x, y, weights, amount, unit).and_then(|net| mul_div(net, one, one - fee)),
        _ => return unknown(row),
    };
    close(to_f64(found.ok_or_else(|| missing("it"))?), row)
}

fn integers(row: &Row, name: &str) -> Result<Vec<U256>, String> {
    list(&row.params, name)?.iter().map(integer).collect()
}

fn balancer_stable(row: &Row) -> Checked {
    if row.op != "calculateInvariant" {
        return unknown(row);
    }
    let amplification: u64 = named(&row.params, "amp")?.to();
    let found = stable::invariant(&integers(row, "balances")?, amplification).ok_or_else(|| missing("D"))?;
    close(to_f64(found), row)
}

fn curve_stableswap(row: &Row) -> Checked {
    let (balances, amplification) = (integers(row, "balances")?, named(&row.params, "A")?.to::<u64>());
    let ten = |power: u64| U256::from(10).pow(U256::from(power));
    let precision = ten(18);
    if row.op == "get_virtual_price" {
        // The contract's tokens: one of 18 decimals, the others of six.
        let rates: Vec<U256> = (0..balances.len()).map(|i| if i == 0 { ten(18) } else { ten(30) }).collect();
        let held: Vec<U256> = balances.iter().zip(&rates).map(|(&b, &r)| b * r / precision).collect();
        let d = stable::invariant(&held, amplification).ok_or_else(|| missing("D"))?;
        let found = mul_div(d, precision, named(&row.params, "lp_supply")?).ok_or_else(|| missing("the price"))?;
        return text_is(&found, &row.expected);
    }
    if !row.op.starts_with("exchange") {
        return unknown(row);
    }
    let pair = (named(&row.params, "i")?.to(), named(&row.params, "j")?.to());
    let (fee, amount) = (named(&row.params, "fee_1e10")?.to(), integer(&row.input)?);
    let rates = integers(row, "rates")?;
    let found = stable::exchange(&balances, &rates, precision, amplification, pair, amount, fee)
        .ok_or_else(|| missing("the exchange"))?;
    for (name, found) in [("D_before", found.invariant), ("dy", found.out), ("fee", found.fee)] {
        text_is(&found, &row.expected[name])?;
    }
    Ok(())
}

fn signed(item: &serde_json::Value) -> Result<i128, String> {
    item.as_str()
        .and_then(|text| text.parse().ok())
        .or_else(|| item.as_i64().map(i128::from))
        .ok_or("an integer".into())
}

/// The contract holds outcomes that it splits from money: what is out of each is what it lacks against its most.
fn logarithmic(row: &Row) -> Checked {
    let balances: Vec<i128> = list(&row.params, "market_balances")?.iter().map(signed).collect::<Result<_, _>>()?;
    let liquidity = lmsr::liquidity(named(&row.params, "funding")?, balances.len());
    let out: Vec<i128> = balances.iter().map(|balance| -balance).collect();
    if row.op.starts_with("calcMarginalPrice") {
        let place = row.op.split(['[', ']']).nth(1).and_then(|place| place.parse::<usize>().ok()).unwrap_or(0);
        return close(lmsr::prices(&out, to_f64(liquidity))[place], row);
    }
    if row.op != "calcNetCost" {
        return unknown(row);
    }
    let change: Vec<i128> = row.input.as_array().ok_or("a list")?.iter().map(signed).collect::<Result<_, _>>()?;
    let found = lmsr::net_cost(&out, &change, liquidity) as f64 / 2.0_f64.powi(lmsr::COST_BITS as i32);
    close(found, row)
}

/// A launch with these virtual and real reserves. Those that have sold before hold the money they have raised.
fn sale(row: &Row) -> Result<Sale, String> {
    let number = |name: &str| -> Result<i64, String> { Ok(named(&row.params, name)?.to()) };
    let (money, tokens, real) = (number("virtual_sol")?, number("virtual_token")?, number("real_token")?);
    let start = 30_000_000_000.min(money);
    let design = Launch {
        virtual_money: start.cast_unsigned(),
        virtual_tokens: tokens.cast_unsigned(),
        fee: number("fee_bps")? as f64 / 1e4,
        creator_fee: named_or(&row.params, "creator_fee_bps", U256::ZERO)?.to::<u64>() as f64 / 1e4,
    };
    design.sale(real, money - start).map_err(|problem| problem.message)
}

fn pump_fun(row: &Row) -> Checked {
    const SUPPLY: i64 = 1_000_000_000_000_000;
    let sale = sale(row)?;
    if row.op.starts_with("marketCap") {
        return text_is(&sale.market_cap(SUPPLY).ok_or_else(|| missing("the cap"))?, &row.expected);
    }
    let amount = integer(&row.input)?.to();
    let found = match row.op.as_str() {
        "buyTokensForSol" => sale.amount_out(1, 0, amount).map(|swap| swap.received),
        "solForTokens" => sale.cost(0, 1, amount).map(|swap| swap.paid),
        "sellTokens" => sale.proceeds(0, 1, amount).map(|swap| swap.received),
        _ => return unknown(row),
    };
    text_is(&found.map_err(|refusal| format!("{refusal:?}"))?, &row.expected)
}
