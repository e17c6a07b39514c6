//! A market on a liquidity pool.

use walras_catalog::{Bounds, Problem, Reference, Span, entry};
use walras_ledger::exchange::Counterparties;
use walras_ledger::{AssetId, NamedId, Reason, Transfer};
use walras_market::arrival::Arrival;
use walras_market::pool::AnyPool;
use walras_market::terms::Terms;

use super::{Mechanism, Opening};
use crate::build::{countable, mint};
use crate::venue::pool::{MONEY, TOKEN};
use crate::venue::{Market, OnPool, Venue};
use crate::world::World;

entry! {
    /// A market that swaps the asset against the numeraire from a pool of both.
    ///
    /// Orders are served one after another, each at the price the one before it left. A limit counts with the pool's
    /// fee. Agents may provide liquidity and hold shares of the pool, which are an asset of their own called
    /// `shares:NAME`. The shares of the first deposit belong to the account `protocol:NAME`.
    pub struct PoolMarket = "pool" {
        formula: "see each pool",
        source: "see each pool",
        /// The asset traded.
        asset: Reference;
        /// The pool's mechanism and its parameters.
        pool: AnyPool;
        /// Money in the first deposit.
        money: f64, within Bounds::above(0.0), unit "numeraire";
        /// Tokens in the first deposit, issued for it; absent for a mechanism that issues what it sells.
        tokens: Option<f64>, within Bounds::above(0.0), unit "tokens";
        /// Who is served first.
        arrival: Arrival = Arrival::Shuffled;
    }
}

impl Mechanism for PoolMarket {
    fn assets(&self) -> &[Reference] {
        std::slice::from_ref(&self.asset)
    }

    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem> {
        let money = countable(&opening.assets[0], self.money, opening.span)?;
        let asset = &opening.assets[opening.asset.index()];
        let mut deposits = vec![money];
        if let Some(tokens) = self.tokens {
            deposits.push(countable(asset, tokens, opening.span)?);
        }
        let pool = self.pool.open(&deposits).map_err(|problem| opening.problem(&problem.message, problem.expected))?;
        if pool.balances().len() != 2 {
            let message = format!("the pool trades {} assets", pool.balances().len());
            return Err(opening.problem(&message, "a pool of the asset and the numeraire, or kind = \"shared_pool\""));
        }
        let issues = pool.balances()[TOKEN] <= 0;
        let (reserve, protocol) = (opening.account("pool"), opening.account("protocol"));
        let tokens = if issues { opening.ledger.issuer(opening.asset) } else { reserve };
        let on = OnPool {
            name: self.pool.name(),
            pool,
            // Every pool has shares: see `has_shares`.
            shares: opening.shares.unwrap_or(AssetId::NUMERAIRE),
            protocol,
            token: TOKEN,
            family: opening.venues.len()..opening.venues.len() + 1,
            positions: Vec::new(),
            tick_spacing: match &self.pool {
                AnyPool::ConcentratedLiquidity(pool) => Some(pool.tick_spacing.cast_signed()),
                _ => None,
            },
        };
        Ok(place(opening, on, [reserve, tokens], self.arrival))
    }

    fn endow(&self, name: &str, span: Span, venue: usize, world: &mut World) -> Result<(), Problem> {
        deposit(name, span, venue, world)
    }

    fn has_shares(&self) -> bool {
        true
    }
}

/// The venue of a pool that keeps its money and its tokens in `reserve`, and issues tokens where these come from the issuer.
pub(super) fn place(opening: &Opening<'_>, on: OnPool, [reserve, tokens]: [NamedId; 2], arrival: Arrival) -> Venue {
    let accounts = Counterparties {
        asset: opening.asset,
        tokens,
        money: reserve,
        fees: reserve,
        priority_fees: on.protocol,
        tributes: on.protocol,
    };
    opening.venue(Market::Pool(on), Terms::default(), arrival, accounts)
}

/// Mints what a pool begins with: the venue's tokens, and once for all of its venues money and shares.
pub(super) fn deposit(name: &str, span: Span, venue: usize, world: &mut World) -> Result<(), Problem> {
    let World { venues, ledger, assets, .. } = world;
    let venue = &venues[venue];
    let Some(on) = venue.pool() else { return Ok(()) };
    let balances = on.pool.balances();
    let at = |message: String| Problem::at(span, format!("market `{name}`: {message}"), "a smaller deposit");
    let tokens = balances[on.token];
    if tokens > 0 {
        let asset = &assets[venue.asset.index()];
        if tokens > asset.maximum_supply - ledger.supply(venue.asset) {
            return Err(at(format!("its tokens pass the maximum supply of `{}`", asset.name)));
        }
        mint(ledger, venue.asset, venue.accounts.tokens, tokens).map_err(|why| at(why.to_string()))?;
    }
    if on.token > TOKEN {
        return Ok(());
    }
    mint(ledger, AssetId::NUMERAIRE, venue.accounts.money, balances[MONEY]).map_err(|why| at(why.to_string()))?;
    let (from, to) = (ledger.issuer(on.shares).into(), on.protocol.into());
    let amount = on.pool.shares();
    let transfer = Transfer { asset: on.shares, from, to, amount, reason: Reason::Genesis };
    ledger.post(transfer).map_err(|why| at(why.to_string()))
}
