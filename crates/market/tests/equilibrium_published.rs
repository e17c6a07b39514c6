//! Economies whose equilibria, cycles or paths are published, or follow from an equation in one unknown.

use std::f64::consts::PI;

use walras_market::equilibrium::excess_demand::{in_units_of, on_simplex};
use walras_market::equilibrium::named::{cyclic_cobb_douglas, kehoe, scarf, shapley_shubik, two_moneys};
use walras_market::equilibrium::preference::ConstantElasticity;
use walras_market::equilibrium::search::all_equilibria;
use walras_market::equilibrium::solver::price_process::{norm_squared, product};
use walras_market::equilibrium::solver::{
    Adjustment, Derivatives, Homotopy, Method, Newton, Normalisation, PriceProcess, Simplicial, Tatonnement,
};
use walras_market::equilibrium::uniqueness::{complements, index};
use walras_market::equilibrium::{AnyPreference, Consumer, Economy, Ending, ExcessDemand, Outcome, Solver};
use walras_numerics::elementary::{ln, pow};
use walras_numerics::root::bracketed;
use walras_numerics::{Keys, Purpose};

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
    adaptive: false,
    tolerance: 1e-10,
    steps_max: 100_000,
};

fn excess(market: &dyn ExcessDemand, prices: &[f64]) -> Vec<f64> {
    let mut excess = vec![0.0; prices.len()];
    market.excess_demand(prices, &mut excess).unwrap();
    excess
}

#[track_caller]
fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }
}

#[track_caller]
fn equilibrium(outcome: &Outcome) -> Vec<f64> {
    on_simplex(outcome.equilibrium().unwrap_or_else(|| panic!("no equilibrium: {outcome:?}")))
}

/// p* = (1, 1, 1), since the weights are cyclic; from (2, 1, .5) the plain iteration p ← p(1 + z/2) is within 10⁻¹⁰
/// after 48 steps and not after 47, as a loop of a few lines in another language finds too.
#[test]
fn cyclic_cobb_douglas_reaches_equal_prices_in_48_steps() {
    let economy = cyclic_cobb_douglas(&[0.5, 0.3, 0.2]).unwrap();
    let outcome = TATONNEMENT.solve(&economy, &[2.0, 1.0, 0.5]);
    assert_eq!((&outcome.ending, outcome.steps, outcome.evaluations), (&Ending::Converged, 48, 49));
    assert!(outcome.residual < 1e-10 && outcome.residual > 9e-11, "{}", outcome.residual);
    near(&in_units_of(&outcome.prices, 0), &[1.0; 3], 1e-9);
    let adaptive = Tatonnement { adaptive: true, ..TATONNEMENT };
    near(&equilibrium(&adaptive.solve(&economy, &[2.0, 1.0, 0.5])), &[1.0 / 3.0; 3], 1e-9);
    let additive = Tatonnement { adjustment: Adjustment::Additive, ..adaptive };
    near(&equilibrium(&additive.solve(&economy, &[2.0, 1.0, 0.5])), &[1.0 / 3.0; 3], 1e-9);
    near(&equilibrium(&NEWTON.solve(&economy, &[2.0, 1.0, 0.5])), &[1.0 / 3.0; 3], 1e-11);
    near(&equilibrium(&HOMOTOPY.solve(&economy, &[2.0, 1.0, 0.5])), &[1.0 / 3.0; 3], 1e-11);
    near(&equilibrium(&SIMPLICIAL.solve(&economy, &[2.0, 1.0, 0.5])), &[1.0 / 3.0; 3], 1e-9);
}

/// Three Leontief consumers with endowments have the excess demand that Scarf (1960) writes down.
#[test]
fn scarfs_consumers_have_scarfs_excess_demand() {
    let economy = scarf();
    for draw in 0..200 {
        let mut stream = Keys::new(1).stream(Purpose::sample(0), draw, 0);
        let p: Vec<f64> = (0..3).map(|_| -ln(stream.open_unit())).collect();
        let one = |i: usize| {
            let (own, next, before) = (p[i], p[(i + 1) % 3], p[(i + 2) % 3]);
            -next / (own + next) + before / (own + before)
        };
        near(&excess(&economy, &p), &[one(0), one(1), one(2)], 4e-15);
    }
}

