//! A contract that no model here prices: a bond, a fund, a warrant. It is kept at its mark with a delta of one, flagged, and
//! counted among what the totals only approximate.

use crate::instrument::Point;
use crate::units::Greeks;
use serde::{Deserialize, Serialize};

/// Anything else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Other {
    /// Its own code, which is also its underlying: its mark is the spot of that code.
    pub symbol: String,
    /// What the file calls it, such as `bond`.
    pub kind: String,
    /// Units of the symbol per contract, > 0.
    pub contract_size: f64,
}

impl Other {
    /// One contract.
    pub fn greeks(&self, point: &Point) -> Greeks {
        Greeks { value: self.contract_size * point.spot, delta: self.contract_size, ..Greeks::default() }
    }
}
