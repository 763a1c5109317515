//! The mark: a hull gauge of losses against equity, on every page. Under a shock the water rises.

use crate::view::mark::{DEEPEST, MarkModel, mark};
use crate::web::store::Store;
use leptos::prelude::*;

/// Keel and deck of the drawing, in its own units.
const KEEL: f64 = 470.0;
const DECK: f64 = 90.0;
/// Labels are at least this far apart.
const LABEL_GAP: f64 = 48.0;

fn height(depth: f64) -> f64 {
    KEEL - (KEEL - DECK) * depth.clamp(0.0, DEEPEST)
}

/// The panel.
#[component]
pub fn MarkPanel() -> impl IntoView {
    let store = expect_context::<Store>();
    let model = Memo::new(move |_| {
        let grid = store.grid.get();
        store.valuation.with(|valuation| valuation.as_ref().map(|valuation| mark(valuation, grid.as_deref())))
    });
    view! {
        <Show when=move || model.with(Option::is_some)>
            <aside class="panel mark" aria-label="The mark">
                <h2 class="panel__title">"The mark"</h2>
                <p class="panel__sub">"How deep the book sits: loss, % of equity"</p>
                {move || match model.get().flatten() {
                    Some(model) => view! { <Hull model=model/> }.into_any(),
                    None => view! { <p class="mark__none">"The book has no equity to sink: its value is not positive. Add the balances and coins that stand behind it."</p> }.into_any(),
                }}
            </aside>
        </Show>
    }
}

/// The drawing.
#[component]
fn Hull(
    /// What to draw.
    model: MarkModel,
) -> impl IntoView {
    let water = height(model.water);
    // From the keel upwards, each label at its line or as close above the last one as legible.
    let mut floor = KEEL + LABEL_GAP;
    let labels: Vec<_> = model
        .lines
        .iter()
        .map(|line| {
            let at = height(line.depth);
            let label_at = at.min(floor - LABEL_GAP);
            floor = label_at;
            (line.clone(), at, label_at)
        })
        .collect();
    let wave = format!("M8 {water}c11-5 21 5 32 0s21 5 32 0 13 4 22 0V520H8Z");
    let is_wet = model.water > 0.0;
    view! {
        <svg class="mark__hull" viewBox="0 0 232 500" role="img" aria-label=model.summary.clone()>
            <defs>
                <clipPath id="hull-shape">
                    <path d="M16 30H88V400C88 446 66 474 52 478C38 474 16 446 16 400Z"></path>
                </clipPath>
            </defs>
            <g clip-path="url(#hull-shape)">
                <rect class="mark__air" x="8" y="20" width="90" height="470"></rect>
                <rect class="mark__over" x="8" y="20" width="90" height=(DECK - 20.0).to_string()></rect>
                <path class="mark__water" class:mark__water--dry=!is_wet d=wave></path>
                {(1..10)
                    .map(|tenth| {
                        let y = height(f64::from(tenth) / 10.0).to_string();
                        view! { <path class="mark__tick" d=format!("M16 {y}h{}", if tenth == 5 { 16 } else { 8 })></path> }
                    })
                    .collect_view()}
            </g>
            <path class="mark__outline" d="M16 30H88V400C88 446 66 474 52 478C38 474 16 446 16 400Z"></path>
            <path class="mark__deck" d=format!("M8 {DECK}H96")></path>
            <text class="mark__deck-label" x="104" y=(DECK - 6.0).to_string()>"Deck: all equity lost"</text>
            <text class="mark__deck-value" x="104" y=(DECK + 9.0).to_string()>{format!("100 % · {}", model.equity)}</text>
            {labels
                .into_iter()
                .map(|(line, at, label_at)| {
                    view! {
                        <g class="mark__line" class:mark__line--over=line.is_over data-line=line.id>
                            <path d=format!("M80 {at}H96L102 {label_at}")></path>
                            <text class="mark__label" x="104" y=(label_at - 2.0).to_string()>{line.label.clone()}</text>
                            <text class="mark__value" x="104" y=(label_at + 12.0).to_string()>{line.text.clone()}</text>
                            <text class="mark__value" x="104" y=(label_at + 26.0).to_string()>{line.place.clone()}</text>
                        </g>
                    }
                })
                .collect_view()}
            <Show when=move || is_wet>
                <path class="mark__surface" d=format!("M8 {water}c11-5 21 5 32 0s21 5 32 0 13 4 22 0")></path>
            </Show>
        </svg>
        <dl class="mark__facts">
            <div><dt>"Equity"</dt><dd>{model.equity.clone()}</dd></div>
            <div><dt>"Gross over equity"</dt><dd>{model.gross.clone()}</dd></div>
            <div class="mark__shock"><dt>"Water"</dt><dd>{model.water_text.clone()}</dd></div>
        </dl>
    }
}
