//! Equilibria of schedules against closed forms, and against the competitive equilibrium of units.

use walras_catalog::{Node, Read, Span, Table, Value};
use walras_market::clearing::competitive_equilibrium;
use walras_market::clearing::equilibrium::{Absence, Equilibrium, Kind, Sides};
use walras_market::clearing::schedule::{
    AnySchedule, Constant, Direction, Function, Isoelastic, Linear, Logistic, Schedule, Steps, Stepwise,
    sampled_direction,
};
use walras_numerics::{Keys, Purpose, Stream};

fn sides<'a>(demand: &'a dyn Schedule, supply: &'a dyn Schedule, low: f64, high: f64) -> Sides<'a> {
    Sides { demand, supply, low, high }
}

/// D = 100 − 2P and O = 10 + P meet at P = 30, Q = 40; the triangles above and below are 400 and 300 + 450.
#[test]
fn straight_lines_meet_where_algebra_says() {
    let (demand, supply) = (Linear { intercept: 100.0, slope: -2.0 }, Linear { intercept: 10.0, slope: 1.0 });
    let market = sides(&demand, &supply, 0.0, 1000.0);
    let found = market.one().unwrap();
    assert_eq!((found.price, found.quantity, found.kind, found.stable), (30.0, 40.0, Kind::Meeting, true));
    assert!(market.monotone());
    assert_eq!((market.consumer_surplus(30.0), market.producer_surplus(30.0)), (400.0, 750.0));
    assert_eq!(market.all(64, 8).unwrap(), [found]);
}

/// 8/P = 2·P at P = 2, Q = 4; the area under 8/P from 2 to 10 is 8·ln 5, that under 2·P to 2 is 4.
#[test]
fn constant_elasticities_meet_where_algebra_says() {
    let demand = Isoelastic { scale: 8.0, elasticity: -1.0 };
    let supply = Isoelastic { scale: 2.0, elasticity: 1.0 };
    let market = sides(&demand, &supply, 0.0, 10.0);
    let found = market.one().unwrap();
    assert!((found.price - 2.0).abs() < 1e-15 && (found.quantity - 4.0).abs() < 1e-14, "{found:?}");
    assert!((market.consumer_surplus(2.0) - 8.0 * 5.0_f64.ln()).abs() < 1e-14);
    assert_eq!(market.producer_surplus(2.0), 4.0);
    assert_eq!(market.consumer_surplus(0.0), f64::INFINITY);
}

fn excess(of: impl Fn(f64) -> f64 + Send + Sync) -> Function<impl Fn(f64) -> f64 + Send + Sync> {
    Function { quantity: move |price| 100.0 + of(price), direction: Direction::Mixed }
}

const HUNDRED: Constant = Constant { quantity: 100.0 };

/// −(P − 1)(P − 2)(P − 3): a stable equilibrium on either side of an unstable one.
#[test]
fn all_equilibria_of_a_cubic_are_found_with_their_stability() {
    let demand = excess(|p| -(p - 1.0) * (p - 2.0) * (p - 3.0));
    let found = sides(&demand, &HUNDRED, 0.0, 5.0).all(7, 6).unwrap();
    let summary: Vec<(f64, bool)> = found.iter().map(|one| ((one.price * 1e9).round() / 1e9, one.stable)).collect();
    assert_eq!(summary, [(1.0, true), (2.0, false), (3.0, true)]);
}

/// sin(20P) has its zeros at the multiples of π/20: 31 of them inside (0.01, 5).
#[test]
fn many_equilibria_are_found_one_by_one() {
    let demand = excess(|p| (20.0 * p).sin());
    let found = sides(&demand, &HUNDRED, 0.01, 5.0).all(64, 6).unwrap();
    assert_eq!(found.len(), 31);
    for (k, one) in found.iter().enumerate() {
        let zero = (k + 1) as f64 * std::f64::consts::PI / 20.0;
        // A sum near 100 is known to 1.4e-14, and the slope is 20.
        assert!((one.price - zero).abs() < 2e-15 * zero + 1e-14, "{one:?} is not {zero}");
        assert_eq!(one.stable, k % 2 == 0);
    }
}

