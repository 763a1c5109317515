//! When the book is saved in the browser, and as what: at most two seconds after the last change, as a copy beside the one before.
//!
//! Invariant: "Saved" is shown only while storage holds exactly what the page shows; a copy is never written over one that this
//! page has neither read nor written itself.

mod claim;
mod leave;
mod reading;
mod shelf;
mod trouble;
mod write;

use crate::issue::Issue;
use crate::protocol::Request;
use crate::session::Session;
use crate::share::document::{self, Head};
use crate::units::Timestamp;
use crate::web::browser::indexed_db::Database;
use crate::web::browser::tab_lock::TabLock;
use crate::web::browser::{clock, download};
use crate::web::store::Store;
use crate::web::worker::here::bytes;
use leptos::prelude::*;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::Blob;

pub use crate::web::store::autosave::leave::Next;
pub use crate::web::store::autosave::shelf::{BookEntry, Damaged};
pub use crate::web::store::autosave::trouble::{Remedy, Trouble};

/// Quiet time after a change before it is saved, ms.
const QUIET_MS: i32 = 250;
/// Longest time that changes in a row put a save off, ms.
const LONGEST_MS: i64 = 1200;

/// Whether storage holds what the page shows.
#[derive(Clone, Debug, PartialEq)]
pub enum SaveStatus {
    /// No book is open.
    NoBook,
    /// The book came with a link, and nobody has asked to keep it.
    FromLink,
    /// Not yet.
    Saving,
    /// Since then.
    Saved(Timestamp),
    /// No, and why.
    NotSaved(String),
}

/// How a book came onto the page.
pub(in crate::web::store) enum Arrival {
    /// From files: it goes on under the name of the open book, if there is one.
    Import,
    /// From a link.
    Link,
    /// From a saved copy, with its packed form; without an address it becomes a book of its own.
    Copy { address: Option<Address>, packed: Vec<u8> },
}

/// Where a book is saved, and as what it was last read or written there.
#[derive(Clone, Debug)]
pub(in crate::web::store) struct Address {
    id: String,
    sequence: u64,
    saved: Option<Timestamp>,
    /// Whether another tab shall give it up.
    takes: bool,
}

/// What the page shows of saving.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Whether storage holds what the page shows.
    pub status: SaveStatus,
    /// Why it does not, and what the user can do.
    pub trouble: Option<Trouble>,
    /// Copies that could not be read, kept for their owner.
    pub damaged: Vec<Damaged>,
    /// The saved books, the latest first.
    pub books: Vec<BookEntry>,
    /// What waits for the user to give up a book that is not saved.
    pub leaving: Option<Next>,
}

/// The state of saving; cheap to copy.
#[derive(Clone, Copy)]
pub struct Autosave {
    /// All that is shown of it.
    pub shown: RwSignal<Shown>,
    state: StoredValue<Rc<RefCell<State>>, LocalStorage>,
}

#[derive(Default)]
struct State {
    database: Option<Database>,
    book: Option<OpenBook>,
    /// The last number given to a question or a book.
    tickets: u64,
    reading: Option<reading::Reading>,
    /// The number of the last wish for another book: whatever was read for an earlier one is dropped.
    wanted: u64,
    next: Option<Next>,
    /// The id of the book that the page will start with; empty for none.
    pointed: Option<String>,
    /// Whether the browser was asked to keep the storage.
    is_persisted: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Claim {
    Waiting,
    Mine,
    Elsewhere,
}

/// The book on the page.
struct OpenBook {
    /// Tells it from the book before and after it.
    ticket: u64,
    /// Where it is saved; `None` until the user wants it saved.
    address: Option<Address>,
    positions: u64,
    packed: Option<Rc<Vec<u8>>>,
    packing: u64,
    wants_file: bool,
    /// Changes so far, and those of them that storage holds.
    changes: u64,
    saved_changes: u64,
    first_change: Timestamp,
    last_change: Timestamp,
    is_timed: bool,
    /// The changes that a write under way brings to storage.
    writing: Option<u64>,
    claim: Claim,
    /// Whether someone else's copy stands in the way: nothing is written until the user decides.
    is_blocked: bool,
    lock: Option<TabLock>,
}

impl OpenBook {
    fn is_dirty(&self) -> bool {
        self.changes != self.saved_changes
    }
}

impl State {
    fn ticket(&mut self) -> u64 {
        self.tickets += 1;
        self.tickets
    }

