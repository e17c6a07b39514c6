//! What comes of trading against pools: arbitrage, sandwiches and manipulation, as real numbers.

use walras_market::route::{arbitrage, manipulation as moves, sandwich as squeeze};

use crate::row::{Checked, Row, close, close_to, list, real};

fn pair(row: &Row, name: &str) -> Result<(f64, f64), String> {
    let items: Vec<f64> = list(&row.params, name)?.iter().filter_map(serde_json::Value::as_f64).collect();
    if let [x, y] = items[..] { Ok((x, y)) } else { Err(format!("{name} is no pair")) }
}

/// Money buys the token at A and the token is sold at B.
pub(crate) fn arbitrage(row: &Row) -> Checked {
    let ((xa, ya), (xb, yb)) = (pair(row, "A")?, pair(row, "B")?);
    let fee = real(&row.params, "fee")?;
    let best = arbitrage::two_products((ya, xa), (xb, yb), (fee, fee)).ok_or("no arbitrage")?;
    let found = [("dy", best.paid), ("dx", best.carried), ("profit", best.profit)];
    found.iter().try_for_each(|(name, found)| close_to(*found, &row.expected[*name], row))
}

pub(crate) fn sandwich(row: &Row) -> Checked {
    let fee = real(&row.params, "fee")?;
    if row.op.starts_with("smallest") {
        return close(squeeze::smallest_victim(fee), row);
    }
    let get = |name: &str| real(&row.params, name);
    let found = squeeze::largest((get("x")?, get("y")?), fee, get("victim_in_x")?, get("slippage")?);
    let named =
        [("front", found.front), ("profit", found.profit), ("quoted_out", found.quoted), ("victim_out", found.victim)];
    named.iter().try_for_each(|(name, found)| close_to(*found, &row.expected[*name], row))
}

pub(crate) fn manipulation(row: &Row) -> Checked {
    let get = |name: &str| real(&row.params, name);
    let found = moves::to_factor((get("y")?, get("x")?), get("fee")?, get("factor")?);
    let named = [("need", found.paid), ("cost", found.lost)];
    named.iter().try_for_each(|(name, found)| close_to(*found, &row.expected[*name], row))
}
