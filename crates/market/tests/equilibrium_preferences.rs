//! The laws that every preference meets: an entry is held to them as soon as it is listed.

use walras_catalog::{Node, Read, Value};
use walras_market::equilibrium::AnyPreference;
use walras_market::equilibrium::preference::{
    CobbDouglas, ConstantElasticity, Felicity, Leontief, Linear, QuasiLinear, Slopes,
};
use walras_market::equilibrium::solver::AnySolver;
use walras_numerics::elementary::exp;
use walras_numerics::{Keys, Purpose, Stream};

/// A preference of the entry `name` over `goods` goods, drawn from `stream`.
fn draw(name: &str, goods: usize, stream: &mut Stream) -> AnyPreference {
    // A fifth of the goods is not wanted, but never the first.
    let mut weights: Vec<f64> = (0..goods)
        .map(|good| if good > 0 && stream.open_unit() < 0.2 { 0.0 } else { 0.1 + stream.open_unit() })
        .collect();
    weights[0] = 1.0;
    match name {
        "cobb_douglas" => AnyPreference::CobbDouglas(CobbDouglas { weights }),
        "constant_elasticity" => {
            let elasticity = [0.0, 1.0, exp(2.0 * stream.normal())][(stream.open_unit() * 3.0) as usize];
            AnyPreference::ConstantElasticity(ConstantElasticity { weights, elasticity })
        }
        "leontief" => AnyPreference::Leontief(Leontief { weights }),
        "linear" => AnyPreference::Linear(Linear { weights }),
        "quasi_linear" => {
            let felicity = if stream.open_unit() < 0.5 { Felicity::Power } else { Felicity::Exponential };
            let curvature = [1.0, exp(stream.normal())][(stream.open_unit() * 2.0) as usize];
            AnyPreference::QuasiLinear(QuasiLinear { weights, money: 0, felicity, curvature })
        }
        other => panic!("no sample of the preference {other}: add one here"),
    }
}

struct Case {
    preference: AnyPreference,
    prices: Vec<f64>,
    income: f64,
    bundle: Vec<f64>,
    stream: Stream,
}

fn for_every_entry(test: impl Fn(Case)) {
    for (entry, description) in AnyPreference::catalog().iter().enumerate() {
        for case in 0..300 {
            let mut stream = Keys::new(entry as u64).stream(Purpose::sample(0), case, 0);
            let goods = 2 + (stream.open_unit() * 4.0) as usize;
            let preference = draw(description.name, goods, &mut stream);
            let prices: Vec<f64> = (0..goods).map(|_| exp(stream.normal())).collect();
            let income = exp(1.5 * stream.normal());
            let mut bundle = vec![0.0; goods];
            preference.demand(&prices, income, &mut bundle).unwrap();
            test(Case { preference, prices, income, bundle, stream });
        }
    }
}

fn cost(prices: &[f64], bundle: &[f64]) -> f64 {
    prices.iter().zip(bundle).map(|(price, amount)| price * amount).sum()
}

#[test]
fn demand_spends_the_income_and_nothing_is_negative() {
    for_every_entry(|case| {
        let spent = cost(&case.prices, &case.bundle);
        assert!((spent / case.income - 1.0).abs() < 1e-14, "{:?} spends {spent} of {}", case.preference, case.income);
        assert!(case.bundle.iter().all(|amount| *amount >= 0.0));
    });
}

#[test]
fn demand_does_not_depend_on_the_unit_of_account() {
    for_every_entry(|case| {
        let prices: Vec<f64> = case.prices.iter().map(|price| 7.3 * price).collect();
        let mut again = vec![0.0; prices.len()];
        case.preference.demand(&prices, 7.3 * case.income, &mut again).unwrap();
        for (one, other) in case.bundle.iter().zip(&again) {
            assert!((one - other).abs() <= 1e-12 * (1.0 + one), "{:?}: {one} and {other}", case.preference);
        }
    });
}

/// No bundle that costs as much has more utility: drawn anywhere on the budget, and near to what is demanded.
#[test]
fn nothing_better_is_to_be_had_for_the_income() {
    for_every_entry(|mut case| {
        let best = case.preference.utility(&case.bundle);
        assert!(best.is_finite());
        for trial in 0..60 {
            let share = if trial % 2 == 0 { 1.0 } else { 1e-3 };
            let raw: Vec<f64> = case.prices.iter().map(|price| case.stream.gamma(0.7) / price).collect();
            let scale = case.income / cost(&case.prices, &raw);
            let other: Vec<f64> =
                raw.iter().zip(&case.bundle).map(|(raw, best)| share * scale * raw + (1.0 - share) * best).collect();
            let utility = case.preference.utility(&other);
            assert!(utility <= best + 1e-12 * best.abs().max(1.0), "{:?}: {utility} beats {best}", case.preference);
        }
    });
}

