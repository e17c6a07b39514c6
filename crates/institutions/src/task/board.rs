//! The tasks of a board, from posting to payment.

use std::fmt;

use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

use super::{Due, Party, Pool, Why};

/// A worker: a row of one of the board's workforces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct By {
    /// Which workforce.
    pub workforce: u32,
    /// Which of its agents.
    pub row: u32,
}

/// A task that is neither settled nor expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    /// Its number, counted from 0 on its board.
    pub number: u64,
    /// The row of the primary who posted it.
    pub primary: u32,
    /// How much work it is, in millionths, above 0.
    pub work: i64,
    /// What is set aside for its reward.
    pub reward: Atoms,
    /// What is set aside for checking it.
    pub check: Atoms,
    /// The last step in which it is in time.
    pub deadline: u32,
    /// Who has it, if anyone.
    pub taken: Option<Taken>,
}

/// A task in somebody's hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Whose.
    pub by: By,
    /// What it pays, at most the reward.
    pub price: Atoms,
    /// What the worker set aside.
    pub stake: Atoms,
    /// How much of the work is done, in millionths.
    pub done: i64,
    /// Whether it is to be delivered without work.
    pub lies: bool,
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Whether what was delivered is right.
    pub right: bool,
    /// Whether it was checked.
    pub checked: bool,
    /// Whether it was found false; only what is checked and not right can be.
    pub found_false: bool,
}

/// Why nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such task, or no longer.
    NoTask(u64),
    /// Somebody has it.
    IsTaken(u64),
    /// Nobody has it.
    NotTaken(u64),
    /// The worker is at work on another, or is not one of the board's.
    NotIdle(By),
    /// The price, the stake, the work or the reward is out of range.
    Amount(Atoms),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NoTask(number) => write!(f, "there is no task {number} on the board, or no longer"),
            Self::IsTaken(number) => write!(f, "task {number} is taken"),
            Self::NotTaken(number) => write!(f, "nobody has task {number}"),
            Self::NotIdle(By { workforce, row }) => {
                write!(f, "worker {row} of workforce {workforce} is at work, or is not one of the board's")
            }
            Self::Amount(amount) => {
                write!(f, "{amount} is out of range: prices are at most the reward, none is negative")
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// What ever happened on a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Tasks posted.
    pub posted: u64,
    /// Tasks that their primaries could not set the reward aside for.
    pub unfunded: u64,
    /// Tasks taken.
    pub taken: u64,
    /// Right deliveries, which were all paid.
    pub completed: u64,
    /// False deliveries that were paid.
    pub paid_false: u64,
    /// False deliveries that were found out.
    pub found_false: u64,
    /// Deliveries checked.
    pub checked: u64,
    /// Tasks taken whose deadline passed.
    pub late: u64,
    /// Tasks that nobody took before their deadline passed.
    pub untaken: u64,
    /// Money set aside for rewards and checks.
    pub escrowed: i128,
    /// Rewards paid, those for false deliveries included.
    pub paid: i128,
    /// Rewards paid for false deliveries.
    pub paid_for_nothing: i128,
    /// Paid for checks.
    pub check_costs: i128,
    /// Given back to primaries out of the escrow.
    pub refunded: i128,
    /// Money set aside as stakes.
    pub staked: i128,
    /// Stakes given back.
    pub returned: i128,
    /// Stakes lost to primaries.
    pub slashed: i128,
}

/// The tasks that stand, and what ever happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
    /// In the order of posting, which is that of their numbers.
    tasks: Vec<Task>,
    /// For each workforce and row the number of the task at hand, or −1.
    at_work: Vec<Vec<i64>>,
    /// The share of a stake that is lost when the deadline passes, in millionths.
    late_slash: u32,
    /// What ever happened.
    pub counts: Counts,
}

/// What nobody works on.
const IDLE: i64 = -1;

