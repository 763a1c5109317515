//! A row of our own table → the contract that it holds.
//!
//! Invariant: what a row states outright wins over what its name says. A row that states its type states its terms; a row without
//! a type is read from a Deribit-style name.

use crate::import::date;
use crate::import::deribit_name;
use crate::import::intake::Intake;
use crate::import::number;
use crate::import::plimsoll_columns::{
    CONTRACT_SIZE, CONVERSION_RATE, EXERCISE, EXPIRY, LIQUIDITY, LOWER, MARGIN, NAME, OPTION_TYPE, OTHER_KIND, POOL_SIDE, QUOTE, Record,
    STRIKE, THRESHOLD, TOKEN, TYPE, UNDERLYING, UNLOCK, UPPER, YEARLY_RATE,
};
use crate::instrument::{
    AmericanOption, EuropeanOption, Future, Instrument, Loan, OptionKind, Other, Perpetual, Pool, Settlement, Share, Side, Stake, Unlock,
};
use crate::issue::{Issue, IssueKind};
use crate::units::{Currency, Price, Timestamp};

/// What the row calls its class of contract.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Option(Option<OptionKind>),
    Future,
    Perpetual,
    Coin,
    Share,
    Stake,
    Loan,
    Pool,
    Other,
}

/// The contract of a row, whose name stands for `named` if it is one of Deribit's.
///
/// # Errors
/// A class that is not known, or a term that is missing or out of range.
pub(super) fn instrument(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Instrument, Issue> {
    let class = class(row, named)?;
    let code = row.text(UNDERLYING, intake)?;
    let underlying = match (code.as_str(), named) {
        // The code of anything else is its own, and no other file spells it in its own way.
        (code, _) if !code.is_empty() && class == Class::Other => code.to_owned(),
        (code, _) if !code.is_empty() => code.to_uppercase(),
        (_, Some(named)) => named.underlying().to_owned(),
        (_, None) => {
            return Err(row.refuse(UNDERLYING, IssueKind::MissingData, "the row names no underlying; a code such as BTC is accepted"));
        }
    };
    let has_size = matches!(class, Class::Option(_) | Class::Future | Class::Perpetual | Class::Other);
    let stated_size = positive(row, CONTRACT_SIZE, "the size of a contract must be above 0", intake)?;
    let contract_size = stated_size.unwrap_or(1.0);
    // A name of Deribit's says what a contract is.
    if has_size && stated_size.is_none() && named.is_none() {
        assume(row, CONTRACT_SIZE, "no contract size: one unit of the underlying, or one dollar where inverse, is a contract", intake);
    }
    if !has_size && contract_size != 1.0 {
        row.note(CONTRACT_SIZE, intake, "only derivatives have a contract size, it is not used");
    }
    match class {
        Class::Coin => Ok(deribit_name::coin(&underlying)),
        Class::Share => Ok(Instrument::Share(share(&underlying))),
        Class::Stake => stake(row, underlying, intake).map(Instrument::Stake),
        Class::Loan => loan(row, &underlying, intake).map(Instrument::Loan),
        Class::Pool => pool(row, &underlying, intake).map(Instrument::Pool),
        Class::Other => Ok(Instrument::Other(Other { symbol: underlying, kind: row.text(OTHER_KIND, intake)?, contract_size })),
        Class::Option(kind) if is_american(row)? => {
            if row.raw(MARGIN).eq_ignore_ascii_case("inverse") {
                return Err(row.refuse(MARGIN, IssueKind::Invalid, "an American option is linear; linear is accepted, or an empty cell"));
            }
            let (strike, expiry) = (strike(row, None, intake)?, expiry(row, None, intake)?);
            let (quote, kind) = (quote(row, None, intake)?, option_kind(row, kind, None)?);
            Ok(Instrument::AmericanOption(AmericanOption { underlying, quote, contract_size, expiry, strike, kind }))
        }
        Class::Option(kind) => {
            let settlement = settlement(row, named, intake)?;
            let quote = quote(row, named.filter(|named| named.settlement() == settlement), intake)?;
            let named = named.filter(|named| matches!(named, Instrument::Option(_)));
            let (strike, expiry) = (strike(row, named, intake)?, expiry(row, named, intake)?);
            let kind = option_kind(row, kind, named)?;
            Ok(Instrument::Option(EuropeanOption { underlying, quote, settlement, contract_size, expiry, strike, kind }))
        }
        Class::Future | Class::Perpetual => {
            let settlement = settlement(row, named, intake)?;
            let quote = quote(row, named.filter(|named| named.settlement() == settlement), intake)?;
            if class == Class::Perpetual {
                return Ok(Instrument::Perpetual(Perpetual { underlying, quote, settlement, contract_size }));
            }
            let expiry = expiry(row, named, intake)?;
            Ok(Instrument::Future(Future { underlying, quote, settlement, contract_size, expiry }))
        }
    }
}

fn class(row: &Record<'_>, named: Option<&Instrument>) -> Result<Class, Issue> {
    let stated = row.word(TYPE);
    Ok(match (stated.as_ref(), named) {
        ("option" | "options" | "opt" | "european option" | "vanilla", _) => Class::Option(None),
        ("american_option" | "american option" | "american", _) => Class::Option(None),
        ("call" | "c", _) => Class::Option(Some(OptionKind::Call)),
        ("put" | "p", _) => Class::Option(Some(OptionKind::Put)),
        ("future" | "futures" | "fut" | "dated future", _) => Class::Future,
        ("perp" | "perps" | "perpetual" | "swap" | "perpetual swap", _) => Class::Perpetual,
        ("spot" | "coin" | "token" | "cash" | "stablecoin" | "balance", _) => Class::Coin,
        ("share" | "shares" | "stock" | "stocks" | "equity" | "etf", _) => Class::Share,
        ("stake" | "staked" | "staking", _) => Class::Stake,
        ("loan" | "loans" | "lending", _) => Class::Loan,
        ("pool" | "lp" | "liquidity pool", _) => Class::Pool,
        ("other", _) => Class::Other,
        ("", Some(Instrument::Option(option))) => Class::Option(Some(option.kind)),
        ("", Some(Instrument::Future(_))) => Class::Future,
        ("", Some(Instrument::Perpetual(_))) => Class::Perpetual,
        ("", Some(Instrument::Spot(_) | Instrument::Cash(_))) => Class::Coin,
        ("", None) => {
            let message = "the row states no type, and its name is none of Deribit's; a type (option, future, perp, spot, cash) or a name such as \
                           BTC-27MAR27-100000-C is accepted";
            return Err(row.refuse(if row.has(TYPE) { TYPE } else { NAME }, IssueKind::MissingData, message));
        }
        (_, _) => {
            let message = "unknown type; option, call, put, future, perp, spot, cash, share, stake, loan, pool, other, dividend and rate are accepted";
            return Err(row.refuse(TYPE, IssueKind::Invalid, message));
        }
    })
}

fn is_american(row: &Record<'_>) -> Result<bool, Issue> {
    match row.word(EXERCISE).as_ref() {
        "" => Ok(row.word(TYPE).starts_with("american")),
        "american" | "a" => Ok(true),
        "european" | "e" => Ok(false),
        _ => Err(row.refuse(EXERCISE, IssueKind::Invalid, "unknown exercise; european and american are accepted")),
    }
}

/// A share by its ticker, or by its code as our own export writes it.
fn share(code: &str) -> Share {
    Share { symbol: Share::code(code.strip_suffix(" STOCK").unwrap_or(code)) }
}

fn stake(row: &Record<'_>, underlying: String, intake: &mut Intake<'_>) -> Result<Stake, Issue> {
    let token = match row.text(TOKEN, intake)? {
        token if token.is_empty() => underlying.clone(),
        token => token,
    };
    let rate = positive(row, CONVERSION_RATE, "the coins behind a token must be above 0", intake)?;
    if rate.is_none() && token != underlying {
        row.note(TOKEN, intake, "no conversion rate: one coin behind each token is assumed");
    }
    if row.raw(UNLOCK).is_empty() {
        assume(row, UNLOCK, "no time to unlock: the stake counts as free now", intake);
    }
    Ok(Stake { token, underlying, rate: rate.unwrap_or(1.0), unlock: unlock(row)? })
}

fn unlock(row: &Record<'_>) -> Result<Unlock, Issue> {
    let cell = row.raw(UNLOCK);
    if cell.is_empty() || cell.eq_ignore_ascii_case("free") {
        return Ok(Unlock::Free);
    }
    if let Some(days) = cell.strip_suffix("days").or_else(|| cell.strip_suffix("day")) {
        let days = number::parse(days.trim(), row.mark).ok().map(|number| number.value).filter(|days| *days >= 0.0);
        return days.map(Unlock::Notice).ok_or_else(|| row.refuse(UNLOCK, IssueKind::Parse, "not a notice; 7 days is accepted"));
    }
    let accepted = "not a time to unlock; 2027-03-27T08:00:00Z, 7 days, free or an empty cell are accepted";
    Timestamp::parse_iso(cell).map(Unlock::At).ok_or_else(|| row.refuse(UNLOCK, IssueKind::Parse, accepted))
}

fn loan(row: &Record<'_>, asset: &str, intake: &mut Intake<'_>) -> Result<Loan, Issue> {
    let threshold = row.number(THRESHOLD, intake)?.map(|number| number.value);
    if threshold.is_some_and(|threshold| !(0.0..=1.0).contains(&threshold)) {
        return Err(row.refuse(THRESHOLD, IssueKind::Invalid, "a share of the value is accepted: 0 to 1, or 0% to 100%"));
    }
    Ok(Loan { asset: Currency::new(asset), rate: row.rate(YEARLY_RATE, intake)?, threshold })
}

fn pool(row: &Record<'_>, base: &str, intake: &mut Intake<'_>) -> Result<Pool, Issue> {
    let side = match row.word(POOL_SIDE).as_ref() {
        "base" => Side::Base,
        "quote" => Side::Quote,
        _ => {
            let message = "a pool share is two rows, one for each asset; base and quote are accepted";
            return Err(row.refuse(POOL_SIDE, IssueKind::Invalid, message));
        }
    };
    let quote = row.text(QUOTE, intake)?;
    if quote.is_empty() {
        return Err(row.refuse(
            QUOTE,
            IssueKind::MissingData,
            "a pool share needs its other asset as quote; a code such as USDC is accepted",
        ));
    }
    let liquidity = positive(row, LIQUIDITY, "the liquidity must be above 0", intake)?;
    let liquidity = liquidity.ok_or_else(|| row.refuse(LIQUIDITY, IssueKind::MissingData, "a pool share needs its liquidity"))?;
    let (stated_lower, upper) = (row.price(LOWER, intake)?, row.price(UPPER, intake)?.map(Price::get));
    if stated_lower.is_none() && upper.is_some() {
        row.note(UPPER, intake, "no lower price of the range: it is taken to begin at 0");
    }
    let lower = stated_lower.map_or(0.0, Price::get);
    if upper.is_some_and(|upper| upper <= lower) {
        return Err(row.refuse(UPPER, IssueKind::Invalid, "the upper price of a range must be above the lower one"));
    }
    Ok(Pool { base: Currency::new(base), quote: Currency::new(&quote), side, liquidity, lower, upper })
}

/// Says what is assumed of a blank field, once for the file.
fn assume(row: &Record<'_>, field: usize, message: &str, intake: &mut Intake<'_>) {
    let issue = Issue::noted(IssueKind::Conversion, message);
    intake.note_once(row.line, if row.has(field) { issue.in_column(row.label(field)) } else { issue });
}

/// A number above 0, if the cell holds one.
fn positive(row: &Record<'_>, field: usize, message: &str, intake: &mut Intake<'_>) -> Result<Option<f64>, Issue> {
    match row.amount(field, intake)? {
        Some(amount) if amount <= 0.0 => Err(row.refuse(field, IssueKind::Invalid, message)),
        amount => Ok(amount),
    }
}

fn quote(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Currency, Issue> {
    match row.text(QUOTE, intake)? {
        code if !code.is_empty() => Ok(Currency::new(&code)),
        _ => {
            if named.is_none() {
                assume(row, QUOTE, "no quote currency: prices are taken to be in US dollars", intake);
            }
            Ok(named.map_or_else(Currency::usd, Instrument::quote))
        }
    }
}

/// Whether a blank term may be taken from the name: the file has no column for it, or the row leaves the type to the name as well.
fn may_be_named(row: &Record<'_>, field: usize) -> bool {
    !row.has(field) || row.raw(TYPE).is_empty()
}

fn strike(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Price, Issue> {
    match (row.price(STRIKE, intake)?, named) {
        (Some(strike), _) => {
            if strike.get() == 0.0 {
                row.note(STRIKE, intake, "a strike of 0: a call is worth the forward, a put nothing");
            }
            Ok(strike)
        }
        (None, Some(Instrument::Option(option))) if may_be_named(row, STRIKE) => Ok(option.strike),
        (None, _) => Err(row.refuse(STRIKE, IssueKind::MissingData, "an option needs a strike")),
    }
}

fn expiry(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Timestamp, Issue> {
    let (cell, named) = (row.raw(EXPIRY), named.and_then(Instrument::expiry));
    if cell.is_empty() {
        let message = "an option or a future needs an expiry such as 2027-03-27";
        return named.filter(|_| may_be_named(row, EXPIRY)).ok_or_else(|| row.refuse(EXPIRY, IssueKind::MissingData, message));
    }
    let accepted = "not a date that exists; 2027-03-27, 2027-03-27T08:00:00Z and 27MAR27 are accepted";
    let by_workbook = if row.is_1904 { date::parse_1904(cell) } else { None };
    let expiry = by_workbook.or_else(|| date::parse(cell, named)).ok_or_else(|| row.refuse(EXPIRY, IssueKind::Parse, accepted))?;
    if let Some(reading) = expiry.reading {
        row.note(EXPIRY, intake, reading);
    }
    Ok(expiry.time)
}

fn option_kind(row: &Record<'_>, stated: Option<OptionKind>, named: Option<&Instrument>) -> Result<OptionKind, Issue> {
    match (row.word(OPTION_TYPE).as_ref(), stated, named) {
        ("call" | "c", _, _) => Ok(OptionKind::Call),
        ("put" | "p", _, _) => Ok(OptionKind::Put),
        ("", Some(kind), _) => Ok(kind),
        ("", None, Some(Instrument::Option(option))) if may_be_named(row, OPTION_TYPE) => Ok(option.kind),
        ("", None, _) => Err(row.refuse(OPTION_TYPE, IssueKind::MissingData, "the row does not say whether the option is a call or a put")),
        (_, _, _) => Err(row.refuse(OPTION_TYPE, IssueKind::Invalid, "unknown kind of option; call and put are accepted")),
    }
}

fn settlement(row: &Record<'_>, named: Option<&Instrument>, intake: &mut Intake<'_>) -> Result<Settlement, Issue> {
    match row.word(MARGIN).as_ref() {
        "inverse" | "reversed" | "coin" | "coin-m" | "coinm" => Ok(Settlement::Inverse),
        "linear" | "usd-m" | "usdm" | "usdc" | "usdt" | "usd" => Ok(Settlement::Linear),
        "" => {
            let by_name = named.filter(|named| !matches!(named, Instrument::Spot(_) | Instrument::Cash(_))).map(Instrument::settlement);
            // What is quoted in a dollar coin pays in it; what is quoted in dollars may pay in either.
            let is_open = row.raw(QUOTE).is_empty() || row.raw(QUOTE).eq_ignore_ascii_case("USD");
            if by_name.is_none() && is_open {
                let field = if row.has(MARGIN) { MARGIN } else { NAME };
                row.note(field, intake, "neither margin nor name say what the contract pays in: linear is assumed");
            }
            Ok(by_name.unwrap_or(Settlement::Linear))
        }
        _ => Err(row.refuse(MARGIN, IssueKind::Invalid, "unknown settlement; linear and inverse are accepted")),
    }
}
