//! Methods: how every number is computed, searched, linked to and printed.

use crate::session::Page;
use crate::view::format;
use crate::view::methods::{Entry, Section};
use crate::web::component::part::{button, element, input, live, text, words};
use crate::web::page::PageDef;
use crate::web::store::Store;
use leptos::prelude::*;

/// The page.
pub const DEF: PageDef = PageDef {
    page: Page::Methods,
    id: "methods",
    label: "Methods",
    doc: "How every number is computed: formulas, units, conventions, sources, limits.",
    view,
};

fn view() -> AnyView {
    let store = expect_context::<Store>();
    store.ask_for_methods();
    let wanted = RwSignal::new(String::new());
    follow_place(store, wanted);
    let found = Memo::new(move |_| store.methods.sections.with(|sections| matching(sections, &wanted.read())));
    let count = move || {
        let all = store.methods.sections.with(|sections| entries(sections));
        found.with(|found| {
            words(
                "p",
                "methods__count",
                if all == 0 {
                    "Loading…".to_owned()
                } else {
                    format!("{} of {}", entries(found), format::count(all, "entry", "entries"))
                },
            )
        })
    };
    let contents = move || {
        let links = found.with(|found| found.iter().map(|section| link(&section.id, &section.label)).collect());
        element("nav", &[("class", "methods__contents"), ("aria-label", "Sections")], links)
    };
    let body = move || found.with(|found| found.iter().map(section).collect::<Vec<_>>().into_any());
    let search = [
        ("type", "search"),
        ("placeholder", "Search: inverse, svi, deribit theta …"),
        ("aria-label", "Search the methods"),
        ("data-input", "methods"),
    ];
    let print = || {
        // Where a browser has no printer, nothing happens.
        let _ = window().print();
    };
    let head = vec![
        words("h1", "panel__title", "Methods"),
        words("p", "panel__sub", "How every number of this page is computed: the texts stand beside the code that they describe."),
        element(
            "div",
            &[("class", "methods__search")],
            vec![input(&search, wanted), live(count), button(&[("class", "button"), ("data-action", "print")], "Print", print)],
        ),
        live(contents),
    ];
    vec![element("section", &[("class", "panel methods")], head), live(body)].into_any()
}

/// Shows what the address names, once it is there.
fn follow_place(store: Store, wanted: RwSignal<String>) {
    Effect::new(move |_| {
        let place = store.methods.place.get();
        if place.is_empty() || store.methods.sections.with(Vec::is_empty) {
            return;
        }
        wanted.set(String::new());
        // The entries stand there with the next frame.
        request_animation_frame(move || {
            if let Some(entry) = document().get_element_by_id(&anchor(&place)) {
                entry.scroll_into_view();
            }
        });
    });
}

/// What the browser itself finds by the fragment.
fn anchor(id: &str) -> String {
    format!("{}/{id}", DEF.id)
}

fn link(id: &str, label: &str) -> AnyView {
    element("a", &[("href", &format!("#{}", anchor(id)))], vec![text(label)])
}

fn entries(sections: &[Section]) -> usize {
    sections.iter().map(|section| section.entries.len()).sum()
}

/// The entries that hold every word that is wanted.
fn matching(sections: &[Section], wanted: &str) -> Vec<Section> {
    let wanted = wanted.to_lowercase();
    let holds = |entry: &Entry| {
        let [unit, convention, source, limits] = entry.parts().map(|(_, text)| text);
        let all = [&entry.label, &entry.doc, &entry.formula, unit, convention, source, limits].join("\n").to_lowercase();
        wanted.split_whitespace().all(|word| all.contains(word))
    };
    let mut found = sections.to_vec();
    for section in &mut found {
        section.entries.retain(holds);
    }
    found.retain(|section| !section.entries.is_empty());
    found
}

fn section(section: &Section) -> AnyView {
    let heading = words("h2", "panel__title", section.label.clone());
    let children = std::iter::once(heading).chain(section.entries.iter().map(entry)).collect();
    element("section", &[("class", "panel methods__section"), ("id", &anchor(&section.id))], children)
}

fn entry(entry: &Entry) -> AnyView {
    let lines = entry.formula.lines().map(|line| words("span", "method__line", line)).collect();
    let parts = entry.parts().map(|(name, of)| element("div", &[], vec![words("dt", "", name), words("dd", "", of)]));
    element(
        "article",
        &[("class", "method"), ("id", &anchor(&entry.id))],
        vec![
            element("h3", &[("class", "method__name")], vec![link(&entry.id, &entry.label)]),
            words("p", "method__doc", entry.doc.clone()),
            element("p", &[("class", "method__formula")], lines),
            element("dl", &[("class", "method__parts")], parts.into()),
        ],
    )
}
