//! `fills`: one row per order that got something.

use super::{Columns, Entry, Names, entry};
use crate::column::NameColumn;

/// Which way an order went, from the agent's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The agent gave numeraire and got the asset.
    Buy,
    /// The agent gave the asset and got numeraire.
    Sell,
}

/// The agent's number in a row of a market that trades for another, as a curve does that quotes into an order book.
pub const MAKER: u32 = u32::MAX;

/// What one order got.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FillRow {
    /// The step, from 0.
    pub step: u32,
    /// The market, an index into [`Names::markets`].
    pub market: u32,
    /// The agent's number in the whole economy; [`MAKER`] for a market that trades for another.
    pub agent: u32,
    /// Buy or sell.
    pub side: Side,
    /// Amount traded, in asset atoms; positive.
    pub amount: i64,
    /// What the agent paid, in numeraire atoms, fee included; negative when the agent was paid.
    pub paid: i64,
    /// The fee within it, in numeraire atoms.
    pub fee: i64,
    /// Average price, in numeraire units per asset unit.
    pub price: f64,
}

/// The `fills` table in columns; each is described at [`FillRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct FillColumns {
    pub step: Vec<u32>,
    pub market: NameColumn,
    pub agent: Vec<u32>,
    pub side: NameColumn,
    pub amount: Vec<i64>,
    pub paid: Vec<i64>,
    pub fee: Vec<i64>,
    pub price: Vec<f64>,
}

/// The names in the file, in the order of [`Side`].
const SIDES: [&str; 2] = ["buy", "sell"];

impl Columns for FillColumns {
    const NAME: &'static str = "fills";
    type Row<'a> = FillRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            market: NameColumn::new(&names.markets),
            agent: Vec::new(),
            side: NameColumn::new(&SIDES.map(str::to_owned)),
            amount: Vec::new(),
            paid: Vec::new(),
            fee: Vec::new(),
            price: Vec::new(),
        }
    }

    fn push(&mut self, row: &FillRow) {
        self.step.push(row.step);
        self.market.push(row.market);
        self.agent.push(row.agent);
        self.side.push(match row.side {
            Side::Buy => 0,
            Side::Sell => 1,
        });
        self.amount.push(row.amount);
        self.paid.push(row.paid);
        self.fee.push(row.fee);
        self.price.push(row.price);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("market", "", &mut self.market),
            entry("agent", "agent number", &mut self.agent),
            entry("side", "", &mut self.side),
            entry("amount", "asset atoms", &mut self.amount),
            entry("paid", "numeraire atoms", &mut self.paid),
            entry("fee", "numeraire atoms", &mut self.fee),
            entry("price", "numeraire units per asset unit", &mut self.price),
        ]
    }
}
