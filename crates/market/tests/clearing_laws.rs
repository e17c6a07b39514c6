//! The laws that every rule of clearing meets: a new entry is tested once it is listed.

use walras_catalog::{Node, Read, Span, Table, Value};
use walras_ledger::Atoms;
use walras_market::clearing::{
    AnyClearing, Clearing, Setting, Settled, StepOrders, Unpayable, Venue, competitive_equilibrium,
};
use walras_market::order::{Rejection, Side};
use walras_numerics::{Keys, Purpose, StateHasher, Stream};

const CASES: u64 = 10_000;

fn table(kind: &str, given: &[(&str, Node)]) -> Node {
    let mut table = Table::default();
    table.set("kind", Span::default(), Value::made(Node::Text(kind.to_owned())));
    for (key, node) in given {
        table.set(key, Span::default(), Value::made(node.clone()));
    }
    Node::Table(table)
}

fn read(node: Node) -> AnyClearing {
    AnyClearing::read(&Value::made(node), None).unwrap_or_else(|problem| panic!("{problem:?}"))
}

const RATIONING: [&str; 4] = ["proportional", "arrival", "limit", "uniform"];

/// Samples of every entry with every rule of rationing.
fn samples() -> Vec<(AnyClearing, &'static str)> {
    let mut samples = Vec::new();
    for entry in AnyClearing::catalog() {
        for (index, rule) in RATIONING.into_iter().enumerate() {
            let rationing = ("rationing", Node::Text(rule.to_owned()));
            let node = match entry.name {
                "clear" => table("clear", &[("position", Node::Float([0.5, 0.0, 1.0, 0.3][index])), rationing]),
                "posted" => {
                    let adjustment = table("proportional", &[("gain", Node::Float(0.1))]);
                    table("posted", &[rationing, ("adjustment", adjustment)])
                }
                other => panic!("no sample parameters for `{other}`: add some"),
            };
            samples.push((read(node), rule));
        }
    }
    samples
}

#[derive(Debug, Clone, Default)]
struct Case {
    side: Vec<i8>,
    size: Vec<Atoms>,
    limit: Vec<f64>,
    arrival: Vec<u32>,
    price: f64,
}

const SETTING: Setting = Setting { numeraire_decimals: 2, asset_decimals: 1, outstanding: 1000 };

impl Case {
    fn draw(law: u64, case: u64, unlimited: bool) -> Self {
        let stream = &mut Keys::new(law).stream(Purpose::sample(13), case, 0);
        let rows = 1 + stream.word() % 10;
        let width = [3, 10, 60][stream.word() as usize % 3];
        let mut drawn = Self { price: limit(stream, width), ..Self::default() };
        for row in 0..rows {
            let side = if stream.word().is_multiple_of(2) { Side::BUY } else { Side::SELL };
            let free = unlimited && stream.word().is_multiple_of(5);
            drawn.side.push(side);
            drawn.size.push(i64::from(1 + stream.word() % 12));
            drawn.limit.push(if free { f64::INFINITY * f64::from(side) } else { limit(stream, width) });
            // All different, so that rows may be moved.
            drawn.arrival.push((row * 7 + 3) % 11);
        }
        drawn
    }

    fn orders(&self) -> StepOrders<'_> {
        StepOrders { side: &self.side, size: &self.size, limit: &self.limit, arrival: &self.arrival }
    }

    fn settle(&self, rule: &dyn Clearing) -> (Settled, Venue) {
        let mut venue = Venue { price: self.price, memory: Vec::new() };
        let settled = rule.settle(&self.orders(), &SETTING, &mut venue).unwrap();
        (settled, venue)
    }

    fn filled(&self, settled: &Settled, side: i8) -> i128 {
        let rows = (0..self.side.len()).filter(|&row| self.side[row] == side);
        rows.map(|row| i128::from(settled.filled[row])).sum()
    }
}

fn limit(stream: &mut Stream, width: u32) -> f64 {
    // Thirds, which no double holds.
    f64::from(9 + stream.word() % width) / 3.0
}

