//! Snapshots of a Deribit chain as CSV: tables of `public/ticker` fields, options or futures → market facts. No positions.
//!
//! Two layouts are in use: `mark_iv` in percent with times in milliseconds, and `implied_volatility` as a decimal with ISO times.
//! The header decides which.

use crate::import::content::Content;
use crate::import::deribit_quote;
use crate::import::intake::Intake;
use crate::import::{ImportDef, Imported};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "deribit-chain",
    label: "Deribit option or future chain (CSV)",
    doc: "Snapshot of Deribit tickers as a table: columns timestamp, instrument_name, mark_price, index_price and, for options, mark_iv \
          (percent) or implied_volatility (decimal)",
    recognizes,
    read,
};

fn recognizes(content: &Content) -> bool {
    content.table().is_some_and(|table| ["instrument_name", "timestamp", "mark_price", "index_price"].iter().all(|name| table.has(name)))
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    deribit_quote::SCHEMA.read(content, &mut intake, deribit_quote::read_row);
    intake.finish();
}
