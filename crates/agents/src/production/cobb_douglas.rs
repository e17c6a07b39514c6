//! Inputs that stand in for each other.

use walras_catalog::{Bounds, Named, Reference, entry};
use walras_ledger::Atoms;
use walras_numerics::Column;
use walras_numerics::elementary::pow;

use super::{BuildProduction, Goods, Production, ProductionView, Worked, countable, index_of};
use crate::policy::Memory;
use crate::population::{PerAgent, Setup};

entry! {
    /// Output rises with each input by a share that stays the same: α_j per cent for one per cent more of input j.
    ///
    /// Where output has a price, an agent uses of each input what raises profit the most at the prices it sees, given
    /// what it has of the others; else all it has, up to `most`. Inputs without a price cost nothing.
    pub struct CobbDouglas = "cobb_douglas" {
        formula: "Q = A·Π x_j^α_j,  x_j ≤ min(held_j, most_j);  prices: x_j = α_j·P·Q/P_j where that is less",
        check: |this| {
            if this.exponents.0.is_empty() {
                return Err(("exponents", "production without inputs would make something from nothing".to_owned()));
            }
            let sum: f64 = this.exponents.0.iter().map(|exponent| exponent.item).sum();
            if sum > 1.0 + 1e-12 {
                return Err(("exponents", format!("the exponents sum to {sum}: returns to scale that increase have no best scale; at most 1 in all")));
            }
            let known = |name: &str| this.exponents.0.iter().any(|exponent| exponent.name == name);
            if let Some(stranger) = this.most.0.iter().find(|most| !known(&most.name)) {
                return Err(("most", format!("`{}` is none of the inputs", stranger.name)));
            }
            if let Some(without) = this.exponents.0.iter().find(|input| this.most.0.iter().all(|most| most.name != input.name)) {
                return Err(("most", format!("says nothing of the input `{}`", without.name)));
            }
            Ok(())
        },
        source: "C. Cobb and P. Douglas, \"A theory of production\", American Economic Review 18, 1928",
        /// α: the exponent of each input, by asset; at most 1 in all.
        exponents: Named<f64>, within Bounds::above_to(0.0, 1.0);
        /// The asset made.
        output: Reference;
        /// A: units made of one unit of each input.
        productivity: PerAgent = PerAgent::constant(1.0), within 0.0..=1e12, unit "units";
        /// The most that an agent can use of each input in a step, by asset.
        most: Named<f64>, within 0.0..=1e15, unit "units/step";
    }
}

struct Technology {
    inputs: Vec<Input>,
    output: usize,
    output_scale: f64,
    productivity: Column,
}

struct Input {
    good: usize,
    exponent: f64,
    /// In units.
    most: f64,
}

impl BuildProduction for CobbDouglas {
    fn goods(&self) -> Goods {
        Goods::of(&self.exponents, std::slice::from_ref(&self.output))
    }

    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Production>, String> {
        let productivity = setup.parameter("productivity", &self.productivity)?;
        let output = index_of(&self.output.name, setup)?;
        let output_scale = setup.markets[output].token_scale;
        let mut inputs = Vec::new();
        for item in &self.exponents.0 {
            let good = index_of(&item.name, setup)?;
            let most = self.most.0.iter().find(|most| most.name == item.name).map_or(0.0, |most| most.item);
            countable(&item.name, most * setup.markets[good].token_scale)?;
            inputs.push(Input { good, exponent: item.item, most });
        }
        let best: f64 = inputs.iter().map(|input| pow(input.most, input.exponent)).product();
        let most_productive = (0..setup.size).map(|row| productivity.get(row)).fold(0.0, f64::max);
        countable(&self.output.name, most_productive * best * output_scale)?;
        Ok(Box::new(Technology { inputs, output, output_scale, productivity }))
    }
}

impl Technology {
    /// Writes the units of each input that raise profit the most where there is at most `limit` of each.
    ///
    /// At the best output Q an input is used up to its limit or to α_j·P·Q/P_j, whichever is less; so that Q is the one
    /// at which Q = A·Π min(limit_j, α_j·P·Q/P_j)^α_j. Taking the inputs one by one out of those at their limit, the one
    /// of which least is missing last, gives a Q for each set; the right one agrees with its set.
    fn best(&self, view: &ProductionView<'_>, row: usize, limit: impl Fn(&Input) -> f64) -> Vec<f64> {
        let limits: Vec<f64> = self.inputs.iter().map(limit).collect();
        let price = view.goods[self.output].price;
        if price.is_nan() || limits.contains(&0.0) {
            return limits;
        }
        // α_j·P/P_j: units of input used for each unit of output where it is not at its limit.
        let ratio = |input: &Input| {
            let cost = view.goods[input.good].price;
            if cost.is_nan() || cost == 0.0 { f64::INFINITY } else { input.exponent * price / cost }
        };
        let ratios: Vec<f64> = self.inputs.iter().map(ratio).collect();
        // The output from which on each input is at its limit.
        let bends: Vec<f64> = limits.iter().zip(&ratios).map(|(limit, ratio)| limit / ratio).collect();
        let mut order: Vec<usize> = (0..bends.len()).collect();
        order.sort_by(|&a, &b| bends[a].total_cmp(&bends[b]));
        let productivity = self.productivity.get(row);
        let mut output = 0.0;
        for limited in (0..=order.len()).rev() {
            let (mut factor, mut free) = (productivity, 0.0);
            for (place, &j) in order.iter().enumerate() {
                let exponent = self.inputs[j].exponent;
                factor *= pow(if place < limited { limits[j] } else { ratios[j] }, exponent);
                free += if place < limited { 0.0 } else { exponent };
            }
            let least = if limited == 0 { 0.0 } else { bends[order[limited - 1]] };
            output = if free < 1.0 - 1e-12 { pow(factor, 1.0 / (1.0 - free)) } else { 0.0 };
            if output >= least {
                break;
            }
        }
        let used = limits.iter().zip(&ratios);
        used.map(|(limit, ratio)| if ratio.is_infinite() { *limit } else { limit.min(ratio * output) }).collect()
    }
}

impl Production for Technology {
    fn inputs(&self, view: &ProductionView<'_>, wanted: &mut [&mut [Atoms]]) {
        for (i, row) in view.rows.clone().enumerate() {
            let units = self.best(view, row, |input| input.most);
            for (input, units) in self.inputs.iter().zip(units) {
                wanted[input.good][i] = (units * view.goods[input.good].scale).ceil() as Atoms;
            }
        }
    }

    fn produce(&self, view: &ProductionView<'_>, _: &mut Memory<'_, '_>, worked: &mut Worked<'_, '_>) {
        for (i, row) in view.rows.clone().enumerate() {
            let held = |input: &Input| view.goods[input.good].held[i];
            let scale = |input: &Input| view.goods[input.good].scale;
            let units = self.best(view, row, |input| input.most.min(held(input) as f64 / scale(input)));
            let made: f64 = self.inputs.iter().zip(&units).map(|(input, units)| pow(*units, input.exponent)).product();
            let made = (self.productivity.get(row) * made * self.output_scale).floor();
            if made < 1.0 {
                continue;
            }
            for (input, units) in self.inputs.iter().zip(&units) {
                worked.used[input.good][i] += ((units * scale(input)).ceil() as Atoms).min(held(input));
            }
            worked.made[self.output][i] += made as Atoms;
        }
    }
}
