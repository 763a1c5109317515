//! The exercise boundary of one position: a chart with its numbers, or why there is none.

use crate::view::chart::exercise_boundary::DEF;
use crate::web::chart::{LaidOut, laid_out};
use crate::web::component::part::{button, dialog, element, live, words};
use crate::web::store::Store;
use leptos::prelude::*;

/// The dialog.
pub fn boundary_dialog(store: Store) -> AnyView {
    let desk = store.boundary;
    let body = live(move || {
        if !desk.is_open.get() {
            return ().into_any();
        }
        let said = desk.words.get();
        if !said.is_empty() {
            return vec![words("h2", "", DEF.label), words("p", "dialog__text", said)].into_any();
        }
        laid_out(LaidOut {
            file: DEF.id.to_owned(),
            label: DEF.label,
            picture: desk.chart.into(),
            marks: Signal::stored((0.0, 0.0)),
            pick: None,
            stale: Signal::stored(false),
            stamp: Signal::derive(move || store.stamp()),
            empty: "Computing the boundary…",
        })
    });
    let close = button(&[("class", "button button--primary")], "Close", move || desk.is_open.set(false));
    let children = vec![body, element("div", &[("class", "dialog__actions")], vec![close])];
    dialog(&[("class", "dialog explain"), ("aria-label", DEF.label), ("data-dialog", DEF.id)], desk.is_open, children)
}
