//! The network on which resources and agents have their places.

use std::sync::Arc;

use walras_agents::population::Data;
use walras_catalog::{Problem, Reference, Span};
use walras_ledger::Ledger;
use walras_market::network::{Files, Ground, Link};
use walras_numerics::{Keys, Purpose};

use crate::economy::Economy;
use crate::resource::{Carriage, Source};
use crate::world::Asset;

/// Files as networks ask for them.
pub(super) struct Columns<'a>(pub(super) &'a mut dyn Data);

impl Files for Columns<'_> {
    fn texts(&mut self, file: &str, column: &str) -> Result<Arc<[String]>, String> {
        self.0.texts(file, column)
    }

    fn numbers(&mut self, file: &str, column: &str) -> Result<Arc<[f64]>, String> {
        self.0.column(file, column)
    }
}

/// Builds the network, where the economy has one.
pub(super) fn carriage(
    economy: &Economy,
    (assets, sources): (&[Asset], &[Source]),
    ledger: &mut Ledger,
    keys: Keys,
    data: &mut dyn Data,
) -> Result<Option<Carriage>, Problem> {
    let placed = || economy.resources.0.iter().filter_map(|named| Some((named, named.item.place.as_ref()?)));
    let Some(plan) = &economy.network else {
        return match placed().next() {
            None => Ok(None),
            Some((named, place)) => Err(Problem::at(
                place.span,
                format!("`{}` has a place, and there is no network", named.name),
                "a [network] with that place",
            )),
        };
    };
    let at = |why: String| Problem::at(Span::default(), format!("the network: {why}"), "this network");
    let link = Link { cost: plan.cost, latency: plan.latency, capacity: plan.capacity.unwrap_or(f64::INFINITY) };
    let mut ground = Ground { keys, purpose: Purpose::network(0), link, files: &mut Columns(data) };
    let network = plan.topology.build(&mut ground).map_err(at)?;
    let from_first = network.ways_to(0);
    if let Some(place) = (0..network.len()).find(|&place| !from_first.exists(place)) {
        let (first, place) = (&network.names()[0], &network.names()[place]);
        return Err(at(format!("there is no way from `{first}` to `{place}`"))
            .help("link its parts, or draw it with another seed"));
    }
    let mut ways = vec![None; sources.len()];
    for (named, place) in placed() {
        let source = sources.iter().position(|source| source.name == named.name).unwrap_or_default();
        ways[source] = Some(network.ways_to(find(place, network.names())?));
        let perishes = |asset: &walras_ledger::AssetId| assets[asset.index()].decay == 1.0;
        if network.links().any(|(_, _, link)| link.latency > 0)
            && let Some(asset) = sources[source].assets().find(perishes)
        {
            let asset = &assets[asset.index()].name;
            let message = format!("`{asset}` perishes with the step and would be on its way for longer");
            return Err(Problem::at(named.span, message, "links without latency, or a `decay` below 1"));
        }
    }
    let (account, transit) = (ledger.open("network:carriage"), ledger.open("network:transit"));
    Ok(Some(Carriage { network, ways, account, transit, shipments: Vec::new() }))
}

/// The number of a place by its name.
pub(super) fn find(place: &Reference, names: &[String]) -> Result<usize, Problem> {
    place.find("place of the network", names.iter().map(String::as_str))
}
