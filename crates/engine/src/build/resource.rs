//! Resources with their accounts, and what cohorts ask of them.

use std::sync::Arc;

use walras_agents::population::{Data, MarketSetup, Setup};
use walras_agents::request::AnyRequests;
use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Span};
use walras_ledger::{AssetId, Atoms, Ledger};
use walras_market::allocation::Quota;
use walras_market::clearing::Venue;
use walras_numerics::{Keys, Purpose};

use super::{each_once, names};
use crate::economy::{Demand, Economy};
use crate::resource::{Asker, Carriage, Group, Provider, Rule, Source, Supply, Wanted, whole};
use crate::world::Asset;

/// Opens every resource.
pub(super) fn sources(
    economy: &Economy,
    assets: &[Asset],
    ledger: &mut Ledger,
    data: &mut dyn Data,
) -> Result<Vec<Source>, Problem> {
    let mut sources: Vec<Source> = Vec::new();
    let mut draws = 0;
    for NamedItem { name, item, .. } in &economy.resources.0 {
        let rule = Rule::of(item).ok_or_else(|| Problem::nowhere(format!("`{name}` has no one rule")))?;
        let mut supplies = Vec::new();
        for NamedItem { name: asset, span, item: given } in &item.capacity.0 {
            let reference = walras_catalog::Reference { name: asset.clone(), span: *span };
            let index = reference.find("asset", names(&economy.assets))? + 1;
            let at = |why: String| {
                Problem::at(*span, format!("the capacity of `{asset}` at `{name}`: {why}"), "this capacity")
            };
            let capacity = given.0.clone();
            let series: Arc<[f64]> = match capacity.file() {
                None => Arc::from([]),
                Some((file, column)) => data.column(file, column).map_err(at)?,
            };
            capacity.check(&series).map_err(at)?;
            let price = item.price.0.iter().find(|price| price.name == *asset).map_or(0.0, |price| price.item);
            let memory = capacity.memory();
            let mut supply = Supply {
                asset: AssetId(index as u16),
                capacity,
                series,
                purpose: Purpose::capacity(draws),
                memory,
                scale: 1.0,
                factor: 1.0,
                venue: Venue { price, memory: vec![0.0; rule.memory()] },
                revenue: 0.0,
                units: 0.0,
            };
            // What is remembered is not touched: this is what the first step will see.
            let remembered = supply.memory.clone();
            supply.units = supply.capacity_at(0, Keys::new(0), 0.0);
            supply.memory = remembered;
            whole(supply.units, assets[index].scale).map_err(at)?;
            supplies.push(supply);
            draws += 1;
        }
        // In one order, so that resources with the same assets can stand for each other.
        supplies.sort_by_key(|supply| supply.asset);
        let provider = provider(economy, item, (&supplies, assets), &sources)?;
        let account = ledger.open(format!("resource:{name}"));
        sources.push(Source {
            name: name.clone(),
            account,
            supplies,
            rule,
            cap: Quota { most: None, share: item.cap },
            load: 0.0,
            provider,
        });
    }
    Ok(sources)
}

/// The cohort that provides what a resource shares, where one does.
fn provider(
    economy: &Economy,
    item: &crate::resource::Resource,
    (supplies, assets): (&[Supply], &[Asset]),
    before: &[Source],
) -> Result<Option<Provider>, Problem> {
    let Some(reference) = &item.provider else { return Ok(None) };
    let cohort = reference.find("cohort", names(&economy.cohorts))?;
    let same = before.iter().filter(|source| source.is_provided_by(cohort));
    for (source, asset) in same.flat_map(|source| source.assets().map(move |asset| (source, asset))) {
        if supplies.iter().any(|supply| supply.asset == asset) {
            let (asset, other) = (&assets[asset.index()].name, &source.name);
            let message = format!("`{}` provides `{asset}` at `{other}` already", reference.name);
            return Err(Problem::at(
                reference.span,
                message,
                "another cohort, or assets that it provides nowhere else",
            ));
        }
    }
    Ok(Some(Provider { cohort, keep: item.keep }))
}

/// The resources that a cohort may request, in the order declared.
fn requested(demand: &Demand, economy: &Economy, sources: &[Source]) -> Result<Vec<usize>, Problem> {
    match &demand.resources {
        None => Ok((0..sources.len()).collect()),
        Some(named) => {
            let mut found = each_once(named, |it| it.find("resource", names(&economy.resources)))?;
            found.sort_unstable();
            Ok(found)
        }
    }
}

/// Refuses ways that take time to those whose orders count what has been ordered and is not there yet.
fn arrives_at_once(carriage: Option<&Carriage>, groups: &[Group], places: &[usize]) -> Result<(), String> {
    let Some(carriage) = carriage else { return Ok(()) };
    let sources = groups.iter().flat_map(|group| &group.sources);
    let mut ways = sources.flat_map(|&source| places.iter().map(move |&place| (source, place)));
    if ways.any(|(source, place)| carriage.latency(source, place) > 0) {
        return Err(
            "`order_up_to` counts what its production has under way, and does not see what is on its way over the \
                    network; let the `delay` of a recipe stand for the way"
                .to_owned(),
        );
    }
    Ok(())
}

