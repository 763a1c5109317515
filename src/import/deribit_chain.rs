//! Snapshots of a Deribit chain as CSV: tables of `public/ticker` fields, options or futures → market facts. No positions.
//!
//! Two layouts are in use: `mark_iv` in percent with times in milliseconds, and `implied_volatility` as a decimal with ISO times.
//! The header decides which. Invariant: a volatility's unit is that of its column, never guessed from its size.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "deribit-chain",
    label: "Deribit option or future chain (CSV)",
    doc: "Snapshot of Deribit tickers as a table: columns timestamp, instrument_name, mark_price, index_price and, for options, mark_iv \
          (percent) or implied_volatility (decimal)",
    recognizes,
    read,
};

const INSTRUMENT: usize = 0;
const TIME: usize = 1;
const MARK: usize = 2;
const VOL_PERCENT: usize = 3;
const VOL_DECIMAL: usize = 4;
const UNDERLYING: usize = 5;
const FUTURE: usize = 6;
const INDEX: usize = 7;
const EXPIRY_MS: usize = 8;
const EXPIRY_DATE: usize = 9;
const FUNDING_8H: usize = 10;
const FUNDING_NOW: usize = 11;

const SCHEMA: Schema<12> = Schema {
    fields: [
        Field { names: &["instrumentname"], is_number: false },
        Field { names: &["timestamp"], is_number: false },
        Field { names: &["markprice"], is_number: true },
        Field { names: &["markiv"], is_number: true },
        Field { names: &["impliedvolatility"], is_number: true },
        Field { names: &["underlyingprice"], is_number: true },
        Field { names: &["futuresprice"], is_number: true },
        Field { names: &["indexprice"], is_number: true },
        Field { names: &["expirationtimestamp"], is_number: false },
        Field { names: &["expirydatetime"], is_number: false },
        Field { names: &["funding8h"], is_number: true },
        Field { names: &["currentfunding"], is_number: true },
    ],
    required: &[INSTRUMENT, TIME, MARK],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| ["instrument_name", "timestamp", "mark_price", "index_price"].iter().all(|name| table.has(name)))
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, &content.name);
    SCHEMA.read(content, &mut intake, read_row);
    intake.finish();
}

fn read_row(row: &Row<'_, 12>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = terms::contract(row, INSTRUMENT)?;
    let stated = match row.time(EXPIRY_MS)? {
        Some(time) => Some((EXPIRY_MS, time)),
        None => row.time(EXPIRY_DATE)?.map(|time| (EXPIRY_DATE, time)),
    };
    if let (Some((field, stated)), Some(named)) = (stated, instrument.expiry())
        && stated != named
    {
        return Err(row.refuse(field, IssueKind::Invalid, format!("the expiry is not that of the instrument's name, {named}")));
    }
    let statement = Statement {
        mark: row.price(MARK, intake)?,
        vol: match terms::quoted_vol(row, VOL_PERCENT, 100.0, intake)? {
            Some(vol) => Some(vol),
            None => terms::quoted_vol(row, VOL_DECIMAL, 1.0, intake)?,
        },
        spot: row.price(INDEX, intake)?,
        forward: match row.price(UNDERLYING, intake)? {
            Some(price) => Some(price),
            None => row.price(FUTURE, intake)?,
        },
        rate: None,
        funding: match terms::funding(row, FUNDING_8H, intake)? {
            Some(average) => Some(average),
            None => terms::funding(row, FUNDING_NOW, intake)?,
        },
        time: row.time(TIME)?,
        origin: Origin::Quote,
    };
    if statement.is_empty() {
        return Err(row.refuse(
            MARK,
            IssueKind::MissingData,
            "the row states no price; mark_price, a volatility or a forward are accepted",
        ));
    }
    statement.record(&instrument, row.line, intake);
    Ok(())
}
