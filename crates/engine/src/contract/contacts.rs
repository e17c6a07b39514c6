//! Who knows of the markets, who promotes them, and who can reach whom.

use std::sync::Arc;

use walras_agents::promotion::Promotion;
use walras_institutions::attribution::Touch;
use walras_numerics::{Keys, StateError, StateVisitor};

use super::touches::Touches;

/// Those who can be reached and those who promote, as they stand while an economy runs.
#[derive(Clone)]
pub struct Contacts {
    /// The cohorts that can be reached; their agents are numbered on.
    pub reachable: Vec<Members>,
    /// The cohorts that promote; their agents, the affiliates, are numbered on.
    pub promoters: Vec<Promoter>,
    /// Who knows whom; absent for everybody everybody.
    pub graph: Option<Arc<Graph>>,
    /// The probability that a contact who is approached is reached.
    pub reach: f64,
    /// The probability that one who has just begun to know tells a neighbour.
    pub word_of_mouth: f64,
    /// Who reached whom.
    pub touches: Touches,
    /// One bit for each agent who can be reached: whether it knows of the markets.
    pub(crate) aware: Vec<i64>,
    /// How many do not.
    pub(crate) unaware: usize,
    /// Those who have just begun to know and will tell their neighbours.
    pub(crate) tellers: Vec<u32>,
}

/// A cohort among several whose agents are numbered on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Members {
    /// The cohort.
    pub cohort: usize,
    /// The number of its first agent.
    pub first: usize,
    /// How many agents it has.
    pub size: usize,
}

/// A cohort that promotes.
#[derive(Clone)]
pub struct Promoter {
    /// Its agents.
    pub members: Members,
    /// How they choose their effort.
    pub promotion: Arc<dyn Promotion>,
    /// What it costs to approach one contact, numeraire.
    pub cost: f64,
    /// Steps from one choice to the next.
    pub every: u32,
    /// How many contacts each approaches in a step.
    pub efforts: Vec<f64>,
    /// What each had earned by contracts when it last chose, in units of money.
    pub earned: Vec<f64>,
    /// Whether they have chosen yet.
    pub has_begun: bool,
}

/// Who knows whom: of every agent who can be reached, then of every affiliate, the agents it can approach.
#[derive(Debug, Clone)]
pub struct Graph {
    starts: Vec<u32>,
    ends: Vec<u32>,
}

impl Graph {
    /// From pairs of numbers that know each other, of which only the first `reachable` of `nodes` can be approached.
    #[must_use]
    pub fn new(nodes: usize, reachable: usize, links: &[(usize, usize)]) -> Self {
        let both = || links.iter().flat_map(|&(one, other)| [(one, other), (other, one)]);
        let ways: Vec<(usize, usize)> = both().filter(|&(_, to)| to < reachable).collect();
        let mut starts = vec![0_u32; nodes + 1];
        ways.iter().for_each(|&(from, _)| starts[from + 1] += 1);
        (0..nodes).for_each(|node| starts[node + 1] += starts[node]);
        let (mut next, mut ends) = (starts.clone(), vec![0; ways.len()]);
        for (from, to) in ways {
            ends[next[from] as usize] = to as u32;
            next[from] += 1;
        }
        Self { starts, ends }
    }

    /// Whom a node can approach.
    #[must_use]
    pub fn of(&self, node: usize) -> &[u32] {
        &self.ends[self.starts[node] as usize..self.starts[node + 1] as usize]
    }
}

/// Which of a cohort's agents know of the markets.
#[derive(Debug, Clone, Copy)]
pub struct Awareness<'a> {
    bits: &'a [i64],
    first: usize,
}

impl Awareness<'_> {
    /// Whether the agent in a row knows.
    #[inline]
    #[must_use]
    pub fn knows(&self, row: usize) -> bool {
        let agent = self.first + row;
        self.bits[agent / 64] >> (agent % 64) & 1 == 1
    }
}

