//! Rows of our own table that hold nothing and state something of the market: a cash dividend, an interest rate.
//!
//! Invariant: such a row is a statement and no position; a dividend is in US dollars per share, and a bare ex-date counts from 08:00 UTC,
//! which is after the close before it and before the opening in New York.

use crate::import::date;
use crate::import::intake::Intake;
use crate::import::plimsoll_columns::{AS_OF, DIVIDEND, EX_DATE, NAME, QUANTITY, QUOTE, RATE, Record, TYPE, UNDERLYING};
use crate::issue::{Issue, IssueKind};
use crate::market::{FactValue, Origin};

/// What such a row states.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Dividend,
    Rate,
}

/// What the row states, if it is one of these: by its type, or by an ex-date beside no type and no quantity.
pub(super) fn kind(row: &Record<'_>) -> Option<Kind> {
    match row.word(TYPE).as_ref() {
        "dividend" | "dividends" | "cash dividend" => Some(Kind::Dividend),
        "rate" | "interest rate" => Some(Kind::Rate),
        "" if !row.raw(EX_DATE).is_empty() && row.raw(QUANTITY).is_empty() => Some(Kind::Dividend),
        _ => None,
    }
}

/// Reads the row.
///
/// # Errors
/// A number or a date that is missing, out of range or of another currency.
pub(super) fn read(row: &Record<'_>, kind: Kind, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let code = row.text(UNDERLYING, intake)?;
    let code = if code.is_empty() { row.text(NAME, intake)? } else { code };
    let underlying = code.to_uppercase();
    if underlying.is_empty() {
        return Err(row.refuse(UNDERLYING, IssueKind::MissingData, "the row names no underlying; a code such as AAPL or USD is accepted"));
    }
    if !row.raw(QUANTITY).is_empty() {
        row.note(QUANTITY, intake, "a statement of the market holds nothing, its quantity is not used");
    }
    let missing = |field: usize, what: &str| row.refuse(field, IssueKind::MissingData, what.to_owned());
    let value = match kind {
        Kind::Rate => {
            let rate = row.rate(RATE, intake)?.ok_or_else(|| missing(RATE, "the row has no rate; 0.043 or 4.3% is accepted"))?;
            FactValue::Rate { underlying, rate }
        }
        Kind::Dividend => {
            if let Some(currency) = row.currency(QUOTE, intake)?.filter(|currency| !currency.is_dollar_like()) {
                let message = format!("a dividend in {currency}: only US dollars are accepted", currency = currency.code());
                return Err(row.refuse(QUOTE, IssueKind::Unsupported, message));
            }
            let amount = row.price(DIVIDEND, intake)?;
            let amount = amount.ok_or_else(|| missing(DIVIDEND, "the row has no amount per share; 0.26 is accepted"))?;
            let cell = row.raw(EX_DATE);
            let accepted = "not a date that exists; 2026-08-10 and 2026-08-10T13:30:00Z are accepted";
            let parsed = Some(cell).filter(|cell| !cell.is_empty()).and_then(|cell| date::parse(cell, None));
            let ex_date = parsed.ok_or_else(|| row.refuse(EX_DATE, IssueKind::Parse, accepted))?;
            if let Some(reading) = ex_date.reading {
                row.note(EX_DATE, intake, reading);
            }
            FactValue::Dividend { underlying, ex_date: ex_date.time, amount }
        }
    };
    intake.kind(if kind == Kind::Dividend { "dividend" } else { "interest rate" });
    let time = row.time(AS_OF)?;
    intake.fact(value, time, Origin::Quote, row.line);
    Ok(())
}
