//! Stock that is filled up to a level.

use walras_catalog::{Bounds, entry};
use walras_ledger::Atoms;
use walras_numerics::Column;

use super::{BuildRequests, Requests, ResourceView, Wants};
use crate::policy::Memory;
use crate::population::{PerAgent, PerAsset, Setup};

entry! {
    /// Each agent fills its stock up to what it expects to need until what it orders next has come, and a safety stock.
    ///
    /// Stock is what it holds of an asset, and what of it is in the goods that its production has made or has under way.
    /// What left the stock in the last step was demand, whatever became of it; the forecast of demand is smoothed
    /// exponentially. Orders are not taken back: where there is more than the level, nothing is ordered. What is granted
    /// is kept, for production or for sale.
    ///
    /// Demand D that does not depend on its past, whole grants and no level below stock give orders whose
    /// variance is 1 + 2Lα + 2L²α²/(2 − α) times that of demand, with L = lead + 1 and α the `smoothing`: each stage
    /// of a chain amplifies what it sees.
    pub struct OrderUpTo = "order_up_to" {
        formula: "F(t) = α·D(t − 1) + (1 − α)·F(t − 1),  q = need·(F·(lead + 1) + safety) − stock",
        source: "H. Lee, V. Padmanabhan and S. Whang, \"Information distortion in a supply chain\", Management Science 43, 1997; F. Chen, J. Ryan and D. Simchi-Levi, \"The impact of exponential smoothing forecasts on the bullwhip effect\", Naval Research Logistics 47, 2000",
        /// The demand that agents expect at first, by asset where it differs.
        expected: PerAsset, within 0.0..=9e15, unit "units/step";
        /// Steps from an order until what is ordered can be given on.
        lead: PerAgent = PerAgent::constant(0.0), within 0.0..=1000.0, unit "steps";
        /// Stock beyond what is expected to be needed, by asset where it differs.
        safety: PerAsset = PerAsset::constant(0.0), within 0.0..=9e15, unit "units";
        /// α: the weight of the last step's demand in the forecast.
        smoothing: PerAgent = PerAgent::constant(0.2), within Bounds::above_to(0.0, 1.0);
    }
}

struct BaseStock {
    /// In atoms, by asset.
    expected: Vec<Column>,
    safety: Vec<Column>,
    lead: Column,
    smoothing: Column,
}

/// Memory columns of each asset, in atoms: the forecast, the stock after what was last granted, and what was held when it
/// was last asked for.
const PER_ASSET: usize = 3;

impl BuildRequests for OrderUpTo {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Requests>, String> {
        let scales: Vec<f64> = setup.markets.iter().map(|asset| asset.token_scale).collect();
        let in_atoms = |columns: Vec<Column>| -> Vec<Column> {
            columns.iter().zip(&scales).map(|(column, scale)| column.map(|units| units * scale)).collect()
        };
        Ok(Box::new(BaseStock {
            expected: in_atoms(self.expected.parameters("expected", setup)?),
            safety: in_atoms(self.safety.parameters("safety", setup)?),
            lead: setup.parameter("lead", &self.lead)?,
            smoothing: setup.parameter("smoothing", &self.smoothing)?,
        }))
    }
}

impl Requests for BaseStock {
    fn memory(&self) -> Vec<f64> {
        vec![0.0; PER_ASSET * self.expected.len()]
    }

    fn want(&self, view: &ResourceView<'_>, needs: &[f64], memory: &mut Memory<'_, '_>, wants: &mut Wants<'_, '_>) {
        for (k, asset) in view.assets.iter().enumerate() {
            let [forecast, stocks, held] = memory.columns_from(k * PER_ASSET);
            for (i, row) in view.rows.clone().enumerate() {
                let contained = asset.input.contained.get(i).copied().unwrap_or(0.0);
                let stock = asset.held[i] as f64 + contained;
                forecast[i] = if view.step == 0 {
                    self.expected[k].get(row)
                } else {
                    let (demand, weight) = ((stocks[i] - stock).max(0.0), self.smoothing.get(row));
                    weight * demand + (1.0 - weight) * forecast[i]
                };
                let level = needs[i] * (forecast[i] * (self.lead.get(row) + 1.0) + self.safety[k].get(row));
                // What is held is taken off by whoever asks; what is contained is taken off here.
                wants.amounts[k][i] = Wants::atoms((level - contained).max(0.0), 1.0);
                (stocks[i], held[i]) = (stock, asset.held[i] as f64);
            }
        }
    }

    fn consumes(&self) -> bool {
        false
    }

    fn used(&self, view: &ResourceView<'_>, _: &[&[Atoms]], memory: &mut Memory<'_, '_>, _: &mut [f64]) -> bool {
        for (k, asset) in view.assets.iter().enumerate() {
            let [_, stocks, before] = memory.columns_from(k * PER_ASSET);
            for ((stock, before), &held) in stocks.iter_mut().zip(before).zip(asset.held) {
                *stock += held as f64 - *before;
            }
        }
        true
    }
}
