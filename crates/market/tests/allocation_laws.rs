//! The laws that every rule of allocation meets, and what each promises: a new entry is tested once it is listed.

#[path = "allocation_laws/case.rs"]
#[allow(unreachable_pub)]
mod case;

use case::{Case, Draws, Money, Sample, samples};
use walras_market::allocation::Kept;

const CASES: u64 = 10_000;

/// Runs `test` over every sample, on two threads.
fn for_every_sample(test: impl Fn(&Sample) + Sync) {
    let samples = samples();
    let (one, two) = samples.split_at(samples.len() / 2);
    std::thread::scope(|scope| {
        for half in [one, two] {
            let test = &test;
            scope.spawn(move || half.iter().for_each(test));
        }
    });
}

/// The slack of a promise, in atoms; `None` where nothing is promised.
fn slack(kept: Kept) -> Option<f64> {
    match kept {
        Kept::Exactly => Some(0.0),
        Kept::ToAnAtom => Some(1.0),
        Kept::Not => None,
    }
}

/// What sums and products of floats may lose here.
const ROUNDING: f64 = 1e-9;

/// Fails where a promise is broken in a case, or what is not promised is never seen to fail. `violation` is by how much a
/// case with this number misses the exact promise, in atoms.
fn hold_to(sample: &Sample, promise: &str, kept: Kept, violation: impl Fn(u64) -> (f64, String)) {
    let mut worst = 0.0;
    for number in 0..CASES {
        let (missed, what) = violation(number);
        if let Some(slack) = slack(kept) {
            assert!(missed <= slack + ROUNDING, "{:?} is not {promise} by {missed}: {what}", sample.rule);
        }
        worst = f64::max(worst, missed);
    }
    assert!(kept != Kept::Not || worst > 1.0 + ROUNDING, "{:?} claims to be less {promise} than it is", sample.rule);
}

#[test]
fn no_more_is_granted_than_there_is_or_was_asked() {
    for_every_sample(|sample| {
        for number in 0..CASES {
            let draws = &mut Draws::new(1, number);
            let mut case = Case::draw(true, number % 2 == 0, draws);
            if sample.money != Money::Nothing {
                // So that payments fit.
                case.amount.iter_mut().for_each(|amount| *amount >>= 8);
            }
            let grants = case.allocate(&*sample.rule);
            assert!(grants.total() <= i128::from(case.offer.capacity), "{grants:?} of {case:?} by {:?}", sample.rule);
            assert_eq!(grants.granted.len(), case.rows());
            assert_eq!(grants.paid.len(), if sample.money == Money::Nothing { 0 } else { case.rows() });
            for (row, &granted) in grants.granted.iter().enumerate() {
                assert!((0..=case.held(row)).contains(&granted), "row {row}: {grants:?} of {case:?}");
                assert!(granted == 0 || case.takes_part(sample.money, row), "row {row}: {grants:?} of {case:?}");
            }
        }
    });
}

#[test]
fn grants_add_up_to_the_atom_where_promised() {
    for_every_sample(|sample| {
        let promised = sample.rule.properties().conserves;
        let mut wasted = false;
        for number in 0..CASES {
            let mut case = Case::draw(true, number % 2 == 0, &mut Draws::new(2, number));
            if sample.money != Money::Nothing {
                case.amount.iter_mut().for_each(|amount| *amount >>= 8);
            }
            let taking = (0..case.rows()).filter(|&row| case.takes_part(sample.money, row));
            let asked: i128 = taking.map(|row| i128::from(case.held(row))).sum();
            let (total, due) = (case.allocate(&*sample.rule).total(), asked.min(i128::from(case.offer.capacity)));
            assert!(total == due || !promised, "{total}, not {due}: {case:?} by {:?}", sample.rule);
            wasted |= total != due;
        }
        assert!(promised || wasted, "{:?} always conserves", sample.rule);
    });
}

