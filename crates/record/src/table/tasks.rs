//! `tasks`: one row per step and board of tasks.

use super::{Columns, Entry, Names, entry};
use crate::column::NameColumn;

/// How a board of tasks stands at the end of a step. Counts and amounts are since the beginning, unless they say
/// what stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TaskRow {
    /// The step, from 0.
    pub step: u32,
    /// The board, an index into [`Names::boards`].
    pub board: u32,
    /// Tasks posted.
    pub posted: u32,
    /// Tasks whose reward could not be set aside.
    pub unfunded: u32,
    /// Tasks taken.
    pub taken: u32,
    /// Right deliveries in time, which were paid.
    pub completed: u32,
    /// False deliveries that were paid.
    pub paid_false: u32,
    /// False deliveries that were found out.
    pub found_false: u32,
    /// Tasks taken whose deadline passed.
    pub late: u32,
    /// Tasks that nobody took before their deadline passed.
    pub untaken: u32,
    /// Tasks that stand and that nobody has.
    pub open: u32,
    /// Tasks in workers' hands: as many as there are workers at work.
    pub at_work: u32,
    /// Money set aside for rewards and checks that stands, in atoms.
    pub escrow: i64,
    /// Stakes that stand, in atoms.
    pub stakes: i64,
    /// Rewards paid, in atoms.
    pub paid: i64,
    /// Given back to primaries, in atoms.
    pub refunded: i64,
    /// Stakes lost to primaries, in atoms.
    pub slashed: i64,
    /// What workers spent on their work, in atoms.
    pub spent: i64,
}

/// The `tasks` table in columns; each is described at [`TaskRow`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each column is described at the row's field of the same name")]
pub struct TaskColumns {
    pub step: Vec<u32>,
    pub board: NameColumn,
    pub posted: Vec<u32>,
    pub unfunded: Vec<u32>,
    pub taken: Vec<u32>,
    pub completed: Vec<u32>,
    pub paid_false: Vec<u32>,
    pub found_false: Vec<u32>,
    pub late: Vec<u32>,
    pub untaken: Vec<u32>,
    pub open: Vec<u32>,
    pub at_work: Vec<u32>,
    pub escrow: Vec<i64>,
    pub stakes: Vec<i64>,
    pub paid: Vec<i64>,
    pub refunded: Vec<i64>,
    pub slashed: Vec<i64>,
    pub spent: Vec<i64>,
}

impl Columns for TaskColumns {
    const NAME: &'static str = "tasks";
    type Row<'a> = TaskRow;

    fn new(names: &Names) -> Self {
        Self {
            step: Vec::new(),
            board: NameColumn::new(&names.boards),
            posted: Vec::new(),
            unfunded: Vec::new(),
            taken: Vec::new(),
            completed: Vec::new(),
            paid_false: Vec::new(),
            found_false: Vec::new(),
            late: Vec::new(),
            untaken: Vec::new(),
            open: Vec::new(),
            at_work: Vec::new(),
            escrow: Vec::new(),
            stakes: Vec::new(),
            paid: Vec::new(),
            refunded: Vec::new(),
            slashed: Vec::new(),
            spent: Vec::new(),
        }
    }

    fn push(&mut self, row: &TaskRow) {
        self.step.push(row.step);
        self.board.push(row.board);
        self.posted.push(row.posted);
        self.unfunded.push(row.unfunded);
        self.taken.push(row.taken);
        self.completed.push(row.completed);
        self.paid_false.push(row.paid_false);
        self.found_false.push(row.found_false);
        self.late.push(row.late);
        self.untaken.push(row.untaken);
        self.open.push(row.open);
        self.at_work.push(row.at_work);
        self.escrow.push(row.escrow);
        self.stakes.push(row.stakes);
        self.paid.push(row.paid);
        self.refunded.push(row.refunded);
        self.slashed.push(row.slashed);
        self.spent.push(row.spent);
    }

    fn len(&self) -> usize {
        self.step.len()
    }

    fn entries(&mut self) -> Vec<Entry<'_>> {
        vec![
            entry("step", "steps", &mut self.step),
            entry("board", "", &mut self.board),
            entry("posted", "tasks", &mut self.posted),
            entry("unfunded", "tasks", &mut self.unfunded),
            entry("taken", "tasks", &mut self.taken),
            entry("completed", "tasks", &mut self.completed),
            entry("paid_false", "tasks", &mut self.paid_false),
            entry("found_false", "tasks", &mut self.found_false),
            entry("late", "tasks", &mut self.late),
            entry("untaken", "tasks", &mut self.untaken),
            entry("open", "tasks", &mut self.open),
            entry("at_work", "tasks", &mut self.at_work),
            entry("escrow", "numeraire atoms", &mut self.escrow),
            entry("stakes", "numeraire atoms", &mut self.stakes),
            entry("paid", "numeraire atoms", &mut self.paid),
            entry("refunded", "numeraire atoms", &mut self.refunded),
            entry("slashed", "numeraire atoms", &mut self.slashed),
            entry("spent", "numeraire atoms", &mut self.spent),
        ]
    }
}
