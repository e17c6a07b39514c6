//! How much few hold.

use walras_catalog::{choice, entry};
use walras_ledger::Atoms;

use super::{Monitor, Seen, Verdict, Watches};

choice! {
    /// A number for how unequally something is held.
    pub enum Index {
        /// The Herfindahl–Hirschman index: the sum of the squares of all shares, from 1/n to 1.
        HerfindahlHirschman = "herfindahl_hirschman",
        /// The greatest share.
        Largest = "largest",
        /// The Gini coefficient, from 0 to 1 − 1/n.
        Gini = "gini",
    }
}

entry! {
    /// An alert while an asset is held by too few. It points to those whose share is above `pointed_share`.
    ///
    /// The Gini coefficient sorts all holders in every look; the others read each once. While nobody holds anything nothing
    /// is said.
    pub struct Concentration = "concentration" {
        formula: "Σ s_i², max s_i, or Σ_i (2i − n − 1)·x_(i)/(n·Σ x); alert where it is above the limit",
        source: "A. O. Hirschman, \"The paternity of an index\", American Economic Review 54, 1964; C. Gini, \"Variabilità e mutabilità\", 1912",
        /// The number.
        index: Index = Index::HerfindahlHirschman;
        /// The highest value that is in order.
        limit: f64, within 0.0..=1.0;
        /// From which share of the whole an alert points to a holder.
        pointed_share: f64 = 0.1, within 0.0..=1.0;
    }
}

impl Monitor for Concentration {
    fn watches(&self) -> Watches<'_> {
        Watches::Holdings
    }

    fn memory(&self, _: usize) -> Result<Vec<f64>, String> {
        Ok(Vec::new())
    }

    fn look(&self, seen: &Seen<'_>, _: &mut [f64], pointed: &mut Vec<u32>) -> Verdict {
        pointed.clear();
        let Seen::Holdings(holdings) = *seen else { return Verdict::Quiet };
        let total: i128 = holdings.iter().map(|&atoms| i128::from(atoms)).sum();
        if total <= 0 {
            return Verdict::Quiet;
        }
        let total = total as f64;
        let verdict = Verdict::above(self.index.of(holdings, total), self.limit);
        if verdict.is_alert() {
            let large = |&(_, &atoms): &(usize, &Atoms)| atoms as f64 / total > self.pointed_share;
            pointed.extend(holdings.iter().enumerate().filter(large).map(|(row, _)| row as u32));
        }
        verdict
    }
}

impl Index {
    /// The index of what is held, `total` its positive sum.
    fn of(self, holdings: &[Atoms], total: f64) -> f64 {
        match self {
            Self::HerfindahlHirschman => {
                holdings.iter().fold(0.0, |sum, &atoms| sum + (atoms as f64 / total) * (atoms as f64 / total))
            }
            Self::Largest => holdings.iter().fold(0, |most: Atoms, &atoms| most.max(atoms)) as f64 / total,
            Self::Gini => {
                let mut sorted = holdings.to_vec();
                sorted.sort_unstable();
                let count = sorted.len() as f64;
                let rank =
                    |(i, &atoms): (usize, &Atoms)| (2.0 * (i as f64 + 1.0) - count - 1.0) * (atoms as f64 / total);
                sorted.iter().enumerate().map(rank).fold(0.0, |sum, term| sum + term) / count
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked examples of the reference: HHI .30 and Gini .25 of 1, 2, 3, 4; Gini .75 of one who holds all.
    #[test]
    fn indices_are_those_of_the_worked_examples() {
        let of = |index: Index, holdings: &[Atoms]| index.of(holdings, holdings.iter().sum::<Atoms>() as f64);
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-15, "{value} is not {expected}");
        near(of(Index::HerfindahlHirschman, &[1, 2, 3, 4]), 0.30);
        near(of(Index::Gini, &[3, 1, 4, 2]), 0.25);
        near(of(Index::Gini, &[0, 0, 0, 1]), 0.75);
        near(of(Index::Largest, &[1, 2, 3, 4]), 0.4);
        near(of(Index::HerfindahlHirschman, &[5; 8]), 0.125);
        near(of(Index::Gini, &[5; 8]), 0.0);
    }

    #[test]
    fn it_points_to_the_large_and_to_nobody_when_quiet() {
        let monitor = Concentration { index: Index::Largest, limit: 0.39, pointed_share: 0.25 };
        let mut pointed = vec![7];
        let verdict = monitor.look(&Seen::Holdings(&[1, 2, 3, 4]), &mut [], &mut pointed);
        assert_eq!((verdict, pointed.as_slice()), (Verdict::Alert { level: 0.39, value: 0.4 }, &[2, 3][..]));
        assert_eq!(monitor.look(&Seen::Holdings(&[3, 3, 3, 3]), &mut [], &mut pointed), Verdict::Quiet);
        assert!(pointed.is_empty());
        assert_eq!(monitor.look(&Seen::Holdings(&[0, 0]), &mut [], &mut pointed), Verdict::Quiet);
    }
}
