//! Eigenvalues and eigenvectors of a symmetric matrix, by rotations (Jacobi 1846; the cyclic order of Rutishauser 1966).
//!
//! Invariant: a fixed order of rotations and no threshold that depends on timing, so that the same matrix has the same bits everywhere.
//! Of each vector the entry that is largest in size, the first of them, is positive.

use crate::math::matrix::Symmetric;

/// Sweeps over all pairs; a symmetric matrix needs six to ten.
const SWEEPS: usize = 60;

/// Eigenvalues, the largest first, and the vector of length 1 of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigen {
    /// Eigenvalues, descending.
    pub values: Vec<f64>,
    /// Their vectors, in the same order.
    pub vectors: Vec<Vec<f64>>,
}

impl Symmetric {
    /// Eigenvalues and eigenvectors. Entries that are no numbers give eigenvalues that are none.
    pub fn eigen(&self) -> Eigen {
        let size = self.size();
        let mut matrix = self.clone();
        // Row k holds the k-th vector.
        let mut vectors: Vec<Vec<f64>> =
            (0..size).map(|row| (0..size).map(|column| if row == column { 1.0 } else { 0.0 }).collect()).collect();
        for _ in 0..SWEEPS {
            let mut is_still = true;
            for row in 1..size {
                for column in 0..row {
                    is_still &= !rotate(&mut matrix, &mut vectors, column, row);
                }
            }
            if is_still {
                break;
            }
        }
        let mut pairs: Vec<(f64, Vec<f64>)> = matrix.diagonal().into_iter().zip(vectors).collect();
        // By insertion: what is linked into a first visit has no sort of its own.
        for end in 1..pairs.len() {
            for at in (1..=end).rev() {
                let is_above = matches!((pairs.get(at - 1), pairs.get(at)), (Some(one), Some(other)) if one.0 < other.0);
                if !is_above {
                    break;
                }
                pairs.swap(at - 1, at);
            }
        }
        for (_, vector) in &mut pairs {
            let largest = vector.iter().fold(0.0_f64, |largest, entry| if entry.abs() > largest.abs() { *entry } else { largest });
            if largest < 0.0 {
                vector.iter_mut().for_each(|entry| *entry = -*entry);
            }
        }
        let (values, vectors) = pairs.into_iter().unzip();
        Eigen { values, vectors }
    }
}

/// Turns the entry of a pair into zero; `false` where it is nothing beside the two diagonal entries.
fn rotate(matrix: &mut Symmetric, vectors: &mut [Vec<f64>], p: usize, q: usize) -> bool {
    let (entry, first, second) = (matrix.get(p, q), matrix.get(p, p), matrix.get(q, q));
    if entry == 0.0 || (first + entry == first && second + entry == second && first - entry == first && second - entry == second) {
        if entry != 0.0 {
            matrix.set(p, q, 0.0);
        }
        return false;
    }
    let ratio = (second - first) / (2.0 * entry);
    let tangent = if ratio.abs() > 1e150 {
        0.5 / ratio
    } else {
        let size = 1.0 / (ratio.abs() + (ratio * ratio + 1.0).sqrt());
        if ratio < 0.0 { -size } else { size }
    };
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    for other in (0..matrix.size()).filter(|other| *other != p && *other != q) {
        let (one, two) = (matrix.get(p, other), matrix.get(q, other));
        matrix.set(p, other, cosine * one - sine * two);
        matrix.set(q, other, sine * one + cosine * two);
    }
    matrix.set(p, p, first - tangent * entry);
    matrix.set(q, q, second + tangent * entry);
    matrix.set(p, q, 0.0);
    if let Ok([one, two]) = vectors.get_disjoint_mut([p, q]) {
        for (one, two) in one.iter_mut().zip(two) {
            (*one, *two) = (cosine * *one - sine * *two, sine * *one + cosine * *two);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pseudo_random(size: usize, mut state: u64) -> Symmetric {
        Symmetric::from_fn(size, |_, _| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
        })
    }

    #[test]
    fn vectors_are_orthonormal_and_make_up_the_matrix() {
        for size in [1, 2, 3, 7, 20, 45] {
            let matrix = pseudo_random(size, size as u64);
            let Eigen { values, vectors } = matrix.eigen();
            assert!(values.windows(2).all(|pair| pair[0] >= pair[1]));
            for row in 0..size {
                for column in 0..size {
                    let sum: f64 = (0..size).map(|k| values[k] * vectors[k][row] * vectors[k][column]).sum();
                    assert!((sum - matrix.get(row, column)).abs() < 1e-13, "{size}: {row} {column}");
                    let product: f64 = vectors[row].iter().zip(&vectors[column]).map(|(one, other)| one * other).sum();
                    assert!((product - f64::from(u8::from(row == column))).abs() < 1e-13);
                }
            }
            assert!((values.iter().sum::<f64>() - matrix.diagonal().iter().sum::<f64>()).abs() < 1e-12);
        }
    }

    #[test]
    fn equal_correlations_have_the_eigenvalues_of_theory() {
        // 1 + (n − 1)ρ once and 1 − ρ for the rest.
        let Eigen { values, vectors } = Symmetric::from_fn(5, |row, column| if row == column { 1.0 } else { 0.3 }).eigen();
        assert!((values[0] - 2.2).abs() < 1e-14 && values[1..].iter().all(|value| (value - 0.7).abs() < 1e-14));
        assert!(vectors[0].iter().all(|entry| (entry - 0.2_f64.sqrt()).abs() < 1e-14));
    }

    #[test]
    fn scales_that_differ_by_many_powers_of_ten_keep_their_eigenvalues() {
        let values = Symmetric::from_fn(3, |row, column| [[1e200, 0.0, 0.0], [1e80, 1.0, 0.0], [0.0, 1e-80, 1e-200]][row][column]).eigen();
        assert!(values.values.iter().all(|value| value.is_finite()) && (values.values[0] / 1e200 - 1.0).abs() < 1e-15);
        let nothing = Symmetric::from_fn(2, |_, _| f64::NAN).eigen();
        assert!(nothing.values.iter().all(|value| value.is_nan()));
    }
}
