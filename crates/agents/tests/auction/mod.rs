//! A tiny double auction for tests: traders of one unit at a time, each a cohort of its own, who shout in turn.

#![allow(dead_code, unreachable_pub, reason = "each test that includes the auction uses a part of it")]

use walras_agents::observation::Shout;
use walras_agents::policy::Policy;
use walras_numerics::{Keys, Purpose};

use crate::bench::{Bench, policy};

pub struct Trader {
    pub bench: Bench,
    policy: Box<dyn Policy>,
    pub side: i8,
    units: Vec<f64>,
    pub traded: usize,
}

/// One trade: its price and what buyer and seller gain together.
#[derive(Debug, Clone, Copy)]
pub struct Trade {
    pub price: f64,
    pub gain: f64,
}

/// Atoms in the one token that every unit is.
const UNIT: i64 = 1_000_000;

pub struct Auction {
    pub traders: Vec<Trader>,
    keys: Keys,
    step: u32,
    pub steps_per_day: u32,
}

impl Auction {
    /// Traders of the policy that `text` describes, with these units each.
    pub fn new(seed: u64, text: &str, tick: f64, steps_per_day: u32, units: &[(i8, Vec<f64>)]) -> Self {
        let trader = |(n, (side, units)): (usize, &(i8, Vec<f64>))| {
            let mut bench = Bench::new(1, 1);
            bench.keys = Keys::new(seed);
            bench.entity = 64 * n as u64;
            bench.holdings[0][0] = 1000 * UNIT;
            bench.markets[0].tick = tick;
            let policy = build(&mut bench, text, *side, units, steps_per_day);
            Trader { bench, policy, side: *side, units: units.clone(), traded: 0 }
        };
        let traders = units.iter().enumerate().map(trader).collect();
        Self { traders, keys: Keys::new(seed ^ 0x5EED), step: 0, steps_per_day }
    }

    /// Other units for everyone, who keeps what it remembers and has heard.
    pub fn change_units(&mut self, text: &str, units: &[(i8, Vec<f64>)]) {
        for (trader, (side, units)) in self.traders.iter_mut().zip(units) {
            let (memory, tape) = (trader.bench.memory.clone(), trader.bench.markets[0].tape.clone());
            trader.policy = build(&mut trader.bench, text, *side, units, self.steps_per_day);
            trader.units.clone_from(units);
            trader.bench.memory = memory;
            trader.bench.markets[0].tape = tape;
        }
    }

    /// A whole number below `n`, a draw of this step.
    fn pick(&self, index: u16, n: usize) -> usize {
        (self.keys.unit(Purpose::sample(index), 0, self.step) * n as f64) as usize
    }

    /// What trader `n` would quote now.
    fn quote(&mut self, n: usize) -> Option<f64> {
        let trader = &mut self.traders[n];
        let order = trader.bench.decide(&*trader.policy).remove(0);
        (order.side[0] != 0).then(|| order.limit_of(0, 0.0))
    }

    fn tell(&mut self, shout: Shout) {
        self.traders.iter_mut().for_each(|trader| trader.bench.markets[0].tape.push(shout));
    }

    fn next_step(&mut self) {
        self.step += 1;
        self.traders.iter_mut().for_each(|trader| trader.bench.step = self.step);
    }

    fn trade(&mut self, one: usize, other: usize, price: f64) -> Trade {
        let mut gain = 0.0;
        for n in [one, other] {
            let trader = &mut self.traders[n];
            gain += f64::from(trader.side) * trader.units[trader.traded];
            trader.traded += 1;
            trader.bench.holdings[0][0] += i64::from(trader.side) * UNIT;
        }
        Trade { price, gain }
    }

    fn begin_day(&mut self) {
        self.traders.iter_mut().for_each(|trader| trader.traded = 0);
    }

    /// A day of Cliff's market: each step one of those that quote shouts, and one of those whom its price suits accepts.
    pub fn day_of_shouts(&mut self) -> Vec<Trade> {
        self.begin_day();
        let mut trades = Vec::new();
        for _ in 0..self.steps_per_day {
            let quotes: Vec<Option<f64>> = (0..self.traders.len()).map(|n| self.quote(n)).collect();
            let active: Vec<usize> = (0..quotes.len()).filter(|&n| quotes[n].is_some()).collect();
            if !active.is_empty() {
                let one = active[self.pick(0, active.len())];
                let (side, price) = (self.traders[one].side, quotes[one].unwrap());
                let suits =
                    |n: &usize| self.traders[*n].side != side && f64::from(side) * (price - quotes[*n].unwrap()) >= 0.0;
                let willing: Vec<usize> = active.iter().copied().filter(suits).collect();
                let traded = (!willing.is_empty()).then_some(price);
                if traded.is_some() {
                    let other = willing[self.pick(1, willing.len())];
                    trades.push(self.trade(one, other, price));
                }
                self.tell(Shout { side, price, size: 1.0, traded, traded_size: f64::from(u8::from(traded.is_some())) });
            }
            self.next_step();
        }
        trades
    }

