//! Markets: their accounts, and what they hold before the first step.

use walras_agents::observation::{History, Tape};
use walras_catalog::Problem;
use walras_catalog::read::NamedItem;
use walras_ledger::exchange::Counterparties;
use walras_ledger::{AssetId, Ledger};
use walras_market::terms::{Rate, Terms};

use super::{countable, mint, names};
use crate::economy::{AnyMarket, CurveMarket, Economy};
use crate::venue::{Market, OnCurve, Venue};
use crate::world::{Asset, World};

pub(super) fn venues(economy: &Economy, assets: &[Asset], ledger: &mut Ledger) -> Result<Vec<Venue>, Problem> {
    let mut venues: Vec<Venue> = Vec::new();
    for NamedItem { name, item, .. } in &economy.markets.0 {
        let AnyMarket::Curve(market) = item;
        let index = market.asset.find("asset", names(&economy.assets))? + 1;
        if let Some(other) = venues.iter().find(|venue| venue.asset.index() == index) {
            let message = format!("`{}` already mints and burns `{}` along a curve", other.name, market.asset.name);
            return Err(Problem::at(market.asset.span, message, "an asset with no other curve"));
        }
        let asset = AssetId(index as u16);
        let reserve = ledger.open(format!("reserve:{name}"));
        let fees = ledger.open(format!("fees:{name}"));
        let tributes = ledger.open(format!("funding_pool:{name}"));
        venues.push(Venue {
            name: name.clone(),
            asset,
            market: Market::Curve(OnCurve {
                curve: market.curve.clone(),
                anchor: 1.0,
                settlement: market.settlement,
                on_change: market.on_change,
                change_account: ledger.open(format!("change_fund:{name}")),
            }),
            terms: terms(market),
            arrival: market.arrival,
            accounts: Counterparties { asset, tokens: ledger.issuer(asset), money: reserve, fees, tributes },
            halted: false,
            decimals: (assets[0].decimals, assets[index].decimals),
            history: History::new(2),
            volumes: History::new(2),
            tape: Tape::new(0),
        });
    }
    Ok(venues)
}

fn terms(market: &CurveMarket) -> Terms {
    // The bounds of the parameters keep every share below one.
    let rate = |share: f64| Rate::new(share).unwrap_or_default();
    let fees = Terms { buy_fee: rate(market.buy_fee), sell_fee: rate(market.sell_fee), ..Terms::default() };
    fees.with_tributes(market.curve.tributes())
}

/// Puts into each reserve what it is declared to hold, or what buying back the tokens out would need.
pub(super) fn endow_reserves(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    for (venue, NamedItem { name, span, item }) in world.venues.iter().zip(&economy.markets.0) {
        let AnyMarket::Curve(market) = item;
        let (supply, _) = venue.standing(&world.ledger);
        let at = |message: String, expected: &str| Problem::at(*span, format!("market `{name}`: {message}"), expected);
        let money = &world.assets[0];
        let Market::Curve(on) = &venue.market;
        let opening = on.curve.opening(supply as f64 / world.assets[venue.asset.index()].scale);
        let given = market.initial_reserve.or(opening.map(|(reserve, _)| reserve));
        let given = given.map(|reserve| countable(money, reserve, *span)).transpose()?;
        let pool = countable(money, opening.map_or(0.0, |(_, pool)| pool), *span)?;
        let reserve = if on.curve.reserve(0.0).is_some() {
            let needed = on.exact(venue.decimals).required_reserve(supply, 0);
            let needed =
                needed.ok_or_else(|| at("what the tokens out are worth cannot be counted".into(), "fewer tokens"))?;
            if let Some(given) = given.filter(|&given| given < needed) {
                let message =
                    format!("a reserve of {given} atoms does not cover the {needed} that the tokens out are owed");
                return Err(at(message, "leave `initial_reserve` out to hold just what is owed"));
            }
            given.unwrap_or(needed)
        } else {
            match given {
                Some(given) if given > 0 && supply > 0 => given,
                _ => {
                    let message = "its price is a ratio of reserve to supply, so both must be there from the start";
                    let help =
                        "give `initial_reserve` and a [distributions.*] released at genesis, or to be released later";
                    return Err(at(message.to_owned(), "needs `initial_reserve` and tokens out").help(help));
                }
            }
        };
        let fund = countable(money, market.change_fund, *span)?;
        let accounts = venue.accounts;
        for (account, amount) in [(accounts.money, reserve), (accounts.tributes, pool), (on.change_account, fund)] {
            mint(&mut world.ledger, AssetId::NUMERAIRE, account, amount)
                .map_err(|why| at(why.to_string(), "less money"))?;
        }
        let price = venue.price(&world.ledger);
        if !(price.is_finite() && price >= 0.0) {
            return Err(at(format!("the price at the start is {price}"), "parameters that give a price"));
        }
    }
    Ok(())
}

