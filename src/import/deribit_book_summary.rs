//! Deribit `public/get_book_summary_by_currency`, or a list of `public/ticker` results: JSON → market facts. No positions.

use crate::import::content::Content;
use crate::import::deribit_quote;
use crate::import::intake::Intake;
use crate::import::{ImportDef, Imported};

/// The format.
pub(super) const DEF: ImportDef = ImportDef {
    id: "deribit-book-summary",
    label: "Deribit book summary (JSON)",
    doc: "Reply of Deribit's public/get_book_summary_by_currency, whole or its result list, or a list of tickers: records with \
          instrument_name, mark_price and creation_timestamp or timestamp",
    recognizes,
    read,
};

fn recognizes(content: &Content) -> bool {
    content.json().is_some_and(|document| {
        document.has("instrument_name") && document.has("mark_price") && (document.has("creation_timestamp") || document.has("timestamp"))
    })
}

fn read(content: &Content, out: &mut Imported) {
    let mut intake = Intake::new(out, content.name);
    deribit_quote::SCHEMA.read(content, &mut intake, deribit_quote::read_row);
    intake.finish();
}
