//! Who is served how well in a cluster that is shared by rule, with the jobs of a real hour.
//!
//! The rules are those of `scenarios/resource-economy.toml` and the economy is that file: six hundred tenants, whose jobs
//! are the requests to two services. In an ordinary run it is the first quarter of the hour.

use walras_agents::reporting::Reporting;
use walras_agents::request::{Backlog, ResourceView, Wants};
use walras_engine::World;
use walras_ledger::Atoms;
use walras_measures::moments::mean;
use walras_numerics::sum;

use crate::best_of_jobs::BestOfJobs;
use crate::economy::{run, world_with};
use crate::{Finding, Size, Study, Target, data};

/// The study.
pub const STUDY: Study = Study {
    name: "shared_cluster",
    claim: "With the jobs of a real hour: sharing in proportion to requests treats all requests alike; max–min and equal \
            shares leave nobody envious, and equal shares leave capacity unused that others ask for; an auction gives to those \
            to whom it is worth most; who goes first by rule waits least. All these finish \
            nine jobs of ten; a posted price that follows the excess does not, since it stays too high for too long. When a fifth of the tenants ask for ten times what \
            they need, that fifth gains where capacity is shared in proportion, at the others' cost, and not under max–min.",
    source: "the jobs: P. Patel et al., Splitwise, ISCA 2024, traces of 16 November 2023; what rules promise: Y. Sprumont, \
             Econometrica 59(2), 1991 (max–min is strategy-proof), R. Jain, D. Chiu and W. Hawe, DEC-TR-301, 1984 (the index), \
             H. Lee, V. Padmanabhan and S. Whang, Management Science 43(4), 1997 (rationing in proportion invites inflated orders)",
    run: measure,
};

/// The rules, by what they are called here and as the scenario says them.
pub const RULES: [(&str, &str); 8] = [
    ("equal_share", "'equal_share'"),
    ("proportional", "'proportional'"),
    ("max_min", "'max_min'"),
    ("first_come_first_served", "'first_come_first_served'"),
    ("strict_priority", "'strict_priority'"),
    ("lottery", "'lottery'"),
    ("uniform_price", "'uniform_price'"),
    (
        "posted_price",
        "{ kind = 'posted_price', adjustment = { kind = 'tanh', gain = 1.0, maximum = 0.05, floor = 1e-7 } }",
    ),
];

/// One tenant of so many overstates what it needs, when some do.
const OVERSTATING: usize = 5;
/// Steps from one in which the best is computed to the next.
const EVERY: u32 = 20;
/// How many times over.
const FACTOR: f64 = 10.0;
/// Places of the cohorts in the scenario.
const CONVERSATIONS: usize = 0;
const CODE: usize = 1;

/// What a run came to.
struct Outcome {
    /// Means over the steps: of Jain's index, of the envious, of efficiency, for tokens read.
    fairness: f64,
    envious: f64,
    efficiency: f64,
    /// What jobs were served for of both kinds of tokens together, beside the best, in every so-many-th step.
    together: BestOfJobs,
    /// Tokens read that perished, over those provided.
    wasted: f64,
    /// What was paid for tokens of both kinds, numeraire.
    revenue: f64,
    /// How the jobs of both cohorts stand.
    jobs: [Backlog; 2],
    /// What tenants got from their jobs: those in the place of one who overstates, and all others.
    utility: [f64; 2],
}

/// Every fifth tenant asks for ten times what it lacks.
struct Overstated;

impl Reporting for Overstated {
    fn report(&self, view: &ResourceView<'_>, _: usize, _: &[Atoms], asked: &mut [Atoms], _: &mut [f64]) {
        for (asked, row) in asked.iter_mut().zip(view.rows.clone()) {
            if row % OVERSTATING == 0 && *asked > 0 {
                *asked = Wants::atoms(*asked as f64 * FACTOR, 1.0);
            }
        }
    }
}

