//! The dry run: what the dropped files hold, before any of it enters the book.

use crate::import::FileSummary;
use crate::import::mapping::{Mapping, TableSample};
use crate::issue::{Effect as IssueEffect, Issue};
use crate::order;
use crate::protocol::{Imported, Preview};
use crate::view::format;
use crate::web::component::choice_dialog::follow;
use crate::web::store::{Store, in_one_line};
use leptos::html::Dialog;
use leptos::prelude::*;

/// Issues shown; the rest is listed once the files are taken over.
const SHOWN: usize = 100;
/// Other mappings that are offered for a table.
const OTHERS: usize = 3;

/// The dialog.
#[component]
pub fn IntakeDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let dialog = NodeRef::<Dialog>::new();
    follow(dialog, move || store.pending.with(Option::is_some));
    let has_book = move || store.files.with(Option::is_some);
    let is_empty = Memo::new(move |_| {
        store.pending.with(|pending| {
            pending.as_ref().is_none_or(|pending| {
                pending.imported.positions == 0
                    && pending.imported.files.iter().all(|file| file.facts == 0 && file.accounts == 0 && !file.holds_history())
            })
        })
    });
    let is_open =
        Memo::new(move |_| store.pending.with(|pending| pending.as_ref().is_some_and(|pending| has_open_table(&pending.imported))));
    let has_positions = move || store.pending.with(|pending| pending.as_ref().is_some_and(|pending| pending.imported.positions > 0));
    view! {
        <dialog class="dialog intake" node_ref=dialog aria-labelledby="intake-title" on:cancel=move |_: web_sys::Event| store.drop_pending()>
            <h2 id="intake-title" tabindex="-1" autofocus>
                {move || match (is_empty.get(), is_open.get()) {
                    (true, true) => "Columns that are not known yet",
                    (true, false) => "Nothing here can enter the book",
                    (false, _) => "Before this enters the book",
                }}
            </h2>
            {move || store.pending.get().map(|pending| contents(store, &pending.imported))}
            <Show when=move || store.mapping.is_lost.get()>
                <p class="dialog__text" role="alert">"This browser keeps nothing for the page: your mappings are lost once it is closed."</p>
            </Show>
            <div class="dialog__actions">
                <button class="button" data-choice="cancel" on:click=move |_| store.drop_pending()>
                    {move || if is_empty.get() { "Close" } else if has_book() { "Keep the book as it is" } else { "Cancel" }}
                </button>
                <Show when=move || !is_empty.get() && has_book() && has_positions()>
                    <button class="button" data-choice="replace" on:click=move |_| store.take_pending(true)>"Replace the book"</button>
                </Show>
                <Show when=move || !is_empty.get()>
                    <button class="button button--primary" data-choice="add" on:click=move |_| store.take_pending(false)>
                        {move || if has_book() { "Add to the book" } else { "Open the book" }}
                    </button>
                </Show>
            </div>
        </dialog>
    }
}

fn contents(store: Store, imported: &Imported) -> impl IntoView + use<> {
    let rows = imported.rows;
    let counts = format!(
        "{} read, {} accepted, {} left out.",
        format::count(rows.read, "row", "rows"),
        format::grouped(rows.accepted),
        format::grouped(rows.rejected)
    );
    let mut issues = imported.issues.clone();
    order::sort_by_key(&mut issues, |issue| issue.effect);
    let rejected = issues.iter().filter(|issue| issue.effect == IssueEffect::Rejected).count();
    let noted = issues.len() - rejected;
    let more = issues.len().saturating_sub(SHOWN);
    let table = |index: u32| imported.tables.iter().find(|table| table.file == index);
    issues.truncate(SHOWN);
    view! {
        <div class="intake__scroll">
            <table class="data-table intake__files">
                <thead>
                    <tr><th scope="col">"File"</th><th scope="col">"Rows"</th><th scope="col">"Left out"</th><th scope="col">"Positions"</th><th scope="col">"Market facts"</th></tr>
                </thead>
                <tbody>{(0..).zip(&imported.files).map(|(index, file)| file_row(store, file, table(index))).collect_view()}</tbody>
            </table>
        </div>
        {has_open_table(imported).then(|| view! { <p class="dialog__text">"A table whose columns are not known is read once you say what they are."</p> })}
        <p class="dialog__text" data-intake="rows">{counts}</p>
        {imported.preview.as_ref().map(totals)}
        <Show when={let is_empty = issues.is_empty(); move || !is_empty}>
            <h3>{format!("{rejected} left out, {noted} read with a note")}</h3>
        </Show>
        <ul class="intake__issues" tabindex="0" data-intake="issues">
            {issues.iter().map(issue_line).collect_view()}
            {(more > 0).then(|| view! { <li>{format!("and {more} more, listed on the Book page once this is taken over")}</li> })}
        </ul>
    }
}

