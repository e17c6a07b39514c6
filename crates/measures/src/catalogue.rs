//! Every measure's description in one list.

use crate::{
    allocation, autocorrelation, discovery, drawdown, efficiency, facts, inequality, institution, liquidity, moments,
    performance, provision, quantile, regression, reserve, returns, slippage, tail, turnover, volatility,
};

/// What a measure means, how it is computed and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MeasureDescription {
    /// The measure's name, which is also its function's.
    pub name: &'static str,
    /// One line in plain words.
    pub meaning: &'static str,
    /// The formula, in the words of the function's parameters.
    pub formula: &'static str,
    /// The unit of the result.
    pub unit: &'static str,
    /// The paper, book or convention that defines it.
    pub source: &'static str,
}

/// Every measure, by subject, in the order in which documentation shows them.
#[must_use]
pub fn list() -> &'static [MeasureDescription] {
    &LIST
}

/// The measure of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static MeasureDescription> {
    LIST.iter().find(|description| description.name == name)
}

static LIST: [MeasureDescription; 121] = [
    returns::SIMPLE_RETURNS,
    returns::LOG_RETURNS,
    returns::CUMULATIVE_RETURN,
    returns::COMPOUNDED_RETURN,
    volatility::PRICE_VOLATILITY,
    volatility::LOG_RETURN_VOLATILITY,
    volatility::REALISED_VARIANCE,
    volatility::REALISED_VOLATILITY,
    volatility::ROLLING_PRICE_VOLATILITY,
    volatility::ROLLING_LOG_RETURN_VOLATILITY,
    volatility::ANNUALISED,
    volatility::EWMA_VOLATILITY,
    volatility::EWMA_VOLATILITY_SERIES,
    drawdown::DRAWDOWN_SERIES,
    drawdown::MAXIMUM_DRAWDOWN,
    drawdown::ULCER_INDEX,
    drawdown::TIME_UNDER_WATER,
    turnover::MARKET_CAPITALISATION,
    turnover::TURNOVER,
    turnover::AVERAGE_TURNOVER,
    slippage::SLIPPAGE_PAID,
    slippage::RELATIVE_SLIPPAGE,
    slippage::VOLUME_WEIGHTED_SLIPPAGE,
    slippage::VOLUME_WEIGHTED_AVERAGE_PRICE,
    reserve::RESERVE_RATIO,
    reserve::RESERVE_RATIO_SERIES,
    reserve::MINIMUM_RESERVE_RATIO,
    reserve::COVERAGE,
    inequality::GINI,
    inequality::LORENZ_CURVE,
    inequality::TOP_SHARE,
    inequality::HERFINDAHL_HIRSCHMAN_INDEX,
    inequality::THEIL_INDEX,
    inequality::ATKINSON_INDEX,
    inequality::NAKAMOTO_COEFFICIENT,
    performance::PROFIT_AND_LOSS,
    performance::SHARPE_RATIO,
    performance::ANNUALISED_SHARPE_RATIO,
    performance::SORTINO_RATIO,
    performance::BUY_AND_HOLD_WEALTH,
    performance::REGRET_AGAINST_BUY_AND_HOLD,
    performance::HIT_RATE,
    moments::MEAN,
    moments::POPULATION_VARIANCE,
    moments::SAMPLE_VARIANCE,
    moments::STANDARD_DEVIATION,
    moments::SKEWNESS,
    moments::KURTOSIS,
    quantile::QUANTILE,
    quantile::QUANTILES,
    quantile::MEDIAN,
    tail::HILL_ESTIMATOR,
    tail::HILL_ESTIMATE,
    autocorrelation::AUTOCORRELATION,
    autocorrelation::AUTOCORRELATION_FUNCTION,
    efficiency::COMPETITIVE_EQUILIBRIUM,
    efficiency::ALLOCATIVE_EFFICIENCY,
    efficiency::SMITH_ALPHA,
    efficiency::PROFIT_DISPERSION,
    liquidity::QUOTED_SPREAD,
    liquidity::RELATIVE_SPREAD,
    liquidity::EFFECTIVE_SPREAD,
    liquidity::REALISED_SPREAD,
    liquidity::PRICE_IMPACT,
    liquidity::SPREAD_DECOMPOSITION,
    liquidity::DEPTH_WITHIN,
    liquidity::ORDER_BOOK_IMBALANCE,
    liquidity::FILL_RATIO,
    liquidity::KYLE_LAMBDA,
    liquidity::AMIHUD_ILLIQUIDITY,
    liquidity::IMPACT_CURVE,
    liquidity::IMPACT_EXPONENT,
    discovery::PRICE_DISCOVERY_ERROR,
    discovery::INFORMATION_SHARE,
    discovery::VOLATILITY_SIGNATURE,
    discovery::VARIANCE_RATIO,
    facts::DECAY_EXPONENT,
    facts::EXCESS_KURTOSIS_BY_INTERVAL,
    facts::VOLUME_VOLATILITY_CORRELATION,
    facts::LEVERAGE_EFFECT,
    facts::STYLISED_FACTS,
    allocation::JAIN_INDEX,
    allocation::ENVY_SHARE,
    allocation::DOMINANT_SHARES,
    allocation::DOMINANT_SHARE_RANGE,
    allocation::DOMINANT_SHARE_GINI,
    allocation::UTILISATION,
    allocation::WASTE_SHARE,
    allocation::HOARDED_SHARE,
    allocation::DEADLINES_MET,
    allocation::MEAN_WAIT,
    allocation::WAIT_QUANTILE,
    allocation::BEST_VALUE,
    allocation::VALUE_EFFICIENCY,
    allocation::BEST_VALUE_OF_TASKS,
    allocation::PRICE_OF_ANARCHY,
    allocation::PRICE_OF_ANARCHY_OF_LINKS,
    allocation::CONGESTED_VOLATILITY,
    institution::PARTICIPATION,
    institution::BUDGET_BALANCE,
    institution::ESCROW_SOLVENCY,
    institution::COST_PER_CONTRIBUTION,
    institution::MANUFACTURED_SHARE,
    institution::ALERT_PRECISION,
    institution::ALERT_RECALL,
    institution::TIME_UNDER_HALT,
    institution::SETTLING_TIME,
    institution::OVERSHOOT,
    institution::INTEGRAL_ABSOLUTE_ERROR,
    institution::ALIGNMENT,
    provision::IMPERMANENT_LOSS,
    provision::WEIGHTED_IMPERMANENT_LOSS,
    provision::LOSS_VERSUS_REBALANCING,
    provision::LOSS_VERSUS_REBALANCING_RATE,
    provision::ARBITRAGE_SHARE_POISSON_BLOCKS,
    provision::ARBITRAGE_SHARE_FIXED_BLOCKS,
    provision::ROUTING_GAIN,
    regression::ORDINARY_LEAST_SQUARES,
    regression::LOG_LOG_REGRESSION,
    regression::CORRELATION,
    regression::MEAN_ESTIMATE,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// Every source file of this crate but this one.
    fn sources() -> Vec<String> {
        let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut texts = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name() != Path::new(file!()).file_name() {
                    texts.push(fs::read_to_string(path).unwrap());
                }
            }
        }
        texts
    }

    #[test]
    fn every_description_in_the_source_is_listed() {
        let written: usize = sources().iter().map(|text| text.matches(": MeasureDescription =").count()).sum();
        assert_eq!(written, list().len());
    }

    #[test]
    fn every_name_is_a_function_and_stands_once() {
        let texts = sources();
        let names: BTreeSet<&str> = list().iter().map(|description| description.name).collect();
        assert_eq!(names.len(), list().len());
        for name in names {
            assert!(texts.iter().any(|text| text.contains(&format!("pub fn {name}("))), "no function {name}");
        }
    }

    #[test]
    fn every_field_says_something_in_one_line() {
        for description in list() {
            let MeasureDescription { name, meaning, formula, unit, source } = *description;
            for text in [name, meaning, formula, unit, source] {
                assert!(!text.trim().is_empty() && !text.contains('\n'), "{name}");
            }
            assert_eq!(find(name), Some(description));
        }
        assert_eq!(find("no such measure"), None);
    }
}
