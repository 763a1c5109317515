//! What Interactive Brokers calls a contract → the contract (venues.md, section 5).
//!
//! Options on shares and funds are American, those on the indices listed here European. What no model here prices (bonds, funds,
//! warrants, options on futures, contracts for difference) is kept at its mark with a delta of one, and says so.

use crate::import::ibkr_expiry::Expiry;
use crate::import::local_time::{self, LocalTime, Zone};
use crate::import::{date, deribit_name, ibkr_expiry};
use crate::instrument::{AmericanOption, EuropeanOption, Future, Instrument, OptionKind, Other, Settlement, Share};
use crate::issue::{Issue, IssueKind};
use crate::units::{Currency, Price, Timestamp};

/// Class of a contract.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Class {
    /// A stock or an exchange-traded fund.
    Share,
    /// An option on a share or an index.
    Option,
    /// A future.
    Future,
    /// A balance of a currency.
    Currency,
    /// A coin.
    Coin,
    /// Anything that no model prices, by its name.
    Other(String),
}

/// The class of a statement's or a Flex query's word for it.
pub(super) fn class(word: &str) -> Class {
    // Statements of some entities add by whom the asset is held.
    let word = word.split(" - Held").next().unwrap_or_default().trim();
    let other = |name: &str| Class::Other(name.to_owned());
    match word.to_uppercase().as_str() {
        "STK" | "ETF" | "STOCK" | "STOCKS" | "ETFS" => Class::Share,
        "OPT" | "OPTIONS" | "EQUITY AND INDEX OPTIONS" => Class::Option,
        "FUT" | "FUTURES" => Class::Future,
        "CASH" | "FOREX" => Class::Currency,
        "CRYPTO" | "CRYPTOCURRENCIES" | "CRYPTOCURRENCY" => Class::Coin,
        "FOP" | "FSFOP" | "OPTIONS ON FUTURES" | "FUTURES OPTIONS" => other("future option"),
        "BOND" | "BONDS" => other("bond"),
        "BILL" | "TREASURY BILLS" => other("treasury bill"),
        "FUND" | "FUNDS" | "MUTUAL FUNDS" => other("fund"),
        "WAR" | "IOPT" | "WARRANTS" | "STRUCTURED PRODUCTS" => other("warrant"),
        "CFD" | "CFDS" => other("contract for difference"),
        _ => other(&word.to_lowercase()),
    }
}

/// What a file says of a contract; prices in the contract's own currency.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Terms {
    /// Name as the file writes it.
    pub symbol: String,
    /// Symbol of the underlying; may be empty.
    pub underlying: String,
    /// Units per contract.
    pub multiplier: Option<f64>,
    /// Strike of an option.
    pub strike: Option<f64>,
    /// Day of its expiry.
    pub expiry: Option<LocalTime>,
    /// Call or put.
    pub kind: Option<OptionKind>,
}

impl Terms {
    /// Fills what is missing from other terms of the same contract.
    pub(super) fn or(self, other: &Terms) -> Terms {
        Terms {
            underlying: if self.underlying.is_empty() { other.underlying.clone() } else { self.underlying },
            multiplier: self.multiplier.or(other.multiplier),
            strike: self.strike.or(other.strike),
            expiry: self.expiry.or(other.expiry),
            kind: self.kind.or(other.kind),
            symbol: self.symbol,
        }
    }
}

/// Call or put of `C`, `P`, `Call` or `PUT`.
pub(super) fn option_kind(text: &str) -> Option<OptionKind> {
    match text.trim().to_uppercase().as_str() {
        "C" | "CALL" => Some(OptionKind::Call),
        "P" | "PUT" => Some(OptionKind::Put),
        _ => None,
    }
}

/// The terms in an option's name: `SPY   241220C00500000` (OSI: strike in thousandths) or `SPY 31MAR25 570 C`.
pub(super) fn named(symbol: &str) -> Option<Terms> {
    osi(symbol).or_else(|| {
        let words: Vec<&str> = symbol.split_whitespace().collect();
        let [root @ .., day, strike, kind] = words.as_slice() else { return None };
        let strike: f64 = strike.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.').then(|| strike.parse().ok())??;
        let underlying = (!root.is_empty()).then(|| root.join(" "))?;
        let expiry = Some(local_time::day_of(date::parse_code(day)?));
        let kind = Some(option_kind(kind).filter(|_| kind.len() == 1)?);
        Some(Terms { symbol: symbol.to_owned(), underlying, multiplier: None, strike: Some(strike), expiry, kind })
    })
}