impl Contacts {
    /// How many agents can be reached.
    #[must_use]
    pub fn agents(&self) -> usize {
        self.reachable.last().map_or(0, |last| last.first + last.size)
    }

    /// The number of an agent, where it can be reached.
    #[inline]
    #[must_use]
    pub fn number(&self, cohort: usize, row: usize) -> Option<usize> {
        self.reachable.iter().find(|members| members.cohort == cohort).map(|members| members.first + row)
    }

    /// The cohort and the row of an agent.
    #[must_use]
    pub fn place(&self, agent: usize) -> (usize, usize) {
        let after = self.reachable.partition_point(|members| members.first <= agent);
        let members = &self.reachable[after - 1];
        (members.cohort, agent - members.first)
    }

    /// Which of a cohort's agents know; `None` where all do.
    #[must_use]
    pub fn awareness(&self, cohort: usize) -> Option<Awareness<'_>> {
        let members = self.reachable.iter().find(|members| members.cohort == cohort && self.unaware > 0)?;
        Some(Awareness { bits: &self.aware, first: members.first })
    }

    /// How many of the agents who can be reached know.
    #[must_use]
    pub fn aware(&self) -> usize {
        self.agents() - self.unaware
    }

    /// The affiliates' numbers of a cohort, where it promotes.
    #[must_use]
    pub fn affiliates(&self, cohort: usize) -> Option<std::ops::Range<u32>> {
        let members = self.promoters.iter().map(|promoter| promoter.members).find(|it| it.cohort == cohort)?;
        Some(members.first as u32..(members.first + members.size) as u32)
    }

    /// An affiliate reaches an agent.
    pub(crate) fn touch(&mut self, agent: u32, touch: Touch) {
        self.touches.add(agent, touch);
        let (word, bit) = (agent as usize / 64, agent % 64);
        if self.aware[word] >> bit & 1 == 0 {
            self.aware[word] |= 1 << bit;
            self.unaware -= 1;
            if self.word_of_mouth > 0.0 {
                self.tellers.push(agent);
            }
        }
    }

    /// Lets a share of the agents know from the beginning, by lot.
    pub(crate) fn begin(&mut self, share: f64, keys: Keys, purpose: walras_numerics::Purpose) {
        let agents = self.agents();
        self.aware = vec![0; agents.div_ceil(64)];
        self.unaware = agents;
        for agent in (0..agents).filter(|&agent| share >= 1.0 || keys.unit(purpose, agent as u64, 0) < share) {
            self.aware[agent / 64] |= 1 << (agent % 64);
            self.unaware -= 1;
        }
    }

    /// Visits what changes from step to step.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let (agents, words) = (self.agents(), self.aware.len());
        visitor.i64s("contacts.aware", &mut self.aware)?;
        let mut tellers: Vec<i64> = self.tellers.iter().map(|&agent| agent.into()).collect();
        visitor.i64s("contacts.tellers", &mut tellers)?;
        let known: u32 = self.aware.iter().map(|word| word.count_ones()).sum();
        if self.aware.len() != words || known as usize > agents {
            return Err(StateError("those who know of the markets are not those who can".to_owned()));
        }
        self.unaware = agents - known as usize;
        let teller = |agent: i64| u32::try_from(agent).ok().filter(|&agent| (agent as usize) < agents);
        let tellers: Option<Vec<u32>> = tellers.into_iter().map(teller).collect();
        self.tellers = tellers.ok_or_else(|| StateError("somebody tells who cannot be reached".to_owned()))?;
        self.touches.visit_state(visitor)?;
        for promoter in &mut self.promoters {
            visitor.f64s("contacts.efforts", &mut promoter.efforts)?;
            visitor.f64s("contacts.earned", &mut promoter.earned)?;
            visitor.bool("contacts.has_begun", &mut promoter.has_begun)?;
            let size = promoter.members.size;
            if promoter.efforts.len() != size || promoter.earned.len() != size {
                return Err(StateError("the efforts of those who promote have another length".to_owned()));
            }
        }
        Ok(())
    }
}
