//! A perpetual swap, linear or inverse. Value: the gain since entry at the perpetual's own mark; funding already paid is in the
//! account's balance, not here.

use crate::instrument::{Point, Settlement, forward_greeks};
use crate::method::Method;
use crate::units::{Currency, Greeks};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "perpetual",
    label: "Perpetual",
    doc: "A perpetual swap, worth what it has gained since it was opened, at its own mark.",
    formula: "linear: V = q·c·(M − E),  Δ = q·c·M/S\n\
              inverse: V = q·c·S·(1/E − 1/M),  Δ = q·c/E\n\
              in coin, inverse: Δ − V/S = q·c/M",
    unit: "US dollars; c coins a contract, of an inverse one dollars; M the mark of the perpetual",
    convention: "M/S stays as it is when S moves and when time passes. Without an entry price it counts from no gain, which is noted.",
    source: "contract specifications of the venues; He, Manela, Ross and von Wachter 2022, Fundamentals of perpetual futures",
    limits: "Funding that was paid is in the balance of the account; funding to come is in no number.",
};

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
