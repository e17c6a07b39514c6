//! `walras new`: a scenario to begin with.

mod questions;

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use serde_json::json;
use walras_agents::policy::AnyPolicy;
use walras_catalog::problem::{nearest, one_of};
use walras_engine::economy::COHORT_MAX;
use walras_market::allocation::AnyAllocation;
use walras_market::curve::AnyCurve;
use walras_scenario::Loaded;
use walras_scenario::sections::STEPS_MAX;

use crate::failure::{Exit, Failure};
use crate::starter::Starter;
use crate::starter::resource::ResourceStarter;
use crate::terminal::{Terminal, can_ask};

/// Write a commented scenario to begin with. Asks what it should hold when started on a terminal without flags.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Arguments {
    /// Its name, also that of the file: `my-economy` goes to my-economy.toml.
    name: Option<String>,
    /// The bonding curve; `walras list curve` shows what there is.
    #[arg(long)]
    curve: Option<String>,
    /// How agents act; give it again to share the agents out among several policies.
    #[arg(long, value_delimiter = ',')]
    policy: Vec<String>,
    /// Begin with a resource economy instead of a market: capacity shared by this rule; `walras list allocation`.
    #[arg(long, value_name = "RULE", conflicts_with_all = ["curve", "policy"])]
    allocation: Option<String>,
    /// How many agents in all.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=COHORT_MAX))]
    agents: Option<u64>,
    /// How many steps.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=i64::from(STEPS_MAX)))]
    steps: Option<u32>,
    /// The seed of all draws.
    #[arg(long, value_parser = clap::value_parser!(u64).range(..=i64::MAX.cast_unsigned()))]
    seed: Option<u64>,
    /// Where to write it; `-` for standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(long)]
    force: bool,
}

const NAME: &str = "economy";
const CURVE: &str = "linear";
const POLICY: &str = "logistic";
const AGENTS: u64 = 1000;
const STEPS: u32 = 365;

impl Arguments {
    /// Writes the scenario.
    ///
    /// # Errors
    /// When a curve or policy does not exist, or the file is there already or cannot be written.
    pub(super) fn run(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let asked = if self.has_flags() || terminal.json || !can_ask() { self.clone() } else { questions::ask(self)? };
        asked.write(terminal)
    }

    fn has_flags(&self) -> bool {
        let Self { name: _, curve, policy, allocation, agents, steps, seed, out, force } = self;
        let given = [
            curve.is_some(),
            allocation.is_some(),
            agents.is_some(),
            steps.is_some(),
            seed.is_some(),
            out.is_some(),
            *force,
        ];
        !policy.is_empty() || given.contains(&true)
    }

    fn write(&self, terminal: &mut Terminal) -> Result<Exit, Failure> {
        let text = match &self.allocation {
            Some(rule) => self.resource_starter(rule)?.text(),
            None => self.starter()?.text(),
        };
        let text = text.ok_or_else(|| Failure::Failed("there is no starter of these".to_owned()))?;
        // What is written must be right, whatever was asked for.
        Loaded::from_text("the new scenario", &text, Path::new(""), &[])?;
        let file = self.file();
        if file == Path::new("-") {
            if terminal.json {
                terminal.object(&json!({ "file": null, "text": text }))?;
            } else {
                terminal.write(&text)?;
            }
            return Ok(Exit::Success);
        }
        self.create(&file, &text)?;
        if terminal.json {
            terminal.object(&json!({ "file": file }))?;
            return Ok(Exit::Success);
        }
        let shown = file.display();
        let wrote =
            format!("Wrote {}: {} agents, {} steps.", terminal.strong(&shown.to_string()), self.agents(), self.steps());
        terminal.line(&wrote)?;
        terminal.line("")?;
        for (command, what) in [("check", "is it valid, and what will it cost?"), ("run", "run it")] {
            let line =
                format!("  {}  {}", terminal.name(&format!("walras {command:<5} {shown}")), terminal.faint(what));
            terminal.line(&line)?;
        }
        Ok(Exit::Success)
    }

    fn resource_starter(&self, rule: &str) -> Result<ResourceStarter, Failure> {
        known("allocation rule", rule, AnyAllocation::catalog().iter().map(|entry| entry.name).collect())?;
        let (agents, steps, seed) = (self.agents(), self.steps(), self.seed.unwrap_or(1));
        Ok(ResourceStarter { title: self.title(), rule: rule.to_owned(), agents, steps, seed })
    }

    fn agents(&self) -> u64 {
        self.agents.unwrap_or(AGENTS)
    }

    fn steps(&self) -> u32 {
        self.steps.unwrap_or(STEPS)
    }

    fn starter(&self) -> Result<Starter, Failure> {
        let curve = self.curve.clone().unwrap_or_else(|| CURVE.to_owned());
        known_curve(&curve)?;
        let mut policies: Vec<String> = Vec::new();
        for policy in &self.policy {
            known_policy(policy)?;
            if !policies.contains(policy) {
                policies.push(policy.clone());
            }
        }
        if policies.is_empty() {
            policies.push(POLICY.to_owned());
        }
        let agents = self.agents();
        if agents < policies.len() as u64 {
            let message = format!("{agents} agents cannot follow {} policies", policies.len());
            return Err(Failure::bad_input_with_help(message, "every policy needs at least one agent"));
        }
        let (steps, seed) = (self.steps(), self.seed.unwrap_or(1));
        Ok(Starter { title: self.title(), curve, policies, agents, steps, seed })
    }

    /// `my-economy` is titled `My economy`.
    fn title(&self) -> String {
        let name = self.name.as_deref().unwrap_or(NAME);
        let stem =
            Path::new(name).file_stem().map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned());
        let words = stem.replace(['-', '_'], " ");
        let mut characters = words.chars();
        characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
    }

    fn file(&self) -> PathBuf {
        let name = self.name.as_deref().unwrap_or(NAME);
        let name = if Path::new(name).extension().is_some_and(|extension| extension == "toml") {
            name.to_owned()
        } else {
            format!("{name}.toml")
        };
        self.out.clone().unwrap_or_else(|| name.into())
    }

    fn create(&self, file: &Path, text: &str) -> Result<(), Failure> {
        let mut options = OpenOptions::new();
        options.write(true);
        if self.force {
            options.create(true).truncate(true)
        } else {
            options.create_new(true)
        };
        let written = options.open(file).and_then(|mut open| open.write_all(text.as_bytes()));
        written.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => {
                let message = format!("`{}` is already there", file.display());
                Failure::bad_input_with_help(message, "choose another with --out, or write over it with --force")
            }
            _ => Failure::Failed(format!("cannot write {}: {error}", file.display())),
        })
    }
}

fn known_curve(name: &str) -> Result<(), Failure> {
    known("curve", name, AnyCurve::catalog().iter().map(|entry| entry.name).collect())
}

fn known_policy(name: &str) -> Result<(), Failure> {
    known("policy", name, AnyPolicy::catalog().iter().map(|entry| entry.name).collect())
}

fn known(what: &str, name: &str, known: Vec<&'static str>) -> Result<(), Failure> {
    if known.contains(&name) {
        return Ok(());
    }
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there is {}", one_of(known)),
    };
    Err(Failure::bad_input_with_help(format!("there is no {what} called `{name}`"), help))
}
