//! Sheets as the page gets them, and their parts by id.

use plimsoll::engine::Settings;
use plimsoll::protocol::{self, Desk, Request, Response};
use plimsoll::view::chart::Cell;
use plimsoll::view::sheet::{Body, Control, Sheet, TableSheet, Tone};

/// A sheet for these settings and choices.
pub fn ask(desk: &mut Desk, sheet: &str, settings: &Settings, choices: &[(&str, &str)]) -> Sheet {
    let choices = choices.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let request = Request::Sheet { revision: 1, sheet: sheet.to_owned(), settings: settings.clone(), choices };
    let Response::Sheet { sheet, .. } = protocol::handle(desk, request, &mut |_| {}) else { panic!("{sheet}") };
    protocol::from_bytes(&sheet).unwrap()
}

/// What a part shows.
pub fn body<'a>(sheet: &'a Sheet, id: &str) -> &'a Body {
    let ids: Vec<&String> = sheet.parts.iter().map(|part| &part.id).collect();
    &sheet.parts.iter().find(|part| part.id == id).unwrap_or_else(|| panic!("no {id} among {ids:?}")).body
}

pub fn table<'a>(sheet: &'a Sheet, id: &str) -> &'a TableSheet {
    let Body::Table(table) = body(sheet, id) else { panic!("{id}") };
    table
}

pub fn controls<'a>(sheet: &'a Sheet, id: &str) -> &'a [Control] {
    let Body::Controls(controls) = body(sheet, id) else { panic!("{id}") };
    controls
}

/// Sentences with plain blanks.
pub fn words(sheet: &Sheet, id: &str) -> Vec<(Tone, String)> {
    let Body::Words(words) = body(sheet, id) else { panic!("{id}") };
    words.sentences.iter().map(|(tone, text)| (*tone, plain(text))).collect()
}

/// All sentences as one text.
pub fn said(sheet: &Sheet, id: &str) -> String {
    words(sheet, id).into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")
}

/// Why controls cannot use what is chosen.
pub fn errors(sheet: &Sheet, id: &str) -> Vec<String> {
    controls(sheet, id).iter().map(|control| control.error.clone()).filter(|error| !error.is_empty()).collect()
}

/// A row as it is read, with plain blanks.
pub fn row(table: &TableSheet, at: usize) -> Vec<String> {
    table.table.rows[at].iter().map(|cell| plain(cell.shown())).collect()
}

/// The numbers of a row.
pub fn numbers(row: &[Cell]) -> Vec<f64> {
    row.iter().filter_map(|cell| if let Cell::Number(Some(value), _) = cell { Some(*value) } else { None }).collect()
}

fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}
