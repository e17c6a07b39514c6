//! Small dense matrices, and linear systems solved by Gaussian elimination with row exchanges.

use std::ops::{Index, IndexMut};

/// A matrix of `f64`, row after row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    /// How many rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// How many columns.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Row `row`.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.columns..][..self.columns]
    }

    /// Row `row`, to write.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.values[row * self.columns..][..self.columns]
    }

    /// Sets every element to zero.
    pub fn clear(&mut self) {
        self.values.fill(0.0);
    }
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;

    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.values[row * self.columns + column]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.values[row * self.columns + column]
    }
}

/// The triangular factors of a square matrix with its rows exchanged, P·A = L·U.
#[derive(Debug, Clone)]
pub struct Factors {
    /// L below the diagonal (its diagonal is one), U on and above it.
    both: Matrix,
    /// The row of A that stands in each row.
    order: Vec<usize>,
    /// The sign of the exchanges.
    parity: f64,
}

impl Factors {
    /// Factors `matrix`, each column's pivot the largest relative to its row's scale (Golub and Van Loan, "Matrix
    /// Computations", section 3.4, with implicit scaling). `None` when it is singular to working precision, or holds
    /// what is not finite.
    ///
    /// # Panics
    /// When the matrix is not square.
    #[must_use]
    pub fn of(matrix: &Matrix) -> Option<Self> {
        let n = matrix.rows;
        assert_eq!(n, matrix.columns, "only a square matrix has factors");
        let mut both = matrix.clone();
        let mut order: Vec<usize> = (0..n).collect();
        let mut parity = 1.0;
        let greatest = |row: &[f64]| row.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let mut scale: Vec<f64> = (0..n).map(|row| greatest(both.row(row))).collect();
        let usable = |&scale: &f64| scale > 0.0 && scale.is_finite();
        if !scale.iter().all(usable) || both.values.iter().any(|value| value.is_nan()) {
            return None;
        }
        for k in 0..n {
            let mut pivot = k;
            for row in k + 1..n {
                if both[(row, k)].abs() / scale[row] > both[(pivot, k)].abs() / scale[pivot] {
                    pivot = row;
                }
            }
            // What elimination leaves of an exactly singular matrix is of the size of its roundings.
            if both[(pivot, k)].abs() <= 4.0 * n as f64 * f64::EPSILON * scale[pivot] {
                return None;
            }
            if pivot != k {
                for column in 0..n {
                    let kept = both[(k, column)];
                    both[(k, column)] = both[(pivot, column)];
                    both[(pivot, column)] = kept;
                }
                scale.swap(k, pivot);
                order.swap(k, pivot);
                parity = -parity;
            }
            for row in k + 1..n {
                let factor = both[(row, k)] / both[(k, k)];
                both[(row, k)] = factor;
                for column in k + 1..n {
                    let change = factor * both[(k, column)];
                    both[(row, column)] -= change;
                }
            }
        }
        Some(Self { both, order, parity })
    }

    /// The x with A·x = `right`.
    #[must_use]
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.order.len();
        let mut x: Vec<f64> = self.order.iter().map(|&row| right[row]).collect();
        for row in 0..n {
            for column in 0..row {
                x[row] -= self.both[(row, column)] * x[column];
            }
        }
        for row in (0..n).rev() {
            for column in row + 1..n {
                x[row] -= self.both[(row, column)] * x[column];
            }
            x[row] /= self.both[(row, row)];
        }
        x
    }

    /// The sign of the determinant: 1 or −1.
    #[must_use]
    pub fn sign(&self) -> i8 {
        let negative = (0..self.order.len()).filter(|&k| self.both[(k, k)] < 0.0).count();
        if (self.parity < 0.0) == (negative % 2 == 0) { -1 } else { 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[f64]]) -> Matrix {
        let mut matrix = Matrix::zeros(rows.len(), rows[0].len());
        for (row, values) in rows.iter().enumerate() {
            matrix.row_mut(row).copy_from_slice(values);
        }
        matrix
    }

    /// w = 2, 2x + y = 5 and x − 3y = −8 give x = 1 and y = 3; a zero stands where no pivot may.
    #[test]
    fn a_system_that_needs_its_rows_exchanged() {
        let a = matrix(&[&[0.0, 0.0, 1.0], &[2.0, 1.0, 0.0], &[1.0, -3.0, 0.0]]);
        let factors = Factors::of(&a).unwrap();
        let x = factors.solve(&[2.0, 5.0, -8.0]);
        for (found, expected) in x.iter().zip([1.0, 3.0, 2.0]) {
            assert!((found - expected).abs() < 1e-14);
        }
        // Expanding along the first row: 1·(2·(−3) − 1·1) = −7.
        assert_eq!(factors.sign(), -1);
    }

    #[test]
    fn rows_of_very_different_scale_keep_their_precision() {
        let a = matrix(&[&[1e-12, 1e-12], &[1e9, -1e9]]);
        let x = Factors::of(&a).unwrap().solve(&[3e-12, 1e9]);
        assert!((x[0] - 2.0).abs() < 1e-14 && (x[1] - 1.0).abs() < 1e-14);
    }

    #[test]
    fn what_is_singular_or_not_a_number_has_no_factors() {
        assert!(Factors::of(&matrix(&[&[1.0, 2.0], &[2.0, 4.0]])).is_none());
        assert!(Factors::of(&matrix(&[&[0.1, 0.2, 0.3], &[0.3, 0.1, 0.2], &[0.4, 0.3, 0.5]])).is_none());
        assert!(Factors::of(&matrix(&[&[f64::NAN, 1.0], &[1.0, 1.0]])).is_none());
        assert!(Factors::of(&matrix(&[&[0.0, 0.0], &[1.0, 1.0]])).is_none());
    }
}
