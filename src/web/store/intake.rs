//! Files on their way into the book: read apart, shown to the user with counts, totals and issues, and only then taken over, in one
//! step that can be undone.

use crate::protocol::{Imported, Request};
use crate::session::{Action, apply};
use crate::web::browser::clock;
use crate::web::store::{Files, Store};
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::Blob;

/// Files that were read and are not in the book yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pending {
    /// What was read.
    pub imported: Imported,
}

impl Store {
    /// Reads files that the user dropped or picked; they wait for her word afterwards.
    pub fn take_files(&self, files: Vec<web_sys::File>) {
        self.read_files(files, false);
    }

    /// Reads the page's own sample, which needs no word.
    pub fn open_sample(&self, files: Vec<web_sys::File>) {
        self.read_files(files, true);
    }

    fn read_files(&self, files: Vec<web_sys::File>, is_sample: bool) {
        if files.is_empty() {
            return;
        }
        self.is_reading.set(true);
        self.notice.set(None);
        self.pending.set(None);
        self.is_sample.set_value(is_sample);
        clock::measure("plimsoll-read", false);
        let bytes: f64 = files.iter().map(|file| file.size()).sum();
        self.reading.set(Some((0, bytes as u64)));
        self.with_pool(|pool| pool.import(files, clock::now()));
    }

    /// Stops reading; the book stays as it is.
    pub fn cancel_reading(&self) {
        self.with_pool(|pool| pool.cancel_import());
        self.is_reading.set(false);
        self.reading.set(None);
    }

    pub(super) fn take_import(&self, imported: Imported, inputs: Option<Blob>) {
        self.reading.set(None);
        self.waiting_inputs.set_value(inputs);
        self.pending.set(Some(Arc::new(Pending { imported })));
        if self.is_sample.get_value() {
            self.take_pending(true);
        } else {
            self.is_reading.set(false);
        }
    }

    /// Leaves the files that wait out of the book.
    pub fn drop_pending(&self) {
        self.pending.set(None);
        self.waiting_inputs.set_value(None);
    }

    /// Takes the files that wait into the book, or in its place.
    pub fn take_pending(&self, replaces: bool) {
        let (Some(pending), Some(inputs)) = (self.pending.get_untracked(), self.waiting_inputs.get_value()) else { return };
        self.drop_pending();
        self.is_reading.set(true);
        let imported = pending.imported.clone();
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

    /// Takes over what an addition came to.
    pub(super) fn take_merged(&self, inputs: Option<Blob>, positions: u32) {
        let (Some(added), Some(inputs)) = (self.merging.get_value(), inputs) else { return };
        self.merging.set_value(None);
        let mut all = self.files.get_untracked().map(|files| files.imported.clone()).unwrap_or_default();
        all.rows.read += added.rows.read;
        all.rows.accepted += added.rows.accepted;
        all.rows.rejected += added.rows.rejected;
        all.files.extend(added.files);
        all.issues.extend(added.issues);
        all.positions = positions;
        self.open_imported(all, inputs);
    }

    fn open_imported(&self, imported: Imported, inputs: Blob) {
        self.remember(None);
        if self.session.with_untracked(|session| session.name.is_empty()) {
            let name = imported.files.first().map(|file| file.name.clone()).unwrap_or_default();
            let name = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
            self.session.update(|session| apply(session, Action::Name(name)));
        }
        self.load(inputs, Arc::new(Files { imported }));
    }

    /// Makes these inputs the open book.
    pub(super) fn load(&self, inputs: Blob, files: Arc<Files>) {
        self.forget_charts();
        self.table.clear();
        self.inputs.set_value(Some(inputs.clone()));
        self.with_pool(|pool| pool.load(inputs, clock::now()));
        self.files.set(Some(files));
    }
}
