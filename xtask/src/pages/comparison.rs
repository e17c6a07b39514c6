//! One population under several mechanisms or rules: a table of what real runs came to.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::licences::text;
use crate::project::{Project, output};
use crate::stage::{Doing, Failure, Outcome};

/// What is told of a market: the heading, where it stands in the market's summary, and how it is written.
const FIGURES: [(&str, &str, Form); 7] = [
    ("price at the end", "/final_price", Form::Number(2)),
    ("deviation of returns, a step", "/return_volatility", Form::Share),
    ("largest fall", "/maximum_drawdown", Form::Share),
    ("off the value", "/discovery/relative_error", Form::Share),
    ("effective spread", "/liquidity/effective_spread", Form::Number(3)),
    ("traded", "/volume", Form::Number(0)),
    ("fees", "/fees", Form::Number(0)),
];

/// The same of an asset that a resource shares.
const OF_A_RESOURCE: [(&str, &str, Form); 8] = [
    ("granted of what there was", "/utilisation", Form::Share),
    ("wasted", "/wasted_share", Form::Share),
    ("Jain’s index", "/fairness", Form::Number(2)),
    ("envious", "/envious", Form::Share),
    ("efficiency", "/efficiency", Form::Share),
    ("mean price", "/price_mean", Form::Number(2)),
    ("its deviation of returns", "/price_volatility", Form::Share),
    ("revenue", "/revenue", Form::Number(0)),
];

/// What is told of each cohort that trades, and of each that requests resources: what follows its name, where it stands in
/// the cohort's summary, and how it is written.
const OF_TRADERS: [(&str, &str, Form); 1] = [("", "/profit", Form::Number(1))];
const OF_REQUESTERS: [(&str, &str, Form); 3] = [
    (": in time", "/demand/jobs/in_time_share", Form::Share),
    (": steps waited", "/demand/jobs/mean_wait", Form::Number(1)),
    (": utility", "/demand/utility", Form::Number(0)),
];

#[derive(Clone, Copy)]
enum Form {
    /// With so many decimals.
    Number(usize),
    /// In hundredths.
    Share,
}

/// Runs each scenario of the folder; the figures of its market or resource and, of every cohort, what an agent gained or how
/// its requests fared.
pub(super) fn of_folder(project: &Project, walras: &Path, folder: &str) -> Outcome<String> {
    let mut rows = Vec::new();
    for scenario in project.scenarios(walras, folder)? {
        let name = scenario.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let said = run(project, walras, &scenario)?;
        rows.push((format!("[`{name}`](../{folder}/{name}.toml)"), said["summary"].clone()));
    }
    table(&rows)
}

fn run(project: &Project, walras: &Path, scenario: &Path) -> Outcome<Value> {
    let out = project.empty_scratch("pages/run")?;
    let mut command = Command::new(walras);
    command.arg("run").arg(scenario).arg("--out").arg(&out).args(["--quiet", "--no-report", "--json"]);
    let said = output(command.current_dir(&project.root))?;
    serde_json::from_str(&said).doing(|| format!("reading what the run of {} came to", scenario.display()))
}

/// A row for each summary, which must be of like economies: of one market, or of one resource and none.
fn table(rows: &[(String, Value)]) -> Outcome<String> {
    let Some((_, first)) = rows.first() else { return Err(Failure("there is no scenario to compare".to_owned())) };
    let trades = first["markets"].get(0).is_some();
    let (what, place, figures, of_cohorts) = if trades {
        ("mechanism", "markets", &FIGURES[..], &OF_TRADERS[..])
    } else {
        ("rule", "resources", &OF_A_RESOURCE[..], &OF_REQUESTERS[..])
    };
    let cohorts = |summary: &Value| summary["cohorts"].as_array().cloned().unwrap_or_default();
    let mut headings: Vec<String> = figures.iter().map(|figure| figure.0.to_owned()).collect();
    for cohort in cohorts(first) {
        let name = text(&cohort, "name").replace('_', " ");
        headings.extend(of_cohorts.iter().map(|(follows, ..)| format!("{name}{follows}")));
    }
    let mut table = format!("| {what} | {} |\n|---|{}\n", headings.join(" | "), "--:|".repeat(headings.len()));
    for (name, summary) in rows {
        let it = &summary[place][0];
        let mut cells: Vec<String> = figures.iter().map(|(_, at, form)| written(it.pointer(at), *form)).collect();
        for cohort in cohorts(summary) {
            cells.extend(of_cohorts.iter().map(|(_, at, form)| written(cohort.pointer(at), *form)));
        }
        if cells.len() != headings.len() {
            return Err(Failure(format!("{name} has other cohorts than the first")));
        }
        table += &format!("| {name} | {} |\n", cells.join(" | "));
    }
    Ok(table)
}

/// A number of a summary; a dash where it is undefined.
fn written(value: Option<&Value>, form: Form) -> String {
    let Some(number) = value.and_then(Value::as_f64) else { return "–".to_owned() };
    let written = match form {
        Form::Number(decimals) => format!("{number:.decimals$}"),
        Form::Share => format!("{:.2} %", 100.0 * number),
    };
    // A minus that survives rounding to nothing says nothing; one that stays is a minus, no hyphen.
    if written.trim_start_matches('-').chars().any(|digit| ('1'..='9').contains(&digit)) {
        written.replace('-', "−")
    } else {
        written.trim_start_matches('-').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_tells_the_market_and_each_cohort() {
        let summary = json!({
            "markets": [{
                "final_price": 10.254, "return_volatility": 0.012, "volume": 1234.5, "fees": 3,
                "liquidity": { "effective_spread": 0.5 }, "discovery": { "relative_error": null },
            }],
            "cohorts": [{ "name": "trend_followers", "profit": -3.26 }, { "name": "noise", "profit": -0.01 }],
        });
        let table = table(&[("a".to_owned(), summary)]).unwrap();
        assert!(table.lines().next().unwrap().ends_with("| fees | trend followers | noise |"), "{table}");
        let row = table.lines().nth(2).unwrap();
        assert_eq!(row, "| a | 10.25 | 1.20 % | – | – | 0.500 | 1234 | 3 | −3.3 | 0.0 |");
    }

    #[test]
    fn a_row_tells_the_resource_and_how_requests_fared() {
        let summary = json!({
            "markets": [],
            "resources": [{ "utilisation": 0.5, "wasted_share": 0.125, "fairness": 1.0, "price_mean": null, "revenue": 0.0 }],
            "cohorts": [{ "name": "few", "demand": { "utility": 7.0, "jobs": { "in_time_share": 0.25, "mean_wait": 3.0 } } }],
        });
        let table = table(&[("a".to_owned(), summary)]).unwrap();
        assert!(table.starts_with("| rule | granted of what there was | wasted |"), "{table}");
        assert!(
            table.lines().next().unwrap().ends_with("| few: in time | few: steps waited | few: utility |"),
            "{table}"
        );
        let row = table.lines().nth(2).unwrap();
        assert_eq!(row, "| a | 50.00 % | 12.50 % | 1.00 | – | – | – | – | 0 | 25.00 % | 3.0 | 7 |");
    }

    #[test]
    fn unlike_economies_are_not_compared() {
        let of = |cohorts: Value| json!({ "markets": [{}], "cohorts": cohorts });
        let one = of(json!([{ "name": "a", "profit": 1.0 }]));
        assert!(table(&[("a".to_owned(), one), ("b".to_owned(), of(json!([])))]).is_err());
    }
}
