//! Inputs that cannot stand in for each other.

use walras_catalog::{Bounds, Named, Reference, entry};
use walras_ledger::Atoms;
use walras_numerics::Column;
use walras_numerics::elementary::pow;

use super::{BuildProduction, Goods, Production, ProductionView, Worked, countable, index_of};
use crate::policy::Memory;
use crate::population::{PerAgent, Setup};

entry! {
    /// Output is set by the input of which there is least for what is needed, with constant or decreasing returns to
    /// scale.
    ///
    /// An agent uses no more of an input than the scarcest allows, up to the level `most`. Where output and inputs have prices and
    /// returns decrease it works no further than the level at which one more unit of output costs what it is worth;
    /// where returns are constant it works only while output is worth its inputs.
    pub struct Leontief = "leontief" {
        formula: "Q = A·z^ν,  z = min(most, min_j x_j/a_j),  uses a_j·z;  prices: z* = (ν·A·P/Σ a_j·P_j)^(1/(1 − ν))",
        check: |this| {
            if this.inputs.0.is_empty() {
                return Err(("inputs", "production without inputs would make something from nothing".to_owned()));
            }
            Ok(())
        },
        source: "W. Leontief, \"The Structure of American Economy\", 1941",
        /// a: what a level of 1 uses, by asset.
        inputs: Named<f64>, within Bounds::above_to(0.0, 1e15), unit "units";
        /// The asset made.
        output: Reference;
        /// A: units made at the level 1.
        productivity: PerAgent = PerAgent::constant(1.0), within 0.0..=1e12, unit "units";
        /// ν: how output grows with the level: 1 for constant returns.
        returns: f64 = 1.0, within Bounds::above_to(0.0, 1.0);
        /// The highest level at which an agent can work in a step.
        most: PerAgent, within 0.0..=1e12, unit "1/step";
    }
}

struct Technology {
    /// Goods and atoms of each at the level 1.
    inputs: Vec<(usize, f64)>,
    /// Atoms in a unit of each good.
    scales: Vec<f64>,
    output: usize,
    output_scale: f64,
    productivity: Column,
    returns: f64,
    most: Column,
}

impl BuildProduction for Leontief {
    fn goods(&self) -> Goods {
        Goods::of(&self.inputs, std::slice::from_ref(&self.output))
    }

    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Production>, String> {
        let productivity = setup.parameter("productivity", &self.productivity)?;
        let most = setup.parameter("most", &self.most)?;
        let output = index_of(&self.output.name, setup)?;
        let output_scale = setup.markets[output].token_scale;
        let input = |item: &walras_catalog::read::NamedItem<f64>| {
            let good = index_of(&item.name, setup)?;
            Ok((good, item.item * setup.markets[good].token_scale))
        };
        let inputs = self.inputs.0.iter().map(input).collect::<Result<Vec<(usize, f64)>, String>>()?;
        for row in 0..setup.size {
            let most = most.get(row);
            for &(good, atoms) in &inputs {
                countable(&setup.markets[good].asset, atoms * most)?;
            }
            countable(&self.output.name, productivity.get(row) * pow(most, self.returns) * output_scale)?;
        }
        let scales = setup.markets.iter().map(|good| good.token_scale).collect();
        Ok(Box::new(Technology { inputs, scales, output, output_scale, productivity, returns: self.returns, most }))
    }
}

impl Technology {
    /// The level at which the agent at `row` would work if it had the inputs.
    fn level(&self, view: &ProductionView<'_>, row: usize) -> f64 {
        let most = self.most.get(row);
        let price = view.goods[self.output].price;
        if price.is_nan() {
            return most;
        }
        let cost = |&(good, atoms): &(usize, f64)| {
            let price = view.goods[good].price;
            if price.is_nan() { 0.0 } else { atoms / view.goods[good].scale * price }
        };
        let cost: f64 = self.inputs.iter().map(cost).sum();
        let worth = self.productivity.get(row) * price;
        if cost == 0.0 {
            return most;
        }
        if self.returns == 1.0 {
            return if worth >= cost { most } else { 0.0 };
        }
        pow(self.returns * worth / cost, 1.0 / (1.0 - self.returns)).min(most)
    }
}

impl Production for Technology {
    fn inputs(&self, view: &ProductionView<'_>, wanted: &mut [&mut [Atoms]]) {
        for (i, row) in view.rows.clone().enumerate() {
            let level = self.level(view, row);
            for &(good, atoms) in &self.inputs {
                wanted[good][i] = (atoms * level).ceil() as Atoms;
            }
        }
    }

    fn produce(&self, view: &ProductionView<'_>, _: &mut Memory<'_, '_>, worked: &mut Worked<'_, '_>) {
        for (i, row) in view.rows.clone().enumerate() {
            let enough = |&(good, atoms): &(usize, f64)| view.goods[good].held[i] as f64 / atoms;
            let level = self.inputs.iter().map(enough).fold(self.level(view, row), f64::min);
            let made = self.productivity.get(row) * pow(level, self.returns) * self.output_scale;
            if made < 1.0 {
                continue;
            }
            for &(good, atoms) in &self.inputs {
                worked.used[good][i] += ((atoms * level).ceil() as Atoms).min(view.goods[good].held[i]);
            }
            worked.made[self.output][i] += made.floor() as Atoms;
        }
    }

    /// With constant returns.
    fn proportions(&self) -> Option<Vec<[f64; 2]>> {
        if self.returns < 1.0 {
            return None;
        }
        let mut each = vec![[0.0; 2]; self.scales.len()];
        for &(good, atoms) in &self.inputs {
            each[good][0] += atoms / self.scales[good];
        }
        each[self.output][1] = match &self.productivity {
            Column::Constant(units, _) => *units,
            Column::Each(units) => units.iter().copied().fold(0.0, f64::max),
        };
        Some(each)
    }
}
