//! Strikes by their delta: Black's (1976) on the forward, undiscounted and without the premium taken off, at the smile's own volatility.
//!
//! One scale for both kinds of options: N(−d1), the size of the put's delta, which rises with the strike from 0 to 1; the call's delta
//! is what is left of 1.

use crate::market::surface::ExpirySmile;
use crate::math::normal;

/// Halvings that find a delta, from the whole range on.
const HALVINGS: usize = 80;
/// Log-moneyness within which a delta is looked for: a strike of a three-thousandth of the forward to one of three thousand times it.
const FURTHEST: f64 = 8.0;
/// First step away from the money; each next one is twice as long.
const STEP: f64 = 0.01;

/// N(−d1) at log-moneyness `k` of a volatility over `years`, both > 0.
pub fn put_delta(k: f64, vol: f64, years: f64) -> f64 {
    let deviation = vol * years.sqrt();
    normal::cdf(k / deviation - 0.5 * deviation)
}

/// The log-moneyness at which a smile has this put delta, in (0, 1): of several the one nearest the money, since wings that go on for
/// ever may turn back. `None` where there is none.
pub fn at_put_delta(delta: f64, years: f64, vol: impl Fn(f64) -> f64) -> Option<f64> {
    let above = |k: f64| put_delta(k, vol(k), years) - delta;
    if vol(0.0) <= 0.0 {
        return None;
    }
    let is_up = above(0.0) < 0.0;
    let (mut near, mut step) = (0.0, STEP);
    let far = loop {
        let next = if is_up { near + step } else { near - step };
        if next.abs() > FURTHEST {
            return None;
        }
        if (above(next) < 0.0) != is_up {
            break next;
        }
        (near, step) = (next, 2.0 * step);
    };
    let (mut low, mut high) = if is_up { (near, far) } else { (far, near) };
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        *(if above(middle) > 0.0 { &mut high } else { &mut low }) = middle;
    }
    Some(0.5 * (low + high))
}

impl ExpirySmile {
    /// Volatility at a log-moneyness to the smile's own forward.
    pub fn vol_at(&self, k: f64) -> f64 {
        self.curve.vol(k, self.years)
    }

    /// N(−d1) at a log-moneyness.
    pub fn put_delta(&self, k: f64) -> f64 {
        put_delta(k, self.vol_at(k), self.years)
    }

    /// The log-moneyness of a put delta in (0, 1).
    pub fn at_put_delta(&self, delta: f64) -> Option<f64> {
        at_put_delta(delta, self.years, |k| self.vol_at(k))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::OptionKind;
    use crate::math::black::BlackInput;

    #[test]
    fn the_delta_is_the_put_option_s_and_leads_back_to_its_strike() {
        let (years, vol) = (0.25, |k: f64| 0.6 - 0.2 * k + 0.3 * k * k);
        for k in [-0.4, -0.1, 0.0, 0.07, 0.35] {
            let input = BlackInput { forward: 100.0, strike: 100.0 * crate::math::exp(k), years, vol: vol(k), kind: OptionKind::Put };
            let delta = put_delta(k, vol(k), years);
            assert!((delta + input.greeks().delta).abs() < 1e-12, "{k}: {delta}");
            assert!((at_put_delta(delta, years, vol).unwrap() - k).abs() < 1e-9, "{k}");
        }
    }

    #[test]
    fn a_smile_without_volatility_has_no_delta() {
        assert_eq!(at_put_delta(0.25, 0.25, |_| 0.0), None);
    }
}
