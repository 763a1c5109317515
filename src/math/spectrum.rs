//! What the eigenvalues of a covariance say: how few directions most of it has, and how many bets a portfolio is.

use crate::math::matrix::{Symmetric, dot};
use crate::math::{exp, ln};

/// The part of all variance that the strongest fifth of the directions, at least one, absorbs (Kritzman, Li, Page and Rigobon 2011),
/// and how many directions those are; `None` where nothing moves.
pub fn absorption(matrix: &Symmetric) -> Option<(f64, usize)> {
    let values = matrix.eigen().values;
    let counted = ((values.len() as f64 / 5.0).round() as usize).max(1);
    let positive = |values: &[f64]| values.iter().map(|value| value.max(0.0)).sum::<f64>();
    let all = positive(&values);
    (all > 0.0).then(|| (positive(values.get(..counted).unwrap_or(&values)) / all, counted))
}

/// exp(−Σ p·ln p) of shares that are scaled to add up to one: 1 where one has all, n where n have the same; `None` where there is
/// nothing to share.
pub fn effective_number(shares: &[f64]) -> Option<f64> {
    let all: f64 = shares.iter().map(|share| share.max(0.0)).sum();
    let entropy = |share: &f64| -(share / all) * ln(share / all);
    (all > 0.0 && all.is_finite()).then(|| exp(shares.iter().filter(|share| **share > 0.0).map(entropy).sum()))
}

/// The part of a portfolio's variance along each direction of the covariance (Meucci 2009): (w'eₖ)²·λₖ, the strongest direction first.
pub fn bets(matrix: &Symmetric, weights: &[f64]) -> Vec<f64> {
    let eigen = matrix.eigen();
    let along = |(value, vector): (&f64, &Vec<f64>)| {
        let part = dot(vector, weights);
        part * part * value.max(0.0)
    };
    eigen.values.iter().zip(&eigen.vectors).map(along).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_directions_are_as_many_bets_as_there_are() {
        let identity = Symmetric::identity(10);
        assert_eq!(absorption(&identity), Some((0.2, 2)));
        assert!((effective_number(&[3.0; 7]).unwrap() - 7.0).abs() < 1e-13);
        assert_eq!((effective_number(&[0.0, 5.0]), effective_number(&[0.0]), effective_number(&[])), (Some(1.0), None, None));
        assert!((effective_number(&bets(&identity, &[1.0; 10])).unwrap() - 10.0).abs() < 1e-12);
    }

    #[test]
    fn one_direction_absorbs_what_moves_together() {
        let together = Symmetric::from_fn(4, |_, _| 1.0);
        assert!((absorption(&together).unwrap().0 - 1.0).abs() < 1e-15);
        assert!((effective_number(&bets(&together, &[1.0, 2.0, 3.0, 4.0])).unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(absorption(&Symmetric::from_fn(3, |_, _| 0.0)), None);
    }
}
