//! Stress: P&L over spot and vol, and over spot for each day that matters.

use crate::session::{Action, Page};
use crate::stress::{GridSpec, Move, Numeraire, PathRule, ProfileSpec, VolShift};
use crate::view::format;
use crate::view::sheet::GRID;
use crate::web::chart::{Heatmap, ProfileChart};
use crate::web::component::{
    explain::{ExplainDialog, ExplainTarget},
    headline::Headline,
    sheet::{sheet, tabs},
};
use crate::web::page::PageDef;
use crate::web::store::Store;
use crate::web::store::sheet::open_tab;
use leptos::prelude::*;

/// The page.
pub const DEF: PageDef = PageDef {
    page: Page::Stress,
    id: "stress",
    label: "Stress",
    doc: "What moves of spot, vol and time would do to the book.",
    view: || view! { <StressPage/> }.into_any(),
};

#[component]
fn StressPage() -> impl IntoView {
    let store = expect_context::<Store>();
    provide_context(RwSignal::new(None::<ExplainTarget>));
    let has_book = Memo::new(move |_| store.valuation.with(Option::is_some));
    let is_grid = Memo::new(move |_| store.session.with(open_tab).is_none_or(|tab| tab.id == GRID));
    let settings = Memo::new(move |_| store.session.with(|session| session.settings.clone()));
    let unit = Signal::derive(move || match settings.get().numeraire {
        Numeraire::Usd => "USD".to_owned(),
        Numeraire::Coin(coin) => coin,
    });
    let stale = Signal::derive(move || {
        let (done, total) = store.progress.get();
        done < total
    });
    let cursor = Signal::derive(move || {
        let all = settings.get().shock.all;
        let vol = match all.vol {
            VolShift::Points(points) => points,
            VolShift::Relative(_) => 0.0,
        };
        (all.spot, vol)
    });
    let equity = Signal::derive(move || {
        store.valuation.with(|valuation| {
            let valuation = valuation.as_ref()?;
            match &valuation.settings.numeraire {
                Numeraire::Usd => Some(valuation.base.equity),
                Numeraire::Coin(coin) => {
                    valuation.spots.iter().find(|spot| spot.underlying == *coin).map(|spot| valuation.base.equity / spot.base)
                }
            }
        })
    });
    let spot = Signal::derive(move || {
        store.valuation.with(|valuation| {
            let valuation = valuation.as_ref()?;
            match (&valuation.settings.grid.underlying, valuation.spots.as_slice()) {
                (Some(name), spots) => spots.iter().find(|spot| spot.underlying == *name).map(|spot| spot.base),
                (None, [only]) => Some(only.base),
                (None, _) => None,
            }
        })
    });
    let band = Signal::derive(move || {
        store.valuation.with(|valuation| {
            let valuation = valuation.as_ref()?;
            let deviations = &valuation.ordinary_day.deviations;
            match &valuation.settings.profile.underlying {
                Some(name) => deviations.get(name).copied(),
                None => deviations.values().copied().reduce(f64::max),
            }
        })
    });
    let rule = move || match settings.get().shock.path {
        PathRule::Jump => "spot jumps at once",
        PathRule::Line => "spot moves in a straight line of log price",
    };
    let who = move || settings.get().grid.underlying.map_or_else(|| "all underlyings alike".to_owned(), |name| format!("{name} alone"));
    let grid_sub = Signal::derive(move || {
        format!(
            "Full revaluation {}; {}, forwards with it; sticky strike. A leg past its expiry is settled at the path's price: {}",
            format::forward_days(settings.get().shock.days),
            who(),
            rule()
        )
    });
    let profile_sub = Signal::derive(move || {
        let shock = settings.get().shock;
        let vol = match shock.all.vol {
            VolShift::Points(0.0) | VolShift::Relative(0.0) => String::new(),
            VolShift::Points(points) => format!("; vol {} on all but today", format::points(points)),
            VolShift::Relative(share) => format!("; vol {} on all but today", format::signed_percent(share)),
        };
        format!(
            "Each leg lives and dies at its own expiry; past it, it is settled at the path's price: {}{vol}. Band: one ordinary day",
            rule()
        )
    });
    let stamp = Signal::derive(move || store.stamp());
    view! {
        <h1 class="visually-hidden">"Stress"</h1>
        <Show when=move || has_book.get() fallback=super::no_book>
            <Headline ids=&["equity", "pnl", "net-delta", "gamma-1pct", "vega-1pt", "theta-1d"]/>
            {tabs(store, Page::Stress)}
            <Show when=move || is_grid.get() fallback=move || sheet(store)>
            <div class="stress__charts">
                <section class="panel">
                    <Heatmap
                        grid=Signal::derive(move || store.grid.get())
                        unit=unit
                        cursor=cursor
                        stale=stale
                        on_pick=Callback::new(move |(spot, vol): (f64, f64)| store.act(Action::MoveAll(Move { spot, vol: VolShift::Points(vol) })))
                        sub=grid_sub
                        stamp=stamp
                        spot=spot
                        equity=equity
                    />
                </section>
                <section class="panel">
                    <ProfileChart
                        profile=Signal::derive(move || store.profile.get())
                        unit=unit
                        cursor=Signal::derive(move || cursor.get().0)
                        band=band
                        stale=stale
                        equity=equity
                        sub=profile_sub
                        stamp=stamp
                        on_pick=Callback::new(move |spot: f64| {
                            let vol = settings.get_untracked().shock.all.vol;
                            store.act(Action::MoveAll(Move { spot, vol }));
                        })
                    />
                </section>
            </div>
            <RangeEditor/>
            </Show>
        </Show>
        <ExplainDialog/>
    }
}

