//! The open book against an earlier one: the choice of it, and what prices, trades and expiries made of it.

use crate::exposure::compare::{Compared, Comparison};
use crate::issue::Issue;
use crate::view::format;
use crate::view::table::comparison::{self, Amount, Row, Step};
use crate::web::browser::files;
use crate::web::component::book_menu::part;
use crate::web::component::part::{button, dialog, element, entry, live, text, words};
use crate::web::store::Store;
use crate::web::store::autosave::BookEntry;
use crate::web::store::compare::Earlier;
use leptos::prelude::*;

/// Notes that are shown; the rest is counted.
const MOST_NOTES: usize = 5;

/// The panel, empty while nothing is compared, and the dialog.
#[component]
pub fn ComparisonPanel() -> impl IntoView {
    let store = expect_context::<Store>();
    let desk = store.compare;
    let shown = move || match store.comparison.get() {
        Some(comparison) => panel(store, &comparison, &desk.earlier.get_untracked(), desk.counts.get_untracked()),
        None => text(""),
    };
    let choice = move || match desk.is_choosing.get() {
        true => {
            let open = store.autosave.open_id();
            store.autosave.shown.with(|shown| choice(store, &shown.books, open.as_deref()))
        }
        false => text(""),
    };
    let attributes = [("class", "dialog book-menu"), ("aria-label", "Compare with an earlier book")];
    vec![live(shown), dialog(&attributes, desk.is_choosing, vec![live(choice)])]
}

/// The books to choose from.
fn choice(store: Store, books: &[BookEntry], open: Option<&str>) -> AnyView {
    let entry = |book: &BookEntry| {
        let saved = book.saved.filter(|_| Some(book.id.as_str()) != open)?;
        let facts = format!("{} · {}", format::count(book.positions as usize, "position", "positions"), format::instant(saved));
        let (id, name, about) = (book.id.clone(), book.name.clone(), format!("Compare with {}", book.name));
        let attributes = [("class", "button button--quiet"), ("data-action", "compare-book"), ("aria-label", about.as_str())];
        let compare = button(&attributes, "Compare", move || store.compare_with_book(id.clone(), name.clone()));
        let about = vec![element("b", &[], vec![text(book.name.as_str())]), words("span", "book-menu__facts", facts)];
        let parts = vec![element("div", &[("class", "book-menu__text")], about), compare];
        Some(element("li", &[("class", "book-menu__entry"), ("data-book", book.name.as_str())], parts))
    };
    let entries: Vec<AnyView> = books.iter().filter_map(entry).collect();
    let first = match entries.is_empty() {
        true => "No other book is saved in this browser; choose files:",
        false => "Choose a book saved in this browser, or files:",
    };
    let about = format!(
        "{first} a book that was saved as a file, an export of its positions, or what the venues exported then. The open book stays as it is."
    );
    let picker = view! {
        <label class="button" tabindex="-1">
            "Choose files…"
            <input class="visually-hidden" type="file" multiple data-input="earlier" on:change=move |event: web_sys::Event| store.compare_with_files(files::of_input(&event))/>
        </label>
    };
    let cancel = button(&[("class", "button"), ("data-action", "cancel-compare")], "Cancel", move || store.compare.is_choosing.set(false));
    part("Compare with an earlier book", about, entries, vec![picker.into_any(), cancel])
}

