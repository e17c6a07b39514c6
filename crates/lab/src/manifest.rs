//! What a run's manifest says about the run, and the run that a manifest describes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use walras_engine::World;
use walras_record::log::LogHeads;
use walras_record::manifest::{
    AssetEntry, CohortEntry, ContractEntry, DataFile, FORMAT, Features, MarketEntry, ResourceEntry,
};
use walras_record::table::TableConfig;
use walras_record::{Manifest, RunDirectory, RunStatus};
use walras_scenario::{Built, Loaded};

use crate::error::RunError;
use crate::recorder::names_of;
use crate::schedule::Schedule;
use crate::summary::unit_of;

/// Seconds in a year of 365 days, by which `steps_per_year` becomes the length of a step.
const YEAR_S: f64 = 31_536_000.0;

/// The manifest of a run that is about to start.
pub(crate) fn describe(loaded: &Loaded, built: &Built, seed: u64, schedule: &Schedule) -> Manifest {
    let scenario = &loaded.scenario;
    let (assets, markets, cohorts) = describe_world(&built.world);
    let resources = describe_resources(&built.world);
    let data_files = built.data_files.iter().map(|file| DataFile {
        path: file.path.clone(),
        blake3: file.blake3.clone(),
        bytes: file.bytes,
    });
    Manifest {
        format: FORMAT,
        walras_version: env!("CARGO_PKG_VERSION").to_owned(),
        name: scenario.run.name.clone(),
        description: scenario.run.description.clone(),
        scenario_text: loaded.text.clone(),
        scenario_hash: blake3::hash(loaded.text.as_bytes()).to_hex().to_string(),
        overrides: loaded.overrides.clone(),
        data_files: data_files.collect(),
        seed,
        steps: u64::from(schedule.steps),
        order_of_events: scenario.run.order_of_events.name().to_owned(),
        step_seconds: YEAR_S / scenario.run.steps_per_year,
        checkpoint_every: schedule.checkpoint_every.map_or(0, u64::from),
        hash_every: u64::from(schedule.hash_every),
        features: features(),
        status: RunStatus::Running,
        started_unix_s: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
        wall_seconds: 0.0,
        step_hashes: Vec::new(),
        final_hash: None,
        final_step: 0,
        assets,
        markets,
        resources,
        contracts: describe_contracts(&built.world),
        cohorts,
        log: LogHeads::default(),
        tables: Vec::new(),
        summary: serde_json::Value::Null,
    }
}

/// Assets, markets and cohorts as a manifest lists them.
pub(crate) fn describe_world(world: &World) -> (Vec<AssetEntry>, Vec<MarketEntry>, Vec<CohortEntry>) {
    let assets = world.assets.iter();
    let markets = world.venues.iter().map(|venue| MarketEntry {
        name: venue.name.clone(),
        asset: world.assets[venue.asset.index()].name.clone(),
        mechanism: venue.mechanism(),
        settlement: venue.settlement().to_owned(),
    });
    (
        assets.map(|asset| AssetEntry { name: asset.name.clone(), decimals: asset.decimals }).collect(),
        markets.collect(),
        cohorts(world),
    )
}

fn describe_resources(world: &World) -> Vec<ResourceEntry> {
    let entry = |source: &walras_engine::resource::Source| ResourceEntry {
        name: source.name.clone(),
        assets: source.assets().map(|asset| world.assets[asset.index()].name.clone()).collect(),
        rule: source.rule.name().to_owned(),
    };
    world.resources.iter().map(entry).collect()
}

fn describe_contracts(world: &World) -> Vec<ContractEntry> {
    let entry = |group: &walras_engine::contract::Group| ContractEntry {
        name: group.name.clone(),
        asset: world.assets[group.paid_in.index()].name.clone(),
        contribution: group.plan.contribution.name().to_owned(),
        unit: unit_of(world, group),
        affiliates: world.cohorts[group.affiliates].name.clone(),
        count: group.contracts.len() as u64,
    };
    world.contracts.iter().map(entry).collect()
}

fn cohorts(world: &World) -> Vec<CohortEntry> {
    let mut first_agent = 0;
    let entry = |cohort: &walras_engine::world::Cohort| {
        let size = cohort.size as u64;
        first_agent += size;
        CohortEntry {
            name: cohort.name.clone(),
            size,
            first_agent: first_agent - size,
            policy: cohort.policy_name.to_owned(),
            objective: cohort.objective.name().to_owned(),
        }
    };
    world.cohorts.iter().map(entry).collect()
}

