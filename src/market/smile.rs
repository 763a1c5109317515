//! The volatility smile of one expiry: total variance, piecewise linear over log-moneyness, flat beyond the quoted strikes.

use crate::math::interpolate::linear_flat;
use crate::math::log_ratio;

/// Mark vols of one expiry by strike.
#[derive(Clone, Debug, PartialEq)]
pub struct Smile {
    /// (strike, vol), by strike, strikes > 0.
    points: Vec<(f64, f64)>,
    years: f64,
}

impl Smile {
    /// From (strike, vol) pairs sorted by strike, at `years` > 0 to expiry.
    pub fn new(points: Vec<(f64, f64)>, years: f64) -> Smile {
        Smile { points: points.into_iter().filter(|(strike, _)| *strike > 0.0).collect(), years }
    }

    /// Volatility at a strike given the expiry's forward; a quoted strike answers its own quote to the bit. Zero without quotes,
    /// which [`crate::market::Market`] never builds.
    pub fn vol(&self, strike: f64, forward: f64) -> f64 {
        if let Ok(at) = self.points.binary_search_by(|point| point.0.total_cmp(&strike))
            && let Some(point) = self.points.get(at)
        {
            return point.1;
        }
        let knots: Vec<(f64, f64)> =
            self.points.iter().map(|(strike, vol)| (log_ratio(*strike, forward), vol * vol * self.years)).collect();
        let moneyness = log_ratio(strike.max(f64::MIN_POSITIVE), forward.max(f64::MIN_POSITIVE));
        linear_flat(&knots, moneyness).map_or(0.0, |variance| (variance / self.years).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variance_is_linear_in_log_moneyness_and_quotes_are_met() {
        let smile = Smile::new(vec![(80.0, 0.7), (100.0, 0.6), (125.0, 0.5)], 0.25);
        assert_eq!(smile.vol(80.0, 100.0), 0.7);
        let halfway = smile.vol((80.0_f64 * 100.0).sqrt(), 100.0);
        assert!((halfway - ((0.49 + 0.36) / 2.0_f64).sqrt()).abs() < 1e-12, "{halfway}");
        assert!((smile.vol(10.0, 100.0) - 0.7).abs() < 1e-12);
    }
}
