//! What one asset at one resource came to, and what a cohort's requests came to.

use serde::{Deserialize, Serialize};
use walras_agents::request::Backlog;
use walras_engine::World;
use walras_engine::stage::record::ResourceFigures;
use walras_measures::running::{RunningCongestion, RunningMoments, RunningReturns};
use walras_numerics::{StateError, StateVisitor, sum};

use crate::books::visit_wide;

/// One asset at a resource over a whole run. Amounts are in units of the asset, money in numeraire.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResourceSummary {
    /// The resource.
    pub name: String,
    /// The asset it shares.
    pub asset: String,
    /// The rule by which it does, as scenarios name it.
    pub rule: String,
    /// What there was to share, in all steps together. What is left of one step counts in the next again.
    pub capacity: f64,
    /// What was asked for. What is asked for in vain counts again when it is asked for again.
    pub requested: f64,
    /// What was granted.
    pub granted: f64,
    /// What was granted over what there was to share, on average over the steps in which there was any.
    pub utilisation: Option<f64>,
    /// What was granted over what was asked for.
    pub granted_share: Option<f64>,
    /// What agents used of the asset, wherever they had it from.
    pub used: f64,
    /// What of the asset perished or decayed, wherever it was.
    pub decayed: f64,
    /// What perished or decayed over what was provided and not kept: capacity that did nobody any good.
    pub wasted_share: Option<f64>,
    /// Jain's index of the shares of their requests that agents were granted, on average over the steps with requests.
    pub fairness: Option<f64>,
    /// The share of requesters who would rather have had what another was granted, on average over the same steps.
    pub envious: Option<f64>,
    /// The value of what was granted over that of the best grants of as much, on average over the steps in which somebody
    /// asked who puts a worth on it.
    pub efficiency: Option<f64>,
    /// The greatest less the least dominant share of requesters, on average over the steps with requests; `None` where the
    /// resource shares one asset.
    pub dominant_spread: Option<f64>,
    /// What those who may request the asset held of it after a step, on average: what they keep for later.
    pub held_mean: Option<f64>,
    /// The mean price, numeraire per unit; `None` where nothing is charged.
    pub price_mean: Option<f64>,
    /// The price in the last step.
    pub final_price: Option<f64>,
    /// The standard deviation of the price's log returns, per step.
    pub price_volatility: Option<f64>,
    /// The same over the steps in which more was asked for than there was.
    pub congested_volatility: Option<f64>,
    /// What was paid.
    pub revenue: f64,
    /// Requests that were cut to what could be paid.
    pub cut: u64,
}

/// What the summary of one asset at a resource is made of.
#[derive(Debug, Default)]
pub(super) struct RunningResource {
    /// Atoms: capacity, requested, granted, paid, used, decayed; then requests cut.
    totals: Vec<i128>,
    utilisation: RunningMoments,
    fairness: RunningMoments,
    envious: RunningMoments,
    efficiency: RunningMoments,
    dominant_spread: RunningMoments,
    held: RunningMoments,
    prices: RunningMoments,
    returns: RunningReturns,
    congestion: RunningCongestion,
    price: f64,
}

impl RunningResource {
    pub(super) fn new() -> Self {
        Self { totals: vec![0; 7], price: f64::NAN, ..Self::default() }
    }

    pub(super) fn push(&mut self, figures: &ResourceFigures) {
        let ResourceFigures { capacity, requested, granted, paid, used, decayed, cut, .. } = *figures;
        let more = [i128::from(capacity), requested, granted, paid, used, decayed, i128::from(cut)];
        self.totals.iter_mut().zip(more).for_each(|(total, more)| *total += more);
        if capacity > 0 {
            self.utilisation.push(granted as f64 / capacity as f64);
        }
        figures.fairness.into_iter().for_each(|it| self.fairness.push(it));
        figures.envious.into_iter().for_each(|it| self.envious.push(it));
        figures.efficiency.into_iter().for_each(|it| self.efficiency.push(it));
        figures.dominant_spread.into_iter().for_each(|it| self.dominant_spread.push(it));
        self.held.push(figures.held as f64);
        if let Some(price) = figures.price {
            self.prices.push(price);
            self.returns.push(price);
            self.congestion.push(price, requested > i128::from(capacity));
            self.price = price;
        }
    }