/// The economy of the scenario under `rule`, with its traces where they are.
fn economy(rule: &str) -> Result<World, String> {
    let mut text = include_str!("../../scenarios/resource-economy.toml").to_owned();
    for name in ["azure_llm_conv_2023.csv", "azure_llm_code_2023.csv"] {
        let path = data::shared(name)?;
        text = text.replace(&format!("../../shared/data/{name}"), &path.display().to_string());
    }
    let first = "cohorts.code.demand.priority=1".to_owned();
    Ok(world_with(&text, 42, &[format!("resources.cluster.rule={rule}"), first]))
}

fn outcome(rule: &str, steps: u32, overstated: bool) -> Result<Outcome, String> {
    let mut world = economy(rule)?;
    if overstated {
        for asker in world.cohorts.iter_mut().filter_map(|cohort| cohort.demand.as_mut()) {
            asker.reporting = std::sync::Arc::new(Overstated);
        }
    }
    let [mut fairness, mut envious, mut efficiency] = [const { Vec::new() }; 3];
    let (mut wasted, mut used, mut paid) = (0, 0, 0);
    let mut together = BestOfJobs::default();
    run(&mut world, steps, |world, happened| {
        if !overstated && world.step.is_multiple_of(EVERY) {
            together.push(world, 0, &happened.allocation.sources[0]);
        }
        let read = &happened.record.resources[0];
        fairness.extend(read.fairness);
        envious.extend(read.envious);
        efficiency.extend(read.efficiency);
        // What the cluster itself could not share perishes as well; what agents were granted and did not use is told apart.
        wasted += read.granted - read.used;
        used += read.used;
        paid += happened.record.resources.iter().map(|it| it.paid).sum::<i128>();
    });
    let asker = |cohort: usize| world.cohorts[cohort].demand.as_ref().ok_or("the scenario's cohorts request nothing");
    let backlog = |cohort| asker(cohort)?.backlog().ok_or("the scenario's cohorts have no jobs");
    let mut utility = [const { Vec::new() }; 2];
    for cohort in [CONVERSATIONS, CODE] {
        for (row, &of) in asker(cohort)?.utility.iter().enumerate() {
            utility[usize::from(row % OVERSTATING != 0)].push(of);
        }
    }
    Ok(Outcome {
        fairness: mean(&fairness).unwrap_or(f64::NAN),
        envious: mean(&envious).unwrap_or(f64::NAN),
        efficiency: mean(&efficiency).unwrap_or(f64::NAN),
        together,
        wasted: wasted as f64 / (wasted + used) as f64,
        revenue: paid as f64 / world.assets[0].scale,
        jobs: [backlog(CONVERSATIONS)?, backlog(CODE)?],
        utility: utility.map(|of| sum::sum(&of)),
    })
}

impl Outcome {
    /// Of all jobs that arrived, those finished, in hundredths.
    fn finished(&self) -> f64 {
        let total = |of: fn(&Backlog) -> f64| self.jobs.iter().map(of).sum::<f64>();
        100.0 * total(|jobs| jobs.finished) / total(|jobs| jobs.arrived)
    }

    /// Of the deadlines of a cohort that were kept or missed, those kept, in hundredths.
    fn in_time(&self, cohort: usize) -> f64 {
        let Backlog { in_time, late, .. } = self.jobs[cohort];
        100.0 * in_time / (in_time + late)
    }

