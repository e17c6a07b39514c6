//! Who has reached whom: the last touches of every agent who was reached.

use walras_institutions::attribution::Touch;
use walras_numerics::{StateError, StateVisitor};

/// The last touches of each agent who was reached. Of those who were not, nothing is kept but one number.
#[derive(Debug, Clone, Default)]
pub struct Touches {
    /// Of each agent who can be reached, one more than its slot; 0 where it has none.
    slots: Vec<u32>,
    /// Whose each slot is.
    agents: Vec<u32>,
    /// How many touches each slot has.
    counts: Vec<u32>,
    /// The touches of all slots, `memory` places each, the oldest first.
    touches: Vec<Touch>,
    memory: usize,
}

impl Touches {
    /// Nobody of `agents` has been reached; of each, `memory` touches will be remembered.
    #[must_use]
    pub fn new(agents: usize, memory: usize) -> Self {
        Self { slots: vec![0; agents], memory, ..Self::default() }
    }

    /// An agent is reached. Where it has as many touches as are remembered the oldest is forgotten.
    pub fn add(&mut self, agent: u32, touch: Touch) {
        let slot = match self.slots[agent as usize] {
            0 => {
                self.agents.push(agent);
                self.counts.push(0);
                self.touches.resize(self.touches.len() + self.memory, Touch { affiliate: 0, step: 0 });
                self.slots[agent as usize] = self.agents.len() as u32;
                self.agents.len() - 1
            }
            slot => slot as usize - 1,
        };
        let (own, count) = (&mut self.touches[slot * self.memory..][..self.memory], &mut self.counts[slot]);
        if *count as usize == own.len() {
            own.rotate_left(1);
            *count -= 1;
        }
        own[*count as usize] = touch;
        *count += 1;
    }

    /// The slot of an agent.
    #[inline]
    #[must_use]
    pub fn slot(&self, agent: usize) -> Option<usize> {
        (self.slots[agent] as usize).checked_sub(1)
    }

    /// How many agents have been reached.
    #[must_use]
    pub fn len(&self) -> usize {
        self.agents.len()
    }

    /// Whether nobody has been reached.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.agents.is_empty()
    }

    /// Whose a slot is.
    #[must_use]
    pub fn agent(&self, slot: usize) -> usize {
        self.agents[slot] as usize
    }

    /// The touches of a slot, the oldest first.
    #[must_use]
    pub fn of(&self, slot: usize) -> &[Touch] {
        &self.touches[slot * self.memory..][..self.counts[slot] as usize]
    }

    /// Visits everything.
    ///
    /// # Errors
    /// When the visitor fails, or loads what does not fit.
    pub fn visit_state(&mut self, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let whole = |touch: &Touch| i64::from(touch.step) | i64::from(touch.affiliate) << 32;
        let mut agents: Vec<i64> = self.agents.iter().map(|&agent| agent.into()).collect();
        let mut counts: Vec<i64> = self.counts.iter().map(|&count| count.into()).collect();
        let mut touches: Vec<i64> = (0..self.len()).flat_map(|slot| self.of(slot)).map(whole).collect();
        visitor.i64s("touches.agents", &mut agents)?;
        visitor.i64s("touches.counts", &mut counts)?;
        visitor.i64s("touches.touches", &mut touches)?;
        let wrong = || StateError("the touches do not fit the agents".to_owned());
        let all = counts
            .iter()
            .try_fold(0_i64, |sum, &count| (1..=self.memory as i64).contains(&count).then_some(sum + count));
        if agents.len() != counts.len() || all != Some(touches.len() as i64) {
            return Err(wrong());
        }
        let mut loaded = Self::new(self.slots.len(), self.memory);
        let mut rest = touches.iter();
        for (&agent, &count) in agents.iter().zip(&counts) {
            let agent = u32::try_from(agent).ok().filter(|&agent| (agent as usize) < self.slots.len());
            let agent = agent.filter(|&agent| loaded.slot(agent as usize).is_none()).ok_or_else(wrong)?;
            for whole in rest.by_ref().take(count as usize) {
                loaded.add(agent, Touch { affiliate: (whole >> 32) as u32, step: *whole as u32 });
            }
        }
        *self = loaded;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_touch_is_forgotten() {
        let mut touches = Touches::new(4, 2);
        for (step, affiliate) in [(0, 7), (1, 8), (2, 9)] {
            touches.add(3, Touch { affiliate, step });
        }
        touches.add(1, Touch { affiliate: 5, step: 3 });
        assert_eq!([0, 1, 2, 3].map(|agent| touches.slot(agent)), [None, Some(1), None, Some(0)]);
        let of = |slot| touches.of(slot).iter().map(|touch| (touch.step, touch.affiliate)).collect::<Vec<_>>();
        assert_eq!((of(0), of(1)), (vec![(1, 8), (2, 9)], vec![(3, 5)]));
        assert_eq!((touches.len(), touches.agent(1)), (2, 1));
    }
}
