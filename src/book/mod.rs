//! Nouns: what is held, where and since which price. Nothing is priced here.

mod account;
pub mod edit;
mod method;
pub mod netting;
pub mod strategy;
pub mod tag;
pub mod tag_rule;

use crate::instrument::Instrument;
use crate::issue::Source;
use crate::order;
use crate::units::{Price, Quantity};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub use crate::book::account::{Account, Stated, StatedGreeks};
pub use crate::book::edit::{Closing, Edit};
pub use crate::book::method::METHODS;

/// One holding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Instrument name as the venue writes it.
    pub name: String,
    /// Account or sub-account; may be empty.
    pub account: String,
    /// Venue; may be empty.
    pub venue: String,
    /// The contract.
    pub instrument: Instrument,
    /// Signed quantity in contracts, coins or currency units, + long.
    pub quantity: Quantity,
    /// Average price at which it was opened, in the contract's own price unit (coins for an inverse option).
    pub entry_price: Option<Price>,
    /// The venue's own mark, in the contract's own price unit; kept for comparison, never priced from when the market knows more.
    pub mark: Option<Price>,
    /// Labels by dimension, such as `strategy` or `trader`.
    pub tags: BTreeMap<String, String>,
    /// What the venue says of it, for comparison.
    pub stated: Option<Box<Stated>>,
    /// The row that it came from.
    pub source: Source,
}

/// All positions, in the order in which they were read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Book {
    /// The positions.
    pub positions: Vec<Position>,
}

impl Book {
    /// Dimensions in which positions are labelled, in alphabetical order.
    pub fn tag_keys(&self) -> Vec<String> {
        let keys = order::set(self.positions.iter().flat_map(|position| position.tags.keys()));
        keys.into_iter().cloned().collect()
    }

    /// Codes of the underlyings whose listed options may be exercised early: American options or shares of them are held.
    pub fn american_underlyings(&self) -> BTreeSet<&str> {
        let held = self.positions.iter().map(|position| &position.instrument);
        order::set(held.filter(|held| matches!(held, Instrument::AmericanOption(_) | Instrument::Share(_))).map(Instrument::underlying))
    }
}
