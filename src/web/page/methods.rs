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
    let search = [
        ("type", "search"),
        ("placeholder", "Search: inverse, svi, deribit θ …"),
        ("aria-label", "Search the methods"),
        ("data-input", "methods"),
    ];
    let print = || {
        // Where a browser has no printer, nothing happens.
        let _ = window().print();
    };
    let head = vec![
        words("h1", "panel__title", "Methods"),
        words("p", "panel__sub", "How every number of this page is computed; the texts stand beside the code that they describe."),
        element(
            "div",
            &[("class", "methods__search")],
            vec![input(&search, wanted), button(&[("class", "button"), ("data-action", "print")], "Print", print)],
        ),
    ];
    let body = move || store.methods.sections.with(|sections| found(sections, &wanted.get().to_lowercase()));
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

/// The entries that hold every word that is wanted, under a list of their sections.
fn found(sections: &[Section], wanted: &str) -> AnyView {
    let (mut links, mut shown, mut count, mut all) = (Vec::new(), Vec::new(), 0, 0);
    for Section { id, label, entries } in sections {
        let mut parts = vec![words("h2", "panel__title", label.as_str())];
        parts.extend(entries.iter().filter(|entry| entry.holds(wanted)).map(entry));
        all += entries.len();
        count += parts.len() - 1;
        if parts.len() > 1 {
            links.push(link(id, label));
            shown.push(element("section", &[("class", "panel methods__section"), ("id", &anchor(id))], parts));
        }
    }
    let state = if all == 0 { "Loading…".to_owned() } else { format!("{count} of {}", format::count(all, "entry", "entries")) };
    links.push(words("span", "methods__count", state));
    shown.insert(0, element("nav", &[("class", "methods__contents"), ("aria-label", "Sections")], links));
    shown.into_any()
}

fn entry(entry: &Entry) -> AnyView {
    let Entry { id, label, doc, formula, parts } = entry;
    let mut children = vec![element("h3", &[("class", "method__name")], vec![link(id, label)]), words("p", "method__doc", doc.as_str())];
    children.extend(formula.lines().map(|line| words("p", "method__formula", line)));
    children.extend(
        parts.iter().map(|(name, of)| element("p", &[("class", "method__part")], vec![words("b", "", name.as_str()), text(of.as_str())])),
    );
    element("article", &[("class", "method"), ("id", &anchor(id))], children)
}
