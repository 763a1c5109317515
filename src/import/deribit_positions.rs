//! Deribit `private/get_positions`: JSON → positions, and the marks and indices that stand in their rows.
//!
//! Source: venues.md, section 1. `size` is in coins for options and linear contracts, in US dollars for inverse futures and
//! perpetuals. Invariant: the sign is that of `direction`; `size` is seen both signed and unsigned.

use crate::book::Position;
use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;
use crate::units::{Quantity, Timestamp};
use std::collections::BTreeMap;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "deribit-positions",
    label: "Deribit positions (JSON)",
    doc: "Reply of Deribit's private/get_positions, whole or its result list: records with instrument_name, direction and size",
    recognizes,
    read,
};

const INSTRUMENT: usize = 0;
const DIRECTION: usize = 1;
const SIZE: usize = 2;
const AVERAGE: usize = 3;
const MARK: usize = 4;
const INDEX: usize = 5;
const ACCOUNT: usize = 6;

const SCHEMA: Schema<7> = Schema {
    fields: [
        Field { names: &["instrumentname"], is_number: false },
        Field { names: &["direction"], is_number: false },
        Field { names: &["size"], is_number: true },
        Field { names: &["averageprice"], is_number: true },
        Field { names: &["markprice"], is_number: true },
        Field { names: &["indexprice"], is_number: true },
        // Not Deribit's: it tells accounts apart where several replies were put together.
        Field { names: &["account"], is_number: false },
    ],
    required: &[],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    content.json().is_some_and(|document| ["instrument_name", "direction", "size"].iter().all(|key| document.has(key)))
}

fn read(content: &Content, out: &mut Imported) {
    let time = content.json().and_then(|document| document.time);
    let mut intake = Intake::new(out, &content.name);
    SCHEMA.read(content, &mut intake, |row, intake| read_row(row, time, intake));
    intake.finish();
}

fn read_row(row: &Row<'_, 7>, time: Option<Timestamp>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = terms::contract(row, INSTRUMENT)?;
    let (name, account) = (row.text(INSTRUMENT, intake)?, row.text(ACCOUNT, intake)?);
    let size = row.amount(SIZE, intake)?.ok_or_else(|| row.refuse(SIZE, IssueKind::MissingData, "the row has no size"))?;
    let quantity = match row.raw(DIRECTION) {
        "buy" => size.abs(),
        "sell" => -size.abs(),
        "" => size,
        "zero" if size == 0.0 => size,
        _ => return Err(row.refuse(DIRECTION, IssueKind::Invalid, "direction must be buy or sell, or zero where size is 0")),
    };
    let quantity = Quantity::new(quantity).map_err(|issue| row.refuse(SIZE, IssueKind::Invalid, issue.message))?;
    let entry_price = row.price(AVERAGE, intake)?;
    let mark = row.price(MARK, intake)?;
    let spot = row.price(INDEX, intake)?;
    if quantity.get() == 0.0 {
        intake.note(row.line, Issue::noted(IssueKind::Conversion, "a flat row: its size is 0, nothing is held").about(&name));
        return Ok(());
    }
    let has_gain = matches!(instrument, Instrument::Future(_) | Instrument::Perpetual(_));
    let entry_price = entry_price.filter(|price| !has_gain || price.get() > 0.0);
    if has_gain && entry_price.is_none() && row.has(AVERAGE) {
        row.note(AVERAGE, intake, "no entry price: only one above 0 is used");
    }
    Statement { mark, vol: None, spot, forward: None, rate: None, funding: None, time, origin: Origin::Position }.record(
        &instrument,
        row.line,
        intake,
    );
    let source = intake.source(row.line);
    let venue = "Deribit".to_owned();
    intake.position(Position {
        name,
        account,
        venue,
        instrument,
        quantity,
        entry_price,
        mark,
        tags: BTreeMap::new(),
        stated: None,
        source,
    });
    Ok(())
}
