//! What is lost without an affiliate, were agents to go from one to the next at random.

use walras_catalog::entry;
use walras_ledger::Atoms;

use super::{Attribution, Basis, Conversion, Epoch, Paths, Refusal, cut};

entry! {
    /// Credit in proportion to what would be lost if everyone who comes to an affiliate gave up there.
    ///
    /// From the epoch's paths, lost ones too, a chain is estimated: where agents begin, and from each affiliate to which
    /// they go next, or that they act, or give up. Each affiliate's removal effect is the share of the expected value that
    /// goes through it. The effects add up to one or more, so that they are scaled to what is shared.
    pub struct Removal = "removal" {
        formula: "c_f ∝ 1 − V_without_f/V = h_f·v_f/V,  h the chance to come to f, v the value expected from there",
        source: "E. Anderl, I. Becker, F. von Wangenheim and J. H. Schumann, \"Mapping the customer journey: lessons learned from graph-based online attribution modeling\", International Journal of Research in Marketing 33(3), 2016",
    }
}

/// The most affiliates that are solved for: the work grows as the third power.
const AFFILIATES_MAX: usize = 512;

impl Attribution for Removal {
    fn basis(&self) -> Basis {
        Basis::Epoch
    }

    fn share(&self, _: &Conversion<'_>, _: &mut Vec<Atoms>) -> Result<(), Refusal> {
        Err(Refusal::NeedsEpoch)
    }

    fn credit(&self, epoch: &Epoch<'_>, credits: &mut [Atoms]) -> Result<(), Refusal> {
        credits.fill(0);
        let total = epoch.checked(credits.len())?;
        cut(total, &removal_effects(epoch.paths, credits.len())?, credits)
    }
}

/// For each of `affiliates`, which share of the expected value is lost without it; 0 for all where nothing came of anything.
///
/// # Errors
/// When more than 512 affiliates touched anyone.
fn removal_effects(paths: &Paths, affiliates: usize) -> Result<Vec<f64>, Refusal> {
    let mut effects = vec![0.0; affiliates];
    let chain = Chain::new(paths)?;
    let states = chain.affiliates.len();
    let visits = chain.visits();
    // Sums in the order of the states.
    let expected = |from: usize| (0..states).fold(0.0, |sum, to| sum + visits[from * states + to] * chain.gain[to]);
    let whole = (0..states).fold(0.0, |sum, state| sum + chain.start[state] * expected(state));
    if whole > 0.0 {
        for (state, &affiliate) in chain.affiliates.iter().enumerate() {
            let times = (0..states).fold(0.0, |sum, from| sum + chain.start[from] * visits[from * states + state]);
            // Who comes at all comes as often as who starts there.
            let reached = times / visits[state * states + state];
            effects[affiliate as usize] = reached * expected(state) / whole;
        }
    }
    Ok(effects)
}

/// Where agents go from each affiliate.
struct Chain {
    /// The affiliates who touched anyone, in order; each is a state.
    affiliates: Vec<u32>,
    /// How likely a path begins in each.
    start: Vec<f64>,
    /// How likely it goes on to another, row by row.
    next: Vec<f64>,
    /// What it gains on average when it ends there.
    gain: Vec<f64>,
}

impl Chain {
    fn new(paths: &Paths) -> Result<Self, Refusal> {
        let mut affiliates: Vec<u32> =
            paths.iter().flat_map(|path| path.touches).map(|touch| touch.affiliate).collect();
        affiliates.sort_unstable();
        affiliates.dedup();
        let states = affiliates.len();
        if states > AFFILIATES_MAX {
            return Err(Refusal::Affiliates { found: states, most: AFFILIATES_MAX });
        }
        let mut chain =
            Self { start: vec![0.0; states], next: vec![0.0; states * states], gain: vec![0.0; states], affiliates };
        let (mut touched, mut left) = (0.0, vec![0.0; states]);
        let state = |affiliate: u32| chain.affiliates.partition_point(|&other| other < affiliate);
        for path in paths.iter() {
            let mut before = None;
            for here in path.touches.iter().map(|touch| state(touch.affiliate)) {
                // Who comes again to the same affiliate has not left it.
                if before == Some(here) {
                    continue;
                }
                if let Some(before) = before.replace(here) {
                    left[before] += 1.0;
                    chain.next[before * states + here] += 1.0;
                } else {
                    touched += 1.0;
                    chain.start[here] += 1.0;
                }
            }
            if let Some(last) = before {
                left[last] += 1.0;
                chain.gain[last] += path.value as f64;
            }
        }
        chain.start.iter_mut().for_each(|start| *start /= touched);
        for (state, left) in left.into_iter().enumerate() {
            chain.gain[state] /= left;
            chain.next[state * states..][..states].iter_mut().for_each(|next| *next /= left);
        }
        Ok(chain)
    }

