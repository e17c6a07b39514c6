//! Published numbers of allocation, and the known failures that must be found.

use walras_market::allocation::joint::{
    AssetFairness, BundleAuction, CobbDouglasFisher, DominantResourceFairness, JointAllocation, JointGrants,
    JointRequests, JointScratch, LinearFisher, MaxMinTasks, ProportionalFairness, Tasks,
};
use walras_market::allocation::{
    Allocation, Grants, MaxMin, Offer, Proportional, Refusal, Requests, Scratch, UniformPrice, VickreyClarkeGroves,
};
use walras_market::clearing::Venue;

fn allocate(rule: &dyn Allocation, capacity: i64, requests: &Requests<'_>) -> Grants {
    let mut grants = Grants::default();
    let (venue, scratch) = (&mut Venue::default(), &mut Scratch::default());
    rule.allocate(&Offer::of(capacity), requests, venue, scratch, &mut grants).unwrap();
    grants
}

fn share(rule: &dyn JointAllocation, capacity: &[i64], requests: &JointRequests<'_>) -> JointGrants {
    let mut grants = JointGrants::default();
    rule.allocate(capacity, requests, &mut JointScratch::default(), &mut grants).unwrap();
    grants
}

fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    let close = found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-9);
    assert!(close, "{found:?}, not {expected:?}");
}

/// Keshav (1997), section 9.2.1: in tenths (2, 2.6, 4, 5) of 10; and by weight.
#[test]
fn max_min_as_keshav_has_it() {
    let plain = Requests { amount: &[20, 26, 40, 50], ..Requests::default() };
    assert_eq!(allocate(&MaxMin {}, 100, &plain).granted, [20, 26, 27, 27]);
    let weighted = Requests { amount: &[4, 2, 10, 4], weight: &[2.5, 4.0, 0.5, 1.0], ..Requests::default() };
    assert_eq!(allocate(&MaxMin {}, 16, &weighted).granted, [4, 2, 6, 4]);
}

/// In hundredths: (5, 10) of 10 are 3.33 and 6.67; who says 10 instead of 5 gets 5.
#[test]
fn proportional_rationing_can_be_manipulated() {
    let granted =
        |first| allocate(&Proportional {}, 1000, &Requests { amount: &[first, 1000], ..Requests::default() }).granted;
    assert_eq!(granted(500), [333, 667]);
    assert_eq!(granted(1000), [500, 500]);
}

/// Ghodsi et al. (2011): 9 CPU and 18 GB, tasks of (1, 4) and (3, 1).
#[test]
fn the_examples_of_dominant_resource_fairness_hold() {
    let (capacity, demand) = ([9, 18], [1, 4, 3, 1]);
    let requests = JointRequests { rows: 2, demand: &demand, ..JointRequests::default() };
    for tasks in [Tasks::Divisible, Tasks::Whole] {
        let grants = share(&DominantResourceFairness { tasks }, &capacity, &requests);
        near(&grants.tasks, &[3.0, 2.0]);
        assert_eq!(grants.granted, [3, 12, 6, 2]);
        near(&[12.0 / 18.0, 6.0 / 9.0], &[2.0 / 3.0; 2]);
    }
    near(&share(&ProportionalFairness {}, &capacity, &requests).tasks, &[45.0 / 11.0, 18.0 / 11.0]);
    near(&share(&AssetFairness {}, &capacity, &requests).tasks, &[2.52, 2.16]);
}

