//! What agents own, valued: marked to market, at liquidation value, and by their cohort's objective.

use walras_agents::objective::Wealth;
use walras_engine::World;
use walras_engine::world::Cohort;
use walras_ledger::{AssetId, Atoms};

/// The assets that a cohort's agents hold besides money, and what values them.
#[derive(Debug, Clone)]
pub(crate) struct Portfolio {
    pub(crate) assets: Vec<Holding>,
    weights: Vec<f64>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Holding {
    /// The asset.
    pub(crate) asset: AssetId,
    /// The first market that the cohort trades it on.
    pub(crate) venue: usize,
    /// Atoms in one token.
    pub(crate) scale: f64,
    /// The share of its balance that the cohort puts there.
    pub(crate) budget_share: f64,
}

impl Portfolio {
    pub(crate) fn of(world: &World, cohort: &Cohort) -> Self {
        let mut assets: Vec<Holding> = Vec::new();
        for place in &cohort.places {
            let asset = world.venues[place.venue].asset;
            match assets.iter_mut().find(|held| held.asset == asset) {
                Some(held) => held.budget_share += place.budget_share,
                None => assets.push(Holding {
                    asset,
                    venue: place.venue,
                    scale: world.assets[asset.index()].scale,
                    budget_share: place.budget_share,
                }),
            }
        }
        let weights = assets.iter().map(|held| world.assets[held.asset.index()].utility_weight).collect();
        Self { assets, weights }
    }
}

/// The price of every asset, the numeraire first.
pub(crate) fn prices(world: &World) -> Vec<f64> {
    (0..world.assets.len()).map(|asset| world.price(AssetId(asset as u16))).collect()
}

/// Columns for some agents of one cohort, kept from look to look.
#[derive(Debug, Default)]
pub(crate) struct Valued {
    /// Balance and holdings at the market's prices, numeraire.
    pub(crate) marked: Vec<f64>,
    /// Balance and what the markets would pay for the holdings, numeraire.
    pub(crate) liquidation: Vec<f64>,
    /// The objective's value.
    pub(crate) utility: Vec<f64>,
    money: Vec<f64>,
    holdings: Vec<Vec<f64>>,
}

impl Valued {
    /// Values the agents at `rows` of a cohort.
    pub(crate) fn value(
        &mut self,
        world: &World,
        cohort: &Cohort,
        portfolio: &Portfolio,
        prices: &[f64],
        rows: &[u32],
    ) {
        let (ledger, money_scale) = (&world.ledger, world.assets[0].scale);
        let column = |asset| ledger.column(cohort.id, asset).unwrap_or_default();
        let atoms = |column: &[Atoms], row: u32| column.get(row as usize).copied().unwrap_or(0);
        let balances = column(AssetId::NUMERAIRE);
        self.money.clear();
        self.money.extend(rows.iter().map(|&row| atoms(balances, row) as f64 / money_scale));
        self.marked.clone_from(&self.money);
        self.liquidation.clone_from(&self.money);
        self.holdings.resize_with(portfolio.assets.len(), Vec::new);
        for (held, tokens) in portfolio.assets.iter().zip(&mut self.holdings) {
            let (held_atoms, venue) = (column(held.asset), &world.venues[held.venue]);
            tokens.clear();
            tokens.extend(rows.iter().map(|&row| atoms(held_atoms, row) as f64 / held.scale));
            for (marked, &amount) in self.marked.iter_mut().zip(&*tokens) {
                *marked += amount * prices[held.asset.index()];
            }
            for (liquidation, &row) in self.liquidation.iter_mut().zip(rows) {
                let amount = atoms(held_atoms, row);
                if amount > 0 {
                    *liquidation += venue.liquidation(ledger, amount) as f64 / money_scale;
                }
            }
        }
        let holdings: Vec<&[f64]> = self.holdings.iter().map(Vec::as_slice).collect();
        let wealth = Wealth {
            marked: &self.marked,
            liquidation: &self.liquidation,
            money: &self.money,
            holdings: &holdings,
            weights: &portfolio.weights,
        };
        self.utility.clear();
        self.utility.resize(rows.len(), 0.0);
        cohort.objective.utility(&wealth, &mut self.utility);
    }
}

/// The marked wealth of the agents from row `first` on, numeraire.
pub(crate) fn marked_wealth(
    world: &World,
    cohort: &Cohort,
    portfolio: &Portfolio,
    prices: &[f64],
    first: usize,
    out: &mut [f64],
) {
    let column = |asset| world.ledger.column(cohort.id, asset).unwrap_or_default();
    let money_scale = world.assets[0].scale;
    for (out, &balance) in out.iter_mut().zip(&column(AssetId::NUMERAIRE)[first..]) {
        *out = balance as f64 / money_scale;
    }
    for held in &portfolio.assets {
        for (out, &amount) in out.iter_mut().zip(&column(held.asset)[first..]) {
            *out += amount as f64 / held.scale * prices[held.asset.index()];
        }
    }
}
