//! What a scenario says of a board and of those who work for it.

use walras_agents::population::PerAgent;
use walras_agents::request::arrivals::AnyArrivals;
use walras_agents::worker::AnyWorkers;
use walras_catalog::{Bounds, Named, Reference, choice, entry};

choice! {
    /// How a task finds its worker.
    pub enum Assignment {
        /// At the posted reward, by whoever comes first; idle workers come in random order, and each takes what appeals to it
        /// most.
        Claim = "claim",
        /// Idle workers each ask a price, and the lowest gets the task, if it is at most the reward.
        Auction = "auction",
    }
}

choice! {
    /// What the winner of an auction is paid.
    pub enum Pays {
        /// What it asked.
        Own = "own",
        /// What the second lowest asked, or the reward where nobody else asked for as little.
        Second = "second",
    }
}

entry! {
    /// A board where primaries post tasks that workers do for a reward.
    ///
    /// A task is some work, to be done by a deadline. Its reward and what checking it costs are set aside from the primary's
    /// balance when it is posted; who cannot afford that posts nothing. An idle worker who could finish in time takes it and
    /// sets its stake aside, and works on it at its skill in each step from the next, as far as it holds the goods that the
    /// work uses up and can pay what it costs. What is delivered is checked with probability `checked`, and a
    /// check finds a false delivery with probability `detection`. A delivery that is not found false is paid and the stake
    /// returned, and what is left of the reward goes back to the primary; a false one that is found out earns nothing, and its
    /// stake goes to the primary with the reward. Where the deadline passes, the reward goes back to the primary, and the
    /// stake, less the share `late_slash`, to the worker.
    pub struct TaskBoard = "task_board" {
        formula: "Σ escrowed = Σ paid + Σ refunded + held,  Σ staked = Σ returned + Σ slashed + held",
        check: |this| match () {
            () if this.workers.0.is_empty() => {
                Err(("workers", "nobody works here: give at least one cohort of workers".to_owned()))
            }
            () if this.assignment == Assignment::Claim && this.pays == Pays::Second => {
                Err(("pays", "what is claimed pays the posted reward: a second price needs an auction".to_owned()))
            }
            () => Ok(()),
        },
        source: "R. G. Smith, \"The contract net protocol\", IEEE Transactions on Computers 29(12), 1980",
        /// The cohort whose agents post tasks and pay for them.
        primaries: Reference;
        /// When each of them posts a task, how much work it is, and by when it should be done; the one thing that has a size is
        /// `work`.
        arrivals: AnyArrivals;
        /// The reward for a unit of work; in auctions the most that is paid for it.
        reward: PerAgent, within Bounds::above_to(0.0, 1e15), unit "numeraire/work";
        /// What doing a unit of work uses up of each asset, by asset.
        goods: Named<f64> = Named(Vec::new()), within 0.0..=1e12, unit "units/work";
        /// How a task finds its worker.
        assignment: Assignment = Assignment::Claim;
        /// What the winner of an auction is paid.
        pays: Pays = Pays::Own;
        /// What a worker sets aside for a task, as a share of its reward.
        stake: f64 = 0.0, within 0.0..=1e6;
        /// The share of the stake that is lost when the deadline passes.
        late_slash: f64 = 0.0, within 0.0..=1.0;
        /// How likely a delivery is checked.
        checked: f64 = 1.0, within 0.0..=1.0;
        /// How likely a check finds a false delivery.
        detection: f64 = 1.0, within 0.0..=1.0;
        /// What the primary pays for a check.
        check_cost: f64 = 0.0, within 0.0..=1e15, unit "numeraire/check";
        /// Who works, by cohort.
        workers: Named<Workforce>;
    }
}

entry! {
    /// A cohort that works for a board.
    pub struct Workforce = "workforce" {
        formula: "",
        source: "",
        /// What they ask for tasks, and whether they do them.
        policy: AnyWorkers;
        /// How much work each does in a step.
        skill: PerAgent = PerAgent::constant(1.0), within Bounds::above_to(0.0, 1e9), unit "work/step";
        /// What a unit of work costs each, spent outside.
        cost: PerAgent = PerAgent::constant(0.0), within 0.0..=1e15, unit "numeraire/work";
        /// How likely what each finishes is right.
        reliability: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
        /// How likely each can work in a step; it does not know beforehand.
        availability: PerAgent = PerAgent::constant(1.0), within 0.0..=1.0;
    }
}
