//! Symmetric matrices: what covariances and correlations are held in.
//!
//! Invariant: both triangles hold the same bits. A place outside of the matrix reads as NaN and is never written, so that nothing here
//! can panic.

mod cholesky;
mod eigen;
mod nearest;

pub use crate::math::matrix::cholesky::Root;
pub use crate::math::matrix::eigen::Eigen;
pub use crate::math::matrix::nearest::{Repair, TOLERANCE};

/// A symmetric matrix of finite numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Symmetric {
    size: usize,
    /// Row after row.
    values: Vec<f64>,
}

impl Symmetric {
    /// The matrix whose lower triangle, diagonal included, `entry` gives: row first, then column ≤ row.
    pub fn from_fn(size: usize, mut entry: impl FnMut(usize, usize) -> f64) -> Symmetric {
        let mut matrix = Symmetric { size, values: vec![0.0; size * size] };
        for row in 0..size {
            for column in 0..=row {
                matrix.set(row, column, entry(row, column));
            }
        }
        matrix
    }

    /// Ones on the diagonal.
    pub fn identity(size: usize) -> Symmetric {
        Symmetric::from_fn(size, |row, column| if row == column { 1.0 } else { 0.0 })
    }

    /// Rows and columns.
    pub fn size(&self) -> usize {
        self.size
    }

    /// One entry.
    pub fn get(&self, row: usize, column: usize) -> f64 {
        self.row(row).get(column).copied().unwrap_or(f64::NAN)
    }

    /// Writes an entry and its mirror image.
    pub fn set(&mut self, row: usize, column: usize, value: f64) {
        for (row, column) in [(row, column), (column, row)] {
            let width = self.size;
            if let Some(slot) = self.values.get_mut(row * width..).and_then(|rest| rest.get_mut(..width)?.get_mut(column)) {
                *slot = value;
            }
        }
    }

    /// The entries of a row.
    pub fn row(&self, row: usize) -> &[f64] {
        self.values.get(row * self.size..(row + 1) * self.size).unwrap_or_default()
    }

    /// The entries of the diagonal.
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.size).map(|place| self.get(place, place)).collect()
    }

    /// The rows and columns of some places, in their order.
    #[must_use]
    pub fn of_places(&self, places: &[usize]) -> Symmetric {
        let at = |place: usize| places.get(place).copied().unwrap_or(usize::MAX);
        Symmetric::from_fn(places.len(), |row, column| self.get(at(row), at(column)))
    }

    /// The matrix times a vector.
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.size).map(|row| dot(self.row(row), vector)).collect()
    }

    /// `x'Ax`.
    pub fn quadratic(&self, vector: &[f64]) -> f64 {
        dot(vector, &self.times(vector))
    }

    /// Standard deviations and correlations of a covariance. A variable that does not move has no correlation with any other: NaN
    /// off the diagonal, for whoever shows it as not available.
    pub fn to_correlation(&self) -> (Vec<f64>, Symmetric) {
        let deviations: Vec<f64> = self.diagonal().into_iter().map(|variance| variance.max(0.0).sqrt()).collect();
        let deviation = |place: usize| deviations.get(place).copied().unwrap_or(0.0);
        let correlation = Symmetric::from_fn(self.size, |row, column| {
            let scale = deviation(row) * deviation(column);
            match (row == column, scale > 0.0) {
                (true, _) => 1.0,
                (false, true) => (self.get(row, column) / scale).clamp(-1.0, 1.0),
                (false, false) => f64::NAN,
            }
        });
        (deviations, correlation)
    }

    /// The covariance of these standard deviations and correlations; a correlation that is not available counts as none.
    pub fn covariance(correlation: &Symmetric, deviations: &[f64]) -> Symmetric {
        let deviation = |place: usize| deviations.get(place).copied().unwrap_or(f64::NAN);
        Symmetric::from_fn(correlation.size, |row, column| {
            let scale = deviation(row) * deviation(column);
            let entry = correlation.get(row, column);
            if entry.is_nan() { 0.0 } else { entry * scale }
        })
    }

    /// A correlation matrix on the way to all ones: `(1 − θ)·R + θ·11ᵀ`, which stays positive semi-definite for θ from 0 to 1.
    #[must_use]
    pub fn stressed(&self, theta: f64) -> Symmetric {
        Symmetric::from_fn(self.size, |row, column| if row == column { 1.0 } else { (1.0 - theta) * self.get(row, column) + theta })
    }
}

/// Sum of the products.
pub fn dot(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| one * other).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_covariance_is_its_deviations_and_correlations() {
        let covariance = Symmetric::from_fn(3, |row, column| if row == column { (row + 1) as f64 } else { 0.5 });
        let (deviations, correlation) = covariance.to_correlation();
        let back = Symmetric::covariance(&correlation, &deviations);
        for row in 0..3 {
            assert!(back.row(row).iter().zip(covariance.row(row)).all(|(one, other)| (one - other).abs() < 1e-15));
        }
        assert!((covariance.quadratic(&[1.0, -1.0, 2.0]) - (1.0 + 2.0 + 12.0 + 2.0 * 0.5 * (-1.0 + 2.0 - 2.0))).abs() < 1e-14);
        assert!(covariance.get(0, 3).is_nan() && covariance.get(3, 0).is_nan());
        assert_eq!(covariance.of_places(&[2, 0]).row(0), [3.0, 0.5]);
    }

    #[test]
    fn what_does_not_move_has_no_correlation() {
        let covariance = Symmetric::from_fn(2, |row, column| if row == 0 && column == 0 { 0.04 } else { 0.0 });
        let (deviations, correlation) = covariance.to_correlation();
        assert_eq!((deviations[0], deviations[1], correlation.get(1, 1)), (0.2, 0.0, 1.0));
        assert!(correlation.get(0, 1).is_nan());
        assert_eq!(Symmetric::covariance(&correlation, &deviations).get(0, 1), 0.0);
    }
}
