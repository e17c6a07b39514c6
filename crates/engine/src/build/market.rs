//! Markets: opened in the order of the scenario, endowed in the order of what they need to know.

use walras_agents::observation::{History, Tape};
use walras_catalog::Problem;
use walras_catalog::read::NamedItem;
use walras_ledger::{AssetId, Atoms, Ledger};

use super::names;
use crate::economy::{Economy, Role};
use crate::market::{Opening, venue_name};
use crate::price::{AnyPriceRule, MarketPrice};
use crate::venue::{Glimpses, Market, Venue};
use crate::world::{Asset, Cohort, World};

/// The assets that shares of markets are, one for each market that has any, after all others.
pub(super) fn share_assets(economy: &Economy) -> Vec<Asset> {
    let markets = economy.markets.0.iter().filter(|market| market.item.has_shares());
    let asset = |market: &NamedItem<crate::market::AnyMarket>| Asset {
        name: format!("shares:{}", market.name),
        decimals: 0,
        scale: 1.0,
        utility_weight: 0.0,
        maximum_supply: Atoms::MAX,
        role: Role::Token,
        decay: 0.0,
        fundamental: None,
        price: AnyPriceRule::MarketPrice(MarketPrice { market: None }),
    };
    markets.map(asset).collect()
}

/// Opens every market.
pub(super) fn venues(economy: &Economy, assets: &[Asset], ledger: &mut Ledger) -> Result<Vec<Venue>, Problem> {
    let mut venues: Vec<Venue> = Vec::new();
    let mut shares = economy.assets.0.len() + 1..assets.len();
    for NamedItem { name, span, item } in &economy.markets.0 {
        let shares = if item.has_shares() { shares.next().map(|index| AssetId(index as u16)) } else { None };
        for (number, asset) in item.assets().iter().enumerate() {
            let asset_id = AssetId((asset.find("asset", names(&economy.assets))? + 1) as u16);
            let (span, asset_name) = (*span, &asset.name);
            let opening = &mut Opening { name, span, asset: asset_id, number, shares, assets, ledger, venues: &venues };
            let mut venue = item.open(opening)?;
            venue.name = venue_name(name, item, asset_name);
            if venues.iter().any(|other| other.name == venue.name) {
                let message = format!("`{}` is the name of two markets", venue.name);
                return Err(Problem::at(span, message, "another name"));
            }
            venues.push(venue);
        }
    }
    Ok(venues)
}

/// Puts into every market what it holds before the first step.
pub(super) fn endow(economy: &Economy, world: &mut World) -> Result<(), Problem> {
    let markets = || economy.markets.0.iter().flat_map(|market| market.item.assets().iter().map(move |_| market));
    let mut turns: Vec<u32> = markets().map(|market| market.item.turn()).collect();
    turns.sort_unstable();
    turns.dedup();
    for turn in turns {
        for (venue, NamedItem { name, span, item }) in
            markets().enumerate().filter(|(_, market)| market.item.turn() == turn)
        {
            item.endow(name, *span, venue, world)?;
        }
    }
    Ok(())
}

/// Gives every market room for its traders, and as long a memory as its traders, controllers and price rule need.
pub(super) fn admit(economy: &Economy, cohorts: &[Cohort], assets: &[Asset], venues: &mut [Venue]) {
    for (v, venue) in venues.iter_mut().enumerate() {
        let traders = || cohorts.iter().filter(|cohort| cohort.places.iter().any(|place| place.venue == v));
        if let Market::Book(book) = &mut venue.market {
            book.admit(traders().map(|cohort| cohort.size).sum());
        }
        let policies = traders().map(|cohort| cohort.policy.lookback()).max().unwrap_or(2);
        let controls = economy
            .controllers
            .0
            .iter()
            .filter(|control| control.item.market.as_ref().is_some_and(|market| market.name == venue.name));
        let windows = controls.filter_map(|control| control.item.measure.as_ref().map(|spec| spec.window as usize));
        let window = windows.max().unwrap_or(2).max(assets[venue.asset.index()].price.window());
        let late = traders().map(|cohort| cohort.latency).max().unwrap_or(0);
        venue.history = History::new((policies + late as usize).max(window + 1));
        venue.volumes = History::new(window);
        venue.glimpses = Glimpses::new(late);
        venue.tape = Tape::new(traders().map(|cohort| cohort.policy.tape_length()).max().unwrap_or(0));
    }
}
