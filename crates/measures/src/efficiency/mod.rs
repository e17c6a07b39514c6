//! How well a market shares out what there is to gain, and how far its prices and profits lie from equilibrium.

mod allocative;
mod dispersion;
mod equilibrium;

pub use allocative::{ALLOCATIVE_EFFICIENCY, allocative_efficiency};
pub(crate) use dispersion::root_mean_square;
pub use dispersion::{PROFIT_DISPERSION, SMITH_ALPHA, profit_dispersion, smith_alpha};
pub use equilibrium::{COMPETITIVE_EQUILIBRIUM, CompetitiveEquilibrium, competitive_equilibrium};
