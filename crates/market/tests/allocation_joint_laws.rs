//! The laws that every rule for several capacities meets, and what each promises.

use walras_market::allocation::joint::{
    AnyJointAllocation, AssetFairness, BundleAuction, CobbDouglasFisher, DominantResourceFairness, EachAlone,
    JointAllocation, JointGrants, JointRequests, JointScratch, LinearFisher, MaxMinTasks, ProportionalFairness, Tasks,
};
use walras_market::allocation::{AnyAllocation, Kept, MaxMin, Proportional};
use walras_numerics::elementary::ln;
use walras_numerics::{Keys, Purpose, Stream};

const CASES: u64 = 10_000;

/// What a rule's requesters have of tasks or goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wants {
    /// Tasks that can be cut.
    Tasks,
    /// Whole tasks.
    WholeTasks,
    /// Goods with linear utilities.
    Linear,
    /// Goods in fixed shares of a budget.
    CobbDouglas,
    /// One bundle, for money.
    Bundle,
}

fn samples() -> Vec<(Wants, AnyJointAllocation)> {
    let mut samples = Vec::new();
    for entry in AnyJointAllocation::catalog() {
        match entry.name {
            "dominant_resource_fairness" => {
                for (wants, tasks) in [(Wants::Tasks, Tasks::Divisible), (Wants::WholeTasks, Tasks::Whole)] {
                    samples.push((
                        wants,
                        AnyJointAllocation::DominantResourceFairness(DominantResourceFairness { tasks }),
                    ));
                }
            }
            "asset_fairness" => samples.push((Wants::Tasks, AnyJointAllocation::AssetFairness(AssetFairness {}))),
            "max_min_tasks" => samples.push((Wants::Tasks, AnyJointAllocation::MaxMinTasks(MaxMinTasks {}))),
            "proportional_fairness" => {
                samples.push((Wants::Tasks, AnyJointAllocation::ProportionalFairness(ProportionalFairness {})));
            }
            "linear_fisher" => samples.push((
                Wants::Linear,
                AnyJointAllocation::LinearFisher(LinearFisher { tolerance: 1e-7, rounds_max: 2000 }),
            )),
            "cobb_douglas_fisher" => {
                samples.push((Wants::CobbDouglas, AnyJointAllocation::CobbDouglasFisher(CobbDouglasFisher {})));
            }
            "bundle_auction" => samples.push((Wants::Bundle, AnyJointAllocation::BundleAuction(BundleAuction {}))),
            "each_alone" => {
                for rule in [AnyAllocation::MaxMin(MaxMin {}), AnyAllocation::Proportional(Proportional {})] {
                    samples.push((Wants::Tasks, AnyJointAllocation::EachAlone(EachAlone { rule })));
                }
            }
            other => panic!("no sample of `{other}`: add one, and say what its requesters want"),
        }
    }
    samples
}

fn for_every_sample(test: impl Fn(Wants, &AnyJointAllocation) + Sync) {
    let samples = samples();
    let (one, two) = samples.split_at(samples.len() / 2);
    std::thread::scope(|scope| {
        for half in [one, two] {
            let test = &test;
            scope.spawn(move || half.iter().for_each(|(wants, rule)| test(*wants, rule)));
        }
    });
}

struct Draws(Stream);

impl Draws {
    fn new(law: u64, case: u64) -> Self {
        Self(Keys::new(law).stream(Purpose::sample(24), case, 0))
    }

    fn below(&mut self, n: i64) -> i64 {
        i64::from(self.0.word()) % n
    }
}

/// Requests that are true.
#[derive(Debug, Clone)]
struct Case {
    capacity: Vec<i64>,
    rows: usize,
    demand: Vec<i64>,
    utility: Vec<f64>,
    tasks: Vec<i64>,
    weight: Vec<f64>,
    bid: Vec<i64>,
    requester: Vec<u32>,
}

