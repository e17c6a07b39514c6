//! What holds in every exchange economy, and in every equilibrium, over economies drawn at random.

use walras_market::equilibrium::excess_demand::on_simplex;
use walras_market::equilibrium::preference::{
    CobbDouglas, ConstantElasticity, Felicity, Leontief, Linear, QuasiLinear, Slopes, Tie,
};
use walras_market::equilibrium::search::all_equilibria;
use walras_market::equilibrium::solver::{
    Adjustment, Derivatives, Homotopy, Method, Newton, Normalisation, PriceProcess, Simplicial, Tatonnement,
};
use walras_market::equilibrium::uniqueness::index;
use walras_market::equilibrium::{
    AnyPreference, Consumer, Economy, Ending, ExcessDemand, Preference, Solver, Undefined,
};
use walras_numerics::elementary::{exp, ln};
use walras_numerics::{Keys, Purpose, Stream};

const NEWTON: Newton = Newton {
    normalisation: Normalisation::Simplex,
    numeraire: 0,
    derivatives: Derivatives::Analytic,
    tolerance: 1e-12,
    steps_max: 200,
};
const HOMOTOPY: Homotopy =
    Homotopy { derivatives: Derivatives::Analytic, step: 0.1, step_max: 1.0, tolerance: 1e-12, steps_max: 10_000 };
const SIMPLICIAL: Simplicial =
    Simplicial { mesh: 0.2, refinement: 0.1, mesh_min: 1e-9, tolerance: 1e-10, steps_max: 1_000_000 };
const TATONNEMENT: Tatonnement = Tatonnement {
    adjustment: Adjustment::Multiplicative,
    step: 0.5,
    adaptive: true,
    tolerance: 1e-12,
    steps_max: 100_000,
};

/// What kind of consumers an economy is drawn from.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    CobbDouglas,
    Substitutes,
    Complements,
    Mixed,
}

fn stream(case: u64) -> Stream {
    Keys::new(11).stream(Purpose::sample(0), case, 0)
}

fn draw_preference(kind: Kind, goods: usize, stream: &mut Stream) -> AnyPreference {
    let weights: Vec<f64> = (0..goods).map(|_| 0.05 + stream.open_unit()).collect();
    let elastic = |elasticity: f64| {
        AnyPreference::ConstantElasticity(ConstantElasticity { weights: weights.clone(), elasticity })
    };
    match (kind, (stream.open_unit() * 5.0) as usize) {
        (Kind::CobbDouglas, _) | (Kind::Mixed, 0) => AnyPreference::CobbDouglas(CobbDouglas { weights }),
        (Kind::Substitutes, _) => elastic(1.0 + 2.0 * stream.open_unit()),
        (Kind::Complements, 0 | 1) | (Kind::Mixed, 1) => AnyPreference::Leontief(Leontief { weights }),
        (Kind::Complements, _) => elastic(stream.open_unit()),
        (Kind::Mixed, 2) => {
            let felicity = Felicity::Power;
            AnyPreference::QuasiLinear(QuasiLinear { weights, money: 0, felicity, curvature: 0.5 + stream.open_unit() })
        }
        (Kind::Mixed, _) => elastic(exp(stream.normal())),
    }
}

fn draw_consumer(kind: Kind, goods: usize, stream: &mut Stream) -> Consumer {
    let preference = draw_preference(kind, goods, stream);
    let endowment = (0..goods).map(|_| stream.gamma(0.5) + 0.01).collect();
    Consumer { preference, endowment }
}

fn draw(kind: Kind, goods: usize, consumers: usize, stream: &mut Stream) -> Economy {
    Economy::new((0..consumers).map(|_| draw_consumer(kind, goods, stream)).collect()).unwrap()
}

fn prices(goods: usize, stream: &mut Stream) -> Vec<f64> {
    (0..goods).map(|_| exp(stream.normal())).collect()
}

fn excess(economy: &Economy, prices: &[f64]) -> Vec<f64> {
    let mut excess = vec![0.0; prices.len()];
    economy.excess_demand(prices, &mut excess).unwrap();
    excess
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    for (found, expected) in found.iter().zip(expected) {
        assert!((found / expected - 1.0).abs() <= tolerance, "{found} is not {expected}");
    }
}

