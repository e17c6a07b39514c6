//! Proposals from their opening to their execution.
//!
//! A proposal is *open* while it is voted on. When its voting period ends, or as soon as it has the votes where the rule
//! says so, it is *queued* or has *failed*. A queued one waits for its timelock, in which those who fear it may leave, and
//! is then *executed*, or *expires* where what it asks for cannot be done by the end of its grace.

use walras_catalog::{Bounds, choice};
use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

use super::{Ballots, Credits, Tally, Voting};

choice! {
    /// When the weights of voters are taken.
    pub enum Snapshot {
        /// When the proposal is opened: tokens that are bought or borrowed later do not count.
        Opening = "opening",
        /// When the votes are counted: whoever holds tokens then decides with them.
        Counting = "counting",
    }
}

choice! {
    /// What has become of a proposal.
    pub enum Status {
        /// It is voted on.
        Open = "open",
        /// It had too few votes.
        Failed = "failed",
        /// It passed and waits to be carried out.
        Queued = "queued",
        /// It was carried out.
        Executed = "executed",
        /// It passed and could not be carried out in time.
        Expired = "expired",
    }
}

/// By which times a body decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Steps in which a proposal can be voted on, the one that opens it included; at least one.
    pub voting_period: u32,
    /// Steps from the count to the execution.
    pub timelock: u32,
    /// Steps after the timelock in which the execution is tried again where it is refused.
    pub grace: u32,
    /// When weights are taken.
    pub snapshot: Snapshot,
    /// The most proposals that may be open or queued at a time.
    pub live_most: usize,
}

/// What is proposed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proposal {
    /// Which of the body's levers is to be set.
    pub lever: u32,
    /// Its value when the proposal is made.
    pub before: f64,
    /// The value proposed.
    pub value: f64,
    /// Funds that are asked for; zero for none.
    pub requested: f64,
    /// The voter that proposes, [`Proposal::NOBODY`] for none.
    pub proposer: u32,
}

impl Proposal {
    /// A proposer that is no voter.
    pub const NOBODY: u32 = u32::MAX;
}

/// Why a proposal is not taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedProposal {
    /// Its value is not within the lever's bounds.
    OutOfBounds,
    /// Its value is what the lever has already.
    NoChange,
    /// As many as may be are under way.
    TooMany,
}

impl RefusedProposal {
    /// The reason in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OutOfBounds => "out of bounds",
            Self::NoChange => "no change",
            Self::TooMany => "too many proposals",
        }
    }
}

/// Why a ballot does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedBallot {
    /// The proposal is not open.
    Closed,
    /// The voter has voted on it.
    AlreadyVoted,
    /// Its strength is not a number.
    NotANumber,
    /// Only the council votes, and the voter has no seat.
    NoSeat,
}

/// The proposals of one body, and their ballots.
#[derive(Debug, Clone, Default)]
pub struct Proceedings {
    voters: usize,
    // One number for each proposal that was ever opened.
    lever: Vec<i64>,
    before: Vec<f64>,
    value: Vec<f64>,
    requested: Vec<f64>,
    proposer: Vec<i64>,
    opened: Vec<i64>,
    closes: Vec<i64>,
    executes: Vec<i64>,
    status: Vec<i64>,
    memory: Vec<f64>,
    yes: Vec<f64>,
    no: Vec<f64>,
    electorate: Vec<f64>,
    needed: Vec<f64>,
    voted: Vec<i64>,
    // Of those under way: which, and a number for each voter.
    live: Vec<i64>,
    marks: Vec<f64>,
    weights: Vec<Atoms>,
    credits: Vec<f64>,
    seats: Vec<i64>,
}

/// The statuses in the order of their codes in the state.
const STATUSES: [Status; 5] = [Status::Open, Status::Failed, Status::Queued, Status::Executed, Status::Expired];

impl Proceedings {
    /// The proceedings of a body of `voters` voters, before the first proposal.
    #[must_use]
    pub fn new(voters: usize) -> Self {
        Self { voters, credits: vec![0.0; voters], ..Self::default() }
    }

