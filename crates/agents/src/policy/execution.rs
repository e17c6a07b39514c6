//! Execution: a large order worked off in slices, by the clock, by a volume profile, or by the volume of others.

use walras_catalog::{Bounds, choice, entry};
use walras_ledger::Atoms;
use walras_market::order::{Shape, Side};
use walras_numerics::draw::unit;
use walras_numerics::{CHUNK, Column};

use super::entitlement::Role;
use super::hearing::news;
use super::sizing::{atoms_per_money, limit_shape, tokens_to_atoms};
use super::{Build, Desk, Memory, Policy};
use crate::observation::View;
use crate::population::{PerAgent, Setup};

choice! {
    /// By what an order is sliced.
    pub enum Schedule {
        /// Equal parts of the window (TWAP).
        Uniform = "uniform",
        /// Parts as large as the volume expected in them (VWAP).
        Profile = "profile",
        /// A share of the volume that is traded (POV).
        Participation = "participation",
    }
}

entry! {
    /// Buys or sells `total` tokens in slices over a window of steps.
    ///
    /// In each step it orders what is missing to where the schedule says it should be at the step's end, so that what was
    /// not filled is caught up with; by the clock and by profile the last slice is all that is left. By participation it
    /// goes by what others have traded since it began, as far as heard: what orders traded when they came. What it has
    /// traded is told from its holding. At each of its markets it has an order of the same size.
    pub struct Execution = "execution" {
        formula: "slice = (target(t + 1) − done)·(1 + randomness·(2u − 1)); target(t) = total·t/T, total·Σ_{s<t} w_s, or ρ/(1 − ρ)·(volume of others)",
        check: Execution::has_profile,
        source: "D. Bertsimas and A. W. Lo, \"Optimal control of execution costs\", 1998 (uniform); A. Madhavan, \"VWAP strategies\", 2002",
        /// Whether it buys or sells.
        role: Role;
        /// How many tokens in all.
        total: PerAgent, within Bounds::above(0.0), unit "tokens";
        /// The first step of the window; fractions of a step are dropped.
        start: PerAgent = PerAgent::constant(0.0), within 0.0..=4e9, unit "steps";
        /// T: how long the window is; fractions of a step are dropped.
        duration: PerAgent = PerAgent::constant(100.0), within 1.0..=4e9, unit "steps";
        /// By what the order is sliced.
        schedule: Schedule = Schedule::Uniform;
        /// The weights of equal parts of the window, for slices by profile.
        profile: Option<Vec<f64>>, within Bounds::from(0.0..=1e12);
        /// ρ: its share of all that is traded, for slices by participation.
        participation: PerAgent = PerAgent::constant(0.1), within Bounds::between(0.0, 1.0);
        /// How far a slice may be larger or smaller by chance, 0.2 for a fifth.
        randomness: PerAgent = PerAgent::constant(0.0), within 0.0..=1.0;
        /// Orders are refused at a price more than this share worse than the one seen; absent for no limit.
        slippage: Option<f64>, within 0.0..=1.0;
    }
}

struct ExecutionPolicy {
    side: i8,
    /// For each market, atoms in all.
    totals: Vec<Column>,
    start: Column,
    duration: Column,
    schedule: Schedule,
    /// The share of the order due at the end of each part of the window.
    due: Vec<f64>,
    participation: Column,
    randomness: Column,
    slippage: Option<f64>,
}

/// Memory columns for each market: 1 once it has begun, the holding and shouts heard by then, and the tokens others
/// traded since.
const COLUMNS: usize = 4;

/// Shouts of one step that are listened to at most.
const SHOUTS: u32 = 4096;

impl Execution {
    fn has_profile(&self) -> Result<(), (&'static str, String)> {
        let weights = self.profile.iter().flatten().sum::<f64>();
        if self.schedule == Schedule::Profile && weights <= 0.0 {
            return Err(("schedule", "slices by profile need a `profile` with a weight above zero".to_owned()));
        }
        Ok(())
    }
}

