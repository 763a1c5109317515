//! Sensitivities and the only code that scales them.
//!
//! Raw Greeks are derivatives of the position's value in quote currency (US dollars), so that inverse and linear contracts add up.

use serde::{Deserialize, Serialize};
use std::ops::AddAssign;

/// Value and raw sensitivities, in quote currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Greeks {
    /// Value, quote currency, signed.
    pub value: f64,
    /// ∂value/∂spot, in base units.
    pub delta: f64,
    /// ∂²value/∂spot², base units per unit of quote currency.
    pub gamma: f64,
    /// ∂value/∂vol, per 1.00 of volatility.
    pub vega: f64,
    /// ∂value/∂time with spot, forward and vol held, per year of 365 days; a long option's is usually negative.
    pub theta: f64,
    /// ∂value/∂rate with spot held and the forward moving with the rate, per 1.00.
    pub rho: f64,
    /// ∂²value/∂spot∂vol, per 1.00 of volatility.
    pub vanna: f64,
    /// ∂²value/∂vol², per 1.00².
    pub volga: f64,
    /// ∂delta/∂time, per year.
    pub charm: f64,
}

impl Greeks {
    /// One of the underlying itself at its price: delta one, and nothing else.
    pub fn of_one(price: f64) -> Greeks {
        Greeks { value: price, delta: 1.0, ..Greeks::default() }
    }

    /// Every field times a signed quantity.
    #[must_use]
    pub fn scaled(&self, quantity: f64) -> Greeks {
        Greeks {
            value: self.value * quantity,
            delta: self.delta * quantity,
            gamma: self.gamma * quantity,
            vega: self.vega * quantity,
            theta: self.theta * quantity,
            rho: self.rho * quantity,
            vanna: self.vanna * quantity,
            volga: self.volga * quantity,
            charm: self.charm * quantity,
        }
    }

    /// Money sensitivities for their named bumps, US dollars. `theta_1d` is supplied by the caller, who knows
    /// whether a full repricing one day on is due (design: less than three days to live).
    pub fn measures(&self, spot: f64, theta_1d: f64, notional: f64, exposure: f64) -> Measures {
        Measures {
            value: self.value,
            gross_notional: notional,
            net_notional: exposure,
            cash_delta: self.delta * spot,
            gamma_1pct: self.gamma * spot * spot * 0.01,
            vega_1pt: self.vega * 0.01,
            theta_1d,
            rho_1bp: self.rho * 0.0001,
            vanna_1pt: self.vanna * spot * 0.01,
            volga_1pt: self.volga * 0.0001,
            charm_1d: self.charm * spot / 365.0,
        }
    }

    /// θ/365: the linear decay over one day, quote currency.
    pub fn theta_per_day(&self) -> f64 {
        self.theta / 365.0
    }

    /// The same position measured in its underlying's coin: value `c = V/S` and the derivatives of `c`.
    /// Delta is `Δ − c`, the net transaction delta; gamma is `S²·∂²c/∂S² = S·Γ − 2(Δ − c)`.
    pub fn in_coin(&self, spot: f64, theta_1d: f64) -> CoinGreeks {
        if spot <= 0.0 {
            return CoinGreeks::default();
        }
        let value = self.value / spot;
        let delta = self.delta - value;
        CoinGreeks {
            value,
            delta,
            gamma_1pct: (spot * self.gamma - 2.0 * delta) * 0.01,
            vega_1pt: self.vega * 0.01 / spot,
            theta_1d: theta_1d / spot,
        }
    }
}

impl AddAssign for Greeks {
    fn add_assign(&mut self, other: Greeks) {
        self.value += other.value;
        self.delta += other.delta;
        self.gamma += other.gamma;
        self.vega += other.vega;
        self.theta += other.theta;
        self.rho += other.rho;
        self.vanna += other.vanna;
        self.volga += other.volga;
        self.charm += other.charm;
    }
}

/// Measures that add up across contracts and underlyings, US dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measures {
    /// Signed value.
    pub value: f64,
    /// Absolute size at spot, ≥ 0.
    pub gross_notional: f64,
    /// Signed size at spot.
    pub net_notional: f64,
    /// Delta times spot.
    pub cash_delta: f64,
    /// Change of cash delta for a 1 % move of spot.
    pub gamma_1pct: f64,
    /// Value change for one vol point.
    pub vega_1pt: f64,
    /// Value change over one day with the market standing still.
    pub theta_1d: f64,
    /// Value change for one basis point of rate.
    pub rho_1bp: f64,
    /// Change of cash delta for one vol point.
    pub vanna_1pt: f64,
    /// Change of `vega_1pt` for one vol point.
    pub volga_1pt: f64,
    /// Change of cash delta over one day.
    pub charm_1d: f64,
}

impl AddAssign for Measures {
    fn add_assign(&mut self, other: Measures) {
        self.value += other.value;
        self.gross_notional += other.gross_notional;
        self.net_notional += other.net_notional;
        self.cash_delta += other.cash_delta;
        self.gamma_1pct += other.gamma_1pct;
        self.vega_1pt += other.vega_1pt;
        self.theta_1d += other.theta_1d;
        self.rho_1bp += other.rho_1bp;
        self.vanna_1pt += other.vanna_1pt;
        self.volga_1pt += other.volga_1pt;
        self.charm_1d += other.charm_1d;
    }
}

impl Measures {
    /// Of so many times as much.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Measures {
        Measures {
            value: self.value * factor,
            gross_notional: self.gross_notional * factor.abs(),
            net_notional: self.net_notional * factor,
            cash_delta: self.cash_delta * factor,
            gamma_1pct: self.gamma_1pct * factor,
            vega_1pt: self.vega_1pt * factor,
            theta_1d: self.theta_1d * factor,
            rho_1bp: self.rho_1bp * factor,
            vanna_1pt: self.vanna_1pt * factor,
            volga_1pt: self.volga_1pt * factor,
            charm_1d: self.charm_1d * factor,
        }
    }
}

/// The measures of one underlying's positions in its own coin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CoinGreeks {
    /// Value, coins.
    pub value: f64,
    /// Change of coin value per relative move of spot, coins: `Δ − V/S`.
    pub delta: f64,
    /// Change of coin delta for a 1 % move, coins.
    pub gamma_1pct: f64,
    /// Coins per vol point.
    pub vega_1pt: f64,
    /// Coins per day.
    pub theta_1d: f64,
}

impl AddAssign for CoinGreeks {
    fn add_assign(&mut self, other: CoinGreeks) {
        self.value += other.value;
        self.delta += other.delta;
        self.gamma_1pct += other.gamma_1pct;
        self.vega_1pt += other.vega_1pt;
        self.theta_1d += other.theta_1d;
    }
}
