//! Market: what the files say of the market, as surfaces that are fitted to it, and the venues' rules for Greeks beside ours.

use crate::session::Page;
use crate::web::component::{
    explain::{ExplainDialog, ExplainTarget},
    headline::Headline,
    part::{live, words},
    sheet::sheet,
};
use crate::web::page::PageDef;
use crate::web::store::Store;
use leptos::prelude::*;

/// The page.
pub const DEF: PageDef = PageDef {
    page: Page::Market,
    id: "market",
    label: "Market",
    doc: "What the files say of the market: forwards, smiles, surfaces, and the venues' rules for Greeks beside ours.",
    view,
};

fn view() -> AnyView {
    let store = expect_context::<Store>();
    provide_context(RwSignal::new(None::<ExplainTarget>));
    let has_book = Memo::new(move |_| store.valuation.with(Option::is_some));
    let body = live(move || {
        if !has_book.get() {
            return super::no_book();
        }
        let head = view! { <Headline ids=&["equity", "pnl", "net-delta", "gamma-1pct", "vega-1pt", "theta-1d"]/> }.into_any();
        vec![head, sheet(store)].into_any()
    });
    vec![words("h1", "visually-hidden", "Market"), body, view! { <ExplainDialog/> }.into_any()].into_any()
}
