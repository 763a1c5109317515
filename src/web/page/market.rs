//! Market: what the files say of the market, as surfaces that are fitted to it, and the venues' rules for Greeks beside ours.

use crate::market::surface::Stickiness;
use crate::price::convention;
use crate::session::Page;
use crate::view::chart::smile::Across;
use crate::view::chart::{Cell, DataTable, smile, term_structure, vol_surface};
use crate::view::format;
use crate::view::market::ChainSheet;
use crate::view::table::conventions::ConventionSheet;
use crate::web::chart::{plot_chart, tile_chart};
use crate::web::component::{
    data_panel::data_panel,
    explain::{ExplainDialog, ExplainTarget},
    headline::Headline,
    part::{button, element, live, text, words},
};
use crate::web::page::PageDef;
use crate::web::store::Store;
use leptos::prelude::*;
use std::sync::Arc;

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
        vec![head, surfaces(store), spots(store), conventions(store)].into_any()
    });
    vec![words("h1", "visually-hidden", "Market"), body, view! { <ExplainDialog/> }.into_any()].into_any()
}

/// A part of what is shown of a chain; what has not changed is not drawn again.
fn part<T: Clone + PartialEq + Send + Sync + 'static>(store: Store, of: fn(&ChainSheet) -> T) -> Memo<Option<T>> {
    Memo::new(move |_| store.market.sheet.with(|sheet| sheet.as_ref().and_then(|sheet| sheet.shown.as_deref()).map(of)))
}

fn table(store: Store, of: fn(&ChainSheet) -> DataTable) -> Memo<DataTable> {
    let part = part(store, of);
    Memo::new(move |_| part.get().unwrap_or_default())
}

fn surfaces(store: Store) -> AnyView {
    let has_chain = Memo::new(move |_| store.market.sheet.with(|sheet| sheet.as_ref().is_none_or(|sheet| sheet.shown.is_some())));
    live(move || if has_chain.get() { chain(store) } else { no_chain() })
}

fn no_chain() -> AnyView {
    let lines = vec![
        words("h2", "panel__title", "Surfaces"),
        words(
            "p",
            "empty",
            "No file of this book quotes options, so there is no smile to fit. Add a chain: Deribit’s book summary, OKX’s opt-summary with its instruments, Bybit’s or Binance’s option marks.",
        ),
    ];
    element("section", &[("class", "panel")], lines)
}

fn chain(store: Store) -> AnyView {
    let market = store.market;
    let stamp = Signal::derive(move || store.stamp());
    let stale = Signal::derive(move || market.is_stale());
    let smile_plot = part(store, |shown| Arc::new(shown.smile.clone()));
    let term_plot = part(store, |shown| Arc::new(shown.term.clone()));
    let tiles = part(store, |shown| Arc::new(shown.surface.clone()));
    let expiries = part(store, |shown| shown.expiries.clone());
    let expiry = part(store, |shown| shown.expiry);
    let rule = part(store, |shown| shown.rule.clone());
    let pick = move |index: usize| {
        let picked = expiries.with_untracked(|all| all.as_ref().and_then(|all| all.get(index).copied()));
        store.choose_surface(move |choice| choice.expiry = picked.or(choice.expiry));
    };
    let chosen = Signal::derive(move || expiry.get().unwrap_or(0));
    let smile_panel = vec![
        plot_chart(&smile::DEF, smile_plot, stale, stamp, None),
        rule_switch(store),
        live(move || words("p", "market__rule", rule.get().unwrap_or_default())),
    ];
    let panel = |children| element("div", &[("class", "panel")], children);
    let charts = vec![
        panel(vec![plot_chart(&term_structure::DEF, term_plot, stale, stamp, Some(Callback::new(move |(stop, _)| pick(stop))))]),
        panel(vec![tile_chart(&vol_surface::DEF, tiles, chosen, stale, stamp, Callback::new(move |(_, row)| pick(row)))]),
    ];
    vec![
        choices(store),
        panel(smile_panel),
        element("div", &[("class", "market__charts")], charts),
        data_panel(
            "Forwards",
            "The one that is used and how it was found, its basis to spot, and every other way that the files allow",
            "forwards",
            table(store, |shown| shown.forwards.clone()),
            "Computing…",
            Vec::new(),
        ),
        data_panel(
            "Fits",
            "What the quotes of each expiry miss their curve by; an unseen quote is predicted by all the others. SVI: w(k) = a + b(ρ(k − m) + √((k − m)² + σ²))",
            "fits",
            table(store, |shown| shown.fits.clone()),
            "Computing…",
            Vec::new(),
        ),
        data_panel(
            "Arbitrage",
            "Butterflies and calendar spreads that cost less than nothing, and what the volatility there stands off by; nothing is repaired",
            "arbitrage",
            table(store, |shown| shown.arbitrage.clone()),
            "None in the quotes, and none in the fits.",
            vec![notes(store)],
        ),
    ]
    .into_any()
}

