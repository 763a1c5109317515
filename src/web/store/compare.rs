//! The open book against an earlier one: which one the user chose, and what became of it since.
//!
//! What is compared follows the open book through every edit and undo; it ends when another book takes its place.

use crate::exposure::compare::{Compared, Comparison};
use crate::protocol::{Imported, Request};
use crate::share::document;
use crate::units::Timestamp;
use crate::web::browser::clock;
use crate::web::store::intake::document_among;
use crate::web::store::{MOST_LISTED, Store};
use crate::web::worker::blob_of;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::Blob;

/// The book to compare with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Earlier {
    /// Its name, or that of its file.
    pub name: String,
    /// Rows of its files that could not be read.
    pub left_out: usize,
    /// Its time if nothing in it names one.
    now: Option<Timestamp>,
}

/// A book that is being read, to be compared with.
#[derive(Clone, Default)]
struct Reading {
    /// Of the question about a saved book; 0 of files.
    ticket: u64,
    earlier: Earlier,
    /// Older copies, the newest last.
    rest: Vec<Vec<u8>>,
}

/// State of the comparison; cheap to copy.
#[derive(Clone, Copy)]
pub struct CompareDesk {
    /// Whether the user is choosing a book.
    pub is_choosing: RwSignal<bool>,
    /// The book that was chosen.
    pub earlier: RwSignal<Earlier>,
    /// What of the two is compared.
    pub measure: RwSignal<Compared>,
    /// How many rows and how many issues there are in all.
    pub counts: RwSignal<[u32; 2]>,
    inputs: StoredValue<Option<Blob>, LocalStorage>,
    reading: StoredValue<Option<Reading>>,
    is_asking: StoredValue<bool>,
    /// Whether the user waits for the answer.
    is_waiting: StoredValue<bool>,
}

impl CompareDesk {
    /// Nothing is compared.
    pub fn new() -> CompareDesk {
        CompareDesk {
            is_choosing: RwSignal::new(false),
            earlier: RwSignal::new(Earlier::default()),
            measure: RwSignal::new(Compared::default()),
            counts: RwSignal::new([0; 2]),
            inputs: StoredValue::new_local(None),
            reading: StoredValue::new(None),
            is_asking: StoredValue::new(false),
            is_waiting: StoredValue::new(false),
        }
    }
}

impl Store {
    /// Lets the user choose a book to compare with.
    pub fn choose_earlier(&self) {
        self.refresh_books();
        self.compare.is_choosing.set(true);
    }

    /// Compares with a saved book, by the newest of its copies that can be read.
    pub fn compare_with_book(&self, id: String, name: String) {
        self.begin_comparing();
        let store = *self;
        leptos::task::spawn_local(async move {
            match store.copies(&id).await {
                Ok(copies) => {
                    let rest = copies.readable.into_iter().map(|(_, document)| document).collect();
                    store.read_earlier(Reading { ticket: 0, earlier: Earlier { name, ..Earlier::default() }, rest });
                }
                Err(text) => store.end_comparing(text),
            }
        });
    }

    /// Compares with files: a saved book, or whatever a book can be made of.
    pub fn compare_with_files(&self, files: Vec<web_sys::File>) {
        let changed = files.iter().map(|file| file.last_modified() as i64).max();
        let Some(changed) = changed.map(Timestamp::from_ms) else { return };
        self.begin_comparing();
        let store = *self;
        leptos::task::spawn_local(async move {
            if let Some((name, document)) = document_among(&files).await {
                let earlier = Earlier { name, now: Some(changed), left_out: 0 };
                store.read_earlier(Reading { ticket: 0, earlier, rest: vec![document] });
                return;
            }
            let name = files.iter().map(|file| file.name()).collect::<Vec<_>>().join(", ");
            let earlier = Earlier { name, now: Some(changed), left_out: 0 };
            store.compare.reading.set_value(Some(Reading { earlier, ..Reading::default() }));
            let request = Request::Import { files: Vec::new(), mappings: store.kept_mappings(), chosen: Vec::new(), now: changed };
            store.with_pool(|pool| pool.read(request, files));
        });
    }

    fn begin_comparing(&self) {
        self.compare.is_choosing.set(false);
        self.notice.set(None);
        self.is_reading.set(true);
        self.compare.is_waiting.set_value(true);
    }

