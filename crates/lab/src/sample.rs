//! Which agents of a cohort are looked at: the same ones in every look, chosen by keyed draws.

use std::collections::BinaryHeap;

use walras_engine::world::Cohort;
use walras_numerics::{CHUNK, Keys, Purpose};

/// The rows of a cohort that are looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sample {
    /// All of them.
    All(usize),
    /// These, ascending.
    Some(Vec<u32>),
}

impl Sample {
    /// `most` of the cohort's agents, or all when there are no more than that.
    ///
    /// Those with the smallest draws are taken, so that an agent's chance does not depend on the others'.
    pub(crate) fn draw(keys: Keys, cohort: &Cohort, most: u64) -> Self {
        Self::of(keys, cohort.entity, cohort.size, most)
    }

    fn of(keys: Keys, entity: u64, size: usize, most: u64) -> Self {
        if size as u64 <= most {
            return Self::All(size);
        }
        // The greatest of the smallest draws so far is on top, to be replaced.
        let mut smallest: BinaryHeap<(u32, u32)> = BinaryHeap::with_capacity(most as usize + 1);
        let mut words = [0; CHUNK];
        for first in (0..size).step_by(CHUNK) {
            let words = &mut words[..CHUNK.min(size - first)];
            keys.fill(Purpose::sample(0), entity + first as u64, 0, words);
            for (row, &word) in (first as u32..).zip(words.iter()) {
                if (smallest.len() as u64) < most {
                    smallest.push((word, row));
                } else if smallest.peek().is_some_and(|greatest| (word, row) < *greatest) {
                    smallest.pop();
                    smallest.push((word, row));
                }
            }
        }
        let mut rows: Vec<u32> = smallest.into_iter().map(|(_, row)| row).collect();
        rows.sort_unstable();
        Self::Some(rows)
    }

    /// How many agents are looked at.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::All(size) => *size,
            Self::Some(rows) => rows.len(),
        }
    }

    /// The rows of agents number `at`, `at + 1`, … of the sample, at most `count` of them.
    pub(crate) fn rows(&self, at: usize, count: usize, rows: &mut Vec<u32>) {
        let end = (at + count).min(self.len());
        rows.clear();
        match self {
            Self::All(_) => rows.extend(at as u32..end as u32),
            Self::Some(chosen) => rows.extend_from_slice(&chosen[at..end]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_with_the_smallest_draws_are_taken() {
        let (keys, entity, size) = (Keys::new(9), 5 << 32, 5000);
        let mut by_draw: Vec<u32> = (0..size as u32).collect();
        by_draw.sort_by_key(|&row| (keys.word(Purpose::sample(0), entity + u64::from(row), 0), row));
        let mut expected = by_draw[..700].to_vec();
        expected.sort_unstable();
        assert_eq!(Sample::of(keys, entity, size, 700), Sample::Some(expected));
    }

    #[test]
    fn a_small_cohort_is_taken_whole() {
        assert_eq!(Sample::of(Keys::new(9), 0, 700, 700), Sample::All(700));
    }

    /// An agent added at the end takes at most one place, and moves nobody else.
    #[test]
    fn one_more_agent_displaces_at_most_one() {
        let rows = |size| match Sample::of(Keys::new(3), 0, size, 50) {
            Sample::Some(rows) => rows,
            Sample::All(_) => unreachable!(),
        };
        let (before, after) = (rows(1000), rows(1001));
        let kept = before.iter().filter(|row| after.contains(row)).count();
        assert!(kept >= 49, "{kept}");
    }
}
