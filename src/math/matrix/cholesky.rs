//! A square root of a positive semi-definite matrix: Cholesky's, with the largest pivot first, which keeps its digits where the matrix
//! is singular (Higham 1990, "Analysis of the Cholesky decomposition of a semi-definite matrix").

use crate::math::matrix::{Symmetric, TOLERANCE, dot};

/// What gives the matrix when it is multiplied by its own mirror image: correlated numbers are this times independent ones.
#[derive(Clone, Debug, PartialEq)]
pub struct Root {
    /// In the order of the matrix; as many columns as it has directions that move.
    rows: Vec<Vec<f64>>,
}

impl Root {
    /// Directions that move.
    pub fn rank(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// Independent numbers, one for each direction that moves, become correlated ones.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| dot(row, vector)).collect()
    }

    /// The matrix that this is the root of.
    pub fn squared(&self) -> Symmetric {
        let row = |place: usize| self.rows.get(place).map(Vec::as_slice).unwrap_or_default();
        Symmetric::from_fn(self.rows.len(), |one, other| dot(row(one), row(other)))
    }
}

impl Symmetric {
    /// A root. `None` where the matrix is not positive semi-definite but for [`TOLERANCE`] of its largest entry on the diagonal, or
    /// holds what is no number.
    pub fn cholesky(&self) -> Option<Root> {
        let size = self.size();
        let largest = self.diagonal().into_iter().fold(0.0, f64::max);
        let nothing = TOLERANCE * largest * size as f64;
        let mut left = self.clone();
        let mut open: Vec<usize> = (0..size).collect();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        while let Some(pivot) =
            open.iter().copied().reduce(|one, other| if left.get(other, other) > left.get(one, one) { other } else { one })
        {
            let square = left.get(pivot, pivot);
            if square.is_nan() || square <= nothing {
                break;
            }
            let root = square.sqrt();
            let column: Vec<f64> = (0..size)
                .map(|row| match row {
                    _ if row == pivot => root,
                    _ if open.contains(&row) => left.get(row, pivot) / root,
                    _ => 0.0,
                })
                .collect();
            open.retain(|place| *place != pivot);
            let entry = |place: usize| column.get(place).copied().unwrap_or(0.0);
            for (at, row) in open.iter().enumerate() {
                for other in open.iter().take(at + 1) {
                    left.set(*row, *other, left.get(*row, *other) - entry(*row) * entry(*other));
                }
            }
            columns.push(column);
        }
        let rest = open.iter().flat_map(|row| open.iter().map(|other| left.get(*row, *other).abs()));
        if rest.fold(0.0, |largest: f64, entry| if entry.is_nan() { f64::INFINITY } else { largest.max(entry) }) > nothing {
            return None;
        }
        Some(Root { rows: (0..size).map(|row| columns.iter().filter_map(|column| column.get(row).copied()).collect()).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_square_of_the_root_is_the_matrix() {
        let matrix = Symmetric::from_fn(3, |row, column| [[4.0, 0.0, 0.0], [2.0, 10.0, 0.0], [-2.0, 0.5, 3.5]][row][column]);
        let root = matrix.cholesky().unwrap();
        let squared = root.squared();
        assert!((0..3).all(|row| (0..3).all(|column| (squared.get(row, column) - matrix.get(row, column)).abs() < 1e-14)));
        // The largest pivot is the second variable's.
        assert_eq!((root.rank(), root.times(&[1.0, 0.0, 0.0])[1]), (3, 10.0_f64.sqrt()));
    }

    #[test]
    fn a_perfect_correlation_has_a_root_and_an_impossible_one_none() {
        let with = |entry: f64| Symmetric::from_fn(3, |row, column| if row == column { 1.0 } else { entry });
        let root = with(1.0).cholesky().unwrap();
        assert_eq!((root.rank(), root.times(&[2.0])), (1, vec![2.0; 3]));
        for entry in [-0.9, 1.5, f64::NAN] {
            assert_eq!(with(entry).cholesky(), None, "{entry}");
        }
        assert!(with(0.0).cholesky().is_some() && Symmetric::identity(0).cholesky().is_some());
        assert_eq!(Symmetric::from_fn(2, |row, column| if row == column { 0.0 } else { 1.0 }).cholesky(), None);
    }
}
