//! What agents own, valued: marked to market, at liquidation value, and by their cohort's objective.

use walras_agents::objective::Wealth;
use walras_engine::World;
use walras_engine::world::Cohort;
use walras_ledger::{AssetId, Atoms};

/// What the agents of each cohort own beside what they hold at hand, in atoms by asset and row.
#[derive(Debug, Clone, Default)]
pub(crate) struct Committed {
    cohorts: Vec<Option<Vec<Vec<Atoms>>>>,
}

impl Committed {
    /// What is committed now.
    pub(crate) fn of(world: &World) -> Self {
        Self { cohorts: (0..world.cohorts.len()).map(|cohort| world.committed(cohort)).collect() }
    }

    /// One cohort's column of one asset; empty where nothing can be committed.
    pub(crate) fn column(&self, cohort: usize, asset: AssetId) -> &[Atoms] {
        self.cohorts.get(cohort).and_then(Option::as_ref).map_or(&[], |columns| columns[asset.index()].as_slice())
    }
}

/// The price of every asset, the numeraire first.
pub(crate) fn prices(world: &World) -> Vec<f64> {
    (0..world.assets.len()).map(|asset| world.price(AssetId(asset as u16))).collect()
}

/// The prices at which things are valued, and what is owned beside what is at hand.
#[derive(Debug, Clone)]
pub(crate) struct Standards {
    /// The price of every asset, the numeraire first.
    pub(crate) prices: Vec<f64>,
    /// What is committed to markets.
    pub(crate) committed: Committed,
}

impl Standards {
    /// Those of the end of the last step.
    pub(crate) fn of(world: &World) -> Self {
        Self { prices: prices(world), committed: Committed::of(world) }
    }
}

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
        // A router quotes nothing of its own: what it sends orders to values the asset.
        let quoting = cohort.places.iter().filter(|place| world.venues[place.venue].router().is_none());
        for place in quoting {
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
        c: usize,
        portfolio: &Portfolio,
        standards: &Standards,
        rows: &[u32],
    ) {
        let cohort = &world.cohorts[c];
        let (ledger, money_scale) = (&world.ledger, world.assets[0].scale);
        let column = |asset| ledger.column(cohort.id, asset).unwrap_or_default();
        let atoms = |column: &[Atoms], row: u32| column.get(row as usize).copied().unwrap_or(0);
        let balances = column(AssetId::NUMERAIRE);
        self.money.clear();
        let aside = standards.committed.column(c, AssetId::NUMERAIRE);
        let owned = |row| atoms(balances, row) + atoms(aside, row);
        self.money.extend(rows.iter().map(|&row| owned(row) as f64 / money_scale));
        self.marked.clone_from(&self.money);
        self.liquidation.clone_from(&self.money);
        self.holdings.resize_with(portfolio.assets.len(), Vec::new);
        for (held, tokens) in portfolio.assets.iter().zip(&mut self.holdings) {
            let (held_atoms, venue) = (column(held.asset), &world.venues[held.venue]);
            let aside = standards.committed.column(c, held.asset);
            let owned = |row| atoms(held_atoms, row) + atoms(aside, row);
            tokens.clear();
            tokens.extend(rows.iter().map(|&row| owned(row) as f64 / held.scale));
            for (marked, &amount) in self.marked.iter_mut().zip(&*tokens) {
                *marked += amount * standards.prices[held.asset.index()];
            }
            for (liquidation, &row) in self.liquidation.iter_mut().zip(rows) {
                let amount = owned(row);
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
    c: usize,
    portfolio: &Portfolio,
    standards: &Standards,
    first: usize,
    out: &mut [f64],
) {
    let cohort = &world.cohorts[c];
    let column = |asset| world.ledger.column(cohort.id, asset).unwrap_or_default();
    let money_scale = world.assets[0].scale;
    for (out, &balance) in out.iter_mut().zip(&column(AssetId::NUMERAIRE)[first..]) {
        *out = balance as f64 / money_scale;
    }
    let aside = standards.committed.column(c, AssetId::NUMERAIRE).get(first..).unwrap_or_default();
    for (out, &atoms) in out.iter_mut().zip(aside) {
        *out += atoms as f64 / money_scale;
    }
    for held in &portfolio.assets {
        let price = standards.prices[held.asset.index()];
        let aside = standards.committed.column(c, held.asset).get(first..).unwrap_or_default();
        for column in [&column(held.asset)[first..], aside] {
            for (out, &amount) in out.iter_mut().zip(column) {
                *out += amount as f64 / held.scale * price;
            }
        }
    }
}
