//! Deribit `private/get_positions`: a bare list, or the reply with its JSON-RPC envelope.
//!
//! `size` is in dollars for inverse futures, in coins otherwise; its sign is the direction's. Marks and index of the rows are
//! taken as market facts of lowest standing, since the reply does not say when it was made.

use crate::book::Position;
use crate::import::content::{Content, Shape};
use crate::import::deribit_name::parse_name;
use crate::import::record::json_rows;
use crate::import::{ImportDef, Imported};
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind, Source};
use crate::market::{Fact, FactValue, Origin};
use crate::units::{Price, Quantity};
use serde_json::{Map, Value};

/// The format.
pub const DEF: ImportDef = ImportDef {
    id: "deribit-positions",
    label: "Deribit positions",
    doc: "The reply of private/get_positions, with or without its envelope.",
    recognizes: |content| {
        let head: String = content.text.chars().take(4000).collect();
        matches!(content.shape, Shape::Json) && head.contains("\"instrument_name\"") && (head.contains("\"direction\"") || head.contains("\"size\""))
    },
    read,
};

fn read(content: &Content, imported: &mut Imported) {
    let rows = match json_rows(content) {
        Ok((_, rows)) => rows,
        Err(issue) => {
            imported.issues.push(issue);
            return;
        }
    };
    for row in rows {
        let source = Source { file: content.name.clone(), line: row.line };
        let result = match &row.value {
            Value::Object(object) => read_position(object, &source),
            other => Err(Issue::rejected(IssueKind::Parse, "a position must be an object").with_value(&other.to_string())),
        };
        match result {
            Ok(Some((position, facts))) => {
                let room = imported.positions.len();
                imported.push_position(position);
                if imported.positions.len() > room {
                    imported.facts.extend(facts.into_iter().map(|value| Fact { value, time: None, origin: Origin::Position, source: source.clone() }));
                }
            }
            Ok(None) => {
                imported.accept();
                let name = object_text(&row.value, "instrument_name");
                let note = Issue::noted(IssueKind::Conversion, "the position is flat and is not taken into the book");
                imported.issues.push(note.in_file(&source.file).at_line(source.line).with_value(&name));
            }
            Err(issue) => imported.reject(issue.in_file(&source.file).at_line(source.line)),
        }
    }
}

fn object_text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A number under a key; `None` if it is absent or null.
pub(super) fn number(object: &Map<String, Value>, key: &str) -> Result<Option<f64>, Issue> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => Ok(number.as_f64()),
        Some(Value::String(text)) if text.is_empty() => Ok(None),
        Some(Value::String(text)) => match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(Some(value)),
            _ => Err(Issue::rejected(IssueKind::Parse, "a number is accepted here").in_column(key).with_value(text)),
        },
        Some(other) => Err(Issue::rejected(IssueKind::Parse, "a number is accepted here").in_column(key).with_value(&other.to_string())),
    }
}

/// A price under a key.
pub(super) fn price(object: &Map<String, Value>, key: &str) -> Result<Option<Price>, Issue> {
    number(object, key)?.map(|value| Price::new(value).map_err(|issue| issue.in_column(key))).transpose()
}

/// A position with its facts, or `None` if it is flat.
fn read_position(object: &Map<String, Value>, source: &Source) -> Result<Option<(Position, Vec<FactValue>)>, Issue> {
    let name = match object.get("instrument_name") {
        Some(Value::String(name)) => name.clone(),
        _ => return Err(Issue::rejected(IssueKind::MissingData, "a position needs its instrument_name").in_column("instrument_name")),
    };
    let size = number(object, "size")?
        .ok_or_else(|| Issue::rejected(IssueKind::MissingData, "a position needs its size").in_column("size").about(&name))?;
    let sign = match object.get("direction").and_then(Value::as_str) {
        Some("buy") => 1.0,
        Some("sell") => -1.0,
        Some("zero") => 0.0,
        None => size.signum(),
        Some(other) => return Err(Issue::rejected(IssueKind::Invalid, "a direction is buy, sell or zero").in_column("direction").with_value(other)),
    };
    if size == 0.0 || sign == 0.0 {
        return Ok(None);
    }
    let instrument = parse_name(&name).ok_or_else(|| {
        let message = "not a single future, perpetual, option or spot pair of Deribit; of a combination, export its legs";
        Issue::rejected(IssueKind::Unsupported, message).in_column("instrument_name").with_value(&name)
    })?;
    let mark = price(object, "mark_price")?;
    let underlying = instrument.underlying().to_owned();
    let mut facts = Vec::new();
    if let Some(price) = price(object, "index_price")?.filter(|price| price.get() > 0.0) {
        facts.push(FactValue::Spot { underlying: underlying.clone(), price });
    }
    match (&instrument, mark) {
        (Instrument::Option(option), Some(mark)) => facts.push(FactValue::Option {
            underlying,
            expiry: option.expiry,
            strike: option.strike,
            kind: option.kind,
            settlement: option.settlement,
            mark_vol: None,
            mark_price: Some(mark),
        }),
        (Instrument::Future(future), Some(price)) if price.get() > 0.0 => facts.push(FactValue::Forward { underlying, expiry: future.expiry, price }),
        (Instrument::Perpetual(perpetual), Some(price)) if price.get() > 0.0 => {
            facts.push(FactValue::Perpetual { underlying, settlement: perpetual.settlement, price });
        }
        _ => {}
    }
    let account = object.get("account").and_then(Value::as_str).unwrap_or_default().to_owned();
    let position = Position {
        name,
        account,
        venue: "Deribit".to_owned(),
        instrument,
        quantity: Quantity::new(sign * size.abs()).map_err(|issue| issue.in_column("size"))?,
        entry_price: price(object, "average_price")?,
        mark,
        source: source.clone(),
    };
    Ok(Some((position, facts)))
}
