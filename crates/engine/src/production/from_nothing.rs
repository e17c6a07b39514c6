//! Recipes that together make something from nothing.
//!
//! With runs x ≥ 0 of each recipe, net output is M·x. Something comes from nothing where some x has M·x ≥ 0 and not all
//! of it zero: then goods grow without anything but themselves going in (J. von Neumann, "A model of general economic
//! equilibrium", 1945). A linear program finds the x of at most one run each with the largest sum of net outputs.

/// What a way of producing with fixed proportions uses and makes.
pub(crate) struct Technology {
    /// Whose it is.
    pub cohort: usize,
    /// By good, in units of one run: what goes in and what comes out.
    pub flows: Vec<(usize, [f64; 2])>,
}

/// Net output below this share of what goes in is rounding.
const NEGLIGIBLE: f64 = 1e-9;

/// The technologies, by their places in `all`, that together make something from nothing; empty where none do. `goods` is how many
/// goods there are.
pub(crate) fn from_nothing(all: &[Technology], goods: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..all.len()).collect();
    // What takes a good that nobody makes needs something from outside: leave it out, and whatever lives on it.
    loop {
        let mut made = vec![false; goods];
        for &(good, [_, out]) in left.iter().flat_map(|&technology| &all[technology].flows) {
            made[good] |= out > 0.0;
        }
        let before = left.len();
        left.retain(|&technology| all[technology].flows.iter().all(|&(good, [used, _])| used == 0.0 || made[good]));
        if left.len() == before {
            break;
        }
    }
    let mut columns = Vec::new();
    for &technology in &left {
        let flows = &all[technology].flows;
        let most = flows.iter().flat_map(|(_, [used, out])| [*used, *out]).fold(f64::MIN_POSITIVE, f64::max);
        let mut column = vec![0.0; goods];
        flows.iter().for_each(|&(good, [used, out])| column[good] += (out - used) / most);
        columns.push(column);
    }
    let runs = most_from_nothing(&columns, goods);
    left.into_iter().zip(runs).filter(|(_, runs)| *runs > NEGLIGIBLE).map(|(technology, _)| technology).collect()
}

/// The runs x, 0 ≤ x ≤ 1, with the largest sum of net outputs M·x ≥ 0, by the simplex method with Bland's rule; all zero
/// where that sum is nothing. `columns` are those of M.
fn most_from_nothing(columns: &[Vec<f64>], goods: usize) -> Vec<f64> {
    let (n, m) = (columns.len(), goods + columns.len());
    if n == 0 {
        return Vec::new();
    }
    // Rows: −M·x + slack = 0 for each good, then x + slack = 1; then the sum to raise. The last column is the right side.
    let width = n + m + 1;
    let mut table = vec![vec![0.0; width]; m + 1];
    for (x, column) in columns.iter().enumerate() {
        for (good, net) in column.iter().enumerate() {
            table[good][x] = -net;
            table[m][x] -= net;
        }
        table[goods + x][x] = 1.0;
        table[goods + x][width - 1] = 1.0;
    }
    (0..m).for_each(|row| table[row][n + row] = 1.0);
    let mut basis: Vec<usize> = (n..n + m).collect();
    // The rule ends; only rounding could go round in circles, and then what was found so far is looked at.
    for _ in 0..64 * (n + m) {
        let Some(enters) = (0..n + m).find(|&column| table[m][column] < -NEGLIGIBLE) else { break };
        let rows = (0..m).filter(|&row| table[row][enters] > NEGLIGIBLE);
        let ratio = |row: usize| table[row][width - 1] / table[row][enters];
        let Some(leaves) = rows.min_by(|&a, &b| ratio(a).total_cmp(&ratio(b)).then(basis[a].cmp(&basis[b]))) else {
            break;
        };
        pivot(&mut table, leaves, enters);
        basis[leaves] = enters;
    }
    if table[m][width - 1] <= NEGLIGIBLE {
        return vec![0.0; n];
    }
    let mut runs = vec![0.0; n];
    for (row, &variable) in basis.iter().enumerate().filter(|(_, variable)| **variable < n) {
        runs[variable] = table[row][width - 1];
    }
    runs
}

fn pivot(table: &mut [Vec<f64>], row: usize, column: usize) {
    let by = table[row][column];
    table[row].iter_mut().for_each(|value| *value /= by);
    let pivoted = table[row].clone();
    for (_, other) in table.iter_mut().enumerate().filter(|(at, _)| *at != row) {
        let by = other[column];
        if by != 0.0 {
            other.iter_mut().zip(&pivoted).for_each(|(value, pivot)| *value -= by * pivot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amounts of goods.
    type Amounts<'a> = &'a [(usize, f64)];

    /// Technologies over goods 0, 1, 2, … from what goes in and what comes out.
    fn found(all: &[[Amounts<'_>; 2]]) -> Vec<usize> {
        let technology = |(at, [inputs, outputs]): (usize, &[Amounts<'_>; 2])| Technology {
            cohort: at,
            flows: inputs
                .iter()
                .map(|&(good, used)| (good, [used, 0.0]))
                .chain(outputs.iter().map(|&(good, out)| (good, [0.0, out])))
                .collect(),
        };
        let all: Vec<Technology> = all.iter().enumerate().map(technology).collect();
        from_nothing(&all, 4)
    }

    #[test]
    fn a_cycle_that_gains_is_found_and_one_that_does_not_is_left() {
        // 2 of good 0 make 1 of good 1, which makes 3 of good 0; a third recipe has nothing to do with it.
        let rest: [Amounts<'_>; 2] = [&[(2, 1.0)], &[(3, 5.0)]];
        assert_eq!(found(&[[&[(0, 2.0)], &[(1, 1.0)]], rest, [&[(1, 1.0)], &[(0, 3.0)]]]), [0, 2]);
        assert_eq!(found(&[[&[(0, 2.0)], &[(1, 1.0)]], rest, [&[(1, 1.0)], &[(0, 2.0)]]]), [0; 0]);
        assert_eq!(found(&[[&[(0, 2.0)], &[(1, 1.0)]], rest, [&[(1, 1.0)], &[(0, 1.9)]]]), [0; 0]);
    }

    #[test]
    fn a_side_product_of_an_even_cycle_comes_from_nothing() {
        assert_eq!(found(&[[&[(0, 1.0)], &[(1, 1.0), (2, 0.1)]], [&[(1, 1.0)], &[(0, 1.0)]]]), [0, 1]);
    }

    #[test]
    fn corn_that_needs_only_corn_grows_from_nothing_and_corn_that_needs_labour_does_not() {
        assert_eq!(found(&[[&[(0, 1.0)], &[(0, 1.5)]]]), [0]);
        assert_eq!(found(&[[&[(0, 1.0), (1, 0.1)], &[(0, 1.5)]]]), [0; 0]);
    }
}
