//! Turns: whether all agents act at once, or one after another.

use walras_market::arrival::{self, Arrival, Ticket};
use walras_numerics::Purpose;

use crate::economy::OrderOfEvents;
use crate::world::World;

/// Who acts in one pass over observe, decide, clear and settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Who acts.
    pub who: Who,
    /// Whether the step begins with it.
    pub first: bool,
    /// Whether the step's acting ends with it.
    pub last: bool,
}

impl Turn {
    /// Whether all but one agent wait in this step.
    #[must_use]
    pub fn is_only_one(&self) -> bool {
        self.first && self.last && self.who != Who::All
    }
}

/// Who acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Everybody at once.
    All,
    /// One agent.
    One {
        /// Its cohort, an index into [`World::cohorts`].
        cohort: usize,
        /// Its row in it.
        row: usize,
    },
}

/// The turns of a step, in order.
#[derive(Debug, Default)]
pub struct Turns {
    agents: Vec<Ticket>,
    spare: Vec<Ticket>,
    /// The number of each cohort's first agent among all.
    firsts: Vec<usize>,
}

impl Turns {
    /// Draws the order of this step.
    pub fn draw(&mut self, world: &World) {
        self.agents.clear();
        if world.order_of_events == OrderOfEvents::Simultaneous {
            return;
        }
        self.firsts.clear();
        let purpose = Purpose::turn();
        for cohort in &world.cohorts {
            let first = self.agents.len();
            self.firsts.push(first);
            self.agents.extend((0..cohort.size).map(|row| Ticket {
                key: world.keys.word(purpose, cohort.entity + row as u64, world.step),
                place: (first + row) as u32,
            }));
        }
        let arrival = match world.order_of_events {
            OrderOfEvents::Simultaneous | OrderOfEvents::Fixed => return,
            OrderOfEvents::Single => return self.keep_first(),
            OrderOfEvents::Shuffled => Arrival::Shuffled,
            OrderOfEvents::PriorityFee => Arrival::PriorityFee,
        };
        let firsts = &self.firsts;
        let fee = |ticket: &Ticket| {
            let (cohort, row) = find(firsts, *ticket);
            let fees = world.cohorts[cohort].places.iter().map(|place| place.orders.priority_fee.get(row));
            fees.max().unwrap_or(0)
        };
        arrival::sort(arrival, &mut self.agents, &mut self.spare, fee);
    }

    /// Leaves the one that would come first were they shuffled.
    fn keep_first(&mut self) {
        let first = self.agents.iter().copied().min_by_key(|ticket| ticket.key);
        self.agents.clear();
        self.agents.extend(first);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.agents.len().max(1)
    }

    /// Turn number `i`.
    #[must_use]
    pub fn turn(&self, i: usize) -> Turn {
        let who = match self.agents.get(i) {
            None => Who::All,
            Some(&ticket) => {
                let (cohort, row) = find(&self.firsts, ticket);
                Who::One { cohort, row }
            }
        };
        Turn { who, first: i == 0, last: i + 1 == self.count() }
    }
}

fn find(firsts: &[usize], ticket: Ticket) -> (usize, usize) {
    let place = ticket.place as usize;
    let cohort = firsts.partition_point(|&first| first <= place) - 1;
    (cohort, place - firsts[cohort])
}
