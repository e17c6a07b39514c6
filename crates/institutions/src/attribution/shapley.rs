//! What affiliates add to each other.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::game::{EXACT_MAX, Game, shapley, shapley_sampled};
use super::{Attribution, Basis, Conversion, Epoch, Paths, Refusal, cut};

choice! {
    /// What a coalition of affiliates is worth.
    pub enum Coalition {
        /// What came of all paths on which nobody else was.
        Total = "total",
        /// What came of such a path on average: lost paths lower it.
        Rate = "rate",
    }
}

entry! {
    /// Credit in proportion to the Shapley value: what an affiliate adds to a coalition, averaged over all orders of
    /// joining.
    ///
    /// A coalition's worth is told by the epoch's paths whose touches all lie in it. By `total` it is a sum over paths, each
    /// of which all its affiliates are needed for, so that the value is known in closed form for any number of them: every
    /// path's value in equal parts to those on it, however often they touched. By `rate` it is exact for up to 16
    /// affiliates, and sampled from `orders` random orders of joining for more; who lowers the rate gets nothing.
    pub struct Shapley = "shapley" {
        formula: "c_f ∝ max(0, Σ_{K∌f} |K|!·(n − |K| − 1)!/n!·(v(K + f) − v(K)))",
        source: "L. S. Shapley, \"A value for n-person games\", 1953; K. Zhao, S. H. Mahboobi and S. R. Bagheri, \"Shapley value methods for attribution modeling in online advertising\", 2018",
        /// What a coalition is worth.
        worth: Coalition = Coalition::Total;
        /// How many orders of joining are drawn where more than 16 affiliates took part.
        orders: u32 = 1000, within 2.0..=1e6;
    }
}

impl Attribution for Shapley {
    fn basis(&self) -> Basis {
        Basis::Epoch
    }

    fn share(&self, _: &Conversion<'_>, _: &mut Vec<Atoms>) -> Result<(), Refusal> {
        Err(Refusal::NeedsEpoch)
    }

    fn credit(&self, epoch: &Epoch<'_>, credits: &mut [Atoms]) -> Result<(), Refusal> {
        credits.fill(0);
        let total = epoch.checked(credits.len())?;
        let members = Members::of(epoch.paths);
        let values = match self.worth {
            Coalition::Total => members.total(),
            Coalition::Rate if members.affiliates.len() <= EXACT_MAX => members.rate_exactly()?,
            Coalition::Rate => {
                let mut growing = Growing::new(&members);
                shapley_sampled(&mut growing, members.affiliates.len(), self.orders, &epoch.draws)?.values
            }
        };
        let mut weights = vec![0.0; credits.len()];
        for (&affiliate, value) in members.affiliates.iter().zip(values) {
            weights[affiliate as usize] = value.max(0.0);
        }
        cut(total, &weights, credits)
    }
}

/// Who was on each path: players, of whom each is one affiliate.
struct Members {
    /// The affiliates that touched anyone, in order.
    affiliates: Vec<u32>,
    /// The players on each path that was touched, each once.
    of_path: Vec<Vec<u32>>,
    /// What came of each.
    value: Vec<f64>,
}

impl Members {
    fn of(paths: &Paths) -> Self {
        let mut affiliates: Vec<u32> =
            paths.iter().flat_map(|path| path.touches).map(|touch| touch.affiliate).collect();
        affiliates.sort_unstable();
        affiliates.dedup();
        let player = |affiliate: u32| affiliates.partition_point(|&other| other < affiliate) as u32;
        let (mut of_path, mut value) = (Vec::new(), Vec::new());
        for path in paths.iter().filter(|path| !path.touches.is_empty()) {
            let mut members: Vec<u32> = path.touches.iter().map(|touch| player(touch.affiliate)).collect();
            members.sort_unstable();
            members.dedup();
            of_path.push(members);
            value.push(path.value as f64);
        }
        Self { affiliates, of_path, value }
    }

    /// A path's value is there only with all who are on it, who are alike in that.
    fn total(&self) -> Vec<f64> {
        let mut values = vec![0.0; self.affiliates.len()];
        for (members, value) in self.of_path.iter().zip(&self.value) {
            let each = value / members.len() as f64;
            members.iter().for_each(|&member| values[member as usize] += each);
        }
        values
    }

