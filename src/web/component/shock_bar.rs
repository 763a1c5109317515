//! The shock bar: spot, vol and days, for all underlyings or one, on every page.
//!
//! A drag sends the latest position of the slider once per frame; the pool keeps only the last one that was not asked yet.

use crate::session::Action;
use crate::stress::{Move, PathRule, VolShift};
use crate::view::format;
use crate::web::store::Store;
use leptos::prelude::*;

/// One slider with its exact number field.
#[component]
fn Dial(
    /// Name, also its test id.
    id: &'static str,
    /// Label.
    label: &'static str,
    /// What it does.
    doc: &'static str,
    /// Range in its own display unit.
    range: (f64, f64),
    /// Step of the slider.
    step: f64,
    /// The present value in display units.
    value: Signal<f64>,
    /// Text of the value with sign and unit.
    text: Signal<String>,
    /// Unit beside the field.
    unit: Signal<&'static str>,
    /// The user chose a value, in display units.
    on_change: Callback<f64>,
) -> impl IntoView {
    let parse = move |text: String| {
        if let Ok(number) = text.trim().replace('−', "-").replace(',', ".").parse::<f64>() {
            on_change.run(number);
        }
    };
    let fill = move || {
        let span = range.1 - range.0;
        let zero = ((0.0 - range.0) / span).clamp(0.0, 1.0) * 100.0;
        let at = ((value.get() - range.0) / span).clamp(0.0, 1.0) * 100.0;
        (zero.min(at), zero.max(at))
    };
    view! {
        <div class="dial" class:dial--set=move || value.get() != 0.0 title=doc>
            <label class="dial__label" for=format!("shock-{id}")>{label}</label>
            <input
                class="dial__slider"
                id=format!("shock-{id}")
                type="range"
                min=range.0.to_string()
                max=range.1.to_string()
                step=step.to_string()
                prop:value=move || value.get().to_string()
                aria-valuetext=move || text.get()
                style:--from=move || format!("{}%", fill().0)
                style:--to=move || format!("{}%", fill().1)
                on:input:target=move |event| parse(event.target().value())
                on:dblclick=move |_| on_change.run(0.0)
            />
            <span class="dial__field">
                <input
                    class="dial__number"
                    type="text"
                    inputmode="decimal"
                    aria-label=format!("{label}, exact")
                    data-dial=id
                    prop:value=move || format::plain_signed(value.get())
                    on:change:target=move |event| parse(event.target().value())
                />
                <span class="dial__unit">{move || unit.get()}</span>
            </span>
        </div>
    }
}

