//! What resources shared, and what those who asked for it came to.

/// One asset at one resource: how much there was, who asked, who got.
///
/// What is not known, and a price where nothing is charged, is NaN.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Name of the resource in the scenario.
    pub name: String,
    /// Index of the asset that it shares.
    pub asset: usize,
    /// Rule by which it does, for instance `max min`.
    pub rule: String,
    /// What was granted over what there was, on average over the steps.
    pub utilisation: f64,
    /// What was granted over what was asked for, over the whole run.
    pub granted_share: f64,
    /// What of the asset perished or decayed over that and what was used.
    pub wasted_share: f64,
    /// Jain's index of the shares of their requests that agents were granted, on average over the steps.
    pub fairness: f64,
    /// Share of requesters who would rather have had what another was granted, on average over the steps.
    pub envious: f64,
    /// Mean price, in numeraire per unit of the asset.
    pub price_mean: f64,
    /// What was paid over the run, in numeraire.
    pub revenue: f64,
    /// What happened, step by step.
    pub series: ResourceSeries,
}

/// Columns over the recorded steps of one asset at one resource; each as long as `step`.
#[derive(Clone, Debug, Default)]
pub struct ResourceSeries {
    /// Steps done, strictly increasing.
    pub step: Vec<u64>,
    /// What there was to share, in units of the asset.
    pub capacity: Vec<f64>,
    /// What was asked for.
    pub requested: Vec<f64>,
    /// What was granted.
    pub granted: Vec<f64>,
    /// What agents used of the asset, wherever they had it from.
    pub used: Vec<f64>,
    /// What of the asset perished or decayed, wherever it was.
    pub decayed: Vec<f64>,
    /// The price, in numeraire per unit of the asset; NaN where nothing is charged.
    pub price: Vec<f64>,
    /// Jain's index of the shares of their requests that agents were granted; NaN where nobody asked.
    pub fairness: Vec<f64>,
    /// Share of requesters who would rather have had what another was granted; NaN where nobody asked.
    pub envious: Vec<f64>,
}

/// What one cohort's requests came to.
#[derive(Clone, Debug, Default)]
pub struct Demand {
    /// Name of the cohort in the scenario.
    pub cohort: String,
    /// Number of its agents.
    pub agents: u64,
    /// What an agent got from what it used, on average over the agents; NaN where unknown.
    pub utility: f64,
    /// What an agent paid for what it was granted, on average, in numeraire; NaN where unknown.
    pub paid: f64,
    /// What its jobs came to, where it has jobs.
    pub jobs: Option<Jobs>,
    /// What happened, step by step.
    pub series: DemandSeries,
}

/// What a cohort's jobs came to by the end of a run.
#[derive(Clone, Debug, Default)]
pub struct Jobs {
    /// Jobs that arrived.
    pub arrived: u64,
    /// Jobs that were finished.
    pub finished: u64,
    /// Jobs left at the end.
    pub waiting: u64,
    /// Of the jobs whose deadline was kept or missed, the share that was finished by it; NaN without deadlines.
    pub in_time_share: f64,
    /// Steps from a job's arrival to the end of the step in which it was finished, on average; NaN without any.
    pub mean_wait: f64,
}

/// Columns over the recorded steps of one cohort; each as long as `step`. Those of jobs are NaN without jobs.
#[derive(Clone, Debug, Default)]
pub struct DemandSeries {
    /// Steps done, strictly increasing.
    pub step: Vec<u64>,
    /// What an agent got from what it used in the step, on average over the agents.
    pub utility: Vec<f64>,
    /// Jobs that are not finished and not given up.
    pub waiting: Vec<f64>,
    /// Jobs finished in the step.
    pub finished: Vec<f64>,
    /// Jobs finished or given up after their deadline in the step.
    pub late: Vec<f64>,
}