/// dp/dt = z conserves |p|² (Walras) and p1·p2·p3 (Scarf) to 10⁻¹² by Runge–Kutta steps of 10⁻³ over a time of 60;
/// explicit Euler steps lengthen |p|² by h²|z|² each.
#[test]
fn scarfs_invariants_hold_under_runge_kutta_and_not_under_euler() {
    let economy = scarf();
    let start = [1.3, 0.9, 0.8];
    let walk = |method: Method, steps: u64| {
        let process = PriceProcess { method, step: 1e-3, tolerance: 1e-15, steps_max: steps };
        let mut prices = start.to_vec();
        let (mut square, mut volume, mut added) = (0.0_f64, 0.0_f64, 0.0);
        for _ in 0..steps {
            let z = excess(&economy, &prices);
            added += 1e-6 * norm_squared(&z);
            prices = process.next(&economy, &prices, &z).unwrap();
            square = square.max((norm_squared(&prices) / norm_squared(&start) - 1.0).abs());
            volume = volume.max((product(&prices) / product(&start) - 1.0).abs());
        }
        (prices, square, volume, added)
    };
    let (prices, square, volume, _) = walk(Method::RungeKutta, 60_000);
    assert!(square < 1e-12 && volume < 1e-12, "{square:e} and {volume:e}");
    // It has not come to rest: that would conserve as well.
    assert!(excess(&economy, &prices).iter().any(|z| z.abs() > 0.02));
    let (prices, ..) = walk(Method::RungeKutta, 1000);
    assert!(prices.iter().zip(start).any(|(p, start)| (p - start).abs() > 0.05));
    let (prices, square, volume, added) = walk(Method::Euler, 60_000);
    assert!(square > 1e-4 && volume > 1e-4, "Euler drifted by {square:e} and {volume:e} only");
    assert!(((norm_squared(&prices) - norm_squared(&start)) / added - 1.0).abs() < 1e-8);
}

/// At equal prices of one the slopes are ±1/4 off the diagonal, with the eigenvalues ±i·√3/4: small circles take
/// 2π/(√3/4) = 8π/√3.
#[test]
fn small_cycles_around_scarfs_equilibrium_have_the_period_of_its_eigenvalues() {
    let economy = scarf();
    let process = PriceProcess { method: Method::RungeKutta, step: 1e-3, tolerance: 1e-15, steps_max: 1 };
    let mut prices = vec![1.0 + 1e-3, 1.0, 1.0 - 1e-3];
    // Times at which p2 rises through the mean of the others.
    let height = |prices: &[f64]| 2.0 * prices[1] - prices[0] - prices[2];
    let mut crossings = Vec::new();
    for step in 0..45_000_u32 {
        let z = excess(&economy, &prices);
        let next = process.next(&economy, &prices, &z).unwrap();
        let (low, high) = (height(&prices), height(&next));
        if low < 0.0 && high >= 0.0 {
            crossings.push(1e-3 * (f64::from(step) + low / (low - high)));
        }
        prices = next;
    }
    assert_eq!(crossings.len(), 3);
    for pair in crossings.windows(2) {
        assert!((pair[1] - pair[0] - 8.0 * PI / 3.0_f64.sqrt()).abs() < 1e-3, "{}", pair[1] - pair[0]);
    }
}