/// What this process runs on, in the thread pool it is called in.
pub(crate) fn features() -> Features {
    Features {
        threads: rayon::current_num_threads() as u32,
        target_arch: std::env::consts::ARCH.to_owned(),
        vector: vector().to_owned(),
    }
}

#[cfg(target_arch = "x86_64")]
fn vector() -> &'static str {
    if is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw")
    {
        "avx512"
    } else if is_x86_feature_detected!("avx2") {
        "avx2"
    } else {
        "none"
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn vector() -> &'static str {
    if cfg!(target_arch = "aarch64") { "neon" } else { "none" }
}

/// The tables that the scenario asks for.
pub(crate) fn tables(loaded: &Loaded, world: &World) -> TableConfig {
    let record = &loaded.scenario.record;
    TableConfig {
        markets: record.markets,
        fills: record.fills,
        agents: record.agents,
        events: record.events,
        accounts: record.accounts,
        parameters: record.parameters,
        resources: record.resources && !world.resources.is_empty(),
        demand: record.demand && world.cohorts.iter().any(|cohort| cohort.demand.is_some()),
        proposals: record.proposals && !world.bodies.is_empty(),
        alerts: record.alerts && !world.watchers.is_empty(),
        tasks: record.tasks && !world.tasks.is_empty(),
        contracts: record.contracts && !world.contracts.is_empty(),
        affiliates: record.affiliates && !world.contracts.is_empty(),
        names: names_of(world),
    }
}

/// The file that says where a scenario's data files are: the directory their paths are relative to.
const DATA_DIRECTORY: &str = "data-directory.txt";

/// Writes down the directory that data files are relative to.
pub(crate) fn remember_base(directory: &RunDirectory, base: &Path) -> Result<(), RunError> {
    let base = fs::canonicalize(if base.as_os_str().is_empty() { Path::new(".") } else { base });
    let path = directory.root().join(DATA_DIRECTORY);
    let written = base.and_then(|base| fs::write(&path, base.to_string_lossy().as_bytes()));
    written.map_err(|error| RunError::other(format!("cannot write {}: {error}", path.display())))
}

/// The scenario of a run, from its manifest alone. Data files are looked for where they were.
///
/// # Errors
/// When the manifest's scenario is not valid: it was changed, or is of another version.
pub(crate) fn reload(directory: &RunDirectory, manifest: &Manifest) -> Result<Loaded, RunError> {
    let base = fs::read_to_string(directory.root().join(DATA_DIRECTORY));
    let base = base.map_or_else(|_| directory.root().to_path_buf(), PathBuf::from);
    let is_json = manifest.scenario_text.trim_start().starts_with('{');
    let name = directory.scenario().with_extension(if is_json { "json" } else { "toml" }).display().to_string();
    let loaded = Loaded::from_text(&name, &manifest.scenario_text, &base, &manifest.overrides)?;
    if u64::from(loaded.scenario.run.steps) != manifest.steps {
        let (said, told) = (loaded.scenario.run.steps, manifest.steps);
        return Err(RunError::other(format!("the manifest tells of {told} steps and its scenario of {said}")));
    }
    Ok(loaded)
}

/// Which data files are not what they were when the run was made.
pub(crate) fn changed_data_files(manifest: &Manifest, built: &Built) -> Vec<String> {
    let recorded = |path: &str| manifest.data_files.iter().find(|file| file.path == path);
    let changed = built.data_files.iter().filter_map(|file| match recorded(&file.path) {
        Some(was) if was.blake3 == file.blake3 && was.bytes == file.bytes => None,
        Some(_) => Some(format!("{} has changed since the run", file.path)),
        None => Some(format!("{} was not read by the run", file.path)),
    });
    let missing = manifest.data_files.iter().filter(|was| !built.data_files.iter().any(|file| file.path == was.path));
    changed.chain(missing.map(|was| format!("{} is not read any more", was.path))).collect()
}

/// Bytes of memory that are free, or a guess where the system does not say.
pub(crate) fn memory_free() -> u64 {
    const GUESS: u64 = 8 << 30;
    let Ok(text) = fs::read_to_string("/proc/meminfo") else { return GUESS };
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.map_or(GUESS, |kib| kib << 10)
}
