//! A steady step of allocation needs no new memory: what was taken once is used again.

use allocation_counter::measure;
use walras_market::allocation::joint::{
    AnyJointAllocation, AssetFairness, BundleAuction, CobbDouglasFisher, DominantResourceFairness, EachAlone,
    JointGrants, JointRequests, JointScratch, LinearFisher, MaxMinTasks, Tasks,
};
use walras_market::allocation::leases::{Backfilling, Event, Job, LeaseRule, Leases, Preemption};
use walras_market::allocation::{
    AnyAllocation, EqualShare, FirstComeFirstServed, Grants, Lottery, MaxMin, Offer, PayAsBid, PostedPrice,
    Proportional, ProportionalFairness, Rationing, Requests, Scratch, StrictPriority, UniformPrice,
    VickreyClarkeGroves, joint,
};
use walras_market::clearing::Venue;
use walras_market::clearing::adjustment::{AnyAdjustment, Proportional as Answer, Scale};
use walras_numerics::{Keys, Purpose};

fn column<T>(index: u16, rows: u64, of: impl Fn(u32) -> T) -> Vec<T> {
    (0..rows).map(|row| of(Keys::new(3).word(Purpose::sample(index), row, 0))).collect()
}

/// Every entry of the catalogue, by name.
fn rules(name: &str) -> Vec<AnyAllocation> {
    let answer = Answer { gain: 0.1, scale: Scale::Supply, floor: 1e-9, ceiling: 1e30 };
    let adjustment = Some(AnyAdjustment::Proportional(answer));
    let rationings = [Rationing::Proportional, Rationing::MaxMin, Rationing::Arrival, Rationing::Lottery];
    match name {
        "equal_share" => vec![AnyAllocation::EqualShare(EqualShare {})],
        "proportional" => vec![AnyAllocation::Proportional(Proportional {})],
        "max_min" => vec![AnyAllocation::MaxMin(MaxMin {})],
        "proportional_fairness" => vec![AnyAllocation::ProportionalFairness(ProportionalFairness {})],
        "strict_priority" => vec![AnyAllocation::StrictPriority(StrictPriority {})],
        "lottery" => vec![AnyAllocation::Lottery(Lottery {})],
        "first_come_first_served" => vec![AnyAllocation::FirstComeFirstServed(FirstComeFirstServed {})],
        "uniform_price" => vec![AnyAllocation::UniformPrice(UniformPrice {})],
        "pay_as_bid" => vec![AnyAllocation::PayAsBid(PayAsBid {})],
        "vickrey_clarke_groves" => vec![AnyAllocation::VickreyClarkeGroves(VickreyClarkeGroves {})],
        "posted_price" => rationings
            .into_iter()
            .map(|rationing| AnyAllocation::PostedPrice(PostedPrice { rationing, adjustment: adjustment.clone() }))
            .collect(),
        other => panic!("no sample of `{other}`: add one"),
    }
}

/// Calls three times and says how often the last took memory.
fn taken_by_the_third(mut call: impl FnMut()) -> u64 {
    call();
    call();
    measure(call).count_total
}

/// Few and many requests, which rules may treat in different ways; with and without weights and quotas.
#[test]
fn a_steady_step_of_one_capacity_takes_no_memory() {
    for rows in [300, 40_000_u64] {
        let amount: Vec<i64> = column(0, rows, |word| i64::from(word % 1000));
        let weight: Vec<f64> = column(1, rows, |word| f64::from(1 + word % 8));
        let bid: Vec<f64> = column(2, rows, |word| f64::from(word % 500));
        let arrival: Vec<u64> = column(3, rows, u64::from);
        let priority: Vec<i64> = column(4, rows, |word| i64::from(word % 3));
        let lot: Vec<u32> = column(5, rows, |word| word);
        let requester: Vec<u32> = column(6, rows, |word| word % 97);
        let quota: Vec<i64> = column(7, rows, |word| i64::from(word % 1500));
        let plain = Requests {
            amount: &amount,
            bid: &bid,
            arrival: &arrival,
            priority: &priority,
            lot: &lot,
            ..Requests::default()
        };
        let offer = Offer::of(amount.iter().sum::<i64>() / 2);
        let several =
            [plain, Requests { weight: &weight, ..plain }, Requests { requester: &requester, quota: &quota, ..plain }];
        for rule in AnyAllocation::catalog().iter().flat_map(|entry| rules(entry.name)) {
            for requests in &several {
                let mut venue = Venue { price: 1.0, memory: vec![0.0; rule.memory()] };
                let (mut scratch, mut grants) = (Scratch::default(), Grants::default());
                let taken = taken_by_the_third(|| {
                    rule.allocate(&offer, requests, &mut venue, &mut scratch, &mut grants).unwrap();
                });
                assert!(grants.total() > 0, "{rule:?} grants nothing");
                assert_eq!(taken, 0, "{rule:?} of {rows} requests");
            }
        }
    }
}