impl Board {
    /// An empty board of workforces of these sizes. `late_slash` is the share of a stake that is lost when the deadline
    /// passes, 0 to 1, counted in millionths.
    #[must_use]
    pub fn new(workforces: &[usize], late_slash: f64) -> Self {
        Self {
            tasks: Vec::new(),
            at_work: workforces.iter().map(|&size| vec![IDLE; size]).collect(),
            late_slash: (late_slash.clamp(0.0, 1.0) * 1e6).round() as u32,
            counts: Counts::default(),
        }
    }

    /// The tasks that stand, in the order of posting.
    #[must_use]
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Whether this worker has nothing to do.
    #[must_use]
    pub fn is_idle(&self, by: By) -> bool {
        self.hand(by) == Some(IDLE)
    }

    /// The task in this worker's hands.
    #[must_use]
    pub fn task_of(&self, by: By) -> Option<&Task> {
        let number = u64::try_from(self.hand(by)?).ok()?;
        self.find(number).ok().map(|at| &self.tasks[at])
    }

    fn hand(&self, by: By) -> Option<i64> {
        self.at_work.get(by.workforce as usize)?.get(by.row as usize).copied()
    }

    /// What the escrow must hold.
    #[must_use]
    pub fn escrow(&self) -> i128 {
        self.tasks.iter().map(|task| i128::from(task.reward) + i128::from(task.check)).sum()
    }

    /// What the stakes must come to.
    #[must_use]
    pub fn stakes(&self) -> i128 {
        self.tasks.iter().filter_map(|task| task.taken).map(|taken| i128::from(taken.stake)).sum()
    }

    fn find(&self, number: u64) -> Result<usize, Refusal> {
        self.tasks.binary_search_by_key(&number, |task| task.number).map_err(|_| Refusal::NoTask(number))
    }

    /// Posts a task, for which `reward` and `check` have been set aside, and says its number.
    ///
    /// # Errors
    /// When the work is not above 0 or an amount is negative.
    pub fn post(
        &mut self,
        primary: u32,
        work: i64,
        (reward, check): (Atoms, Atoms),
        deadline: u32,
    ) -> Result<u64, Refusal> {
        if let Some(&wrong) = [work - 1, reward, check].iter().find(|&&amount| amount < 0) {
            return Err(Refusal::Amount(wrong));
        }
        if reward.checked_add(check).is_none() {
            return Err(Refusal::Amount(reward));
        }
        let number = self.counts.posted;
        self.tasks.push(Task { number, primary, work, reward, check, deadline, taken: None });
        self.counts.posted += 1;
        self.counts.escrowed += i128::from(reward) + i128::from(check);
        Ok(number)
    }

    /// Gives an open task to an idle worker, who has set `stake` aside.
    ///
    /// # Errors
    /// When the task is not open, the worker is not idle, the price is above the reward, or an amount is negative.
    pub fn take(&mut self, number: u64, by: By, price: Atoms, stake: Atoms, lies: bool) -> Result<(), Refusal> {
        let at = self.find(number)?;
        let task = &mut self.tasks[at];
        if task.taken.is_some() {
            return Err(Refusal::IsTaken(number));
        }
        if !(0..=task.reward).contains(&price) || stake < 0 {
            return Err(Refusal::Amount(if stake < 0 { stake } else { price }));
        }
        let hand = self.at_work.get_mut(by.workforce as usize).and_then(|rows| rows.get_mut(by.row as usize));
        match hand {
            Some(hand) if *hand == IDLE => *hand = number.cast_signed(),
            _ => return Err(Refusal::NotIdle(by)),
        }
        task.taken = Some(Taken { by, price, stake, done: 0, lies });
        self.counts.taken += 1;
        self.counts.staked += i128::from(stake);
        Ok(())
    }

    fn taken(&mut self, number: u64) -> Result<(&mut Taken, i64), Refusal> {
        let at = self.find(number)?;
        let Task { taken, work, .. } = &mut self.tasks[at];
        taken.as_mut().map(|taken| (taken, *work)).ok_or(Refusal::NotTaken(number))
    }

