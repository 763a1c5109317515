//! Sheets as the page gets them, and their parts by id.

use crate::book_support::desk;
use plimsoll::engine::{Engine, Settings};
use plimsoll::protocol::{self, Desk, Request, Response};
use plimsoll::view::chart::Cell;
use plimsoll::view::chart::plot::Plot;
use plimsoll::view::chart::ranked::Ranked;
use plimsoll::view::chart::tiles::Tiles;
use plimsoll::view::sheet::{Body, Control, Sheet, TableSheet, Tone, Words};

/// A sheet for these settings and choices; the answer names the revision that was asked for.
pub fn ask(desk: &mut Desk, sheet: &str, settings: &Settings, choices: &[(&str, &str)]) -> Sheet {
    let choices = choices.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let request = Request::Sheet { revision: 7, sheet: sheet.to_owned(), settings: settings.clone(), choices };
    match protocol::handle(desk, request, &mut |_| {}) {
        Response::Sheet { revision: 7, sheet, .. } => protocol::from_bytes(&sheet).unwrap(),
        other => panic!("{sheet}: {other:?}"),
    }
}

/// A sheet of this book where no setting is changed.
pub fn of(engine: &Engine, sheet: &str, choices: &[(&str, &str)]) -> Sheet {
    ask(&mut desk(engine), sheet, &Settings::default(), choices)
}

pub fn has(sheet: &Sheet, id: &str) -> bool {
    sheet.parts.iter().any(|part| part.id == id)
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

pub fn plot<'a>(sheet: &'a Sheet, id: &str) -> &'a Plot {
    let Body::Plot(plot, _) = body(sheet, id) else { panic!("{id}") };
    plot
}

pub fn ranked<'a>(sheet: &'a Sheet, id: &str) -> &'a Ranked {
    let Body::Ranked(ranked, _) = body(sheet, id) else { panic!("{id}") };
    ranked
}

pub fn tiles<'a>(sheet: &'a Sheet, id: &str) -> &'a Tiles {
    let Body::Tiles(tiles, _) = body(sheet, id) else { panic!("{id}") };
    tiles
}

/// A title and sentences as they were written.
pub fn written<'a>(sheet: &'a Sheet, id: &str) -> &'a Words {
    let Body::Words(words) = body(sheet, id) else { panic!("{id}") };
    words
}

/// Sentences with plain blanks.
pub fn words(sheet: &Sheet, id: &str) -> Vec<(Tone, String)> {
    written(sheet, id).sentences.iter().map(|(tone, text)| (*tone, plain(text))).collect()
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

/// A text with plain blanks.
pub fn plain(text: &str) -> String {
    text.replace(['\u{202f}', '\u{a0}'], " ")
}
