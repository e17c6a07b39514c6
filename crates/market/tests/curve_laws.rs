//! The laws that every curve meets, whatever its parameters: a new entry is tested as soon as it is registered.

#[path = "../../../fuzz/src/curves.rs"]
#[allow(unreachable_pub)]
mod curves;

use std::time::Instant;

use curves::{Draws, draw_curve, run, trade};
use walras_market::curve::{AnyCurve, Curve, Point};
use walras_numerics::{Keys, Purpose, Stream};

/// Sequences of trades for each curve: ten thousand, or a million with `WALRAS_NIGHTLY` set.
fn sequences() -> u64 {
    if std::env::var_os("WALRAS_NIGHTLY").is_some() { 1_000_000 } else { 10_000 }
}

/// Runs `test` for every entry, each on its own thread.
fn for_every_entry(test: impl Fn(&'static str, u64) + Sync) {
    std::thread::scope(|scope| {
        for (index, entry) in AnyCurve::catalog().iter().enumerate() {
            let (test, name) = (&test, entry.name);
            scope.spawn(move || test(name, index as u64));
        }
    });
}

fn fill(stream: &mut Stream, bytes: &mut [u8]) {
    for part in bytes.chunks_mut(4) {
        part.copy_from_slice(&stream.word().to_le_bytes()[..part.len()]);
    }
}

/// The reserve covers the supply after every trade, no trade back and forth profits, money is conserved.
#[test]
fn no_sequence_of_trades_takes_from_the_reserve() {
    for_every_entry(|name, index| {
        let started = Instant::now();
        let mut bytes = [0; 320];
        let mut traded = 0_u64;
        for sequence in 0.. {
            fill(&mut Keys::new(index).stream(Purpose::sample(1), sequence, 0), &mut bytes);
            // Short sequences are most of what can go wrong; long ones are some.
            let len = 48 + usize::from(bytes[0]) % 272;
            let mut draws = Draws::new(&bytes[1..len]);
            if let Some(curve) = draw_curve(name, &mut draws) {
                trade(name, curve, &mut draws);
                traded += 1;
            }
            if traded == sequences() {
                break;
            }
        }
        println!("{name}: {traded} sequences in {:.1} s", started.elapsed().as_secs_f64());
    });
}

/// What the fuzz target does, over bytes that are not chosen by a fuzzer.
#[test]
fn the_fuzz_target_holds_over_pseudo_random_bytes() {
    let mut bytes = [0; 256];
    for sequence in 0..4000 {
        fill(&mut Keys::new(99).stream(Purpose::sample(2), sequence, 0), &mut bytes);
        run(&bytes[..(sequence % 257) as usize]);
    }
}

/// A curve, a place on it that some money led to, and an amount that more money buys there.
struct Case {
    curve: AnyCurve,
    at: Point,
    tokens: f64,
}

fn cases(name: &'static str, index: u64) -> impl Iterator<Item = Case> {
    let draw = move |case: u64| {
        let mut bytes = [0; 320];
        fill(&mut Keys::new(index).stream(Purpose::sample(3), case, 0), &mut bytes);
        let mut draws = Draws::new(&bytes);
        let curve = draw_curve(name, &mut draws)?;
        let at = if curve.reserve(0.0).is_some() {
            let empty = Point { supply: 0.0, reserve: 0.0 };
            Point { supply: curve.tokens_bought(empty, draws.magnitude(1e-6, 1e12)), reserve: 0.0 }
        } else {
            Point { supply: draws.magnitude(1e-6, 1e12), reserve: draws.magnitude(1e-6, 1e12) }
        };
        let tokens = match draws.below(3) {
            0 => at.supply * draws.magnitude(1e-12, 1e2),
            _ => curve.tokens_bought(at, draws.magnitude(1e-6, 1e12)),
        };
        let cost = curve.cost(at, tokens);
        let sensible = at.supply < 1e60 && tokens > 1e-60 && tokens < 1e60 && cost > 1e-60 && cost < 1e60;
        sensible.then_some(Case { curve, at, tokens })
    };
    (0..4000).filter_map(draw).take(400)
}

/// What is left of `at` after buying `tokens`.
fn after(curve: &dyn Curve, at: Point, tokens: f64) -> Point {
    Point { supply: at.supply + tokens, reserve: at.reserve + curve.cost(at, tokens) }
}

fn assert_near(found: f64, expected: f64, slack: f64, what: &str, case: &Case) {
    let Case { curve, at, tokens } = case;
    assert!(
        (found - expected).abs() <= slack,
        "{what}: {found:?}, not {expected:?}: {tokens:?} at {at:?} of {curve:?}"
    );
}

#[test]
fn prices_are_positive_finite_and_never_fall_with_supply() {
    for_every_entry(|name, index| {
        let mut count = 0;
        for case in cases(name, index) {
            let Case { curve, at, tokens } = &case;
            let (low, high) = (curve.price(*at), curve.price(after(&**curve, *at, *tokens)));
            assert!(low > 0.0 && high.is_finite(), "{low:?} to {high:?} at {at:?} of {curve:?}");
            assert!(high >= low * (1.0 - 2.0 * curve.relative_error()), "{low:?} to {high:?} at {at:?} of {curve:?}");
            assert!(curve.slope(*at) >= 0.0);
            count += 1;
        }
        assert!(count >= 300, "only {count} cases for {name}");
    });
}

#[test]
fn costs_are_the_integral_of_the_price() {
    for_every_entry(|name, index| {
        for case in cases(name, index) {
            let Case { curve, at, tokens } = &case;
            let noise = 8.0 * curve.relative_error();
            let cost = |low, high| curve.cost(after(&**curve, *at, low), high - low);
            let price = |x| curve.price(after(&**curve, *at, x));
            let met = integrates(price, cost, |low, high| noise * cost(low, high), *tokens);
            met.unwrap_or_else(|message| panic!("{message}: {tokens:?} at {at:?} of {curve:?}"));
            if let Some(reserve) = curve.reserve(*tokens) {
                let whole = curve.cost(Point { supply: 0.0, reserve: 0.0 }, *tokens);
                assert_near(reserve, whole, curve.relative_error() * whole, "reserve", &case);
            }
        }
    });
}

#[test]
fn price_changes_are_the_integral_of_the_slope() {
    for_every_entry(|name, index| {
        for case in cases(name, index) {
            let Case { curve, at, tokens } = &case;
            let price = |x| curve.price(after(&**curve, *at, x));
            let slope = |x| curve.slope(after(&**curve, *at, x));
            let rise = |low, high| price(high) - price(low);
            let noise = 8.0 * curve.relative_error();
            let met = integrates(slope, rise, |_, high| noise * price(high), *tokens);
            met.unwrap_or_else(|message| panic!("{message}: {tokens:?} at {at:?} of {curve:?}"));
        }
    });
}

#[test]
fn a_trade_in_parts_costs_the_same_and_selling_undoes_it() {
    for_every_entry(|name, index| {
        for case in cases(name, index) {
            let Case { curve, at, tokens } = &case;
            let cost = curve.cost(*at, *tokens);
            let slack = 8.0 * curve.relative_error() * cost;
            for share in [1e-9, 0.25, 0.5, 0.999] {
                let part = share * tokens;
                let parts = curve.cost(*at, part) + curve.cost(after(&**curve, *at, part), tokens - part);
                assert_near(parts, cost, slack, "the parts", &case);
            }
            let top = after(&**curve, *at, *tokens);
            assert_near(curve.proceeds(top, *tokens), cost, slack, "proceeds", &case);
        }
    });
}

#[test]
fn inverses_undo_costs_and_proceeds() {
    for_every_entry(|name, index| {
        for case in cases(name, index) {
            let Case { curve, at, tokens } = &case;
            let slack = 8.0 * curve.relative_error();
            let cost = curve.cost(*at, *tokens);
            assert_near(curve.tokens_bought(*at, cost), *tokens, slack * tokens, "tokens bought", &case);
            let top = after(&**curve, *at, *tokens);
            let proceeds = curve.proceeds(top, *tokens);
            // The amount itself is ill determined where the price has fallen to nothing; what it pays is not.
            let sold = curve.tokens_sold(top, proceeds);
            assert!(sold <= top.supply);
            assert_near(curve.proceeds(top, sold), proceeds, slack * proceeds, "what the tokens sold pay", &case);
        }
    });
}

/// Nodes and weights on (−1, 1) of the five-point rule of Gauss and Legendre.
const GAUSS: [(f64, f64); 5] = [
    (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
    (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.0, 0.568_888_888_888_888_9),
    (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
    (0.906_179_845_938_664, 0.236_926_885_056_189_1),
];

fn gauss(f: &impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    GAUSS.iter().map(|(node, weight)| weight * f(middle + half * node)).sum::<f64>() * half
}

/// Checks that `rate` integrates to `rise` over 0 to `end`: over the whole by a five-point rule, or, where that
/// differs by more than a billionth and the rounding errors in `noise`, over both halves. Stretches with next to
/// none of the rise, as the first one of a root, may go unexplained.
fn integrates(
    rate: impl Fn(f64) -> f64,
    rise: impl Fn(f64, f64) -> f64,
    noise: impl Fn(f64, f64) -> f64,
    end: f64,
) -> Result<(), String> {
    let total = rise(0.0, end);
    let mut unexplained = 0.0;
    let mut pending = vec![(0.0, end)];
    for _ in 0..100_000 {
        let Some((low, high)) = pending.pop() else {
            let explained = unexplained <= 1e-6 * total + noise(0.0, end);
            return if explained { Ok(()) } else { Err(format!("{unexplained:?} of {total:?} is unexplained")) };
        };
        let (found, expected) = (gauss(&rate, low, high), rise(low, high));
        if (found - expected).abs() <= 1e-9 * expected + noise(low, high) {
            continue;
        }
        if expected <= 1e-10 * total {
            unexplained += expected;
            continue;
        }
        let middle = 0.5 * (low + high);
        pending.extend([(low, middle), (middle, high)]);
    }
    Err(format!("the rise of {total:?} stays unexplained near {:?}", pending.last()))
}