impl Case {
    /// Where `positive`, every task needs something of every resource.
    fn draw(positive: bool, law: u64, number: u64) -> Self {
        let draws = &mut Draws::new(law, number);
        let (rows, resources) = (1 + draws.below(5) as usize, 1 + draws.below(3) as usize);
        let scale = [6, 1000, 1_000_000][draws.below(3) as usize];
        let mut column = |count: usize, least: i64, most: i64| -> Vec<i64> {
            (0..count).map(|_| least + draws.below(most - least)).collect()
        };
        let weights = column(rows, 0, 3);
        let wanted = column(rows, 0, 2 * scale);
        let alike = column(1, 0, 2)[0] == 0;
        let limited = column(1, 0, 2)[0] == 0;
        Self {
            capacity: column(resources, scale, 4 * scale),
            rows,
            demand: column(rows * resources, i64::from(positive), 6),
            utility: column(rows * resources, 1, 9).into_iter().map(|utility| utility as f64).collect(),
            tasks: if limited { wanted } else { vec![100 * scale; rows] },
            weight: if alike { vec![] } else { weights.iter().map(|&w| [0.5, 1.0, 3.0][w as usize]).collect() },
            bid: column(rows, 0, 50),
            requester: column(rows, 0, 3).into_iter().map(|of| of as u32).collect(),
        }
    }

    fn requests(&self) -> JointRequests<'_> {
        JointRequests {
            rows: self.rows,
            demand: &self.demand,
            utility: &self.utility,
            tasks: &self.tasks,
            weight: &self.weight,
            bid: &self.bid,
            requester: &self.requester,
        }
    }

    /// Small enough for bundles.
    fn small(mut self) -> Self {
        self.capacity.iter_mut().for_each(|capacity| *capacity = *capacity % 7 + 1);
        self
    }

    fn fit(self, wants: Wants) -> Self {
        if wants == Wants::Bundle { self.small() } else { self }
    }

    fn share(&self, rule: &dyn JointAllocation) -> JointGrants {
        let mut grants = JointGrants::default();
        let result = rule.allocate(&self.capacity, &self.requests(), &mut JointScratch::default(), &mut grants);
        result.unwrap_or_else(|why| panic!("{why}: {rule:?} of {self:?}"));
        grants
    }

    fn needs(&self, row: usize) -> &[i64] {
        &self.demand[row * self.capacity.len()..][..self.capacity.len()]
    }

    /// Tasks that a row could do with so much of each.
    fn possible(&self, row: usize, bundle: &[f64]) -> f64 {
        let needs = self.needs(row).iter().zip(bundle).filter(|(need, _)| **need > 0);
        let tasks = needs.map(|(&need, &has)| has / need as f64).fold(f64::INFINITY, f64::min);
        if tasks.is_finite() { tasks.min(self.tasks[row] as f64) } else { 0.0 }
    }

    /// What a bundle is worth to a row.
    fn value(&self, wants: Wants, row: usize, bundle: &[f64]) -> f64 {
        let utility = &self.utility[row * self.capacity.len()..][..self.capacity.len()];
        match wants {
            Wants::Linear => utility.iter().zip(bundle).map(|(utility, has)| utility * has).sum(),
            Wants::CobbDouglas => {
                let total: f64 = utility.iter().sum();
                utility.iter().zip(bundle).map(|(utility, has)| utility / total * ln(*has)).sum::<f64>().exp()
            }
            _ => self.possible(row, bundle),
        }
    }

    /// What a row gets before atoms are made whole, where tasks can be cut, else the atoms.
    fn bundle(&self, wants: Wants, grants: &JointGrants, row: usize) -> Vec<f64> {
        let resources = self.capacity.len();
        match wants {
            Wants::Tasks => self.needs(row).iter().map(|&need| grants.tasks[row] * need as f64).collect(),
            _ => grants.granted[row * resources..][..resources].iter().map(|&atoms| atoms as f64).collect(),
        }
    }

    fn weight_of(&self, row: usize) -> f64 {
        self.requests().weight_of(row)
    }
}

#[test]
fn no_more_is_granted_than_there_is() {
    for_every_sample(|wants, rule| {
        for number in 0..CASES {
            let case = Case::draw(false, 1, number).fit(wants);
            let grants = case.share(&**rule);
            let resources = case.capacity.len();
            for (resource, &capacity) in case.capacity.iter().enumerate() {
                let total = grants.total(resource, resources);
                assert!(total <= i128::from(capacity), "{total} of {resource}: {grants:?} of {case:?} by {rule:?}");
                if rule.properties().conserves {
                    assert_eq!(total, i128::from(capacity), "{grants:?} of {case:?} by {rule:?}");
                }
            }
            for (at, &granted) in grants.granted.iter().enumerate() {
                assert!(granted >= 0, "{grants:?} of {case:?} by {rule:?}");
                if matches!(wants, Wants::Tasks | Wants::WholeTasks) && rule.name() != "each_alone" {
                    let (tasks, wanted) = (grants.tasks[at / resources], case.tasks[at / resources] as f64);
                    assert!((0.0..=wanted).contains(&tasks), "{grants:?} of {case:?} by {rule:?}");
                    let exact = tasks * case.demand[at] as f64;
                    let whole = wants == Wants::WholeTasks;
                    let close = (exact - granted as f64).abs() < if whole { 1e-9 } else { 1.0 };
                    assert!(close, "{granted} of {exact}: {grants:?} of {case:?} by {rule:?}");
                }
            }
            if let Wants::Linear = wants {
                assert!((0.0..1e-3).contains(&grants.gap.max(0.0)), "{grants:?} of {case:?}");
            }
        }
    });
}

