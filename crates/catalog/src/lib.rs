//! What can stand in a scenario, defined once.
//!
//! Every curve, policy, distribution, objective, controller and shock is an *entry*: a struct whose
//! parameters carry their meaning, unit, range and default. From that one definition come the strict
//! reading of a scenario, its JSON Schema, `walras list`, `walras explain` and the documentation.
//!
//! - [`value`]: the tree of checked values a scenario file becomes, with the place of each in the file
//! - [`problem`]: one clear message about one place
//! - [`parameter`]: what a parameter is, and its bounds
//! - [`read`]: from a value to a Rust type
//! - [`entry`](mod@entry): the macros that define an entry and a folder of entries
//! - [`words`]: names as they stand in sentences
//!
//! *Invariant:* this crate knows no file format and no mechanism.

pub mod entry;
pub mod parameter;
pub mod problem;
pub mod read;
pub mod reference;
pub mod value;
pub mod words;

pub use entry::Description;
pub use parameter::{Bounds, Kind, Parameter};
pub use problem::Problem;
pub use read::{Named, Read, TableReader};
pub use reference::Reference;
pub use value::{Node, Span, Table, Value};