    /// Paths by the set of who is on them, summed over all subsets of each coalition.
    fn rate_exactly(&self) -> Result<Vec<f64>, Refusal> {
        let players = self.affiliates.len();
        let (mut brought, mut paths) = (vec![0.0; 1 << players], vec![0.0; 1 << players]);
        for (members, value) in self.of_path.iter().zip(&self.value) {
            let mask = members.iter().fold(0_usize, |mask, member| mask | 1 << member);
            brought[mask] += value;
            paths[mask] += 1.0;
        }
        for player in 0..players {
            for mask in (0..1_usize << players).filter(|mask| mask >> player & 1 == 1) {
                brought[mask] += brought[mask ^ 1 << player];
                paths[mask] += paths[mask ^ 1 << player];
            }
        }
        shapley(players, |mask| rate(brought[mask as usize], paths[mask as usize]))
    }
}

/// What comes of a path on average; nothing where there is none.
fn rate(brought: f64, paths: f64) -> f64 {
    if paths > 0.0 { brought / paths } else { 0.0 }
}

/// The rate of a coalition that grows.
struct Growing<'a> {
    members: &'a Members,
    /// The paths of each player.
    paths_of: Vec<Vec<u32>>,
    /// How many who are on each path have not joined.
    missing: Vec<u32>,
    brought: f64,
    paths: f64,
}

impl<'a> Growing<'a> {
    fn new(members: &'a Members) -> Self {
        let mut paths_of = vec![Vec::new(); members.affiliates.len()];
        for (path, on_it) in members.of_path.iter().enumerate() {
            on_it.iter().for_each(|&member| paths_of[member as usize].push(path as u32));
        }
        Self { members, paths_of, missing: Vec::new(), brought: 0.0, paths: 0.0 }
    }
}

impl Game for Growing<'_> {
    fn empty(&mut self) -> f64 {
        self.missing.clear();
        self.missing.extend(self.members.of_path.iter().map(|members| members.len() as u32));
        (self.brought, self.paths) = (0.0, 0.0);
        0.0
    }

    fn join(&mut self, player: usize) -> f64 {
        for &path in &self.paths_of[player] {
            let missing = &mut self.missing[path as usize];
            *missing -= 1;
            if *missing == 0 {
                self.brought += self.members.value[path as usize];
                self.paths += 1.0;
            }
        }
        rate(self.brought, self.paths)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::attribution::laws::{epoch_of, paths_of};

    /// One glove alone is worth nothing, the left and a right one together 1: the glove game told by paths.
    #[test]
    fn gloves_on_paths() {
        // Both right ones together with the left one add nothing, which totals cannot say: rates can.
        let paths = paths_of(&[(&[0, 1], 6), (&[0, 2], 6), (&[1, 2], 0), (&[0], 0), (&[1], 0), (&[2], 0)]);
        let mut credits = [0; 3];
        Shapley { worth: Coalition::Total, orders: 2 }.credit(&epoch_of(&paths), &mut credits).unwrap();
        assert_eq!(credits, [6, 3, 3]);
        // By rates {0, 1} and {0, 2} are worth 2 (of three paths each), all together 2 (of six): the glove game, doubled.
        Shapley { worth: Coalition::Rate, orders: 2 }.credit(&epoch_of(&paths), &mut credits).unwrap();
        assert_eq!(credits, [8, 2, 2]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// The closed form and the growing coalition against all coalitions one by one.
        #[test]
        fn every_way_to_the_value_leads_there(
            paths in prop::collection::vec((prop::collection::vec(0_u32..7, 1..6), 0_i64..9), 1..15),
        ) {
            let given = paths_of(&paths.iter().map(|(touches, value)| (&touches[..], *value)).collect::<Vec<_>>());
            let members = Members::of(&given);
            let players = members.affiliates.len();
            let within = |mask: u32, on_it: &[u32]| on_it.iter().all(|member| mask >> member & 1 == 1);
            let sums = |mask: u32| {
                let inside = (0..members.value.len()).filter(|&path| within(mask, &members.of_path[path]));
                inside.fold((0.0, 0.0), |(brought, paths), path| (brought + members.value[path], paths + 1.0))
            };
            let near = |found: &[f64], expected: &[f64]| found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9);
            prop_assert!(near(&members.total(), &shapley(players, |mask| sums(mask).0).unwrap()));
            let by_rate = shapley(players, |mask| rate(sums(mask).0, sums(mask).1)).unwrap();
            prop_assert!(near(&members.rate_exactly().unwrap(), &by_rate));
            let sampled = shapley_sampled(&mut Growing::new(&members), players, 300, &epoch_of(&given).draws).unwrap();
            for (player, exact) in by_rate.iter().enumerate() {
                let away = (sampled.values[player] - exact).abs();
                prop_assert!(away <= 8.0 * sampled.standard_errors[player] + 1e-9, "{away}");
            }
        }
    }
}
