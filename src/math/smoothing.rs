//! Exponentially weighted variances and covariances (RiskMetrics 1996), and the λ that forecast best.
//!
//! Returns count from zero and not from their mean, the newest last. λ = 0.94 halves a weight in 11.2 observations, 0.97 in 22.8.

use crate::math::ln;
use crate::math::matrix::Symmetric;
use crate::math::moments::Sum;

/// Observations from which a recursion takes its start, at most.
const START: usize = 75;
/// Observations that are passed over before forecasts are judged.
const WARM_UP: usize = 60;
/// Fewest forecasts that say anything of a λ.
const FEWEST_JUDGED: usize = 60;

/// Weighted mean of the products of two series: Σ λᵏ·xᵧ·yᵧ·(1 − λ)/(1 − λⁿ), k counted back from the newest; `None` of empty ones
/// or of lengths that differ.
pub fn covariance(one: &[f64], other: &[f64], lambda: f64) -> Option<f64> {
    if one.is_empty() || one.len() != other.len() {
        return None;
    }
    let (mut products, mut weights, mut weight) = (Sum::default(), Sum::default(), 1.0);
    for (one, other) in one.iter().zip(other).rev() {
        products.add(weight * one * other);
        weights.add(weight);
        weight *= lambda;
    }
    Some(products.total() / weights.total())
}

/// [`covariance`] of every pair of series; never indefinite, as all pairs have the same weights.
pub fn covariances(series: &[Vec<f64>], lambda: f64) -> Symmetric {
    Symmetric::from_fn(series.len(), |row, column| match (series.get(row), series.get(column)) {
        (Some(one), Some(other)) => covariance(one, other, lambda).unwrap_or(f64::NAN),
        _ => f64::NAN,
    })
}

/// The next variance: λ·σ² + (1 − λ)·r².
pub fn next(variance: f64, number: f64, lambda: f64) -> f64 {
    lambda * variance + (1.0 - lambda) * number * number
}

/// Where a recursion starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// At the square of the first return, which is then not counted again.
    First,
    /// At the weighted mean of the first squares, at most [`START`] of them, the first of them heaviest.
    Backcast,
}

/// The variance of the next return, step by step from the oldest; `None` of an empty series.
pub fn forecast(series: &[f64], lambda: f64, start: Start) -> Option<f64> {
    match start {
        Start::First => {
            let (first, rest) = series.split_first()?;
            Some(rest.iter().fold(first * first, |variance, number| next(variance, *number, lambda)))
        }
        Start::Backcast => {
            let mut head: Vec<f64> = series.iter().take(START).copied().collect();
            head.reverse();
            let first = covariance(&head, &head, lambda)?;
            Some(series.iter().fold(first, |variance, number| next(variance, *number, lambda)))
        }
    }
}

/// How well a λ forecast the returns that followed: the mean of ln σ² + r²/σ² (QLIKE; Patton 2011), lower is better. `None` where there
/// are too few returns or nothing moved for so long that a variance is 0.
pub fn loss(series: &[f64], lambda: f64) -> Option<f64> {
    let (warm, judged) = series.split_at_checked(WARM_UP).filter(|(_, judged)| judged.len() >= FEWEST_JUDGED)?;
    let mut variance = warm.iter().map(|number| number * number).sum::<f64>() / warm.len() as f64;
    let mut total = Sum::default();
    for number in judged {
        total.add(ln(variance) + number * number / variance);
        variance = next(variance, *number, lambda);
    }
    Some(total.total() / judged.len() as f64).filter(|loss| loss.is_finite())
}

/// Loss at every λ from 0.80 to 0.995 in steps of 0.005.
pub fn loss_curve(series: &[f64]) -> Vec<(f64, f64)> {
    (160..200).filter_map(|step| Some((f64::from(step) / 200.0, loss(series, f64::from(step) / 200.0)?))).collect()
}

/// The λ of the lowest loss; of two the larger one, which leans on more observations.
pub fn best(curve: &[(f64, f64)]) -> Option<f64> {
    let lower = |best: Option<(f64, f64)>, point: &(f64, f64)| match best {
        Some(best) if best.1 < point.1 => Some(best),
        _ => Some(*point),
    };
    curve.iter().fold(None, lower).map(|(lambda, _)| lambda)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_end_where_the_weights_do() {
        let series: Vec<f64> = (0..900).map(|day| f64::from((day * 37) % 101) / 1000.0 - 0.05).collect();
        let weighted = covariance(&series, &series, 0.94).unwrap();
        for start in [Start::First, Start::Backcast] {
            assert!((forecast(&series, 0.94, start).unwrap() / weighted - 1.0).abs() < 1e-12);
        }
        assert!((next(0.0001, 0.02, 0.9) - 0.00013).abs() < 1e-18);
        assert_eq!((covariance(&[], &[], 0.94), forecast(&[], 0.94, Start::First), loss(&series[..119], 0.94)), (None, None, None));
    }

    #[test]
    fn weights_of_one_are_a_mean() {
        let series = [0.01, -0.03, 0.02];
        assert!((covariance(&series, &series, 1.0).unwrap() - 0.0014 / 3.0).abs() < 1e-18);
        let pair = covariances(&[series.to_vec(), series.iter().map(|number| -2.0 * number).collect()], 0.97);
        assert!((pair.to_correlation().1.get(0, 1) + 1.0).abs() < 1e-15);
    }

    #[test]
    fn a_vol_that_leaps_wants_a_short_memory_and_one_that_stays_a_long_one() {
        let series = |block: i32| -> Vec<f64> {
            let size = |day: i32| if (day / block) % 2 == 0 { 0.01 } else { 0.05 };
            (0..1000).map(|day| f64::from((day * 7919) % 1009 - 504) / 504.0 * size(day)).collect()
        };
        let leaping = best(&loss_curve(&series(30))).unwrap();
        let steady = best(&loss_curve(&series(5000))).unwrap();
        assert!(leaping < 0.85 && steady > 0.99, "{leaping} {steady}");
        assert_eq!(best(&loss_curve(&[0.0; 500])), None);
    }
}
