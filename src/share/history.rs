//! Daily closes and correlations, which no link up to v2 has a word for.
//!
//! ```text
//! history       varint s, s × series; 0 or 1 and a table of correlations
//! series        text code, byte kind (0 closes, 1 returns, 2 yields), varint n, int day number of the first since 1970, n − 1 varints:
//!               days to the one before, less one; nums(n) numbers
//! correlations  varint c, c texts codes, nums(c·(c − 1)/2): the triangle below the diagonal, row after row
//! ```
//!
//! Codes of series ascend. FROZEN as part of schema 3 of the saved book and of v3 of the link.

use crate::issue::{Issue, Source};
use crate::market::history::{CorrelationTable, History, Observation, PriceSeries, SeriesKind};
use crate::share::damaged;
use crate::share::v1::column;
use crate::share::v1::wire::{Reader, Writer, limited};
use crate::units::{DAY_MS, Timestamp};

/// Last day of the year 9999.
const LAST_DAY: i64 = 2_932_896;
/// Most codes of a table of correlations.
const MAX_CODES: usize = 1000;

/// Writes a history.
pub(super) fn write<'a>(writer: &mut Writer<'a>, history: &'a History) {
    writer.count(history.series.len());
    for series in &history.series {
        writer.text(&series.symbol);
        writer.byte(match series.kind {
            SeriesKind::Close => 0,
            SeriesKind::Return => 1,
            SeriesKind::Yield => 2,
        });
        writer.count(series.observations.len());
        let mut before: Option<i64> = None;
        for observation in &series.observations {
            let day = observation.day.ms().div_euclid(DAY_MS);
            match before {
                None => writer.signed(day),
                // Days that do not ascend wrap, and the reader refuses them.
                Some(before) => writer.varint(day.wrapping_sub(before).wrapping_sub(1).cast_unsigned()),
            }
            before = Some(day);
        }
        column::write(writer, &series.observations.iter().map(|observation| observation.value).collect::<Vec<f64>>());
    }
    writer.byte(u8::from(history.correlations.is_some()));
    if let Some(table) = &history.correlations {
        writer.count(table.symbols.len());
        table.symbols.iter().for_each(|symbol| writer.text(symbol));
        column::write(writer, &table.below);
    }
}

/// Reads one.
///
/// # Errors
/// Bytes that [`write`] does not write, or a number that no history may hold.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<History, Issue> {
    let mut history = History::default();
    let mut numbers = 0;
    for _ in 0..reader.count(4)? {
        let symbol = reader.text()?;
        let kind = match reader.byte()? {
            0 => SeriesKind::Close,
            1 => SeriesKind::Return,
            2 => SeriesKind::Yield,
            _ => return Err(damaged()),
        };
        let count = reader.count(1)?;
        numbers += count;
        limited(numbers, reader.limits.observations, "daily closes")?;
        let mut days = Vec::with_capacity(count);
        let mut day = 0_i64;
        for place in 0..count {
            let step =
                if place == 0 { reader.signed()? } else { i64::try_from(reader.varint()?).map_err(|_| damaged())?.saturating_add(1) };
            day = day.checked_add(step).filter(|day| (0..=LAST_DAY).contains(day)).ok_or_else(damaged)?;
            days.push(Timestamp::from_ms(day * DAY_MS));
        }
        let values = column::read(reader, count)?;
        let observations = days.into_iter().zip(values).map(|(day, value)| Observation { day, value }).collect();
        if history.series.last().is_some_and(|last| last.symbol >= symbol) {
            return Err(damaged());
        }
        history.series.push(PriceSeries::new(symbol, kind, observations, Source::default())?);
    }
    if reader.flag()? {
        let codes = limited(reader.count(1)?, MAX_CODES, "codes")?;
        let symbols = reader.texts(codes)?;
        let below = column::read(reader, codes * codes.saturating_sub(1) / 2)?;
        if below.iter().any(|entry| !(-1.0..=1.0).contains(entry)) {
            return Err(damaged());
        }
        history.correlations = Some(CorrelationTable { symbols, below, source: Source::default() });
    }
    Ok(history)
}

/// Where each part of a history was read.
pub(super) fn sources(history: &History) -> Vec<&Source> {
    history.series.iter().map(|series| &series.source).chain(history.correlations.iter().map(|table| &table.source)).collect()
}

/// The same, to be written.
pub(super) fn sources_mut(history: &mut History) -> Vec<&mut Source> {
    let tables = history.correlations.iter_mut().map(|table| &mut table.source);
    history.series.iter_mut().map(|series| &mut series.source).chain(tables).collect()
}