    /// Steps from a job's arrival to its end.
    fn wait(&self) -> f64 {
        let total = |of: fn(&Backlog) -> f64| self.jobs.iter().map(of).sum::<f64>();
        total(|jobs| jobs.waited) / total(|jobs| jobs.finished)
    }
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let steps = size.pick(900, 3600);
    let mut honest = Vec::new();
    for (_, rule) in RULES {
        honest.push(outcome(rule, steps, false)?);
    }
    let of = |name: &str| {
        let place = RULES.iter().position(|rule| rule.0 == name);
        place.map_or_else(|| unreachable!("{name} is listed"), |place| &honest[place])
    };
    let mut findings = Vec::new();
    let mut exact =
        |quantity: String, value: f64, target: Target| findings.push(Finding::exact(quantity, value, target));
    for ((name, _), outcome) in RULES.iter().zip(&honest) {
        // While a posted price is above what jobs are worth they are kept away.
        let most = if *name == "posted_price" { Target::AtMost(90.0) } else { Target::Above(90.0) };
        exact(format!("{name}: jobs finished, %"), outcome.finished(), most);
    }
    let wasted = honest.iter().map(|outcome| outcome.wasted).fold(0.0, f64::max);
    exact("tokens granted and not used, the most under any rule".to_owned(), wasted, Target::exactly(0.0));
    // Of a request of few tokens a part cannot be granted exactly, so that the index stays below 1.
    let others = RULES.iter().zip(&honest).filter(|((name, _), _)| !["proportional", "posted_price"].contains(name));
    let most = others.map(|(_, outcome)| outcome.fairness).fold(0.0, f64::max);
    exact("proportional: Jain’s index".to_owned(), of("proportional").fairness, Target::Above(0.95));
    exact(
        "the same less the greatest of rules without a posted price".to_owned(),
        of("proportional").fairness - most,
        Target::Above(0.0),
    );
    for name in ["max_min", "equal_share"] {
        exact(format!("{name}: envious, %"), 100.0 * of(name).envious, Target::exactly(0.0));
    }
    let envious = 100.0 * of("first_come_first_served").envious;
    exact("first_come_first_served: envious, %".to_owned(), envious, Target::Above(0.0));
    let best = Target::Near { value: 100.0, tolerance: 1e-6 };
    exact("uniform_price: efficiency, %".to_owned(), 100.0 * of("uniform_price").efficiency, best);
    for name in ["equal_share", "proportional", "max_min", "lottery"] {
        let less = 100.0 * (of("uniform_price").efficiency - of(name).efficiency);
        exact(format!("the same less that under {name}"), less, Target::Above(0.0));
    }
    for ((name, _), outcome) in RULES.iter().zip(&honest) {
        let share = 100.0 * outcome.together.efficiency();
        exact(format!("{name}: value of jobs over the best in the same step, %"), share, Target::AtMost(100.0 + 1e-6));
    }
    for name in ["equal_share", "proportional"] {
        let anarchy = of(name).together.price_of_anarchy();
        exact(format!("{name}: price of anarchy"), anarchy, Target::Above(1.0));
    }
    let spared = of("equal_share").wait() / of("max_min").wait();
    exact("wait under equal_share over that under max_min".to_owned(), spared, Target::Above(1.0));
    let spared = of("proportional").wait() / of("max_min").wait();
    exact("wait under proportional over that under max_min".to_owned(), spared, Target::Above(1.0));
    for name in ["proportional", "max_min", "first_come_first_served", "lottery"] {
        let more = of("strict_priority").in_time(CODE) - of(name).in_time(CODE);
        exact(format!("code in time under strict_priority, in hundredths beyond {name}"), more, Target::Above(0.0));
    }
    let auction = of("uniform_price").revenue;
    exact("uniform_price: revenue".to_owned(), auction, Target::Above(0.0));
    let manipulated = [
        ("proportional", Target::Above(0.0), Target::AtMost(0.0)),
        ("max_min", Target::AtMost(0.0), Target::AtMost(0.0)),
        ("equal_share", Target::AtMost(0.0), Target::AtMost(0.0)),
        ("lottery", Target::AtMost(0.0), Target::AtMost(0.0)),
        ("first_come_first_served", Target::AtMost(0.0), Target::AtMost(0.0)),
    ];
    for (name, own, others) in manipulated {
        let rule = RULES.iter().find(|rule| rule.0 == name).map_or("", |rule| rule.1);
        let (before, after) = (of(name), outcome(rule, steps, true)?);
        let gain = |whose: usize| 100.0 * (after.utility[whose] / before.utility[whose] - 1.0);
        exact(format!("{name}: what a fifth gains by overstating tenfold, %"), gain(0), own);
        exact(format!("{name}: what the others gain then, %"), gain(1), others);
    }
    Ok(findings)
}
