//! How far each curve's floating-point cost is from the truth: never further than it says.
//!
//! The truth is computed with twice the digits, from the price alone where that is possible: by quadrature, whose
//! terms are all positive, so that no cancellation hides in both.

#[path = "../../../fuzz/src/curves.rs"]
#[allow(dead_code, unreachable_pub)]
mod curves;

#[path = "curve_precision/double_double.rs"]
mod double_double;

use curves::{Draws, draw_curve};
use double_double::{Double, legendre};
use walras_market::curve::{AnyCurve, Exact};
use walras_numerics::elementary::pow10;
use walras_numerics::{Keys, Purpose};

/// The price of a curve of supply alone at `supply`.
fn true_price(curve: &AnyCurve, supply: Double) -> Double {
    let d = Double::from;
    match curve {
        AnyCurve::Linear(c) => d(c.slope) * supply + d(c.intercept),
        AnyCurve::Exponential(c) => d(c.base) * (d(c.growth) * supply).exp() + d(c.offset),
        AnyCurve::Sigmoid(c) => {
            let tail = (d(c.steepness) * (d(c.midpoint) - supply)).exp();
            d(c.maximum) / (d(1.0) + tail)
        }
        AnyCurve::AlgebraicSigmoid(c) => {
            let distance = supply - d(c.midpoint);
            let radius = (d(c.width_squared) + distance * distance).sqrt();
            // In the left tail even twice the digits would cancel.
            let sum = if distance.high < 0.0 { d(c.width_squared) / (radius - distance) } else { radius + distance };
            d(c.maximum) * sum / (d(2.0) * radius)
        }
        AnyCurve::Power(c) => d(c.coefficient) * supply.pow(d(c.exponent)) + d(c.offset),
        AnyCurve::SquareRoot(c) => {
            let t = d(c.growth) * supply;
            d(c.coefficient) * supply.sqrt() + (d(c.offset) * d(c.offset) + t * t).sqrt()
        }
        AnyCurve::Logarithmic(c) => d(c.coefficient) * (d(c.growth) * supply).ln_1p() + d(c.offset),
        AnyCurve::PiecewiseLinear(_) | AnyCurve::ConstantReserveRatio(_) | AnyCurve::Augmented(_) => {
            panic!("{curve:?} has no smooth price of supply alone")
        }
    }
}

/// ∫ of the price from `supply` to `supply + tokens`.
fn true_integral(curve: &AnyCurve, supply: Double, tokens: Double) -> Double {
    let price = |x| true_price(curve, supply + x);
    match curve {
        AnyCurve::PiecewiseLinear(c) => path_area(&c.points, supply, tokens),
        AnyCurve::Sigmoid(c) => integral(price, tokens, Double::from(c.midpoint) - supply),
        AnyCurve::AlgebraicSigmoid(c) => integral(price, tokens, Double::from(c.midpoint) - supply),
        _ => integral(price, tokens, Double::from(0.0) - supply),
    }
}

/// The area under straight lines between `points` over `supply` to `supply + tokens`. Places count from `supply`: a
/// small amount would lose digits next to a huge supply, even these.
fn path_area(points: &[(f64, f64)], supply: Double, tokens: Double) -> Double {
    let d = Double::from;
    let (first, last) = (points[0], points[points.len() - 1]);
    let before = std::iter::once((d(0.0) - supply, d(first.1)));
    let between = points.iter().map(|&(place, price)| (d(place) - supply, d(price)));
    let after = std::iter::once((tokens + tokens + d(last.0).max(supply), d(last.1)));
    let ends: Vec<_> = before.chain(between).chain(after).collect();
    let mut area = d(0.0);
    for pair in ends.windows(2).filter(|pair| (pair[1].0 - pair[0].0).high > 0.0) {
        let [(start, low), (end, high)] = [pair[0], pair[1]];
        let (from, to) = (d(0.0).max(start), tokens.min(end));
        if (to - from).high > 0.0 {
            let middle = (from + to) / d(2.0);
            let price = low + (middle - start) * (high - low) / (end - start);
            area = area + (to - from) * price;
        }
    }
    area
}

