//! Black (1976) and its generalization with cost of carry (Merton 1973): price and sensitivities of one European option.
//!
//! All limits are values, never NaN: at expiry and at zero volatility the price is the intrinsic value of the forward, the delta
//! its step (one half at the money) and every sensitivity that the limit concentrates in a point is zero.

use crate::math::{exp, log_ratio, mills, normal};
use serde::{Deserialize, Serialize};

/// Call or put.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionKind {
    /// The right to buy.
    Call,
    /// The right to sell.
    Put,
}

impl OptionKind {
    /// +1 for a call, −1 for a put.
    pub fn sign(self) -> f64 {
        match self {
            OptionKind::Call => 1.0,
            OptionKind::Put => -1.0,
        }
    }

    /// Value at once when the underlying stands at `price`, ≥ 0.
    pub fn intrinsic(self, price: f64, strike: f64) -> f64 {
        (self.sign() * (price - strike)).max(0.0)
    }
}

/// What an undiscounted option on a forward depends on. `forward`, `strike` ≥ 0; `vol` ≥ 0 annualized; `years` any sign.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BlackInput {
    /// Forward of the expiry, quote currency per base unit.
    pub forward: f64,
    /// Strike, quote currency per base unit.
    pub strike: f64,
    /// Years to expiry, 0 or less once expired.
    pub years: f64,
    /// Annualized volatility, 0.65 = 65 %.
    pub vol: f64,
    /// Call or put.
    pub kind: OptionKind,
}

/// Undiscounted price and its derivatives with respect to the forward.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BlackGreeks {
    /// Price.
    pub price: f64,
    /// ∂/∂forward.
    pub delta: f64,
    /// ∂²/∂forward².
    pub gamma: f64,
    /// ∂/∂vol, per 1.00.
    pub vega: f64,
    /// ∂/∂time at fixed forward, per year, ≤ 0.
    pub theta: f64,
    /// ∂²/∂forward∂vol.
    pub vanna: f64,
    /// ∂²/∂vol².
    pub volga: f64,
    /// ∂delta/∂time at fixed forward, per year.
    pub charm: f64,
    /// Probability of exercise N(±d2), from which rate and strike sensitivities follow.
    pub exercise_probability: f64,
}

enum Shape {
    /// No time value left: the option is its intrinsic value.
    Settled,
    /// Ordinary case: ln(F/K)/σ√T, d1, d2 and σ√T.
    Live { moneyness: f64, d1: f64, d2: f64, deviation: f64 },
}

impl BlackInput {
    fn shape(&self) -> Shape {
        if !(self.years > 0.0 && self.vol > 0.0 && self.forward > 0.0 && self.strike > 0.0) {
            return Shape::Settled;
        }
        let deviation = self.vol * self.years.sqrt();
        // Below this the squares used beneath underflow; the option is indistinguishable from its limit.
        if deviation < 1e-150 {
            return Shape::Settled;
        }
        let moneyness = log_ratio(self.forward, self.strike) / deviation;
        Shape::Live { moneyness, d1: moneyness + 0.5 * deviation, d2: moneyness - 0.5 * deviation, deviation }
    }

    /// Undiscounted price. The formula is Black (1976), eq. 16 without its discount factor.
    pub fn price(&self) -> f64 {
        match self.shape() {
            Shape::Settled => self.kind.intrinsic(self.forward, self.strike),
            Shape::Live { moneyness, deviation, .. } => self.live_price(moneyness, deviation),
        }
    }

    /// Intrinsic value, which is exact, and the price of the out-of-the-money option of the same strike.
    fn live_price(&self, moneyness: f64, deviation: f64) -> f64 {
        let lower = self.forward.min(self.strike);
        let (h, t) = (-moneyness.abs(), 0.5 * deviation);
        // With F·φ(d1) = K·φ(d2) before both terms, what is left are ratios N/φ, which do not cancel where the terms do.
        let density = normal::pdf(h + t);
        let time_value = if h + t > 0.0 && t > 0.05 {
            lower * (1.0 - density * (mills::ratio(-h - t) + mills::ratio(h - t)))
        } else {
            weighted(lower * mills::difference(h, t), density)
        };
        let ceiling = if self.kind == OptionKind::Call { self.forward } else { self.strike };
        (self.kind.intrinsic(self.forward, self.strike) + time_value.max(0.0)).min(ceiling)
    }

