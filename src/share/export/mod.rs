//! Inputs → files that other programs open and that [`crate::import`] reads back as they were.
//!
//! CSV and XLSX hold the positions, the JSON document the market, the accounts and the instant as well. Invariants: every number is
//! written so that it reads back to the same bits; a text that a spreadsheet would take for a formula starts with an apostrophe,
//! which the import takes off again, and numbers never do; file and line of a row stay at home.

mod csv;
mod json;
mod position;
mod xlsx;

use crate::book::Position;
use crate::engine::Inputs;
use std::borrow::Cow;

/// A file format that is written.
pub struct ExportDef {
    /// Stable name, for the terminal.
    pub id: &'static str,
    /// Name that the page shows.
    pub label: &'static str,
    /// Ending of the file name, without the point.
    pub extension: &'static str,
    /// Media type, for the browser.
    pub media_type: &'static str,
    /// Writes the file.
    pub write: fn(&Inputs) -> Vec<u8>,
}

/// Every format.
pub const ALL: &[&ExportDef] = &[&csv::DEF, &json::DEF, &xlsx::DEF];

/// Id and label of each format. Reading them links no writer into the page.
pub const LABELS: [(&str, &str); ALL.len()] = {
    let mut labels = [("", ""); ALL.len()];
    let mut place = 0;
    while place < ALL.len() {
        labels[place] = (ALL[place].id, ALL[place].label);
        place += 1;
    }
    labels
};

/// The content of one cell.
#[derive(Clone, Debug, PartialEq)]
enum Cell<'a> {
    /// Nothing is known.
    Blank,
    /// A number, finite.
    Number(f64),
    /// A text as the book holds it.
    Text(Cow<'a, str>),
}

impl<'a> Cell<'a> {
    fn text(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        let text = text.into();
        if text.is_empty() { Cell::Blank } else { Cell::Text(text) }
    }
}

/// Signs with which a spreadsheet starts a formula, or that it drops before one (OWASP, CSV injection).
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', '\0'];

/// A text for a spreadsheet: not a formula, whatever it starts with.
fn guarded(text: &str) -> Cow<'_, str> {
    if text.trim_start_matches('\'').starts_with(FORMULA) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// A text for a program, which needs no guard but where the import would take one off.
fn kept(text: &str) -> Cow<'_, str> {
    if text.starts_with('\'') { guarded(text) } else { Cow::Borrowed(text) }
}

/// A position as columns and cells of the positions table, which the import reads back as the same position: what a form shows.
/// The columns that every position has stand first, blank where they are; others only where they say something.
pub fn cells(position: &Position) -> Vec<(String, String)> {
    let table = position::Table::new(std::slice::from_ref(position));
    let cells = table.header().zip(table.row(position)).map(|(name, cell)| {
        let text = match cell {
            Cell::Blank => String::new(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => text.into_owned(),
        };
        (name.to_owned(), text)
    });
    let is_shown = |(name, text): &(String, String)| {
        !text.is_empty() || matches!(name.as_str(), "instrument" | "quantity" | "entry_price" | "mark" | "account" | "venue")
    };
    cells.filter(is_shown).collect()
}
