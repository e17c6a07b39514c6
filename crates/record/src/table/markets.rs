//! `markets`: one row per market and step.

use super::{Columns, Entry, Names, entry};
use crate::column::{NameColumn, OptionalF64s};

/// A market at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarketRow {
    /// The step, from 0.
    pub step: u32,
    /// The market, an index into [`Names::markets`].
    pub market: u32,
    /// The asset it trades, an index into [`Names::assets`].
    pub asset: u32,
    /// Spot price after the step, in numeraire units per asset unit.
    pub price: f64,
    /// Mean price at which the step's orders settled, in numeraire units per asset unit; `NaN` (null in the file) without trade.
    pub settlement_price: f64,
    /// The asset's supply, in asset atoms.
    pub supply: i64,
    /// The market's reserve, in numeraire atoms.
    pub reserve: i64,
    /// Value that changed hands in the step, in numeraire atoms.
    pub volume: i64,
    /// Amount that agents bought in the step, in asset atoms.
    pub bought: i64,
    /// Amount that agents sold in the step, in asset atoms.
    pub sold: i64,
    /// Fees taken in money in the step, in numeraire atoms.
    pub fees: i64,
    /// Fees taken in the asset in the step, in asset atoms.
    pub fees_tokens: i64,
    /// What these were worth at the market's price just before each trade, in numeraire units.
    pub fees_tokens_worth: f64,
    /// Orders that reached the market in the step.
    pub orders: u32,
    /// Orders that got something.
    pub filled: u32,
    /// Orders that could not be carried out.
    pub rejected: u32,
    /// Reserve over the market value of the supply; `NaN` (null in the file) where there is no such value.
    pub reserve_ratio: f64,
    /// The fundamental value fed to the market, in numeraire units per asset unit; `NaN` (null in the file) when none is.
    pub fundamental: f64,
    /// The asset's price by the rule declared for it, in numeraire units per asset unit; `NaN` (null in the file) where it has none.
    pub asset_price: f64,
    /// The highest price bid by an order at rest, in numeraire units per asset unit; `NaN` (null in the file) where none rests.
    pub best_bid: f64,
    /// The lowest price asked by an order at rest, in numeraire units per asset unit; `NaN` (null in the file) where none rests.
    pub best_ask: f64,
    /// Best ask less best bid, in numeraire units per asset unit; `NaN` (null in the file) where one is missing.
    pub spread: f64,
    /// Amount wanted at the best bid, in asset units; `NaN` (null in the file) in markets where no order can rest.
    pub bid_depth: f64,
    /// Amount offered at the best ask, in asset units; `NaN` (null in the file) in markets where no order can rest.
    pub ask_depth: f64,
    /// Depth at the bid less that at the ask over their sum, from −1 to 1; `NaN` (null in the file) where nothing rests.
    pub imbalance: f64,
    /// Twice what those who traded on arrival paid beyond the middle price just before, averaged over their volume, in numeraire units per asset unit; `NaN` (null in the file) where nobody did.
    pub effective_spread: f64,
    /// Orders at rest after the step.
    pub resting: u32,
    /// What the market's own account holds of the asset, in asset atoms; 0 where it issues what it sells.
    pub inventory: i64,
    /// Liquidity shares of the market that are out, in their atoms; 0 where there are none.
    pub shares: i64,
}

/// The `markets` table in columns; each is described at [`MarketRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct MarketColumns {
    pub step: Vec<u32>,
    pub market: NameColumn,
    pub asset: NameColumn,
    pub price: Vec<f64>,
    pub settlement_price: OptionalF64s,
    pub supply: Vec<i64>,
    pub reserve: Vec<i64>,
    pub volume: Vec<i64>,
    pub bought: Vec<i64>,
    pub sold: Vec<i64>,
    pub fees: Vec<i64>,
    pub fees_tokens: Vec<i64>,
    pub fees_tokens_worth: Vec<f64>,
    pub orders: Vec<u32>,
    pub filled: Vec<u32>,
    pub rejected: Vec<u32>,
    pub reserve_ratio: OptionalF64s,
    pub fundamental: OptionalF64s,
    pub asset_price: OptionalF64s,
    pub best_bid: OptionalF64s,
    pub best_ask: OptionalF64s,
    pub spread: OptionalF64s,
    pub bid_depth: OptionalF64s,
    pub ask_depth: OptionalF64s,
    pub imbalance: OptionalF64s,
    pub effective_spread: OptionalF64s,
    pub resting: Vec<u32>,
    pub inventory: Vec<i64>,
    pub shares: Vec<i64>,
}

