//! Which of several tabs saves a book: the one that holds its lock. Where a browser has no locks, each save looks whether someone
//! else has saved since.

use crate::share::document::slot::{self, Held, Slot};
use crate::web::browser::{clock, tab_lock};
use crate::web::store::Store;
use crate::web::store::autosave::trouble::Trouble;
use crate::web::store::autosave::write::{HEADS, held, key};
use crate::web::store::autosave::{Address, Claim, SaveStatus};

/// Time after which a lock that was not granted is another tab's, ms.
const LOCK_MS: i32 = 800;

impl Store {
    /// Asks for the book's lock, so that two tabs do not save one book.
    pub(super) fn claim(&self, ticket: u64) {
        let address = self.autosave.with(|state| {
            let book = state.book(ticket)?;
            book.claim = Claim::Waiting;
            book.address.clone()
        });
        let Some(Address { takes, .. }) = address else { return };
        self.wait_for_lock(ticket, takes);
        let store = *self;
        clock::after(LOCK_MS, move || {
            if store.autosave.with(|state| state.book(ticket).is_some_and(|book| book.claim == Claim::Waiting)) {
                store.lost(ticket);
            }
        });
    }

    fn wait_for_lock(&self, ticket: u64, takes: bool) {
        let id = self.autosave.with(|state| {
            let book = state.book(ticket)?;
            book.lock = None;
            book.address.as_ref().map(|address| address.id.clone())
        });
        let Some(id) = id else { return };
        let store = *self;
        let granted = move || clock::after_turn(move || store.granted(ticket));
        let taken = move || {
            store.lost(ticket);
            // Until the other tab is closed.
            store.wait_for_lock(ticket, false);
        };
        let lock = tab_lock::request(&format!("plimsoll-book-{id}"), takes, granted, taken);
        self.autosave.with(|state| {
            if let Some(book) = state.book(ticket) {
                book.lock = Some(lock);
            }
        });
    }

    fn granted(&self, ticket: u64) {
        let before = self.autosave.with(|state| state.book(ticket).map(|book| std::mem::replace(&mut book.claim, Claim::Mine)));
        match before {
            Some(Claim::Elsewhere) => self.check_copy(ticket),
            Some(Claim::Waiting | Claim::Mine) => self.save(),
            None => {}
        }
    }

    fn lost(&self, ticket: u64) {
        let is_ours = self.autosave.with(|state| state.book(ticket).map(|book| book.claim = Claim::Elsewhere)).is_some();
        if is_ours {
            self.fail(Trouble::elsewhere(&self.book_name()), "open in another tab");
        }
    }

    /// After another tab gave the book up: if it has saved it, the user decides.
    pub(super) fn check_copy(&self, ticket: u64) {
        let address = self.autosave.with(|state| state.book(ticket)?.address.clone());
        let Some(address) = address else { return };
        let store = *self;
        leptos::task::spawn_local(async move {
            let keys = Slot::BOTH.map(|slot| key(&address.id, slot));
            let read = async || store.database().await?.read(HEADS, &keys).await;
            let Ok(heads) = read().await else { return };
            let mut heads = heads.into_iter().map(held);
            let slots = [(); 2].map(|()| heads.next().unwrap_or(Held::Nothing));
            match slot::next(&slots, address.sequence) {
                Ok(_) => {
                    let is_dirty = store.autosave.with(|state| state.book(ticket).is_some_and(|book| book.is_dirty()));
                    let saved = address.saved.filter(|_| !is_dirty);
                    let status = saved.map_or(SaveStatus::Saving, SaveStatus::Saved);
                    store.autosave.show(|shown| (shown.status, shown.trouble) = (status, None));
                    store.save();
                }
                Err(obstacle) => {
                    store.autosave.with(|state| state.book(ticket).map(|book| book.is_blocked = true));
                    let (trouble, why) = Trouble::of_obstacle(&obstacle, &store.book_name());
                    store.fail(trouble, why);
                }
            }
        });
    }
}