    /// How often each state is visited from each: (I − Q)⁻¹, row by row.
    ///
    /// By elimination without exchanging rows, which such matrices allow: no row of Q sums to more than 1, and every
    /// state was left for good by some path.
    fn visits(&self) -> Vec<f64> {
        let n = self.affiliates.len();
        let mut left: Vec<f64> = self.next.iter().map(|next| -next).collect();
        (0..n).for_each(|i| left[i * n + i] += 1.0);
        // The inverse takes the place of what was eliminated.
        for pivot in 0..n {
            let scale = 1.0 / left[pivot * n + pivot];
            left[pivot * n + pivot] = 1.0;
            left[pivot * n..][..n].iter_mut().for_each(|number| *number *= scale);
            let row: Vec<f64> = left[pivot * n..][..n].to_vec();
            for other in (0..n).filter(|&other| other != pivot) {
                let factor = std::mem::take(&mut left[other * n + pivot]);
                if factor != 0.0 {
                    left[other * n..][..n].iter_mut().zip(&row).for_each(|(number, pivot)| *number -= factor * pivot);
                }
            }
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::attribution::laws::paths_of;

    /// The effects by their definition: agents wander from affiliate to affiliate until next to none is left, once with all
    /// and once with each affiliate a dead end.
    fn by_wandering(chain: &Chain, affiliates: usize) -> Vec<f64> {
        let n = chain.affiliates.len();
        let expected = |closed: Option<usize>| {
            let (mut here, mut value) = (chain.start.clone(), 0.0);
            for _ in 0..20_000 {
                closed.iter().for_each(|&closed| here[closed] = 0.0);
                value += here.iter().zip(&chain.gain).map(|(here, gain)| here * gain).sum::<f64>();
                let there = |to: usize| (0..n).map(|from| here[from] * chain.next[from * n + to]).sum();
                here = (0..n).map(there).collect();
                if here.iter().sum::<f64>() < 1e-14 {
                    break;
                }
            }
            value
        };
        let mut effects = vec![0.0; affiliates];
        for (state, &affiliate) in chain.affiliates.iter().enumerate() {
            let whole = expected(None);
            effects[affiliate as usize] = if whole > 0.0 { 1.0 - expected(Some(state)) / whole } else { 0.0 };
        }
        effects
    }

    /// C1→C2→C3→buy; C1→lost; C2→C3→lost: one of three buys, the removal effects are ½, 1 and 1.
    #[test]
    fn the_published_example_holds() {
        let paths = paths_of(&[(&[0, 1, 2], 1), (&[0], 0), (&[1, 2], 0)]);
        let chain = Chain::new(&paths).unwrap();
        let visits = chain.visits();
        let expected: f64 = (0..9).map(|at| chain.start[at / 3] * visits[at] * chain.gain[at % 3]).sum();
        assert!((expected - 1.0 / 3.0).abs() < 1e-15, "{expected}");
        let effects = removal_effects(&paths, 3).unwrap();
        assert!(effects.iter().zip([0.5, 1.0, 1.0]).all(|(found, e)| (found - e).abs() < 1e-15), "{effects:?}");
        let paths = paths_of(&[(&[0, 1, 2], 10), (&[0], 0), (&[1, 2], 0)]);
        let mut credits = [0; 3];
        Removal {}.credit(&crate::attribution::laws::epoch_of(&paths), &mut credits).unwrap();
        assert_eq!(credits, [2, 4, 4]);
    }

    #[test]
    fn too_many_affiliates_are_refused() {
        let touches: Vec<u32> = (0..513).collect();
        let paths = paths_of(&[(&touches, 1)]);
        let mut credits = [0; 513];
        let refused = Removal {}.credit(&crate::attribution::laws::epoch_of(&paths), &mut credits);
        assert_eq!(refused, Err(Refusal::Affiliates { found: 513, most: 512 }));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn effects_are_those_of_wandering(
            paths in prop::collection::vec((prop::collection::vec(0_u32..6, 0..7), 0_i64..5), 1..12),
        ) {
            let paths = paths_of(&paths.iter().map(|(touches, value)| (&touches[..], *value)).collect::<Vec<_>>());
            let (found, chain) = (removal_effects(&paths, 6).unwrap(), Chain::new(&paths).unwrap());
            for (affiliate, expected) in by_wandering(&chain, 6).into_iter().enumerate() {
                prop_assert!((found[affiliate] - expected).abs() < 1e-9, "{found:?}, not {expected} for {affiliate}");
            }
        }
    }
}
