//! The smile of one expiry as raw SVI: w(k) = a + b·(ρ·(k − m) + √((k − m)² + σ²)), total variance over log-moneyness
//! k = ln(K/F) (Gatheral 2004, "A parsimonious arbitrage-free implied volatility parameterization").
//!
//! `fit` finds the parameters; here are the curve, its derivatives and the density that it implies.

mod fit;
mod inner;

pub use crate::math::svi::fit::{SviFit, SviPoint, fit};

use serde::{Deserialize, Serialize};

/// Fewest points that five parameters can be fitted to.
pub const FEWEST_POINTS: usize = 5;

/// Steepest wing of total variance over log-moneyness that leaves the moments of the price finite (Lee 2004).
pub const STEEPEST_WING: f64 = 2.0;

/// Raw parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Svi {
    /// Level of total variance.
    pub a: f64,
    /// Slope of both wings together, ≥ 0.
    pub b: f64,
    /// Tilt, −1 to 1.
    pub rho: f64,
    /// Log-moneyness of the bend.
    pub m: f64,
    /// Width of the bend in log-moneyness, > 0.
    pub sigma: f64,
}

impl Svi {
    /// Total variance at log-moneyness `k`.
    pub fn total_variance(&self, k: f64) -> f64 {
        let x = k - self.m;
        self.a + self.b * (self.rho * x + (x * x + self.sigma * self.sigma).sqrt())
    }

    /// First and second derivative of total variance.
    pub fn slopes(&self, k: f64) -> (f64, f64) {
        let x = k - self.m;
        let root = (x * x + self.sigma * self.sigma).sqrt();
        if root == 0.0 {
            return (self.b * self.rho, 0.0);
        }
        let bend = self.sigma / root;
        (self.b * (self.rho + x / root), self.b * bend * bend / root)
    }

    /// The least total variance of any strike.
    pub fn minimum(&self) -> f64 {
        self.a + self.b * self.sigma * (1.0 - self.rho * self.rho).max(0.0).sqrt()
    }

    /// Durrleman's g: the density of the settlement price, as a multiple of the one that a flat smile of the same variance has
    /// (Gatheral and Jacquier 2014, eq. 2.1). Below 0 a butterfly costs less than nothing.
    pub fn density(&self, k: f64) -> f64 {
        let (first, second) = self.slopes(k);
        density(k, self.total_variance(k), first, second)
    }
}

/// g(k) of a total variance with its two derivatives; −∞ where the variance is not positive.
pub fn density(k: f64, variance: f64, first: f64, second: f64) -> f64 {
    if variance <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let drift = 1.0 - k * first / (2.0 * variance);
    drift * drift - 0.25 * first * first * (1.0 / variance + 0.25) + 0.5 * second
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smile of A. Vogt, which has a butterfly near k = 0.9 (Gatheral and Jacquier 2014, example 3.1).
    const VOGT: Svi = Svi { a: -0.0410, b: 0.1331, rho: 0.3060, m: 0.3586, sigma: 0.4153 };

    #[test]
    fn slopes_are_those_of_finite_differences() {
        let step = 1e-5;
        for k in [-1.5, -0.2, 0.0, 0.3586, 0.8, 2.0] {
            let at = |k: f64| VOGT.total_variance(k);
            let (first, second) = VOGT.slopes(k);
            assert!((first - (at(k + step) - at(k - step)) / (2.0 * step)).abs() < 1e-9, "{k}");
            assert!((second - (at(k + step) - 2.0 * at(k) + at(k - step)) / (step * step)).abs() < 1e-4, "{k}");
        }
    }

    #[test]
    fn the_density_of_the_published_example_is_negative_where_it_is_said_to_be() {
        assert!(VOGT.minimum() > 0.0);
        assert!(VOGT.density(0.9) < 0.0 && VOGT.density(0.0) > 0.0 && VOGT.density(-1.0) > 0.0);
    }

    #[test]
    fn a_flat_smile_has_the_density_of_its_own_variance() {
        let flat = Svi { a: 0.04, b: 0.0, rho: 0.0, m: 0.0, sigma: 0.1 };
        assert_eq!((flat.density(-1.0), flat.density(0.7)), (1.0, 1.0));
        assert_eq!(density(0.0, 0.0, 0.1, 0.1), f64::NEG_INFINITY);
    }
}
