//! Implied Black volatility.
//!
//! The time value, or what is left to the upper bound where that is smaller, is normalized by the bound; the double logarithm of
//! that ratio is almost a straight line in the logarithm of σ√T at both ends, so a safeguarded Newton iteration on it settles in
//! a few steps. The normalized price is written with the ratio N/φ (Jäckel 2015, "Let's be rational", eq. 2.4).

mod column;
mod target;

pub use crate::math::implied_vol::column::ImpliedVolColumns;

use crate::math::black::OptionKind;
use crate::math::normal::INVERSE_ROOT_TWO_PI;
use crate::math::{exp, ln, log_ratio, mills};

/// What an implied volatility is asked of. `price` is undiscounted, in the currency of `forward`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImpliedVolInput {
    /// Forward, > 0.
    pub forward: f64,
    /// Strike, > 0.
    pub strike: f64,
    /// Years to expiry, > 0.
    pub years: f64,
    /// Undiscounted option price.
    pub price: f64,
    /// Call or put.
    pub kind: OptionKind,
}

/// Why a price has no implied volatility.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoVol {
    /// Forward, strike or time is not positive, or a number is not finite.
    BadInput,
    /// The price is negative.
    NegativePrice,
    /// The price is below intrinsic value.
    BelowIntrinsic,
    /// The price is the intrinsic value to the last bit: any small vol would do.
    NoTimeValue,
    /// The price is the forward (call) or the strike (put): only an infinite vol would do.
    AtMaximum,
    /// The price is above that.
    AboveMaximum,
}

impl NoVol {
    /// The reason in words, for an issue.
    pub fn reason(self) -> &'static str {
        match self {
            NoVol::BadInput => "forward, strike and time to expiry must be positive",
            NoVol::NegativePrice => "the price is negative",
            NoVol::BelowIntrinsic => "the price is below intrinsic value",
            NoVol::NoTimeValue => "the price has no time value",
            NoVol::AtMaximum => "the price is at its upper bound",
            NoVol::AboveMaximum => "the price is above its upper bound",
        }
    }
}

/// σ√T however far out: slower, and never lost.
fn bracketed(forward: f64, strike: f64, time_value: f64, room: f64) -> f64 {
    // The out-of-the-money option of the same strike has this time value as its price and min(F, K) as its bound.
    let bound = forward.min(strike);
    let share = if time_value <= room { Share::TimeValue(log_ratio(time_value, bound)) } else { Share::Room(log_ratio(room, bound)) };
    share.deviation(-log_ratio(forward, strike).abs())
}

/// Iterations after which the bracket is as narrow as a double can be; reached only if Newton never helps.
const MAX_ITERATIONS: usize = 64;

impl ImpliedVolInput {
    /// The annualized volatility at which Black (1976) gives this price.
    ///
    /// # Errors
    /// [`NoVol`] names which no-arbitrage bound the price is on or beyond.
    pub fn solve(&self) -> Result<f64, NoVol> {
        let ImpliedVolInput { forward, strike, years, price, kind } = *self;
        let positive = |value: f64| value > 0.0 && value.is_finite();
        if !(positive(forward) && positive(strike) && positive(years) && price.is_finite()) {
            return Err(NoVol::BadInput);
        }
        if price < 0.0 {
            return Err(NoVol::NegativePrice);
        }
        let bound = if kind == OptionKind::Call { forward } else { strike };
        let time_value = price - kind.intrinsic(forward, strike);
        let room = bound - price;
        if room < 0.0 {
            return Err(NoVol::AboveMaximum);
        }
        if room == 0.0 {
            return Err(NoVol::AtMaximum);
        }
        if time_value < 0.0 {
            return Err(NoVol::BelowIntrinsic);
        }
        if time_value == 0.0 {
            return Err(NoVol::NoTimeValue);
        }
        let target = target::Target::new(forward, strike, price, kind.sign());
        let is_fit = target.is_fit(forward, strike, years);
        let deviation = is_fit.then(|| target.deviation()).flatten();
        Ok(deviation.unwrap_or_else(|| bracketed(forward, strike, time_value, room)) / years.sqrt())
    }
}

/// Which side of the price is small, with the logarithm of its share of the bound (negative, at most about −ln 2).
enum Share {
    TimeValue(f64),
    Room(f64),
}

