//! Black (1976) and its generalization with cost of carry (Merton 1973): price and sensitivities of one European option.
//!
//! All limits are values, never NaN: at expiry and at zero volatility the price is the intrinsic value of the forward, the delta
//! its step (one half at the money) and every sensitivity that the limit concentrates in a point is zero. A number that no double
//! holds is the largest that one does, so that no product with it is NaN.

mod column;
mod kernel;
mod merton;

pub use crate::math::black::column::{BlackColumns, GreekColumns};
pub use crate::math::black::merton::{MertonGreeks, MertonInput};

pub(crate) use crate::math::black::kernel::{Batch, Distribution};
pub(crate) use crate::math::black::merton::MAX_LOG_DISCOUNT;

use crate::math::black::kernel::Terms;
use crate::math::log_ratio;
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
    /// ∂³/∂forward³.
    pub speed: f64,
    /// ∂gamma/∂vol.
    pub zomma: f64,
    /// ∂gamma/∂time at fixed forward, per year.
    pub color: f64,
    /// ∂³/∂vol³.
    pub ultima: f64,
    /// Probability of exercise N(±d2), from which rate and strike sensitivities follow.
    pub exercise_probability: f64,
}

impl BlackGreeks {
    /// Every number, in the order of their definition.
    pub fn values(&self) -> [f64; 13] {
        let BlackGreeks { price, delta, gamma, vega, theta, vanna, volga, charm, speed, zomma, color, ultima, exercise_probability } =
            *self;
        [price, delta, gamma, vega, theta, vanna, volga, charm, speed, zomma, color, ultima, exercise_probability]
    }
}

/// What a live option is computed from.
struct Live {
    /// ln(F/K).
    log_moneyness: f64,
    /// σ√T.
    deviation: f64,
}

impl BlackInput {
    /// `None` where no time value is left: the option is its intrinsic value.
    fn live(&self) -> Option<Live> {
        if !(self.years > 0.0 && self.vol > 0.0 && self.forward > 0.0 && self.strike > 0.0) {
            return None;
        }
        let deviation = self.vol * self.years.sqrt();
        // Below this the squares used beneath underflow; the option is indistinguishable from its limit.
        let is_live = deviation >= 1e-150 && self.forward < f64::INFINITY && self.strike < f64::INFINITY;
        is_live.then(|| Live { log_moneyness: log_ratio(self.forward, self.strike), deviation })
    }

    /// Undiscounted price. The formula is Black (1976), eq. 16 without its discount factor.
    pub fn price(&self) -> f64 {
        let BlackInput { forward, strike, kind, .. } = *self;
        self.live().map_or_else(
            || kind.intrinsic(forward, strike),
            |Live { log_moneyness, deviation }| kernel::price(forward, strike, &Distribution::new(log_moneyness, deviation), kind.sign()),
        )
    }

    /// Price and sensitivities, undiscounted, with respect to the forward.
    pub fn greeks(&self) -> BlackGreeks {
        let BlackInput { forward, strike, years, vol, kind } = *self;
        let sign = kind.sign();
        let Some(Live { log_moneyness, deviation }) = self.live() else {
            let distance = sign * (forward - strike);
            let step = if distance > 0.0 {
                1.0
            } else if distance < 0.0 {
                0.0
            } else {
                0.5
            };
            let price = kind.intrinsic(forward, strike);
            return BlackGreeks { price, delta: sign * step, exercise_probability: step, ..BlackGreeks::default() };
        };
        let distribution = Distribution::new(log_moneyness, deviation);
        let terms = Terms { forward, strike, quotient: forward / strike, root_years: years.sqrt(), vol, sign };
        let of = kernel::sensitivities(&kernel::FACTORS, terms, &distribution);
        let (price, delta, exercise_probability) = (kernel::price(forward, strike, &distribution, sign), of.delta, of.exercise_probability);
        if of.vega == 0.0 {
            return BlackGreeks { price, delta, exercise_probability, ..BlackGreeks::default() };
        }
        BlackGreeks {
            price,
            delta,
            gamma: held(of.gamma),
            vega: held(of.vega),
            theta: held(of.theta),
            vanna: held(of.vanna),
            volga: held(of.volga),
            charm: held(of.charm),
            speed: held(of.speed),
            zomma: held(of.zomma),
            color: held(of.color),
            ultima: held(of.ultima),
            exercise_probability,
        }
    }
}

/// The number, or the largest that a double holds.
pub(crate) fn held(number: f64) -> f64 {
    number.clamp(f64::MIN, f64::MAX)
}

/// `amount · probability`, zero when the probability is: a strike of 1e300 must not meet a rounding error.
fn weighted(amount: f64, probability: f64) -> f64 {
    if probability == 0.0 { 0.0 } else { amount * probability }
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
