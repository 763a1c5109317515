//! Cells of ledgers: times with and without a zone, amounts of money with their currency, and what every format needs of a row.

use crate::import::intake::Intake;
use crate::import::local_time::{self, Zone};
use crate::import::number;
use crate::import::row::Row;
use crate::issue::{Issue, IssueKind};
use crate::units::{Currency, Timestamp};

/// When a row happened; clocks are those of `zone` where the cell names no offset. A bare day counts from its midnight.
///
/// # Errors
/// A blank cell, or one that is no time.
pub(super) fn time<const N: usize>(row: &Row<'_, N>, field: usize, zone: Zone) -> Result<Timestamp, Issue> {
    let cell = row.raw(field).trim_end_matches(" UTC");
    let absolute = if zone == Zone::Utc { Timestamp::parse_iso(cell) } else { None };
    absolute.or_else(|| Some(local_time::parse(cell)?.in_zone(zone))).ok_or_else(|| {
        let accepted = "not a time; 2025-01-17 16:57:02, 18.01.2025 15:18:55 or May 5, 2020, 10:10:57 PM are accepted";
        row.refuse(field, IssueKind::Parse, accepted)
    })
}

/// Says that a file's times have no zone.
pub(super) fn note_no_zone<const N: usize>(row: &Row<'_, N>, intake: &mut Intake<'_>, is_noted: &mut bool) {
    if !std::mem::replace(is_noted, true) {
        let message = "the times of this file name no zone: read as UTC";
        intake.note(row.line, Issue::noted(IssueKind::Conversion, message));
    }
}

/// An amount that must be there.
///
/// # Errors
/// A blank cell, or one that is no number.
pub(super) fn need<const N: usize>(row: &Row<'_, N>, field: usize, intake: &mut Intake<'_>) -> Result<f64, Issue> {
    row.amount(field, intake)?.ok_or_else(|| row.refuse(field, IssueKind::MissingData, "the row states no amount"))
}

/// A code that must be there.
///
/// # Errors
/// A blank cell, or a text that is too long.
pub(super) fn code<const N: usize>(row: &Row<'_, N>, field: usize, intake: &mut Intake<'_>) -> Result<String, Issue> {
    let text = row.text(field, intake)?;
    // Trackers may add the full name: SOL (Solana).
    let code = text.split(" (").next().unwrap_or_default().trim();
    if code.is_empty() { Err(row.refuse(field, IssueKind::MissingData, "the row names no asset")) } else { Ok(code.to_owned()) }
}

/// Money as it is written with its currency.
pub(super) struct Money {
    /// The amount.
    pub amount: f64,
    /// Its currency, where the cell says.
    pub currency: Option<Currency>,
}

/// Reads `$1,259.59`, `-€597.50`, `89,162.28 SEK` or a plain number; `None` where the cell is blank.
///
/// # Errors
/// A cell that is none of these.
pub(super) fn money<const N: usize>(row: &Row<'_, N>, field: usize, intake: &mut Intake<'_>) -> Result<Option<Money>, Issue> {
    const SIGNS: [(char, &str); 4] = [('$', "USD"), ('€', "EUR"), ('£', "GBP"), ('¥', "JPY")];
    let cell = row.raw(field);
    if cell.is_empty() {
        return Ok(None);
    }
    let sign = SIGNS.iter().find(|(sign, _)| cell.contains(*sign));
    let (amount, currency) = match (sign, cell.rsplit_once([' ', '\u{a0}'])) {
        (Some((sign, code)), _) => (cell.replacen(*sign, "", 1), Some(*code)),
        (None, Some((amount, code))) if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            (amount.to_owned(), Some(code))
        }
        (None, _) => (cell.to_owned(), None),
    };
    let number = number::parse(amount.trim(), row.mark).map_err(|reason| {
        let accepted = format!("{reason}; an amount such as 1234.5, $1,234.50 or 1,234.50 SEK is accepted");
        row.refuse(field, IssueKind::Parse, accepted)
    })?;
    // With both signs there is one reading only.
    if let Some(reading) = number.reading.filter(|_| !(amount.contains(',') && amount.contains('.'))) {
        row.note(field, intake, reading);
    }
    Ok(Some(Money { amount: number.value, currency: currency.map(Currency::new) }))
}

/// A kind of row that is not known.
pub(super) fn unknown<const N: usize>(row: &Row<'_, N>, field: usize, accepted: &str) -> Issue {
    let message = format!("a kind of transaction that is not known here, so its row moves nothing; known are {accepted}");
    row.refuse(field, IssueKind::Unsupported, message)
}
