//! The option structures and carries that the positions add up to.

use crate::book::strategy::Strategy;
use crate::view::format;
use crate::web::store::Store;
use leptos::prelude::*;

/// The panel; empty while every position stands alone.
#[component]
pub fn StrategyList() -> impl IntoView {
    let store = expect_context::<Store>();
    let summary = move || {
        let [count, outright] = store.strategy_counts.get();
        let structures = format::count(count as usize, "structure", "structures");
        let alone = format::count(outright as usize, "position stands", "positions stand");
        format!("{structures} recognized within one account and underlying; {alone} alone, in whole or in part")
    };
    view! {
        <Show when=move || store.strategies.with(|strategies| !strategies.is_empty())>
            <section class="panel strategy-list" aria-label="Strategies">
                <div class="panel__head">
                    <div>
                        <h2 class="panel__title">"Strategies"</h2>
                        <p class="panel__sub">{summary}</p>
                    </div>
                    <button class="button button--quiet" data-action="label-strategies" title="Positions that belong to one structure as a whole get its name as their strategy" on:click=move |_| store.label_strategies()>"Label the positions"</button>
                </div>
                <div class="strategy-list__scroll" tabindex="0">
                    <table class="data-table">
                        <thead>
                            <tr>
                                <th scope="col">"Strategy"</th>
                                <th scope="col">"Account"</th>
                                <th scope="col">"Size " <small>"in the underlying"</small></th>
                                <th scope="col">"Strikes " <small>"USD"</small></th>
                                <th scope="col">"Expiries"</th>
                                <th scope="col">"Legs"</th>
                            </tr>
                        </thead>
                        <tbody>{move || store.strategies.with(|strategies| strategies.iter().map(strategy_row).collect_view())}</tbody>
                    </table>
                </div>
            </section>
        </Show>
    }
}

fn strategy_row(strategy: &Strategy) -> impl IntoView + use<> {
    let account =
        [strategy.account.as_str(), strategy.venue.as_str()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let strikes = strategy.strikes.iter().map(|strike| format::level(*strike)).collect::<Vec<_>>().join(" / ");
    let expiries = strategy.expiries.iter().map(|expiry| format::date(*expiry)).collect::<Vec<_>>().join(", ");
    view! {
        <tr>
            <th scope="row">{strategy.name.clone()} <small>{strategy.underlying.clone()}</small> <span class="data-table__about">{strategy.description.clone()}</span></th>
            <td>{account}</td>
            <td>{format::quantity(strategy.size, &strategy.underlying)}</td>
            <td>{strikes}</td>
            <td>{expiries}</td>
            <td>{strategy.legs.len().to_string()}</td>
        </tr>
    }
}