/// Kelly: n unit links in a line, one flow over all of them and one over each. A link is (n + 1)·1000 atoms.
#[test]
fn flows_in_a_line_of_links() {
    for links in [1_usize, 2, 3, 7, 30] {
        let capacity = vec![1000 * (links as i64 + 1); links];
        let mut demand = vec![1; links];
        for link in 0..links {
            demand.extend((0..links).map(|other| i64::from(other == link)));
        }
        let requests = JointRequests { rows: links + 1, demand: &demand, ..JointRequests::default() };
        let fair = share(&ProportionalFairness {}, &capacity, &requests);
        assert_eq!(fair.granted[0], 1000, "{links} links");
        assert!((1..=links).all(|row| fair.granted[row * links + row - 1] == 1000 * links as i64), "{links} links");
        let unit = capacity[0] as f64;
        let mut expected = vec![links as f64 / (links as f64 + 1.0); links + 1];
        expected[0] = 1.0 / (links as f64 + 1.0);
        near(&fair.tasks.iter().map(|tasks| tasks / unit).collect::<Vec<f64>>(), &expected);
        let even = share(&MaxMinTasks {}, &capacity, &requests);
        near(&even.tasks.iter().map(|tasks| tasks / unit).collect::<Vec<f64>>(), &vec![0.5; links + 1]);
    }
}

/// Budgets 100, 60 and 20 for one million atoms of each of two goods.
#[test]
fn the_example_of_fishers_market_holds() {
    let requests = JointRequests {
        rows: 3,
        utility: &[10.0, 4.0, 4.0, 8.0, 1.0, 1.0],
        weight: &[100.0, 60.0, 20.0],
        ..JointRequests::default()
    };
    let grants = share(&LinearFisher { tolerance: 1e-12, rounds_max: 100_000 }, &[1_000_000; 2], &requests);
    assert_eq!(grants.granted, [1_000_000, 0, 0, 750_000, 0, 250_000]);
    near(&[grants.prices[0] * 1e6, grants.prices[1] * 1e6], &[100.0, 80.0]);
    // p_j = Σ B_i·a_ij/s_j: (100·0.5 + 60·0.25 + 20·1)/50 = 1.7 and (50 + 45 + 0)/19 = 5.
    let requests = JointRequests { utility: &[1.0, 1.0, 1.0, 3.0, 2.0, 0.0], ..requests };
    let grants = share(&CobbDouglasFisher {}, &[50, 19], &requests);
    near(&grants.prices, &[1.7, 5.0]);
    // 50/1.7 = 29.4, 15/1.7 = 8.8 and 20/1.7 = 11.8 of the first; 10 and 9 of the second.
    assert_eq!(grants.granted, [29, 10, 9, 9, 12, 0]);
}

/// Four units: bids of 9, 7, 6, 5, 4 and 2; the four highest pay the fifth.
#[test]
fn the_highest_bids_pay_the_next() {
    let requests = Requests { amount: &[1; 6], bid: &[5.0, 9.0, 2.0, 7.0, 4.0, 6.0], ..Requests::default() };
    let grants = allocate(&UniformPrice {}, 4, &requests);
    assert_eq!(
        (grants.granted, grants.paid, grants.price),
        (vec![1, 1, 0, 1, 0, 1], vec![4, 4, 0, 4, 0, 4], Some(4.0))
    );
}

/// Values (10, 9) and a rival's 8 for two units: the truth leaves 19 − 2·8 = 3; bidding for one leaves 10 − 0.
#[test]
fn a_uniform_price_invites_demand_reduction() {
    let requester = &[0, 0, 1];
    let profit = |rule: &dyn Allocation, second: f64| {
        let requests = Requests { amount: &[1; 3], requester, bid: &[10.0, second, 8.0], ..Requests::default() };
        let grants = allocate(rule, 2, &requests);
        10 * grants.granted[0] + 9 * grants.granted[1] - grants.paid[0] - grants.paid[1]
    };
    // A bid of zero for the second unit is the price once it loses.
    assert_eq!((profit(&UniformPrice {}, 9.0), profit(&UniformPrice {}, 0.0)), (3, 10));
    // Where everyone pays what the others lose, the truth leaves 19 − 8 = 11, and less demand 10.
    assert_eq!((profit(&VickreyClarkeGroves {}, 9.0), profit(&VickreyClarkeGroves {}, 0.0)), (11, 10));
}

