//! The heads of a run's log, as its manifest tells them.

use serde::{Deserialize, Serialize};

use super::{LogHash, TreeHead};

/// The head of the log at the end of a step that grew it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepHead {
    /// The step, from 0.
    pub step: u64,
    /// Entries.
    pub size: u64,
    /// The root over them.
    pub root: LogHash,
}

/// The head of the log and those on the way to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogHeads {
    /// Entries in all.
    pub size: u64,
    /// The root over them.
    pub root: LogHash,
    /// The heads after each step that grew the log, in order.
    pub steps: Vec<StepHead>,
}

impl Default for LogHeads {
    fn default() -> Self {
        Self { size: 0, root: LogHash::empty(), steps: Vec::new() }
    }
}

impl LogHeads {
    /// The head over all entries.
    #[must_use]
    pub fn head(&self) -> TreeHead {
        TreeHead { size: self.size, root: self.root }
    }

    /// The head at the end of `step`, counted from 0.
    #[must_use]
    pub fn head_after(&self, step: u64) -> TreeHead {
        let steps = self.steps.partition_point(|head| head.step <= step);
        let last = steps.checked_sub(1).map(|last| self.steps[last]);
        last.map_or_else(
            || TreeHead { size: 0, root: LogHash::empty() },
            |StepHead { size, root, .. }| TreeHead { size, root },
        )
    }

    /// Whether the log ever had this head.
    #[must_use]
    pub fn had(&self, head: &TreeHead) -> bool {
        let empty = TreeHead { size: 0, root: LogHash::empty() };
        *head == empty || self.steps.iter().any(|step| step.size == head.size && step.root == head.root)
    }

    /// The log grew in `step` and now has this head.
    pub fn push(&mut self, step: u64, head: TreeHead) {
        let TreeHead { size, root } = head;
        (self.size, self.root) = (size, root);
        self.steps.push(StepHead { step, size, root });
    }

    /// Forgets what came after the first `steps` steps.
    pub fn cut_back(&mut self, steps: u64) {
        self.steps.retain(|head| head.step < steps);
        let last = self.steps.last().copied();
        (self.size, self.root) = last.map_or_else(|| (0, LogHash::empty()), |head| (head.size, head.root));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_after_a_step_is_that_of_the_last_growth() {
        let head = |size: u64| TreeHead { size, root: LogHash::leaf(&size.to_le_bytes()) };
        let empty = LogHeads::default();
        let mut heads = empty.clone();
        heads.push(2, head(3));
        heads.push(5, head(4));
        let after: Vec<u64> = (0..7).map(|step| heads.head_after(step).size).collect();
        assert_eq!(after, [0, 0, 3, 3, 3, 4, 4]);
        assert_eq!(heads.head(), head(4));
        assert!(heads.had(&head(3)) && heads.had(&empty.head()) && !heads.had(&TreeHead { size: 4, ..head(3) }));
        heads.cut_back(5);
        assert_eq!(heads.head(), head(3));
        heads.cut_back(2);
        assert_eq!(heads, empty);
    }
}
