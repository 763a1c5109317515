//! The generalized Black-Scholes-Merton formula: spot, continuous rate and yield.

use crate::math::black::{BlackInput, Live, OptionKind, held, weighted};
use crate::math::exp;

/// Largest discounting to expiry, either way, as a logarithm; rates beyond it are taken for it, so that no double overflows.
pub(crate) const MAX_LOG_DISCOUNT: f64 = 300.0;

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
    /// Price and sensitivities. Rates beyond [`MAX_LOG_DISCOUNT`] to expiry are taken for it; a number that no double holds is the
    /// largest that one does.
    pub fn greeks(&self) -> MertonGreeks {
        let years = self.years.max(0.0);
        let most = MAX_LOG_DISCOUNT / years;
        let (rate, dividend_yield) = (self.rate.clamp(-most, most), self.dividend_yield.clamp(-most, most));
        let (spot, strike, sign) = (self.spot, self.strike, self.kind.sign());
        let (discount, yield_discount) = (exp(-rate * years), exp(-dividend_yield * years));
        let carry = rate - dividend_yield;
        // A forward that no double holds is left at the spot, and the strike comes down to it instead.
        let is_far = !(spot * exp(carry * years)).is_finite();
        let (growth, strike_growth, factor) =
            if is_far { (1.0, exp(-carry * years), yield_discount) } else { (exp(carry * years), 1.0, discount) };
        let black = BlackInput { forward: spot * growth, strike: strike * strike_growth, years, vol: self.vol, kind: self.kind };
        let of = black.greeks();
        let spot_term = sign * of.delta;
        let mut greeks = MertonGreeks {
            price: factor * of.price,
            delta: yield_discount * of.delta,
            rho: sign * weighted(strike * years * discount, of.exercise_probability),
            dividend_rho: weighted(-sign * spot * years * yield_discount, spot_term),
            strike_delta: -sign * discount * of.exercise_probability,
            ..MertonGreeks::default()
        };
        let carry_theta = sign
            * (held(weighted(dividend_yield * spot * yield_discount, spot_term))
                - held(weighted(rate * strike * discount, of.exercise_probability)));
        greeks.theta = carry_theta;
        greeks.charm = sign * dividend_yield * yield_discount * spot_term;
        let Some(Live { log_moneyness, deviation }) = black.live().filter(|_| of.vega > 0.0) else { return greeks.held() };
        let (d1, d2) = (log_moneyness / deviation + 0.5 * deviation, log_moneyness / deviation - 0.5 * deviation);
        let drift = (2.0 * carry * years - d2 * deviation) / deviation;
        let growth = if is_far { growth } else { black.forward / spot };
        let density = if of.gamma < f64::MAX {
            yield_discount * of.gamma * black.forward * deviation
        } else {
            yield_discount * (of.vega / black.forward / years.sqrt())
        };
        greeks.gamma = held(weighted(factor * growth * growth, of.gamma));
        greeks.vega = factor * of.vega;
        greeks.theta += factor * of.theta;
        greeks.vanna = weighted(factor * growth, of.vanna);
        greeks.volga = factor * of.volga;
        greeks.charm -= density * drift / (2.0 * years);
        greeks.speed = weighted(factor * growth * growth * growth, of.speed);
        greeks.zomma = weighted(factor * growth * growth, of.zomma);
        greeks.color = greeks.gamma / (2.0 * years) * (2.0 * dividend_yield * years + 1.0 + d1 * drift);
        greeks.ultima = factor * of.ultima;
        greeks.strike_gamma = if greeks.gamma == 0.0 { 0.0 } else { greeks.gamma * (spot / strike) * (spot / strike) };
        greeks.held()
    }
}

impl MertonGreeks {
    /// The same with numbers that doubles hold.
    fn held(self) -> MertonGreeks {
        MertonGreeks {
            price: held(self.price),
            delta: held(self.delta),
            gamma: held(self.gamma),
            vega: held(self.vega),
            theta: held(self.theta),
            rho: held(self.rho),
            dividend_rho: held(self.dividend_rho),
            vanna: held(self.vanna),
            volga: held(self.volga),
            charm: held(self.charm),
            speed: held(self.speed),
            zomma: held(self.zomma),
            color: held(self.color),
            ultima: held(self.ultima),
            strike_delta: held(self.strike_delta),
            strike_gamma: held(self.strike_gamma),
        }
    }
}
