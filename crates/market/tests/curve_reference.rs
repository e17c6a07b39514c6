//! Curves against numbers that other people's code, or high-precision arithmetic, computed.

#[path = "curve_reference/row.rs"]
mod row;

use std::collections::BTreeMap;
use std::path::Path;

use row::{Checked, Found, Row, compare, json, named, number, tolerance};
use serde_json::Value as Json;
use walras_catalog::{Node, Read, Span, Table, Value};
use walras_market::curve::augmented::{hatch, vested_share};
use walras_market::curve::constant_reserve_ratio::{
    cross_reserve_return, purchase_cost, purchase_return, sale_amount, sale_return,
};
use walras_market::curve::{AnyCurve, Augmented, Curve, Point};
use walras_numerics::elementary::{exp, ln, pow};
use walras_numerics::root::bracketed;

const REFERENCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/reference/mechanisms.csv");

#[test]
fn every_row_is_met_within_its_tolerance() {
    let Ok(mut reader) = csv::Reader::from_path(Path::new(REFERENCE)) else {
        println!("skipped: the reference file is not present");
        return;
    };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let record = record.expect("a readable row");
        let compute = match &record[0] {
            "bancor" => bancor,
            "curve_linear" => |row: &Row| curve(&linear(&row.params)?, row),
            "curve_exponential" => |row: &Row| curve(&exponential(&row.params)?, row),
            "curve_power" => |row: &Row| curve(&power(&row.params)?, row),
            "curve_sqrt" => |row: &Row| curve(&square_root(&row.params)?, row),
            "curve_log" => |row: &Row| curve(&logarithmic(&row.params)?, row),
            "curve_sigmoid_logistic" => |row: &Row| curve(&sigmoid(&row.params)?, row),
            "curve_sigmoid_algebraic" => |row: &Row| curve(&algebraic_sigmoid(&row.params)?, row),
            "augmented_bonding_curve" => augmented,
            "abc_configuration_space" => configuration_space,
            "hatch_split" => hatch_split,
            "hatch_vesting" => hatch_vesting,
            "pump_and_dump_linear" => pump_and_dump,
            "friend_tech" => friend_tech,
            _ => continue,
        };
        let row = Row {
            params: json(&record[1]),
            op: record[2].to_owned(),
            input: json(&record[3]),
            expected: json(&record[4]),
            tolerance: tolerance(&record[5]),
        };
        if let Err(message) = compute(&row).and_then(|found| compare(&row, &found)) {
            failures.push(format!("row {}, {} {}: {message}", index + 2, &record[0], row.op));
        }
        *counts.entry(record[0].to_owned()).or_default() += 1;
    }
    println!("checked {} rows: {counts:?}", counts.values().sum::<usize>());
    assert!(failures.is_empty(), "{} rows are not met:\n{}", failures.len(), failures.join("\n"));
    assert!(!counts.is_empty(), "the reference file has no rows for curves");
}

fn unknown(row: &Row) -> Checked {
    Err(format!("unknown operation `{}` on {}: teach this test to compute it", row.op, row.input))
}

/// The entry `kind` with these parameters, read and checked as from a scenario.
fn entry(kind: &str, parameters: &[(&str, f64)]) -> Result<AnyCurve, String> {
    let mut table = Table::default();
    table.set("kind", Span::default(), Value::made(Node::Text(kind.to_owned())));
    for &(name, number) in parameters {
        table.set(name, Span::default(), Value::made(Node::Float(number)));
    }
    AnyCurve::read(&Value::made(Node::Table(table)), None).map_err(|problem| problem.message)
}

/// Rows with a `scale` are of the package `bonding`, whose curves cost 1 at no supply and 2 at the scale.
fn scale(params: &Json) -> Option<f64> {
    named(params, &["scale"]).ok()
}

fn or_zero(params: &Json, names: &[&str]) -> f64 {
    named(params, names).unwrap_or(0.0)
}

fn linear(params: &Json) -> Result<AnyCurve, String> {
    match scale(params) {
        Some(scale) => entry("linear", &[("slope", 1.0 / scale), ("intercept", 1.0)]),
        None => entry("linear", &[("slope", named(params, &["m"])?), ("intercept", or_zero(params, &["p0", "b"]))]),
    }
}

fn exponential(params: &Json) -> Result<AnyCurve, String> {
    let e = exp(1.0);
    let (base, growth, offset) = match scale(params) {
        Some(scale) => (1.0 / (e - 1.0), 1.0 / scale, (e - 2.0) / (e - 1.0)),
        None => (named(params, &["p0", "a"])?, named(params, &["k"])?, or_zero(params, &["b"])),
    };
    entry("exponential", &[("base", base), ("growth", growth), ("offset", offset)])
}

