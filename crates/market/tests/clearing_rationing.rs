//! The laws that every rule of rationing meets.

use walras_ledger::Atoms;
use walras_market::clearing::rationing::{AnyRationing, ByArrival, ByLimit, Claims, Proportional, Rationing, Uniform};
use walras_numerics::{Keys, Purpose, Stream};

const CASES: u64 = 10_000;

fn entries() -> Vec<AnyRationing> {
    AnyRationing::catalog()
        .iter()
        .map(|entry| match entry.name {
            "proportional" => AnyRationing::Proportional(Proportional {}),
            "arrival" => AnyRationing::ByArrival(ByArrival {}),
            "limit" => AnyRationing::ByLimit(ByLimit {}),
            "uniform" => AnyRationing::Uniform(Uniform {}),
            other => panic!("no sample of `{other}`: add one"),
        })
        .collect()
}

#[derive(Debug, Clone)]
struct Case {
    size: Vec<Atoms>,
    eagerness: Vec<f64>,
    arrival: Vec<u32>,
    available: i128,
}

impl Case {
    fn draw(stream: &mut Stream) -> Self {
        let rows = 1 + stream.word() % 9;
        let scale = [3, 50, 1 << 40, i64::MAX][stream.word() as usize % 4];
        let mut wide = || i64::from(stream.word()) << 31 | i64::from(stream.word() >> 1);
        let size: Vec<Atoms> = (0..rows).map(|_| wide() % scale).collect();
        let total: i128 = size.iter().map(|&size| i128::from(size)).sum();
        let part = i128::from(wide());
        let available = if wide() % 4 == 0 { total + part } else { part * 7 % (total + 1) };
        let eagerness = (0..rows).map(|_| (wide() % 4) as f64).collect();
        let arrival = (0..rows).map(|_| (wide() % 5) as u32).collect();
        Self { size, eagerness, arrival, available }
    }

    fn grant(&self, rule: &dyn Rationing) -> Vec<Atoms> {
        let mut granted = vec![-1; self.size.len()];
        let claims = Claims { size: &self.size, eagerness: &self.eagerness, arrival: &self.arrival };
        rule.grant(&claims, self.available, &mut granted);
        granted
    }
}

fn total(atoms: &[Atoms]) -> i128 {
    atoms.iter().map(|&atoms| i128::from(atoms)).sum()
}

fn cases(law: u64) -> impl Iterator<Item = Case> {
    (0..CASES).map(move |case| Case::draw(&mut Keys::new(law).stream(Purpose::sample(10), case, 0)))
}

#[test]
fn what_is_granted_adds_up_to_the_atom() {
    for rule in entries() {
        for case in cases(1) {
            let granted = case.grant(&*rule);
            assert_eq!(total(&granted), case.available.min(total(&case.size)), "{granted:?} of {case:?} by {rule:?}");
            for (row, granted) in granted.iter().enumerate() {
                assert!((0..=case.size[row]).contains(granted), "{granted} of row {row} of {case:?} by {rule:?}");
            }
        }
    }
}

/// More to share leaves nobody with less, but for the atom that a remainder gives (the Alabama paradox).
#[test]
fn more_to_share_leaves_nobody_with_less() {
    for rule in entries() {
        let slack = i64::from(rule.name() == "proportional");
        for case in cases(2) {
            let mut more = case.clone();
            more.available += 1 + case.available / 3;
            let (before, after) = (case.grant(&*rule), more.grant(&*rule));
            let kept = before.iter().zip(&after).all(|(before, after)| after + slack >= *before);
            assert!(kept, "{before:?}, then {after:?} of {case:?} by {rule:?}");
        }
    }
}

