//! A halt of trading.

use walras_catalog::{Reference, choice, entry};

use super::{Lasting, Rule};

choice! {
    /// How a market opens again after a halt.
    pub enum Reopening {
        /// By an auction of all orders of the first step, where the market can hold one, else plainly.
        Auction = "auction",
        /// As if nothing had happened.
        Plain = "plain",
    }
}

entry! {
    /// A market is halted: every order at it is rejected until the halt ends.
    ///
    /// A price that does not move keeps many an alert alive, so that an alert that lasts does not prolong the halt: a new one
    /// halts again, and one that still lasts when the market has been open for `again_after` steps. Halts give time to think and to bring money; whether prices are calmer for it is a question for the run. See
    /// `reopen` for how trading resumes.
    pub struct CircuitBreaker = "circuit_breaker" {
        formula: "no trades in steps t + 1 … t + steps after an alert at the end of step t",
        source: "U.S. Presidential Task Force on Market Mechanisms (Brady report), 1988; market-wide circuit breakers, NYSE rule 80B",
        /// The market; absent for the one that the monitor watches.
        market: Option<Reference>;
        /// How long it is halted.
        steps: u32 = 5, within 1.0..=1e9, unit "step";
        /// How many steps the market is open before an alert that lasts halts it again; absent for never.
        again_after: Option<u32>, within 1.0..=1e9, unit "step";
        /// How it opens again.
        reopen: Reopening = Reopening::Auction;
    }
}

impl Rule for CircuitBreaker {
    fn steps(&self) -> u32 {
        self.steps
    }

    fn on_lasting(&self) -> Lasting {
        Lasting::Again(self.again_after)
    }
}
