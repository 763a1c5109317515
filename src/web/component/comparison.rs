//! The open book against an earlier one: the choice of it, and what prices, trades and expiries made of it.

use crate::exposure::compare::Comparison;
use crate::issue::Issue;
use crate::view::format;
use crate::view::table::comparison::{self, Amount, Row, Step};
use crate::web::browser::files;
use crate::web::component::book_menu::{PLAIN, QUIET, button, part};
use crate::web::component::choice_dialog::follow;
use crate::web::store::Store;
use crate::web::store::autosave::BookEntry;
use crate::web::store::compare::Earlier;
use leptos::html::Dialog;
use leptos::prelude::*;

/// Notes that are shown; the rest is counted.
const MOST_NOTES: usize = 5;

/// The panel; empty while nothing is compared.
#[component]
pub fn ComparisonPanel() -> impl IntoView {
    let store = expect_context::<Store>();
    let dialog = NodeRef::<Dialog>::new();
    let desk = store.compare;
    follow(dialog, move || desk.is_choosing.get());
    let choice = move || {
        let open = store.autosave.open_id();
        store.autosave.shown.with(|shown| choice(store, &shown.books, open.as_deref()))
    };
    view! {
        {move || store.comparison.get().map(|comparison| panel(store, &comparison, &desk.earlier.get_untracked(), desk.counts.get_untracked()))}
        <dialog class="dialog book-menu" node_ref=dialog aria-label="Compare with an earlier book" on:cancel=move |_: web_sys::Event| desk.is_choosing.set(false)>
            {move || desk.is_choosing.get().then(choice)}
        </dialog>
    }
}

/// The books to choose from.
fn choice(store: Store, books: &[BookEntry], open: Option<&str>) -> AnyView {
    let others = books.iter().filter(|book| Some(book.id.as_str()) != open);
    let entries: Vec<AnyView> = others
        .filter_map(|book| Some((book, book.saved?)))
        .map(|(book, saved)| {
            let facts = format!("{} · {}", format::count(book.positions as usize, "position", "positions"), format::instant(saved));
            let (id, name) = (book.id.clone(), book.name.clone());
            let compare = button(QUIET, "compare-book", "Compare", name.clone(), move || store.compare_with_book(id.clone(), name.clone()));
            view! {
                <li class="book-menu__entry" data-book=book.name.clone()>
                    <div class="book-menu__text">
                        <b>{book.name.clone()}</b>
                        <span class="book-menu__facts">{facts}</span>
                    </div>
                    {compare}
                </li>
            }
            .into_any()
        })
        .collect();
    let text = match entries.is_empty() {
        true => {
            "No other book is saved in this browser. A file will do: a book that was saved as a file, an export of its positions, or what a venue exported then."
        }
        false => {
            "A book saved in this browser, or files: a book that was saved as a file, an export of its positions, or what a venue exported then. The open book stays as it is."
        }
    };
    let picker = view! {
        <label class="button" tabindex="-1">
            "Choose files…"
            <input class="visually-hidden" type="file" multiple data-input="earlier" on:change=move |event: web_sys::Event| store.compare_with_files(files::of_input(&event))/>
        </label>
    };
    let buttons =
        vec![picker.into_any(), button(PLAIN, "cancel-compare", "Cancel", String::new(), move || store.compare.is_choosing.set(false))];
    part("Compare with an earlier book", text.to_owned(), entries, buttons)
}

fn panel(store: Store, comparison: &Comparison, earlier: &Earlier, [rows, notes]: [u32; 2]) -> AnyView {
    let effects = comparison::effects(comparison);
    let heads: Vec<AnyView> = effects
        .iter()
        .map(|effect| view! { <th scope="col" title=effect.doc>{effect.label} " " <small>"USD"</small></th> }.into_any())
        .collect();
    let steps: Vec<AnyView> = comparison::steps(comparison).into_iter().map(step).collect();
    let rows: Vec<AnyView> = comparison::rows(comparison, rows as usize).into_iter().map(row).collect();
    let left_out = match earlier.left_out {
        0 => String::new(),
        left_out => format!(" {} of it could not be read and are in no number.", format::count(left_out, "row", "rows")),
    };
    let about = format!(
        "“{}” as of {}, against the open book as of {}.{left_out}",
        earlier.name,
        format::instant(comparison.earlier),
        format::instant(comparison.later)
    );
    view! {
        <section class="panel comparison" aria-label="Comparison with an earlier book">
            <div class="panel__head">
                <div>
                    <h2 class="panel__title">"What changed since"</h2>
                    <p class="panel__sub" data-comparison="about">{about}</p>
                </div>
                {button(QUIET, "close-comparison", "Close", "the comparison".to_owned(), move || store.stop_comparing())}
            </div>
            <ul class="comparison__steps">{steps}</ul>
            <div class="comparison__scroll" tabindex="0" role="region" aria-label="Positions, those in which most happened first">
                <table class="data-table">
                    <thead>
                        <tr>
                            <th scope="col">"Position"</th>
                            {heads}
                            <th scope="col">"Change " <small>"USD"</small></th>
                            <th scope="col">"Quantity then"</th>
                            <th scope="col">"Quantity now"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            {note_list(&comparison.issues, notes as usize)}
        </section>
    }
    .into_any()
}

fn step(step: Step) -> AnyView {
    let class = class_of(step.id, &step.amount);
    view! {
        <li class="comparison__step" data-step=step.id>
            <span class="comparison__label">{step.label}</span>
            <b class=class>{step.amount.text}</b>
            <span class="comparison__about">{step.about}</span>
        </li>
    }
    .into_any()
}

fn row(row: Row) -> AnyView {
    let amount = |amount: Amount| {
        let class = class_of("", &amount);
        view! { <td class=class>{amount.text}</td> }.into_any()
    };
    let amounts: Vec<AnyView> = row.amounts.into_iter().map(amount).collect();
    let [then, now] = row.quantities;
    view! {
        <tr>
            <th scope="row">{row.name} <small>{row.holder}</small></th>
            {amounts}
            <td>{then}</td>
            <td>{now}</td>
        </tr>
    }
    .into_any()
}

/// Changes are coloured by sign, which is also printed; values are not.
fn class_of(id: &str, amount: &Amount) -> &'static str {
    match (id, amount.value) {
        ("then" | "now", _) => "",
        (_, value) if value >= 0.5 => "gain",
        (_, value) if value <= -0.5 => "loss",
        _ => "",
    }
}

fn note_list(issues: &[Issue], count: usize) -> AnyView {
    let line = |issue: &Issue| {
        let subject = issue.subject.as_deref().map_or_else(String::new, |subject| format!("{subject}: "));
        view! { <li>{subject} {issue.message.clone()}</li> }.into_any()
    };
    let mut lines: Vec<AnyView> = issues.iter().take(MOST_NOTES).map(line).collect();
    let more = count.saturating_sub(lines.len());
    if more > 0 {
        lines.push(view! { <li>{format!("and {}", format::count(more, "more note", "more notes"))}</li> }.into_any());
    }
    view! { <ul class="comparison__notes">{lines}</ul> }.into_any()
}