/// What a cohort asks of resources, its parameters drawn.
pub(super) fn asker(
    demand: &Demand,
    (name, span): (&str, Span),
    economy: &Economy,
    (assets, sources, carriage): (&[Asset], &[Source], Option<&Carriage>),
    setup: &mut Setup<'_>,
) -> Result<Asker, Problem> {
    let at = |what: &str, why: String| Problem::at(span, format!("cohort `{name}`, {what}: {why}"), "this cohort");
    let (mut wanted, mut groups): (Vec<Wanted>, Vec<Group>) = (Vec::new(), Vec::new());
    for source in requested(demand, economy, sources)? {
        let same = |group: &&mut Group| sources[group.sources[0]].assets().eq(sources[source].assets());
        if let Some(group) = groups.iter_mut().find(same) {
            group.sources.push(source);
            continue;
        }
        let start = wanted.len();
        for (supply, asset) in sources[source].assets().enumerate() {
            if let Some(other) = wanted.iter().position(|other| other.asset == asset) {
                let group = groups.iter().find(|group| group.assets.contains(&other));
                let other = group.map_or("", |group| sources[group.sources[0]].name.as_str());
                let (asset, name) = (&assets[asset.index()].name, &sources[source].name);
                let why = format!("`{asset}` is at `{other}` and at `{name}`, which have different assets otherwise");
                return Err(at("demand", why).help("name the one that it requests in the demand's `resources`"));
            }
            wanted.push(Wanted { asset, supply, amounts: vec![0; setup.size] });
        }
        groups.push(Group { assets: start..wanted.len(), sources: vec![source] });
    }
    let places = match (carriage, &demand.places) {
        (None, None) => Vec::new(),
        (None, Some(places)) => {
            let span = places.first().map_or(span, |place| place.span);
            return Err(Problem::at(
                span,
                format!("cohort `{name}` has places, and there is no network"),
                "a [network]",
            ));
        }
        (Some(carriage), None) => (0..carriage.network.len()).collect(),
        (Some(carriage), Some(places)) => {
            let found = places.iter().map(|place| super::network::find(place, carriage.network.names()));
            found.collect::<Result<Vec<_>, _>>()?
        }
    };
    if matches!(demand.requests, AnyRequests::OrderUpTo(_)) {
        arrives_at_once(carriage, &groups, &places).map_err(|why| at("requests", why))?;
    }
    if wanted.is_empty() {
        return Err(at("demand", "there is no resource to request".to_owned()).help("add a [resources.*]"));
    }
    let slots: Vec<MarketSetup> = wanted
        .iter()
        .map(|wanted| {
            let asset = &assets[wanted.asset.index()];
            MarketSetup { asset: asset.name.clone(), token_scale: asset.scale }
        })
        .collect();
    let Setup { keys, entity, size, money_scale, drawn, .. } = *setup;
    let mut inner = Setup { keys, entity, size, markets: &slots, money_scale, data: &mut *setup.data, drawn };
    let requests = demand.requests.build(&mut inner).map_err(|why| at("requests", why))?;
    let need = demand.need.build(&mut inner).map_err(|why| at("need", why))?;
    let reporting = demand.reporting.build(&mut inner).map_err(|why| at("reporting", why))?;
    let satisfaction = demand.satisfaction.build(&mut inner).map_err(|why| at("satisfaction", why))?;
    let weight = inner.column(&demand.weight).map_err(|why| at("weight", why))?;
    let lease = inner.column(&demand.lease).map_err(|why| at("lease", why))?.map(f64::round);
    let quota = match &demand.quota {
        None => Vec::new(),
        Some(quota) => {
            let columns = quota.parameters("quota", &mut inner).map_err(|why| at("demand", why))?;
            let scales = slots.iter().map(|slot| slot.token_scale);
            columns.iter().zip(scales).map(|(column, scale)| atoms(column, scale)).collect()
        }
    };
    setup.drawn = inner.drawn;
    let (own, needed) = (requests.memory(), need.memory());
    let memory = own.iter().chain(&needed).map(|&value| vec![value; size]).collect();
    Ok(Asker {
        own: own.len(),
        memory,
        requests: requests.into(),
        need: need.into(),
        reporting: reporting.into(),
        satisfaction: satisfaction.into(),
        assets: wanted,
        groups,
        choice: demand.choice,
        advice: None,
        places,
        budget: demand.budget,
        weight,
        lease,
        priority: demand.priority,
        quota,
        utility: vec![0.0; size],
    })
}

/// Units in whole atoms, rounded down; beyond what can be counted there is no quota.
fn atoms(column: &walras_numerics::Column, scale: f64) -> walras_numerics::Column<Atoms> {
    let whole = |units: f64| (units * scale).floor().min(9.2e18) as Atoms;
    match column {
        walras_numerics::Column::Constant(units, _) => walras_numerics::Column::constant(whole(*units)),
        walras_numerics::Column::Each(units) => {
            walras_numerics::Column::Each(units.iter().map(|&units| whole(units)).collect())
        }
    }
}