    /// Does some work, in millionths, on a task; says whether it is done.
    ///
    /// # Errors
    /// When nobody has the task, or the work is negative.
    pub fn work(&mut self, number: u64, amount: i64) -> Result<bool, Refusal> {
        let (taken, work) = self.taken(number)?;
        if amount < 0 {
            return Err(Refusal::Amount(amount));
        }
        taken.done = taken.done.saturating_add(amount).min(work);
        Ok(taken.done == work)
    }

    /// Settles a task that was delivered, and adds what is due.
    ///
    /// # Errors
    /// When nobody has the task.
    pub fn settle(&mut self, number: u64, delivery: Delivery, dues: &mut Vec<Due>) -> Result<(), Refusal> {
        let at = self.find(number)?;
        let Task { primary, reward, check, taken: Some(taken), .. } = self.tasks[at] else {
            return Err(Refusal::NotTaken(number));
        };
        let (primary, worker) = (Party::Primary(primary), Party::Worker(taken.by));
        let found_false = delivery.found_false && delivery.checked && !delivery.right;
        let (price, lost) = if found_false { (0, taken.stake) } else { (taken.price, 0) };
        let fee = if delivery.checked { check } else { 0 };
        let counts = &mut self.counts;
        match (delivery.right, found_false) {
            (true, _) => counts.completed += 1,
            (false, true) => counts.found_false += 1,
            (false, false) => {
                counts.paid_false += 1;
                counts.paid_for_nothing += i128::from(price);
            }
        }
        counts.checked += u64::from(delivery.checked);
        self.leave(at);
        self.due(Due { from: Pool::Escrow, to: worker, amount: price, why: Why::Reward }, dues);
        self.due(Due { from: Pool::Escrow, to: Party::Checker, amount: fee, why: Why::Check }, dues);
        // Sums of what was set aside together fit an amount.
        let refund = reward - price + (check - fee);
        self.due(Due { from: Pool::Escrow, to: primary, amount: refund, why: Why::Refund }, dues);
        self.due(Due { from: Pool::Stakes, to: worker, amount: taken.stake - lost, why: Why::Returned }, dues);
        self.due(Due { from: Pool::Stakes, to: primary, amount: lost, why: Why::Slashed }, dues);
        Ok(())
    }

    /// Takes down every task whose deadline passed before step `now`, adds what is due, and lists them.
    pub fn expire(&mut self, now: u32, dues: &mut Vec<Due>, expired: &mut Vec<Task>) {
        let mut at = 0;
        while at < self.tasks.len() {
            let task = self.tasks[at];
            if task.deadline >= now {
                at += 1;
                continue;
            }
            self.leave(at);
            expired.push(task);
            let primary = Party::Primary(task.primary);
            let refund = task.reward + task.check;
            self.due(Due { from: Pool::Escrow, to: primary, amount: refund, why: Why::Refund }, dues);
            let Some(taken) = task.taken else {
                self.counts.untaken += 1;
                continue;
            };
            self.counts.late += 1;
            // Rounded down: what is lost is never more than its share.
            let lost = (i128::from(taken.stake) * i128::from(self.late_slash) / 1_000_000) as Atoms;
            let worker = Party::Worker(taken.by);
            self.due(Due { from: Pool::Stakes, to: worker, amount: taken.stake - lost, why: Why::Returned }, dues);
            self.due(Due { from: Pool::Stakes, to: primary, amount: lost, why: Why::Slashed }, dues);
        }
    }

    /// Takes a task down and frees who has it.
    fn leave(&mut self, at: usize) {
        let task = self.tasks.remove(at);
        if let Some(Taken { by, .. }) = task.taken {
            self.at_work[by.workforce as usize][by.row as usize] = IDLE;
        }
    }

