//! A balance of US dollars or of a coin meant to be worth one. Value: its amount. It has no sensitivities.

use crate::units::{Currency, Greeks};
use serde::{Deserialize, Serialize};

/// A dollar-like balance; quantity is the amount, negative when borrowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cash {
    /// The currency held.
    pub currency: Currency,
}

impl Cash {
    /// One dollar. That a dollar coin is worth a dollar is noted where the book is loaded.
    pub fn greeks(&self) -> Greeks {
        Greeks { value: 1.0, ..Greeks::default() }
    }
}