fn power(params: &Json) -> Result<AnyCurve, String> {
    let (coefficient, exponent, offset) = match scale(params) {
        Some(scale) => {
            let growth = named(params, &["a"]).unwrap_or(0.25);
            let exponent = ln(1.0 + growth) / ln(named(params, &["c"]).unwrap_or(2.0));
            (pow(scale, -exponent), exponent, 1.0)
        }
        None => (named(params, &["m", "a", "k"])?, named(params, &["n"])?, or_zero(params, &["p0", "b"])),
    };
    entry("power", &[("coefficient", coefficient), ("exponent", exponent), ("offset", offset)])
}

fn square_root(params: &Json) -> Result<AnyCurve, String> {
    match scale(params) {
        Some(scale) => entry("square_root", &[("offset", 1.0), ("growth", 1.0 / scale)]),
        None => {
            let parameters =
                [("coefficient", named(params, &["a", "m", "k"])?), ("offset", or_zero(params, &["b", "p0"]))];
            entry("square_root", &parameters)
        }
    }
}

fn logarithmic(params: &Json) -> Result<AnyCurve, String> {
    // ln(e + (e² − e)·x/scale) = 1 + ln(1 + (e − 1)·x/scale).
    let (coefficient, growth, offset) = match scale(params) {
        Some(scale) => (1.0, (exp(1.0) - 1.0) / scale, 1.0),
        None => (named(params, &["a"])?, named(params, &["k"])?, or_zero(params, &["b", "p0"])),
    };
    entry("logarithmic", &[("coefficient", coefficient), ("growth", growth), ("offset", offset)])
}

fn sigmoid(params: &Json) -> Result<AnyCurve, String> {
    let maximum = named(params, &["p_max", "K"])?;
    let (steepness, midpoint) = (named(params, &["k"])?, named(params, &["s0", "S0"])?);
    entry("sigmoid", &[("maximum", maximum), ("steepness", steepness), ("midpoint", midpoint)])
}

fn algebraic_sigmoid(params: &Json) -> Result<AnyCurve, String> {
    let (a, b, c) = (named(params, &["a"])?, named(params, &["b"])?, named(params, &["c"])?);
    entry("algebraic_sigmoid", &[("maximum", a), ("midpoint", b), ("width_squared", c)])
}

fn at(supply: f64) -> Point {
    Point { supply, reserve: 0.0 }
}

/// The operations on any curve of supply alone.
fn curve(curve: &AnyCurve, row: &Row) -> Checked {
    let input = &row.input;
    let supply = || number(input).map_or_else(|| named(input, &["supply", "S", "x"]), Ok);
    let tokens = || named(input, &["dq", "tokens", "amount", "dS"]).map(f64::abs);
    let money = || named(input, &["spend", "money", "proceeds", "receive", "return", "amount"]);
    Ok(Found::One(match row.op.as_str() {
        "price" | "spot_price" | "spot" | "marginal_price" => curve.price(at(supply()?)),
        "slope" | "price_slope" => curve.slope(at(supply()?)),
        "price_integral" | "integral" | "reserve" => curve.cost(at(0.0), supply()?),
        "cost" | "cost_to_move" => {
            let ends = input.as_array().ok_or("expected [from, to]")?;
            let end = |i: usize| ends.get(i).and_then(number).ok_or("expected [from, to]");
            let (from, to) = (end(0)?, end(1)?);
            if to >= from { curve.cost(at(from), to - from) } else { -curve.proceeds(at(from), from - to) }
        }
        "buy_cost" => curve.cost(at(supply()?), tokens()?),
        "sell_return" | "sale_return" | "sell_proceeds" | "sale" | "sell" => curve.proceeds(at(supply()?), tokens()?),
        "tokens_for_spend" | "buy_tokens" => curve.tokens_bought(at(supply()?), money()?),
        "tokens_for_return" | "tokens_for_proceeds" | "tokens_to_sell" => curve.tokens_sold(at(supply()?), money()?),
        "price_after_buy" | "spot_after_buy" => curve.price(at(supply()? + tokens()?)),
        "price_after_sell" | "spot_after_sell" => curve.price(at(supply()? - tokens()?)),
        _ => return unknown(row),
    }))
}

