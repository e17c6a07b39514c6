//! What one cohort came to.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use walras_engine::World;
use walras_measures::performance::{profit_and_loss, regret_against_buy_and_hold};
use walras_measures::running::{RunningExtent, RunningMoments};
use walras_numerics::{CHUNK, StateError, StateVisitor, sum};

use super::resource::DemandSummary;
use crate::valuation::{Portfolio, Standards, Valued, marked_wealth};

/// One cohort over a whole run. Amounts are means per agent, in numeraire, holdings marked to market.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CohortSummary {
    /// Its name.
    pub name: String,
    /// Its policy.
    pub policy: String,
    /// Its objective.
    pub objective: String,
    /// Agents.
    pub size: u64,
    /// Wealth before the first step.
    pub wealth_start: f64,
    /// Wealth at the end.
    pub wealth_end: f64,
    /// Mean wealth at the end of a step.
    pub wealth_mean: Option<f64>,
    /// What came from outside, net: income less expenses, tokens distributed, events; at the prices of their step.
    pub received: f64,
    /// Wealth gained beyond what came from outside.
    pub profit: Option<f64>,
    /// The objective's mean at the end, in its own unit.
    pub utility: Option<f64>,
    /// Sharpe ratio of the cohort's returns on its wealth, without what came from outside, for a year of steps and
    /// a risk-free return of zero.
    pub sharpe: Option<f64>,
    /// What holding the first wealth in the cohort's markets, in its budget's shares, would have earned beyond the
    /// profit, at the prices of the run and without moving them.
    pub regret: Option<f64>,
    /// Whether it does nothing but request resources: it follows no policy and makes nothing, so that what it gained says
    /// nothing, as it spends its money on what it uses.
    #[serde(default)]
    pub only_requests: bool,
    /// What its requests for resources came to, where it makes any.
    #[serde(default)]
    pub demand: Option<DemandSummary>,
}

/// What a cohort's summary is made of. Wealth is the whole cohort's, in numeraire.
#[derive(Debug)]
pub(super) struct RunningCohort {
    start: f64,
    last: f64,
    received: f64,
    wealth: RunningMoments,
    returns: RunningMoments,
    extent: RunningExtent,
}

impl RunningCohort {
    pub(super) fn new(world: &World, c: usize, portfolio: &Portfolio, standards: &Standards) -> Self {
        let start = total_wealth(world, c, portfolio, standards);
        Self {
            start,
            last: start,
            received: 0.0,
            wealth: RunningMoments::default(),
            returns: RunningMoments::default(),
            extent: RunningExtent::default(),
        }
    }

    /// Takes the wealth at the end of a step and what had come from outside in it.
    pub(super) fn push(&mut self, wealth: f64, received: f64) {
        if self.last > 0.0 {
            let gain = (wealth - received) / self.last - 1.0;
            self.returns.push(gain);
            self.extent.push(gain);
        }
        self.wealth.push(wealth);
        self.received += received;
        self.last = wealth;
    }

    /// `growth` holds by what factor each market's price rose.
    pub(super) fn summary(
        &self,
        world: &World,
        c: usize,
        portfolio: &Portfolio,
        standards: &Standards,
        growth: &[Option<f64>],
    ) -> CohortSummary {
        let cohort = &world.cohorts[c];
        let agents = cohort.size as f64;
        let profit = profit_and_loss(self.start, self.last, self.received);
        let benchmark = portfolio.assets.iter().try_fold(1.0, |benchmark, held| {
            growth[held.venue].map(|growth| benchmark + held.budget_share * (growth - 1.0))
        });
        let regret = benchmark.zip(profit).and_then(|(benchmark, profit)| {
            regret_against_buy_and_hold(self.start, self.start + profit, 1.0, benchmark)
        });
        CohortSummary {
            name: cohort.name.clone(),
            policy: cohort.policy_name.to_owned(),
            objective: cohort.objective.name().to_owned(),
            size: cohort.size as u64,
            wealth_start: self.start / agents,
            wealth_end: self.last / agents,
            wealth_mean: self.wealth.mean().map(|mean| mean / agents),
            received: self.received / agents,
            profit: profit.map(|profit| profit / agents),
            utility: mean_utility(world, c, portfolio, standards),
            sharpe: self.sharpe(world.steps_per_year),
            regret: regret.map(|regret| regret / agents),
            only_requests: cohort.demand.is_some() && cohort.policy_name == "none" && cohort.producer.is_none(),
            demand: DemandSummary::of(world, c),
        }
    }

    /// As `walras_measures::performance::annualised_sharpe_ratio`: without risk beyond rounding there is no ratio.
    fn sharpe(&self, steps_per_year: f64) -> Option<f64> {
        let (mean, deviation) = (self.returns.mean()?, self.returns.standard_deviation()?);
        let largest = self.extent.largest()?.abs().max(self.extent.smallest()?.abs());
        let ratio = mean / deviation * steps_per_year.sqrt();
        (deviation > 8.0 * f64::EPSILON * (1.0 + largest) && ratio.is_finite()).then_some(ratio)
    }

    pub(super) fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        visitor.f64(&format!("{name} wealth"), &mut self.last)?;
        visitor.f64(&format!("{name} received"), &mut self.received)?;
        self.wealth.visit_state(&format!("{name} wealth"), visitor)?;
        self.returns.visit_state(&format!("{name} returns"), visitor)?;
        self.extent.visit_state(&format!("{name} extent"), visitor)
    }
}

/// The marked wealth of all of a cohort's agents together, in the one order of float sums.
fn total_wealth(world: &World, c: usize, portfolio: &Portfolio, standards: &Standards) -> f64 {
    let mut wealth = vec![0.0; world.cohorts[c].size];
    wealth
        .par_chunks_mut(CHUNK)
        .enumerate()
        .for_each(|(chunk, out)| marked_wealth(world, c, portfolio, standards, chunk * CHUNK, out));
    sum::sum(&wealth)
}

/// The objective's mean over all of a cohort's agents.
fn mean_utility(world: &World, c: usize, portfolio: &Portfolio, standards: &Standards) -> Option<f64> {
    let mut utility = vec![0.0; world.cohorts[c].size];
    utility.par_chunks_mut(CHUNK).enumerate().for_each_init(Valued::default, |room, (chunk, out)| {
        let first = (chunk * CHUNK) as u32;
        let rows: Vec<u32> = (first..first + out.len() as u32).collect();
        room.value(world, c, portfolio, standards, &rows);
        out.copy_from_slice(&room.utility);
    });
    let mean = sum::mean(&utility);
    mean.is_finite().then_some(mean)
}
