//! What the first rows of a file come to by the mapping that is being made, and the rows as they stand in the file.

use crate::import::mapping::{TableSample, Trial, TriedRow};
use crate::issue::{Effect as IssueEffect, Issue};
use crate::view::format;
use crate::view::table::trial::{self, HEADS};
use crate::web::store::Store;
use crate::web::store::mapping::TRIED_ROWS;
use leptos::prelude::*;

/// Issues of the table that are shown.
const SHOWN: usize = 5;

/// The panel.
#[component]
pub fn MappingTrial() -> impl IntoView {
    let store = expect_context::<Store>();
    let desk = store.mapping;
    let counts = move || desk.trial.with(|trial| trial.as_ref().map_or_else(|| "Reading…".to_owned(), |trial| counts(trial)));
    let is_bad = move || desk.trial.with(|trial| trial.as_ref().is_some_and(|trial| trial.count.accepted == 0));
    view! {
        <p class="mapping__counts" class:mapping__counts--none=is_bad role="status" data-mapping="counts">{counts}</p>
        <div class="mapping__scroll" tabindex="0" role="region" aria-label="The first rows as they are read" aria-busy=move || desk.is_trying.get().to_string()>
            {move || desk.trial.get().map(|trial| rows(&trial))}
        </div>
        <details class="mapping__raw">
            <summary>"The same rows as they stand in the file"</summary>
            <div class="mapping__scroll" tabindex="0" role="region" aria-label="The first rows of the file">
                {move || desk.table.get().map(|table| raw(&table.sample))}
            </div>
        </details>
    }
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

fn rows(trial: &Trial) -> impl IntoView + use<> {
    let [instrument, _, quantity, entry, mark, vol] = HEADS;
    let mut issues = trial.issues.clone();
    issues.sort_by_key(|issue| issue.effect);
    issues.truncate(SHOWN);
    view! {
        <ul class="mapping__issues">
            {issues.iter().map(|issue| view! { <li class:mapping__error=issue.effect == IssueEffect::Rejected>{words(issue)}</li> }).collect_view()}
        </ul>
        {(!trial.rows.is_empty())
            .then(|| {
                view! {
                    <table class="data-table mapping__rows">
                        <thead>
                            <tr>
                                <th scope="col">"Line"</th>
                                <th scope="col" class="data-table__name">{instrument}</th>
                                {[quantity, entry, mark, vol].into_iter().map(|head| view! { <th scope="col">{head}</th> }).collect_view()}
                            </tr>
                        </thead>
                        <tbody>{trial.rows.iter().map(row).collect_view()}</tbody>
                    </table>
                }
            })}
    }
}

fn row(row: &TriedRow) -> impl IntoView + use<> {
    let line = format::grouped(row.line as usize);
    let refused = row.issues.iter().find(|issue| issue.effect == IssueEffect::Rejected);
    let said = match (row.positions.is_empty(), refused) {
        (_, Some(issue)) => Some((words(issue), true)),
        (true, None) => Some((row.issues.first().map_or_else(|| "holds nothing".to_owned(), words), false)),
        (false, None) => None,
    };
    if let Some((text, is_refused)) = said {
        return view! {
            <tr data-row=if is_refused { "refused" } else { "flat" }>
                <td>{line}</td>
                <td class="mapping__said" class:mapping__error=is_refused colspan="5">{text}</td>
            </tr>
        }
        .into_any();
    }
    let notes: Vec<String> = row.issues.iter().map(words).collect();
    row.positions
        .iter()
        .map(|position| {
            let [name, terms, quantity, entry, mark, vol] = trial::cells(position, row.vol);
            view! {
                <tr data-row="read" title=notes.join("\n")>
                    <td>{line.clone()}</td>
                    <td class="data-table__name">{name} <small>{terms}</small></td>
                    <td>{quantity}</td>
                    <td>{entry}</td>
                    <td>{mark}</td>
                    <td>{vol}</td>
                </tr>
            }
        })
        .collect_view()
        .into_any()
}

/// Column, value and message; file and line are known here.
fn words(issue: &Issue) -> String {
    let column = issue.column.as_deref().map_or_else(String::new, |column| format!("{column}: "));
    let value = issue.value.as_deref().map_or_else(String::new, |value| format!("“{value}” "));
    format!("{column}{value}{}", issue.message)
}

fn raw(sample: &TableSample) -> impl IntoView + use<> {
    view! {
        <table class="data-table mapping__raw-rows">
            <thead>
                <tr>{sample.columns.iter().map(|column| view! { <th scope="col">{column.clone()}</th> }).collect_view()}</tr>
            </thead>
            <tbody>
                {sample
                    .rows
                    .iter()
                    .map(|row| view! { <tr>{row.iter().map(|cell| view! { <td>{cell.clone()}</td> }).collect_view()}</tr> })
                    .collect_view()}
            </tbody>
        </table>
    }
}
