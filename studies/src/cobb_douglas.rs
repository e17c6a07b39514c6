//! Cobb and Douglas: where goods are gross substitutes, tâtonnement finds the equilibrium.

use walras_market::equilibrium::excess_demand::in_units_of;
use walras_market::equilibrium::named::cyclic_cobb_douglas;
use walras_market::equilibrium::solver::{Adjustment, Tatonnement};
use walras_market::equilibrium::{Ending, Solver};

use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "cobb_douglas",
    claim: "Three consumers with weights (.5, .3, .2), cyclic, and a unit of a good each have the equilibrium (1, 1, 1); \
            p ← p(1 + z/2) from (2, 1, .5) comes to |z| < 1e-10 in 48 steps.",
    source: "K. Arrow, H. Block and L. Hurwicz, On the stability of the competitive equilibrium II, Econometrica 27, 1959 \
             (stability); the count by a loop of a few lines",
    run: measure,
};

fn measure(_: Size) -> Result<Vec<Finding>, String> {
    let economy = cyclic_cobb_douglas(&[0.5, 0.3, 0.2])?;
    let tatonnement = Tatonnement {
        adjustment: Adjustment::Multiplicative,
        step: 0.5,
        adaptive: false,
        tolerance: 1e-10,
        steps_max: 1000,
    };
    let outcome = tatonnement.solve(&economy, &[2.0, 1.0, 0.5]);
    let converged = matches!(outcome.ending, Ending::Converged);
    let steps = if converged { outcome.steps as f64 } else { f64::NAN };
    let prices = in_units_of(&outcome.prices, 0);
    let away = prices.iter().fold(0.0_f64, |most, price| most.max((price - 1.0).abs()));
    Ok(vec![
        Finding::exact("steps to |z| < 1e-10", steps, Target::exactly(48.0)),
        Finding::exact("greatest distance of relative prices from 1", away, Target::AtMost(1e-9)),
    ])
}
