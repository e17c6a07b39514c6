//! What tests of whole economies share.

use std::path::Path;

use walras_engine::World;
use walras_scenario::Loaded;

/// The world of a scenario with these settings, by this seed.
pub(crate) fn build(text: &str, set: &[&str], seed: u64) -> World {
    let set: Vec<String> = set.iter().map(|&set| set.to_owned()).collect();
    let loaded = Loaded::from_text("test.toml", text, Path::new(""), &set).unwrap_or_else(|error| panic!("{error}"));
    loaded.build(seed, u64::MAX).unwrap_or_else(|error| panic!("{error}")).world
}
