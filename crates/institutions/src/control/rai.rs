//! The controller against a deployed one: the redemption rate of RAI, February to June 2021.
//!
//! RAI sets the rate by which its redemption price grows each second to 1 + K_P·(redemption price − market price), the
//! market price being its oracle's average over hours. The rates, prices and gains are on record; the oracle's
//! average is not, so it is rebuilt here as the time-weighted mean of the recorded hourly prices over sixteen
//! hours. With the gains as deployed and nothing fitted the controller accounts for 95 % of the rates' sum of squares;
//! the rest is the rebuilt average, which shows most under the last and smallest gain, where errors are near zero.
//! The recorded rates before block 11881326 are some thousand times smaller than the stated gain implies, so
//! they are left out. K_I was zero in all this time: what the record says is the proportional part.

use std::fs;

use walras_numerics::elementary::pow;

use super::{Action, Controller, Input, Output, ProportionalIntegral};

const FIRST_BLOCK: u64 = 11_881_326;
const WINDOW_S: f64 = 16.0 * 3600.0;

/// One row of the record.
struct State {
    time_s: f64,
    block: u64,
    market_price: f64,
    redemption_price: f64,
    hourly_rate: f64,
}

/// Seconds since the year began, of `2021-02-15 10:16:16+00:00`.
fn time_s(stamp: &str) -> f64 {
    let part = |range: std::ops::Range<usize>| stamp[range].parse::<u32>().unwrap();
    assert_eq!(part(0..4), 2021);
    let days: u32 = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][..part(5..7) as usize - 1].iter().sum();
    f64::from((((days + part(8..10)) * 24 + part(11..13)) * 60 + part(14..16)) * 60 + part(17..19))
}

/// The rows of a file as the columns named.
fn rows(file: &str, columns: &[&str]) -> Option<Vec<Vec<String>>> {
    let path = format!("{}/../../../shared/data/{file}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: {path} is not present");
        return None;
    };
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let places: Vec<usize> =
        columns.iter().map(|column| header.iter().position(|name| name == column).unwrap()).collect();
    let pick = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        places.iter().map(|&place| cells[place].to_owned()).collect()
    };
    Some(lines.map(pick).collect())
}

fn states() -> Option<Vec<State>> {
    let columns = ["block_timestamp", "block_number", "marketPriceUsd", "RedemptionPrice", "RedemptionRateHourlyRate"];
    let state = |row: Vec<String>| State {
        time_s: time_s(&row[0]),
        block: row[1].parse().unwrap(),
        market_price: row[2].parse().unwrap(),
        redemption_price: row[3].parse().unwrap(),
        hourly_rate: row[4].parse().unwrap(),
    };
    Some(rows("rai_states_2021.csv", &columns)?.into_iter().map(state).collect())
}

/// The mean of the market price over the window before row `row`, each price holding until the next.
fn average_price(states: &[State], row: usize) -> f64 {
    let start = states[row].time_s - WINDOW_S;
    let (mut sum, mut end, mut at) = (0.0, states[row].time_s, row);
    while end > start && at > 0 {
        at -= 1;
        let from = states[at].time_s.max(start);
        sum += states[at].market_price * (end - from);
        end = from;
    }
    sum / (states[row].time_s - end)
}

fn proportional(gain: f64) -> ProportionalIntegral {
    ProportionalIntegral {
        target: 0.0,
        proportional_gain: gain,
        integral_gain: 0.0,
        leak: 1.0,
        low: 0.0,
        high: 2.0,
        every: 1,
        output: Output::Additive,
        action: Action::Reverse,
    }
}

/// How much of the recorded rates' sum of squares (as growth a second) the controller accounts for, with the gain of
/// `gain_at(block)` and the measure `measure(row)`; and how often it has their sign.
fn accounted(states: &[State], gain_at: impl Fn(u64) -> f64, measure: impl Fn(usize) -> f64) -> (f64, f64) {
    let (mut missed, mut all, mut agreed, mut updates) = (0.0, 0.0, 0, 0);
    for row in 1..states.len() {
        let state = &states[row];
        if state.hourly_rate == states[row - 1].hourly_rate || state.block < FIRST_BLOCK {
            continue;
        }
        let recorded = pow(state.hourly_rate, 1.0 / 3600.0) - 1.0;
        let controller = proportional(gain_at(state.block));
        let input = Input { step: 0, current: f64::NAN, initial: 1.0, measure: measure(row) };
        let rate = controller.next(&input, &mut [0.0; 3]).unwrap() - 1.0;
        missed += (recorded - rate) * (recorded - rate);
        all += recorded * recorded;
        agreed += usize::from((recorded > 0.0) == (rate > 0.0));
        updates += 1;
    }
    assert!(updates > 500, "only {updates} updates are on record");
    (1.0 - missed / all, f64::from(agreed as u32) / f64::from(updates))
}

#[test]
fn the_deployed_gains_give_the_recorded_rates() {
    let Some(states) = states() else { return };
    let Some(gains) = rows("rai_controller_params.csv", &["eth_block", "kp", "ki"]) else { return };
    let gains: Vec<(u64, f64, f64)> = gains
        .into_iter()
        .map(|row| (row[0].parse().unwrap(), row[1].parse().unwrap(), row[2].parse().unwrap()))
        .collect();
    let last_block = states.last().unwrap().block;
    assert!(gains.iter().all(|&(block, _, integral)| integral == 0.0 || block > last_block));
    let deployed = |block| gains.iter().rfind(|&&(from, ..)| from <= block).unwrap().1;

    let averages: Vec<f64> = (0..states.len()).map(|row| average_price(&states, row.max(1))).collect();
    let deviation = |row: usize| averages[row] - states[row].redemption_price;
    let (share, signs) = accounted(&states, deployed, deviation);
    println!("RAI 2021: {share:.4} of the rates' sum of squares, {signs:.3} of their signs");
    assert!(share > 0.95, "{share}");
    assert!(signs > 0.9, "{signs}");

    // Other readings of the record fall far short: the error relative to the redemption price, the price of the
    // moment instead of an average, any one gain for all the time.
    let relative = accounted(&states, deployed, |row| deviation(row) / states[row].redemption_price).0;
    let momentary = accounted(&states, deployed, |row| states[row].market_price - states[row].redemption_price).0;
    let constant = [4e-8, 5e-8, 1e-7, 2e-7].map(|gain| accounted(&states, |_| gain, deviation).0);
    assert!(relative < 0.6 && momentary < 0.8, "{relative} {momentary}");
    assert!(constant.iter().all(|&share| share < 0.8), "{constant:?}");
}