#[test]
fn demand_that_only_touches_supply_is_found_and_said_to_be_so() {
    let demand = excess(|p| (p - 1.234_5) * (p - 1.234_5));
    let found = sides(&demand, &HUNDRED, 0.0, 5.0).all(16, 4).unwrap();
    assert_eq!((found.len(), found[0].kind, found[0].stable), (1, Kind::Touch, false));
    // A hundred and the square of 1e-7 are one number.
    assert!((found[0].price - 1.234_5).abs() < 2e-7, "{found:?}");
    // Two near zeros in one cell: (P − 2)² − 10⁻⁶ has them at 2 ± 10⁻³.
    let demand = excess(|p| (p - 2.0) * (p - 2.0) - 1e-6);
    let found = sides(&demand, &HUNDRED, 0.0, 5.0).all(16, 4).unwrap();
    let prices: Vec<f64> = found.iter().map(|one| (one.price * 1e6).round() / 1e6).collect();
    assert_eq!(prices, [1.999, 2.001]);
}

/// Five wanted up to 10, five offered from 4: any price between clears.
#[test]
fn an_interval_of_prices_is_one_equilibrium() {
    let demand = Stepwise::new(Steps::Demand, [(10.0, 5.0)]);
    let supply = Stepwise::new(Steps::Supply, [(4.0, 5.0)]);
    let market = sides(&demand, &supply, 0.0, 100.0);
    let expected = Equilibrium {
        price: 4.0,
        to: 10.0,
        quantity: 5.0,
        demand: 5.0,
        supply: 5.0,
        kind: Kind::Plateau,
        stable: true,
    };
    assert_eq!(market.one(), Ok(expected));
    assert_eq!(market.all(10, 3), Ok(vec![expected]));
}

#[test]
fn at_a_jump_the_longer_side_is_rationed() {
    let demand = Stepwise::new(Steps::Demand, [(7.0, 10.0)]);
    let six = Constant { quantity: 6.0 };
    let found = sides(&demand, &six, 0.0, 100.0).one().unwrap();
    assert_eq!((found.price, found.quantity, found.demand, found.kind), (7.0, 6.0, 10.0, Kind::Jump));
    let supply = Stepwise::new(Steps::Supply, [(7.0, 10.0)]);
    let found = sides(&six, &supply, 0.0, 100.0).one().unwrap();
    assert_eq!((found.price, found.quantity, found.supply, found.kind), (7.0, 6.0, 10.0, Kind::Jump));
}

#[test]
fn no_equilibrium_is_said_with_its_reason() {
    let (five, six) = (Constant { quantity: 5.0 }, Constant { quantity: 6.0 });
    assert_eq!(sides(&six, &five, 0.0, 9.0).all(8, 2), Err(Absence::ExcessDemand(1.0)));
    assert_eq!(sides(&five, &six, 0.0, 9.0).one(), Err(Absence::ExcessSupply(-1.0)));
    assert_eq!(sides(&five, &six, 9.0, 9.0).one(), Err(Absence::Range));
    assert_eq!(sides(&five, &six, 0.0, f64::INFINITY).one(), Err(Absence::Range));
    let nowhere = excess(|p| if p == 2.0 { f64::NAN } else { 1.0 });
    assert_eq!(sides(&nowhere, &five, 0.0, 4.0).all(4, 0), Err(Absence::Undefined(2.0)));
    // Between the ends a schedule that changes sign only through what is no number.
    let broken = excess(|p| {
        if p < 1.0 {
            1.0
        } else if p > 3.0 {
            -1.0
        } else {
            f64::NAN
        }
    });
    assert!(matches!(sides(&broken, &HUNDRED, 0.0, 4.0).one(), Err(Absence::Undefined(p)) if (1.0..=3.0).contains(&p)));
}

