//! The crate's one convention, on any input whatever: a finite number or `None`, and no panic.

use proptest::prelude::*;
use walras_measures::allocation::{self, ParallelLinks, Tasks};
use walras_measures::inequality::{
    Distribution, atkinson_index, gini, herfindahl_hirschman_index, lorenz_curve, theil_index, top_share,
};
use walras_measures::running::{
    RollingDeviation, RollingReturnVolatility, RunningDrawdown, RunningEwmaVolatility, RunningExtent, RunningMoments,
    RunningReserveRatio, RunningReturns, RunningSlippage, RunningTurnover,
};
use walras_measures::{autocorrelation, drawdown, institution, moments, performance, quantile};
use walras_measures::{discovery, efficiency, facts, liquidity, provision, regression};
use walras_measures::{reserve, returns, slippage, tail, turnover, volatility};

/// Any float: every class, the extremes, and plain numbers often enough that measures are defined.
fn float() -> impl Strategy<Value = f64> {
    prop_oneof![
        40 => 0.0..1000.0_f64,
        10 => any::<f64>().prop_map(f64::abs),
        4 => prop::num::f64::SUBNORMAL.prop_map(f64::abs),
        4 => prop::sample::select(vec![0.0, -0.0, 1.0, f64::MAX, f64::MIN_POSITIVE, 5e-324]),
        1 => prop::num::f64::ANY,
    ]
}

fn column() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(float(), 0..12)
}

/// Collects results and holds each to the convention.
#[track_caller]
fn finite(result: Option<f64>) {
    assert!(result.is_none_or(f64::is_finite), "{result:?}");
}

#[track_caller]
fn all_finite(result: Option<Vec<f64>>) {
    result.into_iter().flatten().for_each(|number| finite(Some(number)));
}

#[track_caller]
fn finite_line(result: Option<regression::Regression>) {
    let Some(line) = result else { return };
    all_finite(Some(vec![line.slope, line.intercept, line.slope_error, line.intercept_error, line.r_squared]));
}

