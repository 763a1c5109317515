//! A table that was laid out elsewhere, in a panel with its title, conventions, and a file of the same numbers.

use crate::view::chart::{Cell, DataTable};
use crate::web::browser::download;
use crate::web::component::part::{button, element, live, text, words};
use leptos::prelude::*;

/// The panel; `file` names its file, `empty` stands where there are no rows, `foot` below.
pub fn data_panel(
    title: &'static str,
    sub: &'static str,
    file: &'static str,
    table: RwSignal<DataTable>,
    empty: &'static str,
    foot: Vec<AnyView>,
) -> AnyView {
    let save = move || {
        download::save_text(&format!("plimsoll-{file}.csv"), "text/csv;charset=utf-8", &table.with_untracked(DataTable::csv));
    };
    let heading = element("div", &[], vec![words("h2", "panel__title", title), words("p", "panel__sub", sub)]);
    let csv = button(&[("class", "button button--quiet"), ("data-csv", file), ("aria-label", "Save these numbers as CSV")], "CSV", save);
    let body = move || table.with(|table| if table.rows.is_empty() { words("p", "empty", empty) } else { rows(title, table) });
    let mut parts = vec![element("div", &[("class", "panel__head")], vec![heading, csv]), live(body)];
    parts.extend(foot);
    element("section", &[("class", "panel data-panel"), ("aria-label", title), ("data-table", file)], parts)
}

/// The table itself, which scrolls where it is wider than the page.
fn rows(title: &str, table: &DataTable) -> AnyView {
    let cell = |tag, scope, is_text, shown: &str| {
        element(tag, &[("scope", scope), ("class", if is_text { "data-table__name" } else { "" })], vec![text(shown)])
    };
    let is_text = |cell: &Cell| matches!(cell, Cell::Text(_));
    let first = table.rows.first();
    let is_text_column = |place: usize| first.and_then(|row| row.get(place)).is_some_and(is_text);
    let heads = table.heads.iter().enumerate().map(|(place, head)| cell("th", "col", is_text_column(place), head));
    let row = |row: &Vec<Cell>| {
        let tags = std::iter::once(("th", "row")).chain(std::iter::repeat(("td", "")));
        element("tr", &[], row.iter().zip(tags).map(|(of, (tag, scope))| cell(tag, scope, is_text(of), of.shown())).collect())
    };
    let head = element("thead", &[], vec![element("tr", &[], heads.collect())]);
    let body = element("tbody", &[], table.rows.iter().map(row).collect());
    let inner = vec![element("table", &[("class", "data-table")], vec![head, body])];
    element(
        "div",
        &[("class", "data-panel__scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", &format!("{title}: table"))],
        inner,
    )
}
