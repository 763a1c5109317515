//! What our own JSON document holds of the past: series of closes and a table of correlations.
//!
//! `"history":[{"symbol":"BTC","kind":"close","days":["2026-01-02"],"values":[95000.5]}]` and
//! `"correlations":[{"symbols":["BTC","ETH"],"below":[0.8]}]`. Invariant: numbers are taken as they stand, yields as decimals; a record
//! is read whole or rejected whole.

use crate::import::intake::Intake;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::{CLOSES, CORRELATIONS};
use crate::issue::{Issue, IssueKind};
use crate::market::history::{CorrelationTable, History, Observation, PriceSeries, SeriesKind};
use crate::units::Timestamp;

const SYMBOL: usize = 0;
const KIND: usize = 1;
const DAYS: usize = 2;
const VALUES: usize = 3;

/// A series.
pub(super) const SERIES: Schema<4> = Schema {
    fields: [
        Field { names: &["symbol"], is_number: false },
        Field { names: &["kind"], is_number: false },
        Field { names: &["days"], is_number: false },
        Field { names: &["values"], is_number: false },
    ],
    required: &[],
    unknown: Unknown::Listed,
};

const SYMBOLS: usize = 0;
const BELOW: usize = 1;

/// A table of correlations.
pub(super) const TABLE: Schema<2> = Schema {
    fields: [Field { names: &["symbols"], is_number: false }, Field { names: &["below"], is_number: false }],
    required: &[],
    unknown: Unknown::Listed,
};

/// A list within a field.
fn list<T: serde::de::DeserializeOwned, const N: usize>(row: &Row<'_, N>, field: usize) -> Result<Vec<T>, Issue> {
    serde_json::from_str(row.raw(field)).map_err(|error| {
        let issue = row.refuse(field, IssueKind::Parse, format!("not a list of what belongs there: {error}"));
        let cell = issue.value.clone().unwrap_or_default();
        issue.with_value(&cell)
    })
}

/// Reads a series.
pub(super) fn read_series(row: &Row<'_, 4>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let symbol = row.text(SYMBOL, intake)?;
    if symbol.is_empty() {
        return Err(row.refuse(SYMBOL, IssueKind::MissingData, "the series names no asset; a code such as BTC is accepted"));
    }
    let kind = match row.raw(KIND) {
        "close" => SeriesKind::Close,
        "return" => SeriesKind::Return,
        "yield" => SeriesKind::Yield,
        _ => return Err(row.refuse(KIND, IssueKind::Invalid, "unknown kind of series; close, return and yield are accepted")),
    };
    let (days, values): (Vec<String>, Vec<f64>) = (list(row, DAYS)?, list(row, VALUES)?);
    if days.len() != values.len() {
        let message = format!("{} days and {} values: there must be as many of the one as of the other", days.len(), values.len());
        return Err(Issue::rejected(IssueKind::Invalid, message).in_column("days").about(&symbol));
    }
    let mut observations = Vec::with_capacity(days.len());
    for (day, value) in days.iter().zip(values) {
        let not_a_day = || Issue::rejected(IssueKind::Parse, "not a day; 2026-03-27 is accepted").in_column("days").with_value(day);
        observations.push(Observation { day: Timestamp::parse_iso(day).ok_or_else(not_a_day)?, value });
    }
    let source = intake.source(row.line);
    intake.kind(CLOSES);
    intake.history(History { series: vec![PriceSeries::new(symbol, kind, observations, source)?], correlations: None });
    Ok(())
}

/// Reads a table of correlations.
pub(super) fn read_table(row: &Row<'_, 2>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let (symbols, below): (Vec<String>, Vec<f64>) = (list(row, SYMBOLS)?, list(row, BELOW)?);
    let is_triangle = below.len() == symbols.len() * symbols.len().saturating_sub(1) / 2;
    if !is_triangle || symbols.len() > 1000 || !below.iter().all(|entry| (-1.0..=1.0).contains(entry)) {
        let message = "the triangle below the diagonal is expected, row after row, each from -1 to 1";
        return Err(row.refuse(BELOW, IssueKind::Invalid, message));
    }
    let source = intake.source(row.line);
    intake.kind(CORRELATIONS);
    intake.history(History { series: Vec::new(), correlations: Some(CorrelationTable { symbols, below, source }) });
    Ok(())
}
