//! Contracts and those who promote what they pay for: what a scenario declares, and what stands while an economy runs.

mod contacts;
mod declared;
mod group;
mod touches;

pub use contacts::{Awareness, Contacts, Graph, Members, Promoter};
pub use declared::{ContactsPlan, PromotionPlan};
pub use group::{At, Case, Contributed, Controlled, Group, Primary};
pub use touches::Touches;
