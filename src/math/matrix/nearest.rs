//! A correlation matrix that none can have → one nearby that is possible, and how far that is.
//!
//! Two repairs: eigenvalues below zero are set to zero and the diagonal is scaled back to one (Jäckel 2002, chapter 6; Rebonato and
//! Jäckel 1999), which is quick and what is asked of the accuracy set; and the nearest one in the sum of squares, by projecting in turn
//! onto the possible ones and onto those with ones on the diagonal (Higham 2002).

use crate::math::matrix::{Eigen, Symmetric};

/// An eigenvalue above the negative of this counts as zero.
pub const TOLERANCE: f64 = 1e-12;
/// Projections at most; twenty or thirty are usual.
const PROJECTIONS: usize = 400;

/// A repaired matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Repair {
    /// Ones on the diagonal and no eigenvalue below −[`TOLERANCE`]; to the bit what it was where nothing had to be repaired.
    pub matrix: Symmetric,
    /// Smallest eigenvalue before.
    pub smallest_before: f64,
    /// Largest change of an entry; 0 where nothing had to be repaired.
    pub largest_change: f64,
}

impl Repair {
    /// Whether anything had to be repaired.
    pub fn is_needed(&self) -> bool {
        self.smallest_before < -TOLERANCE
    }
}

impl Symmetric {
    /// Eigenvalues below zero become zero, then the diagonal becomes one again.
    pub fn spectral_repair(&self) -> Repair {
        self.repaired(Symmetric::clipped)
    }

    /// The nearest correlation matrix in the sum of squared differences.
    pub fn nearest_repair(&self) -> Repair {
        self.repaired(|matrix, _| {
            let (mut current, mut correction) = (matrix.clone(), Symmetric::from_fn(matrix.size(), |_, _| 0.0));
            for _ in 0..PROJECTIONS {
                let leaning = Symmetric::from_fn(matrix.size(), |row, column| current.get(row, column) - correction.get(row, column));
                let possible = leaning.eigen().without_negatives();
                correction = Symmetric::from_fn(matrix.size(), |row, column| possible.get(row, column) - leaning.get(row, column));
                let next = Symmetric::from_fn(matrix.size(), |row, column| if row == column { 1.0 } else { possible.get(row, column) });
                let change = next.largest_difference(&current);
                current = next;
                if change <= 1e-13 {
                    break;
                }
            }
            // What the last projection onto the diagonal has left below zero.
            current.clipped(&current.eigen())
        })
    }

    fn repaired(&self, repair: impl Fn(&Symmetric, &Eigen) -> Symmetric) -> Repair {
        let eigen = self.eigen();
        let smallest_before = eigen.values.last().copied().unwrap_or(0.0);
        if smallest_before >= -TOLERANCE {
            return Repair { matrix: self.clone(), smallest_before, largest_change: 0.0 };
        }
        let matrix = repair(self, &eigen);
        let largest_change = matrix.largest_difference(self);
        Repair { matrix, smallest_before, largest_change }
    }

    fn clipped(&self, eigen: &Eigen) -> Symmetric {
        let possible = eigen.without_negatives();
        Symmetric::from_fn(self.size(), |row, column| {
            let scale = (possible.get(row, row) * possible.get(column, column)).sqrt();
            match (row == column, scale > 0.0) {
                (true, _) => 1.0,
                (false, true) => (possible.get(row, column) / scale).clamp(-1.0, 1.0),
                (false, false) => 0.0,
            }
        })
    }

    fn largest_difference(&self, other: &Symmetric) -> f64 {
        self.values.iter().zip(&other.values).fold(0.0, |largest, (one, other)| largest.max((one - other).abs()))
    }
}

impl Eigen {
    /// The matrix of the eigenvalues that are not below zero.
    fn without_negatives(&self) -> Symmetric {
        let positive = || self.values.iter().zip(&self.vectors).filter(|(value, _)| **value > 0.0);
        let entry = |vector: &[f64], place: usize| vector.get(place).copied().unwrap_or(0.0);
        Symmetric::from_fn(self.values.len(), |row, column| {
            positive().map(|(value, vector)| value * entry(vector, row) * entry(vector, column)).sum()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(entries: [[f64; 3]; 3]) -> Symmetric {
        Symmetric::from_fn(3, |row, column| entries[row][column])
    }

    #[test]
    fn a_possible_matrix_keeps_its_bits() {
        let matrix = of([[1.0, 0.0, 0.0], [0.9, 1.0, 0.0], [0.7, 0.4, 1.0]]);
        let repair = matrix.spectral_repair();
        assert!(!repair.is_needed() && repair.matrix == matrix && repair.largest_change == 0.0 && repair.smallest_before > 0.0);
        let singular = of([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]);
        assert!(!singular.nearest_repair().is_needed());
    }

    #[test]
    fn the_nearest_matrix_is_that_of_the_literature() {
        // Higham 2002, section 4: the tridiagonal matrix of ones, and its nearest correlation matrix.
        let repair = of([[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.0, 1.0, 1.0]]).nearest_repair();
        assert!((repair.smallest_before - (1.0 - 2.0_f64.sqrt())).abs() < 1e-14);
        for (row, column, expected) in [(1, 0, 0.760_689_85), (2, 1, 0.760_689_85), (2, 0, 0.157_298_11)] {
            assert!((repair.matrix.get(row, column) - expected).abs() < 1e-7, "{row} {column} {}", repair.matrix.get(row, column));
        }
    }

    #[test]
    fn every_impossible_matrix_becomes_possible_by_either_repair() {
        let mut state = 3_u64;
        let mut needed = 0;
        for round in 0..300 {
            let size = 2 + round % 9;
            let matrix = Symmetric::from_fn(size, |row, column| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                if row == column { 1.0 } else { (state >> 11) as f64 / (1_u64 << 52) as f64 - 1.0 }
            });
            for repair in [matrix.spectral_repair(), matrix.nearest_repair()] {
                let smallest = *repair.matrix.eigen().values.last().unwrap();
                assert!(smallest >= -TOLERANCE, "{round}: {smallest:e}");
                assert!((0..size).all(|place| repair.matrix.get(place, place) == 1.0));
                assert!(repair.matrix.cholesky().is_some(), "{round}");
                needed += usize::from(repair.is_needed());
            }
            let distance = |repair: &Repair| -> f64 {
                repair.matrix.values.iter().zip(&matrix.values).map(|(one, other)| (one - other) * (one - other)).sum()
            };
            assert!(distance(&matrix.nearest_repair()) <= distance(&matrix.spectral_repair()) + 1e-9, "{round}");
        }
        assert!(needed > 300, "{needed}");
    }
}
