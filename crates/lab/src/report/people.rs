//! The agents: how wealth is spread over them and how their cohorts fared.

use walras_catalog::words::in_words;
use walras_measures::quantile::quantiles;
use walras_record::table::{AgentColumns, Columns as _};
use walras_record::{Manifest, Run};
use walras_report::data::{Cohort, Histogram, Wealth, WealthQuantiles, WealthSnapshot};
use walras_scenario::Loaded;

use super::spread::Weighted;
use crate::error::RunError;
use crate::schedule::Schedule;
use crate::summary::{Summary, WealthFigures};

/// Looks at the agents that a report shows at most.
const LOOKS_MAX: usize = 250;

/// What looks at the agents found, look by look.
#[derive(Debug, Default)]
pub(super) struct Looks {
    gini: Vec<(u64, f64)>,
    top_10_percent: Vec<(u64, f64)>,
    /// Quantiles of wealth by cohort.
    fans: Vec<Vec<WealthQuantiles>>,
}

/// Reads some of the looks at the agents, evenly spaced, the first and the last among them.
pub(super) fn looks(run: &mut Run, loaded: &Loaded) -> Result<Looks, RunError> {
    let schedule = Schedule::of(&loaded.scenario)?;
    let sizes: Vec<u64> = run.manifest.cohorts.iter().map(|cohort| cohort.size).collect();
    let mut found = Looks { fans: vec![Vec::new(); sizes.len()], ..Looks::default() };
    let done = run.manifest.final_step as u32;
    let mut steps: Vec<u32> = (0..done).step_by(schedule.agents_every as usize).collect();
    if done == schedule.steps && !steps.contains(&(done - 1)) {
        steps.push(done - 1);
    }
    let stride = steps.len().div_ceil(LOOKS_MAX).max(1);
    let last = steps.last().copied();
    let mut steps: Vec<u32> = steps.into_iter().step_by(stride).collect();
    if let Some(last) = last.filter(|last| !steps.contains(last)) {
        steps.push(last);
    }
    let mut reader = run.table::<AgentColumns>()?.at_steps(&steps);
    let mut columns = AgentColumns::new(&run.manifest.names());
    // Rows are in order of step, so a look is whole once a later one has begun.
    while reader.append_next(&mut columns)? {
        if let Some(&newest) = columns.step.last() {
            let whole = columns.step.partition_point(|&step| step < newest);
            columns = found.take(&columns, whole, &sizes, &run.manifest);
        }
    }
    let rest = columns.len();
    found.take(&columns, rest, &sizes, &run.manifest);
    Ok(found)
}

impl Looks {
    /// Takes the first `rows` rows, which are whole looks; gives back the others.
    fn take(&mut self, columns: &AgentColumns, rows: usize, sizes: &[u64], manifest: &Manifest) -> AgentColumns {
        let mut first = 0;
        while first < rows {
            let step = columns.step[first];
            let end = first + columns.step[first..rows].partition_point(|&other| other == step);
            self.look(u64::from(step) + 1, &columns.cohort.ids()[first..end], &columns.wealth[first..end], sizes);
            first = end;
        }
        let mut left = AgentColumns::new(&manifest.names());
        // Only what a look reads needs to be kept.
        left.step.extend_from_slice(&columns.step[rows..]);
        left.wealth.extend_from_slice(&columns.wealth[rows..]);
        for &cohort in &columns.cohort.ids()[rows..] {
            left.cohort.push(cohort);
        }
        left
    }

    fn look(&mut self, step: u64, cohorts: &[u32], wealth: &[f64], sizes: &[u64]) {
        let mut of_cohort: Vec<Vec<f64>> = vec![Vec::new(); sizes.len()];
        for (&cohort, &wealth) in cohorts.iter().zip(wealth) {
            if let Some(of_cohort) = of_cohort.get_mut(cohort as usize) {
                of_cohort.push(wealth);
            }
        }
        let mut all = Vec::with_capacity(wealth.len());
        for ((of_cohort, &size), fan) in of_cohort.iter().zip(sizes).zip(&mut self.fans) {
            let each = size as f64 / of_cohort.len().max(1) as f64;
            all.extend(of_cohort.iter().map(|&wealth| (wealth, each)));
            if let Some(&[p05, p25, p50, p75, p95]) = quantiles(of_cohort, &[0.05, 0.25, 0.5, 0.75, 0.95]).as_deref() {
                fan.push(WealthQuantiles { step, p05, p25, p50, p75, p95 });
            }
        }
        let spread = Weighted::new(all);
        self.gini.extend(spread.gini().map(|gini| (step, gini)));
        self.top_10_percent.extend(spread.top_share(0.1).map(|share| (step, share)));
    }
}

/// How wealth was spread: over all agents at the start and at the end, over the sampled ones between.
pub(super) fn wealth(summary: &Summary, looks: &Looks, steps: u64) -> Wealth {
    let histogram = &summary.wealth.histogram;
    let snapshot = |step: u64, figures: &WealthFigures, counts: &[u64]| {
        let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
        WealthSnapshot {
            step,
            lorenz: WealthFigures::lorenz_points().into_iter().zip(figures.lorenz.iter().copied()).collect(),
            histogram: Histogram { edges: histogram.edges.clone(), counts: counts.to_vec(), logarithmic: true },
            gini: known(figures.gini),
            top_1_percent: known(figures.top_1_percent),
            top_10_percent: known(figures.top_10_percent),
            mean: known(figures.mean),
            median: known(figures.median),
        }
    };
    Wealth {
        unit: summary.wealth.unit.clone(),
        start: snapshot(0, &summary.wealth.start, &histogram.start),
        end: snapshot(steps, &summary.wealth.end, &histogram.end),
        gini: from_start(summary.wealth.start.gini, &looks.gini),
        top_10_percent: from_start(summary.wealth.start.top_10_percent, &looks.top_10_percent),
    }
}

/// What was found in looks, after what is known of the start.
fn from_start(start: Option<f64>, looks: &[(u64, f64)]) -> Vec<(u64, f64)> {
    start.map(|start| (0, start)).into_iter().chain(looks.iter().copied()).collect()
}

/// The cohorts of the manifest, with how they fared where that is known.
pub(super) fn cohorts(manifest: &Manifest, summary: Option<&Summary>, looks: Looks) -> Vec<Cohort> {
    let mut fans = looks.fans.into_iter();
    let entry = |(index, entry): (usize, &walras_record::manifest::CohortEntry)| {
        let fared = summary.and_then(|summary| summary.cohorts.get(index));
        let known = |value: Option<f64>| value.unwrap_or(f64::NAN);
        Cohort {
            name: entry.name.clone(),
            policy: in_words(&entry.policy),
            objective: in_words(&entry.objective),
            size: entry.size,
            only_requests: fared.is_some_and(|fared| fared.only_requests),
            wealth_start: known(fared.map(|fared| fared.wealth_start)),
            wealth_end: known(fared.map(|fared| fared.wealth_end)),
            wealth_mean: known(fared.and_then(|fared| fared.wealth_mean)),
            profit: known(fared.and_then(|fared| fared.profit)),
            utility: fared.and_then(|fared| fared.utility),
            sharpe: fared.and_then(|fared| fared.sharpe),
            regret: fared.and_then(|fared| fared.regret),
            fan: fans.next().unwrap_or_default(),
        }
    };
    manifest.cohorts.iter().enumerate().map(entry).collect()
}
