//! The laws of conservation.
//!
//! Most are read off the tables alone, without running the economy: what was bought and sold, what each account
//! received, and what markets held must agree with one another as they stand on disk. What orders at rest have set
//! aside and what pools count is not on disk; [`unbacked`] looks at it while the run is made again.

use std::collections::BTreeMap;

use walras_engine::World;
use walras_engine::venue::pool::MONEY;
use walras_engine::venue::{Market, Venue};
use walras_ledger::exchange::Counterparties;
use walras_ledger::{AssetId, Atoms};
use walras_record::column::NameColumn;
use walras_record::table::{AccountColumns, Columns as _, FillColumns, MarketColumns};
use walras_record::{RecordError, Run};

use super::Check;

/// Every law that the tables written can be held to. A table that cannot be read fails its law.
pub(super) fn checks(run: &Run) -> Result<Vec<Check>, RecordError> {
    let wrote = |name: &str| run.manifest.tables.iter().any(|table| table.name == name && table.rows > 0);
    let mut checks = Vec::new();
    let mut law =
        |name: &str, tables: &[&str], found: &dyn Fn() -> Result<Option<String>, RecordError>, holds: &str| {
            if tables.iter().all(|table| wrote(table)) {
                let found = found().unwrap_or_else(|error| Some(error.to_string()));
                checks.push(Check::of(name, found, holds));
            }
        };
    law(
        "law: accounts sum to zero",
        &["accounts"],
        &|| unbalanced(run),
        "for every asset, reason and period, what one account received another paid",
    );
    law(
        "law: supply is what was issued",
        &["accounts", "markets"],
        &|| against_markets(run),
        "supply, reserve and fees of every market are what their accounts received, and what was bought less what was sold",
    );
    law(
        "law: markets are the sum of their fills",
        &["fills", "markets"],
        &|| against_fills(run),
        "amounts, money and fees of the fills sum to those of the markets",
    );
    Ok(checks)
}

/// A market whose accounts do not hold what it counts now: a pool its balances, a book what its orders have set aside,
/// an auction or a clearing no tokens, a router nothing.
pub(super) fn unbacked(world: &World) -> Option<String> {
    let wrong = |venue: &Venue| {
        let Counterparties { tokens, money, .. } = venue.accounts;
        let held = [
            world.ledger.held(money, AssetId::NUMERAIRE),
            if tokens == world.ledger.issuer(venue.asset) { 0 } else { world.ledger.held(tokens, venue.asset) },
        ]
        .map(i128::from);
        let sum = |column: &[Atoms]| column.iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
        let counted = match &venue.market {
            Market::Curve(_) => held,
            Market::Pool(on) => {
                let balances = on.pool.balances();
                [i128::from(balances[MONEY]), i128::from(balances[on.token].max(0))]
            }
            Market::Book(on) => [sum(&on.money_aside), sum(&on.tokens_aside)],
            Market::Auction(_) | Market::Clearing(_) => [held[0], 0],
            Market::Router(_) => [0, 0],
        };
        (held != counted)
            .then(|| format!("{} counts {counted:?} atoms of money and tokens and holds {held:?}", venue.name))
    };
    world.venues.iter().find_map(wrong)
}

/// A period, asset and reason whose flows do not sum to zero.
fn unbalanced(run: &Run) -> Result<Option<String>, RecordError> {
    let mut sums: BTreeMap<(u32, u32), i128> = BTreeMap::new();
    let mut period = 0;
    let wrong = |sums: &BTreeMap<(u32, u32), i128>, step: u32| {
        let (&(asset, _), sum) = sums.iter().find(|(_, sum)| **sum != 0)?;
        let asset = run.manifest.assets.get(asset as usize).map_or("an unknown asset", |asset| asset.name.as_str());
        Some(format!("the flows of {asset} written after step {step} sum to {sum} atoms instead of zero"))
    };
    for columns in run.table::<AccountColumns>()? {
        let columns = columns?;
        for row in 0..columns.len() {
            if columns.step[row] != period {
                if let Some(found) = wrong(&sums, period) {
                    return Ok(Some(found));
                }
                sums.clear();
                period = columns.step[row];
            }
            let key = (columns.asset.ids()[row], columns.reason.ids()[row]);
            *sums.entry(key).or_insert(0) += i128::from(columns.amount[row]);
        }
    }
    Ok(wrong(&sums, period))
}

/// What one market's rows sum to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Sums {
    bought: i128,
    sold: i128,
    /// Money traded, fees apart.
    volume: i128,
    fees: i128,
    filled: u64,
}

/// Whether traders pay each other at a market of this mechanism, rather than it being their counterparty.
fn is_meeting_place(mechanism: &str) -> bool {
    !["curve", "pool"].iter().any(|kind| mechanism.ends_with(kind))
}

/// The sums of the markets table up to a step, and the supply and reserve at it.
fn market_sums(run: &Run, last: u32) -> Result<Vec<(Sums, i64, i64)>, RecordError> {
    let mut markets = vec![(Sums::default(), 0, 0); run.manifest.markets.len()];
    for columns in run.table::<MarketColumns>()? {
        let columns = columns?;
        for row in (0..columns.len()).filter(|&row| columns.step[row] <= last) {
            let Some((sums, supply, reserve)) = markets.get_mut(columns.market.ids()[row] as usize) else { continue };
            sums.bought += i128::from(columns.bought[row]);
            sums.sold += i128::from(columns.sold[row]);
            sums.volume += i128::from(columns.volume[row]);
            sums.fees += i128::from(columns.fees[row]);
            sums.filled += u64::from(columns.filled[row]);
            (*supply, *reserve) = (columns.supply[row], columns.reserve[row]);
        }
    }
    Ok(markets)
}

