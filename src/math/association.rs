//! How two samples go together: by their numbers (Pearson), by their ranks (Spearman), by the order of their pairs (Kendall).

use crate::math::moments::{Moments, sum};

/// Covariance over n − 1; `None` of fewer than two pairs.
pub fn covariance(one: &[f64], other: &[f64]) -> Option<f64> {
    let (first, second) = (Moments::of(one)?, Moments::of(other)?);
    let products = sum(one.iter().zip(other).map(|(one, other)| (one - first.mean) * (other - second.mean)));
    (one.len() == other.len() && one.len() > 1).then(|| products / (first.count - 1.0))
}

/// Correlation of the numbers; `None` where one of the samples does not differ in itself.
pub fn pearson(one: &[f64], other: &[f64]) -> Option<f64> {
    let scale = Moments::of(one)?.deviation()? * Moments::of(other)?.deviation()?;
    covariance(one, other).filter(|_| scale > 0.0).map(|covariance| (covariance / scale).clamp(-1.0, 1.0))
}

/// Correlation of the ranks; what is equal shares the mean of its ranks.
pub fn spearman(one: &[f64], other: &[f64]) -> Option<f64> {
    pearson(&ranks(one), &ranks(other))
}

/// Kendall's τ-b: pairs in the same order less pairs in the opposite one, over the pairs that are not tied.
pub fn kendall(one: &[f64], other: &[f64]) -> Option<f64> {
    let (mut same, mut first, mut second) = (0.0, 0.0, 0.0);
    for (at, (x, y)) in one.iter().zip(other).enumerate() {
        for (later_x, later_y) in one.iter().zip(other).skip(at + 1) {
            let (dx, dy) = (sign(later_x - x), sign(later_y - y));
            same += dx * dy;
            first += dx * dx;
            second += dy * dy;
        }
    }
    (one.len() == other.len() && first > 0.0 && second > 0.0).then(|| same / (first * second).sqrt())
}

fn sign(number: f64) -> f64 {
    if number > 0.0 {
        1.0
    } else if number < 0.0 {
        -1.0
    } else {
        0.0
    }
}

/// Ranks from 1; by counting, as what is linked into a first visit has no sort of its own.
fn ranks(sample: &[f64]) -> Vec<f64> {
    let rank = |number: &f64| {
        let (mut below, mut equal) = (0.0, 0.0);
        for other in sample {
            below += f64::from(u8::from(other < number));
            equal += f64::from(u8::from(other == number));
        }
        below + 0.5 * (equal + 1.0)
    };
    sample.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_agree_on_what_goes_straight_and_differ_on_what_does_not() {
        let (one, other) = ([1.0, 2.0, 3.0, 4.0], [1.0, 8.0, 27.0, 64.0]);
        assert_eq!((spearman(&one, &other), kendall(&one, &other)), (Some(1.0), Some(1.0)));
        assert!(pearson(&one, &other).unwrap() < 0.96);
        let tied = [1.0, 2.0, 2.0, 3.0];
        assert_eq!(ranks(&tied), [1.0, 2.5, 2.5, 4.0]);
        // 5 of 6 pairs in order, one tied in the second sample alone: 5/√(6·5).
        assert!((kendall(&one, &tied).unwrap() - 5.0 / 30.0_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn what_does_not_move_goes_with_nothing() {
        let (one, still) = ([1.0, 2.0, 3.0], [5.0; 3]);
        assert_eq!((pearson(&one, &still), spearman(&one, &still), kendall(&one, &still)), (None, None, None));
        assert_eq!((covariance(&one, &still), covariance(&one, &still[..2])), (Some(0.0), None));
    }
}
