//! Where every atom went: what became of each supply, and each account's total by reason.

use std::collections::{BTreeMap, BTreeSet};

use walras_ledger::Reason;
use walras_record::Run;
use walras_record::table::{AccountColumns, Columns as _};
use walras_report::data::{AccountTotal, Supply};

use crate::error::RunError;
use crate::summary::Summary;

/// What became of each asset's supply, in the order of the assets.
pub(super) fn supplies(summary: &Summary) -> Vec<Supply> {
    let supplies = summary.supplies.iter().enumerate().map(|(asset, of)| Supply {
        asset,
        opening: of.opening,
        flows: of.flows.iter().map(|flow| (flow.reason.replace('_', " "), flow.atoms)).collect(),
        closing: of.closing,
    });
    supplies.collect()
}

/// Every account's total by asset and reason over the whole run: assets in order, accounts in the order in which they
/// first appear, reasons in theirs.
pub(super) fn accounts(run: &Run) -> Result<Vec<AccountTotal>, RunError> {
    let totals = totals(run)?;
    let assets: BTreeSet<u32> = totals.sums.keys().map(|key| key.1).collect();
    let mut found = Vec::new();
    for asset in assets {
        let sums = || totals.sums.iter().filter(|(key, _)| key.1 == asset);
        let reasons: Vec<&str> = Reason::ALL.iter().map(|reason| reason.name()).collect();
        let reasons = reasons.into_iter().filter(|reason| sums().any(|(key, _)| key.2 == *reason));
        let accounts = totals.order.iter().filter(|account| sums().any(|(key, _)| key.0 == **account));
        for (row, account) in accounts.enumerate() {
            for reason in reasons.clone() {
                let atoms = totals.sums.get(&(account.clone(), asset, reason.to_owned())).copied();
                // The first account has every reason, so that reasons stand in their order.
                let atoms = if row == 0 { Some(atoms.unwrap_or(0)) } else { atoms };
                found.extend(atoms.map(|atoms| AccountTotal {
                    asset: asset as usize,
                    account: account.replacen(':', ": ", 1),
                    reason: reason.replace('_', " "),
                    atoms,
                }));
            }
        }
    }
    Ok(found)
}

/// Account, asset and reason.
type Key = (String, u32, String);

/// The sums of the accounts table.
#[derive(Debug, Default)]
struct Totals {
    /// By account, asset and reason.
    sums: BTreeMap<Key, i128>,
    /// The accounts in the order in which they first appear.
    order: Vec<String>,
}

/// Sums the accounts table, piece by piece.
fn totals(run: &Run) -> Result<Totals, RunError> {
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
