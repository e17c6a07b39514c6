//! Economies that have a name.

use super::economy::{Consumer, Economy};
use super::preference::{AnyPreference, CobbDouglas, ConstantElasticity, Felicity, Leontief, QuasiLinear};
use walras_numerics::elementary::pow;

/// Scarf's economy: three consumers, each owning one unit of one good and wanting as much of it as of the next.
///
/// Its excess demand is z_1 = −p_2/(p_1 + p_2) + p_3/(p_1 + p_3), and so on around. The only equilibrium is at equal
/// prices, and dp/dt = z circles it for ever, keeping |p|² and p_1·p_2·p_3 (H. Scarf, "Some examples of global
/// instability of the competitive equilibrium", International Economic Review 1, 1960, section 2).
#[must_use]
pub fn scarf() -> Economy {
    let consumer = |owned: usize| {
        let (mut weights, mut endowment) = (vec![0.0; 3], vec![0.0; 3]);
        weights[owned] = 1.0;
        weights[(owned + 1) % 3] = 1.0;
        endowment[owned] = 1.0;
        Consumer { preference: AnyPreference::Leontief(Leontief { weights }), endowment }
    };
    Economy::new((0..3).map(consumer).collect()).expect("every good is owned")
}

/// As many consumers and goods as `weights`: each Cobb–Douglas consumer owns one unit of one good, and the share of
/// income it spends on the good k places after its own is `weights[k]`, up to a common factor.
///
/// # Errors
/// When the weights are no preference.
pub fn cyclic_cobb_douglas(weights: &[f64]) -> Result<Economy, String> {
    let n = weights.len();
    let consumer = |owned: usize| {
        let mut endowment = vec![0.0; n];
        endowment[owned] = 1.0;
        let weights = (0..n).map(|good| weights[(good + n - owned) % n]).collect();
        Consumer { preference: AnyPreference::CobbDouglas(CobbDouglas { weights }), endowment }
    };
    Economy::new((0..n).map(consumer).collect())
}

/// Two consumers with quasi-linear utilities x_1 − x_2^(−8)/8 and y_2 − y_1^(−8)/8 who own (2, r) and (r, 2) with
/// r = 2^(8/9) − 2^(1/9): the equilibria are p_1/p_2 = 1/2, 1 and 2 (A. Mas-Colell, M. D. Whinston, J. R. Green,
/// "Microeconomic Theory", 1995, example 15.B.2).
#[must_use]
pub fn two_moneys() -> Economy {
    let r = pow(2.0, 8.0 / 9.0) - pow(2.0, 1.0 / 9.0);
    let consumer = |money: usize| {
        let felicity = Felicity::Power;
        let preference = QuasiLinear { weights: vec![1.0, 1.0], money, felicity, curvature: 1.0 / 9.0 };
        let mut endowment = vec![r; 2];
        endowment[money] = 2.0;
        Consumer { preference: AnyPreference::QuasiLinear(preference), endowment }
    };
    Economy::new(vec![consumer(0), consumer(1)]).expect("every good is owned")
}

/// Shapley and Shubik's example: x + 100·(1 − e^(−y/10)) and y + 110·(1 − e^(−x/10)), who own (40, 0) and (0, 50)
/// (Journal of Political Economy 85, 1977).
#[must_use]
pub fn shapley_shubik() -> Economy {
    let consumer = |money: usize, worth: f64, owned: f64| {
        let mut weights = vec![worth; 2];
        weights[money] = 1.0;
        let preference = QuasiLinear { weights, money, felicity: Felicity::Exponential, curvature: 10.0 };
        let mut endowment = vec![0.0; 2];
        endowment[money] = owned;
        Consumer { preference: AnyPreference::QuasiLinear(preference), endowment }
    };
    Economy::new(vec![consumer(0, 10.0, 40.0), consumer(1, 11.0, 50.0)]).expect("every good is owned")
}

/// Kehoe's example with three equilibria: two consumers with utilities Σ a_j·(x_j^(−4) − 1)/(−4), a = (1024, 1) and
/// (1, 1024), who own (12, 1) and (1, 12). On the simplex p_1 = .1129, .5 and .8871 (T. J. Kehoe, "Computation and
/// multiplicity of equilibria", Handbook of Mathematical Economics IV, 1991).
#[must_use]
pub fn kehoe() -> Economy {
    // a_j^σ with σ = 1/5: 4 and 1.
    let consumer = |weights: [f64; 2], endowment: [f64; 2]| Consumer {
        preference: AnyPreference::ConstantElasticity(ConstantElasticity {
            weights: weights.to_vec(),
            elasticity: 0.2,
        }),
        endowment: endowment.to_vec(),
    };
    let consumers = vec![consumer([4.0, 1.0], [12.0, 1.0]), consumer([1.0, 4.0], [1.0, 12.0])];
    Economy::new(consumers).expect("every good is owned")
}
