//! What can be done with the marked positions, and the form of one position.

use crate::book::{Closing, Edit};
use crate::import::plimsoll_columns;
use crate::units::Quantity;
use crate::view::format;
use crate::view::table::lines::ShownLine;
use crate::web::component::boundary_dialog::boundary_dialog;
use crate::web::component::choice_dialog::follow;
use crate::web::component::part::{button, live};
use crate::web::store::{Form, Store, in_one_line};
use leptos::html::Dialog;
use leptos::prelude::*;

/// The bar over the table, shown while positions are marked, and the form.
#[component]
pub fn PositionEditor() -> impl IntoView {
    let store = expect_context::<Store>();
    let count = move || store.selected.with(|selected| selected.len());
    let indices = move || store.selected.with_untracked(|selected| selected.iter().copied().collect::<Vec<u32>>());
    let key = RwSignal::new("strategy".to_owned());
    let value = RwSignal::new(String::new());
    let lot = RwSignal::new(String::new());
    // Its row may be out of sight by now: what was known of the position then still holds.
    let american = Memo::new(move |known: Option<&(Option<u32>, bool)>| {
        let index = store.selected.with(|selected| selected.first().copied().filter(|_| selected.len() == 1));
        let class = store.table.window.with(|window| {
            let mut rows = window.lines.iter();
            rows.find_map(|line| match line {
                ShownLine::Row(row) if Some(row.index) == index => Some(row.class.starts_with("american")),
                _ => None,
            })
        });
        let before = known.filter(|(known, _)| *known == index).is_some_and(|(_, is_american)| *is_american);
        (index, class.unwrap_or(before))
    });
    let close = move |_| {
        let closings = indices().into_iter().map(|index| Closing { index, price: None }).collect();
        store.edit(vec![Edit::Close { closings }]);
    };
    let split = move |_| {
        let quantity = lot.get_untracked().trim().replace('−', "-").parse::<f64>().ok().and_then(|size| Quantity::new(size).ok());
        if let (Some(quantity), [index]) = (quantity, indices().as_slice()) {
            store.edit(vec![Edit::Split { index: *index, quantity }]);
        }
    };
    let tag = move |_| {
        let (key, value) = (key.get_untracked(), value.get_untracked());
        store.edit(vec![Edit::Tag { indices: indices(), key, value }]);
    };
    view! {
        <Show when=move || store.selected.with(|selected| !selected.is_empty())>
            <div class="position-editor" role="toolbar" aria-label="Marked positions">
                <b class="position-editor__count">{move || format::count(count(), "position", "positions")}</b>
                <Show when=move || count() == 1>
                    <button class="button button--quiet" data-action="edit-position" on:click=move |_| store.open_form(indices().first().copied())>"Edit"</button>
                    {live(move || boundary_button(store, american.get()))}
                    <span class="position-editor__group">
                        <input class="field field--short" aria-label="Quantity of the first lot" placeholder="lot" data-input="lot" on:input:target=move |event| lot.set(event.target().value())/>
                        <button class="button button--quiet" data-action="split-position" on:click=split>"Split"</button>
                    </span>
                </Show>
                <button class="button button--quiet" data-action="close-positions" title="At the price that they are valued at; the proceeds go to the account's cash" on:click=close>"Close"</button>
                <button class="button button--quiet" data-action="delete-positions" title="Without their value" on:click=move |_| store.edit(vec![Edit::Delete { indices: indices() }])>"Delete"</button>
                <span class="position-editor__group">
                    <select class="field" aria-label="Dimension of the label" data-input="tag-key" on:change:target=move |event| key.set(event.target().value())>
                        <option value="strategy">"strategy"</option>
                        <option value="trader">"trader"</option>
                        <option value="asset_class">"asset class"</option>
                    </select>
                    <input class="field field--short" aria-label="Label" placeholder="label" data-input="tag-value" on:input:target=move |event| value.set(event.target().value())/>
                    <button class="button button--quiet" data-action="tag-positions" on:click=tag>"Label"</button>
                </span>
                <button class="button button--quiet" on:click=move |_| store.clear_selected()>"Unmark"</button>
            </div>
        </Show>
        <FormDialog/>
        {boundary_dialog(store)}
    }
}

/// Of a position that may be exercised early.
fn boundary_button(store: Store, american: (Option<u32>, bool)) -> AnyView {
    let (Some(index), true) = american else { return ().into_any() };
    let attributes =
        [("class", "button button--quiet"), ("data-action", "exercise-boundary"), ("title", "At which spot it is exercised early")];
    button(&attributes, "Exercise boundary", move || store.open_boundary(index))
}

/// The form: the columns of the positions table, read by the same code as a file.
#[component]
fn FormDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let dialog = NodeRef::<Dialog>::new();
    follow(dialog, move || store.form.with(Option::is_some));
    let is_new = move || store.form.with(|form| form.as_ref().is_none_or(|form| form.index.is_none()));
    let set = move |column: &str, text: String| {
        store.form.update(|form| {
            if let Some(cell) = form.as_mut().and_then(|form| form.cells.iter_mut().find(|(name, _)| name == column)) {
                cell.1 = text;
            }
        });
    };
    let fields = move || {
        let form: Form = store.form.get_untracked().unwrap_or_default();
        form.cells
            .into_iter()
            .map(|(column, text)| {
                let name = column.clone();
                let label = plimsoll_columns::label(&column);
                let title = column.clone();
                view! {
                    <label class="form__field" title=title>
                        <span>{label}</span>
                        <input class="field" data-field=column prop:value=text on:input:target=move |event| set(&name, event.target().value())/>
                    </label>
                }
            })
            .collect_view()
    };
    // The fields are made anew for each form, not for each letter.
    let opened = Memo::new(move |_| store.form.with(|form| form.as_ref().map(|form| (form.index, form.cells.len()))));
    view! {
        <dialog class="dialog form" node_ref=dialog aria-labelledby="form-title" on:cancel=move |_: web_sys::Event| store.form.set(None)>
            <h2 id="form-title">{move || if is_new() { "Add a position" } else { "Edit the position" }}</h2>
            <p class="dialog__text">"The columns of the positions table. A Deribit-style name such as BTC-26MAR27-100000-C needs no other terms; + is long."</p>
            <div class="form__fields">{move || { opened.get(); fields() }}</div>
            <ul class="form__issues" role="alert">
                {move || store.form_issues.with(|issues| issues.iter().map(|issue| view! { <li>{in_one_line(issue)}</li> }).collect_view())}
            </ul>
            <div class="dialog__actions">
                <button class="button" data-choice="cancel" on:click=move |_| store.form.set(None)>"Cancel"</button>
                <button class="button button--primary" data-choice="put" on:click=move |_| store.put_form()>
                    {move || if is_new() { "Add" } else { "Save" }}
                </button>
            </div>
        </dialog>
    }
}