    pub(super) fn summary(&self, world: &World, resource: usize, supply: usize) -> ResourceSummary {
        let source = &world.resources[resource];
        let asset = &world.assets[source.supplies[supply].asset.index()];
        let units = |atoms: i128| atoms as f64 / asset.scale;
        let [capacity, requested, granted, paid, used, decayed, cut] = self.totals[..] else { unreachable!("seven") };
        let share = |part: i128, whole: i128| (whole > 0).then(|| part as f64 / whole as f64);
        ResourceSummary {
            name: source.name.clone(),
            asset: asset.name.clone(),
            rule: source.rule.name().to_owned(),
            capacity: units(capacity),
            requested: units(requested),
            granted: units(granted),
            utilisation: self.utilisation.mean(),
            granted_share: share(granted, requested),
            used: units(used),
            decayed: units(decayed),
            wasted_share: share(decayed, used + decayed),
            fairness: self.fairness.mean(),
            envious: self.envious.mean(),
            efficiency: self.efficiency.mean(),
            dominant_spread: self.dominant_spread.mean(),
            held_mean: self.held.mean().map(|atoms| atoms / asset.scale),
            price_mean: self.prices.mean(),
            final_price: self.price.is_finite().then_some(self.price),
            price_volatility: self.returns.log_return_volatility(),
            congested_volatility: self.congestion.volatility(),
            revenue: paid as f64 / world.assets[0].scale,
            cut: cut as u64,
        }
    }

    pub(super) fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visit_wide(&format!("{name} totals"), &mut self.totals, visitor)?;
        self.utilisation.visit_state(&format!("{name} utilisation"), visitor)?;
        self.fairness.visit_state(&format!("{name} fairness"), visitor)?;
        self.envious.visit_state(&format!("{name} envious"), visitor)?;
        self.efficiency.visit_state(&format!("{name} efficiency"), visitor)?;
        self.dominant_spread.visit_state(&format!("{name} dominant spread"), visitor)?;
        self.held.visit_state(&format!("{name} held"), visitor)?;
        self.prices.visit_state(&format!("{name} prices"), visitor)?;
        self.returns.visit_state(&format!("{name} returns"), visitor)?;
        self.congestion.visit_state(&format!("{name} congestion"), visitor)?;
        visitor.f64(&format!("{name} price"), &mut self.price)
    }
}

/// What a cohort's requests came to over a whole run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DemandSummary {
    /// What an agent got from what it used, on average.
    pub utility: f64,
    /// What its jobs came to, where it has any.
    pub jobs: Option<JobsSummary>,
}

/// What a cohort's jobs came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JobsSummary {
    /// Jobs that arrived.
    pub arrived: u64,
    /// Jobs that were finished.
    pub finished: u64,
    /// Jobs left at the end.
    pub waiting: u64,
    /// Of the jobs whose deadline could be kept or was missed, the share that was finished by it.
    pub in_time_share: Option<f64>,
    /// Steps from a job's arrival to the end of the step in which it was finished, on average.
    pub mean_wait: Option<f64>,
}

impl DemandSummary {
    /// What the requests of cohort number `cohort` came to so far.
    pub(super) fn of(world: &World, cohort: usize) -> Option<Self> {
        let asker = world.cohorts[cohort].demand.as_ref()?;
        let jobs = asker.backlog().map(|Backlog { arrived, waiting, finished, in_time, late, waited }| JobsSummary {
            arrived: arrived as u64,
            finished: finished as u64,
            waiting: waiting as u64,
            in_time_share: (in_time + late > 0.0).then(|| in_time / (in_time + late)),
            mean_wait: (finished > 0.0).then(|| waited / finished),
        });
        Some(Self { utility: sum::mean(&asker.utility), jobs })
    }
}