    /// Price and sensitivities, undiscounted, with respect to the forward.
    pub fn greeks(&self) -> BlackGreeks {
        let sign = self.kind.sign();
        let (moneyness, d1, d2, deviation) = match self.shape() {
            Shape::Settled => {
                let distance = sign * (self.forward - self.strike);
                let step = if distance > 0.0 {
                    1.0
                } else if distance < 0.0 {
                    0.0
                } else {
                    0.5
                };
                return BlackGreeks {
                    price: self.kind.intrinsic(self.forward, self.strike),
                    delta: sign * step,
                    exercise_probability: step,
                    ..BlackGreeks::default()
                };
            }
            Shape::Live { moneyness, d1, d2, deviation } => (moneyness, d1, d2, deviation),
        };
        let mut greeks = BlackGreeks {
            price: self.live_price(moneyness, deviation),
            delta: sign * normal::cdf(sign * d1),
            exercise_probability: normal::cdf(sign * d2),
            ..BlackGreeks::default()
        };
        let density = normal::pdf(d1);
        // Where the density underflows so do all of its multiples; d1 may be infinite there.
        if density > 0.0 {
            let root_years = self.years.sqrt();
            greeks.gamma = density / (self.forward * deviation);
            greeks.vega = self.forward * density * root_years;
            greeks.theta = -0.5 * self.forward * density * self.vol / root_years;
            greeks.vanna = -density * d2 / self.vol;
            greeks.volga = greeks.vega * d1 * d2 / self.vol;
            greeks.charm = 0.5 * density * d2 / self.years;
        }
        greeks
    }
}

/// `amount · probability`, zero when the probability is: a strike of 1e300 must not meet a rounding error.
fn weighted(amount: f64, probability: f64) -> f64 {
    if probability == 0.0 { 0.0 } else { amount * probability }
}

/// Inputs of the generalized Black-Scholes-Merton formula on a spot with continuous rate and yield.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MertonInput {
    /// Spot, quote currency per base unit.
    pub spot: f64,
    /// Strike.
    pub strike: f64,
    /// Years to expiry.
    pub years: f64,
    /// Annualized volatility.
    pub vol: f64,
    /// Continuous discount rate per year.
    pub rate: f64,
    /// Continuous dividend yield or borrow rate per year; equal to `rate` when `spot` is a future (Black 1976).
    pub dividend_yield: f64,
    /// Call or put.
    pub kind: OptionKind,
}

/// Discounted price and its derivatives with respect to spot; per 1.00 and per year. Haug (2007), chapter 2.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MertonGreeks {
    /// Price.
    pub price: f64,
    /// ∂/∂spot.
    pub delta: f64,
    /// ∂²/∂spot².
    pub gamma: f64,
    /// ∂/∂vol.
    pub vega: f64,
    /// −∂/∂years.
    pub theta: f64,
    /// ∂/∂rate at fixed yield.
    pub rho: f64,
    /// ∂/∂yield at fixed rate.
    pub dividend_rho: f64,
    /// ∂²/∂spot∂vol.
    pub vanna: f64,
    /// ∂²/∂vol².
    pub volga: f64,
    /// −∂delta/∂years.
    pub charm: f64,
    /// ∂³/∂spot³.
    pub speed: f64,
    /// ∂gamma/∂vol.
    pub zomma: f64,
    /// −∂gamma/∂years.
    pub color: f64,
    /// ∂/∂strike.
    pub strike_delta: f64,
    /// ∂²/∂strike².
    pub strike_gamma: f64,
}