/// The equilibrium of an economy of Cobb–Douglas consumers from the linear system Σ_i α_ij·(p·ω_i) = p_j·s_j, by
/// Gauss and Jordan's elimination with the last price one: knows nothing of the code under test.
fn closed_form(shares: &[Vec<f64>], endowments: &[Vec<f64>]) -> Vec<f64> {
    let n = shares[0].len();
    let mut rows = vec![vec![0.0; n]; n - 1];
    for (j, row) in rows.iter_mut().enumerate() {
        for (share, endowment) in shares.iter().zip(endowments) {
            for k in 0..n {
                row[k] += share[j] / share.iter().sum::<f64>() * endowment[k];
            }
            row[j] -= endowment[j];
        }
        row[n - 1] = -row[n - 1];
    }
    for k in 0..n - 1 {
        let pivot = rows[k][k];
        rows[k].iter_mut().for_each(|value| *value /= pivot);
        let pivot_row = rows[k].clone();
        for (j, row) in rows.iter_mut().enumerate().filter(|(j, _)| *j != k) {
            let factor = row[k];
            assert!(j != k);
            row.iter_mut().zip(&pivot_row).for_each(|(value, pivot)| *value -= factor * pivot);
        }
    }
    let mut prices: Vec<f64> = rows.iter().map(|row| row[n - 1]).collect();
    prices.push(1.0);
    on_simplex(&prices)
}

#[test]
fn every_solver_finds_the_closed_form_of_cobb_douglas_economies() {
    for case in 0..40 {
        let mut stream = stream(case);
        let (goods, consumers) = (2 + (case as usize) % 11, 1 + (stream.open_unit() * 6.0) as usize);
        let draw_row = |stream: &mut Stream| (0..goods).map(|_| 0.05 + stream.open_unit()).collect::<Vec<f64>>();
        let shares: Vec<Vec<f64>> = (0..consumers).map(|_| draw_row(&mut stream)).collect();
        let endowments: Vec<Vec<f64>> = (0..consumers).map(|_| draw_row(&mut stream)).collect();
        let consumer = |(weights, endowment): (&Vec<f64>, &Vec<f64>)| Consumer {
            preference: AnyPreference::CobbDouglas(CobbDouglas { weights: weights.clone() }),
            endowment: endowment.clone(),
        };
        let economy = Economy::new(shares.iter().zip(&endowments).map(consumer).collect()).unwrap();
        let expected = closed_form(&shares, &endowments);
        let start = prices(goods, &mut stream);
        let process = PriceProcess { method: Method::RungeKutta, step: 0.02, tolerance: 1e-9, steps_max: 100_000 };
        let additive = Tatonnement { adjustment: Adjustment::Additive, ..TATONNEMENT };
        let solvers: [(&dyn Solver, f64); 5] =
            [(&TATONNEMENT, 1e-10), (&additive, 1e-10), (&process, 1e-7), (&NEWTON, 1e-11), (&HOMOTOPY, 1e-11)];
        for (solver, tolerance) in solvers {
            let outcome = solver.solve(&economy, &start);
            assert_eq!(outcome.ending, Ending::Converged, "{solver:?} with {goods} goods: {outcome:?}");
            near(&on_simplex(&outcome.prices), &expected, tolerance);
        }
        assert_eq!(index(&economy, &expected), Ok(1));
    }
}

#[test]
fn solvers_agree_where_goods_are_gross_substitutes() {
    for case in 100..140 {
        let mut stream = stream(case);
        let goods = 2 + (case as usize) % 9;
        let economy = draw(Kind::Substitutes, goods, 5, &mut stream);
        assert!(economy.gross_substitutes());
        let start = prices(goods, &mut stream);
        let found = [&NEWTON as &dyn Solver, &HOMOTOPY, &TATONNEMENT, &SIMPLICIAL].map(|solver| {
            let outcome = solver.solve(&economy, &start);
            assert_eq!(outcome.ending, Ending::Converged, "{solver:?}: {outcome:?}");
            on_simplex(&outcome.prices)
        });
        near(&found[1], &found[0], 1e-10);
        near(&found[2], &found[0], 1e-9);
        near(&found[3], &found[0], 1e-7);
    }
}

