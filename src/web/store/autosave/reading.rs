//! Opening a saved book: its newest copy that can be read, and a word about every copy that cannot.

use crate::issue::Issue;
use crate::protocol::{Imported, Request};
use crate::session::{Action, Session, apply};
use crate::share::document;
use crate::share::document::slot::Slot;
use crate::units::Timestamp;
use crate::web::browser::indexed_db::Failure;
use crate::web::browser::location;
use crate::web::page;
use crate::web::store::autosave::write::{SLOTS, key};
use crate::web::store::autosave::{Address, Arrival, Damaged, Trouble};
use crate::web::store::{Files, Store, page_id};
use crate::web::worker::blob_of;
use leptos::prelude::*;
use std::sync::Arc;
use web_sys::Blob;

/// A copy that a worker is reading, and those to try after it.
pub(super) struct Reading {
    ticket: u64,
    /// `None` for a file.
    id: Option<String>,
    /// Name of the book or file for messages.
    name: String,
    takes: bool,
    document: Arc<Vec<u8>>,
    key: String,
    rest: Vec<(String, Vec<u8>)>,
    damaged: Vec<Damaged>,
}

/// The copies of a saved book.
pub(in crate::web::store) struct Copies {
    /// Key and document of those whose head can be read, the newest last.
    pub(in crate::web::store) readable: Vec<(String, Vec<u8>)>,
    damaged: Vec<Damaged>,
}

impl Store {
    /// A number that no other question has.
    pub(in crate::web::store) fn new_ticket(&self) -> u64 {
        self.autosave.with(|state| state.ticket())
    }

    /// All copies of a saved book; an error is a sentence.
    pub(in crate::web::store) async fn copies(&self, id: &str) -> Result<Copies, String> {
        let keys = Slot::BOTH.map(|slot| key(id, slot));
        let read = async || self.database().await?.read(SLOTS, &keys).await;
        let stored = read().await.map_err(|failure: Failure| Trouble::of_failure(&failure).0.text)?;
        let mut copies = Copies { readable: Vec::new(), damaged: Vec::new() };
        let mut newest = 0;
        for (key, copy) in keys.into_iter().zip(stored) {
            let Some(copy) = copy else { continue };
            let bytes = copy.bytes();
            match document::head(&bytes) {
                Ok(head) if head.sequence < newest => copies.readable.insert(0, (key, bytes)),
                Ok(head) => {
                    newest = head.sequence;
                    copies.readable.push((key, bytes));
                }
                Err(issue) => copies.damaged.push(Damaged { key, name: String::new(), why: issue.message }),
            }
        }
        Ok(copies)
    }

    /// Gives up a copy that is being read, since something else is to come onto the page.
    pub(in crate::web::store) fn want_other(&self) -> u64 {
        self.autosave.with(|state| {
            state.reading = None;
            state.wanted = state.ticket();
            state.wanted
        })
    }

    /// Opens a saved book from its newest copy that can be read; `takes` it from a tab that has it open.
    pub(super) fn read_book(&self, id: String, takes: bool) {
        self.is_reading.set(true);
        let wanted = self.want_other();
        let store = *self;
        leptos::task::spawn_local(async move {
            let Copies { readable: rest, damaged } = match store.copies(&id).await {
                Ok(copies) => copies,
                Err(_) if store.autosave.with(|state| state.wanted != wanted) => return,
                Err(text) => {
                    store.is_reading.set(false);
                    store.say(text);
                    return;
                }
            };
            let known =
                store.autosave.shown.with_untracked(|shown| shown.books.iter().find(|book| book.id == id).map(|book| book.name.clone()));
            let name = known.unwrap_or_else(|| format!("Record {id}"));
            let empty = Arc::new(Vec::new());
            if store.autosave.with(|state| state.wanted != wanted) {
                return;
            }
            store.read_next(Reading { ticket: 0, id: Some(id), name, takes, document: empty, key: String::new(), rest, damaged });
        });
    }

