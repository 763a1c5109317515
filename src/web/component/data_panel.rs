//! A table that was laid out elsewhere, in a panel with its title, conventions, and a file of the same numbers.

use crate::view::chart::Cell;
use crate::view::sheet::{CellEdit, Pick, TableSheet};
use crate::web::browser::download;
use crate::web::component::part::{button, element, entry, live, text, words};
use leptos::prelude::*;

/// The panel; `file` names its file, `choose` hears key, line and value of what the user takes or types.
pub fn table_panel(file: String, sheet: Signal<TableSheet>, choose: Callback<(String, String, String)>) -> AnyView {
    let title = Memo::new(move |_| sheet.with(|sheet| sheet.title.clone()));
    let name = file.clone();
    let save = move || {
        let csv = sheet.with_untracked(|sheet| sheet.table.csv());
        download::save_text(&format!("plimsoll-{name}.csv"), "text/csv;charset=utf-8", &csv);
    };
    let heading = live(move || {
        let sub = sheet.with(|sheet| sheet.sub.clone());
        element("div", &[], vec![words("h2", "panel__title", title.get()), words("p", "panel__sub", sub)])
    });
    let attributes = [("class", "button button--quiet"), ("data-csv", file.as_str()), ("aria-label", "Save these numbers as CSV")];
    let csv = button(&attributes, "CSV", save);
    let body = move || {
        sheet.with(|sheet| if sheet.table.rows.is_empty() { words("p", "empty", sheet.empty.as_str()) } else { rows(sheet, choose) })
    };
    let notes = live(move || sheet.with(|sheet| notes(&sheet.notes, "Notes")));
    let parts = vec![element("div", &[("class", "panel__head")], vec![heading, csv]), live(body), notes];
    let label = title.get_untracked();
    element("section", &[("class", "panel data-panel"), ("aria-label", &label), ("data-table", &file)], parts)
}

/// Sentences, one below the other.
fn notes(notes: &[String], label: &str) -> AnyView {
    let items: Vec<AnyView> = notes.iter().map(|note| words("li", "", note.as_str())).collect();
    if items.is_empty() { ().into_any() } else { element("ul", &[("class", "data-panel__notes"), ("aria-label", label)], items) }
}

/// The table itself, which scrolls where it is wider than the page.
fn rows(sheet: &TableSheet, choose: Callback<(String, String, String)>) -> AnyView {
    let TableSheet { title, table, pick, edits, .. } = sheet;
    let is_text = |cell: &Cell| matches!(cell, Cell::Text(_));
    let first = table.rows.first();
    let is_text_column = |place: usize| first.and_then(|row| row.get(place)).is_some_and(is_text);
    let cell = |tag, scope, is_text, inner| {
        element(tag, &[("scope", scope), ("class", if is_text { "data-table__name" } else { "" })], vec![inner])
    };
    let heads = table.heads.iter().enumerate().map(|(place, head)| cell("th", "col", is_text_column(place), text(head.as_str())));
    let row = |(line, row): (usize, &Vec<Cell>)| {
        let tags = std::iter::once(("th", "row")).chain(std::iter::repeat(("td", "")));
        let cells = row.iter().zip(tags).enumerate().map(|(column, (of, (tag, scope)))| {
            let is_here = |edit: &&CellEdit| (edit.place.0 as usize, edit.place.1 as usize) == (line, column);
            let inner = if let Some(edit) = edits.iter().find(is_here) {
                typed(edit, table.heads.get(column), row.first(), choose)
            } else if let Some((pick, value)) =
                taken(pick.as_ref(), line).filter(|(pick, _)| column == pick.column.map_or(0, |column| column as usize))
            {
                let (key, form) = (pick.key.clone(), pick.line.clone());
                button(&[("class", "data-table__pick"), ("data-choice", &pick.key), ("data-value", value)], of.shown(), {
                    let value = value.clone();
                    move || choose.run((key.clone(), form.clone(), value.clone()))
                })
            } else {
                text(of.shown())
            };
            cell(tag, scope, is_text(of), inner)
        });
        element("tr", &[], cells.collect())
    };
    let head = element("thead", &[], vec![element("tr", &[], heads.collect())]);
    let body = element("tbody", &[], table.rows.iter().enumerate().map(row).collect());
    let inner = vec![element("table", &[("class", "data-table")], vec![head, body])];
    element(
        "div",
        &[("class", "data-panel__scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", &format!("{title}: table"))],
        inner,
    )
}

/// What taking a row chooses.
fn taken(pick: Option<&Pick>, line: usize) -> Option<(&Pick, &String)> {
    let pick = pick?;
    Some((pick, pick.values.get(line).filter(|value| !value.is_empty())?))
}

fn typed(edit: &CellEdit, head: Option<&String>, of: Option<&Cell>, choose: Callback<(String, String, String)>) -> AnyView {
    let label = [of.map(Cell::shown), head.map(String::as_str)].into_iter().flatten().collect::<Vec<_>>().join(": ");
    let attributes = [
        ("class", "field data-table__field"),
        ("data-choice", edit.key.as_str()),
        ("data-line", &edit.line),
        ("aria-label", &label),
        ("aria-invalid", if edit.error.is_empty() { "" } else { "true" }),
        ("title", &edit.error),
        ("value", &edit.value),
    ];
    let (key, line) = (edit.key.clone(), edit.line.clone());
    entry("input", &attributes, Vec::new(), move |value| choose.run((key.clone(), line.clone(), value)))
}
