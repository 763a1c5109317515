//! A holding of a coin. Value: quantity times spot; delta one.

use crate::instrument::Point;
use crate::method::Method;
use crate::units::Greeks;
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "spot",
    label: "Coin",
    doc: "A holding of a coin; negative when it is borrowed.",
    formula: "V = q · S\n\
              Δ = q",
    unit: "US dollars; q coins, S dollars for one",
    convention: "In its own coin it is no exposure: the coin delta is Δ − V/S = 0.",
    source: "by definition",
    limits: "Price only: custody, withdrawal and the venue that holds it are not in the value.",
};

/// A coin; quantity is in coins, negative when borrowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Code of the coin, the same as its derivatives' underlying.
    pub asset: String,
}

impl Spot {
    /// One coin.
    pub fn greeks(&self, point: &Point) -> Greeks {
        Greeks::of_one(point.spot)
    }
}
