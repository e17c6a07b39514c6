//! One set of parameters for each policy, for a token that costs about 1 and is valued at about 2.

use super::Setting;

/// The policy that trades at random.
pub(crate) const NOISE: &str = "zero_intelligence";

/// Whether agents of this policy act only on moves of the price or serve others, so that among themselves nothing ever
/// moves.
pub(crate) fn only_follows(name: &str) -> bool {
    matches!(
        name,
        "momentum"
            | "mean_reversion"
            | "arbitrageur"
            | "avellaneda_stoikov"
            | "inventory_market_maker"
            | "liquidity_provider"
            | "stop_loss"
    )
}

/// Whether agents of this policy need an order book to trade in.
pub(crate) fn needs_book(name: &str) -> bool {
    name == "stop_loss"
}

/// An agent stakes a tenth of what it has in one order.
const ORDER_SIZE: &str = "{ amount = 0.1, unit = \"share\" }";
/// Most agents' private valuations are from 1.3 to 3.
const VALUATION: &str = "{ kind = \"lognormal\", median = 2.0, sigma = 0.4 }";

/// One token that an agent may buy, again and again, worth as much to it as a private valuation.
const ENTITLEMENT: &str =
    "{ role = \"buyer\", units = [{ kind = \"lognormal\", median = 2.0, sigma = 0.4 }], period = 10 }";

/// Parameters for the policy `name`.
pub(crate) fn sample(name: &str) -> Option<Vec<Setting>> {
    let settings: &[(&'static str, &str)] = match name {
        "zero_intelligence" => {
            &[("valuation", VALUATION), ("highest", "4.0"), ("activity", "0.2"), ("order_size", ORDER_SIZE)]
        }
        "zip" => &[("entitlement", ENTITLEMENT), ("activity", "0.2")],
        "gjerstad_dickhaut" | "adaptive_aggressive" => {
            &[("entitlement", ENTITLEMENT), ("highest", "4.0"), ("activity", "0.2")]
        }
        "noise" => &[("activity", "0.2"), ("buyer", "0.55"), ("order_size", ORDER_SIZE)],
        "value" => &[("noise", "0.2"), ("surplus", "0.05"), ("activity", "0.2"), ("order_size", ORDER_SIZE)],
        "chiarella_iori" => &[
            ("fundamentalist", "{ kind = \"uniform\", low = 0.5, high = 1.5 }"),
            ("chartist", "{ kind = \"uniform\", low = 0, high = 1 }"),
            ("activity", "0.2"),
            ("order_size", ORDER_SIZE),
        ],
        "avellaneda_stoikov" | "inventory_market_maker" => &[("order_size", ORDER_SIZE)],
        "arbitrageur" => &[("against", "\"fundamental\""), ("share", "0.1")],
        "liquidity_provider" => &[("share", "0.5")],
        "latent_liquidity" => &[("volatility", "0.01"), ("cancellation", "0.01"), ("band", "0.2")],
        "wash_trader" => &[("volume", "20")],
        "execution" => &[("role", "\"buyer\""), ("total", "10"), ("duration", "40")],
        "threshold" => &[
            ("buy_below", "{ kind = \"uniform\", low = 0.8, high = 1.8 }"),
            ("sell_above", "{ kind = \"uniform\", low = 1.8, high = 3.0 }"),
            ("activity", "0.2"),
            ("order_size", ORDER_SIZE),
            ("slippage", "0.05"),
        ],
        "logistic" => &[
            ("valuation", VALUATION),
            ("sensitivity", "4.0"),
            ("activity", "0.2"),
            ("order_size", ORDER_SIZE),
            ("slippage", "0.05"),
        ],
        "momentum" | "mean_reversion" => &[
            ("fast", "5"),
            ("slow", "{ kind = \"uniform\", low = 10, high = 60 }"),
            ("threshold", "0.01"),
            ("activity", "0.2"),
            ("order_size", ORDER_SIZE),
            ("slippage", "0.05"),
        ],
        "switching" => &[
            ("reversion", "0.5"),
            ("extrapolation", "0.5"),
            ("threshold", "0.01"),
            ("activity", "0.2"),
            ("order_size", ORDER_SIZE),
            ("slippage", "0.05"),
        ],
        "buy_and_hold" => {
            &[("share", "0.9"), ("start", "{ kind = \"uniform\", low = 0, high = 100 }"), ("slippage", "0.05")]
        }
        "stop_loss" => &[("distance", "0.05"), ("reentry", "0.05"), ("order_size", ORDER_SIZE), ("slippage", "0.05")],
        "rebalancer" => &[("weights", "1.0"), ("cash", "1.0"), ("band", "0.05"), ("slippage", "0.05")],
        _ => return None,
    };
    Some(settings.iter().map(|&(key, value)| (key, value.to_owned())).collect())
}
