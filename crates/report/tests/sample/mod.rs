//! A made-up but plausible run, for tests and examples: a token on a linear curve and compute on a
//! sigmoid, three cohorts, a shock and a controller.

use walras_report::data::*;

/// Draws for the made-up run: Knuth's 64-bit linear congruential generator.
struct Draws(u64);

impl Draws {
    /// Uniform in 0..1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// About normal: twelve uniforms less six.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// A run of `steps` steps with two markets.
pub(crate) fn report(steps: u64) -> ReportData {
    ReportData {
        title: "Token economy".into(),
        description: "A thousand agents trade one token on a linear bonding curve and rent compute on a \
                      sigmoid one. Demand halves for a while."
            .into(),
        scenario_text: SCENARIO.into(),
        reproduce: "walras run scenarios/token-economy.toml --seed 42".into(),
        seed: 42,
        steps,
        step_length: "1 day".into(),
        state_hash: "9f2c6b1e0d7a48539f2c6b1e0d7a48531b7de0aa43c6f8101b7de0aa43c6f810".into(),
        wall_s: 1.8342,
        version: "0.1.0".into(),
        status: Status::Completed,
        assets: vec![
            Asset { name: "CREDIT".into(), decimals: 6 },
            Asset { name: "TOKEN".into(), decimals: 9 },
            Asset { name: "COMPUTE".into(), decimals: 3 },
        ],
        markets: vec![token_market(steps), compute_market(steps)],
        resources: Vec::new(),
        demand: Vec::new(),
        boards: Vec::new(),
        contracts: Vec::new(),
        governance: Vec::new(),
        wealth: Some(wealth(steps)),
        cohorts: cohorts(steps),
        events: events(steps),
        log: Some(log(steps)),
        incentives: Vec::new(),
        alignment: Vec::new(),
        supplies: vec![Supply {
            asset: 1,
            opening: 0,
            flows: vec![("minted".into(), 287_512_003_000_001), ("airdrop".into(), 17_500_000_000_000)],
            closing: 305_012_003_000_001,
        }],
        accounts: accounts(),
        summary: summary(),
    }
}

fn log(steps: u64) -> Log {
    let act = |institution: &str, act: &str, entries, amount: &str| Act {
        institution: institution.into(),
        act: act.into(),
        entries,
        first_step: 12,
        last_step: steps.saturating_sub(1),
        amount: amount.into(),
    };
    Log {
        size: 1_237,
        root: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328".into(),
        acts: vec![
            act("controllers.stability", "parameter_changed", 1_200, ""),
            act("incentives.tax", "collected", 37, "482.050000 CREDIT"),
        ],
    }
}

/// The same run with its first market only.
pub(crate) fn one_market(steps: u64) -> ReportData {
    let mut data = report(steps);
    data.markets.truncate(1);
    data.assets.truncate(2);
    data
}

fn token_market(steps: u64) -> Market {
    let mut draws = Draws(7);
    let mut series = MarketSeries::default();
    let (mut supply, mut fundamental, mut slope): (f64, f64, f64) = (200_000.0, 1.6, 4e-6);
    let mut slopes = Vec::new();
    for step in 0..=steps {
        let halved = step > steps * 2 / 5 && step < steps / 2;
        fundamental *= 1.0 + 0.004 * draws.normal() + 0.03 * (1.9 - fundamental) * 0.1;
        let before = supply;
        let price = 0.2 + slope * supply;
        let pull = (fundamental * if halved { 0.6 } else { 1.0 } - price) * 12_000.0;
        supply = (supply + pull + 2_600.0 * draws.normal()).max(1_000.0);
        if step % 50 == 0 {
            slope *= 1.0 + 0.01 * draws.normal();
        }
        let price_now = 0.2 + slope * supply;
        let reserve = 0.2 * supply + slope * supply * supply / 2.0;
        let orders = (380.0 + 60.0 * draws.normal()).max(0.0).round();
        let rejected = (orders * 0.03 * draws.uniform() * if halved { 4.0 } else { 1.0 }).round();
        let volume = (supply - before).abs() * price + 900.0 * draws.uniform();
        series.step.push(step);
        series.price.push(price_now);
        series.settlement_price.push(if step % 97 == 13 { f64::NAN } else { f64::midpoint(price, price_now) });
        series.fundamental.push(fundamental);
        series.supply.push(supply);
        series.reserve.push(reserve);
        series.reserve_ratio.push(reserve / (supply * price_now));
        series.volume.push(volume);
        series.orders.push(orders);
        series.filled.push(orders - rejected);
        series.rejected.push(rejected);
        series.fees.push(volume * 0.003);
        slopes.push(slope);
    }
    let line = |label: &str, slope: f64| SampledCurve {
        label: label.into(),
        points: (0..=100).map(|i| f64::from(i) * 5_000.0).map(|supply| (supply, 0.2 + slope * supply)).collect(),
    };
    Market {
        name: "token".into(),
        mechanism: "linear curve m·S + b, batch settlement, 0.3 % fee".into(),
        kind: MarketKind::Curve,
        providers: Vec::new(),
        asset: 1,
        money: 0,
        curves: vec![line("curve at the start", slopes[0]), line("curve at the end", slope)],
        series,
        parameters: vec![Parameter {
            name: "slope m".into(),
            unit: "CREDIT per TOKEN²".into(),
            set_by: "a proportional–integral controller on price volatility".into(),
            values: slopes,
        }],
    }
}

fn compute_market(steps: u64) -> Market {
    let mut draws = Draws(11);
    let mut series = MarketSeries::default();
    let mut supply: f64 = 300.0;
    // The algebraic sigmoid, which needs no exponential.
    let price = |supply: f64| {
        let x = (supply - 1_000.0) / 300.0;
        20.0 * (1.0 + x / (1.0 + x * x).sqrt())
    };
    for step in 0..=steps {
        supply = (supply + (1_050.0 - supply) * 0.01 + 14.0 * draws.normal()).clamp(10.0, 2_000.0);
        series.step.push(step);
        series.price.push(price(supply));
        series.supply.push(supply);
        series.reserve.push(supply * 11.0);
        series.volume.push(400.0 * draws.uniform());
        series.orders.push((90.0 + 20.0 * draws.normal()).max(0.0).round());
        series.filled.push(series.orders[series.orders.len() - 1]);
    }
    Market {
        name: "compute".into(),
        mechanism: "algebraic sigmoid curve, sequential settlement".into(),
        kind: MarketKind::Curve,
        providers: Vec::new(),
        asset: 2,
        money: 0,
        series,
        curves: vec![SampledCurve {
            label: "curve".into(),
            points: (0..=200).map(|i| f64::from(i) * 10.0).map(|supply| (supply, price(supply))).collect(),
        }],
        parameters: Vec::new(),
    }
}

fn wealth(steps: u64) -> Wealth {
    let edges: Vec<f64> = (0..=30).map(|bin| 100.0 * f64::from(bin)).collect();
    let bump = |bin: u32| {
        let x = (f64::from(bin) - 7.0) / 4.5;
        (160.0 / (1.0 + x * x * x * x / (1.0 + 0.2 * f64::from(bin)))).round() as u64
    };
    let counts: Vec<u64> = (0..30).map(bump).collect();
    let mut equal = vec![0; 30];
    equal[10] = 1_000;
    let lorenz = |bend: f64| {
        (0..=100)
            .map(|i| f64::from(i) / 100.0)
            .map(|share| (share, share * ((1.0 - bend) + bend * share * share)))
            .collect::<Vec<_>>()
    };
    let snapshot = |step, bend: f64, counts, gini| WealthSnapshot {
        step,
        lorenz: lorenz(bend),
        histogram: Histogram { edges: edges.clone(), counts, logarithmic: false },
        gini,
        top_1_percent: 0.01 + 0.027 * bend,
        top_10_percent: 0.1 + 0.19 * bend,
        mean: 1_000.0 + 131.4 * bend,
        median: 1_000.0 - 88.2 * bend,
    };
    let sampled = |from: f64, to: f64| -> Vec<(u64, f64)> {
        let mut draws = Draws(3);
        (0..=100_u64)
            .map(|i| {
                let rise = 1.0 - 1.0 / (1.0 + 4.0 * i as f64 / 100.0);
                (i * steps / 100, from + (to - from) * rise * 1.25 + 0.004 * draws.normal())
            })
            .collect()
    };
    Wealth {
        unit: "CREDIT".into(),
        start: snapshot(0, 0.0, equal, 0.0),
        end: snapshot(steps, 0.8, counts, 0.372),
        gini: sampled(0.01, 0.372),
        top_10_percent: sampled(0.1, 0.252),
    }
}

fn cohorts(steps: u64) -> Vec<Cohort> {
    let mut draws = Draws(5);
    [
        ("fundamentalists", "logistic in price against valuation", "log utility of wealth", 400, 138.2, 0.9),
        ("chartists", "momentum over moving averages (12, 48)", "wealth marked to market", 350, -96.7, 2.2),
        ("noise traders", "zero intelligence", "wealth at liquidation value", 200, -41.3, 1.4),
        ("holders", "buy and hold", "CRRA utility, γ = 2", 50, 12.9, 0.5),
    ]
    .into_iter()
    .map(|(name, policy, objective, size, profit, spread)| {
        let mut middle: f64 = 1_000.0;
        let fan = (0..=80_u64)
            .map(|i| {
                middle += profit / 80.0 + 9.0 * draws.normal();
                let width = spread * (20.0 + 3.2 * i as f64);
                WealthQuantiles {
                    step: i * steps / 80,
                    p05: middle - 1.6 * width,
                    p25: middle - 0.7 * width,
                    p50: middle,
                    p75: middle + 0.8 * width,
                    p95: middle + 2.1 * width,
                }
            })
            .collect();
        Cohort {
            name: name.into(),
            policy: policy.into(),
            objective: objective.into(),
            size,
            only_requests: false,
            wealth_start: 1_000.0,
            wealth_end: 1_000.0 + profit,
            wealth_mean: 1_000.0 + profit * 0.6,
            profit,
            utility: (name != "noise traders").then_some(6.9 + profit / 1_000.0),
            sharpe: (name != "holders").then_some(profit / 210.0),
            regret: Some(12.9 - profit),
            fan,
        }
    })
    .collect()
}

fn events(steps: u64) -> Vec<Event> {
    let event = |step, kind: &str, subject: &str, detail: &str| Event {
        step,
        kind: kind.into(),
        subject: subject.into(),
        detail: detail.into(),
    };
    vec![
        event(steps / 10, "airdrop", "chartists", "50 TOKEN to each of 350 agents"),
        event(steps * 2 / 5, "shock", "token", "demand halved"),
        event(steps * 2 / 5, "refusal", "token", "new slope refused: the reserve would not cover the supply"),
        event(steps / 2, "shock", "token", "demand restored"),
        event(steps * 3 / 4, "halt", "compute", "market halted for 5 steps by the scenario"),
    ]
}

fn accounts() -> Vec<AccountTotal> {
    let mut totals = Vec::new();
    for (asset, from, to, reason, atoms) in [
        (0, "issuer", "agents", "endowment", 1_000_000_000_000_i128),
        (0, "agents", "reserve of token", "trade", 312_345_678_901),
        (0, "agents", "reserve of compute", "trade", 11_873_000_000),
        (0, "agents", "treasury", "fee", 4_127_550_017),
        (0, "treasury", "agents", "reward", 1_250_000_000),
        (1, "issuer", "agents", "trade", 287_512_003_000_001),
        (1, "issuer", "agents", "airdrop", 17_500_000_000_000),
        (2, "issuer", "agents", "trade", 1_043_118),
    ] {
        for (account, sign) in [(from, -1), (to, 1)] {
            totals.push(AccountTotal { asset, account: account.into(), reason: reason.into(), atoms: sign * atoms });
        }
    }
    totals
}

fn summary() -> Vec<SummaryItem> {
    use SummaryValue::{Fraction, Number, Text};
    [
        ("Price volatility", Fraction(0.0312), "per step", "Standard deviation of log returns of TOKEN."),
        ("Largest drawdown", Fraction(0.274), "", "Deepest fall of the price from an earlier high."),
        ("Reserve ratio", Number(0.5634), "", "Reserve over market value at the end; 0.5 is a line through zero."),
        ("Volume", Number(18_412_345.0), "CREDIT", "Money that changed hands over the whole run."),
        ("Slippage paid", Number(12_845.2), "CREDIT", "What orders paid beyond the spot price before them."),
        ("Gini coefficient", Number(0.372), "", "0 is equal wealth, 1 is all wealth with one agent."),
        ("Orders rejected", Fraction(0.0181), "", "Most often: not enough money."),
        ("Books", Text("Balanced".into()), "", "For every asset all accounts sum to zero, at every step."),
    ]
    .into_iter()
    .map(|(label, value, unit, explanation)| SummaryItem {
        label: label.into(),
        value,
        unit: unit.into(),
        explanation: explanation.into(),
    })
    .collect()
}

const SCENARIO: &str = r#"# A token on a linear curve, compute on a sigmoid, four kinds of agents.
[run]
name = "Token economy"
steps = 1000
step = "1 day"

[[asset]]
name = "TOKEN"
decimals = 9

[[market]]
name = "token"
asset = "TOKEN"
curve = { kind = "linear", slope = 4e-6, intercept = 0.2 }
settlement = "batch"
fee = 0.003

[[cohort]]
name = "fundamentalists"
size = 400
policy = { kind = "logistic", valuation = { lognormal = [0.4, 0.2] } }
"#;
