//! What the first rows of a file come to by the mapping that is being made, and the rows as they stand in the file.

use crate::import::mapping::{TableSample, Trial, TriedRow};
use crate::issue::{Effect as IssueEffect, Issue};
use crate::order;
use crate::view::format;
use crate::view::table::trial::{self, HEADS};
use crate::web::store::Store;
use crate::web::store::mapping::TRIED_ROWS;
use leptos::prelude::*;

/// Issues of the table that are shown.
const SHOWN: usize = 5;

/// A row of texts, and what is said of it in passing.
struct TextRow {
    kind: &'static str,
    title: String,
    cells: Vec<TextCell>,
}

/// A text and a smaller one under it.
#[derive(Default)]
struct TextCell {
    text: String,
    small: String,
    class: &'static str,
    span: u32,
}

fn cell(text: impl Into<String>) -> TextCell {
    TextCell { text: text.into(), span: 1, ..TextCell::default() }
}

/// The panel.
#[component]
pub fn MappingTrial() -> impl IntoView {
    let store = expect_context::<Store>();
    let desk = store.mapping;
    view! {
        <div class="mapping__scroll" tabindex="0" role="region" aria-label="The first rows as they are read" aria-busy=move || desk.is_trying.get().to_string()>
            {move || desk.trial.get().map(|trial| read_rows(&trial))}
        </div>
        <details class="mapping__raw">
            <summary>"The same rows as they stand in the file"</summary>
            <div class="mapping__scroll" tabindex="0" role="region" aria-label="The first rows of the file">
                {move || desk.table.get().map(|table| file_rows(&table.sample))}
            </div>
        </details>
    }
}

/// One line on all rows.
#[component]
pub fn MappingCounts() -> impl IntoView {
    let desk = expect_context::<Store>().mapping;
    let text = move || desk.trial.with(|trial| trial.as_ref().map_or_else(|| "Reading…".to_owned(), |trial| counts(trial)));
    let is_bad = move || desk.trial.with(|trial| trial.as_ref().is_some_and(|trial| trial.count.accepted == 0));
    view! { <p class="mapping__counts" class:mapping__counts--none=is_bad role="status" data-mapping="counts">{text}</p> }
}

/// How many rows are read, of how many.
fn counts(trial: &Trial) -> String {
    let count = trial.count;
    let of = if trial.is_whole {
        format::count(count.read, "row", "rows")
    } else {
        format!("the first {} rows", format::grouped(TRIED_ROWS as usize))
    };
    match count.rejected {
        _ if count.read == 0 => "No row can be read yet.".to_owned(),
        0 => format!("All of {of} are read."),
        rejected => format!("{} of {of} are read, {} left out.", format::grouped(count.accepted), format::grouped(rejected)),
    }
}

fn read_rows(trial: &Trial) -> AnyView {
    let [instrument, _, quantity, entry, mark, vol] = HEADS;
    let mut issues = trial.issues.clone();
    order::sort_by_key(&mut issues, |issue| issue.effect);
    issues.truncate(SHOWN);
    let heads = ["Line", instrument, quantity, entry, mark, vol].map(str::to_owned).to_vec();
    let table = (!trial.rows.is_empty()).then(|| table("data-table mapping__rows", heads, trial.rows.iter().flat_map(rows_of).collect()));
    let item = |issue: &Issue| view! { <li class:mapping__error=issue.effect == IssueEffect::Rejected>{words(issue)}</li> };
    view! {
        <ul class="mapping__issues">{issues.iter().map(item).collect_view()}</ul>
        {table}
    }
    .into_any()
}

fn rows_of(row: &TriedRow) -> Vec<TextRow> {
    let line = || cell(format::grouped(row.line as usize));
    let refused = row.issues.iter().find(|issue| issue.effect == IssueEffect::Rejected);
    let said = |kind: &'static str, class: &'static str, text: String| {
        vec![TextRow { kind, title: String::new(), cells: vec![line(), TextCell { class, span: 5, ..cell(text) }] }]
    };
    match (row.positions.is_empty(), refused) {
        (_, Some(issue)) => return said("refused", "mapping__said mapping__error", words(issue)),
        (true, None) => return said("flat", "mapping__said", row.issues.first().map_or_else(|| "holds nothing".to_owned(), words)),
        (false, None) => {}
    }
    let title = row.issues.iter().map(words).collect::<Vec<_>>().join("\n");
    let read = row.positions.iter().map(|position| {
        let [name, terms, quantity, entry, mark, vol] = trial::cells(position, row.vol);
        let name = TextCell { small: terms, class: "data-table__name", ..cell(name) };
        TextRow { kind: "read", title: title.clone(), cells: vec![line(), name, cell(quantity), cell(entry), cell(mark), cell(vol)] }
    });
    read.collect()
}

/// Column, value and message; file and line are known here.
fn words(issue: &Issue) -> String {
    let column = issue.column.as_deref().map_or_else(String::new, |column| format!("{column}: "));
    let value = issue.value.as_deref().map_or_else(String::new, |value| format!("“{value}” "));
    format!("{column}{value}{}", issue.message)
}

fn file_rows(sample: &TableSample) -> AnyView {
    let row = |row: &Vec<String>| TextRow { kind: "file", title: String::new(), cells: row.iter().map(cell).collect() };
    table("data-table mapping__raw-rows", sample.columns.clone(), sample.rows.iter().map(row).collect())
}

fn table(class: &'static str, heads: Vec<String>, rows: Vec<TextRow>) -> AnyView {
    let of_cell =
        |cell: TextCell| view! { <td class=cell.class colspan=cell.span.to_string()>{cell.text} <small>{cell.small}</small></td> };
    let of_row = |row: TextRow| view! { <tr data-row=row.kind title=row.title>{row.cells.into_iter().map(of_cell).collect_view()}</tr> };
    view! {
        <table class=class>
            <thead>
                <tr>{heads.into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect_view()}</tr>
            </thead>
            <tbody>{rows.into_iter().map(of_row).collect_view()}</tbody>
        </table>
    }
    .into_any()
}
