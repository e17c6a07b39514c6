//! The summary, held to the tables: what was gathered step by step is what whole series and all agents give.

mod shared;

use std::collections::BTreeMap;

use shared::{economy, run_into};
use walras_lab::{Silent, Summary};
use walras_ledger::Reason;
use walras_measures::inequality::{gini, top_share};
use walras_measures::quantile::median;
use walras_measures::slippage::volume_weighted_slippage;
use walras_measures::{drawdown, moments, performance, returns, volatility};
use walras_record::Run;
use walras_record::table::{AccountColumns, AgentColumns, Columns as _, MarketColumns};

fn close(found: Option<f64>, expected: Option<f64>, what: &str) {
    let (found, expected) = (found.unwrap_or_else(|| panic!("no {what}")), expected.unwrap());
    let scale = expected.abs().max(1e-9);
    assert!((found - expected).abs() <= 1e-9 * scale, "{what}: {found} is not {expected}");
}

struct Recorded {
    folder: tempfile::TempDir,
    run: Run,
    summary: Summary,
    markets: MarketColumns,
    agents: AgentColumns,
}

/// A run with every agent looked at after every step.
fn recorded() -> Recorded {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    let loaded = economy(&["record.agents_every=1", "record.accounts_every=1", "record.agents_sample=1000"]);
    let summary = run_into(&out, &loaded, 1, &mut Silent).summary;
    let mut run = Run::open(&out).unwrap();
    let (markets, agents) = (run.read_markets().unwrap(), run.read_agents().unwrap());
    Recorded { folder, run, summary, markets, agents }
}

/// What was out and what changed it make what is out, to the atom, and each part is the table's.
#[test]
fn supplies_are_explained_by_their_flows() {
    let Recorded { folder: _folder, run, summary, markets, .. } = recorded();
    let mut by_issuer: BTreeMap<(u32, String), i128> = BTreeMap::new();
    for columns in run.table::<AccountColumns>().unwrap() {
        let columns = columns.unwrap();
        for row in 0..columns.len() {
            if columns.account.name(row).starts_with("issuer") {
                let key = (columns.asset.ids()[row], columns.reason.name(row).to_owned());
                *by_issuer.entry(key).or_default() -= i128::from(columns.amount[row]);
            }
        }
    }
    let mut minted_in_all = 0;
    for (asset, supply) in summary.supplies.iter().enumerate() {
        assert_eq!(supply.opening + supply.change(), supply.closing, "{supply:?}");
        let of = |reason: &str| supply.flows.iter().filter(|flow| flow.reason == reason).map(|flow| flow.atoms).sum();
        let told = |reason: &str| by_issuer.get(&(asset as u32, reason.to_owned())).copied().unwrap_or(0);
        assert_eq!(supply.opening, told("genesis"), "{supply:?}");
        let (minted, burned): (i128, i128) = (of("minted"), of("burned"));
        assert_eq!(minted + burned, told("trade"), "{supply:?}");
        for reason in Reason::ALL.iter().filter(|reason| !matches!(reason, Reason::Genesis | Reason::Trade)) {
            let flow: i128 = of(reason.name());
            assert_eq!(flow, told(reason.name()), "{supply:?}");
        }
        // Of what curves issue, every token bought was minted and every token sold burned.
        let curves =
            || summary.markets.iter().enumerate().filter(|(_, it)| it.kind == "curve" && it.asset == supply.asset);
        let total = |column: &[i64]| -> i128 {
            curves().flat_map(|(v, _)| rows_of(&markets, v as u32)).map(|row| i128::from(column[row])).sum()
        };
        if curves().next().is_some() {
            assert_eq!((minted, burned), (total(&markets.bought), -total(&markets.sold)), "{supply:?}");
            minted_in_all += minted;
        }
    }
    assert!(minted_in_all > 0, "the test needs a curve that sells");
}

/// The rows of one market.
fn rows_of(markets: &MarketColumns, market: u32) -> Vec<usize> {
    (0..markets.step.len()).filter(|&row| markets.market.ids()[row] == market).collect()
}