    fn end_comparing(&self, why: String) {
        self.is_reading.set(false);
        self.stop_comparing();
        self.say(why);
    }

    /// Has a worker read the best copy that is left.
    fn read_earlier(&self, mut reading: Reading) {
        let Some(document) = reading.rest.pop() else {
            self.end_comparing(format!("“{}” cannot be read, so there is nothing to compare with", reading.earlier.name));
            return;
        };
        if let Ok(head) = document::head(&document) {
            reading.earlier.now = head.saved.or(reading.earlier.now);
        }
        reading.ticket = self.new_ticket();
        let request = Request::Restore { ticket: reading.ticket, document: Vec::new() };
        self.compare.reading.set_value(Some(reading));
        self.with_pool(|pool| pool.ask(request, blob_of(&document)));
    }

    /// Takes over a saved book that was read to be compared with; `false` where the answer is somebody else's.
    pub(super) fn takes_earlier(&self, ticket: u64, imported: Option<&Imported>, inputs: Option<Blob>) -> bool {
        let is_ours = |reading: &Option<Reading>| reading.as_ref().is_some_and(|reading| reading.ticket == ticket);
        if !self.compare.reading.with_value(is_ours) {
            return false;
        }
        if let Some(reading) = self.compare.reading.try_update_value(Option::take).flatten() {
            match (imported, inputs) {
                (Some(imported), Some(inputs)) => self.compare_inputs(reading.earlier, imported, inputs),
                _ => self.read_earlier(reading),
            }
        }
        true
    }

    /// Asks what became of these inputs.
    fn compare_inputs(&self, earlier: Earlier, imported: &Imported, inputs: Blob) {
        if imported.positions == 0 {
            let why = imported.issues.first().map(|issue| format!(": {}", issue.message)).unwrap_or_default();
            self.end_comparing(format!("no position of “{}” could be read{why}", earlier.name));
            return;
        }
        self.compare.earlier.set(Earlier { left_out: imported.rows.rejected, ..earlier });
        self.compare.inputs.set_value(Some(inputs));
        self.compare_again();
    }

    /// Compares the two in another measure.
    pub fn compare_in(&self, id: &str) {
        self.compare.measure.set(Compared::ALL.into_iter().find(|measure| measure.id() == id).unwrap_or_default());
        self.compare_again();
    }

    /// Asks the same of the book that was loaded last.
    pub(super) fn compare_again(&self) {
        let Some(inputs) = self.compare.inputs.get_value() else { return };
        let now = self.compare.earlier.with_untracked(|earlier| earlier.now).unwrap_or_else(clock::now);
        self.compare.is_asking.set_value(true);
        let measure = self.compare.measure.get_untracked();
        let request = Request::Compare { earlier: Vec::new(), now, limit: MOST_LISTED, measure };
        self.with_pool(|pool| pool.ask_annex(request, Some(inputs)));
    }

    /// Takes the answer over.
    pub(super) fn take_comparison(&self, comparison: Comparison, counts: [u32; 2]) {
        self.compare.is_asking.set_value(false);
        if self.compare.is_waiting.try_update_value(std::mem::take).unwrap_or_default() {
            self.is_reading.set(false);
        }
        if self.compare.inputs.with_value(Option::is_some) {
            self.compare.counts.set(counts);
            self.comparison.set(Some(Arc::new(comparison)));
        }
    }

    /// A worker that is no more may have had the question: it is asked again; a copy that it was reading is chosen again.
    pub(super) fn resume_comparing(&self) {
        if self.compare.reading.with_value(|reading| reading.as_ref().is_some_and(|reading| reading.ticket > 0)) {
            self.end_comparing("the comparison was interrupted: choose the earlier book again".to_owned());
        }
        self.compare_again();
    }

    /// No answer will come: what is compared no longer can be.
    pub(super) fn drop_comparison(&self) {
        let is_reading_files = self.compare.reading.with_value(|reading| reading.as_ref().is_some_and(|reading| reading.ticket == 0));
        if self.compare.is_asking.get_value() || is_reading_files {
            self.stop_comparing();
        }
    }

    /// Compares no more.
    pub fn stop_comparing(&self) {
        self.compare.reading.set_value(None);
        self.compare.is_asking.set_value(false);
        self.compare.is_waiting.set_value(false);
        self.compare.inputs.set_value(None);
        self.comparison.set(None);
    }
}