fn panel(store: Store, comparison: &Comparison, earlier: &Earlier, [rows, notes]: [u32; 2]) -> AnyView {
    let left_out = match earlier.left_out {
        0 => String::new(),
        left_out => format!(" {} of it could not be read and are in no number.", format::count(left_out, "row", "rows")),
    };
    let (then, now) = (format::instant(comparison.earlier), format::instant(comparison.later));
    let about = format!("“{}” as of {then}, against the open book as of {now}.{left_out}", earlier.name);
    let close = [("class", "button button--quiet"), ("data-action", "close-comparison"), ("aria-label", "Close the comparison")];
    let titles = vec![
        words("h2", "panel__title", "What changed since"),
        element("p", &[("class", "panel__sub"), ("data-comparison", "about")], vec![text(about)]),
    ];
    let head =
        vec![element("div", &[], titles), measures(store, comparison.measure), button(&close, "Close", move || store.stop_comparing())];
    // Only of a value is more a gain.
    let is_value = comparison.measure == Compared::Value;
    let (step_of, row_of) = (|of: Step| step(of, is_value), |of: Row| row(of, is_value));
    let column = |title: &str, name: &str, unit: &str| {
        element("th", &[("scope", "col"), ("title", title)], vec![text(format!("{name} ")), element("small", &[], vec![text(unit)])])
    };
    let mut columns = vec![column("", "Position", "")];
    columns.extend(comparison::effects(comparison).iter().map(|effect| column(effect.doc, effect.head, "USD")));
    columns.extend([column("", "Change", "USD"), column("", "Quantity then", ""), column("", "Quantity now", "")]);
    let table = vec![
        element("thead", &[], vec![element("tr", &[], columns)]),
        element("tbody", &[], comparison::rows(comparison, rows as usize).into_iter().map(row_of).collect()),
    ];
    let label = "Positions, those in which most happened first";
    let scroll = [("class", "comparison__scroll"), ("tabindex", "0"), ("role", "region"), ("aria-label", label)];
    let parts = vec![
        element("div", &[("class", "panel__head")], head),
        element("ul", &[("class", "comparison__steps")], comparison::steps(comparison).into_iter().map(step_of).collect()),
        element("div", &scroll, vec![element("table", &[("class", "data-table")], table)]),
        element("ul", &[("class", "comparison__notes")], note_list(&comparison.issues, notes as usize)),
    ];
    element("section", &[("class", "panel comparison"), ("aria-label", "Comparison with an earlier book")], parts)
}

/// What is compared.
fn measures(store: Store, chosen: Compared) -> AnyView {
    let option = |measure: Compared| {
        let selected = if measure == chosen { "selected" } else { "" };
        element("option", &[("value", measure.id()), ("selected", selected)], vec![text(measure.label())])
    };
    let attributes = [("class", "field"), ("aria-label", "What is compared"), ("data-choice", "compared")];
    entry("select", &attributes, Compared::ALL.map(option).into(), move |id| store.compare_in(&id))
}

fn step(step: Step, is_value: bool) -> AnyView {
    let parts = vec![
        words("span", "comparison__label", step.label),
        words("b", class_of(step.id, &step.amount, is_value), step.amount.text),
        words("span", "comparison__about", step.about),
    ];
    element("li", &[("class", "comparison__step"), ("data-step", step.id)], parts)
}

fn row(row: Row, is_value: bool) -> AnyView {
    let name = vec![text(format!("{} ", row.name)), element("small", &[], vec![text(row.holder)])];
    let mut cells = vec![element("th", &[("scope", "row")], name)];
    cells.extend(row.amounts.into_iter().map(|amount| words("td", class_of("", &amount, is_value), amount.text)));
    cells.extend(row.quantities.map(|quantity| words("td", "", quantity)));
    element("tr", &[], cells)
}

/// Changes are coloured by sign, which is also printed; values are not.
fn class_of(id: &str, amount: &Amount, is_value: bool) -> &'static str {
    match (id, amount.value) {
        ("then" | "now", _) => "",
        _ if !is_value => "",
        (_, value) if value >= 0.5 => "gain",
        (_, value) if value <= -0.5 => "loss",
        _ => "",
    }
}

fn note_list(issues: &[Issue], count: usize) -> Vec<AnyView> {
    let line = |issue: &Issue| {
        let subject = issue.subject.as_deref().map_or_else(String::new, |subject| format!("{subject}: "));
        format!("{subject}{}", issue.message)
    };
    let mut lines: Vec<String> = issues.iter().take(MOST_NOTES).map(line).collect();
    let more = count.saturating_sub(lines.len());
    if more > 0 {
        lines.push(format!("and {}", format::count(more, "more note", "more notes")));
    }
    lines.into_iter().map(|line| words("li", "", line)).collect()
}
