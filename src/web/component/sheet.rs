//! A sheet as the annex laid it out: controls, charts, tables and sentences, each redrawn only when it changes.

use crate::session::Page;
use crate::view::sheet::{Body, Control, ControlKind, Pick, TABS, TableSheet, Tone, Words};
use crate::web::browser::{download, files, scroll};
use crate::web::chart::{LaidOut, Marks, Picture, laid_out};
use crate::web::component::data_panel::table_panel;
use crate::web::component::part::{button, changed, element, entry, live, text, words};
use crate::web::store::sheet::{Slot, open_tab};
use crate::web::store::{Store, page_id};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// The open sheet.
pub fn sheet(store: Store) -> AnyView {
    let parts = live(move || {
        let due = store.sheet.due;
        let built = |(place, slot): (usize, Slot)| {
            let is_due = Memo::new(move |_| due.get() > place);
            live(move || if is_due.get() { part(store, slot.clone()) } else { ().into_any() })
        };
        store.sheet.slots.get().into_iter().enumerate().map(built).collect::<Vec<_>>().into_any()
    });
    let is_waiting = Memo::new(move |_| store.sheet.is_waiting());
    let waiting = live(move || match is_waiting.get() {
        true => element("section", &[("class", "panel")], vec![words("p", "empty", "Computing…")]),
        false => ().into_any(),
    });
    element("div", &[("class", "sheet")], vec![parts, waiting])
}

/// Links to a page's sheets.
pub fn tabs(store: Store, page: Page) -> AnyView {
    let open = Memo::new(move |_| store.session.with(open_tab).map_or("", |tab| tab.id));
    // On a phone the tab that is open may lie beyond the edge of their row.
    Effect::new(move |_| {
        open.track();
        scroll::into_sight(".tabs [aria-current]");
    });
    live(move || {
        let open = open.get();
        let own = TABS.iter().filter(|tab| tab.page == page).map(|tab| (tab.id, tab.label));
        let link = |(id, label): (&'static str, &'static str)| {
            let is_open = id == open;
            let address = format!("#{}/{id}", page_id(page));
            element(
                "a",
                &[("class", "tabs__tab"), ("href", &address), ("aria-current", if is_open { "true" } else { "" })],
                vec![text(label)],
            )
        };
        element("nav", &[("class", "tabs"), ("aria-label", "Analyses")], own.map(link).collect())
    })
}

fn part(store: Store, slot: Slot) -> AnyView {
    let Slot { id, is_wide, body } = slot;
    let wide = if is_wide { "sheet__wide" } else { "" };
    let kind = body.get_untracked();
    let body = Signal::derive(move || body.get());
    match kind {
        Body::Controls(_) => live(move || match body.get() {
            Body::Controls(controls) => {
                let shown = controls.into_iter().map(|of| control(store, of)).collect();
                element("section", &[("class", "panel sheet__controls"), ("aria-label", "What is shown")], shown)
            }
            _ => ().into_any(),
        }),
        Body::Plot(_, pick) | Body::Tiles(_, pick) | Body::Treemap(_, pick) | Body::Ranked(_, pick) => {
            let chart = LaidOut {
                file: id,
                label: "Analysis",
                picture: Memo::new_with_compare(move |_| picture(body.get()), |_, _| true).into(),
                marks: Signal::derive(move || body.with(chosen)),
                pick: pick.map(|_| Callback::new(move |place| take(store, &body.get_untracked(), place))),
                stale: Signal::derive(move || store.sheet.is_stale()),
                stamp: Signal::derive(move || store.stamp()),
                empty: "Computing…",
            };
            element("div", &[("class", wide)], vec![element("div", &[("class", "panel")], vec![laid_out(chart)])])
        }
        Body::Table(_) => {
            let table = Memo::new(move |_| match body.get() {
                Body::Table(table) => *table,
                _ => TableSheet::default(),
            });
            let choose = Callback::new(move |(key, line, value): (String, String, String)| store.choose((&key, &line), &value, &[]));
            element("div", &[("class", wide)], vec![table_panel(id, table.into(), choose)])
        }
        Body::Words(_) => live(move || match body.get() {
            Body::Words(said) => sentences(said, wide),
            _ => ().into_any(),
        }),
    }
}

fn picture(body: Body) -> Option<Arc<dyn Picture>> {
    match body {
        Body::Plot(plot, _) => Some(Arc::new(*plot)),
        Body::Tiles(tiles, _) => Some(Arc::new(*tiles)),
        Body::Treemap(treemap, _) => Some(Arc::new(*treemap)),
        Body::Ranked(ranked, _) => Some(Arc::new(*ranked)),
        Body::Controls(_) | Body::Table(_) | Body::Words(_) => None,
    }
}

/// Column and row that are chosen; what is not is far beyond all of them.
fn chosen(body: &Body) -> Marks {
    let pick = match body {
        Body::Tiles(_, Some(pick)) | Body::Treemap(_, Some(pick)) | Body::Ranked(_, Some(pick)) => Some(pick),
        _ => None,
    };
    let place = |of: fn(&Pick) -> Option<u32>| pick.and_then(of).map_or(f64::INFINITY, f64::from);
    (place(|pick| pick.column), place(|pick| pick.row))
}

