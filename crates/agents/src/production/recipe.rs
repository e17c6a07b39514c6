//! Fixed proportions.

use std::cmp::Ordering;

use walras_catalog::{Bounds, Named, Reference, entry};
use walras_ledger::Atoms;
use walras_numerics::Column;

use super::{BuildProduction, Goods, Production, ProductionView, Worked, countable, index_of};
use crate::policy::Memory;
use crate::population::{PerAgent, Setup};

entry! {
    /// Each run uses and makes fixed amounts; what comes out does so `delay` steps later.
    ///
    /// An agent runs as often as it has inputs for, at most `capacity` times in a step, and only while what comes out good
    /// is worth its inputs and the share `margin` more, at the prices it sees. Where one of the goods that come out has no
    /// price it runs whatever; goods that go in without a price cost nothing. A random share of what is made is good, the
    /// same for all that an agent makes in a step; the rest is lost.
    ///
    /// Runs need not be whole unless `whole_runs` says so. Inputs are rounded up to whole atoms and outputs down.
    pub struct Recipe = "recipe" {
        formula: "x = min(capacity, min_j held_j/a_j);  uses a_j·x;  makes b_k·y·x after `delay` steps,  y ~ U(yield_share ± yield_spread)",
        check: |this| {
            if this.inputs.0.is_empty() {
                return Err(("inputs", "a recipe without inputs would make something from nothing".to_owned()));
            }
            if this.outputs.0.is_empty() {
                return Err(("outputs", "a recipe without outputs makes nothing".to_owned()));
            }
            Ok(())
        },
        source: "T. Koopmans, \"Analysis of production as an efficient combination of activities\", 1951; C. Yano and H. Lee, \"Lot sizing with random yields: a review\", Operations Research 43, 1995",
        /// a: what one run uses, by asset.
        inputs: Named<f64>, within Bounds::above_to(0.0, 1e15), unit "units/run";
        /// b: what one run makes, by asset.
        outputs: Named<f64>, within Bounds::above_to(0.0, 1e15), unit "units/run";
        /// The most runs of an agent in a step.
        capacity: PerAgent, within 0.0..=1e15, unit "runs/step";
        /// Steps from the use of inputs until what is made of them comes out; 0 for the same step.
        delay: u32 = 0, within 0.0..=1000.0, unit "steps";
        /// The share of what is made that is good, on average.
        yield_share: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// The most by which that share is off in a step, every value within as likely as any other; cut to what lies
        /// between none and all.
        yield_spread: f64 = 0.0, within 0.0..=1.0;
        /// The least share by which what comes out must be worth more than what goes in; −1 to run whatever.
        margin: PerAgent = PerAgent::constant(0.0), within -1.0..=1e9;
        /// Whether only whole runs can be made.
        whole_runs: bool = false;
    }
}

struct Process {
    uses: Vec<Flow>,
    makes: Vec<Flow>,
    /// Atoms in a unit of each good.
    scales: Vec<f64>,
    delay: usize,
    capacity: Column,
    yield_share: Column,
    yield_spread: f64,
    margin: Column,
    whole_runs: bool,
}

/// Atoms of a good in one run.
struct Flow {
    good: usize,
    atoms: Atoms,
}

impl Recipe {
    /// Amounts by name as atoms of one run.
    fn flows(named: &Named<f64>, most: f64, setup: &Setup<'_>) -> Result<Vec<Flow>, String> {
        let flow = |item: &walras_catalog::read::NamedItem<f64>| {
            let good = index_of(&item.name, setup)?;
            let atoms = item.item * setup.markets[good].token_scale;
            countable(&item.name, atoms * most.max(1.0))?;
            // What a user writes in decimals is a whole number of atoms but for the last bits.
            if atoms.round() < 1.0 || (atoms - atoms.round()).abs() > 1e-6 * atoms.min(1.0) {
                let (units, name) = (item.item, &item.name);
                return Err(format!(
                    "{units} of `{name}` is no whole number of its atoms; write the recipe for larger runs, or give `{name}` more decimals"
                ));
            }
            Ok(Flow { good, atoms: atoms.round() as Atoms })
        };
        named.0.iter().map(flow).collect()
    }
}

