//! Gode and Sunder: traders without intelligence, held to their budgets, take nearly all gains from trade.
//!
//! Who shouts is drawn anew for each shout. Were every trader to shout once in each round of twelve, whose turn is next
//! would be less random, and markets 2 and 3 would come to 99.815 % and 99.697 %. Over 600,000 periods of a loop of a few
//! lines the three markets come to 99.862, 99.772 and 99.603 % (standard error of the last .001): market 3 is at the end
//! of its range, which is given to one decimal.

use walras_ledger::AssetId;
use walras_measures::efficiency::allocative_efficiency;

use crate::economy::{owned, run, world};
use crate::{Finding, Size, Study, Target};

/// The study.
pub const STUDY: Study = Study {
    name: "gode_sunder",
    claim: "In a double auction random bids and asks take 90, 90 and 76.74 % of the gains from trade, since every unit \
            trades; random bids and asks that may not lose money take nearly all. Market 3 is at the end of its range: \
            99.603 % over 600,000 periods of a loop of a few lines.",
    source: "D. K. Gode and S. Sunder, Journal of Political Economy 101, 1993, pages 119 to 137, markets 1 to 3, table 2",
    run: measure,
};

/// Six buyers with these values each face six sellers with these costs each.
struct Market {
    values: &'static [f64],
    costs: &'static [f64],
    unconstrained: f64,
    constrained: Target,
}

const MARKETS: [Market; 3] = [
    Market {
        values: &[102.0, 97.0, 92.0, 87.0, 82.0, 77.0],
        costs: &[34.0, 46.0, 58.0, 70.0, 82.0, 94.0],
        unconstrained: 153.0 / 1.7,
        constrained: Target::Near { value: 99.9, tolerance: 0.1 },
    },
    Market {
        values: &[117.0, 105.0, 93.0, 81.0, 69.0, 57.0],
        costs: &[49.0, 54.0, 59.0, 64.0, 69.0, 74.0],
        unconstrained: 108.0 / 1.2,
        constrained: Target::Within { low: 99.2, high: 99.8 },
    },
    Market {
        values: &[133.0, 95.0, 90.0],
        costs: &[90.0, 95.0, 100.0],
        unconstrained: 33.0 / 0.43,
        constrained: Target::Within { low: 99.0, high: 99.6 },
    },
];

/// Shouts of a period, each by one trader drawn anew; one whose units are all traded lets its turn pass.
const STEPS: u32 = 2000;
const TRADERS: usize = 6;
/// Tokens that a seller begins with, more than its units, so that a better ask can stand in place of an old one.
const ENDOWMENT: f64 = 10.0;

/// Whole prices from 1 to 200, only the best bid and ask stand, and a trade clears both.
fn scenario(market: &Market, constraint: &str) -> String {
    let policy = |role: &str, units: &[f64]| {
        format!(
            "policy = {{ kind = 'zero_intelligence', constraint = '{constraint}', lowest = 1, highest = 200, \
             entitlement = {{ role = '{role}', units = {units:?} }} }}"
        )
    };
    format!(
        "[run]\nname = 'Gode and Sunder 1993'\nsteps = {STEPS}\norder_of_events = 'single'\n\
         [assets.UNIT]\n\
         [markets.double_auction]\nkind = 'order_book'\nasset = 'UNIT'\nreference = 100\ntick = 1\nlot = 1\n\
         highest_price = 200\nbest_only = true\nclear_on_trade = true\nreplace = false\n\
         [cohorts.buyers]\nsize = {TRADERS}\nbalance = 10000\n{}\n\
         [cohorts.sellers]\nsize = {TRADERS}\n{}\n\
         [distributions.endowment]\nasset = 'UNIT'\ntotal = {}\ncohorts = ['sellers']\nshares = 'uniform'\n",
        policy("buyer", market.values),
        policy("seller", market.costs),
        ENDOWMENT * TRADERS as f64,
    )
}

/// Per cent of the gains from trade that one period takes.
fn efficiency(market: &Market, constraint: &str, seed: u64) -> f64 {
    let mut world = world(&scenario(market, constraint), seed);
    run(&mut world, STEPS, |_, _| {});
    let asset = AssetId(1);
    let scale = world.assets[1].scale;
    let mut traded = [Vec::new(), Vec::new()];
    for (cohort, worths) in [market.values, market.costs].into_iter().enumerate() {
        for atoms in owned(&world, cohort, asset) {
            let start = if cohort == 0 { 0.0 } else { ENDOWMENT };
            let units = (atoms as f64 / scale - start).abs().round() as usize;
            traded[cohort].extend_from_slice(&worths[..units]);
        }
    }
    let everyone = |worths: &[f64]| worths.repeat(TRADERS);
    let share = allocative_efficiency(&traded[0], &traded[1], &everyone(market.values), &everyone(market.costs));
    100.0 * share.unwrap_or(f64::NAN)
}

fn measure(size: Size) -> Result<Vec<Finding>, String> {
    let mut findings = Vec::new();
    for (number, market) in (1..).zip(&MARKETS) {
        let all = |constraint: &str, periods: u32| -> Vec<f64> {
            (0..periods).map(|seed| efficiency(market, constraint, u64::from(seed))).collect()
        };
        let free = all("unconstrained", size.pick(4, 100));
        let target = Target::Near { value: market.unconstrained, tolerance: 1e-9 };
        findings.push(Finding::mean(format!("market {number}: efficiency of ZI-U, %"), &free, target));
        let held = all("constrained", size.pick(400, 2000));
        findings.push(Finding::mean(format!("market {number}: efficiency of ZI-C, %"), &held, market.constrained));
    }
    Ok(findings)
}
