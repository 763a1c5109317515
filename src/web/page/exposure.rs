//! Exposure: headline numbers, what is worth knowing, Greeks by underlying and by expiry, and the analyses behind them.

use crate::exposure::Slice;
use crate::session::Page;
use crate::view::{format, measure};
use crate::web::chart::{Bar, BarChart};
use crate::web::component::{
    explain::{ExplainDialog, ExplainTarget},
    headline::Headline,
    part::{button, element, live, words},
    sheet::{sheet, tabs},
    slice_table::{SliceTable, slice_label},
};
use crate::web::page::PageDef;
use crate::web::store::Store;
use crate::web::store::sheet::open_tab;
use leptos::prelude::*;

/// The page.
pub const DEF: PageDef = PageDef {
    page: Page::Exposure,
    id: "exposure",
    label: "Exposure",
    doc: "What the book is exposed to: the map of it, Greeks, concentrations, counterparties, correlations, limits and carry.",
    view,
};

/// Measures that are charted.
const CHARTED: [&str; 4] = ["net-delta", "gamma-1pct", "vega-1pt", "theta-1d"];

fn view() -> AnyView {
    let store = expect_context::<Store>();
    provide_context(RwSignal::new(None::<ExplainTarget>));
    let has_book = Memo::new(move |_| store.valuation.with(Option::is_some));
    let is_overview = Memo::new(move |_| store.session.with(open_tab).is_none_or(|tab| tab.id == "overview"));
    let body = live(move || {
        if !has_book.get() {
            return super::no_book();
        }
        let head = view! { <Headline ids=&["equity", "gross-notional", "net-notional", "leverage", "net-delta", "gamma-1pct", "vega-1pt", "theta-1d"]/> };
        let own = live(move || if is_overview.get() { overview(store) } else { ().into_any() });
        vec![head.into_any(), tabs(store, Page::Exposure), sheet(store), own].into_any()
    });
    vec![words("h1", "visually-hidden", "Exposure"), body, view! { <ExplainDialog/> }.into_any()].into_any()
}

/// What the workers know at once.
fn overview(store: Store) -> AnyView {
    let by_expiry = RwSignal::new(false);
    let of = move |of: fn(&crate::engine::Valuation) -> &Vec<Slice>| {
        Signal::derive(move || {
            store.valuation.with(|valuation| valuation.as_ref().map_or_else(Vec::new, |valuation| of(valuation).clone()))
        })
    };
    let (all_underlyings, all_expiries) = (of(|valuation| &valuation.by_underlying), of(|valuation| &valuation.by_expiry));
    let key_name = move || if by_expiry.get() { "Expiry" } else { "Underlying" };
    let stamp = Signal::derive(move || store.stamp());
    let switch = live(move || {
        let choice = |label, is_expiry: bool| {
            let is_pressed = if by_expiry.get() == is_expiry { "true" } else { "false" };
            button(&[("class", "button button--quiet"), ("aria-pressed", is_pressed)], label, move || by_expiry.set(is_expiry))
        };
        let choices = vec![choice("By underlying", false), choice("By expiry", true)];
        element("div", &[("class", "exposure__switch"), ("role", "group"), ("aria-label", "Charts by")], choices)
    });
    let chart = |def: &'static measure::MeasureDef| {
        let chart = view! {
            <BarChart
                bars=Signal::derive(move || bars(&if by_expiry.get() { all_expiries } else { all_underlyings }.get(), def))
                title=Signal::derive(move || format!("{} by {}", def.label, key_name().to_lowercase()))
                unit=Signal::derive(|| "USD".to_owned())
                key_name=Signal::derive(move || key_name().to_owned())
                format=format::signed_money
                sub=Signal::derive(move || def.unit.to_owned())
                stamp=stamp
            />
        };
        element("div", &[("class", "panel")], vec![chart.into_any()])
    };
    let charts = CHARTED.iter().filter_map(|id| measure::MeasureDef::by_id(id)).map(chart).collect();
    let table = |title: &'static str, sub: &'static str, slices, key_name| {
        let table = view! { <SliceTable slices=slices key_name=key_name/> }.into_any();
        element("section", &[("class", "panel")], vec![words("h2", "panel__title", title), words("p", "panel__sub", sub), table])
    };
    let coin = "USD, with the coin's own measure beneath: an inverse option's coin delta is Δ − c";
    vec![
        switch,
        element("div", &[("class", "exposure__charts")], charts),
        table("By underlying", coin, all_underlyings, "Underlying"),
        table("By expiry", "USD; coins where all positions of the expiry share one", all_expiries, "Expiry"),
    ]
    .into_any()
}

fn bars(slices: &[Slice], def: &measure::MeasureDef) -> Vec<Bar> {
    let Some(of) = def.of_measures else { return Vec::new() };
    slices
        .iter()
        .filter(|slice| slice.base.gross_notional > 0.0)
        .map(|slice| Bar { label: slice_label(&slice.key), base: of(&slice.base), shocked: slice.shocked.as_ref().map(of) })
        .collect()
}
