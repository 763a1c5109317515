//! Deribit's instrument names.
//!
//! `BTC-PERPETUAL`, `BTC-27MAR26`, `BTC-27MAR26-100000-C` settle in coin; `SOL_USDC-…` in the quote currency; `BTC_USDT` is spot.
//! A strike may hold `d` for its decimal point. Dates are at 08:00 UTC.

use crate::instrument::{EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement, Spot};
use crate::units::{Currency, Price, Timestamp};

/// Hour of expiry, milliseconds after midnight UTC.
pub const EXPIRY_MS_OF_DAY: i64 = 8 * 3_600_000;

const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Reads a name; `None` if it is none of Deribit's single contracts.
pub fn parse_name(name: &str) -> Option<Instrument> {
    let upper = name.trim().to_uppercase();
    let parts: Vec<&str> = upper.split('-').collect();
    let (base, quote) = match parts.first()?.split_once('_') {
        Some((base, quote)) => (base, Some(quote)),
        None => (*parts.first()?, None),
    };
    let is_code = |code: &str| !code.is_empty() && code.len() <= 12 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_code(base) || !quote.is_none_or(is_code) {
        return None;
    }
    let settlement = if quote.is_some() { Settlement::Linear } else { Settlement::Inverse };
    let underlying = base.to_owned();
    let currency = Currency::new(quote.unwrap_or("USD"));
    match parts.get(1..)? {
        [] => quote.is_some().then(|| Instrument::Spot(Spot { asset: underlying })),
        ["PERPETUAL"] => Some(Instrument::Perpetual(Perpetual { underlying, quote: currency, settlement, contract_size: 1.0 })),
        [date] => Some(Instrument::Future(Future { underlying, quote: currency, settlement, contract_size: 1.0, expiry: parse_date(date)? })),
        [date, strike, kind] => Some(Instrument::Option(EuropeanOption {
            underlying,
            quote: currency,
            settlement,
            contract_size: 1.0,
            expiry: parse_date(date)?,
            strike: parse_strike(strike)?,
            kind: match *kind {
                "C" => OptionKind::Call,
                "P" => OptionKind::Put,
                _ => return None,
            },
        })),
        _ => None,
    }
}

/// `27MAR26` at 08:00 UTC; the day may have one digit.
pub fn parse_date(text: &str) -> Option<Timestamp> {
    let month_at = text.find(|character: char| character.is_ascii_alphabetic())?;
    let (day, rest) = text.split_at_checked(month_at)?;
    let (month, year) = rest.split_at_checked(3)?;
    let month = MONTHS.iter().position(|name| name.eq_ignore_ascii_case(month))? as u32 + 1;
    if !(1..=2).contains(&day.len()) || year.len() != 2 {
        return None;
    }
    Timestamp::from_civil(2000 + year.parse::<i64>().ok()?, month, day.parse().ok()?, EXPIRY_MS_OF_DAY)
}

fn parse_strike(text: &str) -> Option<Price> {
    let text = text.replacen('D', ".", 1);
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && text.len() <= 15;
    is_number.then(|| text.parse().ok()).flatten().and_then(|strike| Price::new(strike).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_by_their_grammar() {
        let option = |name: &str| match parse_name(name) {
            Some(Instrument::Option(option)) => Some((option.strike.get(), option.kind, option.settlement, option.expiry.to_string())),
            _ => None,
        };
        assert_eq!(option("BTC-27DEC24-60000-C"), Some((60_000.0, OptionKind::Call, Settlement::Inverse, "2024-12-27T08:00:00Z".to_owned())));
        assert_eq!(option("XRP_USDC-26SEP25-0d625-P"), Some((0.625, OptionKind::Put, Settlement::Linear, "2025-09-26T08:00:00Z".to_owned())));
        assert!(matches!(parse_name("ETH-3SEP21"), Some(Instrument::Future(future)) if future.expiry.to_string() == "2021-09-03T08:00:00Z"));
        assert!(matches!(parse_name("BTC_USDT"), Some(Instrument::Spot(_))));
        for name in ["BTC-BOX-30DEC22-17000_20000", "BTC-31FEB26-1000-C", "BTC", "", "BTC-27MAR26-x-C", "<b>-PERPETUAL"] {
            assert_eq!(parse_name(name), None, "{name}");
        }
    }
}