/// Ranges and sizes of grid and profile.
#[component]
fn RangeEditor() -> impl IntoView {
    let store = expect_context::<Store>();
    let grid = Memo::new(move |_| store.session.with(|session| session.settings.grid.clone()));
    let profile = Memo::new(move |_| store.session.with(|session| session.settings.profile.clone()));
    let set_grid = move |change: &dyn Fn(&mut GridSpec)| {
        let mut next = grid.get_untracked();
        change(&mut next);
        store.act(Action::Grid(next));
    };
    let set_profile = move |change: &dyn Fn(&mut ProfileSpec)| {
        let mut next = profile.get_untracked();
        change(&mut next);
        store.act(Action::Profile(next));
    };
    let names = Memo::new(move |_| {
        store.valuation.with(|valuation| {
            valuation
                .as_ref()
                .map_or_else(Vec::new, |valuation| valuation.spots.iter().map(|spot| spot.underlying.clone()).collect::<Vec<_>>())
        })
    });
    view! {
        <details class="panel range-editor">
            <summary class="range-editor__summary">"Ranges"</summary>
            <div class="range-editor__fields">
                <RangeField label="Grid spot from" unit="%" value=Signal::derive(move || grid.get().spot.0 * 100.0) on_change=Callback::new(move |value: f64| set_grid(&|grid| grid.spot.0 = value / 100.0))/>
                <RangeField label="to" unit="%" value=Signal::derive(move || grid.get().spot.1 * 100.0) on_change=Callback::new(move |value: f64| set_grid(&|grid| grid.spot.1 = value / 100.0))/>
                <RangeField label="columns" unit="" value=Signal::derive(move || f64::from(grid.get().spot_count)) on_change=Callback::new(move |value: f64| set_grid(&|grid| grid.spot_count = value as u32))/>
                <RangeField label="Grid vol from" unit="pts" value=Signal::derive(move || grid.get().vol.0 * 100.0) on_change=Callback::new(move |value: f64| set_grid(&|grid| grid.vol.0 = value / 100.0))/>
                <RangeField label="to" unit="pts" value=Signal::derive(move || grid.get().vol.1 * 100.0) on_change=Callback::new(move |value: f64| set_grid(&|grid| grid.vol.1 = value / 100.0))/>
                <RangeField label="rows" unit="" value=Signal::derive(move || f64::from(grid.get().vol_count)) on_change=Callback::new(move |value: f64| set_grid(&|grid| grid.vol_count = value as u32))/>
                <RangeField label="Profile spot from" unit="%" value=Signal::derive(move || profile.get().spot.0 * 100.0) on_change=Callback::new(move |value: f64| set_profile(&|profile| profile.spot.0 = value / 100.0))/>
                <RangeField label="to" unit="%" value=Signal::derive(move || profile.get().spot.1 * 100.0) on_change=Callback::new(move |value: f64| set_profile(&|profile| profile.spot.1 = value / 100.0))/>
                <RangeField label="points" unit="" value=Signal::derive(move || f64::from(profile.get().count)) on_change=Callback::new(move |value: f64| set_profile(&|profile| profile.count = value as u32))/>
                <label class="range-field">
                    <span>"Moving underlying"</span>
                    <select
                        class="field"
                        data-option="grid-underlying"
                        prop:value=move || grid.get().underlying.unwrap_or_default()
                        on:change:target=move |event| {
                            let name = event.target().value();
                            let name = (!name.is_empty()).then_some(name);
                            set_grid(&|grid| grid.underlying.clone_from(&name));
                            set_profile(&|profile| profile.underlying.clone_from(&name));
                        }
                    >
                        <option value="">"all alike"</option>
                        {move || names.get().into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view()}
                    </select>
                </label>
                <button
                    class="button button--quiet"
                    on:click=move |_| {
                        store.act(Action::Grid(GridSpec::default()));
                        store.act(Action::Profile(ProfileSpec::default()));
                    }
                >
                    "Back to ±50 %"
                </button>
            </div>
            <p class="panel__sub">"Spot above −100 %; vol within ±1 000 points; 2 to 101 rows and columns; 2 to 1 001 points. A range that does not hold together is not taken."</p>
        </details>
    }
}

/// One number of a range.
#[component]
fn RangeField(
    /// Label.
    label: &'static str,
    /// Unit.
    unit: &'static str,
    /// Present value.
    value: Signal<f64>,
    /// A new value.
    on_change: Callback<f64>,
) -> impl IntoView {
    view! {
        <label class="range-field">
            <span>{label}</span>
            <input
                class="field field--number"
                type="text"
                inputmode="decimal"
                prop:value=move || format::plain(value.get())
                on:change:target=move |event| {
                    if let Ok(number) = event.target().value().trim().replace('−', "-").replace(',', ".").parse::<f64>() {
                        on_change.run(number);
                    }
                    event.target().set_value(&format::plain(value.get_untracked()));
                }
            />
            <small>{unit}</small>
        </label>
    }
}
