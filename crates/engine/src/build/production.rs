//! What cohorts make of goods, and the check that nothing is made from nothing.

use walras_agents::population::{MarketSetup, Setup};
use walras_agents::production::AnyProduction;
use walras_catalog::read::NamedItem;
use walras_catalog::{Problem, Span};
use walras_ledger::{AssetId, Atoms};

use super::names;
use crate::economy::Economy;
use crate::production::{Good, Producer, Technology, from_nothing};
use crate::world::{Asset, Cohort};

/// A cohort's production, its parameters drawn.
pub(super) fn producer(
    production: &AnyProduction,
    (name, span): (&str, Span),
    economy: &Economy,
    assets: &[Asset],
    setup: &mut Setup<'_>,
) -> Result<Producer, Problem> {
    let declared = production.goods();
    let mut found = Vec::new();
    for good in declared.all() {
        let asset = good.find("asset", names(&economy.assets))? + 1;
        let made = declared.outputs.iter().any(|output| output.name == good.name);
        if made && assets[asset].maximum_supply < Atoms::MAX {
            let message = format!("`{}` has a maximum supply, which production cannot keep to", good.name);
            return Err(Problem::at(good.span, message, "an asset without `maximum_supply`"));
        }
        found.push(AssetId(asset as u16));
    }
    let slots: Vec<MarketSetup> = found
        .iter()
        .map(|asset| &assets[asset.index()])
        .map(|asset| MarketSetup { asset: asset.name.clone(), token_scale: asset.scale })
        .collect();
    let Setup { keys, entity, size, money_scale, drawn, .. } = *setup;
    let mut inner = Setup { keys, entity, size, markets: &slots, money_scale, data: &mut *setup.data, drawn };
    let built = production.build(&mut inner).map_err(|why| {
        Problem::at(span, format!("cohort `{name}`, production `{}`: {why}", production.name()), "this cohort")
    })?;
    setup.drawn = inner.drawn;
    Ok(Producer {
        memory: built.memory().into_iter().map(|value| vec![value; size]).collect(),
        goods: found.into_iter().map(|asset| Good::new(asset, size)).collect(),
        production: built.into(),
    })
}

/// Refuses recipes that make something from nothing, alone or in a cycle.
pub(super) fn check(economy: &Economy, cohorts: &[Cohort], assets: &[Asset]) -> Result<(), Problem> {
    let technology = |(c, cohort): (usize, &Cohort)| {
        let Producer { production, goods, .. } = cohort.producer.as_ref()?;
        let flows = goods.iter().map(|good| good.asset.index()).zip(production.proportions()?).collect();
        Some(Technology { cohort: c, flows })
    };
    let all: Vec<Technology> = cohorts.iter().enumerate().filter_map(technology).collect();
    let cycle = from_nothing(&all, assets.len());
    let Some(&first) = cycle.first() else { return Ok(()) };
    let words = |technology: &Technology| {
        let amounts = |which: usize| {
            let some = technology.flows.iter().filter(|(_, flow)| flow[which] > 0.0);
            some.map(|(asset, flow)| format!("{} {}", flow[which], assets[*asset].name)).collect::<Vec<_>>().join(" + ")
        };
        format!("`{}` makes {} of {}", cohorts[technology.cohort].name, amounts(1), amounts(0))
    };
    let told: Vec<String> = cycle.iter().map(|&technology| words(&all[technology])).collect();
    let NamedItem { span, .. } = &economy.cohorts.0[all[first].cohort];
    let message = format!("more comes out than goes in, and nothing else goes in: {}", told.join("; "));
    Err(Problem::at(*span, message, "recipes that lose, or that need something from outside")
        .help("make less of the same, or add an input that none of them makes"))
}
