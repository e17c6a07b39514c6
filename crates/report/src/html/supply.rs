//! Where each asset's supply came from and what became of it, exact, with the sum that must be the supply at the end.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use crate::data::{ReportData, Supply};
use crate::number::atoms;

/// The section, where supplies are known.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let of = |supply: &Supply| data.assets.get(supply.asset).map(|asset| table(supply, &asset.name, asset.decimals));
    let tables: String = data.supplies.iter().filter_map(of).collect();
    if tables.is_empty() {
        return Vec::new();
    }
    let intro = "<p class=\"sub\">What raised and lowered the amount of each asset that is out over the whole run, exact \
                 to the last atom. Minted and burned is what markets sold and took back that issue what they sell.</p>\n";
    vec![Section {
        id: "supply".into(),
        heading: "What became of each supply".into(),
        body: format!("{intro}{tables}"),
        plots: Vec::new(),
    }]
}

fn table(supply: &Supply, name: &str, decimals: u8) -> String {
    let mut rows = String::new();
    let mut row = |what: &str, amount: i128| {
        let amount = atoms(amount, decimals);
        let _ = writeln!(rows, "<tr><th scope=\"row\">{}</th><td class=\"n\">{amount}</td></tr>", text(what));
    };
    row("before the first step", supply.opening);
    let mut sum = supply.opening;
    for (reason, amount) in &supply.flows {
        row(reason, *amount);
        sum = sum.saturating_add(*amount);
    }
    row("at the end", supply.closing);
    let difference = supply.closing.saturating_sub(sum);
    let checked = if difference == 0 {
        "<td class=\"n balanced\">0 <span aria-label=\"balanced\">✓</span></td>".to_owned()
    } else {
        let difference = atoms(difference, decimals);
        format!("<td class=\"n unbalanced\">{difference} <span aria-label=\"not balanced\">✗</span></td>")
    };
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Supply of {name}\">\
         <table class=\"ledger\"><caption><span>{name} <i class=\"unit\">{decimals} decimals</i></span></caption>\
         <tbody>\n{rows}</tbody><tfoot><tr><th scope=\"row\">Unexplained</th>{checked}</tr></tfoot></table></div>\n",
        name = text(name),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(closing: i128) -> String {
        let flows = vec![("minted".to_owned(), 500), ("burned".to_owned(), -120)];
        table(&Supply { asset: 0, opening: 1000, flows, closing }, "TOKEN", 2)
    }

    #[test]
    fn flows_add_up_to_the_supply_at_the_end() {
        let table = shown(1380);
        assert!(table.contains(">13.80<") && table.contains(">−1.20<") && !table.contains("unbalanced"), "{table}");
        assert!(shown(1381).contains("<td class=\"n unbalanced\">0.01 "), "{}", shown(1381));
    }
}
