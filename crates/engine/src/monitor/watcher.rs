//! A monitor as it stands while an economy runs.

use std::sync::Arc;

use walras_formula::{Condition, Program};
use walras_institutions::monitor::{AnyMonitor, Seen, Verdict};
use walras_ledger::{AssetId, Atoms};
use walras_numerics::{StateError, StateVisitor};

use super::{Groups, InForce};
use crate::stage::clear::Fills;
use crate::world::World;

/// A monitor, what it watches and what it remembers.
#[derive(Clone)]
pub struct Watcher {
    /// Its name.
    pub name: String,
    /// Its name in the log.
    pub institution: Arc<str>,
    /// How it tells what is out of the ordinary.
    pub monitor: AnyMonitor,
    /// What it remembers.
    pub memory: Vec<f64>,
    /// What it watches.
    pub source: Source,
    /// Steps from one look to the next.
    pub every: u32,
    /// How many looks in a row must find something.
    pub consecutive: u32,
    /// How many looks in a row have.
    pub in_row: u32,
    /// What each row bought and sold since the last look, where looks are further apart than steps.
    pub since: [Vec<Atoms>; 2],
    /// What follows from an alert.
    pub rules: Vec<InForce>,
}

/// What is watched.
#[derive(Debug, Clone)]
pub enum Source {
    /// A number.
    Number(Program),
    /// Whether a condition holds.
    Condition(Condition),
    /// What each row holds of an asset.
    Holdings {
        /// The asset.
        asset: AssetId,
        /// The rows.
        groups: Groups,
    },
    /// What each row trades at a market.
    Trades {
        /// The market.
        venue: usize,
        /// The rows.
        groups: Groups,
    },
}

impl Source {
    /// Whose columns it reads, where it reads columns.
    #[must_use]
    pub fn groups(&self) -> Option<&Groups> {
        match self {
            Self::Holdings { groups, .. } | Self::Trades { groups, .. } => Some(groups),
            Self::Number(_) | Self::Condition(_) => None,
        }
    }
}

/// What a look that found something came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alert {
    /// The monitor, an index into [`World::watchers`].
    pub monitor: usize,
    /// Whether the look before found nothing, or the monitor waits for several in a row and this completes them.
    pub begins: bool,
    /// The limit that was passed.
    pub level: f64,
    /// What passed it.
    pub value: f64,
    /// To how many rows it points.
    pub pointed: u32,
}

/// Room for the columns of one look.
#[derive(Debug, Default)]
pub struct Columns {
    columns: [Vec<Atoms>; 2],
    /// The rows to which the last alert points.
    pub pointed: Vec<u32>,
}

impl Watcher {
    /// Whether it looks at the end of a step.
    #[must_use]
    pub fn looks_at(&self, step: u32) -> bool {
        (u64::from(step) + 1).is_multiple_of(u64::from(self.every))
    }

    /// Whether its last looks add up to an alert.
    #[must_use]
    pub fn is_alert(&self) -> bool {
        self.in_row >= self.consecutive
    }

    /// Takes in what was traded in a step at whose end it does not look.
    pub fn wait(&mut self, world: &World, fills: &Fills, room: &mut Columns) {
        if let Source::Trades { venue, groups } = &self.source {
            groups.trades(world, *venue, fills, &mut room.columns);
            self.since.iter_mut().zip(&room.columns).for_each(|(since, traded)| add(since, traded));
        }
    }

    /// Looks at the world at the end of a step; the alert of monitor number `number`, where there is one.
    ///
    /// # Errors
    /// Says which part of its formula has no value; it has then seen nothing.
    pub fn look(
        &mut self,
        number: usize,
        world: &World,
        fills: &Fills,
        room: &mut Columns,
    ) -> Result<Option<Alert>, String> {
        let Columns { columns, pointed } = room;
        let mut said = Ok(());
        let mut defined = |number: Result<f64, String>| {
            number.unwrap_or_else(|why| {
                said = Err(why);
                f64::NAN
            })
        };
        let seen = match &self.source {
            Source::Number(program) => Seen::Number(defined(world.quantities.number(program, &[]))),
            Source::Condition(condition) => {
                Seen::Number(defined(world.quantities.holds(condition, &[]).map(|holds| f64::from(u8::from(holds)))))
            }
            Source::Holdings { asset, groups } => {
                groups.holdings(world, *asset, &mut columns[0]);
                Seen::Holdings(&columns[0])
            }
            Source::Trades { venue, groups } => {
                groups.trades(world, *venue, fills, columns);
                for (column, since) in columns.iter_mut().zip(&mut self.since) {
                    add(column, since);
                    since.fill(0);
                }
                Seen::Trades { bought: &columns[0], sold: &columns[1] }
            }
        };
        let before = self.is_alert();
        let verdict = self.monitor.look(&seen, &mut self.memory, pointed);
        self.in_row = if verdict.is_alert() { self.in_row.saturating_add(1) } else { 0 };
        said?;
        Ok(match verdict {
            Verdict::Alert { level, value } if self.is_alert() => {
                Some(Alert { monitor: number, begins: !before, level, value, pointed: pointed.len() as u32 })
            }
            _ => None,
        })
    }

    /// Visits what it remembers and its rules.
    ///
    /// # Errors
    /// When the visitor fails, or loads a memory of another length.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let len = self.memory.len();
        visitor.f64s(&self.name, &mut self.memory)?;
        if self.memory.len() != len {
            return Err(StateError(format!("the memory of {} has another length", self.name)));
        }
        let mut in_row = u64::from(self.in_row);
        visitor.u64("in_row", &mut in_row)?;
        self.in_row = u32::try_from(in_row).map_err(|_| StateError(format!("{in_row} looks are too many")))?;
        for since in &mut self.since {
            let len = since.len();
            visitor.i64s("since", since)?;
            if since.len() != len {
                return Err(StateError(format!("the memory of {} has another length", self.name)));
            }
        }
        self.rules.iter_mut().try_for_each(|rule| rule.visit_state(visitor))
    }
}

/// Adds a column to one of the same length; where the other is empty there is nothing to add.
fn add(sums: &mut [Atoms], column: &[Atoms]) {
    sums.iter_mut().zip(column).for_each(|(sum, &atoms)| *sum = sum.saturating_add(atoms));
}
