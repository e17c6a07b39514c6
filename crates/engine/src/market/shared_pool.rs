//! A market on a liquidity pool of several assets.

use walras_catalog::{Problem, Reference, Span, entry};
use walras_ledger::AssetId;
use walras_market::arrival::Arrival;
use walras_market::pool::AnyPool;

use super::pool::{deposit, place};
use super::{Mechanism, Opening};
use crate::build::countable;
use crate::venue::{Market, OnPool, Venue};
use crate::world::World;

entry! {
    /// A market that swaps each of several assets against the numeraire from one pool of all of them.
    ///
    /// Each asset has a venue and a price of its own, called `NAME:ASSET`; a cohort that names the market trades on all.
    /// Orders of all assets are served in one order of arrival, each at what the one before it left. A limit counts with the
    /// pool's fee. Providers hold shares of the pool, an asset called `shares:NAME`: at an asset's venue they bring money and
    /// that asset, in whatever proportion, and get money back, less the fee of a swap on what is not in proportion. With
    /// a scoring rule the assets are the outcomes of one question and `money` is the maker's subsidy: prices sum to one.
    pub struct SharedPoolMarket = "shared_pool" {
        formula: "see each pool",
        check: SharedPoolMarket::check,
        source: "see each pool",
        /// The assets traded, in the order in which the pool's parameters name them after the numeraire.
        assets: Vec<Reference>;
        /// The pool's mechanism and its parameters; the numeraire is its first asset.
        pool: AnyPool;
        /// Money in the first deposit.
        money: f64, within walras_catalog::Bounds::above(0.0), unit "numeraire";
        /// Of each asset in the first deposit, issued for it; absent for a mechanism that issues what it sells.
        tokens: Option<Vec<f64>>, within walras_catalog::Bounds::above(0.0), unit "tokens";
        /// Who is served first.
        arrival: Arrival = Arrival::Shuffled;
    }
}

impl SharedPoolMarket {
    fn check(&self) -> Result<(), (&'static str, String)> {
        if self.assets.len() < 2 {
            return Err(("assets", "a shared pool needs two assets besides the numeraire".to_owned()));
        }
        for (i, asset) in self.assets.iter().enumerate() {
            if self.assets[..i].iter().any(|other| other.name == asset.name) {
                return Err(("assets", format!("`{}` is named twice", asset.name)));
            }
        }
        match &self.tokens {
            Some(tokens) if tokens.len() != self.assets.len() => {
                Err(("tokens", format!("{} amounts for {} assets", tokens.len(), self.assets.len())))
            }
            _ => Ok(()),
        }
    }
}

impl Mechanism for SharedPoolMarket {
    fn assets(&self) -> &[Reference] {
        &self.assets
    }

    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem> {
        let mut deposits = vec![countable(&opening.assets[0], self.money, opening.span)?];
        for (asset, &tokens) in self.assets.iter().zip(self.tokens.iter().flatten()) {
            let names = opening.assets.iter().map(|asset| asset.name.as_str());
            let asset = &opening.assets[asset.find("asset", names)?];
            deposits.push(countable(asset, tokens, opening.span)?);
        }
        let pool = self.pool.open(&deposits).map_err(|problem| opening.problem(&problem.message, problem.expected))?;
        let traded = pool.balances().len() - 1;
        if traded != self.assets.len() {
            let message = format!("the pool trades {traded} assets against the numeraire");
            return Err(opening.problem(&message, format!("a pool of {}", self.assets.len())));
        }
        let decimals = opening.decimals();
        if matches!(self.pool, AnyPool::Lmsr(_)) && decimals.0 != decimals.1 {
            let message = format!("an outcome of {} decimals would not pay one for one", decimals.1);
            return Err(opening.problem(&message, format!("{} decimals, as the numeraire has", decimals.0)));
        }
        let (asset, first) = (opening.asset, opening.venues.len() - opening.number);
        let token = opening.number + 1;
        let (reserve, protocol) = match &opening.venues.get(first).map(|venue| (venue, &venue.market)) {
            Some((venue, Market::Pool(on))) => (venue.accounts.money, on.protocol),
            _ => (opening.account("pool"), opening.account("protocol")),
        };
        let issues = pool.balances()[token] <= 0;
        let tokens = if issues { opening.ledger.issuer(asset) } else { reserve };
        let on = OnPool {
            name: self.pool.name(),
            pool,
            // Every pool has shares: see `has_shares`.
            shares: opening.shares.unwrap_or(AssetId::NUMERAIRE),
            protocol,
            token,
            family: first..first + self.assets.len(),
            positions: Vec::new(),
            tick_spacing: None,
        };
        Ok(place(opening, on, [reserve, tokens], self.arrival))
    }

    fn endow(&self, name: &str, span: Span, venue: usize, world: &mut World) -> Result<(), Problem> {
        let World { venues, ledger, assets, .. } = &*world;
        let (asset, issues) = (venues[venue].asset, ledger.issuer(venues[venue].asset));
        let out = ledger.supply(asset);
        if venues[venue].accounts.tokens == issues && out > 0 {
            let token = &assets[asset.index()].name;
            let message = format!("market `{name}`: {out} atoms of `{token}` are out that the pool did not sell");
            let help = "the pool issues what it sells: distribute none of it";
            return Err(Problem::at(span, message, "a smaller deposit").help(help));
        }
        deposit(name, span, venue, world)
    }

    fn has_shares(&self) -> bool {
        true
    }
}
