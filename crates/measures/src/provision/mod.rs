//! What providing liquidity to an automated market costs, and what routing over several markets gains.

mod impermanent;
mod rebalancing;
mod routing;

pub use impermanent::{IMPERMANENT_LOSS, WEIGHTED_IMPERMANENT_LOSS, impermanent_loss, weighted_impermanent_loss};
pub use rebalancing::{
    ARBITRAGE_SHARE_FIXED_BLOCKS, ARBITRAGE_SHARE_POISSON_BLOCKS, LOSS_VERSUS_REBALANCING,
    LOSS_VERSUS_REBALANCING_RATE, arbitrage_share_fixed_blocks, arbitrage_share_poisson_blocks,
    loss_versus_rebalancing, loss_versus_rebalancing_rate,
};
pub use routing::{ROUTING_GAIN, routing_gain};