/// (1 + q)^κ − 1 for q > −1, by its binomial series where the difference would cancel.
fn power_growth(q: Double, kappa: Double) -> Double {
    let d = Double::from;
    if q.high.abs() * kappa.high > 0.05 || q.high.abs() > 0.05 {
        return if q.high <= -1.0 { d(-1.0) } else { (kappa * (d(1.0) + q).ln()).exp() - d(1.0) };
    }
    let (mut term, mut sum) = (kappa * q, d(0.0));
    for i in 1..60 {
        sum = sum + term;
        let i = d(f64::from(i));
        term = term * q * (kappa - i) / (i + d(1.0));
    }
    sum
}

/// ∫ f from 0 to `end` by a rule of twenty points, halving wherever a halving still changes the twentieth digit. The
/// stretches to begin with shrink towards `bend`, so that nothing that happens near it is overlooked.
fn integral(f: impl Fn(Double) -> Double, end: Double, bend: Double) -> Double {
    let nodes = legendre();
    let (none, half) = (Double::from(0.0), Double::from(0.5));
    let gauss = |low: Double, high: Double| {
        let (middle, radius) = ((low + high) * half, (high - low) * half);
        let terms = nodes.iter().map(|&(node, weight)| weight * f(middle + radius * node));
        terms.fold(none, |sum, term| sum + term) * radius
    };
    let reach = (end - bend).max(bend);
    let steps = (0..16).map(|i| reach * Double::from(64.0_f64.powi(-i)));
    let mut cuts: Vec<Double> = steps.flat_map(|step| [bend - step, bend + step]).chain([none, bend, end]).collect();
    cuts.retain(|cut| cut.high >= 0.0 && (end - *cut).high >= 0.0);
    cuts.sort_by(|a, b| a.high.total_cmp(&b.high).then(a.low.total_cmp(&b.low)));
    let mut pending: Vec<_> = cuts.windows(2).map(|pair| (pair[0], pair[1], gauss(pair[0], pair[1]), 0)).collect();
    let mut total = none;
    while let Some((low, high, whole, depth)) = pending.pop() {
        let middle = (low + high) * half;
        let (left, right) = (gauss(low, middle), gauss(middle, high));
        let parts = left + right;
        let change = (parts - whole).high.abs();
        if depth > 60 || change <= 1e-20 * parts.high || change <= 1e-22 * total.high {
            total = total + parts;
        } else {
            pending.push((low, middle, left, depth + 1));
            pending.push((middle, high, right, depth + 1));
        }
    }
    total
}

/// Both numbers that [`Exact`] starts from, and what they should have been.
struct Compared {
    cost: (f64, Double),
    proceeds: (f64, Double),
}

