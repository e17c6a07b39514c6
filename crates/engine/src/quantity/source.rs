//! Where each quantity comes from.

use walras_institutions::measure::{MeasureSpec, Measured};
use walras_ledger::{AssetId, NamedId};

use super::holders::Holders;
use crate::stage::allocate::Allocation;
use crate::stage::look::Look;
use crate::stage::settle::Settled;
use crate::world::World;

/// Where a quantity comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Source {
    /// The number of the step.
    Step,
    /// A measure of a market.
    Market { venue: usize, measure: Measured },
    /// A figure of an asset at a resource.
    Resource { resource: usize, supply: usize, figure: Figure },
    /// The supply of an asset, units.
    Supply(AssetId),
    /// How an asset is spread.
    Spread { asset: AssetId, spread: Spread },
    /// What an asset is worth fundamentally.
    Fundamental(AssetId),
    /// Of an asset, what a cohort holds, units.
    Held { cohort: usize, asset: AssetId },
    /// Marked wealth of a cohort.
    Wealth { cohort: usize },
    /// Of an asset, what a named account holds, units.
    Account { account: NamedId, asset: AssetId },
    /// A figure of a board of tasks.
    Tasks { board: usize, figure: TaskFigure },
    /// Units steered since the beginning.
    Steered(usize),
}

/// A figure of an asset at a resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Figure {
    Price,
    Capacity,
    Requested,
    Granted,
    Utilisation,
}

/// A figure of a board of tasks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum TaskFigure {
    Open,
    Posted,
    Completed,
    FoundFalse,
    Late,
    Paid,
    Utilisation,
}

/// How an asset is spread over agents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Spread {
    Holders,
    Concentration,
    LargestShare,
}

/// The measure `measure` of a market, without a window.
fn market_measure(measure: Measured) -> MeasureSpec {
    MeasureSpec { measure, window: 2 }
}

const FIGURES: [(&str, Figure, &str, &str); 5] = [
    ("price", Figure::Price, "what a unit cost in the step's sharing; 0 where nothing is charged", "numeraire/unit"),
    ("capacity", Figure::Capacity, "units there were to share in the step", "unit"),
    ("requested", Figure::Requested, "units asked for in the step", "unit"),
    ("granted", Figure::Granted, "units granted in the step", "unit"),
    ("utilisation", Figure::Utilisation, "units granted over units there were", "1"),
];

const TASK_FIGURES: [(&str, TaskFigure, &str, &str); 7] = [
    ("open", TaskFigure::Open, "tasks that stand and that nobody has", "tasks"),
    ("posted", TaskFigure::Posted, "tasks posted since the beginning", "tasks"),
    ("completed", TaskFigure::Completed, "right deliveries in time since the beginning", "tasks"),
    ("found_false", TaskFigure::FoundFalse, "false deliveries found out since the beginning", "tasks"),
    ("late", TaskFigure::Late, "deadlines missed by workers since the beginning", "tasks"),
    ("paid", TaskFigure::Paid, "rewards paid since the beginning", "numeraire"),
    ("utilisation", TaskFigure::Utilisation, "workers at work over workers", "1"),
];

const SPREADS: [(&str, Spread, &str, &str); 3] = [
    ("holders", Spread::Holders, "agents who hold any of it", "agents"),
    ("concentration", Spread::Concentration, "Herfindahl–Hirschman index of agents' holdings, Σ s²", "1"),
    ("largest_share", Spread::LargestShare, "share of agents' holdings that the largest holder has", "1"),
];

/// Names everything in `world` that can be looked at: markets first, then resources, assets, cohorts and accounts, so
/// that where two are called alike the first keeps the name.
pub(super) fn each(world: &World, mut add: impl FnMut(String, &'static str, &'static str, Source)) {
    add("step".to_owned(), "number of the step, the first being 0", "step", Source::Step);
    for (v, venue) in world.venues.iter().enumerate() {
        for measure in Measured::ALL.into_iter().filter(|measure| !measure.windowed()) {
            let name = format!("{}.{}", venue.name, measure.name());
            add(name, measure.doc(), measure.unit(), Source::Market { venue: v, measure });
        }
    }
    for (r, source) in world.resources.iter().enumerate() {
        for (s, supply) in source.supplies.iter().enumerate() {
            let asset = &world.assets[supply.asset.index()].name;
            let several = source.supplies.len() > 1;
            for (figure_name, figure, meaning, unit) in FIGURES {
                let from = Source::Resource { resource: r, supply: s, figure };
                add(format!("{}.{asset}.{figure_name}", source.name), meaning, unit, from.clone());
                if !several {
                    add(format!("{}.{figure_name}", source.name), meaning, unit, from);
                }
            }
        }
    }
    let declared = |asset: &&(usize, &crate::world::Asset)| !is_shares(world, asset.0);
    for (a, asset) in world.assets.iter().enumerate().collect::<Vec<_>>().iter().filter(declared) {
        let id = AssetId(*a as u16);
        if *a > 0 {
            add(format!("{}.supply", asset.name), "units that are out", "unit", Source::Supply(id));
        }
        if asset.fundamental.is_some() {
            let worth = "what it is worth fundamentally, as declared or fed";
            add(format!("{}.fundamental", asset.name), worth, "numeraire/unit", Source::Fundamental(id));
        }
        for (name, spread, meaning, unit) in SPREADS {
            add(format!("{}.{name}", asset.name), meaning, unit, Source::Spread { asset: id, spread });
        }
    }
    for (c, cohort) in world.cohorts.iter().enumerate() {
        let wealth = "money and holdings of its agents together, each at its price";
        add(format!("{}.wealth", cohort.name), wealth, "numeraire", Source::Wealth { cohort: c });
        held(world, &cohort.name, &mut add, |asset| Source::Held { cohort: c, asset });
    }
    for (board, standing) in world.tasks.iter().enumerate() {
        for (figure_name, figure, meaning, unit) in TASK_FIGURES {
            add(format!("{}.{figure_name}", standing.name), meaning, unit, Source::Tasks { board, figure });
        }
    }
    for (number, standing) in world.steering.iter().enumerate() {
        let meaning = "units granted since the beginning where affiliates pointed and capacity was idle";
        add(format!("{}.steered", standing.name), meaning, "unit", Source::Steered(number));
    }
    for account in &world.accounts {
        held(world, &account.name, &mut add, |asset| Source::Account { account: account.id, asset });
    }
}