    fn due(&mut self, due: Due, dues: &mut Vec<Due>) {
        let counts = &mut self.counts;
        let total = match due.why {
            Why::Reward => &mut counts.paid,
            Why::Refund => &mut counts.refunded,
            Why::Check => &mut counts.check_costs,
            Why::Returned => &mut counts.returned,
            Why::Slashed => &mut counts.slashed,
        };
        *total += i128::from(due.amount);
        if due.amount > 0 {
            dues.push(due);
        }
    }

    /// Visits everything.
    ///
    /// # Errors
    /// What the visitor says, and when what was loaded is no board of this form.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let mut columns: Vec<Vec<i64>> = vec![Vec::new(); FIELDS];
        for task in &self.tasks {
            columns.iter_mut().zip(row_of(task)).for_each(|(column, field)| column.push(field));
        }
        for (index, column) in columns.iter_mut().enumerate() {
            visitor.i64s(&format!("{name} tasks {index}"), column)?;
        }
        let wrong = || StateError(format!("`{name}` holds no tasks"));
        let rows = columns[0].len();
        if columns.iter().any(|column| column.len() != rows) {
            return Err(wrong());
        }
        self.tasks.clear();
        self.tasks.extend((0..rows).map(|row| task_of(&std::array::from_fn(|field| columns[field][row]))));
        self.at_work.iter_mut().for_each(|hands| hands.fill(IDLE));
        for task in &self.tasks {
            let Some(Taken { by, .. }) = task.taken else { continue };
            let hands = self.at_work.get_mut(by.workforce as usize);
            *hands.and_then(|hands| hands.get_mut(by.row as usize)).ok_or_else(wrong)? = task.number.cast_signed();
        }
        self.counts.visit_state(name, visitor)
    }
}

const FIELDS: usize = 12;

fn row_of(task: &Task) -> [i64; FIELDS] {
    let Task { number, primary, work, reward, check, deadline, taken } = *task;
    let nobody = Taken { by: By { workforce: 0, row: 0 }, price: 0, stake: 0, done: 0, lies: false };
    let Taken { by, price, stake, done, lies } = taken.unwrap_or(nobody);
    [
        number.cast_signed(),
        i64::from(primary),
        work,
        reward,
        check,
        i64::from(deadline),
        i64::from(taken.is_some()),
        i64::from(by.workforce) << 32 | i64::from(by.row),
        price,
        stake,
        done,
        i64::from(lies),
    ]
}

fn task_of(row: &[i64; FIELDS]) -> Task {
    let [number, primary, work, reward, check, deadline, is_taken, by, price, stake, done, lies] = *row;
    let by = By { workforce: (by >> 32) as u32, row: by as u32 };
    let taken = Taken { by, price, stake, done, lies: lies != 0 };
    Task {
        number: number.cast_unsigned(),
        primary: primary as u32,
        work,
        reward,
        check,
        deadline: deadline as u32,
        taken: (is_taken != 0).then_some(taken),
    }
}

impl Counts {
    fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let numbers = [
            &mut self.posted,
            &mut self.unfunded,
            &mut self.taken,
            &mut self.completed,
            &mut self.paid_false,
            &mut self.found_false,
            &mut self.checked,
            &mut self.late,
            &mut self.untaken,
        ];
        for number in numbers {
            visitor.u64(name, number)?;
        }
        let sums = [
            &mut self.escrowed,
            &mut self.paid,
            &mut self.paid_for_nothing,
            &mut self.check_costs,
            &mut self.refunded,
            &mut self.staked,
            &mut self.returned,
            &mut self.slashed,
        ];
        for sum in sums {
            let (mut low, mut high) = (*sum as u64, (*sum >> 64) as u64);
            visitor.u64(name, &mut low)?;
            visitor.u64(name, &mut high)?;
            *sum = i128::from(high.cast_signed()) << 64 | i128::from(low);
        }
        Ok(())
    }
}