#[test]
fn markets_are_measured_as_their_whole_series() {
    let Recorded { folder: _folder, mut run, summary, markets, .. } = recorded();
    let fills = run.read_fills().unwrap();
    for (v, market) in summary.markets.iter().enumerate() {
        let rows = rows_of(&markets, v as u32);
        let first = market.first_price.unwrap();
        let prices: Vec<f64> = std::iter::once(first).chain(rows.iter().map(|&row| markets.price[row])).collect();
        close(market.final_price, prices.last().copied(), "final price");
        close(market.price_return, returns::cumulative_return(&prices), "return");
        close(market.price_volatility, moments::standard_deviation(&prices), "price volatility");
        let per_step = volatility::log_return_volatility(&prices);
        close(market.return_volatility, per_step, "volatility");
        close(market.return_volatility_per_year, per_step.map(|it| it * 365_f64.sqrt()), "volatility a year");
        close(market.maximum_drawdown, drawdown::maximum_drawdown(&prices).map(|it| it.depth), "drawdown");
        let total = |column: &[i64]| rows.iter().map(|&row| column[row]).sum::<i64>() as f64;
        close(Some(market.volume), Some(total(&markets.volume) / 1e6), "volume");
        close(Some(market.fees), Some(total(&markets.fees) / 1e6), "fees");
        let tokens = if v == 0 { 1e6 } else { 1e3 };
        close(Some(market.fees_tokens), Some(total(&markets.fees_tokens) / tokens), "fees in tokens");
        let worth = rows.iter().map(|&row| markets.fees_tokens_worth[row]).sum();
        close(Some(market.fees_tokens_worth), Some(worth), "their worth");
        let count = |column: &[u32]| rows.iter().map(|&row| u64::from(column[row])).sum::<u64>();
        assert_eq!((market.orders, market.filled), (count(&markets.orders), count(&markets.filled)));
        assert_eq!(market.rejected.values().sum::<u64>(), count(&markets.rejected));
        let ratios = rows.iter().map(|&row| markets.reserve_ratio.0[row]).filter(|ratio| !ratio.is_nan());
        close(market.reserve_ratio_minimum, ratios.reduce(f64::min), "lowest reserve ratio");

        // Each fill against the price at the end of the step before.
        let scale = if v == 0 { 1e6 } else { 1e3 };
        let mine = || (0..fills.step.len()).filter(|&row| fills.market.ids()[row] == v as u32);
        let sign = |row: usize| if fills.side.name(row) == "buy" { 1.0 } else { -1.0 };
        let tokens: Vec<f64> = mine().map(|row| sign(row) * fills.amount[row] as f64 / scale).collect();
        let paid: Vec<f64> = mine().map(|row| fills.price[row]).collect();
        let seen: Vec<f64> = mine().map(|row| prices[fills.step[row] as usize]).collect();
        assert!(tokens.len() > 300, "the test needs trade");
        close(market.slippage, volume_weighted_slippage(&tokens, &paid, &seen), "slippage");
    }
}

#[test]
fn wealth_is_that_of_all_agents() {
    let Recorded { summary, agents, .. } = recorded();
    let last: Vec<f64> =
        (0..agents.step.len()).filter(|&row| agents.step[row] == 59).map(|row| agents.wealth[row]).collect();
    assert_eq!((last.len(), summary.wealth.end.agents), (150, 150));
    let end = &summary.wealth.end;
    close(end.gini, gini(&last), "Gini coefficient");
    close(end.top_1_percent, top_share(&last, 0.01), "richest hundredth");
    close(end.top_10_percent, top_share(&last, 0.1), "richest tenth");
    close(end.mean, moments::mean(&last), "mean");
    close(end.median, median(&last), "median");
    assert_eq!(summary.wealth.histogram.end.iter().sum::<u64>(), 150);
}

#[test]
fn cohorts_are_measured_as_their_agents() {
    let Recorded { folder: _folder, mut run, summary, markets, agents } = recorded();
    let agents = &agents;
    let accounts = run.read_accounts().unwrap();
    let price = |asset: &str, step: u32| {
        let market = u32::from(asset == "BETA");
        rows_of(&markets, market).into_iter().find(|&row| markets.step[row] == step).map(|row| markets.price[row])
    };
    for (c, cohort) in summary.cohorts.iter().enumerate() {
        let (name, size) = (format!("agents:{}", cohort.name), cohort.size as f64);
        let at = |step: u32| {
            (0..agents.step.len()).filter(move |&row| agents.step[row] == step && agents.cohort.ids()[row] == c as u32)
        };
        let wealth: Vec<f64> = (0..60).map(|step| at(step).map(|row| agents.wealth[row]).sum::<f64>()).collect();
        close(Some(cohort.wealth_end * size), wealth.last().copied(), "wealth at the end");
        close(cohort.wealth_mean.map(|mean| mean * size), moments::mean(&wealth), "mean wealth");
        let utility: Vec<f64> = at(59).map(|row| agents.utility[row]).collect();
        close(cohort.utility, moments::mean(&utility), "utility");

        // What came from outside in each step, at that step's prices.
        let mut received = vec![0.0; 60];
        for row in (0..accounts.step.len()).filter(|&row| accounts.account.name(row) == name) {
            if matches!(accounts.reason.name(row), "income" | "expense" | "distribution" | "shock") {
                let (step, asset, atoms) = (accounts.step[row], accounts.asset.name(row), accounts.amount[row] as f64);
                received[step as usize] += match asset {
                    "CASH" => atoms / 1e6,
                    "ALPHA" => atoms / 1e6 * price(asset, step).unwrap(),
                    _ => atoms / 1e3 * price(asset, step).unwrap(),
                };
            }
        }
        let (start, all) = (cohort.wealth_start * size, received.iter().sum::<f64>());
        if all != 0.0 {
            close(Some(cohort.received * size), Some(all), "received");
        }
        let profit = performance::profit_and_loss(start, wealth[59], all);
        close(cohort.profit.map(|profit| profit * size), profit, "profit");
        let before = std::iter::once(start).chain(wealth.iter().copied());
        let gains: Vec<f64> =
            before.zip(&wealth).zip(&received).map(|((before, now), more)| (now - more) / before - 1.0).collect();
        close(cohort.sharpe, performance::annualised_sharpe_ratio(&gains, 0.0, 365.0), "Sharpe ratio");

        // A cohort of one market benchmarks against it; the traders share their budget over both.
        let growth = |v: usize| 1.0 + summary.markets[v].price_return.unwrap();
        let factor = match cohort.name.as_str() {
            "noise" => growth(1),
            "holders" => growth(0),
            _ => f64::midpoint(growth(0), growth(1)),
        };
        close(
            cohort.regret.map(|regret| regret * size),
            profit.map(|profit| start * factor - start - profit),
            "regret",
        );
    }
}