impl Build for Execution {
    fn build(&self, setup: &mut Setup<'_>) -> Result<Box<dyn Policy>, String> {
        let total = setup.parameter("total", &self.total)?;
        let mut totals = Vec::new();
        for market in setup.markets {
            for row in 0..setup.size.min(if total.shared().is_some() { 1 } else { setup.size }) {
                tokens_to_atoms(total.get(row), market.token_scale)?;
            }
            totals.push(total.map(|tokens| (tokens * market.token_scale).floor()));
        }
        let all: f64 = self.profile.iter().flatten().sum();
        let mut so_far = 0.0;
        let due = self.profile.iter().flatten().map(|weight| {
            so_far += weight;
            so_far / all
        });
        Ok(Box::new(ExecutionPolicy {
            side: self.role.side(),
            totals,
            start: setup.parameter("start", &self.start)?.map(f64::floor),
            duration: setup.parameter("duration", &self.duration)?.map(f64::floor),
            schedule: self.schedule,
            due: due.collect(),
            participation: setup.parameter("participation", &self.participation)?,
            randomness: setup.parameter("randomness", &self.randomness)?,
            slippage: self.slippage,
        }))
    }
}

impl Policy for ExecutionPolicy {
    fn shape(&self, _: usize) -> Shape {
        Shape { size: None, limit: limit_shape(self.slippage), priority_fee: Some(0) }
    }

    fn memory(&self) -> Vec<f64> {
        vec![0.0; COLUMNS * self.totals.len()]
    }

    fn tape_length(&self) -> usize {
        if self.schedule == Schedule::Participation { SHOUTS as usize } else { 0 }
    }

    fn decide(&self, view: &View<'_>, memory: &mut Memory<'_, '_>, desk: &mut Desk<'_, '_>) {
        let mut words = [0; CHUNK];
        for market in 0..view.markets.len() {
            view.fill(market as u16, &mut words);
            let per_money = atoms_per_money(view, market, self.slippage);
            let [begun, first, heard, volume] = memory.columns_from(COLUMNS * market);
            let orders = desk.market(market);
            for i in 0..view.len() {
                let (row, holding) = (view.rows.start + i, view.holdings(market)[i]);
                let owned = view.owned(market, i) as f64;
                let step = f64::from(view.step) - self.start.get(row);
                let slice = if (0.0..self.duration.get(row)).contains(&step) {
                    if begun[i] == 0.0 {
                        let count = view.markets[market].tape.count();
                        (begun[i], first[i], heard[i]) = (1.0, owned, count as f64);
                    }
                    if self.schedule == Schedule::Participation {
                        let traded = news(&view.markets[market], SHOUTS, &mut heard[i]);
                        volume[i] += traded.map(|shout| shout.traded_size).sum::<f64>();
                    }
                    let done = f64::from(self.side) * (owned - first[i]);
                    let others = (volume[i] * view.markets[market].token_scale - done).max(0.0);
                    self.slice(row, market, step, done, others, unit(words[i]))
                } else {
                    0.0
                };
                let most = if self.side > 0 { (view.balances[i] as f64 * per_money) as Atoms } else { holding };
                orders.size[i] = (slice as Atoms).min(most).max(0);
                orders.side[i] = if orders.size[i] > 0 { self.side } else { Side::NONE };
            }
        }
    }
}

impl ExecutionPolicy {
    /// How many atoms are ordered in step `step` of the window, when `done` are done and others have traded `others`.
    fn slice(&self, row: usize, market: usize, step: f64, done: f64, others: f64, u: f64) -> f64 {
        let (total, duration) = (self.totals[market].get(row), self.duration.get(row));
        let left = (total - done).max(0.0);
        let passed = (step + 1.0) / duration;
        let due = match self.schedule {
            Schedule::Participation => {
                let share = self.participation.get(row);
                share / (1.0 - share) * others / total
            }
            _ if step + 1.0 >= duration => return left,
            Schedule::Uniform => passed,
            Schedule::Profile => self.due_by_profile(passed),
        };
        let slice = (total * due.min(1.0) - done) * (1.0 + self.randomness.get(row) * (2.0 * u - 1.0));
        // A slice that comes to a whole atom but for rounding is one.
        (slice + 1e-6).floor().min(left).max(0.0)
    }

