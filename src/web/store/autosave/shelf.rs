//! The saved books: which there are, opening one from its newest copy that can be read, and taking them away.

use crate::issue::Issue;
use crate::protocol::{Imported, Request};
use crate::session::{Action, Session, apply};
use crate::share::document::slot::{Held, Slot};
use crate::share::document::{self, Head};
use crate::units::Timestamp;
use crate::web::browser::indexed_db::{self, Database, Failure, Stored};
use crate::web::browser::{clock, download, location, storage};
use crate::web::page;
use crate::web::store::autosave::write::{DATABASE, HEADS, OPEN, OPEN_KEY, SLOTS, held, key};
use crate::web::store::autosave::{Address, Arrival, Trouble};
use crate::web::store::{Files, Notice, Store, page_id};
use crate::web::worker::blob_of;
use leptos::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use web_sys::Blob;

/// A saved book in the list.
#[derive(Clone, Debug, PartialEq)]
pub struct BookEntry {
    /// Under which it is stored.
    pub id: String,
    /// Its name.
    pub name: String,
    /// When it was saved last.
    pub saved: Option<Timestamp>,
    /// Its positions.
    pub positions: u64,
    /// A copy of it that cannot be read.
    pub unreadable: Option<Damaged>,
}

/// A copy that cannot be read, kept for its owner.
#[derive(Clone, Debug, PartialEq)]
pub struct Damaged {
    /// Where it is stored.
    pub key: String,
    /// Name of its book, as far as it is known.
    pub name: String,
    /// What is wrong with it.
    pub why: String,
}

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

/// The books of these keys and heads, the latest first.
fn entries(keys: Vec<String>, heads: Vec<Option<Stored>>) -> Vec<BookEntry> {
    let mut books: BTreeMap<String, BookEntry> = BTreeMap::new();
    for (key, head) in keys.into_iter().zip(heads) {
        let id = key.rsplit_once('/').map_or(key.as_str(), |(id, _)| id).to_owned();
        let fresh = BookEntry { id: id.clone(), name: String::new(), saved: None, positions: 0, unreadable: None };
        let book = books.entry(id).or_insert(fresh);
        match held(head) {
            Held::Copy(head) if book.saved.is_none() || head.saved > book.saved => {
                let Head { saved, positions, name, .. } = head;
                (book.saved, book.positions, book.name) = (saved, positions, name);
            }
            Held::Copy(_) => {}
            Held::Nothing => book.unreadable = Some(Damaged { key, name: String::new(), why: "it has no readable head".to_owned() }),
            Held::Unreadable(issue) => book.unreadable = Some(Damaged { key, name: String::new(), why: issue.message }),
        }
    }
    let mut books: Vec<BookEntry> = books.into_values().collect();
    for book in &mut books {
        if book.name.is_empty() {
            book.name = if book.saved.is_some() { "Unnamed book".to_owned() } else { format!("Record {}", book.id) };
        }
        if let Some(damaged) = &mut book.unreadable {
            damaged.name.clone_from(&book.name);
        }
    }
    books.sort_by_key(|book| std::cmp::Reverse(book.saved));
    books
}

impl Store {
    /// Looks for saved books, and opens the one that was open last unless something else is on the page by then.
    pub(in crate::web::store) fn start_saving(&self) {
        let store = *self;
        leptos::task::spawn_local(async move {
            let look = async || {
                let database = store.database().await?;
                let id = database.read(OPEN, &[OPEN_KEY.to_owned()]).await?.pop().flatten();
                store.list_books(&database).await?;
                Ok::<_, Failure>(id.map(|id| String::from_utf8_lossy(&id.bytes()).into_owned()))
            };
            let Ok(open) = look().await else { return };
            let books = store.autosave.books.get_untracked();
            let lost = books.iter().filter(|book| book.saved.is_none()).filter_map(|book| book.unreadable.clone()).collect();
            store.autosave.damaged.set(lost);
            // An empty id says that the page was left empty.
            let newest = || books.iter().find(|book| book.saved.is_some()).map(|book| book.id.clone());
            let id = open.map_or_else(newest, |id| books.iter().any(|book| book.id == id && book.saved.is_some()).then_some(id));
            if let Some(id) = id.filter(|_| store.is_untouched()) {
                store.read_book(id, false);
            }
        });
    }

