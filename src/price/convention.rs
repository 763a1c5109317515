//! A venue's own rules for Greeks, to be compared with its published figures. Ours are in `instrument` and do not depend on these.

use crate::math::black::BlackInput;

/// Greeks as Deribit publishes them for one coin of an option, in US dollars.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DeribitGreeks {
    /// N(±d1) on the expiry's own forward, not premium-adjusted.
    pub delta: f64,
    /// Per dollar of the forward.
    pub gamma: f64,
    /// Per vol point.
    pub vega: f64,
    /// Per day: θ/365 times the days left if less than one, and never more than the premium.
    pub theta: f64,
    /// Per percentage point of rate.
    pub rho: f64,
    /// Mark price in coins.
    pub coin_price: f64,
}

/// Deribit's figures from Black (1976) with rate 0 on the expiry's forward. The rule for theta was recovered from the exchange's
/// published chain of 2026-01-16: the daily decay is capped by the life that is left and by the premium.
pub fn deribit_greeks(input: &BlackInput) -> DeribitGreeks {
    let greeks = input.greeks();
    let days = input.years * 365.0;
    DeribitGreeks {
        delta: greeks.delta,
        gamma: greeks.gamma,
        vega: greeks.vega / 100.0,
        theta: -(-greeks.theta / 365.0 * days.min(1.0)).min(greeks.price),
        rho: input.kind.sign() * input.strike * input.years * greeks.exercise_probability / 100.0,
        coin_price: if input.forward > 0.0 { greeks.price / input.forward } else { 0.0 },
    }
}
