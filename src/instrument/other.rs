//! A contract that no model here prices: a bond, a fund, a warrant. It is kept at its mark with a delta of one, flagged, and
//! counted among what the totals only approximate.

use crate::instrument::Point;
use crate::method::Method;
use crate::units::Greeks;
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "other",
    label: "Anything else",
    doc: "A contract that no model here prices (a bond, a warrant, a fund): it is kept at its mark.",
    formula: "V = q · c · mark\n\
              Δ = q · c by its own mark",
    unit: "US dollars",
    convention: "Flagged, and the totals say how much of their gross notional stands so.",
    source: "the mark of the file",
    limits: "A delta of one to itself and nothing else: it moves with no underlying.",
};

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
