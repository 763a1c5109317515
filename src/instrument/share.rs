//! A stock or an exchange-traded fund. Value: quantity times price; delta one.

use crate::instrument::Point;
use crate::method::Method;
use crate::units::Greeks;
use serde::{Deserialize, Serialize};

/// What is said of it.
pub(super) const METHOD: Method = Method {
    id: "share",
    label: "Share",
    doc: "A stock or an exchange-traded fund; negative when sold short.",
    formula: "V = q · S\n\
              Δ = q",
    unit: "US dollars; q shares",
    convention: "A ticker with the letters of a coin gets “ stock” behind it: the trust that trades as BTC is not bitcoin.",
    source: "by definition",
    limits: "Dividends to come and the cost of borrowing a share are not in the value.",
};

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
        Greeks::of_one(point.spot)
    }
}
