//! One save: the next copy of the open book, in one transaction, said to be saved once that is on the disk.

use crate::share::document::slot::{self, Held, Obstacle, Slot};
use crate::share::document::{self, Head};
use crate::units::Timestamp;
use crate::web::browser::indexed_db::{self, Database, Failure, Stored};
use crate::web::browser::{clock, storage};
use crate::web::store::Store;
use crate::web::store::autosave::trouble::Trouble;
use crate::web::store::autosave::{Address, BookEntry, Claim, SaveStatus};
use leptos::prelude::*;
use std::rc::Rc;

/// Name of the database.
pub(super) const DATABASE: &str = "plimsoll";
/// Arrangement of its stores.
const VERSION: u32 = 1;
/// Documents by `id/slot`.
pub(super) const SLOTS: &str = "slots";
/// Their heads, for lists, by the same keys.
pub(super) const HEADS: &str = "heads";
/// The id of the book to open next time, under [`OPEN_KEY`].
pub(super) const OPEN: &str = "open";
pub(super) const OPEN_KEY: &str = "book";
const STORES: &[&str] = &[SLOTS, HEADS, OPEN];
/// Time after which a write is said to be late, ms.
const LATE_MS: i32 = 10_000;

/// The key of a copy.
pub(super) fn key(id: &str, slot: Slot) -> String {
    format!("{id}/{}", slot.letter())
}

/// What is known of a slot from its head.
pub(super) fn held(head: Option<Stored>) -> Held {
    match head {
        None => Held::Nothing,
        Some(stored) => document::head(&stored.bytes()).map_or_else(Held::Unreadable, Held::Copy),
    }
}

/// A save under way.
struct Job {
    ticket: u64,
    address: Address,
    positions: u64,
    packed: Rc<Vec<u8>>,
    changes: u64,
}

impl Store {
    /// The database, opened when it is first needed.
    pub(super) async fn database(&self) -> Result<Database, Failure> {
        if let Some(database) = self.autosave.with(|state| state.database.clone()) {
            return Ok(database);
        }
        let store = *self;
        let on_close = move |is_newer: bool| {
            let ticket = store.autosave.with(|state| {
                state.database = None;
                state.book.as_ref().filter(|book| book.saved_changes > 0 || !book.is_dirty()).map(|book| book.ticket)
            });
            if let (false, Some(ticket)) = (is_newer, ticket) {
                // Perhaps everything was deleted in another tab.
                store.check_copy(ticket);
            }
            if is_newer {
                let (trouble, why) = Trouble::of_failure(&Failure::Newer);
                store.fail(trouble, &why);
            }
        };
        let database = indexed_db::open(DATABASE, VERSION, STORES, on_close).await?;
        self.autosave.with(|state| state.database = Some(database.clone()));
        Ok(database)
    }

    /// Saves the book if it has changed, now.
    pub fn save(&self) {
        let job = self.autosave.with(|state| {
            let book = state.book.as_mut()?;
            let is_possible = book.is_dirty() && book.writing.is_none() && !book.is_blocked && book.claim == Claim::Mine;
            let packed = book.packed.clone().filter(|_| is_possible)?;
            let address = book.address.clone()?;
            book.writing = Some(book.changes);
            Some(Job { ticket: book.ticket, address, positions: book.positions, packed, changes: book.changes })
        });
        let Some(job) = job else { return };
        let session = self.session.get_untracked();
        let at = clock::now();
        let head = Head { sequence: job.address.sequence + 1, saved: Some(at), positions: job.positions, name: session.name.clone() };
        let document = match document::join(&head, &session, &job.packed) {
            Ok(document) => document,
            Err(issue) => {
                self.autosave.with(|state| state.book(job.ticket).map(|book| book.writing = None));
                self.fail(Trouble::of_issue(&issue), &issue.message);
                return;
            }
        };
        let store = *self;
        let (ticket, changes) = (job.ticket, job.changes);
        clock::after(LATE_MS, move || {
            if store.autosave.with(|state| state.book(ticket).is_some_and(|book| book.writing == Some(changes))) {
                store.fail(Trouble::silent(), "the browser's storage does not answer");
            }
        });
        leptos::task::spawn_local(async move {
            let mut result = store.write(&job.address.id, job.address.sequence, &document).await;
            if result == Err(Failure::Closed) {
                // The browser closes connections to make room; a new one may do.
                store.autosave.with(|state| state.database = None);
                result = store.write(&job.address.id, job.address.sequence, &document).await;
            }
            store.written(&job, at, result);
        });
    }

