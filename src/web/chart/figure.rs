//! The figure around a stage: caption, tools, words for a screen reader, and the data as a table.

use crate::view::chart::table::{Cell, DataTable};
use crate::web::browser::download;
use crate::web::chart::png::{Sheet, save_png};
use crate::web::chart::stage::{Stage, stage};
use leptos::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Numbers the figures of a page, so that their parts can name each other.
static FIGURES: AtomicUsize = AtomicUsize::new(0);

/// An id that no other part of the page has.
pub fn fresh_id(part: &str) -> String {
    format!("chart-{part}-{}", FIGURES.fetch_add(1, Ordering::Relaxed))
}

/// What surrounds a stage.
pub struct Figure {
    /// The stage.
    pub stage: Stage,
    /// What is plotted.
    pub title: Signal<String>,
    /// Its unit.
    pub unit: Signal<String>,
    /// Conventions.
    pub sub: Signal<String>,
    /// Book and time.
    pub stamp: Signal<String>,
    /// Name of its files, without ending.
    pub file: String,
}

/// The figure, with its key below the stage.
pub fn figure(figure: Figure, key: AnyView) -> AnyView {
    let Figure { stage: staged, title, unit, sub, stamp, file } = figure;
    let (picture, marks) = (staged.picture, staged.marks);
    let files = StoredValue::new(file);
    let summary_id = staged.summary_id.clone();
    let table_id = fresh_id("table");
    let is_open = RwSignal::new(false);
    let is_empty = move || picture.with(Option::is_none);
    let on_png = move |_| {
        if let Some(picture) = picture.get_untracked() {
            let sheet = Sheet {
                title: format!("{}, {}", title.get_untracked(), unit.get_untracked()),
                sub: sub.get_untracked(),
                stamp: stamp.get_untracked(),
                file: files.with_value(|file| format!("plimsoll-{file}.png")),
            };
            save_png(picture.as_ref(), marks.get_untracked(), &sheet);
        }
    };
    let on_csv = move |_| {
        if let Some(picture) = picture.get_untracked() {
            let file = files.with_value(|file| format!("plimsoll-{file}.csv"));
            download::save_text(&file, "text/csv;charset=utf-8", &picture.records().csv());
        }
    };
    let opened = Memo::new_with_compare(
        move |_| if is_open.get() { picture.get().map(|picture| Arc::new(picture.table())) } else { None },
        |_, _| true,
    );
    let controls = table_id.clone();
    view! {
        <figure class="chart">
            <figcaption class="chart__caption">
                <h2 class="chart__title">
                    {move || title.get()} <span class="chart__unit">{move || format!(", {}", unit.get())}</span>
                </h2>
                <p class="chart__sub">{move || sub.get()}</p>
            </figcaption>
            <div class="chart__tools" role="group" aria-label=move || format!("{}: save or read", title.get())>
                <button type="button" class="chart__tool" title="Save as picture" disabled=is_empty on:click=on_png>"PNG"</button>
                <button type="button" class="chart__tool" title="Save the numbers" disabled=is_empty on:click=on_csv>"CSV"</button>
                <button
                    type="button"
                    class="chart__tool"
                    title="Show the numbers"
                    disabled=is_empty
                    aria-expanded=move || is_open.get().to_string()
                    aria-controls=controls
                    on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                >
                    "Table"
                </button>
            </div>
            {stage(staged)}
            {key}
            <p class="chart__summary" id=summary_id>
                {move || picture.get().map(|picture| picture.summary())}
            </p>
            <div id=table_id class="chart__data" hidden=move || !is_open.get()>
                {move || opened.get().map(|table| data(&table, title.get()))}
            </div>
        </figure>
    }
    .into_any()
}

fn data(table: &DataTable, title: String) -> impl IntoView + use<> {
    let heads = table.heads.iter().cloned().map(|head| view! { <th scope="col">{head}</th> }).collect_view();
    let row = |row: &Vec<Cell>| {
        let mut cells = row.iter().map(|cell| cell.shown().to_owned());
        let first = cells.next().unwrap_or_default();
        view! { <tr><th scope="row">{first}</th>{cells.map(|text| view! { <td>{text}</td> }).collect_view()}</tr> }
    };
    view! {
        <div class="chart__scroll" tabindex="0" role="region" aria-label=format!("{title}: table")>
            <table class="chart__table">
                <thead><tr>{heads}</tr></thead>
                <tbody>{table.rows.iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