#[test]
fn what_buyers_get_is_what_sellers_give_within_limits() {
    for (rule, _) in samples() {
        let mut traded = 0;
        for number in 0..CASES {
            let case = Case::draw(1, number, true);
            let (settled, _) = case.settle(&*rule);
            let (bought, sold) = (case.filled(&settled, Side::BUY), case.filled(&settled, Side::SELL));
            assert!(bought == sold && bought == settled.traded, "{settled:?} of {case:?} by {rule:?}");
            assert_eq!(settled.traded, settled.demand.min(settled.supply), "{settled:?} of {case:?} by {rule:?}");
            let kept = settled.kept();
            assert!((0..case.side.len() as i128).contains(&kept), "keeps {kept}: {settled:?} of {case:?}");
            for row in 0..case.side.len() {
                let (filled, limit) = (settled.filled[row], case.limit[row]);
                assert!((0..=case.size[row]).contains(&filled), "{settled:?} of {case:?}");
                let suits = if case.side[row] == Side::BUY { limit >= settled.price } else { limit <= settled.price };
                assert!(filled == 0 || suits, "row {row} through its limit: {settled:?} of {case:?}");
                // Ten atoms of the numeraire for an atom at a price of one; up to a buyer, down for a seller.
                let exact = settled.price * 10.0 * filled as f64 * f64::from(case.side[row]);
                let rounding = settled.paid[row] as f64 - exact;
                assert!((-1e-9..1.0 + 1e-9).contains(&rounding), "{rounding}: {settled:?} of {case:?}");
            }
            traded += i32::from(bought > 0);
        }
        assert!(traded > CASES as i32 / 5, "{rule:?}: only {traded} cases trade");
    }
}

/// At the clearing price no one who is left with something would deal with someone else who is, and the gain is the
/// competitive one.
#[test]
fn a_clearing_price_realises_the_competitive_surplus() {
    for (rule, _) in samples().iter().filter(|(rule, _)| rule.name() == "clear") {
        for number in 0..CASES {
            let case = Case::draw(2, number, false);
            let (settled, venue) = case.settle(&**rule);
            let units = |side: i8| -> Vec<f64> {
                let rows = (0..case.side.len()).filter(|&row| case.side[row] == side);
                rows.flat_map(|row| std::iter::repeat_n(case.limit[row], case.size[row] as usize)).collect()
            };
            let competitive = competitive_equilibrium(&units(Side::BUY), &units(Side::SELL));
            let gain = |row: usize| f64::from(case.side[row]) * case.limit[row] * settled.filled[row] as f64;
            let realised: f64 = (0..case.side.len()).map(gain).sum();
            assert!(
                (realised - competitive.surplus).abs() < 1e-9,
                "{realised}: {settled:?} of {case:?}, {competitive:?}"
            );
            assert!(settled.traded <= competitive.quantity as i128, "{settled:?} of {case:?}, {competitive:?}");
            match competitive.prices {
                Some((low, high)) => {
                    assert!((low..=high).contains(&settled.price), "{settled:?} of {case:?}: {competitive:?}");
                    assert_eq!(venue.price, settled.price);
                }
                None => assert_eq!((venue.price, settled.traded), (case.price, 0), "{settled:?} of {case:?}"),
            }
        }
    }
}

/// Between the highest buyer left out and the lowest seller left out, `position` of the way up.
#[test]
fn the_position_in_an_interval_of_clearing_prices_is_as_declared() {
    let case = Case {
        side: vec![1, 1, -1, -1],
        size: vec![5, 5, 5, 5],
        limit: vec![9.0, 4.0, 3.0, 7.0],
        arrival: vec![0, 1, 2, 3],
        price: 1.0,
    };
    for (position, price) in [(0.0, 4.0), (0.5, 5.5), (1.0, 7.0)] {
        let rule = read(table("clear", &[("position", Node::Float(position))]));
        let (settled, _) = case.settle(&*rule);
        assert_eq!((settled.price, settled.filled), (price, vec![5, 0, 5, 0]));
    }
}

