//! Methods: how every number is computed.

use crate::session::Page;
use crate::web::component::part::{element, words};
use crate::web::page::PageDef;
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
    element(
        "section",
        &[("class", "panel")],
        vec![
            words("h1", "visually-hidden", "Methods"),
            words("p", "empty", "Every number of the page opens its formula: press the number."),
        ],
    )
}
