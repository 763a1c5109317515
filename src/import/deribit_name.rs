//! Deribit's instrument names → contract terms (venues.md, section 1).
//!
//! A base without `_` is inverse and settles in its coin; `BASE_QUOTE` is linear and settles in the quote coin.

use crate::import::date;
use crate::instrument::{Cash, EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement, Spot};
use crate::units::{Currency, Price};

/// What a name says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Name {
    /// One contract.
    Contract(Instrument),
    /// A combination of contracts traded as one, such as `BTC-FS-27MAR27_PERP`.
    Combination,
}

/// Reads a name in either case; `None` where it is none of Deribit's.
pub(super) fn parse(name: &str) -> Option<Name> {
    if name.len() > 64 || !name.is_ascii() {
        return None;
    }
    let mut parts = name.split('-');
    let base = parts.next()?;
    let Some(second) = parts.next() else { return pair(base).map(Name::Contract) };
    let (underlying, quote, settlement) = asset(base)?;
    let (third, fourth, rest) = (parts.next(), parts.next(), parts.next());
    if third.is_some() && !second.is_empty() && second.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return Some(Name::Combination);
    }
    let contract_size = 1.0;
    if second.eq_ignore_ascii_case("PERPETUAL") && third.is_none() {
        return Some(Name::Contract(Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size })));
    }
    let is_code = second.len() <= 7 && second.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let expiry = date::parse_code(second).filter(|_| is_code)?;
    let instrument = match (third, fourth, rest) {
        (None, None, None) => Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }),
        (Some(strike), Some(kind), None) => {
            let kind = match kind {
                "C" | "c" => OptionKind::Call,
                "P" | "p" => OptionKind::Put,
                _ => return None,
            };
            let strike = parse_strike(strike)?;
            Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind })
        }
        _ => return None,
    };
    Some(Name::Contract(instrument))
}

/// `60000`, `0d625`, `8D6`, `0.625`.
fn parse_strike(text: &str) -> Option<Price> {
    let is_strike = text.starts_with(|sign: char| sign.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'd' | b'D' | b'.'));
    let strike: f64 = if is_strike { text.replace(['d', 'D'], ".").parse().ok()? } else { return None };
    Price::new(strike).ok()
}

fn asset(base: &str) -> Option<(String, Currency, Settlement)> {
    let is_code = |code: &str| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match base.split_once('_') {
        Some((coin, quote)) => (is_code(coin) && is_code(quote)).then(|| (coin.to_uppercase(), Currency::new(quote), Settlement::Linear)),
        None => is_code(base).then(|| (base.to_uppercase(), Currency::usd(), Settlement::Inverse)),
    }
}

fn pair(name: &str) -> Option<Instrument> {
    let (underlying, _, settlement) = asset(name)?;
    (settlement == Settlement::Linear).then(|| coin(&underlying))
}

/// A holding of a coin, or a balance where the coin is meant to be worth a dollar.
pub(super) fn coin(code: &str) -> Instrument {
    let currency = Currency::new(code);
    if currency.is_dollar_like() {
        Instrument::Cash(Cash { currency })
    } else {
        Instrument::Spot(Spot { asset: currency.code().to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Timestamp;

    #[test]
    fn the_grammar_of_venues_md() {
        use OptionKind::{Call, Put};
        use Settlement::{Inverse, Linear};
        for (name, class, underlying, quote, settlement, expiry, strike) in [
            ("BTC-PERPETUAL", "perpetual", "BTC", "USD", Inverse, None, None),
            ("BTC-27DEC24", "future", "BTC", "USD", Inverse, Some("2024-12-27T08:00:00Z"), None),
            ("ETH-3SEP21", "future", "ETH", "USD", Inverse, Some("2021-09-03T08:00:00Z"), None),
            ("BTC-27DEC24-60000-C", "call", "BTC", "USD", Inverse, Some("2024-12-27T08:00:00Z"), Some((60_000.0, Call))),
            ("SOL_USDC-PERPETUAL", "perpetual", "SOL", "USDC", Linear, None, None),
            ("XRP_USDC-26SEP25-0d625-C", "call", "XRP", "USDC", Linear, Some("2025-09-26T08:00:00Z"), Some((0.625, Call))),
            ("AVAX_USDC-29MAY26-8D6-P", "put", "AVAX", "USDC", Linear, Some("2026-05-29T08:00:00Z"), Some((8.6, Put))),
            ("btc_usdt", "spot", "BTC", "USD", Linear, None, None),
            ("USDC_USDT", "cash", "USDC", "USDC", Linear, None, None),
        ] {
            let parsed = parse(name);
            assert!(matches!(parsed, Some(Name::Contract(_))), "{name}: {parsed:?}");
            let Some(Name::Contract(instrument)) = parsed else { continue };
            let terms = match &instrument {
                Instrument::Option(option) => Some((option.strike.get(), option.kind)),
                _ => None,
            };
            let date = instrument.expiry().map(|time: Timestamp| time.to_string());
            let found = (instrument.class(), instrument.underlying(), instrument.quote().code().to_owned(), instrument.settlement());
            assert_eq!(found, (class, underlying, quote.to_owned(), settlement), "{name}");
            assert_eq!((date.as_deref(), terms), (expiry, strike), "{name}");
        }
    }

    #[test]
    fn combinations_are_known_as_such_and_other_names_are_not_guessed() {
        for name in ["BTC-BOX-30DEC22-17000_20000", "BTC-FS-27MAR27_PERP", "BTC-CS-30DEC22-17000_20000"] {
            assert_eq!(parse(name), Some(Name::Combination), "{name}");
        }
        for name in [
            "",
            "BTC",
            "BTC-",
            "-PERPETUAL",
            "BTC-30FEB27",
            "BTC-27MAR27-x-C",
            "BTC-27MAR27-100-X",
            "BTC-27MAR27-1-C-2",
            "../../etc/passwd",
            "BTC-27MAR27-1",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
