//! How a run or a resumed run ended, shown.

use serde_json::json;
use walras_lab::summary::{CohortSummary, KeyNumber, KeyValue};
use walras_lab::{Outcome, Status};
use walras_report::number::{count, duration, people, percent, short};

use crate::failure::{Exit, Failure};
use crate::layout::{Align, pairs, table};
use crate::terminal::Terminal;

/// Shows how it ended: for programs everything, for people what they want first.
///
/// # Errors
/// When nobody takes it.
pub(super) fn show(outcome: &Outcome, quiet: bool, terminal: &mut Terminal) -> Result<Exit, Failure> {
    let exit = match outcome.status {
        Status::Complete => Exit::Success,
        Status::Interrupted => Exit::Interrupted,
    };
    if terminal.json {
        terminal.object(&json!({
            "run": outcome.dir,
            "status": if exit == Exit::Success { "complete" } else { "interrupted" },
            "steps": outcome.steps,
            "final_hash": outcome.final_hash,
            "wall_s": outcome.wall_s,
            "agent_steps_per_s": outcome.agent_steps_per_s,
            "summary": serde_json::to_value(&outcome.summary).unwrap_or_default(),
            "report": outcome.report,
        }))?;
    } else if exit == Exit::Interrupted {
        stopped(outcome, terminal)?;
    } else if !quiet {
        summary(outcome, terminal)?;
    }
    Ok(exit)
}

/// What a person needs to go on; shown even when quiet, because nothing else says it.
fn stopped(outcome: &Outcome, terminal: &mut Terminal) -> Result<(), Failure> {
    let dir = outcome.dir.display();
    let text = format!(
        "Stopped after step {}, and saved. Go on with\n\n  {}\n",
        count(u64::from(outcome.steps)),
        terminal.name(&format!("walras resume {dir}"))
    );
    terminal.write(&text)
}

fn summary(outcome: &Outcome, terminal: &mut Terminal) -> Result<(), Failure> {
    let speed = format!(
        "{} steps in {}, {} agent-steps/s",
        count(u64::from(outcome.steps)),
        duration(outcome.wall_s),
        short(outcome.agent_steps_per_s, 3)
    );
    let heading = format!("{}  {}\n\n", terminal.strong("Done"), terminal.faint(&speed));
    terminal.write(&heading)?;
    let numbers = outcome.summary.key_numbers();
    let rows: Vec<Vec<String>> = numbers.iter().map(|number| key_row(number, terminal)).collect();
    terminal.write(&table(&rows, &[Align::Left, Align::Right, Align::Left], 2))?;
    terminal.write(&format!("\n{}\n", cohorts(&outcome.summary.cohorts, &outcome.summary.wealth.unit, terminal)))?;
    let mut files = vec![("State", terminal.faint(&outcome.final_hash)), ("Run", outcome.dir.display().to_string())];
    if let Some(report) = &outcome.report {
        files.push(("Report", terminal.strong(&report.display().to_string())));
    }
    terminal.write(&pairs(&files, 2))
}

fn key_row(number: &KeyNumber, terminal: &Terminal) -> Vec<String> {
    let value = match &number.value {
        KeyValue::Number(value) => people(*value),
        KeyValue::Fraction(fraction) => percent(*fraction),
        KeyValue::Text(text) => text.clone(),
    };
    vec![number.label.clone(), terminal.strong(&value), number.unit.clone()]
}

/// A row for each cohort: who did how well. Money is the mean of its agents.
fn cohorts(cohorts: &[CohortSummary], unit: &str, terminal: &Terminal) -> String {
    let heads = ["cohort", "policy", "agents", &format!("wealth, {unit}"), "profit", "Sharpe ratio"];
    let mut rows = vec![heads.map(|head| terminal.faint(head)).to_vec()];
    let or_dash = |value: Option<f64>, digits| value.map_or_else(|| "–".to_owned(), |value| short(value, digits));
    rows.extend(cohorts.iter().map(|cohort| {
        vec![
            cohort.name.clone(),
            cohort.policy.clone(),
            count(cohort.size),
            people(cohort.wealth_end),
            or_dash(cohort.profit, 5),
            or_dash(cohort.sharpe, 3),
        ]
    }));
    table(&rows, &[Align::Left, Align::Left, Align::Right, Align::Right, Align::Right, Align::Right], 2)
}