#[test]
fn no_tatonnement_finds_scarfs_equilibrium_and_each_says_how_it_failed() {
    let economy = scarf();
    let start = [1.3, 0.9, 0.8];
    let process = PriceProcess { method: Method::RungeKutta, step: 0.01, tolerance: 1e-10, steps_max: 100_000 };
    let Outcome { ending: Ending::Cycling { period }, residual, .. } = process.solve(&economy, &start) else {
        panic!("a circle was not seen: {:?}", process.solve(&economy, &start).ending)
    };
    assert!(residual > 0.01 && (1400..1700).contains(&period), "{period}");
    // Explicit Euler steps spiral out, slowly or until a price falls below zero.
    let euler = PriceProcess { method: Method::Euler, ..process };
    assert_eq!(PriceProcess { steps_max: 20_000, ..euler.clone() }.solve(&economy, &start).ending, Ending::OutOfBudget);
    let coarse = PriceProcess { step: 0.5, ..euler };
    assert_eq!(coarse.solve(&economy, &start).ending, Ending::Diverged);
    let plain = Tatonnement { steps_max: 5000, ..TATONNEMENT };
    assert!(!matches!(plain.solve(&economy, &start).ending, Ending::Converged));
    let adaptive = Tatonnement { adaptive: true, ..plain };
    assert!(matches!(adaptive.solve(&economy, &start).ending, Ending::Stalled(_)));
}

#[test]
fn newton_the_homotopy_and_simplices_find_scarfs_equilibrium() {
    let economy = scarf();
    for start in [[1.3, 0.9, 0.8], [1.0, 2.0, 3.0], [10.0, 1.0, 0.1], [1.0, 1e-3, 1e3]] {
        for derivatives in [Derivatives::Analytic, Derivatives::Differences] {
            let homotopy = Homotopy { derivatives, ..HOMOTOPY };
            near(&equilibrium(&homotopy.solve(&economy, &start)), &[1.0 / 3.0; 3], 1e-11);
        }
        near(&equilibrium(&SIMPLICIAL.solve(&economy, &start)), &[1.0 / 3.0; 3], 1e-9);
    }
    for derivatives in [Derivatives::Analytic, Derivatives::Differences] {
        for normalisation in [Normalisation::Simplex, Normalisation::Numeraire] {
            let newton = Newton { normalisation, numeraire: 2, derivatives, ..NEWTON };
            let outcome = newton.solve(&economy, &[1.3, 0.9, 0.8]);
            near(&equilibrium(&outcome), &[1.0 / 3.0; 3], 1e-11);
            if normalisation == Normalisation::Numeraire {
                assert_eq!(outcome.prices[2], 1.0);
            }
        }
    }
    // Scarf's goods are not gross substitutes: the first is wanted less when the second is dearer. Its one equilibrium
    // must have the index 1 all the same.
    let pair = complements(&economy, &[1.0; 3]).unwrap().unwrap();
    assert_eq!((pair.wanted, pair.dearer), (0, 1));
    assert!(!economy.gross_substitutes());
    assert_eq!(index(&economy, &[1.0; 3]), Ok(1));
}

fn found(economy: &Economy) -> Vec<(f64, i8)> {
    let equilibria = all_equilibria(economy, &NEWTON, 60, Keys::new(3)).unwrap();
    assert!(equilibria.indices_sum_to_one(), "{equilibria:?}");
    equilibria.found.iter().map(|found| (found.prices[0] / found.prices[1], found.index)).collect()
}

#[track_caller]
fn three(economy: &Economy, ratios: [f64; 3], tolerance: f64) {
    let found = found(economy);
    let prices: Vec<f64> = found.iter().map(|(ratio, _)| *ratio).collect();
    near(&prices, &ratios, tolerance);
    // Between two equilibria of index 1 lies one of −1.
    assert_eq!(found.iter().map(|(_, index)| *index).collect::<Vec<i8>>(), [1, -1, 1]);
    // The homotopy reaches only equilibria of index 1: its path keeps the sign of the determinant.
    for start in [[1.0, 9.0], [1.0, 1.1], [9.0, 1.0]] {
        let prices = equilibrium(&HOMOTOPY.solve(economy, &start));
        assert_eq!(index(economy, &prices), Ok(1), "from {start:?}");
    }
}