impl MertonInput {
    /// Price and sensitivities.
    pub fn greeks(&self) -> MertonGreeks {
        let years = self.years.max(0.0);
        let discount = exp(-self.rate * years);
        let yield_discount = exp(-self.dividend_yield * years);
        let carry = self.rate - self.dividend_yield;
        let black = BlackInput { forward: self.spot * exp(carry * years), strike: self.strike, years, vol: self.vol, kind: self.kind };
        let forward_greeks = black.greeks();
        let sign = self.kind.sign();
        let spot_term = sign * forward_greeks.delta;
        let mut greeks = MertonGreeks {
            price: discount * forward_greeks.price,
            delta: yield_discount * forward_greeks.delta,
            rho: sign * weighted(self.strike * years * discount, forward_greeks.exercise_probability),
            dividend_rho: -sign * self.spot * years * yield_discount * spot_term,
            strike_delta: -sign * discount * forward_greeks.exercise_probability,
            ..MertonGreeks::default()
        };
        let carry_theta = sign
            * (weighted(self.dividend_yield * self.spot * yield_discount, spot_term)
                - weighted(self.rate * self.strike * discount, forward_greeks.exercise_probability));
        greeks.theta = carry_theta;
        greeks.charm = sign * self.dividend_yield * yield_discount * spot_term;
        let Shape::Live { d1, d2, deviation, .. } = black.shape() else {
            return greeks;
        };
        let density = yield_discount * normal::pdf(d1);
        if density > 0.0 {
            let root_years = years.sqrt();
            let drift = (2.0 * carry * years - d2 * deviation) / deviation;
            greeks.gamma = density / (self.spot * deviation);
            greeks.vega = self.spot * density * root_years;
            greeks.theta -= 0.5 * self.spot * density * self.vol / root_years;
            greeks.vanna = -density * d2 / self.vol;
            greeks.volga = greeks.vega * d1 * d2 / self.vol;
            greeks.charm -= density * drift / (2.0 * years);
            greeks.speed = -greeks.gamma / self.spot * (d1 / deviation + 1.0);
            greeks.zomma = greeks.gamma * (d1 * d2 - 1.0) / self.vol;
            greeks.color = greeks.gamma / (2.0 * years) * (2.0 * self.dividend_yield * years + 1.0 + d1 * drift);
            greeks.strike_gamma = discount * normal::pdf(d2) / (self.strike * deviation);
        }
        greeks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK_CASE: BlackInput =
        BlackInput { forward: 100_000.0, strike: 110_000.0, years: 30.0 / 365.0, vol: 0.6, kind: OptionKind::Call };

    #[test]
    fn worked_example_of_the_methods_sheet() {
        let greeks = BOOK_CASE.greeks();
        for (name, value, expected) in [
            ("price", greeks.price, 3_270.260_504_7),
            ("delta", greeks.delta, 0.319_865_685_7),
            ("gamma", greeks.gamma, 2.078_590_968_6e-5),
            ("vega a point", greeks.vega / 100.0, 102.505_856),
            ("theta a day", greeks.theta / 365.0, -102.505_856),
            ("vanna", greeks.vanna, 0.381_437_7),
            ("volga", greeks.volga, 5_118.618_3),
            ("charm a day", greeks.charm / 365.0, -0.003_814_377_3),
        ] {
            assert!((value / expected - 1.0).abs() < 1e-7, "{name}: {value} against {expected}");
        }
    }

    #[test]
    fn every_limit_is_finite_and_is_the_limit() {
        let axis = [0.0, 1e-300, 1e-12, 1.0, 90.0, 1e12, 1e300];
        for forward in axis {
            for strike in axis {
                for years in [-1.0, 0.0, 1e-300, 1e-12, 0.1, 30.0] {
                    for vol in [0.0, 1e-300, 1e-9, 0.6, 50.0] {
                        for kind in [OptionKind::Call, OptionKind::Put] {
                            let input = BlackInput { forward, strike, years, vol, kind };
                            let greeks = input.greeks();
                            let fields = [greeks.price, greeks.delta, greeks.gamma, greeks.vega, greeks.theta, greeks.exercise_probability];
                            assert!(fields.iter().all(|field| !field.is_nan()), "{input:?} {greeks:?}");
                            let ceiling = if kind == OptionKind::Call { forward } else { strike };
                            assert!(greeks.price >= kind.intrinsic(forward, strike) && greeks.price <= ceiling, "{input:?} {greeks:?}");
                            if years <= 0.0 || vol == 0.0 {
                                assert_eq!(greeks.price, kind.intrinsic(forward, strike));
                                assert_eq!(greeks.gamma, 0.0);
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn an_out_of_the_money_put_without_vol_has_no_delta() {
        let put = BlackInput { vol: 0.0, strike: 90_000.0, kind: OptionKind::Put, ..BOOK_CASE };
        assert_eq!(put.greeks().delta, 0.0);
    }
}