fn osi(symbol: &str) -> Option<Terms> {
    let (root, terms) = symbol.split_at_checked(symbol.len().checked_sub(15)?)?;
    let (day, rest) = terms.split_at_checked(6)?;
    let (kind, thousandths) = rest.split_at_checked(1)?;
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if root.trim().is_empty() || !is_digits(day) || !is_digits(thousandths) {
        return None;
    }
    Some(Terms {
        symbol: symbol.to_owned(),
        underlying: root.trim().to_owned(),
        multiplier: None,
        strike: Some(thousandths.parse::<f64>().ok()? / 1000.0),
        expiry: Some(local_time::parse(&format!("20{day}"))?),
        kind: Some(option_kind(kind)?),
    })
}

/// Roots of index options with European exercise → the index.
const EUROPEAN: &[(&str, &str)] = &[
    ("SPX", "SPX"),
    ("NDX", "NDX"),
    ("RUT", "RUT"),
    ("VIX", "VIX"),
    ("DJX", "DJX"),
    ("SPXW", "SPX"),
    ("XSP", "XSP"),
    ("SPESG", "SPESG"),
    ("NDXP", "NDX"),
    ("XND", "XND"),
    ("NQX", "NQX"),
    ("RUTW", "RUT"),
    ("MRUT", "MRUT"),
    ("VIXW", "VIX"),
    ("XEO", "XEO"),
    ("CBTX", "CBTX"),
    ("MBTX", "MBTX"),
    ("MXEA", "MXEA"),
    ("MXEF", "MXEF"),
    ("DAX", "DAX"),
    ("ESTX50", "ESTX50"),
    ("SMI", "SMI"),
];

/// Roots and index names of futures on coins → the coin.
const COIN_FUTURES: &[(&str, &str)] = &[
    ("BTC", "BTC"),
    ("MBT", "BTC"),
    ("BFF", "BTC"),
    ("BRR", "BTC"),
    ("ETH", "ETH"),
    ("MET", "ETH"),
    ("ETHUSDRR", "ETH"),
    ("SOL", "SOL"),
    ("MSL", "SOL"),
    ("XRP", "XRP"),
    ("MXP", "XRP"),
];

/// A contract, and what was assumed about it.
pub(super) struct Contract {
    /// The contract.
    pub instrument: Instrument,
    /// Assumptions, each a message.
    pub notes: Vec<String>,
}

/// The contract of these terms. `fx` is US dollars per unit of its currency: strikes are converted, because contracts here are priced
/// in dollars.
///
/// # Errors
/// Terms that are missing or impossible.
pub(super) fn contract(class: &Class, terms: &Terms, fx: Option<f64>) -> Result<Contract, Issue> {
    let plain = |instrument: Instrument| Contract { instrument, notes: Vec::new() };
    match class {
        Class::Share => Ok(plain(Instrument::Share(Share { symbol: Share::code(&terms.symbol) }))),
        Class::Coin | Class::Currency => {
            let code = terms.symbol.split(['.', '-']).next().unwrap_or_default();
            Ok(plain(deribit_name::coin(code)))
        }
        Class::Option if fx.is_none() => {
            Ok(other("option", terms, "its currency has no exchange rate in this file, so its strike is not known in US dollars"))
        }
        Class::Option => option(terms, fx.unwrap_or(1.0)),
        Class::Future => future(terms),
        Class::Other(kind) if kind == "contract for difference" => {
            Ok(other(kind, terms, "kept at its mark with a delta of one; its whole size counts as value, although it pays gains only"))
        }
        Class::Other(kind) => Ok(other(kind, terms, "no model prices it here: kept at its mark with a delta of one")),
    }
}

fn other(kind: &str, terms: &Terms, note: &str) -> Contract {
    let contract_size = terms.multiplier.unwrap_or(1.0);
    let instrument = Instrument::Other(Other { symbol: Share::code(&terms.symbol), kind: kind.to_owned(), contract_size });
    let mut notes = vec![format!("a {kind}: {note}")];
    if terms.multiplier.is_none() {
        notes.push("no multiplier: 1 is assumed, unless its value says another".to_owned());
    }
    Contract { instrument, notes }
}

fn missing(what: &str, accepted: &str) -> Issue {
    Issue::rejected(IssueKind::MissingData, format!("the row does not say {what}: {accepted} is accepted"))
}