fn draw(stream: &mut Stream, demand: bool) -> AnySchedule {
    let (a, b) = (1.0 + 100.0 * stream.open_unit(), 0.1 + 10.0 * stream.open_unit());
    let sign = if demand { -1.0 } else { 1.0 };
    match stream.word() % 4 {
        0 if demand => AnySchedule::Linear(Linear { intercept: a, slope: -b }),
        0 => AnySchedule::Linear(Linear { intercept: a - 50.0, slope: b }),
        1 => AnySchedule::Isoelastic(Isoelastic { scale: a, elasticity: sign * 0.4 * b }),
        2 => AnySchedule::Logistic(Logistic { maximum: a, steepness: -sign * b, midpoint: 0.2 * a }),
        _ => AnySchedule::Constant(Constant { quantity: a }),
    }
}

/// One unit of the last place below, demand is enough; one above, supply is.
#[test]
fn falling_demand_and_rising_supply_meet_to_the_last_digit() {
    let mut met = 0;
    for case in 0..10_000 {
        let mut stream = Keys::new(21).stream(Purpose::sample(12), case, 0);
        let demand: Vec<AnySchedule> = (0..1 + case % 3).map(|_| draw(&mut stream, true)).collect();
        let supply: Vec<AnySchedule> = (0..1 + case % 2).map(|_| draw(&mut stream, false)).collect();
        let (demand, supply) = (&demand[..], &supply[..]);
        let (demand, supply) = (&demand, &supply);
        let market = sides(demand, supply, 1e-3, 1e3);
        assert!(market.monotone());
        let Ok(found) = market.one() else { continue };
        met += 1;
        let slack = 1e-14 * (found.demand + found.supply);
        let (below, above) = (market.excess(found.price.next_down()), market.excess(found.to.next_up()));
        assert!(below >= -slack && above <= slack, "{below} and {above} around {found:?} of {demand:?}, {supply:?}");
        let all = market.all(40, 5).unwrap();
        assert!(all.len() == 1 && (all[0].price - found.price).abs() <= 1e-12 * found.price, "{all:?}, not {found:?}");
    }
    assert!(met > 5000, "only {met} markets have an equilibrium");
}

/// The schedules of single units meet where the k-th value meets the k-th cost.
#[test]
fn steps_of_single_units_meet_in_the_competitive_equilibrium() {
    for case in 0..10_000 {
        let mut stream = Keys::new(22).stream(Purpose::sample(12), case, 0);
        let mut units =
            |n: u32| -> Vec<f64> { (0..1 + stream.word() % n).map(|_| f64::from(10 + stream.word() % 30)).collect() };
        let (values, costs) = (units(9), units(9));
        let demand = Stepwise::new(Steps::Demand, values.iter().map(|&value| (value, 1.0)));
        let supply = Stepwise::new(Steps::Supply, costs.iter().map(|&cost| (cost, 1.0)));
        let competitive = competitive_equilibrium(&values, &costs);
        let market = sides(&demand, &supply, 1.0, 100.0);
        let found = market.one().unwrap();
        let Some((low, high)) = competitive.prices else { continue };
        assert!(
            found.price >= low - 1e-9 && found.to <= high + 1e-9,
            "{found:?} of {values:?}, {costs:?}: {competitive:?}"
        );
        // Pairs without gain may trade or not.
        let gainful = values.iter().filter(|&&value| value > found.price).count().min(competitive.quantity) as f64;
        assert!(
            found.quantity <= competitive.quantity as f64 && found.quantity >= gainful,
            "{found:?}: {competitive:?}"
        );
        if low < high {
            let whole = market.consumer_surplus(low) + market.producer_surplus(low);
            assert!((whole - competitive.surplus).abs() < 1e-9, "{whole}: {competitive:?}");
        }
    }
}

