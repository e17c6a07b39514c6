//! What contracts paid for what was contributed.

use std::fmt::Write;

use super::Section;
use super::escape::text;
use super::plot::{Plot, grid};
use super::resource::{LINES_MAX, STROKES};
use super::series::{BUCKETS_MAX, BUCKETS_MIN, Column, Kind, NUMBERS_ON_PAGE, Place, Source};
use crate::data::{Contract, ContractSeries, ReportData};
use crate::number::{count, people, percent};

/// The section, where there are contracts.
pub(crate) fn section(data: &ReportData) -> Vec<Section> {
    let Some(first) = data.contracts.first() else { return Vec::new() };
    let shown = &data.contracts[..data.contracts.len().min(LINES_MAX)];
    let buckets = (NUMBERS_ON_PAGE / (4 * 2 * 4 * shown.len())).clamp(BUCKETS_MIN, BUCKETS_MAX);
    let place = Place { prefix: "contracts", subject: "each contract", step: &first.series.step, buckets };
    type Values = fn(&ContractSeries) -> &Vec<f64>;
    let chart = |id, title, unit, values: Values| {
        let columns: Vec<Column> = shown
            .iter()
            .enumerate()
            .map(|(at, contract)| {
                (contract.name.as_str(), at + 1, STROKES[at % STROKES.len()], values(&contract.series).as_slice())
            })
            .collect();
        place.thinned(&Source { id, title, unit, kind: Kind::Level, columns: &columns })
    };
    let promotes = first.series.aware.iter().any(|aware| aware.is_finite());
    let plots: Vec<Plot> = [
        chart("paid", "Paid since the beginning", "units of the asset", |series| &series.paid),
        chart("escrow", "Held in escrow", "units of the asset", |series| &series.escrow),
        chart("contribution", "Contributed since the beginning", "units", |series| &series.contribution),
        promotes.then(|| chart("aware", "Who knows of the markets", "share", |series| &series.aware)).flatten(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut body = table(data);
    if data.contracts.len() > shown.len() {
        let (few, all) = (shown.len(), data.contracts.len());
        let _ = writeln!(body, "<p class=\"sub\">The first {few} sections of {all} are drawn.</p>");
    }
    body.push_str(&grid(&plots));
    vec![Section { id: "contracts".into(), heading: "What contracts paid".into(), body, plots }]
}

/// A row for each section of contracts.
fn table(data: &ReportData) -> String {
    let cell = |value: f64, shown: String| {
        let key = if value.is_nan() { String::new() } else { format!(" data-key=\"{value:e}\"") };
        format!("<td class=\"n\"{key}>{shown}</td>")
    };
    let mut rows = String::new();
    for contract in &data.contracts {
        let Contract { name, state, contribution, unit, .. } = contract;
        let _ = write!(
            rows,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}, {}</td>",
            text(name),
            text(state),
            text(contribution),
            text(unit)
        );
        for amount in [contract.funded, contract.paid, contract.refunded, contract.clawed_back, contract.contributed] {
            rows.push_str(&cell(amount, people(amount)));
        }
        rows.push_str(&cell(contract.cost_per_verified, people(contract.cost_per_verified)));
        rows.push_str(&cell(contract.manufactured_share, percent(contract.manufactured_share)));
        rows.push_str(&cell(contract.affiliates_paid as f64, count(contract.affiliates_paid)));
        rows.push_str(&cell(contract.payout_gini, people(contract.payout_gini)));
        rows.push_str("</tr>\n");
    }
    let numbers = [
        "Funded",
        "Paid",
        "Refunded",
        "Taken back",
        "Contributed",
        "Paid for a genuine unit",
        "Earned by own making",
        "Affiliates paid",
        "Gini of payouts",
    ];
    let headings: String =
        numbers.iter().map(|heading| format!("<th scope=\"col\" class=\"n\">{heading}</th>")).collect();
    format!(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What contracts paid\"><table class=\"sortable\">\
         <caption><span>What the contracts of each section came to over the run, in units of the asset they pay. Genuine is \
         what affiliates did not make themselves, alone or with accomplices: known here, and not to the contract.\
         </span></caption><thead><tr><th scope=\"col\">Contract</th><th scope=\"col\">State</th>\
         <th scope=\"col\">Measures</th>{headings}</tr></thead><tbody>\n{rows}</tbody></table></div>\n",
    )
}
