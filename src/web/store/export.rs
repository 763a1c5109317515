//! Files that the user takes along.

use crate::protocol::{Detail, Request};
use crate::web::store::Store;
use leptos::prelude::*;

impl Store {
    /// Offers the report as a file, the same bytes as the terminal's.
    pub fn export_report(&self) {
        self.export.set_value(true);
        self.ask_for_value(Detail::Full);
    }

    /// Offers the book as a file of this format.
    pub fn export_book(&self, format: &str) {
        let name = self.session.with_untracked(|session| session.name.clone());
        let name: String = name.chars().map(|sign| if sign.is_alphanumeric() || "-_ ".contains(sign) { sign } else { '-' }).collect();
        let name = if name.trim().is_empty() { "plimsoll-book".to_owned() } else { name };
        self.ask(Request::Export { format: format.to_owned(), name });
    }

    /// Offers the table of positions as a file.
    pub fn export_table(&self) {
        let settings = self.session.with_untracked(|session| session.settings.clone());
        self.ask(Request::TableCsv { settings });
    }
}