/// The greatest value that any allocation has, by units.
fn best_value(case: &Case, money: Money) -> f64 {
    let value = |row: usize| if money == Money::Nothing { 1.0 } else { case.bid[row] };
    let allowed = |row: &usize| money != Money::Auction || case.takes_part(money, *row);
    let mut units: Vec<f64> = (0..case.rows())
        .filter(allowed)
        .flat_map(|row| std::iter::repeat_n(value(row), case.amount[row] as usize))
        .collect();
    units.sort_by(|a, b| b.total_cmp(a));
    units.iter().take(case.offer.capacity as usize).sum()
}

/// Values up to what is asked are linear and money moves freely, so that efficient is what has the greatest value; without
/// money, what leaves no atom idle that somebody wants.
#[test]
fn efficient_rules_leave_nothing_better() {
    for_every_sample(|sample| {
        hold_to(sample, "Pareto efficient", sample.rule.properties().pareto_efficient, |number| {
            let case = Case::draw(false, number % 2 == 0, &mut Draws::new(3, number));
            let grants = case.allocate(&*sample.rule);
            let value = (0..case.rows()).map(|row| case.utility(sample.money, row, grants.granted[row] as f64, 0));
            (best_value(&case, sample.money) - value.sum::<f64>(), format!("{grants:?} of {case:?}"))
        });
    });
}

/// By how much a row would rather have what another one has, in atoms of what is counted: that of the resource, each one
/// worth the row's value, and that of the money.
fn envy(sample: &Sample, case: &Case) -> (f64, String) {
    let grants = case.allocate(&*sample.rule);
    let weight = |row: usize| case.requests().weight_of(row);
    let paid = |row: usize| grants.paid.get(row).copied().unwrap_or(0);
    let mut worst = (0.0, String::new());
    for row in 0..case.rows() {
        let own = case.utility(sample.money, row, grants.granted[row] as f64, paid(row));
        for other in (0..case.rows()).filter(|&other| other != row) {
            // Another's grant per weight; an atom of it counts by that ratio.
            let ratio = if sample.money == Money::Nothing { weight(row) / weight(other) } else { 1.0 };
            let theirs = case.utility(sample.money, row, grants.granted[other] as f64 * ratio, paid(other));
            let atom = if sample.money == Money::Nothing { 1.0 + ratio } else { 1.0 + case.bid[row] };
            let missed = (theirs - own) / atom;
            if missed > worst.0 {
                worst = (missed, format!("{row} envies {other}: {grants:?} of {case:?}"));
            }
        }
    }
    worst
}

#[test]
fn nobody_envies_another_where_promised() {
    for_every_sample(|sample| {
        hold_to(sample, "envy-free", sample.rule.properties().envy_free, |number| {
            let weighted = sample.money == Money::Nothing && number % 2 == 0;
            envy(sample, &Case::draw(false, weighted, &mut Draws::new(4, number)).single())
        });
    });
}

/// Replaces what `requester` asks and bids by something else, in random ways.
fn misreport(case: &Case, requester: u32, draws: &mut Draws) -> Case {
    let mut other = case.clone();
    let way = draws.below(3);
    for row in (0..case.rows()).filter(|&row| case.requests().requester_of(row) == requester) {
        if way != 1 {
            other.amount[row] = match draws.below(3) {
                0 => draws.between(0, 60),
                1 => (case.amount[row] + draws.between(-3, 3)).max(0),
                _ => case.amount[row] * draws.between(0, 9) / 4,
            };
        }
        if way != 0 {
            other.bid[row] = match draws.below(2) {
                0 => draws.between(0, 60) as f64 * 0.25,
                _ => (case.bid[row] + draws.between(-6, 6) as f64 * 0.25).max(0.0),
            };
        }
    }
    other
}

