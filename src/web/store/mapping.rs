//! Tables that the user maps: the mapping being made, what it gives on the first rows, and the mappings that the browser keeps.
//!
//! One trial is under way at a time; whatever is changed in the meantime is tried once it is answered.

use crate::import::File;
use crate::import::mapping::{self, MAX_NAME, Mapping, TableSample, Trial};
use crate::protocol::Request;
use crate::web::browser::{clock, local_storage};
use crate::web::store::Store;
use leptos::prelude::*;
use std::sync::Arc;

/// Where the browser keeps the mappings.
const KEPT: &str = "plimsoll-mappings";
/// Rows that a trial reads.
pub const TRIED_ROWS: u32 = 2000;

/// A table whose columns are being mapped.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenTable {
    /// Name of its file.
    pub file: String,
    /// Its columns and first rows.
    pub sample: TableSample,
    /// Name of the mapping that is being changed; blank for a new one.
    pub changes: String,
}

/// State of the mappings; cheap to copy.
#[derive(Clone, Copy)]
pub struct MappingDesk {
    /// What this browser keeps, as the annex read it last.
    pub kept: RwSignal<Vec<Mapping>>,
    /// The table on the screen.
    pub table: RwSignal<Option<Arc<OpenTable>>>,
    /// The mapping being made.
    pub draft: RwSignal<Mapping>,
    /// What it gives.
    pub trial: RwSignal<Option<Arc<Trial>>>,
    /// Whether a trial is under way.
    pub is_trying: RwSignal<bool>,
    /// Whether the browser has refused to keep the mappings.
    pub is_lost: RwSignal<bool>,
    /// Whether the draft has changed since.
    is_outdated: StoredValue<bool>,
    /// The files of the present dry run, and which of them are read by which mapping.
    files: StoredValue<Vec<web_sys::File>, LocalStorage>,
    chosen: StoredValue<Vec<(u32, Mapping)>>,
}

impl MappingDesk {
    /// Nothing is mapped yet.
    pub fn new() -> MappingDesk {
        MappingDesk {
            kept: RwSignal::new(Vec::new()),
            table: RwSignal::new(None),
            draft: RwSignal::new(Mapping::default()),
            trial: RwSignal::new(None),
            is_trying: RwSignal::new(false),
            is_lost: RwSignal::new(false),
            is_outdated: StoredValue::new(false),
            files: StoredValue::new_local(Vec::new()),
            chosen: StoredValue::new(Vec::new()),
        }
    }

    /// The draft without what is left blank.
    pub fn finished(&self) -> Mapping {
        let mut mapping = self.draft.get();
        mapping.name = mapping.name.trim().to_owned();
        mapping.constants.retain(|(_, text)| !text.trim().is_empty());
        mapping
    }
}

impl Store {
    fn keep_mappings(&self) {
        let text = self.mapping.kept.with_untracked(|kept| mapping::to_text(kept));
        self.mapping.is_lost.set(!local_storage::write(KEPT, &text));
    }

    /// New files: what was said of the last ones is forgotten.
    pub(super) fn forget_choices(&self) {
        self.mapping.chosen.update_value(Vec::clear);
    }

    /// The question about files that the user dropped. The annex reads what the browser keeps, so that the page need not.
    pub(super) fn import_request(&self, files: &[web_sys::File]) -> Request {
        self.close_mapping();
        self.mapping.files.set_value(files.to_vec());
        let (mappings, chosen) = (self.kept_mappings(), self.mapping.chosen.get_value());
        Request::Import { files: Vec::new(), mappings, chosen, now: clock::now() }
    }

    /// The mappings as text; a browser that keeps nothing has them for as long as the page is open.
    pub(super) fn kept_mappings(&self) -> String {
        let in_memory = || mapping::to_text(&self.mapping.kept.get_untracked());
        if self.mapping.is_lost.get_untracked() { in_memory() } else { local_storage::read(KEPT).unwrap_or_default() }
    }