/// Limits one unit of the last place apart: the buyers at the sellers' own limit bound the price there, although another
/// buyer stands just above. It once went up to that one, past those it had to serve.
#[test]
fn an_interval_of_one_price_does_not_reach_to_the_next_limit() {
    let low = 11.0_f64 / 3.0;
    let case = Case {
        side: vec![1, -1, 1],
        size: vec![6, 12, 6],
        limit: vec![low.next_up(), low, low],
        arrival: vec![0, 1, 2],
        price: 1.0,
    };
    for position in [0.0, 0.5, 1.0] {
        let rule = read(table("clear", &[("position", Node::Float(position))]));
        let (settled, _) = case.settle(&*rule);
        assert_eq!((settled.price, settled.filled), (low, vec![6, 12, 6]));
    }
}

#[test]
fn a_posted_price_holds_for_the_step_and_then_follows_the_excess() {
    for (rule, _) in samples().iter().filter(|(rule, _)| rule.name() == "posted") {
        for number in 0..CASES {
            let case = Case::draw(3, number, true);
            let (settled, venue) = case.settle(&**rule);
            assert_eq!(settled.price, case.price);
            let (excess, moved) = (settled.demand - settled.supply, venue.price - case.price);
            // Measured against an offer of nothing there is no excess.
            let still = excess == 0 || settled.supply == 0;
            assert!(if still { moved == 0.0 } else { (moved > 0.0) == (excess > 0) }, "{settled:?}, {venue:?}");
            let full = |side: i8, row: usize| {
                let suits =
                    if side == Side::BUY { case.limit[row] >= case.price } else { case.limit[row] <= case.price };
                case.side[row] != side || settled.filled[row] == if suits { case.size[row] } else { 0 }
            };
            let shorter = if excess > 0 { Side::SELL } else { Side::BUY };
            assert!((0..case.side.len()).all(|row| full(shorter, row)), "{settled:?} of {case:?}");
        }
    }
}

/// Splitting an order into k pieces of the same limit leaves the price; what they get together changes by at most k atoms
/// where shares are proportional, and not at all where claims are served in an order. Equal shares reward it.
#[test]
fn splitting_an_order_pays_only_under_equal_shares() {
    for (rule, rationing) in samples() {
        let mut best = 0;
        for number in 0..CASES {
            let case = Case::draw(4, number, false);
            let mut split = case.clone();
            split.arrival.iter_mut().for_each(|key| *key *= 2);
            let pieces = 1 + (number % 3) as usize;
            for _ in 0..pieces {
                let piece = split.size[0] / 2;
                split.size[0] -= piece;
                if piece > 0 {
                    split.side.push(case.side[0]);
                    split.size.push(piece);
                    split.limit.push(case.limit[0]);
                    split.arrival.push(split.arrival[0]);
                }
            }
            let (whole, parts) = (case.settle(&*rule).0, split.settle(&*rule).0);
            assert_eq!((whole.price, whole.traded), (parts.price, parts.traded), "{case:?} by {rule:?}");
            let rows = case.side.len();
            let together: Atoms = parts.filled[0] + parts.filled[rows..].iter().sum::<Atoms>();
            let more = together - whole.filled[0];
            best = best.max(more);
            let count = (split.side.len() - rows + 1) as i64;
            match rationing {
                "proportional" => assert!(more.abs() <= count, "{more} more: {case:?} in {count} by {rule:?}"),
                "arrival" | "limit" => assert_eq!(more, 0, "{case:?} in {count} by {rule:?}"),
                _ => {}
            }
        }
        assert!(rationing != "uniform" || best > 1, "{rule:?} rewards splitting by {best} at most");
    }
}

/// A better limit never loses a fill, where the rule serves all limits alike or the better first.
#[test]
fn a_better_limit_never_gets_less() {
    for (rule, _) in samples() {
        for number in 0..CASES {
            let case = Case::draw(5, number, false);
            let mut better = case.clone();
            better.limit[0] += f64::from(case.side[0]) * f64::from(1 + (number % 9) as u32) / 3.0;
            better.limit[0] = better.limit[0].max(0.0);
            let (before, after) = (case.settle(&*rule).0, better.settle(&*rule).0);
            assert!(after.filled[0] >= before.filled[0], "{before:?}, then {after:?}: {case:?} by {rule:?}");
        }
    }
}

