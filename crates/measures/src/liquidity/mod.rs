//! What it costs to trade at once, how much can be traded, and how far trades move prices.

mod book;
mod fill;
mod impact;
mod spread;

pub use book::{DEPTH_WITHIN, ORDER_BOOK_IMBALANCE, depth_within, order_book_imbalance};
pub use fill::{FILL_RATIO, fill_ratio};
pub use impact::{
    AMIHUD_ILLIQUIDITY, IMPACT_CURVE, IMPACT_EXPONENT, ImpactBin, KYLE_LAMBDA, amihud_illiquidity, impact_curve,
    impact_exponent, kyle_lambda,
};
pub use spread::{
    EFFECTIVE_SPREAD, PRICE_IMPACT, QUOTED_SPREAD, REALISED_SPREAD, RELATIVE_SPREAD, SPREAD_DECOMPOSITION,
    SpreadDecomposition, effective_spread, price_impact, quoted_spread, realised_spread, relative_spread,
    spread_decomposition,
};
