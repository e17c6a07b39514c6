//! What agents make of goods, as it stands while an economy runs.

mod from_nothing;
mod producer;

pub(crate) use from_nothing::{Technology, from_nothing};
pub(crate) use producer::Workplace;
pub use producer::{Good, Producer};
