//! Stakes: tokens that agents give into custody, which earn rewards, can be slashed, and come back after a delay.
//!
//! Here it is only reckoned whose how much is; the tokens lie in an account that the engine posts to and from.

use walras_ledger::Atoms;
use walras_numerics::{StateError, StateVisitor};

/// What agents have staked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stakes {
    /// Atoms that each agent has staked.
    staked: Vec<Atoms>,
    /// Stakes on their way back, the earliest first.
    leaving: Vec<Leaving>,
}

/// A stake on its way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Leaving {
    /// The first step in which it is back.
    due: u32,
    row: u32,
    atoms: Atoms,
}

impl Stakes {
    /// Of so many agents, nothing staked.
    #[must_use]
    pub fn of(agents: usize) -> Self {
        Self { staked: vec![0; agents], leaving: Vec::new() }
    }

    /// Atoms that each agent has staked and not called back.
    #[must_use]
    pub fn staked(&self) -> &[Atoms] {
        &self.staked
    }

    /// Atoms in custody, all together.
    #[must_use]
    pub fn total(&self) -> i128 {
        let staked = self.staked.iter().map(|&atoms| i128::from(atoms)).sum::<i128>();
        staked + self.leaving.iter().map(|leaving| i128::from(leaving.atoms)).sum::<i128>()
    }

    /// Calls `each` with the row and the atoms of everything in custody.
    pub fn each(&self, mut each: impl FnMut(usize, Atoms)) {
        self.staked.iter().enumerate().filter(|(_, atoms)| **atoms > 0).for_each(|(row, &atoms)| each(row, atoms));
        self.leaving.iter().for_each(|leaving| each(leaving.row as usize, leaving.atoms));
    }

    /// An agent stakes `atoms` more.
    pub fn stake(&mut self, row: usize, atoms: Atoms) {
        self.staked[row] += atoms.max(0);
    }

    /// An agent calls `atoms` of its stake back, or all of it where it has less; they are back in step `due`, which is
    /// not before that of whoever called back earlier.
    pub fn call_back(&mut self, row: usize, atoms: Atoms, due: u32) {
        let atoms = atoms.clamp(0, self.staked[row]);
        if atoms > 0 {
            self.staked[row] -= atoms;
            self.leaving.push(Leaving { due, row: row as u32, atoms });
        }
    }

    /// Takes out what is back in `step`: rows with their atoms, in the order in which they were called back.
    pub fn back(&mut self, step: u32) -> Vec<(usize, Atoms)> {
        let count = self.leaving.iter().take_while(|leaving| leaving.due <= step).count();
        self.leaving.drain(..count).map(|leaving| (leaving.row as usize, leaving.atoms)).collect()
    }

    /// Takes the share `share` of everything an agent has in custody, what is on its way back among it, so that nobody
    /// flees from a penalty. Rounded down. How much was taken.
    pub fn slash(&mut self, row: usize, share: f64) -> Atoms {
        let mut taken = take(&mut self.staked[row], share);
        for leaving in self.leaving.iter_mut().filter(|leaving| leaving.row as usize == row) {
            taken += take(&mut leaving.atoms, share);
        }
        taken
    }

    /// Visits everything.
    ///
    /// # Errors
    /// When the visitor fails, or loads stakes of another number of agents.
    pub fn visit_state(&mut self, name: &str, visitor: &mut dyn StateVisitor) -> Result<(), StateError> {
        let agents = self.staked.len();
        visitor.i64s(name, &mut self.staked)?;
        let mut rows: Vec<i64> = self
            .leaving
            .iter()
            .flat_map(|leaving| [i64::from(leaving.due), i64::from(leaving.row), leaving.atoms])
            .collect();
        visitor.i64s(name, &mut rows)?;
        let whole = |number: i64| u32::try_from(number).ok();
        let leaving = rows.chunks(3).map(|row| match *row {
            [due, agent, atoms] if (agent as u64) < agents as u64 => {
                Some(Leaving { due: whole(due)?, row: whole(agent)?, atoms })
            }
            _ => None,
        });
        match leaving.collect() {
            Some(leaving) if self.staked.len() == agents => self.leaving = leaving,
            _ => return Err(StateError(format!("the stakes of {name} do not fit"))),
        }
        Ok(())
    }
}

/// The share `share` of `atoms`, rounded down, taken out.
fn take(atoms: &mut Atoms, share: f64) -> Atoms {
    let taken = if share >= 1.0 { *atoms } else { crate::incentive::share_of(share, *atoms) };
    *atoms -= taken;
    taken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_called_back_can_still_be_slashed() {
        let mut stakes = Stakes::of(2);
        stakes.stake(0, 100);
        stakes.stake(1, 50);
        stakes.call_back(0, 60, 7);
        assert_eq!(stakes.slash(0, 0.5), 50);
        assert_eq!(stakes.back(6), []);
        assert_eq!(stakes.back(7), [(0, 30)]);
        assert_eq!((stakes.staked(), stakes.total()), (&[20, 50][..], 70));
    }

    proptest! {
        /// No sequence of stakes, calls and slashes loses an atom: what went in came back, was slashed, or is there.
        #[test]
        fn nothing_is_lost(acts in prop::collection::vec((0_usize..4, 0_u8..3, 0_i64..1_000, 0.0_f64..=1.0), 1..80)) {
            let mut stakes = Stakes::of(4);
            let (mut put_in, mut out) = (0_i128, 0_i128);
            for (step, (row, act, atoms, share)) in acts.into_iter().enumerate() {
                match act {
                    0 => {
                        stakes.stake(row, atoms);
                        put_in += i128::from(atoms);
                    }
                    1 => stakes.call_back(row, atoms, step as u32 + 5),
                    _ => out += i128::from(stakes.slash(row, share)),
                }
                out += stakes.back(step as u32).iter().map(|(_, atoms)| i128::from(*atoms)).sum::<i128>();
                prop_assert_eq!(put_in, out + stakes.total());
                let mut each = 0;
                stakes.each(|_, atoms| each += i128::from(atoms));
                prop_assert_eq!(each, stakes.total());
            }
        }
    }
}