/// Fails where a promise is broken, or what is not promised never seen to fail. `violation` is by what share of what is
/// due a case misses the promise before atoms are made whole, and how much, in atoms or tasks, may be due to whole ones.
fn hold_to(rule: &AnyJointAllocation, promise: &str, kept: Kept, violation: impl Fn(u64) -> (f64, String)) {
    let mut worst = 0.0;
    for number in 0..CASES {
        let (missed, what) = violation(number);
        assert!(kept == Kept::Not || missed <= 1e-5, "{rule:?} is not {promise} by {missed}: {what}");
        worst = f64::max(worst, missed);
    }
    assert!(kept != Kept::Not || worst > 1e-3, "{rule:?} claims to be less {promise} than it is");
}

/// Only of rules whose tasks can be cut: whole tasks and atoms blur every promise by one.
fn for_divisible(test: impl Fn(Wants, &AnyJointAllocation) + Sync) {
    for_every_sample(|wants, rule| {
        if !matches!(wants, Wants::WholeTasks | Wants::Bundle) {
            test(wants, rule);
        }
    });
}

/// Of tasks: everybody who wants more needs something that is used up.
#[test]
fn nothing_is_left_that_somebody_could_use() {
    for_divisible(|wants, rule| {
        // Of goods, optimality is that of the programme, which its gap bounds.
        if wants != Wants::Tasks {
            return;
        }
        hold_to(rule, "Pareto efficient", rule.properties().pareto_efficient, |number| {
            let case = Case::draw(false, 2, number);
            let grants = case.share(&**rule);
            let resources = case.capacity.len();
            let idle = |resource: usize| {
                let used: f64 = match rule.name() {
                    "each_alone" => grants.total(resource, resources) as f64,
                    _ => (0..case.rows).map(|row| grants.tasks[row] * case.needs(row)[resource] as f64).sum(),
                };
                1.0 - used / case.capacity[resource] as f64
            };
            // A row's tasks as they could be, with what idles and with what it holds beyond its needs.
            let missed = (0..case.rows).filter(|&row| case.needs(row).iter().any(|&need| need > 0)).map(|row| {
                let more: Vec<f64> = (0..resources)
                    .map(|resource| {
                        let own = if rule.name() == "each_alone" {
                            grants.granted[row * resources + resource] as f64
                        } else {
                            grants.tasks[row] * case.needs(row)[resource] as f64
                        };
                        own + idle(resource) * case.capacity[resource] as f64
                    })
                    .collect();
                // Others' surplus beyond their tasks is idle, too.
                let surplus: Vec<f64> = (0..resources)
                    .map(|resource| {
                        let others = (0..case.rows).filter(|&other| other != row);
                        let held = |other: usize| {
                            grants.granted[other * resources + resource] as f64
                                - grants.tasks[other] * case.needs(other)[resource] as f64
                        };
                        if rule.name() == "each_alone" { others.map(held).sum() } else { 0.0 }
                    })
                    .collect();
                let bundle: Vec<f64> = more.iter().zip(&surplus).map(|(more, surplus)| more + surplus).collect();
                let could = case.possible(row, &bundle);
                if could > 0.0 { (could - grants.tasks[row]) / could } else { 0.0 }
            });
            (missed.fold(0.0, f64::max), format!("{grants:?} of {case:?}"))
        });
    });
}

