//! Two questions that must not be answered silently: do these files add to the book or replace it, and may this link replace it?

use crate::web::store::Store;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The dialogs; at most one is open.
#[component]
pub fn ChoiceDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let files_dialog = NodeRef::<Dialog>::new();
    let link_dialog = NodeRef::<Dialog>::new();
    follow(files_dialog, move || store.waiting_files.with(Option::is_some));
    follow(link_dialog, move || store.waiting_link.with(Option::is_some));
    let names = move || {
        store.waiting_files.with(|files| {
            files.as_ref().map_or_else(String::new, |files| files.iter().map(|file| file.name.clone()).collect::<Vec<_>>().join(", "))
        })
    };
    let holds = move || {
        store.waiting_link.with(|link| match link {
            Some(link) if link.inputs.is_some() => {
                let name = if link.session.name.is_empty() { "a book".to_owned() } else { format!("the book “{}”", link.session.name) };
                format!(
                    "The link holds {name} with {} positions and its market. It takes the place of the book on this page, which stays among your saved books.",
                    link.positions
                )
            }
            Some(_) => {
                "The link holds a scenario without positions. Opening it replaces your shock and ranges; your book stays.".to_owned()
            }
            None => String::new(),
        })
    };
    view! {
        <dialog class="dialog" node_ref=files_dialog aria-labelledby="files-question" on:cancel=move |_: web_sys::Event| store.waiting_files.set(None)>
            <h2 id="files-question">"Add to the book, or replace it?"</h2>
            <p class="dialog__text">{names}</p>
            <div class="dialog__actions">
                <button class="button" on:click=move |_| store.waiting_files.set(None)>"Keep the book as it is"</button>
                <button class="button" data-choice="replace" on:click=move |_| store.import_waiting(true)>"Replace"</button>
                <button class="button button--primary" data-choice="add" on:click=move |_| store.import_waiting(false)>"Add"</button>
            </div>
        </dialog>
        <dialog class="dialog" node_ref=link_dialog aria-labelledby="link-question" on:cancel=move |_: web_sys::Event| store.take_link(false)>
            <h2 id="link-question">"Open the shared link?"</h2>
            <p class="dialog__text">{holds}</p>
            <div class="dialog__actions">
                <button class="button" data-choice="discard" on:click=move |_| store.take_link(false)>"Discard the link"</button>
                <button class="button button--primary" data-choice="open" on:click=move |_| store.take_link(true)>"Open"</button>
            </div>
        </dialog>
    }
}

/// Opens and closes a dialog with a condition. Whoever uses it listens to `cancel` (Escape), not to `close`: that event comes late,
/// and would take back what a condition that turned true again has just opened.
pub fn follow(dialog: NodeRef<Dialog>, is_open: impl Fn() -> bool + 'static) {
    Effect::new(move |_| {
        let wanted = is_open();
        let Some(element) = dialog.get() else { return };
        if wanted && !element.open() {
            // Refused only for an element that is not in the document.
            let _ = element.show_modal();
        } else if !wanted && element.open() {
            element.close();
        }
    });
}