#[test]
fn no_misreport_gains_where_truth_is_dominant() {
    for_every_sample(|sample| {
        hold_to(sample, "strategy-proof", sample.rule.properties().strategy_proof, |number| {
            let draws = &mut Draws::new(5, number);
            let mut case = Case::draw(false, number % 2 == 0, draws);
            // Outside of auctions, who has several rows is as good as several requesters, and could shift what is asked.
            if sample.money != Money::Auction {
                case = case.single();
            }
            let truth = case.allocate(&*sample.rule);
            let mut worst = (f64::NEG_INFINITY, String::new());
            for _ in 0..4 {
                let requester = case.requests().requester_of(draws.below(case.rows() as i64) as usize);
                let other = misreport(&case, requester, draws);
                let lie = case.gain(sample.money, &other.allocate(&*sample.rule), requester);
                let gained = lie - case.gain(sample.money, &truth, requester);
                if gained > worst.0 {
                    worst = (gained, format!("{requester} of {case:?} as {other:?}"));
                }
            }
            worst
        });
    });
}

#[test]
fn everybody_has_an_equal_share_where_promised() {
    for_every_sample(|sample| {
        hold_to(sample, "sharing", sample.rule.properties().sharing_incentive, |number| {
            let case = Case::draw(false, number % 2 == 0, &mut Draws::new(6, number));
            let grants = case.allocate(&*sample.rule);
            let weight = |row: usize| case.requests().weight_of(row);
            let total: f64 = (0..case.rows()).map(weight).sum();
            let missed = (0..case.rows()).map(|row| {
                let share = case.offer.capacity as f64 * weight(row) / total;
                share.min(case.amount[row] as f64) - grants.granted[row] as f64
            });
            (missed.fold(0.0, f64::max), format!("{grants:?} of {case:?}"))
        });
    });
}

#[test]
fn more_capacity_leaves_nobody_with_less() {
    for_every_sample(|sample| {
        hold_to(sample, "monotone", sample.rule.properties().capacity_monotone, |number| {
            let draws = &mut Draws::new(7, number);
            let case = Case::draw(false, number % 2 == 0, draws);
            let mut more = case.clone();
            more.offer.capacity += [1, draws.between(1, 30)][draws.below(2) as usize];
            let (before, after) = (case.allocate(&*sample.rule), more.allocate(&*sample.rule));
            let lost = before.granted.iter().zip(&after.granted).map(|(before, after)| (before - after) as f64);
            (lost.fold(0.0, f64::max), format!("{before:?}, then {after:?} of {case:?}"))
        });
    });
}

/// A quota is a smaller request.
#[test]
fn quotas_cut_requests_under_every_rule() {
    for_every_sample(|sample| {
        for number in 0..1000 {
            let draws = &mut Draws::new(8, number);
            let mut case = Case::draw(false, number % 2 == 0, draws);
            case.quota = case.amount.iter().map(|_| draws.below(30)).collect();
            let mut cut = case.clone();
            cut.amount = (0..case.rows()).map(|row| case.held(row)).collect();
            cut.quota = vec![];
            assert_eq!(case.allocate(&*sample.rule), cut.allocate(&*sample.rule), "{case:?} by {:?}", sample.rule);
        }
    });
}

/// Scratch and grants that were used for something else before change nothing.
#[test]
fn what_was_shared_before_leaves_no_trace() {
    use walras_market::allocation::{Grants, Scratch};
    use walras_market::clearing::Venue;
    for_every_sample(|sample| {
        let (mut scratch, mut grants) = (Scratch::default(), Grants::default());
        for number in 0..1000 {
            let mut case = Case::draw(true, number % 3 == 0, &mut Draws::new(9, number));
            if sample.money != Money::Nothing {
                case.amount.iter_mut().for_each(|amount| *amount >>= 8);
            }
            let mut venue = Venue { price: case.price, memory: Vec::new() };
            sample.rule.allocate(&case.offer, &case.requests(), &mut venue, &mut scratch, &mut grants).unwrap();
            assert_eq!(grants, case.allocate(&*sample.rule), "{case:?} by {:?}", sample.rule);
        }
    });
}