#[test]
fn nobody_envies_another_where_promised() {
    for_divisible(|wants, rule| {
        let goods = matches!(wants, Wants::Linear | Wants::CobbDouglas);
        hold_to(rule, "envy-free", rule.properties().envy_free, |number| {
            let mut case = Case::draw(false, 3, number);
            if goods {
                // So that an atom is next to nothing.
                case.capacity.iter_mut().for_each(|capacity| *capacity *= 10_000_000);
            }
            let grants = case.share(&**rule);
            let mut missed: f64 = 0.0;
            for row in 0..case.rows {
                let own = match rule.name() {
                    "each_alone" => grants.tasks[row],
                    _ => case.value(wants, row, &case.bundle(wants, &grants, row)),
                };
                for other in 0..case.rows {
                    let ratio = case.weight_of(row) / case.weight_of(other);
                    let theirs = case.bundle(wants, &grants, other).iter().map(|has| has * ratio).collect::<Vec<f64>>();
                    let value = case.value(wants, row, &theirs);
                    if value > 0.0 {
                        missed = missed.max((value - own) / value - if goods { grants.gap.max(1e-4) } else { 0.0 });
                    }
                }
            }
            (missed, format!("{grants:?} of {case:?}"))
        });
    });
}

#[test]
fn everybody_has_an_equal_share_of_all_where_promised() {
    for_divisible(|wants, rule| {
        let goods = matches!(wants, Wants::Linear | Wants::CobbDouglas);
        hold_to(rule, "sharing", rule.properties().sharing_incentive, |number| {
            let mut case = Case::draw(false, 4, number);
            if goods || rule.name() == "each_alone" {
                // So that an atom is next to nothing.
                case.capacity.iter_mut().chain(&mut case.tasks).for_each(|atoms| *atoms *= 10_000_000);
            }
            let grants = case.share(&**rule);
            let total: f64 = (0..case.rows).map(|row| case.weight_of(row)).sum();
            let missed = (0..case.rows).map(|row| {
                let part = case.weight_of(row) / total;
                let bundle: Vec<f64> = case.capacity.iter().map(|&capacity| capacity as f64 * part).collect();
                let due = case.value(wants, row, &bundle);
                let own = match rule.name() {
                    "each_alone" => grants.tasks[row],
                    _ => case.value(wants, row, &case.bundle(wants, &grants, row)),
                };
                // A gap of the programme is worth that share of all money, which may be a budget's.
                let slack = if goods { grants.gap.max(0.0) / part + 1e-5 } else { 0.0 };
                if due > 0.0 { (due - own) / due - slack } else { 0.0 }
            });
            (missed.fold(0.0, f64::max), format!("{grants:?} of {case:?}"))
        });
    });
}

#[test]
fn no_misreport_gains_where_truth_is_dominant() {
    for_divisible(|wants, rule| {
        hold_to(rule, "strategy-proof", rule.properties().strategy_proof, |number| {
            // Adding up shares is truthful where every task needs something of everything.
            let case = Case::draw(rule.name() == "asset_fairness", 5, number);
            let draws = &mut Draws::new(6, number);
            let (row, resources) = (draws.below(case.rows as i64) as usize, case.capacity.len());
            let mut other = case.clone();
            let factor = [1, 1, 2, 3][draws.below(4) as usize];
            for at in row * resources..(row + 1) * resources {
                other.demand[at] = if draws.below(2) == 0 { 1 + draws.below(8) } else { case.demand[at] * factor };
                other.utility[at] = if draws.below(2) == 0 { 1.0 + draws.below(9) as f64 } else { case.utility[at] };
            }
            if draws.below(2) == 0 {
                other.tasks[row] = draws.below(2 * case.tasks[row] + 2);
            }
            let (truth, lie) = (case.share(&**rule), other.share(&**rule));
            // Everybody uses what they get as they really want it.
            let own = |case_of: &Case, grants: &JointGrants| match rule.name() {
                "each_alone" => {
                    let bundle = &grants.granted[row * resources..][..resources];
                    case.possible(row, &bundle.iter().map(|&atoms| atoms as f64).collect::<Vec<f64>>())
                }
                _ => case.value(wants, row, &case_of.bundle(wants, grants, row)),
            };
            let (truth, lie) = (own(&case, &truth), own(&other, &lie));
            (if lie > 0.0 { (lie - truth) / lie } else { 0.0 }, format!("{row} of {case:?} as {other:?}"))
        });
    });
}

#[test]
fn more_capacity_leaves_nobody_with_less_where_promised() {
    for_divisible(|wants, rule| {
        if wants == Wants::Linear {
            return;
        }
        hold_to(rule, "monotone", rule.properties().capacity_monotone, |number| {
            let case = Case::draw(false, 7, number);
            let mut more = case.clone();
            let draws = &mut Draws::new(8, number);
            let resource = draws.below(case.capacity.len() as i64) as usize;
            more.capacity[resource] *= 1 + draws.below(3);
            let (before, after) = (case.share(&**rule), more.share(&**rule));
            let lost = before.tasks.iter().zip(&after.tasks).map(|(before, after)| match rule.name() {
                // By less than an atom's worth.
                "each_alone" => before - after - 1.0,
                _ => (before - after) / before.max(1e-9),
            });
            (lost.fold(0.0, f64::max), format!("{before:?}, then {after:?} of {case:?}"))
        });
    });
}

