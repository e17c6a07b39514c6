//! How a run or a resumed run ended, shown.

use serde_json::json;
use walras_lab::summary::{CohortSummary, JobsSummary, KeyNumber, KeyValue, ResourceSummary};
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
    let unit = &outcome.summary.wealth.unit;
    let mut parts = vec![table(&rows, &[Align::Left, Align::Right, Align::Left], 2)];
    if outcome.summary.resources.len() > 1 {
        parts.push(resources(&outcome.summary.resources, unit, terminal));
    }
    let (asking, trading): (Vec<_>, Vec<_>) = outcome.summary.cohorts.iter().partition(|it| it.only_requests);
    parts.push(traders(&trading, unit, terminal));
    parts.push(requesters(&asking, unit, terminal));
    for part in parts.iter().filter(|part| !part.is_empty()) {
        terminal.write(&format!("{part}\n"))?;
    }
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

/// A row for each asset of each resource.
fn resources(resources: &[ResourceSummary], unit: &str, terminal: &Terminal) -> String {
    let charged = resources.iter().any(|resource| resource.price_mean.is_some());
    let mut heads = vec!["resource", "asset", "rule", "utilisation", "granted", "Jain’s index"];
    let (price, revenue) = (format!("mean price, {unit}"), format!("revenue, {unit}"));
    if charged {
        heads.extend([price.as_str(), revenue.as_str()]);
    }
    let mut rows = vec![faint(&heads, terminal)];
    rows.extend(resources.iter().map(|resource| {
        let mut row = vec![resource.name.clone(), resource.asset.clone(), resource.rule.clone()];
        row.extend([share(resource.utilisation), share(resource.granted_share), or_dash(resource.fairness, 3)]);
        if charged {
            let paid = resource.price_mean.map(|_| resource.revenue);
            row.extend([or_dash(resource.price_mean, 4), paid.map_or_else(dash, people)]);
        }
        row
    }));
    table(&rows, &aligned(3, heads.len()), 2)
}

/// A row for each cohort that trades: who did how well. Money is the mean of its agents.
fn traders(cohorts: &[&CohortSummary], unit: &str, terminal: &Terminal) -> String {
    if cohorts.is_empty() {
        return String::new();
    }
    let wealth = format!("wealth, {unit}");
    let heads = ["cohort", "policy", "agents", &wealth, "profit", "Sharpe ratio"];
    let mut rows = vec![faint(&heads, terminal)];
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
    table(&rows, &aligned(2, heads.len()), 2)
}

/// A row for each cohort that only requests resources: what it got. Money and utility are means of its agents.
fn requesters(cohorts: &[&CohortSummary], unit: &str, terminal: &Terminal) -> String {
    if cohorts.is_empty() {
        return String::new();
    }
    let demand = |cohort: &CohortSummary| cohort.demand.clone();
    let jobs = |cohort: &CohortSummary| demand(cohort).and_then(|demand| demand.jobs);
    let any = cohorts.iter().any(|cohort| jobs(cohort).is_some());
    let wealth = format!("wealth, {unit}");
    let mut heads = vec!["cohort", "agents", &wealth, "utility"];
    if any {
        heads.extend(["jobs", "finished", "in time", "mean wait, steps"]);
    }
    let mut rows = vec![faint(&heads, terminal)];
    rows.extend(cohorts.iter().map(|cohort| {
        let utility = demand(cohort).map(|demand| demand.utility);
        let mut row = vec![cohort.name.clone(), count(cohort.size), people(cohort.wealth_end), or_dash(utility, 5)];
        if any {
            row.extend(of_jobs(jobs(cohort).as_ref()));
        }
        row
    }));
    table(&rows, &aligned(1, heads.len()), 2)
}

/// How many jobs arrived, and what part of them was finished, what part in time, after how long.
fn of_jobs(jobs: Option<&JobsSummary>) -> [String; 4] {
    let Some(jobs) = jobs else { return [dash(), dash(), dash(), dash()] };
    let finished = (jobs.arrived > 0).then(|| jobs.finished as f64 / jobs.arrived as f64);
    [count(jobs.arrived), share(finished), share(jobs.in_time_share), or_dash(jobs.mean_wait, 4)]
}

fn faint(heads: &[&str], terminal: &Terminal) -> Vec<String> {
    heads.iter().map(|head| terminal.faint(head)).collect()
}

/// So many columns of names, and the others of numbers.
fn aligned(names: usize, columns: usize) -> Vec<Align> {
    (0..columns).map(|column| if column < names { Align::Left } else { Align::Right }).collect()
}

fn dash() -> String {
    "–".to_owned()
}

fn or_dash(value: Option<f64>, digits: usize) -> String {
    value.map_or_else(dash, |value| short(value, digits))
}

fn share(value: Option<f64>) -> String {
    value.map_or_else(dash, percent)
}
