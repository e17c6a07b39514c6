//! What every rule keeps, tested over all entries.

use proptest::prelude::*;
use walras_catalog::{Node, Read, Value};
use walras_ledger::Atoms;
use walras_numerics::{Keys, Purpose, StateHasher};

use super::game::Draws;
use super::{AnyAttribution, Basis, Conversion, Epoch, Paths, Refusal, Touch};

/// Paths by who is on them, one touch a step, and what came of each.
pub(super) fn paths_of(given: &[(&[u32], Atoms)]) -> Paths {
    let mut paths = Paths::default();
    for (affiliates, value) in given {
        let touches: Vec<Touch> = (0..).zip(*affiliates).map(|(step, &affiliate)| Touch { affiliate, step }).collect();
        paths.push(&Conversion { touches: &touches, step: touches.len() as u32, value: *value });
    }
    paths
}

pub(super) fn epoch_of(paths: &Paths) -> Epoch<'_> {
    let draws = Draws { keys: Keys::new(9), purpose: Purpose::sample(31), step: 2 };
    Epoch { paths, outcome: 0, without: &[], draws }
}

/// Every entry, with its defaults.
fn every_entry() -> Vec<AnyAttribution> {
    let read = |name: &str| AnyAttribution::read(&Value::made(Node::Text(name.to_owned())), None);
    AnyAttribution::catalog().iter().map(|entry| read(entry.name).unwrap()).collect()
}

/// As [`every_entry`], but for those that need more runs; and the Shapley value by rates.
fn by_paths() -> Vec<AnyAttribution> {
    let by_rate = super::Shapley { worth: super::Coalition::Rate, orders: 50 };
    let entries = every_entry().into_iter().chain([AnyAttribution::Shapley(by_rate)]);
    entries.filter(|rule| rule.basis() != Basis::Runs).collect()
}

const AFFILIATES: usize = 20;

/// What came of a path: mostly little, and sometimes nearly all there is.
fn values() -> impl Strategy<Value = Atoms> {
    prop_oneof![3 => 0..100_i64, 1 => Just(0), 1 => 0..Atoms::MAX / 32]
}

fn any_paths() -> impl Strategy<Value = Vec<(Vec<u32>, Atoms)>> {
    prop::collection::vec((prop::collection::vec(0..AFFILIATES as u32, 0..9), values()), 0..30)
}

