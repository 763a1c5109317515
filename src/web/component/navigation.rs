//! The list of pages, with what needs attention beside its page.

use crate::issue::Effect;
use crate::session::{Action, Page};
use crate::view::format;
use crate::web::component::part::{button, element, live, words};
use crate::web::page;
use crate::web::store::{Computer, Store};
use leptos::prelude::*;

/// The navigation; a bar at the bottom on small screens.
#[component]
pub fn Navigation() -> impl IntoView {
    let store = expect_context::<Store>();
    let count = move |page: Page| match page {
        Page::Book => store.valuation.with(|valuation| valuation.as_ref().map(|valuation| valuation.coverage.positions.to_string())),
        _ => None,
    };
    let rejected = move || {
        let of_rows = store.files.with(|files| {
            files.as_ref().map_or(0, |files| files.imported.issues.iter().filter(|issue| issue.effect == Effect::Rejected).count())
        });
        let of_positions = store.valuation.with(|valuation| valuation.as_ref().map_or(0, |valuation| valuation.coverage.left_out as usize));
        of_rows + of_positions
    };
    view! {
        <nav class="navigation" aria-label="Pages">
            {page::ALL
                .iter()
                .map(|def| {
                    let is_open = move || store.session.with(|session| session.page == def.page);
                    view! {
                        <a
                            class="navigation__item"
                            href=format!("#{}", def.id)
                            title=def.doc
                            aria-current=move || is_open().then_some("page")
                            on:click=move |event| {
                                event.prevent_default();
                                store.act(Action::Open(def.page));
                            }
                        >
                            <span>{def.label}</span>
                            <span class="navigation__count">{move || count(def.page)}</span>
                            <Show when=move || def.page == Page::Book && (rejected() > 0)>
                                <span class="navigation__alert" title="rows or positions left out">{move || rejected().to_string()}</span>
                            </Show>
                        </a>
                    }
                })
                .collect_view()}
            {foot("navigation__foot")}
        </nav>
    }
}

/// What the page rests on, and its test: beneath the list of pages, or on small screens at the page's foot.
pub fn foot(class: &'static str) -> AnyView {
    let store = expect_context::<Store>();
    let said = |of: fn(Store) -> String| live(move || words("p", "", of(store)));
    let test = button(&[("class", "button button--quiet"), ("data-action", "self-test")], "Self-test", move || store.run_self_test());
    element("div", &[("class", class)], vec![said(coverage), said(computer), words("p", "", "Nothing leaves this page."), test])
}

fn coverage(store: Store) -> String {
    store.valuation.with(|valuation| match valuation {
        None => "No book is open.".to_owned(),
        Some(valuation) => {
            let coverage = valuation.coverage;
            match (coverage.left_out, coverage.expired) {
                (0, 0) => format!("All {} positions are in every total.", coverage.positions),
                (left_out, 0) => {
                    format!("{left_out} of {} positions are in no total{}.", coverage.positions, gross(coverage.left_out_gross))
                }
                (0, expired) => format!("{expired} of {} positions had expired and count for nothing.", coverage.positions),
                (left_out, expired) => {
                    format!("{left_out} positions are in no total{}, {expired} had expired.", gross(coverage.left_out_gross))
                }
            }
        }
    })
}

/// Gross notional of what is left out, in brackets.
pub fn gross(left_out: Option<f64>) -> String {
    left_out.map_or_else(|| " (gross notional not known)".to_owned(), |gross| format!(" ({} gross)", format::money(gross)))
}

fn computer(store: Store) -> String {
    match store.computer.get() {
        Computer::Starting => "The engine is starting.".to_owned(),
        Computer::Workers(1) => "One worker computes.".to_owned(),
        Computer::Workers(count) => format!("{count} workers compute."),
        Computer::Page(reason) => format!("This page computes by itself: {reason}."),
    }
}
