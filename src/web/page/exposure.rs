//! Exposure: headline numbers, and Greeks by underlying and by expiry.

use crate::exposure::Slice;
use crate::session::Page;
use crate::view::{format, measure};
use crate::web::chart::{Bar, BarChart};
use crate::web::component::{
    explain::{ExplainDialog, ExplainTarget},
    headline::Headline,
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
    doc: "What the book is exposed to: Greeks as a whole, by underlying and by expiry.",
    view: || view! { <ExposurePage/> }.into_any(),
};

/// Measures that are charted.
const CHARTED: [&str; 4] = ["net-delta", "gamma-1pct", "vega-1pt", "theta-1d"];

#[component]
fn ExposurePage() -> impl IntoView {
    let store = expect_context::<Store>();
    provide_context(RwSignal::new(None::<ExplainTarget>));
    let is_sheet = Memo::new(move |_| store.session.with(open_tab).is_some());
    let has_book = Memo::new(move |_| store.valuation.with(Option::is_some));
    let by_expiry = RwSignal::new(false);
    let slices = Memo::new(move |_| {
        store.valuation.with(|valuation| {
            valuation.as_ref().map_or_else(Vec::new, |valuation| {
                if by_expiry.get() { valuation.by_expiry.clone() } else { valuation.by_underlying.clone() }
            })
        })
    });
    let all_underlyings = Signal::derive(move || {
        store.valuation.with(|valuation| valuation.as_ref().map_or_else(Vec::new, |valuation| valuation.by_underlying.clone()))
    });
    let all_expiries = Signal::derive(move || {
        store.valuation.with(|valuation| valuation.as_ref().map_or_else(Vec::new, |valuation| valuation.by_expiry.clone()))
    });
    let stamp = Signal::derive(move || store.stamp());
    view! {
        <h1 class="visually-hidden">"Exposure"</h1>
        <Show when=move || has_book.get() fallback=super::no_book>
            <Headline ids=&["equity", "gross-notional", "net-notional", "leverage", "net-delta", "gamma-1pct", "vega-1pt", "theta-1d"]/>
            {tabs(store, Page::Exposure, "Overview")}
            <Show when=move || !is_sheet.get() fallback=move || sheet(store)>
            <div class="exposure__switch" role="group" aria-label="Charts by">
                <button class="button button--quiet" aria-pressed=move || (!by_expiry.get()).to_string() on:click=move |_| by_expiry.set(false)>"By underlying"</button>
                <button class="button button--quiet" aria-pressed=move || by_expiry.get().to_string() on:click=move |_| by_expiry.set(true)>"By expiry"</button>
            </div>
            <div class="exposure__charts">
                {CHARTED
                    .iter()
                    .filter_map(|id| measure::MeasureDef::by_id(id))
                    .map(|def| {
                        view! {
                            <div class="panel">
                                <BarChart
                                    bars=Signal::derive(move || bars(&slices.get(), def))
                                    title=Signal::derive(move || format!("{} by {}", def.label, if by_expiry.get() { "expiry" } else { "underlying" }))
                                    unit=Signal::derive(|| "USD".to_owned())
                                    key_name=Signal::derive(move || if by_expiry.get() { "Expiry".to_owned() } else { "Underlying".to_owned() })
                                    format=format::signed_money
                                    sub=Signal::derive(move || def.unit.to_owned())
                                    stamp=stamp
                                />
                            </div>
                        }
                    })
                    .collect_view()}
            </div>
            <section class="panel">
                <h2 class="panel__title">"By underlying"</h2>
                <p class="panel__sub">"USD, with the coin's own measure beneath: an inverse option's coin delta is Δ − c"</p>
                <SliceTable slices=all_underlyings key_name="Underlying"/>
            </section>
            <section class="panel">
                <h2 class="panel__title">"By expiry"</h2>
                <p class="panel__sub">"USD; coins where all positions of the expiry share one"</p>
                <SliceTable slices=all_expiries key_name="Expiry"/>
            </section>
            </Show>
        </Show>
        <ExplainDialog/>
    }
}

fn bars(slices: &[Slice], def: &measure::MeasureDef) -> Vec<Bar> {
    let Some(of) = def.of_measures else { return Vec::new() };
    slices
        .iter()
        .filter(|slice| slice.base.gross_notional > 0.0)
        .map(|slice| Bar { label: slice_label(&slice.key), base: of(&slice.base), shocked: slice.shocked.as_ref().map(of) })
        .collect()
}
