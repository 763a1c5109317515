//! Files on their way into the book: read apart, shown to the user with counts, totals and issues, and only then taken over, in one
//! step that can be undone.

use crate::book::Edit;
use crate::issue::{Effect, Issue};
use crate::protocol::{Imported, Request};
use crate::session::{Action, apply};
use crate::share::document;
use crate::view::edited;
use crate::web::browser::clock;
use crate::web::store::autosave::{Arrival, Next};
use crate::web::store::{Files, Notice, Store};
use crate::web::worker::here::bytes;
use leptos::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
use web_sys::Blob;

/// Files that were read and are not in the book yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pending {
    /// What was read.
    pub imported: Imported,
}

/// The first saved book among files: its name and content.
pub(super) async fn document_among(files: &[web_sys::File]) -> Option<(String, Vec<u8>)> {
    for file in files {
        let head = file.slice_with_i32_and_i32(0, document::HEAD_BYTES).ok()?;
        if bytes(&head).await.is_ok_and(|head| document::is_document(&head)) {
            return Some((file.name(), bytes(file).await.ok()?));
        }
    }
    None
}

impl Store {
    /// Reads files that the user dropped or picked; they wait for her word afterwards. A saved book among them is opened as such.
    pub fn take_files(&self, files: Vec<web_sys::File>) {
        let store = *self;
        leptos::task::spawn_local(async move {
            if let Some((name, bytes)) = document_among(&files).await {
                store.leave_for(Next::Document(name, Arc::new(bytes)));
                return;
            }
            store.forget_choices();
            store.read_files(files, false);
        });
    }

    /// Reads the page's own sample, which needs no word.
    pub fn open_sample(&self, files: Vec<web_sys::File>) {
        self.forget_choices();
        self.read_files(files, true);
    }

    pub(super) fn read_files(&self, files: Vec<web_sys::File>, is_sample: bool) {
        if files.is_empty() {
            return;
        }
        self.is_reading.set(true);
        self.want_other();
        self.notice.set(None);
        self.pending.set(None);
        self.is_sample.set_value(is_sample);
        let bytes: f64 = files.iter().map(|file| file.size()).sum();
        self.reading.set(Some((0, bytes as u64)));
        let request = self.import_request(&files);
        self.with_pool(|pool| pool.read(request, files));
    }

    /// Stops reading; the book stays as it is.
    pub fn cancel_reading(&self) {
        self.with_pool(|pool| pool.cancel_import());
        self.drop_trial();
        self.drop_comparison();
        self.is_reading.set(false);
        self.reading.set(None);
    }

    /// Reads a position that the user typed, a table of one row, and puts it into the book: at the end, or in the place of another.
    pub fn put(&self, table: &str, index: Option<u32>) {
        let parts = js_sys::Array::of1(&table.into());
        // Out of memory: the form stays open with what was typed.
        let Ok(file) = web_sys::File::new_with_str_sequence(&parts, "typed.csv") else { return };
        self.typed.set_value(Some(index));
        self.form_issues.set(Vec::new());
        let request = Request::Import { files: Vec::new(), mappings: String::new(), chosen: Vec::new(), now: clock::now() };
        self.with_pool(|pool| pool.read(request, vec![file]));
    }

