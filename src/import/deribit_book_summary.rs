//! Deribit `public/get_book_summary_by_currency`: JSON → market facts. No positions.
//!
//! Source: venues.md, section 1: `mark_iv` in percent, `underlying_price` the forward of the option's expiry (listed or `SYN.*`),
//! `estimated_delivery_price` the index, `funding_8h` per 8 hours.

use crate::import::content::Content;
use crate::import::intake::Intake;
use crate::import::row::Row;
use crate::import::schema::{Field, Schema, Unknown};
use crate::import::terms::{self, Statement};
use crate::import::{ImportDef, Imported};
use crate::instrument::Instrument;
use crate::issue::{Issue, IssueKind};
use crate::market::Origin;

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "deribit-book-summary",
    label: "Deribit book summary (JSON)",
    doc: "Reply of Deribit's public/get_book_summary_by_currency, whole or its result list: records with instrument_name, mark_price \
          and creation_timestamp",
    recognizes,
    read,
};

const INSTRUMENT: usize = 0;
const MARK: usize = 1;
const VOL: usize = 2;
const FORWARD: usize = 3;
const INDEX: usize = 4;
const FUNDING_8H: usize = 5;
const FUNDING_NOW: usize = 6;
const TIME: usize = 7;

const SCHEMA: Schema<8> = Schema {
    fields: [
        Field { names: &["instrumentname"], is_number: false },
        Field { names: &["markprice"], is_number: true },
        Field { names: &["markiv"], is_number: true },
        Field { names: &["underlyingprice"], is_number: true },
        Field { names: &["estimateddeliveryprice"], is_number: true },
        Field { names: &["funding8h"], is_number: true },
        Field { names: &["currentfunding"], is_number: true },
        Field { names: &["creationtimestamp"], is_number: false },
    ],
    required: &[],
    unknown: Unknown::Expected,
};

fn recognizes(content: &Content) -> bool {
    let has_all = |keys: [&str; 3]| content.json().is_some_and(|document| keys.iter().all(|key| document.has(key)));
    has_all(["instrument_name", "mark_price", "creation_timestamp"])
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, &content.name);
    SCHEMA.read(content, &mut intake, read_row);
    intake.finish();
}

fn read_row(row: &Row<'_, 8>, intake: &mut Intake<'_>) -> Result<(), Issue> {
    let instrument = terms::contract(row, INSTRUMENT)?;
    let statement = Statement {
        mark: row.price(MARK, intake)?,
        vol: terms::quoted_vol(row, VOL, 100.0, intake)?,
        spot: row.price(INDEX, intake)?,
        forward: row.price(FORWARD, intake)?,
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
            "the row states no price; mark_price, mark_iv or underlying_price are accepted",
        ));
    }
    if matches!(instrument, Instrument::Cash(_)) {
        row.note(INSTRUMENT, intake, "the price of a dollar coin is not used, it counts as one dollar");
    }
    statement.record(&instrument, row.line, intake);
    Ok(())
}
