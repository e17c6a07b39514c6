//! Stylised facts: what the prices of nearly all markets have in common (Cont 2001).

mod aggregation;
mod decay;
mod leverage;
mod report;

pub use aggregation::{EXCESS_KURTOSIS_BY_INTERVAL, excess_kurtosis_by_interval};
pub use decay::{DECAY_EXPONENT, decay_exponent};
pub use leverage::{LEVERAGE_EFFECT, VOLUME_VOLATILITY_CORRELATION, leverage_effect, volume_volatility_correlation};
pub use report::{STYLISED_FACTS, StylisedFacts, StylisedFactsSettings, stylised_facts};
