//! Markets of buyers with budgets: proportional response, and the proof that comes with its answer.

use walras_market::equilibrium::fisher::eisenberg_gale::check;
use walras_market::equilibrium::fisher::{Buyer, Fisher, FisherOutcome, ProportionalResponse};
use walras_market::equilibrium::preference::{
    CobbDouglas, ConstantElasticity, Felicity, Leontief, Linear, QuasiLinear,
};
use walras_market::equilibrium::solver::{Adjustment, Tatonnement};
use walras_market::equilibrium::{AnyPreference, Consumer, Economy, Solver};
use walras_numerics::elementary::exp;
use walras_numerics::{Keys, Purpose, Stream};

const RESPONSE: ProportionalResponse = ProportionalResponse { tolerance: 1e-9, rounds_max: 200_000 };

fn linear(weights: &[f64]) -> AnyPreference {
    AnyPreference::Linear(Linear { weights: weights.to_vec() })
}

fn market(buyers: Vec<(AnyPreference, f64)>, supply: &[f64]) -> Fisher {
    let buyer = |(preference, budget)| Buyer { preference, budget };
    Fisher::new(buyers.into_iter().map(buyer).collect(), supply.to_vec()).unwrap()
}

#[track_caller]
fn solve(market: &Fisher, tolerance: f64) -> FisherOutcome {
    let outcome = ProportionalResponse { tolerance, ..RESPONSE }.solve(market).unwrap();
    assert!(outcome.converged, "a gap of {:e} is left after {} rounds", outcome.gap, outcome.rounds);
    outcome
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }
}

/// Worked out by hand. Budgets 2 and 1, one unit of each of two goods, utilities 2x + y and x + 2y. If each bought one
/// good alone the prices would be 2 and 1, where 2/2 = 1/1: the first buyer is just indifferent, the second prefers y.
/// Money adds up, so that is the equilibrium. With budgets 4 and 1 the first must buy of both: p1 = 2·p2 and
/// p1 + p2 = 5, so 10/3 and 5/3; the second buys 3/5 of y.
#[test]
fn two_linear_buyers_by_hand() {
    let buyers = |first| vec![(linear(&[2.0, 1.0]), first), (linear(&[1.0, 2.0]), 1.0)];
    let outcome = solve(&market(buyers(4.0), &[1.0, 1.0]), 1e-12);
    near(&outcome.prices, &[10.0 / 3.0, 5.0 / 3.0], 1e-5);
    near(&outcome.allocation[0], &[1.0, 0.4], 1e-5);
    near(&outcome.allocation[1], &[0.0, 0.6], 1e-5);
    let outcome = solve(&market(buyers(1.5), &[1.0, 1.0]), 1e-12);
    near(&outcome.prices, &[1.5, 1.0], 1e-6);
    // At the border the bids that must vanish do so no faster than one over the rounds.
    let outcome = solve(&market(buyers(2.0), &[1.0, 1.0]), 1e-5);
    near(&outcome.prices, &[2.0, 1.0], 1e-2);
}

/// A buyer of two goods and one of a single good, in fixed proportions: 1 of money on (1, 1) and 1 on (1, 0), one
/// unit of each good. The first good is short: both buyers can have half of it at a price of 2, and the second good
/// is free.
#[test]
fn a_good_in_plenty_has_no_price() {
    let leontief = |weights: [f64; 2]| AnyPreference::Leontief(Leontief { weights: weights.to_vec() });
    let market = market(vec![(leontief([1.0, 1.0]), 1.0), (leontief([1.0, 0.0]), 1.0)], &[1.0, 1.0]);
    let outcome = solve(&market, 1e-6);
    near(&outcome.prices, &[2.0, 0.0], 1e-5);
    near(&[outcome.allocation[0][0], outcome.allocation[1][0]], &[0.5, 0.5], 1e-5);
}

/// Budgets times shares over supplies, whatever the bids to begin with.
#[test]
fn cobb_douglas_prices_are_the_money_spent_on_each_good() {
    let cobb = |weights: [f64; 3]| AnyPreference::CobbDouglas(CobbDouglas { weights: weights.to_vec() });
    let market = market(vec![(cobb([0.5, 0.25, 0.25]), 4.0), (cobb([0.2, 0.8, 0.0]), 5.0)], &[3.0, 1.0, 0.5]);
    let outcome = solve(&market, 1e-12);
    near(&outcome.prices, &[1.0, 5.0, 2.0], 1e-12);
    assert_eq!(outcome.rounds, 1);
}

fn stream(case: u64) -> Stream {
    Keys::new(17).stream(Purpose::sample(0), case, 0)
}

/// Random markets; `kind` 0 to 4 is one kind of buyer, 5 all kinds.
fn draw_rows(kind: usize, stream: &mut Stream) -> (Vec<(AnyPreference, f64)>, Vec<f64>) {
    let (buyers, goods) = (2 + (stream.open_unit() * 5.0) as usize, 2 + (stream.open_unit() * 5.0) as usize);
    let preference = |stream: &mut Stream| {
        let weights: Vec<f64> = (0..goods).map(|_| 0.05 + stream.open_unit()).collect();
        let elastic =
            |elasticity| AnyPreference::ConstantElasticity(ConstantElasticity { weights: weights.clone(), elasticity });
        match if kind == 5 { (stream.open_unit() * 5.0) as usize } else { kind } {
            0 => linear(&weights),
            1 => AnyPreference::Leontief(Leontief { weights }),
            2 => AnyPreference::CobbDouglas(CobbDouglas { weights }),
            3 => elastic(1.0 + 5.0 * stream.open_unit()),
            _ => elastic(0.05 + 0.95 * stream.open_unit()),
        }
    };
    let buyers = (0..buyers).map(|_| (preference(stream), exp(stream.normal()))).collect();
    let supply: Vec<f64> = (0..goods).map(|_| exp(stream.normal())).collect();
    (buyers, supply)
}

