//! A network from a file.

use walras_catalog::entry;

use super::{Ground, Link, Network, PLACES_MAX, Topology};

entry! {
    /// The links of a file, one a row, by the names of the places they join. What a link is like that has no column is
    /// what the network says of all.
    pub struct File = "file" {
        formula: "from(row) — to(row)",
        source: "elementary",
        /// The CSV or Parquet file, relative to the scenario.
        file: String;
        /// The column of one end.
        from: String = "from".to_owned();
        /// The column of the other end.
        to: String = "to".to_owned();
        /// The column of what carrying a unit costs; absent for the same of all.
        cost: Option<String>;
        /// The column of the steps it takes; absent for the same of all.
        latency: Option<String>;
        /// The column of the units that can be carried in a step; absent for the same of all.
        capacity: Option<String>;
    }
}

impl Topology for File {
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String> {
        let (from, to) = (ground.files.texts(&self.file, &self.from)?, ground.files.texts(&self.file, &self.to)?);
        let mut column = |name: &Option<String>| match name {
            None => Ok(None),
            Some(column) => ground.files.numbers(&self.file, column).map(|numbers| Some((column.clone(), numbers))),
        };
        let (cost, latency, capacity) = (column(&self.cost)?, column(&self.latency)?, column(&self.capacity)?);
        let mut names: Vec<String> = Vec::new();
        let mut number: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        for name in from.iter().zip(to.iter()).flat_map(|(from, to)| [from, to]) {
            number.entry(name.clone()).or_insert_with(|| {
                names.push(name.clone());
                names.len() - 1
            });
        }
        if names.len() as f64 > PLACES_MAX {
            return Err(format!("`{}` names {} places, more than {PLACES_MAX}", self.file, names.len()));
        }
        let mut network = Network::named(names);
        for row in 0..from.len() {
            let at = |why: String| format!("`{}`, data row {}: {why}", self.file, row + 1);
            let value = |column: &Option<(String, std::sync::Arc<[f64]>)>, other: f64, most: f64| match column {
                None => Ok(other),
                Some((_, numbers)) if (0.0..=most).contains(&numbers[row]) => Ok(numbers[row]),
                Some((name, numbers)) => Err(at(format!("`{name}` is {}; expected 0 to {most:e}", numbers[row]))),
            };
            let link = Link {
                cost: value(&cost, ground.link.cost, 1e15)?,
                latency: value(&latency, f64::from(ground.link.latency), 1e6)? as u32,
                capacity: value(&capacity, ground.link.capacity, 1e15)?,
            };
            let ends = (number[&from[row]], number[&to[row]]);
            if network.are_linked(ends.0, ends.1) {
                return Err(at(format!("`{}` and `{}` are linked by an earlier row", from[row], to[row])));
            }
            network.link(ends.0, ends.1, link).map_err(at)?;
        }
        Ok(network)
    }
}
