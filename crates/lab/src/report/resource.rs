//! What resources shared and what cohorts' requests came to.

use std::collections::BTreeMap;

use walras_catalog::words::in_words;
use walras_ledger::Reason;
use walras_numerics::elementary::pow10;
use walras_record::Run;
use walras_record::table::{Columns as _, DemandColumns, ResourceColumns};
use walras_report::data::{AccountTotal, Demand, DemandSeries, Jobs, Resource, ResourceSeries};

use crate::error::RunError;
use crate::summary::{CohortSummary, DemandSummary, JobsSummary, ResourceSummary, Summary};

/// Rows of a table that are held in memory at once; of a longer run every so-many-th step is shown.
const ROWS_MAX: u64 = 4_000_000;

/// Every asset of every resource, in the scenario's order.
pub(super) fn resources(run: &Run, summary: Option<&Summary>) -> Result<Vec<Resource>, RunError> {
    let asset = |name: &str| run.manifest.assets.iter().position(|asset| asset.name == name).unwrap_or(0);
    let declared = run.manifest.resources.iter().enumerate();
    let each = declared.flat_map(|(number, it)| it.assets.iter().map(move |asset| (number, it, asset)));
    let mut found: Vec<Resource> = Vec::new();
    let mut places: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for (number, entry, name) in each {
        let figures = summary.and_then(|it| it.resources.get(found.len()));
        places.insert((number as u32, asset(name) as u32), found.len());
        found.push(resource(&entry.name, asset(name), &entry.rule, figures));
    }
    if found.is_empty() {
        return Ok(found);
    }
    let scales: Vec<f64> = run.manifest.assets.iter().map(|asset| pow10(asset.decimals)).collect();
    let chosen = Chosen::of(run, found.len());
    for columns in run.table::<ResourceColumns>()? {
        let columns = columns?;
        for row in (0..columns.len()).filter(|&row| chosen.takes(columns.step[row])) {
            let key = (columns.resource.ids()[row], columns.asset.ids()[row]);
            if let Some(&at) = places.get(&key) {
                push(&mut found[at].series, &columns, row, scales[key.1 as usize]);
            }
        }
    }
    Ok(found)
}

fn resource(name: &str, asset: usize, rule: &str, figures: Option<&ResourceSummary>) -> Resource {
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    Resource {
        name: name.to_owned(),
        asset,
        rule: in_words(rule),
        utilisation: known(figures.and_then(|it| it.utilisation)),
        granted_share: known(figures.and_then(|it| it.granted_share)),
        wasted_share: known(figures.and_then(|it| it.wasted_share)),
        fairness: known(figures.and_then(|it| it.fairness)),
        envious: known(figures.and_then(|it| it.envious)),
        price_mean: known(figures.and_then(|it| it.price_mean)),
        revenue: known(figures.map(|it| it.revenue)),
        series: ResourceSeries::default(),
    }
}

fn push(series: &mut ResourceSeries, columns: &ResourceColumns, row: usize, scale: f64) {
    series.step.push(u64::from(columns.step[row]) + 1);
    for (column, atoms) in [
        (&mut series.capacity, &columns.capacity),
        (&mut series.requested, &columns.requested),
        (&mut series.granted, &columns.granted),
        (&mut series.used, &columns.used),
        (&mut series.decayed, &columns.decayed),
    ] {
        column.push(atoms[row] as f64 / scale);
    }
    series.price.push(columns.price.0[row]);
    series.fairness.push(columns.fairness.0[row]);
    series.envious.push(columns.envious.0[row]);
}

