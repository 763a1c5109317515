//! Marking positions, and typing one.

use crate::protocol::Request;
use crate::view::format::csv_cell;
use crate::web::store::{Form, Store};
use leptos::prelude::*;
use std::collections::BTreeSet;

/// Columns of a new position, in the order of the form.
const NEW: [&str; 17] = [
    "instrument",
    "quantity",
    "entry_price",
    "mark",
    "type",
    "underlying",
    "option_type",
    "strike",
    "expiry",
    "margin",
    "contract_size",
    "spot",
    "iv",
    "account",
    "venue",
    "tag:strategy",
    "tag:trader",
];

impl Store {
    /// Marks a position, or takes the mark back.
    pub fn toggle_selected(&self, index: u32) {
        self.selected.update(|selected| {
            if !selected.remove(&index) {
                selected.insert(index);
            }
        });
    }

    /// Takes all marks back.
    pub fn clear_selected(&self) {
        self.selected.update(BTreeSet::clear);
    }

    /// Opens the form of a position of the book, or of a new one.
    pub fn open_form(&self, index: Option<u32>) {
        self.form_issues.set(Vec::new());
        match index {
            Some(index) => self.ask(Request::Cells { index }),
            None => self.form.set(Some(Form { index: None, cells: NEW.map(|column| (column.to_owned(), String::new())).to_vec() })),
        }
    }

    /// Reads what was typed into the form; it closes once the position is in the book.
    pub fn put_form(&self) {
        let Some(form) = self.form.get_untracked() else { return };
        let filled: Vec<&(String, String)> = form.cells.iter().filter(|(_, text)| !text.trim().is_empty()).collect();
        let line = |of: fn(&(String, String)) -> &str| filled.iter().map(|cell| csv_cell(of(cell))).collect::<Vec<_>>().join(",");
        let table = format!("{}\n{}\n", line(|(column, _)| column), line(|(_, text)| text));
        self.put(&table, form.index);
    }
}