/// {A, B}: 2, {A}: 2, {B}: 2: the two for one win and pay nothing; without one of them the other pays 0 as well, but
/// with {A, B}: 2 and {A}: 2 alone revenue is 2.
#[test]
fn a_bundle_auction_may_earn_nothing() {
    let requests = JointRequests { rows: 3, demand: &[1, 1, 1, 0, 0, 1], bid: &[2, 2, 2], ..JointRequests::default() };
    let grants = share(&BundleAuction {}, &[1, 1], &requests);
    assert_eq!((&grants.tasks[..], &grants.paid[..]), (&[0.0, 1.0, 1.0][..], &[0, 0, 0][..]));
    let fewer = JointRequests { rows: 2, demand: &[1, 1, 1, 0], bid: &[2, 2], ..JointRequests::default() };
    let grants = share(&BundleAuction {}, &[1, 1], &fewer);
    assert_eq!(grants.paid.iter().sum::<i64>(), 2);
}

#[test]
fn what_is_wrong_is_said() {
    let fails = |offer: Offer, requests: &Requests<'_>, rule: &dyn Allocation| {
        let (mut grants, scratch) = (Grants::default(), &mut Scratch::default());
        let why = rule.allocate(&offer, requests, &mut Venue::default(), scratch, &mut grants).unwrap_err();
        assert_eq!(grants.granted, vec![0; requests.len()]);
        why.to_string()
    };
    let two = Requests { amount: &[1, 2], ..Requests::default() };
    let says = |found: String, expected: &str| assert!(found.contains(expected), "{found}");
    says(fails(Offer::of(-1), &two, &MaxMin {}), "the capacity is -1");
    says(fails(Offer { reserve: f64::NAN, ..Offer::of(1) }, &two, &MaxMin {}), "the reserve is NaN");
    says(fails(Offer::of(1), &Requests { amount: &[1, -2], ..two }, &MaxMin {}), "request 1 asks for -2");
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        says(fails(Offer::of(1), &Requests { weight: &[1.0, weight], ..two }, &MaxMin {}), "request 1 has the weight");
    }
    says(fails(Offer::of(1), &Requests { weight: &[1.0], ..two }, &MaxMin {}), "`weight` has 1 rows where there are 2");
    says(fails(Offer::of(1), &Requests { quota: &[1, -1], ..two }, &MaxMin {}), "request 1 has the quota -1");
    says(fails(Offer::of(1), &two, &UniformPrice {}), "the column `bid`, which is empty");
    says(fails(Offer::of(1), &Requests { bid: &[1.0, f64::NAN], ..two }, &UniformPrice {}), "request 1 bids NaN");
    let dear = Requests { bid: &[1e300, 1e300], ..two };
    says(fails(Offer::of(2), &dear, &UniformPrice {}), "what request 0 would pay does not fit");
    let joint = |rule: &dyn JointAllocation, capacity: &[i64], requests: &JointRequests<'_>| {
        rule.allocate(capacity, requests, &mut JointScratch::default(), &mut JointGrants::default()).unwrap_err()
    };
    let requests = JointRequests { rows: 1, demand: &[1, 1], bid: &[1], ..JointRequests::default() };
    let wide = joint(&BundleAuction {}, &[1 << 40, 1 << 40], &requests);
    assert!(matches!(wide, Refusal::Bundles { rows: 1, .. }), "{wide}");
    let many = vec![1; 600];
    let wide = joint(&ProportionalFairness {}, &many, &JointRequests { demand: &many, ..requests });
    assert!(matches!(wide, Refusal::Resources { found: 600, most: 512 }), "{wide}");
    says(joint(&LinearFisher { tolerance: 1e-9, rounds_max: 9 }, &[1, 1], &requests).to_string(), "`utility`");
    let negative = JointRequests { demand: &[1, -1], ..requests };
    says(joint(&MaxMinTasks {}, &[1, 1], &negative).to_string(), "request 0 asks for -1");
}