fn draw(kind: usize, stream: &mut Stream) -> Fisher {
    let (buyers, supply) = draw_rows(kind, stream);
    market(buyers, &supply)
}

/// The gap is never negative, prices use up the money, goods are sold out, and when the gap is gone nobody could do
/// better with his budget: regret is at most what the gap allows, since −ln(1 − r) ≤ gap·money/budget.
#[test]
fn proportional_response_reaches_what_eisenberg_and_gale_call_an_equilibrium() {
    for kind in 0..6 {
        for case in 0..25 {
            let market = draw(kind, &mut stream(100 * kind as u64 + case));
            let slow = kind < 2 || kind == 5;
            let outcome = solve(&market, if slow { 1e-5 } else { 1e-11 });
            let found = check(&market, &outcome.prices, &outcome.allocation);
            assert!(found.gap >= -1e-14 && found.gap == outcome.gap);
            assert!(found.excess <= 1e-12 && found.unsold <= 1e-12);
            let least = market.budgets().iter().copied().fold(f64::INFINITY, f64::min);
            assert!(found.regret <= 1.001 * outcome.gap * market.money() / least + 1e-12, "{found:?}");
            for (bids, budget) in outcome.bids.iter().zip(market.budgets()) {
                assert!((bids.iter().sum::<f64>() / budget - 1.0).abs() < 1e-12);
            }
        }
    }
}

/// The dual is above the primal for any prices and any feasible allocation whatever.
#[test]
fn no_prices_and_allocation_have_a_negative_gap() {
    for case in 0..300 {
        let mut stream = stream(5000 + case);
        let market = draw(5, &mut stream);
        let goods = market.supply().len();
        let prices: Vec<f64> = (0..goods).map(|_| exp(stream.normal())).collect();
        let mut allocation: Vec<Vec<f64>> =
            (0..market.buyers()).map(|_| (0..goods).map(|_| stream.open_unit()).collect()).collect();
        for good in 0..goods {
            let given: f64 = allocation.iter().map(|bundle| bundle[good]).sum();
            allocation.iter_mut().for_each(|bundle| bundle[good] *= market.supply()[good] / given);
        }
        let found = check(&market, &prices, &allocation);
        assert!(found.gap > 0.0 && found.excess < 1e-12, "{found:?}");
    }
}

/// A buyer with a budget is a consumer who owns that share of everything: the two solvers know nothing of each other.
#[test]
fn prices_are_those_of_an_exchange_economy_with_proportional_endowments() {
    for case in 0..20 {
        let (buyers, supply) = draw_rows(3, &mut stream(9000 + case));
        let market = market(buyers.clone(), &supply);
        let outcome = solve(&market, 1e-13);
        let consumer = |(preference, budget): (AnyPreference, f64)| {
            let endowment = supply.iter().map(|supply| budget / market.money() * supply).collect();
            Consumer { preference, endowment }
        };
        let economy = Economy::new(buyers.into_iter().map(consumer).collect()).unwrap();
        let tatonnement = Tatonnement {
            adjustment: Adjustment::Multiplicative,
            step: 0.3,
            adaptive: true,
            tolerance: 1e-11,
            steps_max: 100_000,
        };
        let exchange = tatonnement.solve(&economy, &vec![1.0; market.supply().len()]);
        let prices = exchange.equilibrium().unwrap();
        let worth: f64 = prices.iter().zip(market.supply()).map(|(price, supply)| price * supply).sum();
        for (price, found) in prices.iter().zip(&outcome.prices) {
            assert!((price * market.money() / worth / found - 1.0).abs() < 1e-5, "{price} and {found}");
        }
    }
}

#[test]
fn what_is_no_such_market_is_refused() {
    let quasi = QuasiLinear { weights: vec![1.0, 1.0], money: 0, felicity: Felicity::Power, curvature: 0.5 };
    let buyer = |preference, budget| Buyer { preference, budget };
    let error = |buyers, supply: &[f64]| Fisher::new(buyers, supply.to_vec()).unwrap_err();
    let refused = error(vec![buyer(AnyPreference::QuasiLinear(quasi), 1.0)], &[1.0, 1.0]);
    assert!(refused.contains("not homogeneous"), "{refused}");
    assert!(error(vec![buyer(linear(&[1.0, 1.0]), 0.0)], &[1.0, 1.0]).contains("budget of buyer 0"));
    assert!(error(vec![buyer(linear(&[1.0, 1.0]), 1.0)], &[1.0, 0.0]).contains("supply of good 1"));
    let consumer = Consumer { preference: linear(&[1.0]), endowment: vec![1.0] };
    assert!(Economy::new(vec![consumer]).is_ok());
}