/// What was assumed of the chain.
fn notes(store: Store) -> AnyView {
    let notes = part(store, |shown| shown.notes.clone());
    live(move || {
        let items: Vec<AnyView> = notes.get().unwrap_or_default().into_iter().map(|note| words("li", "", note)).collect();
        if items.is_empty() { ().into_any() } else { element("ul", &[("class", "market__notes"), ("aria-label", "Assumptions")], items) }
    })
}

/// Chain, expiry and scale.
fn choices(store: Store) -> AnyView {
    let chains = Memo::new(move |_| {
        let sheet = store.market.sheet.get();
        sheet.map_or_else(Vec::new, |sheet| sheet.chains.iter().map(|chain| chain.label.clone()).collect())
    });
    let expiries = part(store, |shown| shown.expiries.iter().map(|expiry| format::date(*expiry)).collect::<Vec<_>>());
    let chain = part(store, |shown| shown.chain);
    let expiry = part(store, |shown| shown.expiry);
    let spot = part(store, |shown| shown.spot.clone());
    let choose_chain = move |index: usize| {
        let sheet = store.market.sheet.get_untracked();
        let picked = sheet.and_then(|sheet| sheet.chains.get(index).map(|chain| chain.chain.clone()));
        store.choose_surface(move |choice| choice.chain = picked);
    };
    let dates = part(store, |shown| shown.expiries.clone());
    let choose_expiry = move |index: usize| {
        let picked = dates.with_untracked(|all| all.as_ref().and_then(|all| all.get(index).copied()));
        store.choose_surface(move |choice| choice.expiry = picked);
    };
    let scales = [("Strike", Across::Strike), ("Log-moneyness", Across::LogMoneyness), ("Delta", Across::Delta)];
    let scale = live(move || {
        let now = store.market.choice.with(|choice| choice.across);
        let buttons =
            scales.map(|(label, across)| pressed(label, across == now, move || store.choose_surface(move |choice| choice.across = across)));
        element("div", &[("class", "market__switch"), ("role", "group"), ("aria-label", "Smile and surface over")], buttons.into())
    });
    let parts = vec![
        select("Chain", "chain", chains.into(), Signal::derive(move || chain.get().unwrap_or(0)), Callback::new(choose_chain)),
        select(
            "Expiry",
            "expiry",
            Signal::derive(move || expiries.get().unwrap_or_default()),
            Signal::derive(move || expiry.get().unwrap_or(0)),
            Callback::new(choose_expiry),
        ),
        scale,
        live(move || words("p", "market__spot", spot.get().unwrap_or_else(|| "Fitting the surfaces…".to_owned()))),
    ];
    element("section", &[("class", "panel market__choices"), ("aria-label", "What is shown")], parts)
}

fn pressed(label: &'static str, is_pressed: bool, does: impl Fn() + 'static) -> AnyView {
    button(&[("class", "button button--quiet"), ("aria-pressed", if is_pressed { "true" } else { "false" })], label, does)
}

/// A choice between names that come and go.
fn select(label: &'static str, id: &'static str, names: Signal<Vec<String>>, chosen: Signal<usize>, on: Callback<usize>) -> AnyView {
    let options = move || {
        let chosen = chosen.get();
        let option = |(place, name): (usize, String)| {
            element(
                "option",
                &[("value", &place.to_string()), ("selected", if place == chosen { "selected" } else { "" })],
                vec![text(name)],
            )
        };
        names.get().into_iter().enumerate().map(option).collect::<Vec<_>>()
    };
    view! {
        <label class="market__choice">
            {label}
            <select
                class="field"
                data-choice=id
                prop:value=move || { names.track(); chosen.get().to_string() }
                on:change:target=move |event| {
                    if let Ok(place) = event.target().value().parse() {
                        on.run(place);
                    }
                }
            >
                {options}
            </select>
        </label>
    }
    .into_any()
}

/// Ends of the skew stickiness ratio that can be typed.
const RATIOS: std::ops::RangeInclusive<f64> = -5.0..=5.0;