    /// The open book, if it is still this one.
    fn book(&mut self, ticket: u64) -> Option<&mut OpenBook> {
        self.book.as_mut().filter(|book| book.ticket == ticket)
    }
}

impl Autosave {
    pub(in crate::web::store) fn new() -> Autosave {
        Autosave {
            shown: RwSignal::new(Shown {
                status: SaveStatus::NoBook,
                trouble: None,
                damaged: Vec::new(),
                books: Vec::new(),
                leaving: None,
            }),
            state: StoredValue::new_local(Rc::default()),
        }
    }

    /// The id of the page's book, if it has a place among the saved ones.
    pub fn open_id(&self) -> Option<String> {
        self.with(|state| state.book.as_ref()?.address.as_ref().map(|address| address.id.clone()))
    }

    /// Changes what is shown, if it does change.
    fn show(&self, change: impl FnOnce(&mut Shown)) {
        let mut shown = self.shown.get_untracked();
        change(&mut shown);
        if self.shown.with_untracked(|before| *before != shown) {
            self.shown.set(shown);
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let state = self.state.get_value();
        let mut state = state.borrow_mut();
        work(&mut state)
    }
}

impl Store {
    /// Takes note of a book that has just come onto the page.
    pub(in crate::web::store) fn book_arrived(&self, arrival: Arrival) {
        let positions = self.files.with_untracked(|files| files.as_ref().map_or(0, |files| u64::from(files.imported.positions)));
        let mut status = SaveStatus::Saving;
        let (ticket, claims) = self.autosave.with(|state| {
            let ticket = state.ticket();
            let before = state.book.take();
            let mut book = OpenBook {
                ticket,
                address: None,
                positions,
                packed: None,
                packing: 0,
                wants_file: false,
                changes: 0,
                saved_changes: 0,
                first_change: clock::now(),
                last_change: clock::now(),
                is_timed: false,
                writing: None,
                claim: Claim::Waiting,
                is_blocked: false,
                lock: None,
            };
            let mut claims = true;
            match arrival {
                Arrival::Import => {
                    book.changes = 1;
                    match before {
                        // A write under way belongs to the same address, so the same book goes on.
                        Some(before) if before.address.is_some() => {
                            claims = false;
                            book = OpenBook { positions, packed: None, changes: before.changes + 1, ..before };
                        }
                        _ => book.address = Some(Address::new()),
                    }
                }
                Arrival::Link => {
                    status = SaveStatus::FromLink;
                    claims = false;
                }
                Arrival::Copy { address, packed } => {
                    book.packed = Some(Rc::new(packed));
                    match &address {
                        Some(Address { saved: Some(saved), .. }) => status = SaveStatus::Saved(*saved),
                        Some(_) => {}
                        None => book.changes = 1,
                    }
                    book.address = Some(address.unwrap_or_else(Address::new));
                }
            }
            let ticket = book.ticket;
            if book.is_blocked || book.claim == Claim::Elsewhere {
                status = self.autosave.shown.with_untracked(|shown| shown.status.clone());
            }
            state.book = Some(book);
            (ticket, claims)
        });
        self.autosave.show(|shown| {
            shown.status = status;
            shown.trouble = shown.trouble.take().filter(|_| !claims);
        });
        if claims {
            self.claim(ticket);
        }
        self.pack();
        self.schedule();
    }

    /// Has a worker make of the book what is saved of it.
    pub(super) fn pack(&self) {
        let (Some(files), Some(inputs)) = (self.files.get_untracked(), self.inputs.get_value()) else { return };
        let ticket = self.autosave.with(|state| {
            let ticket = state.ticket();
            let book = state.book.as_mut().filter(|book| book.packed.is_none())?;
            book.packing = ticket;
            Some(ticket)
        });
        if let Some(ticket) = ticket {
            let imported = Box::new(files.imported.clone());
            self.with_pool(|pool| pool.ask_aside(Request::Pack { ticket, imported }, Some(inputs)));
        }
    }

