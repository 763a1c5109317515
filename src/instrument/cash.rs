//! A balance of US dollars or of a coin meant to be worth one. Value: its amount. It has no sensitivities.

use crate::instrument::Point;
use crate::method::Method;
use crate::units::{Currency, Greeks};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "cash",
    label: "Cash",
    doc: "A balance of US dollars or of a coin that is meant to be worth one; negative when it is owed.",
    formula: "V = q · S, S = 1\n\
              all sensitivities 0",
    unit: "US dollars",
    convention: "A dollar coin counts as one dollar, which is noted under every number that it enters. The shock bar does not move it; a scenario may move its peg.",
    source: "by definition",
    limits: "A dollar coin has no market of its own here; a balance of any other currency is a holding at its own spot.",
};

/// A dollar-like balance; quantity is the amount, negative when borrowed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cash {
    /// The currency held.
    pub currency: Currency,
}

impl Cash {
    /// One unit: a dollar, unless a scenario moves its peg. That a dollar coin is worth a dollar is noted where the book is loaded.
    pub fn greeks(&self, point: &Point) -> Greeks {
        Greeks { value: point.spot, ..Greeks::default() }
    }
}
