//! Explicit amounts.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Request, Shares};

entry! {
    /// An explicit amount for each recipient, in tokens; their sum is the total.
    ///
    /// Either the amounts themselves or a file and its column, with just one amount for each recipient. An amount
    /// is rounded to the nearest atom; above 2⁵³ atoms it has the precision of a floating-point number.
    pub struct List = "list" {
        formula: "x_i = amount i",
        check: check,
        source: "elementary",
        /// The amounts.
        amounts: Option<Vec<f64>>, within 0.0.., unit "token";
        /// The CSV or Parquet file that holds them instead, relative to the scenario.
        file: Option<String>;
        /// The column of the file.
        column: Option<String>;
    }
}

fn check(list: &List) -> Result<(), (&'static str, String)> {
    let blame = |parameter, message: &str| Err((parameter, message.to_owned()));
    match (&list.amounts, &list.file, &list.column) {
        (Some(_), None, None) | (None, Some(_), Some(_)) => Ok(()),
        (None, None, _) => blame("amounts", "a list needs `amounts`, or a `file` and its `column`"),
        (Some(_), Some(_), _) => blame("file", "a list has either `amounts` or a `file`, not both"),
        (Some(_), None, Some(_)) => blame("column", "a list of `amounts` has no `column`"),
        (None, Some(_), None) => blame("file", "a list from a `file` needs its `column`"),
    }
}

impl Shares for List {
    fn weights(&self, request: &mut Request<'_>) -> Result<Vec<f64>, String> {
        match (&self.amounts, &self.file, &self.column) {
            (Some(amounts), ..) if amounts.len() == request.recipients() => Ok(amounts.clone()),
            (Some(amounts), ..) => {
                Err(format!("`amounts` lists {} amounts for {} recipients", amounts.len(), request.recipients()))
            }
            (None, Some(file), Some(column)) => request.rows(file, column),
            _ => Err("a list needs `amounts`, or a `file` and its `column`".to_owned()),
        }
    }

    fn sets_total(&self) -> bool {
        true
    }
}

/// 2⁶³: the first number that no `i64` holds.
const ATOMS_END: f64 = 9_223_372_036_854_775_808.0;

/// Amounts in tokens as whole atoms, each rounded to the nearest (a half upwards).
pub(super) fn to_atoms(tokens: &[f64], scale: f64) -> Result<Vec<Atoms>, String> {
    let mut total: Atoms = 0;
    let mut amounts = Vec::with_capacity(tokens.len());
    for (recipient, &tokens) in tokens.iter().enumerate() {
        let atoms = (tokens * scale).round();
        // Comparing this way round also turns away NaN.
        if !(tokens >= 0.0 && atoms < ATOMS_END) {
            return Err(format!("the amount of recipient {recipient} is {tokens} tokens, which cannot be held"));
        }
        total = total
            .checked_add(atoms as Atoms)
            .ok_or_else(|| format!("the amounts up to recipient {recipient} are more than {} atoms", Atoms::MAX))?;
        amounts.push(atoms as Atoms);
    }
    Ok(amounts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use walras_catalog::{Node, Read, Table, Value};

    #[test]
    fn tokens_become_the_nearest_atoms() {
        assert_eq!(
            to_atoms(&[0.1, 0.0, 2.5, 1e-18, 4e-19], 1e18).unwrap(),
            [100_000_000_000_000_000, 0, 2_500_000_000_000_000_000, 1, 0]
        );
        assert_eq!(to_atoms(&[0.5, 1.4], 1.0).unwrap(), [1, 1]);
    }

    #[test]
    fn what_no_account_can_hold_is_refused() {
        for bad in [-1.0, f64::NAN, f64::INFINITY, 1e19] {
            let message = to_atoms(&[1.0, bad], 1.0).unwrap_err();
            assert!(message.contains("recipient 1") && message.contains(&bad.to_string()), "{message}");
        }
        // Each fits, their sum does not.
        let message = to_atoms(&[6e18, 6e18], 1.0).unwrap_err();
        assert!(message.contains("recipient 1") && message.contains("9223372036854775807"), "{message}");
    }

    #[test]
    fn amounts_and_a_file_exclude_each_other() {
        let read = |keys: &[&str]| {
            let mut table = Table::default();
            for &key in keys {
                let node = match key {
                    "amounts" => Node::List(vec![Value::made(Node::Float(1.0))]),
                    _ => Node::Text("x".to_owned()),
                };
                table.set(key, Default::default(), Value::made(node));
            }
            List::read(&Value::made(Node::Table(table)), None)
        };
        for good in [&["amounts"][..], &["file", "column"]] {
            assert!(read(good).is_ok());
        }
        for bad in [&[][..], &["column"], &["file"], &["amounts", "file"], &["amounts", "column"]] {
            assert!(read(bad).is_err(), "{bad:?}");
        }
    }
}
