//! What a sample of numbers has in the middle, around it and at its ends.
//!
//! Means are sums with their rounding errors carried along (Neumaier 1974), deviations are taken from the mean and never as a
//! difference of squares, and what the mean misses is taken off again (Chan, Golub and LeVeque 1983): NIST's NumAcc4, whose
//! thousand numbers agree in eight digits, keeps what its digits allow.

/// A standard deviation below this part of the mean is rounding.
const NOTHING: f64 = 1e-15;

/// A sum that carries its rounding errors along.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    /// Adds a number.
    pub fn add(&mut self, number: f64) {
        let next = self.sum + number;
        self.lost += if self.sum.abs() >= number.abs() { (self.sum - next) + number } else { (number - next) + self.sum };
        self.sum = next;
    }

    /// The sum so far.
    pub fn total(self) -> f64 {
        self.sum + self.lost
    }
}

/// The sum of numbers, with at most one rounding that shows.
pub fn sum(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sum = Sum::default();
    numbers.for_each(|number| sum.add(number));
    sum.total()
}

/// Mean and central moments of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// How many numbers.
    pub count: f64,
    /// Mean.
    pub mean: f64,
    /// Means of the second, third and fourth power of the distance from the mean.
    central: [f64; 3],
}

impl Moments {
    /// Of a sample; `None` of an empty one.
    pub fn of(sample: &[f64]) -> Option<Moments> {
        let count = sample.len() as f64;
        if sample.is_empty() {
            return None;
        }
        let mean = sum(sample.iter().copied()) / count;
        let power = |power: fn(f64) -> f64| sum(sample.iter().map(|number| power(number - mean))) / count;
        // What the rounded mean misses.
        let missed = power(|distance| distance);
        let (second, third, fourth) = (power(|d| d * d), power(|d| d * d * d), power(|d| d * d * d * d));
        let mean = mean + missed;
        let variance = second - missed * missed;
        // Numbers that differ by their last bit alone do not differ.
        if variance <= NOTHING * NOTHING * mean * mean {
            return Some(Moments { count, mean, central: [0.0; 3] });
        }
        let central = [variance, third - 3.0 * missed * second, fourth - 4.0 * missed * third];
        Some(Moments { count, mean, central })
    }

    /// Variance of the sample, over n − 1; `None` of fewer than two numbers.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1.0).then(|| self.central[0] * (self.count / (self.count - 1.0)))
    }

    /// Standard deviation of the sample, over n − 1; `None` of fewer than two numbers.
    pub fn deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// Skewness of the numbers as a population: m₃/m₂^1.5; `None` where they do not differ.
    pub fn skewness(&self) -> Option<f64> {
        let [second, third, _] = self.central;
        (second > 0.0).then(|| third / (second * second.sqrt()))
    }

    /// Kurtosis of the numbers as a population less that of a normal distribution: m₄/m₂² − 3; `None` where they do not differ.
    pub fn excess_kurtosis(&self) -> Option<f64> {
        let [second, _, fourth] = self.central;
        (second > 0.0).then(|| fourth / (second * second) - 3.0)
    }

    /// Skewness with Fisher's correction for a sample: G₁ = g₁·√(n(n − 1))/(n − 2).
    pub fn sample_skewness(&self) -> Option<f64> {
        let n = self.count;
        self.skewness().filter(|_| n > 2.0).map(|skewness| skewness * (n * (n - 1.0)).sqrt() / (n - 2.0))
    }

    /// Excess kurtosis with Fisher's correction for a sample: G₂ = (n − 1)/((n − 2)(n − 3))·((n + 1)g₂ + 6).
    pub fn sample_excess_kurtosis(&self) -> Option<f64> {
        let n = self.count;
        self.excess_kurtosis().filter(|_| n > 3.0).map(|kurtosis| (n - 1.0) / ((n - 2.0) * (n - 3.0)) * ((n + 1.0) * kurtosis + 6.0))
    }
}

/// How a sample goes with itself `lag` places later: Σ(xₜ − m)(xₜ₊ₗ − m)/Σ(xₜ − m)²; `None` where its numbers do not differ.
pub fn autocorrelation(sample: &[f64], lag: usize) -> Option<f64> {
    let mean = Moments::of(sample)?.mean;
    let later = sample.get(lag..)?;
    let squares = sum(sample.iter().map(|number| (number - mean) * (number - mean)));
    let products = sum(sample.iter().zip(later).map(|(number, later)| (number - mean) * (later - mean)));
    (squares > 0.0).then(|| products / squares)
}

/// The largest fall of what was invested at the start, from a height that it had before, as a part of that height; returns are simple.
pub fn largest_fall(returns: &[f64]) -> f64 {
    let (mut worth, mut height, mut largest) = (1.0_f64, 1.0_f64, 0.0_f64);
    for number in returns {
        worth *= 1.0 + number;
        height = height.max(worth);
        largest = largest.max(1.0 - worth / height);
    }
    largest
}

/// The number below which a part `level` of an ascending sample lies, straight between its neighbors (Hyndman and Fan 1996, type 7);
/// `None` of an empty one.
pub fn quantile(ascending: &[f64], level: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let place = level.clamp(0.0, 1.0) * last as f64;
    let below = (place as usize).min(last);
    let (low, high) = (*ascending.get(below)?, *ascending.get((below + 1).min(last))?);
    Some(low + (high - low) * (place - below as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_difference_of_large_numbers_is_kept() {
        for base in [0.0, 1e7, 1e12] {
            let sample = [base + 4.0, base + 7.0, base + 13.0, base + 16.0];
            let moments = Moments::of(&sample).unwrap();
            assert_eq!((moments.mean, moments.variance().unwrap()), (base + 10.0, 30.0), "{base}");
        }
        assert_eq!(sum([1e100, 1.0, -1e100].into_iter()), 1.0);
    }

    #[test]
    fn a_sample_that_does_not_differ_has_no_shape() {
        let moments = Moments::of(&[0.01; 19]).unwrap();
        assert_eq!((moments.deviation(), moments.skewness(), moments.excess_kurtosis()), (Some(0.0), None, None));
        assert_eq!((autocorrelation(&[2.0; 5], 1), Moments::of(&[])), (None, None));
        assert_eq!(Moments::of(&[3.0]).unwrap().variance(), None);
    }

    #[test]
    fn shapes_of_small_samples_are_those_of_hand() {
        // m₂ = 2, m₃ = 0, m₄ = 6.8 of 1…5.
        let moments = Moments::of(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap();
        assert_eq!(moments.skewness(), Some(0.0));
        assert!(
            (moments.excess_kurtosis().unwrap() + 1.3).abs() < 1e-15 && (moments.sample_excess_kurtosis().unwrap() + 1.2).abs() < 1e-14
        );
        assert!((autocorrelation(&[1.0, 2.0, 3.0, 4.0, 5.0], 1).unwrap() - 0.4).abs() < 1e-15);
    }

    #[test]
    fn quantiles_and_falls() {
        let sample = [1.0, 2.0, 4.0, 8.0];
        for (level, expected) in [(0.0, 1.0), (0.5, 3.0), (0.9, 6.8), (1.0, 8.0)] {
            assert!((quantile(&sample, level).unwrap() - expected).abs() < 1e-14, "{level}");
        }
        assert_eq!((quantile(&[], 0.5), quantile(&[7.0], 0.3)), (None, Some(7.0)));
        assert!((largest_fall(&[0.1, -0.5, 0.5, -0.5]) - 0.625).abs() < 1e-15 && largest_fall(&[-0.25]) == 0.25);
    }
}