/// The shock bar.
#[component]
pub fn ShockBar() -> impl IntoView {
    let store = expect_context::<Store>();
    // The underlying whose move is edited; `None` edits all that have no move of their own.
    let edited = RwSignal::new(None::<String>);
    let shock = move || store.session.with(|session| session.settings.shock.clone());
    let current = Memo::new(move |_| {
        let shock = shock();
        match edited.get() {
            Some(name) => shock.per_underlying.get(&name).copied().unwrap_or(shock.all),
            None => shock.all,
        }
    });
    let choose = move |each: Move| match edited.get_untracked() {
        Some(name) => store.act(Action::MoveOne(name, Some(each))),
        None => store.act(Action::MoveAll(each)),
    };
    let is_relative = Memo::new(move |_| matches!(current.get().vol, VolShift::Relative(_)));
    let spot = Signal::derive(move || tidy(current.get().spot * 100.0));
    let vol = Signal::derive(move || {
        let (VolShift::Points(shift) | VolShift::Relative(shift)) = current.get().vol;
        tidy(shift * 100.0)
    });
    let days = Signal::derive(move || shock().days);
    let names = Memo::new(move |_| {
        store.valuation.with(|valuation| {
            valuation
                .as_ref()
                .map_or_else(Vec::new, |valuation| valuation.spots.iter().map(|spot| spot.underlying.clone()).collect::<Vec<_>>())
        })
    });
    let level = move || {
        let name = edited.get().or_else(|| names.with(|names| (names.len() == 1).then(|| names.first().cloned()).flatten()))?;
        store.valuation.with(|valuation| {
            let row = valuation.as_ref()?.spots.iter().find(|spot| spot.underlying == name)?.clone();
            Some(format!("{} {}", row.underlying, format::level(row.shocked)))
        })
    };
    let longest = Memo::new(move |_| {
        store.valuation.with(|valuation| {
            let last = valuation.as_ref().and_then(|valuation| {
                let last = valuation.by_expiry.iter().rev().find_map(|slice| crate::units::Timestamp::parse_iso(&slice.key))?;
                Some((last.ms() - valuation.as_of.ms()) as f64 / crate::units::DAY_MS as f64)
            });
            last.map_or(90.0, |days| days.ceil().clamp(30.0, 730.0))
        })
    });
    view! {
        <section class="shock-bar" aria-label="Shock">
            <Dial
                id="spot"
                label="Spot"
                doc="Moves spot, and every forward with it"
                range=(-60.0, 60.0)
                step=0.5
                value=spot
                text=Signal::derive(move || format::signed_percent(spot.get() / 100.0))
                unit=Signal::derive(|| "%")
                on_change=Callback::new(move |value: f64| choose(Move { spot: value / 100.0, ..current.get_untracked() }))
            />
            <Dial
                id="vol"
                label="Vol"
                doc="Moves the vol of every contract, each at its own strike"
                range=(-60.0, 60.0)
                step=0.5
                value=vol
                text=Signal::derive(move || if is_relative.get() { format::signed_percent(vol.get() / 100.0) } else { format::points(vol.get() / 100.0) })
                unit=Signal::derive(move || if is_relative.get() { "%" } else { "pts" })
                on_change=Callback::new(move |value: f64| {
                    let shift = value / 100.0;
                    let vol = if is_relative.get_untracked() { VolShift::Relative(shift) } else { VolShift::Points(shift) };
                    choose(Move { vol, ..current.get_untracked() });
                })
            />
            {move || {
                view! {
                    <Dial
                        id="days"
                        label="Days"
                        doc="Moves the clock forward; a leg past its expiry is settled"
                        range=(0.0, longest.get())
                        step=1.0
                        value=days
                        text=Signal::derive(move || format::days(days.get()))
                        unit=Signal::derive(|| "d")
                        on_change=Callback::new(move |value: f64| store.act(Action::Days(value)))
                    />
                }
            }}
            <details class="shock-bar__more">
                <summary class="button button--quiet">{move || scope_text(store, edited)}</summary>
                <div class="shock-bar__options">
                    <label>
                        "Moves"
                        <select
                            data-option="underlying"
                            on:change:target=move |event| {
                                let name = event.target().value();
                                edited.set((!name.is_empty()).then_some(name));
                            }
                        >
                            <option value="">"all underlyings"</option>
                            {move || names.get().into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect_view()}
                        </select>
                    </label>
                    <Show when=move || edited.get().is_some_and(|name| shock().per_underlying.contains_key(&name))>
                        <button
                            class="button button--quiet"
                            on:click=move |_| {
                                if let Some(name) = edited.get_untracked() {
                                    store.act(Action::MoveOne(name, None));
                                }
                            }
                        >
                            "Let it move with the others"
                        </button>
                    </Show>
                    <label>
                        "Vol shift in"
                        <select
                            data-option="vol-unit"
                            prop:value=move || if is_relative.get() { "relative" } else { "points" }
                            on:change:target=move |event| {
                                let (VolShift::Points(shift) | VolShift::Relative(shift)) = current.get_untracked().vol;
                                let vol = if event.target().value() == "relative" { VolShift::Relative(shift) } else { VolShift::Points(shift) };
                                choose(Move { vol, ..current.get_untracked() });
                            }
                        >
                            <option value="points">"vol points"</option>
                            <option value="relative">"percent of the vol"</option>
                        </select>
                    </label>
                    <label>
                        "Path to the shocked spot"
                        <select
                            data-option="path"
                            prop:value=move || if shock().path == PathRule::Line { "line" } else { "jump" }
                            on:change:target=move |event| {
                                store.act(Action::Path(if event.target().value() == "line" { PathRule::Line } else { PathRule::Jump }));
                            }
                        >
                            <option value="jump">"jumps at once"</option>
                            <option value="line">"straight line of log price"</option>
                        </select>
                    </label>
                    <p class="shock-bar__rules">
                        "Each contract keeps its own vol and shifts by the same amount at every tenor (sticky strike). Forwards keep their annualized basis. The path decides at what price a leg that expires on the way is settled."
                    </p>
                </div>
            </details>
            <span class="shock-bar__level">{level}</span>
            <button
                class="button shock-bar__reset"
                disabled=move || store.session.with(|session| session.settings.shock.is_none())
                on:click=move |_| store.act(Action::ResetShock)
            >
                "Reset"
            </button>
        </section>
    }
}

fn scope_text(store: Store, edited: RwSignal<Option<String>>) -> String {
    let shock = store.session.with(|session| session.settings.shock.clone());
    let who = match (edited.get(), shock.per_underlying.len()) {
        (Some(name), _) => format!("{name} only"),
        (None, 0) => "all underlyings".to_owned(),
        (None, own) => format!("all but {own} of their own"),
    };
    let path = if shock.path == PathRule::Line { "line path" } else { "jump" };
    format!("{who} · {path} · sticky strike")
}

/// Percent from a fraction without the last digits of binary rounding.
fn tidy(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
