//! A holding of a coin. Value: quantity times spot; delta one.

use crate::instrument::Point;
use crate::units::Greeks;
use serde::{Deserialize, Serialize};

/// A coin; quantity is in coins, negative when borrowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spot {
    /// Code of the coin, the same as its derivatives' underlying.
    pub asset: String,
}

impl Spot {
    /// One coin.
    pub fn greeks(&self, point: &Point) -> Greeks {
        Greeks { value: point.spot, delta: 1.0, ..Greeks::default() }
    }
}
