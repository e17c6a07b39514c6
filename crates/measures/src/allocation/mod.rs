//! How a capacity is shared among those who ask for it: how evenly, how well, and with what delay.
//!
//! Amounts are of one resource, in any unit; rows are requesters. That of several resources at once is said by
//! [`dominant_shares`] and [`best_value_of_tasks`].

mod anarchy;
mod congestion;
mod dominant;
mod envy;
mod jain;
mod tasks;
mod use_of_capacity;
mod value;
mod waiting;

pub use anarchy::{
    PRICE_OF_ANARCHY, PRICE_OF_ANARCHY_OF_LINKS, ParallelLinks, price_of_anarchy, price_of_anarchy_of_links,
};
pub use congestion::{CONGESTED_VOLATILITY, congested_volatility};
pub use dominant::{
    DOMINANT_SHARE_GINI, DOMINANT_SHARE_RANGE, DOMINANT_SHARES, dominant_share_gini, dominant_share_range,
    dominant_shares,
};
pub use envy::{ENVY_SHARE, envies, envy_share};
pub use jain::{JAIN_INDEX, jain_index};
pub use tasks::{BEST_VALUE_OF_TASKS, Tasks, best_value_of_tasks};
pub use use_of_capacity::{HOARDED_SHARE, UTILISATION, WASTE_SHARE, hoarded_share, utilisation, waste_share};
pub use value::{BEST_VALUE, VALUE_EFFICIENCY, best_value, best_value_of_rows, value_efficiency};
pub use waiting::{DEADLINES_MET, MEAN_WAIT, WAIT_QUANTILE, deadlines_met, mean_wait, wait_quantile};