/// Mas-Colell, Whinston and Green 1995, example 15.B.2: p1/p2 = 1/2, 1, 2.
#[test]
fn two_moneys_have_their_three_equilibria() {
    three(&two_moneys(), [0.5, 1.0, 2.0], 1e-10);
}

/// Kehoe 1991: p1 = .1129, .5 and .8871 on the simplex, to the four digits printed.
#[test]
fn kehoes_example_has_its_three_equilibria() {
    let simplex = |ratio: f64| ratio / (1.0 + ratio);
    let ratios: Vec<f64> = found(&kehoe()).iter().map(|(ratio, _)| simplex(*ratio)).collect();
    near(&ratios, &[0.1129, 0.5, 0.8871], 5e-5);
    // The same from the excess demand in one unknown, by another method.
    let excess = |p: f64| {
        let share = |weight: f64| weight * pow(p, 0.8) / (weight * pow(p, 0.8) + 1.0);
        share(4.0) * (12.0 * p + 1.0) / p + share(0.25) * (p + 12.0) / p - 13.0
    };
    let roots = [(0.05, 0.5), (0.5, 2.0), (2.0, 20.0)].map(|(low, high)| bracketed(excess, low, high, 0.0).unwrap());
    three(&kehoe(), roots, 1e-9);
}

/// Shapley and Shubik 1977. With p = p_x/p_y, x demanded is 40 − 10·ln(10p)/p by the first and 10·ln(11/p) by the
/// second, both with money left: the roots of one equation.
#[test]
fn shapley_and_shubiks_example_has_its_three_equilibria() {
    let excess = |p: f64| 10.0 * ln(11.0 / p) - 10.0 * ln(10.0 * p) / p;
    let roots = [(0.2, 0.5), (0.5, 2.0), (2.0, 9.0)].map(|(low, high)| bracketed(excess, low, high, 0.0).unwrap());
    three(&shapley_shubik(), roots, 1e-9);
}

/// Two consumers of elasticity 5 with one unit each of another good and equal weights: goods are gross substitutes,
/// yet the plain iteration with λ = 1/2 leaps between p1/p2 = 1.72208 and its reciprocal for ever (a loop of a few
/// lines in another language gives the number).
#[test]
fn a_step_too_long_circles_and_an_adaptive_one_does_not() {
    let preference = || ConstantElasticity { weights: vec![1.0, 1.0], elasticity: 5.0 };
    let consumer = |endowment: [f64; 2]| Consumer {
        preference: AnyPreference::ConstantElasticity(preference()),
        endowment: endowment.to_vec(),
    };
    let economy = Economy::new(vec![consumer([1.0, 0.0]), consumer([0.0, 1.0])]).unwrap();
    assert!(economy.gross_substitutes() && complements(&economy, &[1.2, 1.0]).unwrap().is_none());
    let outcome = TATONNEMENT.solve(&economy, &[1.2, 1.0]);
    assert_eq!(outcome.ending, Ending::Cycling { period: 2 }, "{outcome:?}");
    let ratio = outcome.prices[0] / outcome.prices[1];
    near(&[ratio.max(1.0 / ratio)], &[1.722_083_805_739_042_4], 1e-6);
    let adaptive = Tatonnement { adaptive: true, ..TATONNEMENT };
    near(&equilibrium(&adaptive.solve(&economy, &[1.2, 1.0])), &[0.5; 2], 1e-9);
    let short = Tatonnement { step: 0.2, ..TATONNEMENT };
    near(&equilibrium(&short.solve(&economy, &[1.2, 1.0])), &[0.5; 2], 1e-9);
    // The additive steps lengthen |p| until they are short enough, since z does not depend on it.
    let additive = Tatonnement { adjustment: Adjustment::Additive, ..TATONNEMENT };
    let outcome = additive.solve(&economy, &[1.2, 1.0]);
    assert!(outcome.ending == Ending::Converged && norm_squared(&outcome.prices) > 1.2 * 1.2 + 1.0);
}