    fn read_by_choices(&self) {
        self.read_files(self.mapping.files.get_value(), false);
    }

    /// Opens the screen for a table of the dry run.
    pub fn open_mapping(&self, file: u32) {
        let Some(pending) = self.pending.get_untracked() else { return };
        let sample = pending.imported.tables.iter().find(|table| table.file == file);
        let summary = pending.imported.files.get(file as usize);
        let (Some(sample), Some(summary)) = (sample, summary) else { return };
        let changes = if sample.is_mapped { sample.mapping.name.clone() } else { String::new() };
        let stem = summary.name.rsplit_once('.').map_or(summary.name.as_str(), |(stem, _)| stem);
        let name = if changes.is_empty() { stem.chars().take(MAX_NAME).collect() } else { changes.clone() };
        self.mapping.draft.set(Mapping { name, ..sample.mapping.clone() });
        self.mapping.trial.set(None);
        self.mapping.table.set(Some(Arc::new(OpenTable { file: summary.name.clone(), sample: sample.clone(), changes })));
        self.try_draft();
    }

    /// Leaves the screen; the dry run stays as it is.
    pub fn close_mapping(&self) {
        self.mapping.table.set(None);
    }

    /// Changes the draft and tries it.
    pub fn change_mapping(&self, change: impl FnOnce(&mut Mapping)) {
        self.mapping.draft.update(change);
        self.try_draft();
    }

    fn try_draft(&self) {
        if self.mapping.is_trying.get_untracked() {
            self.mapping.is_outdated.set_value(true);
            return;
        }
        let file = self.mapping.table.with_untracked(|table| table.as_ref().map(|table| table.sample.file as usize));
        let Some(file) = file.and_then(|index| self.mapping.files.with_value(|files| files.get(index).cloned())) else { return };
        self.mapping.is_trying.set(true);
        self.mapping.is_outdated.set_value(false);
        let mapping = untrack(|| self.mapping.finished());
        let request = Request::TryMapping { files: Vec::<File>::new(), mapping, rows_at_most: TRIED_ROWS };
        self.with_pool(|pool| pool.read(request, vec![file]));
    }

    pub(super) fn take_trial(&self, trial: Trial) {
        self.mapping.is_trying.set(false);
        if self.mapping.table.with_untracked(Option::is_none) {
            return;
        }
        self.mapping.trial.set(Some(Arc::new(trial)));
        if self.mapping.is_outdated.get_value() {
            self.try_draft();
        }
    }

    /// No answer will come to a trial.
    pub(super) fn drop_trial(&self) {
        self.mapping.is_trying.set(false);
    }

    /// Keeps the draft under its name, and reads the files again by it.
    pub fn use_mapping(&self) {
        let Some(table) = self.mapping.table.get_untracked() else { return };
        let mapping = untrack(|| self.mapping.finished());
        if mapping.name.is_empty() {
            return;
        }
        self.mapping.kept.update(|kept| {
            kept.retain(|known| known.name != mapping.name && known.name != table.changes);
            kept.push(mapping.clone());
        });
        self.keep_mappings();
        self.choose_mapping(table.sample.file, mapping);
    }

    /// Reads one of the files by a mapping, whatever it is.
    pub fn choose_mapping(&self, file: u32, mapping: Mapping) {
        self.mapping.chosen.update_value(|chosen| {
            chosen.retain(|(known, _)| *known != file);
            chosen.push((file, mapping));
        });
        self.read_by_choices();
    }

    /// Forgets a mapping, and reads the files again without it.
    pub fn forget_mapping(&self, name: &str) {
        self.mapping.kept.update(|kept| kept.retain(|known| known.name != name));
        self.mapping.chosen.update_value(|chosen| chosen.retain(|(_, mapping)| mapping.name != name));
        self.keep_mappings();
        self.read_by_choices();
    }
}