fn built(given: &[(Vec<u32>, Atoms)]) -> Paths {
    paths_of(&given.iter().map(|(touches, value)| (&touches[..], *value)).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Credits add up to what was touched, to the atom; who touched nobody gets nothing; and nobody pays.
    #[test]
    fn credits_add_up(given in any_paths()) {
        let paths = built(&given);
        let touched = paths.iter().filter(|path| !path.touches.is_empty()).map(|path| path.value).sum::<Atoms>();
        for rule in by_paths() {
            let mut credits = vec![-1; AFFILIATES];
            rule.credit(&epoch_of(&paths), &mut credits).unwrap();
            prop_assert_eq!(credits.iter().sum::<Atoms>(), touched, "{}", rule.name());
            for (affiliate, &credit) in credits.iter().enumerate() {
                let acted = given.iter().any(|(touches, _)| touches.contains(&(affiliate as u32)));
                prop_assert!(credit >= 0 && (acted || credit == 0), "{}: {credit}", rule.name());
            }
        }
    }

    /// Rules that look at one conversion cut it exactly, and an epoch's credits are the sums of the cuts.
    #[test]
    fn conversions_are_cut_exactly(given in any_paths()) {
        let paths = built(&given);
        for rule in every_entry().iter().filter(|rule| rule.basis() == Basis::Conversion) {
            let (mut credits, mut shares, mut sums) = (vec![-1; AFFILIATES], Vec::new(), vec![0; AFFILIATES]);
            rule.credit(&epoch_of(&paths), &mut credits).unwrap();
            for path in paths.iter() {
                rule.share(&path, &mut shares).unwrap();
                prop_assert_eq!(shares.len(), path.touches.len());
                let expected = if path.touches.is_empty() { 0 } else { path.value };
                prop_assert_eq!(shares.iter().sum::<Atoms>(), expected, "{}", rule.name());
                path.touches.iter().zip(&shares).for_each(|(touch, share)| sums[touch.affiliate as usize] += share);
            }
            prop_assert_eq!(&credits, &sums, "{}", rule.name());
        }
    }

    /// Saved and loaded paths are the same.
    #[test]
    fn paths_are_visited_whole(given in any_paths()) {
        let mut paths = built(&given);
        let (before, mut hasher) = (paths.clone(), StateHasher::default());
        paths.visit_state("paths", &mut hasher).unwrap();
        prop_assert_eq!(&paths, &before);
        let mut again = StateHasher::default();
        let mut longer = before.clone();
        longer.push(&Conversion { touches: &[Touch { affiliate: 3, step: 1 }], step: 2, value: 0 });
        longer.visit_state("paths", &mut again).unwrap();
        prop_assert_ne!(hasher.finish(), again.finish());
    }
}

/// The table of docs/attribution.md: C1→C2→C3→buy for 10; C1→lost; C2→C3→lost.
#[test]
fn three_paths_are_credited_as_the_page_says() {
    let paths = paths_of(&[(&[0, 1, 2], 10), (&[0], 0), (&[1, 2], 0)]);
    let decay = AnyAttribution::TimeDecay(super::TimeDecay { half_life: 1.0 });
    let default = |name: &str| every_entry().into_iter().find(|rule| rule.name() == name).unwrap();
    for (rule, expected) in [
        (default("last_touch"), [0, 0, 10]),
        (default("first_touch"), [10, 0, 0]),
        (default("linear"), [4, 3, 3]),
        (decay, [1, 3, 6]),
        (default("removal"), [2, 4, 4]),
        (default("shapley"), [4, 3, 3]),
    ] {
        let mut credits = [0; 3];
        rule.credit(&epoch_of(&paths), &mut credits).unwrap();
        assert_eq!(credits, expected, "{}", rule.name());
    }
}

#[test]
fn what_cannot_be_credited_is_refused() {
    let touch = [Touch { affiliate: 2, step: 0 }];
    let with = |values: &[Atoms]| {
        let mut paths = Paths::default();
        values.iter().for_each(|&value| paths.push(&Conversion { touches: &touch, step: 1, value }));
        paths
    };
    for rule in by_paths() {
        let credit = |paths: &Paths, affiliates: usize| {
            let mut credits = vec![-1; affiliates];
            let refused = rule.credit(&epoch_of(paths), &mut credits).unwrap_err();
            assert!(credits.iter().all(|&credit| credit == 0), "{}", rule.name());
            refused
        };
        assert_eq!(credit(&with(&[5]), 2), Refusal::Affiliate { found: 2, affiliates: 2 }, "{}", rule.name());
        assert_eq!(credit(&with(&[5, -1]), 3), Refusal::Value(-1), "{}", rule.name());
        assert_eq!(credit(&with(&[Atoms::MAX, 1]), 3), Refusal::TooMuch, "{}", rule.name());
    }
    let mut credits = [0; 3];
    for rule in every_entry() {
        let one = rule.share(&Conversion { touches: &touch, step: 1, value: 5 }, &mut Vec::new());
        let expected = if rule.basis() == Basis::Conversion { Ok(()) } else { Err(Refusal::NeedsEpoch) };
        assert_eq!(one, expected, "{}", rule.name());
        let runs = rule.credit(&epoch_of(&with(&[5])), &mut credits);
        let expected = Err(Refusal::NeedsRuns { found: 0, affiliates: 3 });
        assert_eq!(runs, if rule.basis() == Basis::Runs { expected } else { Ok(()) }, "{}", rule.name());
    }
}