    /// A period of Gode and Sunder's market: only the best bid and ask stand, crossing quotes trade at the earlier one's
    /// price, and a trade clears both. Everyone sees the best two.
    pub fn period_of_quotes(&mut self) -> Vec<Trade> {
        self.begin_day();
        let mut trades = Vec::new();
        // The best bid and the best ask, with who made them.
        let mut best: [Option<(f64, usize)>; 2] = [None; 2];
        for _ in 0..self.steps_per_day {
            let one = self.pick(0, self.traders.len());
            for trader in &mut self.traders {
                let quotes = &mut trader.bench.markets[0].quotes;
                (quotes.bid, quotes.ask) = (best[0].map(|best| best.0), best[1].map(|best| best.0));
            }
            if let Some(price) = self.quote(one) {
                let side = self.traders[one].side;
                let (own, opposite) = if side > 0 { (0, 1) } else { (1, 0) };
                let crossed = best[opposite].filter(|(other, _)| f64::from(side) * (price - other) >= 0.0);
                if let Some((at, other)) = crossed {
                    trades.push(self.trade(one, other, at));
                    best = [None; 2];
                } else if best[own].is_none_or(|(own, _)| f64::from(side) * (price - own) > 0.0) {
                    best[own] = Some((price, one));
                }
                let traded = crossed.map(|(at, _)| at);
                self.tell(Shout { side, price, size: 1.0, traded, traded_size: f64::from(u8::from(traded.is_some())) });
            }
            self.next_step();
        }
        trades
    }
}

fn build(bench: &mut Bench, text: &str, side: i8, units: &[f64], period: u32) -> Box<dyn Policy> {
    let role = if side > 0 { "buyer" } else { "seller" };
    let entitlement = format!("entitlement = {{role = '{role}', units = {units:?}, period = {period}}}");
    bench.start(&*policy(&format!("{text}\n{entitlement}"))).unwrap()
}

pub fn mean_price(trades: &[Trade]) -> f64 {
    trades.iter().map(|trade| trade.price).sum::<f64>() / trades.len() as f64
}

/// Cliff's four markets around an equilibrium of `p0` for six units: the units of everyone.
pub fn cliff(market: char, p0: f64) -> Vec<(i8, Vec<f64>)> {
    let ladder = |n: usize| p0 - 125.0 + 25.0 * n as f64;
    let (buyers, sellers): (Vec<f64>, Vec<f64>) = match market {
        'A' => ((0..11).map(ladder).collect(), (0..11).map(ladder).collect()),
        'B' => ((0..11).map(ladder).collect(), vec![p0; 11]),
        'C' => (vec![p0; 11], vec![50.0; 6]),
        'D' => (vec![320.0; 6], vec![p0; 11]),
        _ => panic!("there are four"),
    };
    let side = |side: i8, worths: Vec<f64>| worths.into_iter().map(move |worth| (side, vec![worth]));
    side(1, buyers).chain(side(-1, sellers)).collect()
}

/// Gode and Sunder's market with these values and costs, six traders a side.
pub fn gode_sunder(values: &[f64], costs: &[f64]) -> Vec<(i8, Vec<f64>)> {
    let six = |side: i8, units: &[f64]| vec![(side, units.to_vec()); 6];
    [six(1, values), six(-1, costs)].concat()
}

/// The greatest gain that the units of everyone allow.
pub fn greatest_gain(traders: &[(i8, Vec<f64>)]) -> f64 {
    let of = |side: i8| {
        let mut units: Vec<f64> = traders.iter().filter(|one| one.0 == side).flat_map(|one| one.1.clone()).collect();
        // The dearest to buyers and the cheapest of sellers first.
        units.sort_by(|a, b| (f64::from(side) * b).total_cmp(&(f64::from(side) * a)));
        units
    };
    of(1).iter().zip(&of(-1)).map(|(value, cost)| (value - cost).max(0.0)).sum()
}
