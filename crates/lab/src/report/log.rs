//! What institutions did, counted for the page.

use std::collections::BTreeMap;

use walras_record::Run;
use walras_report::data::{Act, Log};
use walras_report::number::atoms;

use crate::error::RunError;

/// Entries that are alike.
#[derive(Debug)]
struct Alike {
    entries: u64,
    first: u32,
    last: u32,
    amount: Option<i128>,
}

/// The log of a run; `None` where nothing was entered.
pub(super) fn log(run: &Run) -> Result<Option<Log>, RunError> {
    let heads = &run.manifest.log;
    if heads.size == 0 {
        return Ok(None);
    }
    let mut alike: BTreeMap<(String, String, String), Alike> = BTreeMap::new();
    let mut reader = run.log()?;
    for _ in 0..heads.size {
        let Some(entry) = reader.next_entry()? else { break };
        let asset = entry.asset.unwrap_or_default().into_owned();
        let key = (entry.institution.into_owned(), entry.act.into_owned(), asset);
        let new = Alike { entries: 0, first: entry.step, last: entry.step, amount: None };
        let found = alike.entry(key).or_insert(new);
        found.entries += 1;
        found.last = entry.step;
        if let Some(amount) = entry.amount {
            found.amount = Some(found.amount.unwrap_or(0) + i128::from(amount));
        }
    }
    let decimals = |name: &str| {
        let asset = run.manifest.assets.iter().find(|asset| asset.name == name);
        asset.map_or(0, |asset| asset.decimals as u8)
    };
    let act = |((institution, act, asset), found): ((String, String, String), Alike)| Act {
        institution,
        act,
        entries: found.entries,
        first_step: u64::from(found.first),
        last_step: u64::from(found.last),
        amount: found.amount.map(|amount| format!("{} {asset}", atoms(amount, decimals(&asset)))).unwrap_or_default(),
    };
    Ok(Some(Log { size: heads.size, root: heads.root.to_string(), acts: alike.into_iter().map(act).collect() }))
}
