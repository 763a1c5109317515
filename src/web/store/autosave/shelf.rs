//! The saved books: which there are, their names, and taking them away.

use crate::session::Action;
use crate::share::document::slot::{Held, Slot};
use crate::share::document::{self, Head};
use crate::units::Timestamp;
use crate::web::browser::indexed_db::{self, Database, Failure, Stored};
use crate::web::browser::{clock, download, storage};
use crate::web::store::autosave::Trouble;
use crate::web::store::autosave::write::{DATABASE, HEADS, OPEN, OPEN_KEY, SLOTS, held, key};
use crate::web::store::{Notice, Store};
use leptos::prelude::*;

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

/// The books of these keys and heads, the latest first.
fn entries(keys: Vec<String>, heads: Vec<Option<Stored>>) -> Vec<BookEntry> {
    let mut books: Vec<BookEntry> = Vec::new();
    for (key, head) in keys.into_iter().zip(heads) {
        let id = key.rsplit_once('/').map_or(key.as_str(), |(id, _)| id);
        let place = books.iter().position(|book| book.id == id);
        let mut book = match place {
            Some(place) => books.remove(place),
            None => BookEntry { id: id.to_owned(), name: format!("Record {id}"), saved: None, positions: 0, unreadable: None },
        };
        let why = match held(head) {
            Held::Copy(Head { saved, positions, name, .. }) => {
                if book.saved.is_none() || saved > book.saved {
                    (book.saved, book.positions) = (saved, positions);
                    book.name = if name.is_empty() { "Unnamed book".to_owned() } else { name };
                }
                None
            }
            Held::Nothing => Some("it has no readable head".to_owned()),
            Held::Unreadable(issue) => Some(issue.message),
        };
        if let Some(why) = why {
            book.unreadable = Some(Damaged { key, name: book.name.clone(), why });
        }
        let place = books.iter().position(|other| other.saved < book.saved).unwrap_or(books.len());
        books.insert(place, book);
    }
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
                let id = id.map(|id| String::from_utf8_lossy(&id.bytes()).into_owned());
                store.autosave.with(|state| state.pointed.clone_from(&id));
                Ok::<_, Failure>(id)
            };
            let Ok(open) = look().await else { return };
            let books = store.autosave.shown.with_untracked(|shown| shown.books.clone());
            let lost = books.iter().filter(|book| book.saved.is_none()).filter_map(|book| book.unreadable.clone()).collect();
            store.autosave.show(|shown| shown.damaged = lost);
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

    async fn list_books(&self, database: &Database) -> Result<(), Failure> {
        let keys = database.keys(SLOTS).await?;
        let heads = database.read(HEADS, &keys).await?;
        let books = entries(keys, heads);
        self.autosave.show(|shown| shown.books = books);
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

    /// Says no more of a copy that cannot be read.
    pub fn dismiss(&self, key: &str) {
        self.autosave.show(|shown| shown.damaged.retain(|copy| copy.key != key));
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
                let sequence = |copy: &Vec<u8>| document::head(copy).map_or(0, |head| head.sequence);
                let newest = copies.into_iter().flatten().map(Stored::bytes).max_by_key(sequence).ok_or(Failure::Closed)?;
                let last = sequence(&newest);
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
            store.autosave.show(|shown| shown.damaged.retain(|copy| copy.key.rsplit_once('/').is_none_or(|(of, _)| of != id)));
            store.remember_open();
            store.refresh_books();
        });
    }

    /// Has the page start empty next time.
    pub(super) fn forget_open(&self) {
        self.point_to(String::new());
    }

    /// Has the page start with the book that is on it.
    pub(super) fn remember_open(&self) {
        self.point_to(self.autosave.open_id().unwrap_or_default());
    }

    fn point_to(&self, id: String) {
        self.autosave.with(|state| state.pointed = Some(id.clone()));
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
            store.autosave.show(|shown| (shown.books, shown.damaged) = (Vec::new(), Vec::new()));
            store.notice.set(Some(Notice { text, is_error: false }));
        });
    }

    /// Says that something could not be done.
    pub(in crate::web::store) fn say(&self, text: String) {
        self.notice.set(Some(Notice { text, is_error: true }));
    }
}