/// Chooses what a place of a chart stands for.
fn take(store: Store, body: &Body, (column, row): (usize, usize)) {
    let (pick, at) = match body {
        Body::Plot(plot, Some(pick)) => (pick, row * plot.stops.len() + column),
        Body::Tiles(tiles, Some(pick)) => (pick, row * tiles.columns.len() + column),
        Body::Treemap(treemap, Some(pick)) => match treemap.order((column, row)) {
            Some(at) => (pick, at),
            None => return,
        },
        Body::Ranked(_, Some(pick)) => (pick, row),
        _ => return,
    };
    let Pick { key, line, values, .. } = pick;
    if let Some(value) = values.get(at).filter(|value| !value.is_empty()) {
        store.choose((key, line), value, &[]);
    }
}

fn sentence((tone, of): (Tone, String)) -> AnyView {
    let class = match tone {
        Tone::Plain => "sheet__sentence",
        Tone::Warning => "sheet__sentence sheet__sentence--warning",
        Tone::Alarm => "sheet__sentence sheet__sentence--alarm",
    };
    words("p", class, of)
}

/// What is to be acted on, above every page.
pub fn alerts(store: Store) -> AnyView {
    live(move || {
        let said = store.sheet.alerts.get();
        if said.is_empty() {
            return ().into_any();
        }
        let link = element("a", &[("href", "#exposure/limits")], vec![text("Limits")]);
        let parts = said.into_iter().map(sentence).chain([link]).collect();
        element("section", &[("class", "panel alerts"), ("role", "status"), ("aria-label", "Alerts")], parts)
    })
}

fn sentences(said: Words, wide: &str) -> AnyView {
    let Words { title, sentences } = said;
    let head = (!title.is_empty()).then(|| words("h2", "panel__title", title));
    let parts = head.into_iter().chain(sentences.into_iter().map(sentence)).collect();
    element("div", &[("class", wide)], vec![element("section", &[("class", "panel")], parts)])
}

fn control(store: Store, of: Control) -> AnyView {
    let Control { key, line, also, label, kind, value, error } = of;
    let invalid = if error.is_empty() { "" } else { "true" };
    let set = {
        let (key, line) = (key.clone(), line.clone());
        move |value: String| store.choose((&key, &line), &value, &also)
    };
    let mut parts = if label.is_empty() { Vec::new() } else { vec![words("span", "sheet__label", label.clone())] };
    match kind {
        ControlKind::Select(options) => {
            let option = |(of, name): (String, String)| {
                element("option", &[("value", &of), ("selected", if of == value { "selected" } else { "" })], vec![text(name)])
            };
            let attributes =
                [("class", "field"), ("data-choice", key.as_str()), ("data-line", &line), ("aria-label", &label), ("value", &value)];
            parts.push(entry("select", &attributes, options.into_iter().map(option).collect(), set));
        }
        ControlKind::Buttons(options) => {
            let buttons = options.into_iter().map(|(of, name)| {
                let is_pressed = if of == value { "true" } else { "false" };
                let set = set.clone();
                let attributes = [
                    ("class", "button button--quiet"),
                    ("aria-pressed", is_pressed),
                    ("data-choice", key.as_str()),
                    ("data-line", &line),
                    ("data-value", &of),
                ];
                button(&attributes, name, {
                    let of = of.clone();
                    move || set(of.clone())
                })
            });
            parts.push(element("span", &[("class", "sheet__buttons"), ("role", "group"), ("aria-label", &label)], buttons.collect()));
        }
        ControlKind::Field(unit) => {
            let attributes = [
                ("class", if unit.is_empty() { "field sheet__text" } else { "field field--number" }),
                ("data-choice", key.as_str()),
                ("data-line", &line),
                ("aria-label", &label),
                ("aria-invalid", invalid),
                ("value", &value),
            ];
            parts.push(entry("input", &attributes, Vec::new(), set));
            parts.push(words("span", "sheet__unit", unit));
        }
        ControlKind::Note => parts.push(words("span", "sheet__note", value)),
        ControlKind::Document(file) => parts.extend(document(&key, &label, file, value, set)),
    }
    if !error.is_empty() {
        parts.push(words("span", "sheet__error", error));
    }
    element("div", &[("class", "sheet__control")], parts)
}

/// A small file: typed, opened, saved.
fn document(key: &str, label: &str, file: String, value: String, set: impl Fn(String) + Clone + 'static) -> Vec<AnyView> {
    let attributes = [
        ("class", "field sheet__document"),
        ("data-choice", key),
        ("aria-label", label),
        ("rows", "6"),
        ("spellcheck", "false"),
        ("value", &value),
    ];
    let opened = set.clone();
    let open = changed(
        "input",
        &[("class", "visually-hidden"), ("type", "file"), ("data-input", key)],
        Vec::new(),
        Box::new(move |event| {
            let Some(file) = files::of_input(&event).into_iter().next() else { return };
            let opened = opened.clone();
            spawn_local(async move {
                // A file that the browser cannot read leaves what was typed as it is.
                if let Some(text) = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                    opened(text);
                }
            });
        }),
    );
    let is_blank = value.is_empty();
    let typed = entry("textarea", &attributes, Vec::new(), set);
    let save = move || download::save_text(&file, "text/csv;charset=utf-8", &value);
    vec![
        typed,
        element("label", &[("class", "button button--quiet")], vec![text("Open a file"), open]),
        button(&[("class", "button button--quiet"), ("disabled", if is_blank { "true" } else { "" })], "Save as a file", save),
    ]
}
