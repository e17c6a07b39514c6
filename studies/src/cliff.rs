//! Cliff: where supply or demand is flat, budgets alone do not find the equilibrium, and a little adaptation does.

use crate::economy::{run, trade_prices, world};
use crate::{Finding, Size, Study, Target};

use walras_engine::World;

/// The study.
pub const STUDY: Study = Study {
    name: "cliff",
    claim: "Random traders held to their budgets (ZI-C) miss the equilibrium of 200 in markets with a flat side; traders \
            who adapt a profit margin (ZIP) trade within 2 of it by day 10 in all four, and again within ten days of a \
            shift by 50.",
    source: "D. Cliff, Minimal-intelligence agents for bargaining behaviors in market-based environments, \
             Hewlett-Packard Laboratories HPL-97-91, 1997; markets and draws as in D. Cliff and J. Bruten, HPL-97-141",
    run: measure,
};

const MARKETS: [char; 4] = ['A', 'B', 'C', 'D'];
/// The equilibrium price.
const P0: f64 = 200.0;
/// Steps of a day, in each of which every trader shouts once.
const DAY: u32 = 10;
const DAYS: u32 = 10;

/// The values of the buyers and the costs of the sellers, one unit each, around an equilibrium of `p0` for six units.
fn worths(market: char, p0: f64) -> (Vec<f64>, Vec<f64>) {
    let ladder = || (0..11).map(|n| p0 - 125.0 + 25.0 * f64::from(n)).collect();
    match market {
        'B' => (ladder(), vec![p0; 11]),
        'C' => (vec![p0; 11], vec![50.0; 6]),
        'D' => (vec![320.0; 6], vec![p0; 11]),
        _ => (ladder(), ladder()),
    }
}

/// Every trader has a unit a day; only the best bid and ask stand, and a trade clears both.
fn scenario(policy: &str, market: char, p0: f64) -> String {
    let (values, costs) = worths(market, p0);
    let mut text = format!(
        "[run]\nname = 'Cliff 1997'\nsteps = {}\norder_of_events = 'shuffled'\n[assets.UNIT]\n\
         [markets.double_auction]\nkind = 'order_book'\nasset = 'UNIT'\nreference = 200\ntick = 0.01\nlot = 1\n\
         highest_price = 4000\nbest_only = true\nclear_on_trade = true\nlifetime = 1\n",
        2 * DAY * DAYS,
    );
    for (role, worths) in [("buyer", &values), ("seller", &costs)] {
        for (number, worth) in worths.iter().enumerate() {
            text += &format!(
                "[cohorts.{role}_{number}]\nsize = 1\nbalance = 1000000\npolicy = {{ {policy}, \
                 entitlement = {{ role = '{role}', units = [{worth}], period = {DAY} }} }}\n"
            );
        }
    }
    text + &format!(
        "[distributions.endowment]\nasset = 'UNIT'\ntotal = {}\nshares = 'uniform'\n",
        1000 * (values.len() + costs.len())
    )
}

const ZI_C: &str = "kind = 'zero_intelligence', lowest = 1, highest = 400";
const ZIP: &str = "kind = 'zip'";

/// The mean price of the trades of each of the next days.
fn days(world: &mut World, count: u32) -> Vec<f64> {
    let mut means = Vec::new();
    for _ in 0..count {
        let mut prices = Vec::new();
        run(world, DAY, |world, happened| prices.extend(trade_prices(world, happened)));
        means.push(prices.iter().sum::<f64>() / prices.len() as f64);
    }
    means
}

/// Lets everyone's unit be worth what it is around an equilibrium of `then`; nobody forgets what it has learned.
fn shift(world: &mut World, policy: &str, market: char, then: f64, seed: u64) {
    let other = crate::economy::world(&scenario(policy, market, then), seed);
    for (cohort, changed) in world.cohorts.iter_mut().zip(&other.cohorts) {
        let memory = std::mem::take(&mut cohort.memory);
        cohort.set_policy(changed.policy.clone());
        cohort.memory = memory;
    }
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    let seeds = u64::from(size.pick(6, 50));
    for market in MARKETS {
        let text = scenario(ZI_C, market, P0);
        let mean = |seed: u64| days(&mut world(&text, seed), 3).iter().sum::<f64>() / 3.0 - P0;
        let missed: Vec<f64> = (0..seeds).map(mean).collect();
        let quantity = format!("market {market}: ZI-C, mean price of three days less 200");
        match market {
            'A' => findings.push(Finding::mean(quantity, &missed, Target::Near { value: 0.0, tolerance: 10.0 })),
            'C' => findings.push(Finding::mean(quantity, &missed, Target::AtMost(-10.0))),
            _ => findings.push(Finding::mean(quantity, &missed, Target::Above(10.0))),
        }
        for then in [P0 - 50.0, P0 + 50.0] {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for seed in 0..seeds {
                let mut world = world(&scenario(ZIP, market, P0), seed);
                before.extend(days(&mut world, DAYS).last().map(|price| price - P0));
                shift(&mut world, ZIP, market, then, seed);
                after.extend(days(&mut world, DAYS).last().map(|price| price - then));
            }
            let near = Target::Near { value: 0.0, tolerance: 2.0 };
            if then < P0 {
                let quantity = format!("market {market}: ZIP, mean price of day 10 less 200");
                findings.push(Finding::mean(quantity, &before, near));
            }
            let quantity = format!("market {market}: ZIP, ten days after the shift to {then}, mean price less that");
            findings.push(Finding::mean(quantity, &after, near));
        }
    }
    Ok(findings)
}
