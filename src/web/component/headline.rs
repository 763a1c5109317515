//! The headline numbers: base, and under a shock the shocked value beside it. Each opens its explanation.

use crate::engine::Valuation;
use crate::stress::Numeraire;
use crate::view::format;
use crate::view::measure::MeasureDef;
use crate::web::component::explain::ExplainTarget;
use crate::web::store::Store;
use leptos::prelude::*;

/// A row of headline numbers, by measure id; `pnl` stands for the P&L of the shock.
#[component]
pub fn Headline(
    /// Ids of the measures, in order.
    ids: &'static [&'static str],
) -> impl IntoView {
    let store = expect_context::<Store>();
    view! {
        <section class="headline" data-count=ids.len().to_string() aria-label="Headline numbers" class:headline--stale=move || store.valuation.with(Option::is_none)>
            {ids
                .iter()
                .map(|id| match MeasureDef::by_id(id) {
                    Some(def) => view! { <MeasureCard def=def/> }.into_any(),
                    None => view! { <PnlCard/> }.into_any(),
                })
                .collect_view()}
        </section>
    }
}

/// The texts of one card.
#[derive(Clone, Debug, Default, PartialEq)]
struct CardText {
    main: String,
    shocked: Option<String>,
    aside: String,
    sign: f64,
}

fn card_text(def: &MeasureDef, valuation: &Valuation) -> CardText {
    let in_coin = match &valuation.settings.numeraire {
        Numeraire::Coin(coin) => valuation.by_underlying.iter().find(|slice| slice.key == *coin).filter(|_| def.of_coin.is_some()),
        Numeraire::Usd => None,
    };
    let base = (def.of_totals)(&valuation.base);
    let shocked = valuation.shocked.as_ref().map(|totals| (def.of_totals)(totals));
    let dollars = def.text(base);
    if let Some(slice) = in_coin
        && def.id != "equity"
        && let Some(main) = def.coin_text(slice, false)
    {
        let sign = def.of_coin.and_then(|of| slice.base_coin.as_ref().map(of)).unwrap_or(0.0);
        return CardText { main, shocked: def.coin_text(slice, true), aside: format!("{} positions only", slice.key), sign };
    }
    if def.id == "equity"
        && let Numeraire::Coin(coin) = &valuation.settings.numeraire
        && let Some(spot) = valuation.spots.iter().find(|spot| spot.underlying == *coin)
    {
        let main = base.map_or_else(|| "n/a".to_owned(), |base| format::coin(base / spot.base, coin));
        let shocked = shocked.flatten().map(|shocked| format::coin(shocked / spot.shocked, coin));
        return CardText { main, shocked, aside: dollars, sign: base.unwrap_or(0.0) };
    }
    // The coin beside the dollars, where one coin tells the whole story.
    let coins: Vec<_> = valuation.by_underlying.iter().filter(|slice| slice.base_coin.is_some()).collect();
    let aside = match (coins.as_slice(), def.of_coin) {
        ([only], Some(_)) if def.id != "equity" => def.coin_text(only, false).unwrap_or_default(),
        _ => def.of_what(base).to_owned(),
    };
    let shocked = shocked.map(|shocked| if shocked.is_none() { def.of_what(shocked).to_owned() } else { def.text(shocked) });
    CardText { main: dollars, shocked, aside, sign: base.unwrap_or(0.0) }
}

/// One measure.
#[component]
fn MeasureCard(
    /// Which.
    def: &'static MeasureDef,
) -> impl IntoView {
    let store = expect_context::<Store>();
    let target = expect_context::<RwSignal<Option<ExplainTarget>>>();
    let text = Memo::new(move |_| store.valuation.with(|valuation| valuation.as_ref().map(|valuation| card_text(def, valuation))));
    let main = move || text.with(|text| text.as_ref().map_or_else(|| "–".to_owned(), |text| text.main.clone()));
    let is_signed = def.style == crate::view::measure::Style::Change;
    let sign = move || text.with(|text| text.as_ref().map_or(0.0, |text| text.sign));
    view! {
        <button
            class="headline__card"
            data-measure=def.id
            title=def.doc
            aria-haspopup="dialog"
            on:click=move |_| target.set(Some(ExplainTarget::Measure(def.id)))
        >
            <span class="headline__label">{def.label}<span class="headline__why" aria-hidden="true">"?"</span></span>
            <strong
                class="headline__value"
                class:headline__value--gain=move || is_signed && (sign() > 0.0)
                class:headline__value--loss=move || is_signed && (sign() < 0.0)
            >
                {main}
            </strong>
            {move || {
                text.get()
                    .map(|text| match text.shocked {
                        Some(shocked) => view! { <small class="headline__shocked">"→ " {shocked}</small> }.into_any(),
                        None => view! { <small class="headline__aside">{text.aside}</small> }.into_any(),
                    })
            }}
        </button>
    }
}

/// Equity and the P&L of the shock, in dollars or in the chosen coin.
fn in_numeraire(valuation: &Valuation) -> (f64, Option<f64>) {
    let Numeraire::Coin(coin) = &valuation.settings.numeraire else { return (valuation.base.equity, valuation.pnl) };
    match valuation.spots.iter().find(|spot| spot.underlying == *coin) {
        Some(spot) => {
            let base = valuation.base.equity / spot.base;
            (base, valuation.shocked.as_ref().map(|shocked| shocked.equity / spot.shocked - base))
        }
        None => (valuation.base.equity, valuation.pnl),
    }
}

/// P&L of the shock.
#[component]
fn PnlCard() -> impl IntoView {
    let store = expect_context::<Store>();
    let target = expect_context::<RwSignal<Option<ExplainTarget>>>();
    let pnl = move || store.valuation.with(|valuation| valuation.as_ref().and_then(|valuation| in_numeraire(valuation).1));
    let main = move || {
        store.valuation.with(|valuation| {
            let Some(valuation) = valuation.as_ref() else { return "–".to_owned() };
            match (in_numeraire(valuation).1, &valuation.settings.numeraire) {
                (None, _) => "no shock".to_owned(),
                (Some(pnl), Numeraire::Coin(coin)) => format::signed_coin(pnl, coin),
                (Some(pnl), Numeraire::Usd) => format::signed_money(pnl),
            }
        })
    };
    let share = move || {
        store.valuation.with(|valuation| {
            let Some(valuation) = valuation.as_ref() else { return String::new() };
            let (base, pnl) = in_numeraire(valuation);
            match pnl {
                Some(pnl) if base > 0.0 => format!("{} of equity", format::signed_percent(pnl / base)),
                Some(_) => "equity is not positive".to_owned(),
                None => "move the shock bar".to_owned(),
            }
        })
    };
    view! {
        <button class="headline__card" data-measure="pnl" aria-haspopup="dialog" on:click=move |_| target.set(Some(ExplainTarget::Pnl))>
            <span class="headline__label">"P&L under shock"<span class="headline__why" aria-hidden="true">"?"</span></span>
            <strong
                class="headline__value"
                class:headline__value--gain=move || pnl().is_some_and(|pnl| pnl > 0.0)
                class:headline__value--loss=move || pnl().is_some_and(|pnl| pnl < 0.0)
                class:headline__value--quiet=move || pnl().is_none()
            >
                {main}
            </strong>
            <small class="headline__aside">{share}</small>
        </button>
    }
}
