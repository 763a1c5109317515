//! The saved books: whether the open one is saved, which others there are, files of them, and what to do where saving fails.

use crate::view::format;
use crate::web::browser::files;
use crate::web::component::choice_dialog::follow;
use crate::web::store::Store;
use crate::web::store::autosave::{BookEntry, Next, Remedy, SaveStatus};
use leptos::html::Dialog;
use leptos::prelude::*;

/// What the menu asks before it does it.
#[derive(Clone, Debug, PartialEq)]
enum Asking {
    Delete(BookEntry),
    Everything,
}

/// The button in the top bar, which says whether the book is saved, and the menu behind it.
#[component]
pub fn BookMenu() -> impl IntoView {
    let store = expect_context::<Store>();
    let status = store.autosave.status;
    let is_open = RwSignal::new(false);
    let asking = RwSignal::new(None::<Asking>);
    let renaming = RwSignal::new(None::<String>);
    let menu = NodeRef::<Dialog>::new();
    let leaving = NodeRef::<Dialog>::new();
    follow(menu, move || is_open.get());
    follow(leaving, move || store.autosave.leaving.with(Option::is_some));
    let open = move |_| {
        asking.set(None);
        renaming.set(None);
        store.refresh_books();
        is_open.set(true);
    };
    let class = move || {
        status.with(|status| match status {
            SaveStatus::NoBook => "none",
            SaveStatus::FromLink => "link",
            SaveStatus::Saving => "saving",
            SaveStatus::Saved(_) => "saved",
            SaveStatus::NotSaved(_) => "failed",
        })
    };
    let choose = move |next: Next| {
        is_open.set(false);
        store.leave_for(next);
    };
    let has_book = move || status.with(|status| *status != SaveStatus::NoBook);
    view! {
        <button class="button button--quiet book-menu__button" class:book-menu__button--failed=move || class() == "failed" data-action="books" data-save=class aria-haspopup="dialog" title="Saved books" on:click=open>
            <svg viewBox="0 0 16 16" class="icon" aria-hidden="true">
                <path d="M2.5 2.5h11v11h-11zM2.5 6h11M5.5 2.5v11" class="icon__stroke"></path>
            </svg>
            <span class="book-menu__status">{move || status.with(label)}</span>
        </button>
        <dialog class="dialog book-menu" node_ref=menu aria-labelledby="books-title" on:cancel=move |_: web_sys::Event| is_open.set(false)>
            <h2 id="books-title">"Books saved in this browser"</h2>
            <p class="dialog__text" role="status">{move || status.with(sentence)}</p>
            <Show when=move || asking.with(Option::is_none) fallback=move || view! { <Question asking is_open/> }>
                <ul class="book-menu__list">
                    {move || {
                        store.autosave.books.get().iter().cloned().map(|book| view! { <Entry book asking renaming choose/> }).collect_view()
                    }}
                </ul>
                <div class="dialog__actions">
                    <Show when=move || status.with(|status| *status == SaveStatus::FromLink)>
                        <button class="button button--primary" data-action="save-book" on:click=move |_| store.save_as_own()>"Save this book"</button>
                    </Show>
                    <Show when=has_book>
                        <button class="button" data-action="save-file" on:click=move |_| store.save_as_file()>"Save as file…"</button>
                        <button class="button" data-action="new-book" on:click=move |_| choose(Next::Nothing)>"New book"</button>
                    </Show>
                    <label class="button" tabindex="-1">
                        "Open file…"
                        <input
                            class="visually-hidden"
                            type="file"
                            accept=".plimsoll"
                            data-input="document"
                            on:change=move |event| {
                                is_open.set(false);
                                store.take_files(files::of_input(&event));
                            }
                        />
                    </label>
                </div>
                <div class="dialog__actions">
                    <button class="button button--quiet book-menu__everything" data-action="delete-everything" on:click=move |_| asking.set(Some(Asking::Everything))>"Delete everything…"</button>
                    <button class="button" data-action="close-books" on:click=move |_| is_open.set(false)>"Close"</button>
                </div>
            </Show>
        </dialog>
        <dialog class="dialog" node_ref=leaving aria-labelledby="leaving-title" on:cancel=move |_: web_sys::Event| store.leave_unsaved(false)>
            <h2 id="leaving-title">"The open book is not saved"</h2>
            <p class="dialog__text">"What you changed since it was saved, or all of it if it never was, is gone once another book takes its place."</p>
            <div class="dialog__actions">
                <button class="button" data-action="save-file-first" on:click=move |_| store.save_as_file()>"Save as file…"</button>
                <button class="button" data-choice="leave" on:click=move |_| store.leave_unsaved(true)>"Give it up"</button>
                <button class="button button--primary" data-choice="stay" on:click=move |_| store.leave_unsaved(false)>"Stay"</button>
            </div>
        </dialog>
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

/// One saved book.
#[component]
fn Entry(
    book: BookEntry,
    asking: RwSignal<Option<Asking>>,
    renaming: RwSignal<Option<String>>,
    choose: impl Fn(Next) + Copy + Send + 'static,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let is_open = store.autosave.open_id().as_ref() == Some(&book.id);
    let facts = match book.saved {
        Some(saved) => format!("{} positions · {}", book.positions, format::instant(saved)),
        None => "cannot be read".to_owned(),
    };
    let damaged = book.unreadable.clone();
    let is_renaming = {
        let id = book.id.clone();
        move || renaming.with(|renaming| renaming.as_ref() == Some(&id))
    };
    let (open_id, rename_id, deleted, named) = (book.id.clone(), book.id.clone(), book.clone(), book.name.clone());
    let can_open = book.saved.is_some() && !is_open;
    let name = StoredValue::new((book.id.clone(), book.name.clone()));
    view! {
        <li class="book-menu__entry" class:book-menu__entry--open=is_open data-book=book.name.clone()>
            <div class="book-menu__text">
                <Show
                    when=is_renaming
                    fallback=move || view! { <b class="book-menu__name">{name.with_value(|(_, name)| name.clone())}</b> }
                >
                    <input
                        class="field"
                        type="text"
                        maxlength="80"
                        aria-label="New name"
                        data-input="book-name"
                        prop:value=name.with_value(|(_, name)| name.clone())
                        on:change:target=move |event| {
                            renaming.set(None);
                            store.rename_book(name.with_value(|(id, _)| id.clone()), event.target().value());
                        }
                    />
                </Show>
                <span class="book-menu__facts">{facts}</span>
            </div>
            {can_open.then(|| view! {
                <button class="button button--quiet" data-action="open-book" aria-label=format!("Open {named}") on:click=move |_| choose(Next::Book(open_id.clone()))>"Open"</button>
            })}
            {damaged.map(|damaged| view! {
                <button class="button button--quiet" data-action="download-copy" title=damaged.why.clone() on:click=move |_| store.download_copy(damaged.key.clone())>"Download"</button>
            })}
            {book.saved.is_some().then(|| view! {
                <button class="button button--quiet" data-action="rename-book" aria-label=format!("Rename {}", book.name) on:click=move |_| renaming.set(Some(rename_id.clone()))>"Rename"</button>
            })}
            <button class="button button--quiet" data-action="delete-book" aria-label=format!("Delete {}", deleted.name) on:click=move |_| asking.set(Some(Asking::Delete(deleted.clone())))>"Delete"</button>
        </li>
    }
}

/// Asks before something is deleted.
#[component]
fn Question(asking: RwSignal<Option<Asking>>, is_open: RwSignal<bool>) -> impl IntoView {
    let store = expect_context::<Store>();
    let text = move || {
        asking.with(|asking| match asking {
            Some(Asking::Delete(book)) => format!("Delete “{}” with all its saved copies? This cannot be undone.", book.name),
            Some(Asking::Everything) => {
                "Delete all saved books, the settings of this page and its caches from this browser, and close the open book? This cannot be undone."
                    .to_owned()
            }
            None => String::new(),
        })
    };
    let confirm = move |_| {
        match asking.get_untracked() {
            Some(Asking::Delete(book)) => store.delete_book(book.id),
            Some(Asking::Everything) => {
                is_open.set(false);
                store.delete_everything();
            }
            None => {}
        }
        asking.set(None);
    };
    view! {
        <p class="book-menu__question">{text}</p>
        <div class="dialog__actions">
            <button class="button" data-choice="keep" on:click=move |_| asking.set(None)>"Keep"</button>
            <button class="button button--primary" data-choice="delete" on:click=confirm>"Delete"</button>
        </div>
    }
}

/// Why the book is not saved and what can be done, and the copies that cannot be read.
#[component]
pub fn SaveNotice() -> impl IntoView {
    let store = expect_context::<Store>();
    let trouble = move || {
        store.autosave.trouble.get().map(|trouble| {
            let remedies = trouble.remedies.into_iter().map(|remedy| {
                let (id, name) = match remedy {
                    Remedy::Again => ("again", "Try again"),
                    Remedy::Copy => ("copy", "Save as a book of its own"),
                    Remedy::Take => ("take", "Continue here"),
                };
                view! { <button class="button button--quiet" data-remedy=id on:click=move |_| store.remedy(remedy)>{name}</button> }
            });
            view! {
                <div class="notice notice--error" data-trouble="">
                    <span class="notice__text">{trouble.text}</span>
                    <span class="book-menu__remedies">
                        <button class="button button--quiet" data-remedy="file" on:click=move |_| store.save_as_file()>"Save as file…"</button>
                        {remedies.collect_view()}
                    </span>
                </div>
            }
        })
    };
    let damaged = move || {
        store.autosave.damaged.get().into_iter().map(|copy| {
            let (key, dismissed) = (copy.key.clone(), copy.key.clone());
            let text = format!("A saved copy of “{}” cannot be read: {}. It is kept as it is.", copy.name, copy.why);
            view! {
                <div class="notice notice--error" data-damaged=copy.key>
                    <span class="notice__text">{text}</span>
                    <span class="book-menu__remedies">
                        <button class="button button--quiet" data-action="download-copy" on:click=move |_| store.download_copy(key.clone())>"Download it"</button>
                        <button class="button button--quiet" on:click=move |_| store.autosave.damaged.update(|all| all.retain(|other| other.key != dismissed))>"Dismiss"</button>
                    </span>
                </div>
            }
        }).collect_view()
    };
    view! { <div class="notice-area" role="status" aria-live="polite">{trouble} {damaged}</div> }
}
