//! The exercise boundary of one position, which the annex computes.

use crate::protocol::{self, Request};
use crate::view::chart::exercise_boundary::BoundarySheet;
use crate::web::chart::Picture;
use crate::web::store::Store;
use leptos::prelude::*;
use std::sync::Arc;

/// State of the dialog; cheap to copy.
#[derive(Clone, Copy)]
pub struct BoundaryDesk {
    /// Whether it is open.
    pub is_open: RwSignal<bool>,
    /// The chart, once it is there.
    pub chart: RwSignal<Option<Arc<dyn Picture>>>,
    /// Why there is none.
    pub words: RwSignal<String>,
    /// Whose it is, by place in the book.
    index: StoredValue<Option<u32>>,
}

impl BoundaryDesk {
    /// Not asked for.
    pub fn new() -> BoundaryDesk {
        BoundaryDesk {
            is_open: RwSignal::new(false),
            chart: RwSignal::new(None),
            words: RwSignal::new(String::new()),
            index: StoredValue::new(None),
        }
    }

    /// No answer will come.
    pub(super) fn give_up(&self) {
        if self.chart.with_untracked(Option::is_none) && self.words.with_untracked(String::is_empty) {
            self.is_open.set(false);
        }
    }
}

impl Store {
    /// Opens the exercise boundary of a position, by its place in the book.
    pub fn open_boundary(&self, index: u32) {
        let desk = self.boundary;
        desk.index.set_value(Some(index));
        desk.chart.set(None);
        desk.words.set(String::new());
        desk.is_open.set(true);
        let settings = self.session.with_untracked(|session| session.settings.clone());
        self.with_pool(|pool| pool.ask_annex(Request::ExerciseBoundary { index, settings }, None));
    }

    pub(super) fn take_boundary(&self, index: u32, sheet: &[u8]) {
        let desk = self.boundary;
        // Of the position that was asked for last; what is no sheet is of another build, which the pool refuses.
        match protocol::from_bytes(sheet) {
            Ok(BoundarySheet::Plot(plot)) if desk.index.get_value() == Some(index) => desk.chart.set(Some(Arc::new(*plot))),
            Ok(BoundarySheet::Words(words)) if desk.index.get_value() == Some(index) => desk.words.set(words),
            _ => {}
        }
    }
}