/// The operations of Bancor's formula contract; weights in millionths.
fn bancor(row: &Row) -> Checked {
    let get = |names: &[&str]| named(&row.params, names);
    let input = number(&row.input).map_or_else(|| named(&row.input, &["amount"]), Ok)?;
    let pool = || -> Result<_, String> {
        let ratio = get(&["weight_ppm", "ratio_ppm", "weight", "ratio"])? / 1e6;
        Ok((get(&["supply"])?, get(&["reserve", "balance"])?, ratio))
    };
    let op = row.op.as_str();
    Ok(match op {
        "purchaseTargetAmount" | "calculatePurchaseReturn" | "fundSupplyAmount" => {
            let (supply, reserve, ratio) = pool()?;
            Found::One(purchase_return(supply, reserve, ratio, input))
        }
        "saleTargetAmount"
        | "calculateSaleReturn"
        | "liquidateReserveAmount"
        | "calculateLiquidateReturn"
        | "liquidate" => {
            let (supply, reserve, ratio) = pool()?;
            Found::One(sale_return(supply, reserve, ratio, input))
        }
        "fundCost" | "calculateFundCost" => {
            let (supply, reserve, ratio) = pool()?;
            Found::RoundedUp(purchase_cost(supply, reserve, ratio, input))
        }
        "saleAmount" => {
            let (supply, reserve, ratio) = pool()?;
            Found::One(sale_amount(supply, reserve, ratio, input))
        }
        "crossReserveTargetAmount" | "calculateCrossReserveReturn" | "calculateCrossConnectorReturn" => {
            Found::One(cross_reserve_return(
                get(&["source_reserve"])?,
                get(&["source_weight_ppm"])?,
                get(&["target_reserve"])?,
                get(&["target_weight_ppm"])?,
                input,
            ))
        }
        _ => return unknown(row),
    })
}

/// The rows of the Commons' configuration backend. Amounts sold are negative there.
fn augmented(row: &Row) -> Checked {
    let get = |names: &[&str]| named(&row.params, names);
    let reserve = get(&["reserve", "init_balance_k"])?;
    let supply = get(&["initial_supply", "hatch_supply_k"])?;
    let curve = Augmented {
        kappa: get(&["opening_price"])? * supply / reserve,
        hatch_price: 1.0,
        theta: 0.0,
        entry_tribute: get(&["entry_tribute"])?,
        exit_tribute: get(&["exit_tribute"])?,
    };
    let op = row.op.as_str();
    if op.starts_with("hatch_then") {
        hatch_leaves(&row.params)?;
        let amount = named(&row.input, &["amountIn"])?;
        let at = Point { supply: named(&row.input, &["supply"])?, reserve: named(&row.input, &["balance"])? };
        let sign = if amount < 0.0 { -1.0 } else { 1.0 };
        let trade = if amount < 0.0 { curve.sell(at, -amount) } else { curve.buy(at, amount) };
        return Ok(Found::Named(vec![
            ("amountOut", sign * trade.received),
            ("tribute", sign * trade.tribute),
            ("newBalance", trade.at.reserve),
            ("newSupply", trade.at.supply),
            ("newPrice", curve.price(trade.at)),
        ]));
    }
    let at = Point { supply, reserve };
    let input = || number(&row.input).ok_or("expected a number");
    Ok(Found::One(if op.starts_with("purchase_return") {
        curve.tokens_bought(at, input()?)
    } else if op.starts_with("sale_return") {
        let amount = input()?;
        if amount < 0.0 { -curve.proceeds(at, -amount) } else { curve.proceeds(at, amount) }
    } else if op.starts_with("spot_price") || op.starts_with("price") {
        curve.price(at)
    } else {
        return unknown(row);
    }))
}

/// The split of the hatch that a row's parameters describe.
fn hatch_leaves(params: &Json) -> Result<(), String> {
    if or_zero(params, &["ragequit"]) != 0.0 {
        return Ok(());
    }
    let get = |name: &str| named(params, &[name]);
    let money = get("hatch_funding_k")?;
    let hatched = hatch(money, money / get("hatch_supply_k")?, get("commons_percentage")?);
    for (found, name) in [
        (hatched.supply, "hatch_supply_k"),
        (hatched.reserve, "init_balance_k"),
        (hatched.funding_pool, "common_pool_k"),
    ] {
        if (found / get(name)? - 1.0).abs() > 1e-12 {
            return Err(format!("the hatch leaves {found} as {name}"));
        }
    }
    Ok(())
}

