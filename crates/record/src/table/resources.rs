//! `resources`: one row per asset of each resource and step.

use super::{Columns, Entry, Names, entry};
use crate::column::{NameColumn, OptionalF64s};

/// An asset at a resource after a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResourceRow {
    /// The step, from 0.
    pub step: u32,
    /// The resource, an index into [`Names::resources`].
    pub resource: u32,
    /// The asset that it shared, an index into [`Names::assets`].
    pub asset: u32,
    /// The price at which it was shared, in numeraire units per asset unit; `NaN` (null in the file) where nothing is charged.
    pub price: f64,
    /// What there was to share, in asset atoms.
    pub capacity: i64,
    /// What was asked for, in asset atoms.
    pub requested: i64,
    /// What was granted, in asset atoms.
    pub granted: i64,
    /// Agents who asked for any.
    pub requesters: u32,
    /// Agents who were granted any.
    pub served: u32,
    /// What was paid for it, in numeraire atoms.
    pub paid: i64,
    /// Jain's index of the shares of their requests that agents were granted, from 0 to 1; `NaN` (null in the file) where nobody asked.
    pub fairness: f64,
    /// The share of those who asked who would rather have had what another was granted; `NaN` (null in the file) where nobody asked.
    pub envious: f64,
    /// The value of what was granted over that of the best grants of as much, from 0 to 1; `NaN` (null in the file) where nobody who asked puts a worth on it.
    pub efficiency: f64,
    /// The greatest less the least dominant share of those who asked the resource for anything, from 0 to 1; `NaN` (null in the file) where it shares one asset or nobody asked.
    pub dominant_spread: f64,
    /// Requests that were cut to what could be paid.
    pub cut: u32,
    /// What agents used of the asset in the step, wherever they had it from, in asset atoms.
    pub used: i64,
    /// What of the asset perished or decayed in the step, wherever it was, in asset atoms.
    pub decayed: i64,
    /// What those who may request the asset have left of it after the step, wherever they had it from, in asset atoms.
    pub held: i64,
}

/// The `resources` table in columns; each is described at [`ResourceRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct ResourceColumns {
    pub step: Vec<u32>,
    pub resource: NameColumn,
    pub asset: NameColumn,
    pub price: OptionalF64s,
    pub capacity: Vec<i64>,
    pub requested: Vec<i64>,
    pub granted: Vec<i64>,
    pub requesters: Vec<u32>,
    pub served: Vec<u32>,
    pub paid: Vec<i64>,
    pub fairness: OptionalF64s,
    pub envious: OptionalF64s,
    pub efficiency: OptionalF64s,
    pub dominant_spread: OptionalF64s,
    pub cut: Vec<u32>,
    pub used: Vec<i64>,
    pub decayed: Vec<i64>,
    pub held: Vec<i64>,
}

impl Columns for ResourceColumns {
    const NAME: &'static str = "resources";
    type Row<'a> = ResourceRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            resource: NameColumn::new(&names.resources),
            asset: NameColumn::new(&names.assets),
            price: OptionalF64s::default(),
            capacity: Vec::new(),
            requested: Vec::new(),
            granted: Vec::new(),
            requesters: Vec::new(),
            served: Vec::new(),
            paid: Vec::new(),
            fairness: OptionalF64s::default(),
            envious: OptionalF64s::default(),
            efficiency: OptionalF64s::default(),
            dominant_spread: OptionalF64s::default(),
            cut: Vec::new(),
            used: Vec::new(),
            decayed: Vec::new(),
            held: Vec::new(),
        }
    }

    fn push(&mut self, row: &ResourceRow) {
        self.step.push(row.step);
        self.resource.push(row.resource);
        self.asset.push(row.asset);
        self.price.0.push(row.price);
        self.capacity.push(row.capacity);
        self.requested.push(row.requested);
        self.granted.push(row.granted);
        self.requesters.push(row.requesters);
        self.served.push(row.served);
        self.paid.push(row.paid);
        self.fairness.0.push(row.fairness);
        self.envious.0.push(row.envious);
        self.efficiency.0.push(row.efficiency);
        self.dominant_spread.0.push(row.dominant_spread);
        self.cut.push(row.cut);
        self.used.push(row.used);
        self.decayed.push(row.decayed);
        self.held.push(row.held);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("resource", "", &mut self.resource),
            entry("asset", "", &mut self.asset),
            entry("price", "numeraire units per asset unit", &mut self.price),
            entry("capacity", "asset atoms", &mut self.capacity),
            entry("requested", "asset atoms", &mut self.requested),
            entry("granted", "asset atoms", &mut self.granted),
            entry("requesters", "agents", &mut self.requesters),
            entry("served", "agents", &mut self.served),
            entry("paid", "numeraire atoms", &mut self.paid),
            entry("fairness", "fraction", &mut self.fairness),
            entry("envious", "fraction", &mut self.envious),
            entry("efficiency", "fraction", &mut self.efficiency),
            entry("dominant_spread", "fraction", &mut self.dominant_spread),
            entry("cut", "requests", &mut self.cut),
            entry("used", "asset atoms", &mut self.used),
            entry("decayed", "asset atoms", &mut self.decayed),
            entry("held", "asset atoms", &mut self.held),
        ]
    }
}