    /// Opens a document from a file.
    pub(super) fn read_document(&self, name: String, bytes: Arc<Vec<u8>>) {
        self.is_reading.set(true);
        self.want_other();
        let rest = vec![(String::new(), Arc::unwrap_or_clone(bytes))];
        let empty = Arc::new(Vec::new());
        self.read_next(Reading { ticket: 0, id: None, name, takes: false, document: empty, key: String::new(), rest, damaged: Vec::new() });
    }

    /// Has a worker read the best copy that is left.
    fn read_next(&self, mut reading: Reading) {
        let Some((key, document)) = reading.rest.pop() else {
            self.is_reading.set(false);
            if reading.damaged.is_empty() {
                self.say(format!("“{}” is no longer among the saved books", reading.name));
            }
            self.keep_damaged(reading.name, reading.damaged, None);
            return;
        };
        let document = Arc::new(document);
        let ticket = self.autosave.with(|state| {
            let ticket = state.ticket();
            state.reading = Some(Reading { ticket, key, document: Arc::clone(&document), ..reading });
            ticket
        });
        let payload = blob_of(&document);
        self.with_pool(|pool| pool.ask(Request::Restore { ticket, document: Vec::new() }, payload));
    }

    /// Asks again for the copy that a worker that is no more was reading.
    pub(super) fn read_again(&self) {
        if let Some(mut reading) = self.autosave.with(|state| state.reading.take()) {
            reading.rest.push((reading.key.clone(), reading.document.as_ref().clone()));
            self.read_next(reading);
        }
    }

    pub(super) fn copy_refused(&self, ticket: u64, issue: &Issue) {
        let Some(mut reading) = self.autosave.with(|state| state.reading.take_if(|reading| reading.ticket == ticket)) else { return };
        if reading.id.is_none() {
            self.is_reading.set(false);
            self.say(format!("{}: {}", reading.name, issue.message));
            return;
        }
        reading.damaged.push(Damaged { key: reading.key.clone(), name: String::new(), why: issue.message.clone() });
        self.read_next(reading);
    }

    /// Puts a copy that was read onto the page.
    pub(in crate::web::store) fn copy_restored(&self, ticket: u64, session: Session, imported: Imported, inputs: Option<Blob>) {
        let Some(reading) = self.autosave.with(|state| state.reading.take_if(|reading| reading.ticket == ticket)) else { return };
        let (Ok(head), Ok(packed)) = (document::head(&reading.document), document::packed(&reading.document)) else { return };
        let mut session = session;
        let mut address = reading.id.map(|id| Address { id, sequence: head.sequence, saved: head.saved, takes: reading.takes });
        if !reading.damaged.is_empty() {
            // Its slots are left alone, so what can be read goes on as a book of its own.
            address = None;
            session.name = format!("{} (recovered)", session.name);
        }
        // A page that the address names is the one to show.
        let fragment = location::fragment();
        if !fragment.is_empty() && page::at(&fragment).is_some() {
            session.page = self.session.with_untracked(|session| session.page);
        } else {
            location::replace_fragment(page_id(session.page));
        }
        let packed = packed.to_vec();
        self.autosave.with(|state| state.book = None);
        self.session.update(|current| apply(current, Action::Replace(Box::new(session))));
        let is_next = address.as_ref().is_some_and(|address| self.autosave.with(|state| state.pointed.as_ref() != Some(&address.id)));
        if let Some(inputs) = inputs {
            self.load(inputs, Arc::new(Files { imported }), Arrival::Copy { address, packed });
        }
        if is_next {
            self.remember_open();
        }
        self.keep_damaged(reading.name, reading.damaged, head.saved);
    }

    /// Names copies that cannot be read; `opened` is when the copy was saved that is shown in their place.
    fn keep_damaged(&self, name: String, damaged: Vec<Damaged>, opened: Option<Timestamp>) {
        if damaged.is_empty() {
            return;
        }
        let instead = match opened {
            Some(saved) => format!("; the copy saved {} is opened in its place as a new book", crate::view::format::instant(saved)),
            None => String::new(),
        };
        let named = damaged.into_iter().map(|copy| Damaged { name: name.clone(), why: format!("{}{instead}", copy.why), ..copy });
        self.autosave.show(|shown| {
            for copy in named {
                shown.damaged.retain(|other| other.key != copy.key);
                shown.damaged.push(copy);
            }
        });
    }
}