fn option(terms: &Terms, fx: f64) -> Result<Contract, Issue> {
    let name = named(&terms.symbol);
    let root = name.as_ref().map_or(terms.underlying.clone(), |name| name.underlying.clone()).to_uppercase();
    let terms = name.map_or_else(|| terms.clone(), |name| terms.clone().or(&name));
    let accepted = "a name such as SPY 31MAR25 570 C or SPY   250331C00570000, or columns of its own,";
    let strike = terms.strike.filter(|strike| *strike > 0.0).ok_or_else(|| missing("its strike", accepted))?;
    let day = terms.expiry.ok_or_else(|| missing("its expiry", accepted))?.day();
    let kind = terms.kind.ok_or_else(|| missing("whether it is a call or a put", accepted))?;
    let strike = Price::new(strike * fx)?;
    // Only a price in dollars needs no conversion.
    let Expiry { time: expiry, mut notes } = ibkr_expiry::of_option(day, &root, fx == 1.0);
    let contract_size = terms.multiplier.unwrap_or(100.0);
    if terms.multiplier.is_none() {
        notes.push("no multiplier: 100 is assumed".to_owned());
    }
    let quote = Currency::usd();
    let symbol = terms.underlying.to_uppercase();
    let index = EUROPEAN.iter().find(|(name, _)| *name == root).or_else(|| EUROPEAN.iter().find(|(name, _)| *name == symbol));
    let Some((_, index)) = index else {
        let underlying = Share::code(if symbol.is_empty() { &root } else { &symbol });
        let instrument = Instrument::AmericanOption(AmericanOption { underlying, quote, contract_size, expiry, strike, kind });
        return Ok(Contract { instrument, notes });
    };
    let underlying = (*index).to_owned();
    let settlement = Settlement::Linear;
    let instrument = Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind });
    Ok(Contract { instrument, notes })
}

fn future(terms: &Terms) -> Result<Contract, Issue> {
    let day =
        terms.expiry.ok_or_else(|| missing("when the future expires", "an expiry of its own or in Financial Instrument Information"))?;
    let accepted = "a multiplier of its own or in Financial Instrument Information";
    let contract_size = terms.multiplier.filter(|size| *size > 0.0).ok_or_else(|| missing("the future's multiplier", accepted))?;
    let root = future_root(&terms.symbol);
    let symbol = terms.underlying.to_uppercase();
    let coin = COIN_FUTURES.iter().find(|(name, _)| *name == root || *name == symbol).map(|(_, coin)| *coin);
    let (expiry, note): (Timestamp, _) = match coin {
        // CME's coin futures settle on the reference rate of four o'clock in London.
        Some(_) => (day.four_o_clock(Zone::London), "a future on a coin: taken to expire at 16:00 London"),
        None => (day.four_o_clock(Zone::NewYork), "a future: taken to expire at 16:00 New York of its last day"),
    };
    let underlying = coin.map_or_else(|| Share::code(if symbol.is_empty() { &root } else { &symbol }), str::to_owned);
    let (quote, settlement) = (Currency::usd(), Settlement::Linear);
    let instrument = Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry });
    Ok(Contract { instrument, notes: vec![note.to_owned()] })
}

/// `ES` of `ESZ4` or `ESZ24`: a letter of the month and one or two digits of the year come last.
fn future_root(symbol: &str) -> String {
    let symbol = symbol.split_whitespace().next().unwrap_or_default().to_uppercase();
    let root = symbol.trim_end_matches(|sign: char| sign.is_ascii_digit());
    match root.strip_suffix(['F', 'G', 'H', 'J', 'K', 'M', 'N', 'Q', 'U', 'V', 'X', 'Z']) {
        Some(short) if root.len() < symbol.len() && !short.is_empty() => short.to_owned(),
        _ => symbol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_known_by_either_of_its_names() {
        for (symbol, expected) in [
            ("SPY   241220C00500000", Some(("SPY", 500.0, "2024-12-20T21:00:00Z", OptionKind::Call))),
            ("VXX   110917C00005000", Some(("VXX", 5.0, "2011-09-17T20:00:00Z", OptionKind::Call))),
            ("AAPL  250328C00222500", Some(("AAPL", 222.5, "2025-03-28T20:00:00Z", OptionKind::Call))),
            ("SPY 31MAR25 570 C", Some(("SPY", 570.0, "2025-03-31T20:00:00Z", OptionKind::Call))),
            ("BRK B 21MAR25 480.5 P", Some(("BRK B", 480.5, "2025-03-21T20:00:00Z", OptionKind::Put))),
            ("SPY   241320C00500000", None),
            ("SPY", None),
            ("31MAR25 570 C", None),
            ("SPY 31MAR25 570 X", None),
            ("", None),
        ] {
            let found = named(symbol).map(|terms| {
                (
                    terms.underlying,
                    terms.strike.unwrap(),
                    terms.expiry.unwrap().four_o_clock(Zone::NewYork).to_string(),
                    terms.kind.unwrap(),
                )
            });
            let expected = expected.map(|(root, strike, expiry, kind)| (root.to_owned(), strike, expiry.to_owned(), kind));
            assert_eq!(found, expected, "{symbol}");
        }
    }

    #[test]
    fn a_future_names_its_root_before_month_and_year() {
        for (symbol, root) in [("ESZ4", "ES"), ("MBTF25", "MBT"), ("ES", "ES"), ("ZNH25", "ZN"), ("BTCZ4", "BTC")] {
            assert_eq!(future_root(symbol), root, "{symbol}");
        }
    }
}
