//! Covariances of several series: of the sample, and shrunk towards equal correlations (Ledoit and Wolf 2004, "Honey, I shrunk the sample
//! covariance matrix", Journal of Portfolio Management 30(4), appendix B).

use crate::math::matrix::Symmetric;
use crate::math::moments::Moments;

/// Series of one length, each less its own mean; `None` where there are fewer than two observations or lengths that differ.
fn centered(series: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let length = series.first()?.len();
    let less = |numbers: &Vec<f64>| {
        let mean = Moments::of(numbers)?.mean;
        (numbers.len() == length && length > 1).then(|| numbers.iter().map(|number| number - mean).collect())
    };
    series.iter().map(less).collect()
}

/// Mean product of two centered series over `divisor`.
fn product(centered: &[Vec<f64>], row: usize, column: usize, divisor: f64) -> f64 {
    match (centered.get(row), centered.get(column)) {
        (Some(one), Some(other)) => crate::math::matrix::dot(one, other) / divisor,
        _ => f64::NAN,
    }
}

/// Covariances over n − 1; `None` where there are fewer than two observations or lengths that differ.
pub fn sample(series: &[Vec<f64>]) -> Option<Symmetric> {
    let centered = centered(series)?;
    let divisor = centered.first()?.len() as f64 - 1.0;
    Some(Symmetric::from_fn(series.len(), |row, column| product(&centered, row, column, divisor)))
}

/// A covariance drawn towards its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrunk {
    /// The covariances, over n; variances are those of the sample.
    pub covariance: Symmetric,
    /// The part of the target in it, 0 to 1.
    pub intensity: f64,
    /// The correlation of the target, which is that of all pairs.
    pub target: f64,
}

/// Covariances drawn towards those of equal correlations, the mean one, with the variances of the sample. `None` as in [`sample`], and
/// where a series does not move: its correlations are not known, let alone their mean.
pub fn shrunk(series: &[Vec<f64>]) -> Option<Shrunk> {
    let centered = centered(series)?;
    let (size, count) = (series.len(), centered.first()?.len() as f64);
    let sample = Symmetric::from_fn(size, |row, column| product(&centered, row, column, count));
    let (deviations, correlation) = sample.to_correlation();
    if deviations.iter().any(|deviation| *deviation <= 0.0 || !deviation.is_finite()) {
        return None;
    }
    let pairs = size * (size - 1) / 2;
    let sum: f64 = (0..size).flat_map(|row| correlation.row(row).get(..row).unwrap_or_default()).sum();
    let target = if pairs == 0 { 0.0 } else { sum / pairs as f64 };
    let deviation = |place: usize| deviations.get(place).copied().unwrap_or(f64::NAN);
    let aim = |row: usize, column: usize| {
        if row == column { sample.get(row, row) } else { target * deviation(row) * deviation(column) }
    };
    // π: how uncertain the sample is; ρ: how its errors go with those of the target; γ: how far the two are apart.
    let (mut uncertain, mut common, mut apart) = (0.0, 0.0, 0.0);
    for row in 0..size {
        for column in 0..size {
            let (Some(one), Some(other)) = (centered.get(row), centered.get(column)) else { continue };
            let (entry, own, others) = (sample.get(row, column), sample.get(row, row), sample.get(column, column));
            let (mut pi, mut of_row, mut of_column) = (0.0, 0.0, 0.0);
            for (x, y) in one.iter().zip(other) {
                let error = x * y - entry;
                pi += error * error;
                of_row += (x * x - own) * error;
                of_column += (y * y - others) * error;
            }
            uncertain += pi / count;
            common += if row == column {
                pi / count
            } else {
                let ratio = deviation(column) / deviation(row);
                0.5 * target * (ratio * of_row + of_column / ratio) / count
            };
            let gap = aim(row, column) - entry;
            apart += gap * gap;
        }
    }
    let intensity = if apart > 0.0 { ((uncertain - common) / apart / count).clamp(0.0, 1.0) } else { 0.0 };
    let covariance = Symmetric::from_fn(size, |row, column| intensity * aim(row, column) + (1.0 - intensity) * sample.get(row, column));
    Some(Shrunk { covariance, intensity, target })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(count: usize, length: usize) -> Vec<Vec<f64>> {
        let mut state = 9_u64;
        let mut number = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
        };
        let common: Vec<f64> = (0..length).map(|_| number()).collect();
        (0..count).map(|place| common.iter().map(|shared| shared + (1.0 + place as f64) * number()).collect()).collect()
    }

    #[test]
    fn few_observations_are_shrunk_more_than_many_and_always_have_a_root() {
        let (few, many) = (shrunk(&series(12, 8)).unwrap(), shrunk(&series(12, 800)).unwrap());
        assert!(few.intensity > many.intensity && many.intensity > 0.0, "{} {}", few.intensity, many.intensity);
        assert!(sample(&series(12, 8)).unwrap().eigen().values[8].abs() < 1e-12);
        let smallest = few.covariance.eigen().values[11];
        assert!(smallest > 1e-3 && few.covariance.cholesky().is_some(), "{smallest}");
    }

    #[test]
    fn variances_stay_and_two_series_keep_their_correlation() {
        let two = series(2, 40);
        let (plain, drawn) = (sample(&two).unwrap(), shrunk(&two).unwrap());
        // The mean of one correlation is that correlation.
        assert!((drawn.target - plain.to_correlation().1.get(0, 1)).abs() < 1e-15);
        for (row, column) in [(0, 0), (1, 1), (0, 1)] {
            assert!((drawn.covariance.get(row, column) / plain.get(row, column) - 39.0 / 40.0).abs() < 1e-13);
        }
        assert_eq!((drawn.intensity, shrunk(&series(1, 40)).unwrap().intensity), (0.0, 0.0));
    }

    #[test]
    fn what_cannot_be_estimated_is_not() {
        assert_eq!((sample(&[vec![1.0]]), sample(&[]), sample(&[vec![1.0, 2.0], vec![1.0]])), (None, None, None));
        assert_eq!(shrunk(&[vec![1.0, 2.0, 3.0], vec![5.0; 3]]), None);
    }
}
