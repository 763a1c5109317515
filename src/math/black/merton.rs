//! The generalized Black-Scholes-Merton formula: spot, continuous rate and yield.

use crate::math::black::{BlackInput, Live, OptionKind, weighted};
use crate::math::exp;

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
    /// ∂³/∂vol³.
    pub ultima: f64,
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
        let of = forward_greeks;
        let Some(Live { log_moneyness, deviation }) = black.live().filter(|_| of.vega > 0.0) else { return greeks };
        let growth = black.forward / self.spot;
        let (d1, d2) = (log_moneyness / deviation + 0.5 * deviation, log_moneyness / deviation - 0.5 * deviation);
        let drift = (2.0 * carry * years - d2 * deviation) / deviation;
        let density = yield_discount * of.gamma * black.forward * deviation;
        greeks.gamma = discount * growth * growth * of.gamma;
        greeks.vega = discount * of.vega;
        greeks.theta += discount * of.theta;
        greeks.vanna = discount * growth * of.vanna;
        greeks.volga = discount * of.volga;
        greeks.charm -= density * drift / (2.0 * years);
        greeks.speed = discount * growth * growth * growth * of.speed;
        greeks.zomma = discount * growth * growth * of.zomma;
        greeks.color = greeks.gamma / (2.0 * years) * (2.0 * self.dividend_yield * years + 1.0 + d1 * drift);
        greeks.ultima = discount * of.ultima;
        greeks.strike_gamma = greeks.gamma * (self.spot / self.strike) * (self.spot / self.strike);
        greeks
    }
}
