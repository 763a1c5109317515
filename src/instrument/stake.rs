//! A staked or liquid-staked coin. Value: units times the exchange rate times the price of the coin behind it; delta is the rate.

use crate::instrument::Point;
use crate::method::Method;
use crate::units::{Greeks, Timestamp};
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "stake",
    label: "Stake",
    doc: "A staked or liquid-staked coin.",
    formula: "V = q · k · S\n\
              Δ = q · k",
    unit: "US dollars; q tokens, k coins for one",
    convention: "k is the rate of exchange that the file states, 1 for a plain stake or a token whose balance grows.",
    source: "by definition",
    limits: "The token is valued by the coin behind it, not by its own market: a discount, slashing and the wait for the unlock are \
              not in the value.",
};

/// When a staked coin can be sold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unlock {
    /// At any time.
    #[default]
    Free,
    /// So many days after it is asked for.
    Notice(f64),
    /// At this instant.
    At(Timestamp),
}

/// A stake; quantity is in tokens of the staking contract.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stake {
    /// The token held, such as `WSTETH`, or the coin itself.
    pub token: String,
    /// Code of the coin that the token stands for.
    pub underlying: String,
    /// Coins per token, > 0; 1 for a plain stake or a rebasing token.
    pub rate: f64,
    /// When it can be sold.
    pub unlock: Unlock,
}

impl Stake {
    /// One token.
    pub fn greeks(&self, point: &Point) -> Greeks {
        Greeks { value: self.rate * point.spot, delta: self.rate, ..Greeks::default() }
    }
}
