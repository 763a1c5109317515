//! A perpetual swap, linear or inverse. Value: the gain since entry at the perpetual's own mark; funding already paid is in the
//! account's balance, not here.

use crate::instrument::{Point, Settlement, forward_greeks};
use crate::units::{Currency, Greeks};
use serde::{Deserialize, Serialize};

/// Terms of a perpetual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Perpetual {
    /// Code of the underlying.
    pub underlying: String,
    /// Currency of its price.
    pub quote: Currency,
    /// What it pays in.
    pub settlement: Settlement,
    /// Coins per contract if linear, dollars per contract if inverse; > 0.
    pub contract_size: f64,
}

impl Perpetual {
    /// One contract; `point.forward` is the perpetual's mark. It has no expiry, hence no rho.
    pub fn greeks(&self, point: &Point, entry: Option<f64>) -> Greeks {
        Greeks { rho: 0.0, ..forward_greeks(self.settlement, self.contract_size, point, entry) }
    }
}