/// Each rule by its definition, in arithmetic as plain as can be.
#[test]
fn grants_are_what_the_rules_define() {
    for case in cases(3).filter(|case| case.available < total(&case.size)) {
        let whole = total(&case.size);
        // Within an atom of the exact share: |g·Q − q·A| < Q, where the products can be counted.
        for (row, &granted) in case.grant(&Proportional {}).iter().enumerate() {
            let of = |atoms: i64, all: i128| i128::from(atoms).checked_mul(all);
            let Some((given, due)) = of(granted, whole).zip(of(case.size[row], case.available)) else { continue };
            assert!((given - due).abs() < whole, "{granted} is not the share of row {row} of {case:?}");
        }
        let uniform = case.grant(&Uniform {});
        let level = *uniform.iter().max().unwrap();
        for (row, &granted) in uniform.iter().enumerate() {
            assert!(granted == case.size[row] || granted >= level - 1, "{uniform:?} is not level: {case:?}");
        }
        for (rule, key) in [(&ByArrival {} as &dyn Rationing, false), (&ByLimit {}, true)] {
            let granted = case.grant(rule);
            let mut rows: Vec<usize> = (0..case.size.len()).collect();
            let eager = |row: usize| if key { -case.eagerness[row] } else { 0.0 };
            rows.sort_by(|&a, &b| eager(a).total_cmp(&eager(b)).then((case.arrival[a], a).cmp(&(case.arrival[b], b))));
            let served = rows.iter().take_while(|&&row| granted[row] == case.size[row]).count();
            let after = rows.iter().skip(served + 1).all(|&row| granted[row] == 0);
            assert!(after, "{granted:?} does not follow the order: {case:?} by {rule:?}");
        }
    }
}

/// Sprumont (1991): under the uniform rule nobody who wants q gets nearer to it by claiming anything else. Under the
/// proportional rule claiming more than is wanted does.
#[test]
fn the_uniform_rule_is_strategy_proof_and_the_proportional_rule_is_not() {
    let mut gained = 0;
    for (number, case) in cases(4).enumerate() {
        let mut stream = Keys::new(5).stream(Purpose::sample(10), number as u64, 0);
        let row = stream.word() as usize % case.size.len();
        let mut other = case.clone();
        let factor = f64::from(stream.word() % 40) * 0.1;
        other.size[row] = (case.size[row] as f64 * factor) as Atoms;
        let miss = |rule: &dyn Rationing, case: &Case, want: Atoms| case.grant(rule)[row].abs_diff(want);
        // The rule as defined shares what there is to share; more on offer than claimed is no rationing.
        if total(&other.size) < case.available || total(&case.size) < case.available {
            continue;
        }
        let want = case.size[row];
        let (truth, lie) = (miss(&Uniform {}, &case, want), miss(&Uniform {}, &other, want));
        // An atom that cannot be shared may go to someone else when claims change.
        assert!(lie + 1 >= truth, "row {row} of {case:?} as {other:?}");
        gained += i32::from(miss(&Proportional {}, &other, want) < miss(&Proportional {}, &case, want));
    }
    assert!(gained > 100, "only {gained} gain by claiming more under the proportional rule");
}

/// No other division leaves the claimants a greater value than the one by limit.
#[test]
fn serving_by_limit_is_efficient() {
    let value = |case: &Case, granted: &[Atoms]| -> i128 {
        granted.iter().zip(&case.eagerness).map(|(&atoms, &worth)| i128::from(atoms) * worth as i128).sum()
    };
    for case in cases(6) {
        let best = value(&case, &case.grant(&ByLimit {}));
        assert!(entries().iter().all(|rule| value(&case, &case.grant(&**rule)) <= best), "{case:?}");
    }
}

/// k pieces of a claim together get at most k atoms more or less than the whole claim.
#[test]
fn splitting_a_claim_changes_a_proportional_share_by_at_most_its_pieces() {
    for (number, case) in cases(7).enumerate() {
        let mut stream = Keys::new(8).stream(Purpose::sample(10), number as u64, 0);
        let pieces = 2 + (stream.word() % 3) as usize;
        let mut split = case.clone();
        for _ in 1..pieces {
            let piece = split.size[0] / 3;
            split.size[0] -= piece;
            split.size.push(piece);
            split.eagerness.push(case.eagerness[0]);
            split.arrival.push(case.arrival[0]);
        }
        let granted = split.grant(&Proportional {});
        let together = i128::from(granted[0]) + total(&granted[case.size.len()..]);
        let whole = i128::from(case.grant(&Proportional {})[0]);
        assert!((together - whole).abs() <= pieces as i128, "{together}, not {whole}: {case:?} in {pieces} pieces");
    }
}
