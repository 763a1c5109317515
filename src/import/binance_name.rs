//! Binance's symbols → contract terms (venues.md, section 3): `BTCUSDT`, `BTCUSDT_241227`, `BTCUSD_PERP`, `BTCUSD_200925`,
//! `BTC-241227-60000-C`.
//!
//! `…USD_…` is a COIN-M contract: inverse, 100 US dollars each for bitcoin and 10 for every other coin. Everything else settles in
//! the dollar coin that the symbol ends with. A symbol that counts coins by the thousand (`1000PEPEUSDT`) is a contract of that many
//! coins, so its printed prices are divided by them: see [`per_coin`].

use crate::import::date;
use crate::instrument::{EuropeanOption, Future, Instrument, OptionKind, Perpetual, Settlement};
use crate::issue::Issue;
use crate::units::{Currency, Price, Timestamp};

/// The venue as it stands on positions.
pub(super) const VENUE: &str = "Binance";

/// Dollar coins that a symbol may end with.
const QUOTES: [&str; 5] = ["FDUSD", "USDT", "USDC", "BUSD", "TUSD"];

/// Reads a symbol; `None` where it is none of Binance's derivatives.
pub(super) fn parse(name: &str) -> Option<Instrument> {
    if name.contains('-') {
        return option(name);
    }
    let Some((pair, last)) = name.split_once('_') else { return perpetual(name) };
    let expiry = digits_date(last);
    if let Some(base) = pair.strip_suffix("USD") {
        let underlying = code(base)?;
        let contract_size = if underlying == "BTC" { 100.0 } else { 10.0 };
        let (quote, settlement) = (Currency::usd(), Settlement::Inverse);
        return match expiry {
            Some(expiry) => Some(Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry })),
            None if last == "PERP" => Some(Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size })),
            None => None,
        };
    }
    let (underlying, contract_size, quote) = dollar_pair(pair)?;
    Some(Instrument::Future(Future { underlying, quote, settlement: Settlement::Linear, contract_size, expiry: expiry? }))
}

/// A linear perpetual, from a pair such as `BTCUSDT`.
pub(super) fn perpetual(pair: &str) -> Option<Instrument> {
    let (underlying, contract_size, quote) = dollar_pair(pair)?;
    Some(Instrument::Perpetual(Perpetual { underlying, quote, settlement: Settlement::Linear, contract_size }))
}

/// Underlying, coins per contract and quote of a pair that ends with a dollar coin.
pub(super) fn dollar_pair(pair: &str) -> Option<(String, f64, Currency)> {
    let (base, quote) = QUOTES.iter().find_map(|quote| Some((pair.strip_suffix(quote)?, *quote)))?;
    let (underlying, coins) = counted(&code(base)?);
    Some((underlying, coins, Currency::new(quote)))
}

/// The code of a base, in upper case.
pub(super) fn code(base: &str) -> Option<String> {
    let is_code = !base.is_empty() && base.len() <= 32 && base.chars().all(char::is_alphanumeric);
    is_code.then(|| base.to_uppercase())
}

/// A code that counts coins by the thousand or million → the coin, and how many of it.
fn counted(code: &str) -> (String, f64) {
    if let Some(coin) = code.strip_prefix("1M").filter(|coin| *coin == "BABYDOGE") {
        return (coin.to_owned(), 1e6);
    }
    for (many, coins) in [("1000000", 1e6), ("10000", 1e4), ("1000", 1e3)] {
        let coin = code.strip_prefix(many).or_else(|| code.strip_suffix(many));
        if let Some(coin) = coin.filter(|coin| coin.starts_with(char::is_alphabetic)) {
            return (coin.to_owned(), coins);
        }
    }
    (code.to_owned(), 1.0)
}

/// A price that a venue prints for one contract of several coins, per coin.
///
/// # Errors
/// None in practice: a price divided by 1 or more is a price.
pub(super) fn per_coin(instrument: &Instrument, price: Option<Price>) -> Result<Option<Price>, Issue> {
    let coins = match instrument {
        Instrument::Perpetual(perpetual) if perpetual.settlement == Settlement::Linear => perpetual.contract_size,
        Instrument::Future(future) if future.settlement == Settlement::Linear => future.contract_size,
        _ => 1.0,
    };
    price.map(|price| Price::new(price.get() / coins)).transpose()
}