/// Whether asset number `asset` is a pool's shares, which no scenario names.
fn is_shares(world: &World, asset: usize) -> bool {
    world.venues.iter().any(|venue| venue.share_asset().is_some_and(|shares| shares.index() == asset))
}

/// Names what `who` holds: `balance` of money, and of each asset by its name.
fn held(
    world: &World,
    who: &str,
    add: &mut impl FnMut(String, &'static str, &'static str, Source),
    source: impl Fn(AssetId) -> Source,
) {
    add(format!("{who}.balance"), "money held", "numeraire", source(AssetId::NUMERAIRE));
    for (a, asset) in world.assets.iter().enumerate().skip(1).filter(|(a, _)| !is_shares(world, *a)) {
        add(format!("{who}.{}", asset.name), "units held of the asset", "unit", source(AssetId(a as u16)));
    }
}

impl Source {
    /// The value as the step stands; `NaN` where it is not defined.
    pub(super) fn value(&self, world: &World, settled: &Settled, allocation: &Allocation) -> f64 {
        let units = |atoms: i128, asset: AssetId| atoms as f64 / world.assets[asset.index()].scale;
        match self {
            Self::Step => f64::from(world.step),
            Self::Market { venue, measure } => {
                let World { ledger, assets, venues, .. } = world;
                let look = Look { venue: &venues[*venue], ledger, assets, posted: &settled.venues[*venue] };
                look.at(&market_measure(*measure))
            }
            Self::Resource { resource, supply, figure } => {
                let Some(asked) = allocation.sources.get(*resource) else { return f64::NAN };
                let of = &asked.supplies[*supply];
                let source = &world.resources[*resource];
                let asset = source.supplies[*supply].asset;
                let granted = || of.grants.granted.iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
                match figure {
                    Figure::Price => source.price_seen(*supply),
                    Figure::Capacity => units(of.capacity.into(), asset),
                    Figure::Requested => units(of.amount.iter().map(|&atoms| i128::from(atoms)).sum(), asset),
                    Figure::Granted => units(granted(), asset),
                    Figure::Utilisation if of.capacity == 0 => f64::NAN,
                    Figure::Utilisation => granted() as f64 / of.capacity as f64,
                }
            }
            Self::Supply(asset) => units(world.ledger.supply(*asset).into(), *asset),
            Self::Fundamental(asset) => world.assets[asset.index()].fundamental.unwrap_or(f64::NAN),
            Self::Spread { asset, spread } => {
                let holders = Holders::of(world, *asset, None);
                match spread {
                    Spread::Holders => holders.count as f64,
                    Spread::Concentration => holders.concentration(),
                    Spread::LargestShare => holders.largest_share(),
                }
            }
            Self::Held { cohort, asset } => units(Holders::of(world, *asset, Some(*cohort)).total, *asset),
            Self::Wealth { cohort } => world.marked_wealth(*cohort),
            Self::Account { account, asset } => units(world.ledger.held(*account, *asset).into(), *asset),
            Self::Steered(number) => world.steering[*number].total.iter().fold(0.0, |sum, units| sum + units),
            Self::Tasks { board, figure } => {
                let standing = &world.tasks[*board];
                let (counts, at_work) = (&standing.board.counts, standing.at_work());
                match figure {
                    TaskFigure::Open => (standing.board.tasks().len() - at_work) as f64,
                    TaskFigure::Posted => counts.posted as f64,
                    TaskFigure::Completed => counts.completed as f64,
                    TaskFigure::FoundFalse => counts.found_false as f64,
                    TaskFigure::Late => counts.late as f64,
                    TaskFigure::Paid => units(counts.paid, AssetId::NUMERAIRE),
                    TaskFigure::Utilisation => at_work as f64 / standing.workers(&world.cohorts) as f64,
                }
            }
        }
    }
}