    /// Writes a document as the copy that follows the one of this sequence.
    pub(super) async fn write(&self, id: &str, last: u64, document: &[u8]) -> Result<Result<(), Obstacle>, Failure> {
        let head = document::head_bytes(document).map_err(|issue| Failure::Other(issue.message))?;
        let database = self.database().await?;
        let written = database.change(STORES, async |transaction| {
            let mut slots = [Held::Nothing, Held::Nothing];
            for (held_there, slot) in slots.iter_mut().zip(Slot::BOTH) {
                *held_there = held(transaction.get(HEADS, &key(id, slot)).await?);
            }
            let slot = match slot::next(&slots, last) {
                Ok(slot) => slot,
                Err(obstacle) => return Ok(Err(obstacle)),
            };
            transaction.put(SLOTS, &key(id, slot), document).await?;
            transaction.put(HEADS, &key(id, slot), head).await?;
            transaction.put(OPEN, OPEN_KEY, id.as_bytes()).await?;
            Ok(Ok(()))
        });
        written.await
    }

    fn written(&self, job: &Job, at: Timestamp, result: Result<Result<(), Obstacle>, Failure>) {
        let is_fresh = job.address.sequence == 0;
        let outcome = self.autosave.with(|state| {
            let is_first = matches!(result, Ok(Ok(()))) && !std::mem::replace(&mut state.is_persisted, true);
            let mut pointed = None;
            let book = state.book(job.ticket)?;
            book.writing = None;
            match &result {
                Ok(Ok(())) => {
                    pointed = Some(job.address.id.clone());
                    book.address =
                        Some(Address { sequence: job.address.sequence + 1, saved: Some(at), takes: false, ..job.address.clone() });
                    book.saved_changes = job.changes;
                    book.first_change = book.last_change;
                }
                // The id of another book that was begun in the same millisecond.
                Ok(Err(Obstacle::Changed)) if is_fresh => book.address = Some(Address::new()),
                Ok(Err(_)) => book.is_blocked = true,
                Err(_) => {}
            }
            let is_dirty = book.is_dirty();
            if pointed.is_some() {
                state.pointed = pointed;
            }
            Some((is_first, is_dirty))
        });
        let Some((is_first, is_dirty)) = outcome else { return };
        match result {
            Ok(Ok(())) => {
                if is_first {
                    storage::persist();
                }
                self.list_saved(job, at);
                if is_dirty {
                    self.schedule();
                } else {
                    self.autosave.show(|shown| (shown.status, shown.trouble) = (SaveStatus::Saved(at), None));
                    self.go_on();
                }
            }
            Ok(Err(Obstacle::Changed)) if is_fresh => self.claim(job.ticket),
            Ok(Err(obstacle)) => {
                let (trouble, why) = Trouble::of_obstacle(&obstacle, &self.book_name());
                self.fail(trouble, why);
            }
            Err(failure) => {
                let (trouble, why) = Trouble::of_failure(&failure);
                self.fail(trouble, &why);
            }
        }
    }

    /// Says that the book is not saved and why; what waited for it to be saved asks the user.
    pub(super) fn fail(&self, trouble: Trouble, why: &str) {
        if self.autosave.with(|state| state.book.is_none()) {
            return;
        }
        self.autosave.show(|shown| (shown.status, shown.trouble) = (SaveStatus::NotSaved(why.to_owned()), Some(trouble)));
        self.stop_leaving();
    }

    /// Brings the list of saved books up to date after a save.
    fn list_saved(&self, job: &Job, at: Timestamp) {
        let entry = BookEntry {
            id: job.address.id.clone(),
            name: self.session.with_untracked(|session| session.name.clone()),
            saved: Some(at),
            positions: job.positions,
            unreadable: None,
        };
        self.autosave.show(|shown| {
            shown.books.retain(|book| book.id != entry.id);
            shown.books.insert(0, entry);
        });
    }
}
