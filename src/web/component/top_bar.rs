//! Name of the product and the book, and what can be done with the book as a whole.

use crate::session::Action;
use crate::stress::Numeraire;
use crate::view::format;
use crate::web::browser::{files, theme};
use crate::web::component::book_menu::BookMenu;
use crate::web::component::share_dialog::ShareDialog;
use crate::web::store::Store;
use leptos::prelude::*;

/// The top bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let store = expect_context::<Store>();
    let is_sharing = RwSignal::new(false);
    let shown_theme = RwSignal::new(theme::current());
    let has_book = move || store.valuation.with(Option::is_some);
    let about = move || {
        store.valuation.with(|valuation| {
            valuation.as_ref().map(|valuation| {
                let positions = format::count(valuation.coverage.positions as usize, "position", "positions");
                format!("{positions} · as of {}", format::instant(valuation.as_of))
            })
        })
    };
    let coins = Memo::new(move |_| {
        store.valuation.with(|valuation| {
            valuation
                .as_ref()
                .map_or_else(Vec::new, |valuation| valuation.spots.iter().map(|spot| spot.underlying.clone()).collect::<Vec<_>>())
        })
    });
    view! {
        <header class="top-bar">
            <a class="top-bar__brand" href="#book" aria-label="Plimsoll">
                <svg viewBox="0 0 26 26" class="top-bar__mark" aria-hidden="true">
                    <circle cx="13" cy="13" r="9" class="top-bar__ring"></circle>
                    <path d="M0 13h26" class="top-bar__line"></path>
                </svg>
                <span>"Plimsoll"</span>
            </a>
            <div class="top-bar__book">
                <Show when=has_book>
                    <input
                        class="top-bar__name"
                        type="text"
                        aria-label="Name of the book"
                        maxlength="80"
                        prop:value=move || store.session.with(|session| session.name.clone())
                        on:change:target=move |event| store.act(Action::Name(event.target().value()))
                    />
                </Show>
                <BookMenu/>
                <Show when=has_book>
                    <span class="top-bar__about">{about}</span>
                </Show>
            </div>
            <Show when=has_book>
                <select
                    class="top-bar__unit"
                    aria-label="Unit of every measure"
                    data-option="numeraire"
                    prop:value=move || store.session.with(|session| match &session.settings.numeraire {
                        Numeraire::Usd => String::new(),
                        Numeraire::Coin(coin) => coin.clone(),
                    })
                    on:change:target=move |event| {
                        let coin = event.target().value();
                        store.act(Action::Numeraire(if coin.is_empty() { Numeraire::Usd } else { Numeraire::Coin(coin) }));
                    }
                >
                    <option value="">"in USD"</option>
                    {move || coins.get().into_iter().map(|coin| view! { <option value=coin.clone()>{format!("in {coin}")}</option> }).collect_view()}
                </select>
            </Show>
            <div class="top-bar__steps">
                <button class="button button--icon" aria-label="Undo" title="Undo (Ctrl+Z)" data-action="undo" disabled=move || store.history.depth.get().0 == 0 on:click=move |_| store.undo()>
                    <svg viewBox="0 0 16 16" class="icon" aria-hidden="true"><path d="M6 3 2.5 6.5 6 10M2.5 6.5H10a3.5 3.5 0 0 1 0 7H7" class="icon__stroke"></path></svg>
                </button>
                <button class="button button--icon" aria-label="Redo" title="Redo (Ctrl+Shift+Z)" data-action="redo" disabled=move || store.history.depth.get().1 == 0 on:click=move |_| store.redo()>
                    <svg viewBox="0 0 16 16" class="icon" aria-hidden="true"><path d="m10 3 3.5 3.5L10 10m3.5-3.5H6a3.5 3.5 0 0 0 0 7h3" class="icon__stroke"></path></svg>
                </button>
            </div>
            <button
                class="button button--icon"
                aria-label=move || if shown_theme.get() == "dark" { "Switch to the light theme" } else { "Switch to the dark theme" }
                title="Light or dark"
                data-action="theme"
                on:click=move |_| shown_theme.set(theme::toggle())
            >
                <svg viewBox="0 0 16 16" class="icon" aria-hidden="true">
                    <path d="M8 1.5a6.5 6.5 0 1 0 0 13z" class="icon__fill"></path>
                    <circle cx="8" cy="8" r="6.5" class="icon__stroke"></circle>
                </svg>
            </button>
            <label class="button top-bar__add" tabindex="-1">
                "Add"<span class="top-bar__wide">" files"</span>
                <input class="visually-hidden" type="file" multiple data-input="add" on:change=move |event| store.take_files(files::of_input(&event))/>
            </label>
            <Show when=has_book>
                <button class="button button--primary" data-action="share" on:click=move |_| is_sharing.set(true)>"Share"<span class="top-bar__wide">" link"</span></button>
            </Show>
        </header>
        <ShareDialog is_open=is_sharing/>
    }
}
