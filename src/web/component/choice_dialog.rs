//! A question that must not be answered silently: may this link replace the book?

use crate::web::store::{OpenedLink, Store};
use leptos::html::Dialog;
use leptos::prelude::*;

/// The dialog.
#[component]
pub fn ChoiceDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let link_dialog = NodeRef::<Dialog>::new();
    follow(link_dialog, move || store.waiting_link.with(Option::is_some));
    let holds = move || {
        store.waiting_link.with(|link| match link.as_deref() {
            Some(OpenedLink { positions: Some(positions), session }) => {
                let name = if session.name.is_empty() { "a book".to_owned() } else { format!("the book “{}”", session.name) };
                format!("The link holds {name} with {positions} positions and its market. It takes the place of the book on this page, which stays among your saved books.")
            }
            Some(_) => {
                "The link holds a scenario without positions. Opening it replaces your shock and ranges; your book stays.".to_owned()
            }
            None => String::new(),
        })
    };
    view! {
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
