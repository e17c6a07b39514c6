//! `accounts`: one row per account, asset and reason that saw a flow in a step.

use super::{Columns, Entry, Names, entry};
use crate::column::NameColumn;

/// What flowed into an account in a step for one reason.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AccountRow {
    /// The step, from 0.
    pub step: u32,
    /// The account, an index into [`Names::accounts`].
    pub account: u32,
    /// The asset, an index into [`Names::assets`].
    pub asset: u32,
    /// Why it moved, an index into [`Names::reasons`].
    pub reason: u32,
    /// Net flow into the account, in atoms of the asset; negative when out of it.
    pub amount: i64,
}

/// The `accounts` table in columns; each is described at [`AccountRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct AccountColumns {
    pub step: Vec<u32>,
    pub account: NameColumn,
    pub asset: NameColumn,
    pub reason: NameColumn,
    pub amount: Vec<i64>,
}

impl Columns for AccountColumns {
    const NAME: &'static str = "accounts";
    type Row<'a> = AccountRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            account: NameColumn::new(&names.accounts),
            asset: NameColumn::new(&names.assets),
            reason: NameColumn::new(&names.reasons),
            amount: Vec::new(),
        }
    }

    fn push(&mut self, row: &AccountRow) {
        self.step.push(row.step);
        self.account.push(row.account);
        self.asset.push(row.asset);
        self.reason.push(row.reason);
        self.amount.push(row.amount);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("account", "", &mut self.account),
            entry("asset", "", &mut self.asset),
            entry("reason", "", &mut self.reason),
            entry("amount", "atoms", &mut self.amount),
        ]
    }
}