/// Complements, kinks and all: the homotopy ends in an equilibrium from any start, up to 16 goods.
#[test]
fn the_homotopy_finds_an_equilibrium_of_any_economy() {
    let mut with_free_goods = 0;
    for case in 200..1100 {
        let mut stream = stream(case);
        let goods = 2 + (case as usize) % 15;
        let kind = if case % 2 == 0 { Kind::Complements } else { Kind::Mixed };
        let economy = draw(kind, goods, 3 + (case as usize) % 5, &mut stream);
        let outcome = HOMOTOPY.solve(&economy, &prices(goods, &mut stream));
        assert_eq!(outcome.ending, Ending::Converged, "case {case}, {kind:?}, {goods} goods: {outcome:?}");
        let excess = excess(&economy, &outcome.prices);
        // Free disposal: a good may be left over if all there is of it is worth nothing.
        let worth = |good: usize| outcome.prices[good] * economy.supply()[good];
        let all: f64 = (0..goods).map(worth).sum();
        let mut free = 0;
        for (good, excess) in excess.iter().enumerate() {
            let share = excess / economy.supply()[good];
            let left_over = share < -1e-11;
            assert!(share <= 1e-11 && (!left_over || worth(good) <= 1e-12 * all), "case {case}: {share:e}");
            free += usize::from(left_over);
        }
        with_free_goods += usize::from(free > 0);
        // What a regular path arrives at has the index one, unless it is not regular or stands on a kink.
        if kind == Kind::Complements {
            assert_eq!(index(&economy, &outcome.prices), Ok(1), "case {case}");
        }
    }
    assert!(with_free_goods > 3, "only {with_free_goods} economies had a free good");
}

#[test]
fn walras_law_and_homogeneity_hold_at_any_prices() {
    for case in 400..500 {
        let mut stream = stream(case);
        let goods = 2 + (case as usize) % 12;
        let economy = draw(Kind::Mixed, goods, 20, &mut stream);
        let p = prices(goods, &mut stream);
        let z = excess(&economy, &p);
        let worth: f64 = p.iter().zip(economy.supply()).map(|(price, supply)| price * supply).sum();
        let value: f64 = p.iter().zip(&z).map(|(price, excess)| price * excess).sum();
        assert!(value.abs() <= 1e-13 * worth, "{value} of {worth}");
        let scaled: Vec<f64> = p.iter().map(|price| 0.01 * price).collect();
        for ((one, other), supply) in z.iter().zip(excess(&economy, &scaled)).zip(economy.supply()) {
            assert!((one - other).abs() <= 1e-12 * (one.abs() + supply));
        }
        // Slopes in closed form are those of differences, and obey Euler: Σ_k p_k·∂z_j/∂p_k = 0.
        let mut slopes = walras_market::equilibrium::matrix::Matrix::zeros(goods, goods);
        assert_eq!(economy.slopes(&p, &mut slopes), Ok(true));
        let mut differences = slopes.clone();
        walras_market::equilibrium::excess_demand::difference_slopes(&economy, &p, &mut differences).unwrap();
        for j in 0..goods {
            let scale: f64 = (0..goods).map(|k| (p[k] * slopes[(j, k)]).abs()).sum();
            let euler: f64 = (0..goods).map(|k| p[k] * slopes[(j, k)]).sum();
            assert!(euler.abs() <= 1e-12 * scale);
            for k in 0..goods {
                assert!((slopes[(j, k)] - differences[(j, k)]).abs() * p[k] <= 1e-6 * scale);
            }
        }
    }
}