fn file_row(store: Store, file: &FileSummary, table: Option<&TableSample>) -> impl IntoView + use<> {
    let kinds: Vec<String> = file.kinds.iter().map(|(kind, count)| format!("{count} × {kind}")).collect();
    view! {
        <tr>
            <td class="data-table__name">{file.name.clone()} <small title=kinds.join(", ")>{file.label.clone()}</small> {table.map(|table| mapping_buttons(store, file, table))}</td>
            <td>{format::grouped(file.rows.read)}</td>
            <td class:loss=file.rows.rejected != 0>{format::grouped(file.rows.rejected)}</td>
            <td>{format::grouped(file.positions)}</td>
            <td>{format::grouped(file.facts)}</td>
        </tr>
    }
}

/// Whether there is a table that nothing could be read of, and that a mapping may open.
fn has_open_table(imported: &Imported) -> bool {
    imported.tables.iter().any(|table| imported.files.get(table.file as usize).is_some_and(|file| file.rows.accepted == 0))
}

/// What can be said of a table: what its columns are, or that a mapping is not wanted.
fn mapping_buttons(store: Store, file: &FileSummary, table: &TableSample) -> impl IntoView + use<> {
    let index = table.file;
    let name = table.mapping.name.clone();
    let is_open = file.rows.accepted == 0;
    let label = if table.is_mapped { "Change the mapping" } else { "Map its columns" };
    let others = store.mapping.kept.get_untracked();
    let others =
        others.into_iter().filter(|mapping| mapping.fits(&table.columns) && !(table.is_mapped && mapping.name == name)).take(OTHERS);
    let others: Vec<Mapping> = others.collect();
    view! {
        <span class="intake__map">
            <button
                class="button"
                class:button--primary=is_open && !table.is_mapped
                class:button--quiet=!is_open || table.is_mapped
                data-action="map-columns"
                on:click=move |_| store.open_mapping(index)
            >
                {label}
            </button>
            {table.is_mapped.then(|| view! { <button class="button button--quiet" data-action="forget-mapping" on:click=move |_| store.forget_mapping(&name)>"Forget it"</button> })}
            {others
                .into_iter()
                .map(|mapping| {
                    let label = format!("Read by “{}”", mapping.name);
                    view! { <button class="button button--quiet" data-action="choose-mapping" on:click=move |_| store.choose_mapping(index, mapping.clone())>{label}</button> }
                })
                .collect_view()}
        </span>
    }
}

/// What the files alone come to, so that a wrong unit or sign is seen before it is in the book.
fn totals(preview: &Preview) -> impl IntoView + use<> {
    let measures = preview.totals.measures;
    let coverage = preview.coverage;
    let left_out =
        (coverage.left_out > 0).then(|| format!("{} of {} positions cannot be valued yet", coverage.left_out, coverage.positions));
    let figures = [
        ("Equity", format::money(preview.totals.equity)),
        ("Gross notional", format::money(measures.gross_notional)),
        ("Net delta", format::signed_money(measures.cash_delta)),
        ("Vega, 1 pt", format::signed_money(measures.vega_1pt)),
        ("Theta, 1 day", format::signed_money(measures.theta_1d)),
    ];
    view! {
        <dl class="intake__totals">
            {figures.into_iter().map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> }).collect_view()}
        </dl>
        <p class="dialog__text">
            {format!("These files alone, as of {}.", format::instant(preview.as_of))} " " {left_out}
        </p>
        {(!preview.findings.is_empty()).then(|| {
            let title = format!("{} between these files, or with the model", format::count(preview.finding_count as usize, "difference", "differences"));
            view! {
                <h3>{title}</h3>
                <ul class="intake__issues" tabindex="0" data-intake="findings">
                    {preview.findings.iter().map(|finding| view! {
                        <li class="issue">
                            <span class="issue__kind">{finding.dollars.filter(|dollars| *dollars >= 0.005).map(format::money)}</span>
                            <span class="issue__message">{finding.subject.clone()} ": " {finding.message.clone()}</span>
                        </li>
                    }).collect_view()}
                </ul>
            }
        })}
    }
}

fn issue_line(issue: &Issue) -> impl IntoView + use<> {
    let is_rejected = issue.effect == IssueEffect::Rejected;
    view! {
        <li class="issue" class:issue--rejected=is_rejected data-effect=if is_rejected { "rejected" } else { "noted" }>
            <span class="issue__kind">{if is_rejected { "left out" } else { "note" }}</span>
            <span class="issue__message">{in_one_line(issue)}</span>
        </li>
    }
}
