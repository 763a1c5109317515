//! Bybit's symbols → contract terms (venues.md, section 4): linear `BTCUSDT`, `BTCPERP`, `BTC-27DEC24`, `BTCUSDT-27DEC24`; inverse
//! `BTCUSD`, `BTCUSDZ24`; options `BTC-30DEC22-18000-C`, `BTC-27MAR26-120000-C-USDT`.
//!
//! An inverse contract is one US dollar. A month code (H March, M June, U September, Z December) expires on the last Friday of that
//! month, everything at 08:00 UTC.

use crate::import::{binance_name, date};
use crate::instrument::{EuropeanOption, Future, Instrument, Perpetual, Settlement};
use crate::units::{Currency, DAY_MS, Timestamp};

/// The venue as it stands on positions.
pub(super) const VENUE: &str = "Bybit";

/// Reads a symbol; `None` where it is none of Bybit's derivatives.
pub(super) fn parse(name: &str) -> Option<Instrument> {
    if let Some((base, rest)) = name.split_once('-') {
        return dated(base, rest);
    }
    if let Some(base) = name.strip_suffix("PERP") {
        return binance_name::perpetual(&format!("{base}USDC"));
    }
    if let Some(perpetual) = binance_name::perpetual(name) {
        return Some(perpetual);
    }
    let (quote, settlement, contract_size) = (Currency::usd(), Settlement::Inverse, 1.0);
    if let Some(base) = name.strip_suffix("USD") {
        let underlying = binance_name::code(base)?;
        return Some(Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }));
    }
    let (pair, month_code) = name.split_at_checked(name.len().checked_sub(3)?)?;
    let (underlying, expiry) = (binance_name::code(pair.strip_suffix("USD")?)?, quarterly(month_code)?);
    Some(Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }))
}

fn dated(base: &str, rest: &str) -> Option<Instrument> {
    let mut parts = rest.split('-');
    let expiry = parts.next().filter(|code| code.len() <= 7 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()))?;
    let expiry = date::parse_code(expiry)?;
    let settlement = Settlement::Linear;
    let Some(strike) = parts.next() else {
        let (underlying, contract_size, quote) =
            binance_name::dollar_pair(base).or_else(|| binance_name::dollar_pair(&format!("{base}USDC")))?;
        return Some(Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }));
    };
    let (strike, kind) = (binance_name::strike(strike)?, binance_name::kind(parts.next()?)?);
    let quote = match (parts.next(), parts.next()) {
        (None, None) | (Some("USDC"), None) => "USDC",
        (Some("USDT"), None) => "USDT",
        _ => return None,
    };
    let (underlying, quote) = (binance_name::code(base)?, Currency::new(quote));
    Some(Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size: 1.0, expiry, strike, kind }))
}

/// `Z24` → the last Friday of December 2024, 08:00 UTC.
fn quarterly(month_code: &str) -> Option<Timestamp> {
    let (letter, year) = month_code.split_at_checked(1)?;
    let month = match letter {
        "H" => 3,
        "M" => 6,
        "U" => 9,
        "Z" => 12,
        _ => return None,
    };
    let year: i64 = if year.bytes().all(|byte| byte.is_ascii_digit()) { year.parse().ok()? } else { return None };
    // 1970-01-02 was a Friday.
    let is_friday = |time: &Timestamp| time.ms().div_euclid(DAY_MS).rem_euclid(7) == 1;
    (1..=31).rev().filter_map(|day| Timestamp::from_civil(2000 + year, month, day, date::EXPIRY_TIME_MS)).find(is_friday)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_symbol_has_its_terms() {
        use Settlement::{Inverse, Linear};
        for (name, class, underlying, quote, settlement, expiry) in [
            ("BTCUSDT", "perpetual", "BTC", "USDT", Linear, None),
            ("BTCPERP", "perpetual", "BTC", "USDC", Linear, None),
            ("10000LADYSUSDT", "perpetual", "LADYS", "USDT", Linear, None),
            ("BTCUSD", "perpetual", "BTC", "USD", Inverse, None),
            ("BTCUSDZ24", "future", "BTC", "USD", Inverse, Some("2024-12-27T08:00:00Z")),
            ("ETHUSDH25", "future", "ETH", "USD", Inverse, Some("2025-03-28T08:00:00Z")),
            ("BTCUSDM23", "future", "BTC", "USD", Inverse, Some("2023-06-30T08:00:00Z")),
            ("BTC-27DEC24", "future", "BTC", "USDC", Linear, Some("2024-12-27T08:00:00Z")),
            ("BTCUSDT-27DEC24", "future", "BTC", "USDT", Linear, Some("2024-12-27T08:00:00Z")),
            ("BTC-30DEC22-18000-C", "call", "BTC", "USDC", Linear, Some("2022-12-30T08:00:00Z")),
            ("ETH-3JAN23-1250-P", "put", "ETH", "USDC", Linear, Some("2023-01-03T08:00:00Z")),
            ("BTC-27MAR26-120000-C-USDT", "call", "BTC", "USDT", Linear, Some("2026-03-27T08:00:00Z")),
        ] {
            let instrument = parse(name).unwrap_or_else(|| panic!("{name} is not read"));
            let found = (instrument.class(), instrument.underlying(), instrument.quote().code().to_owned(), instrument.settlement());
            assert_eq!(found, (class, underlying, quote.to_owned(), settlement), "{name}");
            assert_eq!(instrument.expiry().map(|time| time.to_string()).as_deref(), expiry, "{name}");
        }
    }

    #[test]
    fn other_symbols_are_not_guessed() {
        for name in
            ["", "Z24", "USD", "PERP", "ETHBTC", "BTCUSDF24", "BTCUSDZ2x", "BTC-30FEB24", "BTC-30DEC22-18000", "BTC-30DEC22-1-C-EUR"]
        {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
