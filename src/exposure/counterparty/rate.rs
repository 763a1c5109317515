//! Probability of default and loss given default: an assumption that the user edits.

use crate::issue::{Issue, IssueKind};
use serde::{Deserialize, Serialize};

/// How likely a counterparty is to fail, and what is lost then.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct DefaultRate {
    /// Probability that it fails within a year, 0 to 1.
    pub probability: f64,
    /// Part of the exposure that is not recovered, 0 to 1.
    pub loss: f64,
}

impl DefaultRate {
    /// Checks both.
    ///
    /// # Errors
    /// An `Invalid` issue that names the one out of range.
    pub fn new(probability: f64, loss: f64) -> Result<DefaultRate, Issue> {
        for (number, message) in [
            (probability, "a probability of default must be between 0 and 100 % a year"),
            (loss, "a loss given default must be between 0 and 100 % of the exposure"),
        ] {
            if !(0.0..=1.0).contains(&number) {
                return Err(Issue::rejected(IssueKind::Invalid, message).with_value(&number.to_string()));
            }
        }
        Ok(DefaultRate { probability, loss })
    }
}

/// When the default rates were chosen.
pub const ASSUMED_ON: &str = "2026-11-21";

/// What a counterparty is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CounterpartyKind {
    /// An exchange that keeps its customers' coins.
    Exchange,
    /// A contract on a chain: an exchange, a lender, a pool, a staking service.
    Protocol,
    /// A regulated broker that keeps its customers' assets apart from its own.
    Broker,
}

/// Names that counterparties are known by, in small letters; a name may go on behind a blank (`Uniswap v3`).
const KNOWN: &[(CounterpartyKind, &[&str])] = &[
    (
        CounterpartyKind::Exchange,
        &[
            "deribit",
            "binance",
            "bybit",
            "okx",
            "coinbase",
            "kraken",
            "bitfinex",
            "bitget",
            "gate.io",
            "kucoin",
            "htx",
            "bitmex",
            "bitvavo",
            "crypto.com",
            "gemini",
            "bitstamp",
        ],
    ),
    (
        CounterpartyKind::Protocol,
        &[
            "hyperliquid",
            "derive",
            "lyra",
            "dydx",
            "gmx",
            "paradex",
            "aevo",
            "drift",
            "aave",
            "compound",
            "spark",
            "morpho",
            "makerdao",
            "sky",
            "lido",
            "rocket pool",
            "ether.fi",
            "eigenlayer",
            "uniswap",
            "curve",
            "balancer",
            "pendle",
        ],
    ),
    (CounterpartyKind::Broker, &["interactive brokers", "ibkr", "charles schwab", "schwab", "revolut", "cme"]),
];

impl CounterpartyKind {
    /// Every kind, in the order shown.
    pub const ALL: [CounterpartyKind; 3] = [CounterpartyKind::Exchange, CounterpartyKind::Protocol, CounterpartyKind::Broker];

    /// What a name is known to be.
    pub fn of(name: &str) -> Option<CounterpartyKind> {
        let name = name.trim().to_lowercase();
        let is_it = |known: &&str| name.strip_prefix(*known).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        KNOWN.iter().find(|(_, names)| names.iter().any(is_it)).map(|(kind, _)| *kind)
    }

    /// For a reader.
    pub fn label(self) -> &'static str {
        match self {
            CounterpartyKind::Exchange => "centralised exchange",
            CounterpartyKind::Protocol => "protocol",
            CounterpartyKind::Broker => "broker",
        }
    }

    /// What is assumed where the user states nothing. Orders of magnitude chosen by Plimsoll, with no statistics behind them but for the
    /// broker's loss, which is the 45 % of a senior claim on a bank (Basel Framework, CRE32.6).
    pub fn assumed_rate(self) -> DefaultRate {
        match self {
            CounterpartyKind::Exchange => DefaultRate { probability: 0.03, loss: 0.6 },
            CounterpartyKind::Protocol => DefaultRate { probability: 0.02, loss: 0.8 },
            CounterpartyKind::Broker => DefaultRate { probability: 0.002, loss: 0.45 },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_whole_or_with_a_word_behind_it() {
        assert_eq!(CounterpartyKind::of("Deribit"), Some(CounterpartyKind::Exchange));
        assert_eq!(CounterpartyKind::of(" Uniswap v3 "), Some(CounterpartyKind::Protocol));
        assert_eq!(CounterpartyKind::of("Interactive Brokers"), Some(CounterpartyKind::Broker));
        assert_eq!(CounterpartyKind::of("Skyline Prime"), None);
        assert_eq!(CounterpartyKind::of(""), None);
    }

    #[test]
    fn a_rate_out_of_range_is_refused_by_name() {
        assert!(DefaultRate::new(0.0, 1.0).is_ok());
        assert!(DefaultRate::new(1.5, 0.5).unwrap_err().message.contains("probability"));
        assert!(DefaultRate::new(0.5, f64::NAN).unwrap_err().message.contains("loss"));
    }
}