/// A curve, decimals, a supply and an amount, all drawn; `None` where no market could stand.
fn compare(name: &str, bytes: &[u8]) -> Option<(AnyCurve, Compared)> {
    let mut draws = Draws::new(bytes);
    let curve = draw_curve(name, &mut draws)?;
    let decimals = (draws.below(19) as u32, draws.below(19) as u32);
    let exact = Exact::new(&*curve, decimals.0, decimals.1, 1.0);
    let own_reserve = curve.reserve(0.0).is_none();
    let reserve = if own_reserve { draws.atoms() } else { 0 };
    let supply = match draws.below(2) {
        0 if !own_reserve => exact.amount_for(0, 0, draws.atoms()),
        _ => draws.atoms(),
    };
    let amount = match draws.below(2) {
        0 => exact.amount_for(supply, reserve, draws.atoms()),
        _ => draws.atoms(),
    };
    // What does not fit is refused, whatever its error.
    exact.cost(supply, reserve, amount).filter(|_| amount > 0)?;
    let unit = Double::from(pow10(decimals.1));
    let (start, tokens) = (Double::from(supply) / unit, Double::from(amount) / unit);
    let held = Double::from(reserve) / Double::from(pow10(decimals.0));
    let kappa = match &curve {
        AnyCurve::ConstantReserveRatio(c) => Double::from(1.0) / Double::from(c.reserve_ratio),
        AnyCurve::Augmented(c) => Double::from(c.kappa),
        _ => Double::from(1.0),
    };
    let bought = exact.point(amount, 0).supply;
    let cost = curve.cost(exact.point(supply, reserve), bought);
    // Sold again from the supply that buying led to; from the same reserve, where the curve has one.
    let top = supply + amount;
    let proceeds = curve.proceeds(exact.point(top, reserve), bought);
    let (true_cost, true_proceeds) = if own_reserve {
        let sold = Double::from(0.0) - tokens / (start + tokens);
        let left = power_growth(sold, kappa);
        (held * power_growth(tokens / start, kappa), Double::from(0.0) - held * left)
    } else {
        let integral = true_integral(&curve, start, tokens);
        (integral, integral)
    };
    Some((curve, Compared { cost: (cost, true_cost), proceeds: (proceeds, true_proceeds) }))
}

fn relative_error((found, truth): (f64, Double)) -> f64 {
    // Below this a cost is one atom, and numbers lose digits of their own accord.
    if truth.high < 1e-250 { 0.0 } else { ((Double::from(found) - truth).high / truth.high).abs() }
}

#[test]
fn costs_and_proceeds_are_within_the_stated_relative_error() {
    let cases = if std::env::var_os("WALRAS_NIGHTLY").is_some() { 20_000 } else { 1000 };
    std::thread::scope(|scope| {
        for (index, entry) in AnyCurve::catalog().iter().enumerate() {
            let name = entry.name;
            scope.spawn(move || {
                let (mut worst, mut count) = (0.0_f64, 0);
                let mut bytes = [0; 320];
                for case in 0.. {
                    let mut stream = Keys::new(index as u64).stream(Purpose::sample(4), case, 0);
                    bytes.fill_with(|| stream.word() as u8);
                    let Some((curve, compared)) = compare(name, &bytes) else { continue };
                    let error = relative_error(compared.cost).max(relative_error(compared.proceeds));
                    let share = error / curve.relative_error();
                    assert!(share <= 1.0, "off by {error:e}, {share:.2} of what it says: {curve:?}");
                    worst = worst.max(share);
                    count += 1;
                    if count == cases {
                        break;
                    }
                }
                println!("{name}: at worst {worst:.3} of the stated error in {count} cases");
                assert!(worst > 0.0);
            });
        }
    });
}

/// The truth itself, where it can be written down: ∫₀¹ e^s ds = e − 1 and ∫₀¹ √s ds = 2/3.
#[test]
fn the_twin_has_thirty_digits() {
    let d = Double::from;
    let one = d(1.0);
    // e to 32 digits, as the sum of two doubles.
    let e = Double { high: std::f64::consts::E, low: 1.445_646_891_729_250_2e-16 };
    assert!((one.exp() - e).high.abs() < 1e-30);
    assert!((e.ln() - one).high.abs() < 1e-30);
    for x in [1e-3, 0.009, 0.0101] {
        assert!((d(x).ln_1p() - (one + d(x)).ln()).high.abs() < 1e-30);
    }
    assert!((integral(Double::exp, one, d(0.0)) - (e - one)).high.abs() < 1e-29);
    assert!((integral(Double::sqrt, one, d(0.0)) - d(2.0) / d(3.0)).high.abs() < 1e-19);
    assert!((d(2.0).sqrt() * d(2.0).sqrt() - d(2.0)).high.abs() < 1e-30);
    let growth = power_growth(d(1e-20), d(3.0));
    assert!(((growth / (d(3.0) * d(1e-20))).high - 1.0).abs() < 1e-15);
    assert!(((growth / (d(3.0) * d(1e-20)) - one).high - 1e-20).abs() < 1e-29);
}