/// The rule for a moving smile.
fn rule_switch(store: Store) -> AnyView {
    let market = store.market;
    let choose = move |rule: Stickiness| store.choose_surface(move |choice| choice.rule = rule);
    let typed = RwSignal::new("1.5".to_owned());
    let switch = live(move || {
        let now = market.choice.with(|choice| choice.rule);
        let ratio = move || typed.get_untracked().trim().parse().ok().filter(|ratio| RATIOS.contains(ratio));
        let buttons = vec![
            pressed("Sticky strike", now == Stickiness::Strike, move || choose(Stickiness::Strike)),
            pressed("Sticky delta", now == Stickiness::Moneyness, move || choose(Stickiness::Moneyness)),
            pressed("Stickiness ratio", matches!(now, Stickiness::SkewRatio(_)), move || {
                choose(Stickiness::SkewRatio(ratio().unwrap_or(1.5)));
            }),
        ];
        element("div", &[("class", "market__switch"), ("role", "group"), ("aria-label", "When spot moves")], buttons)
    });
    let is_ratio = Memo::new(move |_| market.choice.with(|choice| matches!(choice.rule, Stickiness::SkewRatio(_))));
    let is_wrong = RwSignal::new(false);
    let field = live(move || {
        if !is_ratio.get() {
            return ().into_any();
        }
        view! {
            <input
                class="field field--number"
                data-choice="ratio"
                inputmode="decimal"
                aria-label="Skew stickiness ratio, from −5 to 5"
                aria-invalid=move || is_wrong.get().to_string()
                prop:value=move || typed.get()
                on:change:target=move |event| {
                    typed.set(event.target().value());
                    let ratio = typed.get_untracked().trim().parse().ok().filter(|ratio| RATIOS.contains(ratio));
                    is_wrong.set(ratio.is_none());
                    if let Some(ratio) = ratio {
                        choose(Stickiness::SkewRatio(ratio));
                    }
                }
            />
        }
        .into_any()
    });
    let wrong = live(move || if is_wrong.get() { words("span", "market__wrong", "a number from −5 to 5") } else { ().into_any() });
    element("div", &[("class", "market__rules")], vec![words("span", "", "When spot moves:"), switch, field, wrong])
}

/// Spot of every underlying.
fn spots(store: Store) -> AnyView {
    let table = Memo::new(move |_| {
        let mut table = DataTable::with_heads(["Underlying", "Now, USD", "Under the shock, USD"]);
        store.valuation.with(|valuation| {
            for spot in valuation.iter().flat_map(|valuation| &valuation.spots) {
                let price = |price: f64| Cell::number(price, format::price(price, "USD"));
                table.rows.push(vec![Cell::text(spot.underlying.clone()), price(spot.base), price(spot.shocked)]);
            }
        });
        table
    });
    data_panel("Spot", "US dollars, as the files give it", "spots", table, "Nothing in this book has a spot.", Vec::new())
}

/// The venues' rules beside ours.
fn conventions(store: Store) -> AnyView {
    let sheet = move |of: fn(&ConventionSheet) -> DataTable| {
        Memo::new(move |_| store.market.conventions.with(|sheet| sheet.as_deref().map(of).unwrap_or_default()))
    };
    let names = Signal::derive(|| {
        let own = std::iter::once("of each position’s venue".to_owned());
        own.chain(convention::ALL.iter().map(|def| def.label.to_owned())).collect()
    });
    let chosen = Signal::derive(move || {
        let rule = store.market.rule.get();
        convention::ALL.iter().position(|def| def.id == rule).map_or(0, |place| place + 1)
    });
    let choose = move |place: usize| {
        let def = place.checked_sub(1).and_then(|place| convention::ALL.get(place));
        store.choose_convention(def.map_or_else(String::new, |def| def.id.to_owned()));
    };
    let words_below = live(move || {
        let sheet = store.market.conventions.get();
        let lines = sheet.iter().flat_map(|sheet| {
            let left_out = sheet.left_out.iter().map(|line| words("li", "", line.clone()));
            left_out.chain(sheet.rules.iter().map(|(name, doc)| words("li", "", format!("{name}: {doc}."))))
        });
        element("ul", &[("class", "market__notes"), ("aria-label", "Rules")], lines.collect())
    });
    let rule = select("Rule", "convention", names, chosen, Callback::new(choose));
    let sums = data_panel(
        "Venues’ rules for Greeks",
        "Ours beside what the venue’s own rule makes of the same options under the same market; the sum over all of them",
        "conventions",
        sheet(|sheet| sheet.sums.clone()),
        "No European option of this book goes by a known rule.",
        vec![element("div", &[("class", "market__rules")], vec![rule]), words_below],
    );
    let positions = data_panel(
        "Venues’ rules by position",
        "Those first whose delta differs most in dollars; the mark stands beside the one that the file states",
        "conventions-by-position",
        sheet(|sheet| sheet.positions.clone()),
        "No European option of this book goes by a known rule.",
        Vec::new(),
    );
    vec![sums, positions].into_any()
}
