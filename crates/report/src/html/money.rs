//! Where every atom went: accounts by reason, exact, with the sum that must be zero.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Section;
use super::escape::text;
use crate::data::{AccountTotal, Asset, ReportData};
use crate::number::{atoms, count};

const ACCOUNTS_MAX: usize = 200;

/// The section, where the accounts were recorded.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let tables: String = data
        .assets
        .iter()
        .enumerate()
        .filter_map(|(index, asset)| Table::of(index, &data.accounts).map(|table| table.markup(asset)))
        .collect();
    if tables.is_empty() {
        return Vec::new();
    }
    let intro = "<p class=\"sub\">Net amounts by account and reason over the whole run, exact to the last atom. \
                 Whatever one account receives another pays, and new supply is owed by its issuer, so every \
                 column sums to zero.</p>\n";
    vec![Section {
        id: "money".into(),
        heading: "Where every atom went".into(),
        body: format!("{intro}{tables}"),
        plots: Vec::new(),
    }]
}

/// Accounts down, reasons across, both in the order in which they first appear.
struct Table<'a> {
    accounts: Vec<&'a str>,
    reasons: Vec<&'a str>,
    cells: BTreeMap<(usize, usize), i128>,
}

impl<'a> Table<'a> {
    fn of(asset: usize, totals: &'a [AccountTotal]) -> Option<Self> {
        let mut table = Table { accounts: Vec::new(), reasons: Vec::new(), cells: BTreeMap::new() };
        let mut account_at = BTreeMap::new();
        let mut reason_at = BTreeMap::new();
        for total in totals.iter().filter(|total| total.asset == asset) {
            let account = index_of(&total.account, &mut account_at, &mut table.accounts);
            let reason = index_of(&total.reason, &mut reason_at, &mut table.reasons);
            let cell = table.cells.entry((account, reason)).or_insert(0);
            *cell = cell.saturating_add(total.atoms);
        }
        (!table.accounts.is_empty()).then_some(table)
    }

    fn markup(&self, asset: &Asset) -> String {
        let headings: String =
            self.reasons.iter().map(|reason| format!("<th scope=\"col\" class=\"n\">{}</th>", text(reason))).collect();
        let mut rows = String::new();
        for (account, name) in self.accounts.iter().enumerate().take(ACCOUNTS_MAX) {
            let row = |reason| self.cells.get(&(account, reason)).copied();
            rows.push_str(&self.row(&text(name), asset, row));
        }
        if self.accounts.len() > ACCOUNTS_MAX {
            let name = format!("{} more accounts", count((self.accounts.len() - ACCOUNTS_MAX) as u64));
            rows.push_str(&self.row(&name, asset, |reason| Some(self.total(reason, ACCOUNTS_MAX))));
        }
        format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Accounts of {name}\">\
             <table class=\"ledger\"><caption><span>{name} <i class=\"unit\">{decimals} decimals</i></span></caption>\
             <thead><tr><th scope=\"col\">Account</th>{headings}<th scope=\"col\" class=\"n\">Balance</th></tr></thead>\
             <tbody>\n{rows}</tbody><tfoot>{sums}</tfoot></table></div>\n",
            name = text(&asset.name),
            decimals = asset.decimals,
            sums = self.sums(asset),
        )
    }

    fn row(&self, name: &str, asset: &Asset, cell: impl Fn(usize) -> Option<i128>) -> String {
        let mut markup = format!("<tr><th scope=\"row\">{name}</th>");
        let mut balance: i128 = 0;
        for reason in 0..self.reasons.len() {
            let amount = cell(reason);
            balance = balance.saturating_add(amount.unwrap_or(0));
            let shown =
                amount.map_or_else(|| "<span class=\"none\">·</span>".into(), |amount| atoms(amount, asset.decimals));
            let _ = write!(markup, "<td class=\"n\">{shown}</td>");
        }
        let _ = writeln!(markup, "<td class=\"n balance\">{}</td></tr>", atoms(balance, asset.decimals));
        markup
    }

    fn sums(&self, asset: &Asset) -> String {
        let totals: Vec<i128> = (0..self.reasons.len()).map(|reason| self.total(reason, 0)).collect();
        let all = totals.iter().fold(0_i128, |sum, total| sum.saturating_add(*total));
        let cells: String = totals.iter().chain([&all]).map(|total| sum_cell(*total, asset)).collect();
        format!("<tr><th scope=\"row\">Sum</th>{cells}</tr>")
    }

    /// Total of a reason over the accounts from `first`.
    fn total(&self, reason: usize, first: usize) -> i128 {
        (first..self.accounts.len())
            .filter_map(|account| self.cells.get(&(account, reason)))
            .fold(0, |sum: i128, amount| sum.saturating_add(*amount))
    }
}

fn index_of<'a>(name: &'a str, at: &mut BTreeMap<&'a str, usize>, names: &mut Vec<&'a str>) -> usize {
    *at.entry(name).or_insert_with(|| {
        names.push(name);
        names.len() - 1
    })
}

fn sum_cell(total: i128, asset: &Asset) -> String {
    if total == 0 {
        "<td class=\"n balanced\">0 <span aria-label=\"balanced\">✓</span></td>".to_owned()
    } else {
        format!(
            "<td class=\"n unbalanced\">{} <span aria-label=\"not balanced\">✗</span></td>",
            atoms(total, asset.decimals)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn totals(amounts: &[(&str, &str, i128)]) -> Vec<AccountTotal> {
        let total = |&(account, reason, atoms): &(&str, &str, i128)| AccountTotal {
            asset: 0,
            account: account.into(),
            reason: reason.into(),
            atoms,
        };
        amounts.iter().map(total).collect()
    }

    const CREDIT: u8 = 2;

    fn markup(amounts: &[(&str, &str, i128)]) -> String {
        let asset = Asset { name: "CREDIT".into(), decimals: CREDIT };
        Table::of(0, &totals(amounts)).unwrap().markup(&asset)
    }

    #[test]
    fn balanced_books_show_zero() {
        let shown =
            markup(&[("issuer", "grant", -500), ("agents", "grant", 500), ("agents", "fee", -1), ("fees", "fee", 1)]);
        assert!(!shown.contains("unbalanced"));
        assert_eq!(shown.matches("class=\"n balanced\"").count(), 3);
        assert!(shown.contains("<td class=\"n balance\">4.99</td>"), "{shown}");
    }

    #[test]
    fn one_missing_atom_shows() {
        let shown = markup(&[("issuer", "grant", -500), ("agents", "grant", 499)]);
        assert_eq!(shown.matches("class=\"n unbalanced\">−0.01 ").count(), 2);
    }

    #[test]
    fn accounts_beyond_the_last_row_still_count() {
        let names: Vec<String> = (0..300).map(|account| format!("agent {account}")).collect();
        let mut amounts: Vec<(&str, &str, i128)> = names.iter().map(|name| (name.as_str(), "grant", 1)).collect();
        amounts.push(("issuer", "grant", -300));
        let shown = markup(&amounts);
        assert!(shown.contains("101 more accounts") && !shown.contains("unbalanced"));
    }
}