#[test]
fn slopes_are_those_of_demand() {
    for_every_entry(|case| {
        let n = case.prices.len();
        let mut slopes = Slopes::new(n);
        case.preference.slopes(&case.prices, case.income, &mut slopes).unwrap();
        let demand = |prices: &[f64], income: f64| {
            let mut bundle = vec![0.0; n];
            case.preference.demand(prices, income, &mut bundle).unwrap();
            bundle
        };
        let compare = |high: Vec<f64>, low: Vec<f64>, width: f64, slope: &dyn Fn(usize) -> f64, unit: f64| {
            for good in 0..n {
                let measured = (high[good] - low[good]) / width;
                let scale = (case.bundle[good] + 1e-3) / unit;
                assert!(
                    (measured - slope(good)).abs() < 2e-4 * scale.max(slope(good).abs()),
                    "{:?}: {measured} is not {}",
                    case.preference,
                    slope(good)
                );
            }
        };
        for k in 0..n {
            let moved = |factor: f64| {
                let mut prices = case.prices.clone();
                prices[k] *= factor;
                demand(&prices, case.income)
            };
            let slope = |good: usize| slopes.by_price[(good, k)];
            compare(moved(1.0 + 1e-6), moved(1.0 - 1e-6), 2e-6 * case.prices[k], &slope, case.prices[k]);
        }
        let moved = |factor: f64| demand(&case.prices, factor * case.income);
        compare(moved(1.0 + 1e-6), moved(1.0 - 1e-6), 2e-6 * case.income, &|good| slopes.by_income[good], case.income);
    });
}

#[test]
fn marginal_utilities_are_those_of_utility() {
    for_every_entry(|mut case| {
        let n = case.prices.len();
        let mut marginal = vec![0.0; n];
        let bundle: Vec<f64> = (0..n).map(|_| exp(case.stream.normal())).collect();
        if !case.preference.marginal_utility(&bundle, &mut marginal) {
            return;
        }
        for good in 0..n {
            let at = |factor: f64| {
                let mut moved = bundle.clone();
                moved[good] *= factor;
                case.preference.utility(&moved)
            };
            let measured = (at(1.0 + 1e-5) - at(1.0 - 1e-5)) / (2e-5 * bundle[good]);
            let scale = marginal[good].max(1e-4 * at(1.0).abs() / bundle[good]).max(1e-9);
            assert!(
                (measured - marginal[good]).abs() < 1e-3 * scale,
                "{:?}: {measured}, {}",
                case.preference,
                marginal[good]
            );
        }
    });
}

#[test]
fn utility_of_money_is_that_of_what_it_buys() {
    for_every_entry(|case| {
        if let Some(each) = case.preference.utility_of_money(&case.prices) {
            let utility = case.preference.utility(&case.bundle);
            assert!((utility / (each * case.income) - 1.0).abs() < 1e-11, "{:?}: {utility}", case.preference);
        }
    });
}

/// What is said to be a gross substitute at any income is one at a given income, where there are no income effects to
/// help.
#[test]
fn gross_substitutes_are_what_they_say() {
    for_every_entry(|case| {
        let n = case.prices.len();
        let mut slopes = Slopes::new(n);
        case.preference.slopes(&case.prices, case.income, &mut slopes).unwrap();
        if case.preference.gross_substitutes() {
            for j in 0..n {
                assert!((0..n).filter(|k| *k != j).all(|k| slopes.by_price[(j, k)] >= 0.0), "{:?}", case.preference);
            }
        }
    });
}

/// What stands in a scenario is read back as it was written.
#[test]
fn entries_are_read_as_they_are_written() {
    for_every_entry(|case| {
        let again = AnyPreference::read(&Value::made(case.preference.write()), None).unwrap();
        assert_eq!(format!("{again:?}"), format!("{:?}", case.preference));
    });
    for description in AnySolver::catalog() {
        // Every parameter of a solver has a default.
        let solver = AnySolver::read(&Value::made(Node::Text(description.name.to_owned())), None).unwrap();
        let again = AnySolver::read(&Value::made(solver.write()), None).unwrap();
        assert_eq!(format!("{again:?}"), format!("{solver:?}"));
        assert!(!description.formula.is_empty() && !description.source.is_empty());
    }
}
