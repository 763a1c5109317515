//! Implied volatility of an American option.
//!
//! The price rises with the vol from what the option is worth without chance. The European implied vol of the same price, where
//! there is one, is too high, because the European option is worth less; from there the vol is bracketed and found on the
//! logarithm of the time value over the logarithm of the vol, by inverse quadratic interpolation with bisection as its safeguard
//! (Chandrupatla 1997).

use crate::math::american::AmericanInput;
use crate::math::implied_vol::{ImpliedVolInput, NoVol};
use crate::math::{exp, ln};

/// Prices computed at most.
const MAX_PRICES: usize = 64;
/// Relative width of the bracket at which the vol is found.
const RELATIVE_WIDTH: f64 = 1e-13;
/// Farthest doubling of the vol: beyond it no price is told from its maximum.
const MAX_LOG_VOL: f64 = 7.0;
/// Lowest vol that is looked at.
const MIN_LOG_VOL: f64 = -30.0;
/// Logarithm that stands for the time value 0.
const NOTHING: f64 = -800.0;

/// A logarithmic vol and how far the logarithm of its time value is above the one looked for.
#[derive(Clone, Copy)]
struct Trial {
    log_vol: f64,
    miss: f64,
}

impl AmericanInput {
    /// The vol at which the option has this price; the input's own vol plays no part.
    ///
    /// # Errors
    /// The bound on which the price lies or which it breaks.
    pub fn implied_vol(&self, price: f64) -> Result<f64, NoVol> {
        let positive = |x: f64| x > 0.0 && x.is_finite();
        if !(positive(self.spot) && positive(self.strike) && positive(self.years) && price.is_finite()) {
            return Err(NoVol::BadInput);
        }
        if price < 0.0 {
            return Err(NoVol::NegativePrice);
        }
        let bounded = AmericanInput { vol: 0.0, ..*self }.bounded();
        let first = self.european_log_vol(price).unwrap_or(0.0);
        search(price, (bounded.price(), bounded.ceiling()), first, |vol| AmericanInput { vol, ..bounded }.price())
    }

    /// ln of the European implied vol of this price.
    pub(super) fn european_log_vol(&self, price: f64) -> Option<f64> {
        let forward = self.spot * exp((self.rate - self.carry_yield) * self.years);
        let undiscounted = price * exp(self.rate * self.years);
        let input = ImpliedVolInput { forward, strike: self.strike, years: self.years, price: undiscounted, kind: self.kind };
        input.solve().ok().map(ln).filter(|log_vol| (MIN_LOG_VOL..MAX_LOG_VOL).contains(log_vol))
    }
}

/// The vol at which a price that rises with it, from `floor` towards `ceiling`, is met; `first` is a first guess of its logarithm.
///
/// # Errors
/// The bound on which the price lies or which it breaks.
pub(super) fn search(price: f64, (floor, ceiling): (f64, f64), first: f64, price_at: impl Fn(f64) -> f64) -> Result<f64, NoVol> {
    if price > ceiling {
        return Err(NoVol::AboveMaximum);
    }
    if price == ceiling {
        return Err(NoVol::AtMaximum);
    }
    if price < floor {
        return Err(NoVol::BelowIntrinsic);
    }
    if price == floor {
        return Err(NoVol::NoTimeValue);
    }
    let goal = ln(price - floor);
    let trial = |log_vol: f64| {
        let time_value = price_at(exp(log_vol)) - floor;
        Trial { log_vol, miss: if time_value > 0.0 { ln(time_value) - goal } else { NOTHING } }
    };
    let mut prices = 0;
    let first = trial(first);
    let (mut low, mut high) = (first, first);
    while high.miss < 0.0 || low.miss > 0.0 {
        prices += 1;
        if high.miss < 0.0 {
            if high.log_vol > MAX_LOG_VOL {
                return Err(NoVol::AtMaximum);
            }
            (low, high) = (high, trial(high.log_vol + 0.5));
        } else {
            if low.log_vol < MIN_LOG_VOL {
                return Err(NoVol::NoTimeValue);
            }
            // Little is taken off at first: the premium is usually small.
            let step = if prices < 6 { 0.05 * f64::from(1_u8 << prices) } else { 3.0 };
            (high, low) = (low, trial(low.log_vol - step));
        }
    }
    Ok(exp(between(low, high, MAX_PRICES - prices, trial)))
}

/// The root between two trials on either side of it.
fn between(low: Trial, high: Trial, prices: usize, trial: impl Fn(f64) -> Trial) -> f64 {
    let (mut a, mut b) = (low, high);
    let mut share = 0.5;
    for _ in 0..prices {
        let nearer = if a.miss.abs() < b.miss.abs() { a } else { b };
        let width = (b.log_vol - a.log_vol).abs();
        if nearer.miss == 0.0 || width <= RELATIVE_WIDTH {
            return nearer.log_vol;
        }
        let next = trial(a.log_vol + share * (b.log_vol - a.log_vol));
        let c = if (next.miss > 0.0) == (a.miss > 0.0) { a } else { b };
        if (next.miss > 0.0) != (a.miss > 0.0) {
            b = a;
        }
        a = next;
        let (xi, phi) = ((a.log_vol - b.log_vol) / (c.log_vol - b.log_vol), (a.miss - b.miss) / (c.miss - b.miss));
        share = if phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi {
            let (to_b, to_c) = (a.miss / (b.miss - a.miss), c.miss / (b.miss - c.miss));
            let (past_a, past_c) = (a.miss / (c.miss - a.miss), b.miss / (c.miss - b.miss));
            to_b * to_c + (c.log_vol - a.log_vol) / (b.log_vol - a.log_vol) * past_a * past_c
        } else {
            0.5
        };
        let least = (0.5 * RELATIVE_WIDTH / (b.log_vol - a.log_vol).abs()).min(0.5);
        share = share.clamp(least, 1.0 - least);
    }
    if a.miss.abs() < b.miss.abs() { a.log_vol } else { b.log_vol }
}
