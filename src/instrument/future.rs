//! A dated future, linear or inverse. Value: the gain since entry. Once expired it is what it was settled at.

use crate::instrument::{Point, Settlement, forward_greeks};
use crate::method::Method;
use crate::units::{Currency, Greeks, Timestamp};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "future",
    label: "Future",
    doc: "A dated future, worth what it has gained since it was opened.",
    formula: "linear: V = q·c·(F − E),  Δ = q·c·F/S,  ρ = q·c·F·T\n\
              inverse: V = q·c·S·(1/E − 1/F),  Δ = q·c/E,  ρ = q·c·T·S/F\n\
              expired at P: q·c·(P − E) dollars; q·c·(1/E − 1/P) coins",
    unit: "US dollars; c coins a contract, of an inverse one dollars; the gain of an inverse one is paid in coin and counted at S",
    convention: "F/S stays as it is when S moves. The gain is not discounted, since venues pay it as it arises. Without an entry price \
              it counts from no gain, which is noted.",
    source: "contract specifications of the venues",
    limits: "Gains that were paid out already are in the balance of the account, so an entry price that a venue resets with each \
              settlement must be the reset one.",
};

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
