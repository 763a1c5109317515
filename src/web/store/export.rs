//! Files that the user takes along.

use crate::protocol::Request;
use crate::web::store::Store;
use leptos::prelude::*;

impl Store {
    /// Offers the report as a file, the same bytes as the terminal's.
    pub fn export_report(&self) {
        self.export.set_value(true);
        self.export_if_complete();
    }

    /// Asks for the report once all of its blocks are there.
    pub(super) fn export_if_complete(&self) {
        if !self.export.get_value() {
            return;
        }
        let Some(results) = self.pool.get_value().and_then(|pool| pool.results()) else { return };
        let settings = self.session.with_untracked(|session| session.settings.clone());
        if self.valuation.with_untracked(|valuation| valuation.as_ref().is_none_or(|valuation| valuation.settings != settings)) {
            return;
        }
        self.export.set_value(false);
        self.with_pool(|pool| pool.ask_annex(Request::Report { settings, results }, None));
    }

    /// Offers the book as a file of this format.
    pub fn export_book(&self, format: &str) {
        let name = self.session.with_untracked(|session| session.name.clone());
        let name: String = name.chars().map(|sign| if sign.is_alphanumeric() || "-_ ".contains(sign) { sign } else { '-' }).collect();
        let name = if name.trim().is_empty() { "plimsoll-book".to_owned() } else { name };
        self.with_pool(|pool| pool.ask_annex(Request::Export { format: format.to_owned(), name }, None));
    }

    /// Offers the table of positions as a file.
    pub fn export_table(&self) {
        let settings = self.session.with_untracked(|session| session.settings.clone());
        self.ask(Request::TableCsv { settings });
    }
}
