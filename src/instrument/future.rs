//! A dated future, linear or inverse. Value: the gain since entry. Once expired it is what it was settled at.

use crate::instrument::{Point, Settlement, forward_greeks};
use crate::units::{Currency, Greeks, Timestamp};
use serde::{Deserialize, Serialize};

/// Terms of a dated future.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Future {
    /// Code of the underlying.
    pub underlying: String,
    /// Currency of its price.
    pub quote: Currency,
    /// What it pays in.
    pub settlement: Settlement,
    /// Coins per contract if linear, dollars per contract if inverse; > 0.
    pub contract_size: f64,
    /// Last instant.
    pub expiry: Timestamp,
}

impl Future {
    /// One contract. After expiry: the dollars (linear) or the coins (inverse, worth their spot) that settlement paid.
    pub fn greeks(&self, point: &Point, entry: Option<f64>) -> Greeks {
        if !point.is_expired() {
            return forward_greeks(self.settlement, self.contract_size, point, entry);
        }
        let settled = point.settled_at;
        let entry = entry.unwrap_or(settled);
        match self.settlement {
            Settlement::Linear => Greeks { value: self.contract_size * (settled - entry), ..Greeks::default() },
            Settlement::Inverse if entry > 0.0 && settled > 0.0 => {
                let coins = self.contract_size * (1.0 / entry - 1.0 / settled);
                Greeks { value: coins * point.spot, delta: coins, ..Greeks::default() }
            }
            Settlement::Inverse => Greeks::default(),
        }
    }
}