/// The market that a venue belongs to: where one trades several assets, its venues are called `MARKET:ASSET` and share its
/// accounts.
fn declared<'a>(venue: &'a str, asset: &str) -> &'a str {
    venue.strip_suffix(asset).and_then(|name| name.strip_suffix(':')).unwrap_or(venue)
}

/// A market whose supply, reserve or fees are not what its accounts received.
fn against_markets(run: &Run) -> Result<Option<String>, RecordError> {
    let mut received: BTreeMap<(String, String, String), i128> = BTreeMap::new();
    let mut last = 0;
    for columns in run.table::<AccountColumns>()? {
        let columns = columns?;
        for row in 0..columns.len() {
            let name = |column: &NameColumn| column.name(row).to_owned();
            let key = (name(&columns.account), name(&columns.asset), name(&columns.reason));
            *received.entry(key).or_insert(0) += i128::from(columns.amount[row]);
            last = last.max(columns.step[row]);
        }
    }
    let money = run.manifest.assets.first().map_or("", |asset| asset.name.as_str());
    let got = |account: &str, asset: &str, counts: &dyn Fn(&str) -> bool| {
        let flows = received.iter().filter(|((to, what, why), _)| to == account && what == asset && counts(why));
        flows.map(|(_, atoms)| atoms).sum::<i128>()
    };
    let charge = |why: &str| matches!(why, "fee" | "priority_fee" | "tribute");
    let (mut bought, mut issued): (BTreeMap<&str, i128>, BTreeMap<&str, i128>) = Default::default();
    let mut charged: BTreeMap<&str, i128> = BTreeMap::new();
    let all = market_sums(run, last)?;
    for (market, (sums, ..)) in run.manifest.markets.iter().zip(&all) {
        *charged.entry(declared(&market.name, &market.asset)).or_insert(0) += sums.fees;
    }
    for (market, (sums, supply, reserve)) in run.manifest.markets.iter().zip(all) {
        let (name, asset) = (declared(&market.name, &market.asset), market.asset.as_str());
        // A market has one account for money; only a pool's fees and tributes stay where its money is.
        let of = |purposes: &[&str], asset: &str, counts: &dyn Fn(&str) -> bool| -> i128 {
            purposes.iter().map(|purpose| got(&format!("{purpose}:{name}"), asset, counts)).sum()
        };
        let own = ["reserve", "pool", "clearing_house", "revenue"];
        let taken = of(&["fees", "funding_pool", "pool", "protocol"], money, &charge);
        let out = -got(&format!("issuer:{asset}"), asset, &|_| true);
        let net = sums.bought - sums.sold;
        *bought.entry(asset).or_insert(0) += net;
        *issued.entry(asset).or_insert(0) -= of(&own, asset, &|why| why == "trade");
        let mut laws = vec![
            ("supply", i128::from(supply), "was issued", out),
            ("reserve", i128::from(reserve), "its account received", of(&own, money, &|_| true)),
            ("sum of fees", charged[name], "its accounts received", taken),
        ];
        if market.mechanism == "order book" {
            let aside = of(&own, money, &|why| why == "order");
            laws.push(("reserve", i128::from(reserve), "its orders set aside", aside));
            laws.push(("amount bought less sold", net, "passes between its traders", 0));
        }
        if let Some((what, is, source, should)) = laws.iter().find(|(_, is, _, should)| is != should) {
            return Ok(Some(format!("{name}: the {what} is {is} atoms after step {last}, and {source} {should}")));
        }
    }
    for (asset, net) in bought {
        let given = issued[asset] - got(&format!("issuer:{asset}"), asset, &|why| why == "trade");
        if net != given {
            return Ok(Some(format!(
                "{asset}: the amount bought less sold is {net} atoms after step {last}, and {given} was given for it"
            )));
        }
    }
    Ok(None)
}

/// A market whose figures are not the sum of its fills.
fn against_fills(run: &Run) -> Result<Option<String>, RecordError> {
    let mut fills = vec![Sums::default(); run.manifest.markets.len()];
    for columns in run.table::<FillColumns>()? {
        let columns = columns?;
        for row in 0..columns.len() {
            let Some(sums) = fills.get_mut(columns.market.ids()[row] as usize) else { continue };
            let (amount, paid, fee) =
                (i128::from(columns.amount[row]), i128::from(columns.paid[row]), i128::from(columns.fee[row]));
            let meets = is_meeting_place(&run.manifest.markets[columns.market.ids()[row] as usize].mechanism);
            if columns.side.name(row) == "buy" {
                sums.bought += amount;
                sums.volume += paid - fee;
            } else {
                sums.sold += amount;
                // Where traders pay each other, what the buyer paid is the volume.
                sums.volume += if meets { 0 } else { fee - paid };
            }
            sums.fees += fee;
            sums.filled += 1;
        }
    }
    for ((market, sums), (expected, ..)) in run.manifest.markets.iter().zip(&fills).zip(market_sums(run, u32::MAX)?) {
        // An order that waited is filled by another's coming, one order may trade with many, and what a router fills
        // trades elsewhere.
        let one_for_each = market.mechanism != "order book" && !market.mechanism.ends_with("auction");
        let fewer = market.mechanism != "router" && sums.filled < expected.filled;
        let filled =
            if market.mechanism != "router" && (one_for_each || fewer) { sums.filled } else { expected.filled };
        if (Sums { filled, ..*sums }) != expected {
            return Ok(Some(format!("{}: the fills sum to {sums:?}, the market's rows to {expected:?}", market.name)));
        }
    }
    Ok(None)
}
