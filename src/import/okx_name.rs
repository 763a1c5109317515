//! OKX's instrument names → contract terms (venues.md, section 2), and the contract sizes that do not stand in them.
//!
//! Invariant: a quote of USD is inverse and settles in the coin, every other is linear and settles in its quote. All options are
//! inverse.

use crate::import::dated_name::{self, Dated};
use crate::import::deribit_name;
use crate::instrument::{EuropeanOption, Future, Instrument, Perpetual, Settlement};
use crate::units::Currency;

/// What a name says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Name {
    /// The coin.
    pub base: String,
    /// What it is priced in.
    pub quote: String,
    /// The kind of contract.
    pub kind: Kind,
}

/// The kinds of contracts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Kind {
    /// Two coins against each other, `BTC-USDT`.
    Pair,
    /// `BTC-USDT-SWAP`.
    Perpetual,
    /// `BTC-USD-241227`, `BTC-USD-241227-60000-C`.
    Dated(Dated),
}

impl Name {
    /// Reads a name; `None` where it is none of OKX's.
    pub(super) fn parse(name: &str) -> Option<Name> {
        let is_code = |code: &str| !code.is_empty() && code.len() <= 32 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let parts: Vec<&str> = name.split('-').take(6).collect();
        let [base, quote, rest @ ..] = parts.as_slice() else { return None };
        let kind = match rest {
            [] => Kind::Pair,
            ["SWAP"] => Kind::Perpetual,
            rest => Kind::Dated(dated_name::parse(rest)?),
        };
        // Names of other venues, such as BTC-PERPETUAL, are no pairs.
        (is_code(base) && is_code(quote) && (3..=5).contains(&quote.len())).then(|| Name {
            base: base.to_uppercase(),
            quote: quote.to_uppercase(),
            kind,
        })
    }

    /// Whether the reply's own `instType` is that of the name.
    pub(super) fn is_of_type(&self, stated: &str) -> bool {
        match self.kind {
            Kind::Pair => matches!(stated, "SPOT" | "MARGIN"),
            Kind::Perpetual => stated == "SWAP",
            Kind::Dated(Dated::Future(_)) => stated == "FUTURES",
            Kind::Dated(Dated::Option(..)) => stated == "OPTION",
        }
    }

    /// What the contract pays in.
    pub(super) fn settlement(&self) -> Settlement {
        if self.quote == "USD" && self.kind != Kind::Pair { Settlement::Inverse } else { Settlement::Linear }
    }

    /// The currency of its profit and margin.
    pub(super) fn settlement_currency(&self) -> Currency {
        Currency::new(match self.settlement() {
            Settlement::Inverse => &self.base,
            Settlement::Linear => &self.quote,
        })
    }

    /// `ctVal × ctMult` where it is the same for as long as the contract is listed: coins, or US dollars of an inverse future.
    pub(super) fn listed_size(&self) -> Option<f64> {
        let is_option = matches!(self.kind, Kind::Dated(Dated::Option(..)));
        match (self.base.as_str(), self.quote.as_str()) {
            _ if self.kind == Kind::Pair => Some(1.0),
            ("BTC", "USD") if is_option => Some(0.01),
            ("ETH", "USD") if is_option => Some(0.1),
            _ if is_option => None,
            ("BTC", "USD") => Some(100.0),
            (_, "USD") => Some(10.0),
            ("BTC", "USDT") => Some(0.01),
            ("ETH", "USDT") => Some(0.1),
            _ => None,
        }
    }

    /// The contract.
    pub(super) fn instrument(&self, contract_size: f64) -> Instrument {
        let (underlying, quote, settlement) = (self.base.clone(), Currency::new(&self.quote), self.settlement());
        match self.kind {
            Kind::Pair => deribit_name::coin(&self.base),
            Kind::Perpetual => Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }),
            Kind::Dated(Dated::Future(expiry)) => Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }),
            Kind::Dated(Dated::Option(expiry, strike, kind)) => {
                Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind })
            }
        }
    }
}

/// The number of the series 1, 2, 5, 10, … that lies within 2 % of another, for contract sizes that were divided out of a rounded
/// and converted notional; `None` where there is none.
pub(super) fn plain_size(size: f64) -> Option<f64> {
    (-9..=9)
        .flat_map(|power| [1, 2, 5].map(|digit| format!("{digit}e{power}")))
        .filter_map(|text| text.parse::<f64>().ok())
        .find(|plain| (size / plain - 1.0).abs() <= 0.02)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::OptionKind;

    #[test]
    fn the_grammar_of_venues_md() {
        use Settlement::{Inverse, Linear};
        for (name, class, settlement, currency, size, expiry) in [
            ("BTC-USDT-SWAP", "perpetual", Linear, "USDT", Some(0.01), None),
            ("ETH-USDT-SWAP", "perpetual", Linear, "USDT", Some(0.1), None),
            ("SOL-USDT-SWAP", "perpetual", Linear, "USDT", None, None),
            ("BTC-USDC-SWAP", "perpetual", Linear, "USDC", None, None),
            ("BTC-USD-SWAP", "perpetual", Inverse, "BTC", Some(100.0), None),
            ("SOL-USD-SWAP", "perpetual", Inverse, "SOL", Some(10.0), None),
            ("ETH-USD-210430", "future", Inverse, "ETH", Some(10.0), Some("2021-04-30T08:00:00Z")),
            ("BTC-USDT-241227", "future", Linear, "USDT", Some(0.01), Some("2024-12-27T08:00:00Z")),
            ("BTC-USD-241227-60000-C", "call", Inverse, "BTC", Some(0.01), Some("2024-12-27T08:00:00Z")),
            ("ETH-USD-241227-2500-P", "put", Inverse, "ETH", Some(0.1), Some("2024-12-27T08:00:00Z")),
            ("BTC-USDT", "spot", Linear, "USDT", Some(1.0), None),
        ] {
            let parsed = Name::parse(name).unwrap();
            let instrument = parsed.instrument(2.0);
            assert_eq!((instrument.class(), instrument.settlement(), parsed.listed_size()), (class, settlement, size), "{name}");
            assert_eq!(parsed.settlement_currency().code(), currency, "{name}");
            assert_eq!(instrument.expiry().map(|time| time.to_string()).as_deref(), expiry, "{name}");
        }
        let Instrument::Option(option) = Name::parse("BTC-USD-241227-60000-P").unwrap().instrument(0.01) else { panic!() };
        assert_eq!((option.strike.get(), option.kind, option.contract_size), (60_000.0, OptionKind::Put, 0.01));
        for name in [
            "",
            "BTC",
            "BTC-USD-",
            "BTC-USD-241232",
            "BTC-USD-241227-1-X",
            "BTC-USD-241227-1",
            "-USD-SWAP",
            "BTC-USD_UM-SWAP",
            "BTC-PERPETUAL",
        ] {
            assert_eq!(Name::parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_size_is_rounded_to_a_plain_one_or_not_at_all() {
        for (size, expected) in
            [(0.99931, Some(1.0)), (1007.0, Some(1000.0)), (0.000_100_4, Some(0.0001)), (1.021, None), (0.3, None), (0.0, None)]
        {
            assert_eq!(plain_size(size), expected, "{size}");
        }
    }
}