#[test]
fn rows_that_cannot_be_carried_out_change_nothing() {
    let bad = [
        (Side::BUY, 5, f64::NAN, Some(Rejection::NotFinite)),
        (Side::BUY, 5, f64::NEG_INFINITY, Some(Rejection::NotFinite)),
        (Side::SELL, 5, f64::INFINITY, Some(Rejection::NotFinite)),
        (Side::SELL, 5, -1.0, Some(Rejection::NotFinite)),
        (Side::BUY, 0, 3.0, Some(Rejection::BadSize)),
        (Side::SELL, -7, 3.0, Some(Rejection::BadSize)),
        (Side::NONE, 5, 3.0, None),
        (Side::rejected(Side::BUY, Rejection::Halted), 5, 30.0, None),
    ];
    for (rule, _) in samples() {
        for number in 0..500 {
            let case = Case::draw(6, number, true);
            let mut more = case.clone();
            for (side, size, limit, _) in bad {
                more.side.push(side);
                more.size.push(size);
                more.limit.push(limit);
                more.arrival.push(0);
            }
            let ((plain, one), (other, two)) = (case.settle(&*rule), more.settle(&*rule));
            let rows = case.side.len();
            assert_eq!((&plain.filled[..], plain.price, one), (&other.filled[..rows], other.price, two), "{case:?}");
            for (i, (.., why)) in bad.into_iter().enumerate() {
                assert_eq!((more.orders().rejection(rows + i), other.filled[rows + i]), (why, 0));
            }
        }
    }
}

#[test]
fn rows_may_come_in_any_order() {
    for (rule, _) in samples() {
        for number in 0..2000 {
            let case = Case::draw(7, number, true);
            let mut turned = case.clone();
            turned.side.reverse();
            turned.size.reverse();
            turned.limit.reverse();
            turned.arrival.reverse();
            let ((plain, one), (mut other, two)) = (case.settle(&*rule), turned.settle(&*rule));
            other.filled.reverse();
            other.paid.reverse();
            assert_eq!((plain, one), (other, two), "{case:?} by {rule:?}");
        }
    }
}

/// Orders without a limit on both sides trade at the price that stands.
#[test]
fn without_any_limit_the_price_stands() {
    let case = Case {
        side: vec![1, -1],
        size: vec![5, 3],
        limit: vec![f64::INFINITY, f64::NEG_INFINITY],
        arrival: vec![0, 1],
        price: 2.5,
    };
    for (rule, _) in samples() {
        let (settled, _) = case.settle(&*rule);
        assert_eq!((settled.price, settled.filled, settled.demand, settled.supply), (2.5, vec![3, 3], 5, 3));
    }
}

#[test]
fn what_cannot_be_paid_leaves_the_venue_as_it_was() {
    let case = Case {
        side: vec![1, -1],
        size: vec![i64::MAX, i64::MAX],
        limit: vec![3.0, 3.0],
        arrival: vec![0, 1],
        price: 3.0,
    };
    for (rule, _) in samples() {
        let mut venue = Venue { price: case.price, memory: vec![] };
        let hash = |venue: &mut Venue| {
            let mut hasher = StateHasher::default();
            venue.visit_state(&mut hasher).unwrap();
            hasher.finish()
        };
        let before = hash(&mut venue);
        assert_eq!(rule.settle(&case.orders(), &SETTING, &mut venue), Err(Unpayable(0)));
        assert_eq!(hash(&mut venue), before);
    }
}

/// A controller's memory is the venue's, and grows to what its rule needs.
#[test]
fn a_venue_remembers_what_its_rule_needs() {
    let gains = [("proportional_gain", Node::Float(0.1)), ("integral_gain", Node::Float(0.05))];
    let rule = read(table("posted", &[("adjustment", table("proportional_integral", &gains))]));
    let case = Case { side: vec![1, -1], size: vec![6, 4], limit: vec![9.0, 1.0], arrival: vec![0, 1], price: 2.0 };
    let (settled, venue) = case.settle(&*rule);
    assert_eq!((settled.traded, rule.memory(), venue.memory.len()), (4, 1, 1));
    assert!((venue.memory[0] - 0.5).abs() < 1e-15);
    assert!((venue.price - 2.0 * (1.0 + 0.05 + 0.025)).abs() < 1e-15);
}