    /// The share of the order that is due when so much of the window has passed.
    fn due_by_profile(&self, passed: f64) -> f64 {
        let place = passed * self.due.len() as f64;
        let part = (place as usize).min(self.due.len() - 1);
        let before = if part == 0 { 0.0 } else { self.due[part - 1] };
        before + (self.due[part] - before) * (place - part as f64).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::{Bench, policy, read};
    use crate::observation::Shout;

    /// The slices, in tokens, of one agent whose every order is filled as far as `fill` says of its step.
    fn slices(text: &str, steps: usize, fill: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut bench = Bench::new(1, 1);
        bench.balances[0] = 1_000_000_000;
        let policy = bench.start(&*policy(&format!("kind = 'execution'\n{text}"))).unwrap();
        let mut found = Vec::new();
        for step in 0..steps {
            let orders = bench.decide(&*policy).remove(0);
            let tokens = f64::from(orders.side[0].abs()) * orders.size.get(0) as f64 / 1e6;
            found.push(tokens);
            bench.holdings[0][0] += (f64::from(orders.side[0]) * fill(step) * tokens * 1e6) as Atoms;
            bench.advance(&[1.0]);
        }
        found
    }

    #[test]
    fn by_the_clock_slices_are_equal_and_what_was_missed_is_caught_up_with() {
        let text = "role = 'buyer'\ntotal = 8\nstart = 1\nduration = 4";
        assert_eq!(slices(text, 6, |_| 1.0), [0.0, 2.0, 2.0, 2.0, 2.0, 0.0]);
        assert_eq!(slices(text, 6, |step| if step == 2 { 0.25 } else { 1.0 }), [0.0, 2.0, 2.0, 3.5, 2.0, 0.0]);
        let sold = slices("role = 'seller'\ntotal = 8\nduration = 4", 5, |_| 1.0);
        assert_eq!(sold, [2.0, 2.0, 2.0, 2.0, 0.0]);
    }

    #[test]
    fn random_slices_come_to_the_whole() {
        let found = slices("role = 'buyer'\ntotal = 100\nduration = 50\nrandomness = 0.5", 50, |_| 1.0);
        assert!((found.iter().sum::<f64>() - 100.0).abs() < 1e-9);
        assert!(found.iter().any(|slice| *slice < 1.8) && found.iter().any(|slice| *slice > 2.2), "{found:?}");
    }

    /// A quarter of the order in the first half of the window, three in the second.
    #[test]
    fn by_profile_slices_follow_the_weights() {
        let text = "role = 'buyer'\ntotal = 16\nduration = 4\nschedule = 'profile'\nprofile = [1, 3]";
        assert_eq!(slices(text, 5, |_| 1.0), [2.0, 2.0, 6.0, 6.0, 0.0]);
        // Three steps of two parts: ⅔ of the first weight, the rest of it and a third of the second, and so on.
        let text = "role = 'buyer'\ntotal = 12\nduration = 3\nschedule = 'profile'\nprofile = [1, 3]";
        assert_eq!(slices(text, 3, |_| 1.0), [2.0, 4.0, 6.0]);
    }

    /// At a quarter of the volume it has a third of what others have: others trade 30 tokens, then 20 more.
    #[test]
    fn by_participation_it_follows_the_volume_of_others() {
        let text = "kind = 'execution'\nrole = 'seller'\ntotal = 500\nduration = 10\nschedule = 'participation'\nparticipation = 0.25";
        let mut bench = Bench::new(1, 1);
        bench.holdings[0][0] = 1_000_000_000;
        let policy = bench.start(&*policy(text)).unwrap();
        // Whoever trades asks for five tokens more than it gets.
        let shout = |size: f64, traded: bool| {
            let (size, traded_size) = if traded { (size + 5.0, size) } else { (size, 0.0) };
            Shout { side: 1, price: 1.0, size, traded: traded.then_some(1.0), traded_size }
        };
        bench.markets[0].tape.push(shout(1000.0, true));
        let mut found = Vec::new();
        for others in [0.0, 30.0, 20.0] {
            bench.markets[0].tape.push(shout(others, true));
            bench.markets[0].tape.push(shout(99.0, false));
            if found.is_empty() {
                bench.decide(&*policy);
            }
            let orders = bench.decide(&*policy).remove(0);
            found.push(orders.size.get(0));
            bench.holdings[0][0] -= orders.size.get(0);
            bench.markets[0].tape.push(shout(orders.size.get(0) as f64 / 1e6, orders.size.get(0) > 0));
            bench.advance(&[1.0]);
        }
        assert_eq!(found, [0, 10_000_000, 6_666_666]);
    }

    #[test]
    fn a_profile_is_needed_where_slices_go_by_it() {
        let problem = read::<Execution>("role = 'buyer'\ntotal = 1\nschedule = 'profile'").unwrap_err();
        assert_eq!(problem.message, "slices by profile need a `profile` with a weight above zero");
    }
}