    /// Takes over what a worker has packed.
    pub(in crate::web::store) fn take_packed(&self, ticket: u64, packed: Option<Blob>) {
        let store = *self;
        leptos::task::spawn_local(async move {
            let packed = match &packed {
                Some(packed) => bytes(packed).await.unwrap_or_default(),
                None => Vec::new(),
            };
            store.packed(ticket, packed);
        });
    }

    fn packed(&self, ticket: u64, packed: Vec<u8>) {
        let wants_file = self.autosave.with(|state| {
            let book = state.book.as_mut().filter(|book| book.packing == ticket)?;
            book.packed = Some(Rc::new(packed));
            Some(std::mem::take(&mut book.wants_file))
        });
        if wants_file == Some(true) {
            self.save_as_file();
        }
        self.save();
    }

    /// A book that cannot be packed or a copy that cannot be read.
    pub(in crate::web::store) fn not_saved(&self, ticket: u64, issue: &Issue) {
        let is_packing = self.autosave.with(|state| state.book.as_ref().is_some_and(|book| book.packing == ticket));
        if is_packing {
            self.fail(Trouble { text: format!("The book is not saved: {}.", issue.message), remedies: Vec::new() }, &issue.message);
        } else {
            self.copy_refused(ticket, issue);
        }
    }

    /// Asks again for what a worker that is no more has not answered.
    pub(in crate::web::store) fn ask_again(&self) {
        self.pack();
        self.read_again();
    }

    /// The session has changed: the book will be saved soon.
    pub(in crate::web::store) fn touch(&self) {
        let changes = self.autosave.with(|state| {
            let book = state.book.as_mut()?;
            let now = clock::now();
            if !book.is_dirty() {
                book.first_change = now;
            }
            book.last_change = now;
            book.changes += 1;
            (book.address.is_some() && !book.is_blocked && book.claim != Claim::Elsewhere).then_some(())
        });
        if changes.is_some() {
            self.autosave.show(|shown| shown.status = SaveStatus::Saving);
            self.schedule();
        }
    }

    /// Saves after a quiet moment, or after the longest time that is left.
    fn schedule(&self) {
        let ticket = self.autosave.with(|state| {
            let book = state.book.as_mut().filter(|book| book.is_dirty() && !book.is_timed)?;
            book.is_timed = true;
            Some(book.ticket)
        });
        let Some(ticket) = ticket else { return };
        let store = *self;
        clock::after(QUIET_MS, move || {
            let is_due = store.autosave.with(|state| {
                let book = state.book(ticket)?;
                book.is_timed = false;
                let now = clock::now().ms();
                Some(now - book.last_change.ms() >= i64::from(QUIET_MS) / 2 || now - book.first_change.ms() >= LONGEST_MS)
            });
            match is_due {
                Some(true) => store.save(),
                Some(false) => store.schedule(),
                None => {}
            }
        });
    }

    /// Offers the book as a file.
    pub fn save_as_file(&self) {
        let packed = self.autosave.with(|state| {
            let book = state.book.as_mut()?;
            book.wants_file = book.packed.is_none();
            Some((book.packed.clone()?, book.positions))
        });
        let Some((packed, positions)) = packed else { return };
        let session = self.session.get_untracked();
        let head = Head { sequence: 0, saved: Some(clock::now()), positions, name: session.name.clone() };
        match document::join(&head, &session, &packed) {
            Ok(bytes) => download::save_bytes(&file_name(&session), &bytes),
            Err(issue) => self.fail(Trouble::of_issue(&issue), &issue.message),
        }
    }

    fn book_name(&self) -> String {
        let name = self.session.with_untracked(|session| session.name.clone());
        if name.is_empty() { "Unnamed book".to_owned() } else { name }
    }
}

impl Address {
    /// A place that no book has yet; should another tab take the same in the same millisecond, the first save finds out.
    fn new() -> Address {
        Address { id: clock::now().ms().to_string(), sequence: 0, saved: None, takes: false }
    }
}

/// The book's name as a file name that every system takes.
fn file_name(session: &Session) -> String {
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_' | '.');
    let name: String = session.name.chars().take(80).map(|char| if is_plain(char) { char } else { '-' }).collect();
    let name = name.trim_matches(['.', ' ', '-']);
    format!("{}.{}", if name.is_empty() { "book" } else { name }, document::EXTENSION)
}