impl Share {
    /// σ√T for log-moneyness `x` ≤ 0.
    fn deviation(&self, x: f64) -> f64 {
        let (mut low, mut high): (f64, f64) = (-360.0, 6.0);
        let goal = match self {
            Share::TimeValue(share) | Share::Room(share) => ln(-share),
        };
        let mut u = self.first_guess(x).clamp(low, high);
        for _ in 0..MAX_ITERATIONS {
            let (level, slope) = self.evaluate(x, exp(u));
            let miss = level - goal;
            // The double log of the time value falls with u, that of the room rises.
            let too_low = match self {
                Share::TimeValue(_) => miss > 0.0,
                Share::Room(_) => miss < 0.0,
            };
            if too_low {
                low = u;
            } else {
                high = u;
            }
            let newton = u - miss / slope;
            let next = if newton >= low && newton <= high { newton } else { 0.5 * (low + high) };
            let step = (next - u).abs();
            u = next;
            if step <= 1e-16 * u.abs().max(1.0) || miss == 0.0 {
                break;
            }
        }
        exp(u)
    }

    /// ln σ√T by the leading term at the end in question.
    fn first_guess(&self, x: f64) -> f64 {
        match self {
            // −ln(time value) ≈ x²/(2s²) away from the money, and time value ≈ s/√(2π) at the money.
            Share::TimeValue(share) => {
                let away = x.abs() / (-2.0 * share).sqrt();
                let near = exp(*share) / INVERSE_ROOT_TWO_PI;
                ln(away.max(near))
            }
            // −ln(room) ≈ s²/8.
            Share::Room(share) => ln((-8.0 * share).sqrt()),
        }
    }

    /// ln(−ln share) and its derivative with respect to ln s, at s = `deviation`.
    fn evaluate(&self, x: f64, deviation: f64) -> (f64, f64) {
        let h = x / deviation;
        let t = 0.5 * deviation;
        // share · e^{x/2} = φ(0)·e^{−(h²+t²)/2}·ratio, so that share' / share = ±1/ratio.
        let (ratio, direction) = match self {
            Share::TimeValue(_) => {
                let ratio = mills::difference(h, t);
                // Where the series breaks down, far below the vol that is looked for, its first term tells which way to go.
                (if ratio > 0.0 { ratio } else { 2.0 * t / (1.0 + h * h) }, 1.0)
            }
            Share::Room(_) => (mills::ratio(-h - t) + mills::ratio(h - t), -1.0),
        };
        // −(h²+t²)/2 − x/2 is −(h+t)²/2, because x/2 = h·t.
        let exponent = -0.5 * (h + t) * (h + t);
        let log_share = exponent + ln(INVERSE_ROOT_TWO_PI * ratio);
        if !ratio.is_finite() || log_share >= -1e-300 {
            // The room of a tiny s or the time value of a huge one: the whole bound, with no slope to follow to the share that is
            // looked for, which is about a half at most.
            return (ln(1e-300), 0.0);
        }
        (ln(-log_share), direction * deviation / (ratio * log_share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::black::BlackInput;

    #[test]
    fn a_vol_comes_back_from_its_own_price() {
        for moneyness in [0.2, 0.7, 0.99, 1.0, 1.01, 1.5, 6.0] {
            for vol in [0.01, 0.3, 0.65, 2.5] {
                for years in [0.002, 0.1, 1.0, 3.0] {
                    for kind in [OptionKind::Call, OptionKind::Put] {
                        let (forward, strike) = (100.0, 100.0 * moneyness);
                        let black = BlackInput { forward, strike, years, vol, kind };
                        let greeks = black.greeks();
                        let time_value = greeks.price - kind.intrinsic(forward, strike);
                        // Where the double price holds no time value, there is nothing to recover.
                        if time_value < 1e-9 {
                            continue;
                        }
                        // The price itself is a difference of two terms of this size.
                        let condition = (forward + strike) / (vol * greeks.vega);
                        let solved = ImpliedVolInput { forward, strike, years, price: greeks.price, kind }.solve();
                        let tolerance = (16.0 * f64::EPSILON * condition).max(1e-12);
                        assert!(solved.is_ok_and(|found| (found / vol - 1.0).abs() <= tolerance), "{black:?}: {solved:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn prices_on_or_beyond_a_bound_are_named() {
        let call = |price| ImpliedVolInput { forward: 100.0, strike: 80.0, years: 1.0, price, kind: OptionKind::Call }.solve();
        assert_eq!(call(-1.0), Err(NoVol::NegativePrice));
        assert_eq!(call(19.0), Err(NoVol::BelowIntrinsic));
        assert_eq!(call(20.0), Err(NoVol::NoTimeValue));
        assert_eq!(call(100.0), Err(NoVol::AtMaximum));
        assert_eq!(call(101.0), Err(NoVol::AboveMaximum));
        assert_eq!(call(f64::NAN), Err(NoVol::BadInput));
    }
}