/// Every joint entry of the catalogue, by name.
fn joint_rules(name: &str) -> Vec<AnyJointAllocation> {
    let of_tasks = |tasks| AnyJointAllocation::DominantResourceFairness(DominantResourceFairness { tasks });
    match name {
        "dominant_resource_fairness" => vec![of_tasks(Tasks::Divisible), of_tasks(Tasks::Whole)],
        "asset_fairness" => vec![AnyJointAllocation::AssetFairness(AssetFairness {})],
        "max_min_tasks" => vec![AnyJointAllocation::MaxMinTasks(MaxMinTasks {})],
        "proportional_fairness" => {
            vec![AnyJointAllocation::ProportionalFairness(joint::ProportionalFairness {})]
        }
        "linear_fisher" => vec![AnyJointAllocation::LinearFisher(LinearFisher { tolerance: 1e-6, rounds_max: 100 })],
        "cobb_douglas_fisher" => vec![AnyJointAllocation::CobbDouglasFisher(CobbDouglasFisher {})],
        "bundle_auction" => vec![AnyJointAllocation::BundleAuction(BundleAuction {})],
        "each_alone" => vec![AnyJointAllocation::EachAlone(EachAlone { rule: AnyAllocation::MaxMin(MaxMin {}) })],
        other => panic!("no sample of `{other}`: add one"),
    }
}

#[test]
fn a_steady_step_of_several_capacities_takes_no_memory() {
    for rows in [20, 3000, 20_000_u64] {
        let demand: Vec<i64> = column(8, 3 * rows, |word| i64::from(word % 4));
        let utility: Vec<f64> = column(9, 3 * rows, |word| f64::from(1 + word % 8));
        let tasks: Vec<i64> = column(10, rows, |word| i64::from(word % 20));
        let weight: Vec<f64> = column(11, rows, |word| f64::from(1 + word % 4));
        let bid: Vec<i64> = column(12, rows, |word| i64::from(word % 50));
        for rule in AnyJointAllocation::catalog().iter().flat_map(|entry| joint_rules(entry.name)) {
            // The work of the exact choice among bundles grows with the product of the capacities.
            let of_bundles = matches!(rule, AnyJointAllocation::BundleAuction(_));
            if of_bundles && rows > 100 {
                continue;
            }
            let capacity = if of_bundles { [6, 5, 7] } else { [rows as i64 * 5; 3] };
            let requests = JointRequests {
                rows: rows as usize,
                demand: &demand,
                utility: &utility,
                tasks: &tasks,
                weight: &weight,
                bid: &bid,
                requester: &[],
            };
            let (mut scratch, mut grants) = (JointScratch::default(), JointGrants::default());
            let taken = taken_by_the_third(|| {
                rule.allocate(&capacity, &requests, &mut scratch, &mut grants).unwrap();
            });
            assert!(grants.granted.iter().any(|&granted| granted > 0), "{rule:?} grants nothing");
            assert_eq!(taken, 0, "{rule:?} of {rows} requests");
        }
    }
}

/// A period of leases: for forty steps jobs of two priorities come, some in a hurry; then all come to an end.
fn period_of_leases(leases: &mut Leases, start: u64, events: &mut Vec<Event>) {
    events.clear();
    for step in 0..400 {
        for number in 0..if step < 40 { 6 } else { 0 } {
            let word = Keys::new(3).word(Purpose::sample(13), step * 6 + number, 0);
            let deadline = word.is_multiple_of(5).then_some(start + step + 30);
            let (size, steps) = (1 + i64::from(word % 7), 1 + word / 7 % 9);
            let job = Job { requester: 0, size, steps, priority: i64::from(word % 3), deadline };
            leases.submit(job).unwrap();
        }
        leases.step(start + step, if step % 50 == 20 { 30 } else { 40 }, events);
    }
}

/// The lists of who runs and who waits keep their room, and events go to the caller's list. Only a visit of the state, for
/// a hash or a checkpoint, takes memory, since it writes jobs as columns.
#[test]
fn steady_steps_of_leases_take_no_memory() {
    for backfilling in [Backfilling::Off, Backfilling::Easy] {
        for preemption in [Preemption::Off, Preemption::Resume, Preemption::Restart] {
            let rule = LeaseRule { backfilling, preemption };
            let (mut leases, mut events, mut start) = (Leases::new(rule), Vec::new(), 0);
            let taken = taken_by_the_third(|| {
                period_of_leases(&mut leases, start, &mut events);
                start += 400;
            });
            let happened = |is: fn(&Event) -> bool| events.iter().any(is);
            assert!(happened(|event| matches!(event, Event::Ended(_))), "{rule:?}");
            assert!(happened(|event| matches!(event, Event::Preempted(_))), "{rule:?}");
            assert!(happened(|event| matches!(event, Event::Expired(_))), "{rule:?}");
            assert!(leases.running().is_empty() && leases.queue().is_empty(), "{rule:?} has no end");
            assert_eq!(taken, 0, "{rule:?}");
        }
    }
}
