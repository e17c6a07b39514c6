//! Scarf: an economy whose prices circle around the equilibrium for ever.

use walras_market::equilibrium::excess_demand::on_simplex;
use walras_market::equilibrium::named::scarf;
use walras_market::equilibrium::solver::price_process::{norm_squared, product};
use walras_market::equilibrium::solver::{Derivatives, Homotopy, Method, PriceProcess};
use walras_market::equilibrium::{Ending, ExcessDemand, Solver};

use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "scarf",
    claim: "With three Leontief consumers dp/dt = z(p) never finds the equilibrium: it conserves |p|² and p1·p2·p3, small \
            cycles take 8π/√3, Euler's steps spiral out; a homotopy finds equal prices.",
    source: "H. Scarf, Some examples of global instability of the competitive equilibrium, International Economic Review \
             1, 1960, pages 157 to 172; the homotopy: S. Smale, Journal of Mathematical Economics 3, 1976",
    run: measure,
};

const START: [f64; 3] = [1.3, 0.9, 0.8];
/// The integrator's step in time.
const STEP: f64 = 1e-3;
/// The time over which the invariants are watched.
const TIME: u32 = 60;

fn excess(market: &dyn ExcessDemand, prices: &[f64]) -> Vec<f64> {
    let mut excess = vec![0.0; prices.len()];
    // Scarf's excess demand exists at every price above zero, and the process keeps them there.
    let defined = market.excess_demand(prices, &mut excess).is_ok();
    if defined { excess } else { vec![f64::NAN; prices.len()] }
}

/// Walks from `start` and calls `seen` before each step with its number, the prices and the next ones.
fn walk(method: Method, start: [f64; 3], steps: u32, mut seen: impl FnMut(u32, &[f64], &[f64])) {
    let economy = scarf();
    let process = PriceProcess { method, step: STEP, tolerance: 1e-15, steps_max: 1 };
    let mut prices = start.to_vec();
    for step in 0..steps {
        let z = excess(&economy, &prices);
        let Ok(next) = process.next(&economy, &prices, &z) else { return };
        seen(step, &prices, &next);
        prices = next;
    }
}

/// The greatest relative change of |p|² and of p1·p2·p3 on the way, and the last |p|² over the first.
fn drift(method: Method) -> (f64, f64, f64) {
    let (mut square, mut volume, mut last) = (0.0_f64, 0.0_f64, 1.0);
    walk(method, START, TIME * 1000, |_, _, next| {
        last = norm_squared(next) / norm_squared(&START);
        square = square.max((last - 1.0).abs());
        volume = volume.max((product(next) / product(&START) - 1.0).abs());
    });
    (square, volume, last)
}

/// The time between the first two rises of p2 through the mean of the others, close to the equilibrium.
fn period() -> f64 {
    let height = |prices: &[f64]| 2.0 * prices[1] - prices[0] - prices[2];
    let mut crossings = Vec::new();
    walk(Method::RungeKutta, [1.0 + 1e-3, 1.0, 1.0 - 1e-3], 45_000, |step, prices, next| {
        let (low, high) = (height(prices), height(next));
        if low < 0.0 && high >= 0.0 {
            crossings.push(STEP * (f64::from(step) + low / (low - high)));
        }
    });
    if crossings.len() < 2 { f64::NAN } else { crossings[1] - crossings[0] }
}

fn measure(_: Size) -> Result<Vec<Finding>, String> {
    let economy = scarf();
    let (square, volume, _) = drift(Method::RungeKutta);
    let (_, _, spiral) = drift(Method::Euler);
    let process = PriceProcess { method: Method::RungeKutta, step: 0.01, tolerance: 1e-10, steps_max: 100_000 };
    let cycles = matches!(process.solve(&economy, &START).ending, Ending::Cycling { .. });
    let homotopy =
        Homotopy { derivatives: Derivatives::Analytic, step: 0.1, step_max: 1.0, tolerance: 1e-12, steps_max: 10_000 };
    let outcome = homotopy.solve(&economy, &START);
    let away = |prices: &[f64]| on_simplex(prices).iter().fold(0.0_f64, |most, p| most.max((p - 1.0 / 3.0).abs()));
    let found = outcome.equilibrium().map_or(f64::NAN, away);
    let circle = 8.0 * std::f64::consts::PI / 3.0_f64.sqrt();
    Ok(vec![
        Finding::exact("greatest relative change of |p|², Runge–Kutta, T = 60", square, Target::AtMost(1e-12)),
        Finding::exact("greatest relative change of p1·p2·p3, Runge–Kutta, T = 60", volume, Target::AtMost(1e-12)),
        Finding::exact("period of small cycles", period(), Target::Near { value: circle, tolerance: 1e-3 }),
        Finding::exact("1 where the price process is seen to cycle", f64::from(u8::from(cycles)), Target::exactly(1.0)),
        Finding::exact("|p|² after T = 60 over that before, Euler, less 1", spiral - 1.0, Target::Above(1e-4)),
        Finding::exact("greatest distance of the homotopy's prices from 1/3", found, Target::AtMost(1e-11)),
    ])
}
