//! Where every atom went: each account's total by reason.

use std::collections::BTreeMap;

use walras_ledger::Reason;
use walras_record::Run;
use walras_record::table::{AccountColumns, Columns as _};
use walras_report::data::AccountTotal;

use crate::error::RunError;

/// Every account's total by asset and reason over the whole run, accounts in the order in which they first appear.
pub(super) fn accounts(run: &Run) -> Result<Vec<AccountTotal>, RunError> {
    let totals = totals(run)?;
    let reason_at = |name: &str| Reason::ALL.iter().position(|reason| reason.name() == name).unwrap_or(usize::MAX);
    let mut ordered: Vec<(&Key, &i128)> = totals.sums.iter().collect();
    let place = |key: &Key| totals.order.iter().position(|account| *account == key.0);
    ordered.sort_by_key(|(key, _)| (key.1, place(key), reason_at(&key.2)));
    let total = |(key, &atoms): (&Key, &i128)| AccountTotal {
        asset: key.1 as usize,
        account: key.0.replacen(':', ": ", 1),
        reason: key.2.replace('_', " "),
        atoms,
    };
    Ok(ordered.into_iter().map(total).collect())
}

/// Account, asset and reason.
pub(crate) type Key = (String, u32, String);

/// The sums of the accounts table.
#[derive(Debug, Default)]
pub(crate) struct Totals {
    /// By account, asset and reason.
    pub(crate) sums: BTreeMap<Key, i128>,
    /// The accounts in the order in which they first appear.
    pub(crate) order: Vec<String>,
}

/// Sums the accounts table, piece by piece.
pub(crate) fn totals(run: &Run) -> Result<Totals, RunError> {
    let mut totals = Totals::default();
    for columns in run.table::<AccountColumns>()? {
        let columns = columns?;
        // Summed by ids, which are dense, and by names only once for each piece.
        let mut sums: BTreeMap<(u32, u32, u32), i128> = BTreeMap::new();
        let mut first_rows: BTreeMap<(u32, u32, u32), usize> = BTreeMap::new();
        for row in 0..columns.len() {
            let key = (columns.account.ids()[row], columns.asset.ids()[row], columns.reason.ids()[row]);
            *sums.entry(key).or_insert(0) += i128::from(columns.amount[row]);
            first_rows.entry(key).or_insert(row);
        }
        let mut keys: Vec<((u32, u32, u32), usize)> = first_rows.into_iter().collect();
        keys.sort_by_key(|&(_, row)| row);
        for (key, row) in keys {
            let account = columns.account.name(row);
            if !totals.order.iter().any(|known| known == account) {
                totals.order.push(account.to_owned());
            }
            let name = (account.to_owned(), key.1, columns.reason.name(row).to_owned());
            *totals.sums.entry(name).or_insert(0) += sums[&key];
        }
    }
    Ok(totals)
}