    /// What was typed has been read: it enters the book, or the form says what is wrong.
    fn take_typed(&self, imported: &Imported, inputs: Option<Blob>, index: Option<u32>) {
        let rejected: Vec<Issue> = imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).cloned().collect();
        match inputs.filter(|_| rejected.is_empty() && imported.positions == 1) {
            Some(inputs) => {
                self.form.set(None);
                self.is_reading.set(true);
                self.with_pool(|pool| pool.ask(Request::Put { inputs: Vec::new(), index }, Some(inputs)));
            }
            None => self.form_issues.set(if rejected.is_empty() { imported.issues.clone() } else { rejected }),
        }
    }

    pub(super) fn take_import(&self, imported: Imported, inputs: Option<Blob>) {
        self.reading.set(None);
        if let Some(index) = self.typed.try_update_value(Option::take).flatten() {
            self.take_typed(&imported, inputs, index);
            return;
        }
        if self.takes_earlier(0, Some(&imported), inputs.clone()) {
            return;
        }
        self.waiting_inputs.set_value(inputs);
        self.mapping.kept.set(imported.mappings.clone());
        self.pending.set(Some(Arc::new(Pending { imported })));
        if self.is_sample.get_value() {
            self.take_pending(true);
        } else {
            self.is_reading.set(false);
        }
    }

    /// Leaves the files that wait out of the book.
    pub fn drop_pending(&self) {
        self.close_mapping();
        self.pending.set(None);
        self.waiting_inputs.set_value(None);
    }

    /// Takes the files that wait into the book, or in its place.
    pub fn take_pending(&self, replaces: bool) {
        let (Some(pending), Some(inputs)) = (self.pending.get_untracked(), self.waiting_inputs.get_value()) else { return };
        self.drop_pending();
        self.is_reading.set(true);
        // What the columns of its tables could be is of no use in the book.
        let imported = Imported { tables: Vec::new(), mappings: Vec::new(), ..pending.imported.clone() };
        match self.inputs.get_value().filter(|_| !replaces) {
            Some(book) => {
                self.merging.set_value(Some(imported));
                let split = book.size() as u64;
                let parts = js_sys::Array::of2(&book, &inputs);
                match Blob::new_with_blob_sequence(&parts) {
                    Ok(both) => self.with_pool(|pool| pool.ask(Request::Merge { both: Vec::new(), split }, Some(both))),
                    // Out of memory: the book stays as it is.
                    Err(_) => self.is_reading.set(false),
                }
            }
            None => self.open_imported(imported, inputs),
        }
    }

    /// Changes the book, in one step that can be undone.
    pub fn edit(&self, edits: Vec<Edit>) {
        self.is_reading.set(true);
        self.ask(Request::Edit { edits });
    }

    /// Takes over what an addition or an edit came to.
    pub(super) fn take_merged(&self, inputs: Option<Blob>, positions: u32, netted: Option<[u32; 2]>) {
        if let Some(counts) = netted {
            self.notice.set(Some(Notice { text: edited::netted(counts), is_error: false }));
        }
        if netted.is_some_and(|[lots, _]| lots == 0) {
            // The book is as it was: there is no step to undo.
            self.is_reading.set(false);
            return;
        }
        let Some(inputs) = inputs else { return };
        let mut all = self.files.get_untracked().map(|files| files.imported.clone()).unwrap_or_default();
        // Without files the book was edited.
        if let Some(added) = self.merging.try_update_value(Option::take).flatten() {
            all.rows.read += added.rows.read;
            all.rows.accepted += added.rows.accepted;
            all.rows.rejected += added.rows.rejected;
            all.files.extend(added.files);
            all.issues.extend(added.issues);
        }
        all.positions = positions;
        self.selected.update(BTreeSet::clear);
        self.open_imported(all, inputs);
    }

    fn open_imported(&self, imported: Imported, inputs: Blob) {
        self.remember(None);
        if self.session.with_untracked(|session| session.name.is_empty()) {
            let name = imported.files.first().map(|file| file.name.clone()).unwrap_or_default();
            let name = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
            self.session.update(|session| apply(session, Action::Name(name)));
        }
        self.load(inputs, Arc::new(Files { imported }), Arrival::Import);
    }

    /// Makes these inputs the open book.
    pub(super) fn load(&self, inputs: Blob, files: Arc<Files>, arrival: Arrival) {
        self.forget_charts();
        self.table.clear();
        self.sheet.forget();
        if !matches!(arrival, Arrival::Import) {
            self.stop_comparing();
        }
        self.inputs.set_value(Some(inputs.clone()));
        self.with_pool(|pool| pool.load(inputs, clock::now()));
        self.compare_again();
        self.files.set(Some(files));
        self.book_arrived(arrival);
    }
}