impl Columns for MarketColumns {
    const NAME: &'static str = "markets";
    type Row<'a> = MarketRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            market: NameColumn::new(&names.markets),
            asset: NameColumn::new(&names.assets),
            price: Vec::new(),
            settlement_price: OptionalF64s::default(),
            supply: Vec::new(),
            reserve: Vec::new(),
            volume: Vec::new(),
            bought: Vec::new(),
            sold: Vec::new(),
            fees: Vec::new(),
            fees_tokens: Vec::new(),
            fees_tokens_worth: Vec::new(),
            orders: Vec::new(),
            filled: Vec::new(),
            rejected: Vec::new(),
            reserve_ratio: OptionalF64s::default(),
            fundamental: OptionalF64s::default(),
            asset_price: OptionalF64s::default(),
            best_bid: OptionalF64s::default(),
            best_ask: OptionalF64s::default(),
            spread: OptionalF64s::default(),
            bid_depth: OptionalF64s::default(),
            ask_depth: OptionalF64s::default(),
            imbalance: OptionalF64s::default(),
            effective_spread: OptionalF64s::default(),
            resting: Vec::new(),
            inventory: Vec::new(),
            shares: Vec::new(),
        }
    }

    fn push(&mut self, row: &MarketRow) {
        self.step.push(row.step);
        self.market.push(row.market);
        self.asset.push(row.asset);
        self.price.push(row.price);
        self.settlement_price.0.push(row.settlement_price);
        self.supply.push(row.supply);
        self.reserve.push(row.reserve);
        self.volume.push(row.volume);
        self.bought.push(row.bought);
        self.sold.push(row.sold);
        self.fees.push(row.fees);
        self.fees_tokens.push(row.fees_tokens);
        self.fees_tokens_worth.push(row.fees_tokens_worth);
        self.orders.push(row.orders);
        self.filled.push(row.filled);
        self.rejected.push(row.rejected);
        self.reserve_ratio.0.push(row.reserve_ratio);
        self.fundamental.0.push(row.fundamental);
        self.asset_price.0.push(row.asset_price);
        self.best_bid.0.push(row.best_bid);
        self.best_ask.0.push(row.best_ask);
        self.spread.0.push(row.spread);
        self.bid_depth.0.push(row.bid_depth);
        self.ask_depth.0.push(row.ask_depth);
        self.imbalance.0.push(row.imbalance);
        self.effective_spread.0.push(row.effective_spread);
        self.resting.push(row.resting);
        self.inventory.push(row.inventory);
        self.shares.push(row.shares);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        const PRICE: &str = "numeraire units per asset unit";
        vec![
            entry("step", "steps", &mut self.step),
            entry("market", "", &mut self.market),
            entry("asset", "", &mut self.asset),
            entry("price", PRICE, &mut self.price),
            entry("settlement_price", PRICE, &mut self.settlement_price),
            entry("supply", "asset atoms", &mut self.supply),
            entry("reserve", "numeraire atoms", &mut self.reserve),
            entry("volume", "numeraire atoms", &mut self.volume),
            entry("bought", "asset atoms", &mut self.bought),
            entry("sold", "asset atoms", &mut self.sold),
            entry("fees", "numeraire atoms", &mut self.fees),
            entry("fees_tokens", "asset atoms", &mut self.fees_tokens),
            entry("fees_tokens_worth", "numeraire", &mut self.fees_tokens_worth),
            entry("orders", "orders", &mut self.orders),
            entry("filled", "orders", &mut self.filled),
            entry("rejected", "orders", &mut self.rejected),
            entry("reserve_ratio", "ratio", &mut self.reserve_ratio),
            entry("fundamental", PRICE, &mut self.fundamental),
            entry("asset_price", PRICE, &mut self.asset_price),
            entry("best_bid", PRICE, &mut self.best_bid),
            entry("best_ask", PRICE, &mut self.best_ask),
            entry("spread", PRICE, &mut self.spread),
            entry("bid_depth", "asset units", &mut self.bid_depth),
            entry("ask_depth", "asset units", &mut self.ask_depth),
            entry("imbalance", "ratio", &mut self.imbalance),
            entry("effective_spread", PRICE, &mut self.effective_spread),
            entry("resting", "orders", &mut self.resting),
            entry("inventory", "asset atoms", &mut self.inventory),
            entry("shares", "share atoms", &mut self.shares),
        ]
    }
}
