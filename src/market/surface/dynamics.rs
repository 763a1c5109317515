//! What becomes of the smile when the forward moves.
//!
//! The skew stickiness ratio R (Bergomi 2009, "Smile dynamics IV") is the change of the volatility at the money per move of the
//! log-forward, in units of the skew: dσ_ATM = R·(∂σ/∂k)·d ln F. With R = 0 the smile moves with the forward (sticky moneyness, or
//! sticky delta); with R = 1 each strike keeps its volatility (sticky strike); local volatility models are near 2 for short
//! expiries. Every R is one slide of the present smile: after a move of x = ln(F'/F) the volatility at log-moneyness k to
//! the new forward is today's at k + R·x.

use crate::market::surface::{ExpirySmile, forward};
use serde::{Deserialize, Serialize};

/// The rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stickiness {
    /// Each strike keeps its volatility.
    #[default]
    Strike,
    /// Each log-moneyness, and so each delta, keeps its volatility.
    Moneyness,
    /// By the skew stickiness ratio.
    SkewRatio(f64),
}

impl Stickiness {
    /// The skew stickiness ratio R.
    pub fn ratio(self) -> f64 {
        match self {
            Stickiness::Strike => 1.0,
            Stickiness::Moneyness => 0.0,
            Stickiness::SkewRatio(ratio) => ratio,
        }
    }

    /// The log-moneyness at which today's smile is read for a strike whose log-moneyness to the moved forward is `k`, after the
    /// logarithm of the forward moved by `moved`.
    pub fn read_at(self, k: f64, moved: f64) -> f64 {
        k + self.ratio() * moved
    }
}

impl ExpirySmile {
    /// Volatility of a strike > 0 after the forward moved from the smile's own to `moved_to` > 0.
    pub fn vol_after(&self, rule: Stickiness, strike: f64, moved_to: f64) -> f64 {
        let moved = forward::log_moneyness(moved_to, self.forward.value);
        self.curve.vol(rule.read_at(forward::log_moneyness(strike, moved_to), moved), self.years)
    }
}
