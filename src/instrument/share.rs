//! A stock or an exchange-traded fund. Value: quantity times price; delta one.

use crate::instrument::Point;
use crate::units::Greeks;
use serde::{Deserialize, Serialize};

/// A share; quantity is in shares, negative when sold short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// Code of the underlying: the ticker, told apart from a coin of the same letters (see [`Share::code`]).
    pub symbol: String,
}

/// Coins whose letters are also a ticker of a listed share or fund.
const TICKERS_OF_COINS: &[&str] = &[
    "AAVE", "ADA", "ALGO", "APE", "APT", "AR", "ARB", "ATOM", "AVAX", "BAT", "BCH", "BNB", "BTC", "COMP", "CRV", "DASH", "DOGE", "DOT",
    "ENS", "EOS", "ETC", "ETH", "FIL", "FLOW", "FTM", "GRT", "ICP", "IMX", "INJ", "LDO", "LINK", "LTC", "MANA", "MKR", "NEAR", "NEO", "OP",
    "RUNE", "SAND", "SEI", "SNX", "SOL", "STX", "SUI", "SUSHI", "TAO", "TIA", "TON", "TRX", "UNI", "WLD", "XLM", "XRP", "XTZ", "ZEC",
];

impl Share {
    /// The underlying's code of a ticker: the ticker itself, with ` stock` behind it where a coin has the same letters. The
    /// Grayscale trusts trade as BTC and ETH and are not bitcoin and ether.
    pub fn code(ticker: &str) -> String {
        let ticker = ticker.trim().to_uppercase();
        if TICKERS_OF_COINS.contains(&ticker.as_str()) { format!("{ticker} stock") } else { ticker }
    }

    /// One share.
    pub fn greeks(&self, point: &Point) -> Greeks {
        Greeks { value: point.spot, delta: 1.0, ..Greeks::default() }
    }
}
