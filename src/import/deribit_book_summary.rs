//! Deribit `public/get_book_summary_by_currency`: the market of one currency; vols in percent, no Greeks.

use crate::import::content::{Content, Shape};
use crate::import::deribit_name::parse_name;
use crate::import::deribit_positions::{number, price};
use crate::import::record::json_rows;
use crate::import::{ImportDef, Imported};
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind, Source};
use crate::market::{Fact, FactValue, Origin};
use crate::units::{Rate, Timestamp, Vol};
use serde_json::{Map, Value};

/// The format.
pub const DEF: ImportDef = ImportDef {
    id: "deribit-book-summary",
    label: "Deribit book summary",
    doc: "The reply of public/get_book_summary_by_currency, with or without its envelope.",
    recognizes: |content| {
        let head: String = content.text.chars().take(4000).collect();
        matches!(content.shape, Shape::Json)
            && head.contains("\"instrument_name\"")
            && !head.contains("\"direction\"")
            && (head.contains("\"creation_timestamp\"") || head.contains("\"open_interest\"") || head.contains("\"underlying_index\""))
    },
    read,
};

/// Funding intervals of eight hours in a year.
const INTERVALS: f64 = 3.0 * 365.0;

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
            Value::Object(object) => read_quote(object),
            other => Err(Issue::rejected(IssueKind::Parse, "a quote must be an object").with_value(&other.to_string())),
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

fn read_quote(object: &Map<String, Value>) -> Result<(Option<Timestamp>, Vec<FactValue>), Issue> {
    let name = object.get("instrument_name").and_then(Value::as_str).unwrap_or_default();
    let instrument = parse_name(name).ok_or_else(|| {
        let message = "not a single future, perpetual, option or spot pair of Deribit";
        Issue::rejected(IssueKind::Unsupported, message).in_column("instrument_name").with_value(name)
    })?;
    let time = number(object, "creation_timestamp")?.map(|ms| Timestamp::from_ms(ms as i64));
    let underlying = instrument.underlying().to_owned();
    let positive = |key: &str| price(object, key).map(|price| price.filter(|price| price.get() > 0.0));
    let mut values = Vec::new();
    if let Some(price) = positive("estimated_delivery_price")? {
        values.push(FactValue::Spot { underlying: underlying.clone(), price });
    }
    match &instrument {
        Instrument::Option(option) => {
            let mark_vol = match number(object, "mark_iv")?.filter(|percent| *percent > 0.0) {
                Some(percent) => Some(Vol::new(percent / 100.0).map_err(|issue| issue.in_column("mark_iv"))?),
                None => None,
            };
            if let Some(price) = positive("underlying_price")? {
                values.push(FactValue::Forward { underlying: underlying.clone(), expiry: option.expiry, price });
            }
            values.push(FactValue::Option {
                underlying,
                expiry: option.expiry,
                strike: option.strike,
                kind: option.kind,
                settlement: option.settlement,
                mark_vol,
                mark_price: price(object, "mark_price")?,
            });
        }
        Instrument::Future(future) => {
            values.extend(positive("mark_price")?.map(|price| FactValue::Forward { underlying, expiry: future.expiry, price }));
        }
        Instrument::Perpetual(perpetual) => {
            if let Some(rate) = number(object, "funding_8h")? {
                let rate = Rate::new(rate * INTERVALS).map_err(|issue| issue.in_column("funding_8h"))?;
                values.push(FactValue::Funding { underlying: underlying.clone(), rate });
            }
            let settlement = perpetual.settlement;
            values.extend(positive("mark_price")?.map(|price| FactValue::Perpetual { underlying, settlement, price }));
        }
        Instrument::Spot(_) => values.extend(positive("mark_price")?.map(|price| FactValue::Spot { underlying, price })),
        Instrument::Cash(_) => {}
    }
    Ok((time, values))
}