fn option(name: &str) -> Option<Instrument> {
    let mut parts = name.split('-');
    let (base, date, strike, kind) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some(Instrument::Option(EuropeanOption {
        underlying: code(base)?,
        quote: Currency::new("USDT"),
        settlement: Settlement::Linear,
        contract_size: 1.0,
        expiry: digits_date(date)?,
        strike: self::strike(strike)?,
        kind: self::kind(kind)?,
    }))
}

/// `60000`, `0.625`.
pub(super) fn strike(text: &str) -> Option<Price> {
    let is_strike = text.starts_with(|sign: char| sign.is_ascii_digit()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let strike: f64 = if is_strike { text.parse().ok()? } else { return None };
    Price::new(strike).ok().filter(|price| price.get() > 0.0)
}

/// `C`, `P`.
pub(super) fn kind(text: &str) -> Option<OptionKind> {
    match text {
        "C" => Some(OptionKind::Call),
        "P" => Some(OptionKind::Put),
        _ => None,
    }
}

/// Year, month and day of two digits each, 08:00 UTC.
fn digits_date(text: &str) -> Option<Timestamp> {
    let is_date = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    date::parse(text, None).filter(|_| is_date).map(|expiry| expiry.time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_symbol_has_its_terms() {
        use Settlement::{Inverse, Linear};
        for (name, class, underlying, quote, settlement, size, expiry) in [
            ("BTCUSDT", "perpetual", "BTC", "USDT", Linear, 1.0, None),
            ("ETHUSDC", "perpetual", "ETH", "USDC", Linear, 1.0, None),
            ("1INCHUSDT", "perpetual", "1INCH", "USDT", Linear, 1.0, None),
            ("1000PEPEUSDT", "perpetual", "PEPE", "USDT", Linear, 1000.0, None),
            ("1000000MOGUSDT", "perpetual", "MOG", "USDT", Linear, 1e6, None),
            ("1MBABYDOGEUSDT", "perpetual", "BABYDOGE", "USDT", Linear, 1e6, None),
            ("SHIB1000USDT", "perpetual", "SHIB", "USDT", Linear, 1000.0, None),
            ("BTCUSDT_241227", "future", "BTC", "USDT", Linear, 1.0, Some("2024-12-27T08:00:00Z")),
            ("BTCUSD_PERP", "perpetual", "BTC", "USD", Inverse, 100.0, None),
            ("ETHUSD_PERP", "perpetual", "ETH", "USD", Inverse, 10.0, None),
            ("BTCUSD_200925", "future", "BTC", "USD", Inverse, 100.0, Some("2020-09-25T08:00:00Z")),
            ("BTC-241227-60000-C", "call", "BTC", "USDT", Linear, 1.0, Some("2024-12-27T08:00:00Z")),
            ("XRP-241227-0.625-P", "put", "XRP", "USDT", Linear, 1.0, Some("2024-12-27T08:00:00Z")),
        ] {
            let instrument = parse(name).unwrap_or_else(|| panic!("{name} is not read"));
            let contract_size = match &instrument {
                Instrument::Perpetual(perpetual) => perpetual.contract_size,
                Instrument::Future(future) => future.contract_size,
                Instrument::Option(option) => option.contract_size,
                _ => 0.0,
            };
            let found = (instrument.class(), instrument.underlying(), instrument.quote().code().to_owned(), instrument.settlement());
            assert_eq!(found, (class, underlying, quote.to_owned(), settlement), "{name}");
            assert_eq!((contract_size, instrument.expiry().map(|time| time.to_string()).as_deref()), (size, expiry), "{name}");
        }
    }

    #[test]
    fn other_symbols_are_not_guessed() {
        for name in [
            "",
            "USDT",
            "ETHBTC",
            "BTCUSD",
            "BTCUSD_",
            "BTCUSD_241327",
            "BTCUSDT_PERP",
            "_PERP",
            "BTC-241227-60000",
            "BTC-241227-60000-X",
            "BTC-27DEC24-60000-C",
            "BTC-241227-0-C",
            "BTC-241227--C",
        ] {
            assert_eq!(parse(name), None, "{name}");
        }
    }
}
