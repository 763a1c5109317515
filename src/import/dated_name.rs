//! The end of a contract's name where the date is in digits: `…-241227`, `…-20241227-3000-C` → expiry, strike and kind.
//!
//! Invariant: the contract expires at 08:00 UTC of the day named; a day that does not exist is no name.

use crate::import::date::EXPIRY_TIME_MS;
use crate::instrument::OptionKind;
use crate::units::{Price, Timestamp};

/// What the end of a name says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Dated {
    /// A future.
    Future(Timestamp),
    /// An option: expiry, strike, call or put.
    Option(Timestamp, Price, OptionKind),
}

/// Reads the parts behind the underlying, `["241227"]` or `["241227", "60000", "C"]`.
pub(super) fn parse(parts: &[&str]) -> Option<Dated> {
    match parts {
        [date] => Some(Dated::Future(expiry(date)?)),
        [date, strike, kind] => {
            let kind = match *kind {
                "C" => OptionKind::Call,
                "P" => OptionKind::Put,
                _ => return None,
            };
            let is_plain =
                strike.starts_with(|sign: char| sign.is_ascii_digit()) && strike.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
            let strike: f64 = if is_plain { strike.parse().ok()? } else { return None };
            Some(Dated::Option(expiry(date)?, Price::new(strike).ok()?, kind))
        }
        _ => None,
    }
}

/// `YYMMDD` or `YYYYMMDD`.
fn expiry(date: &str) -> Option<Timestamp> {
    let digits = |range: std::ops::Range<usize>| -> Option<i64> { date.get(range)?.parse().ok() };
    let (year, rest) = match date.len() {
        _ if !date.bytes().all(|byte| byte.is_ascii_digit()) => return None,
        6 => (2000 + digits(0..2)?, 2),
        8 => (digits(0..4)?, 4),
        _ => return None,
    };
    let (month, day) = (digits(rest..rest + 2)?, digits(rest + 2..rest + 4)?);
    Timestamp::from_civil(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?, EXPIRY_TIME_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_in_a_day_that_exists_and_a_plain_strike() {
        let christmas = Timestamp::from_civil(2026, 12, 25, EXPIRY_TIME_MS).unwrap();
        let strike = |strike: f64, kind: OptionKind| Some(Dated::Option(christmas, Price::new(strike).unwrap(), kind));
        for (parts, expected) in [
            (&["261225"][..], Some(Dated::Future(christmas))),
            (&["20261225"], Some(Dated::Future(christmas))),
            (&["261225", "60000", "C"], strike(60_000.0, OptionKind::Call)),
            (&["20261225", "0.625", "P"], strike(0.625, OptionKind::Put)),
            (&["261231", "60000"], None),
            (&["260230"], None),
            (&["2612"], None),
            (&["25DEC26"], None),
            (&["261225", "-1", "C"], None),
            (&["261225", "1.2.3", "C"], None),
            (&["261225", "60000", "X"], None),
            (&["261225", "60000", "C", "USDT"], None),
            (&[], None),
        ] {
            assert_eq!(parse(parts), expected, "{parts:?}");
        }
    }
}