impl BuildProduction for Recipe {
    fn goods(&self) -> Goods {
        let reference =
            |item: &walras_catalog::read::NamedItem<f64>| Reference { name: item.name.clone(), span: item.span };
        let outputs: Vec<Reference> = self.outputs.0.iter().map(reference).collect();
        Goods::of(&self.inputs, &outputs)
    }

    fn columns(&self) -> usize {
        self.outputs.0.len() * self.delay as usize
    }

    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Production>, String> {
        let capacity = setup.parameter("capacity", &self.capacity)?;
        let yield_share = setup.parameter("yield_share", &self.yield_share)?;
        let margin = setup.parameter("margin", &self.margin)?;
        let most = (0..setup.size).map(|row| capacity.get(row)).fold(0.0, f64::max);
        Ok(Box::new(Process {
            uses: Self::flows(&self.inputs, most, setup)?,
            makes: Self::flows(&self.outputs, most, setup)?,
            scales: setup.markets.iter().map(|good| good.token_scale).collect(),
            delay: self.delay as usize,
            capacity,
            yield_share,
            yield_spread: self.yield_spread,
            margin,
            whole_runs: self.whole_runs,
        }))
    }
}

/// How often a recipe runs, as a share of two whole numbers, so that amounts are exact.
#[derive(Clone, Copy)]
struct Runs {
    parts: Atoms,
    of: Atoms,
}

impl Runs {
    /// Atoms that go in, rounded up.
    fn input(self, atoms: Atoms) -> Atoms {
        let product = i128::from(self.parts) * i128::from(atoms);
        ((product + i128::from(self.of) - 1) / i128::from(self.of)) as Atoms
    }

    /// Atoms that come out, rounded down.
    fn output(self, atoms: Atoms) -> Atoms {
        (i128::from(self.parts) * i128::from(atoms) / i128::from(self.of)) as Atoms
    }

    fn fewer(&self, other: &Self) -> Ordering {
        let product = |parts: Atoms, of: Atoms| i128::from(parts) * i128::from(of);
        product(self.parts, other.of).cmp(&product(other.parts, self.of))
    }
}

impl Process {
    /// How often an agent runs at most: so often that one of the inputs is a whole number of atoms, as near to its capacity as
    /// that can be.
    fn most(&self, row: usize) -> Runs {
        let capacity = self.capacity.get(row);
        if self.whole_runs {
            return Runs { parts: capacity as Atoms, of: 1 };
        }
        let near = self.uses.iter().map(|flow| Runs { parts: (capacity * flow.atoms as f64) as Atoms, of: flow.atoms });
        near.max_by(Runs::fewer).expect("a recipe has inputs")
    }

    /// How often an agent runs that holds so much of each good.
    fn runs(&self, row: usize, held: impl Fn(usize) -> Atoms) -> Runs {
        let enough = self.uses.iter().map(|flow| Runs { parts: held(flow.good), of: flow.atoms });
        let enough = enough.min_by(Runs::fewer).expect("a recipe has inputs");
        let enough = if self.whole_runs { Runs { parts: enough.parts / enough.of, of: 1 } } else { enough };
        std::cmp::min_by(self.most(row), enough, Runs::fewer)
    }

    /// Whether a run is worth its inputs at the prices seen, to the agent at `row`.
    fn pays(&self, view: &ProductionView<'_>, row: usize) -> bool {
        let value = |flows: &[Flow], missing: f64| -> f64 {
            let of = |flow: &Flow| {
                let good = &view.goods[flow.good];
                flow.atoms as f64 / good.scale * if good.price.is_nan() { missing } else { good.price }
            };
            flows.iter().map(of).sum()
        };
        let worth = value(&self.makes, f64::NAN) * self.yield_share.get(row);
        worth.is_nan() || worth >= value(&self.uses, 0.0) * (1.0 + self.margin.get(row))
    }

