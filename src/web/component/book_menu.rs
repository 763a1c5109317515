//! The saved books: whether the open one is saved, which others there are, files of them, and what to do where saving fails.
//!
//! All buttons are one type and each part is erased: a menu that few open must not make the page large.

use crate::view::format;
use crate::web::browser::files;
use crate::web::component::choice_dialog::follow;
use crate::web::component::part::{self, element, words};
use crate::web::store::Store;
use crate::web::store::autosave::{BookEntry, Next, Remedy, SaveStatus, Shown};
use leptos::html::Dialog;
use leptos::prelude::*;

/// What the parts of the menu share.
#[derive(Clone, Copy)]
struct Menu {
    store: Store,
    is_open: RwSignal<bool>,
    /// Whether to delete this book; everything for an empty id.
    asking: RwSignal<Option<String>>,
}

/// The button in the top bar, which says whether the book is saved, and the menu behind it.
#[component]
pub fn BookMenu() -> impl IntoView {
    let store = expect_context::<Store>();
    let menu = Menu { store, is_open: RwSignal::new(false), asking: RwSignal::new(None) };
    let shown = store.autosave.shown;
    let dialog = NodeRef::<Dialog>::new();
    follow(dialog, move || menu.is_open.get() || shown.with(|shown| shown.leaving.is_some()));
    let open = move |_| {
        menu.asking.set(None);
        store.refresh_books();
        menu.is_open.set(true);
    };
    let cancel = move |_: web_sys::Event| {
        menu.is_open.set(false);
        store.leave_unsaved(false);
    };
    let body = move || {
        let asking = menu.asking.get();
        shown.with(|shown| match (&shown.leaving, asking) {
            (Some(_), _) => menu.leave(),
            (None, Some(id)) => menu.question(id, shown),
            (None, None) => menu.shelf(shown),
        })
    };
    view! {
        <button class="button button--quiet book-menu__button" data-action="books" data-save=move || shown.with(|shown| kind(&shown.status)) aria-haspopup="dialog" title="Saved books" on:click=open>
            <svg viewBox="0 0 16 16" class="icon" aria-hidden="true">
                <path d="M2.5 2.5h11v11h-11zM2.5 6h11M5.5 2.5v11" class="icon__stroke"></path>
            </svg>
            <span class="book-menu__status">{move || shown.with(|shown| label(&shown.status))}</span>
        </button>
        <dialog class="dialog book-menu" node_ref=dialog aria-label="Saved books" on:cancel=cancel>{body}</dialog>
    }
}

/// A button of whatever kind that does something.
fn button(class: &'static str, action: &'static str, label: &'static str, about: String, does: impl Fn() + 'static) -> AnyView {
    let about = if about.is_empty() { about } else { format!("{label} {about}") };
    part::button(&[("class", class), ("data-action", action), ("aria-label", &about)], label, does)
}

const PLAIN: &str = "button";
const PRIMARY: &str = "button button--primary";
const QUIET: &str = "button button--quiet";

impl Menu {
    fn leave(self) -> AnyView {
        let text = "What you changed since the open book was saved, or all of it if it never was, is gone once another takes its place.";
        let buttons = vec![
            button(PLAIN, "file", "Save as file…", String::new(), move || self.store.save_as_file()),
            button(PLAIN, "leave", "Give it up", String::new(), move || {
                self.is_open.set(false);
                self.store.leave_unsaved(true);
            }),
            button(PRIMARY, "stay", "Stay", String::new(), move || self.store.leave_unsaved(false)),
        ];
        part("The open book is not saved", text.to_owned(), Vec::new(), buttons)
    }

    fn question(self, id: String, shown: &Shown) -> AnyView {
        let text = match shown.books.iter().find(|book| book.id == id) {
            Some(book) => format!("Delete “{}” with all its saved copies? This cannot be undone.", book.name),
            None => {
                "Delete all saved books, the settings of this page and its caches from this browser, and close the open book? This cannot be \
                 undone."
                    .to_owned()
            }
        };
        let delete = move || {
            if id.is_empty() {
                self.is_open.set(false);
                self.store.delete_everything();
            } else {
                self.store.delete_book(id.clone());
            }
            self.asking.set(None);
        };
        let buttons = vec![
            button(PLAIN, "keep", "Keep", String::new(), move || self.asking.set(None)),
            button(PRIMARY, "delete", "Delete", String::new(), delete),
        ];
        part("Delete?", text, Vec::new(), buttons)
    }

    fn shelf(self, shown: &Shown) -> AnyView {
        let Menu { store, is_open, asking } = self;
        let entries = shown.books.iter().map(|book| self.entry(book)).collect();
        let mut buttons = vec![button(
            "button button--quiet book-menu__everything",
            "delete-everything",
            "Delete everything…",
            String::new(),
            move || {
                asking.set(Some(String::new()));
            },
        )];
        if shown.status == SaveStatus::FromLink {
            buttons.push(button(PRIMARY, "save-book", "Save this book", String::new(), move || store.save_as_own()));
        }
        if shown.status != SaveStatus::NoBook {
            buttons.push(button(PLAIN, "file", "Save as file…", String::new(), move || store.save_as_file()));
            buttons.push(button(PLAIN, "new-book", "New book", String::new(), move || self.choose(Next::Nothing)));
        }
        let open_file = move |event: web_sys::Event| {
            is_open.set(false);
            store.take_files(files::of_input(&event));
        };
        let picker = view! {
            <label class="button" tabindex="-1">
                "Open file…"
                <input class="visually-hidden" type="file" accept=".plimsoll" data-input="document" on:change=open_file/>
            </label>
        };
        buttons.push(picker.into_any());
        buttons.push(button(PLAIN, "close-books", "Close", String::new(), move || is_open.set(false)));
        part("Books saved in this browser", sentence(&shown.status), entries, buttons)
    }