/// No consumer is worse off than without trade, all marginal rates of substitution are the price ratios, and no two
/// consumers gain by exchanging any two goods, at any rate and size.
#[test]
fn equilibria_are_efficient_and_individually_rational() {
    for case in 500..540 {
        let mut stream = stream(case);
        let goods = 2 + (case as usize) % 5;
        let kind = [Kind::CobbDouglas, Kind::Substitutes, Kind::Complements][(case % 3) as usize];
        let economy = draw(kind, goods, 4, &mut stream);
        let outcome = HOMOTOPY.solve(&economy, &vec![1.0; goods]);
        let p = outcome.equilibrium().unwrap();
        let allocation = economy.demands(p).unwrap();
        let utilities = economy.utilities(&allocation);
        for consumer in 0..4 {
            let alone = economy.preference(consumer).utility(economy.endowment(consumer));
            assert!(utilities[consumer] >= alone * (1.0 - 1e-12));
            let mut marginal = vec![0.0; goods];
            if economy.preference(consumer).marginal_utility(&allocation[consumer], &mut marginal) {
                for good in 1..goods {
                    let rates = (marginal[good] / marginal[0]) / (p[good] / p[0]);
                    assert!((rates - 1.0).abs() < 1e-9, "{rates}");
                }
            }
        }
        for _ in 0..400 {
            let pick = |of: usize, stream: &mut Stream| (stream.open_unit() * of as f64) as usize;
            let (one, other) = (pick(4, &mut stream), pick(4, &mut stream));
            let (given, taken) = (pick(goods, &mut stream), pick(goods, &mut stream));
            if one == other || given == taken {
                continue;
            }
            let amount = allocation[one][given] * exp(3.0 * stream.normal() - 4.0).min(1.0);
            let back = (amount * p[given] / p[taken] * exp(0.3 * stream.normal())).min(allocation[other][taken]);
            let after = |who: usize, sign: f64| {
                let mut bundle = allocation[who].clone();
                bundle[given] -= sign * amount;
                bundle[taken] += sign * back;
                economy.preference(who).utility(&bundle) / utilities[who] - 1.0
            };
            let (gain, theirs) = (after(one, 1.0), after(other, -1.0));
            assert!(gain <= 1e-12 || theirs <= 1e-12, "{gain:e} and {theirs:e} to be gained");
        }
    }
}

/// A preference that forgets a tenth of its bill.
#[derive(Debug)]
struct Overspender;

impl Preference for Overspender {
    fn goods(&self) -> usize {
        2
    }
    fn demand(&self, prices: &[f64], income: f64, bundle: &mut [f64]) -> Result<(), Tie> {
        bundle[0] = 0.6 * income / prices[0];
        bundle[1] = 0.5 * income / prices[1];
        Ok(())
    }
    fn slopes(&self, _: &[f64], _: f64, _: &mut Slopes) -> Result<(), Tie> {
        Ok(())
    }
    fn utility(&self, _: &[f64]) -> f64 {
        0.0
    }
    fn marginal_utility(&self, _: &[f64], _: &mut [f64]) -> bool {
        false
    }
    fn utility_of_money(&self, _: &[f64]) -> Option<f64> {
        None
    }
    fn gross_substitutes(&self) -> bool {
        false
    }
    fn response(&self, _: &[f64], _: &[f64], _: &[f64], _: &mut [f64]) -> bool {
        false
    }
}

#[test]
fn a_consumer_who_breaks_walras_law_is_named() {
    let sound: Box<dyn Preference> = Box::new(CobbDouglas { weights: vec![1.0, 1.0] });
    let economy = Economy::of(vec![(sound, vec![1.0, 2.0]), (Box::new(Overspender), vec![3.0, 0.0])]).unwrap();
    let outcome = NEWTON.solve(&economy, &[1.0, 1.0]);
    let Ending::Undefined(error @ Undefined::BudgetMissed { consumer: 1, spent, income }) = outcome.ending else {
        panic!("the overspender was not named: {outcome:?}")
    };
    assert!((spent - 3.3).abs() < 1e-14 && income == 3.0 && outcome.residual.is_nan());
    assert!(error.to_string().contains("consumer 1"));
}

