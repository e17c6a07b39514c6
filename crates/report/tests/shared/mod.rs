//! A made-up economy without markets: resources shared among two cohorts.

use walras_report::data::*;

/// `sites` places that share COMPUTE at a price, of which the first fails for a while, and one that shares STORAGE freely
/// among requests that are many times what there is.
pub(crate) fn resource_economy(steps: u64, sites: usize) -> ReportData {
    let asset = |name: &str| Asset { name: name.into(), decimals: 3 };
    let mut resources: Vec<Resource> = (0..sites).map(|site| compute(steps, site)).collect();
    resources.push(storage(steps));
    let cohort = |name: &str, size| Cohort { name: name.into(), size, only_requests: true, ..Cohort::default() };
    ReportData {
        title: "Shared sites".into(),
        seed: 1,
        steps,
        version: "0.1.0".into(),
        assets: ["USD", "COMPUTE", "STORAGE"].map(asset).to_vec(),
        resources,
        demand: vec![demand(steps, "day", None), demand(steps, "batch", Some(40.0))],
        cohorts: vec![cohort("day", 300), cohort("batch", 100)],
        ..ReportData::default()
    }
}

fn compute(steps: u64, site: usize) -> Resource {
    let mut series = ResourceSeries::default();
    let size = 100.0 * (site + 1) as f64;
    for step in 1..=steps {
        let failed = site == 0 && step > steps / 2 && step < steps * 2 / 3;
        let capacity = if failed { 0.0 } else { size };
        let requested = size * (0.8 + 0.4 * ((step % 24) as f64 / 24.0));
        push(&mut series, step, [capacity, requested, requested.min(capacity)], 0.3 + 0.1 * site as f64);
    }
    Resource { revenue: 1234.0, price_mean: 0.3 + 0.1 * site as f64, ..resource(&format!("site {site}"), 1, series) }
}

fn storage(steps: u64) -> Resource {
    let mut series = ResourceSeries::default();
    for step in 1..=steps {
        push(&mut series, step, [50.0, 50.0 * step as f64, 50.0], f64::NAN);
    }
    resource("vault", 2, series)
}

fn push(series: &mut ResourceSeries, step: u64, [capacity, requested, granted]: [f64; 3], price: f64) {
    series.step.push(step);
    series.capacity.push(capacity);
    series.requested.push(requested);
    series.granted.push(granted);
    series.used.push(granted);
    series.decayed.push(capacity - granted);
    series.price.push(price);
    series.fairness.push(if step.is_multiple_of(7) { f64::NAN } else { 0.9 });
    series.envious.push(0.1);
}

fn resource(name: &str, asset: usize, series: ResourceSeries) -> Resource {
    Resource {
        name: name.into(),
        asset,
        rule: "max min".into(),
        utilisation: 0.875,
        granted_share: 0.5,
        wasted_share: 0.125,
        fairness: 0.9,
        envious: 0.1,
        price_mean: f64::NAN,
        revenue: 0.0,
        series,
    }
}

fn demand(steps: u64, cohort: &str, waiting: Option<f64>) -> Demand {
    let mut series = DemandSeries::default();
    for step in 1..=steps {
        series.step.push(step);
        series.utility.push(0.5 * step as f64);
        series.waiting.push(waiting.unwrap_or(f64::NAN));
        series.finished.push(waiting.map_or(f64::NAN, |_| 2.0));
        series.late.push(waiting.map_or(f64::NAN, |_| (step % 2) as f64));
    }
    let jobs = waiting.map(|_| Jobs { arrived: 500, finished: 460, waiting: 40, in_time_share: 0.75, mean_wait: 6.5 });
    Demand {
        cohort: cohort.into(),
        agents: 100,
        utility: 0.5 * steps as f64,
        paid: 12.5,
        fares: f64::NAN,
        jobs,
        series,
    }
}
