//! A snapshot of Deribit's chain as CSV, options or futures, in the layouts that collectors of its public API write: one row an
//! instrument, with its own time. A column `mark_iv` is in percent, `implied_volatility` is a decimal.

use crate::import::content::{Content, Shape};
use crate::import::deribit_name::parse_name;
use crate::import::{ImportDef, Imported};
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind, Source};
use crate::market::{Fact, FactValue, Origin};
use crate::units::{Price, Rate, Timestamp, Vol};

/// The format.
pub const DEF: ImportDef = ImportDef {
    id: "deribit-chain",
    label: "Deribit chain CSV",
    doc: "A chain snapshot as CSV: one row an instrument with mark price, mark vol, forward and index.",
    recognizes: |content| {
        content.has_header("instrument_name") && content.has_header("mark_price") && content.has_header("index_price") && !content.has_header("size")
    },
    read,
};

/// Funding intervals of eight hours in a year.
const INTERVALS: f64 = 3.0 * 365.0;

fn read(content: &Content, imported: &mut Imported) {
    let Shape::Delimited { delimiter, headers, skipped } = &content.shape else { return };
    let column = |names: &[&'static str]| {
        names.iter().find_map(|name| headers.iter().position(|header| header.trim().eq_ignore_ascii_case(name)).map(|place| (place, *name)))
    };
    let columns = Columns {
        name: column(&["instrument_name"]),
        time: column(&["timestamp"]),
        mark: column(&["mark_price"]),
        vol: column(&["mark_iv", "implied_volatility"]),
        forward: column(&["underlying_price", "futures_price"]),
        index: column(&["index_price"]),
        funding: column(&["funding_8h"]),
    };
    let mut reader = csv::ReaderBuilder::new().delimiter(*delimiter).has_headers(false).flexible(true).from_reader(content.text.as_bytes());
    let mut record = csv::StringRecord::new();
    let mut is_header_seen = false;
    while let Ok(true) = reader.read_record(&mut record) {
        let line = record.position().map_or(0, csv::Position::line);
        if line <= *skipped || record.iter().all(|field| field.trim().is_empty()) {
            continue;
        }
        if !is_header_seen {
            is_header_seen = true;
            continue;
        }
        let source = Source { file: content.name.clone(), line };
        let result = if record.len() == headers.len() {
            read_quote(&record, &columns)
        } else {
            Err(Issue::rejected(IssueKind::Parse, format!("the row has {} fields, expected {}", record.len(), headers.len())))
        };
        match result {
            Ok((time, values)) => {
                imported.accept();
                imported.facts.extend(values.into_iter().map(|value| Fact { value, time, origin: Origin::Quote, source: source.clone() }));
            }
            Err(issue) => imported.reject(issue.in_file(&source.file).at_line(source.line)),
        }
    }
}

/// Places of the columns, with the names under which they were found.
struct Columns {
    name: Option<(usize, &'static str)>,
    time: Option<(usize, &'static str)>,
    mark: Option<(usize, &'static str)>,
    vol: Option<(usize, &'static str)>,
    forward: Option<(usize, &'static str)>,
    index: Option<(usize, &'static str)>,
    funding: Option<(usize, &'static str)>,
}

fn number(record: &csv::StringRecord, column: Option<(usize, &'static str)>) -> Result<Option<f64>, Issue> {
    let Some((place, name)) = column else { return Ok(None) };
    let text = record.get(place).unwrap_or_default().trim();
    if text.is_empty() || text.eq_ignore_ascii_case("nan") || text.eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Some(value)),
        _ => Err(Issue::rejected(IssueKind::Parse, "a number such as 1234.5 is accepted here").in_column(name).with_value(text)),
    }
}

fn price(record: &csv::StringRecord, column: Option<(usize, &'static str)>) -> Result<Option<Price>, Issue> {
    let name = column.map_or("", |(_, name)| name);
    number(record, column)?.map(|value| Price::new(value).map_err(|issue| issue.in_column(name))).transpose()
}

fn time(record: &csv::StringRecord, column: Option<(usize, &'static str)>) -> Result<Option<Timestamp>, Issue> {
    let Some((place, name)) = column else { return Ok(None) };
    let text = record.get(place).unwrap_or_default().trim();
    let parsed = text.parse::<i64>().ok().map(Timestamp::from_ms).or_else(|| Timestamp::parse_iso(text));
    match parsed {
        Some(time) => Ok(Some(time)),
        None => Err(Issue::rejected(IssueKind::Parse, "a time is milliseconds since 1970 or ISO 8601").in_column(name).with_value(text)),
    }
}

fn read_quote(record: &csv::StringRecord, columns: &Columns) -> Result<(Option<Timestamp>, Vec<FactValue>), Issue> {
    let name = columns.name.and_then(|(place, _)| record.get(place)).unwrap_or_default();
    let instrument = parse_name(name).ok_or_else(|| {
        let message = "not a single future, perpetual or option of Deribit";
        Issue::rejected(IssueKind::Unsupported, message).in_column("instrument_name").with_value(name)
    })?;
    let time = time(record, columns.time)?;
    let underlying = instrument.underlying().to_owned();
    let mark = price(record, columns.mark)?;
    let positive = |price: Option<Price>| price.filter(|price| price.get() > 0.0);
    let mut values = Vec::new();
    if let Some(price) = positive(price(record, columns.index)?) {
        values.push(FactValue::Spot { underlying: underlying.clone(), price });
    }
    match &instrument {
        Instrument::Option(option) => {
            if let Some(price) = positive(price(record, columns.forward)?) {
                values.push(FactValue::Forward { underlying: underlying.clone(), expiry: option.expiry, price });
            }
            let (scale, vol_name) = match columns.vol {
                Some((_, "mark_iv")) => (0.01, "mark_iv"),
                _ => (1.0, "implied_volatility"),
            };
            let mark_vol = match number(record, columns.vol)?.filter(|vol| *vol > 0.0) {
                // Percent is divided, not multiplied by a hundredth, so that 60.00 is 0.6 to the bit.
                Some(vol) => Some(Vol::new(if scale == 1.0 { vol } else { vol / 100.0 }).map_err(|issue| issue.in_column(vol_name))?),
                None => None,
            };
            values.push(FactValue::Option {
                underlying,
                expiry: option.expiry,
                strike: option.strike,
                kind: option.kind,
                settlement: option.settlement,
                mark_vol,
                mark_price: mark,
            });
        }
        Instrument::Future(future) => {
            values.extend(positive(mark).map(|price| FactValue::Forward { underlying, expiry: future.expiry, price }));
        }
        Instrument::Perpetual(perpetual) => {
            if let Some(rate) = number(record, columns.funding)? {
                let rate = Rate::new(rate * INTERVALS).map_err(|issue| issue.in_column("funding_8h"))?;
                values.push(FactValue::Funding { underlying: underlying.clone(), rate });
            }
            let settlement = perpetual.settlement;
            values.extend(positive(mark).map(|price| FactValue::Perpetual { underlying, settlement, price }));
        }
        Instrument::Spot(_) | Instrument::Cash(_) => {}
    }
    Ok((time, values))
}