/// A linear consumer's demand is a set just where equilibria are: no solver pretends to have landed on one.
#[test]
fn linear_consumers_are_refused_at_a_tie_and_nothing_converges_falsely() {
    let consumer = |weights: [f64; 2], endowment: [f64; 2]| Consumer {
        preference: AnyPreference::Linear(Linear { weights: weights.to_vec() }),
        endowment: endowment.to_vec(),
    };
    // The second values both goods alike and would have to split what it owns at p1 = p2.
    let economy = Economy::new(vec![consumer([1.0, 3.0], [1.0, 0.0]), consumer([1.0, 1.0], [1.0, 3.0])]).unwrap();
    let tie = Ending::Undefined(Undefined::Tie { consumer: 1, first: 0, second: 1 });
    assert_eq!(NEWTON.solve(&economy, &[1.0, 1.0]).ending, tie);
    for solver in [&NEWTON as &dyn Solver, &HOMOTOPY, &Tatonnement { steps_max: 2000, ..TATONNEMENT }] {
        assert_ne!(solver.solve(&economy, &[1.0, 1.5]).ending, Ending::Converged, "{solver:?}");
    }
    // Simplices close in on equal prices, where the solver proper has nothing to find; the demands at the corners,
    // mixed, are the equilibrium: the first buys one unit of the second good, the second has the rest.
    assert!(matches!(SIMPLICIAL.solve(&economy, &[1.0, 1.5]).ending, Ending::Stalled(_)));
    let found = SIMPLICIAL.approximate(&economy, &[1.0, 1.5]).unwrap();
    near(&found.prices, &[0.5, 0.5], 1e-8);
    assert!(found.residual < 1e-8, "{found:?}");
    let allocation = economy.mixed_demands(&found.corners).unwrap();
    for (found, expected) in allocation.concat().iter().zip([0.0, 1.0, 2.0, 2.0]) {
        assert!((found - expected).abs() < 1e-8, "{allocation:?}");
    }
    // The same with a high elasticity instead has its equilibrium near equal prices.
    let elastic = |weights: [f64; 2], endowment: [f64; 2]| Consumer {
        preference: AnyPreference::ConstantElasticity(ConstantElasticity {
            weights: weights.iter().map(|weight: &f64| exp(50.0 * ln(*weight) - 50.0)).collect(),
            elasticity: 50.0,
        }),
        endowment: endowment.to_vec(),
    };
    let economy = Economy::new(vec![elastic([1.0, 3.0], [1.0, 0.0]), elastic([1.0, 1.0], [1.0, 3.0])]).unwrap();
    let outcome = HOMOTOPY.solve(&economy, &[1.0, 1.5]);
    let p = outcome.equilibrium().unwrap();
    assert!((p[0] / p[1] - 1.0).abs() < 0.05, "{p:?}");
}

#[test]
fn prices_that_are_none_are_refused_by_every_solver() {
    let economy = draw(Kind::CobbDouglas, 3, 3, &mut stream(600));
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        for solver in [&NEWTON as &dyn Solver, &HOMOTOPY, &TATONNEMENT] {
            let outcome = solver.solve(&economy, &[1.0, wrong, 1.0]);
            assert!(matches!(outcome.ending, Ending::Undefined(Undefined::Price { good: 1, .. })), "{outcome:?}");
        }
    }
}

/// Forty goods, complements among them, and Walras's law with three hundred goods and as many consumers.
#[test]
fn many_goods_are_no_other_matter() {
    let mut stream = stream(650);
    let economy = draw(Kind::Mixed, 40, 30, &mut stream);
    for start in [vec![1.0; 40], prices(40, &mut stream)] {
        let outcome = HOMOTOPY.solve(&economy, &start);
        assert_eq!(outcome.ending, Ending::Converged, "{:?}", outcome.ending);
    }
    let crowd = (0..300).map(|consumer| draw_consumer(Kind::Mixed, 300, &mut self::stream(10_000 + consumer)));
    let economy = Economy::new(crowd.collect()).unwrap();
    let mut excess = vec![0.0; 300];
    assert_eq!(economy.excess_demand(&prices(300, &mut stream), &mut excess), Ok(()));
}

#[test]
fn a_numeraire_that_is_no_good_is_refused() {
    let economy = draw(Kind::CobbDouglas, 3, 3, &mut stream(660));
    let newton = Newton { normalisation: Normalisation::Numeraire, numeraire: 3, ..NEWTON };
    assert_eq!(newton.solve(&economy, &[1.0; 3]).ending, Ending::Stalled("the numeraire is none of the goods"));
}

