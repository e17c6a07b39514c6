//! `parameters`: one row per market parameter that a step ended with.

use super::{Columns, Entry, Names, entry};
use crate::column::{NameColumn, TextColumn};

/// The value of a market's parameter at the end of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParameterRow<'a> {
    /// The step, from 0.
    pub step: u32,
    /// The market, an index into [`Names::markets`].
    pub market: u32,
    /// The parameter, by the name that the mechanism gives it.
    pub parameter: &'a str,
    /// Its value, in the unit that the mechanism gives it.
    pub value: f64,
}

/// The `parameters` table in columns; each is described at [`ParameterRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct ParameterColumns {
    pub step: Vec<u32>,
    pub market: NameColumn,
    pub parameter: TextColumn,
    pub value: Vec<f64>,
}

impl Columns for ParameterColumns {
    const NAME: &'static str = "parameters";
    type Row<'a> = ParameterRow<'a>;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            market: NameColumn::new(&names.markets),
            parameter: TextColumn::default(),
            value: Vec::new(),
        }
    }

    fn push(&mut self, row: &ParameterRow<'_>) {
        self.step.push(row.step);
        self.market.push(row.market);
        self.parameter.push(row.parameter);
        self.value.push(row.value);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("market", "", &mut self.market),
            entry("parameter", "", &mut self.parameter),
            entry("value", "the parameter's own unit", &mut self.value),
        ]
    }

    fn text_bytes(&self) -> usize {
        self.parameter.bytes()
    }
}
