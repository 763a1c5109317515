//! The self-test: how far this browser's answers are from published accuracy sets.

use crate::oracle::{SETS, Verdict};
use crate::view::format;
use crate::web::component::part::{button, dialog, element, live, text, words};
use crate::web::store::{Computer, Store};
use leptos::prelude::*;

/// The dialog.
#[component]
pub fn SelfTestDialog() -> impl IntoView {
    let store = expect_context::<Store>();
    let test = store.self_test;
    let table = move || {
        let head = ["Set", "Rows", "Answered", "Outside", "Worst, of its tolerance", "Largest error"];
        let head = head.map(|name| element("th", &[("scope", "col")], vec![text(name)]));
        let rows: Vec<AnyView> = SETS
            .iter()
            .map(|(id, label, doc, ..)| test.verdicts.with(|all| row(label, doc, all.iter().find(|one| one.set == *id))))
            .collect();
        let head = element("thead", &[], vec![element("tr", &[], head.into())]);
        element("table", &[("class", "data-table")], vec![head, element("tbody", &[], rows)])
    };
    let misses = move || {
        test.verdicts.with(|all| {
            element(
                "ul",
                &[("class", "self-test__misses")],
                all.iter()
                    .flat_map(|verdict| &verdict.misses)
                    .map(|miss| {
                        let right = miss.right.map_or("no number".to_owned(), |right| right.to_string());
                        let reason = miss
                            .doubt
                            .as_ref()
                            .map_or_else(|| format!("allowed are {}", miss.allowed), |doubt| format!("does not count: {doubt}"));
                        words("li", "", format!("{}: ours {}, the set's {right}; {reason}", miss.id, miss.ours))
                    })
                    .collect(),
            )
        })
    };
    let close =
        vec![button(&[("class", "button button--primary"), ("data-action", "close-self-test")], "Close", move || test.is_open.set(false))];
    let parts = vec![
        element("h2", &[("id", "self-test-title")], vec![text("Self-test")]),
        words(
            "p",
            "dialog__text",
            "The code that values the book, in this browser, answers the accuracy sets of the project’s own tests: exact formulas evaluated with fifty digits, published tables, full revaluations.",
        ),
        element("div", &[("class", "self-test__scroll"), ("tabindex", "0")], vec![live(table)]),
        live(move || words("p", "self-test__sum", test.verdicts.with(|all| summary(all)))),
        live(move || words("p", "self-test__module", answered_by(store))),
        live(misses),
        live(move || words("p", "self-test__trouble", test.trouble.get())),
        element("div", &[("class", "dialog__actions")], close),
    ];
    dialog(&[("class", "dialog self-test"), ("aria-labelledby", "self-test-title")], test.is_open, parts)
}

fn row(label: &str, doc: &str, verdict: Option<&Verdict>) -> AnyView {
    let name = element("th", &[("scope", "row"), ("title", doc)], vec![text(label)]);
    let cells = match verdict {
        Some(verdict) => {
            let total = verdict.total();
            let worst = if verdict.worst < 1e-3 { "under 0.1 %".to_owned() } else { format::percent(verdict.worst) };
            [
                format::grouped(total.asked as usize),
                format::grouped(total.answered as usize),
                format::grouped(total.outside as usize),
                worst,
                format::error(verdict.largest),
            ]
        }
        None => ["…", "", "", "", ""].map(str::to_owned),
    };
    let cells = cells.map(|cell| element("td", &[], vec![text(cell)]));
    element("tr", &[], std::iter::once(name).chain(cells).collect())
}

/// Which module answered, of which build, and where it runs.
fn answered_by(store: Store) -> String {
    let place = match store.computer.get() {
        Computer::Page(_) => "in the page itself",
        Computer::Starting | Computer::Workers(_) => "in a worker",
    };
    store.self_test.build.with(|build| match build.as_str() {
        "" => String::new(),
        build => format!("Answered by worker_bg.wasm, the module that values the book, {place}; build {build}."),
    })
}

fn summary(verdicts: &[Verdict]) -> String {
    let sum = |of: fn(&Verdict) -> u32| verdicts.iter().map(of).sum::<u32>() as usize;
    let (answered, outside) = (sum(|verdict| verdict.total().answered), sum(|verdict| verdict.total().outside));
    let state = if verdicts.len() < SETS.len() { "so far" } else { "in all" };
    format!("{} {state}, {} outside of their tolerance.", format::count(answered, "answer", "answers"), format::grouped(outside))
}
