//! "Share": the link, how long it is, and what it gives away.

use crate::share::{COMFORTABLE_CHARS, WARN_CHARS};
use crate::web::browser::clipboard;
use crate::web::component::choice_dialog::follow;
use crate::web::store::Store;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The dialog.
#[component]
pub fn ShareDialog(
    /// Whether it is open.
    is_open: RwSignal<bool>,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let dialog = NodeRef::<Dialog>::new();
    let with_positions = RwSignal::new(true);
    let copied = RwSignal::new(None::<bool>);
    follow(dialog, move || is_open.get());
    Effect::new(move |_| {
        if is_open.get() {
            copied.set(None);
            store.write_link(with_positions.get());
        }
    });
    let length = move || store.link.with(|link| link.as_ref().map_or(0, String::len));
    let verdict = move || match length() {
        0 => "Writing the link…".to_owned(),
        length if length <= COMFORTABLE_CHARS => format!("{length} characters: fits any chat or mail"),
        length if length <= WARN_CHARS => format!("{length} characters: some chats cut links over {COMFORTABLE_CHARS}"),
        length => format!("{length} characters: many programs cut links this long; send the files, or the scenario only"),
    };
    let copy = move |_| {
        if let Some(link) = store.link.get_untracked() {
            leptos::task::spawn_local(async move { copied.set(Some(clipboard::copy(&link).await)) });
        }
    };
    view! {
        <dialog class="dialog share-dialog" node_ref=dialog aria-labelledby="share-title" on:cancel=move |_: web_sys::Event| is_open.set(false)>
            <h2 id="share-title">"Share this screen"</h2>
            <p class="dialog__text">
                {move || if with_positions.get() {
                    "The link itself carries the whole book: every position, size and entry price, and the market they are valued in. Whoever has the link has the book. It is not sent to any server; it stays in the histories and chats that you paste it into."
                } else {
                    "The link carries the shock, the ranges and the open page. No position, no price."
                }}
            </p>
            <label class="check">
                <input type="checkbox" data-option="with-positions" prop:checked=move || with_positions.get() on:change:target=move |event| with_positions.set(event.target().checked())/>
                "Include the positions and their market"
            </label>
            <textarea class="share-dialog__link" readonly rows="4" aria-label="Link" data-output="link" prop:value=move || store.link.get().unwrap_or_default()></textarea>
            <div class="share-dialog__meter">
                <meter min="0" max=WARN_CHARS.to_string() low=COMFORTABLE_CHARS.to_string() high=WARN_CHARS.to_string() optimum="0" prop:value=move || length() as f64></meter>
                <span>{verdict}</span>
            </div>
            <div class="dialog__actions">
                <span class="share-dialog__copied" role="status">
                    {move || match copied.get() {
                        None => "",
                        Some(true) => "Copied",
                        Some(false) => "The browser did not allow copying: select the text above",
                    }}
                </span>
                <button class="button" on:click=move |_| is_open.set(false)>"Close"</button>
                <button class="button button--primary" data-action="copy-link" disabled=move || length() == 0 on:click=copy>"Copy"</button>
            </div>
        </dialog>
    }
}
