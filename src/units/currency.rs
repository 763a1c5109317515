//! Currency and coin codes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A currency or coin code in upper case, such as `USD`, `USDC`, `BTC`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Currency(String);

impl Currency {
    /// Upper-cases the code; any text is a legal code, a market may simply not know it.
    pub fn new(code: &str) -> Currency {
        Currency(code.trim().to_uppercase())
    }

    /// The US dollar, in which everything is added up.
    pub fn usd() -> Currency {
        Currency("USD".to_owned())
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Whether the coin is meant to be worth one US dollar; the market may say otherwise.
    pub fn is_dollar_like(&self) -> bool {
        matches!(self.0.as_str(), "USD" | "USDC" | "USDT" | "DAI" | "FDUSD" | "USDE" | "USDS" | "TUSD" | "PYUSD" | "BUSD")
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