/// A formula that says what an entry says meets the other side where the entry does.
#[test]
fn a_formula_meets_where_the_entry_it_repeats_does() {
    let written = |quantity: &str, goes: &str| {
        let mut table = Table::default();
        for (key, node) in [
            ("kind", Node::Text("formula".to_owned())),
            ("quantity", Node::Text(quantity.to_owned())),
            ("goes", Node::Text(goes.to_owned())),
            ("lowest", Node::Float(0.01)),
            ("highest", Node::Integer(1000)),
        ] {
            table.set(key, Span::default(), Value::made(node));
        }
        AnySchedule::read(&Value::made(Node::Table(table)), None).unwrap_or_else(|problem| panic!("{problem:?}"))
    };
    let pairs = [
        (AnySchedule::Linear(Linear { intercept: 100.0, slope: -2.0 }), written("100 - 2 * price", "falling")),
        (
            AnySchedule::Isoelastic(Isoelastic { scale: 8.0, elasticity: -1.5 }),
            written("8 * price ^ (-1.5)", "falling"),
        ),
        (
            AnySchedule::Logistic(Logistic { maximum: 50.0, steepness: 0.2, midpoint: 40.0 }),
            written("50 * logistic(-0.2 * (price - 40))", "falling"),
        ),
    ];
    let (supply, rising) = (Linear { intercept: 10.0, slope: 1.0 }, written("max(0, 10 + price)", "rising"));
    for (entry, formula) in &pairs {
        let known = sides(entry, &supply, 0.01, 1000.0).one();
        assert_eq!(sides(formula, &rising, 0.01, 1000.0).one(), known, "{formula:?}");
        assert!(known.is_ok(), "{known:?}");
    }
}

/// Closed forms against Simpson's rule, which a schedule without one uses.
#[test]
fn areas_are_integrals() {
    let mut stream = Keys::new(23).stream(Purpose::sample(12), 0, 0);
    for _ in 0..400 {
        let demands = stream.word().is_multiple_of(2);
        let one = draw(&mut stream, demands);
        let low = 0.5 + stream.open_unit();
        let high = low + 3.0 * stream.open_unit();
        let plain = Function { quantity: |price: f64| one.quantity(price), direction: Direction::Mixed };
        let (closed, simpson) = (one.area(low, high), plain.area(low, high));
        // A line that is cut off at zero bends once.
        assert!(
            (closed - simpson).abs() <= 1e-4 * (1.0 + closed),
            "{closed} is not {simpson}: {one:?} from {low} to {high}"
        );
        let steps = Stepwise::new(Steps::Demand, [(low, 2.0), (high, 3.0)]);
        assert!((steps.area(low, high) - 3.0 * (high - low)).abs() < 1e-12);
        let parts = one.area(low, f64::midpoint(low, high)) + one.area(f64::midpoint(low, high), high);
        assert!((closed - parts).abs() <= 1e-12 * (1.0 + closed));
    }
}

/// What a formula says of its direction is what samples show.
#[test]
fn directions_are_as_declared() {
    let mut stream = Keys::new(24).stream(Purpose::sample(12), 0, 0);
    for case in 0..1000 {
        let one = draw(&mut stream, case % 2 == 0);
        let sampled = sampled_direction(&one, 0.01, 200.0, 500);
        assert!(sampled == one.direction() || sampled == Direction::Flat, "{one:?} is {sampled:?}");
    }
    let bowl = excess(|p| (p - 1.0) * (p - 1.0));
    assert_eq!(sampled_direction(&bowl, 0.0, 3.0, 10), Direction::Mixed);
    assert_eq!(Direction::Falling.and(Direction::Rising), Direction::Mixed);
    assert_eq!(Direction::Flat.and(Direction::Rising), Direction::Rising);
}

/// A million agents' schedules are one, and the sum does not depend on how they are looked at.
#[test]
fn a_column_of_agents_is_a_schedule() {
    let agents: Vec<Linear> = (0..100_000)
        .map(|i| Linear { intercept: 1.0 + f64::from(i % 7), slope: -0.01 * f64::from(1 + i % 5) })
        .collect();
    let demand: &[Linear] = &agents;
    let market = sides(&demand, &Constant { quantity: 2e5 }, 0.0, 1e3).one().unwrap();
    // At 10 nobody has left: Σ (1 + i mod 7) − 0.1·Σ (1 + i mod 5) = (10⁵ + 299,997) − 0.1·3·10⁵, since 10⁵ = 7·14,285 + 5.
    assert!((demand.quantity(10.0) - 369_995.0).abs() < 1e-6, "{}", demand.quantity(10.0));
    assert!(market.kind == Kind::Meeting && (market.demand - 2e5).abs() < 1e-4, "{market:?}");
    assert_eq!(demand.direction(), Direction::Falling);
}
