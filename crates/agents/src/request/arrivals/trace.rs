//! Jobs from a file.

use std::sync::Arc;

use walras_catalog::{Bounds, Named, entry};

use super::{Arrivals, BuildArrivals, Job, SIZE_MAX, timestamp};
use crate::population::Setup;

entry! {
    /// The jobs of a file, row by row in order of time, dealt out to the agents in turn: row r goes to agent r modulo the
    /// number of agents.
    ///
    /// A row's time is counted from the first row's and falls into a step of `seconds` seconds. Times may be numbers of
    /// seconds or dates with times; if one row names an offset from UTC, all must. Rows out of order, and gaps longer than
    /// `longest_gap`, are refused: they mean that rows are missing or that files were put together wrongly.
    pub struct Trace = "trace" {
        formula: "arrival(r) = ⌊(time(r) − time(0))/seconds⌋,  size_k(r) = ⌈scale·column_k(r)⌉",
        source: "P. Patel et al., \"Splitwise: efficient generative LLM inference using phase splitting\", ISCA 2024, for the traces of large-language-model services",
        /// The CSV or Parquet file, relative to the scenario.
        file: String;
        /// The column of times: its header, or its number from 1.
        time: String;
        /// The column of what each job takes of each asset, by asset.
        sizes: Named<String>;
        /// Factor on every size.
        scale: f64 = 1.0, within Bounds::above_to(0.0, 1e12);
        /// Seconds in a step.
        seconds: f64 = 1.0, within Bounds::above_to(0.0, 1e9), unit "seconds/step";
        /// Steps after its arrival by which a job should be finished; absent for no deadline.
        slack: Option<f64>, within 0.0..=1e9, unit "steps";
        /// The longest time between two rows.
        longest_gap: f64 = 600.0, within Bounds::above_to(0.0, 1e12), unit "seconds";
        /// Whether it begins anew after its last row, in the step after that row's.
        repeat: bool = false;
    }
}

#[derive(Debug)]
struct Rows {
    arrivals: Vec<u32>,
    /// By asset, in atoms.
    sizes: Vec<Vec<i64>>,
    slack: f64,
    agents: u64,
    /// Steps after which the rows come anew.
    period: Option<u32>,
}

impl BuildArrivals for Trace {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Arrivals>, String> {
        let times = setup.data.texts(&self.file, &self.time)?;
        let arrivals = self.arrivals(&times)?;
        let wanted = setup.markets;
        if let Some(stranger) = self.sizes.0.iter().find(|item| wanted.iter().all(|asset| asset.asset != item.name)) {
            return Err(format!("`{}` is not an asset that this cohort may request", stranger.name));
        }
        let mut sizes = Vec::new();
        for asset in wanted {
            let named = self.sizes.0.iter().find(|item| item.name == asset.asset);
            let column = &named.ok_or_else(|| format!("`sizes` names no column for `{}`", asset.asset))?.item;
            let values = setup.data.column(&self.file, column)?;
            sizes.push(self.sizes(&values, column, asset.token_scale)?);
        }
        let period = if self.repeat { arrivals.last().map(|last| last + 1) } else { None };
        let (slack, agents) = (self.slack.unwrap_or(f64::INFINITY), setup.size as u64);
        Ok(Box::new(Rows { arrivals, sizes, slack, agents, period }))
    }
}

impl Trace {
    /// The step in which each row arrives.
    fn arrivals(&self, times: &Arc<[String]>) -> Result<Vec<u32>, String> {
        let at =
            |row: usize, why: String| format!("`{}`, column `{}`, data row {}: {why}", self.file, self.time, row + 1);
        let mut steps = Vec::with_capacity(times.len());
        let mut first: Option<timestamp::Timestamp> = None;
        let mut last = f64::NEG_INFINITY;
        for (row, text) in times.iter().enumerate() {
            let time = timestamp::parse(text).ok_or_else(|| {
                at(
                    row,
                    format!("`{text}` is no time; expected seconds, or a date and time like 2023-11-16 18:15:46.68"),
                )
            })?;
            let first = *first.get_or_insert(time);
            if time.offset_minutes.is_some() != first.offset_minutes.is_some() {
                let (one, other) =
                    if first.offset_minutes.is_some() { ("names", "does not") } else { ("does not name", "does") };
                return Err(at(
                    row,
                    format!("the first row {one} an offset from UTC and this one {other}; give all rows one, or none"),
                ));
            }
            if time.seconds < last {
                return Err(at(row, format!("`{text}` comes before the row above it; sort the file by time")));
            }
            if time.seconds - last > self.longest_gap && row > 0 {
                let gap = time.seconds - last;
                return Err(at(
                    row,
                    format!(
                        "{gap:.0} seconds have passed since the row above it, and `longest_gap` is {}; rows may be missing",
                        self.longest_gap
                    ),
                ));
            }
            last = time.seconds;
            let step = (time.seconds - first.seconds) / self.seconds;
            if step >= f64::from(u32::MAX) {
                return Err(at(
                    row,
                    format!(
                        "it falls into step {step:.0}, which is beyond what can be counted; use a larger `seconds`"
                    ),
                ));
            }
            steps.push(step as u32);
        }
        Ok(steps)
    }

    fn sizes(&self, values: &[f64], column: &str, scale: f64) -> Result<Vec<i64>, String> {
        let size = |(row, &value): (usize, &f64)| {
            // A part of an atom is needed whole.
            let atoms = (value * self.scale * scale).ceil();
            if (0.0..=SIZE_MAX).contains(&atoms) {
                return Ok(atoms as i64);
            }
            let (file, row) = (&self.file, row + 1);
            Err(format!(
                "`{file}`, column `{column}`, data row {row}: a job cannot take {value}; expected 0 to {:e}",
                SIZE_MAX / scale / self.scale
            ))
        };
        values.iter().enumerate().map(size).collect()
    }
}

impl Rows {
    /// The row of a job, and how often the file was gone through before.
    fn row(&self, row: usize, number: u64) -> Option<(usize, u32)> {
        let (place, rows) = (row as u64 + number * self.agents, self.arrivals.len() as u64);
        match self.period {
            None => (place < rows).then_some((place as usize, 0)),
            Some(_) => Some(((place % rows) as usize, u32::try_from(place / rows).ok()?)),
        }
    }
}

impl Arrivals for Rows {
    fn job(&self, row: usize, number: u64, _: f64) -> Option<Job> {
        let (place, rounds) = self.row(row, number)?;
        let shift = f64::from(rounds) * f64::from(self.period.unwrap_or(0));
        Some(Job { time: f64::from(self.arrivals[place]) + shift, slack: self.slack })
    }

    fn size(&self, row: usize, number: u64, asset: usize) -> i64 {
        self.row(row, number).map_or(0, |(place, _)| self.sizes[asset][place])
    }
}