    fn good_share(&self, view: &ProductionView<'_>, i: usize, row: usize) -> f64 {
        let mean = self.yield_share.get(row);
        if self.yield_spread == 0.0 {
            return mean;
        }
        (mean + self.yield_spread * (2.0 * view.unit(i) - 1.0)).clamp(0.0, 1.0)
    }

    /// The column of the `output`th output that comes out, and is begun, in `step`.
    fn column(&self, output: usize, step: u32) -> usize {
        output * self.delay + step as usize % self.delay
    }
}

impl Production for Process {
    fn memory(&self) -> Vec<f64> {
        vec![0.0; self.makes.len() * self.delay]
    }

    fn inputs(&self, view: &ProductionView<'_>, wanted: &mut [&mut [Atoms]]) {
        for (i, row) in view.rows.clone().enumerate().filter(|(_, row)| self.pays(view, *row)) {
            let runs = self.most(row);
            for flow in &self.uses {
                wanted[flow.good][i] = runs.input(flow.atoms);
            }
        }
    }

    fn produce(&self, view: &ProductionView<'_>, memory: &mut Memory<'_, '_>, worked: &mut Worked<'_, '_>) {
        for (i, row) in view.rows.clone().enumerate() {
            let held = |good: usize| view.goods[good].held[i];
            let runs = if self.pays(view, row) { self.runs(row, held) } else { Runs { parts: 0, of: 1 } };
            // So little that nothing comes of it is left for the next step.
            let works = self.makes.iter().any(|flow| runs.output(flow.atoms) > 0);
            if works {
                for flow in &self.uses {
                    worked.used[flow.good][i] += runs.input(flow.atoms);
                }
            }
            let good_share = self.good_share(view, i, row);
            for (output, flow) in self.makes.iter().enumerate() {
                let whole = if works { runs.output(flow.atoms) } else { 0 };
                let good = (whole as f64 * good_share).floor();
                let out = if self.delay == 0 {
                    good
                } else {
                    std::mem::replace(&mut memory.column(self.column(output, view.step))[i], good)
                };
                worked.made[flow.good][i] += out as Atoms;
            }
        }
    }

    /// What the runs used whose goods are all still there, counted by the good of which there is least.
    fn contained(&self, view: &ProductionView<'_>, memory: &mut Memory<'_, '_>, input: usize, atoms: &mut [f64]) {
        let Some(used) = self.uses.iter().find(|flow| flow.good == input) else { return };
        if self.makes.iter().any(|flow| flow.good == input) {
            return;
        }
        for (i, row) in view.rows.clone().enumerate() {
            let runs = |(output, flow): (usize, &Flow)| {
                let columns = output * self.delay..(output + 1) * self.delay;
                let under_way: f64 = columns.map(|column| memory.column(column)[i]).sum();
                (view.goods[flow.good].held[i] as f64 + under_way) / (flow.atoms as f64 * self.yield_share.get(row))
            };
            let runs = self.makes.iter().enumerate().map(runs).fold(f64::INFINITY, f64::min);
            if runs.is_finite() {
                atoms[i] += runs * used.atoms as f64;
            }
        }
    }

    fn proportions(&self) -> Option<Vec<[f64; 2]>> {
        let mut each = vec![[0.0; 2]; self.scales.len()];
        let most = match &self.yield_share {
            Column::Constant(share, _) => *share,
            Column::Each(shares) => shares.iter().copied().fold(0.0, f64::max),
        };
        for flow in &self.uses {
            each[flow.good][0] += flow.atoms as f64 / self.scales[flow.good];
        }
        for flow in &self.makes {
            each[flow.good][1] += flow.atoms as f64 / self.scales[flow.good] * most;
        }
        Some(each)
    }

    fn under_way(&self, memory: &[Vec<f64>], good: usize) -> f64 {
        let outputs = self.makes.iter().enumerate().filter(|(_, flow)| flow.good == good);
        outputs
            .flat_map(|(output, _)| output * self.delay..(output + 1) * self.delay)
            .map(|column| walras_numerics::sum::sum(&memory[column]))
            .sum()
    }
}
