//! Market: what the files say of the market.

use crate::session::Page;
use crate::view::format;
use crate::web::component::part::{element, live, text, words};
use crate::web::page::PageDef;
use crate::web::store::Store;
use leptos::prelude::*;

/// The page.
pub const DEF: PageDef = PageDef {
    page: Page::Market,
    id: "market",
    label: "Market",
    doc: "What the files say of the market that the book is valued in.",
    view,
};

fn view() -> AnyView {
    let store = expect_context::<Store>();
    let has_book = Memo::new(move |_| store.valuation.with(Option::is_some));
    let body = live(move || if has_book.get() { live(move || spots(store)) } else { super::no_book() });
    vec![words("h1", "visually-hidden", "Market"), body].into_any()
}

/// Spot of every underlying.
fn spots(store: Store) -> AnyView {
    let cells = |tag, cells: [String; 3]| element("tr", &[], cells.into_iter().map(|cell| element(tag, &[], vec![text(cell)])).collect());
    let rows = store.valuation.with(|valuation| {
        let rows = valuation.iter().flat_map(|valuation| &valuation.spots);
        rows.map(|row| cells("td", [row.underlying.clone(), format::exact_money(row.base), format::exact_money(row.shocked)])).collect()
    });
    let head = element("thead", &[], vec![cells("th", ["Underlying", "Now", "Under the shock"].map(str::to_owned))]);
    let table = element("table", &[("class", "data-table")], vec![head, element("tbody", &[], rows)]);
    element(
        "section",
        &[("class", "panel")],
        vec![
            words("h2", "panel__title", "Spot"),
            words("p", "panel__sub", "US dollars; what no file gives is named among the issues"),
            table,
        ],
    )
}
