//! Clearing.
pub mod rationing;