    fn choose(self, next: Next) {
        self.is_open.set(false);
        self.store.leave_for(next);
    }

    /// One saved book.
    fn entry(self, book: &BookEntry) -> AnyView {
        let Menu { store, asking, .. } = self;
        let BookEntry { id, name, saved, positions, unreadable } = book.clone();
        let facts = match saved {
            Some(saved) => format!("{positions} positions · {}", format::instant(saved)),
            None => "cannot be read".to_owned(),
        };
        let is_open = store.autosave.open_id().as_ref() == Some(&id);
        let mut buttons = Vec::new();
        if saved.is_some() && !is_open {
            let id = id.clone();
            buttons.push(button(QUIET, "open-book", "Open", name.clone(), move || self.choose(Next::Book(id.clone()))));
        }
        if let Some(copy) = unreadable {
            buttons.push(button(QUIET, "download-copy", "Download", name.clone(), move || store.download_copy(copy.key.clone())));
        }
        let deleted = id.clone();
        buttons.push(button(QUIET, "delete-book", "Delete", name.clone(), move || asking.set(Some(deleted.clone()))));
        let rename = move |event: web_sys::Event| store.rename_book(id.clone(), event_target_value(&event));
        view! {
            <li class="book-menu__entry" class:book-menu__entry--open=is_open data-book=name.clone()>
                <div class="book-menu__text">
                    <input class="book-menu__name" type="text" maxlength="80" aria-label=format!("Name of {name}") readonly=saved.is_none() prop:value=name.clone() on:change=rename/>
                    <span class="book-menu__facts">{facts}</span>
                </div>
                {buttons}
            </li>
        }
        .into_any()
    }
}

/// What the dialog shows at a time.
pub fn part(title: &'static str, text: String, entries: Vec<AnyView>, buttons: Vec<AnyView>) -> AnyView {
    let parts = vec![
        words("h2", "", title),
        element("p", &[("class", "dialog__text"), ("role", "status")], vec![part::text(text)]),
        element("ul", &[("class", "book-menu__list")], entries),
        element("div", &[("class", "dialog__actions")], buttons),
    ];
    parts.into_any()
}

fn kind(status: &SaveStatus) -> &'static str {
    match status {
        SaveStatus::NoBook => "none",
        SaveStatus::FromLink => "link",
        SaveStatus::Saving => "saving",
        SaveStatus::Saved(_) => "saved",
        SaveStatus::NotSaved(_) => "failed",
    }
}

/// The status on the button.
fn label(status: &SaveStatus) -> String {
    match status {
        SaveStatus::NoBook => "Books".to_owned(),
        SaveStatus::FromLink => "Not saved: from a link".to_owned(),
        SaveStatus::Saving => "Saving…".to_owned(),
        SaveStatus::Saved(at) => format!("Saved {}", format::time_of_day(*at)),
        SaveStatus::NotSaved(why) => format!("Not saved: {why}"),
    }
}

/// The status in the menu.
fn sentence(status: &SaveStatus) -> String {
    match status {
        SaveStatus::NoBook => "No book is open. A book that you open is saved here by itself, and nowhere else.".to_owned(),
        SaveStatus::FromLink => "The open book came with a link. It is saved only if you ask for it.".to_owned(),
        SaveStatus::Saving => "The open book is being saved.".to_owned(),
        SaveStatus::Saved(at) => format!("The open book is saved as of {}. It is nowhere but in this browser.", format::time_of_day(*at)),
        SaveStatus::NotSaved(why) => format!("The open book is not saved: {why}."),
    }
}

/// Why the book is not saved and what can be done, and the copies that cannot be read.
#[component]
pub fn SaveNotice() -> impl IntoView {
    let store = expect_context::<Store>();
    let notices = move || {
        store.autosave.shown.with(|shown| {
            let mut notices = Vec::new();
            if let Some(trouble) = &shown.trouble {
                let mut buttons = vec![button(QUIET, "file", "Save as file…", String::new(), move || store.save_as_file())];
                for remedy in trouble.remedies.iter().copied() {
                    let (id, name) = match remedy {
                        Remedy::Again => ("again", "Try again"),
                        Remedy::Copy => ("copy", "Save as a book of its own"),
                        Remedy::Take => ("take", "Continue here"),
                    };
                    buttons.push(button(QUIET, id, name, String::new(), move || store.remedy(remedy)));
                }
                notices.push(notice("trouble", trouble.text.clone(), buttons));
            }
            for copy in &shown.damaged {
                let text = format!("A saved copy of “{}” cannot be read: {}. It is kept as it is.", copy.name, copy.why);
                let (key, dismissed) = (copy.key.clone(), copy.key.clone());
                let buttons = vec![
                    button(QUIET, "download-copy", "Download it", String::new(), move || store.download_copy(key.clone())),
                    button(QUIET, "dismiss", "Dismiss", String::new(), move || store.dismiss(&dismissed)),
                ];
                notices.push(notice("damaged", text, buttons));
            }
            notices
        })
    };
    view! { <div class="notice-area" role="status" aria-live="polite">{notices}</div> }
}

fn notice(kind: &'static str, text: String, buttons: Vec<AnyView>) -> AnyView {
    let parts = vec![words("span", "notice__text", text), element("span", &[("class", "book-menu__remedies")], buttons)];
    element("div", &[("class", "notice notice--error"), ("data-notice", kind)], parts)
}
