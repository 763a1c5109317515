//! A staked or liquid-staked coin. Value: units times the exchange rate times the price of the coin behind it; delta is the rate.

use crate::instrument::Point;
use crate::units::{Greeks, Timestamp};
use serde::{Deserialize, Serialize};

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
