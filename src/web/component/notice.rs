//! The last message to the user, and the progress of long work with its cancel button.

use crate::view::format;
use crate::web::store::Store;
use leptos::prelude::*;

/// Messages above the page.
#[component]
pub fn NoticeBar() -> impl IntoView {
    let store = expect_context::<Store>();
    let is_computing = move || {
        let (done, total) = store.progress.get();
        total > 0 && done < total
    };
    view! {
        <div class="notice-area" role="status" aria-live="polite">
            <Show when=move || store.is_reading.get()>
                <div class="notice">
                    <span>{move || match store.reading.get() {
                        Some((done, total)) if total > 0 => format!("Reading {} of {}…", format::bytes(done), format::bytes(total)),
                        _ => "Reading…".to_owned(),
                    }}</span>
                    {move || store.reading.get().map(|(done, total)| view! {
                        <progress class="progress__bar" max=total.to_string() value=done.to_string() aria-label="Bytes read"></progress>
                        <button class="button button--quiet" data-action="cancel-reading" on:click=move |_| store.cancel_reading()>"Cancel"</button>
                    })}
                </div>
            </Show>
            {move || {
                store
                    .notice
                    .get()
                    .map(|notice| {
                        view! {
                            <div class="notice" class:notice--error=notice.is_error>
                                <span class="notice__text">{notice.text}</span>
                                <button class="button button--quiet" on:click=move |_| store.notice.set(None)>"Dismiss"</button>
                            </div>
                        }
                    })
            }}
        </div>
        <Show when=is_computing>
            <div class="progress">
                <Show
                    when=move || store.is_paused.get()
                    fallback=move || {
                        view! {
                            <span class="progress__label">{move || { let (done, total) = store.progress.get(); format!("Grid and profile, {done} of {total} parts") }}</span>
                            <progress class="progress__bar" max=move || store.progress.get().1.to_string() value=move || store.progress.get().0.to_string()></progress>
                            <button class="button button--quiet" on:click=move |_| store.cancel()>"Cancel"</button>
                        }
                    }
                >
                    <span class="progress__label">"Grid and profile were stopped."</span>
                    <button class="button button--quiet" on:click=move |_| store.resume()>"Go on"</button>
                </Show>
            </div>
        </Show>
    }
}