#[track_caller]
fn finite_estimate(result: Option<regression::Estimate>) {
    all_finite(result.map(|estimate| vec![estimate.value, estimate.standard_error]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn measures_of_institutions(x in column(), y in column(), z in column(), a in float(), b in float()) {
        finite(institution::participation(&x, &y));
        finite(institution::budget_balance(&x, &y));
        finite(institution::escrow_solvency(&x, &y));
        finite(institution::cost_per_contribution(a, b));
        finite(institution::manufactured_share(&x, &y, &z));
        finite(institution::overshoot(&x, a));
        finite(institution::integral_absolute_error(&x, &y));
        finite(institution::alignment(&x, &y));
        let settled = institution::settling_time(&x, a, b);
        assert!(settled.is_none_or(|step| step < x.len()));
        let steps: Vec<usize> = x.iter().map(|&step| step as usize).collect();
        let planted: Vec<_> = y.iter().zip(&z).map(|(&from, &to)| from as usize..to as usize).collect();
        finite(institution::alert_precision(&steps, &planted));
        finite(institution::alert_recall(&steps, &planted));
        finite(institution::time_under_halt(&x.iter().map(|&x| x > a).collect::<Vec<_>>()));
    }

    #[test]
    fn measures_of_allocation(x in column(), y in column(), z in column(), parameter in float(), p in 0.0..=1.0_f64) {
        finite(allocation::jain_index(&x));
        finite(allocation::envy_share(&x, &y, &z, parameter));
        finite(allocation::envy_share(&x, &y, &[], parameter));
        all_finite(allocation::dominant_shares(&[&x, &y], &z));
        finite(allocation::dominant_share_range(&[&x], &[parameter]));
        finite(allocation::dominant_share_gini(&[&x], &[parameter]));
        finite(allocation::utilisation(parameter, p));
        finite(allocation::waste_share(parameter, p));
        finite(allocation::hoarded_share(&x, &y));
        finite(allocation::best_value(&x, &y, parameter));
        finite(allocation::value_efficiency(&x, &y, &z, parameter));
        finite(allocation::price_of_anarchy(parameter, p));
        finite(allocation::price_of_anarchy_of_links(&ParallelLinks { slopes: &x, delays: &y }, parameter));
        finite(allocation::congested_volatility(&x, &y, &z));
        let counts: Vec<u64> = x.iter().map(|&count| count as u64).collect();
        finite(allocation::mean_wait(&counts));
        finite(allocation::wait_quantile(&counts, p).map(|steps| steps as f64));
        let takes: Vec<[f64; 2]> = x.iter().zip(&y).map(|(&a, &b)| [a, b]).collect();
        let of = |takes| Tasks { value: parameter, count: p * parameter, takes };
        let users: Vec<Tasks<'_>> = takes.iter().map(|takes| of(takes)).collect();
        finite(allocation::best_value_of_tasks(&users, &[parameter, p], false));
    }

    #[test]
    fn measures_of_markets_from_one_series(x in column(), parameter in float(), k in 0..14_usize) {
        finite_estimate(regression::mean_estimate(&x));
        finite_estimate(tail::hill_estimate(&x, k));
        finite_estimate(facts::decay_exponent(&x, k));
        finite(efficiency::smith_alpha(&x, parameter));
        all_finite(facts::leverage_effect(&x, k));
        facts::excess_kurtosis_by_interval(&x, &[k, 1, 2]).into_iter().flatten().for_each(finite);
        discovery::volatility_signature(&x, &[k, 1, 2]).into_iter().flatten().for_each(finite);
        if let Some(ratio) = discovery::variance_ratio(&x, k) {
            all_finite(Some(vec![ratio.ratio, ratio.z, ratio.robust_z]));
        }
        finite(provision::impermanent_loss(parameter));
        finite(provision::loss_versus_rebalancing_rate(parameter));
        finite(provision::routing_gain(parameter, &x));
    }

    #[test]
    fn measures_of_markets_from_columns(
        rows in prop::collection::vec((float(), float(), float(), any::<bool>()), 0..12), k in 0..6_usize,
        (a, b, c, d) in (float(), float(), float(), float()),
    ) {
        let column = |of: fn(&(f64, f64, f64, bool)) -> f64| rows.iter().map(of).collect::<Vec<f64>>();
        let (x, y, z) = (column(|row| row.0), column(|row| row.1), column(|row| row.2));
        let signed = column(|row| if row.3 { row.0 } else { -row.0 });
        finite_line(regression::ordinary_least_squares(&signed, &y));
        finite_line(regression::log_log_regression(&x, &y));
        finite_line(liquidity::kyle_lambda(&signed, &y));
        finite_line(liquidity::impact_exponent(&signed, &y, k));
        finite(regression::correlation(&signed, &y));
        finite(facts::volume_volatility_correlation(&x, &signed));
        if let Some(found) = efficiency::competitive_equilibrium(&x, &y) {
            all_finite(Some(vec![found.lowest_price, found.highest_price, found.price(), found.surplus]));
        }
        finite(efficiency::allocative_efficiency(&x, &y, &y, &z));
        finite(efficiency::profit_dispersion(&signed, &y));
        finite(liquidity::quoted_spread(a, b));
        finite(liquidity::relative_spread(a, b));
        finite(liquidity::effective_spread(-a, b, c));
        finite(liquidity::realised_spread(a, b, c));
        finite(liquidity::price_impact(a, b, c));
        if let Some(found) = liquidity::spread_decomposition(&signed, &x, &y, &z) {
            all_finite(Some(vec![found.effective, found.realised, found.impact]));
        }
        finite(liquidity::depth_within(&x, &y, a, b));
        finite(liquidity::order_book_imbalance(a, b));
        finite(liquidity::amihud_illiquidity(&signed, &y));
        for bin in liquidity::impact_curve(&signed, &y, k).into_iter().flatten() {
            all_finite(Some(vec![bin.volume, bin.mean_return, bin.standard_error]));
        }
        finite(liquidity::fill_ratio(&x, &y));
        finite(discovery::price_discovery_error(&x, &y));
        if let Some(found) = discovery::information_share(&x, &y, k % 3) {
            all_finite(Some(vec![found.lowest, found.highest, found.middle(), found.component_share]));
        }
        let settings = facts::StylisedFactsSettings { greatest_lag: k, tail_fraction: d, ..Default::default() };
        if let Some(found) = facts::stylised_facts(&x, &y, &settings) {
            all_finite(Some([found.return_autocorrelation, found.absolute_autocorrelation, found.leverage].concat()));
            finite_estimate(found.absolute_decay);
            finite_estimate(found.tail_index);
        }
        finite(provision::weighted_impermanent_loss(a, b));
        finite(provision::weighted_impermanent_loss(a, 0.3));
        finite(provision::loss_versus_rebalancing(&x, &signed, &z));
        finite(provision::arbitrage_share_poisson_blocks(a, b));
        finite(provision::arbitrage_share_fixed_blocks(a, b));
    }

    #[test]
    fn measures_of_one_series(x in column(), parameter in float(), k in 0..14_usize) {
        all_finite(returns::simple_returns(&x));
        all_finite(returns::log_returns(&x));
        finite(returns::cumulative_return(&x));
        finite(returns::compounded_return(&x));
        finite(volatility::price_volatility(&x));
        finite(volatility::log_return_volatility(&x));
        finite(volatility::realised_volatility(&x));
        volatility::rolling_price_volatility(&x, k).into_iter().for_each(finite);
        volatility::rolling_log_return_volatility(&x, k).into_iter().for_each(finite);
        all_finite(volatility::ewma_volatility_series(&x, parameter));
        all_finite(volatility::ewma_volatility_series(&x, 0.94));
        all_finite(drawdown::drawdown_series(&x));
        finite(drawdown::maximum_drawdown(&x).map(|deepest| deepest.depth));
        finite(drawdown::ulcer_index(&x));
        let _ = drawdown::time_under_water(&x);
        for moment in [
            moments::mean, moments::population_variance, moments::sample_variance, moments::standard_deviation,
            moments::skewness, moments::kurtosis, quantile::median, performance::hit_rate,
        ] {
            finite(moment(&x));
        }
        finite(quantile::quantile(&x, parameter));
        finite(quantile::quantile(&x, 0.3));
        finite(performance::sharpe_ratio(&x, parameter));
        finite(performance::annualised_sharpe_ratio(&x, 0.0, parameter));
        finite(performance::sortino_ratio(&x, parameter));
        finite(tail::hill_estimator(&x, k));
        all_finite(autocorrelation::autocorrelation_function(&x, k));
    }

    #[test]
    fn measures_of_one_distribution(x in column(), parameter in float(), fraction in 0.0..=1.0_f64) {
        finite(gini(&x));
        finite(herfindahl_hirschman_index(&x));
        finite(theil_index(&x));
        finite(atkinson_index(&x, parameter));
        finite(atkinson_index(&x, 2.0 * fraction));
        for share in [parameter, fraction] {
            finite(top_share(&x, share));
            all_finite(lorenz_curve(&x, &[share, 0.5]));
        }
        if let Some(distribution) = Distribution::new(x.clone()) {
            prop_assert!((0.0..1.0).contains(&distribution.gini()));
            finite(Some(distribution.total()));
            finite(distribution.quantile(fraction));
        }
    }

    #[test]
    fn measures_of_columns_and_single_numbers(
        rows in prop::collection::vec((float(), float(), float()), 0..8), (a, b, c, d) in (float(), float(), float(), float()),
    ) {
        let x: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let y: Vec<f64> = rows.iter().map(|row| row.1).collect();
        let z: Vec<f64> = rows.iter().map(|row| row.2).collect();
        finite(turnover::turnover(a, b));
        finite(turnover::market_capitalisation(a, b));
        finite(turnover::average_turnover(&x, &y));
        finite(slippage::slippage_paid(a, b, c));
        finite(slippage::relative_slippage(a, b, c));
        finite(slippage::volume_weighted_slippage(&x, &y, &z));
        finite(slippage::volume_weighted_average_price(&x, &y));
        finite(reserve::reserve_ratio(a, b, c));
        reserve::reserve_ratio_series(&x, &y, &z).into_iter().flatten().for_each(finite);
        finite(reserve::minimum_reserve_ratio(&x, &y, &z));
        finite(reserve::coverage(a, b));
        finite(performance::profit_and_loss(a, b, c));
        finite(performance::buy_and_hold_wealth(a, b, c));
        finite(performance::regret_against_buy_and_hold(a, b, c, d));
        finite(volatility::annualised(a, b));
        finite(returns::log_return(a, b));
    }

    #[test]
    fn running_measures(rows in prop::collection::vec((float(), float(), float()), 0..20), window in 0..6_usize) {
        let mut moments = RunningMoments::default();
        let mut drawdown = RunningDrawdown::default();
        let mut extent = RunningExtent::default();
        let mut deviation = RollingDeviation::new(window);
        let mut rolling = RollingReturnVolatility::new(window);
        let mut returns = RunningReturns::default();
        let mut ewma = RunningEwmaVolatility::new(0.9);
        let mut reserve = RunningReserveRatio::default();
        let mut slippage = RunningSlippage::default();
        let mut turnover = RunningTurnover::default();
        for (a, b, c) in rows {
            moments.push(a);
            drawdown.push(a);
            extent.push(a);
            deviation.push(a);
            rolling.push(a);
            returns.push(a);
            ewma.push(a);
            reserve.push(a, b, c);
            slippage.push(a, b, c);
            turnover.push(a, b);
            for result in [
                moments.mean(), moments.sample_variance(), drawdown.current(), drawdown.ulcer_index(), extent.smallest(),
                extent.largest(), deviation.standard_deviation(), rolling.volatility(), returns.log_return_volatility(),
                returns.realised_volatility(), ewma.volatility(), reserve.minimum(), slippage.paid(),
                slippage.volume_weighted(), turnover.volume(), turnover.average_turnover(),
            ] {
                finite(result);
            }
        }
    }
}
