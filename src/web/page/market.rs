//! Market: what the files say of the market, as surfaces that are fitted to it, and the venues' rules for Greeks beside ours.

use crate::market::surface::Stickiness;
use crate::session::Page;
use crate::view::chart::smile::Across;
use crate::view::chart::{smile, term_structure, vol_surface};
use crate::view::format;
use crate::web::chart::{LaidOut, laid_out};
use crate::web::component::{
    data_panel::data_panel,
    explain::{ExplainDialog, ExplainTarget},
    headline::Headline,
    part::{button, element, live, text, words},
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
        vec![head, surfaces(store), spots(store), conventions(store)].into_any()
    });
    vec![words("h1", "visually-hidden", "Market"), body, view! { <ExplainDialog/> }.into_any()].into_any()
}

fn surfaces(store: Store) -> AnyView {
    live(move || if store.market.is_empty.get() { no_chain() } else { chain(store) })
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
    let [smile_chart, term, surface] = market.charts;
    let [forwards, fits, found] = market.tables;
    let [_, rule] = market.words;
    let chart = move |def, picture, marks, pick| {
        let laid_out_chart = LaidOut {
            def,
            picture,
            marks,
            pick,
            stale: Signal::derive(move || market.is_stale()),
            stamp: Signal::derive(move || store.stamp()),
            empty: "Fitting the surfaces…",
        };
        laid_out(laid_out_chart)
    };
    let nothing = || Signal::stored((0.0, 0.0));
    let chosen = Signal::derive(move || {
        let [_, expiry] = market.chosen.get();
        (0.0, f64::from(expiry))
    });
    let by_column = Callback::new(move |(stop, _)| store.choose_expiry(stop));
    let by_row = Callback::new(move |(_, row)| store.choose_expiry(row));
    let smile_panel =
        vec![chart(&smile::DEF, smile_chart, nothing(), None), rule_switch(store), live(move || words("p", "market__rule", rule.get()))];
    let panel = |children| element("div", &[("class", "panel")], children);
    let charts = vec![
        panel(vec![chart(&term_structure::DEF, term, nothing(), Some(by_column))]),
        panel(vec![chart(&vol_surface::DEF, surface, chosen, Some(by_row))]),
    ];
    vec![
        choices(store),
        panel(smile_panel),
        element("div", &[("class", "market__charts")], charts),
        data_panel(
            "Forwards",
            "The one that is used and how it was found, its basis to spot, and every other way that the files allow",
            "forwards",
            forwards,
            "Computing…",
            Vec::new(),
        ),
        data_panel(
            "Fits",
            "What the quotes of each expiry miss their curve by; an unseen quote is predicted by all the others. SVI: w(k) = a + b(ρ(k − m) + √((k − m)² + σ²))",
            "fits",
            fits,
            "Computing…",
            Vec::new(),
        ),
        data_panel(
            "Arbitrage",
            "Butterflies and calendar spreads that cost less than nothing, and what the volatility there stands off by; nothing is repaired",
            "arbitrage",
            found,
            "None in the quotes, and none in the fits.",
            vec![notes(market.notes, "Assumptions")],
        ),
    ]
    .into_any()
}

/// Sentences, one below the other.
fn notes(notes: RwSignal<Vec<String>>, label: &'static str) -> AnyView {
    live(move || {
        let items: Vec<AnyView> = notes.get().into_iter().map(|note| words("li", "", note)).collect();
        if items.is_empty() { ().into_any() } else { element("ul", &[("class", "market__notes"), ("aria-label", label)], items) }
    })
}

/// Chain, expiry and scale.
fn choices(store: Store) -> AnyView {
    let market = store.market;
    let [spot, _] = market.words;
    let scales = [("Strike", Across::Strike), ("Log-moneyness", Across::LogMoneyness), ("Delta", Across::Delta)];
    let scale = live(move || {
        let now = market.choice.with(|choice| choice.across);
        let buttons =
            scales.map(|(label, across)| pressed(label, across == now, move || store.choose_surface(move |choice| choice.across = across)));
        element("div", &[("class", "market__switch"), ("role", "group"), ("aria-label", "Smile and surface over")], buttons.into())
    });
    let place = move |of: fn([u32; 2]) -> u32| Signal::derive(move || of(market.chosen.get()) as usize);
    let parts = vec![
        select("Chain", "chain", market.chains, place(|[chain, _]| chain), Callback::new(move |place| store.choose_chain(place))),
        select("Expiry", "expiry", market.expiries, place(|[_, expiry]| expiry), Callback::new(move |place| store.choose_expiry(place))),
        scale,
        live(move || words("p", "market__spot", spot.get())),
    ];
    element("section", &[("class", "panel market__choices"), ("aria-label", "What is shown")], parts)
}

fn pressed(label: &'static str, is_pressed: bool, does: impl Fn() + 'static) -> AnyView {
    button(&[("class", "button button--quiet"), ("aria-pressed", if is_pressed { "true" } else { "false" })], label, does)
}

/// A choice between names that come and go.
fn select(label: &'static str, id: &'static str, names: RwSignal<Vec<String>>, chosen: Signal<usize>, on: Callback<usize>) -> AnyView {
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
    let row = |tag, cells: [String; 3]| element("tr", &[], cells.map(|cell| element(tag, &[], vec![text(cell)])).into());
    let table = live(move || {
        let rows = store.valuation.with(|valuation| {
            let spots = valuation.iter().flat_map(|valuation| &valuation.spots);
            spots
                .map(|spot| row("td", [spot.underlying.clone(), format::price(spot.base, "USD"), format::price(spot.shocked, "USD")]))
                .collect()
        });
        let head = element("thead", &[], vec![row("th", ["Underlying", "Now", "Under the shock"].map(str::to_owned))]);
        element("table", &[("class", "data-table")], vec![head, element("tbody", &[], rows)])
    });
    let parts = vec![words("h2", "panel__title", "Spot"), words("p", "panel__sub", "US dollars, as the files give it"), table];
    element("section", &[("class", "panel")], parts)
}

/// The venues' rules beside ours.
fn conventions(store: Store) -> AnyView {
    let market = store.market;
    let [sums, positions] = market.conventions;
    let empty = "No European option of this book goes by a known rule.";
    let rule = select("Rule", "convention", market.rules, market.rule.into(), Callback::new(move |place| store.choose_convention(place)));
    let sums = data_panel(
        "Venues’ rules for Greeks",
        "Ours beside what the venue’s own rule makes of the same options under the same market; the sum over all of them",
        "conventions",
        sums,
        empty,
        vec![element("div", &[("class", "market__rules")], vec![rule]), notes(market.convention_notes, "Rules")],
    );
    let positions = data_panel(
        "Venues’ rules by position",
        "Those first whose delta differs most in dollars; the mark stands beside the one that the file states",
        "conventions-by-position",
        positions,
        empty,
        Vec::new(),
    );
    vec![sums, positions].into_any()
}
