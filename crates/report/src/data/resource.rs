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

impl ResourceSeries {
    /// What was granted of what there was, 0 to 1; NaN where there was nothing.
    #[must_use]
    pub fn utilisation(&self) -> Vec<f64> {
        self.over_capacity(&self.granted)
    }

    /// What was asked for over what there was; NaN where there was nothing.
    #[must_use]
    pub fn pressure(&self) -> Vec<f64> {
        self.over_capacity(&self.requested)
    }

    fn over_capacity(&self, values: &[f64]) -> Vec<f64> {
        let over = |(&value, &capacity): (&f64, &f64)| if capacity > 0.0 { value / capacity } else { f64::NAN };
        values.iter().zip(&self.capacity).map(over).collect()
    }
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
    /// What an agent paid for the way, on average, in numeraire; NaN where unknown.
    pub fares: f64,
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
    /// What an agent got from what it used since the beginning, on average over the agents.
    pub utility: Vec<f64>,
    /// Jobs that are not finished and not given up.
    pub waiting: Vec<f64>,
    /// Jobs finished in the step.
    pub finished: Vec<f64>,
    /// Jobs finished or given up after their deadline in the step.
    pub late: Vec<f64>,
}

impl DemandSeries {
    /// What an agent got in a step, on average over its steps since the row before, or since the beginning.
    #[must_use]
    pub fn utility_per_step(&self) -> Vec<f64> {
        let mut before = (0, 0.0);
        let per_step = |(&step, &utility): (&u64, &f64)| {
            let (first, got) = std::mem::replace(&mut before, (step, utility));
            (utility - got) / step.saturating_sub(first).max(1) as f64
        };
        self.step.iter().zip(&self.utility).map(per_step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{DemandSeries, ResourceSeries};

    #[test]
    fn what_is_over_nothing_is_not_known() {
        let series = ResourceSeries {
            capacity: vec![4.0, 0.0],
            granted: vec![3.0, 0.0],
            requested: vec![6.0, 6.0],
            ..ResourceSeries::default()
        };
        assert_eq!((series.utilisation()[0], series.pressure()[0]), (0.75, 1.5));
        assert!(series.utilisation()[1].is_nan() && series.pressure()[1].is_nan());
    }

    #[test]
    fn utility_of_a_step_is_what_was_added_since_the_row_before() {
        let series = DemandSeries { step: vec![1, 2, 5], utility: vec![2.0, 3.0, 9.0], ..DemandSeries::default() };
        assert_eq!(series.utility_per_step(), [2.0, 1.0, 2.0]);
    }
}