/// The dual's value at the prices found is an upper bound for every allocation, and the tasks found reach it.
#[test]
fn proportional_fairness_proves_itself() {
    for number in 0..CASES {
        let case = Case::draw(false, 9, number);
        let grants = case.share(&ProportionalFairness {});
        let (mut gap, mut all) = (0.0, 0.0);
        for (price, &capacity) in grants.prices.iter().zip(&case.capacity) {
            assert!(*price >= 0.0, "{grants:?} of {case:?}");
            gap += price * capacity as f64;
        }
        for row in 0..case.rows {
            let (tasks, wanted, weight) = (grants.tasks[row], case.tasks[row] as f64, case.weight_of(row));
            if wanted == 0.0 || case.needs(row).iter().all(|&need| need == 0) {
                continue;
            }
            let cost: f64 = case.needs(row).iter().zip(&grants.prices).map(|(&need, price)| need as f64 * price).sum();
            let best = (weight / cost).min(wanted);
            gap += weight * ln(best / tasks) - cost * best;
            all += weight;
        }
        assert!(all == 0.0 || (gap / all).abs() < 1e-10, "{gap} of {all}: {grants:?} of {case:?}");
        assert!(grants.gap < 1e-11, "{grants:?} of {case:?}");
    }
}

/// Bundles by looking at every choice.
fn best_choice(case: &Case, without: Option<u32>) -> i64 {
    (0..1_u32 << case.rows)
        .filter(|chosen| {
            let rows: Vec<usize> = (0..case.rows).filter(|row| chosen >> row & 1 == 1).collect();
            let once = rows.iter().all(|&row| {
                Some(case.requester[row]) != without
                    && rows.iter().filter(|&&other| case.requester[other] == case.requester[row]).count() == 1
            });
            let used = |resource: usize| rows.iter().map(|&row| case.needs(row)[resource]).sum::<i64>();
            once && (0..case.capacity.len()).all(|resource| used(resource) <= case.capacity[resource])
        })
        .map(|chosen| (0..case.rows).filter(|row| chosen >> row & 1 == 1).map(|row| case.bid[row]).sum())
        .max()
        .unwrap_or(0)
}

#[test]
fn bundles_go_where_they_are_worth_most_for_what_others_lose() {
    let mut won = 0;
    for number in 0..CASES {
        let case = Case::draw(false, 10, number).small();
        let grants = case.share(&BundleAuction {});
        let worth: i64 = (0..case.rows).filter(|&row| grants.tasks[row] > 0.0).map(|row| case.bid[row]).sum();
        assert_eq!(worth, best_choice(&case, None), "{grants:?} of {case:?}");
        for row in 0..case.rows {
            let due = match grants.tasks[row] > 0.0 {
                true => best_choice(&case, Some(case.requester[row])) - (worth - case.bid[row]),
                false => 0,
            };
            assert_eq!(grants.paid[row], due, "row {row}: {grants:?} of {case:?}");
            assert!(due <= case.bid[row]);
            won += i32::from(due > 0);
        }
    }
    assert!(won > 1000, "only {won} pay anything");
}

#[test]
fn no_other_bid_for_a_bundle_gains() {
    for number in 0..CASES {
        let case = Case::draw(false, 11, number).small();
        let draws = &mut Draws::new(12, number);
        let requester = case.requester[draws.below(case.rows as i64) as usize];
        let mut other = case.clone();
        for row in (0..case.rows).filter(|&row| case.requester[row] == requester) {
            other.bid[row] = draws.below(60);
        }
        let gain = |grants: &JointGrants| -> i64 {
            let mine = (0..case.rows).filter(|&row| case.requester[row] == requester && grants.tasks[row] > 0.0);
            mine.map(|row| case.bid[row] - grants.paid[row]).sum()
        };
        let (truth, lie) = (gain(&case.share(&BundleAuction {})), gain(&other.share(&BundleAuction {})));
        assert!(lie <= truth, "{requester} of {case:?} as {other:?}");
    }
}
