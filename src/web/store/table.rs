//! The lines of the table of positions that are in sight; the rest stays with the worker.
//!
//! One question at a time: while it is under way the user scrolls on, and only the last place is asked for next.

use crate::protocol::{Request, TableWindow};
use crate::view::table::lines::TableChoice;
use crate::web::store::Store;
use leptos::prelude::*;
use std::sync::Arc;

/// Lines that are fetched beyond the edge of sight, so that scrolling seldom waits.
const MARGIN: u32 = 150;

/// State of the table; cheap to copy.
#[derive(Clone, Copy)]
pub struct TableView {
    /// The lines at hand.
    pub window: RwSignal<Arc<TableWindow>>,
    wanted: StoredValue<Option<Wanted>>,
    in_flight: StoredValue<Option<Wanted>>,
    revision: StoredValue<u64>,
}

#[derive(Clone, PartialEq)]
struct Wanted {
    choice: TableChoice,
    first: u32,
    last: u32,
}

impl TableView {
    /// An empty table that nobody looks at.
    pub fn new() -> TableView {
        TableView {
            window: RwSignal::new(Arc::new(TableWindow::default())),
            wanted: StoredValue::new(None),
            in_flight: StoredValue::new(None),
            revision: StoredValue::new(0),
        }
    }

    /// Forgets the lines of a book that is no more.
    pub fn clear(&self) {
        self.revision.update_value(|revision| *revision += 1);
        self.in_flight.set_value(None);
        self.window.set(Arc::new(TableWindow::default()));
    }
}

impl Store {
    /// Says which lines are in sight.
    pub fn show_table(&self, choice: TableChoice, first: u32, last: u32) {
        let asked = self.table.wanted.with_value(|wanted| wanted.as_ref().map(|wanted| wanted.choice.clone()));
        let is_same = asked.as_ref() == Some(&choice);
        self.table.wanted.set_value(Some(Wanted { choice, first, last }));
        let covered = self.table.window.with_untracked(|window| {
            let end = window.first + u32::try_from(window.lines.len()).unwrap_or(0);
            (window.first <= first || first == 0) && (end >= last || end >= window.total) && window.first <= last
        });
        if !(is_same && covered) {
            self.ask_for_table();
        }
    }

    /// Says that nobody looks at the table any more.
    pub fn hide_table(&self) {
        self.table.wanted.set_value(None);
    }

    /// Asks for the lines in sight, unless a question is under way; its answer asks on.
    pub(super) fn ask_for_table(&self) {
        let Some(wanted) = self.table.wanted.get_value() else { return };
        if self.table.in_flight.with_value(Option::is_some) || self.files.with_untracked(Option::is_none) {
            return;
        }
        let settings = self.session.with_untracked(|session| session.settings.clone());
        let first = wanted.first.saturating_sub(MARGIN);
        let count = wanted.last.saturating_sub(first) + MARGIN;
        let request = Request::Table { revision: self.table.revision.get_value(), settings, choice: wanted.choice.clone(), first, count };
        self.table.in_flight.set_value(Some(wanted));
        self.ask(request);
    }

    /// Takes the lines over, and asks on if the user has moved meanwhile.
    pub(super) fn take_table(&self, revision: u64, window: TableWindow) {
        if revision != self.table.revision.get_value() {
            return;
        }
        let asked = self.table.in_flight.get_value();
        self.table.in_flight.set_value(None);
        self.table.window.set(Arc::new(window));
        if let Some(wanted) = self.table.wanted.get_value().filter(|wanted| Some(wanted) != asked.as_ref()) {
            self.show_table_again(wanted, asked);
        }
    }

    fn show_table_again(&self, wanted: Wanted, asked: Option<Wanted>) {
        if asked.is_some_and(|asked| asked.choice != wanted.choice) {
            self.ask_for_table();
        } else {
            self.show_table(wanted.choice, wanted.first, wanted.last);
        }
    }
}