/// The rows of the paper's own simulator.
fn configuration_space(row: &Row) -> Checked {
    let get = |names: &[&str]| named(&row.params, names);
    let (reserve, supply) = (get(&["R"])?, get(&["S"])?);
    let parameters = [
        ("kappa", get(&["kappa"])?),
        ("theta", or_zero(&row.params, &["theta"])),
        ("hatch_price", named(&row.params, &["hatch_price"]).unwrap_or(1.0)),
    ];
    let curve = entry("augmented", &parameters)?;
    let at = Point { supply, reserve };
    let amount = |names: &[&str]| number(&row.input).map_or_else(|| named(&row.input, names), Ok);
    let op = row.op.as_str();
    let minted = |money: f64, name| {
        let tokens = curve.tokens_bought(at, money);
        Ok(Found::Named(vec![(name, tokens), ("realized_price", money / tokens)]))
    };
    let withdrawn = |tokens: f64, name| {
        let money = curve.proceeds(at, tokens);
        Ok(Found::Named(vec![(name, money), ("realized_price", money / tokens)]))
    };
    if op.starts_with("mint") {
        minted(amount(&["dR"])?, "dS")
    } else if op.starts_with("deposit") {
        minted(amount(&["dR", "amount"])?, "tokens")
    } else if op.starts_with("withdraw") {
        withdrawn(amount(&["dS"])?, "dR")
    } else if op.starts_with("burn") {
        withdrawn(amount(&["dS", "amount"])?, "money")
    } else if op.starts_with("spot_price") {
        Ok(Found::One(curve.price(at)))
    } else if op.starts_with("supply(") {
        let target = amount(&["R"])?;
        let tokens = |money: f64| {
            if money >= 0.0 { curve.tokens_bought(at, money) } else { -curve.tokens_sold(at, -money) }
        };
        Ok(Found::One(supply + tokens(target - reserve)))
    } else if op.starts_with("reserve(") {
        let target = amount(&["S"])?;
        let money = |tokens: f64| if tokens >= 0.0 { curve.cost(at, tokens) } else { -curve.proceeds(at, -tokens) };
        Ok(Found::One(reserve + money(target - supply)))
    } else {
        unknown(row)
    }
}

fn hatch_split(row: &Row) -> Checked {
    if !row.op.starts_with("raise") {
        return unknown(row);
    }
    let money = number(&row.input).ok_or("expected a number")?;
    let hatched = hatch(money, 1.0, named(&row.params, &["hatch_tribute", "theta"])?);
    Ok(Found::List(vec![hatched.funding_pool, hatched.reserve]))
}

fn hatch_vesting(row: &Row) -> Checked {
    if row.op != "vesting_curve" {
        return unknown(row);
    }
    let days = number(&row.input).ok_or("expected a number")?;
    let (cliff, half_life) = (named(&row.params, &["cliff_days"])?, named(&row.params, &["halflife_days"])?);
    Ok(Found::One(vested_share(days, cliff, half_life)))
}

/// An attacker buys q tokens of an empty market, followers buy theirs, the attacker sells: entry fees are part of
/// what is paid in, exit fees of what is paid out.
fn pump_and_dump(row: &Row) -> Checked {
    if !row.op.contains("attacker profit") {
        return unknown(row);
    }
    let curve = linear(&row.params)?;
    let get = |name: &str| named(&row.params, &[name]);
    let (entry_fee, exit_fee, tokens) = (get("entry")?, get("exit")?, get("q")?);
    let paid = curve.cost(at(0.0), tokens) / (1.0 - entry_fee);
    let profit = |followers: f64| (1.0 - exit_fee) * curve.proceeds(at(tokens + followers), tokens) - paid;
    let break_even = bracketed(profit, 0.0, 1e12, 0.0).ok_or("no break-even")?;
    Ok(Found::Named(vec![("profit", profit(get("followers")?)), ("break_even", break_even)]))
}

/// Whole keys, the i-th costing i²/k ether: a sum, and equal to the integral of the square from half a key before to
/// half a key after, less the 1/12 by which each key's strip of it exceeds the square at its middle.
fn friend_tech(row: &Row) -> Checked {
    let (supply, amount) = (named(&row.input, &["supply"])?, named(&row.input, &["amount"])?);
    let unit = 1e18 / named(&row.params, &["k"])?;
    let squares = entry("power", &[("coefficient", unit), ("exponent", 2.0)])?;
    let sum = |first: f64, keys: f64| {
        // Key number zero is free.
        let (first, keys) = if first < 1.0 { (1.0, (keys - 1.0).max(0.0)) } else { (first, keys) };
        squares.cost(at(first - 0.5), keys) - keys * unit / 12.0
    };
    Ok(Found::One(match row.op.as_str() {
        "getPrice" | "getBuyPrice" => sum(supply, amount),
        "getSellPrice" => sum(supply - amount, amount),
        _ => return unknown(row),
    }))
}
