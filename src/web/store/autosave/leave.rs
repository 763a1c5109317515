//! From one book to another: what is open is saved first, and where that cannot be the user is asked.

use crate::web::store::autosave::{Address, Claim, Remedy, SaveStatus};
use crate::web::store::{OpenedLink, Store};
use leptos::prelude::*;
use std::sync::Arc;

/// What comes in the place of the open book.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Nothing: an empty page.
    Nothing,
    /// A saved book.
    Book(String),
    /// A document from a file of this name.
    Document(String, Arc<Vec<u8>>),
    /// A link's book.
    Link(Arc<OpenedLink>),
}

impl Store {
    /// Puts something in the place of the open book, once that is saved.
    pub fn leave_for(&self, next: Next) {
        enum Way {
            Free,
            Saving,
            Asking,
        }
        let way = self.autosave.with(|state| {
            let Some(book) = &state.book else { return Way::Free };
            let is_hopeless = book.address.is_none() || book.is_blocked || book.claim == Claim::Elsewhere;
            match (&next, book.is_dirty()) {
                // Opening a link over a link's book was asked already.
                (Next::Link(_), _) if book.address.is_none() => Way::Free,
                _ if book.address.is_none() => Way::Asking,
                (_, false) => Way::Free,
                (_, true) if is_hopeless => Way::Asking,
                (_, true) => Way::Saving,
            }
        });
        let has_failed = self.autosave.shown.with_untracked(|shown| matches!(shown.status, SaveStatus::NotSaved(_)));
        match way {
            Way::Free => self.go(next),
            Way::Saving if !has_failed => {
                self.autosave.with(|state| state.next = Some(next));
                self.save();
            }
            Way::Saving | Way::Asking => self.autosave.show(|shown| shown.leaving = Some(next)),
        }
    }

    /// The user's answer: give the open book up as it is, or stay.
    pub fn leave_unsaved(&self, leaves: bool) {
        let next = self.autosave.shown.with_untracked(|shown| shown.leaving.clone());
        self.autosave.show(|shown| shown.leaving = None);
        if let Some(next) = next.filter(|_| leaves) {
            self.go(next);
        }
    }

    /// Goes on to what waited for the save that is done.
    pub(super) fn go_on(&self) {
        if let Some(next) = self.autosave.with(|state| state.next.take()) {
            self.go(next);
        }
    }

    /// Asks about what waited for a save that failed.
    pub(super) fn stop_leaving(&self) {
        if let Some(next) = self.autosave.with(|state| state.next.take()) {
            self.autosave.show(|shown| shown.leaving = Some(next));
        }
    }

    fn go(&self, next: Next) {
        match next {
            Next::Nothing => {
                self.empty_page();
                self.forget_open();
            }
            Next::Book(id) => self.read_book(id, false),
            Next::Document(name, bytes) => self.read_document(name, bytes),
            Next::Link(link) => self.adopt(&link),
        }
    }

    /// Takes the book off the page.
    pub(super) fn empty_page(&self) {
        // The lock is released once the state is free again: whoever waits for it may be this very tab.
        let before = self.autosave.with(|state| state.book.take());
        drop(before);
        self.autosave.show(|shown| (shown.status, shown.trouble) = (SaveStatus::NoBook, None));
        self.clear();
    }

    /// Keeps a link's book, or goes on with what another tab keeps too as a book of its own.
    pub fn save_as_own(&self) {
        let ticket = self.autosave.with(|state| {
            let ticket = state.ticket();
            let book = state.book.as_mut()?;
            book.ticket = ticket;
            book.address = Some(Address::new());
            book.changes += 1;
            book.is_blocked = false;
            book.is_timed = false;
            book.writing = None;
            Some((ticket, book.lock.take()))
        });
        let Some((ticket, before)) = ticket else { return };
        drop(before);
        self.autosave.show(|shown| (shown.status, shown.trouble) = (SaveStatus::Saving, None));
        self.claim(ticket);
    }

    /// Does what the user chose against the trouble.
    pub fn remedy(&self, remedy: Remedy) {
        match remedy {
            Remedy::Again => {
                self.touch();
                self.save();
            }
            Remedy::Copy => {
                let name = format!("{} (copy)", self.book_name());
                self.act(crate::session::Action::Name(name));
                self.save_as_own();
            }
            Remedy::Take => {
                if let Some(id) = self.autosave.open_id() {
                    self.read_book(id, true);
                }
            }
        }
    }
}