/// Every cohort that makes requests, in the scenario's order.
pub(super) fn demand(run: &Run, summary: Option<&Summary>, accounts: &[AccountTotal]) -> Result<Vec<Demand>, RunError> {
    let cohorts = summary.map_or(&[][..], |summary| &summary.cohorts);
    let asking = || cohorts.iter().enumerate().filter_map(|(at, it)| Some((at, it, it.demand.as_ref()?)));
    let money = run.manifest.assets.first().map_or(1.0, |asset| pow10(asset.decimals));
    let mut found: Vec<Demand> =
        asking().map(|(_, cohort, demand)| of_cohort(cohort, demand, accounts, money)).collect();
    if found.is_empty() {
        return Ok(found);
    }
    let mut before = vec![[0.0; 2]; found.len()];
    let places: BTreeMap<u32, usize> = asking().enumerate().map(|(at, (cohort, ..))| (cohort as u32, at)).collect();
    let chosen = Chosen::of(run, found.len());
    for columns in run.table::<DemandColumns>()? {
        let columns = columns?;
        for row in (0..columns.len()).filter(|&row| chosen.takes(columns.step[row])) {
            let Some(&at) = places.get(&columns.cohort.ids()[row]) else { continue };
            let now = [columns.finished.0[row], columns.late.0[row]];
            let steps = Chosen::steps_to(columns.step[row], found[at].series.step.last().copied());
            let [finished, late] = std::array::from_fn(|it| (now[it] - before[at][it]) / steps);
            before[at] = now;
            let agents = found[at].agents.max(1) as f64;
            let series = &mut found[at].series;
            series.step.push(u64::from(columns.step[row]) + 1);
            series.utility.push(columns.utility[row] / agents);
            series.waiting.push(columns.waiting.0[row]);
            series.finished.push(finished);
            series.late.push(late);
        }
    }
    Ok(found)
}

fn of_cohort(cohort: &CohortSummary, demand: &DemandSummary, accounts: &[AccountTotal], money: f64) -> Demand {
    let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let jobs = |jobs: &JobsSummary| Jobs {
        arrived: jobs.arrived,
        finished: jobs.finished,
        waiting: jobs.waiting,
        in_time_share: known(jobs.in_time_share),
        mean_wait: known(jobs.mean_wait),
    };
    let paid = |reason| paid(cohort, accounts, reason) / money / cohort.size.max(1) as f64;
    Demand {
        cohort: cohort.name.clone(),
        agents: cohort.size,
        utility: demand.utility,
        paid: paid(Reason::Grant),
        // The fees of one who trades are not those for the way alone.
        fares: if cohort.only_requests { paid(Reason::Fee) } else { f64::NAN },
        jobs: demand.jobs.as_ref().map(jobs),
        series: DemandSeries::default(),
    }
}

/// Atoms of numeraire that a cohort paid, net, for a reason; `NaN` where flows were not recorded.
fn paid(cohort: &CohortSummary, accounts: &[AccountTotal], reason: Reason) -> f64 {
    if accounts.is_empty() {
        return f64::NAN;
    }
    let account = format!("agents: {}", cohort.name);
    let (reason, mut atoms) = (reason.name(), 0);
    for total in accounts {
        if total.asset == 0 && total.account == account && total.reason == reason {
            atoms -= total.atoms;
        }
    }
    atoms as f64
}

/// Which steps of a long run are shown.
pub(super) struct Chosen {
    every: u64,
    last: u64,
}

impl Chosen {
    /// So that a table with this many rows a step keeps within [`ROWS_MAX`].
    pub(super) fn of(run: &Run, rows_a_step: usize) -> Self {
        let rows = run.manifest.final_step.saturating_mul(rows_a_step as u64);
        Self { every: rows.div_ceil(ROWS_MAX).max(1), last: run.manifest.final_step.saturating_sub(1) }
    }

    pub(super) fn takes(&self, step: u32) -> bool {
        u64::from(step).is_multiple_of(self.every) || u64::from(step) == self.last
    }

    /// Steps from the last that was shown, or the beginning, to the end of this one.
    pub(super) fn steps_to(step: u32, before: Option<u64>) -> f64 {
        (u64::from(step) + 1 - before.unwrap_or(0)) as f64
    }
}
