//! Markets as a scenario declares them: one file for each kind, from its parameters to an open venue.

mod auction;
mod clearing;
mod curve;
mod maker;
mod order_book;
mod pool;
mod router;
mod shared_pool;

use std::fmt::Debug;

use walras_agents::observation::{History, Tape};
use walras_catalog::{Problem, Reference, Span, entries};
use walras_ledger::exchange::Counterparties;
use walras_ledger::{AssetId, Ledger, NamedId};
use walras_market::arrival::Arrival;
use walras_market::book::Grid;
use walras_market::terms::{Rate, Terms};

use crate::venue::{Glimpses, Market, Venue};
use crate::world::{Asset, World};

pub use auction::AuctionMarket;
pub use clearing::ClearingMarket;
pub use curve::CurveMarket;
pub use maker::Maker;
pub use order_book::{OrderBookMarket, SelfTradeRule, Trading};
pub use pool::PoolMarket;
pub use router::RouterMarket;
pub use shared_pool::SharedPoolMarket;

/// A market as a scenario declares it.
pub trait Mechanism: Debug + Send + Sync {
    /// The assets traded, each against the numeraire: one venue each.
    fn assets(&self) -> &[Reference];

    /// Opens the venue of one asset: its accounts, and the mechanism before anything is in it.
    ///
    /// # Errors
    /// When parameters do not fit each other or the asset.
    fn open(&self, opening: &mut Opening<'_>) -> Result<Venue, Problem>;

    /// Puts into a venue what it holds before the first step. Markets are endowed in the order of their kinds'
    /// [`Mechanism::turn`].
    ///
    /// # Errors
    /// When that is too little, or cannot be counted.
    fn endow(&self, _name: &str, _span: Span, _venue: usize, _world: &mut World) -> Result<(), Problem> {
        Ok(())
    }

    /// What is endowed later can see what was issued earlier: curves need a reserve for all tokens that are out.
    fn turn(&self) -> u32 {
        0
    }

    /// Whether liquidity can be provided to it, so that it has shares.
    fn has_shares(&self) -> bool {
        false
    }
}

entries! {
    /// One market and its mechanism.
    pub enum AnyMarket: dyn Mechanism = "market" {
        Curve(CurveMarket),
        Pool(PoolMarket),
        OrderBook(OrderBookMarket),
        Auction(AuctionMarket),
        Clearing(ClearingMarket),
        Router(RouterMarket),
        SharedPool(SharedPoolMarket),
    }
}

/// The name of a market's venue for the asset `asset`: its own, with the asset's where it trades several.
#[must_use]
pub fn venue_name(market: &str, item: &AnyMarket, asset: &str) -> String {
    if item.assets().len() > 1 { format!("{market}:{asset}") } else { market.to_owned() }
}

/// What a market opens with.
pub struct Opening<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its place in the scenario.
    pub span: Span,
    /// The asset traded.
    pub asset: AssetId,
    /// Its number among the market's assets: the venues of those before are the last ones opened.
    pub number: usize,
    /// The asset that its liquidity shares are, where it has any.
    pub shares: Option<AssetId>,
    /// All assets, the numeraire first.
    pub assets: &'a [Asset],
    /// The accounts.
    pub ledger: &'a mut Ledger,
    /// The markets opened before.
    pub venues: &'a [Venue],
}

impl Opening<'_> {
    /// Decimals of the numeraire and of the asset.
    fn decimals(&self) -> (u32, u32) {
        (self.assets[0].decimals, self.assets[self.asset.index()].decimals)
    }

    /// Opens an account of the market.
    fn account(&mut self, purpose: &str) -> NamedId {
        self.ledger.open(format!("{purpose}:{}", self.name))
    }

    /// A problem of this market.
    fn problem(&self, message: &str, expected: impl Into<String>) -> Problem {
        Problem::at(self.span, format!("market `{}`: {message}", self.name), expected)
    }

    /// A venue through whose own account traders pay each other.
    fn meeting_place(&mut self, market: Market, terms: Terms, arrival: Arrival) -> Venue {
        let (house, fees) = (self.account("clearing_house"), self.account("fees"));
        let asset = self.asset;
        self.venue(
            market,
            terms,
            arrival,
            Counterparties { asset, tokens: house, money: house, fees, priority_fees: fees, tributes: fees },
        )
    }

    /// A venue that trades from `accounts`.
    fn venue(&self, market: Market, terms: Terms, arrival: Arrival, accounts: Counterparties) -> Venue {
        Venue {
            name: self.name.to_owned(),
            asset: self.asset,
            market,
            terms,
            arrival,
            accounts,
            halted: false,
            decimals: self.decimals(),
            history: History::new(2),
            volumes: History::new(2),
            tape: Tape::new(0),
            glimpses: Glimpses::default(),
        }
    }

    /// Ticks of `tick` numeraire per token on lots of `lot` tokens, in whole atoms.
    fn grid(&self, tick: f64, lot: f64) -> Result<Grid, Problem> {
        let (money, asset) = (&self.assets[0], &self.assets[self.asset.index()]);
        let whole = |amount: f64| {
            let atoms = amount.round();
            ((atoms - amount).abs() <= 1e-9 * amount && (1.0..9.2e18).contains(&atoms)).then_some(atoms as i64)
        };
        let Some(lot_atoms) = whole(lot * asset.scale) else {
            let expected =
                format!("a whole number of atoms of `{}`, which has {} decimals", asset.name, asset.decimals);
            return Err(self.problem(&format!("a lot of {lot} is not a whole number of atoms"), expected));
        };
        let Some(tick_atoms) = whole(tick * lot * money.scale) else {
            let message =
                format!("a tick of {tick} on a lot of {lot} moves {} atoms of money", tick * lot * money.scale);
            let expected =
                format!("a whole number of atoms of `{}`, which has {} decimals", money.name, money.decimals);
            return Err(self.problem(&message, expected).help("use a larger lot or tick, or more decimals"));
        };
        Ok(Grid::new(lot_atoms, tick_atoms).unwrap_or(Grid::ATOMS))
    }
}

/// Fees of these shares.
fn fees(buy: f64, sell: f64) -> Terms {
    // The bounds of the parameters keep every share below one.
    let rate = |share: f64| Rate::new(share).unwrap_or_default();
    Terms { buy_fee: rate(buy), sell_fee: rate(sell), ..Terms::default() }
}
