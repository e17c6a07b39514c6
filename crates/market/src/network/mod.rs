//! Places, the links between them, and the ways over these.
//!
//! A [`Topology`] says which places are linked: drawn, regular, or from a file. [`Network`] is what it builds, in which
//! [`Ways`] are found from one place to all others. Every topology builds links between different places that exist, no
//! two between the same places, and what is drawn is the same for the same keys; `tests/network_laws.rs` holds every
//! entry to this.

mod complete;
mod file;
mod graph;
mod grid;
mod random;
mod ring;
mod scale_free;
mod small_world;
mod star;

use std::fmt::Debug;
use std::sync::Arc;

use walras_catalog::entries;
use walras_numerics::{Keys, Purpose};

pub use complete::Complete;
pub use file::File;
pub use graph::{Link, Network, Ways};
pub use grid::Grid;
pub use random::Random;
pub use ring::Ring;
pub use scale_free::ScaleFree;
pub use small_world::SmallWorld;
pub use star::Star;

/// What a topology is built with.
pub struct Ground<'a> {
    /// The run's keys.
    pub keys: Keys,
    /// What draws are for.
    pub purpose: Purpose,
    /// What a link is like that says nothing else.
    pub link: Link,
    /// Files.
    pub files: &'a mut dyn Files,
}

/// Columns of files, read by whoever may.
pub trait Files {
    /// A column of texts.
    ///
    /// # Errors
    /// Says what is wrong with the file or column.
    fn texts(&mut self, file: &str, column: &str) -> Result<Arc<[String]>, String>;

    /// A column of numbers.
    ///
    /// # Errors
    /// Says what is wrong with the file or column.
    fn numbers(&mut self, file: &str, column: &str) -> Result<Arc<[f64]>, String>;
}

/// Which places are linked.
pub trait Topology: Debug + Send + Sync {
    /// Builds it.
    ///
    /// # Errors
    /// Says what is wrong with a file or a parameter.
    fn build(&self, ground: &mut Ground<'_>) -> Result<Network, String>;
}

entries! {
    /// Any topology.
    pub enum AnyTopology: dyn Topology = "topology" {
        Ring(Ring),
        Grid(Grid),
        Star(Star),
        Complete(Complete),
        Random(Random),
        SmallWorld(SmallWorld),
        ScaleFree(ScaleFree),
        File(File),
    }
}

/// The most places of a network.
pub const PLACES_MAX: f64 = 100_000.0;
/// The most links of a network.
pub const LINKS_MAX: usize = 5_000_000;
