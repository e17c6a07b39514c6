//! How well prices tell what an asset is worth, and which market tells it first.

mod error;
mod information;
mod signature;
mod variance_ratio;

pub use error::{PRICE_DISCOVERY_ERROR, price_discovery_error};
pub use information::{INFORMATION_SHARE, InformationShare, information_share};
pub use signature::{VOLATILITY_SIGNATURE, volatility_signature};
pub use variance_ratio::{VARIANCE_RATIO, VarianceRatio, variance_ratio};
