//! A run made again from its manifest alone.

use std::path::Path;

use walras_engine::World;
use walras_record::{Manifest, RunDirectory};
use walras_scenario::Loaded;

use crate::error::RunError;
use crate::manifest::{changed_data_files, memory_free, reload};
use crate::schedule::Schedule;

/// What a run began with, built anew.
pub(crate) struct Rerun {
    pub(crate) directory: RunDirectory,
    pub(crate) manifest: Manifest,
    pub(crate) loaded: Loaded,
    pub(crate) schedule: Schedule,
    /// The world before its first step.
    pub(crate) world: World,
    /// What is not as it was with the data files.
    pub(crate) changed_data_files: Vec<String>,
}

impl Rerun {
    /// Builds the world that the run in `dir` began with.
    ///
    /// # Errors
    /// When there is no run, or its scenario cannot be built any more.
    pub(crate) fn open(dir: &Path) -> Result<Self, RunError> {
        let directory = RunDirectory::at(dir);
        let manifest = Manifest::read(&directory.manifest())?;
        let loaded = reload(&directory, &manifest)?;
        let schedule = Schedule::of(&loaded.scenario)?;
        let built = loaded.build(manifest.seed, memory_free())?;
        let changed_data_files = changed_data_files(&manifest, &built);
        Ok(Self { directory, manifest, loaded, schedule, world: built.world, changed_data_files })
    }

    /// The hash that the manifest has for the state after `done` steps.
    pub(crate) fn recorded_hash(&self, done: u32) -> Option<&str> {
        let hashes = &self.manifest.step_hashes;
        hashes.iter().find(|hash| hash.step == u64::from(done)).map(|hash| hash.hash.as_str())
    }
}

/// The error of work that was asked to stop.
pub(crate) fn stopped() -> RunError {
    RunError::other("stopped on request before the end")
}