    /// How many proposals were ever opened.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lever.len()
    }

    /// Whether there was none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lever.is_empty()
    }

    /// Proposal number `index`.
    #[must_use]
    pub fn proposal(&self, index: usize) -> Proposal {
        Proposal {
            lever: self.lever[index] as u32,
            before: self.before[index],
            value: self.value[index],
            requested: self.requested[index],
            proposer: self.proposer[index] as u32,
        }
    }

    /// What has become of proposal number `index`.
    #[must_use]
    pub fn status(&self, index: usize) -> Status {
        STATUSES[self.status[index] as usize]
    }

    /// The steps at which proposal number `index` was opened, at whose end it is counted at the latest, and from which on
    /// it may be executed.
    #[must_use]
    pub fn times(&self, index: usize) -> [u32; 3] {
        [self.opened[index], self.closes[index], self.executes[index]].map(|step| step as u32)
    }

    /// The last count of proposal number `index`.
    #[must_use]
    pub fn tally(&self, index: usize) -> Tally {
        Tally {
            yes: self.yes[index],
            no: self.no[index],
            electorate: self.electorate[index],
            needed: self.needed[index],
            voters: self.voted[index] as u32,
            carried: !matches!(self.status(index), Status::Open | Status::Failed),
        }
    }

    /// The proposals that are under way or ended in this step, in the order of their opening.
    pub fn live(&self) -> impl Iterator<Item = usize> {
        self.live.iter().map(|&index| index as usize)
    }

    /// The proposals of this status that are under way or ended in this step, in the order of their opening.
    pub fn with_status(&self, status: Status) -> impl Iterator<Item = usize> {
        self.live().filter(move |&index| self.status(index) == status)
    }

    /// What each voter marked on proposal number `index`, as long as it is under way.
    #[must_use]
    pub fn marks(&self, index: usize) -> Option<&[f64]> {
        self.place(index).map(|place| &self.marks[self.rows(place)])
    }

    /// The weight of each voter's tokens when proposal number `index` was opened, as long as it is under way.
    #[must_use]
    pub fn weights(&self, index: usize) -> Option<&[Atoms]> {
        self.place(index).map(|place| &self.weights[self.rows(place)])
    }

    /// The credits that each voter has left.
    #[must_use]
    pub fn credits(&self) -> &[f64] {
        &self.credits
    }

    /// The rows of the council's members.
    pub fn seats(&self) -> impl Iterator<Item = u32> {
        self.seats.iter().map(|&row| row as u32)
    }

    /// Seats a council.
    pub fn seat(&mut self, rows: impl IntoIterator<Item = u32>) {
        self.seats = rows.into_iter().map(i64::from).collect();
    }

    fn place(&self, index: usize) -> Option<usize> {
        self.live.iter().position(|&live| live as usize == index)
    }

    fn rows(&self, place: usize) -> std::ops::Range<usize> {
        place * self.voters..(place + 1) * self.voters
    }

    /// Opens a proposal at `step`, with the voters' weights of now. Returns its number.
    ///
    /// # Errors
    /// When it may not be voted on; then nothing changes.
    pub fn open(
        &mut self,
        rule: &dyn Voting,
        terms: &Terms,
        proposal: &Proposal,
        bounds: &Bounds,
        step: u32,
        weights: &[Atoms],
    ) -> Result<usize, RefusedProposal> {
        if !bounds.contain(proposal.value) {
            return Err(RefusedProposal::OutOfBounds);
        }
        if proposal.value == proposal.before && proposal.requested == 0.0 {
            return Err(RefusedProposal::NoChange);
        }
        let under_way = |&&live: &&i64| matches!(self.status(live as usize), Status::Open | Status::Queued);
        if self.live.iter().filter(under_way).count() >= terms.live_most {
            return Err(RefusedProposal::TooMany);
        }
        let index = self.len();
        self.lever.push(i64::from(proposal.lever));
        self.before.push(proposal.before);
        self.value.push(proposal.value);
        self.requested.push(proposal.requested);
        self.proposer.push(i64::from(proposal.proposer));
        self.opened.push(i64::from(step));
        self.closes.push(i64::from(step) + i64::from(terms.voting_period.max(1)) - 1);
        self.executes.push(0);
        self.status.push(0);
        self.memory.resize(self.memory.len() + rule.memory(), 0.0);
        for tally in [&mut self.yes, &mut self.no, &mut self.electorate, &mut self.needed] {
            tally.push(0.0);
        }
        self.voted.push(0);
        self.live.push(index as i64);
        self.marks.resize(self.live.len() * self.voters, 0.0);
        self.weights.extend_from_slice(weights);
        Ok(index)
    }

    /// Gives credits anew where `step` is a step for that. `weights` are the voters' tokens, of `scale` atoms each.
    pub fn give_credits(&mut self, credits: &Credits, step: u32, weights: &[Atoms], scale: f64) {
        if !step.is_multiple_of(credits.every.max(1)) {
            return;
        }
        for (left, &weight) in self.credits.iter_mut().zip(weights) {
            *left = credits.given * if credits.for_each_token { weight as f64 / scale } else { 1.0 };
        }
    }

    /// Voter number `voter` votes on proposal number `index` with `strength` between −1 and 1; a strength of zero is no
    /// vote, and takes back one that may be changed.
    ///
    /// # Errors
    /// When the ballot does not count; then nothing changes.
    pub fn cast(&mut self, rule: &dyn Voting, index: usize, voter: usize, strength: f64) -> Result<(), RefusedBallot> {
        let place = self.place(index).filter(|_| self.status(index) == Status::Open).ok_or(RefusedBallot::Closed)?;
        if strength.is_nan() {
            return Err(RefusedBallot::NotANumber);
        }
        if rule.council().is_some() && !self.seats.contains(&(voter as i64)) {
            return Err(RefusedBallot::NoSeat);
        }
        let at = self.rows(place).start + voter;
        if strength == 0.0 && !rule.revisable() {
            return Ok(());
        }
        if self.marks[at] != 0.0 && !rule.revisable() {
            return Err(RefusedBallot::AlreadyVoted);
        }
        self.marks[at] = rule.mark(strength.clamp(-1.0, 1.0), &mut self.credits[voter]);
        Ok(())
    }

    /// Counts all open proposals at the end of `step` and returns those that are decided, in the order of their opening.
    /// `now` is what a count sees besides ballots and seats: the weights of now, delegations, funds and the scale.
    pub fn count(&mut self, rule: &dyn Voting, terms: &Terms, now: &Ballots<'_>, step: u32) -> Vec<usize> {
        let seats: Vec<u32> = self.seats().collect();
        let supported = if rule.divides_weight() { self.supported() } else { Vec::new() };
        let (mut decided, mut divided) = (Vec::new(), Vec::new());
        for place in 0..self.live.len() {
            let index = self.live[place] as usize;
            if self.status(index) != Status::Open {
                continue;
            }
            let rows = self.rows(place);
            let mut marks = &self.marks[rows.clone()];
            if rule.divides_weight() {
                divided.clear();
                divided.extend(marks.iter().zip(&supported).map(|(mark, &many)| mark / f64::from(many.max(1))));
                marks = &divided;
            }
            let weights = match terms.snapshot {
                Snapshot::Opening => &self.weights[rows],
                Snapshot::Counting => now.weights,
            };
            let requested = self.requested[index];
            let ballots = Ballots { marks, weights, seats: &seats, requested, ..*now };
            let memory = rule.memory();
            let tally = rule.count(&ballots, &mut self.memory[index * memory..(index + 1) * memory]);
            self.note(index, &tally);
            let closes = i64::from(step) >= self.closes[index];
            if tally.carried && (closes || rule.passes_early()) {
                self.set_status(index, Status::Queued);
                self.executes[index] = i64::from(step) + i64::from(terms.timelock);
                decided.push(index);
            } else if closes {
                self.set_status(index, Status::Failed);
                decided.push(index);
            }
        }
        decided
    }

    /// How many open proposals each voter supports.
    fn supported(&self) -> Vec<u32> {
        let mut many = vec![0; self.voters];
        for place in 0..self.live.len() {
            if self.status(self.live[place] as usize) == Status::Open {
                for (many, &mark) in many.iter_mut().zip(&self.marks[self.rows(place)]) {
                    *many += u32::from(mark > 0.0);
                }
            }
        }
        many
    }

    fn note(&mut self, index: usize, tally: &Tally) {
        (self.yes[index], self.no[index]) = (tally.yes, tally.no);
        (self.electorate[index], self.needed[index]) = (tally.electorate, tally.needed);
        self.voted[index] = i64::from(tally.voters);
    }

    fn set_status(&mut self, index: usize, status: Status) {
        let code = STATUSES.iter().position(|&known| known == status).expect("every status has a code");
        self.status[index] = code as i64;
    }

    /// The queued proposals whose timelock is over at `step`, in the order of their opening.
    #[must_use]
    pub fn due(&self, step: u32) -> Vec<usize> {
        self.with_status(Status::Queued).filter(|&index| self.executes[index] <= i64::from(step)).collect()
    }

    /// Says whether a due proposal could be carried out at `step`. One that could not is tried again until its grace is
    /// over. Returns what has become of it.
    pub fn executed(&mut self, terms: &Terms, index: usize, step: u32, done: bool) -> Status {
        if done {
            self.set_status(index, Status::Executed);
        } else if i64::from(step) >= self.executes[index] + i64::from(terms.grace) {
            self.set_status(index, Status::Expired);
        }
        self.status(index)
    }

    /// Forgets the ballots of proposals that have ended.
    pub fn forget(&mut self) {
        let mut kept = 0;
        for place in 0..self.live.len() {
            let index = self.live[place];
            if matches!(self.status(index as usize), Status::Open | Status::Queued) {
                let rows = self.rows(place);
                self.live[kept] = index;
                self.marks.copy_within(rows.clone(), kept * self.voters);
                self.weights.copy_within(rows, kept * self.voters);
                kept += 1;
            }
        }
        self.live.truncate(kept);
        self.marks.truncate(kept * self.voters);
        self.weights.truncate(kept * self.voters);
    }

    /// Visits all state.
    ///
    /// # Errors
    /// The visitor's, and when what was loaded does not fit together.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let whole = [
            ("lever", &mut self.lever),
            ("proposer", &mut self.proposer),
            ("opened", &mut self.opened),
            ("closes", &mut self.closes),
            ("executes", &mut self.executes),
            ("status", &mut self.status),
            ("voted", &mut self.voted),
            ("live", &mut self.live),
            ("weights", &mut self.weights),
            ("seats", &mut self.seats),
        ];
        for (column, values) in whole {
            visitor.i64s(&format!("{name}.{column}"), values)?;
        }
        let real = [
            ("before", &mut self.before),
            ("value", &mut self.value),
            ("requested", &mut self.requested),
            ("memory", &mut self.memory),
            ("yes", &mut self.yes),
            ("no", &mut self.no),
            ("electorate", &mut self.electorate),
            ("needed", &mut self.needed),
            ("marks", &mut self.marks),
            ("credits", &mut self.credits),
        ];
        for (column, values) in real {
            visitor.f64s(&format!("{name}.{column}"), values)?;
        }
        self.check(name)
    }

    /// What is loaded from outside may not fit; what is hashed and saved always does.
    fn check(&self, name: &str) -> Result<(), StateError> {
        let all = self.lever.len();
        let proposals = [&self.proposer, &self.opened, &self.closes, &self.executes, &self.status, &self.voted];
        let numbers = [&self.before, &self.value, &self.requested, &self.yes, &self.no, &self.electorate, &self.needed];
        let row = |row: &i64| usize::try_from(*row).is_ok_and(|row| row < self.voters);
        let fits = proposals.iter().all(|column| column.len() == all)
            && numbers.iter().all(|column| column.len() == all)
            && self.status.iter().all(|&code| (0..STATUSES.len() as i64).contains(&code))
            && self.live.iter().all(|&index| usize::try_from(index).is_ok_and(|index| index < all))
            && [self.marks.len(), self.weights.len()] == [self.live.len() * self.voters; 2]
            && self.credits.len() == self.voters
            && self.seats.iter().all(row);
        if fits { Ok(()) } else { Err(StateError(format!("the proposals of {name} do not fit together"))) }
    }
}