    /// Whether neither a book nor anything that will be one has come onto the page.
    fn is_untouched(&self) -> bool {
        self.files.with_untracked(Option::is_none) && !self.is_reading.get_untracked() && self.waiting_link.with_untracked(Option::is_none)
    }

    /// Gives up a copy that is being read, since something else is to come onto the page.
    pub(in crate::web::store) fn want_other(&self) -> u64 {
        self.autosave.with(|state| {
            state.reading = None;
            state.wanted = state.ticket();
            state.wanted
        })
    }

    async fn list_books(&self, database: &Database) -> Result<(), Failure> {
        let keys = database.keys(SLOTS).await?;
        let heads = database.read(HEADS, &keys).await?;
        self.autosave.books.set(Arc::new(entries(keys, heads)));
        Ok(())
    }

    /// Brings the list of saved books up to date.
    pub fn refresh_books(&self) {
        let store = *self;
        leptos::task::spawn_local(async move {
            let list = async || store.list_books(&store.database().await?).await;
            // Without storage there is nothing to list; saving says so.
            let _ = list().await;
        });
    }

    /// Opens a saved book from its newest copy that can be read; `takes` it from a tab that has it open.
    pub(super) fn read_book(&self, id: String, takes: bool) {
        self.is_reading.set(true);
        let wanted = self.want_other();
        let store = *self;
        leptos::task::spawn_local(async move {
            let keys = Slot::BOTH.map(|slot| key(&id, slot));
            let read = async || store.database().await?.read(SLOTS, &keys).await;
            let copies = match read().await {
                Ok(copies) => copies,
                Err(_) if store.autosave.with(|state| state.wanted != wanted) => return,
                Err(failure) => {
                    store.is_reading.set(false);
                    store.say(Trouble::of_failure(&failure).0.text);
                    return;
                }
            };
            let mut readable = Vec::new();
            let mut damaged = Vec::new();
            for (key, copy) in keys.into_iter().zip(copies) {
                let Some(copy) = copy else { continue };
                let bytes = copy.bytes();
                match document::head(&bytes) {
                    Ok(head) => readable.push((head.sequence, key, bytes)),
                    Err(issue) => damaged.push(Damaged { key, name: String::new(), why: issue.message }),
                }
            }
            readable.sort_by_key(|(sequence, _, _)| *sequence);
            let known = store.autosave.books.with_untracked(|books| books.iter().find(|book| book.id == id).map(|book| book.name.clone()));
            let rest = readable.into_iter().map(|(_, key, bytes)| (key, bytes)).collect();
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
        if page::ALL.iter().any(|def| def.id == location::fragment()) {
            session.page = self.session.with_untracked(|session| session.page);
        } else {
            location::replace_fragment(page_id(session.page));
        }
        let packed = packed.to_vec();
        self.autosave.with(|state| state.book = None);
        self.session.update(|current| apply(current, Action::Replace(Box::new(session))));
        if let Some(inputs) = inputs {
            self.load(inputs, Arc::new(Files { imported }), Arrival::Copy { address, packed });
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
        self.autosave.damaged.update(|all| {
            for copy in named {
                all.retain(|other| other.key != copy.key);
                all.push(copy);
            }
        });
    }

    /// Offers a copy that cannot be read as a file, as it stands.
    pub fn download_copy(&self, key: String) {
        let store = *self;
        leptos::task::spawn_local(async move {
            let read = async || store.database().await?.read(SLOTS, std::slice::from_ref(&key)).await;
            match read().await.map(|mut found| found.pop().flatten()) {
                Ok(Some(stored)) => {
                    let ending = if matches!(stored, Stored::Bytes(_)) { document::EXTENSION } else { "json" };
                    download::save_bytes(&format!("plimsoll-{}.{ending}", key.replace('/', "-")), &stored.bytes());
                }
                Ok(None) => store.say("the record is no longer there".to_owned()),
                Err(failure) => store.say(Trouble::of_failure(&failure).0.text),
            }
        });
    }

    /// Names a saved book.
    pub fn rename_book(&self, id: String, name: String) {
        if self.autosave.open_id().as_ref() == Some(&id) {
            self.act(Action::Name(name));
            return;
        }
        let store = *self;
        leptos::task::spawn_local(async move {
            let keys = Slot::BOTH.map(|slot| key(&id, slot));
            let rename = async || {
                let copies = store.database().await?.read(SLOTS, &keys).await?;
                let mut copies: Vec<Vec<u8>> = copies.into_iter().flatten().map(Stored::bytes).collect();
                copies.sort_by_key(|copy| document::head(copy).map_or(0, |head| head.sequence));
                let newest = copies.pop().ok_or(Failure::Closed)?;
                let last = document::head(&newest).map_or(0, |head| head.sequence);
                let document = document::renamed(&newest, &name, clock::now()).map_err(|issue| Failure::Other(issue.message))?;
                store.write(&id, last, &document).await
            };
            match rename().await {
                Ok(Ok(())) => store.remember_open(),
                Ok(Err(obstacle)) => store.say(Trouble::of_obstacle(&obstacle, &name).0.text),
                Err(failure) => store.say(Trouble::of_failure(&failure).0.text),
            }
            store.refresh_books();
        });
    }

    /// Deletes a saved book with all its copies; if it is open, takes it off the page too.
    pub fn delete_book(&self, id: String) {
        if self.autosave.open_id().as_ref() == Some(&id) {
            self.empty_page();
        }
        let store = *self;
        leptos::task::spawn_local(async move {
            let delete = async || {
                store
                    .database()
                    .await?
                    .change(&[SLOTS, HEADS], async |transaction| {
                        for slot in Slot::BOTH {
                            transaction.remove(SLOTS, &key(&id, slot)).await?;
                            transaction.remove(HEADS, &key(&id, slot)).await?;
                        }
                        Ok(())
                    })
                    .await
            };
            if let Err(failure) = delete().await {
                store.say(Trouble::of_failure(&failure).0.text);
            }
            store.autosave.damaged.update(|damaged| damaged.retain(|copy| copy.key.rsplit_once('/').is_none_or(|(of, _)| of != id)));
            store.remember_open();
            store.refresh_books();
        });
    }

    /// Has the page start empty next time.
    pub(super) fn forget_open(&self) {
        self.point_to(String::new());
    }

    /// Has the page start with the book that is on it.
    fn remember_open(&self) {
        self.point_to(self.autosave.open_id().unwrap_or_default());
    }

    fn point_to(&self, id: String) {
        let store = *self;
        leptos::task::spawn_local(async move {
            let point = async || {
                store.database().await?.change(&[OPEN], async |transaction| transaction.put(OPEN, OPEN_KEY, id.as_bytes()).await).await
            };
            // The next start then shows the book before, which loses nothing.
            let _ = point().await;
        });
    }

    /// Deletes all that this browser keeps of the page, and empties the page.
    pub fn delete_everything(&self) {
        self.empty_page();
        let database = self.autosave.with(|state| state.database.take());
        if let Some(database) = database {
            database.close();
        }
        let store = *self;
        leptos::task::spawn_local(async move {
            let deleted = indexed_db::delete(DATABASE).await;
            let is_clear = storage::clear().await;
            let text = match deleted {
                Ok(()) | Err(Failure::Absent) if is_clear => "This browser keeps nothing of Plimsoll any more.".to_owned(),
                Ok(()) | Err(Failure::Absent) => "The saved books are deleted; the browser refused to empty its small settings.".to_owned(),
                Err(failure) => format!("The browser did not delete the saved books. {}", Trouble::of_failure(&failure).0.text),
            };
            store.autosave.books.set(Arc::new(Vec::new()));
            store.autosave.damaged.set(Vec::new());
            store.notice.set(Some(Notice { text, is_error: false }));
        });
    }

    fn say(&self, text: String) {
        self.notice.set(Some(Notice { text, is_error: true }));
    }
}
