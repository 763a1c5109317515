//! Currency and coin codes.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use std::fmt;

/// Currencies of states. No coin of note has one of these codes.
pub const STATE_CURRENCIES: &[&str] = &[
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNH", "CNY", "COP", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS",
    "INR", "ISK", "JPY", "KRW", "MXN", "MYR", "NGN", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "SAR", "SEK", "SGD", "THB", "TRY", "TWD",
    "UAH", "USD", "VND", "ZAR",
];

/// A currency or coin code in upper case, such as `USD`, `USDC`, `BTC`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Currency(SmolStr);

impl Currency {
    /// Upper-cases the code; any text is a legal code, a market may simply not know it.
    pub fn new(code: &str) -> Currency {
        let code = code.trim();
        // An upper-case letter may be spelled with more than one; nearly all codes are plain.
        Currency(if code.is_ascii() { code.chars().map(|sign| sign.to_ascii_uppercase()).collect() } else { code.to_uppercase().into() })
    }

    /// The US dollar, in which everything is added up.
    pub fn usd() -> Currency {
        Currency(SmolStr::new_static("USD"))
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