/// One consumer who wants equal amounts and owns (1, 2): z = (p2, −p1)/(p1 + p2), so the first good clears only where
/// the second is free, and one unit of it is left over.
#[test]
fn a_good_in_plenty_is_free_where_a_solver_says_so() {
    let preference = AnyPreference::Leontief(Leontief { weights: vec![1.0, 1.0] });
    let economy = Economy::new(vec![Consumer { preference, endowment: vec![1.0, 2.0] }]).unwrap();
    let plain = Tatonnement { adaptive: false, ..TATONNEMENT };
    for solver in [&HOMOTOPY as &dyn Solver, &TATONNEMENT, &plain] {
        let outcome = solver.solve(&economy, &[1.0, 1.0]);
        assert_eq!(outcome.ending, Ending::Converged, "{solver:?}: {outcome:?}");
        assert!(outcome.prices[1] < 1e-12 * outcome.prices[0] && outcome.residual <= 1e-12);
        near(&excess(&economy, &outcome.prices)[1..], &[-1.0], 1e-11);
    }
    let process = PriceProcess { method: Method::RungeKutta, step: 0.01, tolerance: 1e-10, steps_max: 100_000 };
    assert_eq!(process.solve(&economy, &[1.0, 1.0]).ending, Ending::Diverged);
    for solver in [&NEWTON as &dyn Solver, &SIMPLICIAL] {
        assert_ne!(solver.solve(&economy, &[1.0, 1.0]).ending, Ending::Converged, "{solver:?}");
    }
}

/// Complements of up to twelve goods whose prices are all positive: the two methods have nothing in common but z. Where
/// they end in different equilibria, both are equilibria.
#[test]
fn simplices_and_the_homotopy_agree_on_complements() {
    let mut same = 0;
    for case in 850..880 {
        let mut stream = stream(case);
        let goods = 2 + (case as usize) % 11;
        let consumer = |_| {
            let weights = (0..goods).map(|_| 0.2 + stream.open_unit()).collect();
            let endowment = (0..goods).map(|_| 0.1 + stream.open_unit()).collect();
            let elasticity = 0.3 + 0.7 * stream.open_unit();
            let preference = ConstantElasticity { weights, elasticity };
            Consumer { preference: AnyPreference::ConstantElasticity(preference), endowment }
        };
        let economy = Economy::new((0..4).map(consumer).collect()).unwrap();
        let ends = [&HOMOTOPY as &dyn Solver, &SIMPLICIAL].map(|solver| {
            let outcome = solver.solve(&economy, &vec![1.0; goods]);
            assert_eq!(outcome.ending, Ending::Converged, "case {case}, {goods} goods: {outcome:?}");
            on_simplex(&outcome.prices)
        });
        same += u32::from(ends[0].iter().zip(&ends[1]).all(|(one, other)| (one / other - 1.0).abs() < 1e-7));
    }
    assert!(same >= 25, "only {same} of 30 agree");
}

/// Linear exchange economies of up to five goods: the simplices' mixture clears the markets, and is as good for every
/// consumer as any bundle its income buys.
#[test]
fn simplices_find_the_equilibria_of_linear_economies() {
    for case in 800..840 {
        let mut stream = stream(case);
        let goods = 2 + (case as usize) % 4;
        let consumer = |_| {
            let weights = (0..goods).map(|_| 0.2 + stream.open_unit()).collect();
            let endowment = (0..goods).map(|_| 0.1 + stream.open_unit()).collect();
            Consumer { preference: AnyPreference::Linear(Linear { weights }), endowment }
        };
        let economy = Economy::new((0..4).map(consumer).collect()).unwrap();
        let found = SIMPLICIAL.approximate(&economy, &vec![1.0; goods]).unwrap();
        assert!(found.residual < 1e-6, "case {case}: {:e}", found.residual);
        let allocation = economy.mixed_demands(&found.corners).unwrap();
        for (consumer, bundle) in allocation.iter().enumerate() {
            let preference = economy.preference(consumer);
            let best = preference.utility_of_money(&found.prices).unwrap() * economy.income(consumer, &found.prices);
            assert!((preference.utility(bundle) / best - 1.0).abs() < 1e-7, "case {case}");
        }
    }
}

/// Many starts find the one equilibrium of gross substitutes, whichever the seed.
#[test]
fn a_search_finds_one_equilibrium_where_there_is_one() {
    for case in 700..705 {
        let economy = draw(Kind::Substitutes, 4, 3, &mut stream(case));
        let equilibria = all_equilibria(&economy, &NEWTON, 20, Keys::new(case)).unwrap();
        assert_eq!(equilibria.found.len(), 1, "{equilibria:?}");
        assert!(equilibria.indices_sum_to_one());
        assert_eq!(equilibria.found[0].starts + equilibria.failed, 21);
    }
}
